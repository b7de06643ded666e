"""The rules between rows of the file, with their sentences. Each rule is an SQL view that lists the ids that break it.

The views of IN_FILE stand in every file (sql/version_6/22_rules.sql): its triggers use them to refuse a new fact, and
guard.py checks many rows at once with them. The views of RULES_OF_CHECK and MISSING are made for `check` alone
(check.sql).
"""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from servicedesk.base import sameness
from servicedesk.base.messages import coded, msgid, say
from servicedesk.file.opening import split_statements
from servicedesk.storage.database import Database
from servicedesk.storage.journal import JOURNALED, last_id

_VIEWS = Path(__file__).with_name("check.sql")
_BESIDE = msgid("go back to a backup, or ask who wrote into the file beside servicedesk")
ANEW = msgid("'export' the file, 'import' that into a new one")
_TIME = msgid("'ticket correct' corrects the time")
_CHANGED = msgid("says otherwise than its last change")
_MERGED_TWICE = msgid("was merged into one that is merged or undone itself")


class Rule(NamedTuple):
    """A rule. `view` lists the ids that break it or lack something; `letter`: of their noun, else the noun's name."""

    view: str
    letter: str
    finding: str
    remedy: str


IN_FILE = (
    Rule("breach_one_report", "T", msgid("has not exactly one report"), _BESIDE),
    Rule("breach_before_report", "T", msgid("has an event before its report"), _TIME),
    Rule("breach_arrival_after_completion", "T", msgid("was completed before an arrival"), _TIME),
    Rule("breach_arrival_after_cancellation", "T", msgid("was cancelled before an arrival"), _TIME),
    Rule("breach_answer_before_completion", "T", msgid("was surveyed before its completion"), _TIME),
    Rule("breach_one_end", "T", msgid("ended more than once"), msgid("'ticket void' voids one of the ends")),
    Rule("breach_after_end", "T", msgid("was worked on after it had ended"),
         msgid("'ticket void' voids the later event")),
    Rule("breach_ended_at", "T", msgid("is open or ended otherwise than its events say"), _BESIDE),
    Rule("breach_outcome", "T", msgid("ended in a way its type cannot end"),
         msgid("'ticket correct' corrects the outcome")),
    Rule("breach_callback_before_completion", "T", msgid("was called back before its completion"),
         msgid("'callback void' voids the attempt")),
    Rule("breach_promise_before_report", "P", msgid("was made before its ticket was reported"),
         msgid("'promise void {ref}' voids it")),
    Rule("breach_promise_after_cancellation", "P", msgid("was promised for a ticket that was cancelled"),
         msgid("'promise void {ref}' voids it")),
    Rule("breach_end_before_promise", "P", msgid("ended before it was made"),
         msgid("'promise void {ref} --end' voids the end")),
    Rule("breach_complaint_before_report", "K", msgid("was received before its ticket was reported"),
         msgid("'complaint void {ref}' voids it")),
    Rule("breach_step_before_receipt", "K", msgid("has a step before its receipt"),
         msgid("'complaint void {ref} --step' voids it")),
    Rule("breach_step_after_closing", "K", msgid("has a step after its closing"),
         msgid("'complaint void {ref} --step' voids it")),
    Rule("breach_measure_before_closing", "K", msgid("has a measure that was done before it was named"),
         msgid("'complaint void {ref} --done' voids it")),
    Rule("breach_open_birthdays", "A", msgid("has two open birthdays at once"),
         msgid("complete or decline one of them")),
    Rule("breach_money_before_report", "T", msgid("was quoted or charged before its report"),
         msgid("'ticket void {ref} --money' voids it")),
    Rule("breach_answer_before_quote", "T", msgid("has an answer before its quote"),
         msgid("'ticket void {ref} --money' voids the answer")),
    Rule("breach_compensation_before_receipt", "K", msgid("was compensated before its receipt"),
         msgid("'complaint void {ref}' voids it")),
    Rule("breach_recovered_more", "K", msgid("got more back than was paid for it"),
         msgid("'complaint void {ref}' voids it")),
    Rule("breach_part_stock", "part ", msgid("more went out than came in"),
         msgid("'part show' lists its movements, 'part void' voids one")),
    Rule("breach_part_taken", "part ", msgid("more was used or given back than somebody took"),
         msgid("'part show' lists its movements, 'part void' voids one")),
)  # fmt: skip

RULES_OF_CHECK = (
    Rule("breach_window_before_report", "T", msgid("has a window that ends before its report"),
         msgid("'ticket void' voids the window")),
    Rule("breach_cancel_reason", "T", msgid("was cancelled for a reason that is none"),
         msgid("'ticket void' the cancellation, then cancel it again")),
    Rule("breach_mutual_duplicates", "T", msgid("is the duplicate of its own duplicate"),
         msgid("'ticket void' one of the cancellations")),
    Rule("breach_span", "command ", msgid("wrote rows that are not there"), _BESIDE),
    Rule("breach_ticket_of_undone", "T", msgid("stands, and its customer or appliance was undone"), _BESIDE),
    Rule("breach_appliance_of_undone", "A", msgid("stands, and its customer was undone"), _BESIDE),
    Rule("breach_birthday_on_undone_visit", "A", msgid("has a birthday on a visit that was undone"), _BESIDE),
    Rule("breach_phone_digits", "C", msgid("has a phone that is compared by other digits"),
         msgid("'customer edit' the phone, and back again")),
    Rule("breach_plate", "A", msgid("has a serial that is compared by another one"),
         msgid("'appliance edit {ref} --serial' with the serial as it is")),
    Rule("breach_technician_name", "technician ", msgid("has the name of another one"),
         msgid("'technician edit' renames one of them")),
    Rule("breach_customer_merged_twice", "C", _MERGED_TWICE, _BESIDE),
    Rule("breach_category_merged_twice", "category ", _MERGED_TWICE, _BESIDE),
    Rule("breach_appliance_of_merged_category", "A", msgid("is of a category that was merged into another"),
         msgid("'appliance edit {ref} --category' names the other")),
    Rule("breach_skill_of_merged_category", "technician ",
         msgid("is skilled in a category that was merged into another"),
         msgid("'technician edit --skill' names the other")),
    Rule("breach_merged_customer_has_more", "C",
         msgid("was merged and has tickets, machines or complaints of its own yet"), _BESIDE),
    Rule("breach_facts_of_undone_ticket", "T", msgid("was undone and has facts that stand"), _BESIDE),
    Rule("breach_exchanged_in_use", "A", msgid("was exchanged for another, and is in use"),
         msgid("'appliance exchange {ref} --void' takes the exchange back")),
    Rule("breach_change_of_customer", "C", _CHANGED, _BESIDE),
    Rule("breach_change_of_appliance", "A", _CHANGED, _BESIDE),
    Rule("breach_change_of_ticket", "T", _CHANGED, _BESIDE),
    Rule("breach_change_of_technician", "technician ", _CHANGED, _BESIDE),
    Rule("breach_ticket_fact", "T", msgid("is measured otherwise than its events say"), ANEW),
)  # fmt: skip

MISSING = (
    Rule("missing_phone", "C", msgid("no phone"), msgid("customer edit {ref} --phone P")),
    Rule("missing_address", "C", msgid("no address"), msgid("customer edit {ref} --address A")),
    Rule("missing_merge", "C", msgid("the same name, and the same phone or address, as an earlier customer"),
         msgid("if it is one person: customer merge, with {ref} as the second")),
    Rule("missing_category", "A", msgid("of an unknown category: no birthdays"),
         msgid("appliance edit {ref} --category CODE")),
    Rule("missing_purchase", "A", msgid("no date of purchase"),
         msgid("ask at the next contact: appliance edit {ref} --bought D")),
    Rule("missing_serial", "A", msgid("no serial"), msgid("appliance edit {ref} --serial S")),
    Rule("missing_owner", "A", msgid("no customer"), msgid("appliance transfer {ref} --to the owner")),
    Rule("missing_appliance", "T", msgid("a repair without an appliance: never counted in the repeat rate"),
         msgid("ticket edit {ref} --appliance A1")),
    Rule("missing_retirement", "A", msgid("was exchanged, and is in use still"),
         msgid("appliance exchange {ref} --for A12 --on DATE")),
    Rule("missing_installation", "A", msgid("was installed, and no day of installation is known"),
         msgid("appliance edit {ref} --installed DATE")),
    Rule("missing_arrival", "T", msgid("a repair completed on the spot without an arrival: a miss of the 24 hours"),
         msgid("'ticket arrive {ref} --at TIME' records an arrival that was forgotten")),
    Rule("breach_answer_without_completion", "T", msgid("an answer about work whose completion was voided"),
         msgid("ticket void voids the answer too")),
    Rule("missing_survivor", "T", msgid("a duplicate that does not name the ticket that stays"),
         msgid("'ticket void' the cancellation, then 'ticket cancel {ref} --duplicate-of' it")),
    Rule("missing_brand", "A", msgid("no brand"), msgid("appliance edit {ref} --brand B")),
    Rule("missing_caller", "T", msgid("no customer"), msgid("name who calls when opening: --customer or --phone")),
    Rule("missing_worker", "T", msgid("completed, and nobody is named who did it"),
         msgid("'ticket correct {ref}' names the technician of the completion")),
    Rule("breach_resumed_without_wait", "T", msgid("resumed although it did not wait: the wait was voided"),
         msgid("'ticket void' voids the resumption too")),
)  # fmt: skip


class Finding(NamedTuple):
    """A finding of `check`. `kind`: damage, rule, missing, left. `ref` names one row, or the first of `many`."""

    kind: str
    ref: str
    many: int
    finding: str
    remedy: str


def make_views(connection: sqlite3.Connection) -> None:
    """Create the views of check.sql for this connection, unless it has them."""
    if connection.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'missing_merge'").fetchone():
        return
    connection.create_function("phone_digits", 1, sameness.phone_digits, deterministic=True)
    connection.create_function("phone_extension", 1, sameness.phone_extension, deterministic=True)
    connection.create_function("plate", 2, sameness.plate, deterministic=True)
    for statement in split_statements(_VIEWS.read_text(encoding="utf-8")):
        connection.execute(statement)


def prepare_check(db: Database) -> None:
    """Create the views of check.sql, and fill their table of last ids."""
    make_views(db.connection)
    last_ids = [(noun, last_id(db, noun)) for noun in JOURNALED]
    db.connection.executemany("INSERT INTO temp.last_id VALUES (?, ?)", last_ids)


def list_breaches(db: Database, rule: Rule, most: int, *, since_id: int = 0) -> tuple[list[int], int]:
    """Return the first `most` ids in the view of a rule (-1: all), and how many there are."""
    sql = f"""
SELECT id, count(*) OVER () FROM (SELECT DISTINCT id FROM {rule.view} WHERE id >= :since_id) ORDER BY id LIMIT :most"""
    rows = db.rows(sql, since_id=since_id, most=most)
    return [row[0] for row in rows], rows[0][1] if rows else 0


def broken_rules(db: Database, rules: tuple[Rule, ...], *, since_id: int = 0, most: int = 20) -> list[Finding]:
    """Return the findings of these rules: for each rule the first `most` one by one, the others counted."""
    found = []
    for rule in rules:
        ids, count = list_breaches(db, rule, most, since_id=since_id)
        found += [Finding("rule", f"{rule.letter}{each}", 1, say(rule.finding), rule.remedy) for each in ids]
        if count > len(ids):
            more = say("{finding} (more of them)", finding=say(rule.finding))
            found.append(Finding("rule", "", count - len(ids), more, rule.remedy))
    return found


def broken_file(db: Database) -> list[Finding]:
    """Return the references to missing rows, and the findings of the rules in the file (IN_FILE)."""
    found = []
    for table, rowid, parent, _ in db.rows("PRAGMA foreign_key_check")[:20]:
        finding = say("it names a {noun} that is not there", noun=coded(parent))
        found.append(Finding("damage", f"{table} {rowid}", 1, finding, _BESIDE))
    return found + broken_rules(db, IN_FILE)
