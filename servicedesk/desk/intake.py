"""Opening a ticket: whose it is, which machine, what the outlet knows of it, and whether it would be a repeat."""

from datetime import datetime

from servicedesk.core import dates, words
from servicedesk.core.errors import NotFoundError, RefusedError, UsageError
from servicedesk.core.model import Event, Stamp
from servicedesk.core.rules import in_time
from servicedesk.core.table import Table
from servicedesk.core.texts import remark
from servicedesk.desk import tickets
from servicedesk.desk.database import Database, Row


def opened(
    db: Database,
    stamp: Stamp,
    *,
    now: datetime,
    at: datetime,
    type: str,
    text: str,
    appliance_id: int | None = None,
    customer_id: int | None = None,
    phone: str | None = None,
    no_appliance: bool = False,
    fault: str | None = None,
    channel: str = "hotline",
) -> Table:
    """A new ticket, reported at `at`. The notes hold the history of the machine and the warning of a repeat (K4).

    Appliance, customer or phone, or several of them where they agree. RefusedError where the customer has several
    machines and none is named.
    """
    if appliance_id is None and customer_id is None and phone is None:
        raise UsageError("nothing says whose ticket it is", hint="one of --appliance, --customer, --phone")
    problem = remark(text, "the problem")
    at_text = dates.stamp(at)
    in_time(Event("reported", at_text, dates.unix(at)), now_unix=dates.unix(now))
    with db.atomic():
        owner_id, machine = _machine(db, appliance_id, customer_id, phone, no_appliance=no_appliance)
        machine_id = machine["id"] if machine else None
        notes, repeat_of, still_open = told(db, machine_id, at, type) if machine_id else ([], None, None)
        ticket_id = tickets.begun(
            db,
            stamp,
            type=type,
            customer_id=owner_id,
            appliance_id=machine_id,
            at=at_text,
            channel=code(channel, "channel") or "hotline",
            text=problem,
            fault=code(fault, "fault"),
        )
        if still_open:
            way_out = f"ticket cancel T{ticket_id} --reason duplicate --duplicate-of T{still_open} --by outlet"
            notes.append(f"  if it is the same call: {way_out}")
        return tickets.one(db, ticket_id, now=now, notes=notes, repeat_of=repeat_of)


def code(text: str | None, what: str) -> str | None:
    """A free code in lower case: letters, digits, underscores."""
    if text is None:
        return None
    word = text.strip().lower()
    if not word or not word.replace("_", "").replace("-", "").isalnum() or len(word) > 60:
        raise UsageError(f"'{text}' is not a {what} code", hint="letters, digits and underscores, as in not_cooling")
    return word


OWNED = """
SELECT id, customer_id, category, brand, model, retired_on FROM appliance
 WHERE {key} AND retired_on IS NULL ORDER BY id
"""


def _machine(
    db: Database, appliance_id: int | None, customer_id: int | None, phone: str | None, *, no_appliance: bool
) -> tuple[int | None, Row | None]:
    """Whose ticket it is and about which machine."""
    from servicedesk.desk import customers

    if appliance_id is not None:
        if no_appliance:
            raise UsageError("--appliance and --no-appliance exclude each other")
        machine = _in_use(db, appliance_id)
        callers = (
            {customer_id} if customer_id else {c["id"] for c in customers.all_by_phone(db, phone)} if phone else set()
        )
        if callers and machine["customer_id"] not in callers:
            raise RefusedError(
                f"A{appliance_id} does not belong to the caller but to C{machine['customer_id']}",
                hint=f"ticket open --appliance A{appliance_id} without the caller, or 'appliance transfer' first",
            )
        return machine["customer_id"], machine
    owner = customers.get(db, customer_id) if customer_id is not None else customers.by_phone(db, phone or "")
    machines = [] if no_appliance else db.rows(OWNED.format(key="customer_id = :id"), id=owner["id"])
    if len(machines) > 1:
        listed = "; ".join(f"A{m['id']} {_name(m)}" for m in machines)
        raise RefusedError(
            f"C{owner['id']} has {len(machines)} appliances: {listed}",
            hint="add the one it is about, as in --appliance A1, or --no-appliance",
        )
    return owner["id"], machines[0] if machines else None


def _in_use(db: Database, appliance_id: int) -> Row:
    machine = db.row("SELECT * FROM appliance WHERE id = :id", id=appliance_id)
    if machine is None:
        raise NotFoundError(f"there is no appliance A{appliance_id}", hint="'appliance find' searches")
    if machine["retired_on"]:
        raise RefusedError(
            f"A{appliance_id} was retired {machine['retired_on']} ({machine['retire_reason']})",
            hint=f"'appliance retire A{appliance_id} --undo' if it is in use after all",
        )
    return machine


def _name(machine: Row) -> str:
    return words.machine(machine["category"], machine["brand"], machine["model"])


# What happened to a machine before an instant: newest first.
BEFORE = """
SELECT t.id, t.type, t.fault, t.text, r.at AS reported_at, done.at AS completed_at, done.at_unix AS completed_unix,
       done.outcome, t.ended_at, k.name AS technician
  FROM ticket t
  JOIN event r ON r.ticket_id = t.id AND r.kind = 'reported' AND r.voided_at IS NULL
  LEFT JOIN event done ON done.ticket_id = t.id AND done.kind = 'completed' AND done.voided_at IS NULL
  LEFT JOIN technician k ON k.id = done.technician_id
 WHERE t.appliance_id = :appliance_id AND r.at_unix <= :at_unix
 ORDER BY r.at_unix DESC, t.id DESC
"""


def told(db: Database, appliance_id: int, at: datetime, type: str) -> tuple[list[str], int | None, int | None]:
    """What the desk should hear of a machine before its next ticket, the repair that this report would repeat (K4),
    and a ticket of it that is still open."""
    machine = db.row("SELECT * FROM appliance WHERE id = :id", id=appliance_id)
    assert machine is not None
    before = db.rows(BEFORE, appliance_id=appliance_id, at_unix=dates.unix(at))
    notes = []
    if before:
        notes.append(f"A{appliance_id} {_name(machine)}: {len(before)} earlier ticket{'s' * (len(before) > 1)}")
        notes += [f"  {_line(row)}" for row in before[:3]]
    still_open = [row["id"] for row in before if row["ended_at"] is None]
    if still_open:
        several = "are" if len(still_open) > 1 else "is"
        notes.append(f"warning: {', '.join(f'T{key}' for key in still_open)} of this machine {several} still open")
    repeat_of = _repeat_of(before, at) if type == "repair" else None
    if repeat_of:
        days = (at.date() - datetime.fromisoformat(repeat_of["completed_at"]).date()).days
        who = f" by {repeat_of['technician']}" if repeat_of["technician"] else ""
        notes.append(
            f"warning: a repeat within 30 days: T{repeat_of['id']} was completed {days} days ago{who}"
            f" ({repeat_of['outcome']})"
        )
    return notes, repeat_of["id"] if repeat_of else None, still_open[0] if still_open else None


def _line(row: Row) -> str:
    what = row["fault"] or row["text"] or ""
    end = f"{row['outcome']} {row['completed_at'][:10]}" if row["completed_at"] else "cancelled"
    if row["ended_at"] is None:
        end = "open"
    return f"T{row['id']} {row['type']} {row['reported_at'][:10]} {what[:40]}: {end}"


def _repeat_of(before: list[Row], at: datetime) -> Row | None:
    """The last completed repair of the cohort of K4 whose thirty days hold this report."""
    for row in before:
        if row["type"] != "repair" or not row["completed_at"] or row["completed_unix"] >= dates.unix(at):
            continue
        if row["outcome"] in {"exchanged", "not_repairable", "resolved_remotely"}:
            continue
        if (at.date() - datetime.fromisoformat(row["completed_at"]).date()).days <= 30:
            return row
    return None
