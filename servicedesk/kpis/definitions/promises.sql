-- KPIs of promises (K8): promises and agreed windows that were kept.

-- view: promised
-- (The LIMIT keeps SQLite from copying the searches into every place that mentions them.)
-- Promises due in the period, with how each ended and who was assigned when it fell due.
SELECT p.id, p.ticket_id, p.due_day AS day, p.due_month AS month, p.due_unix, p.at_unix, x.kind, x.withdrawn_by,
       x.at_unix AS end_unix, f.appliance_id, 'P' || p.id AS ref,
       (SELECT e.technician_id FROM event_seen e
         WHERE e.ticket_id = p.ticket_id AND e.kind = 'assigned' AND e.at_unix <= p.due_unix
         ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) AS due_to,
       (SELECT e.technician_id FROM event_seen e
         WHERE e.ticket_id = p.ticket_id AND e.kind = 'assigned'
         ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) AS else_to
  FROM promise_seen p
  LEFT JOIN promise_end_seen x ON x.promise_id = p.id
  LEFT JOIN ticket_fact f ON f.ticket_id = p.ticket_id
 WHERE p.due_unix >= (SELECT from_unix FROM asked) AND p.due_unix < (SELECT until_unix FROM asked)
 LIMIT 1000000000000

-- name: promise_kept_rate
SELECT *, due_to AS hit_to, due_to AS miss_to, NULL AS amount,
       CASE reason WHEN 'kept' THEN 'hit' WHEN 'kept_late' THEN 'miss' WHEN 'withdrawn' THEN 'miss'
                   WHEN 'not_kept' THEN 'miss' WHEN 'not_yet_due' THEN 'pending' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE
         WHEN kind = 'withdrawn' AND withdrawn_by = 'customer' AND end_unix < due_unix THEN 'withdrawn_by_customer'
         WHEN due_unix > (SELECT as_of FROM asked) THEN 'not_yet_due'
         WHEN kind = 'kept' AND end_unix <= due_unix THEN 'kept'
         WHEN kind = 'kept' THEN 'kept_late'
         WHEN kind = 'withdrawn' THEN 'withdrawn'
         ELSE 'not_kept' END AS reason FROM promised) AS p

-- name: promise_lead_hours
SELECT *, due_to AS hit_to, due_to AS miss_to,
       CASE WHEN reason = 'promised' THEN round((due_unix - at_unix) / 3600.0, 4) END AS amount,
       CASE WHEN reason = 'promised' THEN 'hit' ELSE 'pending' END AS verdict
  FROM (SELECT *, CASE WHEN due_unix > (SELECT as_of FROM asked) THEN 'not_yet_due' ELSE 'promised' END AS reason
          FROM promised) AS p

-- view: moved
-- Every agreed window with the first window that was agreed later, before it was over. A corrected one keeps its place.
SELECT p.id, m.asked_by AS moved_by, coalesce(l.recorded_unix, m.recorded_unix) AS moved_unix,
       row_number() OVER (PARTITION BY p.id
                          ORDER BY coalesce(l.recorded_unix, m.recorded_unix), coalesce(l.id, m.id)) AS place
  FROM event_seen p
  LEFT JOIN event q ON q.id = p.corrects_id
  JOIN event_seen m ON m.ticket_id = p.ticket_id AND m.kind = 'appointed'
  LEFT JOIN event l ON l.id = m.corrects_id
 WHERE p.kind = 'appointed'
   AND p.window_to_unix >= (SELECT from_unix FROM asked) AND p.window_to_unix < (SELECT until_unix FROM asked)
   AND (coalesce(l.recorded_unix, m.recorded_unix) > coalesce(q.recorded_unix, p.recorded_unix)
     OR coalesce(l.recorded_unix, m.recorded_unix) = coalesce(q.recorded_unix, p.recorded_unix)
        AND coalesce(l.id, m.id) > coalesce(q.id, p.id))
   AND coalesce(l.recorded_unix, m.recorded_unix) <= p.window_to_unix

-- name: window_on_time_rate
-- An arrival up to 15 minutes before the window is on time. A window that the customer moved before it was over is not
-- broken; it was kept if somebody had come in it. A window that the outlet moved is judged all the same.
SELECT *, in_window_id AS hit_to, due_to AS miss_to, NULL AS amount, NULL AS ref,
       CASE reason WHEN 'in_window' THEN 'hit' WHEN 'not_yet_over' THEN 'pending' WHEN 'moved_by_outlet' THEN 'miss'
                   WHEN 'early' THEN 'miss' WHEN 'late' THEN 'miss' WHEN 'nobody_came' THEN 'miss'
                   ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE
         WHEN cancel_reason = 'duplicate' OR cancel_reason = 'entry_error' THEN cancel_reason
         WHEN moved_by = 'customer' AND (in_window IS NULL OR in_window > moved_unix) THEN 'moved_by_customer'
         WHEN in_window IS NULL AND cancelled_unix <= due_unix AND cancelled_by = 'customer'
           THEN 'cancelled_by_customer'
         WHEN in_window IS NULL AND done_unix < from_unix THEN 'done_before'
         WHEN due_unix > (SELECT as_of FROM asked) THEN 'not_yet_over'
         WHEN in_window IS NOT NULL THEN 'in_window'
         WHEN moved_by = 'outlet' THEN 'moved_by_outlet'
         WHEN first_unix < from_unix THEN 'early'
         WHEN first_unix IS NOT NULL THEN 'late'
         ELSE 'nobody_came' END AS reason
  FROM (SELECT p.ticket_id, p.window_to_day AS day, p.window_to_month AS month, p.window_from_unix AS from_unix,
               p.window_to_unix AS due_unix, f.cancel_reason, f.cancelled_unix, f.cancelled_by, f.done_unix,
               f.assigned_id AS else_to, f.appliance_id, m.moved_by, m.moved_unix,
               (SELECT a.at_unix FROM event_seen a
                 WHERE a.ticket_id = p.ticket_id AND a.kind = 'arrived' AND a.at_unix >= p.at_unix
                   AND a.at_unix >= p.window_from_unix - 15 * 60 AND a.at_unix <= p.window_to_unix
                 ORDER BY a.at_unix, a.id LIMIT 1) AS in_window,
               (SELECT a.technician_id FROM event_seen a
                 WHERE a.ticket_id = p.ticket_id AND a.kind = 'arrived' AND a.at_unix >= p.at_unix
                   AND a.at_unix >= p.window_from_unix - 15 * 60 AND a.at_unix <= p.window_to_unix
                 ORDER BY a.at_unix, a.id LIMIT 1) AS in_window_id,
               (SELECT a.at_unix FROM event_seen a
                 WHERE a.ticket_id = p.ticket_id AND a.kind = 'arrived' AND a.at_unix >= p.at_unix
                 ORDER BY a.at_unix, a.id LIMIT 1) AS first_unix,
               (SELECT e.technician_id FROM event_seen e
                 WHERE e.ticket_id = p.ticket_id AND e.kind = 'assigned' AND e.at_unix <= p.window_to_unix
                 ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) AS due_to
          FROM appointment_seen p
          JOIN ticket_fact f ON f.ticket_id = p.ticket_id
          LEFT JOIN moved m ON m.id = p.id AND m.place = 1
         WHERE p.window_to_unix >= (SELECT from_unix FROM asked)
           AND p.window_to_unix < (SELECT until_unix FROM asked)
         LIMIT 1000000000000) AS w) AS v
