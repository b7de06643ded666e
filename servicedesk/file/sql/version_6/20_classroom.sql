-- The classroom: which exercise a file is.

-- The exercise that this file is: one row, or none in every other file.
CREATE TABLE exercise (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  code TEXT NOT NULL,  -- as E3
  version INTEGER NOT NULL,  -- of the exercise's generator
  package TEXT NOT NULL,  -- tells this package from every other; nothing can be read from it
  class_id TEXT,  -- the class that it was handed out in
  student TEXT,  -- the student's key in the roster, as S07
  seed TEXT,  -- of one who works alone; in a class nobody but the trainer can know it
  language TEXT NOT NULL,
  made_at TEXT NOT NULL,  -- real time at which the package was made
  started_at TEXT,  -- real time at which the student began
  hand_at TEXT,  -- real time at which the part by hand was handed in
  hand TEXT,  -- the answers by hand as they were then, as JSON
  called INTEGER NOT NULL DEFAULT 0,  -- how many calls of the script came in
  script TEXT,  -- the calls, as JSON
  hints INTEGER NOT NULL DEFAULT 0,  -- how many hints were shown
  tries INTEGER NOT NULL DEFAULT 0  -- how often it was handed in
) STRICT;
