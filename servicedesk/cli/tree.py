"""Build a command from its function when it is called. (Building all at every start takes 1.9 times as long.)"""

from inspect import get_annotations
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from servicedesk.base.errors import UsageError, nearest
from servicedesk.base.messages import joined, say
from servicedesk.cli.command_table import DESTROYING, noun_commands, verb_module
from servicedesk.cli.run.language import speech
from servicedesk.cli.run.session import FORMATS, Session
from servicedesk.cli.run.values import read_as_shown


def _format(ctx: typer.Context, _: object, value: str | None) -> None:
    if value is not None and not ctx.resilient_parsing:
        if value not in FORMATS:
            raise UsageError(say("unknown format '{value}'", value=value), hint=nearest(value, FORMATS))
        ctx.obj.format = value


# Functions by which a command opens the file for writing: session.begin(), and its callers in several.py.
_WRITING = {"begin", "do_tickets", "move_tickets"}
_NEVER_TRIED = {"forget_customer"}  # what is erased cannot be put back


def may_be_tried(callback: Any) -> bool:
    """Return whether a command has --dry-run: it writes, and the same path can be rolled back."""
    names = set(callback.__code__.co_names)
    return bool(names & _WRITING) and not names & _NEVER_TRIED


def _dry_run(ctx: typer.Context, _: object, value: bool) -> None:
    if value and isinstance(ctx.obj, Session) and not ctx.resilient_parsing:
        ctx.obj.dry_run = True


def _dry_run_option() -> TyperOption:
    return TyperOption(
        param_decls=["--dry-run"], is_flag=True, expose_value=False, callback=_dry_run,
        help="Only show what would come of it; nothing is written.",
    )  # fmt: skip


def first_line(callback: Any) -> str:
    """Return the first sentence of a command's help page."""
    return " ".join((callback.__doc__ or "").strip().partition("\n\n")[0].split())


def leaf(app: typer.Typer, name: str) -> Any:
    """Return the command of that name, built with --format, which every command takes; None if `app` has none."""
    for info in app.registered_commands:
        if info.name == name:
            info.cls = Leaf
            # Annotations stay text until here, so that only this verb's options are made: a noun's cost 1 ms.
            assert info.callback
            info.callback.__annotations__ = get_annotations(info.callback, eval_str=True)
            alone = typer.Typer(add_completion=False, rich_markup_mode=None)
            alone.registered_commands = [info]
            command = get_command(alone)
            command.params.append(
                TyperOption(
                    param_decls=["--format", "-f"],
                    expose_value=False,
                    callback=_format,
                    metavar="|".join(FORMATS),
                    help="table on a terminal, else tsv.",
                )
            )
            if may_be_tried(info.callback) and not any("--dry-run" in param.opts for param in command.params):
                command.params.append(_dry_run_option())
            if getattr(info.callback, "is_list", False):
                from servicedesk.cli.run.lists import list_options

                command.params += list_options()
            read_as_shown(command.params)
            return command
    return None


class Context(typer.Context):
    """One call of a command or group. Its help page is in the language of this run."""

    def make_formatter(self) -> Any:
        if speech.words is None:
            return super().make_formatter()
        from servicedesk.cli.help.translated_pages import Page

        return Page(speech.words, width=self.terminal_width, max_width=self.max_content_width)


class Leaf(TyperCommand):
    """A verb. At a terminal it asks for what is missing (cli/completion/missing.py)."""

    context_class = Context

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if isinstance(ctx.obj, Session):
            ctx.obj.command = ctx.command_path.partition(" ")[2]
        while True:
            try:
                return super().parse_args(ctx, list(args))
            except typer.BadParameter as error:
                is_missing = hasattr(
                    error, "param_type"
                )  # only MissingParameter has it; typer does not export the class
                if not is_missing or ctx.resilient_parsing or not (isinstance(ctx.obj, Session) and ctx.obj.may_ask):
                    raise
                self._check_surplus(ctx, args)
                from servicedesk.cli.completion.missing import ask_for

                given = ask_for(ctx, args, error.param)
                is_option = error.param.param_type_name == "option"  # type: ignore[union-attr]
                # Arguments come last, and may begin with a minus sign.
                args = [*given, *args] if is_option else [*args, *["--"] * ("--" not in args), *given]

    def invoke(self, ctx: Any) -> Any:
        """Run the verb; end with the exit code of its answer (--exit-code)."""
        answer = super().invoke(ctx)
        if isinstance(ctx.obj, Session) and ctx.obj.exit_code:
            raise typer.Exit(ctx.obj.exit_code)
        return answer

    def _check_surplus(self, ctx: Any, args: list[str]) -> None:
        """Fail as the parser does if words are left over, before anything is asked."""
        surplus = self.make_parser(ctx).parse_args(list(args))[1]
        if surplus:
            ctx.fail(f"Got unexpected extra argument(s) ({' '.join(surplus)})")


class Group(TyperGroup):
    """A group of commands. Its error for an unknown word names the command that was probably meant."""

    context_class = Context

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]
        try:
            return super().resolve_command(ctx, args)
        except typer.TyperException:
            from servicedesk.cli.help.help import advice

            noun = ctx.command.name if ctx.parent else None
            hint = None if args[0].startswith("-") else advice(noun, self.list_commands(ctx), args)
            if hint is None:
                raise
            raise UsageError(say("no such command '{name}'", name=args[0]), hint=hint) from None


def _first_sentence(help_text: str) -> str:
    """Return the first sentence of a help text, up to a semicolon, in the language of the command."""
    if speech.words is None:
        first, _, _ = " ".join(help_text.partition("\n\n")[0].split()).partition(". ")
        return first.partition("; ")[0].rstrip(".") + "."
    from servicedesk.cli.help.translated_pages import first_sentence

    return first_sentence(help_text, speech.words)


class Branch(Group):
    """A noun: lists its verbs, and loads and builds only the one that is called."""

    def __init__(self, noun: str, help_text: str) -> None:
        super().__init__(name=noun, help=help_text, rich_markup_mode=None, subcommand_metavar="VERB [ARGS]...")
        self.noun = noun

    def list_commands(self, ctx: Any) -> list[str]:
        return [str(info.name) for info in noun_commands(self.noun)]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of verbs, each with the first sentence of its help. (The parser would cut sentences with …)"""
        verbs = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, _first_sentence(verb.help)) for name, verb in verbs])

    def helps(self) -> dict[str, str]:
        """Return every verb with its one-line help, without building any."""
        return {str(info.name): first_line(info.callback) for info in noun_commands(self.noun)}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if verb := self.get_command(ctx, args[0]):
            if verb.name != args[0]:
                ctx.obj.say(say("'{text}' is {command}", text=args[0], command=f"{self.noun} {verb.name}"))
            return verb.name, verb, args[1:]
        if len(verbs := self._list_begun(args[0])) > 1:
            raise UsageError(
                say("'{word}' may be more than one verb", word=args[0]),
                hint=say("write {codes}", codes=joined(" or ", verbs)),
            )
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the verb of that name, else the only verb that begins so, unless that one takes something away."""
        if verb := leaf(verb_module(self.noun, cmd_name).app, cmd_name):
            return verb
        verbs = self._list_begun(cmd_name)
        if len(verbs) != 1 or verbs[0] in DESTROYING:
            return None
        return leaf(verb_module(self.noun, verbs[0]).app, verbs[0])

    def _list_begun(self, word: str) -> list[str]:
        """Return the verbs that begin with the word."""
        self.commands = dict.fromkeys(self.list_commands(None))  # type: ignore[assignment]  # names to suggest from
        return [name for name in self.commands if word and name.startswith(word)]
