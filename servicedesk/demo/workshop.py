"""Fill the demo's workshop: collected appliances go back to their customers, lent ones come back to the outlet."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random

from servicedesk.base import dates
from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database

_LENT = 0.8  # share of collected appliances for which the outlet lends one, if it has that kind
_FRESH = timedelta(days=14)  # the appliance that was repaired last may wait so long for its return
_LIKE = {"crt_tv": "flat_tv"}  # what is lent for a kind that nobody sells any more

COLLECTED = """
SELECT c.ticket_id, c.at AS collected_at, a.category, d.at AS done_at
  FROM event c
  JOIN ticket t ON t.id = c.ticket_id
  JOIN appliance a ON a.id = t.appliance_id
  LEFT JOIN event d ON d.ticket_id = c.ticket_id AND d.kind = 'completed' AND d.voided_at IS NULL
 WHERE c.collected = 1 AND c.voided_at IS NULL
 ORDER BY c.at_unix, c.id
"""


def fill_workshop(
    db: Database, seed: int, *, now: datetime, clerk: Callable[[datetime], str], loans: Mapping[str, int]
) -> None:
    """Write loans and returns; the file must hold the tickets. `loans` are the ids of appliances to lend, by kind."""
    rng = Random(f"{seed} workshop")
    found = db.rows(COLLECTED)
    last_done = max((row["done_at"] for row in found if row["done_at"]), default="")
    free_from: dict[int, datetime] = {}
    written = []
    for row in found:
        collected_at = datetime.fromisoformat(row["collected_at"]).astimezone(now.tzinfo)
        back_at, is_kept = None, False
        if row["done_at"]:
            done_at = datetime.fromisoformat(row["done_at"]).astimezone(now.tzinfo)
            back_at = done_at + timedelta(minutes=rng.randint(40, 300))
            is_kept = row["done_at"] == last_done and done_at > now - _FRESH
            back_at = None if is_kept or back_at >= now else back_at
        loan_id = loans.get(_LIKE.get(row["category"], row["category"]))
        is_lent = rng.random() < _LENT or is_kept  # so that a loan is out
        if loan_id is not None and is_lent and free_from.get(loan_id, collected_at) <= collected_at:
            free_from[loan_id] = back_at or now
            written.append((collected_at, {"ticket_id": row["ticket_id"], "kind": "lent", "appliance_id": loan_id}))
        if back_at:
            written.append((back_at, {"ticket_id": row["ticket_id"], "kind": "returned"}))
    with db.atomic():
        for at, values in sorted(written, key=lambda one: one[0]):
            db.insert("handover", Stamp(dates.stamp(at), clerk(at)), at=dates.stamp(at), **values)
