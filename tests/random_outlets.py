"""Outlets that chance fills, mean at every boundary of the KPIs: exact deadlines, last days, late typing, corrections.

Written as raw rows, in the order in which an outlet would have typed them, so that the triggers of the file agree.
"""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from servicedesk.domain.model import Stamp
from servicedesk.file.opening import create_outlet
from tests.chance import birthdays, contacts, money, parts, questionnaires, returns
from tests.chance.lives import Life
from tests.chance.outlets import DAY, DAYS, SECOND, Chance, Outlet

__all__ = ["Outlet", "made"]

# Summer time ends in New York on 1 November 2026 and begins on 8 March; Lord Howe moves by half an hour.
SPANS = {
    "Asia/Shanghai": (date(2026, 9, 20), date(2025, 12, 15)),
    "America/New_York": (date(2026, 9, 20), date(2026, 2, 1)),
    "Australia/Lord_Howe": (date(2026, 9, 10), date(2026, 3, 1)),
}
CATEGORIES, AREAS = ("fridge", "washer", "ac"), (None, "North", "South", "城东")
FAULTS = (None, "leak", "leak", "noise")


def made(path: Path, rng: Random, *, tickets: int, zone: str | None = None) -> Outlet:
    """A new file with that many tickets."""
    name = zone or rng.choice(list(SPANS))
    outlet = Outlet(path, ZoneInfo(name), rng.choice(SPANS[name]))
    stamp = Stamp(outlet.text(outlet.wall(outlet.first - 30 * DAY)), "chance")
    db = create_outlet(path, stamp, outlet="Chance", zone=name)
    try:
        with db.atomic():
            _filled(Chance(outlet, db, rng, stamp), tickets)
    finally:
        db.close()
    outlet.moments = [at for at in outlet.moments if at <= outlet.now]
    return outlet


def _filled(chance: Chance, tickets: int) -> None:
    """People, machines, tickets, birthdays; and what they were called at other times."""
    db, rng, stamp = chance.db, chance.rng, chance.stamp
    chance.technicians = [db.insert("technician", stamp, name=name) for name in ("李", "Wang", "Zhao")]
    chance.customers = [db.insert("customer", stamp, name=f"Customer {n}") for n in range(3 + tickets // 20)]
    chance.appliances = [
        db.insert("appliance", stamp, customer_id=rng.choice(chance.customers), category="fridge")
        for _ in range(2 + tickets // 5)
    ]
    for _ in range(tickets):
        add_ticket(chance)
    for customer in chance.customers:
        chance.history("customer", customer, "area", AREAS)
        if chance.odds(0.4):
            contacts.wished(chance, customer)
    for appliance in chance.appliances:
        chance.history("appliance", appliance, "category", CATEGORIES)
        if chance.odds(0.3):
            birthdays.retired(chance, appliance)
    for technician in chance.technicians:
        chance.history("technician", technician, "name", [f"{name} {technician}" for name in ("李", "Wang", "Zhao")])
    for ticket_id in rng.sample(chance.ticket_ids, tickets // 10):
        chance.history("ticket", ticket_id, "fault", FAULTS)
        chance.history("ticket", ticket_id, "area", AREAS)
    _edited(replace(chance, rng=Random(tickets)), tickets // 10)
    purse = replace(chance, rng=Random(tickets + 1))  # dice of their own: the rest falls as it did
    for ticket_id in chance.ticket_ids:
        if purse.odds(0.5):
            money.priced(purse, ticket_id)
    questionnaires.filled(replace(chance, rng=Random(tickets + 4)))
    parts.stocked(replace(chance, rng=Random(tickets + 2)), tickets // 2)
    _told_apart(replace(chance, rng=Random(tickets + 3)))
    dice = replace(chance, rng=Random(tickets + 5))
    returns.talked(dice)
    returns.sold(dice)


def _told_apart(chance: Chance) -> None:
    """Brands, models, tiers and channels, which figures are grouped by; dice of its own."""
    for appliance in chance.appliances:
        chance.history("appliance", appliance, "brand", (None, "Haier", "美的"))
        chance.history("appliance", appliance, "model", (None, "BCD-9", "W 1"))
    for ticket_id in chance.ticket_ids:
        channel = chance.rng.choice(("hotline", "hotline", "shop", "wechat"))
        chance.db.run("UPDATE ticket SET channel = :channel WHERE id = :id", channel=channel, id=ticket_id)
    for customer in chance.customers:
        for _ in range(chance.rng.choice((0, 1, 2, 3))):
            at = chance.rng.choice(chance.outlet.moments)
            since = chance.outlet.first + (chance.rng.randrange(DAYS) - 10) * DAY
            row = {
                "customer_id": customer,
                "tier": chance.rng.choice(("vip", "full_set")),
                "from_on": since.isoformat(),
            }
            tier_id = chance.db.insert("tier", chance.typed(at), **row)
            if chance.odds(0.3):
                again = chance.outlet.text(max(at, chance.rng.choice(chance.outlet.moments)))
                chance.db.run(
                    "UPDATE tier SET voided_at = :at, voided_by = 'chance' WHERE id = :id", at=again, id=tier_id
                )


# Ended in a way in which repairs and questions may end, if at all.
MAY_BE_OTHER = """
SELECT type <> 'maintenance' AND NOT EXISTS (
         SELECT 1 FROM event WHERE ticket_id = ticket.id AND kind = 'completed'
            AND outcome NOT IN ('referred', 'resolved_remotely'))
  FROM ticket WHERE id = :id
"""


def _edited(chance: Chance, tickets: int) -> None:
    """Some tickets had another appliance, or were of another type; dice of its own leave the rest as it fell."""
    for ticket_id in chance.rng.sample(chance.ticket_ids, tickets):
        chance.history("ticket", ticket_id, "appliance_id", [None, *map(str, chance.appliances)])
        if chance.db.value(MAY_BE_OTHER, id=ticket_id):
            chance.history("ticket", ticket_id, "type", ("repair", "repair", "guidance", "install"))


def add_ticket(chance: Chance) -> None:
    """Add a ticket with its life."""
    rng = chance.rng
    appliance = rng.choice(chance.appliances) if chance.odds(0.9) else None
    customer = rng.choice(chance.customers) if chance.odds(0.95) else None
    type_ = "repair" if chance.odds(0.75) else rng.choice(("install", "maintenance", "maintenance", "guidance"))
    ticket_id = chance.db.insert(
        "ticket",
        chance.stamp,
        type=type_,
        customer_id=customer,
        appliance_id=appliance,
        fault=rng.choice(FAULTS),
        area=rng.choice(AREAS) if chance.odds(0.2) else None,
        on_site=int(type_ == "repair" and chance.odds(0.06)),
        follows_ticket_id=rng.choice(chance.ticket_ids) if chance.ticket_ids and chance.odds(0.15) else None,
    )
    reported_at = _reported_at(chance, appliance)
    life = Life(chance, ticket_id, reported_at, is_repair=type_ == "repair", customer_id=customer)
    life.live()
    chance.ticket_ids.append(ticket_id)
    if appliance is not None:
        chance.completions.setdefault(appliance, []).extend(life.completions)
    if chance.odds(0.6 if type_ == "maintenance" else 0.06):
        for _ in range(rng.choice((1, 1, 2))):
            birthdays.born(chance, ticket_id if chance.odds(0.9) else None, reported_at)


def _reported_at(chance: Chance, appliance: int | None) -> datetime:
    """Any time of the span; often the first or last second of a month, or of a machine's 30, 60 or 90 days."""
    outlet, rng = chance.outlet, chance.rng
    earlier = chance.completions.get(appliance or 0, [])
    if earlier and chance.odds(0.6):
        done = rng.choice(earlier)
        edges = outlet.edges(done, 30, rng.choice((60, 90)))
        return rng.choice([done, done + SECOND, *edges, done + chance.span(35 * 24), done - chance.span(48)])
    day = outlet.first + rng.randrange(DAYS) * DAY
    if chance.odds(0.1):
        month = (outlet.first + 45 * DAY).replace(day=1)
        return rng.choice([outlet.wall(month), outlet.wall(month) - SECOND])
    if chance.odds(0.1):
        # The night when summer time ends: local times come twice, text order lies.
        change = {"America/New_York": date(2026, 11, 1), "Australia/Lord_Howe": date(2026, 4, 5)}
        night = outlet.wall(change.get(outlet.zone.key, day))
        return night + chance.span(4)
    return outlet.wall(day) + chance.span(23.9)
