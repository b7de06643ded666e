"""Shares for tests: the facts of an outlet's file in a folder, under a manifest of the least."""

from pathlib import Path

from servicedesk.file.opening import open_outlet
from servicedesk.rollup.facts import connect
from servicedesk.rollup.facts_out import write_tables
from servicedesk.rollup.manifest import Share


def write_facts(path: Path, folder: Path) -> Share:
    """Write the facts of an outlet into the folder."""
    folder.mkdir(parents=True)
    db = open_outlet(path)
    write_tables(db, connect(), folder, key=None)
    about = {"outlet": {"uuid": db.outlet.uuid, "name": db.outlet.name, "zone": db.outlet.zone.key}}
    db.close()
    return Share(folder, folder.name, about)
