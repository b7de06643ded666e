"""I6, I7, I8: who was asked after the job, by whom, and how evenly they praise (K1, K9, K17)."""

from fractions import Fraction

from servicedesk.kpis.definitions.kpi import SERVICE, within
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.kpis.integrity import measures
from servicedesk.kpis.integrity.signal import CLERK, FIELDS, TECHNICIAN, Signal
from servicedesk.records.ticket_facts import COUNTED, visible

_COVERED = f"""
SELECT {FIELDS}
  FROM (SELECT fact.ticket_id, fact.appliance_id, fact.customer_id, fact.done_id AS who_id, NULL AS clerk,
               fact.done_unix AS at_unix, done.recorded_unix,
               CASE substr(called.judgement, 1, 1) WHEN 'h' THEN 'hit ' WHEN 'm' THEN 'miss ' END
                 || CASE WHEN fact.arrived_unix <= fact.deadline_unix THEN 'on_time' ELSE 'late' END AS judgement,
               substr(called.judgement, instr(called.judgement, ' ') + 1) AS detail
          FROM ({find_kpi("callback_coverage").verdicts.select}) called
          JOIN ticket_fact fact ON fact.ticket_id = called.ticket_id
          JOIN event done ON done.ticket_id = fact.ticket_id AND done.kind = 'completed' AND {visible("done")}
         WHERE fact.type = 'repair' AND NOT fact.on_site)
 WHERE judgement IS NOT NULL
"""

# The counted answers of K1, with the event that holds each.
_ANSWER = f"""
  FROM ticket_fact fact
  JOIN event done ON done.ticket_id = fact.ticket_id AND done.kind = 'completed' AND {visible("done")}
  JOIN event answer ON answer.id = ({COUNTED.format(visible=visible("s"))})
 WHERE {within("fact.done")} AND {SERVICE}
   AND fact.outcome <> 'resolved_remotely' AND fact.answer IS NOT NULL"""
_ANSWERED = """fact.ticket_id, fact.appliance_id, fact.customer_id, fact.done_id AS who_id, answer.actor AS clerk,
       answer.at_unix, answer.recorded_unix"""

_COLLECTED = f"""
SELECT {_ANSWERED},
       CASE WHEN answer.source = 'technician' THEN 'hit by_technician'
            ELSE 'miss by_' || coalesce(answer.source, 'unknown') END AS judgement,
       NULL AS detail
{_ANSWER}
"""

# Runs of fives, of each person by themselves: answers less fives so far is the same for fives in a row.
_RUNS = f"""
WITH scored AS (
  SELECT {_ANSWERED}, answer.id AS answer_id, answer.score,
         CASE :by WHEN 'technician' THEN fact.done_id WHEN 'clerk' THEN answer.actor END AS whose
  {_ANSWER} AND answer.score IS NOT NULL),
 placed AS (
  SELECT *, row_number() OVER (PARTITION BY whose ORDER BY at_unix, answer_id)
            - row_number() OVER (PARTITION BY whose, score = 5 ORDER BY at_unix, answer_id) AS run
    FROM scored),
 measured AS (
  SELECT *, CASE WHEN score = 5 THEN count(*) OVER (PARTITION BY whose, score = 5, run) ELSE 0 END AS length
    FROM placed),
 longest AS (
  SELECT *, first_value(length) OVER best AS most, first_value(run) OVER best AS best_run
    FROM measured
  WINDOW best AS (PARTITION BY whose ORDER BY length DESC, at_unix, answer_id))
SELECT ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix,
       CASE WHEN score = 5 AND length = most AND run = best_run THEN 'hit ' ELSE 'miss ' END || 'score_' || score
         AS judgement,
       NULL AS detail
  FROM longest
"""

SIGNALS = (
    Signal(
        key="I6",
        title="Called back if on time",
        chinese="回访率按时与迟到之差",
        formula="call-back coverage of repairs reached on time less that of repairs reached late or never, in points",
        look_when="above 10 points",
        limit="> 10 points",
        unit="points",
        why="who calls back only the pleased leaves out those who waited (K1, K9)",
        innocent="who waited in vain may not pick up the phone; the mark says where the difference is within chance",
        source="K17, K9; by the day of the completion, when 7 days are over",
        people=(TECHNICIAN,),
        measure=measures.gap(Fraction(10), "on_time", "late"),
        select=_COVERED,
    ),
    Signal(
        key="I7",
        title="Answers self-collected",
        chinese="技术员自收评价占比",
        formula="counted answers collected by the technician himself ÷ counted answers",
        look_when="above 20 %",
        limit="> 20 %",
        unit="share",
        why="who hands over the form stands beside the customer, or fills it in himself (K1)",
        innocent="a remote district where nobody answers the phone; an agreed trial with paper forms",
        source="K17, K1; by the day of the completion; by technician only: who collects an answer types it himself,"
        " and of the answers that he typed it would be all",
        people=(TECHNICIAN,),
        names_clerk=True,
        measure=measures.share(Fraction(20, 100)),
        select=_COLLECTED,
    ),
    Signal(
        key="I8",
        title="Longest run of fives",
        chinese="连续满分",
        formula="p ^ the longest run of 5s in the order of the answers, p: the outlet's share of 5s among scores",
        look_when="below 1 %",
        limit="< 1 %",
        unit="probability",
        why="answers that somebody invents are all alike (K1)",
        innocent="many answers hold a long run by themselves: the mark says where it is within chance for as many; a"
        " technician who is better than the outlet has longer ones",
        source="K17, K1; hits: the answers of the (first) longest run; by the day of the completion",
        people=(TECHNICIAN, CLERK),
        measure=measures.run(Fraction(1, 100), "score_5"),
        select=_RUNS,
    ),
)
