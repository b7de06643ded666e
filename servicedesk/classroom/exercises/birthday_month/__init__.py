"""Exercise E5, birthday month: type this morning's news, then plan the birthdays of forty homes for sixty days.

`maintenance generate` would plan everything at once, so the parts that are easily got wrong come before it. Students
count the visits of four homes and date a 29 February by hand (10 points), and type three pieces of news. The plan has
50 points for the right (appliance, age) pairs, 15 for the visits, 15 for homes with a repair, unknown dates, the new
owner and the printed cards, and 10 if a second run adds nothing. The key is the plan that the tool itself makes from
the file handed out and the news. A forgotten VIP changes the pairs; a forgotten repair or owner costs only its mark.
"""

from typing import Any

from servicedesk.base.messages import say
from servicedesk.classroom.exercise import Exercise, Variant
from servicedesk.classroom.exercises.birthday_month.homes import (
    fill,
    find_leap_machine,
    list_hand_homes,
    list_news,
)
from servicedesk.classroom.exercises.birthday_month.marks import count_visits, mark
from servicedesk.classroom.exercises.birthday_month.plan import CLOCK, list_unknown, make_key
from servicedesk.classroom.exercises.birthday_month.task import HAND, LEAP, ask, describe, sheet
from servicedesk.storage.database import Database


def list_papers(variant: Variant) -> list[dict[str, Any]]:
    """Return the news of the morning, and the homes and the appliance that the questions by hand are about."""
    asked = [{"news": "count", "customer": placed.customers[0]} for placed in list_hand_homes(variant)]
    return [*list_news(variant), *asked, {"news": "leap", "appliance": find_leap_machine(variant)[0]}]


def answer(db: Database, variant: Variant) -> dict[str, str]:
    """Return the key: the right answers, as texts by item."""
    key = make_key(db, variant)
    homes = enumerate(list_hand_homes(variant), 1)
    found = {f"{HAND}{number}": str(count_visits(key, placed)) for number, placed in homes}
    found[LEAP] = find_leap_machine(variant)[1]
    found["unknown"] = ", ".join(sorted(list_unknown(db), key=lambda ref: int(ref[1:])))
    found["birthdays"] = " ".join(f"A{machine}:{age}" for machine, age in sorted(key))
    return found


EXERCISE = Exercise(
    code="E5",
    version=1,
    title=say("Birthday month"),
    learns=say("Appliance birthdays: which are celebrated, who gets one visit for several, and who gets none."),
    minutes=60,
    clock=CLOCK,
    fill=fill,
    ask=ask,
    describe=describe,
    sheet=sheet,
    answer=answer,
    mark=mark,
    hints=(
        say("Compare each birthday with the first one of the visit, not with the one before it."),
        say("Type the news before you plan: tiers, owners and repairs decide who is visited."),
        say("'maintenance unknown' lists what has no birthday; 'maintenance due' what would still be planned."),
    ),
    is_file_marked=True,
    papers=list_papers,
    since="2027-01-11",
)
