-- The file of one outlet. Facts carry two times: …_at when it happened, recorded_at when it was typed.
-- Instants are RFC 3339 text with the outlet's offset; the local date is the first ten characters;
-- order and differences go through …_unix. Nothing is empty text: unknown is NULL.
-- origin: how a fact came in. 'typed', 'pinned' (under a pinned clock), 'imported'.

CREATE TABLE outlet (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL CHECK (name <> ''),
  zone TEXT NOT NULL,
  uuid TEXT NOT NULL,
  classroom INTEGER NOT NULL DEFAULT 0 CHECK (classroom BETWEEN 0 AND 1),
  maintenance_since TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE category (
  code TEXT PRIMARY KEY CHECK (code <> ''),
  label_zh TEXT,
  safe_life_years INTEGER,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL
) STRICT;

-- Years between birthdays, the rule set of domain.md 4.1. NULL stands for "any"; the newest row valid on the
-- birthday wins within (category, tier), the shortest interval among those that apply (M11, M20).
CREATE TABLE maintenance_interval (
  id INTEGER PRIMARY KEY,
  category TEXT REFERENCES category,
  tier TEXT,
  years INTEGER NOT NULL CHECK (years BETWEEN 1 AND 100),
  from_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL
) STRICT;

CREATE TABLE household (
  id INTEGER PRIMARY KEY,
  name TEXT CHECK (name <> ''),
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL
) STRICT;

CREATE TABLE customer (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL CHECK (name <> ''),
  household_id INTEGER REFERENCES household,
  household_relation TEXT CHECK (household_relation <> ''),
  address TEXT CHECK (address <> ''),
  area TEXT CHECK (area <> ''),
  source TEXT,
  ref TEXT,
  digest TEXT,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL
) STRICT;
CREATE INDEX customer_name ON customer (name);
CREATE INDEX customer_household ON customer (household_id) WHERE household_id IS NOT NULL;
CREATE UNIQUE INDEX customer_ref ON customer (source, ref) WHERE ref IS NOT NULL;

-- number as it was typed; digits is what numbers are compared by.
CREATE TABLE phone (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer,
  number TEXT NOT NULL CHECK (number <> ''),
  digits TEXT NOT NULL CHECK (digits <> ''),
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
  voided_at TEXT,
  voided_by TEXT
) STRICT;
CREATE UNIQUE INDEX phone_customer ON phone (customer_id, digits) WHERE voided_at IS NULL;
CREATE INDEX phone_digits ON phone (digits);

-- End-user tier from a day on; before the first row a customer is ordinary. Of rows that apply on a day the
-- latest from_on wins, then the latest recorded.
CREATE TABLE tier (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer,
  tier TEXT NOT NULL CHECK (tier = 'ordinary' OR tier = 'vip' OR tier = 'full_set' OR tier = 'project'),
  from_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL
) STRICT;
CREATE INDEX tier_customer ON tier (customer_id, from_on);

CREATE TABLE appliance (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER REFERENCES customer,
  category TEXT NOT NULL REFERENCES category,
  brand TEXT COLLATE NOCASE CHECK (brand <> ''),
  model TEXT CHECK (model <> ''),
  serial TEXT CHECK (serial <> ''),
  bought_on TEXT,
  bought_precision TEXT NOT NULL DEFAULT 'unknown',
  installed_on TEXT,
  installed_precision TEXT NOT NULL DEFAULT 'unknown',
  retired_on TEXT,
  retire_reason TEXT CHECK (retire_reason <> ''),
  source TEXT,
  ref TEXT,
  digest TEXT,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
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
  CHECK ((bought_on IS NULL) = (bought_precision = 'unknown')),
  CHECK ((installed_on IS NULL) = (installed_precision = 'unknown')),
  CHECK ((retired_on IS NULL) = (retire_reason IS NULL))
) STRICT;
CREATE INDEX appliance_customer ON appliance (customer_id);
CREATE UNIQUE INDEX appliance_serial ON appliance (coalesce(brand, '') COLLATE NOCASE, serial) WHERE serial IS NOT NULL;
CREATE UNIQUE INDEX appliance_ref ON appliance (source, ref) WHERE ref IS NOT NULL;

CREATE TABLE technician (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  left_on TEXT,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL
) STRICT;

-- No skill at all means every category.
CREATE TABLE technician_skill (
  technician_id INTEGER NOT NULL REFERENCES technician,
  category TEXT NOT NULL REFERENCES category,
  PRIMARY KEY (technician_id, category)
) STRICT, WITHOUT ROWID;

CREATE TABLE technician_area (
  technician_id INTEGER NOT NULL REFERENCES technician,
  area TEXT NOT NULL CHECK (area <> ''),
  PRIMARY KEY (technician_id, area)
) STRICT, WITHOUT ROWID;

-- Both days included.
CREATE TABLE absence (
  id INTEGER PRIMARY KEY,
  technician_id INTEGER NOT NULL REFERENCES technician,
  from_on TEXT NOT NULL,
  to_on TEXT NOT NULL CHECK (to_on >= from_on),
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
  UNIQUE (technician_id, from_on, to_on)
) STRICT;

-- What a customer, an appliance, a technician or a ticket was before: one row per changed field. The row itself holds the
-- newest value; the value at an instant is `old` of the first change recorded after it, else the newest.
-- on_date: the day a transfer or a retirement took place.
CREATE TABLE change (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER REFERENCES customer,
  appliance_id INTEGER REFERENCES appliance,
  technician_id INTEGER REFERENCES technician,
  ticket_id INTEGER REFERENCES ticket,
  field TEXT NOT NULL,
  old TEXT,
  new TEXT,
  on_date TEXT,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  CHECK ((customer_id IS NOT NULL) + (appliance_id IS NOT NULL) + (technician_id IS NOT NULL)
       + (ticket_id IS NOT NULL) = 1)
) STRICT;
CREATE INDEX change_ticket ON change (ticket_id, field, recorded_unix) WHERE ticket_id IS NOT NULL;
CREATE INDEX change_customer ON change (customer_id, field, recorded_unix) WHERE customer_id IS NOT NULL;
CREATE INDEX change_technician ON change (technician_id, field, recorded_unix) WHERE technician_id IS NOT NULL;
CREATE INDEX change_appliance ON change (appliance_id, field, recorded_unix) WHERE appliance_id IS NOT NULL;

-- A ticket is what was asked for; everything that happened to it is in event, its report included.
-- ended_at is kept by the triggers below: when it was completed or cancelled, NULL while it is open.
CREATE TABLE ticket (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL CHECK (type = 'repair' OR type = 'install' OR type = 'maintenance' OR type = 'guidance'),
  customer_id INTEGER REFERENCES customer,
  appliance_id INTEGER REFERENCES appliance,
  channel TEXT NOT NULL DEFAULT 'hotline' CHECK (channel <> ''),
  fault TEXT CHECK (fault <> ''),
  text TEXT CHECK (text <> ''),
  area TEXT CHECK (area <> ''),
  follows_ticket_id INTEGER REFERENCES ticket,
  on_site INTEGER NOT NULL DEFAULT 0 CHECK (on_site BETWEEN 0 AND 1),
  ended_at TEXT,
  source TEXT,
  ref TEXT,
  digest TEXT,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL
) STRICT;
CREATE INDEX ticket_customer ON ticket (customer_id);
CREATE INDEX ticket_appliance ON ticket (appliance_id, type) WHERE appliance_id IS NOT NULL;
CREATE INDEX ticket_open ON ticket (type) WHERE ended_at IS NULL;
CREATE INDEX ticket_follows ON ticket (follows_ticket_id) WHERE follows_ticket_id IS NOT NULL;
CREATE UNIQUE INDEX ticket_ref ON ticket (source, ref) WHERE ref IS NOT NULL;

-- The log of tickets. Rows are added and voided, never changed and never deleted. A correction voids a fact and
-- adds another that names the first of its line in corrects_id, so that a corrected answer keeps its place.
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL REFERENCES ticket,
  kind TEXT NOT NULL,
  at TEXT NOT NULL,
  technician_id INTEGER REFERENCES technician,
  window_from TEXT,
  window_to TEXT,
  asked_by TEXT,
  no_access INTEGER,
  cause TEXT,
  outcome TEXT,
  reason TEXT,
  cancelled_by TEXT,
  duplicate_of_id INTEGER REFERENCES ticket,
  score INTEGER,
  satisfied INTEGER,
  source TEXT,
  note TEXT CHECK (note <> ''),
  corrects_id INTEGER REFERENCES event,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  at_unix INTEGER AS (unixepoch(at)) VIRTUAL,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  window_to_unix INTEGER AS (unixepoch(window_to)) VIRTUAL,
  -- One comparison a kind: IN with a list costs an import three times its speed (performance.md).
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
  CHECK ((kind = 'completed') = (outcome IS NOT NULL)),
  CHECK ((kind = 'cancelled') = (cancelled_by IS NOT NULL) AND (cancelled_by IS NULL OR cancelled_by = 'customer' OR cancelled_by = 'outlet')),
  CHECK (duplicate_of_id IS NULL OR reason = 'duplicate' AND duplicate_of_id <> ticket_id),
  CHECK ((kind = 'surveyed') = (score IS NOT NULL) + (satisfied IS NOT NULL)),
  CHECK (score IS NULL OR score BETWEEN 1 AND 5),
  CHECK (satisfied IS NULL OR satisfied BETWEEN 0 AND 1)
) STRICT;
CREATE INDEX event_ticket ON event (ticket_id, kind, at_unix);
CREATE INDEX event_kind ON event (kind, at_unix, ticket_id);

-- One row per (appliance, age): the birthday's line on a visit (role 'care'), or a machine looked at beside it
-- ('check', no age). While a repair is open in the household the line has no ticket (M18). A line whose ticket was
-- completed is done. ended_as: 'declined', 'missed' close the birthday for good; 'cancelled' gives it free again.
CREATE TABLE maintenance_line (
  id INTEGER PRIMARY KEY,
  appliance_id INTEGER NOT NULL REFERENCES appliance,
  age INTEGER CHECK (age > 0),
  due_on TEXT,
  role TEXT NOT NULL CHECK (role = 'care' OR role = 'check'),
  ticket_id INTEGER REFERENCES ticket,
  ended_as TEXT CHECK (ended_as = 'declined' OR ended_as = 'missed' OR ended_as = 'cancelled'),
  ended_reason TEXT,
  ended_at TEXT,
  ended_by TEXT,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
  CHECK ((role = 'care') = (age IS NOT NULL) AND (role = 'care') = (due_on IS NOT NULL)),
  CHECK (role = 'care' OR ticket_id IS NOT NULL),
  CHECK ((ended_as IS NULL) = (ended_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX maintenance_line_birthday ON maintenance_line (appliance_id, age)
  WHERE age IS NOT NULL AND (ended_as IS NULL OR ended_as <> 'cancelled');
CREATE INDEX maintenance_line_ticket ON maintenance_line (ticket_id);

CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER REFERENCES customer,
  appliance_id INTEGER REFERENCES appliance,
  ticket_id INTEGER REFERENCES ticket,
  household_id INTEGER REFERENCES household,
  text TEXT NOT NULL CHECK (text <> ''),
  on_md TEXT CHECK (on_md GLOB '[01][0-9]-[0-3][0-9]'),
  yearly INTEGER NOT NULL DEFAULT 0 CHECK (yearly BETWEEN 0 AND 1),
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
  CHECK ((customer_id IS NOT NULL) + (appliance_id IS NOT NULL) + (ticket_id IS NOT NULL) + (household_id IS NOT NULL) = 1)
) STRICT;
CREATE INDEX note_customer ON note (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX note_appliance ON note (appliance_id) WHERE appliance_id IS NOT NULL;
CREATE INDEX note_ticket ON note (ticket_id) WHERE ticket_id IS NOT NULL;

-- info and every report count what was imported or written under a pinned clock: a hand's breadth of most files.
CREATE INDEX event_origin ON event (origin) WHERE origin <> 'typed';
CREATE INDEX ticket_origin ON ticket (origin) WHERE origin <> 'typed';
CREATE INDEX customer_origin ON customer (origin) WHERE origin <> 'typed';
CREATE INDEX phone_origin ON phone (origin) WHERE origin <> 'typed';
CREATE INDEX appliance_origin ON appliance (origin) WHERE origin <> 'typed';
CREATE INDEX maintenance_line_origin ON maintenance_line (origin) WHERE origin <> 'typed';

-- What the rules refuse of a single fact, the file refuses too, whoever writes (tests/desk/test_schema.py).

CREATE TRIGGER event_is_lawful BEFORE INSERT ON event WHEN NEW.kind <> 'reported'
BEGIN
  SELECT raise(ABORT, 'no event before the report')
   WHERE NEW.at_unix < (SELECT at_unix FROM event
                         WHERE ticket_id = NEW.ticket_id AND kind = 'reported' AND voided_at IS NULL)
      OR NOT EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'reported' AND voided_at IS NULL);
  SELECT raise(ABORT, 'a cancelled ticket takes no more events')
   WHERE NEW.corrects_id IS NULL
     AND EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'cancelled' AND voided_at IS NULL);
  SELECT raise(ABORT, 'a completed ticket takes only surveys')
   WHERE NEW.kind <> 'surveyed' AND NEW.corrects_id IS NULL
     AND EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'completed' AND voided_at IS NULL);
  SELECT raise(ABORT, 'a survey needs a completed ticket')
   WHERE NEW.kind = 'surveyed'
     AND NOT EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'completed' AND voided_at IS NULL
                        AND at_unix <= NEW.at_unix);
  SELECT raise(ABORT, 'only a waiting ticket resumes')
   WHERE NEW.kind = 'resumed' AND NEW.corrects_id IS NULL
     AND coalesce((SELECT kind FROM event
                    WHERE ticket_id = NEW.ticket_id AND (kind = 'waiting' OR kind = 'resumed') AND voided_at IS NULL
                    ORDER BY at_unix DESC, id DESC LIMIT 1), '') <> 'waiting';
  SELECT raise(ABORT, 'no completion before the last arrival')
   WHERE NEW.kind = 'completed'
     AND EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'arrived' AND voided_at IS NULL
                    AND at_unix > NEW.at_unix);
  SELECT raise(ABORT, 'no arrival after the completion')
   WHERE NEW.kind = 'arrived'
     AND EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'completed' AND voided_at IS NULL
                    AND at_unix < NEW.at_unix);
END;

CREATE TRIGGER event_has_one_report BEFORE INSERT ON event WHEN NEW.kind = 'reported'
BEGIN
  SELECT raise(ABORT, 'a ticket has one report')
   WHERE EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND kind = 'reported' AND voided_at IS NULL);
  SELECT raise(ABORT, 'no event before the report')
   WHERE EXISTS (SELECT 1 FROM event WHERE ticket_id = NEW.ticket_id AND voided_at IS NULL AND at_unix < NEW.at_unix);
END;

CREATE TRIGGER event_only_voids BEFORE UPDATE ON event
BEGIN
  SELECT raise(ABORT, 'events are voided, never changed')
   WHERE OLD.voided_at IS NOT NULL
      OR (NEW.id, NEW.ticket_id, NEW.kind, NEW.at, NEW.technician_id, NEW.window_from, NEW.window_to, NEW.asked_by,
          NEW.no_access, NEW.cause, NEW.outcome, NEW.reason, NEW.cancelled_by, NEW.duplicate_of_id, NEW.score,
          NEW.satisfied, NEW.source, NEW.note, NEW.corrects_id, NEW.recorded_at, NEW.actor, NEW.origin)
         IS NOT
         (OLD.id, OLD.ticket_id, OLD.kind, OLD.at, OLD.technician_id, OLD.window_from, OLD.window_to, OLD.asked_by,
          OLD.no_access, OLD.cause, OLD.outcome, OLD.reason, OLD.cancelled_by, OLD.duplicate_of_id, OLD.score,
          OLD.satisfied, OLD.source, OLD.note, OLD.corrects_id, OLD.recorded_at, OLD.actor, OLD.origin);
END;

CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN
  SELECT raise(ABORT, 'events are voided, never deleted');
END;

CREATE TRIGGER ticket_ends AFTER INSERT ON event WHEN NEW.kind = 'completed' OR NEW.kind = 'cancelled'
BEGIN
  UPDATE ticket SET ended_at = NEW.at WHERE id = NEW.ticket_id;
END;

CREATE TRIGGER ticket_ends_no_more AFTER UPDATE OF voided_at ON event
  WHEN NEW.kind = 'completed' OR NEW.kind = 'cancelled'
BEGIN
  UPDATE ticket SET ended_at = NULL WHERE id = NEW.ticket_id;
END;

-- domain.md 4.1: the rule set of the seeds.
INSERT INTO category (code, label_zh, safe_life_years, recorded_at, actor, origin) VALUES
  ('crt_tv', '彩电', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('bw_tv', '黑白电视机', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('flat_tv', '平板电视', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('video_recorder', '录像机', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('fridge', '冰箱', 10, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('freezer', '冷柜', 10, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('washer', '洗衣机', 8, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('ac', '空调', 10, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('microwave', '微波炉', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('range_hood', '油烟机', 8, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('gas_water_heater', '燃气热水器', 8, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('electric_water_heater', '电热水器', 8, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('vacuum_cleaner', '吸尘器', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('fan', '电风扇', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('dishwasher', '洗碗机', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('small', '小家电', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('computer', '电脑', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed');

INSERT INTO maintenance_interval (category, tier, years, from_on, recorded_at, actor, origin) VALUES
  (NULL, NULL, 5, '0001-01-01', '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('crt_tv', NULL, 3, '0001-01-01', '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('computer', NULL, 3, '0001-01-01', '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('flat_tv', NULL, 1, '0001-01-01', '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  (NULL, 'vip', 1, '0001-01-01', '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed');
