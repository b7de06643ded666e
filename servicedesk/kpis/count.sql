-- Verdicts counted. `judged` is the statement of one KPI (definitions/*.sql): a row for each ticket of its cohort.

-- view: ticket_area
-- The area of a ticket as of then: its own, else the customer's at the report. A merge moves no ticket to another part
-- of town.
SELECT t.id AS ticket_id, coalesce(t.area, (
         SELECT CASE WHEN EXISTS (SELECT 1 FROM change h WHERE h.customer_id = r.customer_id AND h.field = 'area'
                                     AND h.recorded_unix > r.at_unix)
                     THEN (SELECT h.old FROM change h WHERE h.customer_id = r.customer_id AND h.field = 'area'
                              AND h.recorded_unix > r.at_unix ORDER BY h.recorded_unix, h.id LIMIT 1)
                     ELSE (SELECT c.area FROM customer c WHERE c.id = r.customer_id) END
           FROM (SELECT e.at_unix, coalesce(
                        CASE WHEN EXISTS (SELECT 1 FROM change h WHERE h.ticket_id = t.id
                                             AND h.field = 'customer_id' AND h.recorded_unix > e.at_unix)
                             THEN (SELECT CAST(h.old AS INTEGER) FROM change h
                                    WHERE h.ticket_id = t.id AND h.field = 'customer_id'
                                      AND h.recorded_unix > e.at_unix ORDER BY h.recorded_unix, h.id LIMIT 1)
                             ELSE (SELECT k.customer_id FROM ticket k WHERE k.id = t.id) END,
                        t.customer_id) AS customer_id
                   FROM event_seen e WHERE e.ticket_id = t.id AND e.kind = 'reported' LIMIT -1) AS r)) AS area
  FROM ticket_then t

-- view: ticket_charge
-- Whether the customer paid for a ticket, as of then.
SELECT DISTINCT c.ticket_id, CASE WHEN c.free_as IS NULL THEN 'paid' ELSE 'free' END AS charge FROM charge_seen c

-- view: placed
-- Each verdict with its period, its technician, and the category, type, area and charge of its ticket as of then (C9).
SELECT v.ticket_id, v.day, v.reason, v.ref, v.amount, v.verdict,
       printf('%d-%02d', v.month / 100, v.month % 100) AS period,
       CASE v.verdict WHEN 'hit' THEN v.hit_to WHEN 'miss' THEN v.miss_to ELSE v.else_to END AS who_id,
       coalesce((SELECT a.category FROM appliance_then a WHERE a.id = v.appliance_id), '(none)') AS category,
       coalesce(t.type, '(none)') AS type,
       coalesce((SELECT x.area FROM ticket_area x WHERE x.ticket_id = v.ticket_id), '(none)') AS area,
       coalesce((SELECT x.charge FROM ticket_charge x WHERE x.ticket_id = v.ticket_id), '(none)') AS charge
  FROM (SELECT * FROM judged LIMIT -1) v
  LEFT JOIN ticket_fact t ON t.ticket_id = v.ticket_id

-- name: count_all
-- The LIMIT keeps SQLite from copying a verdict's CASE into every place that mentions it. Only pending and excluded
-- tickets need their reason.
SELECT CASE verdict WHEN 'silent' THEN 'excluded' ELSE verdict END,
       CASE WHEN verdict = 'hit' OR verdict = 'miss' THEN NULL
            WHEN reason = 'repeated_by' THEN 'repeated_already' ELSE reason END,
       CASE WHEN :amounts THEN amount END, count(*)
  FROM (SELECT verdict, reason, amount FROM judged LIMIT -1)
 GROUP BY 1, 2, 3

-- name: count_groups
-- The same by any groups; what is not asked for is NULL and never computed.
SELECT CASE WHEN :month THEN period END, CASE WHEN :technician THEN who_id END, CASE WHEN :category THEN category END,
       CASE WHEN :type THEN type END, CASE WHEN :area THEN area END, CASE WHEN :charge THEN charge END,
       CASE verdict WHEN 'silent' THEN 'excluded' ELSE verdict END,
       CASE WHEN verdict = 'hit' OR verdict = 'miss' THEN NULL
            WHEN reason = 'repeated_by' THEN 'repeated_already' ELSE reason END,
       CASE WHEN :amounts THEN amount END, count(*)
  FROM placed
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9

-- name: count_done
-- By month and technician along an index, unsorted: a sort of every ticket costs three times the count. A sum packs the
-- counts of four verdicts, 15 bits each.
SELECT month, hit_to, miss_to, else_to, count(*) AS all_of_them,
       sum(CASE verdict WHEN 'hit' THEN 1 WHEN 'miss' THEN 1 << 15 WHEN 'pending' THEN 1 << 30
                        WHEN 'silent' THEN 1 << 45 ELSE 0 END) AS packed
  FROM judged
 GROUP BY month, done_id, assigned_id

-- name: count_reported
SELECT month, hit_to, miss_to, else_to, count(*) AS all_of_them,
       sum(CASE verdict WHEN 'hit' THEN 1 WHEN 'miss' THEN 1 << 15 WHEN 'pending' THEN 1 << 30
                        WHEN 'silent' THEN 1 << 45 ELSE 0 END) AS packed
  FROM judged
 GROUP BY month, arrived_id, assigned_due_id, assigned_strict_id, assigned_id

-- name: list_verdicts
SELECT ticket_id, period, who_id, category, type, area,
       CASE verdict WHEN 'silent' THEN 'excluded' ELSE verdict END, reason || coalesce('_' || ref, ''), amount,
       date(day * 86400, 'unixepoch'), charge
  FROM placed
 ORDER BY day, ticket_id

-- name: count_unassigned
-- Misses of a time that nobody is charged with, because the imported file does not say when the job was given out (C9).
SELECT count(*) FROM judged WHERE verdict = 'miss' AND miss_to IS NULL AND assignment_unknown = 1

-- name: list_names
SELECT id, name FROM technician_then
