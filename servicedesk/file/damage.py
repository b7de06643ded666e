"""Whether a file is to blame for an error that nobody expected: damaged pages, a changed structure, broken rules."""

from contextlib import closing
from pathlib import Path

from servicedesk.base.errors import StorageError
from servicedesk.base.messages import say
from servicedesk.file import opening
from servicedesk.storage.database import Database, go_back


def find_damage(path: Path) -> StorageError | None:
    """Return what is wrong with the file, or None where it is as this version writes it. Reads only."""
    if not path.is_file():
        return None
    try:
        with closing(opening.connect_file(path)) as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] != opening.VERSION:
                return None  # of another version: what it should look like is not known here
            why = _first_finding(Database(connection, path))
    except Exception as error:  # whatever stands in the way of looking is the damage
        why = str(error)
    if why is None:
        return None
    return StorageError(say("{path} is damaged: {why}", path=path, why=why), hint=go_back())


def _first_finding(db: Database) -> str | None:
    from servicedesk.file.check import check_file

    findings = check_file(db).table
    for kind, ref, finding in zip(*(findings.column(key) for key in ("kind", "ref", "finding")), strict=True):
        if kind != "missing":
            return say("{ref}: {finding}", ref=ref, finding=finding) if ref else str(finding)
    return None
