"""Undo and redo: choose the command and check that it may be reversed. How that is done is in reverse.py."""

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError, RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import Result, Table
from servicedesk.domain.model import Stamp
from servicedesk.history import story
from servicedesk.history.later import check_untouched
from servicedesk.history.reverse import Reversal
from servicedesk.history.summary import Summaries
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk
from servicedesk.storage.journal import FORGET, Journal, Kinds


def undo_command(desk: Desk, number: int | None = None, *, yes: bool = False, dry_run: bool = False) -> Result:
    """Undo the newest command that is not undone, or the command with that number in the history.

    RefusedError if somebody else typed it, unless `yes`, and if something written later builds on its rows.
    """
    db, journal = desk.db, _journal(desk.db)
    with db.atomic(dry_run=dry_run):
        if number is None:
            command = _last(db, journal.command_id)
        else:
            command = _find_command(db, number, journal.command_id)
            root = story.command(db, story.root(db, number))
            if story.depth(db, command["id"]) % 2:
                note = say("no {n} was undone already, by no {by}: nothing changed", n=number, by=command["id"])
                return Result(Table(story.TURNED, []), (note,), changed=False)
            check_untouched(db, Kinds(db), root)
        _check_turn(desk.stamp, command, yes=yes)
        return _reverse(desk, command, is_undo=True, dry_run=dry_run)


def redo_command(desk: Desk, *, yes: bool = False, dry_run: bool = False) -> Result:
    """Redo the command that was undone last. RefusedError if something was written since."""
    with desk.db.atomic(dry_run=dry_run):
        command = _last_undone(desk.db, _journal(desk.db).command_id)
        _check_turn(desk.stamp, command, yes=yes)
        return _reverse(desk, command, is_undo=False, dry_run=dry_run)


def _journal(db: Database) -> Journal:
    assert isinstance(db.journal, Journal), "another keeps no rows that could be undone"
    return db.journal


def _reverse(desk: Desk, command: Row, *, is_undo: bool, dry_run: bool) -> Result:
    """Reverse the command, and return what that did, inside a transaction."""
    journal = _journal(desk.db)
    table = story.turn_text(desk.db, command["id"])
    root_id = story.root(desk.db, command["id"])
    what = Summaries(desk.db).of_command(root_id) if is_undo else ""
    journal.undoing(desk.db, command["id"])
    reversal = Reversal(desk.db, desk.stamp, journal, command)
    reversal.run()
    what = what or Summaries(desk.db).of_command(root_id)
    named = say("{what} ({command})", what=what, command=story.command_label(reversal.root))
    told = say("undone: {command}", command=named) if is_undo else say("redone: {command}", command=named)
    if dry_run:
        told = (
            say("to be undone: {command}", command=named) if is_undo else say("to be redone: {command}", command=named)
        )
    notes = (told, say("dry run: nothing was written")) if dry_run else (told,)
    return Result(table, notes, changed=not dry_run)


def _find_command(db: Database, number: int, before_id: int) -> Row:
    """Return that command of the history, or the last undo or redo of it."""
    if number >= before_id or db.value("SELECT 1 FROM command WHERE id = :id", id=number) is None:
        raise NotFoundError(say("there is no command no {n}", n=number), hint=say("'history' lists them by number"))
    if story.depth(db, number) % 2:
        raise RefusedError(
            say("no {n} is itself an undo", n=number), hint=say("'redo' brings back what was undone last")
        )
    return story.command(db, story.end(db, number)[0])


def _last(db: Database, before_id: int) -> Row:
    """Return the newest command that is not undone, or its last redo."""
    for row in db.stream("SELECT id FROM command WHERE undoes_id IS NULL AND id < :id ORDER BY id DESC", id=before_id):
        end, depth = story.end(db, row["id"])
        if depth % 2 == 0:
            return story.command(db, end)
    raise RefusedError(
        say("there is nothing to undo"), hint=say("'history' lists what was written, and what was undone")
    )


def _last_undone(db: Database, before_id: int) -> Row:
    newest = db.value("SELECT max(id) FROM command WHERE undoes_id IS NULL AND id < :id", id=before_id) or 0
    later = "SELECT id FROM command WHERE id > :newest AND id < :id ORDER BY id DESC"
    for row in db.stream(later, newest=newest, id=before_id):
        if story.end(db, row["id"])[1] == 0 and story.depth(db, row["id"]) % 2 == 1:
            return story.command(db, row["id"])
    hint = say("'history' lists what was written, and what was undone")
    if newest and db.value("SELECT EXISTS (SELECT 1 FROM command WHERE undoes_id IS NOT NULL AND id < :id)", id=newest):
        raise RefusedError(
            say(
                "nothing can be redone: {command} came after it",
                command=story.command_label(story.command(db, newest)),
            ),
            hint=hint,
        )
    raise RefusedError(say("there is nothing to redo"), hint=hint)


def _check_turn(stamp: Stamp, command: Row, *, yes: bool) -> None:
    """Raise RefusedError if the command cannot be reversed, or not by this user."""
    if command["name"] == FORGET:
        raise RefusedError(
            say("{command} cannot be undone, nor anything before it", command=story.command_label(command)),
            hint=say("'history' lists what was written"),
        )
    if command["actor"] != stamp.actor and not yes:
        raise RefusedError(
            say("this command was typed by somebody else: {command}", command=story.command_label(command)),
            hint=say("--yes does it anyway; 'history' shows what it wrote"),
        )
    if dates.unix_of(stamp.recorded_at) < dates.unix_of(command["recorded_at"]):
        raise RefusedError(
            say("{command} was typed later than now", command=story.command_label(command)),
            hint=say("check the clock, or --now"),
        )
