-- Trade customers, who sold an appliance, and the brands that the outlet may service in their maker's name.

ALTER TABLE customer ADD COLUMN
  kind TEXT CHECK (kind = 'trade');  -- trade: a chain or a shop; NULL: a household
ALTER TABLE customer ADD COLUMN
  trade_class TEXT CHECK (trade_class IS NULL OR kind = 'trade' AND (trade_class = 'multinational' OR trade_class = 'national' OR trade_class = 'department_store' OR trade_class = 'franchise' OR trade_class = 'specialist'));  -- trade: chain, store or shop
ALTER TABLE appliance ADD COLUMN
  sold_by_id INTEGER REFERENCES customer;  -- the trade customer that sold it
CREATE INDEX appliance_sold_by ON appliance (sold_by_id) WHERE sold_by_id IS NOT NULL;

-- The brands that authorised the outlet, a set of rules: of each brand the newest row.
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
