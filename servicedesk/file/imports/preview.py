"""The preview of `import --dry-run`: the first tickets whole, near names, probable doubles."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from servicedesk.base.messages import coded, joined, say
from servicedesk.base.phones import masked
from servicedesk.base.sameness import folded_name
from servicedesk.base.table import shown
from servicedesk.storage.database import Database, Row

_FIRST = 5
_MOST = 20  # pairs that are listed
_TICKETS = """
SELECT t.id, t.ref, t.type, t.fault, t.text, c.name, c.address,
       (SELECT number FROM phone p WHERE p.customer_id = c.id AND p.voided_at IS NULL ORDER BY p.id LIMIT 1) AS phone,
       a.category, a.brand, a.model, a.serial, a.bought_on, a.bought_precision
  FROM ticket t
  LEFT JOIN customer c ON c.id = t.customer_id
  LEFT JOIN appliance a ON a.id = t.appliance_id
 WHERE t.id >= :first_id
 ORDER BY t.id LIMIT :most
"""
_EVENTS = """
SELECT e.kind, e.at, k.name, e.outcome, e.cause, e.reason, e.score, e.satisfied, e.window_from, e.window_to
  FROM event e LEFT JOIN technician k ON k.id = e.technician_id
 WHERE e.ticket_id = :id ORDER BY e.at_unix, e.id
"""
# New customers with the phone of another one; new appliances with the serial of another one, of whatever brand.
_SAME_PHONE = """
SELECT n.id, n.name, o.id AS other_id, o.name AS other
  FROM phone p JOIN customer n ON n.id = p.customer_id
  JOIN phone q ON q.digits = p.digits AND q.customer_id < p.customer_id AND q.voided_at IS NULL
  JOIN customer o ON o.id = q.customer_id AND o.voided_at IS NULL AND o.merged_into_id IS NULL
 WHERE n.id >= :first_id AND p.voided_at IS NULL
 GROUP BY n.id, o.id ORDER BY n.id, o.id LIMIT :most
"""
_SAME_ADDRESS = """
SELECT n.id, n.name, min(o.id) AS other_id, o.name AS other
  FROM customer n
  JOIN customer o ON o.name = n.name AND o.id < n.id AND o.address = n.address AND o.voided_at IS NULL
 WHERE n.id >= :first_id AND n.address IS NOT NULL
 GROUP BY n.id ORDER BY n.id LIMIT :most
"""
_SAME_SERIAL = """
SELECT n.id, n.serial AS name, min(o.id) AS other_id, o.brand AS other
  FROM appliance n JOIN appliance o ON o.serial = n.serial AND o.id < n.id AND o.voided_at IS NULL
 WHERE n.id >= :first_id
 GROUP BY n.id ORDER BY n.id LIMIT :most
"""


def show_first_tickets(db: Database, *, first_id: int) -> list[str]:
    """Return the first new tickets as they would stand, three lines each."""
    found = []
    for row in db.rows(_TICKETS, first_id=first_id, most=_FIRST):
        customer = " ".join(filter(None, (row["name"], row["phone"] and masked(row["phone"]), row["address"])))
        machine = " ".join(filter(None, (row["category"], row["brand"], row["model"], row["serial"])))
        if row["bought_on"]:
            known = {"year": 4, "month": 7}.get(row["bought_precision"], 10)
            machine += " " + row["bought_on"][:known]
        events = [_event(event) for event in db.rows(_EVENTS, id=row["id"])]
        problem = " ".join(filter(None, (row["fault"], row["text"])))
        found.append(
            say(
                "{ref} {type}: {customer}; {machine}; {problem}\n  {events}",
                ref=row["ref"],
                type=coded(row["type"]),
                customer=customer or say("no customer"),
                machine=machine or say("no appliance"),
                problem=problem or "–",
                events=joined(", ", events),
            )
        )
    return [say("the first tickets, as they would stand:"), *found] if found else []


def _event(row: Row) -> str:
    values = dict(row)
    more = [values["name"], *(coded(values[key]) for key in ("outcome", "cause", "reason") if values[key])]
    if values["window_from"]:
        more.append(f"{shown(values['window_from'], 'instant')} – {shown(values['window_to'], 'instant')}")
    more += [str(values["score"])] if values["score"] else []
    told = [coded(values["kind"]), shown(values["at"], "instant"), *filter(None, more)]
    return joined(" ", told)


def list_probable_doubles(db: Database, *, customer_id: int, appliance_id: int) -> list[str]:
    """Return new customers and appliances that look like others: same phone, name and address, or serial."""
    found = []
    for sql, first_id, letter, why in (
        (_SAME_PHONE, customer_id, "C", say("the same phone")),
        (_SAME_ADDRESS, customer_id, "C", say("the same name and address")),
        (_SAME_SERIAL, appliance_id, "A", say("the same serial")),
    ):
        for row in db.rows(sql, first_id=first_id, most=_MOST):
            pair = (f"{letter}{row['id']} {row['name']}", f"{letter}{row['other_id']} {row['other'] or ''}".rstrip())
            found.append(joined("", [f"  {pair[0]} = {pair[1]}: ", why]))
    return [say("probable doubles:"), *found[:_MOST]] if found else []


def near_names(new: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return each new name, with the nearest known name if one is near."""
    others = {folded_name(name): name for name in known}
    return [
        say("{name} (near: {other})", name=name, other=others[near])
        if (near := _nearest(folded_name(name), others)) else name
        for name in new
    ]  # fmt: skip


def _nearest(name: str, others: Iterable[str]) -> str | None:
    """Return the name that differs in one sign of a short name, or in little of a long one."""
    best, most = None, 0.0
    for other in others:
        if other == name or abs(len(other) - len(name)) > 2:
            continue
        like = SequenceMatcher(None, name, other).ratio()
        if like > most:
            best, most = other, like
    return best if most >= (0.5 if 2 <= len(name) <= 3 else 0.75) else None
