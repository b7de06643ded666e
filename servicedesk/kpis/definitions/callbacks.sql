-- KPIs of call-backs (K9): customers called and reached after the job.

-- view: completed
-- (The LIMIT keeps SQLite from copying the searches into every place that mentions them.)
-- Completed tickets of the period with the first call that reached somebody and the first call tried. An answer by
-- call-back counts as reached, whether or not the call was logged too. wants_no_calls: the last wish of the ticket's
-- customer at that time, typed before the completion (M22). A later wish does not count, or it could hide a bad job.
SELECT fact.ticket_id, fact.done_day AS day, fact.done_month AS month, fact.done_id AS hit_to,
       fact.done_id AS miss_to, fact.assigned_id AS else_to, fact.appliance_id, fact.done_unix, fact.answer,
       NULL AS ref,
       (SELECT min(first) FROM (
          SELECT c.at_day AS first FROM callback_seen c
           WHERE c.ticket_id = fact.ticket_id AND c.at_unix >= fact.done_unix
             AND (c.outcome = 'reached' OR c.outcome = 'refused')
           UNION ALL
          SELECT s.at_day FROM event_seen s
           WHERE s.ticket_id = fact.ticket_id AND s.kind = 'surveyed' AND s.source = 'callback') AS x) AS reached_day,
       (SELECT min(first) FROM (
          SELECT c.at_unix AS first FROM callback_seen c
           WHERE c.ticket_id = fact.ticket_id AND c.at_unix >= fact.done_unix
             AND (c.outcome = 'reached' OR c.outcome = 'refused')
           UNION ALL
          SELECT s.at_unix FROM event_seen s
           WHERE s.ticket_id = fact.ticket_id AND s.kind = 'surveyed' AND s.source = 'callback') AS x) AS reached_unix,
       (SELECT min(first) FROM (
          SELECT c.at_day AS first FROM callback_seen c
           WHERE c.ticket_id = fact.ticket_id AND c.at_unix >= fact.done_unix
           UNION ALL
          SELECT s.at_day FROM event_seen s
           WHERE s.ticket_id = fact.ticket_id AND s.kind = 'surveyed' AND s.source = 'callback') AS x) AS tried_day,
       CASE WHEN fact.outcome = 'resolved_remotely' THEN 'resolved_remotely'
            WHEN EXISTS (SELECT 1 FROM consent) AND (
              SELECT w.wanted FROM consent_seen w
               WHERE w.purpose = 'calls' AND w.recorded_unix <= fact.done_unix
                 AND w.customer_id =
                     CASE WHEN EXISTS (SELECT 1 FROM change h WHERE h.ticket_id = fact.ticket_id
                                          AND h.field = 'customer_id' AND h.recorded_unix > fact.done_unix)
                          THEN (SELECT CAST(h.old AS INTEGER) FROM change h
                                 WHERE h.ticket_id = fact.ticket_id AND h.field = 'customer_id'
                                   AND h.recorded_unix > fact.done_unix ORDER BY h.recorded_unix, h.id LIMIT 1)
                          ELSE fact.customer_id END
               ORDER BY w.at_unix DESC, w.id DESC LIMIT 1) = 'no' THEN 'wants_no_calls' END AS left_out
  FROM done_in_period fact
 WHERE fact.type = 'repair' OR fact.type = 'install' OR fact.type = 'maintenance'
 LIMIT 1000000000000

-- name: callback_coverage
SELECT *, NULL AS amount,
       CASE reason WHEN 'reached' THEN 'hit' WHEN 'reached_late' THEN 'miss' WHEN 'not_reached' THEN 'miss'
                   WHEN 'not_called' THEN 'miss' WHEN 'not_yet_7_days' THEN 'pending' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN left_out IS NOT NULL THEN left_out
                       WHEN day + 7 >= (SELECT as_of_day FROM asked) THEN 'not_yet_7_days'
                       WHEN reached_day <= day + 7 THEN 'reached'
                       WHEN reached_day IS NOT NULL THEN 'reached_late'
                       WHEN tried_day IS NOT NULL THEN 'not_reached' ELSE 'not_called' END AS reason FROM completed) AS c

-- name: callback_attempt_rate
SELECT *, NULL AS amount,
       CASE reason WHEN 'called' THEN 'hit' WHEN 'not_called' THEN 'miss' WHEN 'not_yet_7_days' THEN 'pending'
                   ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN left_out IS NOT NULL THEN left_out
                       WHEN day + 7 >= (SELECT as_of_day FROM asked) THEN 'not_yet_7_days'
                       WHEN tried_day <= day + 7 THEN 'called' ELSE 'not_called' END AS reason FROM completed) AS c

-- name: callback_answer_rate
SELECT *, NULL AS amount,
       CASE reason WHEN 'answered' THEN 'hit' WHEN 'no_answer' THEN 'miss' WHEN 'not_yet_14_days' THEN 'pending'
                   ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN left_out IS NOT NULL THEN left_out
                       WHEN day + 14 >= (SELECT as_of_day FROM asked) THEN 'not_yet_14_days'
                       WHEN reached_day IS NULL OR reached_day > day + 7 THEN 'not_reached'
                       WHEN answer IS NOT NULL THEN 'answered' ELSE 'no_answer' END AS reason FROM completed) AS c

-- name: callback_hours
SELECT *, CASE WHEN reason = 'reached' THEN round((reached_unix - done_unix) / 3600.0, 4) END AS amount,
       CASE reason WHEN 'reached' THEN 'hit' WHEN 'not_yet_7_days' THEN 'pending' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN left_out IS NOT NULL THEN left_out
                       WHEN day + 7 >= (SELECT as_of_day FROM asked) THEN 'not_yet_7_days'
                       WHEN reached_day <= day + 7 THEN 'reached' ELSE 'not_reached' END AS reason FROM completed) AS c
