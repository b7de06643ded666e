-- Triggers: what the rules refuse of a single fact, the file refuses too, whoever writes (tests/file/test_schema.py).

CREATE TRIGGER event_is_lawful BEFORE INSERT ON event WHEN NEW.kind <> 'reported'
BEGIN
  SELECT raise(ABORT, 'no event before the report')
   WHERE NEW.at_unix < (SELECT at_unix FROM event
                         WHERE ticket_id = NEW.ticket_id AND kind = 'reported' AND voided_at IS NULL)
      OR NOT EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'reported' AND voided_at IS NULL);
  SELECT raise(ABORT, 'a cancelled ticket takes no more events')
   WHERE NEW.corrects_id IS NULL
     AND EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'cancelled' AND voided_at IS NULL);
  SELECT raise(ABORT, 'a completed ticket takes only surveys and forgotten arrivals')
   WHERE NEW.kind <> 'surveyed' AND NEW.kind <> 'arrived' AND NEW.corrects_id IS NULL
     AND EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'completed' AND voided_at IS NULL);
  SELECT raise(ABORT, 'a survey needs a completed ticket')
   WHERE NEW.kind = 'surveyed'
     AND NOT EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'completed' AND voided_at IS NULL
                        AND at_unix <= NEW.at_unix);
  SELECT raise(ABORT, 'only a waiting ticket resumes')
   WHERE NEW.kind = 'resumed' AND NEW.corrects_id IS NULL
     AND coalesce((SELECT kind FROM event
                    WHERE ticket_id = NEW.ticket_id AND (kind = 'waiting' OR kind = 'resumed') AND voided_at IS NULL
                    ORDER BY at_unix DESC, id DESC LIMIT 1), '') <> 'waiting';
  SELECT raise(ABORT, 'no completion before the last arrival')
   WHERE NEW.kind = 'completed'
     AND EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'arrived' AND voided_at IS NULL
                    AND at_unix > NEW.at_unix);
  SELECT raise(ABORT, 'no arrival after the completion')
   WHERE NEW.kind = 'arrived'
     AND EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'completed' AND voided_at IS NULL
                    AND at_unix < NEW.at_unix);
END;

CREATE TRIGGER event_has_one_report BEFORE INSERT ON event WHEN NEW.kind = 'reported'
BEGIN
  SELECT raise(ABORT, 'a ticket has one report')
   WHERE EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'reported' AND voided_at IS NULL);
  SELECT raise(ABORT, 'no event before the report')
   WHERE EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND voided_at IS NULL AND at_unix < NEW.at_unix);
END;

CREATE TRIGGER event_only_voids BEFORE UPDATE ON event
BEGIN
  SELECT raise(ABORT, 'events are voided, never changed')
   WHERE OLD.voided_at IS NOT NULL
      OR (NEW.id, NEW.ticket_id, NEW.kind, NEW.at, NEW.technician_id, NEW.window_from, NEW.window_to, NEW.asked_by,
          NEW.no_access, NEW.cause, NEW.outcome, NEW.reason, NEW.cancelled_by, NEW.duplicate_of_id, NEW.score,
          NEW.satisfied, NEW.source, NEW.note, NEW.corrects_id, NEW.recorded_at, NEW.actor, NEW.origin)
         IS NOT
         (OLD.id, OLD.ticket_id, OLD.kind, OLD.at, OLD.technician_id, OLD.window_from, OLD.window_to, OLD.asked_by,
          OLD.no_access, OLD.cause, OLD.outcome, OLD.reason, OLD.cancelled_by, OLD.duplicate_of_id, OLD.score,
          OLD.satisfied, OLD.source, OLD.note, OLD.corrects_id, OLD.recorded_at, OLD.actor, OLD.origin);
END;

CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN
  SELECT raise(ABORT, 'events are voided, never deleted');
END;

CREATE TRIGGER ticket_ends AFTER INSERT ON event WHEN NEW.kind = 'completed' OR NEW.kind = 'cancelled'
BEGIN
  UPDATE ticket SET ended_at = NEW.at WHERE id = NEW.ticket_id;
END;

CREATE TRIGGER ticket_ends_no_more AFTER UPDATE OF voided_at ON event
  WHEN NEW.kind = 'completed' OR NEW.kind = 'cancelled'
BEGIN
  UPDATE ticket SET ended_at = NULL WHERE id = NEW.ticket_id;
END;

CREATE TRIGGER callback_is_lawful BEFORE INSERT ON callback
BEGIN
  SELECT raise(ABORT, 'a call-back needs a completed ticket')
   WHERE NOT EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'completed' AND voided_at IS NULL
                        AND at_unix <= NEW.at_unix);
END;

CREATE TRIGGER promise_is_lawful BEFORE INSERT ON promise
BEGIN
  SELECT raise(ABORT, 'no promise before the report')
   WHERE NOT EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'reported' AND voided_at IS NULL
                        AND at_unix <= NEW.at_unix);
  SELECT raise(ABORT, 'a cancelled ticket takes no promise')
   WHERE EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'cancelled' AND voided_at IS NULL);
END;

CREATE TRIGGER promise_end_is_lawful BEFORE INSERT ON promise_end
BEGIN
  SELECT raise(ABORT, 'no end before the promise')
   WHERE NOT EXISTS (SELECT 1 FROM promise WHERE id = NEW.promise_id AND voided_at IS NULL
                        AND at_unix <= NEW.at_unix);
END;

CREATE TRIGGER complaint_is_lawful BEFORE INSERT ON complaint WHEN NEW.ticket_id IS NOT NULL
BEGIN
  SELECT raise(ABORT, 'no complaint before the report')
   WHERE NOT EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'reported' AND voided_at IS NULL
                        AND at_unix <= NEW.at_unix);
END;

CREATE TRIGGER complaint_step_is_lawful BEFORE INSERT ON complaint_step
BEGIN
  SELECT raise(ABORT, 'no step before the receipt')
   WHERE NOT EXISTS (SELECT 1 FROM complaint WHERE id = NEW.complaint_id AND voided_at IS NULL
                        AND at_unix <= NEW.at_unix);
  SELECT raise(ABORT, 'no step after the closing')
   WHERE EXISTS (SELECT 1 FROM complaint_step
                  WHERE complaint_id = NEW.complaint_id AND voided_at IS NULL
                    AND (kind = 'closed' AND at_unix < NEW.at_unix OR NEW.kind = 'closed' AND at_unix > NEW.at_unix));
END;

CREATE TRIGGER callback_only_voids BEFORE UPDATE ON callback
BEGIN
  SELECT raise(ABORT, 'call-backs are voided, never changed')
   WHERE OLD.voided_at IS NOT NULL
      OR (NEW.id, NEW.ticket_id, NEW.at, NEW.outcome, NEW.note, NEW.recorded_at, NEW.actor, NEW.origin)
         IS NOT
         (OLD.id, OLD.ticket_id, OLD.at, OLD.outcome, OLD.note, OLD.recorded_at, OLD.actor, OLD.origin);
END;

CREATE TRIGGER callback_stays BEFORE DELETE ON callback
BEGIN
  SELECT raise(ABORT, 'call-backs are voided, never deleted');
END;

CREATE TRIGGER promise_only_voids BEFORE UPDATE ON promise
BEGIN
  SELECT raise(ABORT, 'promises are voided, never changed')
   WHERE OLD.voided_at IS NOT NULL
      OR (NEW.id, NEW.ticket_id, NEW.what, NEW.due_at, NEW.at, NEW.recorded_at, NEW.actor, NEW.origin)
         IS NOT
         (OLD.id, OLD.ticket_id, OLD.what, OLD.due_at, OLD.at, OLD.recorded_at, OLD.actor, OLD.origin);
END;

CREATE TRIGGER promise_stays BEFORE DELETE ON promise
BEGIN
  SELECT raise(ABORT, 'promises are voided, never deleted');
END;

CREATE TRIGGER promise_end_only_voids BEFORE UPDATE ON promise_end
BEGIN
  SELECT raise(ABORT, 'ends of promises are voided, never changed')
   WHERE OLD.voided_at IS NOT NULL
      OR (NEW.id, NEW.promise_id, NEW.kind, NEW.at, NEW.withdrawn_by, NEW.recorded_at, NEW.actor, NEW.origin)
         IS NOT
         (OLD.id, OLD.promise_id, OLD.kind, OLD.at, OLD.withdrawn_by, OLD.recorded_at, OLD.actor, OLD.origin);
END;

CREATE TRIGGER promise_end_stays BEFORE DELETE ON promise_end
BEGIN
  SELECT raise(ABORT, 'ends of promises are voided, never deleted');
END;

-- The customer of a complaint follows a merge and its undo, as `change` tells; nothing else of it ever changes.
CREATE TRIGGER complaint_only_voids BEFORE UPDATE ON complaint
BEGIN
  SELECT raise(ABORT, 'complaints are voided, never changed')
   WHERE OLD.voided_at IS NOT NULL AND (NEW.voided_at, NEW.voided_by, NEW.void_reason)
                                       IS NOT (OLD.voided_at, OLD.voided_by, OLD.void_reason)
      OR NEW.customer_id <> OLD.customer_id
         AND NOT EXISTS (SELECT 1 FROM change h
                          WHERE h.complaint_id = OLD.id AND h.field = 'customer_id'
                            AND (h.old = OLD.customer_id AND h.new = NEW.customer_id
                              OR h.old = NEW.customer_id AND h.new = OLD.customer_id))
      OR (NEW.id, NEW.ticket_id, NEW.at, NEW.kind, NEW.about, NEW.severity, NEW.external_body, NEW.text, NEW.recorded_at,
          NEW.actor, NEW.origin)
         IS NOT
         (OLD.id, OLD.ticket_id, OLD.at, OLD.kind, OLD.about, OLD.severity, OLD.external_body, OLD.text, OLD.recorded_at,
          OLD.actor, OLD.origin);
END;

CREATE TRIGGER complaint_stays BEFORE DELETE ON complaint
BEGIN
  SELECT raise(ABORT, 'complaints are voided, never deleted');
END;

CREATE TRIGGER complaint_step_only_voids BEFORE UPDATE ON complaint_step
BEGIN
  SELECT raise(ABORT, 'steps of complaints are voided, never changed')
   WHERE OLD.voided_at IS NOT NULL
      OR (NEW.id, NEW.complaint_id, NEW.kind, NEW.at, NEW.upheld, NEW.text, NEW.recorded_at, NEW.actor, NEW.origin)
         IS NOT
         (OLD.id, OLD.complaint_id, OLD.kind, OLD.at, OLD.upheld, OLD.text, OLD.recorded_at, OLD.actor, OLD.origin);
END;

CREATE TRIGGER complaint_step_stays BEFORE DELETE ON complaint_step
BEGIN
  SELECT raise(ABORT, 'steps of complaints are voided, never deleted');
END;

CREATE TRIGGER consent_only_voids BEFORE UPDATE ON consent
BEGIN
  SELECT raise(ABORT, 'wishes of customers are voided, never changed')
   WHERE OLD.voided_at IS NOT NULL
      OR (NEW.id, NEW.customer_id, NEW.purpose, NEW.wanted, NEW.given_by, NEW.at, NEW.recorded_at, NEW.actor, NEW.origin)
         IS NOT
         (OLD.id, OLD.customer_id, OLD.purpose, OLD.wanted, OLD.given_by, OLD.at, OLD.recorded_at, OLD.actor, OLD.origin);
END;

CREATE TRIGGER consent_stays BEFORE DELETE ON consent
BEGIN
  SELECT raise(ABORT, 'wishes of customers are voided, never deleted');
END;

-- A note about a child under 14 is a personal one and needs the consent of the parents.
CREATE TRIGGER note_has_consent BEFORE INSERT ON note WHEN NEW.under_14 AND NOT (NEW.personal AND NEW.consent)
BEGIN
  SELECT raise(ABORT, 'a note about a child under 14 needs the consent of its parents');
END;
