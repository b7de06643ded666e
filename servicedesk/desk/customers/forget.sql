-- What of a person is erased. forget.py runs these statements in their order, in one transaction: make, find, erase, drop.
-- temp.gone holds the rows of the person by their table, temp.word the columns that hold words about people.
-- Whoever adds a text for people adds it here (tests/cli/test_forget.py asks every column of the schema).

-- name: make_gone
CREATE TEMP TABLE gone (noun TEXT, id INTEGER, PRIMARY KEY (noun, id)) WITHOUT ROWID

-- name: make_word
CREATE TEMP TABLE word (noun TEXT, field TEXT, PRIMARY KEY (noun, field)) WITHOUT ROWID

-- name: find_customer
-- Whoever was merged into the person is the person.
INSERT INTO temp.gone SELECT 'customer', id FROM customer WHERE id = :id OR merged_into_id = :id

-- name: find_household
-- A home whose last member goes has no name either.
INSERT OR IGNORE INTO temp.gone
SELECT 'household', household_id
  FROM customer c
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'customer') AND household_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM customer o
                    WHERE o.household_id = c.household_id
                      AND o.id NOT IN (SELECT id FROM temp.gone WHERE noun = 'customer'))

-- name: find_phone
INSERT INTO temp.gone
SELECT 'phone', id FROM phone WHERE customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: find_appliance
-- Appliances of a former time too: the key of a file may be made of its owner's name.
INSERT INTO temp.gone
SELECT 'appliance', id FROM appliance WHERE customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')
 UNION
SELECT 'appliance', appliance_id
  FROM change
 WHERE field = 'customer_id' AND appliance_id IS NOT NULL
   AND CAST(old AS INTEGER) IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: find_ticket
INSERT INTO temp.gone
SELECT 'ticket', id FROM ticket WHERE customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: find_event
INSERT INTO temp.gone
SELECT 'event', id FROM event WHERE ticket_id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')

-- name: find_reply
INSERT INTO temp.gone
SELECT 'reply', id FROM reply WHERE event_id IN (SELECT id FROM temp.gone WHERE noun = 'event')

-- name: find_reading
INSERT INTO temp.gone
SELECT 'reading', id FROM reading WHERE event_id IN (SELECT id FROM temp.gone WHERE noun = 'event')

-- name: find_contact
INSERT INTO temp.gone
SELECT 'contact', id
  FROM contact
 WHERE ticket_id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')
    OR customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: find_maintenance_line
INSERT INTO temp.gone
SELECT 'maintenance_line', id
  FROM maintenance_line
 WHERE ticket_id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')
    OR appliance_id IN (SELECT id FROM appliance
                         WHERE customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer'))

-- name: find_exchange
INSERT INTO temp.gone
SELECT 'exchange', id FROM exchange
 WHERE appliance_id IN (SELECT id FROM appliance
                         WHERE customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer'))

-- name: find_callback
INSERT INTO temp.gone
SELECT 'callback', id FROM callback WHERE ticket_id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')

-- name: find_promise
INSERT INTO temp.gone
SELECT 'promise', id FROM promise WHERE ticket_id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')

-- name: find_promise_end
INSERT INTO temp.gone
SELECT 'promise_end', id FROM promise_end WHERE promise_id IN (SELECT id FROM temp.gone WHERE noun = 'promise')

-- name: find_complaint
INSERT INTO temp.gone
SELECT 'complaint', id FROM complaint WHERE customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: find_complaint_step
INSERT INTO temp.gone
SELECT 'complaint_step', id
  FROM complaint_step
 WHERE complaint_id IN (SELECT id FROM temp.gone WHERE noun = 'complaint')

-- name: find_measure_done
INSERT INTO temp.gone
SELECT 'measure_done', id
  FROM measure_done
 WHERE complaint_step_id IN (SELECT id FROM temp.gone WHERE noun = 'complaint_step')

-- name: find_quote
INSERT INTO temp.gone
SELECT 'quote', id FROM quote WHERE ticket_id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')

-- name: find_quote_answer
INSERT INTO temp.gone
SELECT 'quote_answer', id FROM quote_answer WHERE quote_id IN (SELECT id FROM temp.gone WHERE noun = 'quote')

-- name: find_charge
INSERT INTO temp.gone
SELECT 'charge', id FROM charge WHERE ticket_id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')

-- name: find_compensation
INSERT INTO temp.gone
SELECT 'compensation', id
  FROM compensation
 WHERE complaint_id IN (SELECT id FROM temp.gone WHERE noun = 'complaint')

-- name: find_part_order
INSERT INTO temp.gone
SELECT 'part_order', id FROM part_order WHERE ticket_id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')

-- name: find_part_issue
INSERT INTO temp.gone
SELECT 'part_issue', id FROM part_issue WHERE ticket_id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')

-- name: find_part_movement
INSERT INTO temp.gone
SELECT 'part_movement', id
  FROM part_movement
 WHERE ticket_id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')
    OR part_issue_id IN (SELECT id FROM temp.gone WHERE noun = 'part_issue')

-- name: find_attendance
INSERT INTO temp.gone
SELECT 'attendance', id FROM attendance WHERE customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: find_contract
INSERT INTO temp.gone
SELECT 'contract', id FROM contract WHERE customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: find_contract_end
INSERT INTO temp.gone
SELECT 'contract_end', id FROM contract_end WHERE contract_id IN (SELECT id FROM temp.gone WHERE noun = 'contract')

-- name: find_contract_appliance
INSERT INTO temp.gone
SELECT 'contract_appliance', id
  FROM contract_appliance
 WHERE contract_id IN (SELECT id FROM temp.gone WHERE noun = 'contract')

-- name: find_consumable
INSERT INTO temp.gone
SELECT 'consumable', id
  FROM consumable
 WHERE appliance_id IN (SELECT id FROM temp.gone WHERE noun = 'appliance')

-- name: find_consumable_sent
INSERT INTO temp.gone
SELECT 'consumable_sent', id
  FROM consumable_sent
 WHERE consumable_id IN (SELECT id FROM temp.gone WHERE noun = 'consumable')

-- name: find_consumable_stop
INSERT INTO temp.gone
SELECT 'consumable_stop', id
  FROM consumable_stop
 WHERE consumable_id IN (SELECT id FROM temp.gone WHERE noun = 'consumable')

-- name: find_handover
INSERT INTO temp.gone
SELECT 'handover', id FROM handover WHERE ticket_id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')

-- name: find_consent
INSERT INTO temp.gone
SELECT 'consent', id FROM consent WHERE customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: find_note
-- A note on an appliance is about who had it then; in doubt, within the second of a transfer, about the former owner.
INSERT INTO temp.gone
SELECT 'note', n.id
  FROM note n
 WHERE n.customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')
    OR n.ticket_id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')
    OR n.household_id IN (SELECT id FROM temp.gone WHERE noun = 'household')
    OR n.appliance_id IN (SELECT id FROM temp.gone WHERE noun = 'appliance')
       AND CAST(CASE
         WHEN EXISTS (SELECT 1 FROM change h WHERE h.appliance_id = n.appliance_id AND h.field = 'customer_id'
                         AND h.recorded_unix > unixepoch(n.recorded_at) - 1)
         THEN (SELECT h.old FROM change h WHERE h.appliance_id = n.appliance_id AND h.field = 'customer_id'
                  AND h.recorded_unix > unixepoch(n.recorded_at) - 1 ORDER BY h.recorded_unix, h.id LIMIT 1)
         ELSE (SELECT a.customer_id FROM appliance a WHERE a.id = n.appliance_id) END AS INTEGER)
         IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: find_words
-- The columns that the statements below erase; what the histories keep of them is erased too.
INSERT INTO temp.word VALUES
('customer', 'name'), ('customer', 'household_id'), ('customer', 'household_relation'), ('customer', 'address'),
('customer', 'ref'), ('customer', 'digest'), ('household', 'name'), ('phone', 'number'), ('phone', 'digits'),
('phone', 'extension'), ('appliance', 'ref'), ('appliance', 'retire_reason'), ('appliance', 'invoice_no'),
('exchange', 'void_reason'), ('ticket', 'text'), ('ticket', 'ref'), ('ticket', 'digest'), ('event', 'note'), ('event', 'reason'), ('event', 'evidence'),
('event', 'void_reason'),
('maintenance_line', 'ended_reason'), ('maintenance_line', 'void_reason'), ('callback', 'note'),
('callback', 'void_reason'), ('promise', 'what'), ('promise', 'void_reason'), ('promise_end', 'void_reason'),
('complaint', 'text'), ('complaint', 'file'), ('complaint', 'file_sha256'), ('complaint', 'void_reason'),
('complaint_step', 'text'), ('complaint_step', 'cause'), ('complaint_step', 'measure'),
('complaint_step', 'void_reason'), ('measure_done', 'text'), ('measure_done', 'void_reason'),
('quote', 'void_reason'), ('quote_answer', 'said_by'), ('quote_answer', 'reason'), ('quote_answer', 'void_reason'),
('charge', 'void_reason'), ('compensation', 'party'), ('compensation', 'void_reason'),
('part_order', 'void_reason'), ('part_issue', 'forced'), ('part_issue', 'void_reason'),
('part_movement', 'reason'), ('part_movement', 'void_reason'),
('reply', 'void_reason'), ('reading', 'void_reason'), ('contact', 'text'), ('contact', 'void_reason'),
('attendance', 'void_reason'), ('contract', 'scope'), ('contract', 'void_reason'), ('contract_end', 'reason'), ('contract_end', 'void_reason'),
('contract_appliance', 'void_reason'), ('consumable', 'void_reason'), ('consumable_sent', 'void_reason'),
('consumable_stop', 'void_reason'), ('handover', 'void_reason'), ('consent', 'given_by'), ('consent', 'void_reason'), ('note', 'text'), ('note', 'on_md'), ('note', 'yearly'),
('note', 'personal'), ('note', 'under_14'), ('note', 'consent'), ('note', 'file'), ('note', 'file_sha256'),
('note', 'gift')

-- name: erase_changes
-- That something was changed stays, and when and by whom; not what it said.
UPDATE change
   SET old = NULL, new = NULL
 WHERE customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')
       AND field IN (SELECT field FROM temp.word WHERE noun = 'customer')
    OR appliance_id IN (SELECT id FROM temp.gone WHERE noun = 'appliance')
       AND field IN (SELECT field FROM temp.word WHERE noun = 'appliance')
    OR ticket_id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')
       AND field IN (SELECT field FROM temp.word WHERE noun = 'ticket')
    OR complaint_id IN (SELECT id FROM temp.gone WHERE noun = 'complaint')
       AND field IN (SELECT field FROM temp.word WHERE noun = 'complaint')

-- name: erase_journal
UPDATE command_change
   SET old = NULL, new = NULL
 WHERE (noun, row_id) IN (SELECT noun, id FROM temp.gone) AND (noun, field) IN (SELECT noun, field FROM temp.word)

-- name: erase_journal_of_notes
-- Notes come and go whole, also those that are gone by now.
UPDATE command_change
   SET old = NULL, new = NULL
 WHERE noun = 'note' AND field IS NULL
   AND (row_id IN (SELECT id FROM temp.gone WHERE noun = 'note')
     OR json_extract(coalesce(new, old), '$.customer_id') IN (SELECT id FROM temp.gone WHERE noun = 'customer')
     OR json_extract(coalesce(new, old), '$.ticket_id') IN (SELECT id FROM temp.gone WHERE noun = 'ticket')
     OR json_extract(coalesce(new, old), '$.household_id') IN (SELECT id FROM temp.gone WHERE noun = 'household'))

-- name: erase_customer
UPDATE customer
   SET name = '(forgotten)', household_id = NULL, household_relation = NULL, address = NULL,
       ref = known_ref(source, ref), digest = NULL, forgotten_at = :at
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: erase_household
UPDATE household SET name = NULL WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'household')

-- name: erase_phone
UPDATE phone
   SET number = '(forgotten)', digits = '(forgotten)', extension = NULL, voided_at = coalesce(voided_at, :at),
       voided_by = coalesce(voided_by, :by)
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'phone')

-- name: erase_appliance
UPDATE appliance
   SET ref = known_ref(source, ref),
       retire_reason = CASE WHEN retired_on IS NOT NULL
                             AND customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')
                            THEN '(forgotten)' ELSE retire_reason END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'appliance')

-- name: erase_invoice
UPDATE appliance SET invoice_no = NULL WHERE customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: erase_ticket
UPDATE ticket
   SET text = NULL, ref = known_ref(source, ref), digest = NULL
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'ticket')

-- name: erase_event
-- The note of a cancellation says that it was forced (I18).
UPDATE event
   SET note = CASE WHEN kind = 'cancelled' AND note IS NOT NULL THEN '(forgotten)' END,
       reason = CASE kind WHEN 'cancelled' THEN reason END, evidence = NULL,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'event')

-- name: erase_maintenance_line
UPDATE maintenance_line
   SET ended_reason = CASE ended_as WHEN 'declined' THEN '(forgotten)' ELSE ended_reason END,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'maintenance_line')

-- name: erase_reply
UPDATE reply
   SET void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'reply')

-- name: erase_reading
UPDATE reading
   SET void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'reading')

-- name: erase_contact
UPDATE contact
   SET text = NULL,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'contact')

-- name: erase_callback
UPDATE callback
   SET note = NULL,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'callback')

-- name: erase_promise
UPDATE promise
   SET what = '(forgotten)',
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'promise')

-- name: erase_promise_end
UPDATE promise_end
   SET void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'promise_end')

-- name: erase_complaint
UPDATE complaint
   SET text = NULL, file = NULL, file_sha256 = NULL,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'complaint')

-- name: erase_complaint_step
UPDATE complaint_step
   SET text = CASE kind WHEN 'recovered' THEN text END,
       cause = CASE WHEN cause IS NOT NULL THEN '(forgotten)' END,
       measure = CASE WHEN measure IS NOT NULL THEN '(forgotten)' END,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'complaint_step')

-- name: erase_measure_done
UPDATE measure_done
   SET text = NULL,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'measure_done')

-- name: erase_quote
UPDATE quote
   SET void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'quote')

-- name: erase_quote_answer
UPDATE quote_answer
   SET said_by = NULL, reason = NULL,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'quote_answer')

-- name: erase_charge
UPDATE charge
   SET void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'charge')

-- name: erase_compensation
UPDATE compensation
   SET party = NULL,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'compensation')

-- name: erase_part_order
UPDATE part_order
   SET void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'part_order')

-- name: erase_part_issue
-- That it was forced stays (I20).
UPDATE part_issue
   SET forced = CASE WHEN forced IS NOT NULL THEN '(forgotten)' END,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'part_issue')

-- name: erase_part_movement
UPDATE part_movement
   SET reason = NULL,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'part_movement')

-- name: erase_attendance
UPDATE attendance
   SET void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'attendance')

-- name: erase_contract
UPDATE contract
   SET scope = NULL,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'contract')

-- name: erase_contract_end
UPDATE contract_end
   SET reason = NULL,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'contract_end')

-- name: erase_contract_appliance
UPDATE contract_appliance
   SET void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'contract_appliance')

-- name: erase_consumable
UPDATE consumable
   SET void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'consumable')

-- name: erase_consumable_sent
UPDATE consumable_sent
   SET void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'consumable_sent')

-- name: erase_consumable_stop
UPDATE consumable_stop
   SET void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'consumable_stop')

-- name: erase_handover
UPDATE handover
   SET void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'handover')

-- name: erase_consent
UPDATE consent
   SET given_by = NULL,
       void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'consent')

-- name: erase_exchange
UPDATE exchange
   SET void_reason = CASE WHEN void_reason IS NULL OR void_reason = 'undone' THEN void_reason ELSE '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'exchange')

-- name: erase_note
UPDATE note
   SET text = '(forgotten)', on_md = NULL, yearly = 0, personal = 0, under_14 = 0, consent = 0,
       file = NULL, file_sha256 = NULL, gift = CASE WHEN gift IS NOT NULL THEN '(forgotten)' END
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'note')

-- name: drop_gone
DROP TABLE temp.gone

-- name: drop_word
DROP TABLE temp.word

-- name: list_files
SELECT file FROM note WHERE file IS NOT NULL AND id IN (SELECT id FROM temp.gone WHERE noun = 'note')
 UNION
SELECT file FROM complaint WHERE file IS NOT NULL AND id IN (SELECT id FROM temp.gone WHERE noun = 'complaint')
 ORDER BY file

-- name: list_gone
SELECT id FROM temp.gone WHERE noun = 'customer'

-- name: list_search_texts
-- All texts by which the search may have known the person.
SELECT name FROM customer WHERE id = :id
 UNION SELECT address FROM customer WHERE id = :id AND address IS NOT NULL
 UNION SELECT digits FROM phone WHERE customer_id = :id
 UNION SELECT serial FROM appliance WHERE customer_id = :id AND serial IS NOT NULL
 UNION SELECT old FROM change WHERE customer_id = :id AND field IN ('name', 'address') AND old IS NOT NULL
 UNION SELECT new FROM change WHERE customer_id = :id AND field IN ('name', 'address') AND new IS NOT NULL
