-- Appliances, their owners, and what they were exchanged for.

-- One row for each appliance. Its plate (base/sameness.py) is unique among the rows that are not undone.
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
  -- local date of the delivery
  delivered_on TEXT CHECK (date(delivered_on, '+0 days') IS delivered_on
    AND (delivered_on >= bought_on OR bought_on IS NULL OR bought_precision <> 'day')),
  invoice_on TEXT CHECK (date(invoice_on, '+0 days') IS invoice_on),  -- local date on the invoice
  invoice_no TEXT CHECK (invoice_no <> ''),  -- number of the invoice, as it was typed
  price_fen INTEGER CHECK (price_fen >= 0),  -- price on the invoice, in fen
  -- who installed it: brand, outlet, or self (the customer)
  installed_by TEXT CHECK (installed_by = 'brand' OR installed_by = 'outlet' OR installed_by = 'self'),
  -- home or business: the household's periods are for homes (W15)
  use TEXT CHECK (use = 'home' OR use = 'business'),
  remote_sale INTEGER CHECK (remote_sale BETWEEN 0 AND 1),  -- 1: bought by phone or on the net
  sold_by_id INTEGER REFERENCES customer,  -- the trade customer that sold it
  -- local date from which on its model is made no more (W16)
  discontinued_on TEXT CHECK (date(discontinued_on, '+0 days') IS discontinued_on),
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
CREATE INDEX appliance_sold_by ON appliance (sold_by_id) WHERE sold_by_id IS NOT NULL;

-- Appliances that were exchanged for another one: its guarantee begins anew that day (W11).
CREATE TABLE exchange (
  id INTEGER PRIMARY KEY,
  appliance_id INTEGER NOT NULL REFERENCES appliance,  -- the old one
  successor_id INTEGER NOT NULL REFERENCES appliance CHECK (successor_id <> appliance_id),  -- the one in its place
  on_date TEXT NOT NULL CHECK (date(on_date, '+0 days') IS on_date),  -- local date of the exchange
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK (on_date <= substr(recorded_at, 1, 10)),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX exchange_appliance ON exchange (appliance_id) WHERE voided_at IS NULL;
CREATE UNIQUE INDEX exchange_successor ON exchange (successor_id) WHERE voided_at IS NULL;
CREATE TRIGGER exchange_only_voids BEFORE UPDATE OF id, appliance_id, successor_id, on_date, recorded_at, actor, origin
  ON exchange
BEGIN SELECT raise(ABORT, 'exchanges are voided, never changed'); END;
CREATE TRIGGER exchange_stays_voided BEFORE UPDATE ON exchange WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'exchanges are voided, never changed'); END;
CREATE TRIGGER exchange_stays BEFORE DELETE ON exchange
BEGIN SELECT raise(ABORT, 'exchanges are voided, never deleted'); END;
