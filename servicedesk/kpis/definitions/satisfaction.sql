-- KPIs of customer satisfaction (K1, K2): the answers after the job, and the share of customers who answer.

-- view: answered
-- Completed tickets of the period with the answer that counts: the first one up to 14 days after the completion.
SELECT ticket_id, done_day AS day, done_month AS month, done_id AS hit_to, done_id AS miss_to, assigned_id AS else_to,
       done_id, assigned_id, appliance_id, answer_source, NULL AS ref,
       CASE WHEN outcome = 'resolved_remotely' THEN 'resolved_remotely'
            WHEN answer IS NULL AND done_day + 14 >= (SELECT as_of_day FROM asked) THEN 'no_answer_yet'
            WHEN answer IS NULL THEN 'no_answer'
            ELSE answer END AS reason
  FROM done_in_period
 WHERE type = 'repair' OR type = 'install' OR type = 'maintenance'

-- view: scored
-- The same on the scale of five: an imported yes or no has no place on it.
SELECT ticket_id, day, month, hit_to, miss_to, else_to, done_id, assigned_id, appliance_id, ref,
       CASE WHEN reason = 'satisfied' OR reason = 'not_satisfied' THEN 'not_on_the_scale' ELSE reason END AS reason
  FROM answered

-- name: satisfaction_rate
SELECT *, NULL AS amount,
       CASE reason WHEN 'score_5' THEN 'hit' WHEN 'score_4' THEN 'hit' WHEN 'satisfied' THEN 'hit'
                   WHEN 'no_answer' THEN 'silent' WHEN 'no_answer_yet' THEN 'pending'
                   WHEN 'resolved_remotely' THEN 'excluded' ELSE 'miss' END AS verdict
  FROM answered

-- name: response_rate
-- Early answers alone would bias the rate upward, so they wait with the silent ones (C5).
SELECT ticket_id, day, month, hit_to, miss_to, else_to, done_id, assigned_id, appliance_id, ref, NULL AS amount,
       CASE WHEN answer_reason = 'no_answer' OR answer_reason = 'no_answer_yet'
              OR answer_reason = 'resolved_remotely' THEN answer_reason ELSE 'answered' END AS reason,
       CASE WHEN answer_reason = 'resolved_remotely' THEN 'excluded'
            WHEN day + 14 >= (SELECT as_of_day FROM asked) THEN 'pending'
            WHEN answer_reason = 'no_answer' THEN 'miss' ELSE 'hit' END AS verdict
  FROM (SELECT ticket_id, day, month, hit_to, miss_to, else_to, done_id, assigned_id, appliance_id, ref,
               reason AS answer_reason FROM answered) AS a

-- name: top_box_rate
SELECT *, NULL AS amount,
       CASE reason WHEN 'score_5' THEN 'hit' WHEN 'no_answer' THEN 'silent' WHEN 'no_answer_yet' THEN 'pending'
                   WHEN 'resolved_remotely' THEN 'excluded' WHEN 'not_on_the_scale' THEN 'excluded'
                   ELSE 'miss' END AS verdict
  FROM scored

-- name: dissatisfied_rate
SELECT *, NULL AS amount,
       CASE reason WHEN 'score_1' THEN 'hit' WHEN 'score_2' THEN 'hit' WHEN 'no_answer' THEN 'silent'
                   WHEN 'no_answer_yet' THEN 'pending' WHEN 'resolved_remotely' THEN 'excluded'
                   WHEN 'not_on_the_scale' THEN 'excluded' ELSE 'miss' END AS verdict
  FROM scored

-- name: net_satisfaction
SELECT *,
       CASE reason WHEN 'score_5' THEN 1 WHEN 'score_4' THEN 1 WHEN 'score_3' THEN 0
                   WHEN 'score_2' THEN -1 WHEN 'score_1' THEN -1 END AS amount,
       CASE reason WHEN 'score_5' THEN 'hit' WHEN 'score_4' THEN 'hit' WHEN 'no_answer' THEN 'silent'
                   WHEN 'no_answer_yet' THEN 'pending' WHEN 'resolved_remotely' THEN 'excluded'
                   WHEN 'not_on_the_scale' THEN 'excluded' ELSE 'miss' END AS verdict
  FROM scored

-- name: csat_mean
SELECT *,
       CASE reason WHEN 'score_5' THEN 5 WHEN 'score_4' THEN 4 WHEN 'score_3' THEN 3
                   WHEN 'score_2' THEN 2 WHEN 'score_1' THEN 1 END AS amount,
       CASE reason WHEN 'score_5' THEN 'hit' WHEN 'score_4' THEN 'hit' WHEN 'no_answer' THEN 'silent'
                   WHEN 'no_answer_yet' THEN 'pending' WHEN 'resolved_remotely' THEN 'excluded'
                   WHEN 'not_on_the_scale' THEN 'excluded' ELSE 'miss' END AS verdict
  FROM scored

-- name: self_collected_rate
SELECT ticket_id, day, month, hit_to, miss_to, else_to, done_id, assigned_id, appliance_id, ref, NULL AS amount,
       CASE WHEN answer_reason = 'no_answer' OR answer_reason = 'no_answer_yet'
              OR answer_reason = 'resolved_remotely' THEN answer_reason
            ELSE coalesce(answer_source, 'source_unknown') END AS reason,
       CASE answer_reason WHEN 'no_answer' THEN 'silent' WHEN 'no_answer_yet' THEN 'pending'
                          WHEN 'resolved_remotely' THEN 'excluded'
                          ELSE CASE WHEN answer_source IS NULL THEN 'excluded'
                                    WHEN answer_source = 'technician' THEN 'hit' ELSE 'miss' END END AS verdict
  FROM (SELECT ticket_id, day, month, hit_to, miss_to, else_to, done_id, assigned_id, appliance_id, ref,
               answer_source, reason AS answer_reason FROM answered) AS a
