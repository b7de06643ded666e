"""Commands: calls after the job."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import Limit, WholeAnyway
from servicedesk.cli.run.session import Session
from servicedesk.cli.run.several import do_tickets
from servicedesk.domain.wording import reference

app = typer.Typer()


@app.command("log")
def log(
    ctx: typer.Context,
    tickets: Annotated[list[str], typer.Argument(metavar="T101...", help="The completed ticket, or several.")],
    reached: Annotated[bool, typer.Option("--reached", help="The customer answered.")] = False,
    no_answer: Annotated[bool, typer.Option("--no-answer", help="Nobody answered.")] = False,
    wrong_number: Annotated[bool, typer.Option("--wrong-number", help="Somebody else answered.")] = False,
    refused: Annotated[bool, typer.Option("--refused", help="The customer answered and would not talk.")] = False,
    score: Annotated[
        str | None, typer.Option(help="The answer: 5 very satisfied … 1 very dissatisfied.", metavar="1-5")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why that score, in the customer's words.", metavar="T")] = None,
    note: Annotated[str | None, typer.Option(help="What else was said.", metavar="T")] = None,
    at: Annotated[str | None, typer.Option(help="When it was; default: now.", metavar="INSTANT")] = None,
) -> None:
    """Record one attempt to call; a score is also recorded as the survey answer.

    Example: servicedesk callback log T101 --reached --score 5 --reason 'came at once'
    """
    from servicedesk.desk.aftercare import callbacks

    tried = {"reached": reached, "no_answer": no_answer, "wrong_number": wrong_number, "refused": refused}
    outcomes = [outcome for outcome, is_it in tried.items() if is_it]
    session: Session = ctx.obj
    if session.may_ask and len(outcomes) < 2:
        _check_callable(session, tickets)
        outcomes = outcomes or [_ask_outcome(tried)]
        if outcomes == ["reached"] and score is None and reason is None and len(tickets) == 1:
            score, reason = _ask_answer()
    if len(outcomes) != 1:
        raise UsageError(
            say("say how the call ended"), hint=say("one of --reached, --no-answer, --wrong-number, --refused")
        )
    deed = partial(
        callbacks.log_callback, at=session.at(at), outcome=outcomes[0], score=score, reason=reason, note=note
    )
    session.show(do_tickets(session, tickets, deed))


def _check_callable(session: Session, tickets: list[str]) -> None:
    """Raise an error if a ticket does not exist or its work is not done, before anything is asked."""
    from servicedesk.desk.aftercare.surveys import check_surveyable

    for text in tickets:
        check_surveyable(session.db, reference(text, "T"))


def _ask_outcome(outcomes: Iterable[str]) -> str:
    from servicedesk.cli.run.asking import choose, code_choice

    lines = [code_choice(outcome) for outcome in outcomes]
    # "no answer" is also what a customer says who answers no survey.
    lines = [line._replace(label=say("nobody answered")) if line.value == "no_answer" else line for line in lines]
    return choose(say("How did the call end?"), lines)


def _ask_answer() -> tuple[str | None, str | None]:
    """Ask for the score and its reason; None for each that the customer did not give."""
    from servicedesk.cli.run.asking import ask
    from servicedesk.desk.aftercare.surveys import valid_score

    question = say("How satisfied, from 5 (very) to 1 (not at all)? (Enter: not said)")
    score = ask(question, lambda text: str(valid_score(text)), empty="")
    if not score:
        return None, None
    return score, ask(say("Why, in the customer's words (Enter: not said)"), str, empty="") or None


@app.command("due")
@lists
def due(
    ctx: typer.Context,
    at_risk: Annotated[
        bool, typer.Option("--at-risk", help="Late, a second visit, a repeat, waiting for a part; open tickets too.")
    ] = False,
    limit: Limit = None,
    full: WholeAnyway = False,
) -> None:
    """List whom to call: work completed within seven days whose customer was not reached yet, the oldest first.

    Example: servicedesk callback due --at-risk
    """
    from servicedesk.desk.aftercare import callbacks

    session: Session = ctx.obj
    session.show(callbacks.list_due(session.db, now=session.now, at_risk=at_risk, limit=limit), full=True)


@app.command("void")
def void(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="N", min=1, max=10**18, help="Its number in 'ticket show'.")],
    reason: Annotated[str, typer.Option(help="Why; kept beside it.", metavar="R")],
) -> None:
    """Void an attempt that was typed wrongly, with the answer typed with it; both stay readable.

    Example: servicedesk callback void 3 --reason 'wrong ticket'
    """
    from servicedesk.desk.aftercare import callbacks

    session: Session = ctx.obj
    session.show(callbacks.void_callback(session.begin(), number, reason=reason))
