"""What becomes of each ticket of a big outlet, drawn from a seed: instants in seconds, None for what did not happen."""

from collections.abc import Iterator
from random import Random
from typing import Any

HOUR, DAY = 3600, 86400
BEGIN, END = 1635696000, 1793462400  # 2021-11-01 and 2026-10-31 24:00 in Shanghai
TECHNICIANS = 50

FAULTS = ("leak", "no_power", "noise", "not_cooling", "drain", "error_code")
OUTCOMES = ("fixed",) * 21 + ("no_fault_found", "user_caused", "not_repairable", "exchanged", "referred")
REASONS = (
    "customer_changed_mind", "customer_went_elsewhere", "works_again", "duplicate", "entry_error", "out_of_area",
    "no_contact",
)  # fmt: skip
SOURCES = ("callback", "callback", "sms", "sms", "sms", "paper", "technician", "technician")
SCORES = (5,) * 11 + (4,) * 5 + (3, 3, 2, 1)
CAUSES = ("manufacturer_part", "outlet_part", "repairer", "customer")
MENDED = ("arrived", "completed", "surveyed", "appointed", "assigned")

# `late`: how long after it happened a fact was typed; `recorded`: when the report was, nothing of the ticket earlier.
# `mended`: the kind of the fact that was corrected (an assignment: taken back) at `mended_at`.
BEFORE_THE_END = (
    "assigned", "reassigned", "booked", "rebooked", "waiting", "resumed", "arrived", "arrived_again", "done",
    "cancelled",
)  # fmt: skip
AFTERWARDS = ("answered", "followed_up", "called", "called_again", "promised", "kept", "complained", "mended_at")
COLUMNS = (
    "id", "type", "appliance_id", "on_site", "fault", "technician_id", "other_id", "reported", "recorded", "late",
    *BEFORE_THE_END, *AFTERWARDS, "opens_at", "asked_by", "reopens_at", "reasked_by", "cause", "no_access", "outcome",
    "reason", "score", "satisfied", "source", "due", "mended",
)  # fmt: skip
Fate = dict[str, Any]


def fates(tickets: int, seed: int) -> Iterator[tuple[Any, ...]]:
    """One ticket after the other in the order of COLUMNS and of their reports."""
    rng = Random(seed)
    for key in range(1, tickets + 1):
        reported = BEGIN + int((key - rng.random()) * (END - BEGIN - HOUR) / tickets)
        fate = _ticket(rng, key, reported, max(tickets // 5, 1))
        _visited(rng, fate)
        _known_by_the_end(fate)
        yield tuple(map(fate.get, COLUMNS))


def _ticket(rng: Random, key: int, reported: int, appliances: int) -> Fate:
    chance = rng.random
    kind = chance()
    type = "repair" if kind < 0.8 else "install" if kind < 0.88 else "maintenance" if kind < 0.98 else "guidance"
    return {
        "id": key,
        "type": type,
        "appliance_id": int(chance() * appliances) + 1 if chance() < 0.99 else None,
        "on_site": int(type == "repair" and chance() < 0.01),
        "fault": rng.choice(FAULTS),
        "technician_id": int(chance() * TECHNICIANS) + 1,
        "other_id": int(chance() * TECHNICIANS) + 1,
        "reported": reported,
        "recorded": min(END, reported + int(chance() * 300 if chance() < 0.97 else chance() * 2 * DAY)),
        "late": 0 if chance() < 0.96 else int(chance() ** 3 * 5 * DAY),
    }


def _visited(rng: Random, fate: Fate) -> None:
    """How it went until the ticket ended, and what was said."""
    chance, reported = rng.random, fate["reported"]
    if chance() < 0.99:
        fate["assigned"] = reported + int(rng.expovariate(1 / 300))
        if chance() < 0.1:
            fate["reassigned"] = fate["assigned"] + 60 + int(chance() * 20 * HOUR)
    arrives = reported + int(rng.lognormvariate(10.3, 0.7))  # eight hours, seldom more than a day
    if chance() < 0.16:
        arrives = _agreed(rng, fate)
    end = chance()
    if end < 0.04:
        fate |= {"cancelled": reported + int(chance() * 2 * DAY), "reason": rng.choice(REASONS)}
        if chance() < 0.1:  # nobody home, then given up
            fate |= {"arrived": reported + 2 * HOUR, "no_access": 1, "cancelled": reported + 3 * HOUR}
    elif end < 0.06:
        fate |= {"done": reported + int(chance() * 1.5 * DAY), "outcome": "resolved_remotely"}
    elif end < 0.9995:
        _done(rng, fate, arrives)
        if end < 0.065:
            fate["arrived"] = fate["arrived_again"] = None
    if chance() < 0.03 and "cancelled" not in fate:
        fate |= {"promised": fate["recorded"] + 600, "due": fate["recorded"] + HOUR + int(chance() * DAY)}
        fate["kept"] = fate["promised"] + int(chance() * 1.3 * DAY) if chance() < 0.9 else None
    if "done" in fate:
        _said(rng, fate, fate["done"])
    if chance() < 0.03:
        fate |= {"mended": rng.choice(MENDED), "mended_at": fate["recorded"] + int(chance() * 60 * DAY)}


def _agreed(rng: Random, fate: Fate) -> int:
    """A window of two hours, some of them moved, some too late; the arrival in it or soon after."""
    chance, reported, recorded = rng.random, int(fate["reported"]), int(fate["recorded"])
    opens = recorded + int((0.1 + 3 * chance()) * DAY)
    fate |= {"booked": recorded + 400, "opens_at": opens, "asked_by": "outlet" if chance() < 0.25 else "customer"}
    if chance() < 0.3:
        fate["rebooked"] = recorded + 500 + int(chance() * 1.2 * (opens - reported))
        opens += int((0.5 + 2 * chance()) * DAY)
        fate |= {"reopens_at": opens, "reasked_by": "outlet" if chance() < 0.25 else "customer"}
    return opens + int(chance() * 2.2 * HOUR)


def _done(rng: Random, fate: Fate, arrives: int) -> None:
    """One visit or two: nobody home, or the machine waits for something."""
    chance = rng.random
    fate |= {"arrived": arrives, "no_access": int(chance() < 0.04), "done": arrives + 1200 + int(chance() * 2 * HOUR)}
    if fate["no_access"] or chance() < 0.12:
        fate["arrived_again"] = arrives + 8 * HOUR + int(chance() * 5 * DAY)
        fate["done"] = fate["arrived_again"] + 1200 + int(chance() * HOUR)
        if not fate["no_access"] and chance() < 0.7:
            fate |= {"waiting": arrives + HOUR, "resumed": fate["arrived_again"] - HOUR, "cause": rng.choice(CAUSES)}
    fate["outcome"] = rng.choice(OUTCOMES) if fate["type"] == "repair" else "done"


def _said(rng: Random, fate: Fate, done: int) -> None:
    """Call-backs, answers of all sources, complaints."""
    chance = rng.random
    if chance() < 0.6:
        fate["called"] = done + HOUR + int(chance() * 10 * DAY)
        if chance() < 0.2:
            fate["called_again"] = fate["called"] + HOUR + int(chance() * DAY)
    if chance() < 0.53:
        fate |= {"answered": done + 600 + int(chance() ** 2 * 18 * DAY), "source": rng.choice(SOURCES)}
        fate["score"] = rng.choice(SCORES)
        if chance() < 0.05:  # an imported yes or no
            fate |= {"score": None, "satisfied": int(chance() < 0.85)}
        if chance() < 0.04:
            fate["followed_up"] = fate["answered"] + HOUR + int(chance() * 5 * DAY)
    if chance() < 0.015:
        fate["complained"] = done + HOUR + int(chance() * 40 * DAY)


def _known_by_the_end(fate: Fate) -> None:
    """Nothing before the report was typed is a booking, nothing happens after the end, of the ticket or of the file."""
    last = min(fate.get("done") or END, fate.get("cancelled") or END)
    for name in BEFORE_THE_END:
        if (fate.get(name) or 0) > last:
            fate[name] = None
    for name in AFTERWARDS:
        if (fate.get(name) or 0) > END:
            fate[name] = None
    if (fate.get("due") or 0) > END:
        fate["promised"] = fate["kept"] = None
    if not fate.get("done"):
        for name in ("answered", "followed_up", "called", "called_again", "complained"):
            fate[name] = None
