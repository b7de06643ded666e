"""Link each figure of the report's page to the rows behind it: link targets, and the rows that each target shows."""

from servicedesk.reports.report import Figure, LeftOut, Open, Page, Row

VERDICTS = ("hit", "miss", "pending", "excluded")


class Anchors:
    """The link targets ("places") of one page.

    `KPI` shows the counted rows of the month, `KPI.all` every row. `KPI.hit` and `KPI.pending` show the rows with a
    verdict, `KPI.r1` the rows left out for a reason. `KPI.t3` shows the counted rows of the third technician, `KPI.c2`
    of the second category. `KPI.2026-05` is the list of an earlier month. `open.a2`, `open.s1` and `open.a2s1` show
    open tickets of an age, a state, or both.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        rows = [row for kpi in page.headline for row in page.rows[kpi]]
        self.technicians = _place_names("t", {row.technician for row in rows})
        self.categories = _place_names("c", {row.category for row in rows})
        left = {f"{row.verdict} {row.why}" for part in page.rows.values() for row in part if not row.is_counted}
        self.reasons = _place_names("r", left)
        self.states = _place_names("s", {item.state for item in page.open})

    def of(self, figure: Figure) -> str:
        """Return the place that shows the rows of a figure; '' if there are none, or too many for the page."""
        if not figure.total:
            return ""
        if figure.by == "month" and figure.group != self.page.period:
            return f"{figure.kpi}.{figure.group}" if figure.group in self.page.earlier[figure.kpi] else ""
        if figure.kpi not in self.page.rows or figure.by == "charge":  # no row says how its ticket was charged
            return ""
        part = {"technician": self.technicians, "category": self.categories}.get(figure.by)
        return f"{figure.kpi}.{part[figure.group]}" if part else figure.kpi

    def verdict(self, figure: Figure, verdict: str) -> str:
        """Return the place that shows the rows with that verdict; '' if there are none on the page."""
        count = {"pending": figure.pending, "excluded": figure.excluded}.get(verdict, figure.total)
        return f"{figure.kpi}.{verdict}" if count and figure.kpi in self.page.rows else ""

    def omission(self, part: LeftOut) -> str:
        """Return the place that shows the rows left out of a figure for a reason; '' if they are not on the page."""
        reason = self.reasons.get(f"{part.verdict} {part.reason}")
        return f"{part.kpi}.{reason}" if reason and part.kpi in self.page.rows else ""

    def marks(self, kpi: str, row: Row) -> str:
        """Return the names by which a row of the month is shown or hidden; `out` if it is not counted."""
        names = [row.verdict]
        if kpi in self.page.headline and row.is_counted:
            names += [self.technicians[row.technician], self.categories[row.category]]
        if not row.is_counted:
            names += ["out", self.reasons[f"{row.verdict} {row.why}"]]
        return " ".join(names)

    def open_marks(self, item: Open) -> str:
        """Return the names by which an open ticket is shown or hidden."""
        age, state = f"a{item.age_group}", self.states[item.state]
        return f"{age} {state} {age}{state}" + (" late" if item.days_late else "")

    def picks(self, marks: list[str]) -> list[str]:
        """Return the distinct names in `marks` that select a part of a list, sorted."""
        return sorted({name for names in marks for name in names.split()} - {"out"})


class NoAnchors(Anchors):
    """The link targets of a page without lists: no figure has a link."""

    def of(self, figure: Figure) -> str:
        return ""

    def verdict(self, figure: Figure, verdict: str) -> str:
        return ""


def _place_names(letter: str, groups: set[str]) -> dict[str, str]:
    return {group: f"{letter}{n}" for n, group in enumerate(sorted(groups), 1)}
