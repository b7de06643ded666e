-- The outlet, and what every file of the schema has in common.
-- Facts carry two times: …_at when it happened, recorded_at when it was typed.
-- Instants are RFC 3339 text with the outlet's offset; the local date is the first ten characters;
-- order and differences go through …_unix. Nothing is empty text: unknown is NULL.
-- origin: how a fact came in: 'typed', 'pinned' (under a pinned clock), 'imported'.
-- voided_at, voided_by: a fact that was corrected, or a row whose command was undone. The row stays, because figures as
-- of an earlier instant read it; nothing else finds it. Voided facts and undone rows are never deleted.

-- Whose file it is: one row.
CREATE TABLE outlet (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL CHECK (name <> ''),  -- what the outlet is called on papers and reports
  zone TEXT NOT NULL,  -- IANA name of its time zone, as Asia/Shanghai
  uuid TEXT NOT NULL,  -- tells this file from that of any other outlet
  opens TEXT NOT NULL DEFAULT '08:00' CHECK (opens GLOB '[0-2][0-9]:[0-5][0-9]' AND opens < '24:00'),  -- local time
  -- local time; 24:00 is midnight
  closes TEXT NOT NULL DEFAULT '18:00' CHECK (closes GLOB '[0-2][0-9]:[0-5][0-9]' AND closes <= '24:00'),
  -- 1: facts typed under a pinned clock count as typed
  classroom INTEGER NOT NULL DEFAULT 0 CHECK (classroom BETWEEN 0 AND 1),
  maintenance_since TEXT NOT NULL,  -- local date from which on birthdays are due
  created_at TEXT NOT NULL,
  CHECK (opens < closes)
) STRICT;
