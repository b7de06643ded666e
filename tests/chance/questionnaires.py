"""What questionnaires say beside the score, as chance has it: typed late, taken back, of corrected answers too."""

from datetime import datetime

from tests.chance.outlets import SECOND, Chance

ANSWERS = """
SELECT id, recorded_at FROM event WHERE kind = 'surveyed' AND corrects_id IS NULL ORDER BY id
"""


def filled(chance: Chance) -> None:
    """Recommendations, indices, and whether they would come again, for most answers."""
    for row in chance.db.rows(ANSWERS):
        if not chance.odds(0.7):
            continue
        recorded_at = datetime.fromisoformat(row["recorded_at"]) + chance.span(chance.rng.choice((0, 1, 60)))
        said = {}
        if chance.odds(0.8):
            said["recommend"] = chance.rng.randint(0, 10)
        if chance.odds(0.5) or not said:
            said |= {name: chance.rng.randint(1, 10) for name in ("csi_overall", "csi_expected", "csi_ideal")}
        if chance.odds(0.5):
            said["again"] = chance.rng.choice((0, 1, 1))
        reply_id = chance.db.insert("reply", chance.typed(recorded_at), event_id=row["id"], **said)
        chance.outlet.moments.append(recorded_at)
        if chance.odds(0.15):
            chance.void("reply", reply_id, recorded_at + SECOND + chance.span(40))
