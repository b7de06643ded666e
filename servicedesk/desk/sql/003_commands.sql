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
-- field 'copy': the row stands for an older one of the same table, its id in old (an undo was undone).
CREATE TABLE command_change (
  id INTEGER PRIMARY KEY,
  command_id INTEGER NOT NULL REFERENCES command,
  noun TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  field TEXT,
  old ANY,
  new ANY
) STRICT;
CREATE INDEX command_change_command ON command_change (command_id);
CREATE INDEX command_change_row ON command_change (noun, row_id);

-- What a command registered and undo took back: the row stays, for voided facts name it; it is nowhere found.
-- A technician and a category keep their names for themselves: the same name again is the same row again.
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
