-- Birthday lines: which birthday of which appliance has which visit.

-- One row per (appliance, age): the birthday's line on a visit (role 'care'), or an appliance looked at beside it
-- ('check', no age). While a repair is open in the household the line has no ticket (M18). A line whose ticket was
-- completed is done. ended_as: 'declined', 'missed' close the birthday for good; 'cancelled' gives it free again.
-- Lines are changed in place. An undo voids a line as it was and adds another, so that figures as of then stay.
CREATE TABLE maintenance_line (
  id INTEGER PRIMARY KEY,
  appliance_id INTEGER NOT NULL REFERENCES appliance,
  age INTEGER CHECK (age > 0),  -- years since the base date, of a birthday
  due_on TEXT CHECK (date(due_on, '+0 days') IS due_on),  -- local date of the birthday
  -- care: the birthday's own line; check: a machine looked at beside it
  role TEXT NOT NULL CHECK (role = 'care' OR role = 'check'),
  ticket_id INTEGER REFERENCES ticket,  -- the visit; NULL while a repair is open in the household (M18)
  -- declined and missed close the birthday for good, cancelled gives it free again
  ended_as TEXT CHECK (ended_as = 'declined' OR ended_as = 'missed' OR ended_as = 'cancelled'),
  ended_reason TEXT,  -- why, in the desk's words
  ended_at TEXT,  -- when it ended without the work done
  ended_by TEXT,  -- who typed that
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  CHECK ((role = 'care') = (age IS NOT NULL) AND (role = 'care') = (due_on IS NOT NULL)),
  CHECK (role = 'care' OR ticket_id IS NOT NULL),
  CHECK ((ended_as IS NULL) = (ended_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX maintenance_line_birthday ON maintenance_line (appliance_id, age)
  WHERE age IS NOT NULL AND voided_at IS NULL AND (ended_as IS NULL OR ended_as <> 'cancelled');
CREATE INDEX maintenance_line_ticket ON maintenance_line (ticket_id);
CREATE INDEX maintenance_line_origin ON maintenance_line (origin) WHERE origin <> 'typed';
