-- The guarantee of an appliance (W1 to W16): its dates, what it was exchanged for, why a repair is not covered, and the
-- terms of each category with the days from which they hold.

ALTER TABLE appliance ADD COLUMN
  delivered_on TEXT CHECK (date(delivered_on, '+0 days') IS delivered_on AND (delivered_on >= bought_on OR bought_on IS NULL OR bought_precision <> 'day'));  -- local date of the delivery
ALTER TABLE appliance ADD COLUMN
  invoice_on TEXT CHECK (date(invoice_on, '+0 days') IS invoice_on);  -- local date on the invoice
ALTER TABLE appliance ADD COLUMN
  invoice_no TEXT CHECK (invoice_no <> '');  -- number of the invoice, as it was typed
ALTER TABLE appliance ADD COLUMN
  price_fen INTEGER CHECK (price_fen >= 0);  -- price on the invoice, in fen
ALTER TABLE appliance ADD COLUMN
  installed_by TEXT CHECK (installed_by = 'brand' OR installed_by = 'outlet' OR installed_by = 'self');  -- who installed it: brand, outlet, or self (the customer)
ALTER TABLE appliance ADD COLUMN
  use TEXT CHECK (use = 'home' OR use = 'business');  -- home or business: the household's periods are for homes (W15)
ALTER TABLE appliance ADD COLUMN
  remote_sale INTEGER CHECK (remote_sale BETWEEN 0 AND 1);  -- 1: bought by phone or on the net
ALTER TABLE appliance ADD COLUMN
  discontinued_on TEXT CHECK (date(discontinued_on, '+0 days') IS discontinued_on);  -- local date from which on its model is made no more (W16)

-- completed: why the guarantee does not cover the repair, and what proves it. As all of a fact they never change.
ALTER TABLE event ADD COLUMN
  exclusion TEXT CHECK (exclusion IS NULL OR kind = 'completed' AND (exclusion = 'misuse' OR exclusion = 'opened_by_others' OR exclusion = 'no_proof_of_purchase' OR exclusion = 'altered_certificate' OR exclusion = 'force_majeure'));  -- completed: why the guarantee does not cover it (W14)
ALTER TABLE event ADD COLUMN
  evidence TEXT CHECK (evidence IS NULL OR kind = 'completed' AND evidence <> '');  -- completed: what proves the exclusion, such as a note or a photo (W13)
DROP TRIGGER event_only_voids;
CREATE TRIGGER event_only_voids BEFORE UPDATE OF id, ticket_id, kind, at, technician_id, window_from, window_to,
  asked_by, no_access, cause, outcome, reason, cancelled_by, duplicate_of_id, score, satisfied, source, note,
  corrects_id, recorded_at, actor, origin, exclusion, evidence
  ON event
BEGIN SELECT raise(ABORT, 'events are voided, never changed'); END;

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

-- How long the guarantee of a category lasts, a set of rules: of those that hold on the day on which it begins, the
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

-- Which parts of a category are main parts, a set of rules: of each part the newest that holds on the day on which the
-- guarantee begins (W5).
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
