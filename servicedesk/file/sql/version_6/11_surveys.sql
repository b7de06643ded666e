-- Answers of a questionnaire beside the score, and who read the customers' words. The answer itself, with its score, is
-- an event of its ticket (kind surveyed).

-- The further answers of a questionnaire, one row for each. None of them counts in the satisfaction rate (K1).
CREATE TABLE reply (
  id INTEGER PRIMARY KEY,
  event_id INTEGER NOT NULL REFERENCES event,  -- the answer that they belong to
  expect TEXT CHECK (expect = 'below' OR expect = 'as' OR expect = 'above'),  -- what was expected of the service
  time_score INTEGER CHECK (time_score BETWEEN 1 AND 5),
  technique_score INTEGER CHECK (technique_score BETWEEN 1 AND 5),
  promise_score INTEGER CHECK (promise_score BETWEEN 1 AND 5),
  attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)),  -- [["speed", 5, 4]]: attribute, its importance, its rating
  recommend INTEGER CHECK (recommend BETWEEN 0 AND 10),  -- would recommend the outlet (K3)
  again INTEGER CHECK (again BETWEEN 0 AND 1),  -- 1: would come again
  csi_overall INTEGER CHECK (csi_overall BETWEEN 1 AND 10),  -- the three questions of the index (K16)
  csi_expected INTEGER CHECK (csi_expected BETWEEN 1 AND 10),  -- against what was expected
  csi_ideal INTEGER CHECK (csi_ideal BETWEEN 1 AND 10),  -- against the ideal
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK ((csi_overall IS NULL) = (csi_expected IS NULL) AND (csi_overall IS NULL) = (csi_ideal IS NULL)),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX reply_event ON reply (event_id) WHERE voided_at IS NULL;
CREATE TRIGGER reply_only_voids BEFORE UPDATE OF id, event_id, expect, time_score, technique_score, promise_score,
  attributes, recommend, again, csi_overall, csi_expected, csi_ideal, recorded_at, actor, origin
  ON reply
BEGIN SELECT raise(ABORT, 'answers are voided, never changed'); END;

-- Readings of the words of an answer: who read them, and when.
CREATE TABLE reading (
  id INTEGER PRIMARY KEY,
  event_id INTEGER NOT NULL REFERENCES event,  -- the answer
  at TEXT NOT NULL CHECK (unixepoch(at) <= unixepoch(recorded_at)),
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,  -- who read it
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX reading_event ON reading (event_id) WHERE voided_at IS NULL;
