"""Fill the demo with the technicians' certificates (one ends soon), badges and trainings."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from servicedesk.base import dates
from servicedesk.demo.work.crew import COOLING, Technician
from servicedesk.demo.work.outlet import Simulation
from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database

# Days until the certificates end, by the number of the technician.
_CERTIFICATE_DAYS = (400, 18, 210, 300, 760, 95)
_DAY = timedelta(days=1)
_BADGE_DAYS = 500 * _DAY  # until a badge ends
# (days before now, whether for technicians who may open a cooling circuit (None: for all), subject)
_TRAININGS = (
    (250, None, "服务规范：五个一"), (170, True, "新冷媒 R32 的安全操作"), (80, False, "燃气热水器检漏"),
    (25, False, "电视背光检修"),
)  # fmt: skip


def fill_credentials(db: Database, outlet: Simulation, *, clerk: Callable[[datetime], str]) -> None:
    """Write the technicians' certificates and badges on the first day, and each training on its day."""
    now, first = outlet.now, outlet.start.replace(hour=9)
    stamp = Stamp(dates.stamp(first), clerk(first))
    with db.atomic():
        for technician in outlet.technicians:
            for category, number, until in _list_certificates(technician, now):
                paper = {"kind": "certificate", "category": category, "number": number, "until_on": until}
                db.insert("credential", stamp, technician_id=technician.key, **paper)
            until = (now + _BADGE_DAYS).date().isoformat()
            badge = {"kind": "badge", "number": str(1000 + technician.key), "until_on": until}
            db.insert("credential", stamp, technician_id=technician.key, **badge)
        for days, is_cooling, text in _TRAININGS:
            at = now.replace(hour=17) - days * _DAY
            for technician in outlet.technicians if at > first else ():
                if is_cooling is None or is_cooling == (technician.certified_until is not None):
                    about = {"technician_id": technician.key, "kind": "training", "text": text}
                    db.insert("credential", Stamp(dates.stamp(at), clerk(at)), on_date=at.date().isoformat(), **about)


def _list_certificates(technician: Technician, now: datetime) -> Iterator[tuple[str, str, str]]:
    """Yield (kind of appliance, number, last day); a lost certificate comes once for each kind that needs it."""
    days = _CERTIFICATE_DAYS[(technician.key - 1) % len(_CERTIFICATE_DAYS)]
    last = (now + days * _DAY).date()
    if technician.certified_until is None:
        yield "gas_water_heater", f"RQ-11{technician.key:02}", last.isoformat()
    elif technician.certified_until <= last:
        for category in sorted(COOLING):
            yield category, f"ZL-04{technician.key:02}", (technician.certified_until - _DAY).isoformat()
    else:
        yield "ac", f"ZL-04{technician.key:02}", last.isoformat()
