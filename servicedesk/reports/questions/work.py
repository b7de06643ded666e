"""Questions about the work: what a repair costs the customer, and the figures of one technician."""

from collections.abc import Mapping
from typing import Any

from servicedesk.base import periods
from servicedesk.base.messages import coded, msgid, say, say_count
from servicedesk.base.table import columns
from servicedesk.domain.groups import NOBODY, By
from servicedesk.kpis import count, stats
from servicedesk.kpis.compare import LEVEL
from servicedesk.kpis.count import Tally
from servicedesk.kpis.definitions.customers import COSTS
from servicedesk.kpis.definitions.registry import Kpi, find_kpi
from servicedesk.kpis.figure import FEW, few_note, is_few, rate_text
from servicedesk.reports.questions.customers import period_text
from servicedesk.reports.questions.question import Answer, Asked, Question
from servicedesk.reports.questions.rates import RATE, rate_cells
from servicedesk.storage.database import Row

# What the page shows, in this order: what customers say, whether the repair lasts, whether somebody comes in time.
FIGURES = (
    "satisfaction_rate", "top_box_rate", "dissatisfied_rate", "complaint_rate", "repeat_repair_rate",
    "first_time_fix_rate", "arrival_24h_rate", "window_on_time_rate",
)  # fmt: skip
_PAGE = columns(
    "figure-", "name:code+=kpi", *RATE, "other_hits-", "other_total-", "other_rate-", "others:share+=all others",
    "difference-", "judged+=difference", "tickets-",
)  # fmt: skip


def _show_technician(asked: Asked, *, technician_id: int, period: periods.Period) -> Answer:
    """Return the rates of one technician beside those of all others together; the last row counts the tickets."""
    name = count.list_names(asked.db)[technician_id]
    rows: list[list[Any]] = []
    for kpi in map(find_kpi, FIGURES):
        tallies = {key[0]: tally for key, tally in count.count_verdicts(asked.db, kpi, period, [By.TECHNICIAN]).items()}
        rows.append(_figure_row(kpi, tallies, name))
    count.ask(asked.db, period)
    tickets = asked.rows("completed_by", technician_id=technician_id)[0]["tickets"]
    last: list[Any] = [None] * len(_PAGE)
    last[0], last[1], last[-1] = "tickets", say("completed tickets"), tickets
    last[_PAGE_AT["k_of_n"]] = str(tickets)
    told = [period_text(period), say("{name}: a reason to talk, not a rank; few tickets say little", name=name)]
    if any(is_few(row[_PAGE_AT["rate"]], row[_PAGE_AT["total"]]) for row in rows):
        told.append(few_note())
    missing = [] if tickets else [say("{name} completed no ticket in these days: nothing is known", name=name)]
    return Answer(_PAGE, [*rows, last] if tickets else [], told, missing)


_PAGE_AT = {column.key: at for at, column in enumerate(_PAGE)}


def _figure_row(kpi: Kpi, tallies: Mapping[str, Tally], name: str) -> list[Any]:
    """Return the rate of one technician, of all others, and whether chance explains the difference (C11)."""
    hits, total = _hits(tallies.get(name, Tally()))
    others = Tally()
    for who, tally in tallies.items():
        if who != name and who not in NOBODY:
            others.update(tally)
    other_hits, other_total = _hits(others)
    rate = other_hits / other_total if other_total else None
    verdict = _verdict(hits, total, other_hits, other_total)
    told = {"few": say("too few to tell"), "within_chance": say("within chance"), None: ""}
    return [
        kpi.key, coded(kpi.key), *rate_cells(hits, total), other_hits, other_total, rate,
        rate_text(rate, other_total), verdict, told.get(verdict, say("beyond chance")), None,
    ]  # fmt: skip


def _verdict(hits: int, total: int, other_hits: int, other_total: int) -> str | None:
    if not total or not other_total:
        return None
    if min(total, other_total) < FEW:
        return "few"
    return "within_chance" if stats.chance(hits, total, other_hits, other_total) > LEVEL else "beyond_chance"


def _hits(tally: Tally) -> tuple[int, int]:
    parts = count.parts(tally)
    return stats.count(parts, "hit"), stats.count(parts, "hit", "miss")


TECHNICIAN = Question(
    "technician",
    msgid("One technician"),
    msgid(
        "The figures that 'kpi explain' defines, of the tickets that count for the technician, beside all other"
        " technicians together. Tickets: completed repairs, installations and maintenance visits."
    ),
    _show_technician,
    _PAGE,
)

_COST = columns(
    "figure-", "name:code+=kpi", *RATE, "value-", "unit-", "n-", "shown_value:share+=median", "counted:count+=of",
)  # fmt: skip
_COST_ROWS = columns(
    "ticket_id:T=ticket", "customer_id:C=customer", "name:name", "contacts:count", "visits:count", "window_hours:count",
    "days:count", "paid_fen:fen=amount",
)  # fmt: skip


def _count_cost(asked: Asked, *, period: periods.Period, rows: bool) -> Answer:
    """Return what repairs cost customers in contacts, visits, hours, days and money; with `rows`, for each repair."""
    told = [period_text(period)]
    count.ask(asked.db, period)
    if rows:
        return Answer(_COST_ROWS, [_cost_row(row) for row in asked.rows("repair_costs")], told)
    tallies = [count.count_verdicts(asked.db, kpi, period, []).get((), Tally()) for kpi in COSTS]
    if not any(tallies):
        return Answer(_COST, [], told, [say("no repair was completed in these days: nothing is known")])
    uncharged = stats.count(count.parts(tallies[-1]), "excluded")
    missing = []
    if uncharged:
        missing.append(
            say_count(
                "{n} repair has no charge on record: what it cost is unknown",
                "{n} repairs have no charge on record: what they cost is unknown",
                uncharged,
            )
        )
    found = [_cost_figure(kpi, tally) for kpi, tally in zip(COSTS, tallies, strict=True)]
    return Answer(_COST, found, told, missing)


def _cost_figure(kpi: Kpi, tally: Tally) -> list[Any]:
    """Return the share of repairs with more than one contact, or a median with its number of repairs."""
    parts = count.parts(tally)
    if kpi.is_rate:
        return [kpi.key, coded(kpi.key), *rate_cells(*_hits(tally)), None, None, None, None, None]
    value, n = kpi.measure(parts), stats.count(parts, "hit")
    told = stats.figure_text(value, str(kpi.unit))
    return [kpi.key, coded(kpi.key), *rate_cells(None, None), value, kpi.unit, n, told, n]


def _cost_row(row: Row) -> list[Any]:
    fen = None if row["yuan"] is None else round(row["yuan"] * 100)
    hours = None if row["hours"] is None else round(row["hours"], 1)
    return [row["ticket_id"], row["customer_id"], row["name"], row["contacts"], row["visits"], hours,
            round(row["days"], 1), fen]  # fmt: skip


CUSTOMER_COST = Question(
    "customer-cost",
    msgid("What a repair costs the customer"),
    msgid(
        "Completed repairs (rule K15): the share with more than one contact that the customer had to make, and the"
        " medians of contacts, visits, hours waited in agreed windows, days without the appliance, and money. There is"
        " no target."
    ),
    _count_cost,
    _COST,
    _COST_ROWS,
)
