-- Signal of charges (I19): repairs that were paid without an accepted quote.

-- name: I19
-- The last quote told before the completion decides, with the customer's answer to it by then.
SELECT paid.ticket_id, paid.appliance_id, paid.customer_id, paid.who_id, paid.clerk, paid.at_unix, paid.recorded_unix,
       CASE WHEN q.id IS NULL THEN 'hit no_quote'
            WHEN a.kind IS NULL THEN 'hit quote_not_answered'
            WHEN a.kind = 'refused' THEN 'hit quote_refused'
            WHEN q.at_unix > paid.came_unix THEN 'miss accepted_after_arrival'
            ELSE 'miss accepted' END AS judgement,
       NULL AS detail
  FROM (SELECT fact.ticket_id, fact.appliance_id, fact.customer_id, fact.done_id AS who_id, c.actor AS clerk,
               fact.done_unix AS at_unix, c.recorded_unix,
               (SELECT min(x.at_unix) FROM event_seen x
                 WHERE x.ticket_id = fact.ticket_id AND x.kind = 'arrived' AND NOT x.no_access) AS came_unix,
               (SELECT s.id FROM quote_seen s
                 WHERE s.ticket_id = fact.ticket_id AND s.at_unix <= fact.done_unix
                 ORDER BY s.at_unix DESC, s.id DESC LIMIT 1) AS quote_id
          FROM done_in_period fact
          JOIN charge_seen c ON c.ticket_id = fact.ticket_id
         WHERE fact.type = 'repair' AND c.paid_fen IS NOT NULL
           AND (fact.cancel_reason IS NULL OR fact.cancel_reason <> 'duplicate' AND fact.cancel_reason <> 'entry_error')
       ) paid
  LEFT JOIN quote_seen q ON q.id = paid.quote_id
  LEFT JOIN quote_answer_seen a ON a.quote_id = q.id AND a.at_unix <= paid.at_unix
