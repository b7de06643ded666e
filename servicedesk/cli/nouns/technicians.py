"""The commands of technicians: add, list, edit, absent, leave, day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.language import speech
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import WholeAnyway, check_alone
from servicedesk.cli.run.papers import with_proposals, with_suffix
from servicedesk.cli.run.session import Session
from servicedesk.desk.technicians.day import Day
from servicedesk.storage import paths

app = typer.Typer()

TechnicianName = Annotated[str, typer.Argument(metavar="NAME", help="The technician's name or number.")]
Skills = Annotated[
    list[str] | None, typer.Option("--skill", metavar="CATEGORY", help="A category that they repair; may be repeated.")
]
Areas = Annotated[
    list[str] | None, typer.Option("--area", metavar="X", help="An area that they work in; may be repeated.")
]


@app.command("add")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The technician's name.")],
    skills: Skills = None,
    areas: Areas = None,
) -> None:
    """Add a technician; no skill given means every category, no area every area.

    Example: servicedesk technician add 李强 --skill ac --skill fridge --area north
    """
    from servicedesk.desk.technicians import register

    session: Session = ctx.obj
    session.show(register.add_technician(session.begin(), name, skills=skills or (), areas=areas or ()))


@app.command("list")
@lists
def list_(ctx: typer.Context) -> None:
    """List all technicians, and who is away today.

    Example: servicedesk technician list
    """
    from servicedesk.records import technicians

    session: Session = ctx.obj
    session.show(technicians.list_technicians(session.db, on=session.on(None)))


@app.command("edit")
def edit(
    ctx: typer.Context,
    who: TechnicianName,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Another name.")] = None,
    skills: Skills = None,
    areas: Areas = None,
    any_skill: Annotated[bool, typer.Option("--any-skill", help="All skills.")] = False,
    any_area: Annotated[bool, typer.Option("--any-area", help="All areas.")] = False,
) -> None:
    """Change name, skills or areas; a given list replaces the old one.

    Example: servicedesk technician edit 李强 --skill ac --skill washer --any-area
    """
    from servicedesk.desk.technicians import register

    session: Session = ctx.obj
    session.show(
        register.edit_technician(
            session.begin(),
            who,
            name=name,
            skills=_new_values(skills, any_skill, "skill"),
            areas=_new_values(areas, any_area, "area"),
        )
    )


def _new_values(values: list[str] | None, everything: bool, what: str) -> list[str] | None:
    if values and everything:
        raise UsageError(say("--{what} and --any-{what} exclude each other", what=what))
    return [] if everything else values or None


@app.command("absent")
def absent(
    ctx: typer.Context,
    who: TechnicianName,
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day away.")],
    to: Annotated[str | None, typer.Option(metavar="DATE", help="The last day away; default: the first.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take that absence back.")] = False,
) -> None:
    """Record an absence from one day to another, both included.

    Example: servicedesk technician absent 李强 --from 2026-12-01 --to 2026-12-03
    """
    from servicedesk.desk.technicians import register

    session: Session = ctx.obj
    first = session.on(from_, ahead=True)
    last = session.on(to, ahead=True) if to is not None else _ask_last_day(session, first)
    session.show(register.record_absence(session.begin(), who, from_on=first, to_on=last, undo=undo))


def _ask_last_day(session: Session, first: str) -> str:
    """Return the last day of an absence: the first one, unless somebody at a terminal says another."""
    if not session.may_ask:
        return first
    from servicedesk.cli.run.asking import ask

    question = say("The last day away (Enter: {first} alone)", first=first)
    return ask(question, lambda text: session.on(text, ahead=True), empty=first)


@app.command("leave")
def leave(
    ctx: typer.Context,
    who: TechnicianName,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The first day on which they no longer work here.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="They stay, or came back.")] = False,
) -> None:
    """Record that a technician has left from a day on; it may be in the future.

    Example: servicedesk technician leave 李强 --on 2026-12-31
    """
    from servicedesk.desk.technicians import register

    session: Session = ctx.obj
    if on is None and not undo and session.may_ask:
        from servicedesk.cli.completion.missing import ask_option

        on = ask_option(ctx, "on")
    if undo:
        check_alone("undo", on=on)
    elif on is None:
        raise UsageError(say("missing option '--on'"))
    left_on = session.on(on) if on is not None else None
    session.show(register.record_leaving(session.begin(), who, left_on=left_on))


@app.command("day")
@lists
def day(
    ctx: typer.Context,
    who: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The technician's name or number; default: everybody.")
    ] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="The day; default: today.")] = None,
    sheet: Annotated[str | None, typer.Option(metavar="FILE", help="Write it for paper, as a page (.html).")] = None,
    ics: Annotated[str | None, typer.Option(metavar="FILE", help="Write it for a phone's calendar (.ics).")] = None,
    full: WholeAnyway = False,
) -> None:
    """Show a technician's day: appointments by time, then open tickets without one. Without a name, all technicians.

    FILE may be - for the output. Both contain names, addresses and phones: protect them like the file itself.

    Example: servicedesk technician day 李强 --on tomorrow --sheet day.html --ics day.ics
    """
    from servicedesk.desk.technicians import work_day

    session: Session = ctx.obj
    if who is None:
        if sheet is not None or ics is not None:
            raise UsageError(
                say("a sheet or a calendar needs one technician's name"),
                hint=say("technician day NAME --sheet FILE; 'technician list' shows the names"),
            )
        session.show(work_day.get_board(session.db, on=session.on(on), now=session.now), full=True)
        return
    if sheet == ics == "-":
        raise UsageError(say("only one of --sheet and --ics can be the output"))
    if sheet and ics and paths.is_same(Path(sheet), Path(ics)):
        raise UsageError(say("--sheet and --ics name the same file"), hint=say("name another file"))
    if sheet is not None or ics is not None:
        planned = work_day.day_plan(session.db, who, on=session.on(on), now=session.now)
        _write_papers(session, planned, sheet, ics)
    if "-" not in {sheet, ics}:
        session.show(work_day.get_day(session.db, who, on=session.on(on), now=session.now), full=True)


def _write_papers(session: Session, day: Day, sheet: str | None, ics: str | None) -> None:
    """Write the files of the day in the language of this run."""
    from servicedesk.desk.technicians import day_calendar
    from servicedesk.desk.technicians.day_sheet import render_day_sheet
    from servicedesk.language.words import CODE, Words

    words = speech.words or Words(CODE)
    if sheet is not None:
        day = with_proposals(session, day)
        _put(session, with_suffix(sheet, ".html"), "--sheet", render_day_sheet(day, words))
    if ics is not None:
        _put(session, with_suffix(ics, ".ics"), "--ics", day_calendar.render_calendar(day, words, now=session.now))


def _put(session: Session, name: str, option: str, content: bytes) -> None:
    """Write to the output, or to a file of mode 0600 that replaces an existing one when it is complete."""
    from servicedesk.storage import new_files

    if not name.strip():
        raise UsageError(say("{option} is empty", option=option), hint=say("{option} FILE", option=option))
    with new_files.replacing(Path(name), outlet=session.db.path, is_page=True) as made:
        made.write_bytes(content)
    if not paths.is_dash(name):
        session.say(say("written: {path}", path=name))
