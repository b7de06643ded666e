-- Who did what with which command, so that it can be told and taken back (desk/journal.py, desk/undoing.py).
-- Every command that writes is one row; what it inserted is a span of ids a table, what it changed one row a field.

CREATE TABLE command (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL CHECK (name <> ''),
  undoes_id INTEGER UNIQUE REFERENCES command,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL
) STRICT;

-- Ids are given in order and never again, and whoever writes is alone: a command's rows are those between two ids.
CREATE TABLE command_span (
  command_id INTEGER NOT NULL REFERENCES command,
  noun TEXT NOT NULL,
  first_id INTEGER NOT NULL,
  last_id INTEGER NOT NULL CHECK (last_id >= first_id),
  PRIMARY KEY (command_id, noun)
) STRICT, WITHOUT ROWID;
CREATE INDEX command_span_noun ON command_span (noun, first_id);

-- field NULL: a whole row of a table without history was inserted (new) or deleted (old), as JSON.
-- field 'copy': the row stands for an older one of the same table, its id in old: what came back after it was voided.
-- What an undo voids or brings back is that of the command that it undoes, and not put down again.
CREATE TABLE command_change (
  id INTEGER PRIMARY KEY,
  command_id INTEGER NOT NULL REFERENCES command,
  noun TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  field TEXT,
  old TEXT,
  new TEXT
) STRICT;
CREATE INDEX command_change_command ON command_change (command_id);
CREATE INDEX command_change_row ON command_change (noun, row_id);
CREATE INDEX command_change_copy ON command_change (noun, CAST(old AS INTEGER)) WHERE field = 'copy';

-- What a command registered and undo took back: the row stays, for voided facts name it; it is nowhere found.
-- A technician and a category keep their names for themselves: the same name again is the same row again.
-- A ticket that was taken back is over: its ended_at is that moment, so that nobody finds it open.
ALTER TABLE category ADD COLUMN voided_at TEXT;
ALTER TABLE category ADD COLUMN voided_by TEXT;
ALTER TABLE maintenance_interval ADD COLUMN voided_at TEXT;
ALTER TABLE maintenance_interval ADD COLUMN voided_by TEXT;
ALTER TABLE household ADD COLUMN voided_at TEXT;
ALTER TABLE household ADD COLUMN voided_by TEXT;
ALTER TABLE customer ADD COLUMN voided_at TEXT;
ALTER TABLE customer ADD COLUMN voided_by TEXT;
ALTER TABLE tier ADD COLUMN voided_at TEXT;
ALTER TABLE tier ADD COLUMN voided_by TEXT;
ALTER TABLE appliance ADD COLUMN voided_at TEXT;
ALTER TABLE appliance ADD COLUMN voided_by TEXT;
ALTER TABLE technician ADD COLUMN voided_at TEXT;
ALTER TABLE technician ADD COLUMN voided_by TEXT;
ALTER TABLE ticket ADD COLUMN voided_at TEXT;
ALTER TABLE ticket ADD COLUMN voided_by TEXT;
-- A line changes; taken back, it is voided as it was, and another stands instead: so a figure of then reads what it read.
ALTER TABLE maintenance_line ADD COLUMN voided_at TEXT;
ALTER TABLE maintenance_line ADD COLUMN voided_by TEXT;
ALTER TABLE maintenance_line ADD COLUMN void_reason TEXT;
DROP INDEX maintenance_line_birthday;
CREATE UNIQUE INDEX maintenance_line_birthday ON maintenance_line (appliance_id, age)
  WHERE age IS NOT NULL AND voided_at IS NULL AND (ended_as IS NULL OR ended_as <> 'cancelled');
DROP INDEX customer_ref;
CREATE UNIQUE INDEX customer_ref ON customer (source, ref) WHERE ref IS NOT NULL AND voided_at IS NULL;
DROP INDEX appliance_ref;
CREATE UNIQUE INDEX appliance_ref ON appliance (source, ref) WHERE ref IS NOT NULL AND voided_at IS NULL;
DROP INDEX appliance_serial;
CREATE UNIQUE INDEX appliance_serial ON appliance (coalesce(brand, '') COLLATE NOCASE, serial)
  WHERE serial IS NOT NULL AND voided_at IS NULL;
DROP INDEX ticket_ref;
CREATE UNIQUE INDEX ticket_ref ON ticket (source, ref) WHERE ref IS NOT NULL AND voided_at IS NULL;

-- A customer who turned out to be another one, and a person who is no more known (cli.md: merge, forget).
ALTER TABLE customer ADD COLUMN merged_into_id INTEGER REFERENCES customer;
ALTER TABLE customer ADD COLUMN forgotten_at TEXT;

-- S03: a remark on the person; about a child under 14; whether the customer agreed that it is kept.
ALTER TABLE note ADD COLUMN personal INTEGER NOT NULL DEFAULT 0 CHECK (personal BETWEEN 0 AND 1);
ALTER TABLE note ADD COLUMN under_14 INTEGER NOT NULL DEFAULT 0 CHECK (under_14 BETWEEN 0 AND 1);
ALTER TABLE note ADD COLUMN consent INTEGER NOT NULL DEFAULT 0 CHECK (consent BETWEEN 0 AND 1);

-- Merge (desk/merging.py). Whose a ticket, a machine or a complaint was as of then is read from `change`: complaints
-- get a history too. (The table is made anew, for its check names its nouns.)
-- undone: a change that was taken back, or the taking back: what was as of then, and no part of the story (undoing.py).
ALTER TABLE change RENAME TO change_before;
CREATE TABLE change (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER REFERENCES customer,
  appliance_id INTEGER REFERENCES appliance,
  technician_id INTEGER REFERENCES technician,
  ticket_id INTEGER REFERENCES ticket,
  complaint_id INTEGER REFERENCES complaint,
  field TEXT NOT NULL,
  old TEXT,
  new TEXT,
  on_date TEXT,
  undone INTEGER NOT NULL DEFAULT 0 CHECK (undone BETWEEN 0 AND 1),
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  CHECK ((customer_id IS NOT NULL) + (appliance_id IS NOT NULL) + (technician_id IS NOT NULL)
       + (ticket_id IS NOT NULL) + (complaint_id IS NOT NULL) = 1)
) STRICT;
INSERT INTO change (id, customer_id, appliance_id, technician_id, ticket_id, field, old, new, on_date, recorded_at,
                    actor, origin)
SELECT id, customer_id, appliance_id, technician_id, ticket_id, field, old, new, on_date, recorded_at, actor, origin
  FROM change_before;
DROP TABLE change_before;
CREATE INDEX change_ticket ON change (ticket_id, field, recorded_unix) WHERE ticket_id IS NOT NULL;
CREATE INDEX change_customer ON change (customer_id, field, recorded_unix) WHERE customer_id IS NOT NULL;
CREATE INDEX change_technician ON change (technician_id, field, recorded_unix) WHERE technician_id IS NOT NULL;
CREATE INDEX change_appliance ON change (appliance_id, field, recorded_unix) WHERE appliance_id IS NOT NULL;
CREATE INDEX change_complaint ON change (complaint_id, field, recorded_unix) WHERE complaint_id IS NOT NULL;
CREATE INDEX customer_merged ON customer (merged_into_id) WHERE merged_into_id IS NOT NULL;

-- Whose complaint it is follows a merge and its undo, as `change` tells, also where it was voided; nothing else of it
-- ever changes.
DROP TRIGGER complaint_only_voids;
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
      OR (NEW.id, NEW.ticket_id, NEW.at, NEW.about, NEW.severity, NEW.external_body, NEW.text, NEW.recorded_at,
          NEW.actor, NEW.origin)
         IS NOT
         (OLD.id, OLD.ticket_id, OLD.at, OLD.about, OLD.severity, OLD.external_body, OLD.text, OLD.recorded_at,
          OLD.actor, OLD.origin);
END;

-- S03: what is said of a child is said of a person, and kept only where the customer agreed.
CREATE TRIGGER note_has_consent BEFORE INSERT ON note WHEN NEW.under_14 AND NOT (NEW.personal AND NEW.consent)
BEGIN
  SELECT raise(ABORT, 'a remark about a child under 14 needs the consent of its parents');
END;
