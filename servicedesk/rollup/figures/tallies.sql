-- Counted verdicts that are kept (judge.sql: tally), in the files of one instant and of one set of statements.

-- name: ask
CREATE OR REPLACE TABLE asked_share AS SELECT CAST(unnest($shares) AS VARCHAR) AS share

-- name: ask_figures
CREATE OR REPLACE TABLE asked_figure AS
SELECT CAST(unnest($kpis) AS VARCHAR) AS kpi, CAST(unnest($months) AS BIGINT) AS month

-- name: nothing_kept
CREATE OR REPLACE VIEW kept AS
SELECT NULL AS share, NULL AS kpi, NULL AS month, NULL AS category, NULL AS verdict, NULL AS why, NULL AS amount,
       NULL AS tickets, NULL AS filename
 WHERE 1 = 0

-- name: judged_in
-- The file in which each month of each figure of each share asked for is counted: one, also where two runs have judged
-- it at the same time.
CREATE OR REPLACE TABLE judged_in AS
SELECT k.share, k.kpi, k.month, min(k.filename) AS filename
  FROM kept k
  JOIN asked_share s ON s.share = k.share
  JOIN asked_figure f ON f.kpi = k.kpi AND f.month = k.month
 WHERE k.verdict IS NULL
 GROUP BY ALL

-- name: list_missing
-- The figures that are still to be judged, by share.
SELECT s.share, list(DISTINCT f.kpi)
  FROM asked_share s
 CROSS JOIN asked_figure f
  LEFT JOIN judged_in j ON j.share = s.share AND j.kpi = f.kpi AND j.month = f.month
 WHERE j.share IS NULL
 GROUP BY s.share

-- name: sum_tallies
-- The sums by the groups asked for; a group that is not asked for is NULL. All own categories of outlets are one group.
SELECT k.kpi, CASE WHEN $by_share THEN k.share END, CASE WHEN $by_month THEN k.month END,
       CASE WHEN $by_category THEN CASE WHEN k.category LIKE 'own\_%' ESCAPE '\' THEN '(own)' ELSE k.category END END, k.verdict, k.why, k.amount, CAST(sum(k.tickets) AS BIGINT)
  FROM kept k
  JOIN judged_in j ON j.share = k.share AND j.kpi = k.kpi AND j.month = k.month AND j.filename = k.filename
 WHERE k.verdict IS NOT NULL
 GROUP BY ALL
