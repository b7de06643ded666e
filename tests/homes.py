"""Small households for the tests of birthdays."""

from typing import Any

from tests.conftest import Desk

REGISTERED = "2026-11-01 08:00"


def customer(desk: Desk, name: str = "王芳", *, tier: str = "ordinary", household: int | None = None,
             now: str = REGISTERED) -> str:  # fmt: skip
    """A new customer; the reference. Phones count up from 13800000001 in each file."""
    number = 13800000001 + len(desk.do("customer", "find", "1380000", now=now))
    more = ["--household", f"H{household}"] if household else []
    words = ["customer", "add", name, "--phone", str(number), "--tier", tier, *more]
    return f"C{desk.do(*words, now=now)['id']}"


def household(desk: Desk, *, now: str = REGISTERED) -> int:
    """A new household without anybody; the id."""
    return int(desk.do("household", "add", now=now)["id"])


def machine(desk: Desk, who: str, category: str, bought: str, *more: str, now: str = REGISTERED) -> str:
    """A new machine; the reference."""
    words = ["appliance", "add", "--customer", who, "--category", category, "--bought", bought, *more]
    return f"A{desk.do(*words, now=now)['id']}"


def care(lines: list[dict[str, Any]]) -> dict[tuple[int, int], int | None]:
    """The ticket of each birthday."""
    return {(x["appliance_id"], x["age"]): x["ticket_id"] for x in lines if x["role"] == "care"}


def visits(desk: Desk) -> dict[int, list[str]]:
    """The birthdays on each open visit."""
    tickets = desk.do("ticket", "list", "--type", "maintenance")
    shown = {ticket["id"]: desk.do("ticket", "show", f"T{ticket['id']}")["lines"] for ticket in tickets}
    return {
        ticket_id: [x["due_on"] for x in lines if x["role"] == "care" and x["ended_as"] is None]
        for ticket_id, lines in sorted(shown.items())
    }
