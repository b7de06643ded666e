"""Call-backs, promises and complaints that chance makes, late, voided, at the very second that decides."""

from datetime import datetime

from tests.chance.outlets import DAY, SECOND, Chance

CALLS = ("reached", "reached", "no_answer", "no_answer", "wrong_number", "refused")


def called_back(chance: Chance, ticket_id: int, done: datetime) -> list[datetime]:
    """Attempts after a completion, around the seventh day, some typed late, some voided; when those were that stand."""
    rng, outlet = chance.rng, chance.outlet
    standing = []
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        edges = [done, *outlet.edges(done, 7)]
        at = rng.choice(edges) if chance.odds(0.4) else done + chance.span(10 * 24)
        recorded_at = _typed(chance, at)
        row = {"ticket_id": ticket_id, "at": outlet.text(at), "outcome": rng.choice(CALLS)}
        row_id = chance.db.insert("callback", chance.typed(recorded_at), **row)
        outlet.moments += [at, recorded_at]
        if not _perhaps_voided(chance, "callback", row_id, recorded_at):
            standing.append(at)
    outlet.moments += outlet.edges(done, 7)
    return standing


def promised(chance: Chance, ticket_id: int, at: datetime) -> datetime:
    """A promise of a ticket that is not cancelled, recorded before it falls due; when it was recorded."""
    recorded_at = _typed(chance, at)
    due = recorded_at + SECOND + chance.span(chance.rng.choice((1, 60)))
    row = {"ticket_id": ticket_id, "what": "a part", "due_at": chance.outlet.text(due), "at": chance.outlet.text(at)}
    promise_id = chance.db.insert("promise", chance.typed(recorded_at), **row)
    chance.outlet.moments += [recorded_at, due, due - SECOND]
    clock = recorded_at
    for _ in range(chance.rng.choice((0, 1, 1, 1, 2))):
        clock, is_standing = _ended(chance, promise_id, at, due, clock)
        if is_standing:
            break
    _perhaps_voided(chance, "promise", promise_id, clock)
    return recorded_at


def _ended(chance: Chance, promise_id: int, made: datetime, due: datetime, clock: datetime) -> tuple[datetime, bool]:
    """Kept or withdrawn, often at the last second; the clock after it, and whether it still stands."""
    ends = [due, due - SECOND, due + SECOND]
    at = chance.rng.choice(ends) if chance.odds(0.5) else made + chance.span(80)
    recorded_at = max(clock, _typed(chance, at))
    kind = chance.rng.choice(("kept", "kept", "withdrawn"))
    by = chance.rng.choice(("customer", "customer", "outlet")) if kind == "withdrawn" else None
    row = {"promise_id": promise_id, "kind": kind, "at": chance.outlet.text(at), "withdrawn_by": by}
    row_id = chance.db.insert("promise_end", chance.typed(recorded_at), **row)
    chance.outlet.moments += [at, recorded_at]
    voided_at = _perhaps_voided(chance, "promise_end", row_id, recorded_at)
    return voided_at or recorded_at, voided_at is None


def complained(chance: Chance, customer_id: int, ticket_id: int | None, at: datetime, *, since: datetime) -> None:
    """A complaint with its steps, in the order in which they happened; recorded `since` then."""
    recorded_at = max(since, _typed(chance, at))
    kind = chance.rng.choice(("complaint", "complaint", "dispute", "suggestion", "praise"))
    row = {"customer_id": customer_id, "ticket_id": ticket_id, "at": chance.outlet.text(at), "kind": kind,
           "about": "lateness"}  # fmt: skip
    complaint_id = chance.db.insert("complaint", chance.typed(recorded_at), **row)
    chance.outlet.moments += [at, recorded_at, at + DAY, at + DAY - SECOND, at + 7 * DAY, at + 7 * DAY + SECOND]
    clock = recorded_at
    for kind in ("acknowledged", "recovered", "closed"):
        if chance.odds(0.6):
            clock = at = _step(chance, complaint_id, kind, at, clock)
    _perhaps_voided(chance, "complaint", complaint_id, clock)


def wished(chance: Chance, customer_id: int) -> None:
    """Wishes about calls, some of them at the very second of something else, some taken back."""
    for _ in range(chance.rng.choice((1, 1, 2, 3))):
        at = chance.rng.choice(chance.outlet.moments)
        recorded_at = _typed(chance, at)
        row = {"customer_id": customer_id, "purpose": chance.rng.choice(("calls", "calls", "visits")),
               "wanted": chance.rng.choice(("no", "no", "yes")), "at": chance.outlet.text(at)}  # fmt: skip
        wish_id = chance.db.insert("consent", chance.typed(recorded_at), **row)
        chance.outlet.moments += [at, recorded_at]
        _perhaps_voided(chance, "consent", wish_id, recorded_at)


def _step(chance: Chance, complaint_id: int, kind: str, since: datetime, clock: datetime) -> datetime:
    """One step, at the end of the first day if it can; the latest instant that the next one knows of."""
    at = since + DAY + chance.rng.choice((0 * SECOND, SECOND)) if chance.odds(0.3) else since + chance.span(60)
    recorded_at = max(clock, _typed(chance, at))
    upheld = chance.rng.randint(0, 1) if kind == "closed" else None
    row = {"complaint_id": complaint_id, "kind": kind, "at": chance.outlet.text(at), "upheld": upheld}
    if kind == "closed" and complaint_id % 3:
        row |= {"cause": "came_late", "measure": "ring before", "measure_by": chance.outlet.text(at + 9 * DAY)[:10]}
    row_id = chance.db.insert("complaint_step", chance.typed(recorded_at), **row)
    if kind == "closed" and complaint_id % 3 == 1:
        done_at = chance.outlet.text(recorded_at)
        chance.db.insert("measure_done", chance.typed(recorded_at), complaint_step_id=row_id, at=done_at)
    chance.outlet.moments += [at, recorded_at]
    return _perhaps_voided(chance, "complaint_step", row_id, recorded_at) or recorded_at


def _typed(chance: Chance, at: datetime) -> datetime:
    return at + chance.span(chance.rng.choice((0, 0, 0, 1, 60)))


def _perhaps_voided(chance: Chance, table: str, row_id: int, recorded_at: datetime) -> datetime | None:
    if not chance.odds(0.12):
        return None
    at = recorded_at + chance.span(chance.rng.choice((0, 1, 300)))
    chance.void(table, row_id, at)
    return at
