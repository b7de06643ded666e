-- Solutions (S24): a problem and what helps. No customer is named, because outlets exchange solutions as a file (S25).
-- A row is edited in place; the journal keeps the earlier values, and the newest edit counts in every outlet.
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
