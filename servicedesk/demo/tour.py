"""Show a first look at a demo file: urgent tickets, coming birthdays, last month's figures, commands to try."""

import shlex
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from servicedesk.base import dates, periods
from servicedesk.base.messages import say
from servicedesk.base.table import For, Table, columns, record
from servicedesk.desk.maintenance import generate
from servicedesk.domain import birthday_rules, wording
from servicedesk.kpis import report
from servicedesk.kpis.definitions.registry import HEADLINE
from servicedesk.records import ticket_lists
from servicedesk.storage import info
from servicedesk.storage.database import Database

MOST_TICKETS, MOST_VISITS, HORIZON = 8, 6, 30

_ANSWER = columns(
    "file+", "holds+", "made_from+", "planted??+", "path-", "seed-", "months-", "customers-", "appliances-", "tickets-",
    "surveys-", "stories-",
)  # fmt: skip
_OPEN = columns("ticket:T+", "state:code+", "until:due+", "who:name+=customer", "machine:brief+=appliance",
                "by:name+=technician")  # fmt: skip
_DUE = columns("visit_on:date+=planned", "whose+=customer", "what+=appliance", "years:count+=age")
_GO_ON = columns("what+=to do", "command+=type this", "command-", "what-")


def tour(db: Database, *, seed: int, months: int, now: datetime, is_pinned: bool, stories: Iterable[str] = ()) -> Table:
    """Return one row about the file and its content, with the sections open_tickets, due_visits, kpis, go_on."""
    told = info.get_info(db).table.objects()[0]
    kept = [told[key] for key in ("customers", "appliances", "tickets", "surveys")]
    holds = say(
        "{customers} customers, {appliances} appliances, {tickets} tickets, {answers} answers",
        **dict(zip(("customers", "appliances", "tickets", "answers"), kept, strict=True)),
    )
    urgent = _urgent(ticket_lists.list_tickets(db, now=now), now)
    figures = report.report(db, periods.last_full_month(now.date()), as_of=now, only=HEADLINE)
    sections = (
        ("open_tickets", urgent),
        ("due_visits", _due(db, now)),
        ("kpis", figures.without("by", "final")),
        ("go_on", _go_on(db, urgent, now if is_pinned else None)),
    )
    row = [
        str(db.path),
        holds,
        say("seed {seed}, {months} months and the days since", seed=seed, months=months),
        ", ".join(sorted(stories)) or None,
        str(db.path),
        seed,
        months,
        *kept,
        sorted(stories),
    ]
    heading = say("Welcome to {name}. Nobody here is real; what you see is made up.", name=db.outlet.name)
    return record(_ANSWER, row, heading=heading, sections=sections)


def _for_machines(table: Table) -> tuple[Any, ...]:
    return tuple(c._replace(who=For.MACHINES) for c in table.columns if c.who is not For.PEOPLE)


def _beside(people: Iterable[Any], table: Table, cells: Sequence[Sequence[Any]], **more: Any) -> Table:
    """Return the rows of a list with other columns for people."""
    kept = [i for i, c in enumerate(table.columns) if c.who is not For.PEOPLE]
    rows = [[*own, *(row[i] for i in kept)] for own, row in zip(cells, table.rows, strict=True)]
    return Table((*people, *_for_machines(table)), rows, **more)


def _urgent(table: Table, now: datetime) -> Table:
    """Return the first tickets: repairs without arrival by deadline, then repairs in hand, then other visits."""

    def rank(ticket: dict[str, Any]) -> tuple[Any, ...]:
        is_reached = bool(ticket["arrived_at"])
        by = ticket["reported_at"] if is_reached else _until(ticket, now) or "9"
        return ticket["type"] != "repair", is_reached, by

    pairs = sorted(zip(table.objects(), table.rows, strict=True), key=lambda pair: rank(pair[0]))[:MOST_TICKETS]
    cells = []
    for ticket, _ in pairs:
        until = None if ticket["arrived_at"] else _until(ticket, now)
        until = until[5:16].replace("T", " ") if until else None
        state = "overdue" if _is_late(ticket, now) else ticket["status"]
        machine = wording.appliance_name(ticket["category"])
        cells.append([ticket["id"], state, until, ticket["customer"], machine, ticket["technician"]])
    chosen = table._replace(rows=[row for _, row in pairs])
    return _beside(
        _OPEN, chosen, cells, heading=say("{n} of {n2}, the most urgent first", n=len(pairs), n2=len(table.rows))
    )


def _is_late(ticket: dict[str, Any], now: datetime) -> bool:
    """Return whether nobody arrived for a repair within its deadline (K6)."""
    is_repair = ticket["type"] == "repair" and not ticket["arrived_at"]
    return is_repair and dates.unix_of(ticket["deadline_at"]) < dates.unix(now)


def _until(ticket: dict[str, Any], now: datetime) -> str | None:
    """Return the time by which somebody should be there: the end of the next window, else the deadline."""
    is_agreed = ticket["status"] == "appointed" and not _is_late(ticket, now)
    found: str | None = ticket["window_to"] if is_agreed else ticket["deadline_at"] or ticket["window_to"]
    return found


def _due(db: Database, now: datetime) -> Table:
    """Return the birthdays of the next visits that are not generated yet."""
    until = birthday_rules.later(now.date().isoformat(), HORIZON)
    table = generate.list_due(db, on=now.date().isoformat(), until=until).table
    homes: list[tuple[Any, ...]] = []
    rows, cells = [], []
    planned_at = [column.key for column in table.columns].index("visit_on")  # as people read it
    for line, row in zip(table.objects(), table.rows, strict=True):
        visit = (line["planned_on"], line["household_id"] or -line["customer_id"])
        homes += [visit] * (visit not in homes)
        if len(homes) <= MOST_VISITS:
            rows.append(row)
            machine = wording.appliance_name(line["category"], line["brand"])
            cells.append([row[planned_at], f"C{line['customer_id']} {line['customer']}", machine, line["age"]])
    heading = say(
        "{min} of {n} until {until}, from the birthdays of the appliances",
        min=min(len(homes), MOST_VISITS),
        n=len(homes),
        until=until,
    )
    return _beside(_DUE, table._replace(rows=rows), cells, heading=heading)


CALLERS = """
SELECT p.number
  FROM phone p
 WHERE p.customer_id = :customer_id AND p.voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM phone o WHERE o.digits = p.digits AND o.id <> p.id AND o.voided_at IS NULL)
 ORDER BY p.id
"""

# A ticket worth a look: open, and with the most events.
STORY = """
SELECT e.ticket_id FROM event e JOIN ticket t ON t.id = e.ticket_id
 WHERE t.type = 'repair' AND t.ended_at IS NULL
 GROUP BY e.ticket_id ORDER BY count(*) DESC, e.ticket_id DESC LIMIT 1
"""


def _go_on(db: Database, urgent: Table, pinned: datetime | None) -> Table:
    """Return commands that work as printed, in the shell that made the file."""
    callers = [number for ticket in urgent.objects() if ticket["customer_id"]
               for number in db.rows(CALLERS, customer_id=ticket["customer_id"])]  # fmt: skip
    ticket_id = db.value(STORY)
    rows = [(say("stay in this file"), f"export SERVICEDESK_DB={_shell_path(db.path)}")]
    rows += [(say("stay in its time"), f"export SERVICEDESK_NOW='{pinned:%Y-%m-%d %H:%M:%S}'")] if pinned else []
    rows.append((say("begin the day"), "servicedesk today"))
    rows += [(say("see who calls"), f"servicedesk customer show --phone {callers[0][0]}")] if callers else []
    rows += [(say("follow one repair"), f"servicedesk ticket show T{ticket_id}")] if ticket_id else []
    rows += [
        (say("check a figure"), "servicedesk kpi rows arrival_24h_rate"),
        (say("plan the visits"), "servicedesk maintenance generate --dry-run"),
    ]
    return Table(_GO_ON, [(what, command, command, what) for what, command in rows])


def _shell_path(path: Path) -> str:
    """Return the path quoted for the shell; in the current folder as "$PWD"/NAME, so that the line stays short."""
    if path.is_absolute():
        return shlex.quote(str(path))
    return f'"$PWD"/{shlex.quote(str(path))}'
