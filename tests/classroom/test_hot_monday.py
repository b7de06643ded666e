"""E2: twenty calls in an hour, marked by the log; the clock of the file decides what was in time."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from servicedesk.classroom.exercise_file import move_clock
from servicedesk.classroom.exercises.hot_monday.marks import list_items
from servicedesk.classroom.exercises.hot_monday.scene import Call, draw_monday
from servicedesk.classroom.exercises.hot_monday.speech import list_calls
from servicedesk.classroom.registry import get_exercise
from tests.classroom.students import SEEDS, Marked, bytes_of, digest, mark, pristine, variant
from tests.conftest import Desk

E2 = get_exercise("E2")
SOME = [pytest.param(seed, marks=pytest.mark.seeds) if n else seed for n, seed in enumerate(SEEDS)]
WORKED: dict[str, tuple[bytes, dict[int, str]]] = {}


class Shift:
    """A student at the phone, who takes the calls one after the other."""

    def __init__(self, folder: Path, seed: str) -> None:
        self.seed = seed
        self.desk = Desk(folder / "student.db", now=None)
        self.monday = draw_monday(variant(E2, seed))
        self.items = dict(list_items(self.monday))
        self.tickets: dict[int, str] = {}  # of each fault the first one

    def work(self, handle: Callable[[Call], None]) -> None:
        pristine(self.desk.path.parent, E2, self.seed, "student").close()
        for call in self.monday.calls:
            self.desk.do("exercise", "call", "--next")
            handle(call)

    def take(self, call: Call) -> str:
        """A ticket for the call; a new customer is registered first."""
        fault, person = self.monday.faults[call.fault], call.person
        home = self.monday.homes[fault.home]
        if home.is_new:
            self.desk.do("customer", "add", person.name, "--phone", person.phone, "--address", home.address)
            self.desk.do("appliance", "add", "--customer", person.phone, "--category", fault.category)
        of_home = self.desk.do("appliance", "list", "--customer", home.first.phone)
        machine = next(f"A{one['id']}" for one in of_home if one["category"] == fault.category)
        opened = self.desk.do("ticket", "open", "--appliance", machine, "broken")
        ticket = f"T{opened['id']}"
        self.tickets.setdefault(call.fault, ticket)
        return ticket

    def agree(self, call: Call, ticket: str, *, turned: bool = False) -> None:
        """Appoint what was spoken of; `turned`: the wrong one is said to have asked for it."""
        fault = self.monday.faults[call.fault]
        if fault.window or fault.is_to_propose:
            begin, end = fault.window or (datetime(2026, 11, 25, 10), datetime(2026, 11, 25, 12))
            by = "customer" if bool(fault.window) is not turned else "outlet"
            window = ["--from", f"{begin:%Y-%m-%d %H:%M}", "--to", f"{end:%Y-%m-%d %H:%M}"]
            self.desk.do("ticket", "appoint", ticket, *window, "--asked-by", by)

    def cancel(self, ticket: str, stays: str) -> None:
        of = ["--reason", "duplicate", "--duplicate-of", stays, "--by", "outlet"]
        self.desk.do("ticket", "cancel", ticket, *of)

    def handle_well(self, call: Call) -> None:
        """A repeated call becomes a duplicate of the first one, or is recognised and becomes no ticket at all."""
        home = self.monday.homes[self.monday.faults[call.fault].home]
        if call.is_again and call.person == home.first:
            return
        ticket = self.take(call)
        if call.is_again:
            self.cancel(ticket, self.tickets[call.fault])
            return
        self.desk.do("ticket", "assign", ticket, "--auto")
        self.agree(call, ticket)

    def marked(self) -> Marked:
        return mark(self.desk.path.parent, "E2", self.seed, file=self.desk.path)


@pytest.fixture
def well(tmp_path: Path) -> Callable[[str], Shift]:
    """A perfect student's shift of that seed, worked once."""

    def made(seed: str) -> Shift:
        shift = Shift(tmp_path, seed)
        if seed not in WORKED:
            shift.work(shift.handle_well)
            WORKED[seed] = bytes_of(shift.desk.path), shift.tickets
        content, shift.tickets = WORKED[seed]
        shift.desk.path.write_bytes(content)
        return shift

    return made


@pytest.mark.parametrize("seed", SOME)
def test_who_takes_every_call_well_gets_100(well: Callable[[str], Shift], seed: str) -> None:
    result = well(seed).marked()

    assert (result.total, result.lost) == (100, {})


@pytest.mark.parametrize("seed", SOME)
def test_who_does_nothing_gets_nothing(tmp_path: Path, seed: str) -> None:
    with closing(pristine(tmp_path, E2, seed, "student")) as db:
        move_clock(db, list_calls(variant(E2, seed))[-1]["at"], called=20)

    assert mark(tmp_path, "E2", seed, file=tmp_path / "student.db").total == 0
    assert mark(tmp_path, "E2", seed).total == 0  # only answers came


@pytest.mark.parametrize("seed", SOME)
def test_all_to_one_costs_the_spread_and_what_he_cannot_do(well: Callable[[str], Shift], seed: str) -> None:
    shift = well(seed)
    everything = next(one for one in shift.monday.crew if len(one.skills) == 5)
    shift.desk.do("ticket", "assign", *shift.tickets.values(), everything.name)

    result = shift.marked()

    gas = {
        item: 1.2
        for item, call in shift.items.items()
        if item.startswith("technician") and shift.monday.faults[call.fault].category == "gas_water_heater"
    }
    assert result.lost == {"spread": 10.8} | gas
    assert (result.total, result.slips) == (86.8, {"all_to_one", "unskilled"})


@pytest.mark.parametrize("seed", SOME)
def test_who_cannot_come_costs_the_points_of_the_ticket(well: Callable[[str], Shift], seed: str) -> None:
    shift = well(seed)
    faults, crew = shift.monday.faults, shift.monday.crew
    expired = next(one for one in crew if one.why_not("ac") == "expired")
    absent = next(one for one in crew if one.is_absent)
    cold, wet = (next(at for at, fault in enumerate(faults) if fault.category == what) for what in ("ac", "washer"))
    shift.desk.do("ticket", "assign", shift.tickets[cold], expired.name)
    shift.desk.do("ticket", "assign", shift.tickets[wet], absent.name)
    shift.desk.do("ticket", "assign", shift.tickets[wet], "--auto")

    result = shift.marked()

    lost = {call.fault: result.lost.get(item) for item, call in shift.items.items() if item.startswith("technician")}
    assert (lost[cold], lost[wet], result.total) == (1.2, 0.6, 98.2)
    assert result.slips == {"no_certificate", "absent"}


@pytest.mark.parametrize("seed", SOME)
def test_each_slip_at_the_phone_costs_its_item(tmp_path: Path, seed: str) -> None:
    shift = Shift(tmp_path, seed)
    items, faults = shift.items, shift.monday.faults
    later, double = items["twice1"].fault, items["twice2"].fault
    windows = [(item, call) for item, call in items.items() if item.startswith("window")]
    windows = [pair for pair in windows if pair[1].fault not in {later, double}]
    ours, theirs = (next(pair for pair in windows if bool(faults[pair[1].fault].window) is asked)
                    for asked in (False, True))  # fmt: skip
    taken = {later, double, ours[1].fault, theirs[1].fault}
    slow = next(pair for pair in items.items() if pair[0].startswith("time") and pair[1].fault not in taken)

    def handle(call: Call) -> None:
        if call.is_again and call.fault in {later, double}:
            ticket = shift.take(call)
            shift.desk.do("ticket", "assign", ticket, "--auto")
            if call.fault == later:
                shift.agree(call, ticket)
                shift.cancel(shift.tickets[later], ticket)
        elif call.fault == slow[1].fault or call in {ours[1], theirs[1]}:
            if not call.is_again:
                ticket = shift.take(call)
                if call.fault != slow[1].fault:
                    shift.desk.do("ticket", "assign", ticket, "--auto")
                shift.agree(call, ticket, turned=call.fault != slow[1].fault)
        else:
            shift.handle_well(call)

    shift.work(handle)
    shift.desk.do("ticket", "assign", shift.tickets[slow[1].fault], "--auto", "--at", f"{slow[1].at:%Y-%m-%d %H:%M}")

    result = shift.marked()

    assert result.lost == {"twice1": 5, "twice2": 5, slow[0]: 2.5, ours[0]: 1, theirs[0]: 1}
    assert result.slips == {
        "later_ticket_stays", "called_twice", "backdated", "outlet_window_as_customers", "customer_window_as_outlets",
    }  # fmt: skip


def test_the_calls_are_told_in_the_language_of_the_file(tmp_path: Path) -> None:
    with closing(pristine(tmp_path, E2, SEEDS[0], "student")) as db, db.atomic():
        db.run("UPDATE exercise SET language = 'zh'")

    told = Desk(tmp_path / "student.db", now=None).do("exercise", "call", "--next")

    assert told["text"].startswith("您好，我是")


def test_who_hands_in_before_the_last_call_is_told(tmp_path: Path) -> None:
    pristine(tmp_path, E2, SEEDS[0], "E2").close()
    desk = Desk(tmp_path / "E2.db", now=None)
    desk.do("exercise", "call", "--next")

    assert desk.run("exercise", "submit").err == "19 calls are still to come: exercise call --next\n"


def test_version_1_gives_the_same_monday_for_ever(tmp_path: Path) -> None:
    assert digest(tmp_path, "E2") == "62f2fb76f6628b1f"
