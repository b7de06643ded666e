-- The rules between facts. Each rule is a view that lists the facts that break it. The triggers below refuse a new fact
-- that a view lists; 'check' and the import read the same views (file/rules.py). Rules of one row are CHECKs.
-- id: the ticket, promise, complaint or appliance; fact_id, other_id: the rows that contradict each other.

-- A ticket that stands has exactly one report.
CREATE VIEW breach_one_report AS
SELECT t.id
  FROM ticket t
 WHERE t.voided_at IS NULL
   AND (SELECT count(*) FROM event WHERE ticket_id = t.id AND kind = 'reported' AND voided_at IS NULL) <> 1;

-- Nothing happens to a ticket before it is reported.
CREATE VIEW breach_before_report AS
SELECT e.ticket_id AS id, e.id AS fact_id, r.id AS other_id
  FROM event r
  JOIN event e ON e.ticket_id = r.ticket_id AND e.at_unix < r.at_unix AND e.voided_at IS NULL
 WHERE r.kind = 'reported' AND r.voided_at IS NULL;

-- Nobody arrives after the completion.
CREATE VIEW breach_arrival_after_completion AS
SELECT a.ticket_id AS id, a.id AS fact_id, d.id AS other_id
  FROM event d
  JOIN event a ON a.ticket_id = d.ticket_id AND a.kind = 'arrived' AND a.at_unix > d.at_unix AND a.voided_at IS NULL
 WHERE d.kind = 'completed' AND d.voided_at IS NULL;

-- Nobody arrives after the cancellation.
CREATE VIEW breach_arrival_after_cancellation AS
SELECT a.ticket_id AS id, a.id AS fact_id, c.id AS other_id
  FROM event c
  JOIN event a ON a.ticket_id = c.ticket_id AND a.kind = 'arrived' AND a.at_unix > c.at_unix AND a.voided_at IS NULL
 WHERE c.kind = 'cancelled' AND c.voided_at IS NULL;

-- Nobody is asked about work before it is completed.
CREATE VIEW breach_answer_before_completion AS
SELECT s.ticket_id AS id, s.id AS fact_id, d.id AS other_id
  FROM event d
  JOIN event s ON s.ticket_id = d.ticket_id AND s.kind = 'surveyed' AND s.at_unix < d.at_unix AND s.voided_at IS NULL
 WHERE d.kind = 'completed' AND d.voided_at IS NULL;

-- An answer is about completed work. (If the completion is voided later, the answer stays, and 'check' reports it.)
CREATE VIEW breach_answer_without_completion AS
SELECT s.ticket_id AS id, s.id AS fact_id
  FROM event s
 WHERE s.kind = 'surveyed' AND s.voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM event d
                    WHERE d.ticket_id = s.ticket_id AND d.kind = 'completed' AND d.voided_at IS NULL);

-- A ticket ends once.
CREATE VIEW breach_one_end AS
SELECT e.ticket_id AS id, e.id AS fact_id, z.id AS other_id
  FROM event z
  JOIN event e ON e.ticket_id = z.ticket_id AND (e.kind = 'completed' OR e.kind = 'cancelled') AND e.id > z.id
   AND e.voided_at IS NULL
 WHERE (z.kind = 'completed' OR z.kind = 'cancelled') AND z.voided_at IS NULL;

-- A cancelled ticket takes no more events, a completed one only answers and arrivals that were forgotten. A correction,
-- or a copy that 'undo' made, has a higher id than the end but stands for a fact before it: neither breaks the rule.
CREATE VIEW breach_after_end AS
SELECT e.ticket_id AS id, e.id AS fact_id, z.id AS other_id, z.kind AS ended_as
  FROM event z
  JOIN event e ON e.ticket_id = z.ticket_id AND e.id > z.id AND e.kind <> 'reported' AND e.voided_at IS NULL
   AND e.corrects_id IS NULL AND (e.kind <> 'surveyed' AND e.kind <> 'arrived' OR z.kind = 'cancelled')
   AND NOT EXISTS (SELECT 1 FROM command_change m WHERE m.noun = 'event' AND m.row_id = e.id AND m.field = 'copy')
 WHERE (z.kind = 'completed' OR z.kind = 'cancelled') AND z.voided_at IS NULL;

-- Only a waiting ticket resumes. (If the wait is voided later, the resumption stays, and 'check' reports it.)
CREATE VIEW breach_resumed_without_wait AS
SELECT e.ticket_id AS id, e.id AS fact_id
  FROM event e
 WHERE e.kind = 'resumed' AND e.voided_at IS NULL
   AND coalesce((SELECT w.kind FROM event w
                  WHERE w.ticket_id = e.ticket_id AND (w.kind = 'waiting' OR w.kind = 'resumed') AND w.voided_at IS NULL
                    AND (w.at_unix, w.id) < (e.at_unix, e.id)
                  ORDER BY w.at_unix DESC, w.id DESC LIMIT 1), '') <> 'waiting';

-- The end of a ticket is stored on the ticket too (ended_at), to find open tickets.
CREATE VIEW breach_ended_at AS
SELECT t.id
  FROM ticket t
 WHERE t.voided_at IS NULL
   AND t.ended_at IS NOT (SELECT e.at FROM event e
                           WHERE e.ticket_id = t.id AND (e.kind = 'completed' OR e.kind = 'cancelled')
                             AND e.voided_at IS NULL);

-- A repair ends in one of the outcomes of repairs, any other ticket in one of the others.
CREATE VIEW breach_outcome AS
SELECT t.id, d.id AS fact_id
  FROM event d
  JOIN ticket t ON t.id = d.ticket_id
 WHERE d.kind = 'completed' AND d.voided_at IS NULL
   AND NOT CASE t.type
             WHEN 'repair' THEN d.outcome IN ('fixed', 'no_fault_found', 'user_caused', 'not_repairable', 'exchanged',
                                              'referred', 'resolved_remotely')
             ELSE d.outcome IN ('done', 'referred', 'resolved_remotely') END;

-- A call-back is about completed work.
CREATE VIEW breach_callback_before_completion AS
SELECT b.ticket_id AS id, b.id AS fact_id
  FROM callback b
 WHERE b.voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM event d
                    WHERE d.ticket_id = b.ticket_id AND d.kind = 'completed' AND d.voided_at IS NULL
                      AND d.at_unix <= b.at_unix);

-- No promise before the report.
CREATE VIEW breach_promise_before_report AS
SELECT p.id
  FROM promise p
  JOIN event r ON r.ticket_id = p.ticket_id AND r.kind = 'reported' AND r.at_unix > p.at_unix AND r.voided_at IS NULL
 WHERE p.voided_at IS NULL;

-- A cancelled ticket takes no promise.
CREATE VIEW breach_promise_after_cancellation AS
SELECT p.id
  FROM promise p
  JOIN event c ON c.ticket_id = p.ticket_id AND c.kind = 'cancelled' AND c.recorded_unix < p.recorded_unix
   AND c.voided_at IS NULL
 WHERE p.voided_at IS NULL;

-- A promise is not kept or withdrawn before it is made.
CREATE VIEW breach_end_before_promise AS
SELECT p.id, e.id AS fact_id
  FROM promise_end e
  JOIN promise p ON p.id = e.promise_id AND p.at_unix > e.at_unix AND p.voided_at IS NULL
 WHERE e.voided_at IS NULL;

-- No complaint about a ticket before its report.
CREATE VIEW breach_complaint_before_report AS
SELECT k.id
  FROM complaint k
  JOIN event r ON r.ticket_id = k.ticket_id AND r.kind = 'reported' AND r.at_unix > k.at_unix AND r.voided_at IS NULL
 WHERE k.voided_at IS NULL;

-- The steps of a complaint lie between its receipt and its closing.
CREATE VIEW breach_step_before_receipt AS
SELECT k.id, s.id AS fact_id
  FROM complaint_step s
  JOIN complaint k ON k.id = s.complaint_id AND k.at_unix > s.at_unix AND k.voided_at IS NULL
 WHERE s.voided_at IS NULL;

CREATE VIEW breach_step_after_closing AS
SELECT s.complaint_id AS id, s.id AS fact_id, z.id AS other_id
  FROM complaint_step s
  JOIN complaint_step z ON z.complaint_id = s.complaint_id AND z.kind = 'closed' AND z.at_unix < s.at_unix
   AND z.voided_at IS NULL
 WHERE s.voided_at IS NULL;

-- A measure is done after the closing that named it.
CREATE VIEW breach_measure_before_closing AS
SELECT s.complaint_id AS id, d.id AS fact_id
  FROM measure_done d
  JOIN complaint_step s ON s.id = d.complaint_step_id AND (s.measure IS NULL OR s.at_unix > d.at_unix)
 WHERE d.voided_at IS NULL;

-- An appliance has one open birthday.
CREATE VIEW breach_open_birthdays AS
SELECT l.appliance_id AS id
  FROM maintenance_line l
  LEFT JOIN ticket t ON t.id = l.ticket_id
 WHERE l.role = 'care' AND l.ended_as IS NULL AND l.voided_at IS NULL AND t.ended_at IS NULL
 GROUP BY l.appliance_id
HAVING count(*) > 1;

-- The triggers refuse a new fact that a view lists, whatever program writes it (tests/file/test_schema.py).

CREATE TRIGGER event_is_lawful AFTER INSERT ON event
BEGIN
  SELECT raise(ABORT, 'a ticket has one report')
   WHERE EXISTS (SELECT 1 FROM breach_one_report WHERE id = NEW.ticket_id);
  SELECT raise(ABORT, 'no event before the report')
   WHERE EXISTS (SELECT 1 FROM breach_before_report WHERE id = NEW.ticket_id AND NEW.id IN (fact_id, other_id));
  SELECT raise(ABORT, 'a cancelled ticket takes no more events')
   WHERE EXISTS (SELECT 1 FROM breach_after_end
                  WHERE id = NEW.ticket_id AND fact_id = NEW.id AND ended_as = 'cancelled');
  SELECT raise(ABORT, 'a completed ticket takes only surveys and forgotten arrivals')
   WHERE EXISTS (SELECT 1 FROM breach_after_end WHERE id = NEW.ticket_id AND fact_id = NEW.id);
  SELECT raise(ABORT, 'a ticket ends once')
   WHERE EXISTS (SELECT 1 FROM breach_one_end WHERE id = NEW.ticket_id AND NEW.id IN (fact_id, other_id));
  SELECT raise(ABORT, 'a survey needs a completed ticket')
   WHERE EXISTS (SELECT 1 FROM breach_answer_without_completion WHERE id = NEW.ticket_id AND fact_id = NEW.id)
      OR EXISTS (SELECT 1 FROM breach_answer_before_completion
                  WHERE id = NEW.ticket_id AND NEW.id IN (fact_id, other_id));
  SELECT raise(ABORT, 'only a waiting ticket resumes')
   WHERE NEW.corrects_id IS NULL
     AND EXISTS (SELECT 1 FROM breach_resumed_without_wait WHERE id = NEW.ticket_id AND fact_id = NEW.id);
  SELECT raise(ABORT, 'no arrival after the completion')
   WHERE EXISTS (SELECT 1 FROM breach_arrival_after_completion
                  WHERE id = NEW.ticket_id AND NEW.id IN (fact_id, other_id));
  SELECT raise(ABORT, 'no arrival after the cancellation')
   WHERE EXISTS (SELECT 1 FROM breach_arrival_after_cancellation
                  WHERE id = NEW.ticket_id AND NEW.id IN (fact_id, other_id));
END;

CREATE TRIGGER callback_is_lawful AFTER INSERT ON callback
BEGIN
  SELECT raise(ABORT, 'a call-back needs a completed ticket')
   WHERE EXISTS (SELECT 1 FROM breach_callback_before_completion WHERE id = NEW.ticket_id AND fact_id = NEW.id);
END;

CREATE TRIGGER promise_is_lawful AFTER INSERT ON promise
BEGIN
  SELECT raise(ABORT, 'no promise before the report')
   WHERE EXISTS (SELECT 1 FROM breach_promise_before_report WHERE id = NEW.id);
  SELECT raise(ABORT, 'a cancelled ticket takes no promise')
   WHERE EXISTS (SELECT 1 FROM breach_promise_after_cancellation WHERE id = NEW.id);
END;

CREATE TRIGGER promise_end_is_lawful AFTER INSERT ON promise_end
BEGIN
  SELECT raise(ABORT, 'no end before the promise')
   WHERE EXISTS (SELECT 1 FROM breach_end_before_promise WHERE id = NEW.promise_id AND fact_id = NEW.id);
END;

CREATE TRIGGER complaint_is_lawful AFTER INSERT ON complaint
BEGIN
  SELECT raise(ABORT, 'no complaint before the report')
   WHERE EXISTS (SELECT 1 FROM breach_complaint_before_report WHERE id = NEW.id);
END;

CREATE TRIGGER complaint_step_is_lawful AFTER INSERT ON complaint_step
BEGIN
  SELECT raise(ABORT, 'no step before the receipt')
   WHERE EXISTS (SELECT 1 FROM breach_step_before_receipt WHERE id = NEW.complaint_id AND fact_id = NEW.id);
  SELECT raise(ABORT, 'no step after the closing')
   WHERE EXISTS (SELECT 1 FROM breach_step_after_closing
                  WHERE id = NEW.complaint_id AND NEW.id IN (fact_id, other_id));
END;

CREATE TRIGGER measure_done_is_lawful AFTER INSERT ON measure_done
BEGIN
  SELECT raise(ABORT, 'no measure is done before it is named')
   WHERE EXISTS (SELECT 1 FROM breach_measure_before_closing WHERE fact_id = NEW.id);
END;

-- Recorded facts are voided once, never changed and never deleted.

CREATE TRIGGER event_only_voids BEFORE UPDATE OF id, ticket_id, kind, at, technician_id, window_from, window_to,
  asked_by, no_access, collected, cause, part_id, outcome, exclusion, evidence, found, found_cause, solution_id,
  steps_done, reason, cancelled_by, duplicate_of_id, score, satisfied, source, note, corrects_id, recorded_at, actor,
  origin
  ON event
BEGIN SELECT raise(ABORT, 'events are voided, never changed'); END;
CREATE TRIGGER event_stays_voided BEFORE UPDATE ON event WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'events are voided, never changed'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN SELECT raise(ABORT, 'events are voided, never deleted'); END;

CREATE TRIGGER callback_only_voids BEFORE UPDATE OF id, ticket_id, at, outcome, note, recorded_at, actor, origin
  ON callback
BEGIN SELECT raise(ABORT, 'call-backs are voided, never changed'); END;
CREATE TRIGGER callback_stays_voided BEFORE UPDATE ON callback WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'call-backs are voided, never changed'); END;
CREATE TRIGGER callback_stays BEFORE DELETE ON callback
BEGIN SELECT raise(ABORT, 'call-backs are voided, never deleted'); END;

CREATE TRIGGER promise_only_voids BEFORE UPDATE OF id, ticket_id, what, due_at, at, recorded_at, actor, origin
  ON promise
BEGIN SELECT raise(ABORT, 'promises are voided, never changed'); END;
CREATE TRIGGER promise_stays_voided BEFORE UPDATE ON promise WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'promises are voided, never changed'); END;
CREATE TRIGGER promise_stays BEFORE DELETE ON promise
BEGIN SELECT raise(ABORT, 'promises are voided, never deleted'); END;

CREATE TRIGGER promise_end_only_voids BEFORE UPDATE OF id, promise_id, kind, at, withdrawn_by, recorded_at, actor,
  origin
  ON promise_end
BEGIN SELECT raise(ABORT, 'ends of promises are voided, never changed'); END;
CREATE TRIGGER promise_end_stays_voided BEFORE UPDATE ON promise_end WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'ends of promises are voided, never changed'); END;
CREATE TRIGGER promise_end_stays BEFORE DELETE ON promise_end
BEGIN SELECT raise(ABORT, 'ends of promises are voided, never deleted'); END;

CREATE TRIGGER complaint_only_voids BEFORE UPDATE OF id, ticket_id, at, kind, about, severity, external_body, text,
  file, file_sha256, recorded_at, actor, origin
  ON complaint
BEGIN SELECT raise(ABORT, 'complaints are voided, never changed'); END;
CREATE TRIGGER complaint_stays_voided BEFORE UPDATE OF voided_at, voided_by, void_reason ON complaint WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'complaints are voided, never changed'); END;
CREATE TRIGGER complaint_stays BEFORE DELETE ON complaint
BEGIN SELECT raise(ABORT, 'complaints are voided, never deleted'); END;

-- The customer of a complaint may change only by a merge or its undo, which the table `change` records.
CREATE TRIGGER complaint_keeps_customer BEFORE UPDATE OF customer_id ON complaint
  WHEN NEW.customer_id <> OLD.customer_id
   AND NOT EXISTS (SELECT 1 FROM change h
                    WHERE h.complaint_id = OLD.id AND h.field = 'customer_id'
                      AND (h.old = OLD.customer_id AND h.new = NEW.customer_id
                        OR h.old = NEW.customer_id AND h.new = OLD.customer_id))
BEGIN SELECT raise(ABORT, 'complaints are voided, never changed'); END;

CREATE TRIGGER complaint_step_only_voids BEFORE UPDATE OF id, complaint_id, kind, at, upheld, text, cause,
  measure, measure_by, recorded_at, actor, origin
  ON complaint_step
BEGIN SELECT raise(ABORT, 'steps of complaints are voided, never changed'); END;
CREATE TRIGGER complaint_step_stays_voided BEFORE UPDATE ON complaint_step WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'steps of complaints are voided, never changed'); END;
CREATE TRIGGER complaint_step_stays BEFORE DELETE ON complaint_step
BEGIN SELECT raise(ABORT, 'steps of complaints are voided, never deleted'); END;

CREATE TRIGGER measure_done_only_voids BEFORE UPDATE OF id, complaint_step_id, at, text, recorded_at, actor, origin
  ON measure_done
BEGIN SELECT raise(ABORT, 'measures that are done are voided, never changed'); END;

CREATE TRIGGER consent_only_voids BEFORE UPDATE OF id, customer_id, purpose, wanted, given_by, at, recorded_at, actor,
  origin
  ON consent
BEGIN SELECT raise(ABORT, 'wishes of customers are voided, never changed'); END;
CREATE TRIGGER consent_stays_voided BEFORE UPDATE ON consent WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'wishes of customers are voided, never changed'); END;
CREATE TRIGGER consent_stays BEFORE DELETE ON consent
BEGIN SELECT raise(ABORT, 'wishes of customers are voided, never deleted'); END;

-- A ticket ends with its completion or cancellation, and is open again where that is voided.

CREATE TRIGGER ticket_ends AFTER INSERT ON event WHEN NEW.kind = 'completed' OR NEW.kind = 'cancelled'
BEGIN UPDATE ticket SET ended_at = NEW.at WHERE id = NEW.ticket_id; END;

CREATE TRIGGER ticket_ends_no_more AFTER UPDATE OF voided_at ON event WHEN NEW.kind = 'completed' OR NEW.kind = 'cancelled'
BEGIN UPDATE ticket SET ended_at = NULL WHERE id = NEW.ticket_id; END;

-- A note about a child under 14 is a personal one and needs the consent of the parents.
CREATE TRIGGER note_has_consent BEFORE INSERT ON note WHEN NEW.under_14 AND NOT (NEW.personal AND NEW.consent)
BEGIN SELECT raise(ABORT, 'a note about a child under 14 needs the consent of its parents'); END;
