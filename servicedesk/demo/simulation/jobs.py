"""Simulated jobs: tickets with their events, and for each event when it happened, when and by whom it was typed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from servicedesk.demo.simulation.homes import Machine, Person

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fact:
    """One event: when it happened, when and by whom it was typed. `values` are further columns.

    `is_fix`: it corrects the fact before it, which was mistyped.
    """

    kind: str
    at: datetime
    typed_at: datetime
    actor: str
    values: dict[str, Any] = field(default_factory=dict)
    is_fix: bool = False


@dataclass(slots=True)
class Job:
    """A simulated ticket with its events. `follows` and `duplicates` are keys of other jobs.

    `is_shunned`: nobody calls the customer back.
    """

    key: int
    type: str
    person: Person | None
    machine: Machine | None
    channel: str = "hotline"
    fault: str | None = None
    text: str | None = None
    follows: int | None = None
    duplicates: int | None = None
    is_repeat: bool = False
    is_on_site: bool = False
    is_shunned: bool = False
    facts: list[Fact] = field(default_factory=list)

    def add(self, kind: str, at: datetime, *, lag: timedelta = MINUTE, actor: str, **values: Any) -> datetime:
        """Add the next event, typed `lag` later but not before the last one; return when it was typed."""
        at = at.replace(microsecond=0)
        typed_at = (at + lag).replace(microsecond=0)
        if self.facts:
            typed_at = max(typed_at, self.facts[-1].typed_at + timedelta(seconds=5))
        self.facts.append(Fact(kind, at, typed_at, actor, values))
        return typed_at

    @property
    def ended_at(self) -> datetime | None:
        return next((fact.at for fact in self.facts if fact.kind in {"completed", "cancelled"}), None)
