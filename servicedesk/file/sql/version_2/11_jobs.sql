-- How a job is done: more types of work, pick-up and loan, checklists, mystery shoppers, papers of technicians.

-- A column's CHECK goes with its column: the types get a new one, and what reads them is made anew.
DROP VIEW breach_outcome;
DROP INDEX ticket_appliance;
DROP INDEX ticket_open;
ALTER TABLE ticket ADD COLUMN
  work TEXT NOT NULL DEFAULT 'repair' CHECK (work = 'repair' OR work = 'install' OR work = 'maintenance' OR work = 'guidance' OR work = 'design' OR work = 'upgrade' OR work = 'delivery');
UPDATE ticket SET work = type;
ALTER TABLE ticket DROP COLUMN type;
ALTER TABLE ticket RENAME COLUMN work TO type;
CREATE INDEX ticket_appliance ON ticket (appliance_id, type) WHERE appliance_id IS NOT NULL;
CREATE INDEX ticket_open ON ticket (type) WHERE ended_at IS NULL;

-- A repair ends in one of the outcomes of repairs, any other ticket in one of the others.
CREATE VIEW breach_outcome AS
SELECT t.id, d.id AS fact_id
  FROM event d
  JOIN ticket t ON t.id = d.ticket_id
 WHERE d.kind = 'completed' AND d.voided_at IS NULL
   AND NOT CASE t.type
             WHEN 'repair' THEN d.outcome IN ('fixed', 'no_fault_found', 'user_caused', 'not_repairable', 'exchanged',
                                              'referred', 'resolved_remotely')
             ELSE d.outcome IN ('done', 'referred', 'resolved_remotely') END;

ALTER TABLE ticket ADD COLUMN
  mode TEXT CHECK (mode = 'pickup');  -- pickup: the appliance is fetched, repaired in the workshop and brought back
ALTER TABLE ticket ADD COLUMN
  is_mystery INTEGER NOT NULL DEFAULT 0 CHECK (is_mystery BETWEEN 0 AND 1);  -- 1: a mystery shopper's, in no figure
CREATE INDEX ticket_mystery ON ticket (id) WHERE is_mystery = 1;

ALTER TABLE event ADD COLUMN
  collected INTEGER CHECK (collected IS NULL OR kind = 'arrived' AND no_access = 0 AND collected = 1);  -- arrived: 1, the appliance was taken to the workshop
ALTER TABLE event ADD COLUMN
  steps_done TEXT CHECK (steps_done IS NULL OR kind = 'completed');  -- completed: the steps of the checklist that were done, between commas; NULL: nobody said
CREATE INDEX event_collected ON event (ticket_id) WHERE collected = 1;
CREATE TRIGGER event_keeps_job BEFORE UPDATE OF collected, steps_done ON event
BEGIN SELECT raise(ABORT, 'events are voided, never changed'); END;

-- What goes back and forth with a collected appliance: one lent meanwhile, and the customer's own when it is returned,
-- which ends the loan.
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

-- The steps of a visit by the type of its ticket, a set of rules: the newest that holds on the day of the completion.
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

-- What a technician has: certificates by category (the one that ends last counts), one badge, trainings.
CREATE TABLE credential (
  id INTEGER PRIMARY KEY,
  technician_id INTEGER NOT NULL REFERENCES technician,
  kind TEXT NOT NULL CHECK (kind = 'certificate' OR kind = 'badge' OR kind = 'training'),
  category TEXT REFERENCES category,  -- certificate: for which appliances
  number TEXT CHECK (number <> ''),  -- of the certificate or the badge, as it was typed
  text TEXT CHECK (text <> ''),  -- training: in what
  on_date TEXT CHECK (date(on_date, '+0 days') IS on_date),  -- training: local date
  until_on TEXT CHECK (date(until_on, '+0 days') IS until_on),  -- the last local date on which it holds; NULL: no end
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  CHECK ((kind = 'certificate') = (category IS NOT NULL)),
  CHECK ((kind = 'training') = (text IS NOT NULL) AND (kind = 'training') = (on_date IS NOT NULL)),
  CHECK (kind <> 'certificate' OR until_on IS NOT NULL),
  CHECK (kind <> 'badge' OR number IS NOT NULL)
) STRICT;
CREATE INDEX credential_technician ON credential (technician_id, kind);
CREATE UNIQUE INDEX credential_badge ON credential (number) WHERE kind = 'badge' AND voided_at IS NULL;
