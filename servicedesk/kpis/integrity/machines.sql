-- Signals of hidden repeats (I9, I10, I11, I14): other type, other or no appliance, just after day 30.

-- view: after_repair
-- Reports after a repair of the same appliance that K4 may count as repeated, with the last such repair before.
SELECT e.ticket_id, fact.appliance_id, fact.customer_id, fact.type, fact.reported_month, fact.reported_day,
       p.done_id AS who_id, e.actor AS clerk, e.at_unix, e.recorded_unix, fact.reported_day - p.done_day AS days,
       'after_T' || p.ticket_id AS detail
  FROM event_seen e
  JOIN ticket_fact fact ON fact.ticket_id = e.ticket_id
  JOIN ticket_fact p ON p.ticket_id = (
       SELECT x.ticket_id FROM ticket_fact x
        WHERE x.appliance_id = fact.appliance_id AND x.type = 'repair' AND x.ticket_id <> fact.ticket_id
          AND x.done_unix < fact.reported_unix AND x.outcome <> 'exchanged'
          AND x.outcome <> 'not_repairable' AND x.outcome <> 'resolved_remotely'
        ORDER BY x.done_unix DESC, x.ticket_id DESC LIMIT 1)
 WHERE e.kind = 'reported'
   AND e.at_unix >= (SELECT from_unix FROM asked) AND e.at_unix < (SELECT until_unix FROM asked)
   AND (fact.cancel_reason IS NULL OR fact.cancel_reason <> 'duplicate' AND fact.cancel_reason <> 'entry_error')

-- name: I9
-- A birthday visit was planned before its ticket was typed: left out. A line added at the completion plans nothing.
SELECT ticket_id, appliance_id, customer_id, who_id,
       (SELECT t.actor FROM ticket t WHERE t.id = again.ticket_id) AS clerk, at_unix, recorded_unix,
       CASE type WHEN 'repair' THEN 'miss ' ELSE 'hit ' END || type AS judgement, detail
  FROM after_repair again
 WHERE days <= 30
   AND (type = 'repair' OR NOT EXISTS (
          SELECT 1 FROM maintenance_line l
           WHERE l.ticket_id = again.ticket_id AND l.role = 'care'
             AND unixepoch(l.recorded_at) <= again.recorded_unix))

-- name: I14
SELECT ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix,
       CASE WHEN days >= 31 THEN 'hit days_31_to_35' ELSE 'miss days_26_to_30' END AS judgement, detail
  FROM after_repair
 WHERE type = 'repair' AND days BETWEEN 26 AND 35

-- name: I10
-- A serial, or the key in the imported file, identifies an appliance: two that both have one are different ones.
-- Window functions instead of a join: a school may have ten thousand alike.
WITH machine AS (
  SELECT a.id, a.actor, unixepoch(a.recorded_at) AS recorded_unix, unixepoch(substr(a.recorded_at, 1, 10)) / 86400 AS day,
         a.ref, said.customer_id, said.category, said.model, said.serial
    FROM appliance a JOIN appliance_then said ON said.id = a.id
   WHERE unixepoch(a.recorded_at) <= (SELECT as_of FROM asked)
     AND (said.voided_at IS NULL OR unixepoch(said.voided_at) > (SELECT as_of FROM asked))),
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
    FROM before
   WHERE recorded_unix >= (SELECT from_unix FROM asked) AND recorded_unix < (SELECT until_unix FROM asked))
SELECT NULL AS ticket_id, id AS appliance_id, customer_id, NULL AS who_id, actor AS clerk, recorded_unix AS at_unix,
       recorded_unix, CASE WHEN what IS NULL THEN 'miss alone' ELSE 'hit ' || what END AS judgement,
       CASE WHEN what IS NOT NULL
            THEN 'as_A' || CASE WHEN what = 'same_serial' THEN same_serial_id
                                WHEN is_told_apart THEN bare_id ELSE any_id END END AS detail
  FROM twin

-- name: I11
SELECT e.ticket_id, fact.appliance_id, fact.customer_id, coalesce(fact.done_id, fact.assigned_id) AS who_id,
       (SELECT t.actor FROM ticket t WHERE t.id = e.ticket_id) AS clerk, e.at_unix, e.recorded_unix, NULL AS detail,
       CASE WHEN fact.appliance_id IS NULL THEN 'hit no_machine' ELSE 'miss machine_known' END AS judgement
  FROM event_seen e
  JOIN ticket_fact fact ON fact.ticket_id = e.ticket_id
 WHERE e.kind = 'reported' AND fact.type = 'repair'
   AND e.at_unix >= (SELECT from_unix FROM asked) AND e.at_unix < (SELECT until_unix FROM asked)
   AND (fact.cancel_reason IS NULL OR fact.cancel_reason <> 'duplicate' AND fact.cancel_reason <> 'entry_error')
