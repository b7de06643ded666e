"""Simulate jobs from the call over the visits to the survey, each event with the time at which it was typed."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from servicedesk.demo.simulation import names
from servicedesk.demo.simulation.homes import Machine, Person, Technician

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONTH_FACTOR = (0.80, 0.65, 0.80, 0.85, 1.05, 1.35, 1.75, 1.50, 0.95, 0.75, 0.75, 0.80)  # repairs, January to December
HANDS_ON = {"ac": 75, "fridge": 70, "freezer": 70, "washer": 65, "electric_water_heater": 60, "gas_water_heater": 60,
            "flat_tv": 55, "crt_tv": 55, "range_hood": 50}  # minutes; small ones 35  # fmt: skip
SLIPS = 0.029  # share of visits that a full route moves to another day, more so in summer
PARTS = 0.24  # share of first visits without the part on the van
SCORE_CUTS = (-2.326, -1.881, -1.405, -0.305)  # of a normal variable: scores 1 to 5 come in shares of 1, 2, 5, 30, 62 %
OUTCOMES = (("fixed", 84.5), ("no_fault_found", 8.0), ("user_caused", 5.0), ("not_repairable", 1.2), ("exchanged", 0.6),
            ("referred", 0.7))  # percent  # fmt: skip


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
    """A simulated ticket with its events. `follows` and `duplicates` are keys of other jobs."""

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

    @property
    def free_at(self) -> datetime:
        """Return when the last event has happened."""
        return self.ended_at or self.facts[-1].at + 60 * DAY


class Rota:
    """Knows which technician can come when, within opening hours and with the way between two jobs."""

    def __init__(self, rng: Random, technicians: list[Technician]) -> None:
        self.rng = rng
        self.technicians = technicians
        self._free_at: dict[int, datetime] = {}

    def clerk(self, at: datetime) -> str:
        """Return the clerk of that day: two share the desk, on even and odd days."""
        return names.CLERKS[at.toordinal() % 2]

    def open_at(self, at: datetime) -> datetime:
        """Return that instant, or the next minute at which technicians work."""
        closes = time(19, 0) if at.month in {6, 7, 8} else time(17, 0)
        if at.time() < time(8, 30):
            return at.replace(hour=8, minute=30, second=0) + self.rng.randrange(50) * MINUTE
        if at.time() > closes:
            return self.open_at((at + DAY).replace(hour=0))
        return at

    def desk_at(self, at: datetime) -> datetime:
        """Return that instant, or the next at which somebody is at the desk."""
        if at.hour >= 21:
            at = (at + DAY).replace(hour=0)
        if at.hour < 8:
            return at.replace(hour=8, minute=0, second=0) + self.rng.randrange(1800) * timedelta(seconds=1)
        return at

    def technicians_for(self, category: str, day: date) -> list[Technician]:
        able = [k for k in self.technicians if category in k.skills]
        return [k for k in able if k.is_present(day)] or able

    def book(self, machine: Machine, ready: datetime, minutes: float) -> tuple[Technician, datetime]:
        """Book the first technician who can come, preferably of the area; return who and when they arrive."""
        ready = self.open_at(ready)
        able = self.technicians_for(machine.category, ready.date())
        by_start = []
        for k in able:
            start = max(ready, self._free_at.get(k.key, ready))
            handicap = (0 if machine.home.area in k.areas else 60) + self.rng.random() * 90
            by_start.append((start + handicap * MINUTE, k.key, start, k))
        _, _, start, technician = min(by_start)
        arrival = self.open_at(start) + min(self.rng.lognormvariate(2.97, 0.5), 90) * MINUTE
        self._free_at[technician.key] = arrival + minutes * MINUTE
        return technician, arrival

    def plan(self, machine: Machine, ready: datetime) -> tuple[Technician, datetime]:
        """Return a technician and a time on a later day, whose route is not planned yet."""
        ready = self.open_at(ready)
        return self.rng.choice(self.technicians_for(machine.category, ready.date())), ready + self.rng.randrange(
            90
        ) * MINUTE

    def minutes(self, category: str, mean: float | None = None) -> float:
        """Return random minutes of work, lognormal."""
        return float((mean or HANDS_ON.get(category, 35)) * self.rng.lognormvariate(-0.1, 0.45))


class Stories:
    """Simulates one job after the other, from the request to its end. All random numbers come from `rng`."""

    def __init__(self, rng: Random, rota: Rota) -> None:
        self.rng = rng
        self.rota = rota
        self._next = 0

    def begin_job(
        self, type: str, at: datetime, person: Person | None, machine: Machine | None, *, lag: timedelta, **more: Any
    ) -> Job:
        """Begin a job with its report."""
        job = Job(self._next, type, person, machine, **more)
        self._next += 1
        job.add("reported", at, lag=lag, actor=self.rota.clerk(at))
        return job

    def repair(self, machine: Machine, at: datetime, *, repeats: Job | None = None) -> tuple[Job, Technician | None]:
        """Return a repair, and who completed it if the fault may come back."""
        rng = self.rng
        fault = repeats.fault if repeats and rng.random() < 0.6 else None
        code, text = names.complaint(rng, machine.category, fault)
        lag, channel = rng.randint(20, 200) * timedelta(seconds=1), "hotline"
        if rng.random() < 0.12:
            channel, lag = "wechat", self.rota.desk_at(at + rng.randint(2, 25) * MINUTE) - at
        job = self.begin_job("repair", at, machine.person, machine, lag=lag, channel=channel, fault=code, text=text)
        job.is_repeat = repeats is not None
        if repeats and rng.random() < 0.25:
            job.follows = repeats.key
        if rng.random() < 0.06:  # solved by phone
            self._by_phone(job, "resolved_remotely")
            return job, None
        return job, self._visit(job, machine, at)

    def _by_phone(self, job: Job, outcome: str) -> None:
        told = self.rota.desk_at(job.facts[-1].typed_at + self.rng.randint(3, 90) * MINUTE)
        job.add("completed", told, actor=self.rota.clerk(told), outcome=outcome)

    def _visit(self, job: Job, machine: Machine, at: datetime) -> Technician | None:
        """Simulate assignment, appointment and visits until the job is done or given up; return who completed it."""
        rng = self.rng
        clerk = self.rota.clerk(at)
        assigned_at = self.rota.desk_at(job.facts[-1].typed_at + rng.expovariate(1 / 9) * MINUTE)
        minutes = self.rota.minutes(machine.category)
        ready = max(assigned_at + 10 * MINUTE, at + rng.lognormvariate(0.916, 0.6) * HOUR)  # median 2.5 hours
        if rng.random() < 0.13:  # the customer asks for a later window
            technician = rng.choice(self.rota.technicians_for(machine.category, assigned_at.date()))
            job.add("assigned", assigned_at, actor=clerk, technician_id=technician.key)
            arrival = self._window(job, assigned_at)
        else:
            if rng.random() < SLIPS * MONTH_FACTOR[at.month - 1] ** 2:
                technician, arrival = self.rota.plan(machine, at + rng.uniform(24, 60) * HOUR)
            else:
                technician, arrival = self.rota.book(machine, ready, minutes)
            job.add("assigned", assigned_at, actor=clerk, technician_id=technician.key)
            if rng.random() < 0.3 and arrival.date() > assigned_at.date():
                begin = arrival.replace(minute=0, second=0) - HOUR * rng.randint(0, 1)
                self._appoint(job, assigned_at + 2 * MINUTE, begin, 2, "outlet")
        if rng.random() < 0.05 and (given_up := self._patience_end(job, at)) < arrival:
            reason = rng.choice(("works_again", "customer_changed_mind", "customer_went_elsewhere"))
            job.add("cancelled", given_up, actor=clerk, reason=reason, cancelled_by="customer")
            return None
        return self._work(job, machine, technician, arrival, minutes)

    def _patience_end(self, job: Job, at: datetime) -> datetime:
        """Return when the customer gives up: after fourteen hours on the average."""
        return max(self.rota.desk_at(at + self.rng.expovariate(1 / 14) * HOUR), job.facts[-1].typed_at)

    def _window(self, job: Job, at: datetime) -> datetime:
        """Record a later window that the customer asks for; return when somebody comes."""
        rng = self.rng
        days = rng.choices(range(1, 8), (30, 25, 15, 10, 8, 7, 5))[0]
        begin = at.replace(hour=rng.choice((9, 13, 16)), minute=0, second=0) + days * DAY
        self._appoint(job, at + 2 * MINUTE, begin, 3, "customer")
        late = rng.random() < 0.05
        return begin + (3 * HOUR + rng.uniform(5, 80) * MINUTE if late else rng.uniform(-5, 165) * MINUTE)

    def _appoint(self, job: Job, at: datetime, begin: datetime, hours: int, asked_by: str) -> None:
        job.add("appointed", at, actor=self.rota.clerk(at), window_from=begin, window_to=begin + hours * HOUR,
                asked_by=asked_by)  # fmt: skip

    def _arrive(self, job: Job, technician: Technician, at: datetime, *, no_access: int = 0) -> None:
        """Add an arrival, mostly typed at once, sometimes in the evening (late_entry); a few are corrected later."""
        rng = self.rng
        lag = rng.choices((rng.uniform(0, 8), rng.uniform(10, 60), rng.uniform(120, 400)), (86, 11, 3))[0] * MINUTE
        typed_at = job.add(
            "arrived", at, lag=lag, actor=technician.name, technician_id=technician.key, no_access=no_access
        )
        if rng.random() < 0.008:
            earlier = max(job.facts[-1].at - 10 * MINUTE, job.facts[-2].at)
            values = {"technician_id": technician.key, "no_access": no_access}
            job.facts.append(Fact("arrived", earlier, typed_at + 3 * MINUTE, self.rota.clerk(at), values, is_fix=True))

    def _work(
        self, job: Job, machine: Machine, technician: Technician, arrival: datetime, minutes: float
    ) -> Technician:
        """Simulate visits until the completion: nobody home, a missing part, the repair. Return who completed it."""
        rng = self.rng
        first, visits = arrival, 1
        if rng.random() < 0.04:
            self._arrive(job, technician, arrival, no_access=1)
            arrival = self.rota.open_at(arrival + rng.uniform(3, 30) * HOUR)
        self._arrive(job, technician, arrival)
        while rng.random() < (PARTS if visits == 1 else 0.08):
            cause = rng.choices(("manufacturer_part", "outlet_part", "repairer", "customer"), (60, 27, 8, 5))[0]
            asked_at = max(arrival + rng.uniform(15, 40) * MINUTE, job.facts[-1].typed_at)
            job.add("waiting", asked_at, actor=technician.name, cause=cause)
            days = rng.uniform(95, 120) if rng.random() < 0.003 else rng.lognormvariate(1.1, 0.9)
            here_at = self.rota.desk_at(asked_at + days * DAY)
            job.add("resumed", here_at, actor=self.rota.clerk(here_at))
            technician, arrival = self.rota.plan(machine, here_at + 2 * HOUR)
            self._arrive(job, technician, arrival)
            visits += 1
        outcome = names.draw_name(rng, OUTCOMES)
        done_at = arrival + minutes * MINUTE
        job.add("completed", done_at, lag=rng.uniform(1, 30) * MINUTE, actor=technician.name, outcome=outcome,
                technician_id=technician.key)  # fmt: skip
        windows = [f.values for f in job.facts if f.kind == "appointed"]
        asked = [values["window_to"] for values in windows if values["asked_by"] == "customer"]
        is_late = first > max([job.facts[0].at + DAY, *asked])
        self._ask(job, technician, done_at, visits=visits, is_late=is_late)
        return technician

    def _ask(
        self, job: Job, technician: Technician, done_at: datetime, *, visits: int = 1, is_late: bool = False
    ) -> None:
        """Record what the customer says when somebody reaches them, later answers too."""
        rng = self.rng
        if rng.random() > 0.53:
            return
        z = rng.gauss(-0.03, 1) - 0.7 * is_late - 0.35 * (visits - 1) - 0.9 * job.is_repeat + technician.charm
        z -= 0.25 * (rng.random() < 0.45)  # a paid repair
        score = 1 + sum(z > cut for cut in SCORE_CUTS)
        source = rng.choices(("callback", "sms", "paper", "technician"), (80, 12, 5, 3))[0]
        days = rng.uniform(0.2, 4) if rng.random() < 0.97 else rng.uniform(15, 20)
        at = self.rota.desk_at(max(done_at + days * DAY, job.facts[-1].typed_at + HOUR))
        reason = rng.choice(names.UNHAPPY) if score <= 3 and rng.random() < 0.7 else None
        actor = technician.name if source == "technician" else self.rota.clerk(at)
        job.add("surveyed", at, actor=actor, score=score, source=source, reason=reason)
        if score <= 2 and rng.random() < 0.4:
            again = self.rota.desk_at(at + rng.uniform(2, 8) * DAY)
            job.add("surveyed", again, actor=self.rota.clerk(again), score=min(score + rng.randint(1, 3), 5),
                    source="callback")  # fmt: skip

    def duplicate(self, job: Job) -> Job:
        """Record a second call within six hours, cancelled when somebody notices."""
        at = job.facts[0].typed_at + self.rng.uniform(20, 340) * MINUTE
        other = self.begin_job("repair", at, job.person, job.machine, lag=MINUTE, fault=job.fault, text=job.text)
        noticed = self.rota.desk_at(at + self.rng.uniform(4, 50) * MINUTE)
        other.add("cancelled", noticed, actor=self.rota.clerk(noticed), reason="duplicate", cancelled_by="outlet")
        other.duplicates = job.key
        return other

    def guidance(self, person: Person, machine: Machine | None, at: datetime) -> Job:
        """Return a question that is answered on the phone."""
        job = self.begin_job("guidance", at, person, machine, lag=2 * MINUTE, text=self.rng.choice(names.QUESTIONS))
        self._by_phone(job, "done")
        return job

    def install(self, machine: Machine, at: datetime) -> Job:
        """Return the installation of a new appliance, in a window that the customer chose."""
        rng = self.rng
        text = f"{names.LABELS[machine.category]}安装"
        job = self.begin_job("install", at, machine.person, machine, lag=2 * MINUTE, channel="shop", text=text)
        assigned_at = self.rota.desk_at(at + rng.uniform(5, 120) * MINUTE)
        technician = rng.choice(self.rota.technicians_for(machine.category, assigned_at.date()))
        job.add("assigned", assigned_at, actor=self.rota.clerk(at), technician_id=technician.key)
        begin = assigned_at.replace(hour=rng.choice((9, 13, 15)), minute=0, second=0) + rng.randint(1, 4) * DAY
        self._appoint(job, assigned_at + MINUTE, begin, 3, rng.choice(("customer", "customer", "outlet")))
        self._complete(job, technician, begin + rng.uniform(0, 170) * MINUTE, 110 if machine.category == "ac" else 45)
        return job

    def care(self, area: str, planned_on: date, made_at: datetime, *, later: date | None = None) -> Job:
        """Return the events of a visit that the daily run made: a card, a window, the visit (S33, S34).

        `later`: the visit takes place after that day.
        """
        rng = self.rng
        job = self.begin_job("maintenance", made_at, None, None, lag=timedelta())
        clerk = self.rota.clerk(made_at)
        technician = rng.choice([k for k in self.rota.technicians if area in k.areas])
        assigned_at = made_at + rng.uniform(10, 90) * MINUTE
        job.add("assigned", assigned_at, actor=clerk, technician_id=technician.key)
        if rng.random() < 0.04 and not later:
            told = assigned_at + rng.uniform(1, 8) * HOUR
            by = rng.choice(("outlet", "customer"))
            reason = "no_contact" if by == "outlet" else "customer_changed_mind"
            job.add("cancelled", told, actor=clerk, reason=reason, cancelled_by=by)
            return job
        job.add("announced", assigned_at + 5 * MINUTE, actor=clerk)
        day = max(planned_on + timedelta(days=rng.randint(0, 6)), made_at.date() + DAY)
        day = max(day, later + DAY) if later else day
        begin = datetime.combine(day, time(rng.choice((9, 13, 15))), made_at.tzinfo)
        self._appoint(job, assigned_at + 10 * MINUTE, begin, 2, rng.choice(("customer", "outlet")))
        self._complete(job, technician, begin + rng.uniform(0, 120) * MINUTE, 40)
        return job

    def repair_from_visit(self, visit: Job, machine: Machine) -> Job:
        """Return a fault that the technician found at the check and repaired at once (S36, M24)."""
        done = next(fact for fact in visit.facts if fact.kind == "completed")
        code, text = names.complaint(self.rng, machine.category)
        job = self.begin_job("repair", done.at, machine.person, machine, lag=done.typed_at - done.at + MINUTE,
                         channel="maintenance", fault=code, text=text, follows=visit.key, is_on_site=True)  # fmt: skip
        who = {"technician_id": done.values["technician_id"]}
        job.add("assigned", done.at, actor=done.actor, **who)
        job.add("arrived", done.at, actor=done.actor, no_access=0, **who)
        fixed_at = done.at + self.rota.minutes(machine.category) * MINUTE
        job.add("completed", fixed_at, lag=3 * MINUTE, actor=done.actor, outcome="fixed", **who)
        return job

    def _complete(self, job: Job, technician: Technician, arrival: datetime, mean: float) -> None:
        self._arrive(job, technician, arrival)
        done_at = arrival + self.rota.minutes("", mean) * MINUTE
        job.add("completed", done_at, lag=self.rng.uniform(1, 30) * MINUTE, actor=technician.name, outcome="done",
                technician_id=technician.key)  # fmt: skip
        self._ask(job, technician, done_at)
