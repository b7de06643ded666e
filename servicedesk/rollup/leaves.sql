-- What leaves an outlet, and nothing else: one SELECT for each table of a share, with its columns one by one (C14).
-- Tables and columns have the names that they have in the file, so that the texts of figures read a share as it is.
-- Voided and undone rows leave too: figures as of an earlier instant need them.
--
-- No name, phone, address, note or other words of people leave. Columns that views name and no figure reads stand here
-- as NULL. `known(kind, text)` lets the built-in codes of the program leave as they are; a code or text of the outlet's
-- own becomes `own_1`, `own_2`, …, so that equal ones stay equal; its own categories are one group, `own`.
-- `keyed(plate)` is the digest of serial and brand under the brand's key, NULL without one. What should be an instant,
-- a date or a number leaves only as one (`instant`, `date`, CAST).

-- name: ticket_fact
SELECT ticket_id, known('type', type) AS type, customer_id, appliance_id, known('fault', fault) AS fault, on_site,
       assignment_unknown, known_unix, touched_unix, reported_unix, reported_day, reported_month, deadline_unix,
       first_assigned_unix, assignments, assigned_id, assigned_due_id, assigned_strict_id, arrived_unix, arrived_id,
       arrived_no_access, visits, no_access, cancelled_unix, known('reason', cancel_reason) AS cancel_reason,
       cancelled_by, done_unix, done_day, done_month, done_id, known('outcome', outcome) AS outcome, answer_id,
       known('answer', answer) AS answer, answer_source
  FROM ticket_fact
 ORDER BY ticket_id

-- name: ticket
-- Area and the technician asked for stay: areas are names of places, and no figure reads either.
SELECT id, type, customer_id, appliance_id, known('fault', fault) AS fault, NULL AS area, NULL AS asked_for_id, on_site,
       assignment_unknown, follows_ticket_id, is_mystery, origin
  FROM ticket
 ORDER BY id

-- name: event
-- Only the reason of a cancellation leaves: the reason why somebody was not satisfied is free text.
SELECT id, ticket_id, kind, at, at_unix, recorded_unix, NULL AS recorded_at, voided_unix, NULL AS actor, technician_id,
       instant(window_from) AS window_from, instant(window_to) AS window_to, window_to_unix, asked_by, no_access, cause,
       known('outcome', outcome) AS outcome,
       CASE kind WHEN 'cancelled' THEN known('reason', reason) END AS reason, cancelled_by, duplicate_of_id, score,
       satisfied, source, corrects_id, NULL AS note, origin
  FROM event
 ORDER BY id

-- name: callback
SELECT id, ticket_id, at, at_unix, recorded_unix, voided_unix, outcome
  FROM callback
 ORDER BY id

-- name: promise
SELECT id, ticket_id, at, at_unix, due_at, due_unix, recorded_unix, voided_unix
  FROM promise
 ORDER BY id

-- name: promise_end
SELECT id, promise_id, kind, at_unix, withdrawn_by, recorded_unix, voided_unix
  FROM promise_end
 ORDER BY id

-- name: complaint
SELECT id, customer_id, ticket_id, at, at_unix, is_complaint, recorded_unix, voided_unix
  FROM complaint
 ORDER BY id

-- name: complaint_step
SELECT id, complaint_id, kind, at_unix, upheld, recorded_unix, voided_unix
  FROM complaint_step
 ORDER BY id

-- name: contact
SELECT id, ticket_id, direction, at, at_unix, recorded_unix, voided_unix
  FROM contact
 ORDER BY id

-- name: reply
SELECT id, event_id, recommend, again, csi_overall, csi_expected, csi_ideal, recorded_unix, voided_unix
  FROM reply
 ORDER BY id

-- name: consent
SELECT id, customer_id, purpose, wanted, at_unix, recorded_unix, voided_unix
  FROM consent
 ORDER BY id

-- name: charge
SELECT id, ticket_id, paid_fen, at_unix, recorded_unix, voided_unix
  FROM charge
 ORDER BY id

-- name: contract
SELECT id, customer_id, from_on, recorded_unix, voided_unix
  FROM contract
 ORDER BY id

-- name: exchange
SELECT id, appliance_id, on_date, recorded_unix, voided_unix
  FROM exchange
 ORDER BY id

-- name: maintenance_line
SELECT id, appliance_id, ticket_id, role, due_on, ended_as,
       CASE WHEN ended_reason = 'retired' THEN 'retired' WHEN ended_reason IS NOT NULL THEN 'other' END AS ended_reason,
       instant(ended_at) AS ended_at, instant(recorded_at) AS recorded_at, instant(voided_at) AS voided_at
  FROM maintenance_line
 ORDER BY id

-- name: customer
-- Ids alone: the household of a customer, and the customer who introduced them.
SELECT id, NULL AS name, household_id, introduced_by_id, kind, merged_into_id, origin,
       instant(recorded_at) AS recorded_at, instant(forgotten_at) AS forgotten_at, instant(voided_at) AS voided_at
  FROM customer
 ORDER BY id

-- name: appliance
-- Brand and model are typed words: `plate`, the digest of serial and brand, tells appliances apart without them.
SELECT id, customer_id, known('category', category) AS category, NULL AS brand, NULL AS model, NULL AS serial,
       keyed(plate) AS plate, bought_on, bought_precision, installed_on, installed_precision, retired_on,
       known('retired', retire_reason) AS retire_reason,
       instant(recorded_at) AS recorded_at, instant(voided_at) AS voided_at
  FROM appliance
 ORDER BY id

-- name: change
-- Earlier values of the fields that figures read as of an earlier instant. Figures read `new` of customer_id alone.
SELECT id, customer_id, appliance_id, NULL AS technician_id, ticket_id, complaint_id, field,
       CASE WHEN field = 'customer_id' OR field = 'appliance_id' OR field = 'household_id' OR field = 'introduced_by_id'
              OR field = 'merged_into_id' OR field = 'is_mystery' THEN CAST(CAST(old AS INTEGER) AS TEXT)
            WHEN field = 'type' OR field = 'fault' OR field = 'category' OR field = 'kind' THEN known(field, old)
            WHEN field = 'bought_precision' OR field = 'installed_precision' THEN known('precision', old)
            WHEN field = 'bought_on' OR field = 'installed_on' OR field = 'retired_on' THEN date(old)
            WHEN field = 'voided_at' THEN instant(old) END AS old,
       CASE WHEN field = 'customer_id' THEN CAST(CAST(new AS INTEGER) AS TEXT) END AS new,
       undone, recorded_unix
  FROM change
 WHERE technician_id IS NULL
   AND (field = 'customer_id' OR field = 'appliance_id' OR field = 'household_id' OR field = 'introduced_by_id'
     OR field = 'merged_into_id' OR field = 'is_mystery' OR field = 'type' OR field = 'fault' OR field = 'category'
     OR field = 'kind' OR field = 'bought_precision' OR field = 'installed_precision' OR field = 'bought_on'
     OR field = 'installed_on' OR field = 'retired_on' OR field = 'voided_at')
 ORDER BY id
