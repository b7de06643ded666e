"""Find the shipped map of a file by its columns: our own exports, Open Repair Data."""

from collections.abc import Collection
from pathlib import Path

from servicedesk.file.imports.maps.binding import columns_of
from servicedesk.file.imports.maps.mapping import Map
from servicedesk.file.imports.maps.parsing import parse_map

FOLDER = Path(__file__).with_name("shipped")


def find_shipped_map(headings: Collection[str]) -> Map | None:
    """Return the shipped map with the most columns, all of them among the headings; None if none fits."""
    fitting = []
    for path in sorted(FOLDER.glob("*.toml")):
        mapping = parse_map(path.read_text(encoding="utf-8"), path.name)
        wanted = set(columns_of(mapping))
        if wanted <= set(headings):
            fitting.append((len(wanted), path.name, mapping))
    return max(fitting, key=lambda one: one[:2])[2] if fitting else None
