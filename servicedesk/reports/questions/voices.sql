-- Questions about what customers say: to us, and to others.

-- name: last_answers
-- The last counted answer of each customer about a ticket completed in the period.
SELECT customer_id, name, ticket_id, answer
  FROM (SELECT f.customer_id, c.name, f.ticket_id, f.answer,
               row_number() OVER (PARTITION BY f.customer_id ORDER BY f.done_unix DESC, f.ticket_id DESC) AS place
          FROM ticket_fact f
          JOIN customer_seen c ON c.id = f.customer_id
         WHERE f.done_day >= :from_day AND f.done_day < :until_day AND f.answer IS NOT NULL) AS a
 WHERE place = 1
 ORDER BY ticket_id

-- name: asked_for
-- Repairs reported in the period, and the technician whom the customer asked for by name.
SELECT f.ticket_id, f.customer_id, k.asked_for_id, t.name
  FROM ticket_fact f
  JOIN ticket_then k ON k.id = f.ticket_id
  LEFT JOIN technician_then t ON t.id = k.asked_for_id
 WHERE f.type = 'repair' AND f.reported_day >= :from_day AND f.reported_day < :until_day
   AND (f.cancel_reason IS NULL OR f.cancel_reason <> 'duplicate' AND f.cancel_reason <> 'entry_error')
 ORDER BY f.ticket_id

-- name: praise
-- Praise received in the period, as far as was known then.
SELECT c.id AS complaint_id, c.ticket_id, c.customer_id
  FROM complaint c
 WHERE c.kind = 'praise' AND c.at_unix >= (SELECT from_unix FROM asked) AND c.at_unix < (SELECT until_unix FROM asked)
   AND c.at_unix <= (SELECT as_of FROM asked) AND c.recorded_unix <= (SELECT as_of FROM asked)
   AND (c.voided_unix IS NULL OR c.voided_unix > (SELECT as_of FROM asked))
 ORDER BY c.id

-- name: newcomers
-- Customers who were registered in the period, and the customer who sent them.
SELECT c.id AS customer_id, c.name, c.introduced_by_id
  FROM customer_seen c
 WHERE c.registered_day >= :from_day AND c.registered_day < :until_day AND c.origin <> 'imported'
 ORDER BY c.id

-- name: recommendations
-- The answers of the period that say whether the customer would recommend the outlet, the first of each ticket.
SELECT r.ticket_id, r.customer_id, r.recommend
  FROM recommendation r
 WHERE r.day >= :from_day AND r.day < :until_day
 ORDER BY r.ticket_id
