"""Steps of a complaint after its receipt: acknowledge it, record a recovery, close it, void it or a step (S52, S53)."""

from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import say
from servicedesk.base.money import amount_text
from servicedesk.base.table import Result, nothing_changed
from servicedesk.base.text import free_text, one_line
from servicedesk.desk.aftercare.complaints import complaint_result, complaint_table, load_complaint
from servicedesk.domain import wording
from servicedesk.domain.aftercare import rules as aftercare_rules
from servicedesk.domain.aftercare.rules import Complaint, Step
from servicedesk.records import codes
from servicedesk.storage import undone
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk


def acknowledge_complaint(desk: Desk, complaint_id: int, *, at: datetime | None) -> Result:
    """Record that the customer was told that the complaint is being looked into."""
    return _add_step(desk, complaint_id, "acknowledged", at)


def record_recovery(desk: Desk, complaint_id: int, *, at: datetime | None, action: str) -> Result:
    """Record what was done to make up for the complaint (S53). A complaint may have several recoveries."""
    return _add_step(desk, complaint_id, "recovered", at, text=wording.free_code(action, "recovery"))


def close_complaint(
    desk: Desk,
    complaint_id: int,
    *,
    at: datetime | None,
    upheld: bool,
    remedy: str | None = None,
    cause: str | None = None,
    measure: str | None = None,
    measure_by: str | None = None,
) -> Result:
    """Close the complaint: record whether the customer was right, the remedy and the cause.

    `measure`: what the outlet does, by the day `measure_by`, so that the problem does not come again. 'report measures'
    lists it until it is done (measures.py).
    """
    if measure is None and measure_by is not None:
        raise UsageError(say("--measure-by needs --measure"), hint=say("say what is to be done by that day"))
    return _add_step(
        desk, complaint_id, "closed", at,
        text=free_text(remedy, say("the remedy")) if remedy is not None else None,
        upheld=int(upheld),
        cause=codes.read_cause(cause) if cause is not None else None,
        measure=one_line(measure, say("the measure")) if measure is not None else None,
        measure_by=measure_by,
    )  # fmt: skip


def _add_step(desk: Desk, complaint_id: int, kind: str, at: datetime | None, **said: Any) -> Result:
    """Add a step. `said`: its columns, such as text and upheld, and for a closing cause and measure."""
    when = at or desk.now
    step = Step(kind, dates.stamp(when), dates.unix(when), **said)
    with desk.db.atomic():
        complaint_id = undone.fact_id(desk.db, "complaint", complaint_id)
        complaint = load_complaint(desk.db, complaint_id)
        if aftercare_rules.is_repeated_step(complaint, step, same_at=at is not None):
            return complaint_result(desk, complaint_id, changed=False)
        aftercare_rules.check_step(complaint, step, now_unix=dates.unix(desk.now))
        aftercare_rules.check_measure_by(step)
        desk.db.insert("complaint_step", desk.stamp, complaint_id=complaint_id, kind=kind, at=step.at, **said)
        return complaint_result(desk, complaint_id)


def void_complaint(desk: Desk, complaint_id: int, *, reason: str, number: int | None = None) -> Result:
    """Void a complaint that was entered by mistake, or with `number` only that step."""
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        complaint_id = undone.fact_id(desk.db, "complaint", complaint_id)
        complaint = load_complaint(desk.db, complaint_id)
        name, table = f"K{complaint_id}", "complaint"
        row: Complaint | Step = complaint
        if number is None:
            _check_unpaid(desk.db, complaint_id)
        else:
            row = aftercare_rules.step_of_number(complaint, number)
            _check_not_done(desk.db, complaint_id, row.id)
            name = say("step {number} of K{complaint_id}", number=number, complaint_id=complaint_id)
            table = "complaint_step"
        changed = not aftercare_rules.is_voided_already(name, row.voided_at, row.void_reason, reason)
        if changed:
            desk.db.void(table, desk.stamp, row.id, reason)
        note = say("{name} voided", name=name) if changed else nothing_changed(name)
        return Result(complaint_table(desk.db, complaint_id, now=desk.now), [note], changed)


def _check_unpaid(db: Database, complaint_id: int) -> None:
    """Raise RefusedError if a payment for the complaint is still valid."""
    from servicedesk.records.money import compensation

    paid = compensation.sum_of(compensation.list_payments(db, complaint_id), "paid")
    if paid:
        raise RefusedError(
            say("{amount} was paid for K{id}", amount=amount_text(paid), id=complaint_id),
            hint=say("first 'complaint void K{id} --payment N', if it was not", id=complaint_id),
        )


def _check_not_done(db: Database, complaint_id: int, step_id: int | None) -> None:
    """Raise RefusedError if the step is a closing whose measure is done."""
    sql = "SELECT at FROM measure_done WHERE complaint_step_id = :id AND voided_at IS NULL"
    done = db.value(sql, id=step_id)
    if done is not None:
        raise RefusedError(
            say("the measure of K{id} is done since {day}", id=complaint_id, day=done[:10]),
            hint=say("first 'complaint void K{id} --done', if it was not", id=complaint_id),
        )
