-- Views for whoever opens the file without us (an SQLite browser, a spreadsheet, Datasette), as of the newest recorded
-- instant, which `kpi_as_of` tells. `judged` holds the verdicts of all KPIs by the statements that the program runs.

-- name: fact_tickets
-- Every ticket in one row, with names.
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
-- Every arrival, counted by ticket.
SELECT v.id AS event_id, v.ticket_id, row_number() OVER (PARTITION BY v.ticket_id ORDER BY v.at_unix, v.id) AS visit,
       k.name AS technician, v.at AS arrived_at, v.no_access, v.recorded_at, v.actor AS recorded_by, v.origin
  FROM event_seen v LEFT JOIN technician k ON k.id = v.technician_id
 WHERE v.kind = 'arrived'

-- name: fact_surveys
-- Every answer, and whether it is the one that counts (K1).
SELECT a.id AS event_id, a.ticket_id, a.at AS answered_at, a.score, a.satisfied, a.reason, a.source,
       a.id = f.answer_id AS counted, a.recorded_at, a.actor AS recorded_by, a.origin
  FROM event_seen a LEFT JOIN ticket_fact f ON f.ticket_id = a.ticket_id
 WHERE a.kind = 'surveyed'

-- name: kpi_verdicts
-- Every ticket of every KPI with its verdict: the rows of 'kpi rows'.
SELECT v.kpi, v.is_rate, v.ticket_id, printf('%d-%02d', v.month / 100, v.month % 100) AS period,
       coalesce(k.name, v.nobody) AS technician, coalesce(a.category, '(none)') AS category,
       coalesce(t.type, '(none)') AS type,
       coalesce((SELECT x.area FROM ticket_area x WHERE x.ticket_id = v.ticket_id), '(none)') AS area,
       CASE v.verdict WHEN 'silent' THEN 'excluded' ELSE v.verdict END AS verdict,
       v.reason || coalesce('_' || v.ref, '') AS reason, v.amount, date(v.day * 86400, 'unixepoch') AS counted_on
  FROM judged v
  LEFT JOIN ticket_fact t ON t.ticket_id = v.ticket_id
  LEFT JOIN appliance a ON a.id = v.appliance_id
  LEFT JOIN technician k ON k.id = CASE v.verdict WHEN 'hit' THEN v.hit_to WHEN 'miss' THEN v.miss_to ELSE v.else_to END

-- name: kpi_months
-- The rates by month: hits, and what they are a share of.
SELECT kpi, period, hits, hits + misses AS total, hits * 1.0 / nullif(hits + misses, 0) AS rate, pending, excluded
  FROM (SELECT kpi, period, sum(verdict = 'hit') AS hits, sum(verdict = 'miss') AS misses,
               sum(verdict = 'pending') AS pending, sum(verdict = 'excluded') AS excluded
          FROM kpi_verdicts
         WHERE is_rate
         GROUP BY kpi, period)
