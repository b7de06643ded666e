"""K6 and K7: who stood at the door within a day, and how soon somebody was sent."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from tests.oracle.then import EXCLUDED, HIT, MISS, PENDING, Case, Then, Verdict, deadline

Judge = Callable[[Then], Iterator[Verdict]]


def never_a_call(case: Case) -> str:
    """C7, and what our own technician found during his visit; empty if it is a call."""
    return case.withdrawn or ("on_site" if case.row["on_site"] else "")


def left_in_time(case: Case, limit: datetime) -> str:
    """Why nobody had to come any more at or before the deadline; empty if there is no such reason."""
    if case.first("arrived"):
        return ""
    cancelled, done = case.cancelled, case.done
    if cancelled and cancelled.at <= limit:
        if cancelled.row["cancelled_by"] == "customer":
            return "cancelled_by_customer"
        if cancelled.row["reason"] == "out_of_area":
            return "out_of_area"
    return "remote" if done and done.at <= limit and case.outcome == "resolved_remotely" else ""


def _repairs(then: Then) -> Iterator[Case]:
    return (case for case in then.cases if case.row["type"] == "repair")


def _by_deadline(then: Then, case: Case, limit: datetime, *, is_hit: bool) -> tuple[str, str]:
    """The verdict with its reason: left out, still running, kept or missed."""
    reason = never_a_call(case) or left_in_time(case, limit)
    if reason:
        return EXCLUDED, reason
    if limit > then.as_of:
        return PENDING, reason
    return HIT if is_hit else MISS, reason


def _arrived(*, strict: bool) -> Judge:
    """A hit belongs to who came first, a miss to who was assigned at the deadline."""

    def verdicts(then: Then) -> Iterator[Verdict]:
        for case in _repairs(then):
            limit, arrived = deadline(case, strict=strict), case.first("arrived")
            is_hit = arrived is not None and arrived.at <= limit
            verdict, reason = _by_deadline(then, case, limit, is_hit=is_hit)
            hit_to = arrived.technician_id if arrived else None
            on = then.day(case.report.at)
            yield then.judged(case, on, verdict, reason, hit_to=hit_to, miss_to=case.assigned(limit))

    return verdicts


def _completed(then: Then) -> Iterator[Verdict]:
    """Over the repairs of K6, by the same deadline; the work must be done 24 hours after the report."""
    for case in _repairs(then):
        limit, done = deadline(case), case.done
        is_hit = done is not None and done.at <= deadline(case, strict=True)
        verdict, reason = _by_deadline(then, case, limit, is_hit=is_hit)
        hit_to = done.technician_id if done else None
        yield then.judged(case, then.day(case.report.at), verdict, reason, hit_to=hit_to, miss_to=case.assigned(limit))


def _of_calls(judge: Callable[[Then, Case], tuple[str, str]]) -> Judge:
    """What is no rate of arrivals belongs to whoever is assigned, hit or miss."""

    def verdicts(then: Then) -> Iterator[Verdict]:
        for case in _repairs(then):
            reason = never_a_call(case)
            verdict, reason = (EXCLUDED, reason) if reason else judge(then, case)
            who = case.assigned(then.as_of)
            yield then.judged(case, then.day(case.report.at), verdict, reason, hit_to=who, miss_to=who)

    return verdicts


def _deferred(then: Then, case: Case) -> tuple[str, str]:
    return HIT if deadline(case) > deadline(case, strict=True) else MISS, ""


def _dispatched(then: Then, case: Case) -> tuple[str, str]:
    limit, first = case.report.at + timedelta(minutes=5), case.first("assigned")
    if case.row["assignment_unknown"]:
        return EXCLUDED, "assignment_unknown"
    if limit > then.as_of:
        return PENDING, ""
    return HIT if first and first.at <= limit else MISS, ""


def _reassigned(then: Then, case: Case) -> tuple[str, str]:
    if case.row["assignment_unknown"]:
        return EXCLUDED, "assignment_unknown"
    if case.last("completed", "cancelled") is None:
        return PENDING, ""
    times = len(case.of("assigned"))
    return (HIT if times > 1 else MISS, "") if times else (EXCLUDED, "not_assigned")


VERDICTS: dict[str, Judge] = {
    "arrival_24h_rate": _arrived(strict=False),
    "arrival_24h_rate_strict": _arrived(strict=True),
    "deferral_rate": _of_calls(_deferred),
    "completed_within_24h_rate": _completed,
    "dispatch_5min_rate": _of_calls(_dispatched),
    "reassigned_rate": _of_calls(_reassigned),
}
