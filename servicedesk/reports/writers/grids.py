"""Tables of the report for people: translated cells; each figure links to its rows."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from servicedesk.base.table import shown
from servicedesk.domain.groups import NOBODY
from servicedesk.reports.report import AGES, Figure, LeftOut, Open, Page
from servicedesk.reports.writers.anchors import Anchors
from servicedesk.reports.writers.labels import DASH, Texts

BLANK = "\u00a0"  # takes the place of a missing percentage, so that fractions stay aligned
OLDEST = 10
OVERDUE = 20
STATES = (
    "unassigned", "assigned", "appointed", "arrived", "waiting_manufacturer_part", "waiting_outlet_part",
    "waiting_repairer", "waiting_customer",
)  # fmt: skip


class Cell(NamedTuple):
    """A text, the place it links to, small text beside it, and the KPI whose footnote it links to (`note`)."""

    text: str
    place: str = ""
    beside: str = ""
    note: str = ""


class Line(NamedTuple):
    """A row of cells; `kind` is lead (a leading figure), beside (one that accompanies it), whole (the sum), or ''."""

    cells: list[Cell]
    kind: str = ""


class Grid(NamedTuple):
    """A table of the page. `said` is the sentence above it; the columns in `numbers` are aligned to the right."""

    key: str
    title: str
    said: str
    headings: tuple[Cell, ...]
    numbers: frozenset[int]
    lines: list[Line]


class Grids:
    """All tables of one page."""

    def __init__(self, page: Page, texts: Texts, anchors: Anchors) -> None:
        self.page, self.texts, self.anchors, self.words = page, texts, anchors, texts.words

    def _kpis(self) -> tuple[Cell, ...]:
        return tuple(Cell(self.texts.title(kpi), note=kpi) for kpi in self.page.headline)

    def rate(self, figure: Figure | None) -> Cell:
        """Return the cell of a rate: `42/51` with its percentage."""
        if figure is None or not figure.total:
            return Cell(DASH, beside=BLANK)
        return Cell(self.texts.k_of_n(figure), self.anchors.of(figure), self.texts.percent(figure) or BLANK)

    def headline(self) -> Grid:
        """Return the month's headline figures, for a page without cards."""
        _ = self.words
        names = (_("figure"), _("k of n"), _("rate"), _("95 % interval"), _("pending"), _("excluded"), _("state"))
        lines = []
        for kpi in self.page.headline:
            figure = self.page.figure(kpi)
            cells = [
                Cell(self.texts.title(kpi), note=kpi),
                Cell(self.texts.k_of_n(figure), self.anchors.of(figure)),
                Cell(self.texts.percent(figure)),
                Cell(self.texts.interval(figure)),
                Cell(str(figure.pending)),
                Cell(str(figure.excluded)),
                Cell(self.texts.state(figure)),
            ]
            lines.append(Line(cells))
        numbers = frozenset({1, 2, 3, 4, 5})
        return Grid("headline", _("Headline figures"), "", tuple(map(Cell, names)), numbers, lines)

    def _by(self, by: str, title: str, first: str, said: str) -> Grid:
        lines = []
        for group, figures in self.page.groups(by):
            if by != "month" and not any(figure.total for figure in figures.values()):
                continue
            cells = [self.rate(figures.get(kpi)) for kpi in self.page.headline]
            lines.append(Line([Cell(self.texts.group(by, group)), *cells]))
        if lines and by != "month":
            whole = [self.rate(self.page.figure(kpi)) for kpi in self.page.headline]
            lines.append(Line([Cell(self.words("whole outlet")), *whole], "whole"))
        columns = frozenset(range(1, len(self.page.headline) + 1))
        return Grid(by, title, said, (Cell(first), *self._kpis()), columns, lines)

    def trend(self) -> Grid:
        """Return the headline figures of twelve months."""
        _ = self.words
        said = _("Each month as it is known as of then; the newest ones may still be provisional.")
        return self._by("month", _("Twelve months"), _("month"), said)

    def technicians(self) -> Grid:
        """Return the headline figures of each technician."""
        _ = self.words
        said = _("In the order of the names: small numbers make no ranking. The parts add up to the whole outlet.")
        if any(group == "(dispatch)" for group, _figures in self.page.groups("technician")):
            more = _("(dispatch): nobody had the job at the deadline, or an imported file does not say who.")
            said = f"{said} {more}"
        return self._by("technician", _("By technician"), _("technician"), said)

    def categories(self) -> Grid:
        """Return the headline figures of each category of appliances."""
        _ = self.words
        return self._by("category", _("By category"), _("category"), _("The parts add up to the whole outlet."))

    def charges(self) -> Grid:
        """Return the headline figures of paid and of free tickets; no line if no ticket was charged."""
        _ = self.words
        said = _("Whether those who paid are as content as those who did not; the parts add up to the whole outlet.")
        return self._by("charge", _("Paid and free"), _("charge"), said)

    def board(self) -> Grid:
        """Return all figures of the month; each leading one is followed by the ones that accompany it."""
        _ = self.words
        names = (_("figure"), _("value"), _("from"), _("95 % interval"), _("pending"), _("excluded"), _("final since"))
        lines = []
        for figure in self.page.board():
            of_what = self.texts.k_of_n(figure) if figure.is_rate else str(figure.total or DASH)
            cells = [
                Cell(self.texts.title(figure.kpi), note=figure.kpi),
                Cell(self.texts.percent(figure) if figure.is_rate else self.texts.value(figure)),
                Cell(of_what, self.anchors.of(figure)),
                Cell(self.texts.interval(figure)),
                Cell(str(figure.pending), self.anchors.verdict(figure, "pending")),
                Cell(str(figure.excluded), self.anchors.verdict(figure, "excluded")),
                Cell(self.texts.final(figure)),
            ]
            lines.append(Line(cells, "beside" if self.page.definitions[figure.kpi].beside else "lead"))
        said = _(
            "Leading figures in bold, below each what has to be read beside it. A rate of fewer than {n} stands "
            "in brackets; times are product-limit quantiles, in which open tickets count as lasting longer.", n=10
        )  # fmt: skip
        numbers = frozenset({1, 2, 3, 4, 5})
        return Grid("board", _("The whole board"), said, tuple(map(Cell, names)), numbers, lines)

    def omissions(self) -> Grid:
        """Return the pending and excluded tickets of every figure, with their reasons."""
        _ = self.words
        lines, last = [], ""
        for part in self._omissions():
            cells = [
                Cell(self.texts.title(part.kpi) if part.kpi != last else ""),
                Cell(self.texts.code(part.verdict)),
                Cell(self.texts.code(part.reason)),
                Cell(str(part.tickets), self.anchors.omission(part)),
            ]
            lines.append(Line(cells))
            last = part.kpi
        names = (_("figure"), _("verdict"), _("reason"), _("how many"))
        said = _(
            "Pending tickets can still change and count in a later report; excluded ones never count. A figure that "
            "accompanies another one and leaves out the same is not repeated."
        )
        return Grid("left_out", _("What was left out"), said, tuple(map(Cell, names)), frozenset({3}), lines)

    def _omissions(self) -> Iterable[LeftOut]:
        """Yield what each figure leaves out, unless the figure that it accompanies leaves out the same."""
        found: dict[str, list[LeftOut]] = {}
        for part in self.page.left_out:
            found.setdefault(part.kpi, []).append(part)
        for kpi, parts in found.items():
            leading = found.get(self.page.definitions[kpi].beside, [])
            if [part[1:] for part in parts] != [part[1:] for part in leading]:
                yield from parts

    def ages(self) -> list[str]:
        """Return the names of the age groups, the youngest first."""
        _ = self.words
        spans = [_("{first}–{last} days", first=first, last=last) for first, last in pairwise(AGES)]
        return [_("under 1 day"), *spans, _("over {n} days", n=AGES[-1])]

    def backlog(self) -> Grid:
        """Return how many tickets were open, by age and state; each number links to its tickets."""
        _ = self.words
        counts = Counter((item.age_group, item.state) for item in self.page.open)
        found = {item.state for item in self.page.open}
        states = [state for state in STATES if state in found] + sorted(found - set(STATES))
        groups = range(len(AGES) + 1)

        def cell(n: int, place: str) -> Cell:
            return Cell(str(n), f"open{place}") if n else Cell("")

        lines = []
        for group, name in zip(groups, self.ages(), strict=True):
            row = [cell(counts[group, state], f".a{group}{self.anchors.states[state]}") for state in states]
            lines.append(Line([Cell(name), *row, cell(sum(counts[group, s] for s in states), f".a{group}")]))
        sums = [cell(sum(counts[g, state] for g in groups), f".{self.anchors.states[state]}") for state in states]
        lines.append(Line([Cell(_("all")), *sums, cell(len(self.page.open), "")], "whole"))
        names = (_("age"), *(self.texts.code(state) for state in states), _("all"))
        title = _("Open tickets as of {instant}", instant=self.texts.instant(self.page.as_of))
        said = _("Age since the earliest report of the same matter: cancelling and reopening makes nothing young.")
        return Grid("backlog", title, said, tuple(map(Cell, names)), frozenset(range(1, len(names))), lines)

    def open_tickets(self, items: Iterable[Open], key: str, title: str, said: str = "") -> Grid:
        """Return open tickets, one row each."""
        _ = self.words
        names: tuple[str, ...] = (
            _("ticket"), _("customer"), _("appliance"), _("technician"), _("reported"), _("age"), _("state"),
            _("overdue by"),
        )  # fmt: skip
        lines = [Line(self._item(item)) for item in items]
        if not any(line.cells[-1].text for line in lines):
            names, lines = names[:-1], [Line(line.cells[:-1]) for line in lines]
        return Grid(key, title, said, tuple(map(Cell, names)), frozenset({5, 7}), lines)

    def _item(self, item: Open) -> list[Cell]:
        facts, age = item.facts, self.texts.age
        return [
            Cell(f"T{facts.ticket_id}", f"T{facts.ticket_id}"), Cell(shown(facts.customer)),
            Cell(self.texts.machine(facts)), Cell(DASH if item.technician in NOBODY else shown(item.technician)),
            Cell(self.texts.instant(facts.reported_at)), Cell(age(item.days)), Cell(self.texts.code(item.state)),
            Cell(age(item.days_late) if item.days_late else ""),
        ]  # fmt: skip

    def oldest(self) -> Grid:
        """Return the open tickets that have waited longest."""
        _ = self.words
        every = len(self.page.open)
        said = _("The oldest {n} of {all}.", n=OLDEST, all=every) if every > OLDEST else ""
        return self.open_tickets(self.page.open[:OLDEST], "oldest", _("The oldest open tickets"), said)

    def overdue(self) -> Grid:
        """Return repairs past their deadline without an arrival, the latest first."""
        _ = self.words
        late = sorted((item for item in self.page.open if item.days_late), key=lambda item: -item.days_late)
        said = _("The first {n} of {all}.", n=OVERDUE, all=len(late)) if len(late) > OVERDUE else ""
        return self.open_tickets(
            late[:OVERDUE], "overdue", _("Overdue repairs: past the deadline, and nobody came"), said
        )
