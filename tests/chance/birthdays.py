"""Lines of maintenance that chance draws: cared for around the thirtieth day, declined, missed, cancelled, on hold."""

from datetime import date, datetime, timedelta

from tests.chance.outlets import DAY, SECOND, Chance

ENDS = ((None, None),) * 5 + (
    ("declined", "no time"), ("missed", "newer birthday"), ("cancelled", "retired"), ("cancelled", "skipped: away"),
)  # fmt: skip
_OPEN = """
SELECT EXISTS (SELECT 1 FROM maintenance_line l LEFT JOIN ticket t ON t.id = l.ticket_id
                WHERE l.appliance_id = :id AND l.ended_as IS NULL AND t.ended_at IS NULL)
"""
APART = (-31, -30, -29, 0, 0, 12, 29, 30, 31)


def born(chance: Chance, ticket_id: int | None, at: datetime) -> None:
    """A birthday's line on a visit of about that time; on hold without a ticket. A machine has one open at most."""
    rng, outlet = chance.rng, chance.outlet
    appliance_id = rng.choice(chance.appliances)
    due = outlet.day(at) + timedelta(days=rng.choice(APART))
    recorded_at = at - chance.span(240) if chance.odds(0.7) else at + chance.span(240)
    age = 1 + int(chance.db.value("SELECT coalesce(max(age), 0) FROM maintenance_line WHERE appliance_id = :id",
                                  id=appliance_id))  # fmt: skip
    ended_as, reason = rng.choice(ENDS[5:] if chance.db.value(_OPEN, id=appliance_id) else ENDS)
    ended_at = recorded_at + chance.span(60 * 24)
    ends = {"ended_as": ended_as, "ended_reason": reason, "ended_at": outlet.text(ended_at), "ended_by": "chance"}
    row = {"appliance_id": appliance_id, "age": age, "due_on": due.isoformat(), "role": "care", "ticket_id": ticket_id}
    chance.db.insert("maintenance_line", chance.typed(recorded_at), **row, **(ends if ended_as else {}))
    outlet.moments += [recorded_at, *outlet.edges(outlet.wall(due, 12), 30)] + [ended_at] * (ended_as is not None)


def retired(chance: Chance, appliance_id: int) -> None:
    """The end of a machine, typed on the day or later; now and then it was an error."""
    dues = [
        row[0]
        for row in chance.db.rows("SELECT due_on FROM maintenance_line WHERE appliance_id = :id", id=appliance_id)
    ]
    due = date.fromisoformat(chance.rng.choice(dues)) if dues else chance.outlet.first
    on = (due + chance.rng.choice((-1, 0, 1)) * DAY).isoformat()
    at = chance.outlet.wall(date.fromisoformat(on), 12) + chance.span(40 * 24)
    _changed(chance, appliance_id, at, None, on)
    if chance.odds(0.3):
        _changed(chance, appliance_id, at + SECOND + chance.span(20 * 24), on, None)


def _changed(chance: Chance, appliance_id: int, at: datetime, old: str | None, new: str | None) -> None:
    reasons = {True: "scrapped", False: None}
    for name, was, now in (("retired_on", old, new), ("retire_reason", reasons[bool(old)], reasons[bool(new)])):
        chance.change("appliance", appliance_id, name, at, was, now)
    statement = "UPDATE appliance SET retired_on = :on, retire_reason = :reason WHERE id = :id"
    chance.db.run(statement, on=new, reason=reasons[bool(new)], id=appliance_id)
