"""I9, I10, I11, I14: repairs that come back under another name, another machine, or a day too late (K4, K17)."""

from fractions import Fraction

from servicedesk.kpis.definitions.kpi import in_period, within
from servicedesk.kpis.integrity import measures
from servicedesk.kpis.integrity.signal import CLERK, COUNTED, FIELDS, TECHNICIAN, Signal, events
from servicedesk.records.ticket_facts import day, then, visible, whose_then

# A birthday's visit was planned before its ticket was typed; a line that came with the completion plans nothing.
_UNPLANNED = """NOT EXISTS (SELECT 1 FROM maintenance_line l WHERE l.ticket_id = e.ticket_id AND l.role = 'care'
                  AND unixepoch(l.recorded_at) <= e.recorded_unix)"""
_TYPED = "(SELECT t.actor FROM ticket t WHERE t.id = e.ticket_id)"


def _after_repair(judgement: str, condition: str, *, clerk: str, period: str) -> str:
    """Reports after a repair `p` of the same machine that K4 holds against somebody, the last one completed."""
    return f"""
SELECT {FIELDS}
  FROM (SELECT e.ticket_id, fact.appliance_id, fact.customer_id, p.done_id AS who_id, {clerk} AS clerk, e.at_unix,
               e.recorded_unix, {judgement.format(days="(fact.reported_day - p.done_day)")} AS judgement,
               'after_T' || p.ticket_id AS detail
          FROM event e JOIN ticket_fact fact ON fact.ticket_id = e.ticket_id
          JOIN ticket_fact p ON p.ticket_id = (
               SELECT x.ticket_id FROM ticket_fact x
                WHERE x.appliance_id = fact.appliance_id AND x.type = 'repair' AND x.ticket_id <> fact.ticket_id
                  AND x.done_unix < fact.reported_unix AND x.outcome <> 'exchanged'
                  AND x.outcome <> 'not_repairable' AND x.outcome <> 'resolved_remotely'
                ORDER BY x.done_unix DESC, x.ticket_id DESC LIMIT 1)
         WHERE e.kind = 'reported' AND {period} AND {visible("e")} AND {COUNTED} AND {condition})
 WHERE judgement IS NOT NULL
"""


_UNDONE = then("appliance", "voided_at", "a.id", ":as_of")
_HERE = f"({_UNDONE} IS NULL OR unixepoch({_UNDONE}) > :as_of)"


def _as_of(field: str) -> str:
    return f"{then('appliance', field, 'a.id', ':as_of')} AS {field}"


# A serial, or the key of the file it came from, tells a machine from its likes: two that both have one are two.
# Windows, no join: a school may have ten thousand alike.
_TWINS = f"""
WITH machine AS (
  SELECT a.id, a.actor, unixepoch(a.recorded_at) AS recorded_unix,
         {day("a.recorded_at")} AS day, a.ref,
         {whose_then("appliance", "a.id")} AS customer_id,
         {_as_of("category")}, {_as_of("model")}, {_as_of("serial")}
    FROM appliance a WHERE unixepoch(a.recorded_at) <= :as_of AND {_HERE}),
 alike AS (
  SELECT *, serial IS NOT NULL OR ref IS NOT NULL AS is_told_apart,
         lag(id) OVER (PARTITION BY folded_serial(serial) ORDER BY id) AS same_serial_id
    FROM machine),
 before AS (
  SELECT *, lag(id) OVER likes AS any_id, lag(day) OVER likes AS any_day,
         max(CASE WHEN NOT is_told_apart THEN id END) OVER likes AS bare_id,
         max(CASE WHEN NOT is_told_apart THEN day END) OVER likes AS bare_day
    FROM alike
  WINDOW likes AS (PARTITION BY customer_id, category, folded_name(model) ORDER BY id)),
 twin AS (
  SELECT *, CASE WHEN serial IS NOT NULL AND same_serial_id IS NOT NULL THEN 'same_serial'
                 WHEN customer_id IS NULL THEN NULL
                 WHEN is_told_apart AND day - bare_day <= 30 OR NOT is_told_apart AND day - any_day <= 30
                   THEN 'same_model' END AS what
    FROM before WHERE {in_period("recorded_unix")})
SELECT NULL AS ticket_id, id AS appliance_id, customer_id, NULL AS who_id, actor AS clerk, recorded_unix AS at_unix,
       recorded_unix, CASE WHEN what IS NULL THEN 'miss alone' ELSE 'hit ' || what END AS judgement,
       CASE WHEN what IS NOT NULL
            THEN 'as_A' || CASE WHEN what = 'same_serial' THEN same_serial_id
                                WHEN is_told_apart THEN bare_id ELSE any_id END END AS detail
  FROM twin
"""

SIGNALS = (
    Signal(
        key="I9",
        title="Re-coded repeats",
        chinese="改类型的返修",
        formula="tickets other than repairs reported up to 30 days after a repair of the same machine ÷ all tickets"
        " reported so",
        look_when="above 5 %",
        limit="> 5 %",
        unit="share",
        why="a second call that is logged as guidance, maintenance or installation is no repeat (K4)",
        innocent="a question about the timer after a repair of the pump; visits planned for a birthday, and what"
        " comes after an exchange, a machine given up or a remote resolution, are left out",
        source="K17, K4; not any: a question about some machine falls now and then on one that was just repaired;"
        " technician: who completed the repair; clerk: who opened the second ticket",
        people=(TECHNICIAN, CLERK),
        measure=measures.share(Fraction(5, 100)),
        select=_after_repair(
            "CASE WHEN {days} <= 30 THEN CASE fact.type WHEN 'repair' THEN 'miss ' ELSE 'hit ' END || fact.type END",
            f"(fact.type = 'repair' OR {_UNPLANNED})",
            clerk=_TYPED,
            period=in_period("e.at_unix"),
        ),
    ),
    Signal(
        key="I10",
        title="Twin machines",
        chinese="重复建档的机器",
        formula="machines registered with a serial that another has, or up to 30 days after one of the same customer,"
        " category and model ÷ machines registered",
        look_when="above 0.5 %",
        limit="> 0.5 %",
        unit="share",
        why="the same machine registered again has no repairs behind it, and nothing repeats (K4)",
        innocent="a home with two alike: where both have a serial, or a key in the file they came from, they are two",
        source="K17, K4; not any: of a thousand machines of an honest outlet three or four stand beside one alike; by"
        " the day of the registration of the later one",
        people=(CLERK,),
        measure=measures.share(Fraction(5, 1000)),
        select=_TWINS,
    ),
    Signal(
        key="I11",
        title="Machine left blank",
        chinese="未登记机器的维修",
        formula="repairs without a machine ÷ repairs",
        look_when="above 2 %",
        limit="> 2 %",
        unit="share",
        why="where no machine is named nothing can repeat (K4)",
        innocent="a caller who does not know what he has; a file imported without machines",
        source="K17, K4: above 2 % the repeat-repair rate is unreliable; by the day of the report",
        people=(TECHNICIAN, CLERK),
        measure=measures.share(Fraction(2, 100)),
        select=events(
            "reported",
            "CASE WHEN fact.appliance_id IS NULL THEN 'hit no_machine' ELSE 'miss machine_known' END",
            who="coalesce(fact.done_id, fact.assigned_id)",
            clerk=_TYPED,
            condition="fact.type = 'repair'",
        ),
    ),
    Signal(
        key="I14",
        title="Day-31 bump",
        chinese="第31天突增",
        formula="repairs reported 31 to 35 days after the repair before, same machine ÷ those after 26 to 30 days",
        look_when="above 2, from 10 cases on",
        limit="> 2, n ≥ 10",
        unit="ratio",
        why="a second report that is dated past day 30 is no repeat (K4)",
        innocent="chance: faults know no calendar, but ten cases are few",
        source="K17, K4; technician: who completed the first repair; clerk: who typed the second report",
        people=(TECHNICIAN, CLERK),
        measure=measures.ratio(Fraction(2), cases=10),
        select=_after_repair(
            "CASE WHEN {days} BETWEEN 31 AND 35 THEN 'hit days_31_to_35' WHEN {days} BETWEEN 26 AND 30"
            " THEN 'miss days_26_to_30' END",
            "fact.type = 'repair'",
            clerk="e.actor",
            period=within("fact.reported"),
        ),
    ),
)
