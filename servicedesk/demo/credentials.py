"""What the technicians of the made-up outlet have: certificates, one of which ends soon, badges, trainings."""

from collections.abc import Callable
from datetime import datetime, timedelta

from servicedesk.base import dates
from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database

# Of each technician: kind of appliance, number, and in how many days the certificate ends.
_CERTIFICATES = (
    (1, "ac", "ZL-0417", 400), (2, "ac", "ZL-0418", 18), (3, "ac", "ZL-0523", 210), (5, "ac", "ZL-0611", 760),
    (4, "gas_water_heater", "RQ-1102", 300), (6, "gas_water_heater", "RQ-1130", 95),
)  # fmt: skip
_BADGES = {1: "1001", 2: "1002", 3: "1003", 4: "1004", 5: "1005", 6: "1006"}
_BADGE_DAYS = 500  # in which a badge ends
# Days before now, who, in what.
_TRAININGS = (
    (250, (1, 2, 3, 4, 5, 6), "服务规范：五个一"), (170, (1, 2, 3, 5), "新冷媒 R32 的安全操作"),
    (80, (4, 6), "燃气热水器检漏"), (25, (6,), "电视背光检修"),
)  # fmt: skip


def fill_credentials(db: Database, *, start: datetime, now: datetime, clerk: Callable[[datetime], str]) -> None:
    """Write what the technicians have: certificates and badges from the first day, each training on its day."""
    first = start.replace(hour=9)
    stamp = Stamp(dates.stamp(first), clerk(first))
    with db.atomic():
        for technician_id, category, number, days in _CERTIFICATES:
            until = (now.date() + timedelta(days=days)).isoformat()
            about = {"technician_id": technician_id, "category": category, "number": number, "until_on": until}
            db.insert("credential", stamp, kind="certificate", **about)
        until = (now.date() + timedelta(days=_BADGE_DAYS)).isoformat()
        for technician_id, number in _BADGES.items():
            db.insert("credential", stamp, technician_id=technician_id, kind="badge", number=number, until_on=until)
        for days, who, text in _TRAININGS:
            at = now.replace(hour=17) - timedelta(days=days)
            for technician_id in who if at > first else ():
                about = {"technician_id": technician_id, "kind": "training", "text": text}
                db.insert("credential", Stamp(dates.stamp(at), clerk(at)), on_date=at.date().isoformat(), **about)
