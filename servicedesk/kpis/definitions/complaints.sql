-- KPIs of complaints (K10): customers who complained after a service, and how complaints were handled.

-- name: complaint_rate
-- One verdict for each customer (and month, if asked by month). It stands on the ticket that the first complaint is
-- about, if that is one of the cohort, else on the last ticket before the complaint; without a complaint on the last
-- ticket of the period. Complaint and ticket belong to the same customer as of the instant: searched by the customer of
-- today and, before a merge, by the former one.
SELECT ticket_id, day, month, hit_to, hit_to AS miss_to, else_to, appliance_id, reason, verdict, NULL AS amount,
       CASE WHEN reason = 'complained' THEN 'K' || complaint_id END AS ref
  FROM (SELECT *, CASE WHEN customer_id IS NULL THEN 'no_customer'
                       WHEN complaint_id IS NOT NULL THEN 'complained'
                       WHEN last_day + 30 >= (SELECT as_of_day FROM asked) THEN 'not_yet_30_days'
                       ELSE 'no_complaint' END AS reason,
               CASE WHEN customer_id IS NULL THEN 'excluded'
                    WHEN last_day + 30 >= (SELECT as_of_day FROM asked) THEN 'pending'
                    WHEN complaint_id IS NOT NULL THEN 'hit' ELSE 'miss' END AS verdict
          FROM (SELECT *, max(day) OVER (PARTITION BY part, person) AS last_day,
                       row_number() OVER (PARTITION BY part, person
                                          ORDER BY is_silent, complaint_unix, complaint_id, is_about DESC,
                                                   done_unix DESC, ticket_id DESC) AS place
                  FROM (SELECT served.*, c.at_unix AS complaint_unix,
                               CASE WHEN served.complaint_id IS NULL THEN 1 ELSE 0 END AS is_silent,
                               CASE WHEN c.ticket_id = served.ticket_id THEN 1 ELSE 0 END AS is_about
                          FROM (SELECT fact.ticket_id, fact.customer_id, fact.done_day AS day, fact.done_month AS month,
                                       fact.done_unix, fact.done_id AS hit_to, fact.assigned_id AS else_to,
                                       fact.appliance_id, coalesce(fact.customer_id, -fact.ticket_id) AS person,
                                       CASE WHEN (SELECT monthly FROM asked) = 1 THEN fact.done_month ELSE 0 END
                                         AS part,
                                       (SELECT c.id FROM complaint_seen c
                                         WHERE (c.id IN (SELECT k.id FROM complaint k
                                                          WHERE k.customer_id = fact.customer_id)
                                             OR c.id IN (SELECT h.complaint_id FROM change h
                                                          WHERE h.complaint_id IS NOT NULL AND h.field = 'customer_id'
                                                            AND (CAST(h.old AS INTEGER) = fact.customer_id
                                                              OR CAST(h.new AS INTEGER) = fact.customer_id)))
                                           AND c.customer_id = fact.customer_id
                                           AND c.at_unix >= fact.done_unix
                                           AND c.at_unix < fact.done_unix + 32 * 86400
                                           AND c.at_day <= fact.done_day + 30
                                         ORDER BY c.at_unix, c.id LIMIT 1) AS complaint_id
                                  FROM done_in_period fact
                                 WHERE fact.type = 'repair' OR fact.type = 'install' OR fact.type = 'maintenance')
                               AS served
                          LEFT JOIN complaint_seen c ON c.id = served.complaint_id) AS told) AS placed
         WHERE place = 1) AS judged

-- view: received
-- (The LIMIT keeps SQLite from copying the searches into every place that mentions them.)
-- Complaints of the period, with the first step taken and how they were closed.
SELECT c.id, c.ticket_id, c.at_day AS day, c.at_month AS month, c.at_unix, f.done_id AS hit_to, f.done_id AS miss_to,
       f.assigned_id AS else_to, f.appliance_id, 'K' || c.id AS ref,
       (SELECT s.at_unix FROM complaint_step_seen s
         WHERE s.complaint_id = c.id ORDER BY s.at_unix, s.id LIMIT 1) AS first_unix,
       (SELECT s.at_unix FROM complaint_step_seen s
         WHERE s.complaint_id = c.id AND s.kind = 'closed' ORDER BY s.at_unix, s.id LIMIT 1) AS closed_unix,
       (SELECT s.upheld FROM complaint_step_seen s
         WHERE s.complaint_id = c.id AND s.kind = 'closed' ORDER BY s.at_unix, s.id LIMIT 1) AS upheld
  FROM complaint_seen c
  LEFT JOIN ticket_fact f ON f.ticket_id = c.ticket_id
 WHERE c.at_unix >= (SELECT from_unix FROM asked) AND c.at_unix < (SELECT until_unix FROM asked)
 LIMIT 1000000000000

-- name: complaints_per_100
SELECT ticket_id, day, month, hit_to, miss_to, else_to, appliance_id, 'received' AS reason, ref, NULL AS amount,
       'hit' AS verdict
  FROM received
 UNION ALL
SELECT ticket_id, done_day, done_month, done_id, done_id, assigned_id, appliance_id, 'completed', NULL, NULL, 'miss'
  FROM done_in_period
 WHERE type = 'repair' OR type = 'install' OR type = 'maintenance'

-- name: latent_complaints
-- A score of 1 or 2, and no complaint about the ticket or by its customer since the report.
SELECT ticket_id, day, month, hit_to, miss_to, else_to, appliance_id, NULL AS amount,
       CASE WHEN complaint_id IS NULL THEN answer ELSE 'complained' END AS reason,
       CASE WHEN complaint_id IS NOT NULL THEN 'K' || complaint_id END AS ref,
       CASE WHEN day + 30 >= (SELECT as_of_day FROM asked) THEN 'pending'
            WHEN complaint_id IS NULL THEN 'hit' ELSE 'miss' END AS verdict
  FROM (SELECT fact.ticket_id, fact.done_day AS day, fact.done_month AS month, fact.done_id AS hit_to,
               fact.done_id AS miss_to, fact.assigned_id AS else_to, fact.appliance_id, fact.answer,
               (SELECT c.id FROM complaint_seen c
                 WHERE (c.ticket_id = fact.ticket_id
                     OR (c.id IN (SELECT k.id FROM complaint k WHERE k.customer_id = fact.customer_id)
                      OR c.id IN (SELECT h.complaint_id FROM change h
                                   WHERE h.complaint_id IS NOT NULL AND h.field = 'customer_id'
                                     AND (CAST(h.old AS INTEGER) = fact.customer_id
                                       OR CAST(h.new AS INTEGER) = fact.customer_id)))
                        AND c.customer_id = fact.customer_id AND c.at_unix >= fact.reported_unix)
                   AND c.at_day <= fact.done_day + 30
                 ORDER BY c.at_unix, c.id LIMIT 1) AS complaint_id
          FROM done_in_period fact
         WHERE (fact.type = 'repair' OR fact.type = 'install' OR fact.type = 'maintenance')
           AND (fact.outcome IS NULL OR fact.outcome <> 'resolved_remotely')
           AND (fact.answer = 'score_1' OR fact.answer = 'score_2')
         LIMIT 1000000000000) AS l

-- name: upheld_rate
SELECT *, NULL AS amount, CASE reason WHEN 'upheld' THEN 'hit' WHEN 'not_upheld' THEN 'miss' ELSE 'pending' END AS verdict
  FROM (SELECT *, CASE WHEN closed_unix IS NULL THEN 'open' WHEN upheld = 1 THEN 'upheld' ELSE 'not_upheld' END AS reason
          FROM received) AS r

-- name: ack_within_24h_rate
SELECT *, NULL AS amount,
       CASE reason WHEN 'acknowledged' THEN 'hit' WHEN 'not_yet_24h' THEN 'pending' ELSE 'miss' END AS verdict
  FROM (SELECT *, CASE WHEN at_unix + 86400 > (SELECT as_of FROM asked) THEN 'not_yet_24h'
                       WHEN first_unix <= at_unix + 86400 THEN 'acknowledged'
                       WHEN first_unix IS NOT NULL THEN 'acknowledged_late' ELSE 'not_acknowledged' END AS reason
          FROM received) AS r

-- name: complaint_days_to_resolve
SELECT *, round((coalesce(closed_unix, (SELECT as_of FROM asked)) - at_unix) / 86400.0, 4) AS amount,
       CASE WHEN closed_unix IS NULL THEN 'open' ELSE 'closed' END AS reason,
       CASE WHEN closed_unix IS NULL THEN 'pending' ELSE 'hit' END AS verdict
  FROM received

-- name: complaints_open_7d
-- Complaints open as of the instant, received in any period.
SELECT c.ticket_id, c.at_day AS day, c.at_month AS month, f.done_id AS hit_to, f.done_id AS miss_to,
       f.assigned_id AS else_to, f.appliance_id, 'K' || c.id AS ref, NULL AS amount,
       CASE WHEN c.at_day + 7 < (SELECT as_of_day FROM asked) THEN 'over_7_days' ELSE 'up_to_7_days' END AS reason,
       CASE WHEN c.at_day + 7 < (SELECT as_of_day FROM asked) THEN 'hit' ELSE 'miss' END AS verdict
  FROM complaint_seen c
  LEFT JOIN ticket_fact f ON f.ticket_id = c.ticket_id
 WHERE NOT EXISTS (SELECT 1 FROM complaint_step_seen s WHERE s.complaint_id = c.id AND s.kind = 'closed')

-- name: last_closed
SELECT c.at_month, max(s.at_unix)
  FROM complaint_seen c
  JOIN complaint_step_seen s ON s.complaint_id = c.id AND s.kind = 'closed'
 WHERE c.at_unix >= (SELECT from_unix FROM asked) AND c.at_unix < (SELECT until_unix FROM asked)
 GROUP BY c.at_month
