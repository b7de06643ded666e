"""Options that several nouns share, and how their values are read."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.session import Session

if TYPE_CHECKING:
    from servicedesk.language.words import Words

TicketRef = Annotated[str, typer.Argument(metavar="T101", help="The ticket.")]
TicketRefs = Annotated[list[str], typer.Argument(metavar="T101...", help="The ticket, or several.")]
Month = Annotated[str | None, typer.Option("--month", help="A month, or this, or last.", metavar="2026-10")]
Quarter = Annotated[str | None, typer.Option("--quarter", help="A quarter.", metavar="2026-Q4")]
From = Annotated[str | None, typer.Option("--from", help="First day; with --to.", metavar="DATE")]
NewCode = Annotated[bool, typer.Option("--new-code", help="The code is a new one.")]
OfCustomer = Annotated[
    str | None, typer.Option("--customer", help="Of this customer: C12, a phone or a name.", metavar="C12")
]
Full = Annotated[bool, typer.Option("--full", help="Show whole phone numbers; lists hide their middle.")]
# Call lists and work lists have whole phones; scripts may still ask for them.
WholeAnyway = Annotated[bool, typer.Option("--full", hidden=True, help="Phones are whole here in any case.")]
InArea = Annotated[str | None, typer.Option("--area", help="In this part of the town.", metavar="AREA")]
OfCategory = Annotated[str | None, typer.Option("--category", help="About this kind of appliance.", metavar="CODE")]
OfBrand = Annotated[str | None, typer.Option("--brand", help="About this brand.", metavar="TEXT")]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", min=0, max=10**9, help="At most so many.")]
InLanguage = Annotated[
    str | None,
    typer.Option("--language", help="Its language: en or zh; default: that of this run.", metavar="LANGUAGE"),
]
To = Annotated[str | None, typer.Option("--to", help="Last day, included.", metavar="DATE")]


def words_in(session: Session, language: str | None) -> "Words":
    """Return the words of that language, by default of this run's, with the file's names of categories."""
    from servicedesk.cli.run.language import speech
    from servicedesk.language.words import CODE, Words, language_code
    from servicedesk.records import categories

    words = Words(language_code(language, {})) if language is not None else speech.words or Words(CODE)
    words.categories = lambda: categories.list_labels(session.db)
    return words


def check_phones(session: Session, texts: Iterable[str]) -> list[str]:
    """Return a warning for each phone that may be mistyped. At a terminal ask instead; UsageError if it is not kept."""
    from servicedesk.base import phones

    typed = [phone for phone in phones.parse_phones(texts) if phone.digits not in session.kept_phones]
    doubts = [phones.doubt(phone, session.db.outlet.zone.key) for phone in typed]
    warnings = [say("warning: {doubt}", doubt=doubt) for doubt in doubts if doubt]
    if not session.may_ask:
        return warnings
    for doubt in filter(None, doubts):
        if not session.confirm(say("{doubt}: keep it?", doubt=doubt)):
            raise UsageError(say("nothing was written"), hint=say("type the command again with the right phone"))
    return []


def period(
    session: Session, month: str | None, quarter: str | None, first: str | None, last: str | None, *, as_of: datetime
) -> dates.Period:
    """Return the period asked for, by default the last full month before `as_of`; RefusedError if it has not begun."""
    found = _period_of(session, month, quarter, first, last, as_of=as_of)
    if found.first > session.now.date():
        raise RefusedError(
            say("{label} has not begun", label=found.label), hint=say("a figure needs a period that has begun")
        )
    return found


def comparison_period(session: Session, text: str | None) -> dates.Period | None:
    """Return the period to compare with: `2025-10`, `2025-Q4` or `2025-10-01..2025-10-31`."""
    if text is None:
        return None
    first, dots, last = text.partition("..")
    if dots:
        return dates.between(dates.local_date(first, session.now), dates.local_date(last, session.now))
    return dates.quarter(text) if "Q" in text.upper() else dates.month(text)


def _period_of(
    session: Session, month: str | None, quarter: str | None, first: str | None, last: str | None, *, as_of: datetime
) -> dates.Period:
    asked = [month is not None, quarter is not None, first is not None or last is not None]
    if sum(asked) > 1:
        raise UsageError(say("one period at a time"), hint=say("--month, --quarter, or --from with --to"))
    if month is not None:
        from servicedesk.base import said_times

        return dates.month(said_times.month(month, as_of.date()))
    if quarter is not None:
        return dates.quarter(quarter)
    if first is None and last is None:
        return dates.last_full_month(as_of.date())
    if first is None or last is None:
        raise UsageError(say("a period has two ends"), hint=say("--from 2026-10-01 --to 2026-10-31"))
    return dates.between(dates.local_date(first, session.now), dates.local_date(last, session.now))
