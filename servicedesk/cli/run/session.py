"""One run of the program: its file, clock, actor and format. Nothing is opened before it is needed."""

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack, nullcontext, suppress
from datetime import UTC, datetime, tzinfo
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, SeveralError
from servicedesk.base.messages import Message, heading, item_list, say, say_count
from servicedesk.base.table import FOR_PEOPLE, Result, Table, moment
from servicedesk.base.text import FILLERS
from servicedesk.cli.run.language import speech, tell
from servicedesk.domain import wording
from servicedesk.domain.model import Stamp
from servicedesk.domain.wording import LONGEST_ACTOR
from servicedesk.storage import paths

if TYPE_CHECKING:
    from servicedesk.cli.run.settings import Settings
    from servicedesk.storage.database import Database
    from servicedesk.storage.desk import Desk

FORMATS = ("table", "json", "jsonl", "csv", "tsv", "markdown")


class Session:
    """One run: the global options, and the file, clock, actor and format that follow from them.

    `read_clock` is the only clock; it is read at the start, and again after waiting for the file.
    """

    def __init__(
        self,
        read_clock: Callable[[], datetime],
        db_path: str | None,
        now_text: str | None,
        actor: str,
        quiet: bool,
        settings: "Settings",
    ) -> None:
        self.read_clock = read_clock
        self.started = read_clock()
        self.db_path = db_path
        self.now_text = now_text
        self.actor = actor
        self.quiet = quiet
        self.settings = settings
        self.format: str | None = None
        self.listing: dict[str, Any] = {}  # the options that every list takes (lists.py)
        self.exit_code = 0
        self.tells_hooks = True  # hooks learn what the command wrote
        self.dry_run = False  # what the command writes is taken back at its end
        self._trial = ExitStack()
        self.command = "servicedesk"  # as typed, without its values: `ticket open`
        self.is_asking = False  # a missing value was asked for, so useful values are too
        self.kept_phones: set[str] = set()  # digits of phones that look mistyped and are meant so
        self._opened: list[Database] = []
        self._said: set[str] = set()

    @cached_property
    def path(self) -> Path:
        """Return the path: `--db`, else SERVICEDESK_DB, the settings, or `servicedesk.db` in the data folder."""
        if self.db_path is not None:
            return paths.outlet_path(self.db_path)
        return paths.true_path(Path(self.settings.database or f"{paths.data_folder()}/servicedesk.db"))

    @cached_property
    def db(self) -> "Database":
        """Return the open file; the first use opens it. RefusedError if an exercise keeps it closed."""
        from servicedesk.file.opening import open_outlet

        db = self.adopt(open_outlet(self.path))
        if db.outlet.clock is not None:  # only in an exercise the clock stands
            self._enter_exercise(db)
        if self.now_text is not None:
            _ = self.now  # a wrong --now is an error even if the command does not read the clock
        if self.actor:
            _ = self.who
        return db

    def _enter_exercise(self, db: "Database") -> None:
        """Speak the language of the exercise, if none is asked for; RefusedError while it keeps its file closed."""
        from servicedesk.classroom.exercise_file import check_hand_is_in, read_exercise
        from servicedesk.language.words import Words

        language = read_exercise(db).language
        if not speech.is_asked and language != "en":
            speech.words = Words(language)
            speech.words.categories = lambda: _labels(db)
        if not self.command.startswith("exercise "):
            check_hand_is_in(db)

    def adopt(self, db: "Database") -> "Database":
        """Use an open file for the rest of the run, and close it at the end."""
        self._opened.append(db)
        self.__dict__["db"] = db
        db.talk = self.say_once
        for note in db.notes:
            self.say(note)
        if speech.words is not None:
            speech.words.categories = lambda: _labels(db)
        return db

    @property
    def has_opened(self) -> bool:
        """Return whether a file was opened, or was about to be."""
        return bool(self._opened) or "path" in self.__dict__

    @property
    def has_written(self) -> bool:
        """Return whether this run committed anything."""
        return any(db.has_written for db in self._opened)

    def close(self) -> None:
        """Take a dry run back, and close the files."""
        self._trial.close()
        for db in self._opened:
            db.close()

    def clock(self, zone: str) -> datetime:
        """Return the current instant in the zone of that name."""
        return self._now_in(dates.zone(zone))

    def _now_in(self, where: tzinfo) -> datetime:
        """Return the current instant in that zone: the pinned one, or the reading at the start."""
        now = self.started.astimezone(where)
        return dates.instant(self.now_text, now) if self.now_text is not None else now

    @cached_property
    def now(self) -> datetime:
        """Return the current instant in the outlet's zone; in an exercise, the instant at which its clock stands."""
        outlet = self.db.outlet
        if outlet.clock is not None:
            from servicedesk.storage.clock_check import standing_clock

            return standing_clock(outlet, self.now_text)
        return self._now_in(outlet.zone)

    def begin(self) -> "Desk":
        """Return the desk for a command that writes, with its journal and the stamp of every row."""
        from servicedesk.storage.clock_check import renew_stamp
        from servicedesk.storage.desk import Desk
        from servicedesk.storage.journal import Journal

        is_pinned = self.now_text is not None and not self.db.outlet.classroom
        stamp = Stamp(dates.stamp(self.now), self.who, "pinned" if is_pinned else "typed")
        if self.now_text is None and self.db.outlet.clock is None:
            self.db.on_lock = partial(renew_stamp, self.db, stamp, self.read_clock)
        self.db.journal = Journal(self.command, stamp)
        if self.dry_run and not self.db.connection.in_transaction:
            self._trial.enter_context(self.db.atomic(dry_run=True))  # around all that the command writes and reads
        return Desk(self.db, stamp, self.now)

    @cached_property
    def who(self) -> str:
        """Return the actor: option, variable, settings or login name; UsageError if it is no name."""
        if given := self.actor or self.settings.actor:
            return wording.actor_name(given)
        # As getpass.getuser() does; importing getpass would cost 1 % of a command.
        for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
            if (given := os.environ.get(name)) and (user := _login_name(given)):
                return user
        import pwd

        try:
            return _login_name(pwd.getpwuid(os.getuid()).pw_name) or str(os.getuid())
        except KeyError:
            return str(os.getuid())

    def customer(self, text: str, *, whole: bool = False, may_choose: bool = True) -> int:
        """Return the id of the customer that the text names: C12, a phone or a name (records/references.py).

        If several match, somebody at a terminal chooses one, unless `whole` or not `may_choose`: then SeveralError.
        """
        if text[:1] in {"C", "c"} and (number := wording.reference_number(text, "C")):
            return number  # most commands write it so, and load nothing for it
        from servicedesk.records import references

        try:
            return references.get_customer_id(self.db, text, whole=whole)
        except SeveralError as several:
            if whole or not (may_choose and self.may_ask):
                raise
            return self._choose(several, "C")

    def household(self, text: str) -> int:
        """Return the id of the household that the text names: H5, or the phone or name of a member."""
        from servicedesk.records import references

        try:
            return references.get_household_id(self.db, text)
        except SeveralError as several:
            if not self.may_ask:
                raise
            return references.get_household_id(self.db, f"C{self._choose(several, 'C')}")

    def appliance(self, text: str, *, caller: int | str | None = None) -> int:
        """Return the id of the appliance that the text names: A34, a serial, or the phone or name of its owner.

        With a caller (an id or a phone) the text may also be a kind of appliance, such as fridge.
        """
        if text[:1] in {"A", "a"} and (number := wording.reference_number(text, "A")):
            return number
        from servicedesk.records import references

        owner_id = references.get_customer_id(self.db, caller) if isinstance(caller, str) else caller
        try:
            return references.get_appliance_id(self.db, text, owner_id=owner_id)
        except SeveralError as several:
            if not self.may_ask:
                raise
            return self._choose(several, several.candidates[0][0][:1])

    def _choose(self, several: SeveralError, letter: str) -> int:
        """Return the id of the candidate that somebody at a terminal chooses."""
        from servicedesk.cli.run.asking import choose_candidate

        return wording.reference(choose_candidate(several), letter)

    def instant(self, text: str, *, after: datetime | None = None) -> datetime:
        """Return the typed instant, read as in the future; a time without a day, or a span, counts from `after`."""
        return dates.instant(text, self.now, ahead=True, after=after)

    def at(self, text: str | None) -> datetime | None:
        """Return the instant typed for --at, read as in the past; None, which means now, if nothing was typed."""
        return dates.instant(text, self.now, ahead=False) if text is not None else None

    def on(self, text: str | None, *, ahead: bool | None = None) -> str:
        """Return the typed date as ISO text, by default today. A weekday is the next one if `ahead` (base/dates.py)."""
        return (dates.local_date(text, self.now, ahead=ahead) if text is not None else self.now.date()).isoformat()

    def as_of(self, text: str | None) -> datetime:
        """Return the instant typed for --as-of, by default now; a bare date means the end of that day.

        RefusedError for an instant later than now.
        """
        if text is None:
            return self.now
        at = dates.instant(text, self.now, end_of_day=True, ahead=False)
        if dates.unix(at) > dates.unix(self.now):
            raise RefusedError(
                say("--as-of {text} ({at}) is still to come", text=text, at=moment(dates.stamp(at))),
                hint=say("a figure is taken as of now or earlier"),
            )
        return at

    @property
    def shows_table(self) -> bool:
        """Return whether the answer is drawn for people: `--format table`, or no format at a terminal."""
        if self.format is None:
            return sys.stdout is not None and sys.stdout.isatty()
        return self.format == "table"

    def show(
        self, answer: Table | Result, *, full: bool = False, typed: str = "", aside: bool = False,
        spreadsheet: bool = False,
    ) -> None:  # fmt: skip
        """Print the answer to stdout and its notes to stderr. Every command ends here. Phones are masked unless `full`.

        `typed`: the text that was searched for; a phone in it is not masked. `aside`: stdout carries a file that was
        asked for, so the answer goes to stderr. `spreadsheet`: CSV for Excel, with a byte order mark, without formulas.
        The answer of a command that wrote is never paged.
        """
        table, notes = (answer.table, answer.notes) if isinstance(answer, Result) else (answer, ())
        if not (table.one or full):
            from servicedesk.render.masking import with_masked_phones

            table = with_masked_phones(table, typed=typed)
        if self.listing and not table.one:
            from servicedesk.cli.run import lists

            table, self.exit_code, is_silent = lists.with_options(table, self.listing)
            if is_silent:
                return
        if self.has_written and (allowed := os.environ.get("SERVICEDESK_HOOKS") or self.settings.hooks):
            self._call_hooks(table, allowed)
        for note in notes:
            self.say(note)
        if self.dry_run:
            self.say(say("dry run: nothing was written"))
        self._doubt()
        if named := self.listing.get("output"):
            self._write_list(table, named)
            return
        if self.quiet or (sys.stderr if aside else sys.stdout) is None:
            return
        self._print(table, aside=aside, spreadsheet=spreadsheet, has_notes=bool(notes))
        for note in answer.below if isinstance(answer, Result) else ():
            self.say(note)

    def _print(self, table: Table, *, aside: bool, spreadsheet: bool, has_notes: bool) -> None:
        """Write the table to stdout, or `aside` to stderr, in the format that was asked for."""
        from servicedesk.render.formats import write

        out = sys.stderr if aside else sys.stdout
        terminal = out.isatty()
        name = "table" if aside else self.format or ("table" if terminal else "tsv")
        if table.one and name == "csv":
            self._tell_sections(table)
        table = self.as_read(table, name, has_notes=has_notes)
        keys = speech.translation(say("space: next page, q: end")) if terminal and not self.has_written else ""
        with suppress(OSError) if aside else nullcontext():
            write(table, name, out, terminal=terminal, spreadsheet=spreadsheet, keys=keys)
            out.flush()

    def _call_hooks(self, table: Table, allowed: str) -> None:
        """Call the hooks of the file with the answer of a command that wrote, as JSON."""
        from servicedesk.history.hooks import call_hooks
        from servicedesk.render.formats import json_text

        allowed = allowed if self.tells_hooks else "off"
        for warning in call_hooks(self.path, allowed, command=self.command.split(), answer=json_text(table.whole())):
            self.say(warning)

    def _write_list(self, table: Table, named: str) -> None:
        """Write a list into a file, and say so to somebody at a terminal."""
        from servicedesk.cli.run import lists

        # Head office and a class have no file of an outlet: the day is that of the machine.
        now = self.now if self.has_opened else self._now_in(self.started.astimezone().tzinfo or UTC)
        path = lists.file_name(named, now.date())
        form, is_sheet = lists.file_form(path, self.format)
        rows = lists.write_list(self.as_read(table, form), form, path, outlet=self.path, is_sheet=is_sheet)
        if sys.stderr is not None and sys.stderr.isatty():
            self.say(say_count("{path}: {n} row", "{path}: {n} rows", n=rows, path=path))

    def _tell_sections(self, table: Table) -> None:
        """Name the sections that CSV has no room for."""
        if more := [title for title, part in table.whole().sections if part.rows]:
            titles = [title if isinstance(title, Message) else heading(title.replace("_", " ")) for title in more]
            self.say(say("more in every other --format: {names}", names=item_list(titles)))

    def _doubt(self) -> None:
        """Warn a reader if the clock was set back: what was typed since is not visible yet. (A writer is refused.)"""
        if self.now_text is None and {"db", "now"} <= self.__dict__.keys() and not self.has_written:
            from servicedesk.storage import clock_check

            if (newest := clock_check.ahead(self.db, self.now)) is not None:
                self.say(clock_check.clock_note(self.now, newest))

    @staticmethod
    def as_read(table: Table, name: str, *, has_notes: bool = False) -> Table:
        """Return the table as the format shows it, translated for people; an empty one says so unless notes say why."""
        if name in FOR_PEOPLE:
            table = table.for_people()
            if table.columns and not (table.empty or has_notes):  # without columns it is a text, such as `kpi report`
                table = table._replace(empty=say("Nothing to show"))
        if speech.words is not None:
            from servicedesk.language.translate import is_for_people, translated

            return translated(table, speech.words) if is_for_people(table, name) else table
        return table

    @property
    def may_ask(self) -> bool:
        """Return whether a person at a terminal can be asked for what is missing (asking.py)."""
        if self.quiet or self.format not in {None, "table"}:
            return False
        return _is_at_terminal()

    def confirm(self, question: str) -> bool:
        """Return whether a person at a terminal answers yes; False without a terminal."""
        if not _is_at_terminal():
            return False
        from servicedesk.cli.run import asking

        return asking.confirm(question, default=False)

    def say_once(self, sentence: str) -> None:
        """Print a note unless this run has printed it already."""
        if sentence not in self._said:
            self._said.add(sentence)
            self.say(sentence)

    def say(self, sentence: str) -> None:
        """Print a note beside the result."""
        if not self.quiet:
            tell(sentence)


def _is_at_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _login_name(text: str) -> str:
    """Return the login name without characters that no name has; '' if nothing is left."""
    seen = "".join(sign for sign in text if sign.isprintable() and sign not in FILLERS)
    return seen.strip()[:LONGEST_ACTOR].strip()


def _labels(db: "Database") -> dict[str, str | None]:
    from servicedesk.records import categories

    return categories.list_labels(db)
