-- Money: quotes and the answers to them, charges, prices, compensation, and the fund that it comes from.
-- Amounts are whole fen (1 yuan = 100 fen). Facts have two times and are voided, never changed; prices and openings
-- of the fund are settings that hold from a day on, the newest row of a day first.

-- The cost of the work as the customer was told it. A later quote of the ticket replaces an earlier one.
CREATE TABLE quote (
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL REFERENCES ticket,
  at TEXT NOT NULL,  -- when the customer was told
  labour_fen INTEGER NOT NULL CHECK (labour_fen >= 0),
  parts_fen INTEGER NOT NULL CHECK (parts_fen >= 0),
  travel_fen INTEGER NOT NULL CHECK (travel_fen >= 0),
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT,
  void_reason TEXT,
  total_fen INTEGER AS (labour_fen + parts_fen + travel_fen) VIRTUAL,
  at_unix INTEGER AS (unixepoch(at)) VIRTUAL,
  recorded_unix INTEGER AS (unixepoch(recorded_at)) VIRTUAL,
  voided_unix INTEGER AS (unixepoch(voided_at)) VIRTUAL,
  CHECK (total_fen > 0),
  CHECK (at_unix IS NOT NULL AND recorded_unix IS NOT NULL),
  CHECK (at_unix <= recorded_unix),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE INDEX quote_ticket ON quote (ticket_id);
CREATE INDEX quote_origin ON quote (origin) WHERE origin <> 'typed';

-- The customer's answer to a quote: one row.
CREATE TABLE quote_answer (
  id INTEGER PRIMARY KEY,
  quote_id INTEGER NOT NULL REFERENCES quote,
  kind TEXT NOT NULL CHECK (kind = 'accepted' OR kind = 'refused'),
  at TEXT NOT NULL,
  said_by TEXT CHECK (said_by <> ''),  -- who said it, where it was not the customer
  reason TEXT CHECK (reason <> ''),  -- refused: why
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
  CHECK (kind = 'refused' OR reason IS NULL),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX quote_answer_quote ON quote_answer (quote_id) WHERE voided_at IS NULL;
CREATE INDEX quote_answer_all ON quote_answer (quote_id);
CREATE INDEX quote_answer_origin ON quote_answer (origin) WHERE origin <> 'typed';

-- The amount that the customer paid for a ticket, or why it was free: one row for each ticket.
CREATE TABLE charge (
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL REFERENCES ticket,
  at TEXT NOT NULL,  -- when it was paid, or said to be free
  paid_fen INTEGER CHECK (paid_fen > 0),  -- NULL: it was free
  method TEXT CHECK (method <> ''),  -- paid: how, as wechat
  -- free: why; recovery makes good a complaint
  free_as TEXT CHECK (free_as = 'guarantee' OR free_as = 'contract' OR free_as = 'goodwill' OR free_as = 'recovery'),
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
  CHECK ((paid_fen IS NULL) = (free_as IS NOT NULL)),
  CHECK (paid_fen IS NOT NULL OR method IS NULL),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX charge_ticket ON charge (ticket_id) WHERE voided_at IS NULL;
CREATE INDEX charge_all ON charge (ticket_id);
CREATE INDEX charge_origin ON charge (origin) WHERE origin <> 'typed';

-- Prices of work from a day on: labour by fault or by kind of appliance, and travel. New quotes take these prices.
CREATE TABLE price (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL CHECK (code <> ''),  -- a fault, a category, or travel
  amount_fen INTEGER CHECK (amount_fen >= 0),  -- NULL: no price any more
  from_on TEXT NOT NULL CHECK (date(from_on, '+0 days') IS from_on),  -- local date from which on it holds
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;
CREATE INDEX price_code ON price (code, from_on);

-- The amount in the compensation fund at the beginning of a day. From then on payments and money that came back count.
CREATE TABLE fund_opening (
  id INTEGER PRIMARY KEY,
  amount_fen INTEGER NOT NULL CHECK (amount_fen >= 0),
  from_on TEXT NOT NULL CHECK (date(from_on, '+0 days') IS from_on),  -- local date
  recorded_at TEXT NOT NULL CHECK (unixepoch(recorded_at) IS NOT NULL),
  actor TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin = 'typed' OR origin = 'pinned' OR origin = 'imported'),
  voided_at TEXT,
  voided_by TEXT
) STRICT;

-- Money paid for a complaint before it is settled who is liable, and money got back from the liable party.
CREATE TABLE compensation (
  id INTEGER PRIMARY KEY,
  complaint_id INTEGER NOT NULL REFERENCES complaint,
  kind TEXT NOT NULL CHECK (kind = 'paid' OR kind = 'reclaimed'),
  at TEXT NOT NULL,
  amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
  purse TEXT NOT NULL CHECK (purse = 'fund' OR purse = 'outlet'),  -- out of which it was paid, into which it came back
  party TEXT CHECK (party <> ''),  -- reclaimed: from whom, as the maker
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
  CHECK (kind = 'reclaimed' OR party IS NULL),
  CHECK (voided_unix >= recorded_unix),
  CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (voided_by IS NULL))
) STRICT;
CREATE INDEX compensation_complaint ON compensation (complaint_id);
CREATE INDEX compensation_origin ON compensation (origin) WHERE origin <> 'typed';

-- The rules between these facts (see 22_rules.sql).

-- Nobody is told a price, and nobody pays, before the report.
CREATE VIEW breach_money_before_report AS
SELECT m.ticket_id AS id, m.fact, m.fact_id
  FROM (SELECT ticket_id, at_unix, 'quote' AS fact, id AS fact_id FROM quote WHERE voided_at IS NULL
         UNION ALL
        SELECT ticket_id, at_unix, 'charge', id FROM charge WHERE voided_at IS NULL) m
  JOIN event r ON r.ticket_id = m.ticket_id AND r.kind = 'reported' AND r.at_unix > m.at_unix AND r.voided_at IS NULL;

-- Nobody answers before the quote.
CREATE VIEW breach_answer_before_quote AS
SELECT q.ticket_id AS id, a.id AS fact_id
  FROM quote_answer a
  JOIN quote q ON q.id = a.quote_id AND q.at_unix > a.at_unix AND q.voided_at IS NULL
 WHERE a.voided_at IS NULL;

-- No money for a complaint before its receipt.
CREATE VIEW breach_compensation_before_receipt AS
SELECT k.id, m.id AS fact_id
  FROM compensation m
  JOIN complaint k ON k.id = m.complaint_id AND k.at_unix > m.at_unix AND k.voided_at IS NULL
 WHERE m.voided_at IS NULL;

-- No more comes back than was paid.
CREATE VIEW breach_recovered_more AS
SELECT complaint_id AS id, purse
  FROM compensation
 WHERE voided_at IS NULL
 GROUP BY complaint_id, purse
HAVING sum(CASE kind WHEN 'paid' THEN amount_fen ELSE -amount_fen END) < 0;

CREATE TRIGGER quote_is_lawful AFTER INSERT ON quote
BEGIN
  SELECT raise(ABORT, 'no quote before the report')
   WHERE EXISTS (SELECT 1 FROM breach_money_before_report
                  WHERE id = NEW.ticket_id AND fact = 'quote' AND fact_id = NEW.id);
END;

CREATE TRIGGER charge_is_lawful AFTER INSERT ON charge
BEGIN
  SELECT raise(ABORT, 'no payment before the report')
   WHERE EXISTS (SELECT 1 FROM breach_money_before_report
                  WHERE id = NEW.ticket_id AND fact = 'charge' AND fact_id = NEW.id);
END;

CREATE TRIGGER quote_answer_is_lawful AFTER INSERT ON quote_answer
BEGIN
  SELECT raise(ABORT, 'no answer before the quote')
   WHERE EXISTS (SELECT 1 FROM breach_answer_before_quote WHERE fact_id = NEW.id);
END;

CREATE TRIGGER compensation_is_lawful AFTER INSERT ON compensation
BEGIN
  SELECT raise(ABORT, 'no compensation before the receipt')
   WHERE EXISTS (SELECT 1 FROM breach_compensation_before_receipt WHERE id = NEW.complaint_id AND fact_id = NEW.id);
  SELECT raise(ABORT, 'no more comes back than was paid')
   WHERE EXISTS (SELECT 1 FROM breach_recovered_more WHERE id = NEW.complaint_id AND purse = NEW.purse);
END;

CREATE TRIGGER quote_only_voids BEFORE UPDATE OF id, ticket_id, at, labour_fen, parts_fen, travel_fen, recorded_at,
  actor, origin
  ON quote
BEGIN SELECT raise(ABORT, 'quotes are voided, never changed'); END;
CREATE TRIGGER quote_stays_voided BEFORE UPDATE ON quote WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'quotes are voided, never changed'); END;
CREATE TRIGGER quote_stays BEFORE DELETE ON quote
BEGIN SELECT raise(ABORT, 'quotes are voided, never deleted'); END;

CREATE TRIGGER quote_answer_only_voids BEFORE UPDATE OF id, quote_id, kind, at, said_by, reason, recorded_at, actor,
  origin
  ON quote_answer
BEGIN SELECT raise(ABORT, 'answers to quotes are voided, never changed'); END;
CREATE TRIGGER quote_answer_stays_voided BEFORE UPDATE ON quote_answer WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'answers to quotes are voided, never changed'); END;
CREATE TRIGGER quote_answer_stays BEFORE DELETE ON quote_answer
BEGIN SELECT raise(ABORT, 'answers to quotes are voided, never deleted'); END;

CREATE TRIGGER charge_only_voids BEFORE UPDATE OF id, ticket_id, at, paid_fen, method, free_as, recorded_at, actor,
  origin
  ON charge
BEGIN SELECT raise(ABORT, 'charges are voided, never changed'); END;
CREATE TRIGGER charge_stays_voided BEFORE UPDATE ON charge WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'charges are voided, never changed'); END;
CREATE TRIGGER charge_stays BEFORE DELETE ON charge
BEGIN SELECT raise(ABORT, 'charges are voided, never deleted'); END;

CREATE TRIGGER compensation_only_voids BEFORE UPDATE OF id, complaint_id, kind, at, amount_fen, purse, party,
  recorded_at, actor, origin
  ON compensation
BEGIN SELECT raise(ABORT, 'compensations are voided, never changed'); END;
CREATE TRIGGER compensation_stays_voided BEFORE UPDATE ON compensation WHEN OLD.voided_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'compensations are voided, never changed'); END;
CREATE TRIGGER compensation_stays BEFORE DELETE ON compensation
BEGIN SELECT raise(ABORT, 'compensations are voided, never deleted'); END;
