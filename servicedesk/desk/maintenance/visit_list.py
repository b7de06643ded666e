"""The visits that a run made: people see one row per visit, programs one row per line."""

from itertools import groupby
from typing import Any

from servicedesk.base.messages import category_name, coded, item_list, joined, say
from servicedesk.base.table import For, Table, columns

_VISITS = columns(
    "planned:date+", "ticket_id:T+=ticket", "who:name+=customer", "phone:phone+", "birthdays:brief+",
    "checks:count+=check", "state:words+",
)  # fmt: skip


def by_visit(table: Table, lines: list[dict[str, Any]]) -> Table:
    """Return the table of `lines` for programs, with a section of its visits for people.

    Lines of one visit stand together; their key `visit` says to which visit they belong.
    """
    at = {column.key: n for n, column in enumerate(table.columns)}
    fields = tuple(column._replace(who=For.MACHINES) for column in table.columns if column.who is not For.PEOPLE)
    kept = [at[column.key] for column in fields]
    rows = [[row[n] for n in kept] for row in table.rows]
    pairs = zip(lines, table.rows, strict=True)
    visits = [_visit([*group], at) for _, group in groupby(pairs, key=lambda pair: pair[0]["visit"])]
    return table._replace(columns=fields, rows=rows, sections=(("visits", Table(_VISITS, visits)),))


def _visit(pairs: list[tuple[dict[str, Any], Any]], at: dict[str, int]) -> list[Any]:
    """Return what people see of one visit: its first line stands for day, ticket, customer and phone."""
    first = pairs[0][1]
    care = [line for line, _ in pairs if line["role"] == "care"]
    ages = [joined(" ", (category_name(line["category"]), str(line["age"]))) for line in care]
    other = next((line["status"] for line in care if line["status"] != "open"), None)
    checks = len(pairs) - len(care)
    state = coded(other) if other else None
    held_by = next((line["held_by"] for line in care if line["held_by"]), ())
    if held_by:
        state = say("on hold: {refs} open", refs=item_list(held_by))
    return [first[at["visit_on"]], first[at["visit_id"]], first[at["who"]], first[at["phone"]], item_list(ages),
            checks or None, state]  # fmt: skip
