"""List the values in which an imported file differs from ours: field, old, new. `--correct` takes the new ones.

A correction is written as at the keyboard: the table `change` keeps the old value, a wrong event is voided and another
one stands in its place. So figures as of an earlier instant still read the old values.
"""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import coded, say
from servicedesk.base.table import shown
from servicedesk.desk.appliances.lifecycle import transfer_appliance
from servicedesk.desk.appliances.register import check_appliance, replan_appliance, write_corrections
from servicedesk.desk.tickets.correct import edit_ticket
from servicedesk.desk.tickets.move import replace_event
from servicedesk.domain import ticket_rules
from servicedesk.domain.customer_codes import Tier
from servicedesk.domain.ticket import Event, Ticket
from servicedesk.file.imports.load.update import OF_VISITS, event_of, find_other, is_same, keep_digest
from servicedesk.file.imports.maps.row_values import SALE_COLUMNS, ApplianceRow, CustomerRow, Row, TicketRow
from servicedesk.records import appliances, tickets
from servicedesk.storage.changes import write_changes
from servicedesk.storage.desk import Desk
from servicedesk.storage.new_files import replacing

if TYPE_CHECKING:
    from servicedesk.file.imports.load.loader import Loader

COLUMNS = ("_record", "_line", "noun", "id", "ref", "field", "old", "new")
_LETTERS = {"customer": "C", "appliance": "A", "ticket": "T"}
_OF_EVENTS = ("at", "technician_id", "no_access", "outcome", "reason", "cancelled_by", "score", "satisfied", "cause",
              "window_from", "window_to", "asked_by", "note", "found", "found_cause")  # fmt: skip
_STANDING_PHONES = "SELECT id, number, digits, extension FROM phone WHERE customer_id = :id AND voided_at IS NULL"
_NEWEST_TIER = """
SELECT tier FROM tier WHERE customer_id = :id AND voided_at IS NULL ORDER BY from_on DESC, id DESC"""
_TICKET = "SELECT type, channel, fault, text, area, customer_id, appliance_id FROM ticket WHERE id = :id"
_VOID_PHONE = "UPDATE phone SET voided_at = :at, voided_by = :actor WHERE id = :id"


class Change(NamedTuple):
    """A value of the imported file that differs from ours. `write` corrects it; None if only a command can."""

    noun: str
    id: int
    ref: str
    field: str
    old: Any
    new: Any
    write: Callable[[], object] | None = None

    @property
    def sentence(self) -> str:
        """Return the change as a line."""
        return say("{ref} {field}: {old} → {new}", ref=f"{_LETTERS[self.noun]}{self.id}", field=coded(self.field),
                   old=_text(self.old), new=_text(self.new))  # fmt: skip


class Changes:
    """The changes of one import. `correct`: write each of them. `writer`: the CSV writer that lists them, or None."""

    def __init__(self, *, correct: bool, writer: Any = None) -> None:
        self.first: list[str] = []
        self.count = self.corrected = 0
        self.refused: list[str] = []
        self._correct, self._writer = correct, writer
        if writer:
            writer.writerow(COLUMNS)

    def take(self, loader: "Loader", row: Row, number: int, line: int | str) -> tuple[set[str], bool]:
        """List the differences of a record, and correct them if asked. Call inside a transaction.

        Return the nouns that the record contradicts, and whether it has values that the outlet's file lacks.
        """
        has_all, nouns, has_gaps = True, set(), False
        waiting: list[Change] = []
        for change in list_changes(loader, row):
            has_gaps |= change.old is None
            if change.old is not None:
                nouns.add(change.noun)
            self.count += 1
            if len(self.first) < _MOST_NAMED:
                self.first.append(change.sentence)
            if self._writer:
                self._writer.writerow([number, line, *change[:-3], _text(change.old), _text(change.new)])
            if not self._correct or change.write is None:
                has_all = False
            elif self._refusal(change):
                waiting.append(change)
        if not self._write_waiting(waiting) and self._correct and has_all:
            for noun, facts in row.parts:
                noun_id = find_other(loader, noun, facts)
                if noun_id is not None:
                    keep_digest(loader, noun, noun_id, facts)
        return nouns, has_gaps

    def _write_waiting(self, waiting: list[Change]) -> bool:
        """Write refused changes of a record again, as long as one succeeds. Return whether any is left.

        A completion, for example, can move behind its old answer only after the answer has moved.
        """
        while waiting:
            left = [(change, why) for change in waiting if (why := self._refusal(change))]
            if len(left) == len(waiting):
                told = [say("{change}: {why}", change=change.sentence, why=why) for change, why in left]
                self.refused += told[: _MOST_NAMED - len(self.refused)]
                return True
            waiting = [change for change, _ in left]
        return False

    def _refusal(self, change: Change) -> str | None:
        """Write a change. Return the sentence of the rule that forbids it, None if it is written."""
        assert change.write is not None
        try:
            change.write()
        except RefusedError as error:
            return error.sentence
        self.corrected += 1
        return None


_MOST_NAMED = 5


@contextmanager
def collect_changes(path: Path | None, *, correct: bool, outlet: Path) -> Iterator[Changes]:
    """Yield a collector of changes; with a path, it lists them in a file that appears when the block ends well."""
    if path is None:
        yield Changes(correct=correct)
        return
    with replacing(path, outlet=outlet) as made, made.open("w", encoding="utf-8", newline="") as out:
        yield Changes(correct=correct, writer=csv.writer(out))
        out.flush()


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = str(value)
    return shown(text, "instant") if len(text) == 25 and text[10] == "T" else text


def list_changes(loader: "Loader", row: Row) -> Iterator[Change]:
    """Yield the values of a record that differ from the outlet's file, or that the file lacks.

    Values that the record does not have are no changes.
    """
    for noun, _ in row.parts:
        yield from changes_of(loader, row, noun)


def changes_of(loader: "Loader", row: Row, noun: str) -> Iterator[Change]:
    """Yield the changes of one noun of a record. Values that the outlet's file lacks are added by update.py."""
    facts = dict(row.parts)[noun]
    noun_id = find_other(loader, noun, facts)
    if noun_id is None:
        return
    if isinstance(facts, CustomerRow):
        yield from _of_customer(loader, noun_id, facts)
    elif isinstance(facts, ApplianceRow):
        yield from _of_appliance(loader, noun_id, facts, row.customer_id or None)
    else:
        yield from _of_ticket(loader, noun_id, row)


def _differing(old: Any, new: Any, field: str) -> bool:
    return new is not None and (old is None or not is_same(field, old, new))


def _of_customer(loader: "Loader", customer_id: int, facts: CustomerRow) -> Iterator[Change]:
    db, stamp = loader.db, loader.stamp
    row = db.rows("SELECT name, address, area FROM customer WHERE id = :id", id=customer_id)[0]
    for field in ("name", "address", "area"):
        new = getattr(facts, field)
        if _differing(row[field], new, field):
            yield Change("customer", customer_id, facts.ref, field, row[field], new,
                         _writing(loader, "customer", customer_id, field, new))  # fmt: skip
    yield from _of_phones(loader, customer_id, facts)
    tier = db.value(_NEWEST_TIER, id=customer_id)
    if facts.tier and facts.tier != (tier or Tier.ORDINARY):
        today = loader.now.date().isoformat()
        yield Change("customer", customer_id, facts.ref, "tier", tier, facts.tier, lambda: db.insert(
            "tier", stamp, customer_id=customer_id, tier=facts.tier, from_on=today))  # fmt: skip


def _of_phones(loader: "Loader", customer_id: int, facts: CustomerRow) -> Iterator[Change]:
    db, stamp = loader.db, loader.stamp
    standing = db.rows(_STANDING_PHONES, id=customer_id)
    lines = {(phone["digits"], phone["extension"]) for phone in standing}
    if facts.phones and not lines & {phone[1:] for phone in facts.phones}:

        def exchange() -> None:
            for phone in standing:
                db.run(_VOID_PHONE, at=stamp.recorded_at, actor=stamp.actor, id=phone["id"])
            for number, digits, extension in facts.phones:
                db.insert("phone", stamp, customer_id=customer_id, number=number, digits=digits, extension=extension)

        old, new = (", ".join(numbers) for numbers in ([one["number"] for one in standing],
                                                       [one[0] for one in facts.phones]))  # fmt: skip
        yield Change("customer", customer_id, facts.ref, "phone", old or None, new, exchange)


def _writing(loader: "Loader", noun: str, noun_id: int, field: str, new: Any) -> Callable[[], object]:
    return lambda: write_changes(loader.db, loader.stamp, noun, noun_id, {field: new})


def _of_appliance(loader: "Loader", appliance_id: int, facts: ApplianceRow, owner_id: int | None) -> Iterator[Change]:
    row = appliances.get_appliance(loader.db, appliance_id)
    assert facts.category is not None
    said: dict[str, dict[str, Any]] = {
        "category": {"category": loader.names.meant_category(facts.category)},
        "brand": {"brand": facts.brand},
        "model": {"model": facts.model},
        "serial": {"serial": facts.serial},
        "bought": {"bought_on": facts.bought[0], "bought_precision": facts.bought[1]},
        "installed": {"installed_on": facts.installed[0], "installed_precision": facts.installed[1]},
    }
    if facts.sale:
        said |= {name: {name: value} for name, value in zip(SALE_COLUMNS, facts.sale, strict=True)}
    for field, values in said.items():
        column, new = next(iter(values.items()))
        if _differing(row[column], new, field):
            yield Change("appliance", appliance_id, facts.ref, field, row[column], new,
                         _correcting(loader, appliance_id, values))  # fmt: skip
    if _differing(row["customer_id"], owner_id, "customer"):
        yield Change("appliance", appliance_id, facts.ref, "customer", f"C{row['customer_id']}", f"C{owner_id}",
                     lambda: _give_to(loader, appliance_id, owner_id))  # fmt: skip


def _give_to(loader: "Loader", appliance_id: int, owner_id: int | None) -> None:
    """Give an appliance to the owner that the file names, from today on: the file does not say since when."""
    assert owner_id is not None
    desk = Desk(loader.db, loader.stamp, loader.now)
    transfer_appliance(desk, appliance_id, to_id=owner_id, on=loader.now.date().isoformat())


def _correcting(loader: "Loader", appliance_id: int, values: dict[str, Any]) -> Callable[[], object]:
    def correct() -> None:
        row = dict(appliances.get_appliance(loader.db, appliance_id))
        if "category" in values:
            values["category"] = loader.names.category(values["category"])
        check_appliance(loader.db, row | values, but=appliance_id)
        write_corrections(loader.db, loader.stamp, appliance_id, values)
        if not values.keys() <= {"brand", "model", "serial"}:
            reason = "category_change" if "category" in values else "date_change"
            replan_appliance(Desk(loader.db, loader.stamp, loader.now), appliance_id, reason=reason)

    return correct


def _of_ticket(loader: "Loader", ticket_id: int, row: Row) -> Iterator[Change]:
    said = row.ticket
    assert said is not None
    job = loader.db.row(_TICKET, id=ticket_id)
    assert job is not None
    for field in ("type", "channel", "fault", "text", "area"):
        new = getattr(said, field)
        if _differing(job[field], new, field):
            yield Change("ticket", ticket_id, said.ref, field, job[field], new,
                         _retyping(loader, ticket_id, new) if field == "type"
                         else _writing(loader, "ticket", ticket_id, field, new))  # fmt: skip
    yield from _of_pointers(loader, ticket_id, said.ref, dict(job), row)
    ticket = tickets.load_ticket(loader.db, ticket_id)
    yield from _of_holder(loader, ticket, said)
    for fact in said.facts:
        known = ticket.valid(fact.kind)
        if not known or (loader.has_visits and fact.kind in OF_VISITS):
            if fact.at_unix not in {event.at_unix for event in known}:
                yield Change("ticket", ticket_id, said.ref, f"{fact.kind}_at", None, fact.at)
            continue
        # An unknown technician is added only if the change is taken.
        stranger = fact.technician if fact.technician and not loader.names.has_technician(fact.technician) else None
        event = event_of(loader, fact._replace(technician=None) if stranger else fact)
        if stranger or ticket_rules.find_repeated(ticket, event, same_at=True) is None:
            yield from _of_event(loader, ticket, said.ref, known[-1], event, stranger)


def _of_holder(loader: "Loader", ticket: Ticket, said: TicketRow) -> Iterator[Change]:
    """Yield the change of an open ticket's technician; the new one is assigned from now on."""
    who, holder = said.technician, _technician(loader, ticket.technician_id)
    if not who or not said.is_theirs or ticket.valid("completed", "cancelled") or _is_same_person(holder, who):
        return

    def assign() -> None:
        event = Event("assigned", loader.stamp.recorded_at, dates.unix(loader.now),
                      technician_id=loader.names.technician_id(who))  # fmt: skip
        tickets.insert_event(loader.db, loader.stamp, ticket.id, event)

    yield Change("ticket", ticket.id, said.ref, "technician", holder, who, assign)


def _is_same_person(one: str | None, other: str) -> bool:
    return one is not None and is_same("technician", one, other)


def _of_pointers(loader: "Loader", ticket_id: int, ref: str, job: dict[str, Any], row: Row) -> Iterator[Change]:
    """Yield the changes of a ticket's customer and appliance. One that our file lacks is named by its key."""
    for noun, facts, named in (("customer", row.customer, row.customer_id),
                               ("appliance", row.appliance, row.appliance_id)):  # fmt: skip
        old, letter = job[f"{noun}_id"], _LETTERS[noun]
        if facts is not None and not named and old is not None:
            yield Change("ticket", ticket_id, ref, noun, f"{letter}{old}", facts.ref)
        elif _differing(old, named or None, noun):
            yield Change("ticket", ticket_id, ref, noun, f"{letter}{old}", f"{letter}{named}",
                         _pointing(loader, ticket_id, noun, old, named))  # fmt: skip


def _pointing(loader: "Loader", ticket_id: int, noun: str, old: int, new: int | None) -> Callable[[], object]:
    """Return the function that corrects a ticket's appliance. A ticket keeps its customer: RefusedError."""

    def point() -> None:
        if noun == "customer":
            raise RefusedError(
                say("a ticket keeps its customer; 'customer merge C{new} C{old}' if both are the same person",
                    old=old, new=new)
            )  # fmt: skip
        edit_ticket(Desk(loader.db, loader.stamp, loader.now), ticket_id, appliance_id=new)

    return point


def _retyping(loader: "Loader", ticket_id: int, new: str) -> Callable[[], object]:
    def retype() -> None:
        ticket_rules.check_type_change(tickets.load_ticket(loader.db, ticket_id), new)
        write_changes(loader.db, loader.stamp, "ticket", ticket_id, {"type": new})

    return retype


def _of_event(
    loader: "Loader", ticket: Ticket, ref: str, old: Event, new: Event, stranger: str | None
) -> Iterator[Change]:
    """Yield the values of one event that differ. Writing the first of them corrects them all."""

    @cache
    def replace() -> None:
        desk = Desk(loader.db, loader.stamp, loader.now)
        now = tickets.load_ticket(loader.db, ticket.id)
        standing = next(event for event in now.events if event.id == old.id)
        values = {name: getattr(new, name) for name in _OF_EVENTS if getattr(new, name) is not None}
        values |= {"technician_id": loader.names.technician_id(stranger)} if stranger else {}
        fact = standing._replace(**values, at_unix=dates.unix_of(new.at))
        replace_event(desk, now, standing, fact, reason=say("the imported file says otherwise"))

    for name in _OF_EVENTS:
        before, after = getattr(old, name), getattr(new, name)
        if name == "technician_id":
            before = _technician(loader, before)
            after = stranger or _technician(loader, after)
        if after is None or before == after:
            continue
        field = f"{old.kind}_{name.removesuffix('_id')}"
        yield Change("ticket", ticket.id, ref, field, before, after, replace)


def _technician(loader: "Loader", technician_id: int | None) -> str | None:
    name: str | None = loader.db.value("SELECT name FROM technician WHERE id = :id", id=technician_id)
    return name
