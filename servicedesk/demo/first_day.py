"""Fill the demo with what the outlet has from its first day: prices, fund, solutions, checklists, brands, shops."""

from datetime import datetime

from servicedesk.base import sameness
from servicedesk.demo.simulation import money, names, trade
from servicedesk.demo.simulation.knowledge import SOLUTIONS
from servicedesk.demo.simulation.visits import CHECKLISTS
from servicedesk.storage.desk import Desk

LOANS = ("flat_tv", "computer", "microwave")  # appliances of the outlet's own, lent while a customer's is here
_LENDER = {"name": "网点备用机", "address": "城东解放路18号", "area": "城东", "kind": "trade"}  # it is no home
_LENDER_PHONE = "0599-0600000"


def write_rules(desk: Desk, today: datetime) -> None:
    """Write the price list, the fund's opening sum, the checklists, the brands, and the solutions."""
    first = desk.now.date()
    with desk.db.atomic():
        for code, fen, from_on in money.list_prices(first):
            desk.db.insert("price", desk.stamp, code=code, amount_fen=fen, from_on=from_on)
        desk.db.insert("fund_opening", desk.stamp, amount_fen=money.OPENING_FEN, from_on=first.isoformat())
        for number, one in enumerate(SOLUTIONS, 1):
            about = {"kind": one.kind, "category": one.category, "fault": one.fault, "cause": one.cause}
            more = {"fix": one.fix, "parts": one.parts, "link": one.link, "edited_at": desk.stamp.recorded_at}
            desk.db.insert("solution", desk.stamp, id=number, uuid=one.uuid, **about, **more)
        for kind, steps in CHECKLISTS.items():
            desk.db.insert("checklist", desk.stamp, type=kind, steps=",".join(steps), from_on=first.isoformat())
        for brand, from_on, until_on in trade.list_brands(first, today.date()):
            desk.db.insert("brand", desk.stamp, name=brand, from_on=from_on, until_on=until_on)


def write_firms(desk: Desk, first_id: int, first_loan_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """Write the shops and the appliances that the outlet lends; return the shop ids by name, the others by kind.

    Ids begin at `first_id` and `first_loan_id`, after the ids of all other customers and appliances.
    """
    shops, loans = {}, {}
    with desk.db.atomic():
        for number, shop in enumerate(trade.SHOPS, first_id):
            about = {"name": shop.name, "address": shop.address, "area": shop.area, "trade_class": shop.trade_class}
            desk.db.insert("customer", desk.stamp, id=number, kind="trade", **about)
            _write_phone(desk, number, shop.phone)
            shops[shop.name] = number
        lender_id = first_id + len(shops)
        desk.db.insert("customer", desk.stamp, id=lender_id, **_LENDER)
        _write_phone(desk, lender_id, _LENDER_PHONE)
        for number, category in enumerate(LOANS, first_loan_id):
            about = {"category": category, "brand": names.BRANDS[0], "model": f"备用{number - first_loan_id + 1}"}
            desk.db.insert("appliance", desk.stamp, id=number, customer_id=lender_id, **about)
            loans[category] = number
    return shops, loans


def _write_phone(desk: Desk, customer_id: int, number: str) -> None:
    digits = sameness.phone_digits(number)
    desk.db.insert("phone", desk.stamp, customer_id=customer_id, number=number, digits=digits)
