"""K4 and K5: repairs that come back, and faults mended at the first visit."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from tests.oracle.raw import Fact
from tests.oracle.then import EXCLUDED, HIT, MISS, PENDING, Case, Then, Verdict

NO_INDEX_REPAIR = ("exchanged", "not_repairable", "resolved_remotely")  # K4
Judge = Callable[[Then], Iterator[Verdict]]
IsSame = Callable[[Then, Case, Case], bool]  # of a repair and a later one: whether that one counts against it


def any_fault(then: Then, index: Case, other: Case) -> bool:
    return True


def same_fault(then: Then, index: Case, other: Case) -> bool:
    """Equal and known: two unknown faults are not the same one."""
    return then.fault(index) is not None and then.fault(index) == then.fault(other)


def not_excused(then: Then, index: Case, other: Case) -> bool:
    """Excused is what ended as the user's doing, found by somebody else than the one who is charged.

    Both must be known: missing data never helps (C8).
    """
    if other.done is None or other.outcome != "user_caused" or index.done is None:
        return True
    found_by, charged = other.done.technician_id, index.done.technician_id
    return found_by is None or charged is None or found_by == charged


def is_repeated(then: Then, index: Case, done: Fact, days: int, counts: IsSame) -> bool:
    """Whether the machine was reported again later, at most so many calendar days (C4), not withdrawn by C7."""
    if index.row["appliance_id"] is None:
        return False
    return any(
        other.report.at > done.at
        and (then.day(other.report.at) - then.day(done.at)).days <= days
        and not other.withdrawn
        and counts(then, index, other)
        for other in then.by_appliance[index.row["appliance_id"]]
        if other.id != index.id and other.row["type"] == "repair"
    )


def _left_out(case: Case) -> str:
    if case.row["appliance_id"] is None:
        return "no_appliance"
    return str(case.outcome) if case.outcome in NO_INDEX_REPAIR else ""


def _left_out_uncoded(then: Then, case: Case) -> str:
    """Without a fault code nobody can say whether it was the same fault: missing data never helps (C8)."""
    return _left_out(case) or ("" if then.fault(case) is not None else "no_fault_code")


def of_repairs(
    hit: Callable[[Case, bool], bool],
    *,
    days: int = 30,
    counts: IsSame = any_fault,
    left_out: Callable[[Then, Case], str] = lambda then, case: _left_out(case),
    amount: Callable[[Case], float | None] = lambda case: None,
) -> Judge:
    """Completed repairs, once so many days have passed; `hit` is told whether it was repeated."""

    def verdicts(then: Then) -> Iterator[Verdict]:
        for case, done, on in then.completed("repair"):
            measured = None
            if reason := left_out(then, case):
                verdict = EXCLUDED
            elif not on + timedelta(days=days) < then.today:
                verdict = PENDING
            else:
                verdict = HIT if hit(case, is_repeated(then, case, done, days, counts)) else MISS
                measured = amount(case)
            who = done.technician_id
            yield then.judged(case, on, verdict, reason, hit_to=who, miss_to=who, amount=measured)

    return verdicts


def _repeated(case: Case, repeated: bool) -> bool:
    return repeated


def _already(then: Then) -> Iterator[Verdict]:
    """The early warning: repeats among those that have not matured."""
    for case, done, on in then.completed("repair"):
        if reason := _left_out(case):
            verdict = EXCLUDED
        elif on + timedelta(days=30) < then.today:
            verdict = MISS
        else:
            verdict = HIT if is_repeated(then, case, done, 30, any_fault) else PENDING
        who = done.technician_id
        yield then.judged(case, on, verdict, reason, hit_to=who, miss_to=who)


def _single_visit(then: Then) -> Iterator[Verdict]:
    for case, done, on in then.completed("repair"):
        reason = _left_out(case)
        verdict = EXCLUDED if reason else HIT if len(case.visits) == 1 else MISS
        who = done.technician_id
        yield then.judged(case, on, verdict, reason, hit_to=who, miss_to=who)


def _incl_remote(then: Then) -> Iterator[Verdict]:
    """A remote resolution is a first-time fix unless it comes back; of an unknown machine nobody can tell (C8)."""
    for case, done, on in then.completed("repair"):
        is_remote = case.outcome == "resolved_remotely"
        reason = _left_out(case)
        if reason and reason != "resolved_remotely":
            verdict = EXCLUDED
        elif not on + timedelta(days=30) < then.today:
            verdict, reason = PENDING, ""
        else:
            is_first = (is_remote or len(case.visits) == 1) and not is_repeated(then, case, done, 30, any_fault)
            verdict, reason = HIT if is_first else MISS, ""
        who = done.technician_id
        yield then.judged(case, on, verdict, reason, hit_to=who, miss_to=who)


def _link(then: Then, case: Case) -> Case | None:
    """The next repair of the chain: the same machine and known fault, within 30 days, not given up by anybody."""
    if case.done is None or _left_out(case):
        return None
    done = case.done
    found = [
        other
        for other in then.by_appliance[case.row["appliance_id"]]
        if other.row["type"] == "repair"
        and other.cancelled is None
        and other.report.at > done.at
        and (then.day(other.report.at) - then.day(done.at)).days <= 30
        and same_fault(then, case, other)
    ]
    return min(found, key=lambda other: (other.report.at, other.id), default=None)


def _end(then: Then, case: Case) -> Case:
    following = _link(then, case)
    return case if following is None else _end(then, following)


def _chains(then: Then) -> Iterator[Verdict]:
    """A chain is counted once, where it ends, with the visits of all its repairs."""
    for case, done, on in then.completed("repair"):
        following, measured, reason = _link(then, case), None, _left_out(case)
        if reason:
            verdict = EXCLUDED
        elif following:
            verdict = EXCLUDED if following.done else PENDING
            reason = f"repeated_by_T{following.id}" if following.done else ""
        elif not on + timedelta(days=30) < then.today:
            verdict = PENDING
        else:
            verdict = HIT
            others = [other for other in then.by_appliance[case.row["appliance_id"]] if other.row["type"] == "repair"]
            links = [x for x in others if _is_link(x) and _end(then, x).id == case.id]
            measured = sum(len(x.visits) for x in links)
        who = done.technician_id
        yield then.judged(case, on, verdict, reason, hit_to=who, miss_to=who, amount=measured)


def _is_link(case: Case) -> bool:
    return case.done is not None and not _left_out(case)


VERDICTS: dict[str, Judge] = {
    "repeat_repair_rate": of_repairs(_repeated),
    "same_fault_repeat_rate": of_repairs(_repeated, counts=same_fault, left_out=_left_out_uncoded),
    "repeat_repair_rate_60d": of_repairs(_repeated, days=60),
    "repeat_repair_rate_90d": of_repairs(_repeated, days=90),
    "repeat_net_of_excused_rate": of_repairs(_repeated, counts=not_excused),
    "repeats_already": _already,
    "first_time_fix_rate": of_repairs(lambda case, repeated: len(case.visits) == 1 and not repeated),
    "first_time_fix_rate_incl_remote": _incl_remote,
    "single_visit_rate": _single_visit,
    "visits_per_fault": _chains,
}
