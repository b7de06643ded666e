"""Compensation fund: set its amount from a day on."""

from datetime import date, timedelta

from servicedesk.base import dates
from servicedesk.base.messages import say
from servicedesk.base.money import amount_text
from servicedesk.base.table import Result
from servicedesk.records.money import fund
from servicedesk.storage.desk import Desk

SAME_DAY = """
SELECT amount_fen FROM fund_opening WHERE from_on = :on AND voided_at IS NULL ORDER BY id DESC LIMIT 1
"""


def open_fund(desk: Desk, amount_fen: int, *, on: str | None) -> Result:
    """Set the amount in the fund at the start of that day (default: today); later amounts are counted from there."""
    day = on or desk.today
    with desk.db.atomic():
        changed = desk.db.value(SAME_DAY, on=day) != amount_fen
        notes = [] if changed else [say("nothing differs, nothing to do")]
        if changed:
            notes = _difference(desk, amount_fen, day)
            desk.db.insert("fund_opening", desk.stamp, amount_fen=amount_fen, from_on=day)
        answer = fund.get_fund(desk.db, as_of=desk.now)
        return Result(answer.table, [*notes, *answer.notes], changed)


def _difference(desk: Desk, amount_fen: int, day: str) -> list[str]:
    """Return a note if the fund ended the day before with another amount."""
    first = date.fromisoformat(day)
    known, last = dates.unix_of(desk.stamp.recorded_at), dates.unix(dates.start_of(first, desk.db.outlet.zone)) - 1
    before = fund.load_fund(desk.db, on=(first - timedelta(days=1)).isoformat(), until=last, as_of=known)
    if before.opening_on is None or before.balance_fen == amount_fen:
        return []
    said = {"left": amount_text(before.balance_fen), "opening": amount_text(amount_fen)}
    return [say("the day before ended with {left}: no payment explains the step to {opening}", **said)]
