-- KPIs of questionnaires: net promoter score (K3) and the satisfaction index of three questions (K16).

-- view: questionnaire
-- Every answer with its questionnaire. `line_id` is its place in the order of recording; a corrected answer keeps it.
SELECT f.ticket_id, f.customer_id, f.appliance_id, r.again, r.recommend, r.csi_overall, r.csi_expected, r.csi_ideal, e.at_unix,
       e.at_day AS day, CAST(substr(e.at, 1, 4) || substr(e.at, 6, 2) AS INTEGER) AS month,
       coalesce(e.corrects_id, e.id) AS line_id
  FROM reply_seen r
  JOIN event o ON o.id = r.event_id
  JOIN event_seen e ON e.ticket_id = o.ticket_id AND e.kind = 'surveyed'
                   AND coalesce(e.corrects_id, e.id) = coalesce(o.corrects_id, o.id)
  JOIN ticket_fact f ON f.ticket_id = o.ticket_id

-- view: recommendation
-- The first answer about each ticket that says whether the customer would recommend the outlet; `place` numbers the
-- answers of a customer in the order in which they were given.
SELECT a.*, row_number() OVER (PARTITION BY customer_id ORDER BY at_unix, line_id) AS place
  FROM (SELECT *, row_number() OVER (PARTITION BY ticket_id ORDER BY line_id) AS of_ticket
          FROM questionnaire
         WHERE recommend IS NOT NULL) AS a
 WHERE of_ticket = 1

-- name: nps
-- Go through a customer's answers in order: one counts if the last counted one lies more than 180 days back.
WITH RECURSIVE counted (ticket_id, customer_id, place, last_day, counts) AS (
  SELECT ticket_id, customer_id, place, day, 1 FROM recommendation WHERE place = 1 AND customer_id IS NOT NULL
   UNION ALL
  SELECT r.ticket_id, r.customer_id, r.place,
         CASE WHEN r.day > c.last_day + 180 THEN r.day ELSE c.last_day END,
         CASE WHEN r.day > c.last_day + 180 THEN 1 ELSE 0 END
    FROM counted c
    JOIN recommendation r ON r.customer_id = c.customer_id AND r.place = c.place + 1
)
SELECT r.ticket_id, r.day, r.month, NULL AS hit_to, NULL AS miss_to, NULL AS else_to, r.appliance_id,
       CASE WHEN r.customer_id IS NULL THEN 'no_customer' WHEN c.counts = 0 THEN 'asked_within_180_days'
            WHEN r.recommend >= 9 THEN 'promoter' WHEN r.recommend >= 7 THEN 'passive'
            ELSE 'detractor' END AS reason,
       NULL AS ref,
       CASE WHEN c.counts = 1 THEN CASE WHEN r.recommend >= 9 THEN 1 WHEN r.recommend >= 7 THEN 0 ELSE -1 END END
         AS amount,
       CASE WHEN r.customer_id IS NULL OR c.counts = 0 THEN 'excluded' WHEN r.recommend >= 9 THEN 'hit'
            ELSE 'miss' END AS verdict
  FROM recommendation r
  LEFT JOIN counted c ON c.ticket_id = r.ticket_id
 WHERE r.day >= (SELECT from_day FROM asked) AND r.day < (SELECT until_day FROM asked)

-- name: csi_equal_weights
-- The first answer about each ticket that has the three questions.
SELECT ticket_id, day, month, NULL AS hit_to, NULL AS miss_to, NULL AS else_to, appliance_id,
       'answered_three' AS reason, NULL AS ref, csi_overall + csi_expected + csi_ideal AS amount,
       'hit' AS verdict
  FROM (SELECT *, row_number() OVER (PARTITION BY ticket_id ORDER BY line_id) AS of_ticket
          FROM questionnaire
         WHERE csi_overall IS NOT NULL) AS a
 WHERE of_ticket = 1 AND day >= (SELECT from_day FROM asked) AND day < (SELECT until_day FROM asked)
