-- Count verdicts. `judged` is the statement of one KPI (definitions/*.sql): a row for each ticket of its cohort.

-- view: ticket_area
-- The area of a ticket as of the instant: its own, else the area of its customer at the report. A merge of customers
-- moves no ticket to another area.
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
-- Whether the customer paid for a ticket, as of the instant.
SELECT DISTINCT c.ticket_id, CASE WHEN c.free_as IS NULL THEN 'paid' ELSE 'free' END AS charge FROM charge_seen c

-- view: ticket_tier
-- The tier of a ticket's customer on the day of the report, as recorded by the instant.
SELECT f.ticket_id, coalesce(
         (SELECT r.tier FROM tier r
           WHERE r.customer_id = f.customer_id AND r.from_on <= date(f.reported_day * 86400, 'unixepoch')
             AND unixepoch(r.recorded_at) <= (SELECT as_of FROM asked)
             AND (r.voided_at IS NULL OR unixepoch(r.voided_at) > (SELECT as_of FROM asked))
           ORDER BY r.from_on DESC, r.id DESC LIMIT 1), 'ordinary') AS tier
  FROM ticket_fact f
 WHERE f.customer_id IS NOT NULL

-- view: ticket_lateness
-- Whether somebody came by the deadline (K6); no row without a deadline, or if the ticket ended unvisited before it.
SELECT f.ticket_id, CASE WHEN f.arrived_unix <= f.deadline_unix THEN 'on_time' ELSE 'late' END AS lateness
  FROM ticket_fact f
 WHERE f.arrived_unix IS NOT NULL AND f.deadline_unix IS NOT NULL
    OR f.deadline_unix < (SELECT as_of FROM asked)
   AND (f.cancelled_unix IS NULL OR f.cancelled_unix > f.deadline_unix)
   AND (f.done_unix IS NULL OR f.done_unix > f.deadline_unix)

-- view: placed
-- Each verdict with its period, technician and groups: ticket, appliance and customer as of the instant (C9).
SELECT v.ticket_id, v.day, v.reason, v.ref, v.amount, v.verdict,
       printf('%d-%02d', v.month / 100, v.month % 100) AS period,
       CASE v.verdict WHEN 'hit' THEN v.hit_to WHEN 'miss' THEN v.miss_to ELSE v.else_to END AS who_id,
       coalesce((SELECT a.category FROM appliance_then a WHERE a.id = v.appliance_id), '(none)') AS category,
       coalesce(t.type, '(none)') AS type,
       coalesce((SELECT x.area FROM ticket_area x WHERE x.ticket_id = v.ticket_id), '(none)') AS area,
       coalesce((SELECT x.charge FROM ticket_charge x WHERE x.ticket_id = v.ticket_id), '(none)') AS charge,
       coalesce((SELECT a.brand FROM appliance_then a WHERE a.id = v.appliance_id), '(none)') AS brand,
       coalesce((SELECT a.model FROM appliance_then a WHERE a.id = v.appliance_id), '(none)') AS model,
       coalesce((SELECT x.tier FROM ticket_tier x WHERE x.ticket_id = v.ticket_id), '(none)') AS tier,
       coalesce((SELECT k.channel FROM ticket k WHERE k.id = v.ticket_id), '(none)') AS channel,
       coalesce(t.answer_source, '(none)') AS source,
       coalesce((SELECT x.lateness FROM ticket_lateness x WHERE x.ticket_id = v.ticket_id), '(none)') AS lateness
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
-- The same by any groups; a group that is not asked for is NULL and never computed.
SELECT CASE WHEN :month THEN period END, CASE WHEN :technician THEN who_id END, CASE WHEN :category THEN category END,
       CASE WHEN :type THEN type END, CASE WHEN :area THEN area END, CASE WHEN :charge THEN charge END,
       CASE WHEN :brand THEN brand END, CASE WHEN :model THEN model END, CASE WHEN :tier THEN tier END,
       CASE WHEN :channel THEN channel END, CASE WHEN :source THEN source END, CASE WHEN :lateness THEN lateness END,
       CASE verdict WHEN 'silent' THEN 'excluded' ELSE verdict END,
       CASE WHEN verdict = 'hit' OR verdict = 'miss' THEN NULL
            WHEN reason = 'repeated_by' THEN 'repeated_already' ELSE reason END,
       CASE WHEN :amounts THEN amount END, count(*)
  FROM placed
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15

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
       date(day * 86400, 'unixepoch'), charge, brand, model, tier, channel, source, lateness
  FROM placed
 ORDER BY day, ticket_id

-- name: count_unassigned
-- Misses of a time that nobody is charged with, because the imported file does not say when the job was given out (C9).
SELECT count(*) FROM judged WHERE verdict = 'miss' AND miss_to IS NULL AND assignment_unknown = 1

-- name: list_names
SELECT id, name FROM technician_then
