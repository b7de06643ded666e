"""The outlet as it could be seen at an instant, and what a verdict about one of its tickets is."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from tests.oracle.raw import Fact, Raw, Row, instant

HIT, MISS, PENDING, EXCLUDED = "hit", "miss", "pending", "excluded"
SERVICES = ("repair", "install", "maintenance")  # K1
NOT_A_TICKET = ("duplicate", "entry_error")  # C7
NOBODY = "(none)"
ANSWER_DAYS = timedelta(days=14)  # K1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one ticket, promise, complaint or birthday means to a KPI.

    `reason` is the class of an exclusion, or the state of what is open; else None.
    """

    ticket_id: int | None
    on: date
    technician: str
    category: str
    type: str
    area: str
    charge: str
    brand: str
    model: str
    tier: str
    channel: str
    source: str
    lateness: str
    verdict: str
    reason: str | None
    amount: float | None


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket as it looked at an instant: only what was visible then."""

    row: Row
    facts: tuple[Fact, ...]

    @property
    def id(self) -> int:
        return int(self.row["id"])

    def of(self, *kinds: str) -> list[Fact]:
        """The visible facts of these kinds by the time they happened, then as recorded."""
        return sorted((f for f in self.facts if f.kind in kinds), key=lambda f: (f.at, f.id))

    def first(self, kind: str) -> Fact | None:
        return next(iter(self.of(kind)), None)

    def last(self, *kinds: str) -> Fact | None:
        return next(reversed(self.of(*kinds)), None)

    @property
    def report(self) -> Fact:
        return self.of("reported")[0]

    @property
    def done(self) -> Fact | None:
        return self.last("completed")

    @property
    def cancelled(self) -> Fact | None:
        return self.last("cancelled")

    @property
    def outcome(self) -> str | None:
        return self.done.row["outcome"] if self.done else None

    @property
    def visits(self) -> list[Fact]:
        """K5: arrivals at which nobody was home are no visits."""
        return [fact for fact in self.of("arrived") if not fact.row["no_access"]]

    @property
    def withdrawn(self) -> str | None:
        """C7: cancelled as a duplicate or an entry error."""
        cancelled = self.cancelled
        return cancelled.row["reason"] if cancelled and cancelled.row["reason"] in NOT_A_TICKET else None

    def assigned(self, by: datetime) -> int | None:
        """Who was assigned at that instant."""
        found = [fact for fact in self.of("assigned") if fact.at <= by]
        return found[-1].technician_id if found else None


@dataclass
class Then:
    """What anybody could know of the outlet at `as_of` (C3)."""

    outlet: Raw
    as_of: datetime

    @cached_property
    def cases(self) -> list[Case]:
        """The tickets that anybody knew of."""
        facts: dict[int, list[Fact]] = defaultdict(list)
        for fact in self.log("event"):
            facts[fact.row["ticket_id"]].append(fact)
        found = [Case(self._said(row), tuple(facts[row["id"]])) for row in self.outlet.tickets]
        return [case for case in found if case.first("reported")]

    def _said(self, row: Row) -> Row:
        """The ticket's row with the type and the appliance that were said as of then."""
        type_, machine = (self.outlet.value_at("ticket", row, field, self.as_of) for field in ("type", "appliance_id"))
        return row | {"type": type_, "appliance_id": None if machine is None else int(machine)}

    @cached_property
    def by_id(self) -> dict[int, Case]:
        return {case.id: case for case in self.cases}

    @cached_property
    def by_appliance(self) -> dict[int | None, list[Case]]:
        found = defaultdict(list)
        for case in self.cases:
            found[case.row["appliance_id"]].append(case)
        return found

    @property
    def today(self) -> date:
        return self.day(self.as_of)

    def day(self, at: datetime) -> date:
        return self.outlet.day(at)

    @cached_property
    def _logs(self) -> dict[str, list[Fact]]:
        logs = self.outlet.logs.items()
        return {name: [fact for fact in facts if fact.is_visible(self.as_of)] for name, facts in logs}

    def log(self, name: str) -> list[Fact]:
        """The facts of that table that were visible then."""
        return self._logs[name]

    def log_of(self, name: str, key: str, value: int) -> list[Fact]:
        """Those of one ticket, promise or complaint, by the time they happened."""
        return sorted((f for f in self.log(name) if f.row[key] == value), key=lambda f: (f.at, f.id))

    def completed(self, *types: str) -> list[tuple[Case, Fact, date]]:
        """The completed tickets of those types, each with its completion and the local date of it."""
        return [
            (case, case.done, self.day(case.done.at)) for case in self.cases if case.row["type"] in types and case.done
        ]

    def fault(self, case: Case) -> str | None:
        """What was said to be wrong, as it was known then (`import --update` may add it later)."""
        return self.outlet.value_at("ticket", case.row, "fault", self.as_of)

    def judged(
        self,
        case: Case | None,
        on: date,
        verdict: str,
        reason: str | None = None,
        *,
        hit_to: int | None = None,
        miss_to: int | None = None,
        amount: float | None = None,
        ticket_id: int | None = None,
        appliance_id: int | None = None,
    ) -> Verdict:
        """The verdict with what it is grouped by (C9: pending and excluded belong to whoever is assigned).

        `appliance_id` is what the verdict is about where that may be another one than the ticket's.
        """
        charged = {HIT: hit_to, MISS: miss_to}.get(verdict, case.assigned(self.as_of) if case else None)
        technician = NOBODY
        if charged is not None:
            who = self.outlet.technicians[charged]
            technician = self.outlet.value_at("technician", who, "name", self.as_of) or technician
        machine = appliance_id or (case.row["appliance_id"] if case else None)
        return Verdict(
            case.id if case else ticket_id,
            on,
            technician,
            self._of_machine(machine, "category"),
            case.row["type"] if case else "(none)",
            (self._area(case) if case else None) or "(none)",
            self._charge(case.id if case else ticket_id),
            self._of_machine(machine, "brand"),
            self._of_machine(machine, "model"),
            self._tier(case) if case else "(none)",
            case.row["channel"] if case else "(none)",
            self._source(case) if case else "(none)",
            self._lateness(case) if case else "(none)",
            verdict,
            reason or None,
            amount,
        )

    def _charge(self, ticket_id: int | None) -> str:
        """Whether the customer had paid, as far as was known then."""
        found = [fact for fact in self.log("charge") if fact.row["ticket_id"] == ticket_id]
        return "(none)" if not found else "paid" if found[-1].row["paid_fen"] else "free"

    def _of_machine(self, appliance_id: int | None, field: str) -> str:
        """The appliance's category, brand or model as it was recorded as of then."""
        appliance = self.outlet.appliances.get(appliance_id or 0)
        return (self.outlet.value_at("appliance", appliance, field, self.as_of) if appliance else None) or "(none)"

    def _tier(self, case: Case) -> str:
        """The customer's tier on the day of the report, as far as was known."""
        if case.row["customer_id"] is None:
            return "(none)"
        found = [
            row
            for row in self.outlet.tiers
            if row["customer_id"] == case.row["customer_id"]
            and date.fromisoformat(row["from_on"]) <= self.day(case.report.at)
            and instant(row["recorded_at"]) <= self.as_of
            and not (row["voided_at"] and instant(row["voided_at"]) <= self.as_of)
        ]
        return max(found, key=lambda row: (row["from_on"], row["id"]))["tier"] if found else "ordinary"

    def _source(self, case: Case) -> str:
        """How the answer that counts was collected (K1)."""
        if case.done is None:
            return "(none)"
        answer = counted_answer(self, case, case.done)
        return (answer.row["source"] if answer else None) or "(none)"

    def _lateness(self, case: Case) -> str:
        """Whether somebody came by the deadline; nothing where the ticket ended before it without a visit."""
        if case.row["type"] != "repair":
            return "(none)"
        due, came = deadline(case), case.first("arrived")
        if came:
            return "on_time" if came.at <= due else "late"
        ends = [fact.at for fact in (case.done, case.cancelled) if fact]
        return "late" if due < self.as_of and all(end > due for end in ends) else "(none)"

    def _area(self, case: Case) -> str | None:
        """The ticket's own area, else the customer's at the report."""
        own = self.outlet.value_at("ticket", case.row, "area", self.as_of)
        customer = self.outlet.customers.get(case.row["customer_id"])
        if own or customer is None:
            return own
        return self.outlet.value_at("customer", customer, "area", case.report.at)


def hours(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds() / 3600


def windows(case: Case) -> list[Fact]:
    """The windows in the order in which they were agreed on; a corrected one keeps its place."""
    return sorted(case.of("appointed"), key=lambda fact: (fact.first_recorded_at, fact.place))


def deadline(case: Case, *, strict: bool = False) -> datetime:
    """K6: 24 hours, or the end of the later window that the customer asked for in time."""
    day_later = case.report.at + timedelta(hours=24)
    limit = day_later
    if not strict:
        for window in windows(case):
            if window.row["asked_by"] == "customer" and window.first_recorded_at <= limit:
                limit = max(day_later, instant(window.row["window_to"]))
    return limit


def counted_answer(then: Then, case: Case, done: Fact) -> Fact | None:
    """K1: the first valid answer counts for ever, up to fourteen days after the completion."""
    last_day = then.day(done.at) + ANSWER_DAYS
    answers = [fact for fact in case.of("surveyed") if then.day(fact.at) <= last_day]
    return min(answers, key=lambda fact: fact.place, default=None)
