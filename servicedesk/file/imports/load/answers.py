"""Import a file of answers about tickets of an earlier import, such as a list of calls with scores."""

import json

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.desk.aftercare.surveys import write_answer
from servicedesk.domain.ticket import Event
from servicedesk.file.doubles import Double
from servicedesk.file.imports.batches import Batch, Mapped
from servicedesk.file.imports.load.counts import Counts
from servicedesk.file.imports.maps.binding import RowError
from servicedesk.file.imports.maps.row_values import Fact
from servicedesk.file.imports.maps.words import SECTIONS
from servicedesk.records import tickets
from servicedesk.storage.desk import Desk

_TICKETS = """
SELECT ref, id FROM ticket
 WHERE source = :source AND ref IN (SELECT value FROM json_each(:refs)) AND voided_at IS NULL
"""


class Answers:
    """The import of a file of answers, inside a transaction; used in place of a Loader."""

    noun = "ticket"

    def __init__(self, desk: Desk, *, source: str) -> None:
        self.db, self.expected, self.counts = desk.db, 0, Counts()
        self.first_ids = dict.fromkeys(SECTIONS, 2**63 - 1)  # first ids of new rows: no row will be new
        self._desk, self._source = desk, source

    def take(self, batch: Batch) -> list[tuple[Mapped, RowError]]:
        """Record the answers of these rows, and return the rows that are rejected."""
        told = [(row, row[-1]) for row in batch.rows if row[-1]]  # rows without a key were rejected earlier
        refs = json.dumps([ticket[0] for _, ticket in told])
        ids = {row[0]: row[1] for row in self.db.rows(_TICKETS, source=self._source, refs=refs)}
        refused: list[tuple[Mapped, RowError]] = []
        for row, (ref, *_, events, _) in told:
            try:
                if ref not in ids:
                    raise RowError("", ref, say("no ticket of this key is known"))
                was_known = [self._record(ids[ref], ref, Fact(*event)) for event in events]
            except RowError as error:
                refused.append((row, error))
                continue
            self.counts.new += False in was_known
            self.counts.known += True in was_known
            self.counts.unanswered += not was_known
        return refused

    def _record(self, ticket_id: int, ref: str, fact: Fact) -> bool:
        """Record an answer; return whether it was known."""
        event = Event(fact.kind, fact.at, fact.at_unix, score=fact.score, satisfied=fact.satisfied, reason=fact.reason)
        known = [one for one in tickets.load_ticket(self.db, ticket_id).valid("surveyed") if _is_same(one, event)]
        if known:
            return True
        try:
            write_answer(self._desk, tickets.load_ticket(self.db, ticket_id), event, same_at=True)
        except RefusedError as error:
            raise RowError("", ref, error.sentence) from None
        return False

    def finish(self, what: object) -> list[Double]:
        """Return no doubles: no customer is new. `what`: the file."""
        return []


def _is_same(one: Event, other: Event) -> bool:
    """Return whether two answers say the same at the same time; how somebody was asked does not matter."""
    return (one.at_unix, one.score, one.satisfied) == (other.at_unix, other.score, other.satisfied)
