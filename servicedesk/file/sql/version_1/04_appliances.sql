-- Appliances and their owners.

-- One row a machine. Its plate (base/sameness.py) is unique among those that stand.
CREATE TABLE appliance (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER REFERENCES customer,  -- the owner
  category TEXT NOT NULL REFERENCES category,
  brand TEXT CHECK (brand <> ''),
  model TEXT CHECK (model <> ''),
  serial TEXT CHECK (serial <> ''),  -- as it was typed
  plate TEXT CHECK (plate <> ''),  -- serial and brand as they are compared
  -- local date, the first of the month or year where no more is known
  bought_on TEXT CHECK (date(bought_on, '+0 days') IS bought_on),
  bought_precision TEXT NOT NULL DEFAULT 'unknown',  -- how much of the date is known
  installed_on TEXT CHECK (date(installed_on, '+0 days') IS installed_on),  -- local date, as bought_on
  installed_precision TEXT NOT NULL DEFAULT 'unknown',  -- how much of the date is known
  retired_on TEXT CHECK (date(retired_on, '+0 days') IS retired_on),  -- local date from which on it is out of use
  retire_reason TEXT CHECK (retire_reason <> ''),  -- as scrapped, exchanged
  source TEXT,  -- name of the file that an import brought it from
  ref TEXT,  -- the key there
  digest TEXT,  -- of what the file said
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  -- The base of the birthdays: the more precise of purchase and installation, the purchase among equals (4.2).
  base_on TEXT AS (
    CASE WHEN (installed_precision = 'day') > (bought_precision = 'day')
           OR (bought_precision = 'year' OR bought_precision = 'unknown') AND installed_precision = 'month'
           OR bought_precision = 'unknown' AND installed_precision = 'year'
         THEN installed_on ELSE bought_on END
  ) VIRTUAL,
  base_precision TEXT AS (
    CASE WHEN (installed_precision = 'day') > (bought_precision = 'day')
           OR (bought_precision = 'year' OR bought_precision = 'unknown') AND installed_precision = 'month'
           OR bought_precision = 'unknown' AND installed_precision = 'year'
         THEN installed_precision ELSE bought_precision END
  ) VIRTUAL,
  CHECK (bought_precision = 'day' OR bought_precision = 'month' OR bought_precision = 'year' OR bought_precision = 'unknown'),
  CHECK (installed_precision = 'day' OR installed_precision = 'month' OR installed_precision = 'year' OR installed_precision = 'unknown'),
  CHECK ((serial IS NULL) = (plate IS NULL)),
  CHECK ((bought_on IS NULL) = (bought_precision = 'unknown')),
  CHECK ((installed_on IS NULL) = (installed_precision = 'unknown')),
  CHECK ((retired_on IS NULL) = (retire_reason IS NULL)),
  CHECK (retired_on >= bought_on),
  CHECK (installed_on >= bought_on OR bought_precision <> 'day' OR installed_precision <> 'day')
) STRICT;
CREATE INDEX appliance_customer ON appliance (customer_id);
CREATE UNIQUE INDEX appliance_serial ON appliance (plate) WHERE plate IS NOT NULL AND voided_at IS NULL;
CREATE UNIQUE INDEX appliance_ref ON appliance (source, ref) WHERE ref IS NOT NULL AND voided_at IS NULL;
CREATE INDEX appliance_origin ON appliance (origin) WHERE origin <> 'typed';
