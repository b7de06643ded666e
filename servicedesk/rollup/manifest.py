"""What a share is: a folder `<outlet uuid>/<number>-<digest>/` with share.json and a Parquet file for each table.

share.json (format 1):

    format, product, schema   versions: of the share, of the program, of the outlet's file
    texts                     digest of the statements that figures are made with
    outlet                    uuid, name, zone, classroom
    sequence, as_of           the number of the share, and the instant of its facts and of its receipt
    key                       fingerprint of the brand's key, null where serials stayed at home
    facts                     tickets; how many facts were imported, how many written under a pinned clock
    files                     of each file its rows and its SHA-256
    months                    first and last month of the receipt, empty where the outlet has no ticket
    receipt                   the figures as the outlet itself prints them: {KPI: {month: [hits, misses, pending,
                              excluded]}}, of a figure that is no rate [value, n, pending, excluded];
                              months in which a figure counts nothing are left out

Tables and columns are those of leaves.sql, in that order; a table without rows has its file too.
"""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base.statements import load_statements

FORMAT = 1
NAME = "share.json"

_WHOLE_ENDS = ("_unix", "_day", "_month", "_id", "_fen")
_WHOLE = {
    "id", "on_site", "assignment_unknown", "is_mystery", "no_access", "arrived_no_access", "assignments", "visits",
    "score", "satisfied", "upheld", "is_complaint", "undone", "recommend", "again", "csi_overall", "csi_expected",
    "csi_ideal",
}  # fmt: skip


class Share(NamedTuple):
    """A share: its folder, the digest of its share.json, and what stands in it."""

    folder: Path
    digest: str
    about: dict[str, Any]

    @property
    def uuid(self) -> str:
        """Return the uuid of the outlet."""
        return str(self.about["outlet"]["uuid"])

    @property
    def outlet(self) -> str:
        """Return the name of the outlet."""
        return str(self.about["outlet"]["name"])

    @property
    def sequence(self) -> int:
        """Return the number of the share among those of its outlet."""
        return int(self.about["sequence"])


@cache
def load_leaves() -> dict[str, str]:
    """Return the SELECT that a table leaves the outlet with, by table."""
    return {name: found.text for name, found in load_statements(Path(__file__).with_name("leaves.sql")).items()}


def column_type(column: str) -> str:
    """Return the type that a column of a share has in DuckDB."""
    return "BIGINT" if column.endswith(_WHOLE_ENDS) or column in _WHOLE else "VARCHAR"
