-- The verdicts of one figure of one share, counted. `judged` is the statement of the figure (kpis/definitions).

-- name: make_tally
-- A row of no tickets and no verdict says that a month was judged.
CREATE TABLE IF NOT EXISTS memory.tally (
  share VARCHAR, kpi VARCHAR, month BIGINT, category VARCHAR, verdict VARCHAR, why VARCHAR, amount DOUBLE, tickets BIGINT
)

-- name: mark_judged
INSERT INTO memory.tally SELECT $share, $kpi, month, NULL, NULL, NULL, NULL, 0 FROM unnest($months) AS m(month)

-- name: count_verdicts
-- The same groups as kpis/count.sql: only pending and excluded tickets need their reason. A snapshot is of no month.
INSERT INTO memory.tally
SELECT $share, $kpi, CASE WHEN $is_snapshot THEN 0 ELSE v.month END AS month, coalesce(a.category, '(none)') AS category,
       CASE v.verdict WHEN 'silent' THEN 'excluded' ELSE v.verdict END AS verdict,
       CASE WHEN v.verdict = 'hit' OR v.verdict = 'miss' THEN NULL
            WHEN v.reason = 'repeated_by' THEN 'repeated_already' ELSE v.reason END AS why,
       CASE WHEN $amounts THEN v.amount END AS amount, count(*) AS tickets
  FROM judged v
  LEFT JOIN appliance_then a ON a.id = v.appliance_id
 GROUP BY ALL

-- name: list_verdicts
SELECT v.ticket_id, v.month, CASE v.verdict WHEN 'hit' THEN v.hit_to WHEN 'miss' THEN v.miss_to ELSE v.else_to END,
       coalesce(a.category, '(none)'), coalesce(t.type, '(none)'),
       CASE v.verdict WHEN 'silent' THEN 'excluded' ELSE v.verdict END, v.reason || coalesce('_' || v.ref, ''),
       v.amount, v.day
  FROM judged v
  LEFT JOIN appliance_then a ON a.id = v.appliance_id
  LEFT JOIN ticket_fact t ON t.ticket_id = v.ticket_id
 ORDER BY v.day, v.ticket_id
