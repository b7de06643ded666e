"""K3 and K16: what questionnaires say beside the score; the first answer about each ticket that has the question."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from tests.oracle.raw import Fact
from tests.oracle.then import EXCLUDED, HIT, MISS, NOBODY, Case, Then, Verdict

WAIT = timedelta(days=180)
Answer = tuple[Case, Fact, Fact]  # ticket, answer, what its questionnaire says


def first_answers(then: Then, question: str) -> Iterator[Answer]:
    """The first answer in the order of recording of every ticket that has the question."""
    places = {fact.id: fact.place for fact in then.outlet.logs["event"]}
    replies = {places[fact.row["event_id"]]: fact for fact in then.log("reply")}
    for case in then.cases:
        said = [(fact, replies[fact.place]) for fact in case.of("surveyed") if fact.place in replies]
        said = [(fact, reply) for fact, reply in said if reply.row[question] is not None]
        if said:
            yield case, *min(said, key=lambda pair: pair[0].place)


def _left_out(then: Then, case: Case, on: date, reason: str) -> Verdict:
    """Whether people recommend the outlet is nobody's figure, whoever is assigned (K3)."""
    return replace(then.judged(case, on, EXCLUDED, reason), technician=NOBODY)


def _promoters(then: Then) -> Iterator[Verdict]:
    """A customer's answers one after the other: one counts if the last that counted is more than 180 days old."""
    of_customer: dict[int, list[Answer]] = defaultdict(list)
    for answer in first_answers(then, "recommend"):
        case, fact, _ = answer
        if case.row["customer_id"] is None:
            yield _left_out(then, case, then.day(fact.at), "no_customer")
        else:
            of_customer[case.row["customer_id"]].append(answer)
    for answers in of_customer.values():
        last = None
        for case, fact, reply in sorted(answers, key=lambda answer: (answer[1].at, answer[1].place)):
            on, mark = then.day(fact.at), reply.row["recommend"]
            if last is not None and on - last <= WAIT:
                yield _left_out(then, case, on, "asked_within_180_days")
                continue
            last = on
            amount = 1 if mark >= 9 else 0 if mark >= 7 else -1
            yield then.judged(case, on, HIT if amount == 1 else MISS, amount=amount)


def _index(then: Then) -> Iterator[Verdict]:
    for case, fact, reply in first_answers(then, "csi_overall"):
        three = sum(reply.row[name] for name in ("csi_overall", "csi_expected", "csi_ideal"))
        yield then.judged(case, then.day(fact.at), HIT, amount=three)


VERDICTS: dict[str, Callable[[Then], Iterator[Verdict]]] = {"nps": _promoters, "csi_equal_weights": _index}
