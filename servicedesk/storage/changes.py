"""Change a row of a customer, appliance, technician, ticket or complaint; table `change` keeps the old values."""

from typing import Any

from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database

NOUNS = ("customer", "appliance", "technician", "ticket", "complaint")  # those with a history


def write_changes(
    db: Database, stamp: Stamp, noun: str, noun_id: int, values: dict[str, str | int | None],
    on_date: str | None = None, derived: dict[str, str | None] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Write the values that differ from the row, with one row of `change` for each, inside a transaction.

    Return the changed fields with their new values; {} if the row has all values already. `values` are columns of that
    noun's table; their names come from the code. `on_date` is the day of a transfer or a retirement. `derived` are
    columns that follow from the values and have no history of their own.
    """
    assert noun in NOUNS, noun
    row = db.row(f"SELECT {', '.join(['id', *values])} FROM {noun} WHERE id = :id", id=noun_id)
    assert row is not None, "the caller has looked it up"
    differing = {field: value for field, value in values.items() if row[field] != value}
    for field, value in differing.items():
        db.insert(
            "change",
            stamp,
            **{f"{noun}_id": noun_id},
            field=field,
            old=_text(row[field]),
            new=_text(value),
            on_date=on_date,
        )
    written = differing | (derived or {})
    if written:
        # One statement, because the file checks a date together with its precision.
        assignments = ", ".join(f"{field} = :{field}" for field in written)
        db.run(f"UPDATE {noun} SET {assignments} WHERE id = :noun_id", noun_id=noun_id, **written)
    return differing


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
