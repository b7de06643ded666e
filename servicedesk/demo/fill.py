"""Fill a new file with a made-up outlet in the order of time. Birthday visits come from the real daily run."""

import heapq
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from servicedesk.base import dates, sameness
from servicedesk.base.errors import RefusedError
from servicedesk.demo.agreements import Agreements
from servicedesk.demo.credentials import fill_credentials
from servicedesk.demo.first_day import write_firms, write_rules
from servicedesk.demo.outreach import plan_events
from servicedesk.demo.reactions import fill_reactions
from servicedesk.demo.shelf import fill_shelf
from servicedesk.demo.simulation import money, trade, visits
from servicedesk.demo.simulation.aftercare import Call, Complaint, Promise, contacts, draw_follow_up
from servicedesk.demo.simulation.homes import Home, Machine, draw_wishes, office
from servicedesk.demo.simulation.jobs import Fact, Job
from servicedesk.demo.simulation.knowledge import draw_finding
from servicedesk.demo.simulation.sales import draw_evidence, draw_sale
from servicedesk.demo.simulation.shelf import part_to_wait_for
from servicedesk.demo.staff import list_days_off, write_technicians
from servicedesk.demo.tables import COLUMNS, Rows
from servicedesk.demo.voices import fill_voices
from servicedesk.demo.work.crew import SUMMER, clerk_on
from servicedesk.demo.work.errands import cancel_visit, repair_on_site, visit_home
from servicedesk.demo.work.floor import Tick
from servicedesk.demo.work.outlet import Move, Remark, Retirement, Simulation
from servicedesk.demo.workshop import fill_workshop
from servicedesk.desk.appliances import exchange, lifecycle
from servicedesk.desk.customers.register import edit_customer
from servicedesk.desk.maintenance import birthdays, generate
from servicedesk.desk.maintenance.lines import decline_birthday
from servicedesk.domain.customer_codes import Tier
from servicedesk.domain.model import Stamp
from servicedesk.records.ticket_facts import measure_at_once
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

_RUN_AT = time(8, 5)
_DECLINED, _CANCELLED, _SOON = 0.04, 0.04, timedelta(days=60)  # birthday visits


def fill_outlet(db: Database, outlet: Simulation, *, tick: Tick | None = None) -> None:
    """Write a simulated outlet into a new file. `tick` is called with the share of the days written (0 to 1)."""
    _Filling(db, outlet).run(tick)


class _Filling:
    """Writes everything in the order in which it was typed: rows in bulk, and between them commands of the desk."""

    def __init__(self, db: Database, outlet: Simulation) -> None:
        self.db = db
        self.outlet = outlet
        self.rng = outlet.rng
        self.rows = Rows(db)
        self.next_id = {"ticket": 1, "event": 1}
        self.customers: dict[int, int] = {}
        self.machines: dict[int, int] = {}
        self.tickets: dict[int, int] = {}
        self.homes: dict[int, Home] = {}
        self.appliances: dict[int, Machine] = {}
        self.last_events: dict[int, int] = {}
        self.successors = {gone.successor.key for gone in outlet.retirements if gone.successor}
        self.visits: set[int] = set()
        self.waited: set[int] = set()
        self.forgotten: set[int] = set()
        self.cancelled: set[int] = set()
        self.asked_again: set[int] = set()
        self.shops: dict[str, int] = {}
        self.loans: dict[str, int] = {}
        self.mystery = visits.find_mystery_job(outlet.seed, outlet.jobs, outlet.now)
        self._order = count()
        self._queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []

    def run(self, tick: Tick | None = None) -> None:
        start, now = self.outlet.start, self.outlet.now
        # One transaction, and the tickets' facts computed at its end: no command reads them before (half the time).
        with self.db.atomic(), measure_at_once(self.db, since_ticket_id=1):
            self._plan()
            while self._queue and self._queue[0][0] <= now:
                typed_at, _, write = heapq.heappop(self._queue)
                write(typed_at)
                if tick and typed_at > start:
                    tick((typed_at - start) / (now - start))
            self.rows.flush()
        seed, clerk = self.outlet.seed, self._clerk
        fill_shelf(self.db, seed, start=start, now=now, clerk=clerk)
        fill_voices(self.db, seed, start=start, now=now, clerk=clerk, asked_again=self.asked_again)
        fill_reactions(self.db, seed, start=start, now=now, clerk=clerk)
        fill_workshop(self.db, seed, now=now, clerk=clerk, loans=self.loans)
        fill_credentials(self.db, self.outlet, clerk=clerk)

    def _at(self, typed_at: datetime, write: Callable[[datetime], None]) -> None:
        heapq.heappush(self._queue, (typed_at, next(self._order), write))

    def _plan(self) -> None:
        """Plan every write with its instant."""
        outlet = self.outlet
        founded = self._desk(outlet.homes[0].joined_at - timedelta(days=30))
        write_technicians(founded, outlet)
        for month in outlet.months():
            self._at(month - timedelta(days=5), lambda at, month=month: self._days_off(month, at))  # type: ignore[misc]
        people = sum(len(home.people) for home in outlet.homes)
        self.shops, self.loans = write_firms(founded, people + 1, len(outlet.machines) + 1)
        for home in outlet.homes:
            self._at(home.joined_at, lambda at, home=home: self._home(home, at))  # type: ignore[misc]
        for machine in outlet.machines:
            self._at(machine.known_at, lambda at, machine=machine: self._machine(machine, at))  # type: ignore[misc]
        for remark in outlet.remarks:
            self._at(remark.typed_at, lambda at, remark=remark: self._remark(remark, at))  # type: ignore[misc]
        for move in outlet.moves:
            self._at(move.typed_at, lambda at, move=move: self._move(move, at))  # type: ignore[misc]
        for gone in outlet.retirements:
            self._at(gone.typed_at, lambda at, gone=gone: self._retire(gone, at))  # type: ignore[misc]
        self._at(outlet.start, lambda at: write_rules(self._desk(at), outlet.now))
        for job in outlet.jobs:
            self._job(job)
        Agreements(outlet, self._at, self._desk_after_flush, self.machines).plan()
        plan_events(outlet, self._at, self._desk_after_flush, self.customers)
        monday = outlet.start.date() + timedelta(days=-outlet.start.weekday() % 7)
        while monday <= outlet.now.date():
            self._at(datetime.combine(monday, _RUN_AT, outlet.now.tzinfo), self._generate)
            monday += timedelta(days=7)

    def _catch_up(self) -> None:
        """Note the visits that a command of the desk cancelled, and continue after the ids that it used."""
        gone = "SELECT ticket_id FROM event WHERE kind = 'cancelled' AND id >= :id"
        self.cancelled |= {row[0] for row in self.db.rows(gone, id=self.next_id["event"])}
        for table in self.next_id:
            self.next_id[table] = self.db.value(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")

    def _clerk(self, at: datetime) -> str:
        return clerk_on(at)

    def _desk(self, at: datetime) -> Desk:
        return Desk(self.db, Stamp(dates.stamp(at), self._clerk(at)), at)

    def _desk_after_flush(self, at: datetime) -> Desk:
        """Return the desk at that instant, with everything before it in the file."""
        self.rows.flush()
        return self._desk(at)

    def _days_off(self, month: datetime, at: datetime) -> None:
        """Add the technicians' days off in a month, typed a few days before."""
        for technician_id, day in list_days_off(self.outlet, month.date()):
            self.rows.add("absence", at, self._clerk(at), technician_id, day, day)

    def _home(self, home: Home, at: datetime) -> None:
        """Add the people of a home with their phones, and plan their tiers for the days on which they begin."""
        actor = self._clerk(at)
        household_id = None
        if not home.is_project:
            household_id = home.key + 1
            self.rows.add("household", at, actor, household_id, home.name)
        for person in home.people:
            customer_id = len(self.customers) + 1
            self.customers[person.key] = customer_id
            self.homes[customer_id] = home
            self.rows.add(
                "customer", at, actor, customer_id, person.name, household_id, person.relation, home.address, home.area
            )
            for purpose, wish in draw_wishes(self.outlet.seed, person.key, self.outlet.plan.without_visits):
                self.rows.add("consent", at, actor, customer_id, purpose, wish, "counter", dates.stamp(at))
            for number in person.phones:
                self.rows.add("phone", at, actor, customer_id, number, sameness.phone_digits(number))
            if person.tier != Tier.ORDINARY:
                since = max(office(person.tier_on, self.rng).replace(tzinfo=at.tzinfo), at)
                row = (customer_id, person.tier, person.tier_on.isoformat())
                self._at(since, lambda at, row=row: self.rows.add("tier", at, self._clerk(at), *row))  # type: ignore[misc]

    def _machine(self, machine: Machine, at: datetime) -> None:
        appliance_id = len(self.machines) + 1
        self.machines[machine.key] = appliance_id
        self.appliances[appliance_id] = machine
        owner_id = self.customers[machine.person.key]
        plate = sameness.plate(machine.brand, machine.serial) if machine.serial else None
        sale = draw_sale(self.outlet.seed, machine, is_successor=machine.key in self.successors)
        seller = trade.draw_seller(self.outlet.seed, machine, sale)
        self.rows.add("appliance", at, self._clerk(at), appliance_id, owner_id, machine.category, machine.brand,
                  machine.model, machine.serial, plate, *machine.bought, *machine.installed, *sale,
                  self.shops[seller.name] if seller else None)  # fmt: skip

    def _remark(self, remark: Remark, at: datetime) -> None:
        owner_id = self.customers[remark.person.key]
        self.rows.add("note", at, self._clerk(at), owner_id, remark.text, remark.on_md, int(remark.on_md is not None))

    def _move(self, move: Move, at: datetime) -> None:
        self.rows.flush()
        customer_id = self.customers[move.person.key]
        edit_customer(self._desk(at), customer_id, address=move.address, area=move.area)

    def _retire(self, gone: Retirement, at: datetime) -> None:
        self.rows.flush()
        appliance_id = self.machines[gone.machine.key]
        desk, on = self._desk(at), gone.on.isoformat()
        lifecycle.retire_appliance(desk, appliance_id, on=on, reason=gone.reason)
        if gone.successor:
            new_id = self.machines[gone.successor.key]
            exchange.exchange_appliance(desk, appliance_id, successor_id=new_id, on=on)
        self._catch_up()

    def _job(self, job: Job, *, is_made: bool = False) -> None:
        """Plan a ticket with its events. `is_made`: the daily run has written the ticket and its report."""
        is_fetched = visits.is_fetched(self.outlet.seed, job)
        facts = visits.facts_in_workshop(job) if is_fetched else job.facts
        for fact, following in zip(facts, [*facts[1:], None], strict=True):
            if fact.kind != "reported":
                self._at(fact.typed_at, lambda at, f=fact, n=following: self._fact(job, f, n))  # type: ignore[misc]
            elif not is_made:
                self._at(fact.typed_at, lambda at, f=fact: self._ticket(job, f))  # type: ignore[misc]

        for contact in contacts(job, self.outlet.seed):
            self._at(contact.at, lambda at, c=contact: self._contact(job, c))  # type: ignore[misc]
        if spent := money.draw_money(self.outlet.seed, job, self.outlet.start.date(), self.outlet.now.date()):
            self._at(spent.at, lambda at: self._charge(job, spent, at))

    def _contact(self, job: Job, contact: Call | Promise | Complaint) -> None:
        """Add a call-back, or a promise or a complaint with its later steps."""
        ticket_id, actor, at = self.tickets[job.key], self._clerk(contact.at), dates.stamp(contact.at)
        if ticket_id in self.cancelled:
            return
        if isinstance(contact, Call):
            self.rows.add("callback", contact.at, actor, ticket_id, at, contact.outcome)
        elif isinstance(contact, Promise):
            key = self.rows.next_key("promise")
            self.rows.add("promise", contact.at, actor, key, ticket_id, contact.what, dates.stamp(contact.due_at), at)
            if contact.kept_at:
                self._later("promise_end", contact.kept_at, key, "kept")
        elif job.person:
            key = self.rows.next_key("complaint")
            self.rows.add("complaint", contact.at, actor, key, self.customers[job.person.key], ticket_id, at,
                      contact.kind, contact.about, contact.severity, contact.external_body)  # fmt: skip
            if again := draw_follow_up(self.outlet.seed, job, contact):
                self._at(again[0], lambda at: self._ask_again(job, again[1], at))
            for kind, step_at, *more in contact.steps:
                self._later("complaint_step", step_at, key, kind, *more, *self._against(contact, kind, step_at))
            self._compensate(job, contact, key)

    def _ask_again(self, job: Job, said: dict[str, Any], at: datetime) -> None:
        """Add the customer's answer after a complaint was made up for."""
        self.asked_again.add(self.next_id["event"])
        self._fact(job, Fact("surveyed", at, at, self._clerk(at), said), None)

    def _against(self, complaint: Complaint, kind: str, at: datetime) -> tuple[str | None, str | None, str | None]:
        """Return (cause, measure, last day of the measure) of a complaint's closing; None each for other steps."""
        if kind != "closed" or complaint.against is None:
            return None, None, None
        cause, measure, days = complaint.against
        return cause, measure, None if days is None else (at.date() + timedelta(days=days)).isoformat()

    def _charge(self, job: Job, spent: money.Money, at: datetime) -> None:
        """Add what was quoted, answered and paid, all typed when the work was done."""
        ticket_id, actor = self.tickets[job.key], self._clerk(at)
        if ticket_id in self.cancelled:
            return
        if spent.quote:
            key, told = self.rows.next_key("quote"), dates.stamp(spent.quote.at)
            self.rows.add("quote", at, actor, key, ticket_id, told, *spent.quote.amounts_fen)
            self.rows.add("quote_answer", at, actor, key, spent.quote.answer, told, spent.quote.reason)
        self.rows.add("charge", at, actor, ticket_id, dates.stamp(at), spent.paid_fen, spent.method, spent.free_as)

    def _compensate(self, job: Job, complaint: Complaint, key: int) -> None:
        """Plan what the fund pays for a complaint, and what the maker gives back."""
        if payment := money.draw_payment(self.outlet.seed, job, complaint):
            paid_at, fen, back_at = payment
            for kind, at, party in (("paid", paid_at, None), ("reclaimed", back_at, "厂家")):
                if at:
                    self._later("compensation", at, key, kind, fen, "fund", party)

    def _later(self, table: str, at: datetime, key: int, kind: str, *more: Any) -> None:
        self._at(at, lambda at: self.rows.add(table, at, self._clerk(at), key, kind, dates.stamp(at), *more))

    def _ticket(self, job: Job, fact: Fact) -> None:
        ticket_id = self.next_id["ticket"]
        self.next_id["ticket"] += 1
        self.tickets[job.key] = ticket_id
        self.rows.add("ticket", fact.typed_at, fact.actor, ticket_id, job.type,
                  self.customers[job.person.key] if job.person else None,
                  self.machines[job.machine.key] if job.machine else None, job.channel, job.fault, job.text,
                  self.tickets.get(job.follows) if job.follows is not None else None, int(job.is_on_site),
                  "pickup" if visits.is_fetched(self.outlet.seed, job) else None,
                  int(job.key == self.mystery))  # fmt: skip
        self._fact(job, fact, None)

    def _fact(self, job: Job, fact: Fact, following: Fact | None) -> None:
        """Add an event; void it if the following one corrects it."""
        ticket_id, event_id = self.tickets[job.key], self.next_id["event"]
        if ticket_id in self.cancelled:
            return
        self.next_id["event"] += 1
        values = {key: dates.stamp(v) if isinstance(v, datetime) else v for key, v in fact.values.items()}
        values |= {"id": event_id, "ticket_id": ticket_id, "kind": fact.kind, "at": dates.stamp(fact.at)}
        if fact.kind == "cancelled" and job.duplicates is not None:
            values["duplicate_of_id"] = self.tickets[job.duplicates]
        if following and following.is_fix:
            values |= {"voided_at": dates.stamp(following.typed_at), "voided_by": following.actor,
                       "void_reason": "typed the wrong time"}  # fmt: skip
        if values.get("outcome") == "user_caused":
            values |= {"exclusion": "misuse", "evidence": draw_evidence(self.outlet.seed, job.key)}
        if str(values.get("cause")).endswith("_part") and job.machine and job.key not in self.waited:
            self.waited.add(job.key)  # the second time it is another part, which nobody noted
            values["part_id"] = part_to_wait_for(job.machine.category)
        if values.get("outcome") == "fixed" and job.machine:
            values |= draw_finding(self.outlet.seed, job.key, job.machine.category, job.fault)
        if fact.kind == "arrived" and not fact.values["no_access"] and visits.is_fetched(self.outlet.seed, job):
            values["collected"] = 1
        if fact.kind == "completed":
            values |= visits.draw_steps(self.outlet.seed, job, fact)
        if fact.is_fix:
            values["corrects_id"] = self.last_events[job.key]
        self.last_events[job.key] = event_id
        self.rows.add("event", fact.typed_at, fact.actor, *(values.get(name) for name in COLUMNS["event"]))

    def _generate(self, at: datetime) -> None:
        """Run `maintenance generate` on that Monday, and plan how its visits go (M6, M10, M18)."""
        if at.month in SUMMER and not self.outlet.plan.is_cared_for_in_summer:
            return
        self.rows.flush()
        until = (at.date() + timedelta(days=6)).isoformat()
        lines = generate.generate_visits(self._desk(at), until=until).table.objects()
        self._catch_up()
        care: dict[int, list[dict[str, Any]]] = {}
        for line in lines:
            if line["ticket_id"] and line["role"] == "care" and line["status"] == "open":
                care.setdefault(line["ticket_id"], []).append(line)
        new = [ticket_id for ticket_id in care if ticket_id not in self.visits]
        self.visits.update(new)
        for ticket_id in new:
            self._visit(ticket_id, care[ticket_id], at)

    def _is_forgotten(self, lines: list[dict[str, Any]]) -> bool:
        """Return whether this is one of the two visits that are put off until the next birthday: missed (M10)."""
        due_on, today = date.fromisoformat(lines[0]["due_on"]), self.outlet.now.date()
        if len(lines) > 1 or len(self.forgotten) == 2 or (today - due_on).days < 365:
            return False
        coming = birthdays.next_birthday(self.db, lines[0]["appliance_id"], on=str(due_on + timedelta(days=1)))
        return coming is not None and coming[0] <= today.isoformat()

    def _visit(self, ticket_id: int, lines: list[dict[str, Any]], at: datetime) -> None:
        """Plan how a visit goes: forgotten, declined, cancelled because nobody has time for it soon, or done."""
        outlet = self.outlet
        if self._is_forgotten(lines):
            self.forgotten.add(ticket_id)
            return
        if self.rng.random() < _DECLINED:
            told = at + timedelta(minutes=self.rng.randint(60, 400))
            self._at(told, lambda at: self._decline(lines, at))
            return
        planned_on = max(date.fromisoformat(lines[0]["planned_on"]), at.date())
        slot = outlet.visits.take(planned_on, within=_SOON) if self.rng.random() > _CANCELLED else None
        key = outlet.next_job_key()
        job = (
            visit_home(key, slot, at) if slot else cancel_visit(key, outlet.technicians[0], at, f"{outlet.seed} {key}")
        )
        self.tickets[key] = ticket_id
        self._job(job, is_made=True)
        if slot and slot.fixed_at:
            machine = self.appliances[self.rng.choice(lines)["appliance_id"]]
            if all(gone.machine is not machine for gone in outlet.retirements):
                self._job(repair_on_site(outlet.next_job_key(), job, slot, machine))

    def _decline(self, lines: list[dict[str, Any]], at: datetime) -> None:
        """Decline the birthdays of a visit: the customer wants none (M22)."""
        self.rows.flush()
        for line in lines:
            # The appliance may have been retired meanwhile.
            with suppress(RefusedError):
                decline_birthday(self._desk(at), line["appliance_id"], age=line["age"], reason="no visits, please")
        self._catch_up()
