"""What a KPI is: its meaning, and one SELECT that gives each ticket of its cohort a verdict. Holds no KPI.

The SELECT takes the period (:from_day, :until_day, :from_month, :until_month, :from_unix, :until_unix), the instant
(:as_of, :as_of_day), and :monthly (whether each month is judged for itself), and yields

    ticket_id, day, month, who_id, judgement, amount, detail, appliance_id

`judgement` is the verdict and its reason, `hit in_time`: hit, miss, pending, excluded, or silent, which is shown as
excluded but counted apart, since the bounds of K1 need it. `day` and `month` are the
local date that puts the ticket into a period (records/ticket_facts.py), `who_id` the technician it is attributed to
(C9), `amount` what a figure that is no rate measures, `detail` what ends the reason of a single ticket,
`appliance_id` whose category counts where it is not the ticket's own. Counting is done in count.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from servicedesk.base.stats import Measure, rate
from servicedesk.records.ticket_facts import COLUMNS

SERVICE = "(type = 'repair' OR type = 'install' OR type = 'maintenance')"
WITHDRAWN = "(cancel_reason = 'duplicate' OR cancel_reason = 'entry_error')"  # C7; unknown where nothing was cancelled
ATTRIBUTED = "CASE substr(judgement, 1, 1) WHEN 'h' THEN {hit_to} WHEN 'm' THEN {miss_to} ELSE {else_to} END"


def within(when: str) -> str:
    """Whether the local date is in the period (C2). The month leads an index, the day decides."""
    return (
        f"{when}_month >= :from_month AND {when}_month <= :until_month"
        f" AND {when}_day >= :from_day AND {when}_day < :until_day"
    )


def in_period(unix: str) -> str:
    """Whether an instant is in the period (C2)."""
    return f"{unix} >= :from_unix AND {unix} < :until_unix"


class Shown(NamedTuple):
    """What stands beside a judgement, as SQL; whose the verdict is, for each class of them."""

    day: str
    month: str
    hit_to: str
    miss_to: str
    else_to: str = "assigned_id"
    amount: str = "NULL"
    detail: str = "NULL"
    appliance_id: str = "NULL"


@dataclass(frozen=True, slots=True)
class Judged:
    """`source`, what follows FROM, each of its rows with the `judgement` on it, as `shown`.

    A `{names}` in `source` is where the columns stand that the judgement and what is shown need: SQLite hands on every
    column that it is given, used or not. `found` are its further columns.
    """

    shown: Shown
    judgement: str
    source: str
    names: str = ""
    found: tuple[str, ...] = ()

    @property
    def select(self) -> str:
        """LIMIT -1 keeps SQLite from copying an expression into every place that mentions it."""
        day, month, hit_to, miss_to, else_to, amount, detail, appliance_id = self.shown
        who = ATTRIBUTED.format(hit_to=hit_to, miss_to=miss_to, else_to=else_to)
        handed_on = ", ".join((self.names, *self.found)) if self.names else "*"
        source = self.source.format(names=self.names)
        return (
            f"SELECT ticket_id, {day} AS day, {month} AS month, {who} AS who_id, judgement, {amount} AS amount,"
            f" {detail} AS detail, {appliance_id} AS appliance_id"
            f" FROM (SELECT {handed_on}, {self.judgement} AS judgement FROM {source} LIMIT -1)"
        )


class Verdicts:
    """The parts of the SELECT, and, where it is over the facts of tickets, a `tally` by month and technician.

    The tally yields month, hit_to, miss_to, else_to, the packed counts of CLASSES, the count of all, in one pass.
    """

    def __init__(self, *parts: Judged, tally: str | None = None) -> None:
        self.parts = parts
        self.tally = tally

    @property
    def select(self) -> str:
        return " UNION ALL ".join(part.select for part in self.parts)


BITS = 15  # of a class in a packed count; a group with more tickets is counted from the SELECT
CLASSES = ("hit", "miss", "pending", "silent")
_WEIGHTS = {name: 1 << BITS * at for at, name in enumerate(CLASSES)}
# A judgement in a tally is its class alone: no text is made and cut again for each ticket (a quarter of the time).
_JUDGED = re.compile(rf"'({'|'.join((*CLASSES, 'excluded'))}) \w*'(?: \|\| (?:'\w*'|\w+\([^()]*\)|\w+))*")


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure and how it is made.

    `measure` makes the figure from the counted judgements (base/stats.py), in `unit` where it is no rate. `beside`
    names the figure it stands beside. `settles_after` is the days after the period in which tickets still mature,
    `settled` an SQL for each month and the last second of that, where it depends on the tickets. `waits_for_ends`: some
    stay pending until another ticket ends. `is_snapshot`: taken at :as_of, of whatever period.
    """

    key: str
    title: str
    chinese: str
    better: str
    formula: str
    cohort: str
    hit: str
    miss: str
    pending: str
    excluded: str
    source: str
    settles_after: int
    verdicts: Verdicts = field(repr=False)
    nobody: str = "(none)"
    measure: Measure = rate
    unit: str | None = None
    beside: str | None = None
    is_snapshot: bool = False
    waits_for_ends: bool = False
    settled: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The title in both languages."""
        return f"{self.title} ({self.chinese})"

    @property
    def settles_by_time(self) -> bool:
        """Whether time alone settles every ticket: nobody can move a deadline, nothing has to end."""
        return not (self.is_snapshot or self.settled or self.waits_for_ends)

    @property
    def is_rate(self) -> bool:
        return self.unit is None


# How the indexes of ticket_facts.py lead, so that nothing is sorted for a tally.
_IN_ORDER = {
    "done": ("done_id", "assigned_id"),
    "reported": ("arrived_id", "assigned_due_id", "assigned_strict_id", "assigned_id"),
}


def of_tickets(
    when: str,
    condition: str,
    judgement: str,
    *,
    hit_to: str = "done_id",
    miss_to: str = "done_id",
    amount: str = "NULL",
    while_pending: bool = False,
    detail: str = "NULL",
    searched: Mapping[str, str] | None = None,
) -> Verdicts:
    """The verdicts over the facts of tickets that are `done` or `reported` in the period.

    `amount` is of hits and misses, `while_pending` of the pending too. `searched` are further columns by name, each an
    SQL over `fact`.
    """
    found = dict(searched or {})
    if amount != "NULL":  # hit, miss, pending stand in this order of letters, the others before and after
        amount = f"CASE WHEN judgement >= 'h' AND judgement < '{'q' if while_pending else 'n'}' THEN {amount} END"
    shown = Shown(f"{when}_day", f"{when}_month", hit_to, miss_to, amount=amount, detail=detail)
    of_fact = re.findall(r"\bfact\.(\w+)", " ".join(found.values()))
    source = f"ticket_fact fact WHERE {within(when)} AND {condition}"
    if found:
        more = ", ".join(f"({sql}) AS {name}" for name, sql in found.items())
        source = f"(SELECT {{names}}, {more} FROM {source} LIMIT -1)"
    judged = Judged(
        shown,
        judgement,
        source,
        mentioned(judgement, *shown, *of_fact),
        tuple(found),
    )
    whole = judgement
    for name, sql in found.items():
        whole = re.sub(rf"\b{name}\b", f"({sql})", whole)
    return Verdicts(judged, tally=_tally(when, condition, whole, hit_to, miss_to))


def _tally(when: str, condition: str, judgement: str, hit_to: str, miss_to: str) -> str:
    """The same verdicts counted by month and technician, in the order of an index."""
    weight = _JUDGED.sub(lambda judged: str(_WEIGHTS.get(judged[1], 0)), judgement)
    groups = dict.fromkeys((f"{when}_month", *_IN_ORDER[when], hit_to, miss_to, "assigned_id"))
    return f"""
SELECT {when}_month, {hit_to}, {miss_to}, assigned_id, sum({weight}), count(*)
  FROM ticket_fact fact
 WHERE {within(when)} AND {condition}
 GROUP BY {", ".join(groups)}
"""


def mentioned(*texts: str) -> str:
    """The facts that the texts name, to be selected."""
    words = {"ticket_id", *re.findall(r"\w+", " ".join(texts))}
    return ", ".join(name for name in COLUMNS if name in words)


def last_of(*ends: str) -> str:
    """For `Kpi.settled`: nothing is final before the last repair of a month has come to the first of `ends`."""
    return (
        f"SELECT reported_month, max(coalesce({', '.join(ends)})) AS last FROM ticket_fact"
        f" WHERE {within('reported')} AND type = 'repair' GROUP BY reported_month HAVING last IS NOT NULL"
    )
