-- Tickets and the log of what happened to them.

-- A ticket is what was asked for; everything that happened to it is in event, its report included.
-- An undone ticket is over: its ended_at is that moment, so that nobody finds it open.
CREATE TABLE ticket (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL CHECK (type = 'repair' OR type = 'install' OR type = 'maintenance' OR type = 'guidance'),
  customer_id INTEGER REFERENCES customer,
  appliance_id INTEGER REFERENCES appliance,
  channel TEXT NOT NULL DEFAULT 'hotline' CHECK (channel <> ''),  -- how the customer called, as hotline
  fault TEXT CHECK (fault <> ''),  -- code of the fault, as not_cooling
  text TEXT CHECK (text <> ''),  -- what the customer said
  area TEXT CHECK (area <> ''),  -- part of the town, where it differs from the customer's
  -- the ticket whose work this one goes on with
  follows_ticket_id INTEGER REFERENCES ticket CHECK (follows_ticket_id <> id),
  -- 1: a repair of a fault that was found at a visit
  on_site INTEGER NOT NULL DEFAULT 0 CHECK (on_site BETWEEN 0 AND 1),
  -- 1: imported from a file that does not say when tickets were assigned
  assignment_unknown INTEGER NOT NULL DEFAULT 0 CHECK (assignment_unknown BETWEEN 0 AND 1),
  ended_at TEXT,  -- when it was completed, cancelled or undone; NULL while it is open. The triggers keep it
  source TEXT,  -- name of the file that an import brought it from
  ref TEXT,  -- the key there
  digest TEXT,  -- of what the file said
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;
CREATE INDEX ticket_customer ON ticket (customer_id);
CREATE INDEX ticket_appliance ON ticket (appliance_id, type) WHERE appliance_id IS NOT NULL;
CREATE INDEX ticket_open ON ticket (type) WHERE ended_at IS NULL;
CREATE INDEX ticket_follows ON ticket (follows_ticket_id) WHERE follows_ticket_id IS NOT NULL;
CREATE UNIQUE INDEX ticket_ref ON ticket (source, ref) WHERE ref IS NOT NULL AND voided_at IS NULL;
CREATE INDEX ticket_origin ON ticket (origin) WHERE origin <> 'typed';

-- The log of tickets. Rows are added and voided, never changed and never deleted. A correction voids a fact and
-- adds another that names the first of its line in corrects_id, so that a corrected answer keeps its place.
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL REFERENCES ticket,
  kind TEXT NOT NULL,
  at TEXT NOT NULL,  -- when it happened
  technician_id INTEGER REFERENCES technician,  -- who is assigned, came, or did the work
  window_from TEXT,  -- appointed: when the visit may begin
  window_to TEXT,  -- appointed: when the window ends
  asked_by TEXT,  -- appointed: whose wish the window is
  no_access INTEGER,  -- arrived: 1 where nobody opened
  cause TEXT,  -- waiting: what for
  outcome TEXT,  -- completed: what came of it
  reason TEXT,  -- cancelled: why; surveyed: why not satisfied
  cancelled_by TEXT,  -- cancelled: whose wish it was
  duplicate_of_id INTEGER REFERENCES ticket,  -- cancelled: the ticket of the same call that stays
  score INTEGER,  -- surveyed: 1 to 5
  satisfied INTEGER,  -- surveyed: 0 or 1, where no score was asked for
  source TEXT,  -- surveyed: how the answer was collected
  note TEXT CHECK (note <> ''),
  corrects_id INTEGER REFERENCES event,  -- the first fact of the line that this one corrects
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  at_unix INTEGER AS (unixepoch(at)) VIRTUAL,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  window_to_unix INTEGER AS (unixepoch(window_to)) VIRTUAL,
  -- One comparison a kind: IN with a list costs an import three times its speed.
  CHECK (kind = 'reported' OR kind = 'assigned' OR kind = 'appointed' OR kind = 'arrived' OR kind = 'waiting'
      OR kind = 'resumed' OR kind = 'completed' OR kind = 'cancelled' OR kind = 'surveyed' OR kind = 'announced'),
  CHECK (at_unix IS NOT NULL AND recorded_unix IS NOT NULL),
  CHECK (at_unix <= recorded_unix),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL)),
  CHECK (kind <> 'assigned' OR technician_id IS NOT NULL),
  CHECK ((kind = 'appointed') = (window_from IS NOT NULL) AND (kind = 'appointed') = (window_to IS NOT NULL)),
  CHECK (window_from IS NULL OR unixepoch(window_from) < window_to_unix),
  CHECK ((kind = 'appointed') = (asked_by IS NOT NULL) AND (asked_by IS NULL OR asked_by = 'customer' OR asked_by = 'outlet')),
  CHECK ((kind = 'arrived') = (no_access IS NOT NULL) AND (no_access IS NULL OR no_access BETWEEN 0 AND 1)),
  CHECK ((kind = 'waiting') = (cause IS NOT NULL)),
  CHECK (cause IS NULL OR cause = 'manufacturer_part' OR cause = 'outlet_part' OR cause = 'repairer' OR cause = 'customer'),
  CHECK (source IS NULL OR source = 'callback' OR source = 'sms' OR source = 'paper' OR source = 'technician'),
  CHECK ((kind = 'completed') = (outcome IS NOT NULL)),
  CHECK ((kind = 'cancelled') = (cancelled_by IS NOT NULL) AND (cancelled_by IS NULL OR cancelled_by = 'customer' OR cancelled_by = 'outlet')),
  CHECK (duplicate_of_id IS NULL OR reason = 'duplicate' AND duplicate_of_id <> ticket_id),
  CHECK ((kind = 'surveyed') = (score IS NOT NULL) + (satisfied IS NOT NULL)),
  CHECK (score IS NULL OR score BETWEEN 1 AND 5),
  CHECK (satisfied IS NULL OR satisfied BETWEEN 0 AND 1)
) STRICT;
CREATE INDEX event_ticket ON event (ticket_id, kind, at_unix);
-- Only the kinds that are looked for by kind: reports (lists), windows and waiting (figures).
CREATE INDEX event_kind ON event (kind, at_unix, ticket_id) WHERE kind = 'reported' OR kind = 'appointed' OR kind = 'waiting';
CREATE INDEX event_origin ON event (origin) WHERE origin <> 'typed';
