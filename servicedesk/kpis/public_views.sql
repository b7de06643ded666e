-- Views of the figures for other programs that open a copy (an SQLite browser, a spreadsheet, Datasette), as of the
-- newest recorded instant, which `kpi_as_of` shows. `judged` holds the verdicts of all KPIs, from the same statements
-- that the program runs.

-- name: kpi_verdicts
-- Every ticket of every KPI with its verdict: the rows of 'kpi rows'.
SELECT v.kpi, v.is_rate, v.ticket_id, printf('%d-%02d', v.month / 100, v.month % 100) AS period,
       coalesce(k.name, v.nobody) AS technician, coalesce(a.category, '(none)') AS category,
       coalesce(t.type, '(none)') AS type,
       coalesce((SELECT x.area FROM ticket_area x WHERE x.ticket_id = v.ticket_id), '(none)') AS area,
       CASE v.verdict WHEN 'silent' THEN 'excluded' ELSE v.verdict END AS verdict,
       v.reason || coalesce('_' || v.ref, '') AS reason, v.amount, date(v.day * 86400, 'unixepoch') AS counted_on,
       coalesce((SELECT x.charge FROM ticket_charge x WHERE x.ticket_id = v.ticket_id), '(none)') AS charge
  FROM judged v
  LEFT JOIN ticket_fact t ON t.ticket_id = v.ticket_id
  LEFT JOIN appliance a ON a.id = v.appliance_id
  LEFT JOIN technician k ON k.id = CASE v.verdict WHEN 'hit' THEN v.hit_to WHEN 'miss' THEN v.miss_to ELSE v.else_to END

-- name: kpi_months
-- The rates by month (but of no snapshot, which is of an instant): hits, and what they are a share of.
SELECT kpi, period, hits, hits + misses AS total, hits * 1.0 / nullif(hits + misses, 0) AS rate, pending, excluded
  FROM (SELECT kpi, period, sum(verdict = 'hit') AS hits, sum(verdict = 'miss') AS misses,
               sum(verdict = 'pending') AS pending, sum(verdict = 'excluded') AS excluded
          FROM kpi_verdicts
         WHERE is_rate
         GROUP BY kpi, period)
