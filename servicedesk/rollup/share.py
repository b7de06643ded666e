"""Write a share: the facts of one outlet as of one instant, in a folder of its own that is never changed again."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from servicedesk import __version__
from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, StorageError
from servicedesk.base.messages import say
from servicedesk.base.table import Result, columns, record
from servicedesk.rollup import manifest
from servicedesk.rollup.brand_key import fingerprint
from servicedesk.rollup.engine import connect_duckdb, translate_error
from servicedesk.rollup.facts_out import write_tables
from servicedesk.rollup.manifest import Share
from servicedesk.rollup.receipt import make_receipt, receipt_period
from servicedesk.storage import info
from servicedesk.storage.database import Database
from servicedesk.storage.new_files import sync_folder, taking_turns, telling, workshop

# Two shares of one day that agree in all of these parts hold the same facts: the second one is not written.
_FACTS = ("format", "product", "schema", "texts", "outlet", "key", "facts", "files", "months")


def write_share(
    db: Database, folder: Path, *, now: datetime, key: bytes | None = None, months: int, after: int = 0
) -> Result:
    """Write a share into `folder`/UUID, its number one above the highest there, or above `after`.

    `months`: how far back its receipt goes. At 100,000 tickets each month takes 1.5 s.
    No share is written if the newest one is of the same day and nothing has changed since. All facts are those of one
    instant, even if others write meanwhile. A run that is stopped leaves a whole share or none.
    """
    if folder.exists() and not folder.is_dir():
        raise RefusedError(say("{folder} exists already and is not a folder", folder=folder))
    home = folder / db.outlet.uuid
    with translate_error(folder), telling(folder):
        for place in (folder, home):
            place.mkdir(mode=0o700, exist_ok=True)
        with workshop(home) as made:
            about = _write_facts(db, made, now=now, key=key, months=months)
            with taking_turns(home):
                newest = find_newest(home)
                if newest and newest.sequence > after and _is_same(newest, about, now):
                    return _answer(newest, note=say("nothing changed since share {n}", n=newest.sequence))
                sequence = max(newest.sequence if newest else 0, after) + 1
                return _answer(_place_share(made, home, about, sequence))


def _write_facts(db: Database, folder: Path, *, now: datetime, key: bytes | None, months: int) -> dict[str, Any]:
    """Write the tables, and return share.json without its number: everything as of one instant."""
    engine = connect_duckdb()
    with db.snapshot():
        files = write_tables(db, engine, folder, key=key)
        period = receipt_period(db, now, months)
        counts = db.row(info.COUNTS)
        imported, pinned = info.origins(db)
        outlet = db.outlet
        return {
            "format": manifest.FORMAT,
            "product": __version__,
            "schema": db.value("PRAGMA user_version"),
            "texts": manifest.digest_texts(),
            "outlet": {
                "uuid": outlet.uuid,
                "name": outlet.name,
                "zone": outlet.zone.key,
                "classroom": outlet.classroom,
            },
            "as_of": dates.stamp(now),
            "key": fingerprint(key) if key else None,
            "facts": {"tickets": counts["tickets"] if counts else 0, "imported": imported, "pinned": pinned},
            "files": files,
            "months": [f"{period.first:%Y-%m}", f"{now:%Y-%m}"] if period else [],
            "receipt": make_receipt(db, period, as_of=now) if period else {},
        }


def find_newest(home: Path) -> Share | None:
    """Return the share of the highest number in the folder of an outlet; StorageError where it is damaged."""
    named = [(int(match[1]), path) for path in home.iterdir() if (match := manifest.FOLDER.fullmatch(path.name))]
    if not named:
        return None
    path = max(named)[1]
    try:
        return manifest.read_share(path)
    except StorageError as error:
        raise StorageError(
            say("{path}: {why}", path=path, why=error.sentence),
            hint=say("move it away; --after {n} goes on with the next number", n=max(named)[0]),
        ) from None


def _is_same(newest: Share, about: dict[str, Any], now: datetime) -> bool:
    """Return whether a share has these facts and is of that day: a day later pending tickets may be decided."""
    day = datetime.fromisoformat(newest.about["as_of"]).astimezone(now.tzinfo).date()
    return day == now.date() and all(newest.about.get(part) == about[part] for part in _FACTS)


def _place_share(made: Path, home: Path, about: dict[str, Any], sequence: int) -> Share:
    """Write share.json beside the tables and bring all of it to its place in one step."""
    before = {key: about[key] for key in ("format", "product", "schema", "texts", "outlet")}
    text = manifest.manifest_text(before | {"sequence": sequence} | about).encode()
    folder = made / "share"
    folder.mkdir(mode=0o700)
    for name in about["files"]:
        os.replace(made / name, folder / name)
        sync_folder(folder / name)
    with open(os.open(folder / manifest.NAME, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    sync_folder(folder)
    digest = manifest.digest_of(text)
    place = home / f"{sequence}-{digest}"
    os.rename(folder, place)
    sync_folder(home)
    return Share(place, digest, about | {"sequence": sequence})


def _answer(share: Share, *, note: str | None = None) -> Result:
    """Return the share as one object."""
    fields = columns("outlet", "share:count=share no.", "as_of:instant", "tickets:count", "bytes:count", "path")
    size = sum(path.stat().st_size for path in share.folder.iterdir())
    row = [
        share.outlet,
        share.sequence,
        share.about["as_of"],
        share.about["facts"]["tickets"],
        size,
        str(share.folder),
    ]
    return Result(record(fields, row), [note] if note else [], changed=False)
