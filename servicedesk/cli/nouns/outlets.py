"""The commands of the outlet itself: show, rename, hours, zone, phone, holidays, target, wording, brand, fund."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.nouns.ticket_papers import MessageKind
from servicedesk.cli.run.options import InLanguage, check_phones, words_in
from servicedesk.cli.run.session import Session

app = typer.Typer()


@app.command("show")
def show(ctx: typer.Context) -> None:
    """Show the outlet: name, phone, time zone, opening hours.

    Example: servicedesk outlet show
    """
    from servicedesk.desk.outlet import get_outlet

    session: Session = ctx.obj
    session.show(get_outlet(session.db))


@app.command("rename")
def rename(
    ctx: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME", help="The outlet's new name.")]
) -> None:
    """Give the outlet another name; papers and reports bear it from now on.

    Example: servicedesk outlet rename 'Nanping Moon Service'
    """
    from servicedesk.desk.outlet import rename_outlet

    session: Session = ctx.obj
    session.show(rename_outlet(session.begin(), name))


@app.command("zone")
def zone(
    ctx: typer.Context,
    zone: Annotated[str, typer.Argument(metavar="ZONE", help="The IANA name of the time zone, as Asia/Shanghai.")],
) -> None:
    """Move the outlet to another time zone, as long as no recorded time would have another hour there.

    Example: servicedesk outlet zone Asia/Chongqing
    """
    from servicedesk.desk.outlet import set_zone

    session: Session = ctx.obj
    session.show(set_zone(session.begin(), zone))


@app.command("phone")
def phone(
    ctx: typer.Context,
    number: Annotated[str | None, typer.Argument(metavar="[P]", help="The phone on which customers call.")] = None,
    off: Annotated[bool, typer.Option("--off", help="No phone any more.")] = False,
) -> None:
    """Set the outlet's own phone; it stands on papers and in messages.

    Example: servicedesk outlet phone 023-62801234
    """
    from servicedesk.desk.outlet import set_phone

    session: Session = ctx.obj
    if (number is None) != off:
        raise UsageError(say("a phone, or --off"), hint="servicedesk outlet phone 023-62801234")
    warnings = check_phones(session, [number] if number else [])
    done = set_phone(session.begin(), number)
    session.show(done._replace(notes=[*done.notes, *warnings]))


@app.command("hours")
def hours(
    ctx: typer.Context,
    hours: Annotated[str, typer.Argument(metavar="HOURS", help="The opening hours, for example 08:00-18:00.")],
) -> None:
    """Change the opening hours; 'today' shows what falls due before the outlet opens again.

    Example: servicedesk outlet hours 08:00-18:00
    """
    from servicedesk.base.said_times import opening_hours
    from servicedesk.desk.outlet import set_opening_hours

    session: Session = ctx.obj
    opens, closes = opening_hours(hours)
    session.show(set_opening_hours(session.begin(), opens, closes))


@app.command("holidays")
def holidays(
    ctx: typer.Context,
    path: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A list of days; default: show those that are known.")
    ] = None,
) -> None:
    """Read the holidays on which no period of a guarantee ends; those of a year take the place of the earlier list.

    A line is a day, or two with .. between them, and a name: 2026-10-01..2026-10-07 国庆节

    Example: servicedesk outlet holidays holidays.txt
    """
    from servicedesk.desk.guarantee.holidays import list_holidays, read_holidays

    session: Session = ctx.obj
    session.show(list_holidays(session.db) if path is None else read_holidays(session.begin(), path))


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

    Names: {outlet} {phone} {customer} {ticket} {appliance} {problem} {technician} {day} {from} {to} {completed} {opens}
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


@app.command("brand")
def brand(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[BRAND]", help="The brand; default: list all of them.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="The first day; default: today.", metavar="D")] = None,
    until: Annotated[str | None, typer.Option("--until", help="The last day; default: no end.", metavar="D")] = None,
    off: Annotated[
        bool, typer.Option("--off", help="The brand does not authorise the outlet any more, from --from on.")
    ] = False,
) -> None:
    """Record which brands authorise the outlet. A ticket for another brand is warned of and charged as other brand.

    Example: servicedesk outlet brand Midea --until 2027-12-31
    """
    from servicedesk.desk.jobs.brands import end_brand, record_brand
    from servicedesk.records.jobs.brands import brand_table

    session: Session = ctx.obj
    if name is None:
        session.show(brand_table(session.db, on=session.on(None)))
        return
    from_on = session.on(from_) if from_ is not None else None
    if off:
        session.show(end_brand(session.begin(), name, on=from_on))
        return
    until_on = session.on(until) if until is not None else None
    session.show(record_brand(session.begin(), name, from_on=from_on, until_on=until_on))


@app.command("fund")
def fund(
    ctx: typer.Context,
    opening: Annotated[
        str | None, typer.Option(help="What lies in it at the begin of the day; default: show it.", metavar="YUAN")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="The day; default: today. It is counted anew from there.", metavar="DATE")
    ] = None,
) -> None:
    """Say what lies in the fund for compensation from a day on; 'complaint pay --from fund' pays out of it.

    Example: servicedesk outlet fund --opening 5000 --on 2026-01-01
    """
    from servicedesk.base.money import parse_amount
    from servicedesk.desk.money.fund import open_fund
    from servicedesk.records.money.fund import get_fund

    session: Session = ctx.obj
    if opening is None and on is not None:
        raise UsageError(say("the opening has no amount"), hint=say("--opening 5000 says what lies in it"))
    if opening is None:
        session.show(get_fund(session.db, as_of=session.now))
        return
    fen = parse_amount(opening)
    day = session.on(on) if on is not None else None
    session.show(open_fund(session.begin(), fen, on=day))
