-- KPIs of repeat repairs (K4) and of faults fixed at the first visit (K5).

-- view: repaired
-- Completed repairs of the period, each with the earliest later report of a repair of the same appliance that was not
-- withdrawn (C4, C7): of any fault, of the same fault, and not excused. A repeat is excused where it ended as the
-- user's doing, found by another technician than the one charged; not if one of the two is unknown (C8).
-- The instants limit the search to a piece of an index; the days decide.
SELECT fact.ticket_id, fact.done_day AS day, fact.done_month AS month, fact.done_id AS hit_to,
       fact.done_id AS miss_to, fact.assigned_id AS else_to, fact.done_id, fact.assigned_id, fact.appliance_id,
       fact.outcome, fact.visits, fact.fault,
       CASE WHEN fact.appliance_id IS NULL THEN 'no_appliance'
            WHEN fact.outcome = 'exchanged' OR fact.outcome = 'not_repairable' OR fact.outcome = 'resolved_remotely'
              THEN fact.outcome END AS left_out,
       (SELECT n.ticket_id FROM ticket_fact n
         WHERE n.type = 'repair' AND n.appliance_id = fact.appliance_id AND n.reported_unix > fact.done_unix
           AND n.reported_unix < fact.done_unix + 32 * 86400 AND n.reported_day <= fact.done_day + 30
           AND (n.cancel_reason IS NULL OR n.cancel_reason <> 'duplicate' AND n.cancel_reason <> 'entry_error')
         ORDER BY n.reported_unix, n.ticket_id LIMIT 1) AS again_id,
       (SELECT n.ticket_id FROM ticket_fact n
         WHERE n.type = 'repair' AND n.appliance_id = fact.appliance_id AND n.reported_unix > fact.done_unix
           AND n.reported_unix < fact.done_unix + 62 * 86400 AND n.reported_day <= fact.done_day + 60
           AND (n.cancel_reason IS NULL OR n.cancel_reason <> 'duplicate' AND n.cancel_reason <> 'entry_error')
         ORDER BY n.reported_unix, n.ticket_id LIMIT 1) AS again_60_id,
       (SELECT n.ticket_id FROM ticket_fact n
         WHERE n.type = 'repair' AND n.appliance_id = fact.appliance_id AND n.reported_unix > fact.done_unix
           AND n.reported_unix < fact.done_unix + 92 * 86400 AND n.reported_day <= fact.done_day + 90
           AND (n.cancel_reason IS NULL OR n.cancel_reason <> 'duplicate' AND n.cancel_reason <> 'entry_error')
         ORDER BY n.reported_unix, n.ticket_id LIMIT 1) AS again_90_id,
       (SELECT n.ticket_id FROM ticket_fact n
         WHERE n.type = 'repair' AND n.appliance_id = fact.appliance_id AND n.reported_unix > fact.done_unix
           AND n.reported_unix < fact.done_unix + 32 * 86400 AND n.reported_day <= fact.done_day + 30
           AND (n.cancel_reason IS NULL OR n.cancel_reason <> 'duplicate' AND n.cancel_reason <> 'entry_error')
           AND n.fault = fact.fault
         ORDER BY n.reported_unix, n.ticket_id LIMIT 1) AS same_fault_id,
       (SELECT n.ticket_id FROM ticket_fact n
         WHERE n.type = 'repair' AND n.appliance_id = fact.appliance_id AND n.reported_unix > fact.done_unix
           AND n.reported_unix < fact.done_unix + 32 * 86400 AND n.reported_day <= fact.done_day + 30
           AND (n.cancel_reason IS NULL OR n.cancel_reason <> 'duplicate' AND n.cancel_reason <> 'entry_error')
           AND (n.outcome IS NULL OR n.outcome <> 'user_caused' OR n.done_id IS NULL OR fact.done_id IS NULL
                OR n.done_id = fact.done_id)
         ORDER BY n.reported_unix, n.ticket_id LIMIT 1) AS unexcused_id
  FROM done_in_period fact
 WHERE fact.type = 'repair'

-- name: repeat_repair_rate
SELECT *, NULL AS amount, CASE WHEN reason = 'repeated_by' THEN 'T' || again_id END AS ref,
       CASE reason WHEN 'repeated_by' THEN CASE WHEN day + 30 < (SELECT as_of_day FROM asked) THEN 'hit' ELSE 'pending' END
                   WHEN 'not_repeated' THEN 'miss' WHEN 'not_yet_30_days' THEN 'pending' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN left_out IS NOT NULL THEN left_out WHEN again_id IS NOT NULL THEN 'repeated_by'
                       WHEN day + 30 >= (SELECT as_of_day FROM asked) THEN 'not_yet_30_days'
                       ELSE 'not_repeated' END AS reason FROM repaired) AS r

-- name: same_fault_repeat_rate
-- A repair with an unknown fault may have come back with the same fault. It is no good repair (C8): it is left out.
SELECT *, NULL AS amount, CASE WHEN reason = 'repeated_by' THEN 'T' || same_fault_id END AS ref,
       CASE reason WHEN 'repeated_by' THEN CASE WHEN day + 30 < (SELECT as_of_day FROM asked) THEN 'hit' ELSE 'pending' END
                   WHEN 'not_repeated' THEN 'miss' WHEN 'not_yet_30_days' THEN 'pending' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN left_out IS NOT NULL THEN left_out WHEN fault IS NULL THEN 'no_fault_code'
                       WHEN same_fault_id IS NOT NULL THEN 'repeated_by'
                       WHEN day + 30 >= (SELECT as_of_day FROM asked) THEN 'not_yet_30_days'
                       ELSE 'not_repeated' END AS reason FROM repaired) AS r

-- name: repeat_repair_rate_60d
SELECT *, NULL AS amount, CASE WHEN reason = 'repeated_by' THEN 'T' || again_60_id END AS ref,
       CASE reason WHEN 'repeated_by' THEN CASE WHEN day + 60 < (SELECT as_of_day FROM asked) THEN 'hit' ELSE 'pending' END
                   WHEN 'not_repeated' THEN 'miss' WHEN 'not_yet_60_days' THEN 'pending' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN left_out IS NOT NULL THEN left_out WHEN again_60_id IS NOT NULL THEN 'repeated_by'
                       WHEN day + 60 >= (SELECT as_of_day FROM asked) THEN 'not_yet_60_days'
                       ELSE 'not_repeated' END AS reason FROM repaired) AS r

-- name: repeat_repair_rate_90d
SELECT *, NULL AS amount, CASE WHEN reason = 'repeated_by' THEN 'T' || again_90_id END AS ref,
       CASE reason WHEN 'repeated_by' THEN CASE WHEN day + 90 < (SELECT as_of_day FROM asked) THEN 'hit' ELSE 'pending' END
                   WHEN 'not_repeated' THEN 'miss' WHEN 'not_yet_90_days' THEN 'pending' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN left_out IS NOT NULL THEN left_out WHEN again_90_id IS NOT NULL THEN 'repeated_by'
                       WHEN day + 90 >= (SELECT as_of_day FROM asked) THEN 'not_yet_90_days'
                       ELSE 'not_repeated' END AS reason FROM repaired) AS r

-- name: repeat_net_of_excused_rate
SELECT *, NULL AS amount, CASE WHEN reason = 'repeated_by' THEN 'T' || unexcused_id END AS ref,
       CASE reason WHEN 'repeated_by' THEN CASE WHEN day + 30 < (SELECT as_of_day FROM asked) THEN 'hit' ELSE 'pending' END
                   WHEN 'not_repeated' THEN 'miss' WHEN 'not_yet_30_days' THEN 'pending' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN left_out IS NOT NULL THEN left_out WHEN unexcused_id IS NOT NULL THEN 'repeated_by'
                       WHEN day + 30 >= (SELECT as_of_day FROM asked) THEN 'not_yet_30_days'
                       ELSE 'not_repeated' END AS reason FROM repaired) AS r

-- name: repeats_already
SELECT *, NULL AS amount, CASE WHEN reason = 'repeated_by' THEN 'T' || again_id END AS ref,
       CASE reason WHEN 'repeated_by' THEN 'hit' WHEN '30_days_over' THEN 'miss' WHEN 'not_repeated' THEN 'pending'
                   ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN left_out IS NOT NULL THEN left_out
                       WHEN day + 30 < (SELECT as_of_day FROM asked) THEN '30_days_over'
                       WHEN again_id IS NULL THEN 'not_repeated' ELSE 'repeated_by' END AS reason FROM repaired) AS r

-- view: fixed_first_time
SELECT *, CASE WHEN left_out IS NOT NULL THEN left_out
               WHEN day + 30 >= (SELECT as_of_day FROM asked) THEN 'not_yet_30_days'
               WHEN visits <> 1 THEN visits || '_visits'
               WHEN again_id IS NOT NULL THEN 'repeated_by' ELSE 'one_visit' END AS reason
  FROM repaired

-- name: first_time_fix_rate
SELECT *, NULL AS amount, CASE WHEN reason = 'repeated_by' THEN 'T' || again_id END AS ref,
       CASE WHEN left_out IS NOT NULL THEN 'excluded' WHEN reason = 'not_yet_30_days' THEN 'pending'
            WHEN reason = 'one_visit' THEN 'hit' ELSE 'miss' END AS verdict
  FROM fixed_first_time

-- name: first_time_fix_rate_incl_remote
SELECT *, NULL AS amount, CASE WHEN reason = 'repeated_by' THEN 'T' || again_id END AS ref,
       CASE WHEN reason = 'one_visit' THEN 'hit' WHEN reason = 'not_yet_30_days' THEN 'pending'
            WHEN reason = 'resolved_remotely' THEN 'hit' WHEN left_out IS NULL OR left_out = 'resolved_remotely' THEN 'miss'
            ELSE 'excluded' END AS verdict
  FROM (SELECT ticket_id, day, month, hit_to, miss_to, else_to, done_id, assigned_id, appliance_id, left_out, again_id,
               CASE WHEN left_out IS NULL OR left_out <> 'resolved_remotely' THEN reason
                    WHEN day + 30 >= (SELECT as_of_day FROM asked) THEN 'not_yet_30_days'
                    WHEN again_id IS NOT NULL THEN 'repeated_by' ELSE left_out END AS reason
          FROM fixed_first_time LIMIT 1000000000000) AS r

-- name: single_visit_rate
SELECT *, NULL AS amount, NULL AS ref,
       CASE WHEN left_out IS NOT NULL THEN 'excluded' WHEN visits = 1 THEN 'hit' ELSE 'miss' END AS verdict
  FROM (SELECT *, CASE WHEN left_out IS NOT NULL THEN left_out WHEN visits = 1 THEN 'one_visit'
                       ELSE visits || '_visits' END AS reason FROM repaired) AS r

-- name: visits_per_fault
-- A chain links repairs of the same fault on the same appliance, each reported again within 30 days. A cancelled repair
-- is no link, so every chain ends with a repair that was, or will be, completed: all its visits are counted there.
SELECT ticket_id, day, month, hit_to, miss_to, else_to, appliance_id, reason,
       CASE WHEN reason = 'repeated_by' THEN 'T' || again_id END AS ref,
       CASE WHEN reason = 'ended' THEN (
         WITH RECURSIVE link(id) AS (
           SELECT r.ticket_id
            UNION
           SELECT p.ticket_id
             FROM link
             JOIN ticket_fact b ON b.ticket_id = link.id
             JOIN ticket_fact p ON p.type = 'repair' AND p.appliance_id = b.appliance_id AND p.fault = b.fault
                               AND p.outcome <> 'exchanged' AND p.outcome <> 'not_repairable'
                               AND p.outcome <> 'resolved_remotely'
            WHERE (SELECT n.ticket_id FROM ticket_fact n
                    WHERE n.type = 'repair' AND n.appliance_id = p.appliance_id AND n.reported_unix > p.done_unix
                      AND n.reported_unix < p.done_unix + 32 * 86400 AND n.reported_day <= p.done_day + 30
                      AND n.fault = p.fault AND n.cancelled_unix IS NULL
                    ORDER BY n.reported_unix, n.ticket_id LIMIT 1) = link.id)
         SELECT sum(f.visits) FROM link JOIN ticket_fact f ON f.ticket_id = link.id) END AS amount,
       CASE reason WHEN 'ended' THEN 'hit' WHEN 'not_yet_30_days' THEN 'pending'
                   WHEN 'repeated_by' THEN CASE WHEN again_is_done = 1 THEN 'excluded' ELSE 'pending' END
                   ELSE 'excluded' END AS verdict
  FROM (SELECT c.*, CASE WHEN left_out IS NOT NULL THEN left_out WHEN again_id IS NOT NULL THEN 'repeated_by'
                         WHEN day + 30 >= (SELECT as_of_day FROM asked) THEN 'not_yet_30_days'
                         ELSE 'ended' END AS reason,
               CASE WHEN (SELECT d.done_unix FROM ticket_fact d WHERE d.ticket_id = c.again_id) IS NULL
                    THEN 0 ELSE 1 END AS again_is_done
          FROM (SELECT fact.ticket_id, fact.day, fact.month, fact.hit_to, fact.miss_to, fact.else_to,
                       fact.appliance_id, fact.left_out,
                       (SELECT n.ticket_id FROM ticket_fact n
                         WHERE n.type = 'repair' AND n.appliance_id = fact.appliance_id
                           AND n.reported_unix > own.done_unix AND n.reported_unix < own.done_unix + 32 * 86400
                           AND n.reported_day <= own.done_day + 30
                           AND n.fault = own.fault AND n.cancelled_unix IS NULL
                         ORDER BY n.reported_unix, n.ticket_id LIMIT 1) AS again_id
                  FROM repaired fact JOIN ticket_fact own ON own.ticket_id = fact.ticket_id
                 LIMIT 1000000000000) AS c) AS r
