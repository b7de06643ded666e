"""The draft of a map: its lines with their doubts, and the same findings for the terminal."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from servicedesk.base.messages import item_list, joined, say, say_count
from servicedesk.file.imports.sketch.columns import Column
from servicedesk.file.imports.tables.arrange import Record

MARK = "# ?"
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_MOST_NAMED = 3  # rows that are named
_WIDEST = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the map. `comment` says what was found; a doubt is marked, and an import refuses the map until a person
    has struck the mark.
    """

    text: str
    comment: str = ""
    is_doubt: bool = False

    def to_text(self, translate: Callable[[str], str]) -> str:
        """Return the line as it stands in the map, with its comment translated."""
        if not self.comment:
            return self.text
        comment = _comment_text(" ".join(translate(self.comment).split()))
        gap = "  " if self.text else ""
        return f"{self.text}{gap}{MARK if self.is_doubt else '#'} {comment}"


@dataclass
class Finding:
    """The findings about a column, for the terminal: the field it becomes, what was seen, what is doubtful."""

    column: str
    becomes: str
    seen: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


@dataclass
class Section:
    """A section of the map: plain fields first, then fields that are tables of their own."""

    name: str
    lines: list[Line] = field(default_factory=list)
    tables: list[Line] = field(default_factory=list)

    def put(self, key: str, value: str, comment: str = "", *, doubt: bool = False) -> None:
        """Add a field."""
        self.lines.append(Line(f"{key} = {value}", comment, doubt))

    def put_codes(self, key: str, column: str, codes: Iterable[Line], **words: str) -> None:
        """Add a field with a table of codes, a line for each."""
        self.tables += [Line(""), Line(f"[{self.name}.{key}]"), Line(f"column = {toml(column)}")]
        self.tables += [Line(f"{word} = {value}") for word, value in words.items()]
        self.tables += [Line(f"[{self.name}.{key}.map]"), *codes]

    def to_lines(self) -> list[Line]:
        """Return the lines of the section as they stand in the map."""
        return [Line(""), Line(f"[{self.name}]"), *self.lines, *self.tables]


class RowNames:
    """Names rows by their numbers, as a spreadsheet shows them."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._has_sheets = len({record.sheet for record in records}) > 1

    def of(self, column: Column, texts: Iterable[str]) -> str:
        """Return "rows 5, 9 and 3 more" for the rows whose cell is one of the texts."""
        wanted = set(texts)
        return self.places([record for record, cell in zip(self._records, column.cells, strict=True) if cell in wanted])

    def places(self, records: Sequence[Record]) -> str:
        """Return the numbers of the first records, and how many more there are."""
        first = item_list(self._name(record) for record in records[:_MOST_NAMED])
        if len(records) > _MOST_NAMED:
            return say("rows {first} and {n} more", first=first, n=len(records) - _MOST_NAMED)
        return say_count("row {first}", "rows {first}", n=len(records), first=first)

    def _name(self, record: Record) -> str:
        return f"{short(record.sheet)}:{record.line}" if self._has_sheets else str(record.line)


def toml(text: str) -> str:
    """Return a text as TOML writes it."""
    clean = "".join(sign if not "\ud800" <= sign <= "\udfff" else "\ufffd" for sign in text)
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007F")


def toml_key(text: str) -> str:
    """Return a key as TOML writes it."""
    return text if _BARE.fullmatch(text) else toml(text)


def toml_list(texts: Iterable[str]) -> str:
    """Return a list of texts as TOML writes it."""
    return f"[{', '.join(map(toml, texts))}]"


def short(text: str) -> str:
    """Return a text on one line, cut after 40 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _WIDEST else f"{line[:_WIDEST]}…"


def quote_some(texts: Iterable[str]) -> str:
    """Return the first four texts, shortened, for a comment."""
    found = [short(text) for text in texts]
    return joined(" ", [item_list(found[:4]), *(["…"] if len(found) > 4 else [])])


def _comment_text(text: str) -> str:
    """Return a comment without the control characters that TOML refuses in one, and without a mark of a cell."""
    return "".join(sign if sign.isprintable() else " " for sign in text).replace(MARK, "#?")
