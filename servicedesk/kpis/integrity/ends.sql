-- Signals of how tickets end (I12, I15, I16, I18): late cancellations, remote resolutions that failed, edits after the
-- month, doubtful duplicates.

-- name: I12
-- Each row shows the next ticket of any type on the appliance; of two reported at once the lower number comes first.
-- The next one is searched among the tickets that are or were the appliance's: ticket_fact has an index by appliance
-- for repairs only.
SELECT e.ticket_id, fact.appliance_id, fact.customer_id, coalesce(fact.arrived_id, fact.assigned_id) AS who_id,
       e.actor AS clerk, e.at_unix, e.recorded_unix,
       CASE WHEN fact.arrived_unix IS NOT NULL THEN 'hit after_arrival'
            WHEN e.at_unix > fact.deadline_unix THEN 'hit after_deadline'
            ELSE 'miss in_time' END AS judgement,
       coalesce(e.reason, 'no_reason') || coalesce('_next_T' || (
         SELECT n.ticket_id
           FROM (SELECT t.id FROM ticket t WHERE t.appliance_id = fact.appliance_id
                  UNION ALL
                 SELECT h.ticket_id FROM change h
                  WHERE h.ticket_id IS NOT NULL AND h.field = 'appliance_id'
                    AND h.old = CAST(fact.appliance_id AS TEXT)) own
          CROSS JOIN ticket_fact n ON n.ticket_id = own.id
          WHERE n.appliance_id = fact.appliance_id
            AND (n.reported_unix, n.ticket_id) > (fact.reported_unix, fact.ticket_id)
          ORDER BY n.reported_unix, n.ticket_id LIMIT 1), '') AS detail
  FROM event_seen e
  JOIN ticket_fact fact ON fact.ticket_id = e.ticket_id
 WHERE e.kind = 'cancelled'
   AND e.at_unix >= (SELECT from_unix FROM asked) AND e.at_unix < (SELECT until_unix FROM asked)

-- name: I15
SELECT ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix,
       CASE WHEN again_id IS NULL THEN 'miss stayed_so' ELSE 'hit repair_within_7_days' END AS judgement,
       'by_T' || again_id AS detail
  FROM (SELECT e.ticket_id, fact.appliance_id, fact.customer_id, coalesce(e.technician_id, fact.assigned_id) AS who_id,
               e.actor AS clerk, e.at_unix, e.recorded_unix,
               (SELECT n.ticket_id FROM ticket_fact n
                 WHERE n.appliance_id = fact.appliance_id AND n.type = 'repair' AND n.reported_unix > fact.done_unix
                   AND n.reported_day <= fact.done_day + 7
                   AND (n.cancel_reason IS NULL OR n.cancel_reason <> 'duplicate' AND n.cancel_reason <> 'entry_error')
                 ORDER BY n.reported_unix, n.ticket_id LIMIT 1) AS again_id
          FROM done_in_period fact
          JOIN event_seen e ON e.ticket_id = fact.ticket_id AND e.kind = 'completed'
         WHERE fact.type = 'repair' AND e.outcome = 'resolved_remotely' AND fact.appliance_id IS NOT NULL
           AND fact.done_day + 7 < (SELECT as_of_day FROM asked)
           AND (fact.cancel_reason IS NULL OR fact.cancel_reason <> 'duplicate' AND fact.cancel_reason <> 'entry_error'))

-- view: taken_back
-- Facts that were voided. A correction voids a fact and records its successor in the same second.
SELECT x.ticket_id, NULL AS customer_id, x.technician_id AS who_id, x.kind, x.at, x.at_unix, x.voided_at, x.voided_unix,
       x.voided_by,
       EXISTS (SELECT 1 FROM event h WHERE h.ticket_id = x.ticket_id
                  AND h.corrects_id = coalesce(x.corrects_id, x.id) AND h.recorded_unix = x.voided_unix) AS is_corrected
  FROM event x
 UNION ALL
SELECT x.ticket_id, NULL, NULL, 'callback', x.at, x.at_unix, x.voided_at, x.voided_unix, x.voided_by, FALSE
  FROM callback x
 UNION ALL
SELECT x.ticket_id, NULL, NULL, 'promise', x.at, x.at_unix, x.voided_at, x.voided_unix, x.voided_by, FALSE
  FROM promise x
 UNION ALL
SELECT p.ticket_id, NULL, NULL, 'promise_end', x.at, x.at_unix, x.voided_at, x.voided_unix, x.voided_by, FALSE
  FROM promise_end x JOIN promise p ON p.id = x.promise_id
 UNION ALL
SELECT x.ticket_id, said.customer_id, NULL, 'complaint', x.at, x.at_unix, x.voided_at, x.voided_unix, x.voided_by, FALSE
  FROM complaint x JOIN complaint_then said ON said.id = x.id
 UNION ALL
SELECT k.ticket_id, said.customer_id, NULL, 'complaint_step', x.at, x.at_unix, x.voided_at, x.voided_unix, x.voided_by,
       FALSE
  FROM complaint_step x JOIN complaint k ON k.id = x.complaint_id JOIN complaint_then said ON said.id = k.id
 UNION ALL
SELECT x.ticket_id, NULL, NULL, 'quote', x.at, x.at_unix, x.voided_at, x.voided_unix, x.voided_by, FALSE
  FROM quote x
 UNION ALL
SELECT q.ticket_id, NULL, NULL, 'quote_answer', x.at, x.at_unix, x.voided_at, x.voided_unix, x.voided_by, FALSE
  FROM quote_answer x JOIN quote q ON q.id = x.quote_id
 UNION ALL
SELECT x.ticket_id, NULL, NULL, 'charge', x.at, x.at_unix, x.voided_at, x.voided_unix, x.voided_by, FALSE
  FROM charge x
 UNION ALL
SELECT x.ticket_id, NULL, x.technician_id, 'part_issue', x.at, x.at_unix, x.voided_at, x.voided_unix, x.voided_by, FALSE
  FROM part_issue x

-- name: I16
-- Facts voided after the end of their month; and edits after the month of the report that changed a ticket of the
-- period: its value before the first edit differs from the value after the last one.
SELECT edit.ticket_id, fact.appliance_id, coalesce(edit.customer_id, fact.customer_id) AS customer_id, edit.who_id,
       edit.voided_by AS clerk, edit.at_unix, edit.voided_unix AS recorded_unix,
       'hit ' || edit.kind || CASE WHEN edit.is_corrected THEN '_corrected' ELSE '_voided' END AS judgement,
       NULL AS detail
  FROM taken_back edit
  LEFT JOIN ticket_fact fact ON fact.ticket_id = edit.ticket_id
 WHERE edit.at_unix >= (SELECT from_unix FROM asked) AND edit.at_unix < (SELECT until_unix FROM asked)
   AND edit.voided_unix <= (SELECT as_of FROM asked) AND substr(edit.voided_at, 1, 7) > substr(edit.at, 1, 7)
 UNION ALL
SELECT retold.ticket_id, fact.appliance_id, fact.customer_id, coalesce(fact.done_id, fact.assigned_id), retold.actor,
       retold.reported_unix, retold.recorded_unix,
       CASE retold.field WHEN 'appliance_id' THEN 'hit appliance_edited' ELSE 'hit ' || retold.field || '_edited' END,
       NULL
  FROM (SELECT h.ticket_id, h.field, h.actor, r.at_unix AS reported_unix, h.recorded_unix, h.new,
               first_value(h.old) OVER edits AS old, lead(h.id) OVER edits AS later_id
          FROM event_seen r JOIN change h ON h.ticket_id = r.ticket_id
         WHERE r.kind = 'reported'
           AND r.at_unix >= (SELECT from_unix FROM asked) AND r.at_unix < (SELECT until_unix FROM asked)
           AND h.field IN ('appliance_id', 'fault', 'type') AND h.origin <> 'imported'
           AND h.recorded_unix <= (SELECT as_of FROM asked) AND substr(h.recorded_at, 1, 7) > substr(r.at, 1, 7)
        WINDOW edits AS (PARTITION BY h.ticket_id, h.field ORDER BY h.recorded_unix, h.id)) retold
  JOIN ticket_fact fact ON fact.ticket_id = retold.ticket_id
 WHERE retold.later_id IS NULL AND retold.old IS NOT retold.new

-- name: I18
-- A call cancelled as a duplicate counts in no figure. The note of its cancellation says why it was forced.
SELECT ticket_id, appliance_id, customer_id, who_id, clerk, at_unix, recorded_unix, judgement, detail
  FROM (SELECT e.ticket_id, fact.appliance_id, fact.customer_id, stays.done_id AS who_id, e.actor AS clerk, e.at_unix,
               e.recorded_unix,
               CASE WHEN e.note IS NOT NULL THEN 'hit forced_duplicate'
                    WHEN fact.reported_unix > stays.done_unix + 86400 THEN 'hit after_completion' END AS judgement,
               'of_T' || e.duplicate_of_id AS detail
          FROM event_seen e JOIN ticket_fact fact ON fact.ticket_id = e.ticket_id
          LEFT JOIN ticket_fact stays ON stays.ticket_id = e.duplicate_of_id
         WHERE e.kind = 'cancelled' AND e.reason = 'duplicate'
           AND e.at_unix >= (SELECT from_unix FROM asked) AND e.at_unix < (SELECT until_unix FROM asked))
 WHERE judgement IS NOT NULL
