-- Contacts: each time that a customer and the outlet spoke or wrote, or one of them tried to, beside what is on record
-- as a report, a visit or a call-back.

-- A contact belongs to a ticket or to a customer; an unanswered call may belong to neither.
CREATE TABLE contact (
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER REFERENCES ticket,  -- NULL: about no single ticket
  customer_id INTEGER REFERENCES customer,  -- whose it is, where it is about no ticket
  direction TEXT NOT NULL CHECK (direction = 'in' OR direction = 'out'),  -- in: the customer called or wrote
  channel TEXT NOT NULL CHECK (channel <> ''),  -- how, as phone
  at TEXT NOT NULL,
  rings INTEGER CHECK (rings BETWEEN 1 AND 100),  -- after how many rings somebody answered; NULL: nobody counted
  unanswered TEXT CHECK (unanswered = 'missed' OR unanswered = 'busy'),  -- NULL: it was answered
  text TEXT CHECK (text <> ''),  -- what was said
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
  CHECK (ticket_id IS NULL OR customer_id IS NULL),
  CHECK (channel = 'phone' OR rings IS NULL AND unanswered IS NULL),
  CHECK (rings IS NULL OR direction = 'in' AND unanswered IS NULL),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE INDEX contact_at ON contact (at_unix);
CREATE INDEX contact_ticket ON contact (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX contact_customer ON contact (customer_id) WHERE customer_id IS NOT NULL;
CREATE TRIGGER contact_only_voids BEFORE UPDATE OF id, ticket_id, direction, channel, at, rings, unanswered,
  recorded_at, actor, origin
  ON contact
BEGIN SELECT raise(ABORT, 'contacts are voided, never changed'); END;
