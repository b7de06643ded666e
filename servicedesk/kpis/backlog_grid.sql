-- Open tickets that have waited too long. Days are calendar days without the first one; a limit of 30 days is passed on
-- day 31.

-- name: list_waits
-- Tickets that wait for a part or a repairer longer than the law allows: 30 days, 90 for the manufacturer (W7, W8).
SELECT fact.ticket_id, w.cause, (SELECT as_of_day FROM asked) - w.at_day AS days
  FROM ticket_fact fact
  JOIN event_seen w ON w.id = (SELECT e.id FROM event_seen e
                                WHERE e.ticket_id = fact.ticket_id AND (e.kind = 'waiting' OR e.kind = 'resumed')
                                ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)
 WHERE fact.done_unix IS NULL AND fact.cancelled_unix IS NULL AND w.kind = 'waiting'
   AND (w.cause <> 'customer' AND w.cause <> 'manufacturer_part' AND (SELECT as_of_day FROM asked) - w.at_day > 30
     OR w.cause = 'manufacturer_part' AND (SELECT as_of_day FROM asked) - w.at_day > 90)
 ORDER BY days DESC, fact.ticket_id

-- name: list_silences
-- Tickets whose customer has heard nothing from the outlet for more than three days.
SELECT ticket_id, NULL AS cause, (SELECT as_of_day FROM asked) - last_day AS days
  FROM (SELECT fact.ticket_id, max(
          coalesce((SELECT max(e.at_day) FROM event_seen e WHERE e.ticket_id = fact.ticket_id
                       AND (e.kind = 'reported' OR e.kind = 'appointed' OR e.kind = 'arrived')), 0),
          coalesce((SELECT max(c.at_day) FROM callback_seen c WHERE c.ticket_id = fact.ticket_id
                       AND (c.outcome = 'reached' OR c.outcome = 'refused')), 0),
          coalesce((SELECT max(p.at_day) FROM promise_seen p WHERE p.ticket_id = fact.ticket_id), 0)) AS last_day
          FROM ticket_fact fact
         WHERE fact.done_unix IS NULL AND fact.cancelled_unix IS NULL LIMIT -1)
 WHERE (SELECT as_of_day FROM asked) - last_day > 3
 ORDER BY days DESC, ticket_id
