"""Commands: the people of one home."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.cli.run.session import Session
from servicedesk.domain.wording import letter_and_number

app = typer.Typer()

Move = Annotated[bool, typer.Option("--move", help="Take them out of the household they are in.")]


@app.command("add")
def add(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="What the household is called.")] = None,
    member: Annotated[
        list[str] | None, typer.Option(help="Who lives there: C12, a phone or a name; may be repeated.", metavar="C12")
    ] = None,
    move: Move = False,
) -> None:
    """Make a household.

    Example: servicedesk household add 王家 --member C12 --member C31
    """
    from servicedesk.desk.customers.households import add_household

    session: Session = ctx.obj
    member_ids = [session.customer(text) for text in member or ()]
    session.show(add_household(session.begin(), name, member_ids=member_ids, move=move))


@app.command("link")
def link(
    ctx: typer.Context,
    who: Annotated[
        list[str],
        typer.Argument(
            metavar="C12|H5 C31...", help="Two or more people, by reference, phone or name; or a home and people."
        ),
    ],
    relation: Annotated[
        str | None,
        typer.Option("--as", help="The relation of the last to the first, for example brother.", metavar="RELATION"),
    ] = None,
    move: Move = False,
) -> None:
    """Join people in one household: the one they have, or a new one.

    Example: servicedesk household link C12 C31 --as brother
    """
    from servicedesk.desk.customers.households import link_household

    session: Session = ctx.obj
    home = letter_and_number(who[0], "H")
    people = who if home is None else who[1:]
    session.show(
        link_household(
            session.begin(),
            [session.customer(text) for text in people],
            household_id=home[1] if home else None,
            relation=relation,
            move=move,
        )
    )


@app.command("show")
def show(
    ctx: typer.Context,
    household: Annotated[
        str, typer.Argument(metavar="H5", help="The household: H5, its name, or the phone or name of who lives there.")
    ],
) -> None:
    """Show the people of a household, their appliances and the notes on it.

    Example: servicedesk household show H5
    """
    from servicedesk.desk.customers.households import get_household_page

    session: Session = ctx.obj
    session.show(get_household_page(session.db, session.household(household), on=session.on(None)))
