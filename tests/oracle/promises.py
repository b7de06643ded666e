"""K8: what was promised, the windows included, and whether it was kept.

Decided here, the definitions being silent: kept or broken belongs to who was assigned when it fell due, a window that
was kept to who came in it; an arrival counts for a window from when the window was agreed.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.oracle.raw import Fact, instant
from tests.oracle.then import EXCLUDED, HIT, MISS, PENDING, Case, Then, Verdict, hours, windows

EARLY = timedelta(minutes=15)


def _kept(then: Then) -> Iterator[Verdict]:
    for promise in then.log("promise"):
        case, due = then.by_id[promise.row["ticket_id"]], instant(promise.row["due_at"])
        end = next(iter(then.log_of("promise_end", "promise_id", promise.id)), None)
        if end and end.row["withdrawn_by"] == "customer" and end.at < due:
            verdict, reason = EXCLUDED, "withdrawn_by_customer"
        elif due > then.as_of:
            verdict, reason = PENDING, ""
        else:
            is_kept = end is not None and end.kind == "kept" and end.at <= due
            verdict, reason = HIT if is_kept else MISS, ""
        who = case.assigned(due)
        yield then.judged(case, then.day(due), verdict, reason, hit_to=who, miss_to=who)


def _lead(then: Then) -> Iterator[Verdict]:
    for promise in then.log("promise"):
        case, due = then.by_id[promise.row["ticket_id"]], instant(promise.row["due_at"])
        is_due = due <= then.as_of
        amount = hours(promise.at, due) if is_due else None
        yield then.judged(case, then.day(due), HIT if is_due else PENDING, hit_to=case.assigned(due), amount=amount)


def _on_time(then: Then) -> Iterator[Verdict]:
    for case in then.cases:
        agreed = windows(case)
        for window, following in zip(agreed, [*agreed[1:], None], strict=False):
            yield _window(then, case, window, following)


def _window(then: Then, case: Case, window: Fact, following: Fact | None) -> Verdict:
    begin, end = instant(window.row["window_from"]), instant(window.row["window_to"])
    arrivals = [fact for fact in case.of("arrived") if fact.at >= window.at]
    came = next((fact for fact in arrivals if begin - EARLY <= fact.at <= end), None)
    reason = _window_left_out(case, begin, end, came, following)
    if reason:
        verdict = EXCLUDED
    elif end > then.as_of:
        verdict = PENDING
    else:
        verdict = HIT if came else MISS
    hit_to = came.technician_id if came else None
    return then.judged(case, then.day(end), verdict, reason, hit_to=hit_to, miss_to=case.assigned(end))


def _window_left_out(case: Case, begin: datetime, end: datetime, came: Fact | None, following: Fact | None) -> str:
    """Why nobody waited in it; a window in which somebody came before it was moved was kept."""
    if case.withdrawn:
        return case.withdrawn
    moved = following if following and following.first_recorded_at <= end else None
    if moved and moved.row["asked_by"] == "customer" and not (came and came.at <= moved.first_recorded_at):
        return "moved_by_customer"
    if came:
        return ""
    cancelled = case.cancelled
    if cancelled and cancelled.row["cancelled_by"] == "customer" and cancelled.at <= end:
        return "cancelled_by_customer"
    return "done_before" if case.done and case.done.at < begin else ""


VERDICTS = {"promise_kept_rate": _kept, "promise_lead_hours": _lead, "window_on_time_rate": _on_time}
