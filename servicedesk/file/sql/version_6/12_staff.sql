-- Surveys of the staff about their work, without names.

-- The answers of the staff, as sums without names or days within the month. Both tables are written anew with
-- every answer, in the order of their keys, so that their bytes do not tell in which order the answers came.
CREATE TABLE staff_answer (
  month TEXT NOT NULL CHECK (date(month || '-01', '+0 days') IS month || '-01'),  -- as 2026-11
  role TEXT NOT NULL CHECK (role = 'technician' OR role = 'clerk' OR role = 'manager' OR role = 'owner'),
  score INTEGER NOT NULL CHECK (score BETWEEN 1 AND 5),  -- 5 very satisfied
  answers INTEGER NOT NULL CHECK (answers > 0),  -- how many gave this score
  PRIMARY KEY (month, role, score)
) STRICT, WITHOUT ROWID;

-- Remarks that the staff wrote beside their scores, without the score.
CREATE TABLE staff_remark (
  month TEXT NOT NULL CHECK (date(month || '-01', '+0 days') IS month || '-01'),  -- as 2026-11
  role TEXT NOT NULL CHECK (role = 'technician' OR role = 'clerk' OR role = 'manager' OR role = 'owner'),
  text TEXT NOT NULL CHECK (text <> ''),
  PRIMARY KEY (month, role, text)
) STRICT, WITHOUT ROWID;
