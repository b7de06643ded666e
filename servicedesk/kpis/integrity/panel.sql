-- Count and list the rows behind a signal. `signalled` is the statement of one signal.

-- name: count_rows
SELECT CASE (SELECT by_person FROM asked) WHEN 'technician' THEN who_id WHEN 'clerk' THEN clerk END AS who, judgement,
       count(*)
  FROM signalled
 GROUP BY who, judgement

-- name: list_rows
SELECT ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix, judgement, detail
  FROM signalled
 ORDER BY at_unix, ticket_id, appliance_id, judgement

-- name: list_hits
SELECT ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix, judgement, detail
  FROM signalled
 WHERE judgement GLOB 'hit*'
 ORDER BY at_unix, ticket_id, appliance_id, judgement
