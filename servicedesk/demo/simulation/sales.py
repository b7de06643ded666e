"""Simulate facts for the guarantee: the sale of an appliance, and the evidence that a fault is the user's doing.

Each appliance and job has random numbers of its own, so that nothing else of the outlet depends on them.
"""

from datetime import date, timedelta
from random import Random

from servicedesk.demo.simulation.homes import Machine

KNOWN_DAYS = 4 * 365  # nobody keeps the invoice of an older sale
_PRICES = {
    "ac": 3200, "fridge": 3600, "freezer": 2100, "washer": 2800, "flat_tv": 4200, "crt_tv": 1900, "microwave": 600,
    "range_hood": 2400, "gas_water_heater": 2200, "electric_water_heater": 1500, "dishwasher": 3900,
}  # fmt: skip
_EVIDENCE = ("照片：进液痕迹", "照片：滤网堵塞", "用户签字的说明", "照片：外力损坏")
Sale = tuple[str | None, str | None, str | None, int | None, str | None, str | None, int | None]
UNKNOWN: Sale = (None, None, None, None, None, None, None)


def draw_sale(seed: int, machine: Machine, *, is_successor: bool) -> Sale:
    """Return (delivery day, invoice day, invoice number, price in fen, installer, use, whether sold from afar)."""
    rng = Random(f"{seed} sale {machine.key}")
    first, precision = machine.bought
    if first is None or precision != "day":
        return UNKNOWN
    bought = date.fromisoformat(first)
    is_recent = (machine.known_at.date() - bought).days <= KNOWN_DAYS
    if is_successor:
        return (first, None, None, None, None, "home", None)
    if not is_recent or rng.random() < 0.6:
        return UNKNOWN
    installed = date.fromisoformat(machine.installed[0]) if machine.installed[0] else machine.known_at.date()
    delivered = min(bought + timedelta(days=rng.randint(0, 3)), installed, machine.known_at.date())
    price = _PRICES.get(machine.category, 800) + 100 * rng.randint(-4, 20)
    is_remote = rng.random() < 0.3
    by = rng.choice(("brand", "outlet")) if machine.installed[0] else "self" if is_remote else None
    use = "business" if machine.home.is_project else "home"
    return (delivered.isoformat(), first, f"{rng.randrange(10**7, 10**8)}", price * 100, by, use, int(is_remote))


def draw_evidence(seed: int, job_key: int) -> str | None:
    """Return the evidence that the fault of a job is the user's doing; None if nobody kept any."""
    rng = Random(f"{seed} evidence {job_key}")
    return rng.choice(_EVIDENCE) if rng.random() < 0.7 else None
