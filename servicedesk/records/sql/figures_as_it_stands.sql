-- The other views of as_of.sql, of the current facts: figures read them. They are stored in the copies in which other
-- programs count (kpis/public_views.py). The tickets of mystery shoppers count in no figure (C7).

-- name: asked
-- The period of a figure: from from_day until the day before until_day, as of an instant. Here: all days.
SELECT as_of, as_of_day, -1000000 AS from_day, 1000000 AS until_day,
       -100000000000 AS from_unix, 100000000000 AS until_unix, 1 AS monthly
  FROM kpi_as_of

-- name: mystery_ticket
SELECT id AS ticket_id FROM ticket WHERE is_mystery = 1

-- name: appointment_seen
SELECT *, unixepoch(window_from) AS window_from_unix, unixepoch(substr(window_to, 1, 10)) / 86400 AS window_to_day,
       CAST(substr(window_to, 1, 4) || substr(window_to, 6, 2) AS INTEGER) AS window_to_month
  FROM event_seen
 WHERE kind = 'appointed'

-- name: callback_seen
SELECT *, unixepoch(substr(at, 1, 10)) / 86400 AS at_day
  FROM callback
 WHERE voided_at IS NULL AND ticket_id NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: promise_seen
SELECT *, unixepoch(substr(at, 1, 10)) / 86400 AS at_day, unixepoch(substr(due_at, 1, 10)) / 86400 AS due_day,
       CAST(substr(due_at, 1, 4) || substr(due_at, 6, 2) AS INTEGER) AS due_month
  FROM promise
 WHERE voided_at IS NULL AND ticket_id NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: promise_end_seen
SELECT * FROM promise_end WHERE voided_at IS NULL

-- name: complaint_then
SELECT id, customer_id FROM complaint

-- name: complaint_seen
-- Complaints and disputes; suggestions and praise count in no figure.
SELECT c.id, c.customer_id, c.ticket_id, c.at, c.at_unix, unixepoch(substr(c.at, 1, 10)) / 86400 AS at_day,
       CAST(substr(c.at, 1, 4) || substr(c.at, 6, 2) AS INTEGER) AS at_month
  FROM complaint c
 WHERE c.is_complaint AND c.voided_at IS NULL
   AND coalesce(c.ticket_id, 0) NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: complaint_step_seen
SELECT * FROM complaint_step WHERE voided_at IS NULL

-- name: reply_seen
SELECT * FROM reply WHERE voided_at IS NULL

-- name: consent_seen
SELECT * FROM consent WHERE voided_at IS NULL

-- name: quote_seen
SELECT * FROM quote WHERE voided_at IS NULL AND ticket_id NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: quote_answer_seen
SELECT * FROM quote_answer WHERE voided_at IS NULL

-- name: charge_seen
SELECT * FROM charge WHERE voided_at IS NULL AND ticket_id NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: part_issue_seen
SELECT * FROM part_issue WHERE voided_at IS NULL AND coalesce(ticket_id, 0) NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: contact_seen
SELECT *, unixepoch(substr(at, 1, 10)) / 86400 AS at_day
  FROM contact
 WHERE voided_at IS NULL AND coalesce(ticket_id, 0) NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: contract_seen
SELECT *, unixepoch(from_on) / 86400 AS from_day FROM contract WHERE voided_at IS NULL

-- name: exchange_seen
SELECT *, unixepoch(on_date) / 86400 AS on_day FROM exchange WHERE voided_at IS NULL

-- name: maintenance_line_seen
-- The planned birthdays, each with its end.
SELECT id, appliance_id, ticket_id, due_on, unixepoch(due_on) / 86400 AS due_day,
       CAST(substr(due_on, 1, 4) || substr(due_on, 6, 2) AS INTEGER) AS due_month, ended_as, ended_reason
  FROM maintenance_line
 WHERE role = 'care' AND voided_at IS NULL AND coalesce(ticket_id, 0) NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: appliance_then
SELECT id, customer_id, category, brand, model, serial, retired_on, unixepoch(retired_on) / 86400 AS retired_day,
       voided_at
  FROM appliance

-- name: appliance_sold
-- Appliances with the day of purchase, otherwise of installation; NULL if unknown.
SELECT id, sold_on, unixepoch(sold_on) / 86400 AS sold_day,
       CAST(substr(sold_on, 1, 4) || substr(sold_on, 6, 2) AS INTEGER) AS sold_month
  FROM (SELECT id, CASE WHEN bought_precision = 'day' THEN bought_on
                        WHEN installed_precision = 'day' THEN installed_on END AS sold_on
          FROM appliance
         WHERE voided_at IS NULL)

-- name: customer_then
SELECT id, name FROM customer

-- name: customer_seen
-- Customers who were not undone, merged or forgotten, each with the home: the household, otherwise the customer alone.
SELECT id, name, household_id, coalesce('H' || household_id, 'C' || id) AS home,
       unixepoch(substr(recorded_at, 1, 10)) / 86400 AS registered_day, origin, introduced_by_id, kind
  FROM customer
 WHERE voided_at IS NULL AND forgotten_at IS NULL AND merged_into_id IS NULL

-- name: technician_then
SELECT id, name FROM technician

-- name: done_in_period
SELECT * FROM ticket_fact WHERE done_month IS NOT NULL

-- name: reported_in_period
SELECT * FROM ticket_fact WHERE reported_month IS NOT NULL
