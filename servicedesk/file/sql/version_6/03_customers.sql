-- Customers, their households, phones and tiers.

-- Customers who live together.
CREATE TABLE household (
  id INTEGER PRIMARY KEY,
  name TEXT CHECK (name <> ''),  -- what the desk calls it
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;

-- The customers of the outlet: one row for each person or firm.
CREATE TABLE customer (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL CHECK (name <> ''),
  kind TEXT CHECK (kind = 'trade'),  -- trade: a chain or a shop; NULL: a household
  -- trade: chain, store or shop
  trade_class TEXT CHECK (trade_class IS NULL OR kind = 'trade' AND (
    trade_class = 'multinational' OR trade_class = 'national' OR trade_class = 'department_store'
    OR trade_class = 'franchise' OR trade_class = 'specialist')),
  household_id INTEGER REFERENCES household,  -- whom the customer lives with
  household_relation TEXT CHECK (household_relation <> ''),  -- as the desk typed it: mother, tenant
  address TEXT CHECK (address <> ''),
  area TEXT CHECK (area <> ''),  -- part of the town, as technicians have it
  -- the customer who sent this one
  introduced_by_id INTEGER REFERENCES customer CHECK (introduced_by_id <> id),
  source TEXT,  -- name of the file that an import brought the customer from
  ref TEXT,  -- the key there
  digest TEXT,  -- of what the file said, so that a repeated import knows it
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  merged_into_id INTEGER REFERENCES customer,  -- the customer that this one turned out to be
  forgotten_at TEXT,  -- when the person was erased ('customer forget')
  voided_at TEXT,
  voided_by TEXT
) STRICT;
CREATE INDEX customer_name ON customer (name);
CREATE INDEX customer_household ON customer (household_id) WHERE household_id IS NOT NULL;
CREATE UNIQUE INDEX customer_ref ON customer (source, ref) WHERE ref IS NOT NULL AND voided_at IS NULL;
CREATE INDEX customer_merged ON customer (merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX customer_origin ON customer (origin) WHERE origin <> 'typed';
CREATE INDEX customer_introduced ON customer (introduced_by_id) WHERE introduced_by_id IS NOT NULL;

-- Phones of customers. base/sameness.py says how numbers are compared.
CREATE TABLE phone (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer,
  number TEXT NOT NULL CHECK (number <> ''),  -- as it was typed
  digits TEXT NOT NULL CHECK (digits <> ''),  -- what numbers are compared by
  extension TEXT CHECK (extension <> ''),  -- what stands behind the number
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;
CREATE UNIQUE INDEX phone_customer ON phone (customer_id, digits, coalesce(extension, '')) WHERE voided_at IS NULL;
CREATE INDEX phone_digits ON phone (digits);
CREATE INDEX phone_origin ON phone (origin) WHERE origin <> 'typed';

-- End-user tier from a day on; before the first row a customer is ordinary. Of rows that apply on a day the
-- latest from_on wins, then the latest recorded.
CREATE TABLE tier (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer,
  tier TEXT NOT NULL CHECK (tier = 'ordinary' OR tier = 'vip' OR tier = 'full_set' OR tier = 'project'),
  from_on TEXT NOT NULL CHECK (date(from_on, '+0 days') IS from_on),  -- local date from which on the tier holds
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;
CREATE INDEX tier_customer ON tier (customer_id, from_on);

-- Whether a customer wants calls, visits or marketing from `at` on. The latest row of a purpose counts. Rows are added
-- and voided, never changed; given_by: how the customer said it, as 'letter'.
CREATE TABLE consent (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer,
  purpose TEXT NOT NULL CHECK (purpose = 'calls' OR purpose = 'visits' OR purpose = 'marketing'),
  wanted TEXT NOT NULL CHECK (wanted = 'yes' OR wanted = 'no'),
  given_by TEXT CHECK (given_by <> ''),  -- how it was said, as letter
  at TEXT NOT NULL,  -- from when on it holds
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  at_unix INTEGER AS (unixepoch(at)) VIRTUAL,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK (at_unix IS NOT NULL AND recorded_unix IS NOT NULL),
  CHECK (at_unix <= recorded_unix),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE INDEX consent_customer ON consent (customer_id, purpose, at_unix);
CREATE INDEX consent_origin ON consent (origin) WHERE origin <> 'typed';
