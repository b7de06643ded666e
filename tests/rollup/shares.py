"""Shares for tests: the facts of an outlet's file in a folder, under a manifest of the least."""

import csv
from pathlib import Path
from typing import Any

from servicedesk.file.opening import open_outlet
from servicedesk.rollup.facts import connect
from servicedesk.rollup.manifest import Share, column_type, load_leaves


def write_facts(path: Path, folder: Path) -> Share:
    """Write the facts of an outlet into the folder, codes as they are and serials in the open."""
    folder.mkdir(parents=True)
    db, engine = open_outlet(path), connect()
    db.connection.create_function("known", 2, lambda _, text: text)
    db.connection.create_function("keyed", 1, lambda plate: plate)
    for name, text in load_leaves().items():
        rows = db.connection.execute(text)
        types: dict[str, Any] = {column[0]: column_type(column[0]) for column in rows.description}
        with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([["\\N" if cell is None else cell for cell in row] for row in rows])
        read = engine.read_csv(str(folder / "rows.csv"), header=False, columns=types, na_values="\\N")
        read.to_parquet(str(folder / f"{name}.parquet"))
    about = {"outlet": {"uuid": db.outlet.uuid, "name": db.outlet.name, "zone": db.outlet.zone.key}}
    db.close()
    return Share(folder, folder.name, about)
