"""The root command: the nouns by name, the global options, and the place that prints every error."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import typer
from typer.core import TyperOption

from servicedesk import __version__
from servicedesk.base.errors import ServiceDeskError, StorageError, UsageError
from servicedesk.base.messages import joined, say
from servicedesk.base.sameness import half_width
from servicedesk.cli.command_table import (
    ALONE,
    DAY_COMMANDS,
    FILE_COMMANDS,
    HELP_COMMANDS,
    HISTORY_COMMANDS,
    NOUNS,
    command_module,
)
from servicedesk.cli.run.language import speech, tell
from servicedesk.cli.run.session import Session
from servicedesk.cli.run.settings import read_settings
from servicedesk.cli.tree import Branch, Group, leaf

GLOBALS = {"--db", "--now", "--actor", "--language", "--quiet", "-q", "--version"}
COMPLETION = "_SERVICEDESK_COMPLETE"
DEBUG = "SERVICEDESK_DEBUG"
_NOUN_BY_LETTER = {"T": "ticket", "C": "customer", "A": "appliance", "H": "household", "K": "complaint",
                   "G": "contract", "S": "solution", "V": "event", "E": "survey"}  # fmt: skip


def _version(ctx: typer.Context, _: object, asked: bool) -> None:
    if asked:
        print(f"servicedesk {__version__}")
        raise typer.Exit


def _language(ctx: typer.Context, _: object, asked: str | None) -> None:
    if asked is not None:
        speech.choose(asked)


def _global_options() -> list[Any]:
    """Return the options before the noun. (As parameters of a function they would cost every command 0.3 ms more.)"""
    return [
        TyperOption(
            param_decls=["--db"], envvar="SERVICEDESK_DB", show_envvar=True, metavar="PATH", help="The database file."
        ),
        TyperOption(
            param_decls=["--now"], envvar="SERVICEDESK_NOW", show_envvar=True, metavar="INSTANT",
            help="Pin the clock (classroom, tests).",
        ),
        TyperOption(
            param_decls=["--actor"], envvar="SERVICEDESK_ACTOR", show_envvar=True, metavar="NAME", default="",
            help="Who is typing; default: the login name.",
        ),
        TyperOption(
            param_decls=["--language"], callback=_language, is_eager=True, metavar="en|zh",
            help="What is said is said in it; default: SERVICEDESK_LANGUAGE, else the locale's.",
        ),
        TyperOption(param_decls=["--quiet", "-q"], is_flag=True, default=False, help="No result, errors only."),
        TyperOption(
            param_decls=["--version"], is_flag=True, default=False, callback=_version, is_eager=True,
            expose_value=False, help="The version.",
        ),
    ]  # fmt: skip


class Root(Group):
    """The root group: lists all names and helps without importing the commands behind them."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.params = _global_options()

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return [*NOUNS, *ALONE]

    def helps(self) -> dict[str, str]:
        """Return every name with its one-line help."""
        return {name: help_text for name, (_, help_text) in NOUNS.items()} | ALONE

    def main(self, *args: Any, **more: Any) -> Any:
        """Run the program, or answer a shell that asks for completions.

        An unexpected error becomes one sentence: a traceback holds names and phones, and ends up in logs and mails.
        """
        if shell := os.environ.get(COMPLETION):
            from servicedesk.cli.completion.answer import answer

            sys.exit(answer(self, shell))
        try:
            return super().main(*args, **more)
        except Exception as error:
            if os.environ.get(DEBUG):
                raise
            sys.exit(_tell_error(_bug(error)))

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        if cmd_name in NOUNS:
            return Branch(cmd_name, NOUNS[cmd_name][1])
        if cmd_name in ALONE:
            return leaf(command_module(cmd_name).app, cmd_name)
        return None

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        for title, rows in (
            ("The day", list(DAY_COMMANDS.items())),
            ("Nouns", [(name, help_text) for name, (_, help_text) in NOUNS.items()]),
            ("What was written", list(HISTORY_COMMANDS.items())),
            ("The file", list(FILE_COMMANDS.items())),
            ("Help", list(HELP_COMMANDS.items())),
        ):
            with formatter.section(title):
                formatter.write_dl(rows)

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]
        known = self.list_commands(ctx)
        words = args if args[0] in known else [*_show_words(args[0]), *args[1:]]
        if words[0] in known:
            return words[0], self.get_command(ctx, words[0]), words[1:]
        self.commands = dict.fromkeys(known)  # type: ignore[assignment]  # names to suggest from
        return super().resolve_command(ctx, words)

    def make_context(self, *args: Any, **more: Any) -> Any:
        """Parse the global options; until --language is read, errors are printed in the environment's language."""
        with _boundary(None):
            settings = read_settings()
            speech.choose(None, settings.language)
            return super().make_context(*args, obj=settings, **more)

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        try:
            with _boundary(ctx):
                given, ctx.params = ctx.params, {}
                actor = given["actor"].strip()
                ctx.obj = Session(lambda: datetime.now(UTC), given["db"], given["now"], actor, given["quiet"], ctx.obj)
                return super().invoke(ctx)
        finally:
            if isinstance(ctx.obj, Session):
                ctx.obj.close()


def _show_words(word: str) -> list[str]:
    """Return the command that a lone word means: T12 is `ticket show T12`, 今天 is `today`; otherwise the word."""
    ref = half_width(word).strip()
    if ref in {"今天", "今日"}:
        return ["today"]
    if not ref.isascii():
        from servicedesk.domain.wording import letter_and_number

        letter, number = letter_and_number(ref, "".join(_NOUN_BY_LETTER)) or ("", 0)
        ref = f"{letter}{number}" if letter else ref
    if ref[1:].isdecimal() and (noun := _NOUN_BY_LETTER.get(ref[:1].upper())):
        return [noun, "show", ref]
    from servicedesk.base.phones import may_be_phone

    return ["customer", "show", "--phone", word] if may_be_phone(word) else [word]


@contextmanager
def _boundary(ctx: typer.Context | None) -> Iterator[None]:
    """Turn every expected failure inside into two lines on stderr and an exit code.

    The output is flushed inside, so that an answer that cannot be written is an expected failure too.
    """
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except ServiceDeskError as error:
        raise typer.Exit(_tell_error(error)) from None
    except sqlite3.Error as error:
        from servicedesk.storage.database import translate_error

        expected = (translate_error(error, ctx.obj.path) if ctx else None) or _damage(ctx)
        if expected is None:
            raise
        raise typer.Exit(_tell_error(expected)) from None
    except (typer.Exit, typer.Abort):
        raise
    except typer.TyperException as error:
        raise typer.Exit(_tell_error(_usage(error))) from None
    except BrokenPipeError:
        raise typer.Exit(0) from None  # `… | head -1` ends quietly
    except OSError as error:
        raise typer.Exit(_tell_error(_system_error(ctx, error))) from None
    except UnicodeEncodeError:  # a word that the shell typed in another encoding
        told = UsageError(say("a word is no UTF-8: try again after {command}", command="export LC_ALL=C.UTF-8"))
        raise typer.Exit(_tell_error(told)) from None
    except Exception:
        damage = _damage(ctx)
        if damage is None:
            raise
        raise typer.Exit(_tell_error(damage)) from None


def _damage(ctx: typer.Context | None) -> StorageError | None:
    """Return the damage of the open file as an error, if damage explains an unexpected error."""
    if ctx is None or not isinstance(ctx.obj, Session) or not ctx.obj.has_opened:
        return None
    from servicedesk.file.damage import find_damage

    return find_damage(ctx.obj.path)


def _system_error(ctx: typer.Context | None, error: OSError) -> StorageError:
    """Return the system's error as a StorageError.

    If an answer could not be written, the error says first whether the command was done, so that nobody repeats it.
    """
    why = say((error.strerror or str(error)).lower())
    if error.filename is not None:
        return StorageError(
            say("{filename}: {why}", filename=error.filename, why=why), hint=say("check the permissions")
        )
    if ctx and isinstance(ctx.obj, Session) and ctx.obj.has_written:
        return StorageError(
            say("the command is done and in the file, but its answer could not be written: {why}", why=why),
            hint=say("'servicedesk history' shows what was written"),
        )
    return StorageError(say("the answer could not be written: {why}", why=why))


def _bug(error: Exception) -> ServiceDeskError:
    """Return the error for a bug: its type and our last line in its traceback. Its text may hold names: left out."""
    here, place, trace = os.path.dirname(os.path.dirname(__file__)), "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(here):
            place = f"servicedesk{file.removeprefix(here)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return ServiceDeskError(
        say("unexpected, a bug: {kind} in {place}", kind=type(error).__name__, place=place),
        hint=say(
            "report this line to the developers; {debug}=1 shows more, and may show customers' names", debug=DEBUG
        ),
    )


def _usage(error: Exception) -> UsageError:
    """Return the parser's error as a UsageError, with a hint."""
    option = getattr(error, "option_name", None) or ""
    sentence = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    hint = f"{context.command_path} --help" if context else "servicedesk --help"
    if option in GLOBALS:
        hint = say(
            "{option} is a global option: it stands before the noun, as in 'servicedesk {option} … ticket list'",
            option=option,
        )
    elif option in {"--format", "-f"}:
        hint = say("{option} stands behind the verb, as in 'servicedesk ticket list {option} json'", option=option)
    elif option[:1] == "-" and option[1:2].isdecimal():
        hint = say("nothing here is less than zero; a text that begins with '-' goes behind '--'")
    elif option[:1] == "-" and not option[1:].lstrip("-")[:1].isalpha():
        hint = say("a text that begins with '-' goes behind '--'; {hint}", hint=hint)
    elif context and option[:2] == "--" and not getattr(error, "possibilities", None):
        hint = _longer_option(context.command, option) or hint
    if sentence.endswith("requires an argument."):
        hint = say("behind {option} comes its value", option=option)
    sentence = " ".join(sentence.split())  # the parser writes choices on several lines
    return UsageError(speech.reword(sentence[:1].lower() + sentence[1:].rstrip(".")), hint=hint)


def _longer_option(command: Any, option: str) -> str | None:
    """Return a hint that names the options that end like `option`: --asked-by for --by. None if there are none."""
    names = [name for param in command.params for name in param.opts if name.endswith(option[1:])]
    return say("did you mean {words}?", words=joined(" or ", names)) if names else None


def _tell_error(error: ServiceDeskError) -> int:
    tell(say("error: {sentence}", sentence=error.sentence))
    if error.hint:
        tell(say("hint: {hint}", hint=error.hint))
    return error.code


app = typer.Typer(
    cls=Root,
    # Plain help: rich would cost every --help 115 ms.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,  # cli/completion/answer.py also completes values from the file
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def root(ctx: typer.Context) -> None:
    """A service desk in one file: customers, appliances, tickets, birthdays, and KPIs that anyone can check.

    A newcomer starts with 'servicedesk demo', an outlet with 'servicedesk init'.
    """
    if trouble := ctx.obj.settings.trouble:
        ctx.obj.say(trouble)
    if ctx.invoked_subcommand is None:
        if not ctx.obj.path.exists():
            print(ctx.get_help())
            tell(say("no file yet: 'servicedesk init' makes yours, 'servicedesk demo' one to look around in"))
            return
        today: Any = leaf(command_module("today").app, "today")
        with today.make_context("today", [], parent=ctx) as page:
            today.invoke(page)
