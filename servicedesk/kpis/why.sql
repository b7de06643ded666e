-- name: get_case
-- Read it inside `facts_as_of`. The customer of a ticket, their words at the report and with the counted answer, and
-- the seconds by which the deadline was missed (until now if nobody came); strictly: from 24 hours after the report.
-- An arrival at the last second of a day was imported as a day without a time.
SELECT c.id AS customer_id, c.name AS customer, t.text, e.reason AS answer_reason,
       coalesce(f.arrived_unix, f.done_unix, f.cancelled_unix, (SELECT as_of FROM asked)) - f.deadline_unix AS late_seconds,
       coalesce(f.arrived_unix, f.done_unix, f.cancelled_unix, (SELECT as_of FROM asked)) - f.reported_unix - 86400
         AS strictly_late_seconds,
       EXISTS (SELECT 1 FROM event_seen a
                WHERE a.ticket_id = f.ticket_id AND a.kind = 'arrived' AND a.at_unix = f.arrived_unix
                  AND substr(a.at, 12, 8) = '23:59:59') AS is_day_alone
  FROM ticket_fact f
  JOIN ticket t ON t.id = f.ticket_id
  LEFT JOIN customer c ON c.id = f.customer_id
  LEFT JOIN event e ON e.id = f.answer_id
 WHERE f.ticket_id = :ticket_id

-- name: get_promise
-- The words of a promise, and the seconds by which it was kept late (until now if it was not kept).
SELECT p.what AS said, coalesce(
         (SELECT unixepoch(e.at) FROM promise_end e WHERE e.promise_id = p.id AND e.kind = 'kept' AND e.voided_at IS NULL),
         (SELECT as_of FROM asked)) - p.due_unix AS late_seconds
  FROM promise p
 WHERE p.id = :id

-- name: get_complaint
-- The subject and the customer of a complaint, and the seconds by which it was answered later than 24 hours after it
-- came in (until now if it was not answered).
SELECT coalesce(k.text, k.about) AS said, c.id AS customer_id, c.name AS customer, coalesce(
         (SELECT unixepoch(s.at) FROM complaint_step s
           WHERE s.complaint_id = k.id AND s.kind = 'acknowledged' AND s.voided_at IS NULL),
         (SELECT as_of FROM asked)) - k.at_unix - 86400 AS late_seconds
  FROM complaint k
  JOIN customer c ON c.id = k.customer_id
 WHERE k.id = :id
