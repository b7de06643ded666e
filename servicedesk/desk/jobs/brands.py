"""Record which brands authorise the outlet, from which day and until when (S11)."""

from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import say
from servicedesk.base.table import Result, nothing_changed
from servicedesk.base.text import one_line
from servicedesk.domain.birthday_rules import later
from servicedesk.domain.spellings import brand_key
from servicedesk.records.jobs import brands
from servicedesk.storage.desk import Desk


def record_brand(desk: Desk, name: str, *, from_on: str | None, until_on: str | None) -> Result:
    """Record that a brand authorises the outlet; the newest row of a brand counts."""
    name = one_line(name, say("the brand"))
    with desk.db.atomic():
        known = brands.load_brands(desk.db).get(brand_key(name))
        first = from_on or (known["from_on"] if known and known["from_on"] <= desk.today else desk.today)
        if until_on is not None and until_on < first:
            raise UsageError(
                say("{brand} would end {until}, before {on}", brand=name, until=until_on, on=first),
                hint=say("--from says from which day on it holds"),
            )
        changed = known is None or (known["from_on"], known["until_on"]) != (first, until_on)
        if changed:
            spelt = known["name"] if known else name
            desk.db.insert("brand", desk.stamp, name=spelt, from_on=first, until_on=until_on)
        notes = [] if changed else [nothing_changed(name)]
        return Result(brands.brand_table(desk.db, on=desk.today), notes, changed)


def end_brand(desk: Desk, name: str, *, on: str | None) -> Result:
    """Record that a brand does not authorise the outlet from that day on (default: today)."""
    day = on or desk.today
    with desk.db.atomic():
        known = brands.load_brands(desk.db).get(brand_key(one_line(name, say("the brand"))))
        last = later(day, -1)
        if known is None or not brands.holds_on(known, last):
            raise RefusedError(
                say("{brand} does not authorise this outlet on {on}", brand=name, on=last),
                hint=say("'outlet brand' lists those on record"),
            )
        desk.db.insert("brand", desk.stamp, name=known["name"], from_on=known["from_on"], until_on=last)
        return Result(brands.brand_table(desk.db, on=desk.today))
