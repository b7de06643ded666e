"""Commands: what customers say after the job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base import dates
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.sameness import half_width
from servicedesk.base.table import Table, columns
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import Limit
from servicedesk.cli.run.papers import check_page, imprint, paper_path, with_suffix
from servicedesk.cli.run.period_options import Month, period
from servicedesk.cli.run.session import Session
from servicedesk.domain.aftercare import questionnaire
from servicedesk.domain.aftercare.questionnaire import Expectation, YesNo
from servicedesk.domain.aftercare.rules import Source
from servicedesk.domain.aftercare.staff import Role
from servicedesk.domain.wording import reference

app = typer.Typer()

Expect = Annotated[Expectation | None, typer.Option(help="The service, compared with what the customer expected.")]
Csi = Annotated[
    str | None,
    typer.Option(
        help="Three scores of 1 to 10: overall, compared with the expected, compared with the ideal.",
        metavar="8:7:7",
    ),
]
AnswerRef = Annotated[str, typer.Argument(metavar="E31", help="The answer.")]


@app.command("record")
def record(
    ctx: typer.Context,
    ticket: Annotated[str, typer.Argument(metavar="T101")],
    score: Annotated[str, typer.Argument(metavar="SCORE", help="5 very satisfied … 1 very dissatisfied.")],
    reason: Annotated[str | None, typer.Option(help="Why, in the customer's words.", metavar="T")] = None,
    source: Annotated[Source, typer.Option(help="How the answer was collected.")] = Source.CALLBACK,
    expect: Expect = None,
    time: Annotated[int | None, typer.Option(help="How punctual: 1 to 5.", metavar="N", min=1, max=5)] = None,
    technique: Annotated[int | None, typer.Option(help="How skilled: 1 to 5.", metavar="N", min=1, max=5)] = None,
    promise: Annotated[int | None, typer.Option(help="Promises kept: 1 to 5.", metavar="N", min=1, max=5)] = None,
    attr: Annotated[
        list[str] | None,
        typer.Option(help="Attribute:importance:rating, 1 to 5; may be repeated.", metavar="speed:5:4"),
    ] = None,
    recommend: Annotated[
        int | None, typer.Option(help="Would recommend the outlet: 0 to 10.", metavar="N", min=0, max=10)
    ] = None,
    again: Annotated[YesNo | None, typer.Option(help="Would come to the outlet again.")] = None,
    csi: Csi = None,
    at: Annotated[str | None, typer.Option(help="When it was given; default: now.", metavar="INSTANT")] = None,
) -> None:
    """Record an answer: the first valid one counts, later ones are follow-ups. Only SCORE enters the satisfaction rate.

    Example: servicedesk survey record T101 5 --reason 'came at once' --expect above --recommend 9
    """
    from servicedesk.desk.aftercare import surveys

    session: Session = ctx.obj
    reply = questionnaire.Reply(
        expect.value if expect is not None else None,
        time,
        technique,
        promise,
        questionnaire.attributes_text(attr or ()),
        recommend,
        None if again is None else int(again == YesNo.YES),
        *(questionnaire.csi_scores(csi) if csi is not None else ()),
    )
    session.show(
        surveys.record_survey(
            session.begin(),
            reference(ticket, "T"),
            at=session.at(at),
            score=score,
            source=source.value,
            reason=reason,
            reply=reply,
        )
    )


@app.command("list")
@lists
def list_(
    ctx: typer.Context,
    unread: Annotated[bool, typer.Option("--unread", help="What customers wrote and nobody read yet.")] = False,
    score: Annotated[str | None, typer.Option(help="Of this score, or these.", metavar="1-2")] = None,
    month: Month = None,
    limit: Limit = None,
) -> None:
    """List answers, the newest first.

    Example: servicedesk survey list --unread --score 1-2
    """
    from servicedesk.desk.aftercare.answers import list_answers

    session: Session = ctx.obj
    wanted: dict[str, int] = {"unread": int(unread), "most": -1 if limit is None else limit}
    if score is not None:
        wanted |= dict(zip(("low", "high"), _scores(score), strict=True))
    if month is not None:
        asked = period(session, month, None, None, None, as_of=session.now)
        first, end = (dates.start_of(day, session.db.outlet.zone) for day in (asked.first, asked.end))
        wanted |= {"first_unix": dates.unix(first), "end_unix": dates.unix(end)}
    session.show(list_answers(session.db, **wanted))


def _scores(text: str) -> tuple[int, int]:
    """Return the lowest and the highest score of a text such as 2 or 1-2."""
    first, _, last = half_width(text).replace("~", "-").partition("-")
    ends = [end.strip() for end in (first, last or first)]
    if not all(end in {"1", "2", "3", "4", "5"} for end in ends):
        raise UsageError(say("'{text}' is no score", text=text), hint=say("--score 2, or --score 1-2"))
    return int(min(ends)), int(max(ends))


@app.command("show")
def show(ctx: typer.Context, answer: AnswerRef) -> None:
    """Show an answer with all that its questionnaire says, and who read it.

    Example: servicedesk survey show E31
    """
    from servicedesk.desk.aftercare.answers import answer_page

    session: Session = ctx.obj
    session.show(answer_page(session.db, reference(answer, "E")))


@app.command("read")
def read(
    ctx: typer.Context,
    answer: AnswerRef,
    at: Annotated[str | None, typer.Option(help="When it was read; default: now.", metavar="INSTANT")] = None,
) -> None:
    """Record that you read what an answer says; 'survey list --unread' no longer lists it.

    Example: servicedesk survey read E31
    """
    from servicedesk.desk.aftercare.answers import read_answer

    session: Session = ctx.obj
    session.show(read_answer(session.begin(), reference(answer, "E"), at=session.at(at)))


@app.command("form")
def form(
    ctx: typer.Context,
    ticket: Annotated[str, typer.Argument(metavar="T101", help="The ticket that it asks about.")],
    output: Annotated[
        str | None, typer.Option(help="Where to: an .html file; - for the output.", metavar="FILE")
    ] = None,
) -> None:
    """Write a questionnaire: a page of A4 to print and tick.

    Example: servicedesk survey form T101 --output form.html
    """
    from servicedesk.desk.tickets import work_order
    from servicedesk.storage import new_files, paths

    session: Session = ctx.obj
    ticket_id = reference(ticket, "T")
    order = work_order.get_work_order(session.db, ticket_id, now=session.now)
    output = with_suffix(paper_path(session, output, proposed=f"survey-T{ticket_id}.html", check=check_page), ".html")
    page = work_order.render_survey_forms([order], **imprint(session))
    with new_files.replacing(Path(output), outlet=session.db.path, is_page=True) as made:
        made.write_bytes(page)
    if not paths.is_dash(output):
        session.show(Table(columns("ticket_id:T=ticket", "path"), [(ticket_id, output)]))


@app.command("staff")
def staff(
    ctx: typer.Context,
    role: Annotated[Role, typer.Option(help="What you do at the outlet.")],
    score: Annotated[str, typer.Option(help="5 very satisfied … 1 very dissatisfied.", metavar="SCORE")],
    text: Annotated[
        str | None, typer.Option(help="What you want to say; kept apart from the score.", metavar="T")
    ] = None,
) -> None:
    """Answer as one of the staff: no name, no time but the month, nothing in the history.

    The file keeps how many of a role gave which score in a month, and remarks apart from scores, in the order of the
    alphabet. 'report staff' shows them when the month is over, from 5 answers on. This protects against whoever reads
    the file, its exports and backups later. It does not protect against somebody who copies the file before and after
    your answer, or sees when it was written. A shell keeps the line that you typed: without options the command asks.

    Example: servicedesk survey staff --role technician --score 4
    """
    from servicedesk.desk.aftercare.staff import record_answer

    session: Session = ctx.obj
    session.tells_hooks = False  # they would learn the time
    session.show(record_answer(session.begin(), role, score, text=text))
