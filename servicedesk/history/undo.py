"""Which command is taken back, which is brought back, and whether it may be. How that is done is in reverse.py."""

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import Table
from servicedesk.domain.model import Stamp
from servicedesk.history import story
from servicedesk.history.reverse import Reversal
from servicedesk.storage.database import Database, Row
from servicedesk.storage.journal import FORGET, Journal


def undone(db: Database, stamp: Stamp, *, yes: bool = False, dry_run: bool = False) -> Table:
    """The newest command that stands is taken back; RefusedError where it is somebody else's, unless `yes`."""
    return _turn_back(db, stamp, is_undo=True, yes=yes, dry_run=dry_run)


def redone(db: Database, stamp: Stamp, *, yes: bool = False, dry_run: bool = False) -> Table:
    """What was taken back last stands again; RefusedError where something was written since."""
    return _turn_back(db, stamp, is_undo=False, yes=yes, dry_run=dry_run)


def _turn_back(db: Database, stamp: Stamp, *, is_undo: bool, yes: bool, dry_run: bool) -> Table:
    if db.journal is None:
        db.journal = Journal("undo" if is_undo else "redo", stamp)
    journal = db.journal
    assert isinstance(journal, Journal), "another keeps no rows that could be taken back"
    with db.atomic(dry_run=dry_run):
        command = _last(db, journal.command_id) if is_undo else _last_undone(db, journal.command_id)
        _may(db, stamp, command, yes=yes)
        table = story.turn_text(db, command["id"])
        journal.undoing(db, command["id"])
        reversal = Reversal(db, stamp, journal, command)
        reversal.run()
        named = story.command_label(reversal.root)
        told = say("taken back: {command}", command=named) if is_undo else say("back again: {command}", command=named)
        notes = (told, say("dry run: nothing was written")) if dry_run else (told,)
        return table._replace(notes=notes)


def _last(db: Database, before_id: int) -> Row:
    """Where the newest command stands that is not taken back: itself, or its last redo."""
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


def _may(db: Database, stamp: Stamp, command: Row, *, yes: bool) -> None:
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
