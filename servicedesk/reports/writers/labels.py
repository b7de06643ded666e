"""Words of the report's page: figures, codes, months and instants as text, in the page's language (C10)."""

from servicedesk.base.messages import msgid
from servicedesk.base.table import shown
from servicedesk.domain import wording
from servicedesk.domain.groups import NOBODY
from servicedesk.kpis import stats
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.kpis.figure import FEW, MANY, rate_text
from servicedesk.kpis.targets import target_text
from servicedesk.language.words import Words
from servicedesk.reports.report import Definition, Facts, Figure, Page, Signal

DASH = "–"
MONTHS = (
    msgid("January"), msgid("February"), msgid("March"), msgid("April"), msgid("May"), msgid("June"),
    msgid("July"), msgid("August"), msgid("September"), msgid("October"), msgid("November"), msgid("December"),
)  # fmt: skip
SHORT = (
    msgid("Jan"), msgid("Feb"), msgid("Mar"), msgid("Apr"), msgid("May"), msgid("Jun"),
    msgid("Jul"), msgid("Aug"), msgid("Sep"), msgid("Oct"), msgid("Nov"), msgid("Dec"),
)  # fmt: skip
UNITS = {
    "hours": msgid("{n} h"), "days": msgid("{n} d"), "points": msgid("{n} points"), "visits": msgid("{n} visits"),
    "per 100 tickets": msgid("{n} per 100 tickets"), "score": "{n}", "tickets": "{n}", "complaints": "{n}",
}  # fmt: skip


class Texts:
    """The words of one page: each method returns text in the language of the page."""

    def __init__(self, page: Page, words: Words) -> None:
        self.page = page
        self.words = words

    @property
    def is_chinese(self) -> bool:
        return self.words.language == "zh"

    def title(self, kpi: str) -> str:
        """Return the name of a KPI."""
        meant: Definition = self.page.definitions[kpi]
        return meant.chinese if self.is_chinese else meant.title

    def signal(self, signal: Signal) -> str:
        """Return a signal's name."""
        return signal.chinese if self.is_chinese else signal.title

    def code(self, code: str) -> str:
        """Return a category, type, state, verdict or reason as words."""
        label = self.page.labels.get(code) if self.is_chinese else None
        return shown(label or self.words.code(code))

    def group(self, by: str, group: str) -> str:
        """Return the name of a figure's group; names of people stay as they are."""
        if by == "month":
            return self.month(group)
        if by == "charge" and group == "(none)":
            return self.words("not charged")
        return self.code(group) if by != "technician" or group in NOBODY else shown(group)

    def month(self, text: str) -> str:
        """Return `2026-10` as October 2026."""
        return self.words("{month} {year}", month=self.words(MONTHS[int(text[5:7]) - 1]), year=text[:4])

    def short_month(self, text: str) -> str:
        """Return `2026-10` as Oct; January with its year."""
        name = self.words(SHORT[int(text[5:7]) - 1])
        return f"{name} {text[2:4]}" if text[5:7] == "01" and not self.is_chinese else name

    def k_of_n(self, figure: Figure) -> str:
        """Return `42/51`, or a dash if there is nothing to divide."""
        return f"{figure.hits}/{figure.total}" if figure.total else DASH

    def percent(self, figure: Figure) -> str:
        """Return the rate as a percentage: n/a without tickets, in brackets for few of them (C10)."""
        return self.words.translation(rate_text(figure.rate, figure.total))

    def interval(self, figure: Figure) -> str:
        """Return the 95 % interval: `69.7–90.4 %`."""
        if not FEW <= figure.total < MANY or figure.low is None:
            return ""
        return f"{shown(figure.low, 'rate')[:-2]}–{shown(figure.high, 'rate')}"

    def value(self, figure: Figure) -> str:
        """Return a figure that is not a rate with its unit, as `kpi report` writes it."""
        if figure.longer_than is not None:
            return f"> {self._amount(figure.longer_than, figure.unit)}"
        if figure.value is None or isinstance(figure.value, dict):
            found = stats.figure_text(figure.value, "")
            return self.words("n/a") if found == "n/a" else found
        return self._amount(figure.value, figure.unit)

    def _amount(self, amount: float, unit: str) -> str:
        number = f"{amount:.{2 if unit in {'score', 'visits'} else 1}f}".removesuffix(".0")
        return self.words(UNITS.get(unit, "{n}"), n=number)

    def worth(self, figure: Figure) -> str:
        """Return the percentage of a rate, or the value of any other figure."""
        return self.percent(figure) if figure.is_rate else self.value(figure)

    def final(self, figure: Figure) -> str:
        """Return the day from which the figure can no longer change."""
        if self.page.definitions[figure.kpi].is_snapshot:
            return self.words("as of then")
        if figure.final_from:
            return self.words("provisional until {date}", date=figure.final_from)
        return figure.final_since or self.words("provisional")

    def state(self, figure: Figure) -> str:
        """Return whether the figure can still change."""
        final = self.final(figure)
        return self.words("final since {date}", date=final) if final == figure.final_since else final

    def change(self, figure: Figure) -> str:
        """Return the rate beside that of the month before, and whether chance explains the difference (C11)."""
        before, _ = self.page.before(figure.kpi), self.words
        if before is None or before.total < FEW or figure.total < FEW:
            return ""
        p = stats.chance(figure.hits or 0, figure.total, before.hits or 0, before.total)
        month, rate = self.month(before.group), self.percent(before)
        if p > 0.05:
            return _("{month}: {rate}; the difference is within chance", month=month, rate=rate)
        told = f"= {p:.3f}" if p >= 0.0005 else "< 0.001"
        return _("{month}: {rate}; the difference is more than chance (p {p})", month=month, rate=rate, p=told)

    def target(self, figure: Figure) -> str:
        """Return the outlet's target for a figure and whether it is met; '' if there is no target."""
        target = self.page.targets.get(figure.kpi)
        if target is None:
            return ""
        return self.words.translation(target_text(find_kpi(figure.kpi), target * 100, figure.rate))

    def age(self, days: float) -> str:
        """Return `5 h` below two days, otherwise whole days."""
        return self.words("{n} h", n=int(days * 24)) if days < 2 else self.words("{n} d", n=int(days))

    def machine(self, facts: Facts) -> str:
        """Return category and brand; '' if no appliance is recorded."""
        if facts.category == "(none)":
            return ""
        kind = self.code(facts.category) if self.is_chinese else wording.appliance_name(facts.category)
        return f"{shown(kind)} {shown(facts.brand)}".strip()

    def ending(self, facts: Facts) -> str:
        """Return how the ticket ended: `fixed`, `cancelled: duplicate`."""
        return self.words(": ").join(self.code(part) for part in facts.ended_as.split("/") if part)

    def instant(self, at: str) -> str:
        """Return an instant as `2026-11-02 09:00`."""
        return shown(at, "instant")
