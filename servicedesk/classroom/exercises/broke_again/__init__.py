"""Exercise E4, it broke again: which October repairs came back, who is charged, and when the rate is final (K4).

Points: each of the fifteen tickets has four. By hand are the verdict (1.5) and the ticket that proves it (1), so that
the part by hand is worth 37.5; who is charged (1.5) is read from the tool. Ten points each are for the two rates, for
the day from which October is final, and for the list of repairs without an appliance.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from servicedesk.base import periods
from servicedesk.base.messages import coded, say
from servicedesk.classroom.exercise import Answer, Exercise, Mark, Slip, Variant, Work
from servicedesk.classroom.exercises.broke_again.cases import fill, list_cases
from servicedesk.classroom.exercises.broke_again.task import ELSEWHERE, NOBODY, ask, describe, list_tickets, sheet
from servicedesk.classroom.marking import get_answer, mark_following, mark_set, mark_value
from servicedesk.kpis.count import Verdict, list_verdicts
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.kpis.report import report
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.storage.database import Database

CLOCK = "2026-11-25T18:00:00+08:00"
OCTOBER = periods.month("2026-10")
ANY, SAME = "repeat_repair_rate", "same_fault_repeat_rate"
_VERDICT, _PROOF, _CHARGE, _FIGURE = 1.5, 1, 1.5, 10  # points
_IN_WORDS = {"hit": "repeated", "miss": "not_repeated"}
_NO_NAMES = {"", "none", "no", "nobody", "no one", "-", "–", "无", "没有", "无人", "没人", "不计"}


class Ticket(NamedTuple):
    """The right answers about one ticket. `by`: the tickets with which it came back; `charged`: NOBODY if it did not.

    `done_by`, `next_by`: the technicians who completed the ticket itself and the one with which it came back.
    """

    verdict: str
    by: frozenset[str]
    charged: str
    done_by: str
    next_by: str


class Key(NamedTuple):
    """The key: each ticket, both rates, the day from which they are final, and the repairs without an appliance."""

    tickets: dict[str, Ticket]
    rates: dict[str, tuple[int, int]]
    final: date
    unmatched: frozenset[str]


def find_key(db: Database) -> Key:
    """Return the key, computed by the statements that `kpi rows` and `kpi report` run."""
    as_of = datetime.fromisoformat(CLOCK).astimezone(db.outlet.zone)
    with facts_as_of(db, as_of):
        rows = {f"T{row.ticket_id}": row for row in list_verdicts(db, find_kpi(ANY), OCTOBER)}
    figures = {row["kpi"]: row for row in report(db, OCTOBER, as_of=as_of, only=[ANY, SAME]).objects()}
    done_by = {f"T{row['id']}": row["technician"] or NOBODY for row in list_tickets(db)}
    return Key(
        {ref: _judge(rows.get(ref), done_by, ref) for ref in done_by},
        {key: (row["hits"], row["total"]) for key, row in figures.items()},
        date.fromisoformat(figures[ANY]["final_since"] or figures[ANY]["final_from"]),
        frozenset(ref for ref, row in rows.items() if row.reason == "no_appliance"),
    )


def _judge(row: Verdict | None, done_by: Mapping[str, str], ref: str) -> Ticket:
    """Return the right answers about a ticket from its row in the cohort; `row` is None for a ticket outside it."""
    if row is None:
        return Ticket(ELSEWHERE, frozenset(), NOBODY, done_by[ref], NOBODY)
    head, _, again = row.reason.rpartition("_")
    by = frozenset({again}) if head == "repeated_by" else frozenset()
    charged = row.technician if row.verdict == "hit" else NOBODY
    return Ticket(_IN_WORDS.get(row.verdict, row.verdict), by, charged, done_by[ref], done_by.get(again, NOBODY))


def answer(db: Database, variant: Variant) -> dict[str, str]:
    """Return the key: the right answers, as texts by item."""
    key = find_key(db)
    given: dict[str, str] = {}
    for ref, right in key.tickets.items():
        given |= {ref: right.verdict, f"{ref}.by": _refs(right.by), f"{ref}.charged": right.charged}
    rates = {"any_fault": _rate(key.rates[ANY]), "same_fault": _rate(key.rates[SAME])}
    return given | rates | {"final": key.final.isoformat(), "unmatched": _refs(key.unmatched)}


def _refs(refs: frozenset[str]) -> str:
    return " ".join(sorted(refs)) or "none"


def _rate(rate: tuple[int, int]) -> str:
    return f"{rate[0]}/{rate[1]}"


_DAY_31 = Slip("day_31", say("31 days after the completion is outside: 30 calendar days count (C4)"))
_DAY_30 = Slip("day_30", say("day 30 still counts, and any fault does: the limit itself is inside (C4, K4)"))
_ANY_FAULT = Slip("other_fault", say("another fault on the same appliance counts too (K4)"))
_ONCE = Slip("counted_once", say("a repair that is itself a repeat is a repair too: it is counted like any other (K4)"))
_BEFORE = Slip("reported_before", say("the other ticket was reported before this one was completed: no repeat (K4)"))
_NO_REPAIR = Slip("no_repair", say("maintenance and a cancelled duplicate are no repeats (K4, C7)"))
_NO_APPLIANCE = Slip("no_appliance", say("no appliance is known: nothing can be matched, so it is left out (K4)"))
_CANCELLED = Slip("cancelled_again", say("the customer called again: that counts, also if it was cancelled later (K4)"))
_EARLY = Slip("pending_decided", say("its 30 days are not over: it is pending, whatever has happened (C5)"))
_MONTH = Slip("month_of_report", say("the month of a repair is that of its completion (K4)"))
SECOND_MAN = Slip("second_man", say("charged is whoever completed the first repair, not the one who came next (C9)"))
SLIPS: dict[str, dict[str, Slip]] = {
    "on_day_31": {"repeated": _DAY_31}, "on_day_30": {"not_repeated": _DAY_30},
    "again_other_fault": {"not_repeated": _ANY_FAULT},
    "itself_a_repeat": {ELSEWHERE: _ONCE, "excluded": _ONCE, "repeated": _ONCE},
    "last_of_two": {ELSEWHERE: _ONCE, "excluded": _ONCE, "repeated": _ONCE},
    "still_open": {"repeated": _BEFORE}, "beside_it": {"repeated": _BEFORE}, "maintained": {"repeated": _NO_REPAIR},
    "no_appliance": {"not_repeated": _NO_APPLIANCE, "repeated": _NO_APPLIANCE},
    "called_again": {"not_repeated": _CANCELLED}, "too_early": {"repeated": _EARLY, "not_repeated": _EARLY},
    "began_in_september": {ELSEWHERE: _MONTH},
    "november": {"not_repeated": _MONTH, "pending": _MONTH, "repeated": _MONTH},
}  # fmt: skip
_LAST_DAY = Slip("thirtieth_of_november", say("the last repairs of October have all of 30 November: final a day later"))
_MONTH_END = Slip("end_of_month", say("at the end of the month 30 days are not over of its second half (C5)"))
_WITH_UNMATCHED = Slip(
    "unmatched_counted", say("repairs without an appliance and pending ones are not in the total (C5)")
)


def mark(work: Work) -> Iterable[Mark]:
    """Give four points a ticket, ten a figure. What follows from the student's own verdicts keeps its points."""
    key, cases = find_key(work.given), list_cases(work.variant)
    for ref, right in key.tickets.items():
        slips = [(slip, wrong) for wrong, slip in SLIPS.get(cases[ref], {}).items()]
        own = get_answer(work.hand, ref)
        yield mark_value(ref, own, right.verdict, _VERDICT, slips=slips, shown=_why(right))
        yield mark_value(f"{ref}.by", get_answer(work.hand, f"{ref}.by"), right.by, _PROOF, shown=_refs(right.by))
        charged = _name(get_answer(work.answers, f"{ref}.charged"))
        follows = None if own.value is None else right.done_by if own.value == "repeated" else NOBODY
        second = [(SECOND_MAN, right.next_by)] if right.next_by not in {right.charged, NOBODY} else []
        yield mark_following(f"{ref}.charged", charged, right.charged, _CHARGE, own=follows, slips=second)
    yield from _mark_rates(work, key)
    final_slips = [(_LAST_DAY, date(2026, 11, 30)), (_MONTH_END, date(2026, 11, 1)), (_MONTH_END, date(2026, 10, 31))]
    yield mark_value("final", get_answer(work.answers, "final"), key.final, _FIGURE, slips=final_slips)
    yield mark_set("unmatched", get_answer(work.answers, "unmatched"), key.unmatched, _FIGURE)


def _why(right: Ticket) -> str:
    """Return the verdict with its reason."""
    reasons = {
        "repeated": say("it came back with {refs} within 30 days", refs=_refs(right.by)),
        "not_repeated": say("no repair of the appliance was reported within 30 days after it"),
        "pending": say("its 30 days are not over"),
        "excluded": say("no appliance is known"),
        ELSEWHERE: say("it is no repair that was completed in October"),
    }
    return say("{what} ({why})", what=coded(right.verdict), why=reasons[right.verdict])


def _name(given: Answer) -> Answer:
    """Return the answer with NOBODY for every word that means nobody."""
    is_nobody = given.value is not None and given.value.casefold() in _NO_NAMES
    return given._replace(value=NOBODY) if is_nobody else given


def _mark_rates(work: Work, key: Key) -> Iterable[Mark]:
    """Give ten points for each rate, also if it follows from the student's own verdicts and proofs."""
    faults = {f"T{row['id']}": row["fault"] for row in work.given.rows("SELECT id, fault FROM ticket")}
    verdicts = {ref: get_answer(work.hand, ref).value for ref in key.tickets}
    proofs: dict[str, Any] = {ref: get_answer(work.hand, f"{ref}.by").value or frozenset() for ref in key.tickets}
    repeated = [ref for ref, verdict in verdicts.items() if verdict == "repeated"]
    total = len(repeated) + sum(verdict == "not_repeated" for verdict in verdicts.values())
    same = sum(any(faults.get(again) == faults[ref] for again in proofs[ref]) for ref in repeated)
    left_out = sum(right.verdict in {"excluded", "pending"} for right in key.tickets.values())
    for item, figure, own in (("any_fault", ANY, len(repeated)), ("same_fault", SAME, same)):
        hits, all_of_them = key.rates[figure]
        slips = [(_WITH_UNMATCHED, (hits, all_of_them + more)) for more in range(1, left_out + 1)]
        yield mark_following(item, get_answer(work.answers, item), (hits, all_of_them), _FIGURE, own=(own, total),
                             slips=slips, shown=_rate((hits, all_of_them)))  # fmt: skip


EXERCISE = Exercise(
    code="E4",
    version=1,
    title=say("It broke again"),
    learns=say("Which repairs count as repeated, who is charged with them, and when a month is final."),
    minutes=45,
    clock=CLOCK,
    fill=fill,
    ask=ask,
    describe=describe,
    sheet=sheet,
    answer=answer,
    mark=mark,
    hints=(
        say("Count calendar days from the completion to the next report: 30 are inside, 31 are not."),
        say("A repair can be a repeat of the one before, and be repeated itself."),
        say("Only a report after the completion can be a repeat; only repairs are."),
        say("A month is final when the last repair of its last day has had its 30 days."),
    ),
)
