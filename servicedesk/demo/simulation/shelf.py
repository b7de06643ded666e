"""Spare parts of the made-up outlet: those in stock, and those ordered when a repair needs one."""

from typing import NamedTuple


class Part(NamedTuple):
    """A kind of spare part. `weight` is how often it is needed beside the other parts for that kind of appliance.

    A part with `is_ordered` is never in stock: the repair waits for it.
    """

    code: str
    name: str
    category: str | None
    min_stock: int | None = None
    weight: int = 1
    is_main: int = 0
    is_ordered: bool = False


PARTS = (
    Part("COMP-12", "压缩机", "fridge", is_main=1, is_ordered=True), Part("SEAL-20", "门封条", "fridge", 2),
    Part("TSTAT-3", "温控器", "fridge", 2, 2, is_main=1), Part("BOARD-6", "主控板", "ac", is_main=1, is_ordered=True),
    Part("CAP-45", "启动电容", "ac", 4, 3), Part("FAN-18", "风扇电机", "ac", 2, is_main=1),
    Part("MOTOR-31", "电机", "washer", is_main=1, is_ordered=True), Part("PUMP-7", "排水泵", "washer", 3),
    Part("TANK-8", "内胆", "electric_water_heater", is_ordered=True),
    Part("HEAT-2", "加热管", "electric_water_heater", 2), Part("IGN-9", "点火器", "gas_water_heater", 2),
    Part("LIGHT-55", "背光模组", "flat_tv", is_main=1, is_ordered=True), Part("FUSE-5", "保险管", None, 10),
)  # fmt: skip


def part_to_wait_for(category: str) -> int | None:
    """Return the id of the part that a repair of such an appliance waits for; None if nobody noted which."""
    return next((part_id(part) for part in PARTS if part.category == category and part.is_ordered), None)


def part_id(part: Part) -> int:
    """Return the id of the part in the file."""
    return PARTS.index(part) + 1
