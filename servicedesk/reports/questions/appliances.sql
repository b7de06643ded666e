-- Questions about appliances: which are old, which kind a home lacks, which model, brand or part fails.

-- name: old_appliances
-- Appliances in use that were bought, or else installed, by that day.
SELECT a.id AS appliance_id, a.customer_id, c.name, a.category, a.brand, a.model, a.base_on AS since_on,
       k.safe_life_years, coalesce(r.repairs, 0) AS repairs, r.last_ticket_id
  FROM appliance_seen a
  LEFT JOIN category k ON k.code = a.category
  LEFT JOIN customer_seen c ON c.id = a.customer_id
  LEFT JOIN (SELECT f.appliance_id, count(*) AS repairs, max(f.ticket_id) AS last_ticket_id
               FROM ticket_fact f
              WHERE f.type = 'repair' AND f.done_day IS NOT NULL
              GROUP BY f.appliance_id) AS r ON r.appliance_id = a.id
 WHERE (a.retired_day IS NULL OR a.retired_day > (SELECT as_of_day FROM asked)) AND a.base_on <= :old_on
 ORDER BY a.base_on, a.id

-- name: ages
-- How many appliances are in use, and of how many the age is not known.
SELECT count(*) AS appliances, count(*) - count(a.base_on) AS undated
  FROM appliance_seen a
 WHERE a.retired_day IS NULL OR a.retired_day > (SELECT as_of_day FROM asked)

-- name: belongings
-- The kinds of appliances that each home has in use; the member with the lowest number stands for the home. A trade
-- customer is no home.
SELECT c.home, c.household_id, min(m.id) AS customer_id, a.category, count(DISTINCT a.id) AS appliances
  FROM appliance_seen a
  JOIN customer_seen c ON c.id = a.customer_id
  JOIN customer_seen m ON m.home = c.home
 WHERE (a.retired_day IS NULL OR a.retired_day > (SELECT as_of_day FROM asked)) AND a.category <> 'unknown'
   AND c.kind IS NULL
 GROUP BY c.home, c.household_id, a.category
 ORDER BY customer_id, a.category

-- name: names
SELECT id, name FROM customer_seen

-- name: failures
-- Every appliance that was in use in the period, with the repairs of it that found a fault of its own.
SELECT a.id AS appliance_id, a.category, a.brand, a.model, count(f.ticket_id) AS repairs,
       max(f.ticket_id) AS last_ticket_id
  FROM appliance_seen a
  LEFT JOIN ticket_fact f
    ON f.appliance_id = a.id AND f.type = 'repair' AND f.done_day >= :from_day AND f.done_day < :until_day
   AND f.outcome <> 'no_fault_found' AND f.outcome <> 'user_caused' AND f.outcome <> 'resolved_remotely'
 WHERE a.retired_day IS NULL OR a.retired_day >= :from_day
 GROUP BY a.id, a.category, a.brand, a.model
 ORDER BY a.id

-- name: part_failures
-- Every completed repair of the period with each part that was used on it, or with none.
SELECT f.ticket_id, f.appliance_id, a.category, a.brand, a.model, p.code AS part, p.name AS part_name
  FROM ticket_fact f
  JOIN appliance_seen a ON a.id = f.appliance_id
  LEFT JOIN (SELECT DISTINCT m.ticket_id, m.part_id FROM part_movement_seen m WHERE m.kind = 'used') AS u
    ON u.ticket_id = f.ticket_id
  LEFT JOIN part p ON p.id = u.part_id
 WHERE f.type = 'repair' AND f.done_day >= :from_day AND f.done_day < :until_day
 ORDER BY f.ticket_id, p.code
