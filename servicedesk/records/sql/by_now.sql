-- Views of the current state for the lists of the desk. A condition that several queries need is defined only here.

-- name: wish
-- The latest wish of each customer about calls, visits and marketing (M22).
SELECT w.customer_id, w.purpose, w.wanted, w.given_by, w.at
  FROM consent w
 WHERE w.voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM consent n
                    WHERE n.customer_id = w.customer_id AND n.purpose = w.purpose AND n.voided_at IS NULL
                      AND (n.at_unix, n.id) > (w.at_unix, w.id))

-- name: customer_home
-- The home of each customer: the household, otherwise the customer alone.
SELECT id, name, household_id, forgotten_at, coalesce('H' || household_id, 'C' || id) AS home FROM customer

-- name: interval_rule
-- The years between birthdays of each category and tier, from from_on until the day before to_on (M11, M20): the
-- shorter of the interval for everybody and the interval of the tier. An interval of the category comes before one for
-- any category, then the newest counts. Appliances of unknown category (imported without one) have no birthdays.
SELECT category, tier, from_on, lead(from_on, 1, 'later') OVER (PARTITION BY category, tier ORDER BY from_on) AS to_on,
       (SELECT min(rule.years)
          FROM (SELECT (SELECT i.years FROM maintenance_interval i
                         WHERE i.tier IS NULL AND (i.category = day.category OR i.category IS NULL)
                           AND i.from_on <= day.from_on AND i.voided_at IS NULL
                         ORDER BY i.category IS NULL, i.from_on DESC, i.id DESC LIMIT 1) AS years
                 UNION ALL
                SELECT (SELECT i.years FROM maintenance_interval i
                         WHERE i.tier = day.tier AND (i.category = day.category OR i.category IS NULL)
                           AND i.from_on <= day.from_on AND i.voided_at IS NULL
                         ORDER BY i.category IS NULL, i.from_on DESC, i.id DESC LIMIT 1)) AS rule) AS years
  FROM (SELECT k.code AS category, x.column1 AS tier, f.from_on
          FROM category k, (VALUES ('ordinary'), ('vip'), ('full_set'), ('project')) AS x,
               (SELECT DISTINCT from_on FROM maintenance_interval) AS f
         WHERE k.code <> 'unknown') AS day

-- name: visit_day
-- The planned day of a ticket: the first of its birthdays, including ended ones, so that the day never moves.
SELECT t.id AS ticket_id,
       (SELECT min(l.due_on) FROM maintenance_line l WHERE l.ticket_id = t.id AND l.voided_at IS NULL) AS planned_on
  FROM ticket t

-- name: maintenance_line_now
-- Every birthday line and its outcome. Only an outcome apart from the visit is stored; the rest is derived from the
-- ticket. A ticket that ended in another way closes the birthday too.
SELECT l.id, l.appliance_id, l.age, l.due_on, l.ticket_id,
       (SELECT d.planned_on FROM visit_day d WHERE d.ticket_id = l.ticket_id) AS planned_on,
       a.customer_id, c.household_id, c.home, l.role,
       CASE WHEN l.ended_as IS NOT NULL THEN l.ended_as
            WHEN l.ticket_id IS NULL THEN 'on_hold'
            WHEN t.ended_at IS NULL THEN 'open'
            WHEN EXISTS (SELECT 1 FROM event e
                          WHERE e.ticket_id = t.id AND e.kind = 'completed' AND e.voided_at IS NULL
                            AND (e.outcome = 'done' OR t.type <> 'maintenance')) THEN 'done'
            ELSE 'cancelled' END AS status,
       l.ended_reason AS reason, l.role = 'care' AND a.base_precision = 'month' AS approx, a.category, a.brand,
       c.name AS customer, l.ended_as, t.ended_at AS ticket_ended_at
  FROM maintenance_line l
  JOIN appliance a ON a.id = l.appliance_id
  LEFT JOIN customer_home c ON c.id = a.customer_id
  LEFT JOIN ticket t ON t.id = l.ticket_id
 WHERE l.voided_at IS NULL

-- name: complaint_now
-- Every complaint with its acknowledgement, its closing, and the measure that the closing names. CROSS JOIN reads the
-- steps first, because they leave few complaints to look up.
SELECT k.id, k.customer_id, k.ticket_id, k.kind, k.about, k.severity, k.external_body, k.text, k.at AS received_at,
       k.file AS evidence, z.id AS closing_id, z.cause, z.measure, z.measure_by,
       (SELECT d.at FROM measure_done d WHERE d.complaint_step_id = z.id AND d.voided_at IS NULL) AS measure_done_at,
       CASE WHEN z.id IS NOT NULL THEN 'closed' WHEN a.id IS NOT NULL THEN 'acknowledged'
            WHEN k.kind = 'praise' THEN 'noted' ELSE 'open' END AS status,
       a.at AS acknowledged_at, z.at AS closed_at, z.upheld, z.text AS remedy, k.at_unix, k.recorded_unix, k.voided_at,
       k.void_reason, c.name AS customer
  FROM complaint k
  LEFT JOIN complaint_step a ON a.complaint_id = k.id AND a.kind = 'acknowledged' AND a.voided_at IS NULL
  LEFT JOIN complaint_step z ON z.complaint_id = k.id AND z.kind = 'closed' AND z.voided_at IS NULL
 CROSS JOIN customer c ON c.id = k.customer_id

-- name: promise_now
-- Every promise with its end; an open promise past its due time is broken (K8).
SELECT p.id, p.ticket_id, p.what, p.due_at, p.at AS made_at,
       CASE WHEN e.kind = 'withdrawn' THEN 'withdrawn'
            WHEN e.kind = 'kept' AND e.at_unix <= p.due_unix THEN 'kept'
            WHEN e.kind = 'kept' THEN 'kept_late'
            ELSE 'open' END AS status,
       CASE WHEN e.kind = 'kept' THEN e.at END AS kept_at,
       CASE WHEN e.kind = 'withdrawn' THEN e.at END AS withdrawn_at,
       e.withdrawn_by, p.at_unix, p.due_unix, p.recorded_unix, p.voided_at, p.void_reason, e.id AS end_id,
       e.kind AS end_kind, e.at AS ended_at, e.at_unix AS ended_unix, e.recorded_unix AS end_recorded_unix,
       t.customer_id, c.name AS customer
  FROM promise p
  LEFT JOIN promise_end e ON e.promise_id = p.id AND e.voided_at IS NULL
  JOIN ticket t ON t.id = p.ticket_id
  LEFT JOIN customer c ON c.id = t.customer_id

-- name: ticket_now
-- Every ticket that is not voided, with every derived column. Its technician is the last one assigned. A ticket that
-- ended without an assignment (such as an imported one) belongs to the technician who came or is named by the
-- cancellation. An open ticket with status 'assigned' or 'open' is appointed while window_to_unix is in the future. The
-- id is that of the report, so that a list sorted by report goes along an index. ref: the key in the imported file.
SELECT r.ticket_id AS id, t.type, t.customer_id, t.appliance_id, t.follows_ticket_id, t.on_site, t.channel, t.fault,
       t.text, t.ended_at, c.name AS customer, a.category, a.brand, r.at AS reported_at, r.at_unix AS reported_unix,
       k.id AS technician_id, k.name AS technician,
       (SELECT e.at FROM event e WHERE e.ticket_id = t.id AND e.kind = 'arrived' AND e.voided_at IS NULL
         ORDER BY e.at_unix, e.id LIMIT 1) AS arrived_at,
       (SELECT e.at FROM event e WHERE e.ticket_id = t.id AND e.kind = 'completed' AND e.voided_at IS NULL)
         AS completed_at,
       coalesce(f.outcome, m.outcome) AS outcome,
       (SELECT e.at FROM event e WHERE e.ticket_id = t.id AND e.kind = 'cancelled' AND e.voided_at IS NULL)
         AS cancelled_at,
       coalesce(f.cancel_reason, m.cancel_reason) AS cancel_reason, w.window_from, w.window_to, w.window_to_unix,
       coalesce(f.deadline_unix, m.deadline_unix) AS deadline_unix,
       coalesce(f.cancelled_by, m.cancelled_by) AS cancelled_by, coalesce(f.answer_id, m.answer_id) AS answer_id,
       t.source || ':' || t.ref AS ref,
       CASE
         WHEN t.ended_at IS NOT NULL
           THEN (SELECT e.kind FROM event e
                  WHERE e.ticket_id = t.id AND (e.kind = 'cancelled' OR e.kind = 'completed') AND e.voided_at IS NULL)
         WHEN (SELECT e.kind FROM event e
                WHERE e.ticket_id = t.id AND (e.kind = 'waiting' OR e.kind = 'resumed') AND e.voided_at IS NULL
                ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) = 'waiting' THEN 'waiting'
         WHEN EXISTS (SELECT 1 FROM event v
                       WHERE v.ticket_id = t.id AND v.kind = 'arrived' AND v.no_access = 0 AND v.voided_at IS NULL
                         AND v.at_unix >= coalesce(
                               (SELECT max(e.at_unix) FROM event e
                                 WHERE e.ticket_id = t.id AND (e.kind = 'waiting' OR e.kind = 'resumed')
                                   AND e.voided_at IS NULL), 0)) THEN 'arrived'
         WHEN coalesce(f.assigned_id, m.assigned_id) IS NOT NULL THEN 'assigned'
         ELSE 'open'
       END AS status
  FROM event r
  JOIN ticket t ON t.id = r.ticket_id
  LEFT JOIN ticket_fact f ON f.ticket_id = r.ticket_id
  LEFT JOIN mystery_fact m ON m.ticket_id = r.ticket_id
  LEFT JOIN technician k ON k.id = coalesce(f.assigned_id, m.assigned_id, CASE WHEN t.ended_at IS NOT NULL THEN (
         SELECT e.technician_id FROM event e
          WHERE e.ticket_id = t.id AND e.technician_id IS NOT NULL AND e.voided_at IS NULL
          ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) END)
  LEFT JOIN event w ON w.id = (
         SELECT e.id FROM event e WHERE e.ticket_id = r.ticket_id AND e.kind = 'appointed' AND e.voided_at IS NULL
          ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)
  LEFT JOIN customer c ON c.id = t.customer_id
  LEFT JOIN appliance a ON a.id = t.appliance_id
 WHERE r.kind = 'reported' AND r.voided_at IS NULL

-- name: owner_change
-- Every change of an appliance's owner that is not voided. renumbered: the owner was merged into another customer, so
-- only the owner's number changed.
SELECT x.id, x.appliance_id, x.old, x.new, x.on_date, x.recorded_unix,
       EXISTS (SELECT 1 FROM change m
                WHERE m.field = 'merged_into_id' AND m.recorded_at = x.recorded_at
                  AND (m.customer_id = x.old OR m.customer_id = x.new)) AS renumbered
  FROM change x
 WHERE x.field = 'customer_id' AND x.appliance_id IS NOT NULL AND NOT x.undone

-- name: note_now
-- Every note with its subject. of_former_owner: typed before the appliance's last change of owner, or in the same
-- second, which is in doubt (M14).
SELECT n.id, n.customer_id, n.appliance_id, n.ticket_id, n.household_id, n.text, n.file, n.file_sha256, n.gift,
       n.cost_fen, n.on_md,
       n.yearly, n.personal,
       n.under_14, n.consent, n.recorded_at, n.actor, c.id AS owner_id, c.name AS owner, a.category,
       a.customer_id AS appliance_owner_id, h.name AS household,
       EXISTS (SELECT 1 FROM owner_change x
                WHERE x.appliance_id = n.appliance_id AND x.old IS NOT NULL AND NOT x.renumbered
                  AND x.recorded_unix >= unixepoch(n.recorded_at)) AS of_former_owner
  FROM note n
  LEFT JOIN appliance a ON a.id = n.appliance_id
  LEFT JOIN ticket t ON t.id = n.ticket_id
  LEFT JOIN household h ON h.id = n.household_id
  LEFT JOIN customer c ON c.id = coalesce(n.customer_id, a.customer_id, t.customer_id)

-- name: appliance_now
-- Every appliance that is not voided, with its owner.
SELECT a.id, a.customer_id, a.category, a.brand, a.model, a.serial, a.bought_on, a.bought_precision, a.installed_on,
       a.installed_precision, a.retired_on, a.retire_reason, a.recorded_at AS registered_at, c.name AS owner, a.base_on,
       a.base_precision, a.plate, a.delivered_on, a.invoice_on, a.invoice_no, a.price_fen, a.installed_by, a.use,
       a.remote_sale, a.discontinued_on, a.sold_by_id
  FROM appliance a
  LEFT JOIN customer c ON c.id = a.customer_id
 WHERE a.voided_at IS NULL
