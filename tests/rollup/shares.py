"""Shares of made-up outlets for tests."""

from datetime import datetime
from pathlib import Path

from servicedesk.rollup.manifest import Share, read_share
from servicedesk.rollup.share import write_share
from servicedesk.storage.database import Database


def share_of(db: Database, folder: Path, now: datetime, key: bytes | None = None) -> Share:
    """Write a share of the outlet as of that instant, with a receipt of its last month, and return it."""
    written = write_share(db, folder, now=now.astimezone(db.outlet.zone), key=key, months=1)
    return read_share(Path(written.table.objects()[0]["path"]))
