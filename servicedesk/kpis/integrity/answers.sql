-- Signals of customers' answers (I6, I7, I8): who was asked, who collected them, runs of praise.

-- name: I6
SELECT fact.ticket_id, fact.appliance_id, fact.customer_id, fact.done_id AS who_id, NULL AS clerk,
       fact.done_unix AS at_unix, done.recorded_unix, called.reason AS detail,
       CASE called.verdict WHEN 'hit' THEN 'hit ' ELSE 'miss ' END
         || CASE WHEN fact.arrived_unix <= fact.deadline_unix THEN 'on_time' ELSE 'late' END AS judgement
  FROM kpi_callback_coverage called
  JOIN ticket_fact fact ON fact.ticket_id = called.ticket_id
  JOIN event_seen done ON done.ticket_id = fact.ticket_id AND done.kind = 'completed'
 WHERE fact.type = 'repair' AND NOT fact.on_site AND (called.verdict = 'hit' OR called.verdict = 'miss')

-- view: counted_answer
-- The answers that K1 counts, with the event that holds each.
SELECT fact.ticket_id, fact.appliance_id, fact.customer_id, fact.done_id AS who_id, answer.actor AS clerk,
       answer.at_unix, answer.recorded_unix, answer.id AS answer_id, answer.score, answer.source
  FROM done_in_period fact
  JOIN event answer ON answer.id = fact.answer_id
 WHERE (fact.type = 'repair' OR fact.type = 'install' OR fact.type = 'maintenance')
   AND fact.outcome <> 'resolved_remotely'

-- name: I7
SELECT ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix, NULL AS detail,
       CASE WHEN source = 'technician' THEN 'hit by_technician'
            ELSE 'miss by_' || coalesce(source, 'unknown') END AS judgement
  FROM counted_answer

-- name: I8
-- Runs of fives, for each person apart. The number of answers less fives so far is the same for fives in a row.
WITH scored_answer AS (
  SELECT *, CASE (SELECT by_person FROM asked) WHEN 'technician' THEN who_id WHEN 'clerk' THEN clerk END AS whose
    FROM counted_answer WHERE score IS NOT NULL),
 placed_answer AS (
  SELECT *, row_number() OVER (PARTITION BY whose ORDER BY at_unix, answer_id)
            - row_number() OVER (PARTITION BY whose, score = 5 ORDER BY at_unix, answer_id) AS run
    FROM scored_answer),
 measured AS (
  SELECT *, CASE WHEN score = 5 THEN count(*) OVER (PARTITION BY whose, score = 5, run) ELSE 0 END AS length
    FROM placed_answer),
 longest AS (
  SELECT *, first_value(length) OVER best AS most, first_value(run) OVER best AS best_run
    FROM measured
  WINDOW best AS (PARTITION BY whose ORDER BY length DESC, at_unix, answer_id))
SELECT ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix, NULL AS detail,
       CASE WHEN score = 5 AND length = most AND run = best_run THEN 'hit ' ELSE 'miss ' END || 'score_' || score
         AS judgement
  FROM longest
