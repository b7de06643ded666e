-- Public events of the outlet, and who came (S42): the noun `event` of the commands. (The table event is the log of
-- tickets.)

-- A public event: a user school, a day of free repairs, a lecture.
CREATE TABLE public_event (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind = 'school' OR kind = 'free_repair' OR kind = 'lecture'),
  on_date TEXT NOT NULL CHECK (date(on_date, '+0 days') IS on_date),  -- local date
  place TEXT NOT NULL CHECK (place <> ''),
  topic TEXT CHECK (topic <> ''),
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
CREATE TRIGGER public_event_only_voids BEFORE UPDATE OF id, kind, on_date, place, topic, recorded_at, actor, origin
  ON public_event
BEGIN SELECT raise(ABORT, 'events are voided, never changed'); END;

-- A customer who came to a public event, with the appliance that was looked at and the ticket opened for its fault.
CREATE TABLE attendance (
  id INTEGER PRIMARY KEY,
  public_event_id INTEGER NOT NULL REFERENCES public_event,
  customer_id INTEGER NOT NULL REFERENCES customer,
  appliance_id INTEGER REFERENCES appliance,
  ticket_id INTEGER REFERENCES ticket,
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK (ticket_id IS NULL OR appliance_id IS NOT NULL),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE INDEX attendance_event ON attendance (public_event_id);
CREATE INDEX attendance_customer ON attendance (customer_id);
