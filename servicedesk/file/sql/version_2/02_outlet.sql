-- The outlet's own phone.

ALTER TABLE outlet ADD COLUMN
  phone TEXT CHECK (phone <> '');  -- as it was typed; it stands on papers
