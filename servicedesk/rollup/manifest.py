"""What a share is: a folder `<outlet uuid>/<number>-<digest>/` with share.json and a Parquet file for each table.

share.json (format 1):

    format, product, schema   versions: of the share, of the program, of the outlet's file
    texts                     digest of the statements that figures are made with
    outlet                    uuid, name, zone, classroom
    sequence, as_of           the number of the share, and the instant of its facts and of its receipt
    key                       fingerprint of the brand's key, null if no serials were shared
    facts                     tickets; how many facts were imported, how many written under a pinned clock
    files                     of each file its rows and its SHA-256
    months                    first and last month of the receipt, empty where the outlet has no ticket
    receipt                   the figures as the outlet itself prints them: {KPI: {month: [hits, misses, pending,
                              excluded]}}, of a figure that is no rate [value, n, pending, excluded];
                              months in which a figure counts nothing are left out

Tables and columns are those of leaves.sql, in that order; a table without rows has its file too.
"""

import hashlib
import json
import re
from datetime import datetime
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import StorageError, UsageError
from servicedesk.base.messages import cause, say
from servicedesk.base.statements import load_statements
from servicedesk.kpis.definitions.kpi import load_texts

FORMAT = 1
NAME = "share.json"
FOLDER = re.compile(
    r"([1-9][0-9]{0,8})-([0-9a-f]{16})"
)  # the name of a share: its number, and the digest of share.json

_WHOLE_ENDS = ("_unix", "_day", "_month", "_id", "_fen")
_WHOLE = {
    "id", "on_site", "assignment_unknown", "is_mystery", "no_access", "arrived_no_access", "assignments", "visits",
    "score", "satisfied", "upheld", "is_complaint", "undone", "recommend", "again", "csi_overall", "csi_expected",
    "csi_ideal",
}  # fmt: skip


_UUID = re.compile(r"[0-9a-f-]{36}")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class Share(NamedTuple):
    """A share: its folder, the digest of its share.json, and the content of share.json (`about`)."""

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
    def zone(self) -> str:
        """Return the name of the outlet's time zone."""
        return str(self.about["outlet"]["zone"])

    @property
    def as_of(self) -> datetime:
        """Return the instant of the share in the outlet's zone."""
        return datetime.fromisoformat(self.about["as_of"]).astimezone(dates.zone(self.zone))

    @property
    def sequence(self) -> int:
        """Return the number of the share among those of its outlet."""
        return int(self.about["sequence"])


@cache
def load_leaves() -> dict[str, str]:
    """Return the SELECT that writes each table of a share, by the name of the table."""
    return {name: found.text for name, found in load_statements(Path(__file__).with_name("leaves.sql")).items()}


def column_type(column: str) -> str:
    """Return the type that a column of a share has in DuckDB."""
    return "BIGINT" if column.endswith(_WHOLE_ENDS) or column in _WHOLE else "VARCHAR"


@cache
def digest_texts() -> str:
    """Return the digest of the statements of all figures: two programs with the same digest judge alike."""
    texts = [f"{name}: {statement.text}" for name, statement in sorted(load_texts().items())]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def manifest_text(about: dict[str, Any]) -> str:
    """Return the text of share.json; the receipt has one line for each figure."""
    whole = json.dumps(about | {"receipt": {}}, ensure_ascii=False, indent=1)
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(months)}" for key, months in about["receipt"].items())
    return whole.removesuffix('"receipt": {}\n}') + f'"receipt": {{\n{lines}\n }}\n}}\n'


def digest_of(manifest: bytes) -> str:
    """Return the digest of share.json that the name of its folder ends in."""
    return hashlib.sha256(manifest).hexdigest()[:16]


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def read_share(folder: Path) -> Share:
    """Return the share in that folder, without checking its tables; StorageError where share.json was changed."""
    try:
        text = (folder / NAME).read_bytes()
        about = json.loads(text)
        format_ = about["format"]
    except FileNotFoundError:
        raise StorageError(say("{name} is missing: the share is cut short", name=NAME)) from None
    except OSError as error:
        raise StorageError(say("{name} cannot be read: {why}", name=NAME, why=cause(error))) from None
    except (ValueError, RecursionError, LookupError, TypeError):
        raise StorageError(say("{name} is damaged or cut short", name=NAME)) from None
    if isinstance(format_, int) and format_ > FORMAT:
        raise StorageError(
            say("it is a share of format {format}: this program reads format {ours}", format=format_, ours=FORMAT),
            hint=say("install a newer servicedesk"),
        )
    named = FOLDER.fullmatch(folder.name)
    if named is None or named[2] != digest_of(text) or not _is_about(about, int(named[1])):
        raise StorageError(say("{name} is another than the folder was made with", name=NAME))
    return Share(folder, named[2], about)


def _is_about(about: dict[str, Any], sequence: int) -> bool:
    """Return whether share.json has every part that other modules read, and each has the right type."""
    try:
        outlet, files, receipt = about["outlet"], about["files"], about["receipt"]
        dates.zone(outlet["zone"])
        lines = [line for months in receipt.values() for line in months.values()]
        return (
            about["sequence"] == sequence
            and _UUID.fullmatch(outlet["uuid"]) is not None
            and all(isinstance(text, str) for text in (outlet["name"], about["product"], about["texts"]))
            and datetime.fromisoformat(about["as_of"]).tzinfo is not None
            and isinstance(about["key"], str | None)
            and all(isinstance(about["facts"][key], int) for key in ("tickets", "imported", "pinned"))
            and all(isinstance(of["sha256"], str) for of in files.values())
            and len(about["months"]) in {0, 2}
            and all(_MONTH.fullmatch(month) for month in (*about["months"], *chain(*receipt.values())))
            and all(isinstance(line, list) and all(isinstance(n, int) for n in line[1:]) for line in lines)
            and all(len(line) == 4 and isinstance(line[0], int | float | dict | None) for line in lines)
        )
    except (LookupError, TypeError, ValueError, AttributeError, UsageError):
        return False


def check_files(share: Share) -> None:
    """Raise StorageError unless the files of a share are, byte for byte, those listed in share.json."""
    files = share.about["files"]
    there = {path.name for path in share.folder.iterdir()} - {NAME}
    if missing := sorted(files.keys() - there):
        raise StorageError(say("{name} is missing: the share is cut short", name=missing[0]))
    if more := sorted(there - files.keys()):
        raise StorageError(say("{name} does not belong to it", name=more[0]))
    for name, known in files.items():
        try:
            digest = file_digest(share.folder / name)
        except OSError as error:
            raise StorageError(say("{path} cannot be read: {why}", path=name, why=cause(error))) from None
        if digest != known["sha256"]:
            raise StorageError(say("{name} is damaged, cut short or of another share", name=name))
