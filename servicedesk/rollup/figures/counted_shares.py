"""Choose the shares that a figure of the brand counts, and its instant: that of the oldest share, or an earlier one."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from servicedesk.base import dates, periods
from servicedesk.base.errors import NotFoundError, RefusedError
from servicedesk.base.messages import item_list, say, say_count
from servicedesk.base.table import shown
from servicedesk.rollup.manifest import Share

_BEHIND_DAYS = 7  # an outlet is named if its newest share is so much older than the newest of all
_NAMED = 5  # outlets in a sentence


class CountedShares(NamedTuple):
    """The shares that are counted, one of each outlet; their instant; and the shares that are too old for it."""

    shares: Sequence[Share]
    as_of: datetime
    left_out: Sequence[Share]

    @property
    def is_of_oldest(self) -> bool:
        """Return whether the instant is that of the oldest share."""
        return any(_unix(share) == dates.unix(self.as_of) for share in self.shares)

    def instant_text(self, at: datetime) -> str:
        """Return an instant for people, with its offset where the outlets stand in several zones."""
        text, stamp = shown(dates.stamp(at), "instant"), dates.stamp(at)
        zones = {share.zone for share in (*self.shares, *self.left_out)}
        return f"{text} {stamp[-6:]}" if len(zones) > 1 else text


def brand_zone(shares: Sequence[Share]) -> str:
    """Return the time zone of most outlets: a typed instant is read in it. NotFoundError if there is no share."""
    if not shares:
        raise NotFoundError(
            say("there is no share in the catalogue"), hint=say("'rollup take INBOX' takes those of an inbox")
        )
    return Counter(share.zone for share in shares).most_common(1)[0][0]


def choose_shares(shares: Sequence[Share], as_of: datetime | None) -> CountedShares:
    """Return all shares, as of the oldest one; with `as_of`, only the shares that are not older than it.

    RefusedError if all are older.
    """
    if as_of is None:
        return CountedShares(shares, min(shares, key=_unix).as_of, ())
    reach = [share for share in shares if _unix(share) >= dates.unix(as_of)]
    if not reach:
        newest, told = max(shares, key=_unix), CountedShares(shares, as_of, ()).instant_text
        raise RefusedError(
            say("no share reaches {as_of}: the newest, of {outlet}, is as of {newest}",
                as_of=told(as_of), outlet=newest.outlet, newest=told(newest.as_of)),
            hint=say("a share can be counted as of its own instant or an earlier one"),
        )  # fmt: skip
    return CountedShares(reach, as_of, [share for share in shares if _unix(share) < dates.unix(as_of)])


def check_reaches(counted: CountedShares, period: periods.Period) -> None:
    """Raise RefusedError if the instant of the shares lies before the period: they hold nothing of it."""
    if counted.as_of.date() < period.first:
        oldest = min(counted.shares, key=_unix)
        raise RefusedError(
            say("the oldest share, of {outlet}, is as of {as_of}, before {period}",
                outlet=oldest.outlet, as_of=counted.instant_text(oldest.as_of), period=period.label),
            hint=say("--as-of counts only the shares that reach an instant"),
        )  # fmt: skip


def as_of_text(counted: CountedShares) -> str:
    """Return the instant of the figures as people read it."""
    return counted.instant_text(counted.as_of)


def heading_lines(counted: CountedShares) -> list[str]:
    """Return the lines above every figure of the brand: how many outlets, as of when, which outlets are behind."""
    as_of, n = as_of_text(counted), len(counted.shares)
    if counted.is_of_oldest:
        lines = [say_count("{n} outlet, as of {as_of}: the oldest share counted",
                           "{n} outlets, as of {as_of}: the oldest share counted",
                           n=n, as_of=as_of)]  # fmt: skip
    else:
        lines = [say_count("{n} outlet, as of {as_of}", "{n} outlets, as of {as_of}",
                           n=n, as_of=as_of)]  # fmt: skip
    latest = max(map(_unix, counted.shares)) - _BEHIND_DAYS * 86400
    if behind := [share for share in counted.shares if _unix(share) < latest]:
        names = _named(counted, behind)
        lines.append(say("behind the newest share by more than {n} days: {outlets}", n=_BEHIND_DAYS, outlets=names))
    if counted.left_out:
        lines.append(say("not counted, their shares are older: {outlets}", outlets=_named(counted, counted.left_out)))
    return lines


def _named(counted: CountedShares, shares: Sequence[Share]) -> str:
    """Return outlets with the instants of their shares, the oldest first."""
    oldest = sorted(shares, key=_unix)
    told = counted.instant_text
    texts = [say("{outlet} ({as_of})", outlet=share.outlet, as_of=told(share.as_of)) for share in oldest[:_NAMED]]
    more = len(oldest) - _NAMED
    return item_list(texts) if more <= 0 else say("{texts} and {n} more", texts=item_list(texts), n=more)


def _unix(share: Share) -> int:
    return dates.unix_of(str(share.about["as_of"]))
