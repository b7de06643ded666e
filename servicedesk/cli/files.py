"""The commands of the file as a whole: init, info."""

from typing import Annotated

import typer

from servicedesk.cli.session import Session
from servicedesk.core import dates
from servicedesk.core.model import Stamp

app = typer.Typer()


@app.command("init")
def init(
    ctx: typer.Context,
    outlet: Annotated[str, typer.Option(help="The outlet's name.", metavar="NAME")] = "Service outlet",
    zone: Annotated[str, typer.Option(help="The outlet's time zone.", metavar="ZONE")] = "Asia/Shanghai",
    classroom: Annotated[bool, typer.Option(help="Facts under a pinned clock are not marked.")] = False,
    group: Annotated[bool, typer.Option(help="Mode 0660: the group may use the file too.")] = False,
    maintenance_since: Annotated[
        str | None, typer.Option(help="No birthday before this day is generated; default: today.", metavar="DATE")
    ] = None,
) -> None:
    """Make a new file, mode 0600; an existing one is refused.

    Example: servicedesk init --outlet 'Nanping Star Service'
    """
    from servicedesk.desk import files
    from servicedesk.desk.schema import created

    session: Session = ctx.obj
    now = session.clock(zone)
    since = dates.local_date(maintenance_since, now).isoformat() if maintenance_since else None
    if not session.db_path:
        session.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = Stamp(dates.stamp(now), session.who)
    db = created(
        session.path, stamp, outlet=outlet, zone=zone, classroom=classroom, group=group, maintenance_since=since
    )
    session.show(files.info(session.adopt(db)))


@app.command("info")
def info(ctx: typer.Context) -> None:
    """What is in the file.

    Example: servicedesk info --format json
    """
    from servicedesk.desk import files

    session: Session = ctx.obj
    session.show(files.info(session.db))
