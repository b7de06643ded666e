"""Write the report as one self-contained HTML page; jinja2 fills report.html and escapes every text."""

from pathlib import Path
from typing import NamedTuple

from servicedesk.base.table import shown
from servicedesk.language.words import Words
from servicedesk.reports.report import Figure, Page
from servicedesk.reports.writers import charts, signal_tables
from servicedesk.reports.writers.anchors import Anchors, NoAnchors
from servicedesk.reports.writers.footnotes import meanings
from servicedesk.reports.writers.grids import Cell, Grids
from servicedesk.reports.writers.labels import Texts
from servicedesk.reports.writers.listings import Listings

FOLDER = Path(__file__).parent


class Card(NamedTuple):
    """The card of a headline figure: value, interval, target, change, chart, and what was left out."""

    title: Cell
    sentence: str
    worth: Cell
    said: str
    sentences: list[str]
    left_out: list[Cell]
    state: str
    is_final: bool
    chart: str


def write(page: Page, words: Words, path: Path) -> None:
    """Write the report as an HTML page, in UTF-8."""
    path.write_text(render_page(page, words), encoding="utf-8")


def write_short(page: Page, words: Words, path: Path) -> None:
    """Write an HTML page of the headline figures alone, in UTF-8: one page of A4."""
    path.write_text(render_page(page, words, is_short=True), encoding="utf-8")


def render_page(page: Page, words: Words, *, is_short: bool = False) -> str:
    """Return the HTML text; the same `page` gives the same text. `is_short`: the headline figures alone."""
    import jinja2
    from markupsafe import Markup

    texts, anchors = Texts(page, words), NoAnchors(page) if is_short else Anchors(page)
    grids, listings = Grids(page, texts, anchors), Listings(page, texts, anchors)
    loader = jinja2.FileSystemLoader(FOLDER)
    made = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    every = [*listings.every(), listings.open_tickets(), *signal_tables.listings(page, texts)]
    return made.get_template("report.html").render(
        _=words,
        page=page,
        is_short=is_short,
        late=sum(1 for item in page.open if item.days_late),
        texts=texts,
        css=Markup((FOLDER / "report.css").read_text(encoding="utf-8")),
        lang="zh-CN" if texts.is_chinese else "en",
        notes={kpi: number for number, kpi in enumerate(page.definitions, 1)},
        cards=[_card(page.figure(kpi), texts, anchors) for kpi in page.headline],
        chart=Markup,
        grids=grids,
        signals=signal_tables.grid(page, texts),
        listings=every,
        picks=sorted({pick for listing in every for pick in listing.picks} - {"all"}),
        register=listings.register(),
        meanings=meanings(page, texts),
    )


def _card(figure: Figure, texts: Texts, anchors: Anchors) -> Card:
    _, sentences = texts.words, []
    if interval := texts.interval(figure):
        sentences.append(_("95 % interval {interval}", interval=interval))
    if figure.bound_low is not None:
        low, high = shown(figure.bound_low, "rate"), shown(figure.bound_high, "rate")
        sentences.append(_("{low} if every silent customer was dissatisfied, {high} if satisfied", low=low, high=high))
    if target := texts.target(figure):
        sentences.append(target)
    if change := texts.change(figure):
        sentences.append(change)
    left_out = [
        Cell(_("{n} pending", n=figure.pending), anchors.verdict(figure, "pending")),
        Cell(_("{n} excluded", n=figure.excluded), anchors.verdict(figure, "excluded")),
    ]
    said = _("{k} of {n}", k=figure.hits, n=figure.total) if figure.total else ""
    return Card(
        Cell(texts.title(figure.kpi), note=figure.kpi), _.translation(texts.page.sentences[figure.kpi]),
        Cell(texts.worth(figure), anchors.of(figure)), said, sentences,
        left_out, texts.state(figure), bool(figure.final_since),
        charts.trend(texts.page, texts, anchors, figure.kpi),
    )  # fmt: skip
