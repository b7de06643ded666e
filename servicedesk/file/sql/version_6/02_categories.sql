-- Categories of appliances, and the years between their birthdays.

-- Kinds of appliances.
CREATE TABLE category (
  code TEXT PRIMARY KEY CHECK (code <> ''),  -- as it is typed, as fridge
  label_zh TEXT,  -- its name in Chinese
  safe_life_years INTEGER,  -- for how many years a machine is safe to use, where a standard says so
  -- the category that this one turned out to be, itself never merged
  merged_into TEXT REFERENCES category CHECK (merged_into <> code),
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;

-- Years between birthdays. NULL stands for "any". For each (category, tier) the newest row valid on the birthday
-- counts; of the intervals that apply, the shortest one counts (M11, M20).
CREATE TABLE maintenance_interval (
  id INTEGER PRIMARY KEY,
  category TEXT REFERENCES category,  -- NULL: any
  tier TEXT,  -- NULL: any
  years INTEGER NOT NULL CHECK (years BETWEEN 1 AND 100),  -- between two birthdays
  from_on TEXT NOT NULL CHECK (date(from_on, '+0 days') IS from_on),  -- local date from which on the rule holds
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;
