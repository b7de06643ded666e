"""Fill the demo with contracts and consumables, through the commands of the desk, in the order of time."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random

from servicedesk.base.errors import ServiceDeskError
from servicedesk.demo.simulation.homes import Machine
from servicedesk.demo.work.outlet import Simulation
from servicedesk.desk.agreements import consumables
from servicedesk.desk.agreements.contracts import NewContract, add_contract
from servicedesk.desk.tickets.correct import edit_ticket
from servicedesk.domain.agreements.contracts import ContractKind
from servicedesk.records.agreements.contracts import list_contracts
from servicedesk.storage.desk import Desk

NETS, PER_YEAR = "oil_net", 6
_HOODS, _SERVED, _EXTENDED = 8, 3, 2  # how many of each
_MONTH = timedelta(days=30)
At = Callable[[datetime, Callable[[datetime], None]], None]

UNNAMED = """
SELECT t.id
  FROM ticket t
  JOIN event d ON d.ticket_id = t.id AND d.kind = 'completed' AND d.voided_at IS NULL
  JOIN event r ON r.ticket_id = t.id AND r.kind = 'reported' AND r.voided_at IS NULL
 WHERE t.customer_id = :customer_id AND t.contract_id IS NULL AND substr(r.at, 1, 10) BETWEEN :first AND :last
 ORDER BY r.at_unix, t.id
 LIMIT 1
"""


class Agreements:
    """Plans contracts and consumables. `at` plans a write for an instant; `begin` returns the desk at an instant."""

    def __init__(
        self, outlet: Simulation, at: At, begin: Callable[[datetime], Desk], appliances: Mapping[int, int]
    ) -> None:
        self.outlet, self.at, self.begin, self.appliances = outlet, at, begin, appliances
        self.rng = Random(f"{outlet.seed} agreements")  # of its own: the rest of the outlet does not change

    def plan(self) -> None:
        """Plan contracts and consumables in different months, so that some have ended and some still run."""
        known = [machine for machine in self.outlet.machines if machine.known_at < self.outlet.start]
        homes = [machine for machine in known if not machine.home.is_project]
        served = self.rng.sample([machine for machine in homes if machine.category in {"ac", "fridge"}], _SERVED)
        for number, machine in enumerate(served):
            self.at(self._office(self.outlet.start + number * _MONTH), self._service(machine))
        for machine in self.rng.sample([one for one in homes if one.category == "washer"], _EXTENDED):
            self.at(self._office(self.outlet.start + _MONTH), self._extension(machine))
        for machine in [one for one in known if one.home.is_project][:1]:
            self.at(self._office(self.outlet.start), self._project(machine))
        hoods = [machine for machine in homes if machine.category == "range_hood"]
        for machine in self.rng.sample(hoods, min(_HOODS, len(hoods))):
            self.at(self._office(self.outlet.start), self._nets(machine))
        for day in self._months():
            self.at(self._office(day), self._send)
            self.at(self._office(day + timedelta(days=1)), self._name)

    def _office(self, at: datetime) -> datetime:
        return at.replace(hour=10, minute=self.rng.randrange(60))

    def _months(self) -> Iterator[datetime]:
        """Yield a day in the middle of each month of the outlet."""
        day = self.outlet.start + timedelta(days=15)
        while day < self.outlet.now:
            yield day
            day += _MONTH

    def _service(self, machine: Machine) -> Callable[[datetime], None]:
        return self._contract(machine, ContractKind.SERVICE, 365, visits=2, respond_minutes=24 * 60, scope="两次保养")

    def _extension(self, machine: Machine) -> Callable[[datetime], None]:
        return self._contract(machine, ContractKind.EXTENSION, 2 * 365, scope="延保两年")

    def _project(self, machine: Machine) -> Callable[[datetime], None]:
        return self._contract(machine, ContractKind.PROJECT, 2 * 365, visits=8, respond_minutes=4 * 60)

    def _contract(
        self, machine: Machine, kind: ContractKind, days: int, *, visits: int | None = None,
        respond_minutes: int | None = None, scope: str | None = None,
    ) -> Callable[[datetime], None]:  # fmt: skip
        def write(at: datetime) -> None:
            desk, appliance_id = self.begin(at), self.appliances[machine.key]
            owner_id = desk.db.value("SELECT customer_id FROM appliance WHERE id = :id", id=appliance_id)
            last = (at.date() + timedelta(days=days - 1)).isoformat()
            covered = [appliance_id] if kind == ContractKind.EXTENSION else []
            wanted = NewContract(owner_id, kind, desk.today, last, covered, visits, respond_minutes, 30, scope)
            with suppress(ServiceDeskError):  # the appliance may be gone by then
                add_contract(desk, wanted)

        return write

    def _nets(self, machine: Machine) -> Callable[[datetime], None]:
        def write(at: datetime) -> None:
            with suppress(ServiceDeskError):
                consumables.add_consumable(
                    self.begin(at), self.appliances[machine.key], NETS, per_year=PER_YEAR, is_free=True, from_on=None
                )

        return write

    def _send(self, at: datetime) -> None:
        """Send what is due that month; one in three is forgotten until the next month."""
        desk = self.begin(at)
        first, last = consumables.month_days(at.date())
        for row in consumables.find_due(desk.db, first=first, until=last, on=desk.today):
            if self.rng.random() < 0.67:
                consumables.send_consumable(desk, row["appliance_id"], item=NETS, on=desk.today, every=True)

    def _name(self, at: datetime) -> None:
        """Name each contract on the next ticket of its customer that was done while it held."""
        desk = self.begin(at)
        for known in list_contracts(desk.db):
            if known.visits_left and known.terms.holds_on(date.fromisoformat(desk.today)):
                days = {"first": known.terms.first.isoformat(), "last": desk.today}
                ticket_id = desk.db.value(UNNAMED, customer_id=known.row["customer_id"], **days)
                with suppress(ServiceDeskError):
                    if ticket_id is not None:
                        edit_ticket(desk, ticket_id, contract_id=known.id)
