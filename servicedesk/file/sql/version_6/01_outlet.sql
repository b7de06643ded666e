-- The outlet, and what every file of the schema has in common.
-- Facts carry two times: …_at when it happened, recorded_at when it was typed.
-- Instants are RFC 3339 text with the outlet's offset; the local date is the first ten characters;
-- order and differences go through …_unix. Nothing is empty text: unknown is NULL.
-- origin: how a fact came in: 'typed', 'pinned' (under a pinned clock), 'imported'.
-- voided_at, voided_by: a fact that was corrected, or a row whose command was undone. The row stays, because figures as
-- of an earlier instant read it; nothing else finds it. Voided facts and undone rows are never deleted.

-- The outlet that the file belongs to: one row.
CREATE TABLE outlet (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL CHECK (name <> ''),  -- what the outlet is called on papers and reports
  zone TEXT NOT NULL,  -- IANA name of its time zone, as Asia/Shanghai
  uuid TEXT NOT NULL,  -- tells this file from that of any other outlet
  phone TEXT CHECK (phone <> ''),  -- its own, as it was typed; it stands on papers
  opens TEXT NOT NULL DEFAULT '08:00' CHECK (opens GLOB '[0-2][0-9]:[0-5][0-9]' AND opens < '24:00'),  -- local time
  -- local time; 24:00 is midnight
  closes TEXT NOT NULL DEFAULT '18:00' CHECK (closes GLOB '[0-2][0-9]:[0-5][0-9]' AND closes <= '24:00'),
  -- 1: facts typed under a pinned clock count as typed
  classroom INTEGER NOT NULL DEFAULT 0 CHECK (classroom BETWEEN 0 AND 1),
  maintenance_since TEXT NOT NULL,  -- local date from which on birthdays are due
  created_at TEXT NOT NULL,
  -- the instant at which the clock of an exercise's file stands
  clock TEXT CHECK (clock IS NULL OR unixepoch(clock) IS NOT NULL),
  CHECK (opens < closes)
) STRICT;

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

-- The brands that authorised the outlet. Of each brand the newest row counts.
CREATE TABLE brand (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL CHECK (name <> ''),
  from_on TEXT NOT NULL CHECK (date(from_on, '+0 days') IS from_on),  -- the first local date
  until_on TEXT CHECK (date(until_on, '+0 days') IS until_on AND until_on >= from_on),  -- the last one; NULL: no end
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;
