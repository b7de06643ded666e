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

    Exactly one of appliance, customer, phone. RefusedError where the customer has several machines and none is named.
    """
    if [appliance_id, customer_id, phone].count(None) != 2:
        raise UsageError("exactly one names whose ticket it is", hint="--appliance, --customer or --phone")
    problem = remark(text, "the problem")
    at_text = dates.stamp(at)
    in_time(Event("reported", at_text, dates.unix(at)), now_unix=dates.unix(now))
    with db.atomic():
        owner_id, machine = _machine(db, appliance_id, customer_id, phone, no_appliance=no_appliance)
        machine_id = machine["id"] if machine else None
        notes, repeat_of = _known(db, machine, at, type) if machine else ([], None)
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
    if appliance_id is not None:
        if no_appliance:
            raise UsageError("--appliance and --no-appliance exclude each other")
        machine = db.row("SELECT * FROM appliance WHERE id = :id", id=appliance_id)
        if machine is None:
            raise NotFoundError(f"there is no appliance A{appliance_id}", hint="'appliance find' searches")
        if machine["retired_on"]:
            raise RefusedError(
                f"A{appliance_id} was retired {machine['retired_on']} ({machine['retire_reason']})",
                hint=f"'appliance retire A{appliance_id} --undo' if it is in use after all",
            )
        return machine["customer_id"], machine
    from servicedesk.desk import customers

    owner = customers.by_phone(db, phone) if phone is not None else customers.get(db, customer_id or 0)
    machines = [] if no_appliance else db.rows(OWNED.format(key="customer_id = :id"), id=owner["id"])
    if len(machines) > 1:
        listed = "; ".join(f"A{m['id']} {_name(m)}" for m in machines)
        raise RefusedError(
            f"C{owner['id']} has {len(machines)} appliances: {listed}",
            hint="name one with --appliance, or --no-appliance",
        )
    return owner["id"], machines[0] if machines else None


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


def _known(db: Database, machine: Row, at: datetime, type: str) -> tuple[list[str], int | None]:
    """The machine's history in a few lines, and the repair that this report would be a repeat of (K4)."""
    before = db.rows(BEFORE, appliance_id=machine["id"], at_unix=dates.unix(at))
    notes = []
    if before:
        notes.append(f"A{machine['id']} {_name(machine)}: {len(before)} earlier ticket{'s' * (len(before) > 1)}")
        notes += [f"  {_line(row)}" for row in before[:3]]
    still_open = [f"T{row['id']}" for row in before if row["ended_at"] is None]
    if still_open:
        notes.append(f"warning: {', '.join(still_open)} of this machine is still open")
    repeat_of = _repeat_of(before, at) if type == "repair" else None
    if repeat_of:
        days = (at.date() - datetime.fromisoformat(repeat_of["completed_at"]).date()).days
        who = f" by {repeat_of['technician']}" if repeat_of["technician"] else ""
        notes.append(
            f"warning: a repeat within 30 days: T{repeat_of['id']} was completed {days} days ago{who}"
            f" ({repeat_of['outcome']})"
        )
    return notes, repeat_of["id"] if repeat_of else None


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
