-- Technicians, what they repair and where, when they are away, and their papers.

-- An undone technician keeps the name: adding the same name again brings the same row back.
CREATE TABLE technician (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  left_on TEXT CHECK (date(left_on, '+0 days') IS left_on),  -- local date on which they left
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;

-- Categories that a technician repairs. A technician without a row here repairs every category.
CREATE TABLE technician_skill (
  technician_id INTEGER NOT NULL REFERENCES technician,
  category TEXT NOT NULL REFERENCES category,
  PRIMARY KEY (technician_id, category)
) STRICT, WITHOUT ROWID;

-- Where a technician works.
CREATE TABLE technician_area (
  technician_id INTEGER NOT NULL REFERENCES technician,
  area TEXT NOT NULL CHECK (area <> ''),  -- part of the town
  PRIMARY KEY (technician_id, area)
) STRICT, WITHOUT ROWID;

-- Days on which a technician does not work, both included.
CREATE TABLE absence (
  id INTEGER PRIMARY KEY,
  technician_id INTEGER NOT NULL REFERENCES technician,
  from_on TEXT NOT NULL CHECK (date(from_on, '+0 days') IS from_on),  -- first local date
  to_on TEXT NOT NULL CHECK (date(to_on, '+0 days') IS to_on AND to_on >= from_on),  -- last local date
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  UNIQUE (technician_id, from_on, to_on)
) STRICT;

-- Papers of a technician: certificates by category (the one that ends last counts), one badge, trainings.
CREATE TABLE credential (
  id INTEGER PRIMARY KEY,
  technician_id INTEGER NOT NULL REFERENCES technician,
  kind TEXT NOT NULL CHECK (kind = 'certificate' OR kind = 'badge' OR kind = 'training'),
  category TEXT REFERENCES category,  -- certificate: for which appliances
  number TEXT CHECK (number <> ''),  -- of the certificate or the badge, as it was typed
  text TEXT CHECK (text <> ''),  -- training: in what
  on_date TEXT CHECK (date(on_date, '+0 days') IS on_date),  -- training: local date
  until_on TEXT CHECK (date(until_on, '+0 days') IS until_on),  -- the last local date on which it holds; NULL: no end
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  CHECK ((kind = 'certificate') = (category IS NOT NULL)),
  CHECK ((kind = 'training') = (text IS NOT NULL) AND (kind = 'training') = (on_date IS NOT NULL)),
  CHECK (kind <> 'certificate' OR until_on IS NOT NULL),
  CHECK (kind <> 'badge' OR number IS NOT NULL)
) STRICT;
CREATE INDEX credential_technician ON credential (technician_id, kind);
CREATE UNIQUE INDEX credential_badge ON credential (number) WHERE kind = 'badge' AND voided_at IS NULL;
