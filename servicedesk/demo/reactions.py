"""What people say and do beside the work: measures after complaints that are done, or not.

All of it is drawn from streams of its own and written after the rest, which stays what it is.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from servicedesk.base import dates
from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database

_DONE, _LATE = 0.7, 0.2  # of the newest measures: done; of all that are done: after their day
_NEW = timedelta(days=90)  # older ones are done

MEASURES = """
SELECT id, at, measure_by FROM complaint_step WHERE measure IS NOT NULL AND voided_at IS NULL ORDER BY id
"""


def fill_reactions(db: Database, seed: int, *, now: datetime, clerk: Callable[[datetime], str]) -> None:
    """Write what people say and do beside the work of an outlet that is filled."""
    with db.atomic():
        _do_measures(db, Random(f"{seed} measures"), now, clerk)


def _do_measures(db: Database, rng: Random, now: datetime, clerk: Callable[[datetime], str]) -> None:
    """Do the measures, some of them late; a few of the newest are open."""
    done = []
    for row in db.rows(MEASURES):
        named = datetime.fromisoformat(row["at"]).astimezone(now.tzinfo)
        days = (datetime.fromisoformat(row["measure_by"]).date() - named.date()).days
        at = named + timedelta(days=days * rng.uniform(0.2, 0.95))
        if rng.random() < _LATE:
            at = named + timedelta(days=days * rng.uniform(1.2, 2))
        at = at.replace(hour=17, minute=rng.randrange(60), second=0, microsecond=0)
        if (rng.random() < _DONE or named < now - _NEW) and named < at < now:
            done.append((at, row["id"]))
    for at, step_id in sorted(done):
        stamp = Stamp(dates.stamp(at), clerk(at))
        db.insert("measure_done", stamp, complaint_step_id=step_id, at=dates.stamp(at))
