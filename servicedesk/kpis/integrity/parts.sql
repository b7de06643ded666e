-- Signal of parts (I20): parts issued by force although the technician held overdue ones.

-- name: I20
-- Parts that were overdue when the issue was typed shut the gate; the issue says that it was forced.
SELECT i.ticket_id, fact.appliance_id, fact.customer_id, i.technician_id AS who_id, i.actor AS clerk, i.at_unix,
       i.recorded_unix, CASE WHEN i.forced IS NULL THEN 'miss nothing_overdue' ELSE 'hit past_the_gate' END AS judgement,
       p.code AS detail
  FROM part_issue_seen i
  JOIN part p ON p.id = i.part_id
  LEFT JOIN ticket_fact fact ON fact.ticket_id = i.ticket_id
 WHERE i.at_unix >= (SELECT from_unix FROM asked) AND i.at_unix < (SELECT until_unix FROM asked)
