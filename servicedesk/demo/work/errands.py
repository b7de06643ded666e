"""Jobs of a simulated outlet beside repairs: questions answered by phone, installations, birthday visits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from servicedesk.demo.simulation import names
from servicedesk.demo.simulation.homes import Machine, Person
from servicedesk.demo.simulation.jobs import DAY, HOUR, MINUTE, Job
from servicedesk.demo.work.crew import Technician, clerk_on, desk_at
from servicedesk.demo.work.dispatch import Task
from servicedesk.demo.work.facts import add_answer, add_arrival, assign
from servicedesk.demo.work.fates import draw_minutes, draw_travel, draw_voice
from servicedesk.demo.work.floor import Floor

_INSTALL_AC, _INSTALL, _VISIT, _FAULT = 110, 45, 40, 60  # minutes
_FINDS_A_FAULT = 0.03  # of the birthday visits
_CANCELLED = 0.04


@dataclass(frozen=True, slots=True)
class Slot:
    """The time that a technician has for a birthday visit. Without `done_at` the visit is still to come.

    `fixed_at`: a fault was found and repaired at once.
    """

    window_from: datetime
    window_to: datetime
    technician: Technician
    key: str
    arrived_at: datetime | None = None
    done_at: datetime | None = None
    fixed_at: datetime | None = None


def answer_question(floor: Floor, person: Person, about: Machine | None, at: datetime, name: str) -> None:
    """Add a question that is answered on the phone."""
    rng = Random(name)
    job = floor.open_job("guidance", at, person, about, lag=2 * MINUTE, text=rng.choice(names.QUESTIONS))
    told = desk_at(rng, job.facts[-1].typed_at + rng.randint(3, 90) * MINUTE)
    job.add("completed", told, actor=clerk_on(told), outcome="done")


def call_again(floor: Floor, job: Job, at: datetime) -> None:
    """Add a second call about the same fault, which is cancelled as a duplicate when a clerk notices."""
    rng = Random(f"{job.key} {at}")
    other = floor.open_job("repair", at, job.person, job.machine, lag=MINUTE, fault=job.fault, text=job.text)
    noticed = desk_at(rng, at + rng.uniform(4, 50) * MINUTE)
    other.add("cancelled", noticed, actor=clerk_on(noticed), reason="duplicate", cancelled_by="outlet")
    other.duplicates = job.key


def install_appliance(floor: Floor, machine: Machine, at: datetime, name: str) -> Job:
    """Add the installation of a new appliance, in a window that was agreed on."""
    rng = Random(name)
    text = f"{names.LABELS[machine.category]}安装"
    job = floor.open_job("install", at, machine.person, machine, lag=2 * MINUTE, channel="shop", text=text)
    assigned_at = desk_at(rng, at + rng.uniform(5, 120) * MINUTE)
    job.add("assigned", assigned_at, actor=clerk_on(assigned_at), technician_id=None)
    begin = assigned_at.replace(hour=rng.choice((9, 13, 15)), minute=0, second=0, microsecond=0)
    begin += rng.randint(1, 4) * DAY
    end = begin + 3 * HOUR
    asked_by = rng.choice(("customer", "customer", "outlet"))
    job.add("appointed", assigned_at + MINUTE, actor=clerk_on(assigned_at), window_from=begin, window_to=end,
            asked_by=asked_by)  # fmt: skip
    minutes = draw_minutes(rng, _INSTALL_AC if machine.category == "ac" else _INSTALL)
    voice, travel = draw_voice(rng), draw_travel(rng)

    def go(technician: Technician, leaves_at: datetime) -> datetime:
        assign(job, technician)
        arrival = leaves_at + travel * MINUTE
        done_at = arrival + minutes * MINUTE
        add_arrival(rng, job, technician, arrival)
        job.add("completed", done_at, lag=rng.uniform(1, 30) * MINUTE, actor=technician.name, outcome="done",
                technician_id=technician.key)  # fmt: skip
        add_answer(job, voice, technician, done_at)
        return done_at

    needs = machine.category if machine.category == "ac" else None  # only there a cooling circuit is opened
    floor.wait(begin, Task(end, name, needs, machine.home.area, rng.random()), go)
    return job


def reserve_visit(floor: Floor, begin: datetime, name: str, slots: list[Slot]) -> None:
    """Reserve a technician for a birthday visit in the window from `begin`.

    The slot is added to `slots` when the technician leaves; at once if the window is still to come.
    """
    rng = Random(name)
    end = begin + 2 * HOUR
    travel, minutes = draw_travel(rng), draw_minutes(rng, _VISIT)
    more = draw_minutes(rng, _FAULT) if rng.random() < _FINDS_A_FAULT else None

    def go(technician: Technician, leaves_at: datetime) -> datetime:
        arrival = (leaves_at + travel * MINUTE).replace(microsecond=0)
        done_at = (arrival + minutes * MINUTE).replace(microsecond=0)
        fixed_at = None if more is None else (done_at + more * MINUTE).replace(microsecond=0)
        slots.append(Slot(begin, end, technician, name, arrival, done_at, fixed_at))
        return fixed_at or done_at

    if begin < floor.now:
        floor.wait(begin, Task(end, name, None, None, rng.random()), go)
    else:
        present = [k for k in floor.technicians if k.is_present(begin.date())]
        slots.append(Slot(begin, end, rng.choice(present or list(floor.technicians)), name))


class Visits:
    """The slots for birthday visits in their order, each given away once."""

    def __init__(self, slots: list[Slot], now: datetime) -> None:
        self.now = now
        self._left = sorted(slots, key=lambda slot: (slot.window_from, slot.key))

    def take(self, after: date, *, within: timedelta) -> Slot | None:
        """Return the first slot in the days `within` that follow `after`, and give it away; None if there is none."""
        found = next((slot for slot in self._left if after < slot.window_from.date() <= after + within), None)
        if found:
            self._left.remove(found)
        return found


def visit_home(job_key: int, slot: Slot, made_at: datetime) -> Job:
    """Return the events of a birthday visit that the daily run made: a card, a window, the visit (S33, S34)."""
    rng = Random(f"{slot.key} visit")
    job, assigned_at = _begin_visit(rng, job_key, slot.technician, made_at)
    clerk = clerk_on(assigned_at)
    job.add("announced", assigned_at + 5 * MINUTE, actor=clerk)
    job.add("appointed", assigned_at + 10 * MINUTE, actor=clerk, window_from=slot.window_from,
            window_to=slot.window_to, asked_by=rng.choice(("customer", "outlet")))  # fmt: skip
    if slot.arrived_at and slot.done_at:
        add_arrival(rng, job, slot.technician, slot.arrived_at)
        job.add("completed", slot.done_at, lag=rng.uniform(1, 30) * MINUTE, actor=slot.technician.name, outcome="done",
                technician_id=slot.technician.key)  # fmt: skip
        add_answer(job, draw_voice(rng), slot.technician, slot.done_at)
    return job


def cancel_visit(job_key: int, technician: Technician, made_at: datetime, name: str) -> Job:
    """Return the events of a birthday visit that is cancelled."""
    rng = Random(f"{name} cancelled")
    job, assigned_at = _begin_visit(rng, job_key, technician, made_at)
    told = desk_at(rng, assigned_at + rng.uniform(1, 8) * HOUR)
    by = rng.choice(("outlet", "customer"))
    reason = "no_contact" if by == "outlet" else "customer_changed_mind"
    job.add("cancelled", told, actor=clerk_on(told), reason=reason, cancelled_by=by)
    return job


def _begin_visit(rng: Random, job_key: int, technician: Technician, made_at: datetime) -> tuple[Job, datetime]:
    job = Job(job_key, "maintenance", None, None)
    job.add("reported", made_at, lag=timedelta(), actor=clerk_on(made_at))
    assigned_at = made_at + rng.uniform(10, 90) * MINUTE
    job.add("assigned", assigned_at, actor=clerk_on(made_at), technician_id=technician.key)
    return job, assigned_at


def repair_on_site(job_key: int, visit: Job, slot: Slot, machine: Machine) -> Job:
    """Return the repair of a fault that the technician found at a birthday visit and repaired at once (S36, M24)."""
    rng = Random(f"{slot.key} fault")
    done = next(fact for fact in visit.facts if fact.kind == "completed")
    code, text = names.complaint(rng, machine.category)
    job = Job(job_key, "repair", machine.person, machine, "maintenance", code, text, follows=visit.key, is_on_site=True)
    job.add("reported", done.at, lag=done.typed_at - done.at + MINUTE, actor=done.actor)
    who, fixed_at = slot.technician.key, slot.fixed_at or done.at
    job.add("assigned", done.at, actor=done.actor, technician_id=who)
    job.add("arrived", done.at, actor=done.actor, no_access=0, technician_id=who)
    job.add("completed", fixed_at, lag=3 * MINUTE, actor=done.actor, outcome="fixed", technician_id=who)
    return job
