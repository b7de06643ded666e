"""The five indices of the service handbook: reputation, asked by name, returning, complaints, selling power (S60)."""

from collections.abc import Iterator
from typing import Any

from servicedesk.base import periods
from servicedesk.base.messages import msgid, say
from servicedesk.base.table import columns
from servicedesk.kpis import count, stats
from servicedesk.kpis.count import Tally
from servicedesk.kpis.definitions.questionnaires import FLOOR
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.reports.questions.customers import period_text
from servicedesk.reports.questions.question import Answer, Asked, Question, period_days
from servicedesk.reports.questions.rates import RATE, rate_cells

_INDICES = columns("index:words", "figure-", *RATE, "counted_from=counted from")
_ROW_COLUMNS = columns(
    "index:words", "ticket_id:T=ticket", "complaint_id:K=complaint", "customer_id:C=customer", "name:name",
    "introduced_by_id:C=sent by",
)  # fmt: skip
Counted = tuple[int, int] | None  # hits and total; None: nothing is on record that could be counted
# The indices that are KPIs: index, KPI, what is counted, and what to say if nothing is known.
_KPIS = (
    ("reputation", "top_box_rate", msgid("the share of 5 among the answers"), msgid("'survey record T1 5'")),
    ("returning", "returning_customer_rate", msgid("customers who bought, paid or sent somebody within 24 months"),
     msgid("nobody's first service is 24 months ago")),
    ("returning", "returning_intention_rate", msgid("answers that would come again"),
     msgid("'survey record T1 5 --again yes'")),
    ("complaints", "complaint_rate", msgid("customers who complained within 30 days of a service"),
     msgid("no service is 30 days old")),
)  # fmt: skip


def _count_indices(asked: Asked, *, period: periods.Period, rows: bool) -> Answer:
    """Return the five indices, each with its source; with `rows`, the praise, requests and introductions behind."""
    count.ask(asked.db, period)
    if rows:
        return Answer(_ROW_COLUMNS, list(_rows_without_kpi(asked, period)), [period_text(period)])
    made, missing = [], []
    for index, figure, counted, source, lacks in [*_kpi_figures(asked, period), *_other_figures(asked, period)]:
        made.append([index, figure, *rate_cells(*(counted or (0, 0))), source])
        if counted is None or not counted[1]:
            missing.append(say("unknown: {figure}: {lacks}", figure=source, lacks=lacks))
    is_known = any(row[_AT["total"]] for row in made)
    return Answer(_INDICES, made if is_known else [], [period_text(period)], missing)


_AT = {column.key: at for at, column in enumerate(_INDICES)}
_Figure = tuple[str, str, Counted, str, str]


def _kpi_figures(asked: Asked, period: periods.Period) -> Iterator[_Figure]:
    """Yield (index, KPI key, counts, source, what is lacking) for the indices that are KPIs."""
    for index, key, source, lacks in _KPIS:
        parts = count.parts(count.count_verdicts(asked.db, find_kpi(key), period, []).get((), Tally()))
        yield index, key, (stats.count(parts, "hit"), stats.count(parts, "hit", "miss")), say(source), say(lacks)


def _other_figures(asked: Asked, period: periods.Period) -> Iterator[_Figure]:
    """Yield (index, key, counts, source, what is lacking) for the indices that no KPI counts."""
    days = period_days(period)
    repairs, new = asked.rows("asked_for", **days), asked.rows("newcomers", **days)
    named = sum(row["asked_for_id"] is not None for row in repairs)
    sent = sum(row["introduced_by_id"] is not None for row in new)
    said = asked.rows("recommendations", **days)
    fans = sum(row["recommend"] >= 9 for row in said)
    yield (
        "asked_by_name", "asked_by_name_rate", (named, len(repairs)) if named else None,
        say("repairs with a technician asked for by name"), say("'ticket open --asked-for Li'"),
    )  # fmt: skip
    yield (
        "selling_power", "introduced_rate", (sent, len(new)) if sent else None,
        say("new customers sent by another customer"), say("'customer add --introduced-by C12'"),
    )  # fmt: skip
    yield (
        "selling_power", "would_recommend_rate", (fans, len(said)) if len(said) >= FLOOR else None,
        say("answers of 9 or 10 for recommending us"),
        say("{n} answers are fewer than {floor}", n=len(said), floor=FLOOR),
    )  # fmt: skip


def _rows_without_kpi(asked: Asked, period: periods.Period) -> Iterator[list[Any]]:
    """Yield the rows behind the indices that no KPI lists."""
    days = period_days(period)
    for row in asked.rows("praise"):
        yield ["reputation", row["ticket_id"], row["complaint_id"], row["customer_id"], None, None]
    for row in asked.rows("asked_for", **days):
        if row["asked_for_id"] is not None:
            yield ["asked_by_name", row["ticket_id"], None, row["customer_id"], row["name"], None]
    for row in asked.rows("newcomers", **days):
        if row["introduced_by_id"] is not None:
            yield ["selling_power", None, None, row["customer_id"], row["name"], row["introduced_by_id"]]


CSI = Question(
    "csi",
    msgid("Five indices of satisfaction"),
    msgid(
        "Reputation, asked by name, returning, complaints, selling power: each a share with what it is counted from;"
        " what is not on record is unknown, and no sum is made of them."
    ),
    _count_indices,
    _INDICES,
    _ROW_COLUMNS,
)
