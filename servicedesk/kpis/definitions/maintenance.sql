-- KPI of maintenance (K14, M19): birthdays of appliances that were cared for in time.

-- name: maintenance_completion_rate
-- A visit may care for several appliances of a home. Each birthday counts for its own appliance, within 30 days of it.
SELECT ticket_id, day, month, hit_to, coalesce(hit_to, else_to) AS miss_to, else_to, appliance_id, reason, NULL AS ref,
       NULL AS amount,
       CASE reason WHEN 'done' THEN 'hit' WHEN 'done_late' THEN 'miss' WHEN 'missed' THEN 'miss' WHEN 'not_done' THEN 'miss'
                   WHEN 'not_yet_30_days' THEN 'pending' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE
         WHEN ended_as = 'declined' THEN 'declined'
         WHEN ended_as = 'cancelled' AND ended_reason = 'retired' OR retired_day <= day THEN 'retired'
         WHEN ended_as = 'cancelled' THEN 'cancelled'
         WHEN cancel_reason = 'out_of_area' THEN 'out_of_area'
         WHEN cancelled_by = 'customer' THEN 'declined'
         WHEN day + 30 >= (SELECT as_of_day FROM asked) THEN 'not_yet_30_days'
         WHEN is_done = 1 AND abs(done_day - day) <= 30 THEN 'done'
         WHEN is_done = 1 THEN 'done_late'
         WHEN ended_as = 'missed' THEN 'missed'
         ELSE 'not_done' END AS reason
          FROM (SELECT f.ticket_id, l.appliance_id, l.due_day AS day, l.due_month AS month, l.ended_as, l.ended_reason,
                       a.retired_day, f.done_id AS hit_to, f.assigned_id AS else_to, f.done_day, f.cancel_reason,
                       f.cancelled_by,
                       CASE WHEN f.done_unix IS NOT NULL AND (f.outcome = 'done' OR f.type <> 'maintenance')
                            THEN 1 ELSE 0 END AS is_done
                  FROM maintenance_line_seen l
                  JOIN appliance_then a ON a.id = l.appliance_id
                  LEFT JOIN ticket_fact f ON f.ticket_id = l.ticket_id
                 WHERE l.due_day >= (SELECT from_day FROM asked) AND l.due_day < (SELECT until_day FROM asked)
                 LIMIT 1000000000000) AS lines
       ) AS judged
