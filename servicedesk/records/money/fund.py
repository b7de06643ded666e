"""The fund for compensation (S54): its opening amount, the payments out of it, the sums got back, and the balance.

An opening records how much money was in the fund on a day. The balance starts from the latest opening, and later
entries change it: payments out of the fund, and sums got back.
"""

from datetime import date, datetime
from typing import NamedTuple

from servicedesk.base import dates
from servicedesk.base.messages import say
from servicedesk.base.money import amount_text
from servicedesk.base.table import Result, Table, columns, record
from servicedesk.storage.database import Database, Row

FUND = "fund"

# Only rows recorded by :as_of count. Of several openings on one day the newest row counts.
OPENING = """
SELECT amount_fen, from_on
  FROM fund_opening
 WHERE from_on <= :on AND unixepoch(recorded_at) <= :as_of AND (voided_at IS NULL OR unixepoch(voided_at) > :as_of)
 ORDER BY from_on DESC, id DESC
 LIMIT 1
"""

ENTRIES = """
SELECT m.id, m.complaint_id, m.kind, m.at, m.at_unix, m.amount_fen, m.party, c.name AS customer
  FROM compensation m
  JOIN complaint k ON k.id = m.complaint_id
  JOIN customer c ON c.id = k.customer_id
 WHERE m.purse = 'fund' AND substr(m.at, 1, 10) >= :since AND m.at_unix <= :until AND m.recorded_unix <= :as_of
   AND (m.voided_unix IS NULL OR m.voided_unix > :as_of)
 ORDER BY m.at_unix, m.id
"""

# The next opening: the balance starts again from its day.
NEXT_OPENING = """
SELECT amount_fen, from_on
  FROM fund_opening
 WHERE from_on > :on AND unixepoch(recorded_at) <= :as_of AND (voided_at IS NULL OR unixepoch(voided_at) > :as_of)
 ORDER BY from_on, id DESC
 LIMIT 1
"""

_COLUMNS = columns(
    "as_of:instant", "opening_on:date=counted from", "opening_fen:fen=opening", "payments_fen:fen=payments",
    "recovered_fen:fen=got back", "balance_fen:fen=balance",
)  # fmt: skip
_ENTRY_COLUMNS = columns(
    "at:instant", "complaint_id:K=complaint", "customer:name", "kind=entry", "amount_fen:fen=amount", "party:name=from",
    "balance_fen:fen=balance",
)  # fmt: skip


class Entry(NamedTuple):
    """One payment out of the fund, or one sum got back, with the balance after it."""

    row: Row
    balance_fen: int


class Fund(NamedTuple):
    """The fund as of an instant: its opening (0 and None without one), and its entries in order of time."""

    opening_fen: int
    opening_on: str | None
    entries: tuple[Entry, ...]

    def sum_of(self, kind: str) -> int:
        """Return the sum in fen of the entries of that kind, `paid` or `reclaimed`."""
        return sum(entry.row["amount_fen"] for entry in self.entries if entry.row["kind"] == kind)

    @property
    def balance_fen(self) -> int:
        """Return the balance after the last entry, in fen."""
        return self.entries[-1].balance_fen if self.entries else self.opening_fen

    def lowest_since(self, at_unix: int) -> int:
        """Return the lowest balance at or after that instant, in fen."""
        before = [entry.balance_fen for entry in self.entries if entry.row["at_unix"] <= at_unix]
        after = [entry.balance_fen for entry in self.entries if entry.row["at_unix"] > at_unix]
        return min([before[-1] if before else self.opening_fen, *after])


def load_fund(db: Database, *, on: str, until: int, as_of: int) -> Fund:
    """Return the fund from the opening valid on that day, with entries up to `until`, as recorded by `as_of`."""
    opening = db.row(OPENING, on=on, as_of=as_of)
    if opening is None:
        return Fund(0, None, ())
    entries, balance = [], opening["amount_fen"]
    for row in db.rows(ENTRIES, since=opening["from_on"], until=until, as_of=as_of):
        balance += row["amount_fen"] if row["kind"] == "reclaimed" else -row["amount_fen"]
        entries.append(Entry(row, balance))
    return Fund(opening["amount_fen"], opening["from_on"], tuple(entries))


def load_fund_of_day(db: Database, on: str, *, as_of: int) -> Fund:
    """Return the fund from the opening valid on that day, with all entries until the next opening."""
    following = db.row(NEXT_OPENING, on=on, as_of=as_of)
    until = 2**62
    if following is not None:
        until = dates.unix(dates.start_of(date.fromisoformat(following["from_on"]), db.outlet.zone)) - 1
    return load_fund(db, on=on, until=until, as_of=as_of)


def get_fund(db: Database, *, as_of: datetime) -> Result:
    """Return the fund as of an instant as one object: opening, payments, recovered, balance; its entries below."""
    second = dates.unix(as_of)
    fund = load_fund(db, on=as_of.date().isoformat(), until=second, as_of=second)
    paid, recovered = fund.sum_of("paid"), fund.sum_of("reclaimed")
    row = [dates.stamp(as_of), fund.opening_on, fund.opening_fen, paid, recovered, fund.balance_fen]
    rows = [
        [*(entry.row[key] for key in ("at", "complaint_id", "customer", "kind", "amount_fen", "party")),
         entry.balance_fen]
        for entry in fund.entries
    ]  # fmt: skip
    notes = opening_notes(db, fund, on=as_of.date().isoformat(), as_of=second)
    return Result(record(_COLUMNS, row, sections=(("entries", Table(_ENTRY_COLUMNS, rows)),)), notes, changed=False)


def opening_notes(db: Database, fund: Fund, *, on: str, as_of: int) -> list[str]:
    """Return a note if a later opening starts the balance again, or if the fund has no opening at all."""
    following = db.row(NEXT_OPENING, on=on, as_of=as_of)
    if following is not None:
        said = {"on": following["from_on"], "amount": amount_text(following["amount_fen"])}
        return [say("the fund is counted from {on} on, with {amount}", **said)]
    return [] if fund.opening_on else [say("the fund has no opening on record: outlet fund --opening 5000 --on DATE")]
