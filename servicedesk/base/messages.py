"""Messages for people: functions that make English sentences which can be translated when they are shown."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, Protocol, Self

_LONGEST = 1_000  # characters shown of a typed text inside a message; somebody may type a megabyte

Draw = Callable[[Callable[[str], str]], str]
Template = str | tuple[str, str] | Draw


class Language(Protocol):
    """A language other than English; language/words.py looks its texts up in a gettext catalogue."""

    def template(self, text: str, context: str) -> str:
        """Return the text in this language with the same `{names}` in it."""

    def plural(self, one: str, many: str, n: int) -> str:
        """Return the template for the number `n`: `one` or `many` in this language."""


class Message(str):
    """The English text of a message, with the template, values and context that another language needs.

    `template` is a text with `{names}` for the `values`, a pair of such texts (for one and for many), or a function
    that draws a page. `context` is the gettext context: "" for a sentence, else "heading", "code", "category", "list"
    (the separator of items) or "placeholder" (NAME in a help page). A text made from a message with `+` or an f-string
    is plain text and stays English.
    """

    __slots__ = ("context", "template", "values")
    template: Template
    values: Mapping[str, Any]
    context: str

    def __new__(cls, text: str, template: Template, values: Mapping[str, Any] | None = None, context: str = "") -> Self:
        message = super().__new__(cls, text)
        for name, value in (("template", template), ("values", values or {}), ("context", context)):
            object.__setattr__(message, name, value)
        return message

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a message cannot be changed: {name}")

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return Message, (str(self), self.template, self.values, self.context)

    def in_language(self, language: Language) -> str:
        """Return the message in that language."""
        if isinstance(self.template, str):
            template = language.template(self.template, self.context)
        elif isinstance(self.template, tuple):
            template = language.plural(*self.template, self.values["n"])
        else:
            return self.template(lambda text: translation(text, language))
        if not self.values:
            return template
        return template.format(**{name: translation(value, language) for name, value in self.values.items()})


def translation(text: Any, language: Language) -> Any:
    """Return a message in that language; return any other value unchanged."""
    return text.in_language(language) if isinstance(text, Message) else text


def _short(value: Any) -> Any:
    return f"{value[:100]}…" if type(value) is str and len(value) > _LONGEST else value


def say(template: str, /, **values: Any) -> str:
    """Return the sentence with its `{names}` filled in.

    The template must be a literal in the call, where tests/catalogue.py collects it for translation. A value that is a
    message is translated too. Of a very long value only the beginning is shown.
    """
    values = {name: _short(value) for name, value in values.items()}
    return Message(template.format(**values) if values else template, template, values)


def say_count(one: str, many: str, /, n: int, **values: Any) -> str:
    """Return `one` or `many` filled in, depending on `n`: `say_count("{n} row", "{n} rows", n=3)`."""
    values["n"] = n
    return Message((one if n == 1 else many).format(**values), (one, many), values)


def joined(separator: str, texts: Iterable[str]) -> str:
    """Return the texts with the separator between them; the separator is translated too: `joined("; ", facts)`."""
    return _joined(say(separator), texts)


def item_list(items: Iterable[str]) -> str:
    """Return the items of a list as one text: `fridge, washer`, in Chinese 冰箱、洗衣机."""
    return _joined(Message(", ", ", ", context="list"), items)


def _joined(separator: str, texts: Iterable[str]) -> str:
    values: dict[str, str] = {f"text{i}": text for i, text in enumerate(texts)}
    template = "{separator}".join(f"{{{name}}}" for name in values)
    return Message(separator.join(values.values()), template, {**values, "separator": separator})


def heading(text: str) -> str:
    """Return the heading of a column or a section."""
    return Message(text, text, context="heading")


def msgid(template: str) -> str:
    """Return the template unchanged. The call marks it for translation; a `say` elsewhere uses it."""
    return template


def cause(error: OSError) -> str:
    """Return the system's reason for a failure, for example "Permission denied"."""
    return say(error.strerror or str(error))


def in_words(code: str) -> str:
    """Return a code as words: `no_answer` as "no answer"."""
    return Message(code.replace("_", " "), code, context="code")


def coded(code: str | None) -> str:
    """Return a code as it is typed in English, and as words in other languages; '' for None."""
    return Message(code or "", code or "", context="code")


def category_name(category: str, *, is_code: bool = False) -> str:
    """Return a category as words: `flat_tv` as "flat tv", in Chinese its name in the file. `is_code`: keep the code."""
    return Message(category if is_code else category.replace("_", " "), category, context="category")


def page(draw: Draw) -> str:
    """Return the page that `draw` makes. `draw` gets a function that translates each message of the page."""
    return Message(draw(str), draw)
