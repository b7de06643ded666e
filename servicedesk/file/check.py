"""`check`: list what is wrong with a file: damage, broken rules, missing data (S05)."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

from servicedesk.base.errors import NotFoundError, RefusedError, StorageError
from servicedesk.base.messages import coded, joined, msgid, say, say_count
from servicedesk.base.table import Result, Table, columns
from servicedesk.file import opening
from servicedesk.file.rules import (
    ANEW,
    IN_FILE,
    MISSING,
    RULES_OF_CHECK,
    Finding,
    Rule,
    broken_file,
    broken_rules,
    list_breaches,
    prepare_check,
)
from servicedesk.records import notes
from servicedesk.storage import new_files
from servicedesk.storage.database import Database

COLUMNS = columns("kind", "noun-", "id-", "ref:code+", "count:count??", "finding", "remedy")
_NOUNS = {"C": "customer", "A": "appliance", "T": "ticket", "P": "promise", "K": "complaint"}
_BACKUP = msgid("go back to a backup")
_PUT_BACK = msgid("'note list {ref}' names the file: put it back at its place")
# Found in the notes, not by a view of the file.
_PUT_EVIDENCE_BACK = msgid("'complaint show {ref}' names the file: put it back at its place")
_LOST = (
    Rule("", "", notes.GONE, _PUT_BACK), Rule("", "", notes.CHANGED, _PUT_BACK),
    Rule("", "", notes.EVIDENCE_GONE, _PUT_EVIDENCE_BACK), Rule("", "", notes.EVIDENCE_CHANGED, _PUT_EVIDENCE_BACK),
)  # fmt: skip
_REMOVED = msgid("rm -r removes it, and so does the next 'backup' into that folder")


def check_file(db: Database) -> Result:
    """Return all findings: damage and broken rules one by one, missing data counted with the first id of each kind.

    All findings are as of one instant, even while others write.
    """
    with db.snapshot():
        found = list(_damage(db))
        if not found:
            found = _find_changes_of_structure(db.connection)
            _prepare(db)
            found += broken_file(db) + broken_rules(db, RULES_OF_CHECK) + list(_missing(db))
            found += _find_lost_files(db)
    found += _find_leftovers(db)
    notes = [] if found else [say("no damage, no broken rule, nothing missing")]
    many = next((finding.finding for finding in found if finding.many > 1), None)
    if many:
        notes.append(say("check --list '{finding}' prints all of one finding", finding=many))
    return Result(Table(COLUMNS, [_finding_row(finding) for finding in found]), notes, changed=False)


def list_finding(db: Database, text: str, *, translation: Callable[[str], str] = str) -> Table:
    """Return every row that one finding is about. `text`: the finding or a part of it, in English or translated.

    NotFoundError if no finding has that text, RefusedError if several have it.
    """
    found = _find_finding(text, translation)
    names = {rule.finding for _, rule in found}
    with db.snapshot():
        _prepare(db)
        rows = [_finding_row(lost) for lost in _list_lost_files(db) if lost.finding in names]
        rows += [
            _finding_row(Finding(kind, f"{rule.letter}{each}", 1, say(rule.finding), rule.remedy))
            for kind, rule in found
            if rule not in _LOST
            for each in list_breaches(db, rule, -1)[0]
        ]
    return Table(COLUMNS, rows)


def _list_lost_files(db: Database) -> list[Finding]:
    """Return a finding for each note and complaint whose attached file is gone or was changed."""
    remedies = {rule.finding: rule.remedy for rule in _LOST}
    lost = notes.list_lost_attachments(db)
    return [Finding("missing", ref, 1, say(finding), remedies[finding]) for finding, ref in lost]


def _find_lost_files(db: Database) -> Iterator[Finding]:
    """Yield the lost files counted: one finding for each kind, with its first reference."""
    lost = _list_lost_files(db)
    for finding in dict.fromkeys(each.finding for each in lost):
        of_it = [each for each in lost if each.finding == finding]
        yield of_it[0]._replace(many=len(of_it))


def _prepare(db: Database) -> None:
    db.connection.execute("PRAGMA cache_size = -65536")
    prepare_check(db)


def _find_finding(text: str, translation: Callable[[str], str]) -> list[tuple[str, Rule]]:
    """Return kind and rules of the finding of that name, else of the only one whose name contains the text."""

    def plain(name: str) -> str:
        return " ".join(name.casefold().split())

    rules = [
        *(("rule", rule) for rule in (*IN_FILE, *RULES_OF_CHECK)),
        *(("missing", rule) for rule in (*MISSING, *_LOST)),
    ]
    wanted = plain(text)
    names = {r.finding: [plain(name) for name in (r.finding, translation(say(r.finding)))] for _, r in rules}
    found = [(kind, rule) for kind, rule in rules if wanted in names[rule.finding]]
    found = found or [(kind, rule) for kind, rule in rules if any(wanted in name for name in names[rule.finding])]
    several = list(dict.fromkeys(say(rule.finding) for _, rule in found))
    if not several:
        raise NotFoundError(say("'check' has no finding '{text}'", text=text), hint=say("'check' lists its findings"))
    if len(several) > 1:
        raise RefusedError(say("'{text}' matches {n} findings", text=text, n=len(several)), hint=joined("; ", several))
    return found


def _finding_row(finding: Finding) -> tuple[str, str | None, int | None, str, int, str, str]:
    """Return a finding as a row of COLUMNS: noun and id for programs, a reference and a remedy to type for people."""
    noun: str | None
    noun, _, number = finding.ref.rpartition(" ")  # `appliance 7` of any table, or `A7`
    if not noun:
        noun, number = _NOUNS.get(finding.ref[:1]), finding.ref[1:]
    ref = joined(" ", (coded(noun), number)) if " " in finding.ref else finding.ref
    key = int(number) if number.isdecimal() else None
    remedy = say(finding.remedy, ref=finding.ref)
    return finding.kind, noun, key, ref, finding.many, finding.finding, remedy


def check_sound(findings: Table) -> None:
    """Raise StorageError (exit code 5, for cron) if any finding is damage or a broken rule."""
    bad = [kind for kind in findings.column("kind") if kind not in {"missing", "left"}]
    if bad:
        raise StorageError(
            say_count("{n} finding of damage or broken rules", "{n} findings of damage or broken rules", n=len(bad)),
            hint=say("each line names its remedy; after damage go back to a backup"),
        )


def _find_changes_of_structure(connection: sqlite3.Connection) -> list[Finding]:
    """Return what is missing or differs from this version's schema: `trigger event_stays` is not there."""
    found = []
    there = _schema(connection)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        opening.empty(new)
        for name, sql in _schema(new).items():
            if there.get(name) != sql:
                how = say("is other than this version makes it") if name in there else say("is not there")
                found.append(Finding("damage", name, 1, how, ANEW))
    return found


def _schema(connection: sqlite3.Connection) -> dict[str, str]:
    sql = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    return dict(tuple(row) for row in connection.execute(sql))


def _damage(db: Database) -> Iterator[Finding]:
    try:
        for row in db.rows("PRAGMA integrity_check(20)"):
            if row[0] != "ok":
                yield Finding("damage", "", 1, str(row[0]), _BACKUP)
    except sqlite3.DatabaseError as error:
        yield Finding("damage", "", 1, str(error), _BACKUP)


def _missing(db: Database) -> Iterator[Finding]:
    for rule in MISSING:
        ids, count = list_breaches(db, rule, 1)
        if count:
            yield Finding("missing", f"{rule.letter}{ids[0]}", count, say(rule.finding), rule.remedy)


def _find_leftovers(db: Database) -> Iterator[Finding]:
    """Yield the folders that killed runs left beside the file: they may hold a copy of all its personal data."""
    for path in new_files.list_abandoned(db.path.parent):
        finding = say("{path}, left by a killed run, may hold a copy of the file", path=path)
        yield Finding("left", "", 1, finding, _REMOVED)
