-- name: get_case
-- Inside `facts_as_of`: whose ticket it was, what the customer said at the report and with the answer that counts, and by
-- how many seconds the deadline was missed, so far where nobody came.
SELECT c.id AS customer_id, c.name AS customer, t.text, e.reason AS answer_reason,
       coalesce(f.arrived_unix, f.done_unix, f.cancelled_unix, (SELECT as_of FROM asked)) - f.deadline_unix AS late_seconds
  FROM ticket_fact f
  JOIN ticket t ON t.id = f.ticket_id
  LEFT JOIN customer c ON c.id = f.customer_id
  LEFT JOIN event e ON e.id = f.answer_id
 WHERE f.ticket_id = :ticket_id
