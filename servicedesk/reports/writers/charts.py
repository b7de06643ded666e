"""Draw the trend of a headline figure as inline SVG (pygal): twelve months, intervals, links to the tickets."""

from typing import Any
from xml.etree import ElementTree

from servicedesk.kpis.figure import FEW
from servicedesk.reports.report import Figure, Page
from servicedesk.reports.writers.anchors import Anchors
from servicedesk.reports.writers.labels import Texts

_XLINK = "{http://www.w3.org/1999/xlink}href"
STEPS = (0.02, 0.05, 0.1, 0.25, 0.5)  # possible distances between two lines of the axis
_TARGET = "target"


def trend(page: Page, texts: Texts, anchors: Anchors, kpi: str) -> str:
    """Return the trend chart of a KPI as SVG; '' if no month has enough tickets for a percentage."""
    figures = [figure for figure in page.figures if figure.by == "month" and figure.kpi == kpi]
    drawn = [figure for figure in figures if figure.total >= FEW]
    if not drawn:
        return ""
    target = page.targets.get(kpi)
    chart = _empty(_axis(drawn, target))
    chart.x_labels = [texts.short_month(figure.group) for figure in figures]
    if target is not None:
        chart.add("", [target] * len(figures), show_dots=False)
    chart.add("", [_point(figure, anchors) for figure in figures])
    root = chart.render_tree()
    _clean(root, [_point_title(texts, figure) for figure in drawn])
    if target is not None:
        _mark_target(root)
    root.set("role", "img")
    root.set("aria-label", texts.title(kpi))
    return ElementTree.tostring(root, encoding="unicode")


def _axis(drawn: list[Figure], target: float | None) -> list[float]:
    """Return the lines of the axis: zoomed to the figures with their intervals, at most four steps."""
    rates = [figure.rate or 0 for figure in drawn] + ([target] if target is not None else [])
    low = min([*rates, *(figure.low or 0 for figure in drawn)])
    high = max([*rates, *(figure.high or 0 for figure in drawn)])
    for step in STEPS:
        first, last = int(low / step + 1e-9), int(-(-high // step) + 1e-9)
        if last - first <= 4:
            break
    last = min(max(last, first + 1), round(1 / step))
    return [round(line * step, 4) for line in range(first, last + 1)]


def _empty(axis: list[float]) -> Any:
    import pygal

    return pygal.Line(
        js=[], width=480, height=150, explicit_size=False, show_legend=False, range=(axis[0], axis[-1]), margin=2,
        margin_right=10, y_labels=axis, value_formatter=lambda rate: f"{rate * 100:g} %", dots_size=3.6,
        truncate_label=-1, allow_interruptions=True,
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


def _mark_target(root: Any) -> None:
    """Give the first series, the line of the target, a class of its own for the style sheet."""
    series = next(node for node in root.iter("g") if "serie-0" in node.get("class", "").split())
    series.set("class", f"{series.get('class')} {_TARGET}")
