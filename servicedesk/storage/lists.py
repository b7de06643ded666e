"""Lists as SQLite takes and gives them: JSON, which is loaded only where there is one (it costs a command 1 ms)."""

from collections.abc import Iterable
from typing import Any


def from_json(text: str) -> Any:
    """What `json_group_array` gathered."""
    import json

    return json.loads(text)


def to_json(values: Iterable[Any]) -> str:
    """For `json_each`."""
    import json

    return json.dumps(list(values))
