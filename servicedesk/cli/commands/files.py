"""The commands of the file as a whole: init, info, export, backup, restore, check."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base import dates
from servicedesk.base.errors import StorageError, UsageError
from servicedesk.base.messages import cause, item_list, joined, say
from servicedesk.base.table import Result, Table, columns
from servicedesk.base.text import free_text, one_line
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.session import Session
from servicedesk.domain.model import UNNAMED, Stamp
from servicedesk.storage.paths import is_dash

app = typer.Typer()


@app.command("init")
def init(
    ctx: typer.Context,
    outlet: Annotated[str | None, typer.Option(help="The outlet's name.", metavar="NAME")] = None,
    zone: Annotated[str, typer.Option(help="The outlet's time zone.", metavar="ZONE")] = "Asia/Shanghai",
    open_: Annotated[str, typer.Option("--open", help="The opening hours.", metavar="HOURS")] = "08:00-18:00",
    classroom: Annotated[bool, typer.Option(help="Facts under a pinned clock are not marked.")] = False,
    group: Annotated[bool, typer.Option(help="Mode 0660: the group may use the file too.")] = False,
    maintenance_since: Annotated[
        str | None, typer.Option(help="No birthday before this day is generated; default: today.", metavar="DATE")
    ] = None,
) -> None:
    """Make a new file, mode 0600; an existing one is refused. At a terminal it asks for the outlet's name.

    Example: servicedesk init --outlet 'Nanping Star Service'
    """
    from servicedesk.base.said_times import opening_hours
    from servicedesk.file.opening import create_outlet
    from servicedesk.storage.info import get_info

    session: Session = ctx.obj
    name = one_line(outlet, say("the outlet's name")) if outlet is not None else _outlet_name(session)
    hours = opening_hours(open_)
    now = session.clock(zone)
    since = dates.local_date(maintenance_since, now).isoformat() if maintenance_since is not None else None
    if session.db_path is None:
        _make_folder(session.path.parent)
    db = create_outlet(session.path, Stamp(dates.stamp(now), session.who), outlet=name, zone=zone, hours=hours,
                       classroom=classroom, group=group, maintenance_since=since)  # fmt: skip
    steps = (
        say("servicedesk outlet rename NAME, servicedesk technician add NAME, servicedesk ticket open")
        if name == UNNAMED
        else say("servicedesk technician add NAME, servicedesk ticket open, servicedesk today")
    )
    _compare_clocks(session, now, zone)
    session.show(get_info(session.adopt(db), next_steps=steps))


def _make_folder(folder: Path) -> None:
    """Make the user's data folder, where the file lies unless another place is named."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        why = say("{path} cannot be made: {why}", path=folder, why=cause(error))
        raise StorageError(why, hint=say("--db or SERVICEDESK_DB names the file")) from None


def _compare_clocks(session: Session, now: datetime, zone: str) -> None:
    """Print a note at a terminal if the outlet's zone has another time than this computer."""
    here = session.started.astimezone()
    if session.may_ask and session.now_text is None and here.utcoffset() != now.utcoffset():
        session.say(
            say(
                "the outlet's clock ({zone}) says {now}, this computer's {here}; if the outlet is elsewhere, type"
                " 'servicedesk outlet zone ZONE' before the first ticket",
                now=f"{now:%H:%M}",
                zone=zone,
                here=f"{here:%H:%M}",
            )
        )


def _outlet_name(session: Session) -> str:
    """Ask at a terminal for the outlet's name; otherwise return the name of an outlet that nobody named."""
    if not session.may_ask or session.path.exists():
        return UNNAMED
    from servicedesk.cli.run.asking import ask

    return ask(say("The outlet's name (Enter: none yet)"), lambda text: one_line(text, say("the outlet's name")),
               empty=UNNAMED)  # fmt: skip


@app.command("info")
def info(ctx: typer.Context) -> None:
    """Show what is in the file.

    Example: servicedesk info --format json
    """
    from servicedesk.storage.info import get_info

    session: Session = ctx.obj
    known = get_info(session.db)
    session.show(known._replace(table=_with_settings(ctx, known.table)))


def _with_settings(ctx: typer.Context, table: Table) -> Table:
    """Return the information with the settings file, if there is one, and which of its values apply."""
    from servicedesk.cli.run.settings import sources

    path, used = ctx.obj.settings.path, sources(ctx)
    applied = item_list(key for key, source in used.items() if source == "settings")
    told = joined(": ", [part for part in (path, applied) if part]) if path else None
    fields = (*table.columns, *columns("settings:nested", "read+=settings"))
    return table._replace(columns=fields, rows=[[*table.rows[0], {"path": path, **used}, told]])


@app.command("export")
@lists
def export(
    ctx: typer.Context,
    target: Annotated[
        str,
        typer.Argument(
            metavar="DIR|NOUN", help="A folder for every table; or customers, tickets, surveys, open-repair …"
        ),
    ],
    personal: Annotated[bool, typer.Option("--personal", help="With notes about persons.")] = False,
    under_14: Annotated[bool, typer.Option("--under-14", help="With notes about children under 14.")] = False,
    bom: Annotated[
        bool, typer.Option("--bom", help="CSV for Excel: a byte order mark, and no text that it takes for a formula.")
    ] = False,
) -> None:
    """Write every table to a folder, or one noun to stdout; notes about persons are left out unless asked for.

    Example: servicedesk export tickets --format csv
    """
    from servicedesk.file.exports import nouns
    from servicedesk.file.exports.folder import write_folder

    session: Session = ctx.obj
    noun = nouns.find_noun(target)
    if bom and (noun is None or session.format not in {None, "csv"}):
        raise UsageError(say("--bom is for one noun as CSV"), hint="servicedesk export customers --format csv --bom")
    if noun:
        if bom:
            session.format = "csv"
        answer = nouns.export_noun(session.db, noun, now=session.now, personal=personal, under_14=under_14)
        session.show(answer, full=True, spreadsheet=bom)  # identifiers leave the file as they came in
        return
    nouns.check_folder(target)
    folder = Path(target)
    session.show(write_folder(session.db, folder, now=session.now, personal=personal, under_14=under_14))


@app.command("backup")
def backup(
    ctx: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="PATH",
            help="The copy, - for the output; an earlier backup there is replaced. With --keep a folder.",
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="Write a dated copy into the folder, and delete all but the newest N.", metavar="N"),
    ] = None,
    daily: Annotated[int, typer.Option("--keep-daily", min=0, metavar="N", help="And the last of N days.")] = 0,
    weekly: Annotated[int, typer.Option("--keep-weekly", min=0, metavar="N", help="And the last of N weeks.")] = 0,
    monthly: Annotated[int, typer.Option("--keep-monthly", min=0, metavar="N", help="And the last of N months.")] = 0,
    listed: Annotated[bool, typer.Option("--list", help="Write nothing; list the dated copies in the folder.")] = False,
    figures: Annotated[
        bool, typer.Option("--figures", help="With the verdicts of every figure as views, for other programs.")
    ] = False,
) -> None:
    """Write a verified copy of the file, also while others use it.

    Example: servicedesk backup --keep 14 backups
    """
    from servicedesk.file.backup.backup import list_dated, write_backup, write_dated_backup
    from servicedesk.file.backup.rotation import Keep, list_backups

    session: Session = ctx.obj
    is_dated = listed or keep is not None or bool(daily or weekly or monthly)
    path = path if path is not None else _ask_copy(session, is_folder=is_dated)
    if listed:
        session.show(list_backups(session.db, list_dated(session.db, path), now=session.now))
    elif not is_dated:
        if is_dash(path) and sys.stdout is not None and sys.stdout.isatty():
            raise UsageError(
                say("a backup cannot be written to a terminal"), hint=say("servicedesk backup - > copy.db")
            )
        session.show(write_backup(session.db, path, figures=figures), aside=is_dash(path))
    elif figures:
        raise UsageError(say("--figures is for one copy, without --keep"), hint="servicedesk backup copy.db --figures")
    elif is_dash(path):
        raise UsageError(say("--keep takes a folder, not the output"), hint=say("servicedesk backup - > copy.db"))
    else:
        kept = Keep(keep or 0, daily, weekly, monthly)
        session.show(write_dated_backup(session.db, path, keep=kept, now=session.now))


def _ask_copy(session: Session, *, is_folder: bool) -> Path:
    """Return the path that is answered at a terminal: by default a copy with the date in its name, beside the caller;
    of dated copies the folder backups.
    """
    if not session.may_ask:
        raise UsageError(say("missing argument '{name}'", name="PATH"), hint="servicedesk backup --help")
    from servicedesk.cli.run.asking import ask

    copy = "backups" if is_folder else f"{session.path.stem}-{session.on(None)}.db"
    return Path(
        ask(say("Where to? (Enter: {path})", path=copy), lambda text: free_text(text, say("the answer")), empty=copy)
    )


@app.command("restore")
def restore(
    ctx: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(
            metavar="BACKUP", help="A backup, or the file that an earlier restore replaced; - for the input."
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Replace the file that is there; it is kept beside it.")] = False,
) -> None:
    """Replace the file with a backup; the replaced file is kept beside it.

    Example: servicedesk restore backups/servicedesk-2026-11-25T0310.db --yes
    """
    from servicedesk.file.backup.restore import restore_backup

    session: Session = ctx.obj
    db, answer = restore_backup(
        session.path, path, agreed=lambda question: yes or session.confirm(question), clock=session.clock
    )
    session.show(answer(session.adopt(db)))


@app.command("check")
@lists
def check(
    ctx: typer.Context,
    salvage: Annotated[
        Path | None, typer.Option(help="Copy what can be read of a damaged file into a new one.", metavar="NEW")
    ] = None,
    finding: Annotated[
        str | None,
        typer.Option(
            "--list", help="List everything with one finding; a part of its name is enough.", metavar="FINDING"
        ),
    ] = None,
    backups: Annotated[
        Path | None, typer.Option(help="Only look at this folder: is its newest copy young and whole?", metavar="DIR")
    ] = None,
    max_age: Annotated[str, typer.Option("--max-age", help="How old that copy may be.", metavar="SPAN")] = "26h",
) -> None:
    """Look for damage, broken rules and missing data; exit 5 where there is more than missing data.

    Example: servicedesk check --format json
    """
    session: Session = ctx.obj
    if backups is not None:
        from servicedesk.file.backup.backup import check_newest
        from servicedesk.file.backup.rotation import age

        session.show(check_newest(session.db, backups, max_age=age(max_age), now=session.now))
        return
    if salvage is not None:
        if is_dash(salvage):
            raise UsageError(say("--salvage takes a new file, not the output"), hint=say("check --salvage new.db"))
        if finding is not None:
            raise UsageError(say("--salvage and --list exclude each other"))
        from servicedesk.file.salvage.salvage import salvage_file

        session.show(salvage_file(session.path, salvage, clock=session.clock))
        return
    from servicedesk.file.check import check_file, check_sound, list_finding

    if finding is None:
        answer = check_file(session.db)
    else:
        from servicedesk.cli.run.language import speech

        table = list_finding(session.db, finding, translation=speech.translation)
        answer = Result(table, changed=False)
    session.show(answer)
    check_sound(answer.table)
