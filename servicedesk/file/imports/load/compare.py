"""Compare the rows of an import with what the outlet's file has already: rows that moved, gaps, contradictions."""

from typing import TYPE_CHECKING, NamedTuple

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import shown
from servicedesk.file.imports.load.changes import Changes, changes_of
from servicedesk.file.imports.load.update import complete_record, find_other
from servicedesk.file.imports.maps.row_values import ApplianceRow, CustomerRow, Row, TicketRow

if TYPE_CHECKING:
    from servicedesk.file.imports.load.loader import KnownRow, Loader

_JOB = """
SELECT coalesce(c.merged_into_id, t.customer_id), e.at
  FROM ticket t
  LEFT JOIN customer c ON c.id = t.customer_id
  JOIN event e ON e.ticket_id = t.id AND e.kind = 'reported' AND e.voided_at IS NULL
 WHERE t.id = :id
"""
_MOST_REMEMBERED = 100_000


class _Verdict(NamedTuple):
    differs: bool
    has_gaps: bool


class Comparison:
    """Compares the rows of one import. `update`: add missing values. `is_listed`: list every change.

    `is_numbered`: the key of a ticket is the number of its row.
    """

    def __init__(self, changes: Changes, *, update: bool, is_listed: bool, is_numbered: bool) -> None:
        self._changes, self._update, self._is_listed = changes, update, is_listed
        self._is_numbered = is_numbered
        # Many rows say the same of a customer or an appliance.
        self._verdicts: dict[tuple[str, str, str | None], _Verdict] = {}

    def take(self, loader: "Loader", known: "KnownRow") -> None:
        """Compare one row: fill gaps, list and correct contradictions, and count it. Call inside a transaction."""
        row, counts = known.row, loader.counts
        if not known.is_new:
            _check_moved(loader, known, is_numbered=self._is_numbered)
        added = self._update and complete_record(loader, row)
        counts.completed += added
        if self._is_listed:
            complete_record(loader, row, only_new=True)
            nouns, has_gaps = self._changes.take(loader, row, known.number, known.line)
        else:
            found = {noun: self._judge(loader, row, noun, facts) for noun, facts in row.parts}
            nouns = {noun for noun, verdict in found.items() if verdict.differs}
            has_gaps = any(verdict.has_gaps for verdict in found.values())
        for noun in nouns:
            counts.differing[noun] += 1
        counts.fuller += has_gaps and not nouns
        if not known.is_new:
            _count(loader, known, differs=bool(nouns), has_more=added or has_gaps)

    def _judge(self, loader: "Loader", row: Row, noun: str, facts: CustomerRow | ApplianceRow | TicketRow) -> _Verdict:
        """Fill the gaps of new rows; then return whether the row contradicts a noun, and whether it has more."""
        key = noun, facts.ref, facts.digest
        if key not in self._verdicts:
            complete_record(loader, row, only_new=True)
            found = [change.old is None for change in changes_of(loader, row, noun)]
            if len(self._verdicts) > _MOST_REMEMBERED:
                self._verdicts.clear()
            self._verdicts[key] = _Verdict(not all(found), any(found))
        return self._verdicts[key]


def _count(loader: "Loader", known: "KnownRow", *, differs: bool, has_more: bool) -> None:
    counts, facts = loader.counts, dict(known.row.parts)[loader.noun]
    counts.changed += differs or has_more
    counts.known += not (differs or has_more)
    if differs:
        counts.first_changed = counts.first_changed or say(
            "record {number}, line {line}", number=known.number, line=known.line
        )
    elif not has_more and (found := loader.id_and_digest(loader.noun, facts.ref)):
        counts.further += found[0] >= loader.first_ids[loader.noun]


def _check_moved(loader: "Loader", known: "KnownRow", *, is_numbered: bool) -> None:
    """Raise RefusedError if the key of this row was another ticket: its facts would go to the wrong customer.

    Another ticket has another customer and another time. If the key is the number of the row, one of the two is enough.
    """
    row = known.row
    ticket_id = find_other(loader, "ticket", row.ticket) if row.ticket else None
    if row.ticket is None or ticket_id is None or ticket_id >= loader.first_ids["ticket"]:
        return
    customer_id, reported_at = loader.db.rows(_JOB, id=ticket_id)[0]
    is_other_time = reported_at != row.ticket.reported_at
    is_other_customer = row.customer is not None and customer_id is not None and row.customer_id != customer_id
    if (is_other_time and is_other_customer) or (is_numbered and (is_other_time or is_other_customer)):
        raise _rows_moved_error(known, ticket_id, reported_at, row.ticket.reported_at, is_numbered=is_numbered)


def _rows_moved_error(known: "KnownRow", ticket_id: int, was: str, now: str, *, is_numbered: bool) -> RefusedError:
    hint = say("are its numbers used a second time? Another file takes another source in its map")
    if is_numbered:
        hint = say("the number of a row tells no tickets apart: give the file a column with a number of its own")
    told = say(
        "the rows of the file have moved: record {number}, line {line} was reported {was} and is T{id}, now it is"
        " another one of {now}; nothing was written",
        number=known.number, line=known.line, id=ticket_id, was=shown(was, "instant"), now=shown(now, "instant"),
    )  # fmt: skip
    return RefusedError(told, hint=hint)
