-- Questions about customers: lost customers, best customers (20/80), returning customers, sales prospects.
-- The statements read the views of the facts as of the instant (records/sql/as_of.sql) and the named values of the
-- question. They use only SQL that SQLite and DuckDB both read.

-- view: any_contact
-- Every contact with a customer: what they reported, a visit that got in, an answer, a call that reached them, a
-- complaint, a call or a message; or their registration at the desk. A visit that the daily run planned is no contact.
SELECT f.customer_id, e.at_day AS day, f.ticket_id
  FROM event_seen e
  JOIN ticket_fact f ON f.ticket_id = e.ticket_id
 WHERE e.kind = 'reported' AND f.type <> 'maintenance' OR e.kind = 'arrived' AND e.no_access = 0 OR e.kind = 'surveyed'
 UNION ALL
SELECT f.customer_id, k.at_day, f.ticket_id
  FROM callback_seen k
  JOIN ticket_fact f ON f.ticket_id = k.ticket_id
 WHERE k.outcome = 'reached' OR k.outcome = 'refused'
 UNION ALL
SELECT customer_id, at_day, ticket_id FROM complaint_seen
 UNION ALL
SELECT coalesce(c.customer_id, f.customer_id), c.at_day, c.ticket_id
  FROM contact_seen c
  LEFT JOIN ticket_fact f ON f.ticket_id = c.ticket_id
 WHERE c.unanswered IS NULL
 UNION ALL
SELECT id, registered_day, NULL FROM customer_seen WHERE origin <> 'imported'

-- view: wish_seen
-- The last wish of a customer about calls, visits or marketing as of the instant.
SELECT customer_id, purpose, wanted
  FROM (SELECT customer_id, purpose, wanted,
               row_number() OVER (PARTITION BY customer_id, purpose ORDER BY at_unix DESC, id DESC) AS place
          FROM consent_seen) AS w
 WHERE place = 1

-- name: lost
-- Homes whose last contact lies before that day, each by the person who was last in touch. A trade customer is no home.
SELECT t.customer_id, t.name, t.household_id, t.day AS last_contact_day, t.ticket_id AS last_ticket_id, s.answer,
       coalesce(m.appliances, 0) AS appliances, m.bought_on AS last_bought_on, w.wanted AS calls
  FROM (SELECT c.home, c.household_id, c.id AS customer_id, c.name, k.day, k.ticket_id,
               row_number() OVER (PARTITION BY c.home ORDER BY k.day DESC, coalesce(k.ticket_id, 0) DESC, c.id)
                 AS place
          FROM any_contact k
          JOIN customer_seen c ON c.id = k.customer_id
         WHERE c.kind IS NULL) AS t
  LEFT JOIN (SELECT c.home, f.answer, row_number() OVER (PARTITION BY c.home ORDER BY f.done_unix DESC, f.ticket_id)
                      AS place
               FROM ticket_fact f
               JOIN customer_seen c ON c.id = f.customer_id
              WHERE f.answer IS NOT NULL) AS s ON s.home = t.home AND s.place = 1
  LEFT JOIN (SELECT c.home, count(*) AS appliances, max(a.base_on) AS bought_on
               FROM appliance_seen a
               JOIN customer_seen c ON c.id = a.customer_id
              WHERE a.retired_day IS NULL OR a.retired_day > (SELECT as_of_day FROM asked)
              GROUP BY c.home) AS m ON m.home = t.home
  LEFT JOIN wish_seen w ON w.customer_id = t.customer_id AND w.purpose = 'calls'
 WHERE t.place = 1 AND t.day < :since_day
 ORDER BY t.day, t.customer_id

-- name: homes
-- How many homes there are, and of how many no contact is known.
SELECT count(*) AS homes, count(*) - count(h.day) AS silent
  FROM (SELECT c.home, max(k.day) AS day
          FROM customer_seen c
          LEFT JOIN any_contact k ON k.customer_id = c.id
         WHERE c.kind IS NULL
         GROUP BY c.home) AS h

-- name: pareto
-- Customers served in the period: their tickets, the visits, what they paid, and how many tickets say so.
SELECT f.customer_id, c.name, count(*) AS tickets, sum(f.visits + f.no_access) AS visits, count(g.ticket_id) AS charged,
       coalesce(sum(g.paid_fen), 0) AS paid_fen, max(f.ticket_id) AS last_ticket_id
  FROM ticket_fact f
  JOIN customer_seen c ON c.id = f.customer_id
  LEFT JOIN charge_seen g ON g.ticket_id = f.ticket_id
 WHERE f.done_day >= :from_day AND f.done_day < :until_day
 GROUP BY f.customer_id, c.name
 ORDER BY f.customer_id

-- name: years
-- What each customer asked for, bought and paid in each year since the first ticket: before it nobody recorded who
-- asked. A visit that the daily run planned was not asked for.
SELECT y.customer_id, c.name, y.year, sum(y.tickets) AS tickets, sum(y.purchases) AS purchases,
       sum(y.paid_fen) AS paid_fen, sum(y.charged) AS charged, max(y.ticket_id) AS last_ticket_id
  FROM (SELECT f.customer_id, CAST(f.reported_month / 100 AS INTEGER) AS year, 1 AS tickets, 0 AS purchases,
               coalesce(g.paid_fen, 0) AS paid_fen, CASE WHEN g.ticket_id IS NULL THEN 0 ELSE 1 END AS charged,
               f.ticket_id
          FROM ticket_fact f
          LEFT JOIN charge_seen g ON g.ticket_id = f.ticket_id
         WHERE f.type <> 'maintenance'
           AND (f.cancel_reason IS NULL OR f.cancel_reason <> 'duplicate' AND f.cancel_reason <> 'entry_error')
         UNION ALL
        SELECT a.customer_id, CAST(substr(a.base_on, 1, 4) AS INTEGER), 0, 1, 0, 0, NULL
          FROM appliance_seen a
         WHERE a.base_on IS NOT NULL AND a.base_on <= :today) AS y
  JOIN customer_seen c ON c.id = y.customer_id
 WHERE y.year >= (SELECT CAST(min(reported_month) / 100 AS INTEGER) FROM ticket_fact)
 GROUP BY y.customer_id, c.name, y.year
 ORDER BY y.year, y.customer_id

-- name: first_ticket
SELECT min(reported_day) AS day FROM ticket_fact

-- name: prospects
-- What a customer may want next: they moved, an appliance is old, a note says so with their consent.
SELECT p.customer_id, c.name, p.why, p.appliance_id, p.words, p.since_on, coalesce(w.wanted, 'unknown') AS marketing
  FROM (SELECT h.customer_id, 'moved' AS why, NULL AS appliance_id, h.new AS words,
               substr(h.recorded_at, 1, 10) AS since_on
          FROM change h
         WHERE h.customer_id IS NOT NULL AND h.field = 'address' AND h.old IS NOT NULL AND h.new IS NOT NULL
           AND h.undone = 0 AND h.recorded_unix <= (SELECT as_of FROM asked) AND substr(h.recorded_at, 1, 10) >= :moved_on
         UNION ALL
        SELECT a.customer_id, 'old_appliance', a.id, a.category, a.base_on
          FROM appliance_seen a
         WHERE (a.retired_day IS NULL OR a.retired_day > (SELECT as_of_day FROM asked)) AND a.base_on <= :old_on
         UNION ALL
        SELECT n.owner_id, 'note', n.appliance_id, n.text, substr(n.recorded_at, 1, 10)
          FROM note_now n
         WHERE n.consent = 1 AND n.under_14 = 0 AND n.of_former_owner = 0
           AND substr(n.recorded_at, 1, 10) <= :today) AS p
  JOIN customer_seen c ON c.id = p.customer_id
  LEFT JOIN wish_seen w ON w.customer_id = p.customer_id AND w.purpose = 'marketing'
 ORDER BY c.name, p.customer_id, p.why, p.since_on, coalesce(p.appliance_id, 0)
