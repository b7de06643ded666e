"""Complaints: open, find, show and list them (S52, S53, K10). Their later steps are in complaint_steps.py."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError, RefusedError, UsageError
from servicedesk.base.messages import coded, in_words, joined, say
from servicedesk.base.table import ABSENT, Column, Result, Table, columns, nothing_changed, record, shown
from servicedesk.base.text import free_text, one_line
from servicedesk.domain.aftercare import rules as aftercare_rules
from servicedesk.domain.aftercare.rules import Complaint, Matter, Severity, Step
from servicedesk.domain.ticket import Event, Ticket
from servicedesk.records import codes, customers, notes, tickets
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk
from servicedesk.storage.undone import void_label

# Keys of every answer about complaints, in this order.
_KEYS = ("kind-", "severity-", "external_body-", "text-", "received_at-", "status-", "acknowledged_at-", "closed_at-",
         "upheld-", "remedy-", "cause-", "measure-", "measure_by-", "measure_done_at-", "evidence-")  # fmt: skip
COLUMNS = columns(
    "id:K=complaint", "customer_id-", "ticket_id:T=ticket", "about:words", *_KEYS, "sort+=kind", "who+=customer",
    "weight+=severity", "body+=came through", "problem+", "received:instant+", "state+=status", "acknowledged:instant+",
    "amends+=recovered", "closed+", "cure+=remedy", "why+=cause", "steps+=measure", "paper+=evidence",
    "recoveries:nested",
)  # fmt: skip
_LIST_COLUMNS = columns(
    "id:K=complaint", "customer_id-", "ticket_id:T=ticket", "about-", *_KEYS, "matter+=about", "day:date+=since",
    "who:name+=customer", "verdict:code+=status", "problem:brief+",
)  # fmt: skip
_IN_TICKET = columns(
    "id:K=complaint", "customer_id-", "about-", *_KEYS, "matter+=about", "received:instant+", "verdict:words+=status",
    "problem+", "voided_at-", "void_reason-",
)  # fmt: skip


class NewComplaint(NamedTuple):
    """A complaint to open. It names a customer, a phone or a ticket; several of them must agree."""

    about: str
    kind: str = Matter.COMPLAINT
    severity: str = Severity.NORMAL
    customer_id: int | None = None
    ticket_id: int | None = None
    phone: str | None = None
    external_body: str | None = None
    text: str | None = None
    evidence: str | None = None  # the path of a file: its path and SHA-256 are stored, as for the file of a note
    new_code: bool = False  # `about` may be a new code


def open_complaint(desk: Desk, wanted: NewComplaint, *, at: datetime | None) -> Result:
    """Open a complaint of the customer that `wanted` names, directly or by phone or ticket, received at `at`.

    The same complaint again changes nothing while the first one is open. RefusedError if `about` is an unknown code.
    """
    if wanted.customer_id is None and wanted.ticket_id is None and wanted.phone is None:
        raise UsageError(say("the complaint names no customer"), hint=say("one of --customer, --ticket, --phone"))
    fact = Event("complained", dates.stamp(at or desk.now), dates.unix(at or desk.now))
    values = _complaint_columns(desk.db, wanted)
    with desk.db.atomic():
        ticket = tickets.load_ticket(desk.db, wanted.ticket_id) if wanted.ticket_id is not None else None
        values["customer_id"] = _find_complainer(desk.db, ticket, wanted.customer_id, wanted.phone)
        same_id = desk.db.value(SAME, **values, at_unix=fact.at_unix if at else None)
        if same_id:
            return complaint_result(desk, same_id, changed=False)
        aftercare_rules.check_complaint(ticket, fact, now_unix=dates.unix(desk.now))
        still_open = [
            say("K{id} of C{customer_id} ({about}, {received_at}) is still open", id=row["id"],
                customer_id=row["customer_id"], about=coded(row["about"]), received_at=row["received_at"][:10])
            for row in desk.db.rows(OPEN_OF_CUSTOMER, id=values["customer_id"])
        ]  # fmt: skip
        return complaint_result(desk, desk.db.insert("complaint", desk.stamp, **values, at=fact.at), still_open)


def _complaint_columns(db: Database, wanted: NewComplaint) -> dict[str, Any]:
    """Return the columns of the complaint, without its customer and its time."""
    body, text = wanted.external_body, wanted.text
    no_file: dict[str, str | None] = dict.fromkeys(notes.ATTACHMENT)
    return {
        "ticket_id": wanted.ticket_id,
        "kind": wanted.kind,
        "about": codes.check_code(db, "complaint", wanted.about, new=wanted.new_code),
        "severity": wanted.severity,
        "external_body": one_line(body, say("the external body")) if body is not None else None,
        "text": free_text(text, say("the complaint")) if text is not None else None,
        **(notes.read_attachment(db, wanted.evidence) if wanted.evidence is not None else no_file),
    }


def complaint_result(desk: Desk, complaint_id: int, notes: Iterable[str] = (), *, changed: bool = True) -> Result:
    """Return the current state of the complaint, with the notes."""
    said = [*notes] if changed else [nothing_changed(f"K{complaint_id}")]
    return Result(complaint_table(desk.db, complaint_id, now=desk.now), said, changed)


# Praise needs no closing, so it is never open.
OPEN_OF_CUSTOMER = """
SELECT * FROM complaint_now
 WHERE customer_id = :id AND voided_at IS NULL AND closed_at IS NULL AND kind <> 'praise'
 ORDER BY at_unix, id
"""

SAME = """
SELECT k.id FROM complaint k
 WHERE k.customer_id = :customer_id AND k.ticket_id IS :ticket_id AND k.kind = :kind
   AND k.about = :about AND k.severity = :severity AND k.external_body IS :external_body AND k.text IS :text
   AND k.file IS :file AND k.file_sha256 IS :file_sha256
   AND k.voided_at IS NULL
   AND CASE WHEN :at_unix IS NOT NULL THEN k.at_unix = :at_unix
            ELSE NOT EXISTS (SELECT 1 FROM complaint_step z
                              WHERE z.complaint_id = k.id AND z.kind = 'closed' AND z.voided_at IS NULL) END
 ORDER BY k.id DESC
 LIMIT 1
"""


def _find_complainer(db: Database, ticket: Ticket | None, customer_id: int | None, phone: str | None) -> int:
    """Return the id of the customer who complains. RefusedError if ticket and caller do not belong together."""
    owner_id = ticket.customer_id if ticket else None
    caller_id = customers.find_caller(db, customer_id, phone, owner_id=owner_id)
    if ticket and owner_id is not None and caller_id not in {None, owner_id}:
        raise RefusedError(
            say(
                "T{id} belongs to C{owner_id}, not to C{caller_id}, who complains",
                id=ticket.id,
                owner_id=owner_id,
                caller_id=caller_id,
            ),
            hint=say("leave the caller out, or leave the ticket out"),
        )
    who = caller_id if caller_id is not None else owner_id
    if who is None:
        assert ticket is not None
        raise RefusedError(
            say("T{id} has no customer", id=ticket.id), hint=say("name the customer: --customer or --phone")
        )
    return who


STEPS = """
SELECT row_number() OVER (ORDER BY id) AS number, id, kind, at, at_unix, upheld, text, cause, measure, measure_by,
       recorded_at, recorded_unix, actor, origin, voided_at, voided_by, void_reason
  FROM complaint_step
 WHERE complaint_id = :id
 ORDER BY id
"""


RECOVERIES = """
SELECT text, at FROM complaint_step WHERE complaint_id = :id AND kind = 'recovered' AND voided_at IS NULL
 ORDER BY at_unix, id
"""


def load_complaint(db: Database, complaint_id: int) -> Complaint:
    """Return the complaint with its steps, as the rules read it. NotFoundError if there is none."""
    row = _get_row(db, complaint_id)
    steps = db.rows(STEPS, id=complaint_id)
    return Complaint(
        row["id"],
        row["received_at"],
        row["at_unix"],
        row["recorded_unix"],
        row["voided_at"],
        row["void_reason"],
        tuple(Step(**{name: step[name] for name in Step._fields}) for step in steps),
        row["kind"],
    )


def load_standing_complaint(db: Database, complaint_id: int) -> Complaint:
    """Return a complaint that is not voided. NotFoundError if there is none; RefusedError if it was voided."""
    complaint = load_complaint(db, complaint_id)
    aftercare_rules.check_standing(complaint)
    return complaint


def _get_row(db: Database, complaint_id: int) -> Row:
    row = db.row("SELECT * FROM complaint_now WHERE id = :id", id=complaint_id)
    if row is None:
        raise NotFoundError(
            say("there is no complaint K{complaint_id}", complaint_id=complaint_id),
            hint=say("'complaint list --all' shows them all"),
        )
    return row


def complaint_table(db: Database, complaint_id: int, *, now: datetime) -> Table:
    """Return the complaint as one object."""
    complaint_id = undone.fact_id(db, "complaint", complaint_id)
    row = _values(_get_row(db, complaint_id), now)
    done = [{"action": step["text"], "at": step["at"]} for step in db.rows(RECOVERIES, id=complaint_id)]
    row["recoveries"] = done or ABSENT
    row["amends"] = [
        say("{action} {at}", action=in_words(step["action"]), at=shown(step["at"], "instant")) for step in done
    ]
    return record(COLUMNS, [row[column.key] for column in COLUMNS])


def _values(row: Row, now: datetime) -> dict[str, Any]:
    """Return the columns for programs, and the same in words for people, who do not see the usual values."""
    upheld = None if row["upheld"] is None else bool(row["upheld"])
    verdict = None if upheld is None else say("upheld") if upheld else say("not upheld")
    sort, weight = _sort_and_weight(row)
    voided = say("[voided: {reason}]", reason=void_label(row["void_reason"])) if row["voided_at"] else None
    return dict(row) | {
        "upheld": upheld,
        "who": f"C{row['customer_id']} {row['customer']}",
        "sort": sort,
        "weight": weight,
        "body": row["external_body"],
        "problem": row["text"],
        "received": row["received_at"],
        "day": row["received_at"][5:10] if row["received_at"][:4] == f"{now.year}" else row["received_at"][:10],
        "matter": matter_text(row),
        "state": voided or coded(row["status"]),
        "verdict": voided or verdict or coded(row["status"]),
        "acknowledged": row["acknowledged_at"],
        "closed": say("{at}, {verdict}", at=shown(row["closed_at"], "instant"), verdict=verdict) if verdict else None,
        "cure": row["remedy"],
        "why": in_words(row["cause"]) if row["cause"] else None,
        "steps": measure_text(row),
        "paper": row["evidence"],
    }


def measure_text(row: Row) -> str | None:
    """Return the measure in words, with its due day or that it is done; None if the complaint names no measure."""
    if row["measure"] is None:
        return None
    state = say("open")
    if row["measure_done_at"]:
        state = say("done {day}", day=row["measure_done_at"][:10])
    elif row["measure_by"]:
        state = say("by {day}", day=row["measure_by"])
    return say("{measure} ({state})", measure=coded(row["measure"]), state=state)


def _sort_and_weight(row: Row) -> tuple[str | None, str | None]:
    sort = coded(row["kind"]) if row["kind"] != Matter.COMPLAINT else None
    return sort, coded(row["severity"]) if row["severity"] != "normal" else None


def matter_text(row: Row) -> str:
    """Return what a complaint is about, for people: `lateness, high`."""
    sort, weight = _sort_and_weight(row)
    return joined(", ", (part for part in (sort, in_words(row["about"]), weight) if part))


_STEP_COLUMNS = columns(
    "number:count=no", "id-", "kind=step", "at:instant", "what+=", "actor:name=by", "upheld-", "text-", "recorded_at-",
    "origin-", "voided_at-", "voided_by-", "void_reason-",
)  # fmt: skip


def get_complaint_page(db: Database, complaint_id: int, *, now: datetime) -> Table:
    """Return the complaint with its payments and steps, voided ones too: numbered as recorded, sorted by time."""
    complaint_id = undone.fact_id(db, "complaint", complaint_id)
    rows = []
    for step in sorted(db.rows(STEPS, id=complaint_id), key=itemgetter("at_unix", "id")):
        verdict = None if step["upheld"] is None else say("upheld") if step["upheld"] else say("not upheld")
        voided = say("[voided: {reason}]", reason=void_label(step["void_reason"])) if step["voided_at"] else None
        text = in_words(step["text"]) if step["kind"] == "recovered" else step["text"]
        why = say("cause: {cause}", cause=in_words(step["cause"])) if step["cause"] else None
        what = joined(", ", (part for part in (verdict, why, text, voided) if part))
        values = dict(step) | {"what": what, "upheld": None if step["upheld"] is None else bool(step["upheld"])}
        rows.append([values[column.key] for column in _STEP_COLUMNS])
    from servicedesk.records.money import compensation

    sections = (("steps", Table(_STEP_COLUMNS, rows)), ("payments", compensation.list_of_complaint(db, complaint_id)))
    return complaint_table(db, complaint_id, now=now)._replace(sections=sections)


COMPLAINT_LIST = """
SELECT * FROM complaint_now
 WHERE voided_at IS NULL AND (:every OR closed_at IS NULL AND kind <> 'praise')
   AND (:kind IS NULL OR kind = :kind)
   AND (:customer_id IS NULL OR customer_id = :customer_id) AND (:ticket_id IS NULL OR ticket_id = :ticket_id)
 ORDER BY at_unix, id
"""


def find_complaints(
    db: Database,
    *,
    every: bool = False,
    kind: str | None = None,
    customer_id: int | None = None,
    ticket_id: int | None = None,
) -> list[Row]:
    """Return complaints that are neither closed nor voided, the oldest first; `every`: closed ones too.

    With the `kind` praise, return all of it, as praise needs no closing.
    """
    if customer_id is not None:
        customer_id = customers.get_customer(db, customer_id)["id"]
    if ticket_id is not None:
        tickets.load_ticket(db, ticket_id)
    every = every or kind == Matter.PRAISE
    return db.rows(COMPLAINT_LIST, every=every, kind=kind, customer_id=customer_id, ticket_id=ticket_id)


def list_unacknowledged(db: Database, *, when: Callable[[str | None], str | None]) -> list[dict[str, Any]]:
    """Return complaints and disputes for the morning page that nobody has acknowledged to the customer yet."""
    return [
        {
            "ref": f"K{row['id']}",
            "ticket_id": row["ticket_id"],
            "customer_id": row["customer_id"],
            "customer": row["customer"],
            "since_at": row["received_at"],
            "reason": row["about"],
            "text": row["text"],
            "when": when(row["received_at"]),
            "what": joined(": ", [part for part in (matter_text(row), row["text"]) if part]),
        }
        for row in find_complaints(db)
        if row["status"] == "open" and row["kind"] in {Matter.COMPLAINT, Matter.DISPUTE}
    ]


def list_complaints(db: Database, *, now: datetime, **wanted: Any) -> Table:
    """Return the complaints of `find_complaints` as a table."""
    return _table(_LIST_COLUMNS, find_complaints(db, **wanted), now)


def list_of_ticket(db: Database, ticket_id: int, *, now: datetime) -> Table:
    """Return all complaints about a ticket, voided ones too, the oldest first."""
    sql = "SELECT * FROM complaint_now WHERE ticket_id = :id ORDER BY at_unix, id"
    return _table(_IN_TICKET, db.rows(sql, id=ticket_id), now)


def list_open_of_customer(db: Database, customer_id: int) -> list[dict[str, Any]]:
    """Return the main columns of the customer's open complaints, the oldest first."""
    keys = ("id", "ticket_id", "kind", "about", "severity", "received_at", "status")
    return [{key: row[key] for key in keys} for row in db.rows(OPEN_OF_CUSTOMER, id=customer_id)]


_CLOSED = columns("id:K=complaint", "customer_id-", "ticket_id:T=ticket", "about-", *_KEYS, "matter+=about",
                  "day:date+=received", "verdict:words+=status", "cure+=remedy")  # fmt: skip


CLOSED = """
SELECT * FROM complaint_now
 WHERE customer_id = :id AND voided_at IS NULL AND (closed_at IS NOT NULL OR kind = 'praise')
 ORDER BY at_unix DESC, id DESC
 LIMIT 5
"""


def list_closed_complaints(db: Database, customer_id: int, *, now: datetime) -> Table:
    """Return the customer's last five closed complaints and praises, the newest first."""
    return _table(_CLOSED, db.rows(CLOSED, id=customer_id), now)


def _table(fields: tuple[Column, ...], rows: Sequence[Row], now: datetime) -> Table:
    found = [_values(row, now) for row in rows]
    return Table(fields, [[row[column.key] for column in fields] for row in found])
