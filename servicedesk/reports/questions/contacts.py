"""Question about contacts: how often a customer had to call for a repair (S13), how soon we answered (S22)."""

from statistics import median

from servicedesk.base import periods
from servicedesk.base.messages import msgid, say, say_count
from servicedesk.base.table import Value, columns
from servicedesk.kpis import count
from servicedesk.reports.questions.customers import period_text
from servicedesk.reports.questions.question import Answer, Asked, Question
from servicedesk.reports.questions.rates import RATE, rate_cells
from servicedesk.storage.database import Row

_FIGURES = columns("measure:words=what", *RATE, "median:count", "left_out:count=left out")
_ROW_COLUMNS = columns(
    "kind:words=what", "ticket_id:T=ticket", "contact_id:L=contact", "customer_id:C???=customer", "name:name",
    "at:instant??", "contacts:count", "answered:words",
)  # fmt: skip
_COUNTED = {"first_ring", "later_ring", "missed", "busy"}  # calls whose answer is known


def _count_contacts(asked: Asked, *, period: periods.Period, rows: bool) -> Answer:
    """Return the contacts per repair and the share of calls answered at the first ring, or the rows behind them."""
    count.ask(asked.db, period)
    repairs, calls = asked.rows("contacts_of_repairs"), asked.rows("calls_taken")
    told, missing = [period_text(period)], []
    is_logged = asked.rows("contacts_logged")[0]["logged"] > 0
    if not is_logged:
        missing.append(
            say("no contact about a ticket is on record: nobody knows who had to call again; 'contact log T1 --in'")
        )
    if not any(row["answered"] in _COUNTED for row in calls):
        missing.append(say("no call with its rings is on record: 'contact log T1 --in --rings 1', or --missed"))
    if rows:
        return Answer(_ROW_COLUMNS, [*map(_repair_row, repairs), *map(_call_row, calls)], told, missing)
    uncounted = sum(row["answered"] not in _COUNTED for row in calls)
    if uncounted:
        told.append(say_count("{n} call without its rings is left out", "{n} calls without their rings are left out",
                              uncounted))  # fmt: skip
    return Answer(
        _FIGURES, [_repairs_figure(repairs if is_logged else []), _calls_figure(calls, uncounted)], told, missing
    )


def _repairs_figure(repairs: list[Row]) -> list[Value]:
    """Return the share of repairs with more than one contact, and the median of contacts."""
    contacts = [row["contacts"] for row in repairs]
    cells = rate_cells(sum(n > 1 for n in contacts), len(contacts))
    middle = median(contacts) if contacts else None
    whole = int(middle) if middle is not None and middle == int(middle) else middle
    return ["more_than_one_contact", *cells, whole, 0]


def _calls_figure(calls: list[Row], uncounted: int) -> list[Value]:
    """Return the share of calls answered at the first ring."""
    hits = sum(row["answered"] == "first_ring" for row in calls)
    return ["answered_at_the_first_ring", *rate_cells(hits, len(calls) - uncounted), None, uncounted]


def _repair_row(row: Row) -> list[Value]:
    return ["repair", row["ticket_id"], None, row["customer_id"], row["name"], None, row["contacts"], None]


def _call_row(row: Row) -> list[Value]:
    about = (row["ticket_id"], row["id"], row["customer_id"], row["name"], row["at"])
    return ["incoming_call", *about, None, row["answered"]]


CONTACTS = Question(
    "contacts",
    msgid("Contacts and the telephone"),
    msgid(
        "Repairs completed in the period: the share whose customer had to get in touch more than once, and the median"
        " of contacts (rule K15). Calls that came in in the period: the share answered at the first ring (rule S22);"
        " missed and busy ones count, those whose rings nobody counted are left out."
    ),
    _count_contacts,
    _FIGURES,
    _ROW_COLUMNS,
)
