"""A map bound to the headings of one file: every field a function of a row of cells."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from difflib import get_close_matches

from servicedesk.core import dates
from servicedesk.core.errors import RefusedError, ServiceDeskError, UsageError
from servicedesk.core.maps.mapping import RECORD_NUMBER, Field, Map, Scalar, squeezed
from servicedesk.core.said import say

Cells = Sequence[str]  # trimmed
Getter = Callable[[Cells, int], Scalar]  # cells and record number; None: no value

# An instant as it is kept, RFC 3339 text in the outlet's zone, beside its seconds since 1970.
Instant = tuple[str, int]

_MOST_REMEMBERED = 20_000
_ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s?(Z|[+-]\d{2}:?\d{2})?)?", re.IGNORECASE
)
_TIME_FORMS = "2026-11-02, 2026-11-02 09:00, 2026-11-02T09:00:00+08:00"


class RowError(Exception):
    """Why a row is not taken: the column, the value that stands there, the reason."""

    def __init__(self, column: str, value: object, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.value = "" if value is None else str(value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Bound:
    """The fields of each section as functions, what a rejection calls them, and whether a row is kept by [[only]]."""

    fields: Mapping[str, tuple[tuple[str, Getter], ...]]
    labels: Mapping[tuple[str, str], str]
    only: tuple[tuple[int, frozenset[str]], ...]
    width: int

    def kept(self, cells: Cells) -> bool:
        """Whether every [[only]] lets the row through."""
        return all(cells[at] in texts for at, texts in self.only)


def bound(mapping: Map, headings: Sequence[str]) -> Bound:
    """The map on these headings; RefusedError where a column it names is missing or stands twice."""
    places: dict[str, list[int]] = {}
    for at, heading in enumerate(headings):
        places.setdefault(squeezed(heading), []).append(at)
    _complete(mapping, places)

    def place(column: str) -> int:
        return places[column][0]

    return Bound(
        {
            section: tuple((key, _getter(field, place)) for key, field in fields.items())
            for section, fields in mapping.sections.items()
        },
        {(section, key): f.label for section, fields in mapping.sections.items() for key, f in fields.items()},
        tuple((place(column), texts) for column, texts in mapping.only),
        len(headings),
    )


def _complete(mapping: Map, places: Mapping[str, Sequence[int]]) -> None:
    """Every column that the map names stands in the file, once."""
    used = [column for fields in mapping.sections.values() for field in fields.values() for column in field.columns]
    used += [column for column, _ in mapping.only]
    lacking = [column for column in dict.fromkeys(used) if column not in places]
    if lacking:
        near = "; ".join(filter(None, (_near(column, places) for column in lacking[:3])))
        raise RefusedError(
            say("the file has no column {lacking} that {name} names", lacking=", ".join(lacking), name=mapping.name),
            hint=near or say("the file has: {places}", places=", ".join(name for name in places if name)),
        )
    for column in dict.fromkeys(used):
        if len(places[column]) > 1:
            raise RefusedError(
                say("the column '{column}' stands {n} times in the file", column=column, n=len(places[column])),
                hint=say("give the columns different headings"),
            )


def _near(column: str, places: Iterable[str]) -> str | None:
    spelt = {name.casefold(): name for name in places if name}
    close = get_close_matches(column.casefold(), spelt, n=3)
    return (
        say("'{column}': did you mean {close}?", column=column, close=" or ".join(spelt[name] for name in close))
        if close
        else None
    )


def _getter(field: Field, place: Callable[[str], int]) -> Getter:
    get = _plain(field, place)
    if field.known is not None:
        get = _coded(field, get)
    if field.when:
        get = _conditional(get, tuple((place(column), texts) for column, texts in field.when))
    return get


def _plain(field: Field, place: Callable[[str], int]) -> Getter:
    if field.column is not None:
        at = place(field.column)
        return lambda cells, number: cells[at] or None
    if field.template is not None:
        return _woven(field, place)
    constant = field.value
    return lambda cells, number: constant


def _woven(field: Field, place: Callable[[str], int]) -> Getter:
    """A text with columns in it; without a value where all its columns are blank."""
    assert field.template is not None
    between = re.split(r"\{[^{}]+\}", field.template)
    holes = [None if part == RECORD_NUMBER else place(part) for part in field.parts]

    def woven(cells: Cells, number: int) -> Scalar:
        filled = [str(number) if at is None else cells[at] for at in holes]
        if not any(filled):
            return None
        text = between[0]
        for value, following in zip(filled, between[1:], strict=True):
            text += value + following
        return text.strip() or None

    return woven


def _coded(field: Field, get: Getter) -> Getter:
    """The codes of the map; a blank cell is no value unless the map or `other` says otherwise."""
    known, other, has_other, label = field.known or {}, field.other, field.has_other, field.label

    def coded(cells: Cells, number: int) -> Scalar:
        value = get(cells, number)
        text = "" if value is None else str(value)
        if text in known:
            return known[text]
        if has_other:
            return other
        if not text:
            return None
        raise RowError(
            label, text, say("the map does not know it: one of {filter}", filter=", ".join(filter(None, known)))
        )

    return coded


def _conditional(get: Getter, conditions: tuple[tuple[int, frozenset[str]], ...]) -> Getter:
    def conditional(cells: Cells, number: int) -> Scalar:
        for at, texts in conditions:
            if cells[at] not in texts:
                return None
        return get(cells, number)

    return conditional


class Clock:
    """The times of one field: the forms of the file read off in its zone, kept in the outlet's."""

    def __init__(self, forms: Sequence[str], where: tzinfo, outlet: tzinfo, *, also_iso: bool = False) -> None:
        """`also_iso`: a workbook gives its date cells as ISO text whatever its other cells look like."""
        self._forms = [Form(form) for form in forms]
        self._where, self._outlet = where, outlet
        self._iso = also_iso or not forms
        self._known: dict[str, Instant] = {}

    def instant(self, text: str) -> Instant:
        """The instant; a day without a time is its 00:00. ValueError says what is wrong with the text."""
        found = self._known.get(text)
        if found is None:
            at = self._read(text)
            found = dates.stamp(at), dates.unix(at)
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[text] = found
        return found

    def day(self, text: str, now: datetime) -> tuple[str | None, str]:
        """A day of purchase with its precision; the imprecise forms are always taken (domain.md 4.2)."""
        for form in self._forms:
            naive = form.read(text)
            if naive is not None:
                text = naive.date().isoformat()[: form.known]
                break
        # "today" in a file would be another day tomorrow.
        if text.lower() != "unknown" and not re.match(r"\d{4}(-\d{2}(-\d{2})?)?( 00:00(:00)?)?$", text):
            raise ValueError(say("no date of the form {expected}", expected=self.expected(dates.PURCHASE_FORMS)))
        try:
            return dates.purchase_date(text.split(" ")[0], now)
        except ServiceDeskError as error:
            raise ValueError(error.sentence) from None

    def expected(self, iso: str = _TIME_FORMS) -> str:
        """The forms that are taken, for a sentence."""
        return " or ".join([form.text for form in self._forms] or [iso])

    def _read(self, text: str) -> datetime:
        naive = None
        for form in self._forms:
            naive = form.read(text)
            if naive is not None:
                break
        if naive is None and self._iso:
            naive = _iso(text)
        if naive is None:
            raise ValueError(say("no time of the form {expected}", expected=self.expected()))
        try:
            # An instant with an offset of its own is as far as any other.
            at = naive if naive.tzinfo else dates.local(naive, self._where)
            if not dates.FIRST_YEAR <= at.year <= dates.LAST_YEAR:
                raise OverflowError
            return at if at.tzinfo is self._outlet else at.astimezone(self._outlet)
        except UsageError as error:
            raise ValueError(error.sentence) from None
        except OverflowError:
            raise ValueError(say("not a possible time")) from None


def _iso(text: str) -> datetime | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    try:
        return datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}{(match[3] or '').upper()}")
    except ValueError:
        raise ValueError(say("not a possible date or time")) from None


# What the common directives look like, so that a date costs one regular expression and no strptime.
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})", "m": r"(?P<m>1[0-2]|0?[1-9])", "d": r"(?P<d>3[01]|[12]\d|0?[1-9])",
    "H": r"(?P<H>2[0-3]|[01]?\d)", "I": r"(?P<I>1[0-2]|0?[1-9])", "M": r"(?P<M>[0-5]?\d)", "S": r"(?P<S>[0-5]?\d)",
    "p": r"(?P<p>AM|PM)", "%": "%",
}  # fmt: skip


class Form:
    """One form of strptime, the common ones at five times its speed."""

    def __init__(self, text: str) -> None:
        """UsageError where strptime does not know the form."""
        self.text = text
        try:
            sample = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC).strftime(text)
            datetime.strptime(sample, text)
        except ValueError:
            raise UsageError(
                say("'{text}' is not a form of dates", text=text), hint=say("as in %d.%m.%Y %H:%M, see strptime")
            ) from None
        self._pattern = _pattern(text)
        places = {name: at - 1 for name, at in self._pattern.groupindex.items()} if self._pattern else {}
        self._places = [places.get(name) for name in "YmdHMS"]
        self._half = places.get("p")
        if "I" in places:
            self._places[3] = places["I"]
        directives = set(re.findall(r"%(.)", text))
        # How much of YYYY-MM-DD the form tells: no false precision (domain.md M3).
        self.known = 10 if directives & set("djxcuwaAUWV") else 7 if directives & set("mbB") else 4

    def read(self, text: str) -> datetime | None:
        """The wall-clock time (or the instant, where the form has an offset), None in another form."""
        try:
            if self._pattern is None:
                return datetime.strptime(text, self.text).replace(microsecond=0)
            match = self._pattern.fullmatch(text)
            if match is None:
                return None
            part = match.groups("0")
            numbers = [int(part[at]) if at is not None else 0 for at in self._places]
            if self._half is not None:
                numbers[3] = numbers[3] % 12 + (12 if part[self._half][0] in "Pp" else 0)
            return datetime(*numbers)  # type: ignore[arg-type]
        except ValueError:
            return None


def _pattern(form: str) -> re.Pattern[str] | None:
    """The form as a regular expression; None where it holds something rare and strptime must do it."""
    made, used = "", []
    for part in re.findall(r"%.|\s+|[^%\s]+", form):
        if not part.startswith("%"):
            made += r"\s+" if part.isspace() else re.escape(part)
        elif part[1] in _DIRECTIVES:
            made += _DIRECTIVES[part[1]]
            used.append(part[1])
        else:
            return None
    whole = {"Y", "m", "d"} <= set(used) and len(used) == len(set(used)) and ("I" in used) == ("p" in used)
    return re.compile(made, re.IGNORECASE | re.ASCII) if whole and not {"H", "I"} <= set(used) else None


def clocks(mapping: Map, outlet: tzinfo, *, also_iso: bool) -> dict[tuple[str, str], Clock]:
    """One clock per dated field; fields of the same forms share one. UsageError for an unknown zone or form."""
    where = dates.zone(mapping.zone) if mapping.zone else outlet
    if getattr(where, "key", None) == getattr(outlet, "key", ""):
        where = outlet
    made: dict[tuple[str, ...], Clock] = {}
    found = {}
    for section, fields in mapping.sections.items():
        for key, field in fields.items():
            forms = mapping.dates if field.dates is None else field.dates
            if forms not in made:
                made[forms] = Clock(forms, where, outlet, also_iso=also_iso)
            found[section, key] = made[forms]
    return found
