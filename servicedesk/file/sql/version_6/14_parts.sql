-- Spare parts: how many came, who took them and until when, where they were used, what was ordered. No column holds the
-- stock: it is the sum of part_movement.brought less the sum of part_issue.quantity.

-- A kind of spare part, by the code on its box. An undone part keeps the code: adding the same code again brings the
-- same row back.
CREATE TABLE part (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  category TEXT REFERENCES category,  -- the kind of appliance that it is for; NULL: any
  is_main INTEGER NOT NULL DEFAULT 0 CHECK (is_main BETWEEN 0 AND 1),  -- 1: a main part of its category (W5)
  min_stock INTEGER CHECK (min_stock >= 0),  -- with fewer in stock it is low
  discontinued_on TEXT CHECK (date(discontinued_on, '+0 days') IS discontinued_on),  -- local date from which it is made no more (W16)
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;

-- Parts ordered for a ticket. An order is open until as many parts were issued for the ticket or used on it.
CREATE TABLE part_order (
  id INTEGER PRIMARY KEY,
  part_id INTEGER NOT NULL REFERENCES part,
  ticket_id INTEGER NOT NULL REFERENCES ticket,
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 100000),
  at TEXT NOT NULL,  -- when it was ordered
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
CREATE INDEX part_order_part ON part_order (part_id);
CREATE INDEX part_order_ticket ON part_order (ticket_id);
CREATE INDEX part_order_origin ON part_order (origin) WHERE origin <> 'typed';

-- Parts that a technician took out of the stock, for a ticket or for the van.
CREATE TABLE part_issue (
  id INTEGER PRIMARY KEY,
  part_id INTEGER NOT NULL REFERENCES part,
  technician_id INTEGER NOT NULL REFERENCES technician,
  ticket_id INTEGER REFERENCES ticket,  -- what they are for; NULL: for no ticket
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 100000),
  due_on TEXT NOT NULL CHECK (date(due_on, '+0 days') IS due_on),  -- last local date on which they may be out
  forced TEXT CHECK (forced <> ''),  -- why, where the technician held overdue parts
  at TEXT NOT NULL,  -- when they were handed over
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
  CHECK (due_on >= substr(at, 1, 10)),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE INDEX part_issue_part ON part_issue (part_id);
CREATE INDEX part_issue_technician ON part_issue (technician_id);
CREATE INDEX part_issue_ticket ON part_issue (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX part_issue_origin ON part_issue (origin) WHERE origin <> 'typed';

-- Parts that came, were used on a ticket, were given back, were lost or broke; and how many more (or fewer) than on
-- record were counted on the shelf. Used and written-off parts come out of an issue, else out of the stock.
CREATE TABLE part_movement (
  id INTEGER PRIMARY KEY,
  part_id INTEGER NOT NULL REFERENCES part,
  kind TEXT NOT NULL CHECK (kind = 'received' OR kind = 'used' OR kind = 'returned' OR kind = 'written_off'
                            OR kind = 'stocktake'),
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 100000 OR kind = 'stocktake' AND quantity <> 0),
  part_issue_id INTEGER REFERENCES part_issue,  -- used, returned, written off: the issue that it was part of
  ticket_id INTEGER REFERENCES ticket,  -- used: where
  reason TEXT CHECK (reason <> ''),  -- written off, stocktake: why
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
  brought INTEGER AS (CASE WHEN kind <> 'used' AND kind <> 'written_off' THEN quantity
                           WHEN part_issue_id IS NULL THEN -quantity ELSE 0 END) VIRTUAL,  -- into the stock
  CHECK (at_unix IS NOT NULL AND recorded_unix IS NOT NULL),
  CHECK (at_unix <= recorded_unix),
  CHECK ((kind = 'used') = (ticket_id IS NOT NULL)),
  CHECK ((kind <> 'received' AND kind <> 'stocktake') OR part_issue_id IS NULL),
  CHECK (kind <> 'returned' OR part_issue_id IS NOT NULL),
  CHECK (reason IS NULL OR kind = 'written_off' OR kind = 'stocktake'),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE INDEX part_movement_part ON part_movement (part_id);
CREATE INDEX part_movement_issue ON part_movement (part_issue_id) WHERE part_issue_id IS NOT NULL;
CREATE INDEX part_movement_ticket ON part_movement (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX part_movement_origin ON part_movement (origin) WHERE origin <> 'typed';

-- The rules between these facts (see 22_rules.sql). id: the code of the part.

-- No more goes out than came in and came back.
CREATE VIEW breach_part_stock AS
SELECT p.code AS id, p.id AS part_id
  FROM part p
 WHERE (SELECT coalesce(sum(m.brought), 0) FROM part_movement m WHERE m.part_id = p.id AND m.voided_at IS NULL)
     < (SELECT coalesce(sum(i.quantity), 0) FROM part_issue i WHERE i.part_id = p.id AND i.voided_at IS NULL);

-- Nobody uses, loses or gives back more than they took.
CREATE VIEW breach_part_taken AS
SELECT p.code AS id, i.id AS fact_id
  FROM part_issue i
  JOIN part p ON p.id = i.part_id
 WHERE (SELECT coalesce(sum(m.quantity), 0) FROM part_movement m WHERE m.part_issue_id = i.id AND m.voided_at IS NULL)
     > CASE WHEN i.voided_at IS NULL THEN i.quantity ELSE 0 END;

CREATE TRIGGER part_issue_is_lawful AFTER INSERT ON part_issue
BEGIN
  SELECT raise(ABORT, 'no more parts go out than are in stock')
   WHERE EXISTS (SELECT 1 FROM breach_part_stock WHERE part_id = NEW.part_id);
END;

CREATE TRIGGER part_movement_is_lawful AFTER INSERT ON part_movement
BEGIN
  SELECT raise(ABORT, 'no more parts go out than are in stock')
   WHERE EXISTS (SELECT 1 FROM breach_part_stock WHERE part_id = NEW.part_id);
  SELECT raise(ABORT, 'nobody uses or gives back more parts than they took')
   WHERE EXISTS (SELECT 1 FROM breach_part_taken WHERE fact_id = NEW.part_issue_id);
END;

-- Parts that came in cannot be voided once they were issued, nor an issue once its parts were used.
CREATE TRIGGER part_movement_is_needed AFTER UPDATE OF voided_at ON part_movement
BEGIN
  SELECT raise(ABORT, 'no more parts go out than are in stock')
   WHERE EXISTS (SELECT 1 FROM breach_part_stock WHERE part_id = NEW.part_id);
END;
CREATE TRIGGER part_issue_is_needed AFTER UPDATE OF voided_at ON part_issue
BEGIN
  SELECT raise(ABORT, 'nobody uses or gives back more parts than they took')
   WHERE EXISTS (SELECT 1 FROM breach_part_taken WHERE fact_id = NEW.id);
END;

CREATE TRIGGER part_order_only_voids BEFORE UPDATE OF id, part_id, ticket_id, quantity, at, recorded_at, actor, origin
  ON part_order
BEGIN SELECT raise(ABORT, 'orders of parts are voided, never changed'); END;
CREATE TRIGGER part_order_stays_voided BEFORE UPDATE ON part_order WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'orders of parts are voided, never changed'); END;
CREATE TRIGGER part_order_stays BEFORE DELETE ON part_order
BEGIN SELECT raise(ABORT, 'orders of parts are voided, never deleted'); END;

CREATE TRIGGER part_issue_only_voids BEFORE UPDATE OF id, part_id, technician_id, ticket_id, quantity, due_on, forced,
  at, recorded_at, actor, origin
  ON part_issue
BEGIN SELECT raise(ABORT, 'issues of parts are voided, never changed'); END;
CREATE TRIGGER part_issue_stays_voided BEFORE UPDATE ON part_issue WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'issues of parts are voided, never changed'); END;
CREATE TRIGGER part_issue_stays BEFORE DELETE ON part_issue
BEGIN SELECT raise(ABORT, 'issues of parts are voided, never deleted'); END;

CREATE TRIGGER part_movement_only_voids BEFORE UPDATE OF id, part_id, kind, quantity, part_issue_id, ticket_id, reason,
  at, recorded_at, actor, origin
  ON part_movement
BEGIN SELECT raise(ABORT, 'movements of parts are voided, never changed'); END;
CREATE TRIGGER part_movement_stays_voided BEFORE UPDATE ON part_movement WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'movements of parts are voided, never changed'); END;
CREATE TRIGGER part_movement_stays BEFORE DELETE ON part_movement
BEGIN SELECT raise(ABORT, 'movements of parts are voided, never deleted'); END;
