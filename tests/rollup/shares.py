"""Shares of made-up outlets for tests."""

import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from servicedesk.rollup import manifest
from servicedesk.rollup import share as sharing
from servicedesk.rollup.catalogue import SHARES
from servicedesk.rollup.manifest import Share, read_share
from servicedesk.rollup.share import write_share
from servicedesk.storage.database import Database


def without_receipt(patch: pytest.MonkeyPatch) -> None:
    """Let shares have an empty receipt: it is most of their time, and few tests read it."""
    patch.setattr(sharing, "make_receipt", lambda *_, **__: {})


def share_of(db: Database, folder: Path, now: datetime, key: bytes | None = None) -> Share:
    """Write a share of the outlet as of that instant, without a receipt, and return it."""
    with pytest.MonkeyPatch.context() as patch:
        without_receipt(patch)
        written = write_share(db, folder, now=now.astimezone(db.outlet.zone), key=key, months=1)
    return read_share(Path(written.table.objects()[0]["path"]))


def place_as(share: Share, catalogue: Path, number: int) -> None:
    """Put the facts of a share into a catalogue under the uuid and name of another outlet; its files are linked."""
    outlet = share.about["outlet"] | {"uuid": str(UUID(int=number)), "name": f"Outlet {number:04}"}
    text = manifest.manifest_text(share.about | {"outlet": outlet}).encode()
    place = catalogue / SHARES / outlet["uuid"] / f"{share.sequence}-{manifest.digest_of(text)}"
    place.mkdir(parents=True)
    (place / manifest.NAME).write_bytes(text)
    for name in share.about["files"]:
        os.link(share.folder / name, place / name)
