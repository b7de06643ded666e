"""The tickets behind a figure of one outlet, as its share has them."""

from collections import Counter
from collections.abc import Sequence

from servicedesk.base.errors import NotFoundError, RefusedError, nearest
from servicedesk.base.messages import item_list, joined, say
from servicedesk.base.table import Table, columns
from servicedesk.kpis.count import Tally
from servicedesk.kpis.figure import Group, figure
from servicedesk.kpis.report import period_name
from servicedesk.rollup.figures.counted_shares import CountedShares, as_of_text
from servicedesk.rollup.figures.facts import connect
from servicedesk.rollup.figures.judge import list_verdicts
from servicedesk.rollup.figures.tallies import Question
from servicedesk.rollup.manifest import Share

_FIELDS = columns(
    "kpi-", "outlet:name??", "ticket_id:T=ticket", "period-", "technician_id:count?=technician", "category:words??",
    "type:code???", "verdict:code", "reason:words", "amount:count", "counted_on:date??=on",
)  # fmt: skip


def find_outlet(shares: Sequence[Share], text: str) -> Share:
    """Return the share of an outlet by its name or uuid, a part of its name, or the beginning of its uuid.

    RefusedError if several match; NotFoundError, with the nearest name, if none does.
    """
    exact = [share for share in shares if text in (share.outlet, share.uuid)]
    found = exact or [share for share in shares if text and (share.uuid.startswith(text) or text in share.outlet)]
    if len(found) > 1:
        raise RefusedError(
            say("several outlets are called '{text}'", text=text),
            hint=say("one of {words}", words=item_list(f"{share.uuid[:8]} {share.outlet}" for share in found)),
        )
    if not found:
        raise NotFoundError(
            say("there is no outlet '{name}' in the catalogue", name=text),
            hint=nearest(text, [share.outlet for share in shares]),
        )
    return found[0]


def list_rows(counted: CountedShares, share: Share, question: Question, *, verdict: str | None = None) -> Table:
    """Return the tickets behind a figure of one outlet, with verdict and reason; only those with `verdict` if given."""
    kpi = question.kpis[0]
    rows = list(list_verdicts(connect(), share, kpi, question.period, question.as_of))
    tally: Tally = Counter((row.verdict, None, row.amount if not kpi.is_rate else None) for row in rows)
    made = figure(kpi, Group(question.period, None, tally, None), as_of=question.as_of, by_month=False)
    head = say(
        "{name}: {told}, {pending} pending, {excluded} excluded",
        name=say(kpi.name),
        told=say("{hits} of {total}", hits=made["hits"], total=made["total"]) if kpi.is_rate else made["figure"],
        pending=made["pending"],
        excluded=made["excluded"],
    )
    place = say(
        "{name}, {named_period}{other}, as of {as_of}",
        name=share.outlet,
        named_period=period_name(question.period),
        other="",
        as_of=as_of_text(counted),
    )
    cells = [
        [kpi.key, share.outlet, row.ticket_id, row.period, row.technician_id, row.category, row.type, row.verdict,
         row.reason, row.amount, row.counted_on]
        for row in rows if verdict in {None, row.verdict}
    ]  # fmt: skip
    return Table(_FIELDS, cells, heading=joined("\n", (head, place)))
