"""Fill the demo with events (user school, free repairs, lecture) and visitors, through the commands of the desk."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from random import Random

from servicedesk.base.errors import ServiceDeskError
from servicedesk.demo.work.outlet import Simulation
from servicedesk.desk.outreach.events import Comer, add_event, attend_event
from servicedesk.domain.customer_codes import EventKind
from servicedesk.storage.desk import Desk

At = Callable[[datetime, Callable[[datetime], None]], None]
# (days after the first day, kind, place, topic, number of visitors)
_EVENTS = (
    (12, EventKind.SCHOOL, "南坪社区活动室", "空调怎么用才省电", 9),
    (40, EventKind.FREE_REPAIR, "南坪步行街", None, 14),
    (75, EventKind.LECTURE, "南坪图书馆", "油烟机怎么清洗", 6),
)

_LOOKED_AT = 0.6  # share of visitors to free repairs whose appliance is looked at, with nothing left to do
OWN = "SELECT id FROM appliance WHERE customer_id = :id AND retired_on IS NULL ORDER BY id LIMIT 1"


def plan_events(outlet: Simulation, at: At, begin: Callable[[datetime], Desk], customers: Mapping[int, int]) -> None:
    """Plan three events. `at` plans a write for an instant; `begin` returns the desk at an instant."""
    rng, luck = Random(f"{outlet.seed} events"), Random(f"{outlet.seed} looked at")  # the rest does not change

    def hold(kind: EventKind, place: str, topic: str | None, many: int, when: datetime) -> None:
        desk = begin(when)
        event_id = add_event(desk, kind, on=desk.today, place=place, topic=topic).table.objects()[0]["id"]
        known = sorted(customers.values())
        for customer_id in rng.sample(known, min(many, len(known))):
            is_looked_at = kind == EventKind.FREE_REPAIR and luck.random() < _LOOKED_AT
            appliance_id = desk.db.value(OWN, id=customer_id) if is_looked_at else None
            with suppress(ServiceDeskError):  # some were merged since
                attend_event(desk, event_id, Comer(customer_id, appliance_id))

    for days, *what in _EVENTS:
        when = (outlet.start + timedelta(days=days)).replace(hour=16, minute=30)
        at(when, partial(hold, *what))
