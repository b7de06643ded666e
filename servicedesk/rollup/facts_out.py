"""Export the facts of an outlet for a share: one Parquet file for each table of leaves.sql, and nothing else."""

import csv
import os
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from servicedesk.domain import model
from servicedesk.records.codes import FAULTS
from servicedesk.rollup.brand_key import keyed_digest
from servicedesk.rollup.engine import exact
from servicedesk.rollup.figures.category_names import list_built_in
from servicedesk.rollup.manifest import column_type, file_digest, load_leaves
from servicedesk.storage.database import Database

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The codes that leave as they are. Others are words of the outlet: they leave as own_1, own_2, …
KNOWN: dict[str, tuple[str, ...]] = {
    "type": tuple(model.TicketType),
    "fault": FAULTS,
    "reason": model.CANCEL_REASONS,
    "outcome": (*model.REPAIR_OUTCOMES, *model.OTHER_OUTCOMES),
    "answer": ("satisfied", "not_satisfied", "score_1", "score_2", "score_3", "score_4", "score_5"),
    "retired": model.RETIRE_REASONS,
    "precision": ("day", "month", "year", "unknown"),
    "kind": ("trade",),
}

_COUNT = "SELECT count(*) FROM read_parquet($place)"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", re.ASCII)


def instant(text: str | None) -> str | None:
    """Return the text if it is an instant as the file keeps it, else None."""
    return text if text and _INSTANT.fullmatch(text) else None


class Codes:
    """The codes of one share: built-in ones as they are, an outlet's own ones by their number."""

    def __init__(self) -> None:
        self._built_in = {kind: frozenset(codes) for kind, codes in KNOWN.items()}
        self._built_in["category"] = frozenset(list_built_in())
        self._own: dict[tuple[str, str], str] = {}

    def known(self, kind: str, text: str | None) -> str | None:
        """Return the code that may leave the outlet; equal texts give equal codes. All own categories become `own`."""
        if text is None or text in self._built_in[kind]:
            return text
        if kind == "category":
            return "own"
        return self._own.setdefault((kind, text), f"own_{sum(of == kind for of, _ in self._own) + 1}")


def write_tables(db: Database, engine: "DuckDBPyConnection", folder: Path, *, key: bytes | None) -> dict[str, Any]:
    """Write every table into that folder (mode 0600), inside a transaction. Return rows and SHA-256 of each file."""
    digest = partial(keyed_digest, key) if key else None
    db.connection.create_function("known", 2, Codes().known, deterministic=True)
    db.connection.create_function("instant", 1, instant, deterministic=True)
    db.connection.create_function(
        "keyed", 1, lambda text: digest(text) if digest and text else None, deterministic=True
    )
    return {f"{table}.parquet": _write_table(db, engine, folder, table, sql) for table, sql in load_leaves().items()}


def _write_table(
    db: Database, engine: "DuckDBPyConnection", folder: Path, table: str, sql: str
) -> dict[str, int | str]:
    """Write the rows of a table into its file."""
    cursor = db.connection.execute(sql)
    types = {column[0]: column_type(column[0]) for column in cursor.description}
    rows, place = folder / f"{table}.csv", folder / f"{table}.parquet"
    # Rows go through a CSV file: inserting them one by one takes DuckDB ten times as long.
    with open(os.open(rows, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(cursor)
    form: dict[str, Any] = {"header": False, "auto_detect": False, "delimiter": ",", "quotechar": '"', "na_values": ""}
    engine.read_csv(exact(rows), columns=types, escapechar='"', **form).to_parquet(str(place), compression="zstd")
    place.chmod(0o600)
    rows.unlink()
    ((written,),) = engine.execute(_COUNT, {"place": exact(place)}).fetchall()
    return {"rows": written, "sha256": file_digest(place)}
