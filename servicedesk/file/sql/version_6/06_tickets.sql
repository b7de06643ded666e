-- Tickets and the log of what happened to them.

-- A ticket is what was asked for; everything that happened to it is in event, its report included.
-- An undone ticket counts as ended: its ended_at is the moment of the undo, so that no list shows it as open.
CREATE TABLE ticket (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL CHECK (type = 'repair' OR type = 'install' OR type = 'maintenance' OR type = 'guidance'
                            OR type = 'design' OR type = 'upgrade' OR type = 'delivery'),
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
  contract_id INTEGER REFERENCES contract,  -- its visit is one of this contract's
  asked_for_id INTEGER REFERENCES technician,  -- whom the customer asked for by name
  mode TEXT CHECK (mode = 'pickup'),  -- pickup: the appliance is fetched, repaired in the workshop and brought back
  -- 1: a mystery shopper's, in no figure
  is_mystery INTEGER NOT NULL DEFAULT 0 CHECK (is_mystery BETWEEN 0 AND 1),
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
CREATE INDEX ticket_contract ON ticket (contract_id) WHERE contract_id IS NOT NULL;
CREATE INDEX ticket_mystery ON ticket (id) WHERE is_mystery = 1;
-- 'ticket find' reads this from end to end, a tenth of the table: 10 ms for 100,000 tickets.
CREATE INDEX ticket_words ON ticket (id, fault, text) WHERE voided_at IS NULL;

-- The log of tickets. Rows are added and voided, never changed and never deleted. A correction voids a row and
-- adds another. In corrects_id it names the first row of that chain, so that a corrected answer keeps its place.
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
  -- arrived: 1, the appliance was taken to the workshop
  collected INTEGER CHECK (collected IS NULL OR kind = 'arrived' AND no_access = 0 AND collected = 1),
  cause TEXT,  -- waiting: what for
  part_id INTEGER REFERENCES part CHECK (part_id IS NULL OR kind = 'waiting'),  -- waiting: for which part
  outcome TEXT,  -- completed: what came of it
  -- completed: why the guarantee does not cover it (W14)
  exclusion TEXT CHECK (exclusion IS NULL OR kind = 'completed' AND (
    exclusion = 'misuse' OR exclusion = 'opened_by_others' OR exclusion = 'no_proof_of_purchase'
    OR exclusion = 'altered_certificate' OR exclusion = 'force_majeure')),
  -- completed: what proves the exclusion, such as a note or a photo (W13)
  evidence TEXT CHECK (evidence IS NULL OR kind = 'completed' AND evidence <> ''),
  found TEXT CHECK (found IS NULL OR kind = 'completed' AND found <> ''),  -- completed: code of the fault that was found
  -- completed: code of its cause
  found_cause TEXT CHECK (found_cause IS NULL OR kind = 'completed' AND found_cause <> ''),
  -- completed: what helped
  solution_id INTEGER REFERENCES solution CHECK (solution_id IS NULL OR kind = 'completed'),
  -- completed: the steps of the checklist that were done, between commas; NULL: nobody said
  steps_done TEXT CHECK (steps_done IS NULL OR kind = 'completed'),
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
CREATE INDEX event_part ON event (part_id) WHERE part_id IS NOT NULL;
CREATE INDEX event_found ON event (found) WHERE found IS NOT NULL AND voided_at IS NULL;
CREATE INDEX event_found_cause ON event (found_cause) WHERE found_cause IS NOT NULL AND voided_at IS NULL;
CREATE INDEX event_solution ON event (solution_id) WHERE solution_id IS NOT NULL;
CREATE INDEX event_collected ON event (ticket_id) WHERE collected = 1;
-- 'ticket find' reads this from end to end too.
CREATE INDEX event_note ON event (ticket_id, note) WHERE note IS NOT NULL AND voided_at IS NULL;
-- Answers in the order in which they were given, for the list of them.
CREATE INDEX event_answer ON event (at_unix) WHERE kind = 'surveyed';
