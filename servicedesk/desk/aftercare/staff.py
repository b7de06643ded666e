"""Anonymous staff survey: record an answer so that nothing in the file tells whose it is (S62).

The file keeps no name, no actor and no time but the month: only how many people of a role gave a score, and remarks
without their scores. The journal does not record it. Both tables are rewritten in key order over zeroed bytes, so that
neither the order of rows nor leftover bytes tell who came first.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.table import Result, columns, record
from servicedesk.base.text import one_line
from servicedesk.desk.aftercare.surveys import valid_score
from servicedesk.domain.aftercare.staff import LEAST, LONGEST, Role
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

_COLUMNS = columns("month", "role:words=job")
_ANSWERS = "SELECT month, role, score, answers FROM staff_answer"
_REMARKS = "SELECT month, role, text FROM staff_remark"
_ADD_ANSWERS = "INSERT INTO staff_answer (month, role, score, answers) VALUES (?, ?, ?, ?)"
_ADD_REMARK = "INSERT INTO staff_remark (month, role, text) VALUES (?, ?, ?)"


def record_answer(desk: Desk, role: Role, score: str, *, text: str | None = None) -> Result:
    """Add an answer to this month's sums of that role. The result shows month and role only."""
    db, month = desk.db, desk.today[:7]
    stars = valid_score(score)
    remark = _remark(text) if text is not None else None
    with _without_trace(db), db.atomic():
        answers = Counter({(row[0], row[1], row[2]): row[3] for row in db.rows(_ANSWERS)})
        answers[month, role.value, stars] += 1
        remarks = {(row[0], row[1], row[2]) for row in db.rows(_REMARKS)}
        remarks |= {(month, role.value, remark)} if remark is not None else set()
        write_sums(db, answers, remarks)
    notes = [
        say("nobody can take it back, 'undo' neither: the file does not know whose it is"),
        say("'report staff' shows it when the month is over, from {n} answers of a role on", n=LEAST),
    ]
    return Result(record(_COLUMNS, [month, role.value]), notes)


def write_sums(db: Database, answers: Counter[tuple[str, str, int]], remarks: Collection[tuple[str, str, str]]) -> None:
    """Rewrite both tables in key order, inside a transaction."""
    db.run("DELETE FROM staff_answer")
    db.run_many(_ADD_ANSWERS, [(*key, answers[key]) for key in sorted(answers)])
    db.run("DELETE FROM staff_remark")
    db.run_many(_ADD_REMARK, sorted(remarks))


def _remark(text: str) -> str:
    """Return the remark on one line. UsageError if it has more than LONGEST characters."""
    kept = one_line(text, say("the remark"))
    if len(kept) > LONGEST:
        raise UsageError(say("the remark has {n} characters", n=len(kept)), hint=say("at most {n}, please", n=LONGEST))
    return kept


@contextmanager
def _without_trace(db: Database) -> Iterator[None]:
    """Write without the journal and over zeroed bytes, then empty the write-ahead log, which holds the old pages."""
    journal, db.journal = db.journal, None
    db.connection.execute("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        db.journal = journal
    if not db.connection.in_transaction:  # a dry run is taken back later
        db.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
