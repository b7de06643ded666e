"""The trade around the made-up outlet: the brands that authorise it, the shops that sold its customers' appliances.

Each appliance has random numbers of its own, from the seed and its key, so that nothing else depends on them.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from servicedesk.demo.simulation.homes import Machine
from servicedesk.demo.simulation.names import BRANDS, draw_name
from servicedesk.demo.simulation.sales import UNKNOWN, Sale

OTHER_BRAND_FEN = 15_000  # labour for a brand that does not authorise the outlet
_ENDED, _ENDS = timedelta(days=21), timedelta(days=40)  # ago; from now
_SELLER_KNOWN = 0.8  # share of appliances with a known sale whose seller is known too


class Shop(NamedTuple):
    """A trade customer, and its share of what was sold."""

    name: str
    trade_class: str
    address: str
    area: str
    phone: str
    share: int


SHOPS = (
    Shop("星河电器连锁", "national", "新区工业路100号", "新区", "0599-0600100", 55),
    Shop("南坪百货大楼", "department_store", "城东人民路1号", "城东", "0599-0600200", 25),
    Shop("好邻居加盟店", "franchise", "城南车站路36号", "城南", "0599-0600300", 20),
)


def list_brands(first: date, today: date) -> Iterator[tuple[str, str, str | None]]:
    """Yield (brand, first day, last day) of each authorisation; one ends soon, one has ended."""
    last = {BRANDS[-2]: today + _ENDS, BRANDS[-1]: today - _ENDED}
    for brand in BRANDS:
        ends = max(first, last[brand]).isoformat() if brand in last else None
        yield brand, first.isoformat(), ends


def is_other_brand(brand: str, on: date, today: date) -> bool:
    """Return whether a brand does not authorise the outlet any more on that day."""
    return brand == BRANDS[-1] and on > today - _ENDED


def draw_seller(seed: int, machine: Machine, sale: Sale) -> Shop | None:
    """Return the shop that sold an appliance; None if nobody knows."""
    rng = Random(f"{seed} seller {machine.key}")
    if sale == UNKNOWN or rng.random() > _SELLER_KNOWN:
        return None
    return draw_name(rng, [(shop, shop.share) for shop in SHOPS])
