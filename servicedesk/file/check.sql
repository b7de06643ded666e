-- The rules that only 'check' reads, beside those of the file itself (sql/version_6/22_rules.sql). Each is a view of
-- the ids that break the rule or lack something. A view reads whole tables at once, so a file of a million tickets
-- takes the time of a few scans. The names, sentences and remedies are in rules.py.

-- Tickets: rules that the commands keep.

CREATE TEMP VIEW breach_window_before_report AS
SELECT w.ticket_id AS id
  FROM event w
  JOIN event r ON r.ticket_id = w.ticket_id AND r.kind = 'reported' AND r.voided_at IS NULL
 WHERE w.kind = 'appointed' AND w.voided_at IS NULL AND w.window_to_unix <= r.at_unix;

-- The codes are those of domain/model.py (a test compares them). Imported reasons may be other ones, and a maintenance
-- visit is cancelled with its birthday line.
CREATE TEMP VIEW breach_cancel_reason AS
SELECT e.ticket_id AS id
  FROM event e
  JOIN ticket t ON t.id = e.ticket_id AND t.type <> 'maintenance'
 WHERE e.kind = 'cancelled' AND e.voided_at IS NULL AND e.origin <> 'imported'
   AND coalesce(e.reason, '') NOT IN ('duplicate', 'entry_error', 'customer_changed_mind', 'customer_went_elsewhere',
                                      'works_again', 'out_of_area', 'no_contact');

CREATE TEMP VIEW breach_mutual_duplicates AS
SELECT e.ticket_id AS id
  FROM event e
  JOIN event o ON o.ticket_id = e.duplicate_of_id AND o.kind = 'cancelled' AND o.voided_at IS NULL
   AND o.duplicate_of_id = e.ticket_id
 WHERE e.kind = 'cancelled' AND e.voided_at IS NULL;

-- Undone rows, and the rows that name them.

-- The highest id of each table that has a journal (filled by rules.py).
CREATE TEMP TABLE last_id (noun TEXT PRIMARY KEY, id INTEGER);

CREATE TEMP VIEW breach_span AS
SELECT s.command_id AS id FROM command_span s JOIN temp.last_id l ON l.noun = s.noun WHERE s.last_id > l.id;

CREATE TEMP VIEW breach_facts_of_undone_ticket AS
SELECT t.id
  FROM ticket t
 WHERE t.voided_at IS NOT NULL AND EXISTS (SELECT 1 FROM event WHERE ticket_id = t.id AND voided_at IS NULL);

CREATE TEMP VIEW breach_ticket_of_undone AS
SELECT t.id
  FROM ticket t
  LEFT JOIN customer c ON c.id = t.customer_id
  LEFT JOIN appliance a ON a.id = t.appliance_id
 WHERE t.voided_at IS NULL AND (c.voided_at IS NOT NULL OR a.voided_at IS NOT NULL);

CREATE TEMP VIEW breach_appliance_of_undone AS
SELECT a.id
  FROM appliance a
  JOIN customer c ON c.id = a.customer_id AND c.voided_at IS NOT NULL
 WHERE a.voided_at IS NULL;

CREATE TEMP VIEW breach_birthday_on_undone_visit AS
SELECT l.appliance_id AS id
  FROM maintenance_line l
  JOIN ticket t ON t.id = l.ticket_id AND t.voided_at IS NOT NULL
 WHERE l.voided_at IS NULL;

-- Customers, appliances, technicians, categories: the values that they are compared by, and merges.

CREATE TEMP VIEW breach_phone_digits AS
SELECT customer_id AS id
  FROM phone
 WHERE voided_at IS NULL AND (digits <> phone_digits(number) OR extension IS NOT phone_extension(number));

CREATE TEMP VIEW breach_plate AS
SELECT id FROM appliance WHERE voided_at IS NULL AND serial IS NOT NULL AND plate <> plate(brand, serial);

CREATE TEMP VIEW breach_technician_name AS
SELECT max(id) AS id FROM technician WHERE voided_at IS NULL GROUP BY folded_name(name) HAVING count(*) > 1;

CREATE TEMP VIEW breach_customer_merged_twice AS
SELECT c.id
  FROM customer c
  JOIN customer o ON o.id = c.merged_into_id
 WHERE o.voided_at IS NOT NULL OR o.merged_into_id IS NOT NULL;

CREATE TEMP VIEW breach_category_merged_twice AS
SELECT k.rowid AS id
  FROM category k
  JOIN category o ON o.code = k.merged_into
 WHERE o.voided_at IS NOT NULL OR o.merged_into IS NOT NULL;

CREATE TEMP VIEW breach_appliance_of_merged_category AS
SELECT a.id FROM appliance a JOIN category k ON k.code = a.category AND k.merged_into IS NOT NULL;

CREATE TEMP VIEW breach_skill_of_merged_category AS
SELECT s.technician_id AS id
  FROM technician_skill s
  JOIN category k ON k.code = s.category
 WHERE k.merged_into IS NOT NULL;

CREATE TEMP VIEW breach_merged_customer_has_more AS
SELECT c.id
  FROM customer c
 WHERE c.merged_into_id IS NOT NULL
   AND (EXISTS (SELECT 1 FROM ticket WHERE customer_id = c.id)
        OR EXISTS (SELECT 1 FROM appliance WHERE customer_id = c.id)
        OR EXISTS (SELECT 1 FROM complaint WHERE customer_id = c.id AND voided_at IS NULL));

-- An exchanged appliance is out of use.
CREATE TEMP VIEW breach_exchanged_in_use AS
SELECT x.appliance_id AS id
  FROM exchange x
  JOIN appliance a ON a.id = x.appliance_id AND a.retired_on IS NULL
 WHERE x.voided_at IS NULL;

-- The newest change of a field has the value of the row. (Changes of forgotten people have no values.)

CREATE TEMP VIEW newest_change AS
SELECT * FROM change
 WHERE new IS NOT NULL
   AND id IN (SELECT max(id) FROM change GROUP BY customer_id, appliance_id, technician_id, ticket_id, complaint_id, field);

CREATE TEMP VIEW breach_change_of_customer AS
SELECT x.id
  FROM newest_change h
  JOIN customer x ON x.id = h.customer_id
 WHERE h.field IN ('name', 'household_id', 'address', 'area')
   AND h.new IS NOT CASE h.field WHEN 'name' THEN x.name WHEN 'household_id' THEN CAST(x.household_id AS TEXT)
                                 WHEN 'address' THEN x.address ELSE x.area END;

CREATE TEMP VIEW breach_change_of_appliance AS
SELECT x.id
  FROM newest_change h
  JOIN appliance x ON x.id = h.appliance_id
 WHERE h.field IN ('customer_id', 'category', 'brand', 'model', 'serial', 'bought_on', 'installed_on', 'retired_on')
   AND h.new IS NOT CASE h.field WHEN 'customer_id' THEN CAST(x.customer_id AS TEXT) WHEN 'category' THEN x.category
                                 WHEN 'brand' THEN x.brand WHEN 'model' THEN x.model WHEN 'serial' THEN x.serial
                                 WHEN 'bought_on' THEN x.bought_on WHEN 'installed_on' THEN x.installed_on
                                 ELSE x.retired_on END;

CREATE TEMP VIEW breach_change_of_ticket AS
SELECT x.id
  FROM newest_change h
  JOIN ticket x ON x.id = h.ticket_id
 WHERE h.field IN ('customer_id', 'appliance_id', 'type', 'fault', 'is_mystery')
   AND h.new IS NOT CASE h.field WHEN 'customer_id' THEN CAST(x.customer_id AS TEXT)
                                 WHEN 'appliance_id' THEN CAST(x.appliance_id AS TEXT)
                                 WHEN 'type' THEN x.type WHEN 'fault' THEN x.fault
                                 ELSE CAST(x.is_mystery AS TEXT) END;

CREATE TEMP VIEW breach_change_of_technician AS
SELECT x.id
  FROM newest_change h
  JOIN technician x ON x.id = h.technician_id
 WHERE h.field IN ('name', 'left_on') AND h.new IS NOT CASE h.field WHEN 'name' THEN x.name ELSE x.left_on END;

-- The stored facts of a ticket agree with its events. (EXCEPT takes two NULLs as equal.)
CREATE TEMP VIEW breach_ticket_fact AS
SELECT f.ticket_id AS id
  FROM (SELECT * FROM ticket_fact_now EXCEPT SELECT * FROM main.ticket_fact) f
  JOIN ticket t ON t.id = f.ticket_id AND t.is_mystery = 0
 UNION
SELECT ticket_id FROM main.ticket_fact WHERE ticket_id NOT IN (SELECT id FROM ticket WHERE is_mystery = 0);

-- Missing data, which is no fault.

CREATE TEMP VIEW known_customer AS
SELECT * FROM customer WHERE voided_at IS NULL AND merged_into_id IS NULL AND forgotten_at IS NULL;

CREATE TEMP VIEW missing_phone AS
SELECT c.id
  FROM known_customer c
 WHERE NOT EXISTS (SELECT 1 FROM phone WHERE customer_id = c.id AND voided_at IS NULL);

CREATE TEMP VIEW missing_address AS
SELECT id FROM known_customer WHERE address IS NULL;

-- Customers with the name, and a phone or the address, of an earlier customer. Window functions, not joins: a school
-- may give one phone to a thousand people.
CREATE TEMP VIEW missing_merge AS
SELECT id, min(first_id) AS first_id
  FROM (SELECT c.id, min(c.id) OVER (PARTITION BY p.digits, folded_name(c.name)) AS first_id
          FROM phone p
          JOIN known_customer c ON c.id = p.customer_id
         WHERE p.voided_at IS NULL
           AND p.digits IN (SELECT digits FROM phone WHERE voided_at IS NULL GROUP BY digits HAVING count(*) > 1)
         UNION ALL
        SELECT c.id, min(c.id) OVER (PARTITION BY folded_name(c.name), folded_name(c.address)) AS first_id
          FROM known_customer c
         WHERE c.address IS NOT NULL)
 WHERE first_id < id
 GROUP BY id;

-- Appliances that somebody can be asked about: all but those of forgotten customers.
CREATE TEMP VIEW asked_appliance AS
SELECT *
  FROM appliance a
 WHERE voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM customer WHERE id = a.customer_id AND forgotten_at IS NOT NULL);

CREATE TEMP VIEW missing_category AS
SELECT id FROM asked_appliance WHERE category = 'unknown' AND retired_on IS NULL;

CREATE TEMP VIEW missing_purchase AS
SELECT id FROM asked_appliance WHERE base_on IS NULL AND retired_on IS NULL;

CREATE TEMP VIEW missing_serial AS
SELECT id FROM asked_appliance WHERE serial IS NULL;

CREATE TEMP VIEW missing_owner AS
SELECT id FROM appliance WHERE customer_id IS NULL AND voided_at IS NULL;

CREATE TEMP VIEW missing_brand AS
SELECT id FROM asked_appliance WHERE brand IS NULL;

CREATE TEMP VIEW missing_caller AS
SELECT id FROM ticket WHERE customer_id IS NULL AND voided_at IS NULL;

CREATE TEMP VIEW missing_appliance AS
SELECT id FROM ticket WHERE type = 'repair' AND appliance_id IS NULL AND voided_at IS NULL;

CREATE TEMP VIEW missing_retirement AS
SELECT a.id
  FROM appliance a
 WHERE a.retired_on IS NULL AND a.voided_at IS NULL
   AND EXISTS (SELECT 1 FROM ticket t
                 JOIN event d ON d.ticket_id = t.id AND d.kind = 'completed' AND d.voided_at IS NULL
                WHERE t.appliance_id = a.id AND t.type = 'repair' AND d.outcome = 'exchanged');

CREATE TEMP VIEW missing_installation AS
SELECT a.id
  FROM appliance a
 WHERE a.retired_on IS NULL AND a.installed_on IS NULL AND a.voided_at IS NULL
   AND EXISTS (SELECT 1 FROM ticket t
                 JOIN event d ON d.ticket_id = t.id AND d.kind = 'completed' AND d.voided_at IS NULL
                WHERE t.appliance_id = a.id AND t.type = 'install' AND d.outcome = 'done');

CREATE TEMP VIEW missing_arrival AS
SELECT d.ticket_id AS id
  FROM event d
  JOIN ticket t ON t.id = d.ticket_id AND t.type = 'repair'
 WHERE d.kind = 'completed' AND d.voided_at IS NULL AND d.outcome <> 'resolved_remotely'
   AND NOT EXISTS (SELECT 1 FROM event a WHERE a.ticket_id = d.ticket_id AND a.kind = 'arrived' AND a.voided_at IS NULL);

CREATE TEMP VIEW missing_survivor AS
SELECT ticket_id AS id
  FROM event
 WHERE kind = 'cancelled' AND voided_at IS NULL AND reason = 'duplicate' AND duplicate_of_id IS NULL;

CREATE TEMP VIEW missing_worker AS
SELECT d.ticket_id AS id
  FROM event d
  JOIN ticket t ON t.id = d.ticket_id AND t.type <> 'guidance'
 WHERE d.kind = 'completed' AND d.voided_at IS NULL AND d.technician_id IS NULL AND d.outcome <> 'resolved_remotely';
