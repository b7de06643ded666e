-- How people react: what proves a complaint, why it came about and what will be done so that it does not come again; whom
-- customers ask for, what they are given, who sent them; what the staff say, without names.

ALTER TABLE complaint ADD COLUMN
  file TEXT CHECK (file <> '');  -- the evidence, where it lies: from the folder of this file, or absolute
ALTER TABLE complaint ADD COLUMN
  file_sha256 TEXT CHECK (file_sha256 IS NULL OR length(file_sha256) = 64);  -- what the evidence was like
CREATE TRIGGER complaint_file_only_voids BEFORE UPDATE OF file, file_sha256 ON complaint
BEGIN SELECT raise(ABORT, 'complaints are voided, never changed'); END;

ALTER TABLE complaint_step ADD COLUMN
  cause TEXT CHECK (cause IS NULL OR kind = 'closed' AND cause <> '');  -- closed: why it came about
ALTER TABLE complaint_step ADD COLUMN
  measure TEXT CHECK (measure IS NULL OR kind = 'closed' AND measure <> '');  -- closed: what will be done about the cause
ALTER TABLE complaint_step ADD COLUMN
  measure_by TEXT CHECK (measure_by IS NULL OR measure IS NOT NULL AND date(measure_by, '+0 days') IS measure_by);  -- closed: local date until when
CREATE TRIGGER complaint_measure_only_voids BEFORE UPDATE OF cause, measure, measure_by ON complaint_step
BEGIN SELECT raise(ABORT, 'steps of complaints are voided, never changed'); END;

-- That the measure which a closing named is done, once.
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
CREATE TRIGGER measure_done_only_voids BEFORE UPDATE OF id, complaint_step_id, at, text, recorded_at, actor, origin
  ON measure_done
BEGIN SELECT raise(ABORT, 'measures that are done are voided, never changed'); END;

-- A measure is done after the closing that named it.
CREATE VIEW breach_measure_before_closing AS
SELECT s.complaint_id AS id, d.id AS fact_id
  FROM measure_done d
  JOIN complaint_step s ON s.id = d.complaint_step_id AND (s.measure IS NULL OR s.at_unix > d.at_unix)
 WHERE d.voided_at IS NULL;
CREATE TRIGGER measure_done_is_lawful AFTER INSERT ON measure_done
BEGIN
  SELECT raise(ABORT, 'no measure is done before it is named')
   WHERE EXISTS (SELECT 1 FROM breach_measure_before_closing WHERE fact_id = NEW.id);
END;

ALTER TABLE ticket ADD COLUMN
  asked_for_id INTEGER REFERENCES technician;  -- whom the customer asked for by name

ALTER TABLE note ADD COLUMN
  gift TEXT CHECK (gift <> '');  -- what the customer was given, as cake
ALTER TABLE note ADD COLUMN
  cost_fen INTEGER CHECK (cost_fen IS NULL OR cost_fen >= 0 AND gift IS NOT NULL);  -- what the gift cost, in fen

ALTER TABLE customer ADD COLUMN
  introduced_by_id INTEGER REFERENCES customer CHECK (introduced_by_id <> id);  -- the customer who sent this one
CREATE INDEX customer_introduced ON customer (introduced_by_id) WHERE introduced_by_id IS NOT NULL;

-- What the staff answer, as sums: who answered, and when within the month, is nowhere. Both tables are written anew with
-- every answer, in the order of their keys, so that their bytes do not tell in which order the answers came.
CREATE TABLE staff_answer (
  month TEXT NOT NULL CHECK (date(month || '-01', '+0 days') IS month || '-01'),  -- as 2026-11
  role TEXT NOT NULL CHECK (role = 'technician' OR role = 'clerk' OR role = 'manager' OR role = 'owner'),
  score INTEGER NOT NULL CHECK (score BETWEEN 1 AND 5),  -- 5 very satisfied
  answers INTEGER NOT NULL CHECK (answers > 0),  -- how many gave this score
  PRIMARY KEY (month, role, score)
) STRICT, WITHOUT ROWID;

-- What the staff wrote beside their scores, without the score.
CREATE TABLE staff_remark (
  month TEXT NOT NULL CHECK (date(month || '-01', '+0 days') IS month || '-01'),  -- as 2026-11
  role TEXT NOT NULL CHECK (role = 'technician' OR role = 'clerk' OR role = 'manager' OR role = 'owner'),
  text TEXT NOT NULL CHECK (text <> ''),
  PRIMARY KEY (month, role, text)
) STRICT, WITHOUT ROWID;
