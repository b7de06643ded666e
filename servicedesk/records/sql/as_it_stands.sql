-- Views of the current facts. They are stored in the file for its triggers and for other programs. SQLite parses the
-- whole schema whenever a file is opened, so views that only figures read are elsewhere (figures_as_it_stands.sql).
-- as_of.sql has views with the same names as of an earlier instant, so a query that reads them works with both.

-- name: kpi_as_of
-- The latest instant at which anything was recorded or voided: the figures of this file are as of that instant.
SELECT as_of, at, unixepoch(substr(at, 1, 10)) / 86400 AS as_of_day
  FROM (SELECT max(recorded_unix) AS as_of, recorded_at AS at FROM event
         WHERE ticket_id = (SELECT ticket_id FROM ticket_fact ORDER BY touched_unix DESC LIMIT 1)
         UNION ALL
        SELECT max(voided_unix), voided_at FROM event
         WHERE ticket_id = (SELECT ticket_id FROM ticket_fact ORDER BY touched_unix DESC LIMIT 1)
         UNION ALL SELECT max(recorded_unix), recorded_at FROM callback
         UNION ALL SELECT max(voided_unix), voided_at FROM callback
         UNION ALL SELECT max(recorded_unix), recorded_at FROM promise
         UNION ALL SELECT max(voided_unix), voided_at FROM promise
         UNION ALL SELECT max(recorded_unix), recorded_at FROM promise_end
         UNION ALL SELECT max(voided_unix), voided_at FROM promise_end
         UNION ALL SELECT max(recorded_unix), recorded_at FROM complaint
         UNION ALL SELECT max(voided_unix), voided_at FROM complaint
         UNION ALL SELECT max(recorded_unix), recorded_at FROM complaint_step
         UNION ALL SELECT max(voided_unix), voided_at FROM complaint_step
         UNION ALL SELECT max(recorded_unix), recorded_at FROM consent
         UNION ALL SELECT max(voided_unix), voided_at FROM consent
         UNION ALL SELECT max(recorded_unix), recorded_at FROM charge
         UNION ALL SELECT max(voided_unix), voided_at FROM charge
         UNION ALL SELECT max(recorded_unix), recorded_at FROM contact
         UNION ALL SELECT max(voided_unix), voided_at FROM contact
         UNION ALL SELECT max(recorded_unix), recorded_at FROM reply
         UNION ALL SELECT max(voided_unix), voided_at FROM reply
         UNION ALL SELECT max(recorded_unix), recorded_at FROM contract
         UNION ALL SELECT max(voided_unix), voided_at FROM contract
         UNION ALL SELECT max(recorded_unix), recorded_at FROM exchange
         UNION ALL SELECT max(voided_unix), voided_at FROM exchange
         UNION ALL SELECT max(recorded_unix), recorded_at FROM change
         UNION ALL SELECT max(unixepoch(recorded_at)), recorded_at FROM maintenance_line
         UNION ALL SELECT max(unixepoch(ended_at)), ended_at FROM maintenance_line
         UNION ALL SELECT max(unixepoch(voided_at)), voided_at FROM maintenance_line)
 WHERE as_of IS NOT NULL
 ORDER BY as_of DESC LIMIT 1

-- name: event_seen
-- The events that are not voided, with the columns that figures read. Every further column would slow down the commands
-- that write an event, because SQLite expands all columns wherever ticket_fact_now names this view.
SELECT id, ticket_id, kind, at, at_unix, unixepoch(substr(at, 1, 10)) / 86400 AS at_day, recorded_unix, recorded_at, actor,
       technician_id, window_from, window_to, window_to_unix, asked_by, no_access, cause, outcome, reason, cancelled_by,
       duplicate_of_id, score, satisfied, source, corrects_id, note, origin
  FROM event
 WHERE voided_at IS NULL

-- name: ticket_measured
-- The tickets for which ticket_fact_now is computed: all of them.
SELECT id, on_site, assignment_unknown FROM ticket

-- name: ticket_then
SELECT id, type, customer_id, appliance_id, fault, area, asked_for_id FROM ticket

-- name: fact_tickets
-- Every ticket in one row, with names, without those of mystery shoppers, which count in no figure.
SELECT f.ticket_id, f.type, f.customer_id, c.name AS customer, f.appliance_id, a.category, a.brand, f.fault, t.text,
       t.channel,
       (SELECT e.at FROM event_seen e WHERE e.ticket_id = f.ticket_id AND e.kind = 'reported') AS reported_at,
       k.name AS technician, f.assignments, f.visits, f.no_access,
       (f.arrived_unix - f.reported_unix) / 3600.0 AS hours_to_arrive,
       (f.deadline_unix - f.reported_unix) / 3600.0 AS hours_allowed,
       (SELECT e.at FROM event_seen e WHERE e.ticket_id = f.ticket_id AND e.kind = 'completed') AS completed_at,
       f.outcome, d.name AS completed_by,
       (SELECT e.at FROM event_seen e WHERE e.ticket_id = f.ticket_id AND e.kind = 'cancelled') AS cancelled_at,
       f.cancel_reason, f.cancelled_by, f.answer, f.answer_source
  FROM ticket_fact f
  JOIN ticket t ON t.id = f.ticket_id
  LEFT JOIN customer c ON c.id = f.customer_id
  LEFT JOIN appliance a ON a.id = f.appliance_id
  LEFT JOIN technician k ON k.id = f.assigned_id
  LEFT JOIN technician d ON d.id = f.done_id
 WHERE t.voided_at IS NULL

-- name: fact_visits
-- Every arrival, numbered within its ticket, without those of mystery shoppers, which count in no figure.
SELECT v.id AS event_id, v.ticket_id, row_number() OVER (PARTITION BY v.ticket_id ORDER BY v.at_unix, v.id) AS visit,
       k.name AS technician, v.at AS arrived_at, v.no_access, v.recorded_at, v.actor AS recorded_by, v.origin
  FROM event_seen v JOIN ticket_fact f ON f.ticket_id = v.ticket_id LEFT JOIN technician k ON k.id = v.technician_id
 WHERE v.kind = 'arrived'

-- name: fact_surveys
-- Every survey answer, and whether it is the one that counts (K1), without those of mystery shoppers.
SELECT a.id AS event_id, a.ticket_id, a.at AS answered_at, a.score, a.satisfied, a.reason, a.source,
       a.id = f.answer_id AS counted, a.recorded_at, a.actor AS recorded_by, a.origin
  FROM event_seen a JOIN ticket_fact f ON f.ticket_id = a.ticket_id
 WHERE a.kind = 'surveyed'
