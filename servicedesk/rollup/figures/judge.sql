-- The verdicts of one figure of one share, counted. `judged` is the statement of the figure (kpis/definitions).

-- name: make_tally
-- A row of no tickets and no verdict says that a month was judged.
CREATE TABLE IF NOT EXISTS memory.tally (
  share VARCHAR, kpi VARCHAR, month BIGINT, category VARCHAR, verdict VARCHAR, why VARCHAR, amount DOUBLE, tickets BIGINT
)

-- name: mark_judged
INSERT INTO memory.tally SELECT $share, $kpi, month, NULL, NULL, NULL, NULL, 0 FROM (SELECT unnest($months) AS month) AS m

-- name: count_verdicts
-- The same groups as kpis/count.sql: only pending and excluded tickets need their reason. A snapshot is of no month.
INSERT INTO memory.tally
SELECT $share, $kpi, CASE WHEN $is_snapshot THEN 0 ELSE v.month END AS month, coalesce(a.category, '(none)') AS category,
       CASE v.verdict WHEN 'silent' THEN 'excluded' ELSE v.verdict END AS verdict,
       CASE WHEN v.verdict = 'hit' OR v.verdict = 'miss' THEN NULL
            WHEN v.reason = 'repeated_by' THEN 'repeated_already' ELSE v.reason END AS why,
       CASE WHEN $amounts THEN v.amount END AS amount, count(*) AS tickets
  FROM judged v
  LEFT JOIN appliance_category a ON a.id = v.appliance_id
 GROUP BY ALL

-- name: count_origins
-- Tickets reported in a month by how they came into the file: typed, imported, written under a pinned clock.
INSERT INTO memory.tally
SELECT $share, $kpi, f.reported_month, NULL, t.origin, NULL, NULL, count(*)
  FROM reported_in_period f
  JOIN ticket t ON t.id = f.ticket_id
 GROUP BY ALL

-- name: list_verdicts
SELECT v.ticket_id, printf('%d-%02d', v.month // 100, v.month % 100),
       CASE v.verdict WHEN 'hit' THEN v.hit_to WHEN 'miss' THEN v.miss_to ELSE v.else_to END,
       coalesce(a.category, '(none)'), coalesce(t.type, '(none)'),
       CASE v.verdict WHEN 'silent' THEN 'excluded' ELSE v.verdict END, v.reason || coalesce('_' || v.ref, ''),
       v.amount, strftime(DATE '1970-01-01' + CAST(v.day AS INTEGER), '%Y-%m-%d')
  FROM judged v
  LEFT JOIN appliance_category a ON a.id = v.appliance_id
  LEFT JOIN ticket_fact t ON t.ticket_id = v.ticket_id
 ORDER BY v.day, v.ticket_id
