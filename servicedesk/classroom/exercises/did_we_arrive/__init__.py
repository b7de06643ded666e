"""Exercise E3, did we arrive? Decide how each of twenty repairs counts for the 24-hour arrival rate, and why (K6)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from servicedesk.base import periods
from servicedesk.base.messages import say
from servicedesk.classroom.exercise import Exercise, Mark, Slip, Variant, Work
from servicedesk.classroom.exercises.did_we_arrive.cases import fill, list_cases
from servicedesk.classroom.exercises.did_we_arrive.task import ELSEWHERE, ask, describe, sheet
from servicedesk.classroom.marking import get_answer, mark_following, mark_value
from servicedesk.kpis.count import list_verdicts
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.storage.database import Database

CLOCK = "2026-11-21T18:00:00+08:00"
MONTH = "2026-11"
HEADLINE, STRICT = "arrival_24h_rate", "arrival_24h_rate_strict"
_BY_HAND, _STRICT, _REASON, _FIGURE = 2, 1, 1, 10  # points


def find_key(db: Database) -> dict[str, dict[str, tuple[str, str]]]:
    """Return the (verdict, reason) of each ticket for both figures, by the statements that `kpi rows` runs."""
    as_of = datetime.fromisoformat(CLOCK).astimezone(db.outlet.zone)
    refs = [f"T{row['id']}" for row in db.rows("SELECT id FROM ticket ORDER BY id")]
    found = {}
    with facts_as_of(db, as_of):
        for key in (HEADLINE, STRICT):
            rows = list_verdicts(db, find_kpi(key), periods.month(MONTH))
            verdicts = {f"T{row.ticket_id}": (row.verdict, row.reason) for row in rows}
            found[key] = {ref: verdicts.get(ref, (ELSEWHERE, ELSEWHERE)) for ref in refs}
    return found


def count(verdicts: Iterable[str]) -> tuple[int, int]:
    """Return (hits, hits and misses) of some verdicts."""
    tally = Counter(verdicts)
    return tally["hit"], tally["hit"] + tally["miss"]


def answer(db: Database, variant: Variant) -> dict[str, str]:
    """Return the key: the right answers, as texts by item."""
    key = find_key(db)
    given = {ref: verdict for ref, (verdict, _) in key[HEADLINE].items()}
    given |= {f"{ref}.strict": verdict for ref, (verdict, _) in key[STRICT].items()}
    given |= {f"{ref}.reason": reason for ref, (_, reason) in key[HEADLINE].items()}
    for item, figure in (("headline", HEADLINE), ("strict", STRICT)):
        hits, total = count(verdict for verdict, _ in key[figure].values())
        given[item] = f"{hits}/{total}"
    return given


_EQUAL = Slip("deadline_excluded", say("an arrival exactly at the deadline is in time: the limit counts as kept (C4)"))
_MINUTE = Slip("seconds_ignored", say("one second after the deadline is late: instants are compared, not minutes (C4)"))
_LATE_WINDOW = Slip("window_after_deadline", say("the window was typed after the deadline: it moves nothing (K6)"))
_OUTLET = Slip("outlet_window", say("a window that the outlet proposed never moves the deadline (K6)"))
_NO_ARRIVAL = Slip("missing_data_dropped", say("no arrival on record is a miss: missing data never helps (C8)"))
_TO_COME = Slip("pending_decided", say("its deadline is still to come: it is pending, whatever has happened (C5)"))
_INSIDE = Slip("window_tightens", say("a window inside the 24 hours does not tighten the deadline (K8)"))
_PHONE = Slip("phone_counts", say("solved by phone in time: it is left out, and counted as remote (K6)"))
_GIVEN_UP = Slip("cancelled_dropped", say("cancelled after the deadline is a miss: the customer gave up (K6)"))
_PERIOD = Slip("other_month", say("the month of a ticket is that of its report (C2)"))
_OWN_WINDOW = Slip(
    "own_window_ignored",
    say("the customer asked for that window, and it was typed in time: the deadline is its end (K6)"),
)
_AFTER_WINDOW = Slip("window_excuses", say("the customer's window moves the deadline to its end: later is late (K6)"))
_NOBODY_HOME = Slip("nobody_home_dropped", say("came in time, and nobody was at home: the promise was kept (K6)"))
_TWICE = Slip("duplicate_counted", say("a duplicate counts with the ticket that stays, not twice (C7)"))
_TAKEN_BACK = Slip("taken_back_counted", say("cancelled by the customer before the deadline: it is left out (K6)"))
_STILL_OPEN = Slip("open_is_pending", say("its deadline has passed and nobody came: a miss, though it is open (C5)"))
_HEADLINE = Slip("strict_as_headline", say("that is the headline verdict: the strict one knows no windows (K6)"))
SLIPS: dict[str, dict[str, Slip]] = {
    "to_the_second": {"miss": _EQUAL}, "one_second_late": {"hit": _MINUTE}, "window_typed_late": {"hit": _LATE_WINDOW},
    "outlet_window": {"hit": _OUTLET}, "no_arrival_typed": {"excluded": _NO_ARRIVAL, "hit": _NO_ARRIVAL},
    "window_to_come": {"miss": _TO_COME, "hit": _TO_COME}, "open_early": {"miss": _TO_COME},
    "came_early": {"hit": _TO_COME}, "window_inside": {"miss": _INSIDE},
    "by_phone": {"hit": _PHONE, "miss": _PHONE}, "given_up": {"excluded": _GIVEN_UP},
    "october": {"hit": _PERIOD, "miss": _PERIOD},
    "deferred": {"miss": _OWN_WINDOW}, "moved_twice": {"miss": _OWN_WINDOW},
    "deferred_late": {"hit": _AFTER_WINDOW, "excluded": _AFTER_WINDOW},
    "nobody_home": {"miss": _NOBODY_HOME, "excluded": _NOBODY_HOME},
    "duplicate": {"hit": _TWICE, "miss": _TWICE},
    "cancelled_in_time": {"hit": _TAKEN_BACK, "miss": _TAKEN_BACK},
    "open_late": {"pending": _STILL_OPEN, "excluded": _STILL_OPEN},
}  # fmt: skip


def mark(work: Work) -> Iterable[Mark]:
    """Give two points for each verdict by hand, one for each strict verdict and reason, ten for each figure."""
    key, cases = find_key(work.given), list_cases(work.variant)
    for ref, (verdict, reason) in key[HEADLINE].items():
        slips = [(slip, wrong) for wrong, slip in SLIPS.get(cases[ref], {}).items()]
        yield mark_value(ref, get_answer(work.hand, ref), verdict, _BY_HAND, slips=slips)
        strict = get_answer(work.answers, f"{ref}.strict")
        yield mark_value(f"{ref}.strict", strict, key[STRICT][ref][0], _STRICT, slips=[(_HEADLINE, verdict)])
        yield mark_value(f"{ref}.reason", get_answer(work.answers, f"{ref}.reason"), reason, _REASON)
    for item, figure, own in (
        ("headline", HEADLINE, [get_answer(work.hand, ref).value for ref in cases]),
        ("strict", STRICT, [get_answer(work.answers, f"{ref}.strict").value for ref in cases]),
    ):
        wanted = count(verdict for verdict, _ in key[figure].values())
        given, right = get_answer(work.answers, item), f"{wanted[0]}/{wanted[1]}"
        yield mark_following(item, given, wanted, _FIGURE, own=count(own), shown=right)


EXERCISE = Exercise(
    code="E3",
    version=1,
    title=say("Did we arrive?"),
    learns=say("What counts for the 24-hour arrival rate, what is left out, and what is still open."),
    minutes=45,
    clock=CLOCK,
    fill=fill,
    ask=ask,
    describe=describe,
    sheet=sheet,
    answer=answer,
    mark=mark,
    hints=(
        say("The limit itself counts as kept: 24:00:00 hours is in time, one second more is not."),
        say("Only a window that the customer asked for, typed before the deadline, moves it."),
        say("What has no arrival on record counts as missed; what is not yet due counts as nothing at all."),
    ),
)
