"""Commands: what the house knows, problems and what helps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import NewCode, OfCategory
from servicedesk.cli.run.session import Session
from servicedesk.domain.knowledge.solutions import SolutionKind
from servicedesk.domain.wording import reference

app = typer.Typer()

SolutionRef = Annotated[str, typer.Argument(metavar="S3", help="The solution.")]
Category = Annotated[str | None, typer.Option(help="The kind of appliance, or none for any.", metavar="CODE")]
Fault = Annotated[str | None, typer.Option(help="A code such as not_cooling.", metavar="CODE")]
CauseText = Annotated[str | None, typer.Option("--cause", help="Why it happens, in words.", metavar="T")]
Fix = Annotated[str | None, typer.Option(help="What helps, or what it says.", metavar="T")]
PartCode = Annotated[
    list[str] | None, typer.Option("--part", help="A spare part that it takes; may be repeated.", metavar="PART")
]
Model = Annotated[str | None, typer.Option(help="Only for this model.", metavar="M")]
Link = Annotated[str | None, typer.Option(help="Where to read more: a web address or a file.", metavar="L")]
Force = Annotated[bool, typer.Option("--force", help="Go on although a name or a phone seems to be in the text.")]


@app.command("search")
@lists
def search(
    ctx: typer.Context,
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT...", help="Words, Chinese or English, or the pinyin of the fault.")
    ],
    category: OfCategory = None,
    model: Annotated[str | None, typer.Option(help="For this model, or for any.", metavar="M")] = None,
) -> None:
    """Search what helps: by fault, cause, appliance, model, part, what was done. Half of the words will do.

    Example: servicedesk solution search 不制冷 --category fridge
    """
    from servicedesk.desk.knowledge.search import search_solutions
    from servicedesk.kpis.solutions import count_success
    from servicedesk.records.categories import check_category

    session: Session = ctx.obj
    code = check_category(session.db, category) if category is not None else None
    success = count_success(session.db, now=session.now)
    session.show(search_solutions(session.db, " ".join(text), category=code, model=model, success=success))


@app.command("add")
def add(
    ctx: typer.Context,
    from_ticket: Annotated[
        str | None,
        typer.Option(help="Copy category, fault, cause and parts from this ticket, but no text.", metavar="T88"),
    ] = None,
    category: Category = None,
    fault: Fault = None,
    cause: CauseText = None,
    fix: Fix = None,
    part: PartCode = None,
    model: Model = None,
    kind: Annotated[SolutionKind, typer.Option(help="What it is.")] = SolutionKind.FAULT,
    link: Link = None,
    force: Force = False,
    new_code: NewCode = False,
) -> None:
    """Record what helps with a problem; how often it worked is counted from the tickets that name it.

    Example: servicedesk solution add --category fridge --fault not_cooling --cause 'iced up' --fix 'thaw the drain'
    """
    from servicedesk.desk.knowledge.register import add_solution, copy_from_ticket, part_list

    session: Session = ctx.obj
    ticket_id = reference(from_ticket, "T") if from_ticket else None
    given = {"category": category, "fault": fault, "fix": fix}
    if session.may_ask:
        from servicedesk.cli.completion.missing import ask_option

        copied = copy_from_ticket(session.db, ticket_id) if ticket_id else {}
        needed = given if kind == SolutionKind.FAULT else {"fix": fix}
        given |= {name: ask_option(ctx, name) for name in needed if not (given[name] or name in copied)}
    more = {"cause": cause, "parts": part_list(part or []), "model": model, "link": link}
    desk = session.begin()
    session.show(add_solution(desk, kind=kind, from_ticket=ticket_id, force=force, new_code=new_code, **given, **more))


@app.command("edit")
def edit(
    ctx: typer.Context,
    solution: SolutionRef,
    category: Category = None,
    fault: Fault = None,
    cause: CauseText = None,
    fix: Fix = None,
    part: PartCode = None,
    model: Model = None,
    kind: Annotated[SolutionKind | None, typer.Option(help="What it is.")] = None,
    link: Link = None,
    force: Force = False,
    new_code: NewCode = False,
) -> None:
    """Change a solution; 'none' takes category, cause, part, model or link away.

    Example: servicedesk solution edit S3 --fix 'thaw it, then replace the heater' --part HEAT-2
    """
    from servicedesk.desk.knowledge.register import edit_solution, part_list

    session: Session = ctx.obj
    given = {"category": category, "fault": fault, "cause": cause, "fix": fix, "parts": part_list(part or [])}
    desk, solution_id = session.begin(), reference(solution, "S")
    given |= {"model": model, "link": link}
    session.show(edit_solution(desk, solution_id, kind=kind, force=force, new_code=new_code, **given))


@app.command("show")
def show(ctx: typer.Context, solution: SolutionRef) -> None:
    """Show a solution and the tickets it was used for: it worked where the appliance did not fail again within 30 days
    (K4).

    Example: servicedesk solution show S3
    """
    from servicedesk.desk.knowledge.show import get_solution_page
    from servicedesk.kpis.solutions import count_success, list_verdicts

    session: Session = ctx.obj
    solution_id = reference(solution, "S")
    verdicts = {ticket_id: (verdict, reason)
                for _, ticket_id, verdict, reason in list_verdicts(session.db, now=session.now)}  # fmt: skip
    success = count_success(session.db, now=session.now).get(solution_id)
    session.show(get_solution_page(session.db, solution_id, success=success, verdicts=verdicts))


@app.command("list")
@lists
def list_(
    ctx: typer.Context,
    category: OfCategory = None,
    kind: Annotated[SolutionKind | None, typer.Option(help="Of this kind only.")] = None,
    every: Annotated[bool, typer.Option("--all", help="The retired ones too.")] = False,
) -> None:
    """List the solutions.

    Example: servicedesk solution list --category fridge
    """
    from servicedesk.desk.knowledge.show import list_table
    from servicedesk.kpis.solutions import count_success
    from servicedesk.records.categories import check_category
    from servicedesk.records.knowledge.solutions import list_solutions

    session: Session = ctx.obj
    code = check_category(session.db, category) if category is not None else None
    found = list_solutions(session.db, category=code, kind=kind.value if kind else None, every=every)
    session.show(
        list_table(found, count_success(session.db, now=session.now), empty=say("No solution is written down"))
    )


@app.command("retire")
def retire(
    ctx: typer.Context,
    solution: SolutionRef,
    reason: Annotated[str | None, typer.Option(help="Why it is out of use.", metavar="R")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="It is in use again.")] = False,
) -> None:
    """Put a solution out of use: no search finds it any more, and it stays readable.

    Example: servicedesk solution retire S3 --reason 'the new model has another drain'
    """
    from servicedesk.desk.knowledge.register import retire_solution

    session: Session = ctx.obj
    if reason is None and not undo and session.may_ask:
        from servicedesk.cli.completion.missing import ask_option

        reason = ask_option(ctx, "reason")
    if (reason is None) != undo:
        raise UsageError(say("say why it is out of use"), hint=say("either --reason R or --undo"))
    session.show(retire_solution(session.begin(), reference(solution, "S"), reason=reason))


@app.command("export")
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; - for the output.")],
    force: Force = False,
) -> None:
    """Write all solutions into a file for other outlets, without customers, tickets and figures.

    Example: servicedesk solution export solutions.json
    """
    from servicedesk.desk.knowledge.exchange import export_solutions
    from servicedesk.storage import paths

    session: Session = ctx.obj
    written = export_solutions(session.db, file, force=force)
    if not paths.is_dash(file):
        session.show(written)


@app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What another outlet exported; - for the input.")],
) -> None:
    """Read the solutions of another outlet. The newest edit of each counts; reading twice changes nothing.

    Example: servicedesk solution import solutions.json
    """
    from servicedesk.desk.knowledge.exchange import import_solutions

    session: Session = ctx.obj
    session.show(import_solutions(session.begin(), file))
