-- Questions about the work.

-- name: repair_costs
-- What each repair completed in the period cost its customer, as K15 counts it; the most trouble first.
SELECT c.ticket_id, f.customer_id, p.name, c.contacts, c.visits, c.hours, c.days, c.yuan
  FROM repair_cost c
  JOIN ticket_fact f ON f.ticket_id = c.ticket_id
  LEFT JOIN customer_seen p ON p.id = f.customer_id
 ORDER BY c.contacts DESC, c.visits DESC, c.days DESC, c.ticket_id

-- name: completed_by
-- How many repairs, installations and maintenance visits of the period a technician completed, whoever had them.
SELECT count(*) AS tickets
  FROM done_in_period
 WHERE done_id = :technician_id AND (type = 'repair' OR type = 'install' OR type = 'maintenance')
