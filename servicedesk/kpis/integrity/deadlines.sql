-- Signals of the 24-hour promise (I1, I2, I4, I13): moved windows, arrivals just in time or too early.

-- view: dispatched
-- Repairs reported in the period as K6 counts them, each with the clerk who dispatched it: the one who typed the window
-- that moved the deadline, else the last assignment, else the report.
SELECT fact.*, r.recorded_unix, coalesce(
         (SELECT w.actor FROM event_seen w
           WHERE fact.deadline_unix > fact.reported_unix + 86400 AND w.ticket_id = fact.ticket_id
             AND w.kind = 'appointed' AND w.asked_by = 'customer' AND w.window_to_unix = fact.deadline_unix
           ORDER BY w.recorded_unix, w.id LIMIT 1),
         (SELECT x.actor FROM event_seen x
           WHERE x.ticket_id = fact.ticket_id AND x.kind = 'assigned'
           ORDER BY x.at_unix DESC, x.id DESC LIMIT 1), r.actor) AS clerk
  FROM reported_in_period fact
  JOIN event_seen r ON r.ticket_id = fact.ticket_id AND r.kind = 'reported'
 WHERE fact.type = 'repair' AND NOT fact.on_site
   AND (fact.cancel_reason IS NULL OR fact.cancel_reason <> 'duplicate' AND fact.cancel_reason <> 'entry_error')

-- name: I1
SELECT ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix, judgement, NULL AS detail
  FROM (SELECT fact.ticket_id, fact.appliance_id, fact.customer_id,
               coalesce(fact.arrived_id, fact.assigned_due_id) AS who_id, fact.clerk,
               fact.reported_unix AS at_unix, fact.recorded_unix,
               CASE substr(headline.verdict, 1, 1) || substr(strict.verdict, 1, 1)
                 WHEN 'hh' THEN 'miss in_time' WHEN 'hm' THEN 'hit in_time_by_window' WHEN 'mm' THEN 'miss late'
                 WHEN 'ph' THEN 'miss strict_in_time' WHEN 'pm' THEN 'miss strict_late'
                 WHEN 'em' THEN 'miss strict_late' END AS judgement
          FROM kpi_arrival_24h_rate headline
          JOIN kpi_arrival_24h_rate_strict strict ON strict.ticket_id = headline.ticket_id
          JOIN dispatched fact ON fact.ticket_id = headline.ticket_id)
 WHERE judgement IS NOT NULL

-- name: I2
-- A busy day has more calls than the median of the days with calls.
WITH load AS (SELECT reported_day, count(*) AS calls FROM dispatched GROUP BY reported_day),
 placed_day AS (SELECT calls, row_number() OVER (ORDER BY calls) AS n, count(*) OVER () AS days FROM load),
 middle AS (SELECT avg(calls) AS calls FROM placed_day WHERE n = (days + 1) / 2 OR n = (days + 2) / 2)
SELECT fact.ticket_id, fact.appliance_id, fact.customer_id, coalesce(fact.arrived_id, fact.assigned_id) AS who_id,
       fact.clerk, fact.reported_unix AS at_unix, fact.recorded_unix,
       CASE WHEN fact.deadline_unix > fact.reported_unix + 86400 THEN 'hit ' ELSE 'miss ' END
         || CASE WHEN load.calls > middle.calls THEN 'busy' ELSE 'quiet' END AS judgement,
       'day_with_' || load.calls || '_calls' AS detail
  FROM dispatched fact JOIN load ON load.reported_day = fact.reported_day CROSS JOIN middle
 WHERE load.calls <> middle.calls

-- name: I4
-- An arrival at the last second of a day was imported as a day without a time.
SELECT ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix, NULL AS detail,
       CASE WHEN wait <= 86400 THEN 'hit just_before' ELSE 'miss just_after' END AS judgement
  FROM (SELECT e.ticket_id, fact.appliance_id, fact.customer_id, e.technician_id AS who_id, e.actor AS clerk, e.at_unix,
               e.recorded_unix, fact.arrived_unix - fact.reported_unix AS wait
          FROM reported_in_period fact
          JOIN event_seen e ON e.id = (SELECT x.id FROM event_seen x
                                        WHERE x.ticket_id = fact.ticket_id AND x.kind = 'arrived'
                                        ORDER BY x.at_unix, x.id LIMIT 1) AND substr(e.at, 12, 8) <> '23:59:59'
         WHERE fact.type = 'repair' AND NOT fact.on_site
           AND (fact.cancel_reason IS NULL OR fact.cancel_reason <> 'duplicate' AND fact.cancel_reason <> 'entry_error'))
 WHERE wait > 84600 AND wait <= 88200

-- name: I13
SELECT e.ticket_id, fact.appliance_id, fact.customer_id, fact.arrived_id AS who_id, e.actor AS clerk, e.at_unix,
       e.recorded_unix, NULL AS detail,
       CASE WHEN fact.arrived_unix - fact.reported_unix < 900 THEN 'hit within_15_min' ELSE 'miss later' END AS judgement
  FROM event_seen e
  JOIN ticket_fact fact ON fact.ticket_id = e.ticket_id
 WHERE e.kind = 'reported' AND fact.type = 'repair' AND NOT fact.on_site AND fact.arrived_unix IS NOT NULL
   AND e.at_unix >= (SELECT from_unix FROM asked) AND e.at_unix < (SELECT until_unix FROM asked)
   AND (fact.cancel_reason IS NULL OR fact.cancel_reason <> 'duplicate' AND fact.cancel_reason <> 'entry_error')
