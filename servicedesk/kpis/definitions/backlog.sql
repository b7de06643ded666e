-- KPIs of the backlog (K13): tickets open at an instant, with state and age, reported in any period.

-- name: backlog
-- The state is the one that `ticket list` shows; a wait is named by its cause. Age counts from the earliest report of
-- the tickets that a reopened ticket follows, so that cancelling and reopening makes none younger. The search along the
-- followed tickets has no join: after an ANALYZE, SQLite 3.40 filters a join by the first ticket's result for all.
SELECT ticket_id, day, month, else_to AS hit_to, else_to AS miss_to, else_to, appliance_id, NULL AS ref,
       CASE WHEN turn = 'waiting' THEN 'waiting_' || cause
            WHEN came_unix >= coalesce(turn_unix, 0) THEN 'arrived'
            WHEN window_unix > (SELECT as_of FROM asked) THEN 'appointed'
            WHEN else_to IS NOT NULL THEN 'assigned'
            ELSE 'unassigned' END AS reason,
       round(((SELECT as_of FROM asked) - since_unix) / 86400.0, 4) AS amount, 'hit' AS verdict
  FROM (SELECT fact.ticket_id, fact.reported_day AS day, fact.reported_month AS month, fact.assigned_id AS else_to,
               fact.appliance_id,
               (SELECT e.kind FROM event_seen e
                 WHERE e.ticket_id = fact.ticket_id AND (e.kind = 'waiting' OR e.kind = 'resumed')
                 ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) AS turn,
               (SELECT e.at_unix FROM event_seen e
                 WHERE e.ticket_id = fact.ticket_id AND (e.kind = 'waiting' OR e.kind = 'resumed')
                 ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) AS turn_unix,
               (SELECT e.cause FROM event_seen e
                 WHERE e.ticket_id = fact.ticket_id AND e.kind = 'waiting'
                 ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) AS cause,
               (SELECT e.at_unix FROM event_seen e
                 WHERE e.ticket_id = fact.ticket_id AND e.kind = 'arrived' AND e.no_access = 0
                 ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) AS came_unix,
               (SELECT e.window_to_unix FROM event_seen e
                 WHERE e.ticket_id = fact.ticket_id AND e.kind = 'appointed'
                 ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) AS window_unix,
               (WITH RECURSIVE line(id) AS (
                  SELECT fact.ticket_id
                   UNION
                  SELECT (SELECT t.follows_ticket_id FROM ticket t WHERE t.id = line.id) AS follows
                    FROM line WHERE follows IS NOT NULL)
                SELECT min((SELECT e.at_unix FROM event_seen e WHERE e.ticket_id = line.id AND e.kind = 'reported'))
                  FROM line) AS since_unix
          FROM ticket_fact fact
         WHERE fact.done_unix IS NULL AND fact.cancelled_unix IS NULL
           AND fact.reported_unix <= (SELECT as_of FROM asked)
         LIMIT 1000000000000) AS o
