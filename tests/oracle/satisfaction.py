"""K1 and K2: what customers answer after the job, and how many do."""

from collections.abc import Callable, Iterator

from tests.oracle.raw import Fact
from tests.oracle.then import ANSWER_DAYS, EXCLUDED, HIT, MISS, PENDING, SERVICES, Then, Verdict, counted_answer

Judge = Callable[[Then], Iterator[Verdict]]
Judgement = tuple[str, str, float | None]  # verdict, reason, amount


def of_answers(judge: Callable[[Fact], Judgement]) -> Judge:
    """Whoever answered is judged at once; the silent are pending for fourteen days and then left out."""

    def verdicts(then: Then) -> Iterator[Verdict]:
        for case, done, on in then.completed(*SERVICES):
            answer, amount = counted_answer(then, case, done), None
            if case.outcome == "resolved_remotely":
                verdict, reason = EXCLUDED, "resolved_remotely"
            elif answer:
                verdict, reason, amount = judge(answer)
            elif then.today <= on + ANSWER_DAYS:
                verdict, reason = PENDING, ""
            else:
                verdict, reason = EXCLUDED, "no_answer"
            who = done.technician_id
            yield then.judged(case, on, verdict, reason, hit_to=who, miss_to=who, amount=amount)

    return verdicts


def of_scores(is_hit: Callable[[int], bool], amount: Callable[[int], float | None] = lambda score: None) -> Judge:
    """The same for what needs a place on the scale of five: an imported yes or no has none."""

    def judge(answer: Fact) -> Judgement:
        score = answer.row["score"]
        if score is None:
            return EXCLUDED, "not_on_the_scale", None
        return HIT if is_hit(score) else MISS, "", amount(score)

    return of_answers(judge)


def _satisfied(answer: Fact) -> Judgement:
    """4 and 5, or the plain yes of an imported file; a 3 is not."""
    is_satisfied = answer.row["score"] in {4, 5} or answer.row["satisfied"] == 1
    return HIT if is_satisfied else MISS, "", None


def _self_collected(answer: Fact) -> Judgement:
    source = answer.row["source"]
    if source is None:
        return EXCLUDED, "source_unknown", None
    return HIT if source == "technician" else MISS, "", None


def _responded(then: Then) -> Iterator[Verdict]:
    """Early answers wait with the silent ones (C5)."""
    for case, done, on in then.completed(*SERVICES):
        if case.outcome == "resolved_remotely":
            verdict, reason = EXCLUDED, "resolved_remotely"
        elif then.today <= on + ANSWER_DAYS:
            verdict, reason = PENDING, ""
        else:
            verdict, reason = HIT if counted_answer(then, case, done) else MISS, ""
        who = done.technician_id
        yield then.judged(case, on, verdict, reason, hit_to=who, miss_to=who)


def _net(score: int) -> float:
    return 1 if score >= 4 else -1 if score <= 2 else 0


VERDICTS: dict[str, Judge] = {
    "satisfaction_rate": of_answers(_satisfied),
    "response_rate": _responded,
    "top_box_rate": of_scores(lambda score: score == 5),
    "dissatisfied_rate": of_scores(lambda score: score <= 2),
    "net_satisfaction": of_scores(lambda score: score >= 4, _net),
    "csat_mean": of_scores(lambda score: score >= 4, float),
    "score_distribution": of_scores(lambda score: score >= 4, float),
    "self_collected_rate": of_answers(_self_collected),
}
