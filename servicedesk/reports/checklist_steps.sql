-- How many of the steps of a checklist were done (S21): a figure of the outlet that names no technician.

-- name: list_asked
-- Every completion of the period on site, with the steps of the checklist that held on its day, and the steps done
-- (NULL: nobody said). event_seen holds the events visible as of the instant, without those of mystery shoppers.
SELECT t.type, (SELECT c.steps FROM checklist c
                 WHERE c.type = t.type AND c.from_on <= substr(e.at, 1, 10) AND unixepoch(c.recorded_at) <= a.as_of
                   AND (c.voided_at IS NULL OR unixepoch(c.voided_at) > a.as_of)
                 ORDER BY c.from_on DESC, c.id DESC LIMIT 1) AS asked,
       e.steps_done AS done
  FROM asked a
  JOIN event e ON e.kind = 'completed' AND e.at_unix >= a.from_unix AND e.at_unix < a.until_unix
   AND e.at_unix <= a.as_of AND e.recorded_unix <= a.as_of AND (e.voided_unix IS NULL OR e.voided_unix > a.as_of)
  JOIN ticket t ON t.id = e.ticket_id
 WHERE e.outcome <> 'resolved_remotely'
   AND (e.ticket_id IN (SELECT ticket_id FROM mystery_ticket)) = :mystery
