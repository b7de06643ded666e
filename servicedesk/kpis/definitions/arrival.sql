-- KPIs of arrival within 24 hours (K6) and of dispatch within five minutes (K7).

-- view: called
-- Repairs reported in the period. withdrawn: why nobody had to reach the call in time. arrived_id, assigned_due_id,
-- assigned_strict_id and assigned_id lead an index in this order, so that counting needs no sorting.
SELECT *, reported_day AS day, reported_month AS month, assigned_id AS else_to, reported_unix + 86400 AS strict_unix,
       CASE WHEN cancel_reason = 'duplicate' OR cancel_reason = 'entry_error' THEN cancel_reason
            WHEN on_site = 1 THEN 'on_site' END AS withdrawn
  FROM reported_in_period
 WHERE type = 'repair'

-- name: arrival_24h_rate
SELECT *, arrived_id AS hit_to, assigned_due_id AS miss_to, NULL AS amount, NULL AS ref,
       CASE reason WHEN 'in_time' THEN 'hit' WHEN 'in_time_no_access' THEN 'hit'
                   WHEN 'arrived' THEN 'pending' WHEN 'not_yet_due' THEN 'pending'
                   WHEN 'late' THEN 'miss' WHEN 'no_arrival' THEN 'miss' WHEN 'cancelled_without_arrival' THEN 'miss'
                   WHEN 'completed_without_arrival' THEN 'miss' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN withdrawn IS NOT NULL THEN withdrawn
         WHEN arrived_unix IS NOT NULL AND deadline_unix > (SELECT as_of FROM asked) THEN 'arrived'
         WHEN arrived_unix <= deadline_unix AND arrived_no_access = 1 THEN 'in_time_no_access'
         WHEN arrived_unix <= deadline_unix THEN 'in_time'
         WHEN arrived_unix IS NOT NULL THEN 'late'
         WHEN cancelled_unix <= deadline_unix AND cancelled_by = 'customer' THEN 'cancelled_by_customer'
         WHEN cancelled_unix <= deadline_unix AND cancel_reason = 'out_of_area' THEN 'out_of_area'
         WHEN done_unix <= deadline_unix AND outcome = 'resolved_remotely' THEN 'remote'
         WHEN deadline_unix > (SELECT as_of FROM asked) THEN 'not_yet_due'
         WHEN cancelled_unix IS NOT NULL THEN 'cancelled_without_arrival'
         WHEN done_unix IS NOT NULL THEN 'completed_without_arrival'
         ELSE 'no_arrival' END AS reason FROM called) AS c

-- name: arrival_24h_rate_strict
SELECT *, arrived_id AS hit_to, assigned_strict_id AS miss_to, NULL AS amount, NULL AS ref,
       CASE reason WHEN 'in_time' THEN 'hit' WHEN 'in_time_no_access' THEN 'hit'
                   WHEN 'arrived' THEN 'pending' WHEN 'not_yet_due' THEN 'pending'
                   WHEN 'late' THEN 'miss' WHEN 'no_arrival' THEN 'miss' WHEN 'cancelled_without_arrival' THEN 'miss'
                   WHEN 'completed_without_arrival' THEN 'miss' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN withdrawn IS NOT NULL THEN withdrawn
         WHEN arrived_unix IS NOT NULL AND strict_unix > (SELECT as_of FROM asked) THEN 'arrived'
         WHEN arrived_unix <= strict_unix AND arrived_no_access = 1 THEN 'in_time_no_access'
         WHEN arrived_unix <= strict_unix THEN 'in_time'
         WHEN arrived_unix IS NOT NULL THEN 'late'
         WHEN cancelled_unix <= strict_unix AND cancelled_by = 'customer' THEN 'cancelled_by_customer'
         WHEN cancelled_unix <= strict_unix AND cancel_reason = 'out_of_area' THEN 'out_of_area'
         WHEN done_unix <= strict_unix AND outcome = 'resolved_remotely' THEN 'remote'
         WHEN strict_unix > (SELECT as_of FROM asked) THEN 'not_yet_due'
         WHEN cancelled_unix IS NOT NULL THEN 'cancelled_without_arrival'
         WHEN done_unix IS NOT NULL THEN 'completed_without_arrival'
         ELSE 'no_arrival' END AS reason FROM called) AS c

-- name: deferral_rate
SELECT *, assigned_id AS hit_to, assigned_id AS miss_to, NULL AS amount, NULL AS ref,
       CASE reason WHEN 'deferred' THEN 'hit' WHEN 'not_deferred' THEN 'miss' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN withdrawn IS NOT NULL THEN withdrawn
                       WHEN deadline_unix > strict_unix THEN 'deferred' ELSE 'not_deferred' END AS reason
          FROM called) AS c

-- name: completed_within_24h_rate
SELECT *, done_id AS hit_to, assigned_due_id AS miss_to, NULL AS amount, NULL AS ref,
       CASE reason WHEN 'completed' THEN 'hit' WHEN 'not_completed' THEN 'miss' WHEN 'not_yet_due' THEN 'pending'
                   ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN withdrawn IS NOT NULL THEN withdrawn
         WHEN arrived_unix IS NULL AND cancelled_unix <= deadline_unix AND cancelled_by = 'customer'
           THEN 'cancelled_by_customer'
         WHEN arrived_unix IS NULL AND cancelled_unix <= deadline_unix AND cancel_reason = 'out_of_area'
           THEN 'out_of_area'
         WHEN arrived_unix IS NULL AND done_unix <= deadline_unix AND outcome = 'resolved_remotely' THEN 'remote'
         WHEN deadline_unix > (SELECT as_of FROM asked) THEN 'not_yet_due'
         WHEN done_unix <= strict_unix THEN 'completed'
         ELSE 'not_completed' END AS reason FROM called) AS c

-- name: dispatch_5min_rate
SELECT *, assigned_id AS hit_to, assigned_id AS miss_to, NULL AS amount, NULL AS ref,
       CASE reason WHEN 'assigned' THEN 'hit' WHEN 'assigned_late' THEN 'miss' WHEN 'not_assigned' THEN 'miss'
                   WHEN 'not_yet_due' THEN 'pending' ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN withdrawn IS NOT NULL THEN withdrawn
         WHEN assignment_unknown = 1 THEN 'assignment_unknown'
         WHEN reported_unix + 300 > (SELECT as_of FROM asked) THEN 'not_yet_due'
         WHEN first_assigned_unix <= reported_unix + 300 THEN 'assigned'
         WHEN first_assigned_unix IS NOT NULL THEN 'assigned_late'
         ELSE 'not_assigned' END AS reason FROM called) AS c

-- name: reassigned_rate
SELECT *, assigned_id AS hit_to, assigned_id AS miss_to, NULL AS amount, NULL AS ref,
       CASE reason WHEN 'reassigned' THEN 'hit' WHEN 'assigned_once' THEN 'miss' WHEN 'open' THEN 'pending'
                   ELSE 'excluded' END AS verdict
  FROM (SELECT *, CASE WHEN withdrawn IS NOT NULL THEN withdrawn
         WHEN assignment_unknown = 1 THEN 'assignment_unknown'
         WHEN done_unix IS NULL AND cancelled_unix IS NULL THEN 'open'
         WHEN assignments = 0 THEN 'not_assigned'
         WHEN assignments > 1 THEN 'reassigned' ELSE 'assigned_once' END AS reason FROM called) AS c

-- name: last_deadline
-- A customer may still move a window until the last deadline of the month has passed.
SELECT reported_month, max(deadline_unix) FROM reported_in_period WHERE type = 'repair' GROUP BY reported_month

-- name: last_end
SELECT reported_month, max(coalesce(done_unix, cancelled_unix)) AS last
  FROM reported_in_period
 WHERE type = 'repair' GROUP BY reported_month HAVING last IS NOT NULL

-- name: last_arrival
SELECT reported_month, max(coalesce(arrived_unix, done_unix, cancelled_unix)) AS last
  FROM reported_in_period
 WHERE type = 'repair' GROUP BY reported_month HAVING last IS NOT NULL
