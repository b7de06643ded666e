-- Questions about calls and messages: how many a job took, how soon the telephone was answered.

-- name: contacts_of_repairs
-- How often the customer of each repair completed in the period had to get in touch until it was done, as K15 counts
-- it; the most contacts first.
SELECT c.ticket_id, f.customer_id, p.name, c.contacts
  FROM repair_cost c
  JOIN ticket_fact f ON f.ticket_id = c.ticket_id
  LEFT JOIN customer_seen p ON p.id = f.customer_id
 ORDER BY c.contacts DESC, c.ticket_id

-- name: calls_taken
-- The telephone calls that came in in the period, and how each was answered: at the first ring, later, or not at all.
SELECT k.id, k.ticket_id, coalesce(f.customer_id, k.customer_id) AS customer_id, p.name, k.at, k.rings,
       CASE WHEN k.unanswered IS NOT NULL THEN k.unanswered WHEN k.rings IS NULL THEN 'not_counted'
            WHEN k.rings = 1 THEN 'first_ring' ELSE 'later_ring' END AS answered
  FROM contact_seen k
  LEFT JOIN ticket_fact f ON f.ticket_id = k.ticket_id
  LEFT JOIN customer_seen p ON p.id = coalesce(f.customer_id, k.customer_id)
 WHERE k.direction = 'in' AND k.channel = 'phone'
   AND k.at_unix >= (SELECT from_unix FROM asked) AND k.at_unix < (SELECT until_unix FROM asked)
 ORDER BY k.at_unix, k.id

-- name: contacts_logged
-- How many contacts that came in about tickets are on record at all.
SELECT count(*) AS logged
  FROM contact_seen
 WHERE direction = 'in' AND ticket_id IS NOT NULL
   AND at_unix >= (SELECT from_unix FROM asked) AND at_unix < (SELECT until_unix FROM asked)
