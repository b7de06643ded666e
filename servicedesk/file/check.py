"""What is wrong with a file: damage, broken rules, missing data (S05)."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from servicedesk.base.errors import NotFoundError, RefusedError, StorageError
from servicedesk.base.messages import coded, joined, msgid, say, say_count
from servicedesk.base.table import Result, Table, columns
from servicedesk.domain.model import OTHER_OUTCOMES, REPAIR_OUTCOMES
from servicedesk.file import breaches, doubles
from servicedesk.file.breaches import ANEW, BESIDE, STANDING, Rule
from servicedesk.records import ticket_facts
from servicedesk.records.ticket_facts import COLUMNS as COUNTED
from servicedesk.storage import new_files
from servicedesk.storage.database import Database
from servicedesk.storage.search import index

_EXAMPLES = 20
COLUMNS = columns("kind", "noun-", "id-", "ref+", "count:count", "finding", "remedy")
_NOUNS = {"C": "customer", "A": "appliance", "T": "ticket", "P": "promise", "K": "complaint"}


class Finding(NamedTuple):
    """`kind`: damage, rule, missing, left. `ref` names one thing, or the first of `many`."""

    kind: str
    ref: str
    many: int
    finding: str
    remedy: str


_BACKUP = msgid("go back to a backup")
_REMOVED = msgid("rm -r removes it, and so does the next 'backup' into that folder")

RULES = (
    Rule("T", "has not exactly one report", BESIDE, f"""
SELECT id FROM ticket t
 WHERE t.voided_at IS NULL
   AND (SELECT count(*) FROM event WHERE ticket_id = t.id AND kind = 'reported' AND {STANDING}) <> 1"""),
    Rule("T", "has an event before its report", "'ticket correct' mends the wrong time", f"""
SELECT DISTINCT e.ticket_id AS id FROM event e
  JOIN event r ON r.ticket_id = e.ticket_id AND r.kind = 'reported' AND r.{STANDING}
 WHERE e.{STANDING} AND e.at_unix < r.at_unix"""),
    Rule("T", "was completed before an arrival", "'ticket correct' mends the wrong time", f"""
SELECT DISTINCT d.ticket_id AS id FROM event d
  JOIN event a ON a.ticket_id = d.ticket_id AND a.kind = 'arrived' AND a.{STANDING}
 WHERE d.kind = 'completed' AND d.{STANDING} AND d.at_unix < a.at_unix"""),
    Rule("T", "was surveyed before its completion", "'ticket correct' mends the wrong time", f"""
SELECT DISTINCT s.ticket_id AS id FROM event s
  JOIN event d ON d.ticket_id = s.ticket_id AND d.kind = 'completed' AND d.{STANDING}
 WHERE s.kind = 'surveyed' AND s.{STANDING} AND s.at_unix < d.at_unix"""),
    Rule("T", "ended more than once", "'ticket void' takes one of the ends back", f"""
SELECT ticket_id AS id FROM event
 WHERE (kind = 'completed' OR kind = 'cancelled') AND {STANDING}
 GROUP BY ticket_id HAVING count(*) > 1"""),
    Rule("T", "is open or ended otherwise than its events say", BESIDE, f"""
SELECT t.id FROM ticket t
 WHERE t.voided_at IS NULL AND t.ended_at IS NOT (SELECT e.at FROM event e WHERE e.ticket_id = t.id AND e.{STANDING}
                             AND (e.kind = 'completed' OR e.kind = 'cancelled'))"""),
    Rule("T", "ended in a way its type cannot end", "'ticket correct' mends the outcome", f"""
SELECT t.id FROM ticket t JOIN event d ON d.ticket_id = t.id AND d.kind = 'completed' AND d.{STANDING}
 WHERE d.outcome NOT IN (SELECT value FROM json_each(CASE t.type WHEN 'repair' THEN :repair ELSE :other END))"""),
    Rule("T", "was called back before its completion", "'callback void' takes the attempt back", f"""
SELECT DISTINCT b.ticket_id AS id FROM callback b
 WHERE b.{STANDING}
   AND NOT EXISTS (SELECT 1 FROM event d WHERE d.ticket_id = b.ticket_id AND d.kind = 'completed' AND d.{STANDING}
                      AND d.at_unix <= b.at_unix)"""),
    Rule("P", "was made before its ticket was reported", "'promise void {ref}' takes it back", f"""
SELECT p.id FROM promise p
  JOIN event r ON r.ticket_id = p.ticket_id AND r.kind = 'reported' AND r.{STANDING}
 WHERE p.{STANDING} AND p.at_unix < r.at_unix"""),
    Rule("P", "ended before it was made", "'promise void {ref} --end' takes the end back", f"""
SELECT p.id FROM promise p JOIN promise_end e ON e.promise_id = p.id AND e.{STANDING}
 WHERE p.{STANDING} AND e.at_unix < p.at_unix"""),
    Rule("K", "was received before its ticket was reported", "'complaint void {ref}' takes it back", f"""
SELECT k.id FROM complaint k
  JOIN event r ON r.ticket_id = k.ticket_id AND r.kind = 'reported' AND r.{STANDING}
 WHERE k.{STANDING} AND k.at_unix < r.at_unix"""),
    Rule("K", "has a step before its receipt or after its closing", "'complaint void {ref} --step' takes it back", f"""
SELECT DISTINCT k.id FROM complaint k
  JOIN complaint_step s ON s.complaint_id = k.id AND s.{STANDING}
  LEFT JOIN complaint_step z ON z.complaint_id = k.id AND z.kind = 'closed' AND z.{STANDING}
 WHERE k.{STANDING} AND (s.at_unix < k.at_unix OR s.at_unix > z.at_unix)"""),
    Rule("A", "has two open birthdays at once", "complete or decline one of them", """
SELECT l.appliance_id AS id FROM maintenance_line l LEFT JOIN ticket t ON t.id = l.ticket_id
 WHERE l.role = 'care' AND l.ended_as IS NULL AND l.voided_at IS NULL AND t.ended_at IS NULL
 GROUP BY l.appliance_id HAVING count(*) > 1"""),
    Rule("A", "was retired before it was bought", "'appliance edit' mends the date", """
SELECT id FROM appliance WHERE voided_at IS NULL AND retired_on < bought_on"""),
)  # fmt: skip

# What derived.py keeps: writers that fill it themselves need not be asked again (Guard).
_SAME = f"({', '.join(f'n.{name}' for name in COUNTED)}) IS ({', '.join(f'k.{name}' for name in COUNTED)})"
KEPT = Rule("T", "is measured otherwise than its events say", ANEW, f"""
SELECT n.ticket_id AS id FROM ticket_fact_now n LEFT JOIN ticket_fact k ON k.ticket_id = n.ticket_id WHERE NOT ({_SAME})
 UNION
SELECT ticket_id FROM ticket_fact WHERE ticket_id NOT IN (SELECT id FROM ticket)""")  # fmt: skip

_KNOWN = f"{STANDING} AND merged_into_id IS NULL AND forgotten_at IS NULL"
MISSING = (
    Rule("C", "no phone", "customer edit {ref} --phone P", f"""
SELECT id FROM customer c
 WHERE {_KNOWN} AND NOT EXISTS (SELECT 1 FROM phone WHERE customer_id = c.id AND {STANDING})"""),
    Rule("C", "no address", "customer edit {ref} --address A",
         f"SELECT id FROM customer WHERE address IS NULL AND {_KNOWN}"),
    Rule("C", "the same name, and the same phone or address, as an earlier customer",
         "if it is one person: customer merge, with {ref} as the second", doubles.DOUBLES),
    Rule("A", "no date of purchase", "ask at the next contact: appliance edit {ref} --bought D",
         f"SELECT id FROM appliance WHERE base_on IS NULL AND retired_on IS NULL AND {STANDING}"),
    Rule("A", "no serial", "appliance edit {ref} --serial S",
         f"SELECT id FROM appliance WHERE serial IS NULL AND {STANDING}"),
    Rule("A", "no customer", "appliance transfer {ref} --to the owner",
         f"SELECT id FROM appliance WHERE customer_id IS NULL AND {STANDING}"),
    Rule("T", "a repair without an appliance: never counted in the repeat rate", "ticket edit {ref} --appliance A1",
         f"SELECT id FROM ticket WHERE type = 'repair' AND appliance_id IS NULL AND {STANDING}"),
    Rule("A", "was exchanged, and is in use still", "appliance retire {ref} --reason exchanged --on DATE", f"""
SELECT a.id FROM appliance a
 WHERE a.retired_on IS NULL AND a.{STANDING}
   AND EXISTS (SELECT 1 FROM ticket t JOIN event d ON d.ticket_id = t.id AND d.kind = 'completed' AND d.{STANDING}
                WHERE t.appliance_id = a.id AND t.type = 'repair' AND d.outcome = 'exchanged')"""),
    Rule("A", "was installed, and no day of installation is known", "appliance edit {ref} --installed DATE", f"""
SELECT a.id FROM appliance a
 WHERE a.retired_on IS NULL AND a.installed_on IS NULL AND a.{STANDING}
   AND EXISTS (SELECT 1 FROM ticket t JOIN event d ON d.ticket_id = t.id AND d.kind = 'completed' AND d.{STANDING}
                WHERE t.appliance_id = a.id AND t.type = 'install' AND d.outcome = 'done')"""),
    Rule("T", "a repair completed on the spot without an arrival: a miss of the 24 hours",
         "'ticket arrive {ref} --at TIME' records an arrival that was forgotten", f"""
SELECT d.ticket_id AS id FROM event d JOIN ticket t ON t.id = d.ticket_id AND t.type = 'repair'
 WHERE d.kind = 'completed' AND d.{STANDING} AND d.outcome <> 'resolved_remotely'
   AND NOT EXISTS (SELECT 1 FROM event a WHERE a.ticket_id = d.ticket_id AND a.kind = 'arrived' AND a.{STANDING})"""),
    Rule("T", "an answer about work whose completion was taken back", "ticket void takes the answer back too", f"""
SELECT DISTINCT s.ticket_id AS id FROM event s
 WHERE s.kind = 'surveyed' AND s.{STANDING}
   AND NOT EXISTS (SELECT 1 FROM event d WHERE d.ticket_id = s.ticket_id AND d.kind = 'completed' AND d.{STANDING})"""),
    Rule("T", "a duplicate that does not name the ticket that stays",
         "'ticket void' the cancellation, then 'ticket cancel {ref} --duplicate-of' it", f"""
SELECT ticket_id AS id FROM event
 WHERE kind = 'cancelled' AND {STANDING} AND reason = 'duplicate' AND duplicate_of_id IS NULL"""),
)  # fmt: skip


def check_file(db: Database) -> Result:
    """Return all findings: damage and broken rules one by one, missing data counted with the first of each."""
    found = list(_damage(db))
    if not found:
        db.connection.execute("PRAGMA cache_size = -65536")
        breaches.ready(db.connection)
        found += [Finding("damage", name, 1, say(how), ANEW) for name, how in breaches.strange(db.connection)]
        found += broken(db) + _broken(db, (*breaches.RULES, KEPT))
        found += _missing(db)
    found += _find_leftovers(db)
    notes = [] if found else [say("no damage, no broken rule, nothing missing")]
    many = next((finding.finding for finding in found if finding.many > 1), None)
    if many:
        notes.append(say("check --list '{finding}' prints all of one finding", finding=many))
    return Result(Table(COLUMNS, [_finding_row(finding) for finding in found]), notes, changed=False)


def list_finding(db: Database, text: str, *, translation: Callable[[str], str] = str) -> Table:
    """Return everything that one finding is about; `text` is the finding or a part of it, in English or as `told`.

    NotFoundError, or RefusedError where several findings have that part.
    """
    found = _find_finding(text, translation)
    db.connection.execute("PRAGMA cache_size = -65536")
    breaches.ready(db.connection)
    rows = [
        _finding_row(Finding(kind, f"{rule.letter}{one}", 1, say(rule.finding), rule.remedy))
        for kind, rule in found
        for one in _hits(db, rule, -1)[0]
    ]
    return Table(COLUMNS, rows)


def _find_finding(text: str, translation: Callable[[str], str]) -> list[tuple[str, Rule]]:
    """The finding of that name, else the one with that part in its name: its kind and rules, one a table."""

    def folded(name: str) -> str:
        return " ".join(name.casefold().split())

    rules = [("rule", rule) for rule in (*RULES, *breaches.RULES, KEPT)]
    rules += [("missing", rule) for rule in (*MISSING, *breaches.MISSING)]
    wanted = folded(text)
    names = {r.finding: [folded(name) for name in (r.finding, translation(say(r.finding)))] for _, r in rules}
    found = [(kind, rule) for kind, rule in rules if wanted in names[rule.finding]]
    found = found or [(kind, rule) for kind, rule in rules if any(wanted in name for name in names[rule.finding])]
    several = list(dict.fromkeys(say(rule.finding) for _, rule in found))
    if not several:
        raise NotFoundError(say("'check' has no finding '{text}'", text=text), hint=say("'check' lists its findings"))
    if len(several) > 1:
        raise RefusedError(say("'{text}' matches {n} findings", text=text, n=len(several)), hint=joined("; ", several))
    return found


def _finding_row(finding: Finding) -> tuple[str, str | None, int | None, str, int, str, str]:
    """A finding in the order of COLUMNS; machines get noun and id, people the reference and a remedy to type."""
    noun: str | None
    noun, _, number = finding.ref.rpartition(" ")  # `appliance 7` of any table, or `A7`
    if not noun:
        noun, number = _NOUNS.get(finding.ref[:1]), finding.ref[1:]
    ref = joined(" ", (coded(noun), number)) if " " in finding.ref else finding.ref
    key = int(number) if number.isdecimal() else None
    remedy = say(finding.remedy, ref=finding.ref)
    return finding.kind, noun, key, ref, finding.many, finding.finding, remedy


def sound(findings: Table) -> None:
    """StorageError where there is more than missing data: exit 5 for cron."""
    bad = [kind for kind in findings.column("kind") if kind not in {"missing", "left"}]
    if bad:
        raise StorageError(
            say_count("{n} finding of damage or broken rules", "{n} findings of damage or broken rules", n=len(bad)),
            hint=say("each line names its remedy; after damage go back to a backup"),
        )


def broken(db: Database) -> list[Finding]:
    """References into nothing and broken rules, the first of each kind one by one."""
    found = [
        Finding(
            "damage", f"{row[0]} {row[1]}", 1, say("it names a {noun} that is not there", noun=coded(row[2])), BESIDE
        )
        for row in db.rows("PRAGMA foreign_key_check")[:_EXAMPLES]
        for noun in (coded(row[2]),)
    ]
    return found + _broken(db, RULES)


def _broken(db: Database, rules: Iterable[Rule], *, since_id: int = 0) -> list[Finding]:
    found = []
    for rule in rules:
        ids, count = _hits(db, rule, _EXAMPLES, since_id=since_id)
        found += [Finding("rule", f"{rule.letter}{one}", 1, say(rule.finding), rule.remedy) for one in ids]
        if count > len(ids):
            more = say("{finding} (more of them)", finding=say(rule.finding))
            found.append(Finding("rule", "", count - len(ids), more, rule.remedy))
    return found


_TRIGGERS = f"""
SELECT name, sql FROM sqlite_master
 WHERE type = 'trigger' AND name NOT GLOB '{index.INDEX}_*'
"""


class Guard:
    """The triggers of the file, stepping aside for many rows at once; inside a transaction.

    They cost three times the rows themselves, and cannot replay a lawful history (a correction may name what was
    voided later). The same rules are looked at as a whole before they stand again.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self._aside: list[tuple[str, str]] = []

    def step_aside(self) -> None:
        """From now on nothing is refused, and `ended_at` is the writer's own business. (Marks of a row stay.)"""
        if not self._aside:
            rows = self.db.rows(_TRIGGERS)
            self._aside = [(row["name"], row["sql"]) for row in rows]
            for name, _ in self._aside:
                self.db.run(f"DROP TRIGGER {name}")

    def stand(self, what: object, *, since_ticket_id: int = 0) -> None:
        """Back in place; RefusedError where the tickets from that id on break a rule."""
        if not self._aside:
            return
        for _, sql in self._aside:
            self.db.run(sql)
        ticket_facts.fill(self.db, since_ticket_id=since_ticket_id)
        of_tickets = [rule for rule in RULES if rule.letter == "T"]
        found = _broken(self.db, of_tickets, since_id=since_ticket_id) if since_ticket_id else broken(self.db)
        if found:
            told = joined("\n", [say("  {ref}: {finding}", ref=f.ref, finding=f.finding) for f in found[:10]])
            raise RefusedError(
                say(
                    "{what} breaks {sum} rules, nothing was written:\n{told}",
                    what=what,
                    sum=sum(f.many for f in found),
                    told=told,
                )
            )


def _damage(db: Database) -> Iterator[Finding]:
    try:
        for row in db.rows(f"PRAGMA integrity_check({_EXAMPLES})"):
            if row[0] != "ok":
                yield Finding("damage", "", 1, str(row[0]), _BACKUP)
    except sqlite3.DatabaseError as error:
        yield Finding("damage", "", 1, str(error), _BACKUP)


def _missing(db: Database) -> Iterator[Finding]:
    for rule in (*MISSING, *breaches.MISSING):
        ids, count = _hits(db, rule, 1)
        if count:
            yield Finding("missing", f"{rule.letter}{ids[0]}", count, say(rule.finding), rule.remedy)


def _find_leftovers(db: Database) -> Iterator[Finding]:
    """What killed runs left beside the file: it may hold a copy of all it says about people."""
    for path in new_files.list_abandoned(db.path.parent):
        finding = say("{path}, left by a killed run, may hold a copy of the file", path=path)
        yield Finding("left", "", 1, finding, _REMOVED)


def _hits(db: Database, rule: Rule, most: int, *, since_id: int = 0) -> tuple[Sequence[int], int]:
    """The first ids of a rule, and how many there are."""
    values = {"repair": json.dumps(REPAIR_OUTCOMES), "other": json.dumps(OTHER_OUTCOMES)}
    used = {name: value for name, value in values.items() if f":{name}" in rule.sql}
    sql = f"SELECT id, count(*) OVER () FROM ({rule.sql}) WHERE id >= :since_id ORDER BY id LIMIT {most}"
    rows = db.rows(sql, since_id=since_id, **used)
    return [row[0] for row in rows], rows[0][1] if rows else 0
