"""Translate help pages and parser errors; imported only if the language is not English."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import typer

from servicedesk.base.messages import Message, coded, item_list, msgid, say
from servicedesk.base.width import cells, padded, wrapped
from servicedesk.language.words import Words

if TYPE_CHECKING:
    _Formatter: Any = object
else:
    _Formatter = typer.Context.formatter_class

CODES = msgid("{value} is not one of {names}")
# The parser's error messages, and the words it writes into a help page.
PARSER = (
    msgid("missing argument '{name}'"),
    msgid("missing option '{name}'"),
    msgid("missing parameter: {name}"),
    msgid("missing argument {name}"),
    msgid("missing option {name}"),
    msgid("missing command"),
    msgid("no such option: {name} (Possible options: {names})"),
    msgid("no such option: {name}"),
    msgid("no such command '{name}'. Did you mean {names}?"),
    msgid("no such command '{name}'"),
    msgid("option '{name}' requires an argument"),
    msgid("option '{name}' requires {n} arguments"),
    msgid("option '{name}' does not take a value"),
    msgid("got unexpected extra argument ({names})"),
    msgid("got unexpected extra argument(s) ({names})"),
    msgid("got unexpected extra arguments ({names})"),
    msgid("invalid value for {name}: {why}"),
    msgid("invalid value: {why}"),
    CODES,
    msgid("{value} is not a valid integer"),
    msgid("{value} is not a valid int"),
    msgid("{value} is not a valid float"),
    msgid("{value} is not a valid int range"),
    msgid("{value} is not a valid range"),
    msgid("{value} is not in the range {names}"),
    msgid("{value} is not a valid boolean. Recognized values: {names}"),
    msgid("argument {name} takes {n} values"),
)
PAGE = (
    msgid("Usage"), msgid("Arguments"), msgid("Options"), msgid("Commands"), msgid("Nouns"), msgid("The file"),
    msgid("Show this message and exit."), msgid("Install completion for the current shell."),
    msgid("Show completion for the current shell, to copy it or customize the installation."), msgid("required"),
    msgid("default: {it}"), msgid("env var: {it}"),
)  # fmt: skip
PLACEHOLDER = re.compile(r"\b(?:[A-Z]{2,}|[ADLNPRT])\b")  # placeholders in a usage line: NAME, and T for a text
QUOTED = re.compile(r"'([^']*[a-z]{2}[^']*)'")  # quoted words in an example, such as the text of a note
_EXTRA = re.compile(r"^(.*?)(?:  )?\[((?:env var|default|required)\b.*|[\d.]+<=x.*|x[<>].*)\]$", re.DOTALL)


def reword(sentence: str) -> Message | str:
    """Return a sentence of the parser as a translatable message; an unknown sentence unchanged."""
    for template in PARSER:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(template))
        if match := re.fullmatch(pattern, sentence, re.DOTALL):
            return say(template, **{name: _value(name, value, template) for name, value in match.groupdict().items()})
    return sentence


def _value(name: str, value: str, template: str) -> str:
    """Return a value in a parser's sentence for people: typed text in Chinese quotation marks, codes as words."""
    if name == "why":
        return reword(value)
    if name == "names":
        found = re.findall("'([^']+)'", value) or value.split(", ")
        return item_list(map(coded, found) if template == CODES else found)
    if PLACEHOLDER.fullmatch(value):
        return Message(value, value, context="placeholder")
    quoted = re.fullmatch("(['\"])(.*)\\1", value, re.DOTALL)
    return f"“{quoted[2]}”" if quoted and quoted[1] not in quoted[2] else value


def paragraphs(help_text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text, each on one line, as the catalogue has them."""
    for part in re.split(r"\n\s*\n", help_text.strip()):
        yield " ".join(part.split())


def translate(help_text: str, words: Words) -> str:
    """Return the whole help text in the language of `words`; in an example only quoted words are translated."""
    return "\n\n".join(_paragraph(part, words) for part in paragraphs(help_text))


def _paragraph(text: str, words: Words) -> str:
    label, colon, command = text.partition(": ")
    if colon and label in {"Example", "Examples"}:
        return f"{words(label)}{words(': ')}{translated_example(command, words)}"
    return words(text)


def translated_example(command: str, words: Words) -> str:
    """Return an example with its quoted words translated; the rest of the command stays."""
    return QUOTED.sub(lambda quoted: f"'{words.template(quoted[1], 'example')}'", command)


def first_sentence(help_text: str, words: Words) -> str:
    """Return the first sentence of a help text, translated, for lists of commands."""
    return re.split("[。；]", _paragraph(next(paragraphs(help_text)), words))[0] + "。"


class Page(_Formatter):  # type: ignore[misc]
    """The formatter of a help page in a language whose characters may be two columns wide, such as Chinese."""

    def __init__(self, words: Words, **size: int | None) -> None:
        super().__init__(**size)
        self.words = words

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, self._named(args), prefix=self.words("Usage") + self.words(": "))

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{self.words(heading)}{self.words(':')}\n")

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        pages = (wrapped(part, self.width - len(indent)) for part in translate(text, self.words).split("\n\n"))
        self.write("\n\n".join("\n".join(f"{indent}{row}" for row in page) for page in pages) + "\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        indent = " " * self.current_indent
        rows = [(self._named(name), text) for name, text in rows]
        first = min(max((cells(name) for name, _ in rows), default=0), col_max) + col_spacing
        for name, text in rows:
            lines = wrapped(self._entry(text), max(self.width - first - 2, 10)) if text else [""]
            if cells(name) > first - col_spacing:
                self.write(f"{indent}{name}\n")
                name = ""
            for line in lines:
                self.write(f"{indent}{padded(name, first)}{line}".rstrip() + "\n")
                name = ""

    def _named(self, text: str) -> str:
        """Return a usage line with its placeholders translated: `--at INSTANT` becomes `--at 时间`."""
        return PLACEHOLDER.sub(lambda word: self.words.template(word[0], "placeholder"), text)

    def _entry(self, text: str) -> str:
        match = _EXTRA.match(text)
        said = self.words(match[1] if match else text)
        if not match:
            return said
        extras = [self._extra(part) for part in match[2].split("; ")]
        return f"{said}  [{'; '.join(extras)}]".strip()

    def _extra(self, part: str) -> str:
        label, colon, value = part.partition(": ")
        return self.words(f"{label}: {{it}}", it=value) if colon else self.words(part)
