"""Simulate visits: appliances that go to the workshop, checklist steps that were done, the mystery shopper.

Each job has random numbers of its own, from the seed and its key, so that nothing else of the outlet depends on them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from servicedesk.demo.simulation.jobs import Fact, Job
from servicedesk.domain.job_rules import EXAMPLES

_CARRIED = {"flat_tv", "crt_tv", "computer", "microwave", "small"}  # what a technician can take along
_FETCHED = 0.6  # share of them that go to the workshop when they must wait for a part
_ASKED, _LEFT_OUT = 0.94, 0.06  # share of the visits of which the steps were said; of the steps that were not done
_SHOPPED = timedelta(days=40)  # the mystery shopper's visit lies at least so far back

# The steps of a visit by the type of its ticket.
CHECKLISTS = {
    "install": ("shoe_covers", *EXAMPLES["dust_free"]), "repair": EXAMPLES["five_ones"],
    "maintenance": EXAMPLES["five_ones"],
}  # fmt: skip


def is_fetched(seed: int, job: Job) -> bool:
    """Return whether the appliance of a repair goes to the workshop at the first visit, until its part is there."""
    if job.type != "repair" or job.machine is None or job.machine.category not in _CARRIED:
        return False
    kinds = [fact.kind for fact in job.facts if fact.kind != "appointed"]
    is_waiting = kinds[2:4] == ["arrived", "waiting"]  # behind report and assignment: nobody came in vain
    return is_waiting and Random(f"{seed} fetched {job.key}").random() < _FETCHED


def facts_in_workshop(job: Job) -> list[Fact]:
    """Return the facts of a repair that is done in the workshop: only its first visit stays."""
    visits = [fact for fact in job.facts if fact.kind == "arrived"]
    return [fact for fact in job.facts if fact.kind != "arrived" or fact is visits[0]]


def draw_steps(seed: int, job: Job, fact: Fact) -> dict[str, Any]:
    """Return the checklist steps that were done at a visit, as columns of the event; empty if nobody said."""
    rng = Random(f"{seed} steps {job.key}")
    steps = CHECKLISTS.get(job.type)
    if steps is None or fact.values.get("technician_id") is None or rng.random() > _ASKED:
        return {}
    return {"steps_done": ",".join(step for step in steps if rng.random() > _LEFT_OUT)}


def find_mystery_job(seed: int, jobs: Sequence[Job], now: datetime) -> int | None:
    """Return the key of the mystery shopper's installation: the last one with known steps and without an answer."""
    found = None
    for job in jobs:
        if job.type == "install" and job.facts[0].at < now - _SHOPPED:
            kinds = {fact.kind: fact for fact in job.facts}
            if "surveyed" not in kinds and "completed" in kinds and draw_steps(seed, job, kinds["completed"]):
                found = job.key
    return found
