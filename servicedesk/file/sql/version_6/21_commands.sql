-- The journal: who did what with which command, for `history` and `undo` (storage/journal.py, history/undo.py).
-- Every command that writes is one row; what it inserted is a span of ids a table, what it changed one row a field.

-- One row a command that wrote something.
CREATE TABLE command (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL CHECK (name <> ''),  -- as ticket open
  undoes_id INTEGER UNIQUE REFERENCES command CHECK (undoes_id < id),  -- the command that this one takes back
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported')
) STRICT;

-- The rows that a command inserted in a table: all ids from first_id to last_id. Ids are given in order and never
-- again, and one command writes at a time.
CREATE TABLE command_span (
  command_id INTEGER NOT NULL REFERENCES command,
  noun TEXT NOT NULL,  -- the table
  first_id INTEGER NOT NULL,  -- the first row that the command inserted
  last_id INTEGER NOT NULL CHECK (last_id >= first_id),  -- the last one
  PRIMARY KEY (command_id, noun)
) STRICT, WITHOUT ROWID;
CREATE INDEX command_span_noun ON command_span (noun, first_id);

-- The fields that a command changed, one row for each.
-- field NULL: a whole row of a table without history was inserted (new) or deleted (old), as JSON.
-- field 'copy': the row replaces an older, voided one of the same table, whose id is in old.
-- The rows that an undo voids or brings back follow from the command that it undoes, and are not recorded again.
CREATE TABLE command_change (
  id INTEGER PRIMARY KEY,
  command_id INTEGER NOT NULL REFERENCES command,
  noun TEXT NOT NULL,  -- the table
  row_id INTEGER NOT NULL,  -- the row
  field TEXT,  -- the column; NULL: a whole row; copy: see above
  old TEXT,  -- what it said before
  new TEXT  -- what it says from then on
) STRICT;
CREATE INDEX command_change_command ON command_change (command_id);
CREATE INDEX command_change_row ON command_change (noun, row_id);
CREATE INDEX command_change_copy ON command_change (noun, CAST(old AS INTEGER)) WHERE field = 'copy';
