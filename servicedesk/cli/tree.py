"""Commands built when they are asked for; holds none itself. (All at once: start-up x 1.9, performance.md.)"""

from typing import Any

import typer
from typer.core import TyperGroup, TyperOption
from typer.main import get_command_from_info

from servicedesk.cli.session import FORMATS
from servicedesk.core.errors import UsageError, nearest


def _format(ctx: typer.Context, _: object, value: str | None) -> None:
    if value is not None and not ctx.resilient_parsing:
        if value not in FORMATS:
            raise UsageError(f"unknown format '{value}'", hint=nearest(value, FORMATS))
        ctx.obj.format = value


def leaf(app: typer.Typer, name: str) -> Any:
    """One command of a module, with the --format that every command takes; None where there is none of that name."""
    for info in app.registered_commands:
        if info.name == name:
            command = get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)
            command.params.append(
                TyperOption(
                    param_decls=["--format", "-f"],
                    expose_value=False,
                    callback=_format,
                    metavar="|".join(FORMATS),
                    help="table on a terminal, else tsv.",
                )
            )
            return command
    return None


class Branch(TyperGroup):
    """A noun: it knows the names of its verbs and builds the one that is called."""

    def __init__(self, name: str, help_text: str, app: typer.Typer) -> None:
        super().__init__(name=name, help=help_text, rich_markup_mode=None, subcommand_metavar="VERB [ARGS]...")
        self.app = app
        # Names to suggest from; the commands themselves come from get_command.
        self.commands = {str(info.name): None for info in app.registered_commands}  # type: ignore[misc]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return leaf(self.app, cmd_name)
