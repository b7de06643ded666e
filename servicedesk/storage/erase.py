"""Erase overwritten personal data from the bytes of the file: free pages, remains in pages, and the log."""

import sqlite3
from collections.abc import Iterator

from servicedesk.base.errors import StorageError
from servicedesk.base.messages import item_list, say
from servicedesk.storage.database import Database, translate_error


def erase_deleted_rows(db: Database, customer_id: int) -> None:
    """Rewrite the file without deleted bytes and empty its log; raise StorageError if that is not possible.

    Overwriting rows is not enough: a page that was split keeps old bytes, and so does the log until a checkpoint.
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


def list_copies(db: Database) -> Iterator[str]:
    """Yield notes on backups, exports and files beside the outlet's file that may still contain the customer."""
    yield say("older backups and exports still contain this person: delete them, or those that are due")
    name = db.path.name
    beside = sorted(
        path.name
        for path in db.path.parent.glob(f"{name}.*")
        if path.is_file() and path.name not in {f"{name}-wal", f"{name}-shm"}
    )
    if beside:
        yield say("files beside it: {names}", names=item_list(beside))
