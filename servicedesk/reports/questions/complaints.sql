-- Questions about complaints: what was done after them, and what is to be done yet.

-- name: measures
-- Every measure that a closing named, with when it was done.
SELECT k.id AS complaint_id, c.customer_id, p.name AS customer, k.ticket_id, k.kind, k.about, s.cause, s.measure,
       s.measure_by, s.at AS named_at, s.actor AS named_by, d.at AS done_at, d.text AS done_text
  FROM complaint_step_seen s
  JOIN complaint k ON k.id = s.complaint_id
  JOIN complaint_then c ON c.id = k.id
  LEFT JOIN customer_seen p ON p.id = c.customer_id
  LEFT JOIN measure_done_seen d ON d.complaint_step_id = s.id
 WHERE s.measure IS NOT NULL AND (k.voided_unix IS NULL OR k.voided_unix > (SELECT as_of FROM asked))
 ORDER BY CASE WHEN d.at IS NULL THEN 0 ELSE 1 END, CASE WHEN s.measure_by IS NULL THEN 1 ELSE 0 END, s.measure_by,
       s.at_unix, s.id

-- name: complaints_received
-- Complaints and disputes of the period, each with when somebody first spoke to the customer (the first step, or a call
-- of ours that was answered), when it was first made up for, and the counted score of its ticket (K1).
SELECT c.id AS complaint_id, c.customer_id, p.name AS customer, c.ticket_id, k.kind, k.about, k.severity,
       c.at AS received_at, c.at_unix AS received_unix, f.answer,
       (SELECT min(reached.at_unix)
          FROM (SELECT s.complaint_id, NULL AS ticket_id, NULL AS customer_id, s.at_unix FROM complaint_step_seen s
                 UNION ALL
                SELECT NULL, b.ticket_id, NULL, b.at_unix
                  FROM callback_seen b WHERE b.outcome = 'reached' OR b.outcome = 'refused'
                 UNION ALL
                SELECT NULL, o.ticket_id, o.customer_id, o.at_unix
                  FROM contact_seen o WHERE o.direction = 'out' AND o.unanswered IS NULL) AS reached
         WHERE (reached.complaint_id = c.id OR reached.ticket_id = c.ticket_id OR reached.customer_id = c.customer_id)
           AND reached.at_unix >= c.at_unix) AS contact_unix,
       (SELECT min(s.at_unix) FROM complaint_step_seen s WHERE s.complaint_id = c.id AND s.kind = 'recovered')
         AS recovered_unix,
       (SELECT min(s.upheld) FROM complaint_step_seen s WHERE s.complaint_id = c.id AND s.kind = 'closed') AS upheld
  FROM complaint_seen c
  JOIN complaint k ON k.id = c.id
  LEFT JOIN customer_seen p ON p.id = c.customer_id
  LEFT JOIN ticket_fact f ON f.ticket_id = c.ticket_id
 WHERE c.at_day >= :from_day AND c.at_day < :until_day
 ORDER BY c.at_unix, c.id

-- name: recoveries
-- What was done to make up for the complaints of the period.
SELECT s.complaint_id, s.at, s.text AS action
  FROM complaint_step_seen s
  JOIN complaint_seen c ON c.id = s.complaint_id
 WHERE s.kind = 'recovered' AND c.at_day >= :from_day AND c.at_day < :until_day
 ORDER BY s.at_unix, s.id

-- name: scores_afterwards
-- The answers about the ticket since its complaint was first made up for that do not count in the satisfaction rate (K1).
SELECT c.id AS complaint_id, e.score
  FROM complaint_seen c
  JOIN ticket_fact f ON f.ticket_id = c.ticket_id
  JOIN event_seen e ON e.ticket_id = c.ticket_id AND e.kind = 'surveyed' AND e.score IS NOT NULL
   AND (f.answer_id IS NULL OR e.id <> f.answer_id)
   AND e.at_unix >= (SELECT min(s.at_unix) FROM complaint_step_seen s
                      WHERE s.complaint_id = c.id AND s.kind = 'recovered')
 WHERE c.at_day >= :from_day AND c.at_day < :until_day
 ORDER BY e.at_unix, e.id
