"""Say in a phrase what a command inserted, one for each kind of row: "opened T9 (repair) for C1 王芳"."""

from collections.abc import Callable
from typing import Any, Protocol

from servicedesk.base.messages import category_name, coded, in_words, item_list, joined, say
from servicedesk.base.money import amount_text
from servicedesk.base.table import moment, shown, span
from servicedesk.storage.entries import Teller

_LONGEST = 40  # characters of somebody's own words
Cells = dict[str, Any]


class Names(Protocol):
    """The names that phrases use: of customers, technicians, phones and parts (summary.py)."""

    teller: Teller

    def customer(self, row_id: Any) -> str:
        """Return a customer as `C1 王芳`."""

    def name(self, technician_id: Any) -> str:
        """Return the technician's name, '' for nobody."""

    def phone(self, row: Cells) -> str | None:
        """Return the number of a phone, masked."""

    def part(self, row: Cells) -> str:
        """Return the code of the part that a row is about."""


def words_joined(*texts: str | None) -> str:
    """Return the texts that are not empty, joined with blanks."""
    return joined(" ", [text for text in texts if text])


def short_text(text: str) -> str:
    """Return a text, cut after 40 characters."""
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST].rstrip() + "…"


def _ticket(names: Names, row: Cells) -> str:
    type_, ref = in_words(row["type"]), f"T{row['id']}"
    if row["follows_ticket_id"]:
        before = f"T{row['follows_ticket_id']}"
        return say("opened {ref} ({type}) after {before}", ref=ref, type=type_, before=before)
    if row["customer_id"] is None:
        return say("opened {ref} ({type})", ref=ref, type=type_)
    return say("opened {ref} ({type}) for {whom}", ref=ref, type=type_, whom=names.customer(row["customer_id"]))


def _event(names: Names, row: Cells) -> str:
    """Return the phrase of one event of a ticket."""
    ref, kind = f"T{row['ticket_id']}", row["kind"]
    if kind == "assigned":
        return say("assigned {ref} to {name}", ref=ref, name=names.name(row["technician_id"]))
    if kind == "appointed":
        return say("{ref}: appointment {window}", ref=ref, window=span(row["window_from"], row["window_to"]))
    if kind == "arrived":
        at = "" if row["at"] == row["recorded_at"] else say(", {at}", at=moment(row["at"]))
        name = names.name(row["technician_id"])
        if row["no_access"]:
            return say("{ref}: nobody at home{at}", ref=ref, at=at)
        if row["collected"]:
            return say("collected the appliance of {ref}{at}", ref=ref, at=at)
        if not name:
            return say("arrived at {ref}{at}", ref=ref, at=at)
        return say("{name} arrived at {ref}{at}", name=name, ref=ref, at=at)
    if kind == "waiting" and row["part_id"]:
        return say("{ref} waits for {part}: {cause}", ref=ref, part=names.part(row), cause=coded(row["cause"]))
    if kind == "waiting":
        return say("{ref} waits: {cause}", ref=ref, cause=coded(row["cause"]))
    if kind == "resumed":
        return say("{ref} goes on", ref=ref)
    if kind == "completed":
        return say("completed {ref}: {outcome}", ref=ref, outcome=coded(row["outcome"]))
    if kind == "cancelled" and row["duplicate_of_id"]:
        return say("cancelled {ref} as a duplicate of {other}", ref=ref, other=f"T{row['duplicate_of_id']}")
    if kind == "cancelled":
        return say("cancelled {ref}: {reason}", ref=ref, reason=coded(row["reason"]))
    if kind == "surveyed":
        score = row["score"] or (say("satisfied") if row["satisfied"] else say("not satisfied"))
        return say("{ref}: survey answer {score}", ref=ref, score=score)
    return say("{ref}: {kind}", ref=ref, kind=coded(kind))


def _contact(names: Names, row: Cells) -> str:
    """Return the phrase of a contact with the outlet."""
    ref, channel = shown(row["id"], "L"), coded(row["channel"])
    if row["ticket_id"] is None and row["customer_id"] is None:
        return say("{ref}: {channel} from somebody unknown", ref=ref, channel=channel)
    whom = f"T{row['ticket_id']}" if row["ticket_id"] else names.customer(row["customer_id"])
    if row["direction"] == "in":
        return say("{ref}: {channel} from the customer, {whom}", ref=ref, channel=channel, whom=whom)
    return say("{ref}: {channel} to the customer, {whom}", ref=ref, channel=channel, whom=whom)


def _promise_end(names: Names, row: Cells) -> str:
    ref = f"P{row['promise_id']}"
    if row["kind"] == "kept":
        return say("kept {ref}", ref=ref)
    return say("withdrew {ref} (by {whom})", ref=ref, whom=coded(row["withdrawn_by"]))


def _complaint_step(names: Names, row: Cells) -> str:
    ref = f"K{row['complaint_id']}"
    if row["kind"] == "acknowledged":
        return say("acknowledged {ref}", ref=ref)
    if row["kind"] == "recovered":
        return say("made good {ref}: {text}", ref=ref, text=coded(short_text(row["text"] or "")))
    return say("closed {ref}: upheld", ref=ref) if row["upheld"] else say("closed {ref}: not upheld", ref=ref)


def _line(names: Names, row: Cells) -> str:
    row = names.teller.first_written("maintenance_line", row)
    state = coded(row["ended_as"]) if row["ended_as"] else say("planned")
    return say("{ref}: birthday {age} {state}", ref=f"A{row['appliance_id']}", age=row["age"] or "", state=state)


def _main_part(names: Names, row: Cells) -> str:
    said = {"what": category_name(row["category"], is_code=True), "code": row["code"], "on": row["from_on"]}
    if row["is_main"]:
        return say("{what}: main part {code} from {on}", **said)
    return say("{what}: {code} is no main part from {on}", **said)


def _quote_answer(names: Names, row: Cells) -> str:
    ref = names.teller.ref("quote_answer", row)
    if row["kind"] == "accepted":
        return say("the quote of {ref} was accepted", ref=ref)
    return say("the quote of {ref} was refused: {reason}", ref=ref, reason=short_text(row["reason"] or "–"))


def _charge(names: Names, row: Cells) -> str:
    ref = f"T{row['ticket_id']}"
    if row["paid_fen"] is None:
        return say("{ref} was free: {why}", ref=ref, why=coded(row["free_as"]))
    return say("{amount} paid for {ref}", amount=amount_text(row["paid_fen"]), ref=ref)


def _price(names: Names, row: Cells) -> str:
    if row["amount_fen"] is None:
        return say("{code}: no price from {on}", code=coded(row["code"]), on=row["from_on"])
    amount = amount_text(row["amount_fen"])
    return say("{code}: price {amount} from {on}", code=coded(row["code"]), amount=amount, on=row["from_on"])


def _compensation(names: Names, row: Cells) -> str:
    ref, amount = f"K{row['complaint_id']}", amount_text(row["amount_fen"])
    if row["kind"] == "paid":
        return say("{amount} paid for {ref} ({purse})", amount=amount, ref=ref, purse=coded(row["purse"]))
    return say("{amount} got back for {ref} ({purse})", amount=amount, ref=ref, purse=coded(row["purse"]))


def _part_issue(names: Names, row: Cells) -> str:
    said = {"n": row["quantity"], "part": names.part(row), "name": names.name(row["technician_id"])}
    if row["ticket_id"]:
        return say("issued {n} {part} to {name} for {ref}", ref=f"T{row['ticket_id']}", **said)
    return say("issued {n} {part} to {name}", **said)


def _part_movement(names: Names, row: Cells) -> str:
    said = {"n": row["quantity"], "part": names.part(row)}
    if row["kind"] == "used":
        return say("used {n} {part} on {ref}", ref=f"T{row['ticket_id']}", **said)
    if row["kind"] == "stocktake":
        return (
            say("counted {part}: {n} more than on record", **said)
            if row["quantity"] > 0
            else say("counted {part}: {n} fewer than on record", **said | {"n": -row["quantity"]})
        )
    taker = names.teller.value("part_movement", "part_issue_id", row["part_issue_id"]) if row["part_issue_id"] else None
    if row["kind"] == "written_off":
        said["reason"] = short_text(row["reason"] or "–")
        if taker:
            return say("wrote off {n} {part} of {name}: {reason}", name=taker, **said)
        return say("wrote off {n} {part}: {reason}", **said)
    if row["kind"] == "returned":
        return say("{name} gave back {n} {part}", name=taker, **said)
    return say("received {n} {part}", **said)


def _handover(names: Names, row: Cells) -> str:
    ref = f"T{row['ticket_id']}"
    if row["kind"] == "lent":
        return say("lent {what} for {ref}", what=f"A{row['appliance_id']}", ref=ref)
    return say("returned the appliance of {ref}", ref=ref)


def _checklist(names: Names, row: Cells) -> str:
    said = {"type": in_words(row["type"]), "on": row["from_on"]}
    if not row["steps"]:
        return say("{type}: no checklist from {on}", **said)
    steps = item_list([in_words(step) for step in row["steps"].split(",")])
    return say("{type}: checklist from {on}: {steps}", steps=steps, **said)


def _credential(names: Names, row: Cells) -> str:
    name = names.name(row["technician_id"])
    if row["kind"] == "training":
        return say("{name} was trained {on}: {text}", name=name, on=row["on_date"], text=short_text(row["text"]))
    if row["kind"] == "badge":
        return say("{name} has the badge {number}", name=name, number=row["number"])
    what = category_name(row["category"], is_code=True)
    return say("{name}: certificate for {what} until {until}", name=name, what=what, until=row["until_on"])


def _brand(names: Names, row: Cells) -> str:
    if row["until_on"]:
        return say("authorised for {brand} from {on} to {until}", brand=row["name"], on=row["from_on"],
                   until=row["until_on"])  # fmt: skip
    return say("authorised for {brand} from {on}", brand=row["name"], on=row["from_on"])


PHRASES: dict[str, Callable[[Names, Cells], str]] = {
    "customer": lambda names, row: say("added {what}", what=names.customer(row["id"])),
    "household": lambda names, row: say("added {what}", what=words_joined(f"H{row['id']}", row["name"])),
    "phone": lambda names, row: say("C{id}: phone {new} added", id=row["customer_id"], new=names.phone(row)),
    "tier": lambda names, row: say(
        "C{id}: {tier} from {on}", id=row["customer_id"], tier=coded(row["tier"]), on=row["from_on"]
    ),
    "consent": lambda names, row: say(
        "C{id}: {purpose}: {wanted}", id=row["customer_id"], purpose=coded(row["purpose"]), wanted=coded(row["wanted"])
    ),
    "appliance": lambda names, row: say(
        "added {what} for {whom}",
        what=words_joined(f"A{row['id']}", category_name(row["category"], is_code=True), row["brand"]),
        whom=names.customer(row["customer_id"]),
    ),
    "technician": lambda names, row: say("added {what}", what=row["name"]),
    "category": lambda names, row: say("added {what}", what=row["code"]),
    "part": lambda names, row: say("added {what}", what=words_joined(row["code"], row["name"])),
    "part_order": lambda names, row: say(
        "ordered {n} {part} for {ref}", n=row["quantity"], part=names.part(row), ref=f"T{row['ticket_id']}"
    ),
    "part_issue": _part_issue,
    "part_movement": _part_movement,
    "maintenance_interval": lambda names, row: say(
        "{what}: every {n} years", what=category_name(row["category"] or "", is_code=True), n=row["years"]
    ),
    "warranty_term": lambda names, row: say(
        "guarantee of {what}: {whole} and {main} years from {on}",
        what=words_joined(category_name(row["category"], is_code=True), row["brand"]),
        whole=row["whole_years"], main=row["main_years"], on=row["from_on"],
    ),
    "main_part": _main_part,
    "solution": lambda names, row: say(
        "added {what}", what=words_joined(f"S{row['id']}", coded(row["fault"]) if row["fault"] else None)
    ),
    "public_event": lambda names, row: say(
        "planned {what}", what=words_joined(f"V{row['id']}", coded(row["kind"]), row["on_date"])
    ),
    "attendance": lambda names, row: say(
        "{whom} came to {ref}", whom=names.customer(row["customer_id"]), ref=f"V{row['public_event_id']}"
    ),
    "contract": lambda names, row: say(
        "agreed {ref} ({kind}) with {whom}, {first} to {last}",
        ref=shown(row["id"], "G"), kind=coded(row["kind"]), whom=names.customer(row["customer_id"]),
        first=row["from_on"], last=row["to_on"],
    ),
    "contract_end": lambda names, row: say("ended {ref} on {on}", ref=f"G{row['contract_id']}", on=row["on_date"]),
    "contract_appliance": lambda names, row: say(
        "{ref} covers {what}", ref=f"G{row['contract_id']}", what=f"A{row['appliance_id']}"
    ),
    "consumable": lambda names, row: say(
        "{ref}: {n} {item} a year", ref=f"A{row['appliance_id']}", n=row["per_year"], item=in_words(row["item"])
    ),
    "consumable_sent": lambda names, row: say(
        "{ref}: no {n} sent, {on}", ref=names.teller.ref("consumable_sent", row), n=row["number"], on=row["on_date"]
    ),
    "consumable_stop": lambda names, row: say(
        "{ref}: nothing is sent from {on} on", ref=names.teller.ref("consumable_stop", row), on=row["on_date"]
    ),
    "exchange": lambda names, row: say(
        "exchanged {old} for {new}, {on}",
        old=f"A{row['appliance_id']}", new=f"A{row['successor_id']}", on=row["on_date"],
    ),
    "ticket": _ticket,
    "event": _event,
    "maintenance_line": _line,
    "contact": _contact,
    "reply": lambda names, row: say("more answers of {ref}", ref=names.teller.ref("reply", row)),
    "reading": lambda names, row: say("read the words of {ref}", ref=names.teller.ref("reading", row)),
    "callback": lambda names, row: say(
        "called back {ref}: {outcome}", ref=f"T{row['ticket_id']}", outcome=coded(row["outcome"])
    ),
    "promise": lambda names, row: say(
        "P{id} for T{ticket}: {what} by {due}",
        id=row["id"], ticket=row["ticket_id"], what=short_text(row["what"]), due=moment(row["due_at"]),
    ),
    "promise_end": _promise_end,
    "complaint": lambda names, row: say(
        "opened {ref} ({kind}) of {whom}",
        ref=shown(row["id"], "K"), kind=coded(row["kind"]), whom=names.customer(row["customer_id"]),
    ),
    "complaint_step": _complaint_step,
    "measure_done": lambda names, row: say(
        "{ref}: the measure is done", ref=names.teller.ref("measure_done", row)
    ),
    "quote": lambda names, row: say(
        "quoted {ref} {amount}", ref=f"T{row['ticket_id']}",
        amount=amount_text(row["labour_fen"] + row["parts_fen"] + row["travel_fen"]),
    ),
    "quote_answer": _quote_answer,
    "charge": _charge,
    "price": _price,
    "fund_opening": lambda names, row: say(
        "the fund holds {amount} from {on}", amount=amount_text(row["amount_fen"]), on=row["from_on"]
    ),
    "compensation": _compensation,
    "handover": _handover,
    "checklist": _checklist,
    "credential": _credential,
    "brand": _brand,
}  # fmt: skip
