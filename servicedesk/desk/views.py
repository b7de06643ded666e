"""Views for whoever opens the file without us (an SQLite browser, a spreadsheet, Datasette): facts and verdicts.

A view takes no parameters, so each verdict is the text that `kpi rows` runs, bound to all periods and to the newest
recorded instant, which `kpi_as_of` tells. Nothing here is computed otherwise than in kpis/ and counts.py.
"""

import re

from servicedesk.desk.counts import PROPERTIES, REASON, VERDICT
from servicedesk.desk.facts import STANDING, day, seen
from servicedesk.desk.kpis import KPIS
from servicedesk.desk.kpis.kpi import within
from servicedesk.desk.surveys import COUNTED

_NEWEST = "(SELECT ticket_id FROM ticket_fact ORDER BY touched_unix DESC LIMIT 1)"
_RECORDED = "SELECT max({what}_unix) AS as_of, {what}_at AS at FROM {table}"
_TIMED = ("callback", "promise", "promise_end", "complaint", "complaint_step")
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
    "as_of_day": "(SELECT as_of_day FROM kpi_as_of)", "as_of": "(SELECT as_of FROM kpi_as_of)",
    "from_day": "-1000000", "until_day": "1000000", "from_month": "0", "until_month": "999912",
    "from_unix": "-100000000000", "until_unix": "100000000000", "monthly": "1",
}  # fmt: skip


_SEEN = re.escape(seen("@")).replace("@", r"(\w+)", 1).replace("@", r"\1")


def _bound(sql: str) -> str:
    """The text without parameters. Every file is parsed whole whenever it is opened, so it is made short.

    At the newest recorded instant what can be seen is what stands.
    """
    for when in ("done", "reported"):
        sql = sql.replace(within(when), f"{when}_month IS NOT NULL")
    standing = re.sub(_SEEN, lambda match: STANDING.format(alias=match[1]), sql)
    return re.sub(r"\s+", " ", re.sub(r":([a-z_]+)\b", lambda match: _BOUND[match[1]], standing))


_PLACE = ", ".join(f"{PROPERTIES[key]} AS {key}" for key in ("category", "type", "area"))
_PLACES = _bound(f"SELECT t.id AS ticket_id, {_PLACE} FROM ticket t")
_EACH = " UNION ALL ".join(
    f"SELECT '{k.key}' AS kpi, '{k.nobody}' AS nobody, * FROM ({_bound(k.verdicts.select)})" for k in KPIS
)
VERDICTS = f"""CREATE VIEW kpi_verdicts AS
SELECT v.kpi, v.ticket_id, {PROPERTIES["period"]} AS period, coalesce(k.name, v.nobody) AS technician,
       coalesce(t.category, '(none)') AS category, coalesce(t.type, '(none)') AS type,
       coalesce(t.area, '(none)') AS area,
       {VERDICT} AS verdict, {REASON} AS reason, v.amount, date(v.day * 86400, 'unixepoch') AS counted_on
  FROM ({_EACH}) v
  LEFT JOIN ({_PLACES}) t ON t.ticket_id = v.ticket_id
  LEFT JOIN technician k ON k.id = v.who_id"""

_RATES = ", ".join(f"'{kpi.key}'" for kpi in KPIS if kpi.is_rate)
MONTHS = f"""CREATE VIEW kpi_months AS
SELECT kpi, period, hits, hits + misses AS total, hits * 1.0 / nullif(hits + misses, 0) AS rate, pending, excluded
  FROM (SELECT kpi, period, sum(verdict = 'hit') AS hits, sum(verdict = 'miss') AS misses,
               sum(verdict = 'pending') AS pending, sum(verdict = 'excluded') AS excluded
          FROM kpi_verdicts WHERE kpi IN ({_RATES}) GROUP BY kpi, period)"""

_AT = "(SELECT e.{column} FROM event e WHERE e.ticket_id = f.ticket_id AND e.kind = '{kind}' AND {standing})"


def _told(column: str, kind: str) -> str:
    return _AT.format(column=column, kind=kind, standing=STANDING.format(alias="e"))


TICKETS = f"""CREATE VIEW fact_tickets AS
SELECT f.ticket_id, f.type, f.customer_id, c.name AS customer, f.appliance_id, a.category, a.brand, f.fault, t.text,
       t.channel, {_told("at", "reported")} AS reported_at, k.name AS technician, f.assignments, f.visits, f.no_access,
       (f.arrived_unix - f.reported_unix) / 3600.0 AS hours_to_arrive,
       (f.deadline_unix - f.reported_unix) / 3600.0 AS hours_allowed,
       {_told("at", "completed")} AS completed_at, f.outcome, d.name AS completed_by,
       {_told("at", "cancelled")} AS cancelled_at, f.cancel_reason, f.cancelled_by, f.answer, f.answer_source
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
