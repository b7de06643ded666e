-- Opinions of customers on the work and the appliance, for those who develop it (S51): no name, no ticket, no day.
SELECT t.customer_id, 'survey' AS kind, substr(e.at, 1, 7) AS month, a.category, a.brand, a.model, t.fault, d.found, d.found_cause,
       e.score, e.reason AS text
  FROM event e
  JOIN ticket t ON t.id = e.ticket_id AND t.is_mystery = 0
  LEFT JOIN event d ON d.ticket_id = t.id AND d.kind = 'completed' AND d.voided_at IS NULL
  LEFT JOIN appliance a ON a.id = t.appliance_id
 WHERE e.kind = 'surveyed' AND e.voided_at IS NULL AND e.reason <> '(forgotten)'
 UNION ALL
SELECT k.customer_id, k.kind, substr(k.at, 1, 7), a.category, a.brand, a.model, t.fault, d.found, d.found_cause, NULL, k.text
  FROM complaint k
  LEFT JOIN ticket t ON t.id = k.ticket_id
  LEFT JOIN event d ON d.ticket_id = t.id AND d.kind = 'completed' AND d.voided_at IS NULL
  LEFT JOIN appliance a ON a.id = t.appliance_id
 WHERE k.voided_at IS NULL AND k.text <> '(forgotten)' AND coalesce(t.is_mystery, 0) = 0
 ORDER BY category, brand, model, month, kind, text
