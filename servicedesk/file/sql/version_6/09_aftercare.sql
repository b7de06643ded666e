-- Call-backs, promises, complaints (K7 to K10). As in the log of tickets each row has two times and is voided,
-- never changed; what becomes of a promise or a complaint is a row of its own.

-- Attempts to call a customer back after the work (K9).
CREATE TABLE callback (
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL REFERENCES ticket,
  at TEXT NOT NULL,  -- when somebody called
  outcome TEXT NOT NULL CHECK (outcome = 'reached' OR outcome = 'no_answer' OR outcome = 'wrong_number' OR outcome = 'refused'),
  note TEXT CHECK (note <> ''),
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
CREATE INDEX callback_ticket ON callback (ticket_id, at_unix);
CREATE INDEX callback_origin ON callback (origin) WHERE origin <> 'typed';

-- A promise is recorded before it falls due (K8). A changed promise is a new row.
CREATE TABLE promise (
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL REFERENCES ticket,
  what TEXT NOT NULL CHECK (what <> ''),
  due_at TEXT NOT NULL,  -- until when it is to be kept
  at TEXT NOT NULL,  -- when it was made
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  due_unix INTEGER AS (unixepoch(due_at)) VIRTUAL,
  at_unix INTEGER AS (unixepoch(at)) VIRTUAL,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK (at_unix IS NOT NULL AND recorded_unix IS NOT NULL AND due_unix IS NOT NULL),
  CHECK (at_unix <= recorded_unix AND recorded_unix < due_unix),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE INDEX promise_ticket ON promise (ticket_id);
CREATE INDEX promise_due ON promise (due_unix);
CREATE INDEX promise_origin ON promise (origin) WHERE origin <> 'typed';

-- How a promise ended: kept or withdrawn, once.
CREATE TABLE promise_end (
  id INTEGER PRIMARY KEY,
  promise_id INTEGER NOT NULL REFERENCES promise,
  kind TEXT NOT NULL CHECK (kind = 'kept' OR kind = 'withdrawn'),
  at TEXT NOT NULL,
  -- whose wish it was; only the customer can release the outlet (K8)
  withdrawn_by TEXT CHECK (withdrawn_by = 'customer' OR withdrawn_by = 'outlet'),
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
  CHECK ((kind = 'withdrawn') = (withdrawn_by IS NOT NULL)),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX promise_end_promise ON promise_end (promise_id) WHERE voided_at IS NULL;
CREATE INDEX promise_end_all ON promise_end (promise_id);
CREATE INDEX promise_end_origin ON promise_end (origin) WHERE origin <> 'typed';

-- Complaints, disputes, suggestions and praise of customers.
CREATE TABLE complaint (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer,
  ticket_id INTEGER REFERENCES ticket,  -- NULL: about no single ticket
  at TEXT NOT NULL,  -- when it was received
  -- figures and deadlines count complaints and disputes alone
  kind TEXT NOT NULL DEFAULT 'complaint' CHECK (kind = 'complaint' OR kind = 'suggestion' OR kind = 'dispute' OR kind = 'praise'),
  about TEXT NOT NULL CHECK (about <> ''),  -- its subject, as lateness
  severity TEXT NOT NULL DEFAULT 'normal' CHECK (severity = 'low' OR severity = 'normal' OR severity = 'high'),
  external_body TEXT CHECK (external_body <> ''),  -- the authority that it came through, as 12315
  text TEXT CHECK (text <> ''),
  file TEXT CHECK (file <> ''),  -- the evidence, where it lies: from the folder of this file, or absolute
  file_sha256 TEXT CHECK (file_sha256 IS NULL OR length(file_sha256) = 64),  -- what the evidence was like
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  is_complaint INTEGER AS (kind = 'complaint' OR kind = 'dispute') VIRTUAL,  -- 1: a complaint or a dispute
  at_unix INTEGER AS (unixepoch(at)) VIRTUAL,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK (at_unix IS NOT NULL AND recorded_unix IS NOT NULL),
  CHECK (at_unix <= recorded_unix),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE INDEX complaint_customer ON complaint (customer_id, at_unix);
CREATE INDEX complaint_ticket ON complaint (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX complaint_at ON complaint (at_unix);
CREATE INDEX complaint_origin ON complaint (origin) WHERE origin <> 'typed';

-- The steps of ISO 10002 that can be dated: acknowledged, recovered (an action), closed (upheld or not).
CREATE TABLE complaint_step (
  id INTEGER PRIMARY KEY,
  complaint_id INTEGER NOT NULL REFERENCES complaint,
  kind TEXT NOT NULL CHECK (kind = 'acknowledged' OR kind = 'recovered' OR kind = 'closed'),
  at TEXT NOT NULL,
  upheld INTEGER CHECK (upheld BETWEEN 0 AND 1),  -- closed: 1 where the customer was right
  text TEXT CHECK (text <> ''),  -- recovered: what was done; closed: the remedy
  cause TEXT CHECK (cause IS NULL OR kind = 'closed' AND cause <> ''),  -- closed: why it came about
  -- closed: what will be done about the cause
  measure TEXT CHECK (measure IS NULL OR kind = 'closed' AND measure <> ''),
  -- closed: local date until when
  measure_by TEXT CHECK (measure_by IS NULL OR measure IS NOT NULL AND date(measure_by, '+0 days') IS measure_by),
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
  CHECK ((kind = 'closed') = (upheld IS NOT NULL)),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE INDEX complaint_step_complaint ON complaint_step (complaint_id, kind);
CREATE UNIQUE INDEX complaint_step_once ON complaint_step (complaint_id, kind)
  WHERE voided_at IS NULL AND kind <> 'recovered';
CREATE INDEX complaint_step_origin ON complaint_step (origin) WHERE origin <> 'typed';

-- When the measure that a closing named was done: one row.
CREATE TABLE measure_done (
  id INTEGER PRIMARY KEY,
  complaint_step_id INTEGER NOT NULL REFERENCES complaint_step,  -- the closing
  at TEXT NOT NULL,
  text TEXT CHECK (text <> ''),  -- what was done
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
CREATE UNIQUE INDEX measure_done_once ON measure_done (complaint_step_id) WHERE voided_at IS NULL;
