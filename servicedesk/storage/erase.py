"""What was overwritten goes from the bytes of the file, too: free pages, the rest of old pages, the log beside it."""

import sqlite3
from collections.abc import Iterator

from servicedesk.base.errors import StorageError
from servicedesk.base.messages import joined, say
from servicedesk.storage.database import Database, translate_error


def overwritten(db: Database, customer_id: int) -> None:
    """The file is written anew without what is no more, the log is emptied; StorageError where it cannot be.

    A page that was ever split keeps old bytes, and so does the log until a checkpoint: overwriting rows is not enough.
    """
    again = say("when that is repaired, run: servicedesk customer forget C{id}", id=customer_id)
    try:
        db.connection.execute("VACUUM")
        busy = db.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        expected = translate_error(error, db.path)
        why = expected.sentence if expected else error
        raise StorageError(
            say("C{id} is forgotten, but old bytes are still in the file: {why}", id=customer_id, why=why), hint=again
        ) from None
    if busy:
        raise StorageError(
            say("C{id} is forgotten, but old bytes are still in the log: another program reads the file",
                id=customer_id),
            hint=say("when it has finished, run: servicedesk customer forget C{id}", id=customer_id),
        )  # fmt: skip


def elsewhere(db: Database) -> Iterator[str]:
    """Copies that know what the file does not know any more."""
    yield say("backups and exports of before still know this person: delete them, or those that are due")
    name = db.path.name
    beside = sorted(
        path.name
        for path in db.path.parent.glob(f"{name}.*")
        if path.is_file() and path.name not in {f"{name}-wal", f"{name}-shm"}
    )
    if beside:
        yield say("files beside it: {names}", names=joined(", ", beside))
