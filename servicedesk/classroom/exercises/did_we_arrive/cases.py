"""Draw the twenty repairs of E3 for a student (cases and days), and write them into the file."""

from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from servicedesk.classroom.exercise import Variant
from servicedesk.classroom.scene import Scene
from servicedesk.demo.simulation import names
from servicedesk.storage.database import Database

_LEFT_OUT = 3  # of the optional cases
_FAULTS = {"fridge": "not_cooling", "washer": "drain", "flat_tv": "no_picture", "range_hood": "noise"}

# A case: the day and time of its report, whether it may move, and its events: (days later, time, event, its values).
# A case that may not move depends on the end of the month or on the clock of the exercise.
Follow = tuple[int, str, str, dict[str, Any]]
_WINDOW = {"asked_by": "customer"}
CASES: dict[str, tuple[str, str, bool, tuple[Follow, ...]]] = {
    "in_time": ("11-02", "09:00", True, ((0, "15:00", "arrived", {}),)),
    "to_the_second": ("11-02", "10:00", True, ((1, "10:00", "arrived", {}),)),
    "one_second_late": ("11-03", "10:00", True, ((1, "10:00:01", "arrived", {}),)),
    "deferred": ("11-03", "09:00", True, ((0, "09:05", "appointed", {"window": (2, "14:00", "16:00")} | _WINDOW),
                                          (2, "15:30", "arrived", {}))),
    "deferred_late": ("11-04", "09:00", True, ((0, "09:05", "appointed", {"window": (2, "14:00", "16:00")} | _WINDOW),
                                               (2, "16:20", "arrived", {}))),
    "outlet_window": ("11-04", "09:00", True,
                      ((0, "09:10", "appointed", {"window": (2, "09:00", "11:00"), "asked_by": "outlet"}),
                       (2, "09:30", "arrived", {}))),
    "cancelled_in_time": ("11-05", "08:00", True,
                          ((0, "12:00", "cancelled", {"reason": "works_again", "cancelled_by": "customer"}),)),
    "given_up": ("11-05", "08:00", True,
                 ((1, "20:00", "cancelled", {"reason": "customer_went_elsewhere", "cancelled_by": "customer"}),)),
    "open_late": ("11-19", "09:00", False, ()),
    "open_early": ("11-21", "09:00", False, ()),
    "came_early": ("11-21", "08:00", False, ((0, "10:00", "arrived", {}),)),
    "by_phone": ("11-06", "09:00", True, ((0, "09:20", "completed", {"outcome": "resolved_remotely"}),)),
    "nobody_home": ("11-07", "09:00", True, ((0, "20:00", "arrived", {"no_access": 1}), (2, "11:00", "arrived", {}))),
    "window_typed_late": ("11-08", "09:00", True,
                          ((1, "10:00", "appointed", {"window": (2, "09:00", "11:00")} | _WINDOW),
                           (2, "10:00", "arrived", {}))),
    "duplicate": ("11-02", "09:30", True, ((0, "09:40", "cancelled", {"reason": "duplicate"}),)),
    "no_arrival_typed": ("11-08", "09:00", True, ((0, "16:00", "completed", {"outcome": "fixed"}),)),
    "october": ("10-31", "20:00", False, ((1, "08:00", "arrived", {}),)),
    "window_inside": ("11-10", "09:00", True, ((0, "09:05", "appointed", {"window": (0, "13:00", "15:00")} | _WINDOW),
                                               (0, "16:00", "arrived", {}))),
    "moved_twice": ("11-11", "09:00", True, ((0, "12:00", "appointed", {"window": (2, "09:00", "11:00")} | _WINDOW),
                                             (2, "08:00", "appointed", {"window": (3, "09:00", "11:00")} | _WINDOW),
                                             (3, "10:00", "arrived", {}))),
    "window_to_come": ("11-20", "09:00", False,
                       ((0, "09:10", "appointed", {"window": (5, "09:00", "11:00")} | _WINDOW),)),
}  # fmt: skip
# Three of _OPTIONAL are left out, and three of _TWICE come twice: so the figures differ from student to student.
_OPTIONAL = ("deferred_late", "given_up", "open_late", "by_phone", "window_inside", "moved_twice", "cancelled_in_time")
_TWICE = ("in_time", "deferred", "outlet_window", "nobody_home", "no_arrival_typed", "window_typed_late")


class _Call(NamedTuple):
    """A case on the days and at the hour that were drawn for it."""

    case: str
    first: datetime  # midnight of its first day, moved by some minutes

    def at(self, days: int, time: str) -> str:
        """Return the instant that many days later at that time, as a Scene reads it."""
        hours, minutes, *seconds = map(int, time.split(":"))
        moved = self.first + timedelta(days=days, hours=hours, minutes=minutes, seconds=sum(seconds))
        return moved.isoformat(" ")


def _draw_calls(rng: Random) -> list[_Call]:
    """Return twenty cases on the days drawn for them, in the order of their reports."""
    left_out = rng.sample(_OPTIONAL, _LEFT_OUT)
    chosen = [case for case in CASES if case not in left_out] + rng.sample(_TWICE, _LEFT_OUT)
    moved: dict[str, timedelta] = {}
    calls = []
    for case in chosen:
        day, _, may_move, _ = CASES[case]
        move = timedelta(days=rng.randrange(7), minutes=rng.choice((-30, 0, 30))) if may_move else timedelta()
        moved.setdefault(case, move)
        move = moved["in_time"] if case == "duplicate" else move
        calls.append(_Call(case, datetime.fromisoformat(f"2026-{day}") + move))
    return sorted(calls, key=lambda call: (call.at(0, CASES[call.case][1]), call.case))


def fill(db: Database, variant: Variant) -> None:
    """Write twenty repairs of twenty customers, each with what happened."""
    scene, rng = Scene(db), variant.rng("cases")
    crew = [scene.technician("2026-01-05 08:00", name) for name in rng.sample(names.TECHNICIANS, 4)]
    calls = _draw_calls(rng)
    first: dict[str, int] = {}  # the ticket of each case
    for call in calls:
        _, time, _, follows = CASES[call.case]
        customer = scene.customer("2026-01-05 08:00", f"{rng.choice(names.SURNAMES)}{rng.choice(names.GIVEN_FEMALE)}")
        category = rng.choice(tuple(_FAULTS))
        machine = scene.appliance("2026-01-05 08:00", customer, category, brand=rng.choice(names.BRANDS))
        reported = call.at(0, time)
        ticket = scene.ticket(reported, customer, machine, fault=_FAULTS[category])
        first.setdefault(call.case, ticket)
        who = rng.choice(crew)
        for days, at_time, kind, values in follows:
            more = dict(values)
            if window := more.pop("window", None):
                day, start, end = window
                more |= {"window_from": call.at(day, start), "window_to": call.at(day, end)}
            if kind in {"arrived", "completed"}:
                more["technician_id"] = who
            if call.case == "duplicate":
                more |= {"duplicate_of_id": first["in_time"], "cancelled_by": "outlet"}
            scene.event(call.at(days, at_time), ticket, kind, **more)


def list_cases(variant: Variant) -> dict[str, str]:
    """Return the case of each ticket by its reference (`T3`)."""
    rng = variant.rng("cases")
    rng.sample(names.TECHNICIANS, 4)  # drawn before the calls
    return {f"T{number}": call.case for number, call in enumerate(_draw_calls(rng), 1)}
