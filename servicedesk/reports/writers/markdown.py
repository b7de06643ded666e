"""Write the report as GitHub Markdown: figures, groups, what was left out, open tickets, definitions."""

from collections.abc import Collection
from pathlib import Path

from servicedesk.base.marks import escaped
from servicedesk.language.words import Words
from servicedesk.reports.report import Page
from servicedesk.reports.writers import signal_tables
from servicedesk.reports.writers.anchors import Anchors
from servicedesk.reports.writers.footnotes import meanings
from servicedesk.reports.writers.grids import BLANK, Cell, Grid, Grids
from servicedesk.reports.writers.labels import Texts
from servicedesk.reports.writers.listings import Listing, Listings


def write(page: Page, words: Words, path: Path) -> None:
    """Write the report as Markdown, in UTF-8."""
    path.write_text(render_report(page, words), encoding="utf-8")


def render_report(page: Page, words: Words) -> str:
    """Return the report as Markdown text; the same `page` gives the same text."""
    _, texts = words, Texts(page, words)
    anchors = Anchors(page)
    grids, listings = Grids(page, texts, anchors), Listings(page, texts, anchors)
    parts = [
        f"# {escaped(page.outlet)} · {_('Monthly report')} · {texts.month(page.period)}",
        f"{page.first_on} – {page.last_on} · {_('as of {instant}', instant=texts.instant(page.as_of))}"
        f"{_(' ({reason})', reason=page.zone)}",
    ]
    if page.is_running:
        parts.append(f"**{_('The month has not ended: everything on this page is provisional.')}**")
    said = _("Facts in the file: {imported} imported, {pinned} written under a pinned clock.",
             imported=page.imported, pinned=page.pinned)  # fmt: skip
    parts.append(said)
    for grid in (
        grids.headline(), grids.trend(), grids.technicians(), grids.categories(),
        *([grids.charges()] if grids.charges().lines else []), grids.board(), grids.omissions(),
        signal_tables.grid(page, texts), grids.backlog(), grids.oldest(), grids.overdue(),
    ):  # fmt: skip
        parts += _section(grid, _("None."), {*page.headline, *(signal.key for signal in page.signals)})
    parts.append(f"## {_('Definitions')}")
    for number, told in enumerate(meanings(page, texts), 1):
        sentences = "; ".join(f"*{name}* {escaped(sentence)}" for name, sentence in told.aspects)
        parts.append(f'{number}. <a id="def.{told.kpi}"></a>**{told.title}** `{told.kpi}`: {sentences}')
    parts.append(f"## {_('The tickets behind the headline figures')}")
    for listing in listings.every():
        if listing.place in page.headline:
            parts += _list(listing, _("ticket"))
    parts.append(f"## {_('Rows behind the signals')}")
    behind = [part for listing in signal_tables.listings(page, texts) for part in _list(listing, _("ticket"))]
    parts += behind or [_("None.")]
    return "\n\n".join(parts) + "\n"


def _list(listing: Listing, ticket: str) -> list[str]:
    rows = [[f"T{i.ticket_id}" if i.ticket_id else "–", *map(escaped, i.cells)] for i in listing.items]
    head = f'### <a id="{listing.place}"></a>{escaped(listing.title)}'
    return [head, escaped(listing.said), _table([ticket, *listing.headings], set(), rows)]


def _section(grid: Grid, none: str, places: Collection[str]) -> list[str]:
    said = [escaped(grid.said)] if grid.said else []
    if not grid.lines:
        return [f"## {escaped(grid.title)}", none]
    rows = [[_cell(cell, places) for cell in line.cells] for line in grid.lines]
    headings = [_cell(cell, places) for cell in grid.headings]
    return [f"## {escaped(grid.title)}", *said, _table(headings, set(grid.numbers), rows)]


def _cell(cell: Cell, places: Collection[str]) -> str:
    text = escaped(cell.text)
    if cell.place in places:
        text = f"[{text}](#{cell.place})"
    if cell.note:
        text = f"[{text}](#def.{cell.note})"
    beside = escaped(cell.beside)
    if not cell.beside.strip(BLANK):
        return text
    return f"{text} {beside}" if beside.startswith("(") else f"{text} ({beside})"


def _table(headings: list[str], numbers: set[int], rows: list[list[str]]) -> str:
    marks = ["--:" if at in numbers else "---" for at in range(len(headings))]
    return "\n".join(f"| {' | '.join(row)} |" for row in [headings, marks, *rows])
