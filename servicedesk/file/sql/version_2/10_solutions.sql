-- What the house knows (S24): a problem and what helps. No customer is named in it, for outlets exchange it as a file
-- (S25). A row is edited in place; the journal keeps what it said, and the newest edit counts in every outlet.
CREATE TABLE solution (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE CHECK (uuid <> ''),  -- the same in every outlet that has it
  kind TEXT NOT NULL CHECK (kind = 'fault' OR kind = 'manual' OR kind = 'law' OR kind = 'lesson'),
  category TEXT REFERENCES category,  -- the kind of appliance; NULL: any
  model TEXT CHECK (model <> ''),  -- NULL: any
  fault TEXT CHECK (fault <> ''),  -- code, as not_cooling
  cause TEXT CHECK (cause <> ''),  -- in words
  fix TEXT NOT NULL CHECK (fix <> ''),  -- what helps, or what it says
  parts TEXT CHECK (parts <> ''),  -- codes of spare parts, a comma and a blank between them
  link TEXT CHECK (link <> ''),  -- an address on the net, or a file
  retired TEXT CHECK (retired <> ''),  -- why it is out of use; NULL: in use
  edited_at TEXT NOT NULL CHECK (unixepoch(edited_at) IS NOT NULL),  -- of its newest edit, in whatever outlet
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;

-- completed: what was found, and what helped. As all of a fact they never change.
ALTER TABLE event ADD COLUMN
  found TEXT CHECK (found IS NULL OR kind = 'completed' AND found <> '');  -- completed: code of the fault that was found
ALTER TABLE event ADD COLUMN
  found_cause TEXT CHECK (found_cause IS NULL OR kind = 'completed' AND found_cause <> '');  -- completed: code of its cause
ALTER TABLE event ADD COLUMN
  solution_id INTEGER REFERENCES solution CHECK (solution_id IS NULL OR kind = 'completed');  -- completed: what helped
CREATE INDEX event_found ON event (found) WHERE found IS NOT NULL AND voided_at IS NULL;
CREATE INDEX event_found_cause ON event (found_cause) WHERE found_cause IS NOT NULL AND voided_at IS NULL;
CREATE INDEX event_solution ON event (solution_id) WHERE solution_id IS NOT NULL;
-- 'ticket find' reads these from end to end, a tenth of the tables: 10 ms for 100,000 tickets.
CREATE INDEX event_note ON event (ticket_id, note) WHERE note IS NOT NULL AND voided_at IS NULL;
CREATE INDEX ticket_words ON ticket (id, fault, text) WHERE voided_at IS NULL;
CREATE TRIGGER event_keeps_finding BEFORE UPDATE OF found, found_cause, solution_id ON event
BEGIN SELECT raise(ABORT, 'events are voided, never changed'); END;
