"""False alarms: how often each signal says `look` in an honest outlet, as tests/bench/signals.py measured."""

from typing import NamedTuple

YEARS = 20  # of the demo, seeds 1 to 20: twelve full months each
MONTHS = 12 * YEARS


class Alarms(NamedTuple):
    """The honest months and years in which a signal was raised, for the outlet and (`by_person`) for any person."""

    months: int = 0
    years: int = 0
    months_by_person: int = 0
    years_by_person: int = 0


# Signals that are not named here were never raised.
ALARMS = {
    "I1": Alarms(months=3, months_by_person=3),
    "I8": Alarms(months_by_person=3, years_by_person=2),
    "I10": Alarms(months=3),
}
