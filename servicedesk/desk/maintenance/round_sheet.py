"""The round through a part of the town (S39): due birthdays as stops in the order of their addresses, on A4.

round_sheet.html is filled by jinja2, which escapes every text.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servicedesk.base.messages import say
from servicedesk.base.table import printable
from servicedesk.desk.maintenance.birthdays import day_text
from servicedesk.domain import wording
from servicedesk.domain.model import TicketType
from servicedesk.language.words import Words
from servicedesk.records.jobs.checklists import load_steps
from servicedesk.storage.database import Database

FOLDER = Path(__file__).parent

CUSTOMERS = """
SELECT c.id, c.name, c.address, c.area,
       (SELECT group_concat(number, ', ')
          FROM (SELECT number FROM phone WHERE customer_id = c.id AND voided_at IS NULL ORDER BY id LIMIT 3)) AS phones
  FROM customer c
 WHERE c.id IN (SELECT value FROM json_each(:ids))
"""
MACHINES = "SELECT id, model, serial FROM appliance WHERE id IN (SELECT value FROM json_each(:ids))"


@dataclass(frozen=True, slots=True)
class Machine:
    """An appliance with a birthday that is due."""

    ref: str
    name: str
    serial: str
    birthday: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One address of the round; texts are empty where nothing is known."""

    address: str
    area: str
    customer: str
    phones: str
    machines: Sequence[Machine]


def in_area(db: Database, lines: Iterable[dict[str, Any]], area: str) -> list[dict[str, Any]]:
    """Return the lines of customers who live in that part of the town."""
    lines = list(lines)
    ids = json.dumps(sorted({line["customer_id"] for line in lines if line["customer_id"]}))
    there = {row["id"] for row in db.rows(CUSTOMERS, ids=ids) if row["area"] == area}
    return [line for line in lines if line["customer_id"] in there]


def list_stops(db: Database, lines: Iterable[dict[str, Any]]) -> list[Stop]:
    """Return a stop for each customer with birthdays that are due, in the order of the addresses, unknown ones last."""
    due: dict[int, list[dict[str, Any]]] = {}
    for line in lines:
        if line["status"] == "due" and line["customer_id"]:
            due.setdefault(line["customer_id"], []).append(line)
    machines = [line["appliance_id"] for group in due.values() for line in group]
    known = {row["id"]: row for row in db.rows(MACHINES, ids=json.dumps(machines))}
    people = sorted(db.rows(CUSTOMERS, ids=json.dumps(sorted(due))), key=lambda row: _by_address(row["address"]))
    return [
        Stop(
            row["address"] or "",
            row["area"] or "",
            say("{name} (C{id})", name=row["name"], id=row["id"]),
            row["phones"] or "",
            [_machine(line, known[line["appliance_id"]]) for line in due[row["id"]]],
        )
        for row in people
    ]


def _by_address(address: str | None) -> tuple[bool, list[tuple[int, str]]]:
    """Return the sort key of an address: its numbers compare as numbers, so that 人民路8号 comes before 人民路12号."""
    parts = re.findall(r"[0-9]+|[^0-9]+", address or "")
    return not address, [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def _machine(line: dict[str, Any], row: Any) -> Machine:
    day = day_text(line["due_on"], approx=line["approx"])
    name = wording.appliance_name(line["category"], line["brand"], row["model"])
    birthday = say("{age} years, {day}", age=line["age"], day=day)
    return Machine(f"A{line['appliance_id']}", name, row["serial"] or "", birthday)


def render_round(
    db: Database, stops: Sequence[Stop], *, area: str | None, on: str, until: str, outlet: str, words: Words
) -> bytes:
    """Return the round as an HTML page in UTF-8; the same values make the same bytes."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([FOLDER, FOLDER.parent / "tickets"]),
        autoescape=True, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["clean"] = printable
    page = made.get_template("round_sheet.html").render(
        _=words,
        stops=stops,
        area=area,
        on=on,
        until=until,
        outlet=outlet,
        steps=load_steps(db, on=on).get(TicketType.MAINTENANCE, ()),
        lang="zh-CN" if words.language == "zh" else "en",
        translation=words.translation,
        code=words.code,
    )
    return page.encode()
