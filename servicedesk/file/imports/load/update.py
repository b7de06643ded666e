"""`import --update`: add what is missing in known customers, appliances and tickets. Nothing is overwritten."""

from typing import TYPE_CHECKING

from servicedesk.base import dates, sameness
from servicedesk.base.errors import RefusedError
from servicedesk.desk.appliances.register import check_appliance, replan_appliance, write_corrections
from servicedesk.domain import ticket_rules
from servicedesk.domain.customer_codes import Tier
from servicedesk.domain.ticket import Event
from servicedesk.file.imports.maps.row_values import SALE_COLUMNS, ApplianceRow, CustomerRow, Fact, Row, TicketRow
from servicedesk.records import appliances, tickets
from servicedesk.storage.changes import write_changes

if TYPE_CHECKING:
    from servicedesk.file.imports.load.loader import Loader
    from servicedesk.storage.database import Row as Stored
from servicedesk.storage.desk import Desk

OF_VISITS = ("arrived", "waiting", "resumed")
Values = dict[str, str | int | None]


def complete_record(loader: "Loader", row: Row, *, only_new: bool = False) -> bool:
    """Add the values of a row that the outlet's file lacks; return whether there were any. In a transaction.

    If nothing contradicts the row afterwards, its digest is stored, so that the next import takes it as known.
    `only_new`: add only to customers and appliances that this import itself brought in.
    """
    added = False
    for noun, facts in row.parts:
        noun_id = find_other(loader, noun, facts)
        if noun_id is None or (only_new and (noun == "ticket" or noun_id < loader.first_ids[noun])):
            continue
        if isinstance(facts, CustomerRow):
            added |= _fill_customer(loader, noun_id, facts)
        elif isinstance(facts, ApplianceRow):
            added |= _fill_appliance(loader, noun_id, facts, row.customer_id)
        else:
            added |= _fill_ticket(loader, noun_id, row)
    return added


def find_other(loader: "Loader", noun: str, facts: CustomerRow | ApplianceRow | TicketRow) -> int | None:
    """Return the id of the record with that key if the row says other things of it than the file, else None."""
    found = loader.id_and_digest(noun, facts.ref)
    return found[0] if found and facts.digest not in {None, found[1]} else None


def _gaps(row: "Stored", values: Values) -> tuple[Values, bool]:
    """Return the values that the stored row lacks, and whether any other value contradicts it."""
    missing: Values = {field: value for field, value in values.items() if value is not None and row[field] is None}
    return missing, any(
        row[field] is not None and not is_same(field, row[field], value) for field, value in values.items()
    )


def is_same(field: str, old: object, new: object) -> bool:
    """Return whether two values are the same except for their spelling."""
    if not isinstance(old, str) or not isinstance(new, str):
        return old == new
    folded = sameness.folded_serial if field == "serial" else sameness.folded_name
    return old == new or folded(old) == folded(new)


def _fill_customer(loader: "Loader", customer_id: int, facts: CustomerRow) -> bool:
    db, stamp = loader.db, loader.stamp
    row = db.rows("SELECT name, address, area FROM customer WHERE id = :id", id=customer_id)[0]
    missing, contradicts = _gaps(row, {"name": facts.name, "address": facts.address, "area": facts.area})
    added = bool(missing and write_changes(db, stamp, "customer", customer_id, missing))
    standing = "SELECT digits, extension FROM phone WHERE customer_id = :id AND voided_at IS NULL"
    phones = {tuple(row) for row in db.rows(standing, id=customer_id)}
    if not phones:
        for number, digits, extension in facts.phones:
            db.insert("phone", stamp, customer_id=customer_id, number=number, digits=digits, extension=extension)
            added = True
    elif not phones & {phone[1:] for phone in facts.phones}:
        contradicts = True
    newest = "SELECT tier FROM tier WHERE customer_id = :id AND voided_at IS NULL ORDER BY from_on DESC, id DESC"
    tier = db.value(newest, id=customer_id)
    if facts.tier and facts.tier != Tier.ORDINARY and tier is None:
        db.insert("tier", stamp, customer_id=customer_id, tier=facts.tier, from_on=loader.now.date().isoformat())
        added = True
    elif (tier or Tier.ORDINARY) != (facts.tier or Tier.ORDINARY):
        contradicts = True
    return _keep_digest(loader, "customer", customer_id, facts, added=added, contradicts=contradicts)


def _fill_appliance(loader: "Loader", appliance_id: int, facts: ApplianceRow, owner_id: int) -> bool:
    db, stamp = loader.db, loader.stamp
    row = appliances.get_appliance(db, appliance_id)
    assert facts.category is not None
    category = loader.names.meant_category(facts.category)
    values: Values = {"category": category, "brand": facts.brand, "model": facts.model, "serial": facts.serial}
    missing, contradicts = _gaps(row, values)
    for field, (first_on, precision) in (("bought", facts.bought), ("installed", facts.installed)):
        if row[f"{field}_on"] is None and first_on is not None:
            missing |= {f"{field}_on": first_on, f"{field}_precision": precision}
        contradicts |= row[f"{field}_on"] is not None and row[f"{field}_on"] != first_on
    if facts.sale:
        said_of_sale, differs = _gaps(row, dict(zip(SALE_COLUMNS, facts.sale, strict=True)))
        missing, contradicts = missing | said_of_sale, contradicts or differs
    contradicts |= row["customer_id"] != (owner_id or None)
    try:
        check_appliance(db, dict(row) | missing, but=appliance_id)
    except RefusedError:  # a serial that is taken, days that cannot be
        missing, contradicts = {}, True
    added = bool(missing and write_corrections(db, stamp, appliance_id, missing))
    if added and {"bought_on", "installed_on"} & set(missing):
        replan_appliance(Desk(db, stamp, loader.now), appliance_id, reason="date_change")
    return _keep_digest(loader, "appliance", appliance_id, facts, added=added, contradicts=contradicts)


def _fill_ticket(loader: "Loader", ticket_id: int, row: Row) -> bool:
    """Add the events that the ticket lacks, in the order in which they happened; return whether there were any."""
    assert row.ticket is not None
    added = _fill_words(loader, ticket_id, row.ticket)
    contradicts = _is_other_job(loader, ticket_id, row)
    for fact in row.ticket.facts:
        ticket = tickets.load_ticket(loader.db, ticket_id)
        is_stranger = fact.technician is not None and not loader.names.has_technician(fact.technician)
        if ticket.valid(fact.kind):
            is_known = not is_stranger and ticket_rules.find_repeated(ticket, event_of(loader, fact), same_at=True)
            if is_known or not (loader.has_visits and fact.kind in OF_VISITS):
                contradicts |= not is_known
                continue
        event = event_of(loader, fact)
        try:
            ticket_rules.check_event(ticket, event, now_unix=dates.unix(loader.now))
        except RefusedError:
            contradicts = True
            continue
        tickets.insert_event(loader.db, loader.stamp, ticket_id, event)
        added = True
    if row.ticket.is_theirs:
        ticket, who = tickets.load_ticket(loader.db, ticket_id), loader.names.technician_id(str(row.ticket.technician))
        holder = ticket.last("assigned")
        contradicts |= holder is not None and holder.technician_id != who
        if holder is None and not ticket.valid("completed", "cancelled"):
            event = Event("assigned", loader.stamp.recorded_at, dates.unix(loader.now), technician_id=who)
            tickets.insert_event(loader.db, loader.stamp, ticket_id, event)
            added = True
    return _keep_digest(loader, "ticket", ticket_id, row.ticket, added=added, contradicts=contradicts)


def _fill_words(loader: "Loader", ticket_id: int, said: TicketRow) -> bool:
    """Fill in fault, text and area if the ticket lacks them; return whether there was anything."""
    row = loader.db.rows("SELECT fault, text, area FROM ticket WHERE id = :id", id=ticket_id)[0]
    missing, _ = _gaps(row, {"fault": said.fault, "text": said.text, "area": said.area})
    return bool(missing and write_changes(loader.db, loader.stamp, "ticket", ticket_id, missing))


def _is_other_job(loader: "Loader", ticket_id: int, row: Row) -> bool:
    """Return whether the row says anything else of the job itself: type, words, area, customer or appliance."""
    job = loader.db.row(
        "SELECT type, channel, fault, text, area, customer_id, appliance_id FROM ticket WHERE id = :id", id=ticket_id
    )
    said = row.ticket
    assert job is not None
    assert said is not None
    pointed = (row.customer_id or None, row.appliance_id or None)
    return tuple(job) != (said.type, said.channel, said.fault, said.text, said.area, *pointed)


def event_of(loader: "Loader", fact: Fact) -> Event:
    """Return an imported fact as an event. An unknown technician is added."""
    return Event(
        fact.kind,
        fact.at,
        fact.at_unix,
        technician_id=loader.names.technician_id(fact.technician) if fact.technician else None,
        no_access=fact.no_access,
        outcome=fact.outcome,
        reason=fact.reason,
        cancelled_by=fact.cancelled_by,
        cause=fact.cause,
        window_from=fact.window_from,
        window_to=fact.window_to,
        asked_by=fact.asked_by,
        note=fact.note,
        found=fact.found,
        found_cause=fact.found_cause,
        score=fact.score,
        satisfied=fact.satisfied,
    )


def _keep_digest(
    loader: "Loader",
    noun: str,
    noun_id: int,
    facts: CustomerRow | ApplianceRow | TicketRow,
    *,
    added: bool,
    contradicts: bool,
) -> bool:
    if added and not contradicts:
        keep_digest(loader, noun, noun_id, facts)
    return added


def keep_digest(loader: "Loader", noun: str, noun_id: int, facts: CustomerRow | ApplianceRow | TicketRow) -> None:
    """Store the digest of a row, so that the next import takes the row as known. Call inside a transaction."""
    sql = f"UPDATE {noun} SET digest = :digest WHERE source = :source AND ref = :ref AND voided_at IS NULL"
    loader.db.run(sql, digest=facts.digest, source=loader.source, ref=facts.ref)
    loader.remember(noun, facts.ref, noun_id, facts.digest)
