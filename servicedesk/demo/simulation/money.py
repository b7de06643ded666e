"""Simulate the money of a job: the price list, quotes and their answers, charges, compensation out of the fund.

Each job has random numbers of its own, from the seed and its key, so that nothing else of the outlet depends on them.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from servicedesk.demo.simulation.aftercare import Complaint
from servicedesk.demo.simulation.jobs import DAY, MINUTE, Job
from servicedesk.demo.simulation.names import draw_name
from servicedesk.demo.simulation.trade import OTHER_BRAND_FEN, is_other_brand

OPENING_FEN = 500_000  # of the fund, on the first day
_LABOUR = {"ac": 120, "fridge": 100, "washer": 80, "flat_tv": 100, "range_hood": 80, "gas_water_heater": 100,
           "electric_water_heater": 90}  # fmt: skip
_FAULTS = {"refrigerant_leak": 180, "no_power": 60, "remote_control": 30}
_OTHER, _TRAVEL, _DEARER = 60, 20, 30  # yuan; the way costs more from the second half year on
_METHODS = (("wechat", 58), ("cash", 22), ("alipay", 16), ("card", 2), ("transfer", 2))
_DEAR = ("太贵，不修了", "再考虑一下", "打算换新机")
_UNQUOTED = 0.015  # of paid repairs: the price was agreed on at the door, and typed nowhere


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote and the customer's answer at once: accepted, refused, or none (None)."""

    at: datetime
    amounts_fen: tuple[int, int, int]
    answer: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """The money of one job: its quote, and when it was done either `paid_fen` or `free_as` (why it was free)."""

    quote: Quote | None
    at: datetime
    paid_fen: int | None
    method: str | None
    free_as: str | None


def list_prices(first: date) -> list[tuple[str, int, str]]:
    """Return the price list as (code, fen, the day from which the price holds)."""
    half = (first + timedelta(days=182)).isoformat()
    held = [(code, yuan * 100, first.isoformat()) for code, yuan in (_LABOUR | _FAULTS).items()]
    held.append(("other_brand", OTHER_BRAND_FEN, first.isoformat()))
    return [*held, ("travel", _TRAVEL * 100, first.isoformat()), ("travel", _DEARER * 100, half)]


def draw_money(seed: int, job: Job, first: date, today: date) -> Money | None:
    """Return the money of a repair that was done on the spot; None for everything else.

    `first` is the first day of the price list; `today` decides which brand's authorisation has ended (trade.py).
    """
    rng = Random(f"{seed} money {job.key}")
    done = next((fact for fact in job.facts if fact.kind == "completed"), None)
    visits = [fact for fact in job.facts if fact.kind == "arrived" and not fact.values["no_access"]]
    if done is None or job.type != "repair" or not visits:
        return None
    at = done.typed_at + rng.uniform(1, 6) * MINUTE
    is_other = job.machine is not None and is_other_brand(job.machine.brand, job.facts[0].at.date(), today)
    if rng.random() >= _chance_to_pay(job, done.at.date(), str(done.values["outcome"])):
        return Money(None, at, None, None, "goodwill" if is_other else _why_free(job, done.at.date()))
    told_at = min(visits[0].at + rng.uniform(5, 25) * MINUTE, done.at)
    if rng.random() < 0.5:  # by phone, before anybody comes
        told_at = job.facts[0].at + (visits[0].at - job.facts[0].at) * rng.uniform(0.2, 0.9)
    amounts = _draw_amounts(rng, job, told_at.date(), first)
    amounts = (OTHER_BRAND_FEN, *amounts[1:]) if is_other else amounts
    told_at = told_at.replace(microsecond=0)
    if done.values["outcome"] == "not_repairable":
        return Money(Quote(told_at, amounts, "refused", rng.choice(_DEAR)), at, None, None, "goodwill")
    quote = None if rng.random() < _UNQUOTED else Quote(told_at, amounts, "accepted")
    return Money(quote, at, sum(amounts), draw_name(rng, _METHODS), None)


def draw_payment(seed: int, job: Job, complaint: Complaint) -> tuple[datetime, int, datetime | None] | None:
    """Return (instant, fen, instant of repayment or None) for a complaint made good with money, else None."""
    rng = Random(f"{seed} compensation {job.key}")
    refund = next((step for step in complaint.steps if step[0] == "recovered" and step[3] == "refund"), None)
    if refund is None:
        return None
    paid_at = (refund[1] + rng.uniform(5, 50) * MINUTE).replace(microsecond=0)
    back_at = (paid_at + rng.uniform(10, 40) * DAY).replace(hour=11, microsecond=0) if rng.random() < 0.5 else None
    return paid_at, rng.randint(5, 20) * 1000, back_at


def _chance_to_pay(job: Job, on: date, outcome: str) -> float:
    """Return how probable it is that the customer pays: by the age of the appliance, and whose fault it was."""
    if outcome == "user_caused":
        return 0.9
    if outcome == "exchanged" or job.is_repeat:
        return 0.0
    years = _age(job, on)
    return 0.75 if years is None or years >= 3 else 0.3 if years >= 1 else 0.0


def _why_free(job: Job, on: date) -> str:
    years = _age(job, on)
    return "guarantee" if job.is_repeat or (years is not None and years < 3) else "goodwill"


def _age(job: Job, on: date) -> int | None:
    """Return the full years since the purchase, None if its day is unknown."""
    bought = job.machine.bought[0] if job.machine else None
    return None if bought is None else (on - date.fromisoformat(bought)).days // 365


def _draw_amounts(rng: Random, job: Job, on: date, first: date) -> tuple[int, int, int]:
    """Return labour, parts and way in fen: the first and the last as listed."""
    category = job.machine.category if job.machine else ""
    labour = _FAULTS.get(job.fault or "", _LABOUR.get(category, _OTHER))
    waited = any(fact.kind == "waiting" and fact.values["cause"] != "customer" for fact in job.facts)
    parts = rng.randint(8, 60) * 10 if waited else rng.choice((0, 0, 15, 25, 40, 68, 90))
    travel = _TRAVEL if on < first + timedelta(days=182) else _DEARER
    return labour * 100, parts * 100, travel * 100
