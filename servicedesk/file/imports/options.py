"""The options of `import`: its map, noun and encoding, --update, --correct, --rejects, --changes, --dry-run."""

from pathlib import Path
from typing import NamedTuple


class ImportOptions(NamedTuple):
    """The options of an import.

    `noun`: customers, appliances, tickets or technicians; None: all that the map has. `update` adds what is missing,
    `correct` also takes values that differ. A dry run writes neither rejects nor changes.
    """

    noun: str | None = None
    map_path: Path | None = None
    encoding: str | None = None
    sheet: str | None = None
    update: bool = False
    correct: bool = False
    dry_run: bool = False
    rejects_path: Path | None = None
    changes_path: Path | None = None

    @property
    def rejects_to_write(self) -> Path | None:
        """Return the file for rejected rows; None if none is named or in a dry run."""
        return None if self.dry_run else self.rejects_path

    @property
    def changes_to_write(self) -> Path | None:
        """Return the file for values that differ; None if none is named or in a dry run."""
        return None if self.dry_run else self.changes_path
