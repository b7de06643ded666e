"""The morning page of the desk: what is overdue, due, unassigned, waiting, promised and to be called.

Each section is a list that another command gives, or the part of it that concerns the day; no rule is decided here. A
ticket stands in every section that it belongs to.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime, tzinfo
from functools import partial
from typing import Any, NamedTuple

from servicedesk.base import dates
from servicedesk.base.messages import coded, in_words, joined, say, say_count
from servicedesk.base.table import Result, Table, columns, shown
from servicedesk.desk.aftercare import complaints, measures, promises
from servicedesk.desk.aftercare import morning as aftercare
from servicedesk.desk.agreements import morning as agreements
from servicedesk.desk.jobs import morning as jobs
from servicedesk.desk.maintenance import birthdays, generate
from servicedesk.desk.parts import morning as parts
from servicedesk.desk.technicians import work_day
from servicedesk.domain import wording
from servicedesk.domain.birthday_rules import VISIT_DAYS, later
from servicedesk.domain.model import TicketType
from servicedesk.domain.ticket import Cause
from servicedesk.records import notes, presence
from servicedesk.records.appliances import has_guarantee
from servicedesk.records.presence import Reason
from servicedesk.records.ticket_lists import find_tickets
from servicedesk.records.tickets import TicketRow
from servicedesk.storage.database import Database, Row

SOON = 7  # days that birthdays and notes are shown ahead

# Columns for programs; people read the sections.
KEYS = columns(
    "section-", "ref-", "ticket_id-", "customer_id-", "customer-", "appliance_id-", "category-", "technician-",
    "technician_absent-", "window_from-", "window_to-", "due_at-", "due_on-", "since_at-", "reason-", "text-",
    "phone-",
)  # fmt: skip
_SCREEN_COLUMNS = columns(
    "urgency:urgency+", "ref:code+", "when:due+", "technician:name+", "customer:name+", "phone:phone+",
    "machine:brief??+=appliance", "what:brief+",
)  # fmt: skip

Item = dict[str, Any]


class _Morning(NamedTuple):
    """Data that several sections need, read once; tickets by their id."""

    db: Database
    on: str
    moment: datetime
    open: dict[int, TicketRow]
    late: dict[int, TicketRow]
    held: list[Row]
    absent: dict[str, Reason]
    to_reassign: dict[int, Reason]
    where: tzinfo

    def when(self, at: str | None) -> str | None:
        """Return an instant, a date or a month for people: the hour if it is this day, no year if it is this year."""
        if not at or len(at) < 10:
            return at
        if at[:10] == self.on and len(at) > 10:
            return at[11:16]
        day = at[5:10] if at[:4] == self.on[:4] else at[:10]
        return f"{day} {at[11:16]}".strip()


def get_page(db: Database, *, on: str, now: datetime, only: Collection[str] = ()) -> Result:
    """Return one row per item under KEYS; people get a section per kind of item, the most urgent first.

    `on`: the local date of the page. For another day than today, the page shows what is open when that day begins.
    `only`: the sections that are asked for.
    """
    today = now.date().isoformat()
    moment = now if on == today else dates.start_of(date.fromisoformat(on), db.outlet.zone)
    morning = _read(db, on, moment)
    found = [(key, title, more, rows) for key, title, more, read in _SECTIONS
             if not (only and key not in only) and (rows := read(morning))]  # fmt: skip
    items = [item for *_, rows in found for item in rows]
    phones = birthdays.phones_of(db, items)
    for item in items:
        item["phone"] = phones.get(item["customer_id"] or 0)
    sections = tuple(
        (
            key,
            Table(
                _SCREEN_COLUMNS, [_cells(row, _COLOURS.get(key)) for row in rows], heading=title(len(rows)), more=more
            ),
        )
        for key, title, more, rows in found
    )
    at = {"outlet": db.outlet.name, "day": shown(dates.stamp(now), "instant") if on == today else on}
    past = say("tickets that ended since are not listed; 'kpi backlog --as-of {day}' counts what was open then", day=on)
    quiet = say("{outlet}, {day}: nothing is due, all is quiet", **at)
    all_of_them = [[{"section": key, **one}.get(part.key) for part in KEYS] for key, *_, rows in found for one in rows]
    heading = say("{outlet}, {day}", **at) if found else quiet
    table = Table(KEYS, all_of_them, heading=heading, sections=sections, empty=quiet)
    return Result(table, [past] if on < today else [], changed=False)


def _read(db: Database, on: str, moment: datetime) -> _Morning:
    found = {ticket.id: ticket for ticket in find_tickets(db, now=moment)}
    away = {name: absences.reason((on, on)) for name, absences in presence.list_absences(db).items()}
    return _Morning(
        db,
        on,
        moment,
        found,
        {ticket.id: ticket for ticket in find_tickets(db, now=moment, overdue=True)},
        work_day.list_held_tickets(db),
        {name: reason for name, reason in away.items() if reason},
        presence.reasons_to_reassign(db, found.values(), now=moment),
        db.outlet.zone,
    )


_LEAST_DAYS = 30  # W7: no repair takes too long before that
_COLOURS = {"overdue": "late", "due_today": "soon", "must_go_today": "soon", "promises_due": "soon"}


def _cells(item: Item, urgency: str | None) -> list[Any]:
    """Return what people see of an item, its time in the colour of its section."""
    machine = item.get("machine", wording.appliance_name(item.get("category"), item.get("brand")))
    who = item.get("who", item.get("technician"))
    phone = item["phone"] or (wording.NO_PHONE if item["customer_id"] else None)
    return [urgency, item["ref"], item["when"], who, item.get("customer"), phone, machine, item["what"]]


def _ticket(morning: _Morning, ticket_id: int, **more: Any) -> Item:
    """Return an item about an open ticket; `more` are the keys of its section."""
    ticket = morning.open[ticket_id]
    away = morning.to_reassign.get(ticket_id) or morning.absent.get(str(ticket.technician))
    return {
        "ref": f"T{ticket_id}",
        "ticket_id": ticket_id,
        "technician_absent": away is not None if ticket.technician else None,
        "who": _technician_with_absence(morning, ticket.technician, away),
        "since_at": ticket.reported_at,
        "text": ticket.text or ticket.fault,
        "what": wording.problem_text(ticket.text) or coded(ticket.fault),
        "customer_id": ticket.customer_id,
        "customer": ticket.customer,
        "appliance_id": ticket.appliance_id,
        "category": ticket.category,
        "brand": ticket.brand,
        "technician": ticket.technician,
        **more,
    }


def _technician_with_absence(morning: _Morning, name: str | None, away: Reason | None) -> str | None:
    """Return the technician, with a mark if they are away or have left."""
    if away is None:
        return name
    today = morning.absent.get(str(name))
    return presence.with_absence(name, away, has_left=today is not None and today.code == presence.LEFT)


def _due(morning: _Morning, at: str | None) -> Item:
    """Return the due instant and date as keys of an item; what is due at 00:00 is due on the day that ends then."""
    return {"due_at": at, "due_on": dates.last_day(at, morning.where) if at else None}


def _earliest(items: list[Item], key: str) -> list[Item]:
    """Return the items in the order of that instant, those without one last."""
    return sorted(items, key=lambda item: (item[key] is None, item[key] and dates.unix_of(item[key])))


def _overdue(morning: _Morning) -> list[Item]:
    found = [
        _ticket(morning, ticket_id, when=morning.when(ticket.deadline_at), **_due(morning, ticket.deadline_at))
        for ticket_id, ticket in morning.late.items()
    ]
    return _earliest(found, "due_at")


def _due_today(morning: _Morning) -> list[Item]:
    """Return windows of the day without an arrival, and repairs unreached before a deadline in it, the next first."""
    found = []
    for row in morning.held:
        ticket_id = row["ticket_id"]
        ticket = morning.open[ticket_id]
        if work_day.is_dated(row, morning.on, morning.where):
            window = {"window_from": row["window_from"], "window_to": row["window_to"], "from": row["window_from"]}
            due = _due(morning, row["window_to"])
            if not row["is_attended"]:
                found.append(_ticket(morning, ticket_id, when=work_day.hours(row), **window, **due))
        elif not ticket.arrived_at and ticket_id not in morning.late:
            due = _due(morning, ticket.deadline_at)
            if due["due_on"] == morning.on:
                by = say("by {time}", time=morning.when(due["due_at"]))
                found.append(_ticket(morning, ticket_id, when=by, **{"from": due["due_at"]}, **due))
    return _earliest(found, "from")


def _must_go_today(morning: _Morning) -> list[Item]:
    """Return what falls due after this day and before the outlet opens again: windows, deadlines, promises."""
    opening = dates.unix(dates.opening_after(date.fromisoformat(morning.on), morning.db.outlet.opens, morning.where))

    def is_before_opening(at: str | None) -> bool:
        due_on = _due(morning, at)["due_on"]
        return at is not None and due_on > morning.on and dates.unix_of(at) <= opening

    found = []
    for row in morning.held:
        ticket_id = row["ticket_id"]
        ticket = morning.open[ticket_id]
        if work_day.is_dated(row, morning.on, morning.where):
            continue
        if is_before_opening(row["window_from"]) and not row["is_attended"]:
            window = {"window_from": row["window_from"], "window_to": row["window_to"]}
            when = morning.when(row["window_from"])
            found.append(_ticket(morning, ticket_id, when=when, **window, **_due(morning, row["window_to"])))
        elif not ticket.arrived_at and is_before_opening(deadline := ticket.deadline_at):
            by = say("by {time}", time=morning.when(deadline))
            found.append(_ticket(morning, ticket_id, when=by, **_due(morning, deadline)))
    found += [item for item in _open_promises(morning) if is_before_opening(item["due_at"])]
    return _earliest(found, "due_at")


def _list_unassigned(morning: _Morning) -> list[Item]:
    """Return tickets without a technician, or whose technician has left or is away when needed (`reason`)."""
    planned = presence.list_planned_days(morning.db)
    last = later(morning.on, presence.AHEAD)
    found = []
    for ticket_id, ticket in morning.open.items():
        day = planned.get(ticket_id)
        if reason := morning.to_reassign.get(ticket_id):
            found.append(_of_somebody_away(morning, ticket_id, reason, day))
        elif ticket.technician is None and (day is None or day <= last):
            found.append(_free(morning, ticket_id, day))
    return sorted(_earliest(found, "since_at"), key=lambda item: item["by"])


def _free(morning: _Morning, ticket_id: int, day: str | None, **more: Any) -> Item:
    ticket = morning.open[ticket_id]
    deadline = ticket.deadline_at
    due = _due(morning, deadline) if deadline or day is None else {"due_on": day}
    when = say("by {time}", time=morning.when(deadline)) if deadline else morning.when(day or ticket.reported_at)
    by = (day or "9", 0) if deadline is None else (deadline[:10], dates.unix_of(deadline))
    return _ticket(morning, ticket_id, **({"when": when, "by": by} | due | more))


def _of_somebody_away(morning: _Morning, ticket_id: int, reason: Reason, day: str | None) -> Item:
    """Return the item of a ticket whose technician is away; a window to come sets by when somebody must be there."""
    ticket = morning.open[ticket_id]
    window: Item = {}
    if presence.window_days(ticket.window_from, ticket.window_to, now=morning.moment):
        begin = str(ticket.window_from)
        window = {"window_from": begin, "window_to": ticket.window_to, "when": morning.when(begin)}
        window["by"] = (begin[:10], dates.unix_of(begin))
    return _free(morning, ticket_id, day, reason=reason.code, **window)


def _waiting(morning: _Morning) -> list[Item]:
    found = []
    for row in morning.held:
        if cause := row["waiting_for"]:
            waits_for = joined(" ", [part for part in (in_words(cause), row["waiting_part"]) if part])
            what = joined(": ", [part for part in (waits_for, row["text"]) if part])
            since = {"since_at": row["waiting_since"], "when": morning.when(row["waiting_since"])}
            found.append(_ticket(morning, row["ticket_id"], what=what, reason=cause, **since))
    return _earliest(found, "since_at")


def _open_promises(morning: _Morning) -> list[Item]:
    return [
        {
            "ref": f"P{row['id']}",
            "ticket_id": row["ticket_id"],
            "customer_id": row["customer_id"],
            "customer": row["customer"],
            "since_at": row["made_at"],
            "technician": ticket.technician if (ticket := morning.open.get(row["ticket_id"])) else None,
            "reason": row["status"],
            "text": row["what"],
            "when": morning.when(row["due_at"]),
            "what": joined(": ", [f"T{row['ticket_id']}", row["what"]]),
            **_due(morning, row["due_at"]),
        }
        for row in promises.find_promises(morning.db, now=morning.moment)
    ]


def _guarantee(morning: _Morning) -> list[Item]:
    """Return waiting repairs within the guarantee that are past day 30 or 90: the customer may ask for an exchange."""
    found = []
    first = later(morning.on, -_LEAST_DAYS)
    for row in morning.held:
        ticket = morning.open[row["ticket_id"]]
        if not row["waiting_for"] or row["waiting_for"] == Cause.CUSTOMER or row["reported_at"][:10] >= first:
            continue
        machine = morning.db.row("SELECT * FROM appliance WHERE id = :id", id=row["appliance_id"])
        if ticket.type != TicketType.REPAIR or machine is None or not has_guarantee(machine):
            continue
        from servicedesk.records.guarantee.line import passed_limit

        limit = passed_limit(morning.db, machine["id"], ticket.id, on=morning.on)
        if limit is not None:
            day = limit.isoformat()
            what = say("{cause}: 'warranty check T{id}'", cause=in_words(row["waiting_for"]), id=ticket.id)
            since = {"since_at": ticket.reported_at, "due_on": day, "reason": row["waiting_for"]}
            found.append(_ticket(morning, ticket.id, what=what, when=morning.when(day), **since))
    return _earliest(found, "since_at")


def _due_notes(morning: _Morning) -> list[Item]:
    return [
        {
            "ref": row["about"].partition(" ")[0],
            "ticket_id": row["ticket_id"],
            "customer_id": row["owner_id"],
            "customer": row["owner"] or "",
            "appliance_id": row["appliance_id"],
            "due_on": row["due_on"],
            "text": row["text"],
            "when": morning.when(row["due_on"]),
            "what": row["text"],
        }
        for row in notes.find_due(morning.db, on=morning.on, within=SOON)
    ]


def _birthdays(morning: _Morning) -> list[Item]:
    """Return birthdays from thirty days ago, while care still counts for them (M9), up to SOON days ahead."""
    first, last = later(morning.on, -VISIT_DAYS), later(morning.on, SOON)
    return [
        {
            "ref": f"A{row['appliance_id']}",
            "due_on": row["due_on"],
            "when": morning.when(birthdays.day_text(row["due_on"], approx=row["approx"])),
            "what": say_count("{n} year", "{n} years", n=row["age"]),
            **{key: row[key] for key in ("customer_id", "customer", "appliance_id", "category", "brand")},
        }
        for row in generate.find_due(morning.db, on=morning.on, until=last, since=first)
        if row["status"] == "due"
    ]


# Key, heading, the command that lists all of them, the function that returns the items.
_SECTIONS: tuple[tuple[str, Callable[[int], str], str, Callable[[_Morning], list[Item]]], ...] = (
    ("overdue", lambda n: say("Overdue ({n})", n=n), "ticket list --overdue", _overdue),
    ("due_today", lambda n: say("Due today ({n})", n=n), "technician day", _due_today),
    ("must_go_today", lambda n: say("Must go today ({n}): due before the outlet opens again", n=n), "ticket list",
     _must_go_today),
    ("unassigned", lambda n: say("Unassigned ({n})", n=n), "ticket list", _list_unassigned),
    ("promises_due", lambda n: say("Promises due ({n})", n=n), "promise list",
     lambda day: [item for item in _open_promises(day) if item["due_on"] <= day.on]),
    ("complaints_to_acknowledge", lambda n: say("Complaints to acknowledge ({n})", n=n),
     "complaint list", lambda day: complaints.list_unacknowledged(day.db, when=day.when)),
    ("measures_due", lambda n: say("Measures due after complaints ({n})", n=n), "report measures",
     lambda day: measures.list_due(day.db, on=day.on, when=day.when)),
    ("callbacks_due", lambda n: say("Call-backs to make ({n}), with the last day", n=n), "callback due",
     lambda day: aftercare.list_callbacks(day.db, moment=day.moment, when=day.when)),
    ("parts_arrived", lambda n: say("Parts that are there ({n})", n=n), "part list",
     lambda morning: parts.list_arrived(morning.db, morning.open, partial(_ticket, morning), morning.when)),
    ("parts_overdue", lambda n: say("Overdue parts ({n})", n=n), "part overdue",
     lambda morning: parts.list_overdue(morning.db, morning.on, morning.when)),
    ("certificates", lambda n: say("Certificates that expired or end soon ({n})", n=n), "technician show",
     lambda day: jobs.list_certificates(day.db, on=day.on, when=day.when)),
    ("waiting", lambda n: say("Waiting ({n})", n=n), "ticket list", _waiting),
    ("to_return", lambda n: say("To bring back ({n})", n=n), "ticket return",
     lambda day: jobs.list_to_return(day.db, when=day.when)),
    ("guarantee", lambda n: say("Past day 30 or 90 within the guarantee ({n}): an exchange may be asked for", n=n),
     "warranty check", _guarantee),
    ("notes_due", lambda n: say("Notes due ({n})", n=n), "note due", _due_notes),
    ("comments_unread", lambda n: say("Words of customers to read ({n})", n=n), "survey list --unread",
     lambda day: aftercare.list_unread(day.db, moment=day.moment, when=day.when)),
    ("birthdays_due", lambda n: say("Birthdays without a visit ({n})", n=n), "maintenance due", _birthdays),
    ("contracts_due", lambda n: say("Contracts: responses, visits, ends ({n})", n=n), "contract due",
     lambda day: agreements.list_contracts_due(day.db, moment=day.moment, when=day.when)),
    ("consumables_due", lambda n: say("To send this month ({n})", n=n), "consumable due",
     lambda day: agreements.list_consumables_due(day.db, on=day.on, when=day.when)),
)  # fmt: skip
SECTION_KEYS = [key for key, *_ in _SECTIONS]
