"""Judge a fault of E9 by the guarantee rules: rightly, as `warranty check` does, and with each typical mistake."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from servicedesk.base.messages import say
from servicedesk.classroom.exercise import Slip
from servicedesk.classroom.exercises.guarantee_desk.cases import Case
from servicedesk.desk.guarantee.verdict import judge_ticket
from servicedesk.domain.guarantee.civil_days import Holidays, count_days
from servicedesk.domain.guarantee.facts import Facts
from servicedesk.domain.guarantee.rules import Fault, judge_fault
from servicedesk.records import appliances
from servicedesk.records.guarantee import terms
from servicedesk.records.guarantee.facts import load_facts
from servicedesk.storage.database import Database

CLOCK = "2026-10-10T18:00:00+08:00"
UNKNOWN = "unknown"
ORDER = ("W15", "W2", "W3", "W7", "W8", "W6", "W4", "W5", "W12", "W14")  # the strongest first
_AFTER = {"W7", "W8"}  # rights that begin on the day after their limit
_ONE_DAY = timedelta(days=1)


class Verdict(NamedTuple):
    """The strongest rule that holds, its entitlement, and the fact to ask for (`nothing`, `date` or `part`).

    `until`: the last day of the right; of a right that begins when a delay is over, its first day. `days`: the day of
    each rule. `facts`: the facts that the rule rests on.
    """

    rule: str
    until: date | str
    entitlement: str
    ask: str
    days: dict[str, date | None]
    facts: tuple[str, ...]


class _Said(NamedTuple):
    """The finding of one rule."""

    holds: bool | None
    entitlement: str | None
    limit_on: date | None
    facts: tuple[str, ...] = ()


def judge(db: Database, ref: str) -> Verdict:
    """Return the verdict of `warranty check` on a ticket as of the exercise's clock."""
    now = datetime.fromisoformat(CLOCK).astimezone(db.outlet.zone)
    result = judge_ticket(db, int(ref[1:]), seen=None, part=find_part(db, ref), now=now)
    return _strongest(
        {
            row["rule"]: _Said(
                row["holds"],
                row["entitlement"],
                date.fromisoformat(row["limit_on"]) if row["limit_on"] else None,
                tuple(row["facts"]),
            )
            for row in result.table.objects()
        }
    )


def find_part(db: Database, ref: str) -> str | None:
    """Return the code of the main part that failed; None if the ticket names none."""
    row = db.row("SELECT t.fault, a.category FROM ticket t JOIN appliance a ON a.id = t.appliance_id WHERE t.id = :id",
                 id=int(ref[1:]))  # fmt: skip
    assert row is not None, "it was listed before"
    known = {part["code"] for part in terms.list_main_parts(db, row["category"], on=CLOCK[:10])}
    return row["fault"] if row["fault"] in known else None


def _strongest(said: dict[str, _Said], *, day_after: bool = True) -> Verdict:
    days = {
        rule: each.limit_on + _ONE_DAY if each.limit_on and rule in _AFTER and day_after else each.limit_on
        for rule, each in said.items()
    }
    for rule in ORDER:
        if said[rule].holds:
            found = said[rule]
            return Verdict(rule, days[rule] or UNKNOWN, found.entitlement or UNKNOWN, "nothing", days, found.facts)
    ask = "date" if said["W4"].holds is None else "part" if said["W5"].holds is None else "nothing"
    return Verdict(UNKNOWN, UNKNOWN, UNKNOWN, ask, {}, ())


class Mistake(NamedTuple):
    """A misconception, as a change of the facts and the fault that are judged.

    `day_after`: False if a right that follows a delay (W7, W8) is dated on the last day of the delay, a day too early.
    `more_days`: added to the last day of the right.
    """

    slip: Slip
    change: Callable[[Facts, Fault, Case], tuple[Facts, Fault]]
    day_after: bool = True
    more_days: int = 0


def judge_mistaken(db: Database, ref: str, case: Case, mistake: Mistake) -> Verdict:
    """Return the verdict on a ticket of somebody who makes that mistake."""
    row = db.row("SELECT appliance_id FROM ticket WHERE id = :id", id=int(ref[1:]))
    assert row is not None, "it was listed before"
    today = date.fromisoformat(CLOCK[:10])
    facts = load_facts(db, appliances.get_appliance(db, row["appliance_id"]), today=today)
    repair = next(each for each in facts.repairs if each.ticket_id == int(ref[1:]))
    part = find_part(db, ref)
    fault = Fault(repair.reported_on, today, repair.as_seen_on(today, today=today), part, True if part else None)
    findings = judge_fault(*mistake.change(facts, fault, case))
    found = _strongest({each.rule: _Said(each.holds, each.entitlement, each.limit_on) for each in findings},
                       day_after=mistake.day_after)  # fmt: skip
    if mistake.more_days and isinstance(found.until, date):
        return found._replace(until=found.until + timedelta(days=mistake.more_days))
    return found


def _move_start(facts: Facts, days: int) -> Facts:
    """Return the facts with a guarantee that begins so many days later."""
    moved = {
        name: day + timedelta(days=days)
        for name in ("installed_on", "delivered_on", "invoice_on")
        if (day := getattr(facts, name))
    }
    exchanges = tuple((day + timedelta(days=days), which) for day, which in facts.exchanges)
    return facts._replace(**moved, exchanges=exchanges)


def _forget_days(facts: Facts) -> Facts:
    """Return the facts with repairs that took no time."""
    ended = (each._replace(ended_on=each.reported_on) if each.ended_on else each for each in facts.repairs)
    return facts._replace(repairs=tuple(ended))


def _add_days_first(facts: Facts) -> Facts:
    days = count_days((each.reported_on, each.ended_on) for each in facts.repairs if each.ended_on)
    return _move_start(_forget_days(facts), days)


def _count_twice(facts: Facts) -> Facts:
    """Return the facts with repairs moved one after another, so that days in two of them count twice."""
    done = [each for each in facts.repairs if each.ended_on]
    repairs, end = [], date.min
    for each in sorted(done, key=lambda repair: repair.reported_on):
        moved = max(end - each.reported_on, timedelta())
        assert each.ended_on is not None, "it is done"
        repairs.append(each._replace(reported_on=each.reported_on + moved, ended_on=each.ended_on + moved))
        end = each.ended_on + moved
    return facts._replace(repairs=(*repairs, *(each for each in facts.repairs if not each.ended_on)))


FIRST_DAY = Mistake(
    Slip("first_day_counted", say("the day of delivery is not counted: day 1 is the day after (art. 201)")),
    lambda facts, fault, case: (_move_start(facts, -1), fault),
)
DAYS_FORGOTTEN = Mistake(
    Slip("repair_days_forgotten", say("the days under repair make the guarantee longer (W4, W5)")),
    lambda facts, fault, case: (_forget_days(facts), fault),
)
DAYS_FIRST = Mistake(
    Slip("days_before_years", say("first the years, then the days under repair: the other way round a day is lost")),
    lambda facts, fault, case: (_add_days_first(facts), fault),
)
DAY_90 = Mistake(
    Slip("last_day_of_delay", say("more than 30 or 90 days: the right begins on day 31 or 91 (W7, W8)")),
    lambda facts, fault, case: (facts, fault._replace(seen_on=fault.seen_on + _ONE_DAY)),
    day_after=False,
)
_DELIVERY = Mistake(
    Slip("delivery_for_installation", say("the brand installed it: the guarantee begins with the installation (W1)")),
    lambda facts, fault, case: (facts._replace(installed_on=None, installed_by=None), fault),
)
_HOLIDAY = Mistake(
    Slip("holiday_forgotten", say("a last day that is a holiday moves to the day after the holidays (art. 203)")),
    lambda facts, fault, case: (facts._replace(holidays=Holidays()), fault),
)
_TWICE = Mistake(
    Slip("overlap_counted_twice", say("days on which two tickets were open count once (W4)")),
    lambda facts, fault, case: (_count_twice(facts), fault),
)
_EXCHANGE = Mistake(
    Slip("exchange_forgotten", say("it came in the place of another one: the guarantee begins anew that day (W11)")),
    lambda facts, fault, case: (facts._replace(exchanges=(), delivered_on=case.old), fault),
)
_MARCH = Mistake(
    Slip("first_of_march", say("29 February plus years is the last day of February (art. 202)")),
    lambda facts, fault, case: (facts, fault),
    more_days=1,
)
_DAY_31 = Mistake(
    Slip("day_31_after_repair", say("the day of the repair is not counted: 30 days after it are inside, 31 not (W12)")),
    lambda facts, fault, case: (facts, fault._replace(on=_other_side(fault.on, case))),
)


def _other_side(on: date, case: Case) -> date:
    """Return the day on the other side of the 30 days after the repair."""
    days = (on - case.repairs[-1][1]).days
    return on + _ONE_DAY if days <= 30 else on - _ONE_DAY


MISTAKES: dict[str, Iterable[Mistake]] = {
    "seven_fifteen": (FIRST_DAY,), "maker_part": (DAY_90,), "repairer": (DAY_90,),
    "repair_days": (DAYS_FORGOTTEN, FIRST_DAY), "main_part": (DAYS_FORGOTTEN, DAYS_FIRST),
    "installed": (_DELIVERY, FIRST_DAY), "two_repairs": (DAYS_FORGOTTEN, FIRST_DAY),
    "overlap": (_TWICE, DAYS_FORGOTTEN, FIRST_DAY), "holiday": (_HOLIDAY,), "exchanged": (_EXCHANGE, FIRST_DAY),
    "leap": (_MARCH,), "after_repair": (_DAY_31,),
}  # fmt: skip
