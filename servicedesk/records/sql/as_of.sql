-- The views of as_it_stands.sql, with the same names, as of the instant in table `asked`. They are temporary and hide
-- the views of the file. A fact is visible as of an instant if it had happened, was recorded, and was not yet voided
-- (C3). A field has the `old` value of its first later change, otherwise its current value. The tickets of mystery
-- shoppers count in no figure (C7): these views leave them out (`mystery_ticket`), so that no figure has to.

-- name: change_since
SELECT * FROM change WHERE recorded_unix > (SELECT as_of FROM asked)

-- name: event_seen
SELECT id, ticket_id, kind, event.at, at_unix, unixepoch(substr(event.at, 1, 10)) / 86400 AS at_day, recorded_unix,
       recorded_at, actor, technician_id, window_from, window_to, window_to_unix, asked_by, no_access, cause, outcome,
       reason, cancelled_by, duplicate_of_id, score, satisfied, source, corrects_id, note, origin
  FROM event
 WHERE at_unix <= (SELECT as_of FROM asked) AND recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))
   AND ticket_id NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: appointment_seen
SELECT *, unixepoch(window_from) AS window_from_unix, unixepoch(substr(window_to, 1, 10)) / 86400 AS window_to_day,
       CAST(substr(window_to, 1, 4) || substr(window_to, 6, 2) AS INTEGER) AS window_to_month
  FROM event_seen
 WHERE kind = 'appointed'

-- name: callback_seen
SELECT *, unixepoch(substr(callback.at, 1, 10)) / 86400 AS at_day
  FROM callback
 WHERE at_unix <= (SELECT as_of FROM asked) AND recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))
   AND ticket_id NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: promise_seen
SELECT *, unixepoch(substr(promise.at, 1, 10)) / 86400 AS at_day, unixepoch(substr(due_at, 1, 10)) / 86400 AS due_day,
       CAST(substr(due_at, 1, 4) || substr(due_at, 6, 2) AS INTEGER) AS due_month
  FROM promise
 WHERE at_unix <= (SELECT as_of FROM asked) AND recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))
   AND ticket_id NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: promise_end_seen
SELECT *
  FROM promise_end
 WHERE at_unix <= (SELECT as_of FROM asked) AND recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))

-- name: complaint_then
SELECT c.id,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.complaint_id = c.id AND h.field = 'customer_id')
            THEN (SELECT CAST(h.old AS INTEGER) FROM change_since h
                   WHERE h.complaint_id = c.id AND h.field = 'customer_id' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE c.customer_id END AS customer_id
  FROM complaint c

-- name: complaint_seen
SELECT c.id, said.customer_id, c.ticket_id, c.at, c.at_unix, unixepoch(substr(c.at, 1, 10)) / 86400 AS at_day,
       CAST(substr(c.at, 1, 4) || substr(c.at, 6, 2) AS INTEGER) AS at_month
  FROM complaint c
  JOIN complaint_then said ON said.id = c.id
 WHERE c.is_complaint AND c.at_unix <= (SELECT as_of FROM asked) AND c.recorded_unix <= (SELECT as_of FROM asked)
   AND (c.voided_unix IS NULL OR c.voided_unix > (SELECT as_of FROM asked))
   AND coalesce(c.ticket_id, 0) NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: complaint_step_seen
SELECT *
  FROM complaint_step
 WHERE at_unix <= (SELECT as_of FROM asked) AND recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))
   AND complaint_id NOT IN (SELECT id FROM complaint WHERE ticket_id IN (SELECT ticket_id FROM mystery_ticket))

-- name: measure_done_seen
SELECT *
  FROM measure_done
 WHERE at_unix <= (SELECT as_of FROM asked) AND recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))

-- name: contact_seen
SELECT *, unixepoch(substr(contact.at, 1, 10)) / 86400 AS at_day
  FROM contact
 WHERE at_unix <= (SELECT as_of FROM asked) AND recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))
   AND coalesce(ticket_id, 0) NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: reply_seen
SELECT *
  FROM reply
 WHERE recorded_unix <= (SELECT as_of FROM asked) AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))

-- name: consent_seen
SELECT *
  FROM consent
 WHERE at_unix <= (SELECT as_of FROM asked) AND recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))

-- name: quote_seen
SELECT *
  FROM quote
 WHERE at_unix <= (SELECT as_of FROM asked) AND recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))
   AND ticket_id NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: quote_answer_seen
SELECT *
  FROM quote_answer
 WHERE at_unix <= (SELECT as_of FROM asked) AND recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))

-- name: charge_seen
SELECT *
  FROM charge
 WHERE at_unix <= (SELECT as_of FROM asked) AND recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))
   AND ticket_id NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: part_issue_seen
SELECT *
  FROM part_issue
 WHERE at_unix <= (SELECT as_of FROM asked) AND recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))
   AND coalesce(ticket_id, 0) NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: part_movement_seen
SELECT *
  FROM part_movement
 WHERE at_unix <= (SELECT as_of FROM asked) AND recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))
   AND coalesce(ticket_id, 0) NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: contract_seen
SELECT *, unixepoch(from_on) / 86400 AS from_day
  FROM contract
 WHERE recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))

-- name: exchange_seen
SELECT *, unixepoch(on_date) / 86400 AS on_day
  FROM exchange
 WHERE recorded_unix <= (SELECT as_of FROM asked)
   AND (voided_unix IS NULL OR voided_unix > (SELECT as_of FROM asked))

-- name: maintenance_line_seen
SELECT id, appliance_id, ticket_id, due_on, unixepoch(due_on) / 86400 AS due_day,
       CAST(substr(due_on, 1, 4) || substr(due_on, 6, 2) AS INTEGER) AS due_month,
       CASE WHEN unixepoch(ended_at) <= (SELECT as_of FROM asked) THEN ended_as END AS ended_as,
       CASE WHEN unixepoch(ended_at) <= (SELECT as_of FROM asked) THEN ended_reason END AS ended_reason
  FROM maintenance_line
 WHERE role = 'care' AND unixepoch(recorded_at) <= (SELECT as_of FROM asked)
   AND (voided_at IS NULL OR unixepoch(voided_at) > (SELECT as_of FROM asked))
   AND coalesce(ticket_id, 0) NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: ticket_then
SELECT t.id,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.ticket_id = t.id AND h.field = 'type')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.ticket_id = t.id AND h.field = 'type' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE t.type END AS type,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.ticket_id = t.id AND h.field = 'customer_id')
            THEN (SELECT CAST(h.old AS INTEGER) FROM change_since h
                   WHERE h.ticket_id = t.id AND h.field = 'customer_id' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE t.customer_id END AS customer_id,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.ticket_id = t.id AND h.field = 'appliance_id')
            THEN (SELECT CAST(h.old AS INTEGER) FROM change_since h
                   WHERE h.ticket_id = t.id AND h.field = 'appliance_id' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE t.appliance_id END AS appliance_id,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.ticket_id = t.id AND h.field = 'fault')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.ticket_id = t.id AND h.field = 'fault' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE t.fault END AS fault,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.ticket_id = t.id AND h.field = 'area')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.ticket_id = t.id AND h.field = 'area' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE t.area END AS area,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.ticket_id = t.id AND h.field = 'asked_for_id')
            THEN (SELECT CAST(h.old AS INTEGER) FROM change_since h
                   WHERE h.ticket_id = t.id AND h.field = 'asked_for_id' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE t.asked_for_id END AS asked_for_id
  FROM ticket t
 WHERE t.id NOT IN (SELECT ticket_id FROM mystery_ticket)

-- name: appliance_then
SELECT a.id,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.appliance_id = a.id AND h.field = 'customer_id')
            THEN (SELECT CAST(h.old AS INTEGER) FROM change_since h
                   WHERE h.appliance_id = a.id AND h.field = 'customer_id' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE a.customer_id END AS customer_id,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.appliance_id = a.id AND h.field = 'category')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.appliance_id = a.id AND h.field = 'category' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE a.category END AS category,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.appliance_id = a.id AND h.field = 'brand')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.appliance_id = a.id AND h.field = 'brand' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE a.brand END AS brand,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.appliance_id = a.id AND h.field = 'model')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.appliance_id = a.id AND h.field = 'model' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE a.model END AS model,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.appliance_id = a.id AND h.field = 'serial')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.appliance_id = a.id AND h.field = 'serial' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE a.serial END AS serial,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.appliance_id = a.id AND h.field = 'retired_on')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.appliance_id = a.id AND h.field = 'retired_on' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE a.retired_on END AS retired_on,
       unixepoch(CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.appliance_id = a.id AND h.field = 'retired_on')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.appliance_id = a.id AND h.field = 'retired_on' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE a.retired_on END) / 86400 AS retired_day,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.appliance_id = a.id AND h.field = 'voided_at')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.appliance_id = a.id AND h.field = 'voided_at' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE a.voided_at END AS voided_at
  FROM appliance a

-- name: appliance_dated
-- When appliances were bought and installed, as known at that instant.
SELECT a.id,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.appliance_id = a.id AND h.field = 'bought_on')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.appliance_id = a.id AND h.field = 'bought_on' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE a.bought_on END AS bought_on,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.appliance_id = a.id AND h.field = 'bought_precision')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.appliance_id = a.id AND h.field = 'bought_precision' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE a.bought_precision END AS bought_precision,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.appliance_id = a.id AND h.field = 'installed_on')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.appliance_id = a.id AND h.field = 'installed_on' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE a.installed_on END AS installed_on,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.appliance_id = a.id AND h.field = 'installed_precision')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.appliance_id = a.id AND h.field = 'installed_precision' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE a.installed_precision END AS installed_precision
  FROM appliance a

-- name: appliance_sold
-- Appliances recorded as of that instant, with the day of purchase, otherwise of installation; NULL if unknown.
SELECT id, sold_on, unixepoch(sold_on) / 86400 AS sold_day,
       CAST(substr(sold_on, 1, 4) || substr(sold_on, 6, 2) AS INTEGER) AS sold_month
  FROM (SELECT a.id, CASE WHEN d.bought_precision = 'day' THEN d.bought_on
                          WHEN d.installed_precision = 'day' THEN d.installed_on END AS sold_on
          FROM appliance a
          JOIN appliance_dated d ON d.id = a.id
         WHERE unixepoch(a.recorded_at) <= (SELECT as_of FROM asked)
           AND (a.voided_at IS NULL OR unixepoch(a.voided_at) > (SELECT as_of FROM asked)))

-- name: customer_then
SELECT c.id,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.customer_id = c.id AND h.field = 'name')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.customer_id = c.id AND h.field = 'name' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE c.name END AS name
  FROM customer c

-- name: customer_seen
-- Customers as of that instant, each with the home: the household, otherwise the customer alone. Forgotten customers
-- are left out at every instant.
SELECT id, name, household_id, coalesce('H' || household_id, 'C' || id) AS home, registered_day, origin,
       introduced_by_id, kind
  FROM (SELECT c.id, n.name, c.origin, unixepoch(substr(c.recorded_at, 1, 10)) / 86400 AS registered_day,
               CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.customer_id = c.id AND h.field = 'introduced_by_id')
                    THEN (SELECT CAST(h.old AS INTEGER) FROM change_since h
                           WHERE h.customer_id = c.id AND h.field = 'introduced_by_id'
                           ORDER BY h.recorded_unix, h.id LIMIT 1)
                    ELSE c.introduced_by_id END AS introduced_by_id,
               CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.customer_id = c.id AND h.field = 'kind')
                    THEN (SELECT h.old FROM change_since h
                           WHERE h.customer_id = c.id AND h.field = 'kind' ORDER BY h.recorded_unix, h.id LIMIT 1)
                    ELSE c.kind END AS kind,
               CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.customer_id = c.id AND h.field = 'household_id')
                    THEN (SELECT CAST(h.old AS INTEGER) FROM change_since h
                           WHERE h.customer_id = c.id AND h.field = 'household_id'
                           ORDER BY h.recorded_unix, h.id LIMIT 1)
                    ELSE c.household_id END AS household_id
          FROM customer c
          JOIN customer_then n ON n.id = c.id
         WHERE unixepoch(c.recorded_at) <= (SELECT as_of FROM asked) AND c.forgotten_at IS NULL
           AND (c.voided_at IS NULL OR unixepoch(c.voided_at) > (SELECT as_of FROM asked))
           AND (c.merged_into_id IS NULL
             OR EXISTS (SELECT 1 FROM change_since h
                         WHERE h.customer_id = c.id AND h.field = 'merged_into_id' AND h.old IS NULL)))

-- name: appliance_seen
-- Appliances as of that instant, with the day from which their age is counted, as known then: the more precise of
-- purchase and installation, and the purchase if both are equally precise (the formula of appliance.base_on).
SELECT n.id, n.customer_id, n.category, n.brand, n.model, n.retired_day,
       CASE WHEN (d.installed_precision = 'day') > (d.bought_precision = 'day')
              OR (d.bought_precision = 'year' OR d.bought_precision = 'unknown') AND d.installed_precision = 'month'
              OR d.bought_precision = 'unknown' AND d.installed_precision = 'year'
            THEN d.installed_on ELSE d.bought_on END AS base_on
  FROM appliance a
  JOIN appliance_then n ON n.id = a.id
  JOIN appliance_dated d ON d.id = a.id
 WHERE unixepoch(a.recorded_at) <= (SELECT as_of FROM asked)
   AND (n.voided_at IS NULL OR unixepoch(n.voided_at) > (SELECT as_of FROM asked))

-- name: technician_then
SELECT k.id,
       CASE WHEN EXISTS (SELECT 1 FROM change_since h WHERE h.technician_id = k.id AND h.field = 'name')
            THEN (SELECT h.old FROM change_since h
                   WHERE h.technician_id = k.id AND h.field = 'name' ORDER BY h.recorded_unix, h.id LIMIT 1)
            ELSE k.name END AS name
  FROM technician k

-- name: done_in_period
-- The month is compared because an index begins with it; the day decides (C2).
SELECT *
  FROM ticket_fact
 WHERE done_month >= (SELECT from_month FROM asked) AND done_month <= (SELECT until_month FROM asked)
   AND done_day >= (SELECT from_day FROM asked) AND done_day < (SELECT until_day FROM asked)

-- name: reported_in_period
SELECT *
  FROM ticket_fact
 WHERE reported_month >= (SELECT from_month FROM asked) AND reported_month <= (SELECT until_month FROM asked)
   AND reported_day >= (SELECT from_day FROM asked) AND reported_day < (SELECT until_day FROM asked)
