"""K9: who was called back after the job, and reached.

An answer collected by call-back was given by somebody who was called and reached, logged or not.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from tests.oracle.raw import Fact
from tests.oracle.then import EXCLUDED, HIT, MISS, PENDING, SERVICES, Case, Then, Verdict, counted_answer, hours

CALL_DAYS, ANSWER_DAYS = timedelta(days=7), timedelta(days=14)
Judgement = tuple[str, str, float | None]  # verdict, reason, amount
Judge = Callable[[Then], Iterator[Verdict]]


def _calls(then: Then, case: Case, done: Fact, *, reached: bool) -> list[Fact]:
    """The attempts since the completion, or those that reached somebody: who refuses to answer was reached."""
    logged = then.log_of("callback", "ticket_id", case.id)
    if reached:
        logged = [call for call in logged if call.row["outcome"] in {"reached", "refused"}]
    answers = [fact for fact in case.of("surveyed") if fact.row["source"] == "callback"]
    return sorted((fact for fact in (*logged, *answers) if fact.at >= done.at), key=lambda fact: fact.at)


def _in_time(then: Then, case: Case, done: Fact, *, reached: bool) -> Fact | None:
    """The first of them, if it was within seven days."""
    first = next(iter(_calls(then, case, done, reached=reached)), None)
    return first if first and then.day(first.at) <= then.day(done.at) + CALL_DAYS else None


def _of_calls(judge: Callable[[Then, Case, Fact], Judgement], days: timedelta = CALL_DAYS) -> Judge:
    def verdicts(then: Then) -> Iterator[Verdict]:
        for case, done, on in then.completed(*SERVICES):
            verdict, reason, amount = _judged(then, case, done, on, days) or judge(then, case, done)
            who = done.technician_id
            yield then.judged(case, on, verdict, reason, hit_to=who, miss_to=who, amount=amount)

    return verdicts


def _judged(then: Then, case: Case, done: Fact, on: date, days: timedelta) -> Judgement | None:
    if case.outcome == "resolved_remotely":
        return EXCLUDED, "resolved_remotely", None
    if _wants_no_calls(then, case, done):
        return EXCLUDED, "wants_no_calls", None
    return (PENDING, "", None) if then.today <= on + days else None


def _wants_no_calls(then: Then, case: Case, done: Fact) -> bool:
    """The last wish typed before the completion, by whoever the ticket was of then."""
    (ticket,) = (row for row in then.outlet.tickets if row["id"] == case.id)
    whose = then.outlet.value_at("ticket", ticket, "customer_id", done.at)
    said = [
        wish for wish in then.log("consent")
        if str(wish.row["customer_id"]) == str(whose) and wish.row["purpose"] == "calls" and wish.recorded_at <= done.at
    ]  # fmt: skip
    return bool(said) and max(said, key=lambda wish: (wish.at, wish.id)).row["wanted"] == "no"


def _covered(then: Then, case: Case, done: Fact) -> Judgement:
    return HIT if _in_time(then, case, done, reached=True) else MISS, "", None


def _tried(then: Then, case: Case, done: Fact) -> Judgement:
    return HIT if _in_time(then, case, done, reached=False) else MISS, "", None


def _answered(then: Then, case: Case, done: Fact) -> Judgement:
    if not _in_time(then, case, done, reached=True):
        return EXCLUDED, "not_reached", None
    return HIT if counted_answer(then, case, done) else MISS, "", None


def _hours(then: Then, case: Case, done: Fact) -> Judgement:
    reached = _in_time(then, case, done, reached=True)
    return (HIT, "", hours(done.at, reached.at)) if reached else (EXCLUDED, "not_reached", None)


VERDICTS: dict[str, Judge] = {
    "callback_coverage": _of_calls(_covered),
    "callback_attempt_rate": _of_calls(_tried),
    "callback_answer_rate": _of_calls(_answered, ANSWER_DAYS),
    "callback_hours": _of_calls(_hours),
}
