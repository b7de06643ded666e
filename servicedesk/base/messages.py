"""A sentence that remembers what it was made of, so that the edge can say it in another language."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

_LONGEST = 1_000  # of a typed text inside a sentence: a megabyte may stand where a reference was meant


class Language(Protocol):
    """Another language than English: language/words.py has one a catalogue."""

    def sentence(self, template: str) -> str:
        """The template as that language has it, with the same `{names}`."""

    def plural(self, one: str, many: str, n: int) -> str:
        """The form of that number."""

    def code(self, code: str) -> str:
        """A code (`no_answer`) as words."""

    def heading(self, text: str) -> str:
        """What stands above a column; some words mean something else there."""

    def category(self, code: str) -> str:
        """A kind of appliance as the file names it."""


class Said(str):
    """English text; `template` and `values` are what another language is made of. Joined with `+` it forgets them."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]

    def told(self, language: Language) -> str:
        """The same in that language."""
        template = language.sentence(self.template)
        return template.format(**_told(self.values, language)) if self.values else template


class Counted(Said):
    """A sentence with one form for one and another for more."""

    __slots__ = ("many",)
    many: str

    def told(self, language: Language) -> str:
        return language.plural(self.template, self.many, self.values["n"]).format(**_told(self.values, language))


class Joined(Said):
    """Texts side by side; the template stands between them."""

    __slots__ = ("parts",)
    parts: tuple[str, ...]

    def told(self, language: Language) -> str:
        return language.sentence(self.template).join(told(part, language) for part in self.parts)


class Heading(Said):
    """What stands above a column or a section."""

    __slots__ = ()

    def told(self, language: Language) -> str:
        return language.heading(self.template)


class Word(Said):
    """A code that is read as words."""

    __slots__ = ()

    def told(self, language: Language) -> str:
        return language.code(self.template)


class Kind(Said):
    """A kind of appliance."""

    __slots__ = ()

    def told(self, language: Language) -> str:
        return language.category(self.template)


class Laid(Said):
    """A page whose lines are laid out anew around the words of another language."""

    __slots__ = ("draw",)
    draw: "Callable[[Callable[[str], str]], str]"

    def told(self, language: Language) -> str:
        return self.draw(lambda text: told(text, language))


def told(text: Any, language: Language) -> Any:
    """What was said with one of these, in that language; anything else as it is."""
    return text.told(language) if isinstance(text, Said) else text


def _told(values: dict[str, Any], language: Language) -> dict[str, Any]:
    return {name: told(value, language) for name, value in values.items()}


def _shortened(value: Any) -> Any:
    return f"{value[:100]}…" if type(value) is str and len(value) > _LONGEST else value


def say(template: str, /, **values: Any) -> str:
    """The sentence with its `{names}` filled in; the template is a msgid of the catalogues (tests/catalogue.py).

    A value may be a sentence itself, and is then translated too. Names, refs and codes go in as they are; of a text
    that nobody would read to its end, the beginning.
    """
    values = {name: _shortened(value) for name, value in values.items()}
    said = Said(template.format(**values) if values else template)
    said.template, said.values = template, values
    return said


def count_said(one: str, many: str, /, n: int, **values: Any) -> str:
    """`say` with two templates: `count_said("{n} row", "{n} rows", n=3)`."""
    values["n"] = n
    said = Counted((one if n == 1 else many).format(**values))
    said.template, said.many, said.values = one, many, values
    return said


def joined(separator: str, texts: Iterable[str]) -> str:
    """The texts with the separator between them, which is a msgid too: `joined(", ", names)`."""
    parts = tuple(texts)
    said = Joined(separator.join(parts))
    said.template, said.values, said.parts = separator, {}, parts
    return said


def heading(text: str) -> str:
    """What stands above a column or a section; the keys of tables and sections are msgids of their own."""
    said = Heading(text)
    said.template, said.values = text, {}
    return said


def marked(template: str) -> str:
    """The template itself: a msgid that is written here and said elsewhere."""
    return template


def cause(error: OSError) -> str:
    """What the system says of it, as in "Permission denied"."""
    return say(error.strerror or str(error))


def word(code: str) -> str:
    """A code as words: `no_answer` is "no answer"."""
    said = Word(code.replace("_", " "))
    said.template, said.values = code, {}
    return said


def coded(code: str | None) -> str:
    """A code that English shows as it is typed, and other languages as words; '' for None."""
    said = Word(code or "")
    said.template, said.values = str(code or ""), {}
    return said


def kind(category: str, *, is_code: bool = False) -> str:
    """A category as words: `flat_tv` is "flat tv", in Chinese what the file calls it. `is_code`: as typed."""
    said = Kind(category if is_code else category.replace("_", " "))
    said.template, said.values = category, {}
    return said


def laid(draw: "Callable[[Callable[[str], str]], str]") -> str:
    """The page that `draw` makes of its sentences; it is given what says each of them in the language at hand."""
    said = Laid(draw(str))
    said.template, said.values, said.draw = "", {}, draw
    return said
