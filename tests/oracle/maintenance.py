"""K14: birthdays that were celebrated in time."""

from collections.abc import Iterator
from datetime import date, timedelta

from tests.oracle.raw import Row, instant
from tests.oracle.then import EXCLUDED, HIT, MISS, PENDING, Case, Then, Verdict

AROUND = timedelta(days=30)


def _celebrated(then: Then) -> Iterator[Verdict]:
    for line in then.outlet.lines:
        if line["role"] == "care" and instant(line["recorded_at"]) <= then.as_of:
            yield _birthday(then, line, date.fromisoformat(line["due_on"]))


def _birthday(then: Then, line: Row, due: date) -> Verdict:
    case = then.by_id.get(line["ticket_id"])
    cared_on = _cared_on(then, case)
    reason = _left_out(then, line, due, case)
    if reason:
        verdict = EXCLUDED
    elif then.today <= due + AROUND:
        verdict = PENDING
    else:
        verdict = HIT if cared_on and abs(cared_on - due) <= AROUND else MISS
    hit_to = case.done.technician_id if case and case.done else None
    miss_to = hit_to if hit_to is not None or case is None else case.assigned(then.as_of)
    return then.judged(case, due, verdict, reason, hit_to=hit_to, miss_to=miss_to, appliance_id=line["appliance_id"])


def _cared_on(then: Then, case: Case | None) -> date | None:
    """A visit cares where it ends 'done'; care beside a repair, however that ended (M9)."""
    if case is None or case.done is None or (case.row["type"] == "maintenance" and case.outcome != "done"):
        return None
    return then.day(case.done.at)


def _left_out(then: Then, line: Row, due: date, case: Case | None) -> str:
    ended_as = line["ended_as"] if line["ended_at"] and instant(line["ended_at"]) <= then.as_of else None
    appliance = then.outlet.appliances[line["appliance_id"]]
    retired_on = then.outlet.value_at("appliance", appliance, "retired_on", then.as_of)
    if ended_as == "declined":
        return "declined"
    if ended_as == "cancelled" and line["ended_reason"] == "retired":
        return "retired"
    if retired_on and date.fromisoformat(retired_on) <= due:
        return "retired"
    if ended_as == "cancelled":
        return "cancelled"
    cancelled = case.cancelled if case else None
    if cancelled and cancelled.row["reason"] == "out_of_area":
        return "out_of_area"
    return "declined" if cancelled and cancelled.row["cancelled_by"] == "customer" else ""


VERDICTS = {"maintenance_completion_rate": _celebrated}
