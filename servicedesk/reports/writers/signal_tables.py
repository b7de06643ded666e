"""Honesty signals on the report's page: the panel with one row per signal, and the rows that each found (K17)."""

from collections.abc import Iterator

from servicedesk.base.table import shown
from servicedesk.reports.report import Page, Signal
from servicedesk.reports.writers.grids import Cell, Grid, Line
from servicedesk.reports.writers.labels import Texts
from servicedesk.reports.writers.listings import Item, Listing


def grid(page: Page, texts: Texts) -> Grid:
    """Return the panel: each signal with its figure and its limit."""
    _ = texts.words
    names = (
        _("no."), _("what it is"), _("rows found"), _("k of n"), _("value"), _("look when"), _("look"),
    )  # fmt: skip
    said = _(
        "A signal is a reason to look, not a verdict: it accuses nobody. 'servicedesk kpi explain I9' says what it "
        "makes visible, and what is innocent about it."
    )
    lines = [Line(_cells(signal, texts)) for signal in page.signals]
    return Grid("signals", _("Signals"), said, tuple(map(Cell, names)), frozenset({2, 3, 4}), lines)


def _cells(signal: Signal, texts: Texts) -> list[Cell]:
    _ = texts.words
    return [
        Cell(signal.key), Cell(texts.signal(signal)), Cell(str(signal.hits), signal.key if signal.findings else ""),
        Cell(signal.k_of_n), Cell(_.translation(signal.figure)),
        Cell(_(signal.look_when)), Cell(_(signal.mark)),
    ]  # fmt: skip


def listings(page: Page, texts: Texts) -> Iterator[Listing]:
    """Yield the list of the rows that a signal found, for each signal that found any."""
    for signal in page.signals:
        if signal.findings:
            yield _listing(signal, texts)


def _listing(signal: Signal, texts: Texts) -> Listing:
    """Return one signal's list without empty columns: appliances have no technician, tickets no second appliance."""
    _, instant, group = texts.words, texts.instant, texts.group
    names = (_("happened"), _("typed"), _("technician"), _("typed by"), _("appliance"), _("what was found"))
    rows = [
        (
            instant(row.at), instant(row.recorded_at), group("technician", row.technician),
            group("technician", row.clerk),
            f"A{row.appliance_id}" if row.appliance_id and row.ticket_id is None else "", texts.code(row.what),
        )
        for row in signal.findings
    ]  # fmt: skip
    kept = [at for at in range(len(names)) if any(row[at] for row in rows)]
    items = [
        Item("hit", found.ticket_id, tuple(row[at] for at in kept))
        for found, row in zip(signal.findings, rows, strict=True)
    ]
    said = _("{n} rows found; {formula}", n=signal.hits, formula=_(signal.formula))
    title = f"{signal.key} {texts.signal(signal)} · {texts.month(texts.page.period)}"
    headings = tuple(names[at] for at in kept)
    return Listing(signal.key, shown(title), "", said, [], [], headings, items, False)
