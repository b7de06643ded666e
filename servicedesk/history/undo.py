"""Undo and redo: choose the command and check that it may be taken back. How that is done is in reverse.py."""

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import Result
from servicedesk.domain.model import Stamp
from servicedesk.history import story
from servicedesk.history.reverse import Reversal
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk
from servicedesk.storage.journal import FORGET, Journal


def undo_command(desk: Desk, *, yes: bool = False, dry_run: bool = False) -> Result:
    """Take back the newest command that stands. RefusedError where it is somebody else's, unless `yes`."""
    return _turn_back(desk, is_undo=True, yes=yes, dry_run=dry_run)


def redo_command(desk: Desk, *, yes: bool = False, dry_run: bool = False) -> Result:
    """Bring back what was taken back last. RefusedError where something was written since."""
    return _turn_back(desk, is_undo=False, yes=yes, dry_run=dry_run)


def _turn_back(desk: Desk, *, is_undo: bool, yes: bool, dry_run: bool) -> Result:
    db, journal = desk.db, desk.db.journal
    assert isinstance(journal, Journal), "another keeps no rows that could be taken back"
    with db.atomic(dry_run=dry_run):
        command = _last(db, journal.command_id) if is_undo else _last_undone(db, journal.command_id)
        _check_turn(desk.stamp, command, yes=yes)
        table = story.turn_text(db, command["id"])
        journal.undoing(db, command["id"])
        reversal = Reversal(db, desk.stamp, journal, command)
        reversal.run()
        named = story.command_label(reversal.root)
        told = say("taken back: {command}", command=named) if is_undo else say("back again: {command}", command=named)
        notes = (told, say("dry run: nothing was written")) if dry_run else (told,)
        return Result(table, notes, changed=not dry_run)


def _last(db: Database, before_id: int) -> Row:
    """Return where the newest command stands that is not taken back: itself, or its last redo."""
    for row in db.stream("SELECT id FROM command WHERE undoes_id IS NULL AND id < :id ORDER BY id DESC", id=before_id):
        end, depth = story.end(db, row["id"])
        if depth % 2 == 0:
            return story.command(db, end)
    raise RefusedError(
        say("there is nothing to undo"), hint=say("'history' lists what was written, and what was taken back")
    )


def _last_undone(db: Database, before_id: int) -> Row:
    newest = db.value("SELECT max(id) FROM command WHERE undoes_id IS NULL AND id < :id", id=before_id) or 0
    later = "SELECT id FROM command WHERE id > :newest AND id < :id ORDER BY id DESC"
    for row in db.stream(later, newest=newest, id=before_id):
        if story.end(db, row["id"])[1] == 0 and story.depth(db, row["id"]) % 2 == 1:
            return story.command(db, row["id"])
    hint = say("'history' lists what was written, and what was taken back")
    if newest and db.value("SELECT EXISTS (SELECT 1 FROM command WHERE undoes_id IS NOT NULL AND id < :id)", id=newest):
        raise RefusedError(
            say(
                "nothing can be brought back: {command} came after it",
                command=story.command_label(story.command(db, newest)),
            ),
            hint=hint,
        )
    raise RefusedError(say("there is nothing to bring back"), hint=hint)


def _check_turn(stamp: Stamp, command: Row, *, yes: bool) -> None:
    """Raise RefusedError where the command may not be taken back, or not by whoever types."""
    if command["name"] == FORGET:
        raise RefusedError(
            say("{command} cannot be undone, nor anything before it", command=story.command_label(command)),
            hint=say("'history' lists what was written"),
        )
    if command["actor"] != stamp.actor and not yes:
        raise RefusedError(
            say("the last command was typed by somebody else: {command}", command=story.command_label(command)),
            hint=say("--yes does it anyway; 'history' shows what it wrote"),
        )
    if dates.unix_of(stamp.recorded_at) < dates.unix_of(command["recorded_at"]):
        raise RefusedError(
            say("{command} was typed later than now", command=story.command_label(command)),
            hint=say("check the clock, or --now"),
        )
