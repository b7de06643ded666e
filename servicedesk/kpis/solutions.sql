-- The verdicts of repairs that name a solution. `judged` is the statement of K4 (definitions/repeats.sql).

-- name: list_verdicts
-- CROSS JOIN: the few completions with a solution first, then the verdict of each.
SELECT e.solution_id, e.ticket_id, v.verdict, v.reason || coalesce('_' || v.ref, '') AS reason
  FROM event e
 CROSS JOIN event_seen s ON s.id = e.id
 CROSS JOIN judged v ON v.ticket_id = e.ticket_id
 WHERE e.solution_id IS NOT NULL AND e.kind = 'completed' AND (:solution_id IS NULL OR e.solution_id = :solution_id)
