-- Signals of visits (I3, I5, I17): arrivals typed late, nobody at home, very short repairs.

-- name: I3
SELECT e.ticket_id, fact.appliance_id, fact.customer_id, e.technician_id AS who_id, e.actor AS clerk, e.at_unix,
       e.recorded_unix, NULL AS detail,
       CASE WHEN e.recorded_unix - e.at_unix > 7200 THEN 'hit typed_late' ELSE 'miss typed_soon' END AS judgement
  FROM event_seen e
  JOIN ticket_fact fact ON fact.ticket_id = e.ticket_id
 WHERE e.kind = 'arrived'
   AND e.at_unix >= (SELECT from_unix FROM asked) AND e.at_unix < (SELECT until_unix FROM asked)
   AND (fact.cancel_reason IS NULL OR fact.cancel_reason <> 'duplicate' AND fact.cancel_reason <> 'entry_error')

-- name: I5
SELECT e.ticket_id, fact.appliance_id, fact.customer_id, e.technician_id AS who_id, e.actor AS clerk, e.at_unix,
       e.recorded_unix, NULL AS detail,
       CASE WHEN e.no_access THEN 'hit no_access' ELSE 'miss got_in' END AS judgement
  FROM event_seen e
  JOIN ticket_fact fact ON fact.ticket_id = e.ticket_id
 WHERE e.kind = 'arrived'
   AND e.at_unix >= (SELECT from_unix FROM asked) AND e.at_unix < (SELECT until_unix FROM asked)
   AND (fact.cancel_reason IS NULL OR fact.cancel_reason <> 'duplicate' AND fact.cancel_reason <> 'entry_error')

-- name: I17
-- A completion at the last second of a day was imported as a day without a time.
SELECT ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix, NULL AS detail,
       CASE WHEN at_unix - came_unix < 600 THEN 'hit within_10_min' ELSE 'miss longer' END AS judgement
  FROM (SELECT e.ticket_id, fact.appliance_id, fact.customer_id, e.technician_id AS who_id, e.actor AS clerk, e.at_unix,
               e.recorded_unix,
               (SELECT max(x.at_unix) FROM event_seen x
                 WHERE x.ticket_id = e.ticket_id AND x.kind = 'arrived' AND NOT x.no_access) AS came_unix
          FROM event_seen e
          JOIN ticket_fact fact ON fact.ticket_id = e.ticket_id
         WHERE e.kind = 'completed' AND fact.type = 'repair' AND e.outcome = 'fixed'
           AND substr(e.at, 12, 8) <> '23:59:59'
           AND e.at_unix >= (SELECT from_unix FROM asked) AND e.at_unix < (SELECT until_unix FROM asked)
           AND (fact.cancel_reason IS NULL OR fact.cancel_reason <> 'duplicate' AND fact.cancel_reason <> 'entry_error'))
 WHERE came_unix IS NOT NULL
