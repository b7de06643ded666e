"""K13: what is still open at an instant, in which state, and for how long."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from tests.oracle.raw import instant
from tests.oracle.then import HIT, Case, Then, Verdict


def _open(then: Then) -> Iterator[Verdict]:
    """Whatever is neither completed nor cancelled; its state, its age in days since the earliest linked report."""
    for case in then.cases:
        if case.done is None and case.cancelled is None:
            age = (then.as_of - _since(then, case)) / timedelta(days=1)
            who = case.assigned(then.as_of)
            yield then.judged(case, then.day(case.report.at), HIT, _state(then, case), hit_to=who, amount=age)


def _since(then: Then, case: Case) -> datetime:
    """Cancel and reopen does not make a ticket young: nothing is younger than the earliest of the line it follows."""
    follows = {row["id"]: row["follows_ticket_id"] for row in then.outlet.tickets}
    since, before = case.report.at, follows[case.id]
    while before:
        if before in then.by_id:
            since = min(since, then.by_id[before].report.at)
        before = follows[before]
    return since


def _state(then: Then, case: Case) -> str:
    """The first state that holds, a wait by its cause."""
    turn, window = case.last("waiting", "resumed"), case.last("appointed")
    if turn and turn.kind == "waiting":
        return f"waiting_{turn.row['cause']}"
    if any(turn is None or visit.at >= turn.at for visit in case.visits):
        return "arrived"
    if window and instant(window.row["window_to"]) > then.as_of:
        return "appointed"
    return "unassigned" if case.assigned(then.as_of) is None else "assigned"


VERDICTS: dict[str, Callable[[Then], Iterator[Verdict]]] = {"backlog": _open, "oldest_open": _open}
