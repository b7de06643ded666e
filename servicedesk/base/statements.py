"""Load named statements from SQL files; each is a whole text that can be read and pasted unchanged."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Statement(NamedTuple):
    """A statement of an SQL file. `is_view`: other statements read it by its name."""

    name: str
    text: str
    is_view: bool


def load_families(folder: Path, families: Iterable[str]) -> dict[str, Statement]:
    """Return the statements of several SQL files in a folder by name, in the order of the files."""
    return {name: found for family in families for name, found in load_statements(folder / f"{family}.sql").items()}


def load_statements(path: Path) -> dict[str, Statement]:
    """Return the statements of an SQL file by name, without its comment lines.

    A line `-- name: x` or `-- view: x` begins a statement.
    """
    found: dict[str, Statement] = {}
    lines: list[str] = []
    name, is_view = "", False
    for line in [*path.read_text(encoding="utf-8").splitlines(), "-- name: "]:
        kind, colon, rest = line.partition(": ")
        if colon and kind in {"-- name", "-- view"}:
            if name:
                found[name] = Statement(name, "\n".join(lines).strip(), is_view)
            name, is_view, lines = rest.strip(), kind == "-- view", []
        elif not line.startswith("--"):
            lines.append(line)
    return found
