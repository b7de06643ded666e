"""Exercise E2, hot Monday: take twenty calls about sixteen faults in an hour, and assign technicians who can come.

The hand-in is the file. Its clock stands still between two calls, so that "within five minutes" does not depend on how
fast a student types. Of the 30 points for technicians 19.2 are for skill, certificate and presence, and 10.8 for not
giving all tickets to one technician, for whom `technician list` would show no obstacle. A fault that was reported twice
is marked by the ticket that stays, whether the duplicate was cancelled or never opened. Who asked for a window is
marked only where the caller spoke of a time.
"""

from servicedesk.base.messages import item_list, joined, say
from servicedesk.classroom.exercise import Exercise, Variant
from servicedesk.classroom.exercises.hot_monday.marks import LIMIT, describe_call, list_items, mark
from servicedesk.classroom.exercises.hot_monday.scene import draw_monday, fill
from servicedesk.classroom.exercises.hot_monday.speech import list_calls
from servicedesk.classroom.exercises.hot_monday.task import ask, describe, sheet
from servicedesk.storage.database import Database

CLOCK = "2026-11-23T08:55:00+08:00"


def answer(db: Database, variant: Variant) -> dict[str, str]:
    """Return the key: for each mark the call that it is about, and the right thing to do."""
    monday, found = draw_monday(variant), {}
    for item, call in list_items(monday):
        about, fault = describe_call(monday, call), monday.faults[call.fault]
        if item.startswith("technician"):
            told = item_list(one.name for one in monday.crew if not one.why_not(fault.category))
        elif item.startswith("twice"):
            again = next(other for other in monday.calls if other.fault == call.fault and other.is_again)
            told = say("again at {at}", at=f"{again.at:%H:%M}")
        elif item.startswith("window"):
            told = say("a time of the customer's") if fault.window else say("a time of the outlet's")
        else:
            told = say("until {at}", at=f"{call.at + LIMIT:%H:%M}")
        found[item] = joined(": ", (about, told))
    return found


EXERCISE = Exercise(
    code="E2",
    version=1,
    title=say("Hot Monday"),
    learns=say("Taking calls: a ticket each, the right technician within five minutes, one ticket for one fault."),
    minutes=60,
    clock=CLOCK,
    fill=fill,
    ask=ask,
    describe=describe,
    sheet=sheet,
    answer=answer,
    mark=mark,
    hints=(
        say("Assign before you take the next call: the clock moves with it."),
        say("'ticket open' shows what is open for the appliance already: is it the same call?"),
        say("'ticket assign T1 --auto' looks at skills, certificates, absences and who has least to do."),
    ),
    is_file_marked=True,
    calls=list_calls,
)
