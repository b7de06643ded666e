"""I12, I15, I16, I18: what ends out of sight, and what is put right when the month is over (K4, K6, K17)."""

from fractions import Fraction

from servicedesk.kpis.definitions.kpi import in_period, within
from servicedesk.kpis.integrity import measures
from servicedesk.kpis.integrity.signal import CLERK, FIELDS, TECHNICIAN, Signal, events
from servicedesk.records.ticket_facts import visible, whose_then

# The next ticket of whatever type on the machine; the earlier of two reported at once is the lower number. From the
# tickets that are or were the machine's: the facts are indexed by machine for repairs only.
_NEXT = """(SELECT n.ticket_id
              FROM (SELECT t.id FROM ticket t WHERE t.appliance_id = fact.appliance_id
                     UNION ALL
                    SELECT h.ticket_id FROM change h
                     WHERE h.ticket_id IS NOT NULL AND h.field = 'appliance_id'
                       AND h.old = CAST(fact.appliance_id AS TEXT)) own
             CROSS JOIN ticket_fact n ON n.ticket_id = own.id
             WHERE n.appliance_id = fact.appliance_id
               AND (n.reported_unix, n.ticket_id) > (fact.reported_unix, fact.ticket_id)
             ORDER BY n.reported_unix, n.ticket_id LIMIT 1)"""
_CANCELLED = f"""
SELECT {FIELDS}
  FROM (SELECT e.ticket_id, fact.appliance_id, fact.customer_id, coalesce(fact.arrived_id, fact.assigned_id) AS who_id,
               e.actor AS clerk, e.at_unix, e.recorded_unix,
               CASE WHEN fact.arrived_unix IS NOT NULL THEN 'hit after_arrival'
                    WHEN e.at_unix > fact.deadline_unix THEN 'hit after_deadline'
                    ELSE 'miss in_time' END AS judgement,
               coalesce(e.reason, 'no_reason') || coalesce('_next_T' || {_NEXT}, '') AS detail
          FROM event e JOIN ticket_fact fact ON fact.ticket_id = e.ticket_id
         WHERE e.kind = 'cancelled' AND {in_period("e.at_unix")} AND {visible("e")})
"""

_AGAIN = """(SELECT n.ticket_id FROM ticket_fact n
              WHERE n.appliance_id = fact.appliance_id AND n.type = 'repair' AND n.reported_unix > fact.done_unix
                AND n.reported_day <= fact.done_day + 7
                AND (n.cancel_reason IS NULL OR n.cancel_reason <> 'duplicate' AND n.cancel_reason <> 'entry_error')
              ORDER BY n.reported_unix, n.ticket_id LIMIT 1)"""

# What was taken back by :as_of. A correction is a void with an heir; both are typed at once.
_TAKEN_BACK = "{kind} AS kind, x.at, x.at_unix, x.voided_at, x.voided_unix, x.voided_by"
_EDITED = """
SELECT {ticket_id} AS ticket_id, {customer_id} AS customer_id, {who_id} AS who_id, {taken_back}, {is_corrected}
       AS is_corrected
  FROM {source}
 WHERE {in_period} AND x.voided_unix <= :as_of"""


def _edited(
    kind: str,
    source: str,
    ticket_id: str,
    *,
    customer_id: str = "NULL",
    who_id: str = "NULL",
    is_corrected: str = "FALSE",
) -> str:
    return _EDITED.format(
        ticket_id=ticket_id,
        customer_id=customer_id,
        who_id=who_id,
        taken_back=_TAKEN_BACK.format(kind=kind),
        is_corrected=is_corrected,
        source=source,
        in_period=in_period("x.at_unix"),
    )


_HEIR = """EXISTS (SELECT 1 FROM event h WHERE h.ticket_id = x.ticket_id
                 AND h.corrects_id = coalesce(x.corrects_id, x.id) AND h.recorded_unix = x.voided_unix)"""
_EDITS = " UNION ALL ".join(
    (
        _edited("x.kind", "event x", "x.ticket_id", who_id="x.technician_id", is_corrected=_HEIR),
        _edited("'callback'", "callback x", "x.ticket_id"),
        _edited("'promise'", "promise x", "x.ticket_id"),
        _edited("'promise_end'", "promise_end x JOIN promise p ON p.id = x.promise_id", "p.ticket_id"),
        _edited("'complaint'", "complaint x", "x.ticket_id", customer_id=whose_then("complaint", "x.id")),
        _edited(
            "'complaint_step'",
            "complaint_step x JOIN complaint k ON k.id = x.complaint_id",
            "k.ticket_id",
            customer_id=whose_then("complaint", "k.id"),
        ),
    )
)
# What tickets of the period say otherwise than at the end of their month: the first value of then, the last of now.
_RETOLD = f"""
SELECT ticket_id, field, actor, reported_unix, recorded_unix
  FROM (SELECT h.ticket_id, h.field, h.actor, r.at_unix AS reported_unix, h.recorded_unix, h.new,
               first_value(h.old) OVER told AS old, lead(h.id) OVER told AS later_id
          FROM event r JOIN change h ON h.ticket_id = r.ticket_id
         WHERE r.kind = 'reported' AND {in_period("r.at_unix")} AND {visible("r")}
           AND h.field IN ('appliance_id', 'fault', 'type') AND h.origin <> 'imported'
           AND h.recorded_unix <= :as_of AND substr(h.recorded_at, 1, 7) > substr(r.at, 1, 7)
        WINDOW told AS (PARTITION BY h.ticket_id, h.field ORDER BY h.recorded_unix, h.id))
 WHERE later_id IS NULL AND old IS NOT new"""
_AFTER_CLOSE = f"""
SELECT edit.ticket_id, fact.appliance_id, coalesce(edit.customer_id, fact.customer_id) AS customer_id, edit.who_id,
       edit.voided_by AS clerk, edit.at_unix, edit.voided_unix AS recorded_unix,
       'hit ' || edit.kind || CASE WHEN edit.is_corrected THEN '_corrected' ELSE '_voided' END AS judgement,
       NULL AS detail
  FROM ({_EDITS}) edit LEFT JOIN ticket_fact fact ON fact.ticket_id = edit.ticket_id
 WHERE substr(edit.voided_at, 1, 7) > substr(edit.at, 1, 7)
 UNION ALL
SELECT retold.ticket_id, fact.appliance_id, fact.customer_id, coalesce(fact.done_id, fact.assigned_id), retold.actor,
       retold.reported_unix, retold.recorded_unix,
       CASE retold.field WHEN 'appliance_id' THEN 'hit appliance_edited' ELSE 'hit ' || retold.field || '_edited' END,
       NULL
  FROM ({_RETOLD}) retold JOIN ticket_fact fact ON fact.ticket_id = retold.ticket_id
"""

# A duplicate is a call that counts nowhere; the note of its cancellation says why it was forced (desk/tickets/move.py).
_DUPLICATES = f"""
SELECT {FIELDS}
  FROM (SELECT e.ticket_id, fact.appliance_id, fact.customer_id, stays.done_id AS who_id, e.actor AS clerk, e.at_unix,
               e.recorded_unix,
               CASE WHEN e.note IS NOT NULL THEN 'hit forced_duplicate'
                    WHEN fact.reported_unix > stays.done_unix + 86400 THEN 'hit after_completion' END AS judgement,
               'of_T' || e.duplicate_of_id AS detail
          FROM event e JOIN ticket_fact fact ON fact.ticket_id = e.ticket_id
          LEFT JOIN ticket_fact stays ON stays.ticket_id = e.duplicate_of_id
         WHERE e.kind = 'cancelled' AND e.reason = 'duplicate' AND {in_period("e.at_unix")} AND {visible("e")})
 WHERE judgement IS NOT NULL
"""

SIGNALS = (
    Signal(
        key="I12",
        title="Cancelled too late",
        chinese="超时或到达后取消",
        formula="tickets cancelled after the deadline, or after somebody had arrived ÷ tickets cancelled",
        look_when="above 5 %",
        limit="> 5 %",
        unit="share",
        why="cancelling and opening anew starts the clock again, and nobody asks the customer (K1, K6)",
        innocent="customers give up, and machines work again at the door; reason and next ticket stand beside it",
        source="K17, K1, K6; not any: who has waited in vain does give up; by the day of the cancellation;"
        " duplicates and entry errors too: they leave every rate",
        people=(TECHNICIAN, CLERK),
        measure=measures.share(Fraction(5, 100)),
        select=_CANCELLED,
    ),
    Signal(
        key="I15",
        title="Remote, then visited",
        chinese="远程解决后又报修",
        formula="remote resolutions with a repair reported on the same machine within 7 days ÷ remote resolutions",
        look_when="above 20 %",
        limit="> 20 %",
        unit="share",
        why="a call 'resolved' by phone leaves the arrival rate and the repeat-repair rate (K4, K6)",
        innocent="trying by phone first is good service, and sometimes fails",
        source="K17, K6; by the day of the completion, when 7 days are over; without a machine nothing can follow:"
        " left out, and seen by I11",
        people=(TECHNICIAN, CLERK),
        measure=measures.share(Fraction(20, 100)),
        select=events(
            "completed",
            f"CASE WHEN {_AGAIN} IS NULL THEN 'miss stayed_so' ELSE 'hit repair_within_7_days' END",
            who="coalesce(e.technician_id, fact.assigned_id)",
            detail=f"'by_T' || {_AGAIN}",
            period=within("fact.done"),
            condition="fact.type = 'repair' AND e.outcome = 'resolved_remotely' AND fact.appliance_id IS NOT NULL"
            " AND fact.done_day + 7 < :as_of_day",
        ),
    ),
    Signal(
        key="I16",
        title="Edits after the month",
        chinese="月结后更改",
        formula="facts of the period corrected or voided after the end of their month, and appliance, fault or type of"
        " its tickets edited",
        look_when="any",
        limit="any",
        unit="facts",
        why="a month that is put right after it was reported reads better than it was; --as-of shows it as it was (C3)",
        innocent="errors are found when the report is read: putting them right is what corrections are for",
        source="K17; by the day of the fact; recorded: when the edit was typed; clerk: who typed it",
        people=(TECHNICIAN, CLERK),
        measure=measures.number,
        select=_AFTER_CLOSE,
    ),
    Signal(
        key="I18",
        title="Doubtful duplicates",
        chinese="存疑的重复单",
        formula="tickets cancelled as duplicates by force (another customer, type or machine), or reported more than a"
        " day after the other one was completed",
        look_when="any",
        limit="any",
        unit="tickets",
        why="a call that is cancelled as a duplicate leaves every figure: no repeat, no late arrival (K4, K6, C7)",
        innocent="a neighbour who calls for the same leak; two machines in one call: the reason that was given stands"
        " in the ticket's events",
        source="K17, C7; by the day of the cancellation; technician: who completed the ticket that stays",
        people=(TECHNICIAN, CLERK),
        measure=measures.number,
        select=_DUPLICATES,
    ),
)
