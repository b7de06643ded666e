"""SQL views with the verdicts of every KPI, for a copy of the file that other programs read.

The views are not in the file itself: SQLite parses all views of a file whenever it is opened, and these would make
every command slower by 2 ms, a thirtieth.
"""

from pathlib import Path

from servicedesk.base.statements import load_statements
from servicedesk.kpis.count import load_views
from servicedesk.kpis.definitions.kpi import load_texts
from servicedesk.kpis.definitions.registry import KPIS
from servicedesk.records.ticket_facts import figure_views_sql


def list_views() -> dict[str, str]:
    """Return the SELECT of each view by name; a view comes after the views that it reads."""
    families = {name: statement.text for name, statement in load_texts().items() if statement.is_view}
    public = load_statements(Path(__file__).with_name("public_views.sql"))
    return {
        **figure_views_sql(),
        **families,
        **load_views(),
        "judged": _verdicts_sql(),
        **{name: statement.text for name, statement in public.items()},
    }


def _verdicts_sql() -> str:
    """Return the verdicts of all KPIs as one SELECT, in which each statement stands once."""
    keys: dict[str, list[str]] = {}
    for kpi in KPIS:
        keys.setdefault(kpi.sql, []).append(f"('{kpi.key}', '{kpi.nobody}', {kpi.is_rate and not kpi.is_snapshot:d})")
    columns = "ticket_id, day, month, hit_to, miss_to, else_to, appliance_id, reason, ref, amount, verdict"
    return "\n UNION ALL\n".join(
        f"SELECT column1 AS kpi, column2 AS nobody, column3 AS is_rate, {columns}\n"
        f"  FROM (VALUES {', '.join(rows)}) CROSS JOIN (\n{sql})"
        for sql, rows in keys.items()
    )
