-- Technicians, what they repair and where, and when they are away.

-- A technician whose registration was undone keeps the name: the same name again is the same row again.
CREATE TABLE technician (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  left_on TEXT,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
  voided_at TEXT,
  voided_by TEXT
) STRICT;

-- No skill at all means every category.
CREATE TABLE technician_skill (
  technician_id INTEGER NOT NULL REFERENCES technician,
  category TEXT NOT NULL REFERENCES category,
  PRIMARY KEY (technician_id, category)
) STRICT, WITHOUT ROWID;

CREATE TABLE technician_area (
  technician_id INTEGER NOT NULL REFERENCES technician,
  area TEXT NOT NULL CHECK (area <> ''),
  PRIMARY KEY (technician_id, area)
) STRICT, WITHOUT ROWID;

-- Both days included.
CREATE TABLE absence (
  id INTEGER PRIMARY KEY,
  technician_id INTEGER NOT NULL REFERENCES technician,
  from_on TEXT NOT NULL,
  to_on TEXT NOT NULL CHECK (to_on >= from_on),
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
  UNIQUE (technician_id, from_on, to_on)
) STRICT;
