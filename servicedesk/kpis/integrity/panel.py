"""The panel of honesty signals, the rows behind a signal, and what a signal means (K17). No signal accuses anybody."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta

from servicedesk.base import dates, periods
from servicedesk.base.messages import coded, item_list, joined, say
from servicedesk.base.statements import load_statements
from servicedesk.base.table import Column, For, Table, columns, percent
from servicedesk.domain.groups import Person
from servicedesk.kpis import count
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.kpis.figure import rate_text
from servicedesk.kpis.integrity.alarms import ALARMS, MONTHS, YEARS, Alarms
from servicedesk.kpis.integrity.measures import Counts, Number, Sight, Tally, hits_of
from servicedesk.kpis.integrity.registry import SIGNALS, Signal, find_signal
from servicedesk.kpis.integrity.signal import load_texts
from servicedesk.kpis.report import heading, origins
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.storage.database import Database

NOBODY = "(none)"
TALK = "A signal is a reason to look, not a verdict: it accuses nobody."

_PANEL = columns(
    "signal:code=no.", "period-", "group-", "title=what it is", "who+", "k_of_n:count+=k of n", "figure:share+",
    "limit:code+=look when", "mark+=look", "look_when-", "hits-", "total-", "value-", "unit-", "line-", "look-",
    "within_chance-", "before-", "rows-",
)  # fmt: skip
_ALIKE = {"signal", "title", "limit"}  # the same for every person: shown above a table of persons


@cache
def _texts() -> dict[str, str]:
    return {name: found.text for name, found in load_statements(Path(__file__).with_name("panel.sql")).items()}


def panel(
    db: Database, period: periods.Period, *, as_of: datetime, by: Person | None = None, only: Sequence[str] = ()
) -> Table:
    """Return the signals of a period as of an instant, one row each; with `by`, one row for each person compared."""
    chosen = [find_signal(key) for key in dict.fromkeys(only)] or list(SIGNALS)
    rows = []
    with facts_as_of(db, as_of):
        names = count.list_names(db)
        for signal in chosen:
            if by is None or by in signal.people:
                for person, tally in _tallies(db, signal, period, by, names):
                    rows.append(_panel_row(signal, period, person, signal.measure(tally), tally.own.total()))
    head = joined("", (heading(db, period, as_of), origins(db), "\n", say(TALK)))
    return _by_person(rows, by, head) if by else _table(rows, _PANEL, heading=head)


def _table(rows: list[dict[str, Any]], fields: tuple[Column, ...], heading: str = "") -> Table:
    return Table(fields, [[row[column.key] for column in fields] for row in rows], heading=heading)


def _by_person(rows: list[dict[str, Any]], by: Person, heading: str) -> Table:
    """Return one list for programs, and for people a table for each signal with the names in order."""
    machines = tuple(c._replace(who=For.MACHINES) for c in _PANEL if c.who is not For.PEOPLE)
    fields = tuple(c._replace(title=by.value) if c.key == "who" else c for c in _PANEL if c.key not in _ALIKE)
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        limit = say(row["look_when"])
        name = say("{signal} {title}: look when {limit}", signal=row["signal"], title=row["title"], limit=limit)
        parts.setdefault(name, []).append(row)
    sections = tuple((name, _table(own, fields)) for name, own in parts.items())
    return _table(rows, machines, heading)._replace(sections=sections)


def _tallies(
    db: Database,
    signal: Signal,
    period: periods.Period,
    by: Person | None,
    names: dict[int | None, str],
) -> list[tuple[str | None, Tally]]:
    """Return the counted rows of each person by name, or of the outlet under None."""
    own = _count_rows(db, signal, period, by, names)
    before = _count_rows(db, signal, _before(period), by, names) if signal.grows else {}
    outlet: Counts = sum(own.values(), Counter())
    people = sorted(own, key=str) if by else [None]
    compared = len(people) if by else None
    return [(who, Tally(own.get(who, Counter()), outlet, before.get(who, Counter()), compared)) for who in people]


def _ask(db: Database, signal: Signal, period: periods.Period, by: Person | None) -> None:
    """Make the view `signalled`, which holds the rows of `signal` in the period."""
    count.ask(db, period)
    db.connection.execute("UPDATE temp.asked SET by_person = :by", {"by": by.value if by else "outlet"})
    for name, statement in load_texts().items():
        if statement.is_view:
            db.make_view(name, statement.text)
    for key in signal.uses:
        db.make_view(f"kpi_{key}", find_kpi(key).sql)
    db.make_view("signalled", signal.sql, anew=True)


def _count_rows(
    db: Database,
    signal: Signal,
    period: periods.Period,
    by: Person | None,
    names: dict[int | None, str],
) -> dict[str | None, Counts]:
    """Return how many rows of the signal there are for each person and judgement."""
    _ask(db, signal, period, by)
    found: dict[str | None, Counts] = {}
    for key, judgement, rows in db.connection.execute(_texts()["count_rows"]):
        name = None if by is None else names.get(key, NOBODY) if by == Person.TECHNICIAN else key or NOBODY
        found.setdefault(name, Counter())[judgement] += rows
    return found


def _before(period: periods.Period) -> periods.Period:
    """Return the period of the same length before: as many months if it is whole months, else as many days."""
    if period.first.day == period.end.day == 1:
        months = (period.end.year - period.first.year) * 12 + period.end.month - period.first.month
        return periods.Period(period.first - relativedelta(months=months), period.first, "")
    return periods.Period(period.first - (period.end - period.first), period.first, "")


def _panel_row(signal: Signal, period: periods.Period, person: str | None, sight: Sight, rows: int) -> dict[str, Any]:
    """Return one row of the panel: values for programs and texts for people."""
    k_of_n = str(sight.hits) if sight.total is None else f"{sight.hits}/{sight.total}" if sight.total else "–"
    return {
        "signal": signal.key,
        "title": say(signal.title),
        "group": person,
        "period": period.label,
        "hits": sight.hits,
        "total": sight.total,
        "value": _number(sight.value),
        "unit": signal.unit,
        "line": _number(sight.line),
        "look_when": signal.look_when,
        "limit": say(signal.limit),
        "look": sight.look,
        "within_chance": sight.within_chance,
        "before": _number(sight.before),
        "rows": rows,
        "who": person,
        "k_of_n": sight.k_of_n or k_of_n,
        "figure": _figure(signal, sight),
        "mark": _mark(signal, sight, person),
    }


def _number(value: Number | None) -> int | float | None:
    """Return a whole number as int, any other as float."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _figure(signal: Signal, sight: Sight) -> str:
    """Return the value as text for people; the percentage of few rows in brackets (C10)."""
    if signal.unit == "ratio" and sight.total:
        return f"{sight.hits} : {sight.total - sight.hits}"
    if sight.value is None:
        return say("n/a")
    if signal.unit == "share":
        return rate_text(float(sight.value), sight.total or 0)
    if signal.unit == "probability":
        return percent(float(sight.value)) if sight.value >= 0.0005 else "< 0.1 %"
    if signal.unit == "points":
        return f"{float(sight.value):+.1f}".replace("-", "−")
    return ""


def _mark(signal: Signal, sight: Sight, person: str | None) -> str:
    """Return the mark for people: look, or crossed but within chance."""
    if sight.look is None:
        return say("by technician") if sight.value is not None and person is None else say("n/a")
    if sight.look:
        return say("look")
    return say("within chance") if sight.within_chance else ""


_ROW_COLUMNS = columns(
    "signal-", "ticket_id:T=ticket", "appliance_id-", "machine:A+", "customer_id-", "technician:name",
    "clerk:name??", "at:instant", "recorded_at-", "lag:count+=typed after", "verdict:code", "what:words",
)  # fmt: skip


def list_rows(db: Database, key: str, period: periods.Period, *, as_of: datetime, by: Person | None = None) -> Table:
    """Return every row that a signal counts, each marked as hit or miss.

    `by` changes the marks only if a person's own rows decide what is a hit, as with the runs of I8.
    """
    signal = find_signal(key)
    found = _count_and_stream(db, signal, period, as_of, by)
    own = next(found)
    said = {"name": say(signal.name), "k": hits_of(own), "n": own.total()}
    head = say("{name}: {k} of {n} rows are hits", **said)
    return Table(_ROW_COLUMNS, (), heading=joined("\n", [head, say(TALK), heading(db, period, as_of)]), coming=found)


def _count_and_stream(
    db: Database, signal: Signal, period: periods.Period, as_of: datetime, by: Person | None
) -> Iterator[Any]:
    """Yield the count of all rows, then the rows one by one, in one read transaction."""
    with facts_as_of(db, as_of):
        names = count.list_names(db)
        yield sum(_count_rows(db, signal, period, by, names).values(), Counter())
        for row in db.connection.execute(_texts()["list_rows"]):
            yield _row_cells(db, signal, names, *row)


def hits(db: Database, key: str, period: periods.Period, *, as_of: datetime) -> Iterator[dict[str, Any]]:
    """Yield the hits of a signal in the outlet as objects, without its misses, which may be a hundred thousand rows."""
    signal, keys = find_signal(key), [column.key for column in _ROW_COLUMNS]
    with facts_as_of(db, as_of):
        names = count.list_names(db)
        _ask(db, signal, period, None)
        for row in db.connection.execute(_texts()["list_hits"]):
            yield dict(zip(keys, _row_cells(db, signal, names, *row), strict=True))


def _row_cells(
    db: Database,
    signal: Signal,
    names: dict[int | None, str],
    ticket_id: int | None,
    appliance_id: int | None,
    customer_id: int | None,
    who_id: int | None,
    clerk: str | None,
    at_unix: int,
    recorded_unix: int,
    judgement: str,
    detail: str | None,
) -> list[Any]:
    verdict, _, code = judgement.partition(" ")
    return [
        signal.key,
        ticket_id,
        appliance_id,
        appliance_id if ticket_id is None else None,
        customer_id,
        names.get(who_id, NOBODY) if Person.TECHNICIAN in signal.people else None,
        (clerk or NOBODY) if Person.CLERK in signal.people or signal.names_clerk else None,
        dates.stamp_of(at_unix, db.outlet.zone),
        dates.stamp_of(recorded_unix, db.outlet.zone),
        _lag(recorded_unix - at_unix),
        verdict,
        f"{code}_{detail}" if detail else code,
    ]


def _lag(seconds: int) -> str:
    """Return as text how long after it happened a fact was typed: `12 min`, `3.5 h`, `20 d`."""
    if seconds < 3600:
        return f"{seconds // 60} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds // 86400} d"


_ASPECTS = ("formula", "look_when", "unit", "why", "innocent", "source")
_TITLES = ("formula", "look_when=look when", "unit", "why=makes visible", "innocent=may be innocent", "source")


def explain(key: str) -> Table:
    """Return one row: what a signal means, its line, its false alarms, and its innocent explanations."""
    signal = find_signal(key)
    aspects = [getattr(signal, aspect) for aspect in _ASPECTS]
    people = item_list(coded(person) for person in signal.people)
    line = signal.measure(Tally(Counter(), Counter(), Counter(), None)).line
    chance = say(
        "only where chance alone goes so far in fewer than 1 of 40 honest periods; where people are compared, for any"
        " of them"
    )
    alarms = ALARMS.get(signal.key, Alarms())
    cells = [*(say(aspect) for aspect in aspects), chance if line != 0 else None, people, _alarm_texts(alarms)]
    told = Table(columns(*_TITLES, "chance=beyond chance", "by", "alarms=false alarms"), [cells], one=True)
    fields = columns(
        "signal-", "title-", "chinese-", *(f"{aspect}-" for aspect in _ASPECTS), "line-", "by-",
        *(f"false_{unit}-" for unit in Alarms._fields), "honest_months-", "honest_years-",
    )  # fmt: skip
    row = [signal.key, signal.title, signal.chinese, *aspects, _number(line), list(signal.people)]
    return Table(fields, [[*row, *alarms, MONTHS, YEARS]], sections=((say(signal.name), told),))


def _alarm_texts(alarms: Alarms) -> str:
    """Return the sentence that says how often honest outlets raise the signal, and how that was measured."""
    return say(
        "raised in {months} of {all_months} honest months and {years} of {all_years} honest years; by technician or"
        " clerk for anybody in {own_months} and {own_years}. Measured over the demo, seeds 1 to {all_years}",
        months=alarms.months,
        all_months=MONTHS,
        years=alarms.years,
        all_years=YEARS,
        own_months=alarms.months_by_person,
        own_years=alarms.years_by_person,
    )
