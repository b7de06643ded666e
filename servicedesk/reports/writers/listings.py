"""Lists of tickets behind the report's figures: each row has its verdict, so that a reader can check the sums."""

from collections.abc import Iterator
from typing import NamedTuple

from servicedesk.base.table import shown
from servicedesk.domain.groups import NOBODY
from servicedesk.reports.report import Facts, Figure, Page, Row
from servicedesk.reports.writers.anchors import VERDICTS, Anchors
from servicedesk.reports.writers.labels import DASH, Texts


class Choice(NamedTuple):
    """A link to a part of a list."""

    text: str
    place: str


class Item(NamedTuple):
    """A row of a list: the names by which it is shown or hidden, its ticket, its cells."""

    marks: str
    ticket_id: int | None
    cells: tuple[str, ...]


class Listing(NamedTuple):
    """The list of one figure and month.

    `place` is its link target, `note` the KPI of its footnote, `said` the sentence above it. `choices` are links to
    parts of the list, `picks` the marks that select them. `is_printed`: it is also shown on paper.
    """

    place: str
    title: str
    note: str
    said: str
    choices: list[Choice]
    picks: list[str]
    headings: tuple[str, ...]
    items: list[Item]
    is_printed: bool


class Listings:
    """All lists of one page."""

    PRINTED = 800  # with more rows of headline figures, no list is printed on paper

    def __init__(self, page: Page, texts: Texts, anchors: Anchors) -> None:
        self.page, self.texts, self.anchors, self.words = page, texts, anchors, texts.words
        self.is_printed = sum(len(page.rows[kpi]) for kpi in page.headline) <= self.PRINTED

    def every(self) -> Iterator[Listing]:
        """Yield the lists of the month, those of the headline figures first, then those of the months before."""
        whole = {figure.kpi: figure for figure in self.page.figures if not figure.by}
        for kpi in sorted(self.page.rows, key=lambda kpi: kpi not in self.page.headline):
            yield self._month(whole[kpi], self.page.rows[kpi])
        before = {(f.kpi, f.group): f for f in self.page.figures if f.by == "month"}
        for kpi, months in self.page.earlier.items():
            for month in sorted(months, reverse=True):
                yield self._earlier(before[kpi, month], months[month])

    def headings(self, rows: tuple[Row, ...]) -> tuple[str, ...]:
        """Return the headings of the columns after the ticket; amounts only if something is measured."""
        _ = self.words
        names = (_("date"), _("technician"), _("category"), _("type"), _("area"), _("verdict"), _("reason"))
        return (*names, _("amount")) if any(row.amount is not None for row in rows) else names

    def cells(self, row: Row, width: int) -> tuple[str, ...]:
        """Return the cells of the columns after the ticket."""
        code, named = self.texts.code, _name_or_dash
        found = (
            row.counted_on, named(row.technician), code(row.category), code(row.type), named(row.area),
            code(row.verdict), code(row.reason), "" if row.amount is None else f"{row.amount:g}",
        )  # fmt: skip
        return found[:width]

    def _month(self, figure: Figure, rows: tuple[Row, ...]) -> Listing:
        kpi, headings = figure.kpi, self.headings(rows)
        marks = [self.anchors.marks(kpi, row) for row in rows]
        items = [Item(m, r.ticket_id, self.cells(r, len(headings))) for m, r in zip(marks, rows, strict=True)]
        title = f"{self.texts.title(kpi)} · {self.texts.month(self.page.period)}"
        is_printed = self.is_printed and kpi in self.page.headline
        choices, picks = self._choices(figure, rows), [*self.anchors.picks(marks), "all"]
        return Listing(kpi, title, kpi, self.sum_text(figure), choices, picks, headings, items, is_printed)

    def _earlier(self, figure: Figure, rows: tuple[Row, ...]) -> Listing:
        headings = self.headings(rows)
        items = [Item(row.verdict, row.ticket_id, self.cells(row, len(headings))) for row in rows]
        place, title = f"{figure.kpi}.{figure.group}", f"{self.texts.title(figure.kpi)} · "
        title += self.texts.month(figure.group)
        return Listing(place, title, figure.kpi, self.sum_text(figure), [], [], headings, items, False)

    def _choices(self, figure: Figure, rows: tuple[Row, ...]) -> list[Choice]:
        counts = {verdict: sum(row.verdict == verdict for row in rows) for verdict in VERDICTS}
        found = [Choice(f"{self.words('counted')} {figure.total}", figure.kpi)]
        found += [Choice(f"{self.texts.code(v)} {n}", f"{figure.kpi}.{v}") for v, n in counts.items() if n]
        return [*found, Choice(f"{self.words('all')} {len(rows)}", f"{figure.kpi}.all")]

    def sum_text(self, figure: Figure) -> str:
        """Return the arithmetic of a figure as text: hits, misses, and the division or formula."""
        _, texts = self.words, self.texts
        if figure.is_rate:
            hits = figure.hits or 0
            sum_ = _(
                "{hits} hits + {misses} misses = {n} counted", hits=hits, misses=figure.total - hits, n=figure.total
            )
            return f"{sum_}; {hits} ÷ {figure.total} = {shown(figure.rate, 'rate')}" if figure.total else sum_
        return _("{n} counted; {formula}: {value}", n=figure.total, value=texts.value(figure),
                 formula=_(self.page.definitions[figure.kpi].formula))  # fmt: skip

    def open_tickets(self) -> Listing:
        """Return the list of every open ticket."""
        _ = self.words
        headings = (_("reported"), _("technician"), _("category"), _("customer"), _("age"), _("state"), _("overdue by"))
        items = []
        for item in self.page.open:
            facts, age = item.facts, self.texts.age
            cells = (
                self.texts.instant(facts.reported_at), _name_or_dash(item.technician), self.texts.code(facts.category),
                shown(facts.customer), age(item.days), self.texts.code(item.state),
                age(item.days_late) if item.days_late else "",
            )  # fmt: skip
            items.append(Item(self.anchors.open_marks(item), facts.ticket_id, cells))
        picks = self.anchors.picks([item.marks for item in items])
        title = _("Open tickets as of {instant}", instant=self.texts.instant(self.page.as_of))
        choices = [Choice(f"{_('all')} {len(items)}", "open")]
        if late := sum(item.days_late > 0 for item in self.page.open):
            choices.append(Choice(f"{_('overdue')} {late}", "open.late"))
        return Listing("open", title, "backlog", "", choices, picks, headings, items, False)

    def register(self) -> Listing:
        """Return the list of every ticket that the page names, with the facts that its verdicts come from."""
        _ = self.words
        headings = (
            _("type"), _("customer"), _("appliance"), _("reported"), _("deadline"), _("first arrival"), _("ended"),
            _("ended as"), _("answer"),
        )  # fmt: skip
        items = [Item("", facts.ticket_id, self.facts(facts)) for facts in self.page.tickets.values()]
        said = _("The facts of every ticket that this page names, as they were known as of then.")
        return Listing("tickets", _("The tickets"), "", said, [], [], headings, items, False)

    def facts(self, facts: Facts) -> tuple[str, ...]:
        """Return a ticket's cells in the register, after its number."""
        code, instant = self.texts.code, self.texts.instant
        return (
            code(facts.type), shown(facts.customer), self.texts.machine(facts), instant(facts.reported_at),
            instant(facts.deadline_at), instant(facts.arrived_at), instant(facts.ended_at),
            self.texts.ending(facts), code(facts.answer) if facts.answer else "",
        )  # fmt: skip


def _name_or_dash(name: str) -> str:
    """Return a name unchanged; a dash for (none) and (dispatch)."""
    return DASH if name in NOBODY else shown(name)
