"""The result of every command: a table of columns, rows and sections, its notes, and how values look for people."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from servicedesk.base.messages import say
from servicedesk.base.money import amount_text

# The value of a cell that is missing: JSON leaves its key out instead of writing null.
ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "ABSENT"})()
REFERENCES = "CATHPKGLESV"  # letters before the number of a reference, as in T101
Value = Any  # a value of SQLite (None, int, float, str), a bool, or a list or dict in an answer of one object


class For:
    """The readers of a column: all, only people (tables), or only programs (json, csv, tsv)."""

    ALL = "all"
    PEOPLE = "people"
    MACHINES = "machines"


FOR_PEOPLE = ("table", "markdown")  # formats that people read; the others are for programs and stay English


class Column(NamedTuple):
    """A column: a stable key for programs, a title for people, and a kind by which `shown` turns values into text.

    Kinds: text (wrapped on a narrow screen), brief (cut with … there), words (a code shown as words), name, phone,
    code, count, instant, second (an instant with its seconds), date, due (a due time, in the colour of its row),
    urgency (of the row: late or soon; not drawn), rate, share (a rate in the words of its report), fen (an amount of
    money), one of REFERENCES (references), page (text written unchanged), nested (JSON only).
    `spare`: the higher, the earlier a narrow screen leaves the column out; 0 is always drawn (render/widths.py).
    """

    key: str
    kind: str = "text"
    who: str = For.ALL
    title: str | None = None
    spare: int = 0

    @property
    def heading(self) -> str:
        return self.title if self.title is not None else self.key.removesuffix("_id").replace("_", " ")


class Table(NamedTuple):
    """An answer: rows under columns. `one` marks an answer that is exactly one object.

    `heading` is drawn above a table for people.
    `sections` are further tables by name: drawn below for people, nested lists in JSON.
    `coming` are more rows after `rows`, read while they are written and never held in memory: there may be a million.
    `more` is the command that shows all rows, if a screen shows only the first ones; sections that have one are drawn
    as one page (render/overview.py).
    `empty` is the text that a terminal shows if there are no rows.
    `drawn` makes the table for people if it has other columns; it is not called for programs.
    """

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    one: bool = False
    heading: str = ""
    sections: tuple[tuple[str, "Table"], ...] = ()
    coming: Iterable[Sequence[Value]] = ()
    more: str = ""
    empty: str = ""
    drawn: "Callable[[], Table] | None" = None

    def for_people(self) -> "Table":
        """Return the table for people, which may have other columns."""
        return self.drawn()._replace(sections=self.sections) if self.drawn else self

    def each(self) -> Iterator[Sequence[Value]]:
        """Yield every row."""
        yield from self.rows
        yield from self.coming

    def whole(self) -> "Table":
        """Return the table with all coming rows read, also in its sections. Column widths need all rows."""
        sections = tuple((name, section.whole()) for name, section in self.sections)
        return self._replace(rows=[*self.rows, *self.coming], coming=(), sections=sections)

    def each_object(self) -> Iterator[dict[str, Value]]:
        """Yield the rows as objects for programs."""
        kept = [(i, c.key) for i, c in enumerate(self.columns) if c.who is not For.PEOPLE]
        return ({key: row[i] for i, key in kept if row[i] is not ABSENT} for row in self.each())

    def objects(self) -> list[dict[str, Value]]:
        """Return the rows as objects for programs. If the table is one object, its sections are nested by name."""
        found = list(self.each_object())
        if self.one:
            for name, section in self.sections:
                found[0][name] = section.objects()[0] if section.one else section.objects()
        return found

    def without(self, *keys: str) -> "Table":
        """Return the table without those columns."""
        kept = [i for i, column in enumerate(self.columns) if column.key not in keys]
        rows = [[row[i] for i in kept] for row in self.each()]
        return self._replace(columns=tuple(self.columns[i] for i in kept), rows=rows, coming=())

    def column(self, key: str) -> list[Value]:
        """Return all values under one key."""
        at = [column.key for column in self.columns].index(key)
        return [row[at] for row in self.rows]


class Result(NamedTuple):
    """The result of a command: the table to show, the notes for stderr, and whether anything was written.

    `below` are the notes that come after the table.
    """

    table: Table
    notes: Sequence[str] = ()
    changed: bool = True
    below: Sequence[str] = ()


def nothing_changed(ref: str) -> str:
    """Return the note of a command that repeats what is already recorded."""
    return say("{ref}: already recorded, nothing changed", ref=ref)


def columns(*names: str) -> tuple[Column, ...]:
    """Return columns from a short form: `key[:kind][?][+ for people only | - for programs only][=title]`.

    On a narrow screen a column with `???` is left out first and one with `??` next, so that texts do not get too
    narrow. A column with `?` is left out only if the others do not fit.
    """
    made = []
    for name in names:
        left, _, title = name.partition("=")
        if title.endswith(("+", "-")):
            raise ValueError(f"the mark of {name!r} stands before '='")
        who = {"+": For.PEOPLE, "-": For.MACHINES}.get(left[-1], For.ALL)
        left = left.rstrip("+-")
        key, _, kind = left.rstrip("?").partition(":")
        made.append(Column(key, kind or "text", who, title or None, left.count("?")))
    return tuple(made)


def record(fields: Iterable[Column], row: Sequence[Value], **more: Any) -> Table:
    """Return a table that is exactly one object; `more` are further fields of Table."""
    return Table(tuple(fields), [row], one=True, **more)


def shown(value: Value, kind: str = "text") -> str:
    """Return a value as people see it. Only this function decides how values look."""
    if value is None or value == "":
        return "–" if kind == "rate" else ""
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(item, kind) for item in value)
    if isinstance(value, dict):
        return " ".join(shown(item, kind) for item in value.values() if item is not None)
    if kind in REFERENCES:
        return f"{kind}{value}"
    if kind == "instant":
        return str(value)[:16].replace("T", " ")
    if kind == "second":
        return moment(str(value))
    if kind == "rate":
        return percent(value)
    if kind == "fen":
        return amount_text(value)
    if kind == "words":
        return str(value).replace("_", " ")
    if kind == "phone":
        return readable_phone(shown(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return printable(str(value))


def readable_phone(text: str) -> str:
    """Return a phone in half-width digits, because people read it out and dial it."""
    if text.isascii():
        return text
    from servicedesk.base.sameness import half_width

    return half_width(text)


def moment(instant: str) -> str:
    """Return an RFC 3339 instant as people see it: `2026-11-02 09:00`, with seconds only if they are not 0."""
    return instant[: 16 if instant[16:19] == ":00" else 19].replace("T", " ")


def span(first: str, last: str) -> str:
    """Return a time window as people see it: `2026-11-02 14:00–16:00`, with both days if it spans several."""
    begin, end = first[:16].replace("T", " "), last[:16].replace("T", " ")
    return f"{begin}–{end[11:]}" if begin[:10] == end[:10] else f"{begin} – {end}"


def percent(rate: float) -> str:
    """Return a rate as a percentage with one decimal, rounded half up (C10)."""
    return f"{int(round(rate * 1000, 6) + 0.5) / 10:.1f} %"


def printable(text: str) -> str:
    """Return the text without control characters, so that a name cannot move the cursor or reverse the line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\u3000\u00a0" else " " if c in "\t\r" else "�" for c in text)
