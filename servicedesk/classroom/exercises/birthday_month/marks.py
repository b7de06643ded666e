"""Mark E5: the answers by hand, and the plan in the student's file against the key."""

from collections.abc import Iterable, Sequence
from datetime import date

from servicedesk.base.errors import ServiceDeskError
from servicedesk.base.messages import say
from servicedesk.classroom.answers import short_list
from servicedesk.classroom.exercise import Mark, MarkKind, Slip, Work
from servicedesk.classroom.exercises.birthday_month.homes import Placed, find_leap_machine, list_hand_homes, place_homes
from servicedesk.classroom.exercises.birthday_month.plan import (
    Birthday,
    Plan,
    count_left,
    list_unknown,
    list_visits,
    make_key,
    read_plan,
)
from servicedesk.classroom.exercises.birthday_month.task import FIRST_CARDS, HAND, LEAP
from servicedesk.classroom.marking import f1, get_answer, mark_set, mark_value

_COUNT, _DAY, _SET, _VISITS, _HOLD, _UNKNOWN, _OWNER, _CARDS, _AGAIN = 2, 2, 50, 15, 4, 4, 4, 3, 10  # points

CHAINED = Slip("chained", say("each birthday is compared with the first of its visit, not with the one before (M6)"))
EACH_ITS_OWN = Slip("visit_each", say("one afternoon at home for all that is due within thirty days (M6)"))
MARCH = Slip("leap_day_in_march", say("29 February is kept on 28 February in common years (M1)"))
NO_NEWS = Slip("vip_forgotten", say("a new VIP's appliances have a birthday every year from that day on (M11)"))
THIRTY = Slip("default_horizon", say("planned for thirty days only: --until +60d"))
IN_REPAIR = Slip("card_in_repair", say("no visit and no card while a repair is open in the home: it waits (M18)"))
OLD_OWNER = Slip("old_owner", say("the visit belongs to the new owner: record the transfer first (M14)"))
MONTH_UNKNOWN = Slip("month_is_unknown", say("where the month is known there is a birthday, on the 1st (M3)"))
YEAR_KNOWN = Slip("year_is_enough", say("a year alone gives no birthday: ask at the next contact (M4)"))


def mark(work: Work) -> Iterable[Mark]:
    """Yield the marks of the answers by hand, then those of the plan in the file."""
    key = make_key(work.given, work.variant)
    homes = place_homes(work.variant)
    yield from _mark_by_hand(work, key)
    own = read_plan(work.file) if work.file else {}
    yield _mark_birthdays(work, key, own)
    yield _mark_visits(homes, key, own)
    yield _mark_hold(key, own)
    yield _mark_unknown(work, homes)
    yield _mark_owner(homes, key, own)
    yield _mark_cards(homes, key, own)
    yield _mark_again(work, own)


def count_visits(key: Plan, placed: Placed) -> int:
    """Return how many visits a home gets."""
    return len({line.ticket_id for (machine, _), line in key.items() if machine in placed.machines})


def _mark_by_hand(work: Work, key: Plan) -> Iterable[Mark]:
    for number, placed in enumerate(list_hand_homes(work.variant), 1):
        item, wanted, due = f"{HAND}{number}", count_visits(key, placed), len(placed.machines)
        slips = [(CHAINED, 1)] if wanted > 1 else []
        slips += [(EACH_ITS_OWN, due)] if due > wanted else []
        yield mark_value(item, get_answer(work.hand, item), wanted, _COUNT, slips=slips)
    _, day = find_leap_machine(work.variant)
    wrong = [(MARCH, date(2027, 3, 1))]
    yield mark_value(LEAP, get_answer(work.hand, LEAP), date.fromisoformat(day), _DAY, slips=wrong)


def _mark_birthdays(work: Work, key: Plan, own: Plan) -> Mark:
    """Give fifty points by the F1 score of appliances with their ages."""
    item = "birthdays"
    if not own:
        return Mark(item, MarkKind.RESULT, 0, _SET, say("nothing is planned in the file"))
    points = round(_SET * f1(set(own), set(key)), 1)
    if set(own) == set(key):
        return Mark(item, MarkKind.RESULT, _SET, _SET)
    if set(own) == set(make_key(work.given, work.variant, news=False)):
        return Mark(item, MarkKind.RESULT, points, _SET, NO_NEWS.sentence, NO_NEWS.code)
    near = make_key(work.given, work.variant, until="2027-02-10")
    if set(own) == set(near):
        return Mark(item, MarkKind.RESULT, points, _SET, THIRTY.sentence, THIRTY.code)
    missing, surplus = _names(set(key) - set(own)), _names(set(own) - set(key))
    sentence = say("missing: {missing}; too many: {surplus}", missing=missing or "–", surplus=surplus or "–")
    return Mark(item, MarkKind.RESULT, points, _SET, sentence)


def _names(birthdays: Iterable[Birthday]) -> str:
    """Return appliances with their ages: `A3:5, A7:1 and 12 more`."""
    return short_list([f"A{machine}:{age}" for machine, age in sorted(birthdays)])


def _of_kind(homes: Sequence[Placed], kind: str) -> Placed:
    return next(placed for placed in homes if placed.kind == kind)


def _on_hold(key: Plan) -> set[int]:
    return {machine for (machine, _), line in key.items() if line.status == "on_hold"}


def _mark_visits(homes: Sequence[Placed], key: Plan, own: Plan) -> Mark:
    """Give fifteen points by the F1 score of visits with exactly the right birthdays.

    Appliances that wait for a repair, and the one that changed hands, have marks of their own.
    """
    apart = {*_on_hold(key), *_of_kind(homes, "sells").machines}
    wanted, given = list_visits(key, without=apart), list_visits(own, without=apart)
    points = round(_VISITS * f1(given, wanted), 1) if given else 0
    if given == wanted:
        return Mark("visits", MarkKind.RESULT, _VISITS, _VISITS)
    missing = short_list([" ".join(f"A{machine}:{age}" for machine, age in sorted(visit))
                          for visit in sorted(wanted - given, key=sorted)])  # fmt: skip
    return Mark("visits", MarkKind.RESULT, points, _VISITS, say("no such visit: {missing}", missing=missing))


def _mark_hold(key: Plan, own: Plan) -> Mark:
    """Give four points if the birthdays of homes with an open repair wait."""
    wanted = {birthday for birthday, line in key.items() if line.status == "on_hold"}
    lines = [own[birthday] for birthday in wanted if birthday in own]
    if len(lines) == len(wanted) and all(line.status == "on_hold" for line in lines):
        return Mark("hold", MarkKind.RESULT, _HOLD, _HOLD)
    if any(line.status == "open" for line in lines):
        return Mark("hold", MarkKind.RESULT, 0, _HOLD, IN_REPAIR.sentence, IN_REPAIR.code)
    return Mark("hold", MarkKind.RESULT, 0, _HOLD, say("not planned: {missing}", missing=_names(wanted)))


def _mark_unknown(work: Work, homes: Sequence[Placed]) -> Mark:
    """Give four points for the list of appliances without a birthday."""
    wanted = list_unknown(work.given)
    month = {f"A{machine}" for machine in _of_kind(homes, "month").machines}
    years = {f"A{placed.machines[-1]}" for placed in homes if placed.kind == "year"}
    slips = [(MONTH_UNKNOWN, wanted | month), (YEAR_KNOWN, wanted - years)]
    return mark_set("unknown", get_answer(work.answers, "unknown"), wanted, _UNKNOWN, slips=slips)


def _mark_owner(homes: Sequence[Placed], key: Plan, own: Plan) -> Mark:
    """Give four points if the visit of the appliance that changed hands is the new owner's."""
    machine = _of_kind(homes, "sells").machines[0]
    birthday = next(birthday for birthday in key if birthday[0] == machine)
    line = own.get(birthday)
    if line is not None and line.customer_id == key[birthday].customer_id:
        return Mark("owner", MarkKind.RESULT, _OWNER, _OWNER)
    if line is None:
        return Mark("owner", MarkKind.RESULT, 0, _OWNER, say("not planned: {missing}", missing=_names([birthday])))
    return Mark("owner", MarkKind.RESULT, 0, _OWNER, OLD_OWNER.sentence, OLD_OWNER.code)


def _mark_cards(homes: Sequence[Placed], key: Plan, own: Plan) -> Mark:
    """Give up to three points, by the share of the first two weeks' visits whose cards were printed."""
    wanted = {birthday for birthday, line in key.items() if line.planned_on and line.planned_on <= FIRST_CARDS}
    printed = {birthday for birthday in wanted if birthday in own and own[birthday].is_announced}
    points = round(_CARDS * len(printed) / len(wanted), 1) if printed else 0
    sentence = "" if points == _CARDS else say("no card was printed for {missing}", missing=_names(wanted - printed))
    return Mark("cards", MarkKind.PROCESS, points, _CARDS, sentence)


def _mark_again(work: Work, own: Plan) -> Mark:
    """Give ten points if one more run would add nothing."""
    try:
        left = count_left(work.file) if work.file and own else None
    except ServiceDeskError:  # a file in which nothing can be planned any more
        left = None
    if left == 0:
        return Mark("second_run", MarkKind.RESULT, _AGAIN, _AGAIN)
    if left is None:
        return Mark("second_run", MarkKind.RESULT, 0, _AGAIN, say("nothing is planned in the file"))
    return Mark("second_run", MarkKind.RESULT, 0, _AGAIN, say("one more run would add {n}", n=left))
