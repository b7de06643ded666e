"""One ticket that chance lives through: its report, its days, its end, what people say, what is put right later."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.chance import contacts
from tests.chance.outlets import DAY, HOUR, MINUTE, SECOND, Chance

REPAIRED = ("fixed",) * 5 + (
    "no_fault_found", "user_caused", "not_repairable", "exchanged", "referred", "resolved_remotely",
)  # fmt: skip
REASONS = (
    None, "duplicate", "duplicate", "entry_error", "customer_changed_mind", "customer_went_elsewhere", "works_again",
    "out_of_area", "out_of_area", "no_contact",
)  # fmt: skip
CAUSES = ("manufacturer_part", "outlet_part", "repairer", "customer")
SOURCES = ("callback", "callback", "sms", "paper", "technician", None)


@dataclass
class Standing:
    """A fact that was not taken back yet."""

    id: int
    kind: str
    at: datetime
    first_id: int
    values: dict[str, Any]


class Life:
    """What happens to one ticket: its report, its days, its end, what people say, what is put right afterwards."""

    def __init__(
        self, chance: Chance, ticket_id: int, reported_at: datetime, *, is_repair: bool, customer_id: int | None
    ) -> None:
        self.chance, self.rng, self.outlet = chance, chance.rng, chance.outlet
        self.ticket_id, self.is_repair, self.reported_at = ticket_id, is_repair, reported_at
        self.clock, self.customer_id = reported_at, customer_id
        self.standing: list[Standing] = []
        self.completions: list[datetime] = []
        self.contacts: list[datetime] = []  # promises and complaints, which the report comes before
        self.calls: list[datetime] = []  # call-backs, which the completion comes before

    def live(self) -> None:
        self._add("reported", self.reported_at)
        self.known_at = self.clock  # nobody can complain about a ticket that is not written yet
        self.chance.reports.append(self.reported_at)
        self._days()
        if self.chance.odds(0.3):
            for _ in range(self.rng.choice((1, 1, 2))):
                self.contacts.append(self.clock)
                self.clock = contacts.promised(self.chance, self.ticket_id, self.clock)
        self._end()
        self._complain()
        for _ in range(self.rng.choice((0, 0, 0, 1, 2, 3))):
            self._put_right()

    def _later(self, hours: float) -> datetime:
        """So many hours after the report, or just at a boundary of the first day."""
        if self.chance.odds(0.3):
            return self.reported_at + DAY + self.rng.choice((-SECOND, 0 * SECOND, SECOND))
        return self.reported_at + self.chance.span(hours)

    def _typed(self, at: datetime) -> datetime:
        """When a fact is recorded: mostly at once, never before those typed earlier."""
        late = at + self.chance.span(self.rng.choice((0, 0, 0, 1, 60)))
        self.clock = max(self.clock, late)
        return self.clock

    def _add(
        self,
        kind: str,
        at: datetime,
        *,
        recorded_at: datetime | None = None,
        first_id: int | None = None,
        **values: Any,
    ) -> Standing:
        """One event, and the instants around it at which a verdict may change."""
        recorded_at = recorded_at or self._typed(at)
        self.clock = max(self.clock, recorded_at)
        row = {"ticket_id": self.ticket_id, "kind": kind, "at": self.outlet.text(at), "corrects_id": first_id, **values}
        event_id = self.chance.db.insert("event", self.chance.typed(recorded_at), **row)
        fact = Standing(event_id, kind, at, first_id or event_id, values)
        self.standing.append(fact)
        moments = [at, recorded_at]
        if kind == "reported":
            moments += [at + DAY, at + DAY - SECOND, at + 5 * MINUTE, at + 5 * MINUTE - SECOND]
        if kind == "completed":
            self.completions.append(at)
            moments += self.outlet.edges(at, 14, 30, 30, 60, 90)
        self.outlet.moments += moments
        return fact

    def _days(self) -> None:
        """Assignments, windows, arrivals, waits: sorted by time, typed in that order or later."""
        plan: list[tuple[datetime, str]] = [(self._later(60), "assigned") for _ in range(self.rng.randrange(4))]
        if self.chance.odds(0.4):
            soon = self.reported_at + 5 * MINUTE
            plan.append((self.rng.choice((self.reported_at, soon, soon + SECOND)), "assigned"))
        plan += [(self._later(70), "arrived") for _ in range(self.rng.choice((0, 0, 0, 1, 1, 2)))]
        plan += [
            (self._later(60), self.rng.choice(("waiting", "resumed"))) for _ in range(self.rng.choice((0, 0, 1, 3)))
        ]
        plan += [(self._later(50), "appointed") for _ in range(self.rng.choice((0, 0, 0, 1, 2, 3)))]
        is_waiting = False
        for at, kind in sorted(plan):
            if kind == "assigned":
                self._add(kind, at, technician_id=self.rng.choice(self.chance.technicians))
            elif kind == "waiting":
                self._add(kind, at, cause=self.rng.choice(CAUSES))
                is_waiting = True
            elif kind == "resumed":
                if is_waiting:
                    self._add(kind, at)
                is_waiting = False
            elif kind == "appointed":
                self._window(at)
            else:
                self._add(kind, at, technician_id=self.chance.technician(), no_access=int(self.chance.odds(0.2)))

    def _window(self, at: datetime) -> None:
        """A window; now and then typed out of order, as happens under a pinned clock; arrivals at its very end."""
        recorded_at = at + self.chance.span(30) if self.chance.odds(0.4) else self._typed(at)
        until = self._later(96) if self.chance.odds(0.4) else recorded_at + HOUR + self.chance.span(72)
        self._add(
            "appointed",
            at,
            recorded_at=recorded_at,
            window_from=self.outlet.text(until - HOUR),
            window_to=self.outlet.text(until),
            asked_by=self.rng.choice(("customer", "customer", "outlet")),
        )
        self.outlet.moments += [until, until - SECOND]
        if until > at and self.chance.odds(0.4):
            early = until - HOUR - 15 * MINUTE
            arrived_at = max(at, self.rng.choice((until, until, until + SECOND, early, early - SECOND, until - HOUR)))
            self._add("arrived", arrived_at, technician_id=self.chance.technician(), no_access=0)

    def _end(self) -> None:
        if (fate := self.rng.random()) < 0.12:
            return
        arrivals = [fact.at for fact in self.standing if fact.kind == "arrived"]
        at = (
            max([*arrivals, self._later(20)])
            if arrivals and self.chance.odds(0.7)
            else max([*arrivals, self._later(90)])
        )
        if fate < 0.72:
            self._complete(at)
            for _ in range(self.rng.choice((0, 0, 1, 1, 2, 3))):
                self._survey(at)
            self.calls += contacts.called_back(self.chance, self.ticket_id, at)
        else:
            self._cancel(at)

    def _complete(self, at: datetime) -> None:
        came = any(fact.kind == "arrived" for fact in self.standing)
        outcome = self.rng.choice(REPAIRED if self.is_repair else ("done", "done", "referred", "resolved_remotely"))
        if not came and self.chance.odds(0.4):
            outcome = "resolved_remotely"
        self._add("completed", at, technician_id=self.chance.technician(), outcome=outcome)

    def _cancel(self, at: datetime) -> None:
        reason = self.rng.choice(REASONS)
        same = self.rng.choice(self.chance.ticket_ids) if reason == "duplicate" and self.chance.ticket_ids else None
        by = self.rng.choice(("customer", "outlet"))
        forced = "one call" if same and same % 3 == 0 else None
        self._add("cancelled", at, reason=reason, cancelled_by=by, duplicate_of_id=same, note=forced)

    def _survey(self, done: datetime) -> None:
        """An answer: a score or a plain yes or no, around the last day that counts, not always typed in order."""
        day = self.outlet.day(done)
        at = self.rng.choice(
            [
                done,
                done + self.chance.span(12 * 24),
                done + self.chance.span(20 * 24),
                self.outlet.wall(day + 14 * DAY, 23, 59, 59),
                self.outlet.wall(day + 15 * DAY),
            ]
        )
        recorded_at = at + self.chance.span(40) if self.chance.odds(0.3) else None
        answer = {"score": self.rng.randint(1, 5)} if self.chance.odds(0.8) else {"satisfied": self.rng.randint(0, 1)}
        self._add("surveyed", at, recorded_at=recorded_at, source=self.rng.choice(SOURCES), **answer)

    def _complain(self) -> None:
        """About the ticket or about nothing named, around the last day after a completion."""
        if self.customer_id is None or not self.chance.odds(0.3):
            return
        done = self.rng.choice(self.completions) if self.completions else self.reported_at
        at = self.rng.choice([done, *self.outlet.edges(done, 30)]) if self.chance.odds(0.4) else self._later(35 * 24)
        self.contacts.append(at)
        about = self.rng.choice((None, self.ticket_id))
        contacts.complained(self.chance, self.customer_id, about, at, since=self.known_at)

    def _put_right(self) -> None:
        """Void or correct a standing fact up to forty days later; an end that was taken back may come again."""
        old = self.rng.choice(self.standing)
        self.clock = self.clock + SECOND + self.chance.span(self.rng.choice((1, 40 * 24)))
        is_called_about = old.kind == "completed" and bool(self.calls)
        if old.kind == "reported" or is_called_about or self.chance.odds(0.5):
            self._correct(old)
            return
        self._void(old)
        if old.kind in {"completed", "cancelled"} and self.chance.odds(0.5):
            first, last = self._room(old)
            at = self._between(first, last)
            if old.kind == "completed" and self.chance.odds(0.5):
                self._complete(at)
            elif not any(fact.kind == "surveyed" for fact in self.standing):
                self._cancel(at)

    def _void(self, old: Standing) -> None:
        self.chance.void("event", old.id, self.clock)
        self.standing.remove(old)

    def _correct(self, old: Standing) -> None:
        """The same fact at another time, by another technician, with another score; typed when the old one goes."""
        first, last = self._room(old)
        at = self._between(first, last) if self.chance.odds(0.7) else old.at
        values = dict(old.values)
        if values.get("technician_id"):
            values["technician_id"] = self.rng.choice(self.chance.technicians)
        if values.get("score"):
            values["score"] = self.rng.randint(1, 5)
        self._void(old)
        if old.kind == "surveyed" and not any(f.kind == "completed" and f.at <= at for f in self.standing):
            return
        self._add(old.kind, at, recorded_at=self.clock, first_id=old.first_id, **values)
        if old.kind == "reported":
            self.reported_at = at

    def _room(self, old: Standing) -> tuple[datetime, datetime]:
        """Between which instants that kind of fact may lie, the rest of the ticket being what it is."""
        others = [fact for fact in self.standing if fact is not old]
        completions = [fact.at for fact in others if fact.kind == "completed"]
        if old.kind == "reported":
            return old.at - 2 * DAY, min([*self.contacts, *(fact.at for fact in others), self.clock])
        if old.kind == "arrived":
            ends = [fact.at for fact in others if fact.kind in {"completed", "cancelled"}]
            return self.reported_at, min([*ends, self.clock])
        if old.kind == "surveyed":
            return max([*completions, self.reported_at]), self.clock
        if old.kind in {"completed", "cancelled"}:
            arrivals = [fact.at for fact in others if fact.kind == "arrived"]
            answers = [fact.at for fact in others if fact.kind == "surveyed"]
            return max([*arrivals, self.reported_at]), min([*answers, *self.calls, self.clock])
        return self.reported_at, self.clock

    def _between(self, first: datetime, last: datetime) -> datetime:
        """Some instant of the room; often a deadline, the first second, the last one."""
        seconds = int((last - first).total_seconds())
        marks = [first, last, *(m for m in self._marks() if first <= m <= last)]
        return self.rng.choice(marks) if self.chance.odds(0.5) else first + SECOND * self.rng.randint(0, seconds)

    def _marks(self) -> list[datetime]:
        limit = self.reported_at + DAY
        return [limit, limit + SECOND]
