-- The counted verdicts of a share, summed over categories, because a receipt has no categories.

-- name: list_tallies
SELECT kpi, month, verdict, why, amount, sum(tickets)::BIGINT AS tickets
  FROM memory.tally
 WHERE tickets > 0
 GROUP BY ALL

-- name: forget_tallies
DELETE FROM memory.tally
