"""Views for whoever opens the file without us (an SQLite browser, a spreadsheet, Datasette): facts and verdicts.

A view takes no parameters, so each verdict is the text that `kpi rows` runs, bound to all periods and to the newest
recorded instant, which `kpi_as_of` tells. Nothing here is computed otherwise than in definitions/ and count.py.
"""

import re
from collections import Counter

from servicedesk.kpis.count import PROPERTIES, REASON, VERDICT
from servicedesk.kpis.definitions.kpi import ATTRIBUTED, Shown, within
from servicedesk.kpis.definitions.registry import KPIS
from servicedesk.records.ticket_facts import COUNTED, STANDING, day, then, visible

_NEWEST = "(SELECT ticket_id FROM ticket_fact ORDER BY touched_unix DESC LIMIT 1)"
_RECORDED = "SELECT max({what}_unix) AS as_of, {what}_at AS at FROM {table}"
_TIMED = ("callback", "promise", "promise_end", "complaint", "complaint_step", "consent")
_INSTANTS = " UNION ALL\n  ".join((
    *(f"{_RECORDED.format(what=what, table='event')} WHERE ticket_id = {_NEWEST}" for what in ("recorded", "voided")),
    *(_RECORDED.format(what=what, table=table) for table in _TIMED for what in ("recorded", "voided")),
    _RECORDED.format(what="recorded", table="change"),
    *(f"SELECT max(unixepoch({at})), {at} FROM maintenance_line" for at in ("recorded_at", "ended_at", "voided_at")),
))  # fmt: skip
AS_OF = f"""CREATE VIEW kpi_as_of AS
SELECT as_of, at, {day("at")} AS as_of_day FROM (
  {_INSTANTS}) WHERE as_of IS NOT NULL ORDER BY as_of DESC LIMIT 1"""

_BOUND = {
    "as_of_day": "(SELECT as_of_day FROM seen)", "as_of": "(SELECT as_of FROM seen)",
    "from_day": "-1000000", "until_day": "1000000", "from_month": "0", "until_month": "999912",
    "from_unix": "-100000000000", "until_unix": "100000000000", "monthly": "1",
}  # fmt: skip


def _pattern(text: str, *names: str) -> str:
    """The text as a regular expression: each of these is some name, the same wherever it stands."""
    found = re.escape(text)
    for at, name in enumerate(names, 1):
        before, after = found.split(name, 1)
        found = before + r"([\w.]+)" + after.replace(name, rf"\{at}")
    return found


_SEEN = _pattern(visible("@1"), "@1")
_THEN = _pattern(then("@1", "@3", "@2", ":as_of"), "@1", "@2", "@3")


def _bind_text(sql: str) -> str:
    """The text without parameters. Every file is parsed whole whenever it is opened, so it is made short.

    At the newest recorded instant what can be seen is what stands, and what was said then is what is said.
    """
    for when in ("done", "reported"):
        sql = sql.replace(within(when), f"{when}_month IS NOT NULL")
    sql = re.sub(_SEEN, lambda match: STANDING.format(alias=match[1]), sql)
    sql = re.sub(_THEN, r"(SELECT x.\3 FROM \1 x WHERE x.id = \2)", sql)
    return re.sub(r"\s+", " ", re.sub(r":([a-z_]+)\b", lambda match: _BOUND[match[1]], sql))


def _all() -> tuple[str, str]:
    """Common table expressions, and the verdicts of all KPIs over them: what is the same for several stands once."""
    alike: dict[tuple[Shown, str], dict[str, list[str]]] = {}
    for kpi in KPIS:
        for part in kpi.verdicts.parts:
            judged = alike.setdefault((part.shown, _bind_text(part.source.format(names="*"))), {})
            judged.setdefault(part.judgement, []).append(kpi.key)
    uses = Counter(source for _, source in alike)
    names = {source: f"s{at}" for at, source in enumerate(uses) if uses[source] > 1}
    shared = (f"{name} AS NOT MATERIALIZED (SELECT * FROM {source})" for source, name in names.items())
    selects = (
        _judgement_select(shown, names.get(source, f"(SELECT * FROM {source})"), judged)
        for (shown, source), judged in alike.items()
    )
    return ",".join(shared), " UNION ALL ".join(selects)


def _judgement_select(shown: Shown, source: str, judged: dict[str, list[str]]) -> str:
    """The columns of `v` in VERDICTS, of the KPIs by their judgement."""
    kpis = ",".join(f"('{key}')" for keys in judged.values() for key in keys)
    judgement, *others = judged
    if others:
        of = {judgement: " OR ".join(f"column1 = '{key}'" for key in keys) for judgement, keys in judged.items()}
        judgement = f"CASE {' '.join(f'WHEN {keys} THEN {judgement}' for judgement, keys in of.items())} END"
    rows = f"(VALUES {kpis}),{source},seen"
    if (shown.amount, shown.detail) != ("NULL", "NULL"):  # they may look at the judgement
        rows, judgement = f"(SELECT *,{judgement} AS judgement FROM {rows})", "judgement"
    *columns, amount, detail, appliance_id = shown
    select = f"SELECT column1,ticket_id,{','.join(columns)},{judgement},{amount},{detail},{appliance_id} FROM {rows}"
    return _bind_text(re.sub(r":(as_of(?:_day)?)\b", r"\1", select))


_PLACE = ", ".join(("t.ticket_id, t.appliance_id", *(f"{PROPERTIES[key]} AS {key}" for key in ("type", "area"))))
_NOBODY = " ".join(f"WHEN '{kpi.key}' THEN '{kpi.nobody}'" for kpi in KPIS if kpi.nobody != "(none)")
_SHARED, _EACH = _all()
VERDICTS = f"""CREATE VIEW kpi_verdicts AS
WITH seen AS (SELECT as_of, as_of_day FROM kpi_as_of), {_SHARED},
v(kpi, ticket_id, day, month, hit_to, miss_to, else_to, judgement, amount, detail, appliance_id) AS ({_EACH})
SELECT v.kpi, v.ticket_id, {PROPERTIES["period"]} AS period,
       coalesce(k.name, CASE v.kpi {_NOBODY} ELSE '(none)' END) AS technician,
       {_bind_text(PROPERTIES["category"])} AS category, coalesce(t.type, '(none)') AS type,
       coalesce(t.area, '(none)') AS area,
       {VERDICT} AS verdict, {REASON} AS reason, v.amount, date(v.day * 86400, 'unixepoch') AS counted_on
  FROM v
  LEFT JOIN ({_bind_text(f"SELECT {_PLACE} FROM ticket_fact t")}) t ON t.ticket_id = v.ticket_id
  LEFT JOIN technician k ON k.id = {ATTRIBUTED.format(hit_to="hit_to", miss_to="miss_to", else_to="else_to")}"""

_RATES = ", ".join(f"'{kpi.key}'" for kpi in KPIS if kpi.is_rate)
MONTHS = f"""CREATE VIEW kpi_months AS
SELECT kpi, period, hits, hits + misses AS total, hits * 1.0 / nullif(hits + misses, 0) AS rate, pending, excluded
  FROM (SELECT kpi, period, sum(verdict = 'hit') AS hits, sum(verdict = 'miss') AS misses,
               sum(verdict = 'pending') AS pending, sum(verdict = 'excluded') AS excluded
          FROM kpi_verdicts WHERE kpi IN ({_RATES}) GROUP BY kpi, period)"""

_AT = "(SELECT e.{column} FROM event e WHERE e.ticket_id = f.ticket_id AND e.kind = '{kind}' AND {standing})"


def _of_event(column: str, kind: str) -> str:
    return _AT.format(column=column, kind=kind, standing=STANDING.format(alias="e"))


TICKETS = f"""CREATE VIEW fact_tickets AS
SELECT f.ticket_id, f.type, f.customer_id, c.name AS customer, f.appliance_id, a.category, a.brand, f.fault, t.text,
       t.channel, {_of_event("at", "reported")} AS reported_at, k.name AS technician, f.assignments, f.visits,
       f.no_access,
       (f.arrived_unix - f.reported_unix) / 3600.0 AS hours_to_arrive,
       (f.deadline_unix - f.reported_unix) / 3600.0 AS hours_allowed,
       {_of_event("at", "completed")} AS completed_at, f.outcome, d.name AS completed_by,
       {_of_event("at", "cancelled")} AS cancelled_at, f.cancel_reason, f.cancelled_by, f.answer, f.answer_source
  FROM ticket_fact f
  JOIN ticket t ON t.id = f.ticket_id
  LEFT JOIN customer c ON c.id = f.customer_id
  LEFT JOIN appliance a ON a.id = f.appliance_id
  LEFT JOIN technician k ON k.id = f.assigned_id
  LEFT JOIN technician d ON d.id = f.done_id
 WHERE t.voided_at IS NULL"""
VISITS = f"""CREATE VIEW fact_visits AS
SELECT v.id AS event_id, v.ticket_id, row_number() OVER (PARTITION BY v.ticket_id ORDER BY v.at_unix, v.id) AS visit,
       k.name AS technician, v.at AS arrived_at, v.no_access, v.recorded_at, v.actor AS recorded_by, v.origin
  FROM event v LEFT JOIN technician k ON k.id = v.technician_id
 WHERE v.kind = 'arrived' AND {STANDING.format(alias="v")}"""
SURVEYS = f"""CREATE VIEW fact_surveys AS
SELECT a.id AS event_id, a.ticket_id, a.at AS answered_at, a.score, a.satisfied, a.reason, a.source,
       a.id = ({COUNTED.format(visible=STANDING.format(alias="s"))}) AS counted, a.recorded_at, a.actor AS recorded_by,
       a.origin
  FROM event a
  LEFT JOIN event done ON done.ticket_id = a.ticket_id AND done.kind = 'completed' AND {STANDING.format(alias="done")}
 WHERE a.kind = 'surveyed' AND {STANDING.format(alias="a")}"""


ALL = (TICKETS, VISITS, SURVEYS, AS_OF, VERDICTS, MONTHS)
