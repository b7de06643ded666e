"""The commands of the guarantee: show, check, terms, parts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.options import check_unused
from servicedesk.cli.run.session import Session
from servicedesk.domain.wording import letter_and_number, reference

app = typer.Typer()


class Action(StrEnum):
    """What is done with the terms."""

    LIST = "list"
    SET = "set"


Source = Annotated[str | None, typer.Option(metavar="TEXT", help="Where it is written.")]
Unverified = Annotated[
    bool, typer.Option("--unverified", help="Nobody has read it in the text in force; it is shown so.")
]
Since = Annotated[
    str | None,
    typer.Option("--from", metavar="D", help="For guarantees that begin that day or later; default: today."),
]

WholeYears = Annotated[
    int | None, typer.Option("--whole", min=1, max=100, metavar="N", help="Years for the whole appliance.")
]
Rate = Annotated[
    str | None, typer.Option("--rate", metavar="PERCENT", help="Depreciation a day, in per cent, such as 0.1.")
]
RepairerDays = Annotated[
    int | None, typer.Option("--repairer-days", min=1, max=1000, metavar="N", help="Days of W7; default: 30.")
]
PartDays = Annotated[
    int | None, typer.Option("--part-days", min=1, max=1000, metavar="N", help="Days of W8; default: 90.")
]


@app.command("show")
def show(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="A34", help="The appliance, or the phone or name of its owner.")],
    at: Annotated[str | None, typer.Option(metavar="D", help="The day it is seen from; default: today.")] = None,
) -> None:
    """Show the guarantee of an appliance: when it begins and why, until when, days under repair, what is unknown.

    Example: servicedesk warranty show A1 --at 2026-11-01
    """
    from servicedesk.desk.guarantee.verdict import get_guarantee

    session: Session = ctx.obj
    appliance_id, today = session.appliance(which), session.now.date()
    session.show(get_guarantee(session.db, appliance_id, on=session.on(at), today=today))


@app.command("check")
def check(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="T101|A34", help="A repair; or an appliance that fails now.")],
    at: Annotated[
        str | None, typer.Option(metavar="D", help="A34: the day of the fault; T101: the day of the look; today.")
    ] = None,
    part: Annotated[str | None, typer.Option(metavar="CODE", help="The main part that failed.")] = None,
) -> None:
    """Judge a fault by the rules W1 to W16, as of its report: what holds, until when, why, and what to ask for.

    Example: servicedesk warranty check A1 --part compressor
    """
    from servicedesk.desk.guarantee.verdict import judge_appliance, judge_ticket

    session: Session = ctx.obj
    named = letter_and_number(which, "TA")
    if named and named[0] == "T":
        seen = session.on(at) if at is not None else None
        session.show(judge_ticket(session.db, reference(which, "T"), seen=seen, part=part, now=session.now))
        return
    appliance_id, today = session.appliance(which), session.now.date()
    session.show(judge_appliance(session.db, appliance_id, on=session.on(at), today=today, part=part))


@app.command("terms")
def terms(
    ctx: typer.Context,
    action: Annotated[Action, typer.Argument(help="List the terms, or set those of a category.")] = Action.LIST,
    category: Annotated[
        str | None, typer.Argument(metavar="[CODE]", help="As in 'category list'; default: all of them.")
    ] = None,
    brand: Annotated[str | None, typer.Option(metavar="TEXT", help="Only of this brand.")] = None,
    whole: WholeYears = None,
    main: Annotated[int | None, typer.Option(min=1, max=100, metavar="N", help="Years for its main parts.")] = None,
    rate: Rate = None,
    repairer_days: RepairerDays = None,
    part_days: PartDays = None,
    from_: Since = None,
    source: Source = None,
    unverified: Unverified = False,
    every: Annotated[bool, typer.Option("--all", help="List: those that hold no more too.")] = False,
) -> None:
    """List the terms of all categories, each with how sure it is; or set those of a category from a day on.

    Example: servicedesk warranty terms set ac --brand Haier --whole 6 --main 6 --from 2026-01-01 --source 'card'
    """
    from servicedesk.records.guarantee.terms import list_terms

    session: Session = ctx.obj
    if action is Action.LIST:
        from servicedesk.records.categories import check_category

        check_unused(
            "warranty terms set", brand=brand, whole=whole, main=main, rate=rate, repairer_days=repairer_days,
            part_days=part_days, from_=from_, source=source, unverified=unverified,
        )  # fmt: skip
        code = check_category(session.db, category) if category is not None else None
        session.show(list_terms(session.db, on=session.on(None), category=code, every=every))
        return
    from servicedesk.desk.guarantee.terms import NewTerm, read_rate, set_term
    from servicedesk.domain.guarantee.rules import PART_DAYS, REPAIRER_DAYS

    check_unused("warranty terms list", all=every)
    given = _ask_terms(ctx, category=category, whole=whole, main=main, source=source)
    term = NewTerm(given["category"], brand, int(given["whole"]), int(given["main"]),
                   read_rate(rate) if rate is not None else None, repairer_days or REPAIRER_DAYS,
                   part_days or PART_DAYS, given["source"], is_verified=not unverified)  # fmt: skip
    session.show(set_term(session.begin(), term, from_on=session.on(from_) if from_ is not None else None))


def _ask_terms(ctx: typer.Context, **given: str | int | None) -> dict[str, str]:
    """Return the values that the terms need; ask at a terminal for the missing ones, else UsageError."""
    found = {}
    for name, value in given.items():
        if value is not None:
            found[name] = str(value)
        elif ctx.obj.may_ask:
            from servicedesk.cli.completion.missing import ask_option

            found[name] = ask_option(ctx, name)
        else:
            raise UsageError(
                say("the terms need a category, --whole, --main and --source"),
                hint="servicedesk warranty terms set fridge --whole 1 --main 3 --source TEXT",
            )
    return found


@app.command("parts")
def parts(
    ctx: typer.Context,
    category: Annotated[str, typer.Argument(metavar="CODE", help="As in 'category list'.")],
    add: Annotated[list[str] | None, typer.Option(metavar="CODE", help="It is a main part.")] = None,
    drop: Annotated[list[str] | None, typer.Option(metavar="CODE", help="It is one no more.")] = None,
    label: Annotated[str | None, typer.Option(metavar="TEXT", help="The Chinese name of the one added.")] = None,
    from_: Since = None,
    source: Source = None,
    unverified: Unverified = False,
) -> None:
    """List the main parts of a category; add or drop one from a day on.

    Example: servicedesk warranty parts fridge --add door_heater --label 门加热丝 --source 'service manual'
    """
    session: Session = ctx.obj
    if not add and not drop:
        from servicedesk.records.categories import check_category
        from servicedesk.records.guarantee.terms import parts_table

        check_unused("warranty parts CODE --add", label=label, source=source, unverified=unverified)
        code = check_category(session.db, category)
        session.show(parts_table(session.db, code, on=session.on(from_)))
        return
    from servicedesk.desk.guarantee.terms import set_main_parts

    session.show(
        set_main_parts(
            session.begin(), category, add=add or [], drop=drop or [], label=label, source=source,
            is_verified=not unverified, from_on=session.on(from_) if from_ is not None else None,
        )
    )  # fmt: skip
