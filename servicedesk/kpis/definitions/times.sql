-- KPIs of waiting times (K12): from the report to the arrival and to the repair. Open ones count as lasting longer.

-- view: waiting
SELECT *, reported_day AS day, reported_month AS month, assigned_id AS else_to, NULL AS ref,
       CASE WHEN cancel_reason = 'duplicate' OR cancel_reason = 'entry_error' THEN cancel_reason
            WHEN on_site = 1 THEN 'on_site' END AS withdrawn
  FROM reported_in_period
 WHERE type = 'repair'

-- view: mended
SELECT *, done_id AS hit_to, done_id AS miss_to,
       CASE WHEN withdrawn IS NOT NULL THEN withdrawn
            WHEN outcome = 'resolved_remotely' THEN 'remote'
            WHEN done_unix IS NOT NULL THEN 'completed'
            WHEN cancelled_unix IS NOT NULL THEN 'cancelled'
            ELSE 'open' END AS reason
  FROM waiting

-- name: time_to_arrive
SELECT *, arrived_id AS hit_to, arrived_id AS miss_to,
       CASE WHEN reason = 'arrived' OR reason = 'waiting'
            THEN round((coalesce(arrived_unix, (SELECT as_of FROM asked)) - reported_unix) / 3600.0, 4) END AS amount,
       CASE reason WHEN 'arrived' THEN 'hit' WHEN 'waiting' THEN 'pending' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN withdrawn IS NOT NULL THEN withdrawn
                       WHEN arrived_unix IS NOT NULL THEN 'arrived'
                       WHEN outcome = 'resolved_remotely' THEN 'remote'
                       WHEN cancelled_unix IS NOT NULL THEN 'cancelled_without_arrival'
                       WHEN done_unix IS NOT NULL THEN 'completed_without_arrival'
                       ELSE 'waiting' END AS reason FROM waiting) AS w

-- name: time_to_repair
SELECT *, CASE WHEN reason = 'completed' OR reason = 'open'
               THEN round((coalesce(done_unix, (SELECT as_of FROM asked)) - reported_unix) / 3600.0, 4) END AS amount,
       CASE reason WHEN 'completed' THEN 'hit' WHEN 'open' THEN 'pending' ELSE 'excluded' END AS verdict
  FROM mended

-- name: time_waiting
-- A wait lasts until the next resumption or wait, at most until the completion.
SELECT *, CASE WHEN reason = 'completed' THEN round(coalesce((
         SELECT sum(CASE WHEN ends < begins THEN 0 WHEN ends > completion THEN completion - begins ELSE ends - begins END)
           FROM (SELECT w.at_unix AS begins, mended.done_unix AS completion, coalesce(
                        (SELECT e.at_unix FROM event_seen e
                          WHERE e.ticket_id = w.ticket_id AND (e.kind = 'resumed' OR e.kind = 'waiting')
                            AND (e.at_unix > w.at_unix OR e.at_unix = w.at_unix AND e.id > w.id)
                          ORDER BY e.at_unix, e.id LIMIT 1), mended.done_unix) AS ends
                   FROM event_seen w
                  WHERE w.ticket_id = mended.ticket_id AND w.kind = 'waiting') AS waits
          WHERE begins < completion), 0) / 3600.0, 4) END AS amount,
       CASE reason WHEN 'completed' THEN 'hit' WHEN 'open' THEN 'pending' ELSE 'excluded' END AS verdict
  FROM mended

-- name: time_hands_on
SELECT ticket_id, day, month, hit_to, miss_to, else_to, appliance_id, ref,
       CASE WHEN reason = 'completed' AND came_unix IS NULL THEN 'completed_without_arrival' ELSE reason END AS reason,
       CASE WHEN reason = 'completed' THEN round((done_unix - came_unix) / 3600.0, 4) END AS amount,
       CASE WHEN reason = 'completed' AND came_unix IS NOT NULL THEN 'hit' WHEN reason = 'open' THEN 'pending'
            ELSE 'excluded' END AS verdict
  FROM (SELECT *, (SELECT max(a.at_unix) FROM event_seen a
                    WHERE a.ticket_id = mended.ticket_id AND a.kind = 'arrived' AND a.no_access = 0) AS came_unix
          FROM mended LIMIT 1000000000000) AS m
