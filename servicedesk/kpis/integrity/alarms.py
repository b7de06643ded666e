"""How often each signal says `look` in an outlet where nothing is wrong: measured by tests/bench/signals.py."""

from typing import NamedTuple

YEARS = 20  # of the demo, seeds 1 to 20: twelve full months each
MONTHS = 12 * YEARS


class Alarms(NamedTuple):
    """In how many honest months and years a signal is raised: for the outlet; for anybody by technician or clerk."""

    months: int = 0
    years: int = 0
    months_by_person: int = 0
    years_by_person: int = 0


# What is not named here was never raised.
ALARMS = {
    "I1": Alarms(months=3, months_by_person=3),
    "I8": Alarms(months_by_person=3, years_by_person=2),
    "I10": Alarms(months=3),
}
