"""Lists to and from SQLite as JSON. The module json is imported at the first use: it costs a command 1 ms."""

from collections.abc import Iterable
from typing import Any


def from_json(text: str) -> Any:
    """Return the list that `json_group_array` made."""
    import json

    return json.loads(text)


def to_json(values: Iterable[Any]) -> str:
    """Return the values as JSON for `json_each`."""
    import json

    return json.dumps(list(values))
