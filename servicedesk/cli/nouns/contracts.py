"""Commands: contracts with customers."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from servicedesk.base import dates
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import check_alone
from servicedesk.cli.run.session import Session
from servicedesk.domain.agreements.contracts import ContractKind
from servicedesk.domain.wording import reference

app = typer.Typer()

ContractRef = Annotated[str, typer.Argument(metavar="G7", help="The contract.")]


@app.command("add")
def add(
    ctx: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="C12", help="The customer, or a phone or name.")],
    kind: Annotated[ContractKind, typer.Option(help="service, extension (of a guarantee) or project.")],
    first: Annotated[str, typer.Option("--from", help="Its first day.", metavar="D")],
    last: Annotated[str, typer.Option("--to", help="Its last day.", metavar="D")],
    visits: Annotated[
        int | None, typer.Option(help="How many visits it includes.", min=1, max=1000, metavar="N")
    ] = None,
    appliance: Annotated[
        list[str] | None, typer.Option(help="One that it covers; may be repeated; default: all.", metavar="A34")
    ] = None,
    respond: Annotated[str | None, typer.Option(help="How soon somebody is there: 4h, 90m.", metavar="SPAN")] = None,
    warn: Annotated[str, typer.Option(help="How long before its end it is named: 30d.", metavar="SPAN")] = "30d",
    scope: Annotated[str | None, typer.Option(help="What it covers, in words.", metavar="T")] = None,
) -> None:
    """Record a contract with a customer: service visits, a longer guarantee, a project.

    Example: servicedesk contract add C12 --kind service --from 2026-12-01 --to 2027-11-30 --visits 2 --respond 4h
    """
    from servicedesk.desk.agreements.contracts import NewContract, add_contract

    session: Session = ctx.obj
    wanted = NewContract(
        session.customer(customer),
        kind,
        session.on(first),
        session.on(last),
        [session.appliance(one) for one in appliance or ()],
        visits,
        _minutes(respond) if respond is not None else None,
        dates.span_days(warn),
        scope,
    )
    session.show(add_contract(session.begin(), wanted))


def _minutes(text: str) -> int:
    """Return the minutes of a span such as 4h or 90m."""
    found = re.fullmatch(r"([0-9]{1,4})([hm])", text.strip().lower())
    if found is None or not 0 < int(found[1]) <= 1000:
        raise UsageError(say("'{text}' is not a span of time", text=text), hint=say("write it like 4h or 90m"))
    return int(found[1]) * (60 if found[2] == "h" else 1)


@app.command("renew")
def renew(
    ctx: typer.Context,
    contract: ContractRef,
    last: Annotated[
        str | None, typer.Option("--to", help="Its last day; default: as long as the one before.", metavar="D")
    ] = None,
    visits: Annotated[
        int | None, typer.Option(help="How many visits it includes; default: as many.", min=1, max=1000, metavar="N")
    ] = None,
) -> None:
    """Renew a contract: another one with its terms, from the day after its end.

    Example: servicedesk contract renew G7
    """
    from servicedesk.desk.agreements.renew import renew_contract

    session: Session = ctx.obj
    to_on = session.on(last) if last is not None else None
    session.show(renew_contract(session.begin(), reference(contract, "G"), to_on=to_on, visits=visits))


@app.command("list")
@lists
def list_(
    ctx: typer.Context,
    customer: Annotated[str | None, typer.Option(help="Of this customer only.", metavar="C12")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that are over or voided.")] = False,
) -> None:
    """List the contracts that run or are to come, the first to end first.

    Example: servicedesk contract list
    """
    from servicedesk.desk.agreements.contracts import list_table

    session: Session = ctx.obj
    customer_id = session.customer(customer) if customer is not None else None
    session.show(list_table(session.db, customer_id=customer_id, every=every, on=session.now.date()))


@app.command("show")
def show(ctx: typer.Context, contract: ContractRef) -> None:
    """Show a contract with the tickets that name it: which visits are used, who came as soon as agreed.

    Example: servicedesk contract show G7
    """
    from servicedesk.desk.agreements.contracts import get_contract_page

    session: Session = ctx.obj
    session.show(get_contract_page(session.db, reference(contract, "G"), now=session.now))


@app.command("due")
@lists
def due(
    ctx: typer.Context,
    within: Annotated[
        str | None, typer.Option(help="So many days ahead: 30d; default: as each contract says.", metavar="SPAN")
    ] = None,
) -> None:
    """List what contracts need now: visits that are due, ends, responses that are about to break.

    Example: servicedesk contract due --within 30d
    """
    from servicedesk.desk.agreements.contracts import list_due

    session: Session = ctx.obj
    days = dates.span_days(within) if within is not None else None
    session.show(list_due(session.db, now=session.now, within=days))


@app.command("end")
def end(
    ctx: typer.Context,
    contract: ContractRef,
    on: Annotated[str | None, typer.Option(help="The last day on which it holds; default: today.", metavar="D")] = None,
    reason: Annotated[str | None, typer.Option(help="Why.", metavar="R")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="It goes on until the day that was agreed.")] = False,
) -> None:
    """End a contract before its last day.

    Example: servicedesk contract end G7 --on 2026-12-31 --reason 'moved away'
    """
    from servicedesk.desk.agreements import contracts

    session: Session = ctx.obj
    contract_id = reference(contract, "G")
    if undo:
        check_alone("undo", on=on, reason=reason)
        session.show(contracts.resume_contract(session.begin(), contract_id))
        return
    session.show(contracts.end_contract(session.begin(), contract_id, on=session.on(on), reason=reason))


@app.command("void")
def void(
    ctx: typer.Context,
    contract: ContractRef,
    reason: Annotated[str, typer.Option(help="Why; kept beside it.", metavar="R")],
) -> None:
    """Void a contract that was typed by mistake; it stays readable.

    Example: servicedesk contract void G7 --reason 'wrong customer'
    """
    from servicedesk.desk.agreements.contracts import void_contract

    session: Session = ctx.obj
    session.show(void_contract(session.begin(), reference(contract, "G"), reason=reason))
