-- How long the guarantee of each category lasts, and which of its parts are main parts (W1 to W16).

-- How long the guarantee of a category lasts. Of the rows that hold on the day on which the guarantee begins, the
-- brand's own comes before the category's, then the newest (W4, W5).
CREATE TABLE warranty_term (
  id INTEGER PRIMARY KEY,
  category TEXT NOT NULL REFERENCES category,
  brand TEXT CHECK (brand <> ''),  -- NULL: any
  whole_years INTEGER NOT NULL CHECK (whole_years BETWEEN 1 AND 100),  -- the whole appliance
  main_years INTEGER NOT NULL CHECK (main_years BETWEEN whole_years AND 100),  -- its main parts
  -- depreciation for each day of use, in hundred-thousandths of the price (100 is 0.1 %); NULL: not known (W10)
  rate INTEGER CHECK (rate BETWEEN 1 AND 100000),
  repairer_days INTEGER NOT NULL DEFAULT 30 CHECK (repairer_days BETWEEN 1 AND 1000),  -- W7
  part_days INTEGER NOT NULL DEFAULT 90 CHECK (part_days BETWEEN 1 AND 1000),  -- W8
  source TEXT CHECK (source <> ''),  -- where it is written
  is_verified INTEGER NOT NULL CHECK (is_verified BETWEEN 0 AND 1),  -- 1: somebody read it in the text that is in force
  from_on TEXT NOT NULL CHECK (date(from_on, '+0 days') IS from_on),  -- local date from which on the rule holds
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;

-- Which parts of a category are main parts. Of each part the newest row that holds on the day on which the guarantee
-- begins counts (W5).
CREATE TABLE main_part (
  id INTEGER PRIMARY KEY,
  category TEXT NOT NULL REFERENCES category,
  code TEXT NOT NULL CHECK (code <> ''),  -- as it is typed, as compressor
  label_zh TEXT CHECK (label_zh <> ''),  -- its name in Chinese
  is_main INTEGER NOT NULL CHECK (is_main BETWEEN 0 AND 1),  -- 0: no main part any more
  source TEXT CHECK (source <> ''),  -- where it is written
  is_verified INTEGER NOT NULL CHECK (is_verified BETWEEN 0 AND 1),  -- 1: somebody read it in the text that is in force
  from_on TEXT NOT NULL CHECK (date(from_on, '+0 days') IS from_on),  -- local date from which on the rule holds
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;
CREATE INDEX main_part_category ON main_part (category);

-- Days on which no period of civil law ends (article 203); a file names them, a year at a time.
CREATE TABLE holiday (
  id INTEGER PRIMARY KEY,
  on_date TEXT NOT NULL UNIQUE CHECK (date(on_date, '+0 days') IS on_date),  -- local date
  name TEXT CHECK (name <> ''),
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported')
) STRICT;
