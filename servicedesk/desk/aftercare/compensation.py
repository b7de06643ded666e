"""Compensation for complaints: pay the customer at once, reclaim from the liable party later (先行赔付, S54)."""

from datetime import datetime

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError, RefusedError, UsageError
from servicedesk.base.messages import coded, say
from servicedesk.base.money import amount_text
from servicedesk.base.table import Result, Table, columns, moment, nothing_changed, record
from servicedesk.base.text import free_text, one_line
from servicedesk.desk.aftercare import complaints
from servicedesk.domain.ticket_rules import check_not_in_future
from servicedesk.records.money import compensation, fund
from servicedesk.records.money.compensation import Payment
from servicedesk.storage import undone
from servicedesk.storage.database import Row
from servicedesk.storage.desk import Desk

_COLUMNS = columns(
    "complaint_id:K=complaint", "paid_fen:fen=paid", "recovered_fen:fen=got back", "balance_fen:fen=left in the fund"
)


def pay_complaint(desk: Desk, complaint_id: int, *, at: datetime | None, amount_fen: int, purse: str) -> Result:
    """Record a payment to the customer of a complaint, out of the fund or the outlet's own till (`purse`).

    RefusedError if the fund holds less.
    """
    return _write(desk, complaint_id, _payment(desk, "paid", at, amount_fen, purse), same_at=at is not None)


def reclaim_payment(
    desk: Desk, complaint_id: int, *, at: datetime | None, amount_fen: int, party: str | None, purse: str | None = None
) -> Result:
    """Record money got back from the liable party.

    `purse`: where it goes; by default to the fund if the fund paid, else to the outlet.
    """
    name = one_line(party, say("the name")) if party is not None else None
    if purse is None:
        rows = compensation.list_payments(desk.db, undone.fact_id(desk.db, "complaint", complaint_id))
        purse = fund.FUND if compensation.sum_of(rows, "paid", fund.FUND) else "outlet"
    payment = _payment(desk, "reclaimed", at, amount_fen, purse)._replace(party=name)
    return _write(desk, complaint_id, payment, same_at=at is not None)


def _payment(desk: Desk, kind: str, at: datetime | None, amount_fen: int, purse: str) -> Payment:
    if not amount_fen:
        raise UsageError(say("{amount} is no payment", amount=amount_text(0)), hint=say("--amount 300"))
    when = at or desk.now
    return Payment(kind, dates.stamp(when), dates.unix(when), amount_fen, purse)


def _write(desk: Desk, complaint_id: int, payment: Payment, *, same_at: bool) -> Result:
    with desk.db.atomic():
        complaint_id = undone.fact_id(desk.db, "complaint", complaint_id)
        complaint = complaints.load_standing_complaint(desk.db, complaint_id)
        rows = compensation.list_payments(desk.db, complaint_id)
        changed = not _is_repeated(rows, payment, same_at=same_at)
        if changed:
            check_not_in_future(payment.at, payment.at_unix, now_unix=dates.unix(desk.now))
            if payment.at_unix < complaint.at_unix:
                raise RefusedError(
                    say("K{id} was received {at}, later than {at2}", id=complaint_id, at=moment(complaint.at),
                        at2=moment(payment.at)),
                    hint=say("is --at right?"),
                )  # fmt: skip
            if payment.kind == "reclaimed":
                _check_paid(complaint_id, rows, payment)
            elif payment.purse == fund.FUND:
                _check_fund(desk, payment)
            desk.db.insert(
                "compensation", desk.stamp, complaint_id=complaint_id, kind=payment.kind, at=payment.at,
                amount_fen=payment.amount_fen, purse=payment.purse, party=payment.party,
            )  # fmt: skip
        notes = [] if changed else [nothing_changed(f"K{complaint_id}"), _ANOTHER]
        return Result(_table(desk, complaint_id), notes, changed)


_ANOTHER = say("another payment of the same amount needs its own --at")


def _is_repeated(rows: list[Row], payment: Payment, *, same_at: bool) -> bool:
    """Return whether the same payment is already recorded; with `same_at`, at the same instant."""
    return any(
        (row["kind"], row["amount_fen"], row["purse"]) == (payment.kind, payment.amount_fen, payment.purse)
        and row["voided_at"] is None
        and (not same_at or row["at_unix"] == payment.at_unix)
        for row in rows
    )


def _check_paid(complaint_id: int, rows: list[Row], payment: Payment) -> None:
    """Raise RefusedError if more would come back than was paid."""
    paid = compensation.sum_of(rows, "paid", payment.purse)
    back = compensation.sum_of(rows, "reclaimed", payment.purse)
    if payment.amount_fen > paid - back:
        told = {"id": complaint_id, "paid": amount_text(paid), "back": amount_text(back), "purse": coded(payment.purse)}
        raise RefusedError(
            say(
                "{paid} was paid for K{id} out of the {purse}, {back} of it came back: no more than the rest can",
                **told,
            ),
            hint=say(
                "what another purse paid comes back with --to; 'complaint show K{id}' lists them", id=complaint_id
            ),
        )


def _check_fund(desk: Desk, payment: Payment) -> None:
    """Raise RefusedError if the fund was not opened, or holds too little at that instant or later."""
    on, known = payment.at[:10], dates.unix_of(desk.stamp.recorded_at)
    found = fund.load_fund_of_day(desk.db, on, as_of=known)
    if found.opening_on is None:
        (why,) = fund.opening_notes(desk.db, found, on=on, as_of=known)
        raise RefusedError(why, hint=say("--from outlet pays out of the outlet's own till"))
    left = found.lowest_since(payment.at_unix)
    if payment.amount_fen > left:
        raise RefusedError(
            say("the fund has {amount} left", amount=amount_text(max(left, 0))),
            hint=say("'report fund' lists its entries; --from outlet pays out of the outlet's own till"),
        )


def _table(desk: Desk, complaint_id: int) -> Table:
    """Return what was paid and got back for a complaint, and what the fund has left."""
    rows = compensation.list_payments(desk.db, complaint_id)
    second = dates.unix_of(desk.stamp.recorded_at)
    left = fund.load_fund(desk.db, on=desk.today, until=second, as_of=second)
    sums = [compensation.sum_of(rows, kind) for kind in ("paid", "reclaimed")]
    return record(_COLUMNS, [complaint_id, *sums, left.balance_fen if left.opening_on else None])


def void_payment(desk: Desk, complaint_id: int, *, number: int, reason: str) -> Result:
    """Void the payment with that number in `complaint show`. RefusedError if more came back than would remain paid."""
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        complaint_id = undone.fact_id(desk.db, "complaint", complaint_id)
        complaints.load_standing_complaint(desk.db, complaint_id)
        rows = compensation.list_payments(desk.db, complaint_id)
        row = _payment_of_number(rows, complaint_id, number)
        name = say("payment {number} of K{id}", number=number, id=complaint_id)
        changed = row["voided_at"] is None
        if not changed and row["void_reason"] != reason:
            raise RefusedError(say("{name} was voided {at}", name=name, at=moment(row["voided_at"])))
        if changed:
            _check_nothing_came_back(rows, row, complaint_id)
            desk.db.void("compensation", desk.stamp, row["id"], reason)
        note = say("{name} voided", name=name) if changed else nothing_changed(name)
        return Result(_table(desk, complaint_id), [note], changed)


def _payment_of_number(rows: list[Row], complaint_id: int, number: int) -> Row:
    for row in rows:
        if row["number"] == number:
            return row
    raise NotFoundError(
        say("K{id} has no payment {number}", id=complaint_id, number=number),
        hint=say("complaint show K{id} numbers them", id=complaint_id),
    )


def _check_nothing_came_back(rows: list[Row], row: Row, complaint_id: int) -> None:
    """Raise RefusedError if, without that payment, more came back than was paid."""
    paid = compensation.sum_of(rows, "paid", row["purse"]) - row["amount_fen"] * (row["kind"] == "paid")
    back = compensation.sum_of(rows, "reclaimed", row["purse"])
    if row["kind"] == "paid" and back > paid:
        raise RefusedError(
            say("{amount} of it came back already", amount=amount_text(back)),
            hint=say("first void what came back: 'complaint show K{id}' numbers the payments", id=complaint_id),
        )
