-- Find the rows of a forgotten person and erase their words, also in the histories. forget.py runs these statements in
-- their order, in one transaction. temp.gone holds the rows of the person by table; rows that belong to them are added
-- as the schema says (ownership.py). temp.word holds the columns with words about people (words.py).

-- name: make_gone
CREATE TEMP TABLE gone (noun TEXT, id INTEGER, PRIMARY KEY (noun, id)) WITHOUT ROWID

-- name: make_word
CREATE TEMP TABLE word (noun TEXT, field TEXT, PRIMARY KEY (noun, field)) WITHOUT ROWID

-- name: find_customer
-- Entries that were merged into the customer are the same person.
INSERT INTO temp.gone SELECT 'customer', id FROM customer WHERE id = :id OR merged_into_id = :id

-- name: find_household
-- A household loses its name with its last member.
INSERT INTO temp.gone
SELECT DISTINCT 'household', household_id
  FROM customer c
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'customer') AND household_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM customer o
                    WHERE o.household_id = c.household_id
                      AND o.id NOT IN (SELECT id FROM temp.gone WHERE noun = 'customer'))

-- name: find_appliance
-- Also appliances that the person had before: the import key of an appliance may contain its owner's name.
INSERT INTO temp.gone
SELECT 'appliance', id FROM appliance WHERE customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')
 UNION
SELECT 'appliance', appliance_id
  FROM change
 WHERE field = 'customer_id' AND appliance_id IS NOT NULL
   AND CAST(old AS INTEGER) IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: find_own_appliance
-- Rows that belong to an appliance belong to its present owner.
INSERT INTO temp.gone
SELECT 'own_appliance', id FROM appliance WHERE customer_id IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: find_consumable
-- Also plans of appliances that the person had before.
INSERT INTO temp.gone
SELECT 'consumable', id
  FROM consumable
 WHERE appliance_id IN (SELECT id FROM temp.gone WHERE noun = 'appliance')

-- name: find_note_on_appliance
-- A note is about the owner at that time; if in doubt, within the second of a transfer, about the former owner.
INSERT INTO temp.gone
SELECT 'note', n.id
  FROM note n
 WHERE n.appliance_id IN (SELECT id FROM temp.gone WHERE noun = 'appliance')
       AND CAST(CASE
         WHEN EXISTS (SELECT 1 FROM change h WHERE h.appliance_id = n.appliance_id AND h.field = 'customer_id'
                         AND h.recorded_unix > unixepoch(n.recorded_at) - 1)
         THEN (SELECT h.old FROM change h WHERE h.appliance_id = n.appliance_id AND h.field = 'customer_id'
                  AND h.recorded_unix > unixepoch(n.recorded_at) - 1 ORDER BY h.recorded_unix, h.id LIMIT 1)
         ELSE (SELECT a.customer_id FROM appliance a WHERE a.id = n.appliance_id) END AS INTEGER)
         IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: erase_changes
-- The change stays, with its time and actor; the old and new words are erased.
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
-- The journal holds notes as a whole, also those that were deleted since.
UPDATE command_change
   SET old = NULL, new = NULL
 WHERE noun = 'note' AND field IS NULL
   AND (row_id IN (SELECT id FROM temp.gone WHERE noun = 'note')
     OR json_extract(coalesce(new, old), '$.customer_id') IN (SELECT id FROM temp.gone WHERE noun = 'customer')
     OR json_extract(coalesce(new, old), '$.ticket_id') IN (SELECT id FROM temp.gone WHERE noun = 'ticket')
     OR json_extract(coalesce(new, old), '$.household_id') IN (SELECT id FROM temp.gone WHERE noun = 'household'))

-- name: end_customer
UPDATE customer SET forgotten_at = :at WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'customer')

-- name: end_phone
UPDATE phone
   SET voided_at = coalesce(voided_at, :at), voided_by = coalesce(voided_by, :by)
 WHERE id IN (SELECT id FROM temp.gone WHERE noun = 'phone')

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
-- All texts by which the search may have found the person.
SELECT name FROM customer WHERE id = :id
 UNION SELECT address FROM customer WHERE id = :id AND address IS NOT NULL
 UNION SELECT digits FROM phone WHERE customer_id = :id
 UNION SELECT serial FROM appliance WHERE customer_id = :id AND serial IS NOT NULL
 UNION SELECT old FROM change WHERE customer_id = :id AND field IN ('name', 'address') AND old IS NOT NULL
 UNION SELECT new FROM change WHERE customer_id = :id AND field IN ('name', 'address') AND new IS NOT NULL
