"""Commands: customers, and the file that pops up by phone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import Full, InArea, Limit, check_phones
from servicedesk.cli.run.session import Session
from servicedesk.domain.customer_codes import Answer, CustomerKind, Tier, TradeClass
from servicedesk.domain.wording import reference
from servicedesk.storage.paths import is_dash

if TYPE_CHECKING:
    from servicedesk.desk.customers.register import KnownError

app = typer.Typer()

CustomerRef = Annotated[str, typer.Argument(metavar="C12", help="The customer, or a phone or name.")]
Address = Annotated[str | None, typer.Option(help="Where the customer lives.", metavar="A")]
Area = Annotated[str | None, typer.Option(help="The part of town; technicians have areas too.", metavar="X")]
Kind = Annotated[CustomerKind | None, typer.Option(help="A household, or a shop of the trade; default: household.")]
Class = Annotated[
    TradeClass | None, typer.Option("--trade-class", help="What kind of shop; the customer is of the trade then.")
]
Phones = Annotated[
    list[str] | None, typer.Option("--phone", help="A phone, kept as typed; may be repeated.", metavar="P")
]
HomeRef = Annotated[
    str | None,
    typer.Option(
        "--household",
        help="The home the customer belongs to: H5, or the phone or name of who lives there.",
        metavar="H5",
    ),
]
IntroducedBy = Annotated[
    str | None, typer.Option("--introduced-by", help="The customer who sent this one.", metavar="C12")
]
Force = Annotated[bool, typer.Option("--force", help="Register even if a customer has this phone or address.")]


@app.command("add")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The customer's name.")],
    phone: Phones = None,
    no_phone: Annotated[bool, typer.Option("--no-phone", help="The customer has no phone.")] = False,
    address: Address = None,
    area: Area = None,
    tier: Annotated[Tier | None, typer.Option(help="The tier from today on; default: ordinary.")] = None,
    household: HomeRef = None,
    note: Annotated[str | None, typer.Option(help="A note on the customer.", metavar="T")] = None,
    introduced_by: IntroducedBy = None,
    kind: Kind = None,
    trade_class: Class = None,
    force: Force = False,
) -> None:
    """Register a customer; a known phone, or name with address, is refused with the candidates.

    Example: servicedesk customer add 王芳 --phone 13800138000 --area 南坪
    """
    from servicedesk.desk.customers.register import KnownError, NewCustomer, Trade, add_customer

    session: Session = ctx.obj
    if not phone and not no_phone and session.may_ask:
        from servicedesk.cli.completion.missing import ask_option

        phone = [ask_option(ctx, "phone")]
        session.is_asking = True
    if session.is_asking:
        from servicedesk.cli.run.people import ask_address, ask_area

        address = address or ask_address() or None
        area = area or ask_area(session) or None
    warnings = check_phones(session, phone or [])
    household_id = session.household(household) if household is not None else None
    introducer_id = session.customer(introduced_by) if introduced_by is not None else None
    area = session.settings.area if area is None else area
    newcomer = NewCustomer(name, phone or [], address, area, tier, household_id, note, force, no_phone, introducer_id,
                           Trade(kind, trade_class))  # fmt: skip
    try:
        made = add_customer(session.begin(), newcomer)
    except KnownError as known:  # what was answered so far is not typed again
        _check_is_somebody_else(session, known)
        made = add_customer(session.begin(), newcomer._replace(force=True))
    session.show(made._replace(notes=[*made.notes, *warnings]))


def _check_is_somebody_else(session: Session, known: KnownError) -> None:
    """Ask at a terminal whether the new customer is none of the known ones. RefusedError if not, or without one."""
    if not session.may_ask:
        raise known
    session.say(known.sentence)
    if not session.confirm(say("Is it somebody else?")):
        raise RefusedError(say("nothing was written"), hint=known.hint) from None


@app.command("list")
@lists
def list_(
    ctx: typer.Context,
    area: InArea = None,
    kind: Annotated[CustomerKind | None, typer.Option(help="Households, or trade customers.")] = None,
    tier: Annotated[Tier | None, typer.Option(help="Of this tier by now.")] = None,
    category: Annotated[str | None, typer.Option(help="Who has this kind of appliance.", metavar="CODE")] = None,
    brand: Annotated[str | None, typer.Option(help="Who has this brand.", metavar="TEXT")] = None,
    limit: Limit = None,
    after: Annotated[str | None, typer.Option(help="Go on behind this one.", metavar="C12")] = None,
    full: Full = False,
) -> None:
    """List customers in the order of their numbers.

    Example: servicedesk customer list --area 城东 --category fridge --limit 50
    """
    from servicedesk.records.customers import page_customers

    session: Session = ctx.obj
    found = page_customers(
        session.db,
        on=session.on(None),
        after_id=reference(after, "C") if after else 0,
        limit=limit,
        area=area,
        kind=kind.value if kind else None,
        tier=tier.value if tier else None,
        category=category,
        brand=brand,
    )
    session.show(found, full=full)


@app.command("edit")
def edit(
    ctx: typer.Context,
    customer: CustomerRef,
    name: Annotated[str | None, typer.Option(help="The new name.", metavar="NAME")] = None,
    phone: Annotated[list[str] | None, typer.Option(help="One more phone; may be repeated.", metavar="P")] = None,
    drop_phone: Annotated[list[str] | None, typer.Option(help="A phone that is no more.", metavar="P")] = None,
    address: Address = None,
    area: Area = None,
    introduced_by: Annotated[
        str | None, typer.Option("--introduced-by", help="The customer who sent this one, or none.", metavar="C12|none")
    ] = None,
    kind: Kind = None,
    trade_class: Class = None,
    force: Force = False,
) -> None:
    """Change name, phones, address, area or who sent the customer; what was before stays in the file.

    Example: servicedesk customer edit C12 --phone 023-62801234 --drop-phone 13800138000
    """
    from servicedesk.desk.customers.register import Trade, edit_customer

    session: Session = ctx.obj
    warnings = check_phones(session, phone or ())
    edited = edit_customer(
        session.begin(),
        session.customer(customer),
        name=name,
        address=address,
        area=area,
        phones=phone or (),
        dropped=drop_phone or (),
        introducer_id=_introducer(session, introduced_by),
        force=force,
        trade=Trade(kind, trade_class),
    )
    session.show(edited._replace(notes=[*edited.notes, *warnings]))


def _introducer(session: Session, text: str | None) -> int | None:
    """Return the id of the customer who introduced this one, 0 for nobody."""
    if text is None:
        return None
    return 0 if text.strip().lower() in {"none", "无"} else session.customer(text)


@app.command("tier")
def tier(
    ctx: typer.Context,
    customer: Annotated[str | None, typer.Argument(metavar="C12", help="The customer, or a phone or name.")] = None,
    tier: Annotated[Tier | None, typer.Argument(help="The new tier.")] = None,
    from_on: Annotated[
        str | None, typer.Option("--from", help="From that day on; default: today.", metavar="DATE")
    ] = None,
    propose: Annotated[
        bool, typer.Option("--propose", help="Only list to whom a rule would grant one, and why.")
    ] = False,
) -> None:
    """Give a customer a tier from a day on; appliance birthdays follow it.

    --propose writes nothing: a running contract of a project, five kinds of appliances, or 30 000 yuan on invoices
    would grant a tier; a person decides.

    Example: servicedesk customer tier C12 vip --from 2026-07-01
    """
    session: Session = ctx.obj
    if propose:
        from servicedesk.desk.customers.tiers import propose_tiers

        session.show(propose_tiers(session.db, on=session.on(None)))
        return
    from servicedesk.cli.completion.missing import ask_option
    from servicedesk.desk.customers.register import set_tier

    if session.may_ask:
        customer = customer or ask_option(ctx, "customer")
        tier = tier or Tier(ask_option(ctx, "tier"))
    if customer is None or tier is None:
        name = "C12" if customer is None else "TIER"
        raise UsageError(say("missing argument '{name}'", name=name), hint="servicedesk customer tier --help")
    customer_id = session.customer(customer)
    session.show(set_tier(session.begin(), customer_id, tier, from_on=session.on(from_on)))


@app.command("consent")
def consent(
    ctx: typer.Context,
    customer: CustomerRef,
    calls: Annotated[Answer | None, typer.Option(help="Calls of our own accord, as call-backs.")] = None,
    visits: Annotated[Answer | None, typer.Option(help="Maintenance visits of our own accord.")] = None,
    marketing: Annotated[Answer | None, typer.Option(help="Cards, offers and messages.")] = None,
    by: Annotated[
        str | None, typer.Option(help="How the customer said it, for example letter or call.", metavar="HOW")
    ] = None,
    at: Annotated[str | None, typer.Option(help="When it was said; default: now.", metavar="INSTANT")] = None,
) -> None:
    """Record what a customer wants from us; it holds until they change it. Lists, visits and cards obey it.

    Example: servicedesk customer consent C12 --calls no --visits no --marketing yes --by letter
    """
    from servicedesk.desk.customers.wishes import record_wishes

    session: Session = ctx.obj
    said = {"calls": calls, "visits": visits, "marketing": marketing}
    session.show(
        record_wishes(
            session.begin(),
            session.customer(customer),
            at=session.at(at),
            wishes={purpose: answer.value for purpose, answer in said.items() if answer is not None},
            given_by=by,
        )
    )


@app.command("merge")
def merge(
    ctx: typer.Context,
    kept: Annotated[str, typer.Argument(metavar="C12", help="Who it is; a whole phone or name will do.")],
    gone: Annotated[str, typer.Argument(metavar="C31", help="The entry that turned out to be the same person.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check; nothing is written.")] = False,
) -> None:
    """Merge two entries for one person; appliances, tickets, phones, notes and complaints go to the one that stays.

    Example: servicedesk customer merge C12 C31 --dry-run
    """
    from servicedesk.desk.customers.merge import merge_customers

    session: Session = ctx.obj
    one, other = session.customer(kept, whole=True), session.customer(gone, whole=True)
    session.show(merge_customers(session.begin(), one, other, dry_run=dry_run))


@app.command("forget")
def forget(
    ctx: typer.Context,
    customer: CustomerRef,
    yes: Annotated[bool, typer.Option("--yes", help="For good; there is no undo.")] = False,
) -> None:
    """Delete a person's name, phones, address and all texts about them, for good; the figures stay.

    Example: servicedesk customer forget C12 --yes
    """
    from servicedesk.desk.customers.forget import forget_customer

    session: Session = ctx.obj
    customer_id = session.customer(customer, whole=True)
    session.show(forget_customer(session.begin(), customer_id, agreed=lambda ask: yes or session.confirm(ask)))


@app.command("export")
def export(
    ctx: typer.Context,
    customer: CustomerRef,
    output: Annotated[
        str | None, typer.Option(help="The file to write, mode 0600; default, and -: the output.", metavar="FILE")
    ] = None,
) -> None:
    """Write everything about a person, for that person, as one JSON object.

    Example: servicedesk customer export C12 --output C12.json
    """
    from servicedesk.base.table import Result, columns, record
    from servicedesk.desk.customers.personal_data import get_person, person_table
    from servicedesk.render.formats import write
    from servicedesk.storage.new_files import replacing

    session: Session = ctx.obj
    person = get_person(session.db, session.customer(customer), now=session.now)
    note = say("all that the file holds of C{id}: keep it as you keep the file", id=person["id"])
    session.format = session.format or "json"
    if output is None:
        session.show(Result(person_table(person), [note], changed=False))
        return
    if not output.strip():
        raise UsageError(say("--output is empty"), hint=say("--output C12.json"))
    with replacing(Path(output), outlet=session.db.path, is_page=True) as made, made.open("w", encoding="utf-8") as out:
        write(person_table(person), "json", out, terminal=False)
    answer = record(columns("id:C=customer", "path"), [person["id"], output])
    session.show(Result(answer, [note], changed=False), aside=is_dash(output))
