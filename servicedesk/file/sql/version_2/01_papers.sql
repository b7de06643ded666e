-- What the outlet sets itself for its papers, and files that belong to notes.

-- The target of a figure: a line on the monthly report, and beside the figure.
CREATE TABLE target (
  id INTEGER PRIMARY KEY,
  kpi TEXT NOT NULL UNIQUE CHECK (kpi <> ''),  -- key of the figure, as arrival_24h_rate
  percent REAL NOT NULL CHECK (percent BETWEEN 0 AND 100),
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported')
) STRICT;

-- The outlet's own words for a message to customers; without a row the program's own are taken.
CREATE TABLE wording (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind = 'appointment' OR kind = 'on_the_way' OR kind = 'survey' OR kind = 'ready'),
  language TEXT NOT NULL CHECK (language = 'en' OR language = 'zh'),
  text TEXT NOT NULL CHECK (text <> ''),  -- with {names} for what is known of the ticket
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  UNIQUE (kind, language)
) STRICT;

ALTER TABLE note ADD COLUMN
  file TEXT CHECK (file <> '');  -- a photo or a paper, where it lies: from the folder of this file, or absolute
ALTER TABLE note ADD COLUMN
  file_sha256 TEXT CHECK (file_sha256 IS NULL OR length(file_sha256) = 64);  -- what the file was like
