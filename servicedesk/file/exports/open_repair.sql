-- Repairs as the Open Repair Data Standard wants them (https://standard.openrepair.org): one row a repair, no names.
-- Categories that the standard lacks are large or small home appliances. Mystery shoppers' tickets are left out.
SELECT coalesce(v.ref, 'T' || v.id) AS id, :outlet AS data_provider, '' AS country,
       coalesce(k.label_zh, v.category, '') AS partner_product_category,
       c.name AS product_category, c.number AS product_category_id, coalesce(v.brand, '') AS brand,
       '' AS year_of_manufacture,
       CASE WHEN a.bought_on IS NOT NULL
            THEN round((unixepoch(substr(v.reported_at, 1, 10)) - unixepoch(a.bought_on)) / 31557600.0, 1)
            ELSE '' END AS product_age,
       CASE v.outcome
         WHEN 'fixed' THEN 'Fixed' WHEN 'resolved_remotely' THEN 'Fixed' WHEN 'user_caused' THEN 'Fixed'
         WHEN 'no_fault_found' THEN 'Fixed' WHEN 'not_repairable' THEN 'End of life' WHEN 'exchanged' THEN 'End of life'
         WHEN 'referred' THEN 'Repairable' ELSE 'Unknown' END AS repair_status,
       '' AS repair_barrier_if_end_of_life, :outlet AS group_identifier,
       substr(coalesce(v.completed_at, v.reported_at), 1, 10) AS event_date,
       coalesce(v.text, v.fault, '') AS problem
  FROM ticket_now v
  LEFT JOIN appliance a ON a.id = v.appliance_id
  LEFT JOIN category k ON k.code = v.category
  JOIN (SELECT value ->> 0 AS code, value ->> 1 AS name, value ->> 2 AS number FROM json_each(:categories)) c
    ON c.code = CASE WHEN v.category IN (SELECT value ->> 0 FROM json_each(:categories)) THEN v.category ELSE 'other' END
 WHERE v.type = 'repair' AND v.cancelled_at IS NULL AND v.id NOT IN (SELECT id FROM ticket WHERE is_mystery = 1)
 ORDER BY v.id
