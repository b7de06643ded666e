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
