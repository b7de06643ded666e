-- Notes, and the earlier values of changed fields.

-- Notes on customers, appliances, tickets and households: whether a note is about the person (personal) or about a
-- child under 14, and whether there is consent to it.
CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER REFERENCES customer,
  appliance_id INTEGER REFERENCES appliance,
  ticket_id INTEGER REFERENCES ticket,
  household_id INTEGER REFERENCES household,
  text TEXT NOT NULL CHECK (text <> ''),
  on_md TEXT CHECK (on_md GLOB '[01][0-9]-[0-3][0-9]'),  -- month and day on which the note is due, as 12-05
  yearly INTEGER NOT NULL DEFAULT 0 CHECK (yearly BETWEEN 0 AND 1),  -- 1: every year
  file TEXT CHECK (file <> ''),  -- a photo or a paper, where it lies: from the folder of this file, or absolute
  file_sha256 TEXT CHECK (file_sha256 IS NULL OR length(file_sha256) = 64),  -- what the file was like
  gift TEXT CHECK (gift <> ''),  -- what the customer was given, as cake
  cost_fen INTEGER CHECK (cost_fen IS NULL OR cost_fen >= 0 AND gift IS NOT NULL),  -- what the gift cost, in fen
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  personal INTEGER NOT NULL DEFAULT 0 CHECK (personal BETWEEN 0 AND 1),  -- 1: about the person, not the thing
  under_14 INTEGER NOT NULL DEFAULT 0 CHECK (under_14 BETWEEN 0 AND 1),  -- 1: about a child under 14
  -- 1: the person, or the child's parents, consented
  consent INTEGER NOT NULL DEFAULT 0 CHECK (consent BETWEEN 0 AND 1),
  CHECK ((customer_id IS NOT NULL) + (appliance_id IS NOT NULL) + (ticket_id IS NOT NULL) + (household_id IS NOT NULL) = 1)
) STRICT;
CREATE INDEX note_customer ON note (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX note_appliance ON note (appliance_id) WHERE appliance_id IS NOT NULL;
CREATE INDEX note_ticket ON note (ticket_id) WHERE ticket_id IS NOT NULL;

-- Earlier values of customers, appliances, technicians, tickets and complaints: one row per changed field. The row
-- itself holds the newest value; the value at an instant is `old` of the first change recorded after it, else the newest.
CREATE TABLE change (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER REFERENCES customer,
  appliance_id INTEGER REFERENCES appliance,
  technician_id INTEGER REFERENCES technician,
  ticket_id INTEGER REFERENCES ticket,
  complaint_id INTEGER REFERENCES complaint,
  field TEXT NOT NULL,  -- the column
  old TEXT,  -- what it said before
  new TEXT,  -- what it says from then on
  on_date TEXT,  -- local date of a transfer or a retirement
  -- 1: taken back, or its taking back: counts for figures as of then, is not shown as history
  undone INTEGER NOT NULL DEFAULT 0 CHECK (undone BETWEEN 0 AND 1),
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  CHECK ((customer_id IS NOT NULL) + (appliance_id IS NOT NULL) + (technician_id IS NOT NULL)
       + (ticket_id IS NOT NULL) + (complaint_id IS NOT NULL) = 1)
) STRICT;
CREATE INDEX change_ticket ON change (ticket_id, field, recorded_unix) WHERE ticket_id IS NOT NULL;
CREATE INDEX change_ticket_appliance ON change (old) WHERE ticket_id IS NOT NULL AND field = 'appliance_id';
CREATE INDEX change_customer ON change (customer_id, field, recorded_unix) WHERE customer_id IS NOT NULL;
CREATE INDEX change_technician ON change (technician_id, field, recorded_unix) WHERE technician_id IS NOT NULL;
CREATE INDEX change_appliance ON change (appliance_id, field, recorded_unix) WHERE appliance_id IS NOT NULL;
CREATE INDEX change_complaint ON change (complaint_id, field, recorded_unix) WHERE complaint_id IS NOT NULL;
