"""Mask the phone numbers in a table."""

from collections.abc import Sequence
from typing import Any

from servicedesk.base import sameness
from servicedesk.base.phones import masked
from servicedesk.base.table import Table

PHONES = {"phone", "phones", "number", "digits"}  # keys of columns that hold phones


def with_masked_phones(table: Table, *, typed: str = "") -> Table:
    """Return the table and its sections with every phone masked, except the digits that the user typed."""
    at = [n for n, column in enumerate(table.columns) if column.key in PHONES]
    sections = tuple((name, with_masked_phones(section, typed=typed)) for name, section in table.sections)
    if not at:
        return table._replace(sections=sections) if sections else table
    known = sameness.phone_digits(typed)

    def hidden(value: Any) -> Any:
        if isinstance(value, list):
            return [hidden(one) for one in value]
        return masked(value, typed=known) if isinstance(value, str) and sameness.phone_digits(value) != known else value

    def row(values: Sequence[Any]) -> list[Any]:
        return [hidden(value) if n in at else value for n, value in enumerate(values)]

    coming = map(row, table.coming) if table.coming else ()
    return table._replace(rows=[row(values) for values in table.rows], coming=coming, sections=sections)
