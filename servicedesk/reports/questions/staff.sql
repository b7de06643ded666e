-- Questions about the staff: sums alone, for nothing else is on record.

-- name: staff_answers
SELECT month, role, sum(answers) AS answers, sum(CASE WHEN score >= 4 THEN answers ELSE 0 END) AS satisfied
  FROM staff_answer
 GROUP BY month, role
 ORDER BY month, role

-- name: staff_remarks
SELECT month, role, text FROM staff_remark ORDER BY month, role, text
