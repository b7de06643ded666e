"""The commands of the outlet itself: hours, target, wording."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.nouns.ticket_papers import MessageKind
from servicedesk.cli.run.options import InLanguage, words_in
from servicedesk.cli.run.session import Session

app = typer.Typer()


@app.command("hours")
def hours(
    ctx: typer.Context,
    hours: Annotated[str, typer.Argument(metavar="HOURS", help="The opening hours, for example 08:00-18:00.")],
) -> None:
    """Change the opening hours; 'today' shows what falls due before the outlet opens again.

    Example: servicedesk outlet hours 08:00-18:00
    """
    from servicedesk.base import dates
    from servicedesk.storage.info import set_opening_hours

    session: Session = ctx.obj
    opens, closes = dates.opening_hours(hours)
    session.show(set_opening_hours(session.begin(), opens, closes))


@app.command("target")
def target(
    ctx: typer.Context,
    kpi: Annotated[str | None, typer.Argument(metavar="KEY", help="The figure; default: list all targets.")] = None,
    percent: Annotated[float | None, typer.Argument(metavar="PERCENT", help="What is aimed at, such as 95.")] = None,
    off: Annotated[bool, typer.Option("--off", help="No target any more.")] = False,
) -> None:
    """Set the target of a figure, a line on the monthly report; without a figure list all targets.

    Example: servicedesk outlet target arrival_24h_rate 95
    """
    from servicedesk.kpis import targets

    session: Session = ctx.obj
    if kpi is None:
        session.show(targets.list_targets(session.db))
        return
    if (percent is None) != off:
        raise UsageError(
            say("a target needs its per cent, or --off"), hint=say("outlet target {kpi} 95, or --off", kpi=kpi)
        )
    session.show(targets.set_target(session.begin(), kpi, percent))


@app.command("wording")
def wording(
    ctx: typer.Context,
    kind: Annotated[
        MessageKind | None, typer.Argument(metavar="KIND", help="The message; default: list all of them.")
    ] = None,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="The new words, with {customer} and other names in braces.")
    ] = None,
    language: InLanguage = None,
    off: Annotated[bool, typer.Option("--off", help="The program's own words again.")] = False,
) -> None:
    """Word the messages of 'ticket message' as the outlet wants them; without a kind list them.

    Names: {outlet} {customer} {ticket} {appliance} {problem} {technician} {day} {from} {to} {completed} {opens}
    {closes}.

    Example: servicedesk outlet wording ready '{customer}, your {appliance} is ready.'
    """
    from servicedesk.desk.tickets import message
    from servicedesk.language.words import LOCALES

    session: Session = ctx.obj
    if kind is None:
        languages = {code: words_in(session, code) for code in LOCALES}
        session.show(message.list_wordings(session.db, languages=languages))
        return
    if (text is None) != off:
        raise UsageError(
            say("a message needs its words, or --off"),
            hint=say("outlet wording {kind} '{{customer}}, …'", kind=kind.value),
        )
    wanted = message.Kind(kind.value.replace("-", "_"))
    session.show(message.set_wording(session.begin(), wanted, text, words=words_in(session, language)))
