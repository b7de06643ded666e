"""Tables of the report for spreadsheets (.xlsx, .csv): real numbers in typed columns, typed texts unchanged."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from servicedesk.language.words import Words
from servicedesk.reports.report import Facts, Figure, Finding, Open, Page, Row, Signal
from servicedesk.reports.writers.labels import Texts


class Field(NamedTuple):
    """A column: its heading and its kind (text, count, rate, number, date, instant, or ticket: the ticket's number)."""

    heading: str
    kind: str = "text"


class Sheet(NamedTuple):
    """A table; `key` names its file and is the same in every language."""

    key: str
    title: str
    fields: tuple[Field, ...]
    rows: Sequence[Sequence[Any]]


def sheets(page: Page, words: Words) -> Iterator[Sheet]:
    """Yield every table of the report."""
    made = _Sheets(page, words)
    yield made.about()
    yield made.figures()
    for by in ("month", "technician", "category"):
        yield made.groups(by)
    if any(figure.by == "charge" for figure in page.figures):
        yield made.groups("charge")
    yield made.omissions()
    yield made.signals()
    yield made.open()
    yield made.rows()
    yield made.earlier()
    yield made.findings()
    yield made.tickets()
    yield made.definitions()


class _Sheets:
    def __init__(self, page: Page, words: Words) -> None:
        self.page, self.words, self.texts = page, words, Texts(page, words)

    def about(self) -> Sheet:
        """Return the outlet, the month, the instant, and whether the headline figures are final."""
        _, page, texts = self.words, self.page, self.texts
        rows = [
            (_("outlet"), page.outlet), (_("month"), page.period), (_("first day"), page.first_on),
            (_("last day"), page.last_on), (_("as of"), page.as_of), (_("zone"), page.zone),
            (_("facts imported"), str(page.imported)), (_("facts written under a pinned clock"), str(page.pinned)),
            *((texts.title(kpi), texts.state(page.figure(kpi))) for kpi in page.headline),
        ]  # fmt: skip
        if page.is_running:
            rows.append((_("state"), _("The month has not ended: everything on this page is provisional.")))
        return Sheet("about", _("About"), (Field(""), Field("")), rows)

    def _counts(self) -> tuple[Field, ...]:
        _ = self.words
        return (
            Field(_("hits"), "count"), Field(_("of"), "count"), Field(_("rate"), "rate"), Field(_("low"), "rate"),
            Field(_("high"), "rate"), Field(_("pending"), "count"), Field(_("excluded"), "count"),
        )  # fmt: skip

    def _count_cells(self, f: Figure) -> tuple[Any, ...]:
        return f.hits, f.total, f.rate, f.low, f.high, f.pending, f.excluded

    def figures(self) -> Sheet:
        """Return all figures of the month."""
        _ = self.words
        fields = (
            Field(_("figure")), Field(_("key")), *self._counts(), Field(_("value"), "number"), Field(_("unit")),
            Field(_("low if the silent are dissatisfied"), "rate"), Field(_("high if they are satisfied"), "rate"),
            Field(_("final since"), "date"),
        )  # fmt: skip
        return Sheet("figures", _("Figures"), fields, [self._figure(figure) for figure in self.page.board()])

    def _figure(self, f: Figure) -> tuple[Any, ...]:
        is_text = isinstance(f.value, dict) or f.longer_than is not None
        value = self.texts.value(f) if is_text else f.value
        return (
            self.texts.title(f.kpi), f.kpi, *self._count_cells(f), value, self.words(f.unit), f.bound_low, f.bound_high,
            f.final_since or None,
        )  # fmt: skip

    def groups(self, by: str) -> Sheet:
        """Return the headline figures of each month, technician or category, or of paid and free tickets (`by`)."""
        _ = self.words
        title, key = {
            "month": (_("Months"), "months"), "technician": (_("Technicians"), "technicians"),
            "category": (_("Categories"), "categories"), "charge": (_("Paid and free"), "charges"),
        }[by]  # fmt: skip
        rows = [
            (group if by == "month" else self.texts.group(by, group), self.texts.title(f.kpi), *self._count_cells(f))
            for group, figures in self.page.groups(by)
            for f in figures.values()
        ]
        return Sheet(key, title, (Field(_(by)), Field(_("figure")), *self._counts()), rows)

    def omissions(self) -> Sheet:
        """Return pending and excluded tickets with their reasons."""
        _, code = self.words, self.texts.code
        fields = (Field(_("figure")), Field(_("verdict")), Field(_("reason")), Field(_("how many"), "count"))
        rows = [(self.texts.title(p.kpi), code(p.verdict), code(p.reason), p.tickets) for p in self.page.left_out]
        return Sheet("left_out", _("Left out"), fields, rows)

    def signals(self) -> Sheet:
        """Return the honesty panel: each signal with its limit."""
        _, texts = self.words, self.texts
        fields = (
            Field(_("no.")), Field(_("what it is")), Field(_("rows found"), "count"), Field(_("of"), "count"),
            Field(_("value"), "number"), Field(_("unit")), Field(_("look when")), Field(_("look")), Field(_("formula")),
        )  # fmt: skip
        rows = [
            (s.key, texts.signal(s), s.hits, s.total, s.value, _(s.unit), _(s.look_when), _(s.mark), _(s.formula))
            for s in self.page.signals
        ]
        return Sheet("signals", _("Signals"), fields, rows)

    def findings(self) -> Sheet:
        """Return the rows behind the signals."""
        _ = self.words
        fields = (
            Field(_("what it is")), Field(_("no.")), Field(_("ticket"), "ticket"), Field(_("appliance")),
            Field(_("happened"), "instant"), Field(_("typed"), "instant"), Field(_("technician")),
            Field(_("typed by")), Field(_("what was found")),
        )  # fmt: skip
        rows = [self._finding(signal, row) for signal in self.page.signals for row in signal.findings]
        return Sheet("findings", _("Rows behind the signals"), fields, rows)

    def _finding(self, signal: Signal, row: Finding) -> tuple[Any, ...]:
        texts, group = self.texts, self.texts.group
        return (
            texts.signal(signal), signal.key, row.ticket_id, f"A{row.appliance_id}" if row.appliance_id else "", row.at,
            row.recorded_at, group("technician", row.technician), group("technician", row.clerk), texts.code(row.what),
        )  # fmt: skip

    def open(self) -> Sheet:
        """Return the open tickets, the oldest first."""
        _ = self.words
        fields = (
            Field(_("ticket"), "ticket"), Field(_("type")), Field(_("customer")), Field(_("category")),
            Field(_("brand")), Field(_("technician")), Field(_("reported"), "instant"), Field(_("deadline"), "instant"),
            Field(_("state")), Field(_("age in days"), "number"), Field(_("days overdue"), "number"),
        )  # fmt: skip
        return Sheet("open", _("Open tickets"), fields, [self._open(item) for item in self.page.open])

    def _open(self, item: Open) -> tuple[Any, ...]:
        facts, code = item.facts, self.texts.code
        return (
            facts.ticket_id, code(facts.type), facts.customer, code(facts.category), facts.brand,
            self.texts.group("technician", item.technician), facts.reported_at, facts.deadline_at, code(item.state),
            round(item.days, 2), round(item.days_late, 2) or None,
        )  # fmt: skip

    def _verdicts(self) -> tuple[Field, ...]:
        _ = self.words
        return (
            Field(_("figure")), Field(_("key")), Field(_("ticket"), "ticket"), Field(_("date"), "date"),
            Field(_("technician")), Field(_("category")), Field(_("type")), Field(_("area")), Field(_("verdict")),
            Field(_("reason")), Field(_("amount"), "number"),
        )  # fmt: skip

    def rows(self) -> Sheet:
        """Return the verdicts behind all figures of the month, figure by figure, with the tickets left out."""
        rows = [self._row(kpi, row) for kpi, part in self.page.rows.items() for row in part]
        return Sheet("rows", self.words("Verdicts"), self._verdicts(), rows)

    def earlier(self) -> Sheet:
        """Return the counted verdicts behind the headline figures of the earlier months."""
        parts = [(kpi, part) for kpi, months in self.page.earlier.items() for _, part in sorted(months.items())]
        rows = [self._row(kpi, row) for kpi, part in parts for row in part]
        return Sheet("earlier", self.words("Verdicts of earlier months"), self._verdicts(), rows)

    def _row(self, kpi: str, row: Row) -> tuple[Any, ...]:
        code, group = self.texts.code, self.texts.group
        return (
            self.texts.title(kpi), kpi, row.ticket_id, row.counted_on, group("technician", row.technician),
            code(row.category), code(row.type), group("technician", row.area), code(row.verdict), code(row.reason),
            row.amount,
        )  # fmt: skip

    def tickets(self) -> Sheet:
        """Return the facts of every ticket that the report names."""
        _ = self.words
        fields = (
            Field(_("ticket"), "ticket"), Field(_("type")), Field(_("customer")), Field(_("category")),
            Field(_("brand")), Field(_("reported"), "instant"), Field(_("deadline"), "instant"),
            Field(_("first arrival"), "instant"), Field(_("ended"), "instant"), Field(_("ended as")),
            Field(_("answer")),
        )  # fmt: skip
        return Sheet("tickets", _("The tickets"), fields, [self._ticket(facts) for facts in self.page.tickets.values()])

    def _ticket(self, facts: Facts) -> tuple[Any, ...]:
        code = self.texts.code
        return (
            facts.ticket_id, code(facts.type), facts.customer, code(facts.category), facts.brand, facts.reported_at,
            facts.deadline_at, facts.arrived_at, facts.ended_at, self.texts.ending(facts),
            code(facts.answer) if facts.answer else "",
        )  # fmt: skip

    def definitions(self) -> Sheet:
        """Return the meaning of each figure."""
        _ = self.words
        aspects = ("formula", "cohort", "hit", "miss", "pending", "excluded", "source")
        names = (
            _("formula"), _("cohort"), _("hit"), _("miss"), _("pending"), _("excluded"), _("source"),
        )  # fmt: skip
        rows = [
            (self.texts.title(kpi), kpi, *(_(meant._asdict()[aspect]) for aspect in aspects))
            for kpi, meant in self.page.definitions.items()
        ]
        fields = (Field(_("figure")), Field(_("key")), *(Field(name) for name in names))
        return Sheet("definitions", _("Definitions"), fields, rows)
