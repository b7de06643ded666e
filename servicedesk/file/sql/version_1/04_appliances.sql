-- Appliances. plate is serial and brand as they are compared (base/sameness.py): unique among those that stand.

CREATE TABLE appliance (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER REFERENCES customer,
  category TEXT NOT NULL REFERENCES category,
  brand TEXT CHECK (brand <> ''),
  model TEXT CHECK (model <> ''),
  serial TEXT CHECK (serial <> ''),
  plate TEXT CHECK (plate <> ''),
  bought_on TEXT,
  bought_precision TEXT NOT NULL DEFAULT 'unknown',
  installed_on TEXT,
  installed_precision TEXT NOT NULL DEFAULT 'unknown',
  retired_on TEXT,
  retire_reason TEXT CHECK (retire_reason <> ''),
  source TEXT,
  ref TEXT,
  digest TEXT,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
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
  CHECK ((retired_on IS NULL) = (retire_reason IS NULL))
) STRICT;
CREATE INDEX appliance_customer ON appliance (customer_id);
CREATE UNIQUE INDEX appliance_serial ON appliance (plate) WHERE plate IS NOT NULL AND voided_at IS NULL;
CREATE UNIQUE INDEX appliance_ref ON appliance (source, ref) WHERE ref IS NOT NULL AND voided_at IS NULL;
CREATE INDEX appliance_origin ON appliance (origin) WHERE origin <> 'typed';
