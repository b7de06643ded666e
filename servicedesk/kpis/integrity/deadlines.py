"""Signals of the 24-hour promise (I1, I2, I4, I13): moved windows, arrivals just in time or too early (K6, K17)."""

from fractions import Fraction

from servicedesk.kpis.integrity import measures
from servicedesk.kpis.integrity.signal import CLERK, TECHNICIAN, Signal

SIGNALS = (
    Signal(
        key="I1",
        title="Headline less strict",
        chinese="到位率与严格口径之差",
        formula="24-hour arrival rate less its strict twin; hits: reports in time by a later window only",
        look_when="above 15 points, or growing",
        limit="> 15, grown",
        unit="points",
        why="windows 'asked for by the customer' that the outlet imposed move the deadline, never the strict one (K6)",
        innocent="customers who are at work all day do ask for another day",
        source="K17, K6; where one customer in seven asks for a later day an honest outlet shows 11 points: the line is"
        " 15, not 10; growing: wider than in the period of the same length before, by more than chance",
        people=(TECHNICIAN, CLERK),
        measure=measures.growing_gap(Fraction(15)),
        grows=True,
        uses=("arrival_24h_rate", "arrival_24h_rate_strict"),
    ),
    Signal(
        key="I2",
        title="Deferred on busy days",
        chinese="忙日与闲日改约之差",
        formula="share of repairs with a moved deadline on days above the median load less that on days below",
        look_when="above 10 points",
        limit="> 10 points",
        unit="points",
        why="customers ask for later windows on any day; where they do so when the outlet is full, it asked (K6)",
        innocent="a heat wave fills the days and the customers' own diaries; the load is of the whole outlet, and days"
        " at the median itself are in neither share",
        source="K17, K6; the load of a day: repairs reported on it, days without any left out",
        people=(TECHNICIAN, CLERK),
        measure=measures.gap(Fraction(10), "busy", "quiet"),
    ),
    Signal(
        key="I4",
        title="Just before the limit",
        chinese="临界前堆积",
        formula="first arrivals 23.5 to 24 hours after the report ÷ those 24 to 24.5 hours after it",
        look_when="above 5, from 10 cases on",
        limit="> 5, n ≥ 10",
        unit="ratio",
        why="arrivals dated back in order to be in time heap in the last half hour, and few come just after it (K6)",
        innocent="who sees the clock hurries: a good dispatcher sends somebody to the oldest call first",
        source="K17, K6; by the day of the report; cases: arrivals in either half hour",
        people=(TECHNICIAN, CLERK),
        measure=measures.ratio(Fraction(5), cases=10),
    ),
    Signal(
        key="I13",
        title="Reached in 15 minutes",
        chinese="报修15分钟内到达",
        formula="repairs reached less than 15 minutes after the report ÷ repairs reached",
        look_when="above 5 %",
        limit="> 5 %",
        unit="share",
        why="a report typed when somebody is free to go starts the clock too late (K6)",
        innocent="a technician may be next door; a neighbour may ask him in; calls found on site are left out",
        source="K17, K6; by the day of the report",
        people=(TECHNICIAN, CLERK),
        measure=measures.share(Fraction(5, 100)),
    ),
)
