"""Commands: what a technician has: certificates, a badge, trainings; and whether a badge is ours."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.cli.run.session import Session

app = typer.Typer()

TechnicianName = Annotated[str, typer.Argument(metavar="NAME", help="The technician, by name or id.")]


@app.command("show")
def show(ctx: typer.Context, name: TechnicianName) -> None:
    """Show a technician: skills, areas, badge, certificates, trainings.

    Example: servicedesk technician show 李强
    """
    from servicedesk.desk.jobs.credentials import get_technician_page

    session: Session = ctx.obj
    session.show(get_technician_page(session.db, name, on=session.on(None)))


@app.command("cert")
def cert(
    ctx: typer.Context,
    name: TechnicianName,
    category: Annotated[str, typer.Argument(metavar="CATEGORY", help="For which kind of appliance, such as ac.")],
    number: Annotated[str | None, typer.Option("--no", help="The number of the certificate.", metavar="X")] = None,
    until: Annotated[str | None, typer.Option(help="The last day on which it holds.", metavar="D")] = None,
    off: Annotated[bool, typer.Option("--off", help="The certificate does not hold any more.")] = False,
) -> None:
    """Record a certificate. From the day after its end, the technician is not skilled in that kind of appliance.

    Example: servicedesk technician cert 李强 ac --no ZK-2231 --until 2027-10-31
    """
    from servicedesk.desk.jobs.credentials import record_certificate

    session: Session = ctx.obj
    until_on = session.on(until) if until is not None else None
    session.show(record_certificate(session.begin(), name, category, number=number, until_on=until_on, off=off))


@app.command("badge")
def badge(
    ctx: typer.Context,
    name: TechnicianName,
    number: Annotated[str | None, typer.Argument(metavar="[NUMBER]", help="The number on the badge.")] = None,
    until: Annotated[str | None, typer.Option(help="The last day on which it is valid.", metavar="D")] = None,
    off: Annotated[bool, typer.Option("--off", help="It was taken back, or lost.")] = False,
) -> None:
    """Record the badge of a technician; an earlier one is not valid any more.

    Example: servicedesk technician badge 李强 1032 --until 2027-12-31
    """
    from servicedesk.desk.jobs.credentials import give_badge

    session: Session = ctx.obj
    until_on = session.on(until) if until is not None else None
    session.show(give_badge(session.begin(), name, number, until_on=until_on, off=off))


@app.command("verify")
def verify(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The number on the badge that a customer sees.")],
) -> None:
    """Tell a customer who asks whether a badge is valid, until when, and for which brands; no name is shown.

    Example: servicedesk technician verify 1032
    """
    from servicedesk.desk.jobs.credentials import verify_badge

    session: Session = ctx.obj
    session.show(verify_badge(session.db, number, on=session.on(None)))


@app.command("training")
def training(
    ctx: typer.Context,
    name: TechnicianName,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What it was about.")],
    on: Annotated[str | None, typer.Option("--on", help="The day; default: today.", metavar="D")] = None,
) -> None:
    """Record what a technician was trained in.

    Example: servicedesk technician training 李强 '变频空调检修' --on 2026-10-12
    """
    from servicedesk.desk.jobs.credentials import record_training

    session: Session = ctx.obj
    session.show(record_training(session.begin(), name, text, on=session.on(on, ahead=False)))
