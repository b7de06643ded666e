"""Footnotes of the report: what each KPI means, in the page's language.

A KPI that accompanies another one is explained only where it differs.
"""

from typing import NamedTuple

from servicedesk.reports.report import Definition, Page
from servicedesk.reports.writers.labels import Texts


class Meaning(NamedTuple):
    """The footnote of a KPI: its definition as (aspect, sentence) pairs."""

    kpi: str
    title: str
    aspects: list[tuple[str, str]]


def meanings(page: Page, texts: Texts) -> list[Meaning]:
    """Return the footnotes of the page, in the order of its definitions."""
    return [_meaning(page, meant, texts) for meant in page.definitions.values()]


def _meaning(page: Page, meant: Definition, texts: Texts) -> Meaning:
    _, told = texts.words, meant._asdict()
    names = {
        "formula": _("formula"), "cohort": _("cohort"), "hit": _("hit"), "miss": _("miss"), "pending": _("pending"),
        "excluded": _("excluded"), "source": _("source"),
    }  # fmt: skip
    leading = page.definitions[meant.beside]._asdict() if meant.beside else {}
    aspects = [
        (name, _(told[aspect]))
        for aspect, name in names.items()
        if told[aspect] not in {"", "never"} and told[aspect] != leading.get(aspect)
    ]
    if leading:
        aspects.append((_("otherwise as"), texts.title(meant.beside)))
    better = _("higher is better") if meant.better == "higher" else _("lower is better")
    return Meaning(meant.kpi, f"{texts.title(meant.kpi)} ({better})", aspects)
