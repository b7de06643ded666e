"""K12: how long customers wait, for somebody to come and for the machine to work."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from tests.oracle.arrival import never_a_call
from tests.oracle.then import EXCLUDED, HIT, PENDING, Case, Then, Verdict, hours

Judge = Callable[[Then], Iterator[Verdict]]
Judgement = tuple[str, str, float | None]  # verdict, reason, amount


def _of_repairs(judge: Callable[[Then, Case], Judgement]) -> Judge:
    """Repairs by the day of their report; what arrives or completes belongs to who did it."""

    def verdicts(then: Then) -> Iterator[Verdict]:
        for case in then.cases:
            if case.row["type"] == "repair":
                reason = never_a_call(case)
                verdict, reason, amount = (EXCLUDED, reason, None) if reason else judge(then, case)
                end = case.first("arrived") if judge is _to_arrive else case.done
                who = end.technician_id if end else None
                yield then.judged(case, then.day(case.report.at), verdict, reason, hit_to=who, amount=amount)

    return verdicts


def _to_arrive(then: Then, case: Case) -> Judgement:
    arrived = case.first("arrived")
    if arrived:
        return HIT, "", hours(case.report.at, arrived.at)
    if case.done:
        is_remote = case.outcome == "resolved_remotely"
        return EXCLUDED, "remote" if is_remote else "completed_without_arrival", None
    if case.cancelled:
        return EXCLUDED, "cancelled_without_arrival", None
    return PENDING, "", hours(case.report.at, then.as_of)


def _to_repair(then: Then, case: Case) -> Judgement:
    if case.outcome == "resolved_remotely":
        return EXCLUDED, "remote", None
    if case.done:
        return HIT, "", hours(case.report.at, case.done.at)
    if case.cancelled:
        return EXCLUDED, "cancelled", None
    return PENDING, "", hours(case.report.at, then.as_of)


def _waited(then: Then, case: Case) -> Judgement:
    """A wait lasts to the next wait or resumption, and never beyond the completion."""
    verdict, reason, _ = _to_repair(then, case)
    if verdict != HIT or case.done is None:
        return verdict, reason, None
    turns = case.of("waiting", "resumed")
    ends = [*(turn.at for turn in turns[1:]), case.done.at]
    spans = [
        min(end, case.done.at) - turn.at
        for turn, end in zip(turns, ends, strict=False)
        if turn.kind == "waiting" and turn.at < case.done.at
    ]
    return HIT, "", sum(spans, timedelta()) / timedelta(hours=1)


def _hands_on(then: Then, case: Case) -> Judgement:
    """From the last visit that got in to the completion: when somebody left is not recorded."""
    verdict, reason, _ = _to_repair(then, case)
    if verdict != HIT or case.done is None:
        return verdict, reason, None
    if not case.visits:
        return EXCLUDED, "completed_without_arrival", None
    return HIT, "", hours(case.visits[-1].at, case.done.at)


VERDICTS: dict[str, Judge] = {
    "time_to_arrive": _of_repairs(_to_arrive),
    "time_to_arrive_p90": _of_repairs(_to_arrive),
    "time_to_arrive_mean": _of_repairs(_to_arrive),
    "time_to_repair": _of_repairs(_to_repair),
    "time_to_repair_p90": _of_repairs(_to_repair),
    "time_to_repair_mean": _of_repairs(_to_repair),
    "time_waiting": _of_repairs(_waited),
    "time_hands_on": _of_repairs(_hands_on),
}
