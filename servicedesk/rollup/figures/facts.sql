-- What DuckDB needs before it reads the texts that SQLite reads, and how the facts of tickets are made as of an instant.

-- name: divide_whole_numbers
-- As SQLite does: 7 / 2 is 3.
SET integer_division = true

-- name: unixepoch
-- Seconds of an instant with its offset, or of the beginning of a day at Greenwich.
CREATE OR REPLACE TEMP MACRO unixepoch(t) AS
CAST(epoch(CAST(CASE WHEN length(t) = 10 THEN t || 'T00:00:00+00:00' ELSE t END AS TIMESTAMPTZ)) AS BIGINT)

-- name: asked
CREATE TABLE asked AS
SELECT CAST($as_of AS BIGINT) AS as_of, CAST($as_of_day AS BIGINT) AS as_of_day,
       CAST($from_day AS BIGINT) AS from_day, CAST($until_day AS BIGINT) AS until_day,
       CAST($from_month AS BIGINT) AS from_month, CAST($until_month AS BIGINT) AS until_month,
       CAST($from_unix AS BIGINT) AS from_unix, CAST($until_unix AS BIGINT) AS until_unix,
       CAST($monthly AS BIGINT) AS monthly, 'outlet' AS by_person

-- name: touched
-- Tickets that were known at the instant, and that something has touched since.
SELECT ticket_id AS id
  FROM shared_fact
 WHERE touched_unix > (SELECT as_of FROM asked) AND known_unix <= (SELECT as_of FROM asked)
 UNION
SELECT ticket_id
  FROM change
 WHERE field = 'is_mystery' AND recorded_unix > (SELECT as_of FROM asked)

-- name: ticket_fact
SELECT * FROM shared_fact WHERE touched_unix <= (SELECT as_of FROM asked)

-- name: ticket_fact_with_anew
SELECT * FROM shared_fact WHERE touched_unix <= (SELECT as_of FROM asked)
 UNION ALL
SELECT * FROM anew.ticket_fact_then WHERE reported_unix IS NOT NULL

-- name: appliance_category
-- The category of every appliance as of then, without the other fields of `appliance_then`, which take 25 ms to prepare.
SELECT a.id, coalesce((SELECT h.old FROM change_since h
                        WHERE h.appliance_id = a.id AND h.field = 'category'
                        ORDER BY h.recorded_unix, h.id LIMIT 1), a.category) AS category
  FROM appliance a

-- name: asked_anew
CREATE TABLE anew.asked AS SELECT * FROM share.asked

-- name: anew_ticket
SELECT * FROM share.ticket WHERE id IN (SELECT id FROM share.touched)

-- name: anew_event
SELECT * FROM share.event WHERE ticket_id IN (SELECT id FROM share.touched)

-- name: anew_change
SELECT * FROM share.change WHERE ticket_id IN (SELECT id FROM share.touched)
