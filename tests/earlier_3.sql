-- What version 3 derived beside its facts (of its KPI views the smallest), as it wrote it: a step must not stumble over it.

CREATE TABLE ticket_fact (ticket_id INTEGER PRIMARY KEY, type, customer_id, appliance_id, fault, on_site, known_unix, touched_unix, reported_unix, reported_day, reported_month, deadline_unix, first_assigned_unix, assignments, assigned_id, assigned_due_id, assigned_strict_id, arrived_unix, arrived_id, arrived_no_access, visits, no_access, cancelled_unix, cancel_reason, cancelled_by, done_unix, done_day, done_month, done_id, outcome, answer, answer_source);

CREATE VIEW ticket_fact_now AS 
SELECT fact.ticket_id, type, customer_id, appliance_id, fault, on_site, known_unix, touched_unix,
       reported_unix, reported_day, reported_month, deadline_unix, first_assigned_unix, assignments,
       CASE WHEN assignments > 0 THEN
         (SELECT e.technician_id FROM event e
           WHERE e.ticket_id = fact.ticket_id AND e.kind = 'assigned' AND e.voided_at IS NULL
           ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) END AS assigned_id,
       CASE WHEN assignments > 0 THEN
         (SELECT e.technician_id FROM event e
           WHERE e.ticket_id = fact.ticket_id AND e.kind = 'assigned' AND e.voided_at IS NULL AND e.at_unix <= fact.deadline_unix
           ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) END AS assigned_due_id,
       CASE WHEN assignments > 0 THEN
         (SELECT e.technician_id FROM event e
           WHERE e.ticket_id = fact.ticket_id AND e.kind = 'assigned' AND e.voided_at IS NULL AND e.at_unix <= fact.reported_unix + 86400
           ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) END AS assigned_strict_id,
       arrived_unix, arrived_id, arrived_no_access, visits, fact.no_access, cancelled_unix, cancel_reason,
       fact.cancelled_by, done_unix, done_day, done_month, done_id, fact.outcome,
       coalesce(CASE answer.satisfied WHEN 1 THEN 'satisfied' WHEN 0 THEN 'not_satisfied' END,
                'score_' || answer.score) AS answer,
       answer.source AS answer_source
  FROM (
SELECT t.id AS ticket_id, t.type, t.customer_id AS customer_id, t.appliance_id, t.fault AS fault, t.on_site,
       (SELECT min(e.recorded_unix) FROM event e WHERE e.ticket_id = t.id AND e.kind = 'reported') AS known_unix,
       max((SELECT max(max(e.recorded_unix, coalesce(e.voided_unix, 0))) FROM event e WHERE e.ticket_id = t.id),
           coalesce((SELECT max(h.recorded_unix) FROM change h
                      WHERE h.ticket_id = t.id AND h.field IN ('fault', 'customer_id')), 0))
         AS touched_unix,
       r.at_unix AS reported_unix, unixepoch(substr(r.at, 1, 10)) / 86400 AS reported_day, CAST(substr(r.at, 1, 4) || substr(r.at, 6, 2) AS INTEGER) AS reported_month,
       CASE WHEN t.type = 'repair' THEN 
CASE WHEN NOT EXISTS (SELECT 1 FROM event WHERE ticket_id = r.ticket_id AND kind = 'appointed')
     THEN r.at_unix + 86400
     ELSE (
  WITH RECURSIVE
    asked AS (
      SELECT coalesce(f.recorded_unix, e.recorded_unix) AS recorded_unix, e.window_to_unix,
             row_number() OVER (ORDER BY coalesce(f.recorded_unix, e.recorded_unix), coalesce(f.id, e.id)) AS n
        FROM event e LEFT JOIN event f ON f.id = e.corrects_id
       WHERE e.ticket_id = r.ticket_id AND e.kind = 'appointed' AND e.asked_by = 'customer' AND e.voided_at IS NULL
    ),
    moved(n, deadline) AS (
      SELECT 0, r.at_unix + 86400
       UNION ALL
      SELECT asked.n,
             CASE WHEN asked.recorded_unix <= moved.deadline
                  THEN max(r.at_unix + 86400, asked.window_to_unix) ELSE moved.deadline END
        FROM moved JOIN asked ON asked.n = moved.n + 1
    )
  SELECT deadline FROM moved ORDER BY n DESC LIMIT 1) END
 END AS deadline_unix,
       (SELECT min(e.at_unix) FROM event e WHERE e.ticket_id = t.id AND e.kind = 'assigned' AND e.voided_at IS NULL)
         AS first_assigned_unix,
       (SELECT count(*) FROM event e WHERE e.ticket_id = t.id AND e.kind = 'assigned' AND e.voided_at IS NULL) AS assignments,
       a.at_unix AS arrived_unix, a.technician_id AS arrived_id, a.no_access AS arrived_no_access,
       CASE WHEN a.id IS NULL THEN 0 ELSE (
         SELECT count(*) FROM event e
          WHERE e.ticket_id = t.id AND e.kind = 'arrived' AND NOT e.no_access AND e.voided_at IS NULL) END AS visits,
       CASE WHEN a.id IS NULL THEN 0 ELSE (
         SELECT count(*) FROM event e
          WHERE e.ticket_id = t.id AND e.kind = 'arrived' AND e.no_access AND e.voided_at IS NULL) END AS no_access,
       x.at_unix AS cancelled_unix, x.reason AS cancel_reason, x.cancelled_by,
       done.at_unix AS done_unix, unixepoch(substr(done.at, 1, 10)) / 86400 AS done_day, CAST(substr(done.at, 1, 4) || substr(done.at, 6, 2) AS INTEGER) AS done_month,
       done.technician_id AS done_id, done.outcome,
       CASE WHEN done.id IS NOT NULL THEN (
SELECT s.id
  FROM event s
 WHERE s.ticket_id = done.ticket_id AND s.kind = 'surveyed' AND s.voided_at IS NULL
   AND substr(s.at, 1, 10) <= date(substr(done.at, 1, 10), '+14 days')
 ORDER BY coalesce(s.corrects_id, s.id)
 LIMIT 1
) END AS answer_id
  FROM ticket t
  LEFT JOIN event r ON r.ticket_id = t.id AND r.kind = 'reported' AND r.voided_at IS NULL
  LEFT JOIN event a ON a.id = (
         SELECT e.id FROM event e WHERE e.ticket_id = t.id AND e.kind = 'arrived' AND e.voided_at IS NULL
          ORDER BY e.at_unix, e.id LIMIT 1)
  LEFT JOIN event x ON x.ticket_id = t.id AND x.kind = 'cancelled' AND x.voided_at IS NULL
  LEFT JOIN event done ON done.ticket_id = t.id AND done.kind = 'completed' AND done.voided_at IS NULL
 WHERE TRUE
       ) AS fact
  LEFT JOIN event answer ON answer.id = fact.answer_id;

INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id >= 0;

CREATE INDEX ticket_fact_done ON ticket_fact (done_month, done_id, assigned_id, type, outcome, answer, done_day) WHERE done_month IS NOT NULL;

CREATE INDEX ticket_fact_repaired ON ticket_fact (done_month, done_id, assigned_id, appliance_id, outcome, done_unix, done_day, type) WHERE type = 'repair' AND done_month IS NOT NULL;

CREATE INDEX ticket_fact_reported ON ticket_fact (reported_month, arrived_id, assigned_due_id, assigned_strict_id, assigned_id, reported_day, reported_unix, deadline_unix, arrived_unix, on_site, arrived_no_access, cancelled_unix, cancel_reason, cancelled_by, done_unix, outcome, type) WHERE type = 'repair';

CREATE INDEX ticket_fact_open ON ticket_fact (reported_unix) WHERE done_unix IS NULL AND cancelled_unix IS NULL;

CREATE INDEX ticket_fact_machine ON ticket_fact (appliance_id, reported_unix, ticket_id, reported_day, cancel_reason, type) WHERE type = 'repair';

CREATE INDEX ticket_fact_touched ON ticket_fact (touched_unix);

CREATE TRIGGER ticket_fact_added AFTER INSERT ON event BEGIN INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id = NEW.ticket_id; END;

CREATE TRIGGER ticket_fact_voided AFTER UPDATE OF voided_at ON event BEGIN INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id = NEW.ticket_id; END;

CREATE TRIGGER ticket_fact_changed AFTER UPDATE OF type, customer_id, appliance_id, fault, on_site ON ticket BEGIN INSERT OR REPLACE INTO ticket_fact SELECT * FROM ticket_fact_now WHERE ticket_id = NEW.id; END;

CREATE VIEW fact_tickets AS
SELECT f.ticket_id, f.type, f.customer_id, c.name AS customer, f.appliance_id, a.category, a.brand, f.fault, t.text,
       t.channel, (SELECT e.at FROM event e WHERE e.ticket_id = f.ticket_id AND e.kind = 'reported' AND e.voided_at IS NULL) AS reported_at, k.name AS technician, f.assignments, f.visits, f.no_access,
       (f.arrived_unix - f.reported_unix) / 3600.0 AS hours_to_arrive,
       (f.deadline_unix - f.reported_unix) / 3600.0 AS hours_allowed,
       (SELECT e.at FROM event e WHERE e.ticket_id = f.ticket_id AND e.kind = 'completed' AND e.voided_at IS NULL) AS completed_at, f.outcome, d.name AS completed_by,
       (SELECT e.at FROM event e WHERE e.ticket_id = f.ticket_id AND e.kind = 'cancelled' AND e.voided_at IS NULL) AS cancelled_at, f.cancel_reason, f.cancelled_by, f.answer, f.answer_source
  FROM ticket_fact f
  JOIN ticket t ON t.id = f.ticket_id
  LEFT JOIN customer c ON c.id = f.customer_id
  LEFT JOIN appliance a ON a.id = f.appliance_id
  LEFT JOIN technician k ON k.id = f.assigned_id
  LEFT JOIN technician d ON d.id = f.done_id
 WHERE t.voided_at IS NULL;

CREATE VIEW fact_visits AS
SELECT v.id AS event_id, v.ticket_id, row_number() OVER (PARTITION BY v.ticket_id ORDER BY v.at_unix, v.id) AS visit,
       k.name AS technician, v.at AS arrived_at, v.no_access, v.recorded_at, v.actor AS recorded_by, v.origin
  FROM event v LEFT JOIN technician k ON k.id = v.technician_id
 WHERE v.kind = 'arrived' AND v.voided_at IS NULL;

CREATE VIEW fact_surveys AS
SELECT a.id AS event_id, a.ticket_id, a.at AS answered_at, a.score, a.satisfied, a.reason, a.source,
       a.id = (
SELECT s.id
  FROM event s
 WHERE s.ticket_id = done.ticket_id AND s.kind = 'surveyed' AND s.voided_at IS NULL
   AND substr(s.at, 1, 10) <= date(substr(done.at, 1, 10), '+14 days')
 ORDER BY coalesce(s.corrects_id, s.id)
 LIMIT 1
) AS counted, a.recorded_at, a.actor AS recorded_by,
       a.origin
  FROM event a
  LEFT JOIN event done ON done.ticket_id = a.ticket_id AND done.kind = 'completed' AND done.voided_at IS NULL
 WHERE a.kind = 'surveyed' AND a.voided_at IS NULL;

CREATE VIEW kpi_as_of AS
SELECT as_of, at, unixepoch(substr(at, 1, 10)) / 86400 AS as_of_day FROM (
  SELECT max(recorded_unix) AS as_of, recorded_at AS at FROM event WHERE ticket_id = (SELECT ticket_id FROM ticket_fact ORDER BY touched_unix DESC LIMIT 1) UNION ALL
  SELECT max(voided_unix) AS as_of, voided_at AS at FROM event WHERE ticket_id = (SELECT ticket_id FROM ticket_fact ORDER BY touched_unix DESC LIMIT 1) UNION ALL
  SELECT max(recorded_unix) AS as_of, recorded_at AS at FROM callback UNION ALL
  SELECT max(voided_unix) AS as_of, voided_at AS at FROM callback UNION ALL
  SELECT max(recorded_unix) AS as_of, recorded_at AS at FROM promise UNION ALL
  SELECT max(voided_unix) AS as_of, voided_at AS at FROM promise UNION ALL
  SELECT max(recorded_unix) AS as_of, recorded_at AS at FROM promise_end UNION ALL
  SELECT max(voided_unix) AS as_of, voided_at AS at FROM promise_end UNION ALL
  SELECT max(recorded_unix) AS as_of, recorded_at AS at FROM complaint UNION ALL
  SELECT max(voided_unix) AS as_of, voided_at AS at FROM complaint UNION ALL
  SELECT max(recorded_unix) AS as_of, recorded_at AS at FROM complaint_step UNION ALL
  SELECT max(voided_unix) AS as_of, voided_at AS at FROM complaint_step UNION ALL
  SELECT max(recorded_unix) AS as_of, recorded_at AS at FROM change UNION ALL
  SELECT max(unixepoch(recorded_at)), recorded_at FROM maintenance_line UNION ALL
  SELECT max(unixepoch(ended_at)), ended_at FROM maintenance_line UNION ALL
  SELECT max(unixepoch(voided_at)), voided_at FROM maintenance_line) WHERE as_of IS NOT NULL ORDER BY as_of DESC LIMIT 1;

CREATE VIRTUAL TABLE customer_text USING fts5 (grams, content='', columnsize=0, detail=none, tokenize='ascii');

INSERT INTO customer_text (customer_text, rank) VALUES ('hashsize', 16777216);

CREATE TABLE customer_text_stale (customer_id INTEGER PRIMARY KEY) STRICT;

CREATE TRIGGER customer_text_1 AFTER INSERT ON customer BEGIN INSERT OR IGNORE INTO customer_text_stale VALUES (NEW.id); END;

CREATE TRIGGER customer_text_2 AFTER UPDATE OF name, address, voided_at, merged_into_id ON customer BEGIN INSERT OR IGNORE INTO customer_text_stale VALUES (NEW.id); END;

CREATE TRIGGER customer_text_3 AFTER INSERT ON phone BEGIN INSERT OR IGNORE INTO customer_text_stale VALUES (NEW.customer_id); END;

CREATE TRIGGER customer_text_4 AFTER UPDATE OF digits, customer_id, voided_at ON phone WHEN NEW.voided_at IS NULL BEGIN INSERT OR IGNORE INTO customer_text_stale VALUES (NEW.customer_id); END;

CREATE TRIGGER customer_text_5 AFTER INSERT ON appliance WHEN NEW.serial IS NOT NULL AND NEW.customer_id IS NOT NULL BEGIN INSERT OR IGNORE INTO customer_text_stale VALUES (NEW.customer_id); END;

CREATE TRIGGER customer_text_6 AFTER UPDATE OF serial, customer_id, voided_at ON appliance WHEN NEW.serial IS NOT NULL AND NEW.customer_id IS NOT NULL BEGIN INSERT OR IGNORE INTO customer_text_stale VALUES (NEW.customer_id); END;

CREATE INDEX birthday_month_day ON appliance (substr(base_on, 6), substr(base_on, 1, 4), category, customer_id) WHERE (base_precision = 'day' OR base_precision = 'month') AND retired_on IS NULL AND voided_at IS NULL AND customer_id IS NOT NULL;

CREATE INDEX birthday_owner ON change (old) WHERE field = 'customer_id' AND appliance_id IS NOT NULL;

CREATE TABLE birthday_settled (id INTEGER PRIMARY KEY CHECK (id = 1), until_on TEXT NOT NULL) STRICT;

CREATE TABLE birthday_unsettled (appliance_id INTEGER PRIMARY KEY) STRICT;

CREATE TRIGGER birthday_1 AFTER INSERT ON appliance WHEN EXISTS (SELECT 1 FROM birthday_settled) BEGIN INSERT OR IGNORE INTO birthday_unsettled VALUES (NEW.id); END;

CREATE TRIGGER birthday_2 AFTER UPDATE OF customer_id, category, bought_on, bought_precision, installed_on, installed_precision, retired_on, voided_at, recorded_at ON appliance WHEN EXISTS (SELECT 1 FROM birthday_settled) BEGIN INSERT OR IGNORE INTO birthday_unsettled VALUES (NEW.id); END;

CREATE TRIGGER birthday_3 AFTER UPDATE OF ended_as, voided_at, age, due_on, appliance_id ON maintenance_line WHEN EXISTS (SELECT 1 FROM birthday_settled) BEGIN INSERT OR IGNORE INTO birthday_unsettled VALUES (OLD.appliance_id); END;

CREATE TRIGGER birthday_4 AFTER DELETE ON maintenance_line WHEN EXISTS (SELECT 1 FROM birthday_settled) BEGIN INSERT OR IGNORE INTO birthday_unsettled VALUES (OLD.appliance_id); END;

CREATE TRIGGER birthday_5 AFTER INSERT ON tier WHEN EXISTS (SELECT 1 FROM birthday_settled) BEGIN INSERT OR IGNORE INTO birthday_unsettled
  SELECT a.id FROM appliance a WHERE a.customer_id IN (NEW.customer_id)
   UNION SELECT h.appliance_id FROM change h
   WHERE h.field = 'customer_id' AND h.appliance_id IS NOT NULL AND h.old IN (CAST(NEW.customer_id AS TEXT)); END;

CREATE TRIGGER birthday_6 AFTER UPDATE ON tier WHEN EXISTS (SELECT 1 FROM birthday_settled) BEGIN INSERT OR IGNORE INTO birthday_unsettled
  SELECT a.id FROM appliance a WHERE a.customer_id IN (OLD.customer_id, NEW.customer_id)
   UNION SELECT h.appliance_id FROM change h
   WHERE h.field = 'customer_id' AND h.appliance_id IS NOT NULL AND h.old IN (CAST(OLD.customer_id AS TEXT), CAST(NEW.customer_id AS TEXT)); END;

CREATE TRIGGER birthday_7 AFTER UPDATE OF forgotten_at ON customer WHEN EXISTS (SELECT 1 FROM birthday_settled) BEGIN INSERT OR IGNORE INTO birthday_unsettled
  SELECT a.id FROM appliance a WHERE a.customer_id IN (NEW.id)
   UNION SELECT h.appliance_id FROM change h
   WHERE h.field = 'customer_id' AND h.appliance_id IS NOT NULL AND h.old IN (CAST(NEW.id AS TEXT)); END;

CREATE TRIGGER birthday_8 AFTER UPDATE OF household_id ON customer WHEN EXISTS (SELECT 1 FROM birthday_settled) BEGIN INSERT OR IGNORE INTO birthday_unsettled
  SELECT a.id FROM customer m JOIN appliance a ON a.customer_id = m.id
   WHERE m.id = NEW.id OR m.household_id = NEW.household_id; END;

CREATE TRIGGER birthday_9 AFTER UPDATE OF ended_at ON ticket WHEN EXISTS (SELECT 1 FROM birthday_settled) BEGIN INSERT OR IGNORE INTO birthday_unsettled
  SELECT appliance_id FROM maintenance_line WHERE ticket_id = NEW.id AND NEW.ended_at IS NULL; END;

CREATE TRIGGER birthday_10 AFTER INSERT ON maintenance_interval WHEN EXISTS (SELECT 1 FROM birthday_settled) BEGIN DELETE FROM birthday_settled; END;

CREATE TRIGGER birthday_11 AFTER UPDATE ON maintenance_interval WHEN EXISTS (SELECT 1 FROM birthday_settled) BEGIN DELETE FROM birthday_settled; END;

CREATE TRIGGER birthday_12 AFTER DELETE ON maintenance_interval WHEN EXISTS (SELECT 1 FROM birthday_settled) BEGIN DELETE FROM birthday_settled; END;

CREATE TRIGGER birthday_13 AFTER UPDATE OF maintenance_since ON outlet WHEN EXISTS (SELECT 1 FROM birthday_settled) BEGIN DELETE FROM birthday_settled; END;
