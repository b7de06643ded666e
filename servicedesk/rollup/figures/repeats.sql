-- Repairs that came back to another outlet: the same serial (and brand) under the brand's key.

-- name: make_table
CREATE TABLE IF NOT EXISTS memory.repair (
  share VARCHAR, ticket_id BIGINT, plate VARCHAR, done_unix BIGINT, done_day BIGINT, reported_unix BIGINT,
  reported_day BIGINT, is_withdrawn BOOLEAN, verdict VARCHAR
)

-- name: add_repairs
-- Every repair whose appliance has a serial, and those of the month with the verdict of the outlet's own repeat rate.
INSERT INTO memory.repair
SELECT $share, f.ticket_id, a.plate, f.done_unix, f.done_day, f.reported_unix, f.reported_day,
       coalesce(f.cancel_reason = 'duplicate' OR f.cancel_reason = 'entry_error', false), v.verdict
  FROM ticket_fact f
  LEFT JOIN appliance a ON a.id = f.appliance_id
  LEFT JOIN judged v ON v.ticket_id = f.ticket_id
 WHERE f.type = 'repair' AND (a.plate IS NOT NULL OR v.ticket_id IS NOT NULL)

-- name: told_apart
-- The serials that at most three outlets have repaired, each outlet counted once: more mean a filler such as 000000.
CREATE TABLE told_apart AS
SELECT plate, count(DISTINCT share) AS outlets
  FROM repair
 WHERE plate IS NOT NULL AND NOT is_withdrawn
 GROUP BY plate
HAVING count(DISTINCT share) <= 3

-- name: cohort
-- The repairs that the outlets count, each with the first report of the same appliance at another outlet within 30 days.
CREATE TABLE cohort AS
SELECT r.share, r.ticket_id, r.plate, r.verdict, r.done_day, p.outlets, n.share AS again_share,
       n.ticket_id AS again_id, n.reported_day AS again_day
  FROM repair r
  LEFT JOIN told_apart p ON p.plate = r.plate
  LEFT JOIN repair n ON n.plate = p.plate AND n.share <> r.share AND NOT n.is_withdrawn
                    AND n.reported_unix > r.done_unix AND n.reported_day <= r.done_day + 30
 WHERE r.verdict = 'hit' OR r.verdict = 'miss'
QUALIFY row_number() OVER (PARTITION BY r.share, r.ticket_id ORDER BY n.reported_unix, n.share, n.ticket_id) = 1

-- name: count_cohort
SELECT count(*), count(*) FILTER (plate IS NULL), count(*) FILTER (plate IS NOT NULL AND outlets IS NULL),
       count(*) FILTER (outlets > 1), count(DISTINCT plate) FILTER (outlets > 1),
       count(*) FILTER (verdict = 'hit' AND again_id IS NULL), count(*) FILTER (verdict = 'miss' AND again_id IS NOT NULL),
       count(*) FILTER (verdict = 'hit' AND again_id IS NOT NULL)
  FROM cohort

-- name: list_elsewhere
SELECT share, ticket_id, strftime(DATE '1970-01-01' + CAST(done_day AS INTEGER), '%Y-%m-%d'), again_share, again_id,
       strftime(DATE '1970-01-01' + CAST(again_day AS INTEGER), '%Y-%m-%d'), again_day - done_day, verdict = 'hit'
  FROM cohort
 WHERE again_id IS NOT NULL
 ORDER BY done_day, share, ticket_id
