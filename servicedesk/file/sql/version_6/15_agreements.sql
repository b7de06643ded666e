-- Agreements with customers, and consumables that are sent to them regularly. Contracts end, are voided or go on; their
-- terms never change: another agreement is another contract.

-- A service contract, an extension of a guarantee, or the contract of a project.
CREATE TABLE contract (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer,
  kind TEXT NOT NULL CHECK (kind = 'service' OR kind = 'extension' OR kind = 'project'),
  from_on TEXT NOT NULL CHECK (date(from_on, '+0 days') IS from_on),  -- local date of its first day
  to_on TEXT NOT NULL CHECK (date(to_on, '+0 days') IS to_on),  -- local date of its last day
  visits INTEGER CHECK (visits BETWEEN 1 AND 1000),  -- how many visits it includes; NULL: none is agreed
  respond_minutes INTEGER CHECK (respond_minutes BETWEEN 1 AND 100000),  -- from a report to an arrival; NULL: not agreed
  warn_days INTEGER NOT NULL CHECK (warn_days BETWEEN 0 AND 3650),  -- how long before its end 'contract due' names it
  scope TEXT CHECK (scope <> ''),  -- what it covers, in words
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK (from_on <= to_on),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE INDEX contract_customer ON contract (customer_id);
CREATE TRIGGER contract_only_voids BEFORE UPDATE OF id, kind, from_on, to_on, visits, respond_minutes, warn_days,
  recorded_at, actor, origin
  ON contract
BEGIN SELECT raise(ABORT, 'contracts are voided or ended, never changed'); END;

-- The appliances that a contract covers. A contract without any covers all appliances of its customer.
CREATE TABLE contract_appliance (
  id INTEGER PRIMARY KEY,
  contract_id INTEGER NOT NULL REFERENCES contract,
  appliance_id INTEGER NOT NULL REFERENCES appliance,
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE INDEX contract_appliance_contract ON contract_appliance (contract_id);
CREATE INDEX contract_appliance_appliance ON contract_appliance (appliance_id);

-- The end of a contract before its last day.
CREATE TABLE contract_end (
  id INTEGER PRIMARY KEY,
  contract_id INTEGER NOT NULL REFERENCES contract,
  on_date TEXT NOT NULL CHECK (date(on_date, '+0 days') IS on_date),  -- local date of the last day on which it held
  reason TEXT CHECK (reason <> ''),
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX contract_end_contract ON contract_end (contract_id) WHERE voided_at IS NULL;

-- Consumables that are sent for an appliance regularly, as six oil nets a year. The n-th is due n times 12 / per_year
-- months after base_on (domain/agreements/consumables.py), so that none is lost and none comes twice.
CREATE TABLE consumable (
  id INTEGER PRIMARY KEY,
  appliance_id INTEGER NOT NULL REFERENCES appliance,
  item TEXT NOT NULL CHECK (item <> ''),  -- what is sent, as oil_net
  per_year INTEGER NOT NULL CHECK (per_year BETWEEN 1 AND 12),  -- how many a year
  is_free INTEGER NOT NULL CHECK (is_free BETWEEN 0 AND 1),  -- 1: the customer pays nothing
  base_on TEXT NOT NULL CHECK (date(base_on, '+0 days') IS base_on),  -- local date from which the due dates count
  from_on TEXT NOT NULL CHECK (date(from_on, '+0 days') IS from_on),  -- local date before which nothing falls due
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK (base_on <= from_on),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE INDEX consumable_appliance ON consumable (appliance_id);
CREATE TRIGGER consumable_only_voids BEFORE UPDATE OF id, appliance_id, item, per_year, is_free, base_on, from_on,
  recorded_at, actor, origin
  ON consumable
BEGIN SELECT raise(ABORT, 'consumables are voided or stopped, never changed'); END;

-- When the n-th of a consumable was sent: one row.
CREATE TABLE consumable_sent (
  id INTEGER PRIMARY KEY,
  consumable_id INTEGER NOT NULL REFERENCES consumable,
  number INTEGER NOT NULL CHECK (number >= 1),  -- the n-th since base_on
  on_date TEXT NOT NULL CHECK (date(on_date, '+0 days') IS on_date),  -- local date on which it was sent
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
CREATE UNIQUE INDEX consumable_sent_once ON consumable_sent (consumable_id, number) WHERE voided_at IS NULL;

-- The day from which on a consumable is not sent any more.
CREATE TABLE consumable_stop (
  id INTEGER PRIMARY KEY,
  consumable_id INTEGER NOT NULL REFERENCES consumable,
  on_date TEXT NOT NULL CHECK (date(on_date, '+0 days') IS on_date),  -- local date from which on nothing falls due
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX consumable_stop_once ON consumable_stop (consumable_id) WHERE voided_at IS NULL;
