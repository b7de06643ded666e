"""Question about the staff: how satisfied each role is, shown only if nobody can be recognised (S62)."""

from collections.abc import Iterator, Mapping

from servicedesk.base.messages import msgid, say
from servicedesk.base.table import columns
from servicedesk.domain.aftercare.staff import LEAST, LINE, PeriodToShow, Role, periods_to_show, quarter_of
from servicedesk.kpis.figure import FEW, few_note
from servicedesk.reports.questions.question import Answer, Asked, Question
from servicedesk.reports.questions.rates import RATE, rate_cells

_STAFF = columns("role:words=job", "period:code", *RATE, "line-", "reached-", "against+=line of 85 %")
_REMARKS = columns("role:words=job", "period:code", "text")

Counts = Mapping[tuple[str, str], tuple[int, int]]  # answers, and satisfied ones, by role and month


def _show_staff(asked: Asked, *, quarter: str | None, rows: bool) -> Answer:
    """Return a row for each role and quarter or month that may be shown; with `rows`, the remarks of these."""
    counts = {(row["role"], row["month"]): (row["answers"], row["satisfied"]) for row in asked.rows("staff_answers")}
    shown = [
        (role, kept)
        for role, kept in _list_shown(counts, this_month=f"{asked.today:%Y-%m}")
        if quarter in {None, quarter_of(kept.months[0])}
    ]
    told = [say("not shown: fewer than {n} answers of a role, and months that are not over", n=LEAST)]
    missing = [] if shown else [say("nothing can be shown yet: survey staff --role technician --score 4")]
    if rows:
        texts = [(row["role"], row["month"], row["text"]) for row in asked.rows("staff_remarks")]
        listed = [(role, _label(role, month, shown), text) for role, month, text in texts]
        return Answer(_REMARKS, sorted({row for row in listed if row[1]}), told, missing)
    cells = [_satisfied_cells(counts, role, kept) for role, kept in shown]
    told.append(
        say(
            "the line of 85 %: where so many of the staff are satisfied, 95 % of the customers are, as is told of FedEx"
            " (S62)"
        )
    )
    if any(sum(counts.get((role, month), (0, 0))[0] for month in kept.months) < FEW for role, kept in shown):
        told.append(few_note())
    return Answer(_STAFF, cells, told, missing)


def _satisfied_cells(counts: Counts, role: Role, kept: PeriodToShow) -> list[object]:
    """Return the row of a role and period: how many were satisfied, beside the line of 85 %."""
    found = [counts.get((role, month), (0, 0)) for month in kept.months]
    answers, satisfied = (sum(each) for each in zip(*found, strict=True))
    reached = satisfied / answers >= LINE
    verdict = say("above it") if reached else say("below it")
    return [role.value, kept.label, *rate_cells(satisfied, answers), LINE, reached, verdict]


def _list_shown(counts: Counts, *, this_month: str) -> Iterator[tuple[Role, PeriodToShow]]:
    """Yield the quarters and months of each role that may be shown."""
    for role in Role:
        of_role = {month: answers for (of, month), (answers, _) in counts.items() if of == role}
        for quarter in sorted({quarter_of(month) for month in of_role}):
            for kept in periods_to_show(quarter, of_role, this_month=this_month):
                yield role, kept


def _label(role: str, month: str, shown: list[tuple[Role, PeriodToShow]]) -> str | None:
    """Return the month or the quarter with which a remark is shown; None if its answers are not shown."""
    fitting = [kept for of, kept in shown if of == role and month in kept.months]
    return min(fitting, key=lambda kept: len(kept.months)).label if fitting else None


STAFF = Question(
    "staff",
    msgid("Satisfaction of the staff"),
    msgid(
        "Answers of 4 and 5 to 'survey staff' by role, of each quarter and month that is over and has 5 answers or"
        " more; a quarter is left out where it would give away what fewer than 5 said in its other months."
    ),
    _show_staff,
    _STAFF,
    _REMARKS,
)
