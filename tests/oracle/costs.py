"""K15: what a repair costs the customer beside its price."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from tests.oracle.raw import Fact, instant
from tests.oracle.then import EXCLUDED, HIT, MISS, Case, Then, Verdict, hours, windows

THE_REPORT = timedelta(minutes=10)  # what is said so soon after it belongs to it


def contacts(then: Then, case: Case, done: Fact) -> int:
    """How often the customer got in touch until the work was done."""
    report = case.report.at
    doubles = [
        fact for fact in then.log("event") if fact.kind == "cancelled" and fact.row["duplicate_of_id"] == case.id
    ]
    came_in = [
        fact
        for fact in then.log_of("contact", "ticket_id", case.id)
        if fact.row["direction"] == "in" and fact.at > report + THE_REPORT
    ]
    angry = [f for f in then.log_of("complaint", "ticket_id", case.id) if f.row["kind"] in {"complaint", "dispute"}]
    later = [fact for fact in (*doubles, *came_in, *angry) if fact.at <= done.at]
    return len(later) + (not case.row["on_site"])


def waited(case: Case, done: Fact) -> float | None:
    """The hours in windows that were not moved before they began; None without one."""
    total = []
    for window in windows_by_time(case):
        begin, end = instant(window.row["window_from"]), instant(window.row["window_to"])
        moved = [w for w in case.of("appointed") if (w.at, w.id) > (window.at, window.id) and w.at <= begin]
        if begin >= done.at or moved:
            continue
        came = min((fact.at for fact in case.of("arrived") if fact.at >= window.at), default=end)
        total.append(max(0.0, hours(begin, min(came, end))))
    return sum(total) if total else None


def windows_by_time(case: Case) -> list[Fact]:
    return sorted(windows(case), key=lambda fact: fact.at)


def _of_repairs(
    amount: Callable[[Then, Case, Fact], float | None], why: str = ""
) -> Callable[[Then], Iterator[Verdict]]:
    """The median of an amount; left out where there is none."""

    def verdicts(then: Then) -> Iterator[Verdict]:
        for case, done, on in then.completed("repair"):
            found = amount(then, case, done)
            verdict, reason = (EXCLUDED, why) if found is None else (HIT, None)
            yield then.judged(case, on, verdict, reason, hit_to=done.technician_id, amount=found)

    return verdicts


def _several(then: Then) -> Iterator[Verdict]:
    for case, done, on in then.completed("repair"):
        verdict, who = HIT if contacts(then, case, done) > 1 else MISS, done.technician_id
        yield then.judged(case, on, verdict, hit_to=who, miss_to=who)


def _paid(then: Then, case: Case, done: Fact) -> float | None:
    found = then.log_of("charge", "ticket_id", case.id)
    return (max(found, key=lambda fact: fact.id).row["paid_fen"] or 0) / 100 if found else None


VERDICTS: dict[str, Callable[[Then], Iterator[Verdict]]] = {
    "customer_cost": _several,
    "customer_cost_contacts": _of_repairs(contacts),
    "customer_cost_visits": _of_repairs(lambda then, case, done: len(case.of("arrived"))),
    "customer_cost_hours": _of_repairs(lambda then, case, done: waited(case, done), "no_window"),
    "customer_cost_days": _of_repairs(lambda then, case, done: hours(case.report.at, done.at) / 24),
    "customer_cost_money": _of_repairs(_paid, "no_charge"),
}
