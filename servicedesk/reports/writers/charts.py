"""Draw the trend of a headline figure as inline SVG (pygal): twelve months, intervals, links to the tickets."""

from typing import Any
from xml.etree import ElementTree

from servicedesk.reports.report import Figure, Page
from servicedesk.reports.writers.anchors import Anchors
from servicedesk.reports.writers.labels import FEW, Texts

_XLINK = "{http://www.w3.org/1999/xlink}href"
TOPS = (0.1, 0.25, 0.5, 1.0)  # where the axis ends: it always begins at 0


def trend(page: Page, texts: Texts, anchors: Anchors, kpi: str) -> str:
    """Return the SVG; '' if no month has enough tickets for a percentage."""
    figures = [figure for figure in page.figures if figure.by == "month" and figure.kpi == kpi]
    drawn = [figure for figure in figures if figure.total >= FEW]
    if not drawn:
        return ""
    top = next(top for top in TOPS if top >= min(1, max((figure.high or 0) for figure in drawn)) or top == 1)
    chart = _empty(top)
    chart.x_labels = [texts.short_month(figure.group) for figure in figures]
    chart.add("", [_point(figure, anchors) for figure in figures])
    root = chart.render_tree()
    _clean(root, [_point_title(texts, figure) for figure in drawn])
    root.set("role", "img")
    root.set("aria-label", texts.title(kpi))
    return ElementTree.tostring(root, encoding="unicode")


def _empty(top: float) -> Any:
    import pygal

    return pygal.Line(
        js=[], width=480, height=150, explicit_size=False, show_legend=False, range=(0, top), margin=2, margin_right=10,
        y_labels=[0, top / 2, top], value_formatter=lambda rate: f"{rate * 100:g} %", dots_size=3.6, truncate_label=-1,
        allow_interruptions=True,
    )  # fmt: skip


def _point(figure: Figure, anchors: Anchors) -> dict[str, Any] | None:
    """Return the point of a month; None, a gap, if it has too few tickets for a percentage."""
    if figure.total < FEW:
        return None
    point: dict[str, Any] = {"value": figure.rate, "ci": {"low": figure.low, "high": figure.high}}
    if place := anchors.of(figure):
        point["xlink"] = {"href": f"#{place}", "target": "_self"}
    return point


def _point_title(texts: Texts, figure: Figure) -> str:
    return f"{texts.month(figure.group)}: {texts.k_of_n(figure)}, {texts.percent(figure)}"


def _clean(root: Any, told: list[str]) -> None:
    """Remove scripts, dates and styles (report.css has ours) from the SVG, and give each dot a title."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {ElementTree.Comment, "defs", "desc", "title"} or "overlay" in child.get("class", "")[9:]:
                parent.remove(child)
        if place := parent.attrib.pop(_XLINK, None):
            parent.set("href", place)
    for name in ("id", "xmlns"):
        root.attrib.pop(name, None)
    dots = [node for node in root.iter("g") if node.get("class") == "dots"]
    for dot, text in zip(dots, told, strict=True):
        title = ElementTree.SubElement(dot, "title")
        title.text = text
