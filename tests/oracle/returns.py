"""K11: customers who come back, by what they do and by what they say; products that come back."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from tests.oracle.questionnaires import first_answers
from tests.oracle.raw import Fact, Row, instant
from tests.oracle.then import HIT, MISS, PENDING, SERVICES, Case, Then, Verdict

AGAIN, BACK = timedelta(days=730), timedelta(days=15)


def _returning(then: Then) -> Iterator[Verdict]:
    """One verdict a customer, on their first service."""
    first: dict[int, tuple[Case, Fact, date]] = {}
    for served in sorted(then.completed(*SERVICES), key=lambda served: (served[1].at, served[0].id)):
        if served[0].row["customer_id"] is not None:
            first.setdefault(served[0].row["customer_id"], served)
    for customer_id, (case, done, on) in first.items():
        is_mature = on + AGAIN < then.today
        days = [*_bought(then, customer_id), *_agreed(then, customer_id), *_sent(then, customer_id)]
        again = any(on < day <= min(on + AGAIN, then.today) for day in days) or any(
            report.at > done.at and then.day(report.at) <= on + AGAIN for report in _paid(then, customer_id)
        )
        verdict = (HIT if again else MISS) if is_mature else PENDING
        yield then.judged(case, on, verdict, hit_to=done.technician_id, miss_to=done.technician_id)


def _bought(then: Then, customer_id: int) -> Iterator[date]:
    for appliance in then.outlet.appliances.values():
        owner = then.outlet.value_at("appliance", appliance, "customer_id", then.as_of)
        sold = sold_on(then, appliance)
        if owner is not None and int(owner) == customer_id and sold:
            yield sold


def _agreed(then: Then, customer_id: int) -> Iterator[date]:
    for contract in then.log_of("contract", "customer_id", customer_id):
        yield date.fromisoformat(contract.row["from_on"])


def _sent(then: Then, customer_id: int) -> Iterator[date]:
    """The days on which those were registered whom the customer sent."""
    for customer in then.outlet.customers.values():
        if customer["introduced_by_id"] == customer_id and instant(customer["recorded_at"]) <= then.as_of:
            yield then.day(instant(customer["recorded_at"]))


def _paid(then: Then, customer_id: int) -> Iterator[Fact]:
    """The reports of the tickets that the customer paid for."""
    for charge in then.log("charge"):
        case = then.by_id.get(charge.row["ticket_id"])
        if case and charge.row["paid_fen"] and case.row["customer_id"] == customer_id:
            yield case.report


def sold_on(then: Then, appliance: Row) -> date | None:
    """The day of the purchase, else of the installation, as was said then; None before it is on record."""
    if instant(appliance["recorded_at"]) > then.as_of:
        return None
    for name in ("bought", "installed"):
        precision = then.outlet.value_at("appliance", appliance, f"{name}_precision", then.as_of)
        day = then.outlet.value_at("appliance", appliance, f"{name}_on", then.as_of)
        if precision == "day" and day:
            return date.fromisoformat(day)
    return None


def _intention(then: Then) -> Iterator[Verdict]:
    for case, answer, reply in first_answers(then, "again"):
        who = case.done.technician_id if case.done else None
        yield then.judged(case, then.day(answer.at), HIT if reply.row["again"] else MISS, hit_to=who, miss_to=who)


def _given_back(then: Then) -> Iterator[Verdict]:
    for appliance in then.outlet.appliances.values():
        sold = sold_on(then, appliance)
        if sold is None or sold > then.today:
            continue
        days = [
            date.fromisoformat(fact.row["on_date"]) for fact in then.log_of("exchange", "appliance_id", appliance["id"])
        ]
        retired = then.outlet.value_at("appliance", appliance, "retired_on", then.as_of)
        if retired and appliance["retire_reason"] in {"exchanged", "returned"}:
            days.append(date.fromisoformat(retired))
        verdict = (HIT if any(day <= sold + BACK for day in days) else MISS) if sold + BACK < then.today else PENDING
        yield then.judged(None, sold, verdict, appliance_id=appliance["id"])


VERDICTS: dict[str, Callable[[Then], Iterator[Verdict]]] = {
    "returning_customer_rate": _returning,
    "returning_intention_rate": _intention,
    "product_return_rate": _given_back,
}
