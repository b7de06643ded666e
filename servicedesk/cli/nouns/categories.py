"""The commands of categories: list, add, edit, merge."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.session import Session

app = typer.Typer()

Code = Annotated[str, typer.Argument(metavar="CODE", help="A code of 'category list', for example fridge.")]
Years = Annotated[int | None, typer.Option(min=1, max=100, metavar="N", help="Years between birthdays.")]
Label = Annotated[str | None, typer.Option(metavar="TEXT", help="The Chinese name.")]


@app.command("list")
@lists
def list_(ctx: typer.Context) -> None:
    """List all categories, with the years between birthdays valid today.

    Example: servicedesk category list
    """
    from servicedesk.records import categories

    session: Session = ctx.obj
    session.show(categories.list_categories(session.db, on=session.on(None)))


@app.command("add")
def add(ctx: typer.Context, code: Code, years: Years = None, label: Label = None) -> None:
    """Add a category; without --years its birthdays come like those of "all others".

    Example: servicedesk category add soymilk_maker --label 豆浆机 --years 2
    """
    from servicedesk.desk.appliances.categories import add_category

    session: Session = ctx.obj
    session.show(add_category(session.begin(), code, years=years, label=label))


@app.command("edit")
def edit(
    ctx: typer.Context,
    code: Code,
    years: Years = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Birthdays on this day or later; default: today.")
    ] = None,
    label: Label = None,
) -> None:
    """Change the years between birthdays from a day on; generated visits stay.

    Example: servicedesk category edit washer --years 4 --from 2027-01-01
    """
    from servicedesk.desk.appliances.categories import edit_category

    session: Session = ctx.obj
    from_on = session.on(from_) if from_ is not None else None
    session.show(edit_category(session.begin(), code, years=years, from_on=from_on, label=label))


@app.command("merge")
def merge(
    ctx: typer.Context,
    gone: Annotated[str, typer.Argument(metavar="FROM", help="The category that turned out to be the same.")],
    kept: Annotated[str, typer.Argument(metavar="INTO", help="The one that stays.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check; nothing is written.")] = False,
) -> None:
    """Merge two categories of the same kind; appliances, skills and later imports get the one that stays.

    Example: servicedesk category merge video_recorder small --dry-run
    """
    from servicedesk.desk.appliances.categories import merge_categories

    session: Session = ctx.obj
    session.show(merge_categories(session.begin(), gone, kept, dry_run=dry_run))
