"""Options that several nouns share, and the values they become."""

from datetime import datetime
from typing import Annotated

import typer

from servicedesk.cli.session import Session
from servicedesk.core import dates
from servicedesk.core.errors import UsageError

Month = Annotated[str | None, typer.Option("--month", help="A month.", metavar="2026-10")]
Quarter = Annotated[str | None, typer.Option("--quarter", help="A quarter.", metavar="2026-Q4")]
From = Annotated[str | None, typer.Option("--from", help="First day; with --to.", metavar="DATE")]
To = Annotated[str | None, typer.Option("--to", help="Last day, included.", metavar="DATE")]


def period(
    session: Session, month: str | None, quarter: str | None, first: str | None, last: str | None, *, as_of: datetime
) -> dates.Period:
    """The period that was asked for; the last full month before `as_of` where none was."""
    asked = [month is not None, quarter is not None, first is not None or last is not None]
    if sum(asked) > 1:
        raise UsageError("one period at a time", hint="--month, --quarter, or --from with --to")
    if month is not None:
        return dates.month(month)
    if quarter is not None:
        return dates.quarter(quarter)
    if first is None and last is None:
        return dates.last_full_month(as_of.date())
    if first is None or last is None:
        raise UsageError("a period has two ends", hint="--from 2026-10-01 --to 2026-10-31")
    return dates.between(dates.local_date(first, session.now), dates.local_date(last, session.now))
