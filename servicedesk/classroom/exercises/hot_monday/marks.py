"""Mark E2: what became of each call, by the log of the student's file."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from servicedesk.base.dates import unix_of
from servicedesk.base.messages import category_name, joined, say
from servicedesk.base.table import moment, span
from servicedesk.classroom.exercise import Mark, MarkKind, Slip, Work
from servicedesk.classroom.exercises.hot_monday.scene import OFFSET, Call, Fault, Monday, Technician, draw_monday
from servicedesk.storage.database import Database

_IN_TIME, _ABLE, _SPREAD, _ONCE, _WHO_ASKED = 2.5, 1.2, 10.8, 5, 1  # points
LIMIT = timedelta(minutes=5)
MOST = 6  # tickets of one technician

BACKDATED = Slip("backdated", say("assigned too late, whatever --at says: the file knows when it was typed (K7)"))
ALL_TO_ONE = Slip("all_to_one", say("one technician cannot go to all of them: no more than six each"))
LATER = Slip("later_ticket_stays", say("the ticket of the first call stays, with its time: cancel the later one (C7)"))
DOUBLE = Slip("called_twice", say("two tickets for one fault: the later one is a duplicate (C7)"))
OURS = Slip("outlet_window_as_customers", say("the customer asked for no time: --asked-by outlet (K6)"))
THEIRS = Slip("customer_window_as_outlets", say("the customer asked for that time: --asked-by customer (K6)"))

UNABLE = {
    "absent": Slip("absent", say("the technician is on leave: 'technician list' shows it")),
    "unskilled": Slip("unskilled", say("the technician does not repair such appliances")),
    "expired": Slip("no_certificate", say("the technician's certificate has run out: 'technician show' shows it")),
}

# Every repair with the time of its report, and whether it was cancelled.
_TICKETS = """
SELECT t.id, t.customer_id, t.appliance_id, a.category,
       (SELECT e.at FROM event e WHERE e.ticket_id = t.id AND e.kind = 'reported' AND e.voided_at IS NULL) AS reported,
       EXISTS (SELECT 1 FROM event e
                WHERE e.ticket_id = t.id AND e.kind = 'cancelled' AND e.voided_at IS NULL) AS is_cancelled
  FROM ticket t LEFT JOIN appliance a ON a.id = t.appliance_id
 WHERE t.type = 'repair' AND t.voided_at IS NULL
 ORDER BY t.id"""
_EVENTS = """
SELECT e.ticket_id, e.kind, e.at, e.recorded_at, k.name, e.window_from, e.window_to, e.asked_by
  FROM event e LEFT JOIN technician k ON k.id = e.technician_id
 WHERE e.voided_at IS NULL AND e.kind IN ('assigned', 'appointed')
 ORDER BY e.recorded_unix, e.id"""
_PHONES = """
SELECT p.customer_id, p.digits FROM phone p JOIN customer c ON c.id = p.customer_id
 WHERE p.voided_at IS NULL AND c.voided_at IS NULL"""


class Assigned(NamedTuple):
    """An assignment: the technician, the time given for it (`--at`), and the time when it was typed (RFC 3339)."""

    name: str
    at: str
    typed: str


class Window(NamedTuple):
    """An agreed window: its ends in seconds since 1970, and who asked for it (`customer` or `outlet`)."""

    begin: int
    end: int
    asked_by: str


class Ticket(NamedTuple):
    """A ticket of the student's file."""

    id: int
    phones: frozenset[str]
    category: str | None
    reported: str
    is_cancelled: bool
    assigned: list[Assigned]
    windows: list[Window]


def read_tickets(db: Database) -> list[Ticket]:
    """Return the repairs of the file in their order."""
    phones: dict[int, set[str]] = {}
    for row in db.rows(_PHONES):
        phones.setdefault(row["customer_id"], set()).add(row["digits"])
    found = {
        row["id"]: Ticket(row["id"], frozenset(phones.get(row["customer_id"], ())), row["category"],
                          row["reported"], bool(row["is_cancelled"]), [], [])
        for row in db.rows(_TICKETS)
    }  # fmt: skip
    for row in db.rows(_EVENTS):
        if (ticket := found.get(row["ticket_id"])) is None:
            continue
        if row["kind"] == "assigned":
            ticket.assigned.append(Assigned(row["name"], row["at"], row["recorded_at"]))
        else:
            ticket.windows.append(Window(unix_of(row["window_from"]), unix_of(row["window_to"]), row["asked_by"]))
    return list(found.values())


def _seconds(moment: datetime) -> int:
    """Return a moment of the Monday as seconds since 1970."""
    return unix_of(f"{moment.isoformat()}{OFFSET}")


def match_tickets(monday: Monday, tickets: Iterable[Ticket]) -> dict[int, list[Ticket]]:
    """Return the tickets of each fault by its index: matched by the phone of the home, and by the category.

    A ticket without an appliance belongs to the fault of the home whose first call is nearest to its report.
    """
    found: dict[int, list[Ticket]] = {at: [] for at in range(len(monday.faults))}
    for ticket in tickets:
        own = [
            (at, fault)
            for at, fault in enumerate(monday.faults)
            if {monday.homes[fault.home].first.digits, monday.homes[fault.home].other.digits} & ticket.phones
        ]
        named = [at for at, fault in own if fault.category == ticket.category]
        if not named and ticket.category is None:
            called = {call.fault: _seconds(call.at) for call in monday.calls if not call.is_again}
            reported = unix_of(ticket.reported)
            named = sorted((at for at, _ in own), key=lambda at: abs(called[at] - reported))
        if named:
            found[named[0]].append(ticket)
    return found


def list_items(monday: Monday) -> list[tuple[str, Call]]:
    """Return the marked items, each with the first call of its fault, in the same order for every student.

    `time3` and `technician3` are about the third fault that was reported.
    """
    firsts = [call for call in monday.calls if not call.is_again]
    again = {call.fault for call in monday.calls if call.is_again}
    spoken = [call for call in firsts if (fault := monday.faults[call.fault]).window or fault.is_to_propose]
    groups = {"time": firsts, "technician": firsts, "twice": [call for call in firsts if call.fault in again],
              "window": spoken}  # fmt: skip
    return [(f"{name}{number}", call) for name, group in groups.items() for number, call in enumerate(group, 1)]


def describe_call(monday: Monday, call: Call) -> str:
    """Return a call in words: `09:11 王芳, fridge`."""
    machine = category_name(monday.faults[call.fault].category)
    return say("{at} {name}, {machine}", at=f"{call.at:%H:%M}", name=call.person.name, machine=machine)


def mark(work: Work) -> Iterable[Mark]:
    """Yield the marks: each fault assigned in time, to an able technician, on one ticket, with the right asker."""
    monday = draw_monday(work.variant)
    tickets = match_tickets(monday, read_tickets(work.file) if work.file else [])
    heard = unix_of(work.file.outlet.clock) if work.file and work.file.outlet.clock else 0
    crew = {technician.name: technician for technician in monday.crew}
    for item, call in list_items(monday):
        about, own, fault = describe_call(monday, call), tickets[call.fault], monday.faults[call.fault]
        if item.startswith("time"):
            yield _mark_time(item, call, about, own)
        elif item.startswith("technician"):
            yield _mark_technician(item, fault, about, own, crew)
        elif item.startswith("window"):
            yield _mark_window(item, fault, about, own)
        else:
            last = max(_seconds(other.at) for other in monday.calls if other.fault == call.fault)
            yield _mark_once(item, call, about, own, is_heard=heard >= last)
    yield _mark_spread(tickets)


def _mark_time(item: str, call: Call, about: str, tickets: list[Ticket]) -> Mark:
    """Give 2.5 points if somebody had it within five minutes of the call, by the file's own clock."""
    kind = MarkKind.PROCESS
    assigned = sorted((one for ticket in tickets for one in ticket.assigned), key=lambda one: unix_of(one.typed))
    if not assigned:
        return Mark(item, kind, 0, _IN_TIME, say("{about}: nobody was assigned", about=about))
    limit = _seconds(call.at + LIMIT)
    if unix_of(assigned[0].typed) <= limit:
        return Mark(item, kind, _IN_TIME, _IN_TIME)
    if unix_of(assigned[0].at) <= limit:
        return Mark(item, kind, 0, _IN_TIME, BACKDATED.sentence, BACKDATED.code)
    typed = assigned[0].typed[11:16]
    sentence = say("{about}: assigned {typed}, later than five minutes after the call", about=about, typed=typed)
    return Mark(item, kind, 0, _IN_TIME, sentence)


def _mark_technician(item: str, fault: Fault, about: str, tickets: list[Ticket], crew: dict[str, Technician]) -> Mark:
    """Give 1.2 points if it went to somebody able and present; half if that was put right later."""
    kind = MarkKind.RESULT
    stand = [ticket for ticket in tickets if not ticket.is_cancelled] or tickets
    assigned = [one for ticket in stand for one in ticket.assigned]
    if not assigned:
        return Mark(item, kind, 0, _ABLE, say("{about}: nobody was assigned", about=about))
    reasons = [_why_not(crew, one.name, fault.category) for one in assigned]
    if reasons[-1]:
        slip = UNABLE[reasons[-1]]
        return Mark(item, kind, 0, _ABLE, slip.sentence, slip.code)
    for reason in filter(None, reasons):
        sentence = joined("; ", [UNABLE[reason].sentence, say("it was put right later")])
        return Mark(item, kind, _ABLE / 2, _ABLE, sentence, UNABLE[reason].code)
    return Mark(item, kind, _ABLE, _ABLE)


def _why_not(crew: dict[str, Technician], name: str, category: str) -> str:
    """Return why that technician cannot take the category, "" if they can; a name outside the crew is unskilled."""
    return crew[name].why_not(category) if name in crew else "unskilled"


def _mark_spread(tickets: dict[int, list[Ticket]]) -> Mark:
    """Give 10.8 points times the share of faults that were assigned; none if one technician has more than six."""
    loads: dict[str, int] = {}
    for own in tickets.values():
        stand = [ticket for ticket in own if not ticket.is_cancelled]
        if stand and stand[-1].assigned:
            name = stand[-1].assigned[-1].name
            loads[name] = loads.get(name, 0) + 1
    if loads and max(loads.values()) > MOST:
        return Mark("spread", MarkKind.RESULT, 0, _SPREAD, ALL_TO_ONE.sentence, ALL_TO_ONE.code)
    points = 0 if not loads else round(_SPREAD * sum(loads.values()) / len(tickets), 1)
    sentence = "" if points == _SPREAD else say("not all were assigned")
    return Mark("spread", MarkKind.RESULT, points, _SPREAD, sentence)


def _mark_once(item: str, first: Call, about: str, tickets: list[Ticket], *, is_heard: bool) -> Mark:
    """Give five points if one ticket stands for a fault that was reported twice: that of the first call."""
    kind = MarkKind.RESULT
    stand = [ticket for ticket in tickets if not ticket.is_cancelled]
    if not is_heard or not stand:
        return Mark(item, kind, 0, _ONCE, say("{about}: not both calls were taken", about=about))
    if len(stand) > 1:
        return Mark(item, kind, 0, _ONCE, DOUBLE.sentence, DOUBLE.code)
    if stand[0].id != min(ticket.id for ticket in tickets):
        return Mark(item, kind, 0, _ONCE, LATER.sentence, LATER.code)
    if unix_of(stand[0].reported) > _seconds(first.at + LIMIT):
        times = {"at": moment(first.at.isoformat()), "reported": moment(stand[0].reported)}
        sentence = say("{about}: called {at}, but the ticket counts from {reported}", about=about, **times)
        return Mark(item, kind, 0, _ONCE, sentence)
    return Mark(item, kind, _ONCE, _ONCE)


def _mark_window(item: str, fault: Fault, about: str, tickets: list[Ticket]) -> Mark:
    """Give a point for a window with the right `asked_by`."""
    kind = MarkKind.RESULT
    stand = [ticket for ticket in tickets if not ticket.is_cancelled] or tickets
    windows = [window for ticket in stand for window in ticket.windows]
    if not windows:
        return Mark(item, kind, 0, _WHO_ASKED, say("{about}: no window was agreed", about=about))
    last = windows[-1]
    if fault.window is None:
        if last.asked_by == "outlet":
            return Mark(item, kind, _WHO_ASKED, _WHO_ASKED)
        return Mark(item, kind, 0, _WHO_ASKED, OURS.sentence, OURS.code)
    begin, end = fault.window
    if not _seconds(begin) <= last.begin < last.end <= _seconds(end):
        wanted = span(begin.isoformat(), end.isoformat())
        return Mark(item, kind, 0, _WHO_ASKED, say("{about}: at home {window}", about=about, window=wanted))
    if last.asked_by == "outlet":
        return Mark(item, kind, 0, _WHO_ASKED, THEIRS.sentence, THEIRS.code)
    return Mark(item, kind, _WHO_ASKED, _WHO_ASKED)
