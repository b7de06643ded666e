"""K10: who complained after a service, and what became of it.

Decided here, the definitions being silent: a customer's verdict stands on the ticket that the first complaint is about,
if it names one of those it may follow, else on the last one before it.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from tests.oracle.raw import Fact
from tests.oracle.then import EXCLUDED, HIT, MISS, PENDING, SERVICES, Case, Then, Verdict, counted_answer

COMPLAINT_DAYS = timedelta(days=30)
Completed = tuple[Case, Fact, date]


def complaint_rate(then: Then, first: date, end: date) -> Iterator[Verdict]:
    """One verdict for each customer served in `[first, end)`."""
    served: dict[int, list[Completed]] = {}
    for case, done, on in then.completed(*SERVICES):
        if not first <= on < end:
            continue
        if case.row["customer_id"] is None:
            yield then.judged(case, on, EXCLUDED, "no_customer")
        else:
            served.setdefault(case.row["customer_id"], []).append((case, done, on))
    for customer_id, tickets in served.items():
        tickets.sort(key=lambda ticket: (ticket[1].at, ticket[0].id))
        yield _served(then, _of_customer(then, customer_id), tickets)


def _complaints(then: Then) -> list[Fact]:
    """A suggestion or praise is none."""
    return [fact for fact in then.log("complaint") if fact.row["kind"] in {"complaint", "dispute"}]


def _of_customer(then: Then, customer_id: int) -> list[Fact]:
    found = then.log_of("complaint", "customer_id", customer_id)
    return [fact for fact in found if fact.row["kind"] in {"complaint", "dispute"}]


def _served(then: Then, complaints: list[Fact], tickets: list[Completed]) -> Verdict:
    case, done, on = tickets[-1]
    is_mature = on + COMPLAINT_DAYS < then.today
    hit = False
    for complaint in complaints:
        after = [ticket for ticket in tickets if _follows(then, complaint, ticket)]
        if after:
            about = [ticket for ticket in after if ticket[0].id == complaint.row["ticket_id"]]
            case, done, on = (about or after)[-1]
            hit = True
            break
    verdict = (HIT if hit else MISS) if is_mature else PENDING
    return then.judged(case, on, verdict, hit_to=done.technician_id, miss_to=done.technician_id)


def _follows(then: Then, complaint: Fact, ticket: Completed) -> bool:
    _, done, on = ticket
    return complaint.at >= done.at and then.day(complaint.at) <= on + COMPLAINT_DAYS


def _judged(
    then: Then, complaint: Fact, verdict: str, reason: str | None = None, amount: float | None = None
) -> Verdict:
    """A complaint belongs to the day it came in, and to who completed its ticket, if it names one."""
    case = then.by_id.get(complaint.row["ticket_id"])
    who = case.done.technician_id if case and case.done else None
    on = then.day(complaint.at)
    return then.judged(case, on, verdict, reason, hit_to=who, miss_to=who, amount=amount)


def _steps(then: Then, complaint: Fact) -> list[Fact]:
    return then.log_of("complaint_step", "complaint_id", complaint.id)


def _closed(then: Then, complaint: Fact) -> Fact | None:
    return next((step for step in _steps(then, complaint) if step.kind == "closed"), None)


def _per_100(then: Then) -> Iterator[Verdict]:
    for complaint in _complaints(then):
        yield _judged(then, complaint, HIT)
    for case, done, on in then.completed(*SERVICES):
        yield then.judged(case, on, MISS, miss_to=done.technician_id)


def _latent(then: Then) -> Iterator[Verdict]:
    """Of a remote resolution no answer is counted (K1)."""
    for case, done, on in then.completed(*SERVICES):
        answer = counted_answer(then, case, done)
        if case.outcome == "resolved_remotely" or answer is None or answer.row["score"] not in {1, 2}:
            continue
        is_recorded = any(
            complaint.row["ticket_id"] == case.id
            or (complaint.row["customer_id"] == case.row["customer_id"] and complaint.at >= case.report.at)
            for complaint in _complaints(then)
            if (then.day(complaint.at) - on).days <= 30
        )
        is_open = not on + timedelta(days=30) < then.today
        who = done.technician_id
        verdict = PENDING if is_open else MISS if is_recorded else HIT
        yield then.judged(case, on, verdict, hit_to=who, miss_to=who)


def _upheld(then: Then) -> Iterator[Verdict]:
    for complaint in _complaints(then):
        closed = _closed(then, complaint)
        yield _judged(then, complaint, PENDING if closed is None else HIT if closed.row["upheld"] else MISS)


def _acknowledged(then: Then) -> Iterator[Verdict]:
    """Any step shows that somebody has taken it up."""
    for complaint in _complaints(then):
        limit = complaint.at + timedelta(hours=24)
        in_time = any(step.at <= limit for step in _steps(then, complaint))
        yield _judged(then, complaint, PENDING if limit > then.as_of else HIT if in_time else MISS)


def _days(then: Then) -> Iterator[Verdict]:
    for complaint in _complaints(then):
        closed = _closed(then, complaint)
        lasted = (closed.at if closed else then.as_of) - complaint.at
        yield _judged(then, complaint, HIT if closed else PENDING, amount=lasted / timedelta(days=1))


def _open(then: Then) -> Iterator[Verdict]:
    for complaint in _complaints(then):
        if not _closed(then, complaint):
            yield _judged(then, complaint, HIT if (then.today - then.day(complaint.at)).days > 7 else MISS)


VERDICTS: dict[str, Callable[[Then], Iterator[Verdict]]] = {
    "complaints_per_100": _per_100,
    "latent_complaints": _latent,
    "upheld_rate": _upheld,
    "ack_within_24h_rate": _acknowledged,
    "complaint_days_to_resolve": _days,
    "complaints_open_7d": _open,
}
