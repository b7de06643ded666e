"""The monthly report as one value: its figures and the tickets behind each. reports/writers makes files of it.

Nothing in it is translated: keys and codes are the ones of JSON, sentences are English.
"""

from collections.abc import Iterator
from typing import NamedTuple

from servicedesk.domain.groups import NOBODY

COUNTED = ("hit", "miss")  # the verdicts that a figure counts; it leaves the others out
AGES = (1, 3, 7, 15, 30, 90)  # days: the limits between the age groups of open tickets (K13)


class Definition(NamedTuple):
    """The meaning of a figure, as `kpi explain` shows it; `chinese` is its Chinese name.

    `beside` is the figure that it accompanies, '' for a leading one. `is_snapshot`: it is taken at the instant and
    belongs to no month.
    """

    kpi: str
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
    unit: str
    beside: str
    is_snapshot: bool


class Figure(NamedTuple):
    """A rate (hits of total, as fractions with its Wilson interval), or a value with its unit over `total` tickets.

    `by` is how it is grouped: '' (the whole month), 'month', 'technician', 'category', 'charge'; `group` is the group.
    `bound_low` and `bound_high` are K1's: every silent customer dissatisfied, or satisfied. `final_since`: the day
    since which it cannot change, '' while it can; `final_from`: that day if it is in the future and known.
    `longer_than`: a median or P90 is not reached; it is longer than this age of the oldest open ticket (K12).
    """

    kpi: str
    by: str
    group: str
    hits: int | None
    total: int
    rate: float | None
    low: float | None
    high: float | None
    pending: int
    excluded: int
    value: float | dict[str, int] | None = None
    unit: str = ""
    bound_low: float | None = None
    bound_high: float | None = None
    final_since: str = ""
    final_from: str = ""
    longer_than: float | None = None

    @property
    def is_rate(self) -> bool:
        return self.hits is not None

    @property
    def cohort(self) -> int:
        """Return the number of tickets that were judged for the figure."""
        return self.total + self.pending + self.excluded


class Row(NamedTuple):
    """A ticket of a figure's cohort with its verdict; no ticket if a complaint names none.

    `why` is the reason without the ticket, promise or complaint that it names. `amount` is what a figure that is not a
    rate measures. `counted_on` is the local date that puts the row into its month.
    """

    ticket_id: int | None
    month: str
    technician: str
    category: str
    type: str
    area: str
    verdict: str
    reason: str
    why: str
    amount: float | None
    counted_on: str

    @property
    def is_counted(self) -> bool:
        return self.verdict in COUNTED


class LeftOut(NamedTuple):
    """The number of tickets of a figure's cohort that are pending or excluded, and the reason."""

    kpi: str
    verdict: str
    reason: str
    tickets: int


class Facts(NamedTuple):
    """A ticket as it was recorded at the instant. Instants are RFC 3339, '' if there is none.

    `ended_as` is the outcome, `cancelled` or `cancelled/duplicate`.
    """

    ticket_id: int
    type: str
    customer: str
    category: str
    brand: str
    reported_at: str
    deadline_at: str
    arrived_at: str
    ended_at: str
    ended_as: str
    answer: str


class Open(NamedTuple):
    """A ticket that was open at the instant: its state, technician, age in days and days overdue."""

    facts: Facts
    state: str
    technician: str
    days: float
    days_late: float

    @property
    def age_group(self) -> int:
        """Return the number of the ticket's age group; 0 is the youngest."""
        return sum(self.days >= limit for limit in AGES)


class Finding(NamedTuple):
    """A row that a signal found: ticket or appliance, technician, clerk, when it happened, when it was typed."""

    ticket_id: int | None
    appliance_id: int | None
    technician: str
    clerk: str
    at: str
    recorded_at: str
    what: str


class Signal(NamedTuple):
    """A signal of the honesty panel (K17): a reason to look, not a verdict. It accuses nobody.

    `k_of_n` and `figure` are written as in `kpi integrity`; `mark` is look, within chance, n/a, or nothing. `findings`
    are its hits, none if they are too many for a page.
    """

    key: str
    title: str
    chinese: str
    formula: str
    look_when: str
    hits: int
    total: int | None
    k_of_n: str
    value: float | None
    unit: str
    figure: str
    mark: str
    findings: tuple[Finding, ...]


class Page(NamedTuple):
    """The monthly report. Everything in it is as of one instant and was read in one transaction.

    `rows` are the month's cohorts by figure; `earlier` are the counted rows of the headline figures by earlier month.
    `is_cut`: some rows are left out, since they would be too many for a page. `sentences` describe the misses of the
    headline figures. `targets` are fractions. `tickets` are all tickets that rows name. `labels` are the Chinese names
    of categories by code.
    """

    outlet: str
    zone: str
    period: str
    first_on: str
    last_on: str
    as_of: str
    imported: int
    pinned: int
    headline: tuple[str, ...]
    definitions: dict[str, Definition]
    figures: tuple[Figure, ...]
    left_out: tuple[LeftOut, ...]
    rows: dict[str, tuple[Row, ...]]
    earlier: dict[str, dict[str, tuple[Row, ...]]]
    is_cut: bool
    sentences: dict[str, str]
    targets: dict[str, float]
    signals: tuple[Signal, ...]
    open: tuple[Open, ...]
    tickets: dict[int, Facts]
    labels: dict[str, str]

    @property
    def is_running(self) -> bool:
        """Return whether the month had not ended at the instant."""
        return self.as_of[:10] <= self.last_on

    def figure(self, kpi: str) -> Figure:
        """Return the month's figure of a KPI."""
        return next(figure for figure in self.figures if figure.kpi == kpi and not figure.by)

    def board(self) -> list[Figure]:
        """Return all figures of the month, each leading one before the ones that accompany it."""
        return [figure for figure in self.figures if not figure.by]

    def groups(self, by: str) -> Iterator[tuple[str, dict[str, Figure]]]:
        """Yield (group, its headline figures by key) in the order of the names, so that no list ranks anybody (C11)."""
        found: dict[str, dict[str, Figure]] = {}
        for figure in self.figures:
            if figure.by == by:
                found.setdefault(figure.group, {})[figure.kpi] = figure
        yield from sorted(found.items(), key=lambda item: (item[0] in NOBODY, item[0]))

    def before(self, kpi: str) -> Figure | None:
        """Return the figure of the month before, or None."""
        return next((f[kpi] for month, f in reversed(list(self.groups("month"))) if month < self.period), None)
