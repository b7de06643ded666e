-- Categories of appliances, and the years between their birthdays.

-- merged_into: the category that this one turned out to be ('category merge'), itself never merged.
CREATE TABLE category (
  code TEXT PRIMARY KEY CHECK (code <> ''),
  label_zh TEXT,
  safe_life_years INTEGER,
  merged_into TEXT REFERENCES category CHECK (merged_into <> code),
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
  voided_at TEXT,
  voided_by TEXT
) STRICT;

-- Years between birthdays, a set of rules. NULL stands for "any"; the newest row valid on the
-- birthday wins within (category, tier), the shortest interval among those that apply (M11, M20).
CREATE TABLE maintenance_interval (
  id INTEGER PRIMARY KEY,
  category TEXT REFERENCES category,
  tier TEXT,
  years INTEGER NOT NULL CHECK (years BETWEEN 1 AND 100),
  from_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
  voided_at TEXT,
  voided_by TEXT
) STRICT;
