-- How a job is done: pick-up and loan, checklists.

-- Handovers around a collected appliance: another one is lent to the customer meanwhile, and the customer's own is
-- returned, which ends the loan.
CREATE TABLE handover (
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL REFERENCES ticket,
  kind TEXT NOT NULL CHECK (kind = 'lent' OR kind = 'returned'),
  appliance_id INTEGER REFERENCES appliance,  -- lent: which one
  at TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  at_unix INTEGER AS (unixepoch(at)) VIRTUAL,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK ((kind = 'lent') = (appliance_id IS NOT NULL)),
  CHECK (at_unix IS NOT NULL AND recorded_unix IS NOT NULL),
  CHECK (at_unix <= recorded_unix),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX handover_ticket ON handover (ticket_id, kind) WHERE voided_at IS NULL;
CREATE INDEX handover_appliance ON handover (appliance_id) WHERE appliance_id IS NOT NULL;

-- The steps of a visit, by the type of its ticket. The newest row that holds on the day of the completion counts.
CREATE TABLE checklist (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL CHECK (type <> ''),  -- of tickets, as install
  steps TEXT NOT NULL,  -- their codes in order, between commas; empty: none any more
  from_on TEXT NOT NULL CHECK (date(from_on, '+0 days') IS from_on),  -- local date from which on it holds
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;
