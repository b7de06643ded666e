"""Issues of spare parts that chance makes: for tickets and for none, forced, late, voided."""

from datetime import timedelta

from tests.chance.outlets import SECOND, Chance

CODES = ("COMP-12", "VALVE_3", "压缩机")


def stocked(chance: Chance, issues: int) -> None:
    """A shelf that never gets empty, and who took what from it."""
    first = chance.outlet.wall(chance.outlet.first, 8)
    parts = []
    for code in CODES:
        part_id = chance.db.insert("part", chance.typed(first), code=code, name=code.lower())
        row = {"part_id": part_id, "kind": "received", "quantity": 1000, "at": chance.outlet.text(first)}
        chance.db.insert("part_movement", chance.typed(first), **row)
        parts.append(part_id)
    for _ in range(issues):
        _issued(chance, chance.rng.choice(parts))


def _issued(chance: Chance, part_id: int) -> None:
    rng = chance.rng
    at = chance.outlet.wall(chance.outlet.first, 9) + timedelta(seconds=rng.randrange(60 * 86400))
    recorded_at = at + chance.span(rng.choice((0, 0, 1, 60)))
    row = {
        "part_id": part_id,
        "technician_id": rng.choice(chance.technicians),
        "ticket_id": rng.choice(chance.ticket_ids) if chance.odds(0.7) else None,
        "quantity": rng.randrange(1, 4),
        "due_on": (chance.outlet.day(at) + timedelta(days=rng.randrange(5))).isoformat(),
        "forced": "why" if chance.odds(0.3) else None,
        "at": chance.outlet.text(at),
    }
    issue_id = chance.db.insert("part_issue", chance.typed(recorded_at), **row)
    chance.outlet.moments += [at, recorded_at]
    if chance.odds(0.2):
        chance.void("part_issue", issue_id, recorded_at + SECOND + chance.span(rng.choice((0, 1, 900))))
