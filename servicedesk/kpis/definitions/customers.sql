-- KPIs of the customer's cost of a repair beside its price (K15), and two "return rates" that are never mixed (K11):
-- returning customers, and returned products.

-- view: repair_cost
-- Every repair completed in the period: how often the customer had to call or write until it was done, the visits they
-- had to be home for, the hours they waited in agreed windows, the days without the appliance, and what they paid.
-- Nobody waited in a window that was moved before it began. A wait lasts until somebody comes, at most until the window
-- ends. A contact within ten minutes of the report counts as the report itself.
SELECT f.ticket_id, f.done_day AS day, f.done_month AS month, f.done_id AS hit_to, f.done_id AS miss_to,
       f.assigned_id AS else_to, f.appliance_id, NULL AS ref, f.visits + f.no_access AS visits,
       (f.done_unix - f.reported_unix) / 86400.0 AS days,
       CASE WHEN f.on_site = 1 THEN 0 ELSE 1 END
     + coalesce(doubles.calls, 0)
     + (SELECT count(*) FROM contact_seen c
         WHERE c.ticket_id = f.ticket_id AND c.direction = 'in' AND c.at_unix > f.reported_unix + 600
           AND c.at_unix <= f.done_unix)
     + (SELECT count(*) FROM complaint_seen k
         WHERE k.ticket_id = f.ticket_id AND k.at_unix <= f.done_unix) AS contacts,
       (SELECT sum(CASE WHEN came_unix <= begins THEN 0
                                 WHEN came_unix < ends THEN came_unix - begins ELSE ends - begins END)
                   FROM (SELECT w.window_from_unix AS begins, w.window_to_unix AS ends,
                                (SELECT min(a.at_unix) FROM event_seen a
                                  WHERE a.ticket_id = w.ticket_id AND a.kind = 'arrived' AND a.at_unix >= w.at_unix)
                                  AS came_unix
                           FROM appointment_seen w
                          WHERE w.ticket_id = f.ticket_id AND w.window_from_unix < f.done_unix
                            AND NOT EXISTS (SELECT 1 FROM appointment_seen m
                                             WHERE m.ticket_id = w.ticket_id AND m.at_unix <= w.window_from_unix
                                               AND (m.at_unix > w.at_unix OR m.at_unix = w.at_unix AND m.id > w.id)))
                        AS waits) / 3600.0 AS hours,
       (SELECT CASE WHEN g.paid_fen IS NULL THEN 0 ELSE g.paid_fen END FROM charge_seen g
         WHERE g.ticket_id = f.ticket_id ORDER BY g.id DESC LIMIT 1) / 100.0 AS yuan
  FROM done_in_period f
  LEFT JOIN (SELECT x.duplicate_of_id AS ticket_id, count(*) AS calls
               FROM ticket_fact d
               JOIN event_seen x ON x.ticket_id = d.ticket_id AND x.kind = 'cancelled'
               JOIN ticket_fact s ON s.ticket_id = x.duplicate_of_id AND x.at_unix <= s.done_unix
              WHERE d.cancel_reason = 'duplicate'
              GROUP BY x.duplicate_of_id) AS doubles ON doubles.ticket_id = f.ticket_id
 WHERE f.type = 'repair'
 LIMIT 1000000000000

-- name: customer_cost
SELECT *, NULL AS amount, CASE WHEN contacts > 1 THEN 'several_contacts' ELSE 'one_contact' END AS reason,
       CASE WHEN contacts > 1 THEN 'hit' ELSE 'miss' END AS verdict
  FROM repair_cost

-- name: customer_cost_contacts
SELECT *, contacts AS amount, 'completed' AS reason, 'hit' AS verdict FROM repair_cost

-- name: customer_cost_visits
SELECT *, visits AS amount, 'completed' AS reason, 'hit' AS verdict FROM repair_cost

-- name: customer_cost_hours
SELECT *, round(hours, 4) AS amount, CASE WHEN hours IS NULL THEN 'no_window' ELSE 'completed' END AS reason,
       CASE WHEN hours IS NULL THEN 'excluded' ELSE 'hit' END AS verdict
  FROM repair_cost

-- name: customer_cost_days
SELECT *, round(days, 4) AS amount, 'completed' AS reason, 'hit' AS verdict FROM repair_cost

-- name: customer_cost_money
SELECT *, yuan AS amount, CASE WHEN yuan IS NULL THEN 'no_charge' ELSE 'completed' END AS reason,
       CASE WHEN yuan IS NULL THEN 'excluded' ELSE 'hit' END AS verdict
  FROM repair_cost

-- view: first_service
-- The first completed ticket of each customer.
SELECT customer_id, ticket_id, done_day, done_month, done_unix, done_id, assigned_id, appliance_id
  FROM (SELECT f.*, row_number() OVER (PARTITION BY f.customer_id ORDER BY f.done_unix, f.ticket_id) AS place
          FROM ticket_fact f
         WHERE f.customer_id IS NOT NULL AND f.done_unix IS NOT NULL
           AND (f.type = 'repair' OR f.type = 'install' OR f.type = 'maintenance')) AS s
 WHERE place = 1

-- view: second_purchase
-- Each purchase, contract, paid ticket or introduced customer within 24 months (730 days) after the first service.
SELECT s.customer_id, a.sold_day AS day, 'bought_again' AS reason, 'A' || a.id AS ref
  FROM first_service s
  JOIN appliance_then o ON o.customer_id = s.customer_id
  JOIN appliance_sold a ON a.id = o.id
 WHERE a.sold_day > s.done_day AND a.sold_day <= s.done_day + 730 AND a.sold_day <= (SELECT as_of_day FROM asked)
 UNION ALL
SELECT s.customer_id, g.from_day, 'agreed_again', 'G' || g.id
  FROM first_service s
  JOIN contract_seen g ON g.customer_id = s.customer_id
 WHERE g.from_day > s.done_day AND g.from_day <= s.done_day + 730 AND g.from_day <= (SELECT as_of_day FROM asked)
 UNION ALL
SELECT s.customer_id, t.reported_day, 'paid_again', 'T' || t.ticket_id
  FROM first_service s
  JOIN ticket_fact t ON t.customer_id = s.customer_id
  JOIN charge_seen c ON c.ticket_id = t.ticket_id
 WHERE c.paid_fen IS NOT NULL AND t.reported_unix > s.done_unix AND t.reported_day <= s.done_day + 730
 UNION ALL
SELECT s.customer_id, n.registered_day, 'introduced', 'C' || n.id
  FROM first_service s
  JOIN customer_seen n ON n.introduced_by_id = s.customer_id
 WHERE n.registered_day > s.done_day AND n.registered_day <= s.done_day + 730

-- name: returning_customer_rate
SELECT ticket_id, day, month, hit_to, hit_to AS miss_to, else_to, appliance_id, NULL AS amount, verdict,
       CASE WHEN verdict = 'hit' THEN reason WHEN verdict = 'miss' THEN 'not_again' ELSE 'not_yet_24_months' END
         AS reason,
       CASE WHEN verdict = 'hit' THEN ref END AS ref
  FROM (SELECT s.ticket_id, s.done_day AS day, s.done_month AS month, s.done_id AS hit_to, s.assigned_id AS else_to,
               s.appliance_id, p.reason, p.ref,
               CASE WHEN s.done_day + 730 >= (SELECT as_of_day FROM asked) THEN 'pending'
                    WHEN p.customer_id IS NULL THEN 'miss' ELSE 'hit' END AS verdict,
               row_number() OVER (PARTITION BY s.customer_id ORDER BY p.day, p.reason, p.ref) AS place
          FROM first_service s
          LEFT JOIN second_purchase p ON p.customer_id = s.customer_id) AS r
 WHERE place = 1

-- name: returning_intention_rate
-- The first answer about each ticket that says whether the customer would come again.
SELECT q.ticket_id, q.day, q.month, f.done_id AS hit_to, f.done_id AS miss_to, f.assigned_id AS else_to, q.appliance_id,
       NULL AS ref, NULL AS amount, CASE WHEN q.again = 1 THEN 'would_come_again' ELSE 'would_not_come_again' END AS reason,
       CASE WHEN q.again = 1 THEN 'hit' ELSE 'miss' END AS verdict
  FROM (SELECT ticket_id, day, month, appliance_id, again,
               row_number() OVER (PARTITION BY ticket_id ORDER BY line_id) AS place
          FROM questionnaire
         WHERE again IS NOT NULL) AS q
  JOIN ticket_fact f ON f.ticket_id = q.ticket_id
 WHERE q.place = 1 AND q.day >= (SELECT from_day FROM asked) AND q.day < (SELECT until_day FROM asked)

-- name: product_return_rate
SELECT NULL AS ticket_id, sold_day AS day, sold_month AS month, NULL AS hit_to, NULL AS miss_to, NULL AS else_to,
       id AS appliance_id, reason, 'A' || id AS ref, NULL AS amount,
       CASE reason WHEN 'not_yet_15_days' THEN 'pending' WHEN 'not_given_back' THEN 'miss' ELSE 'hit' END AS verdict
  FROM (SELECT a.id, a.sold_day, a.sold_month,
               CASE WHEN a.sold_day + 15 >= (SELECT as_of_day FROM asked) THEN 'not_yet_15_days'
                    WHEN x.appliance_id IS NOT NULL THEN 'exchanged'
                    WHEN o.retired_day <= a.sold_day + 15 AND m.retire_reason = 'exchanged' THEN 'exchanged'
                    WHEN o.retired_day <= a.sold_day + 15 AND m.retire_reason = 'returned' THEN 'returned'
                    ELSE 'not_given_back' END AS reason
          FROM appliance_sold a
          JOIN appliance_then o ON o.id = a.id
          JOIN appliance m ON m.id = a.id
          LEFT JOIN (SELECT e.appliance_id, min(e.on_day) AS on_day FROM exchange_seen e GROUP BY e.appliance_id) AS x
            ON x.appliance_id = a.id AND x.on_day <= a.sold_day + 15
         WHERE a.sold_day >= (SELECT from_day FROM asked) AND a.sold_day < (SELECT until_day FROM asked)
           AND a.sold_day <= (SELECT as_of_day FROM asked)) AS r
