"""Options for a period (--month, --quarter, --from, --to), and the period that they name (C2)."""

from datetime import datetime
from typing import Annotated

import typer

from servicedesk.base import dates, periods, said_times
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.session import Session

Month = Annotated[str | None, typer.Option("--month", help="A month, or this, or last.", metavar="2026-10")]
Quarter = Annotated[str | None, typer.Option("--quarter", help="A quarter.", metavar="2026-Q4")]
From = Annotated[str | None, typer.Option("--from", help="First day; with --to.", metavar="DATE")]
To = Annotated[str | None, typer.Option("--to", help="Last day, included.", metavar="DATE")]


def period(
    session: Session, month: str | None, quarter: str | None, first: str | None, last: str | None, *, as_of: datetime
) -> periods.Period:
    """Return the period asked for, by default the last full month before `as_of`; RefusedError if it has not begun."""
    found = _period_of(session, month, quarter, first, last, as_of=as_of)
    if found.first > session.now.date():
        raise RefusedError(
            say("{label} has not begun", label=found.label), hint=say("a figure needs a period that has begun")
        )
    return found


def comparison_period(session: Session, text: str | None) -> periods.Period | None:
    """Return the period to compare with: `2025-10`, `2025-Q4` or `2025-10-01..2025-10-31`."""
    if text is None:
        return None
    first, dots, last = text.partition("..")
    if dots:
        return periods.between(dates.local_date(first, session.now), dates.local_date(last, session.now))
    return periods.quarter(text) if "Q" in text.upper() else periods.month(text)


def _period_of(
    session: Session, month: str | None, quarter: str | None, first: str | None, last: str | None, *, as_of: datetime
) -> periods.Period:
    asked = [month is not None, quarter is not None, first is not None or last is not None]
    if sum(asked) > 1:
        raise UsageError(say("one period at a time"), hint=say("--month, --quarter, or --from with --to"))
    if month is not None:
        return periods.month(said_times.month(month, as_of.date()))
    if quarter is not None:
        return periods.quarter(quarter)
    if first is None and last is None:
        return periods.last_full_month(as_of.date())
    if first is None or last is None:
        raise UsageError(say("a period has two ends"), hint=say("--from 2026-10-01 --to 2026-10-31"))
    return periods.between(dates.local_date(first, session.now), dates.local_date(last, session.now))
