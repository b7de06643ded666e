"""Signals of hidden repeats (I9, I10, I11, I14): other type, other or no appliance, just after day 30 (K4, K17)."""

from fractions import Fraction

from servicedesk.kpis.integrity import measures
from servicedesk.kpis.integrity.signal import CLERK, TECHNICIAN, Signal

SIGNALS = (
    Signal(
        key="I9",
        title="Re-coded repeats",
        chinese="改类型的重修",
        formula="tickets other than repairs reported up to 30 days after a repair of the same appliance ÷ all tickets"
        " reported so",
        look_when="above 5 %",
        limit="> 5 %",
        unit="share",
        why="a second call that is logged as guidance, maintenance or installation is no repeat (K4)",
        innocent="a question about the timer after a repair of the pump; visits planned for a birthday, and what"
        " comes after an exchange, an appliance given up or a remote resolution, are left out",
        source="K17, K4; not any: a question about some appliance falls now and then on one that was just repaired;"
        " technician: who completed the repair; clerk: who opened the second ticket",
        people=(TECHNICIAN, CLERK),
        measure=measures.share(Fraction(5, 100)),
    ),
    Signal(
        key="I10",
        title="Twin machines",
        chinese="重复建档的机器",
        formula="appliances registered with a serial that another has, or up to 30 days after one of the same customer,"
        " category and model ÷ appliances registered",
        look_when="above 0.5 %",
        limit="> 0.5 %",
        unit="share",
        why="the same appliance registered again has no repairs behind it, and nothing repeats (K4)",
        innocent="a home with two alike: where both have a serial, or a key in the file they came from, they are two",
        source="K17, K4; not any: of a thousand appliances of an honest outlet three or four stand beside one alike; by"
        " the day of the registration of the later one",
        people=(CLERK,),
        measure=measures.share(Fraction(5, 1000)),
    ),
    Signal(
        key="I11",
        title="Machine left blank",
        chinese="未登记机器的维修",
        formula="repairs without an appliance ÷ repairs",
        look_when="above 2 %",
        limit="> 2 %",
        unit="share",
        why="where no appliance is named nothing can repeat (K4)",
        innocent="a caller who does not know what he has; a file imported without appliances",
        source="K17, K4: above 2 % the repeat-repair rate is unreliable; by the day of the report",
        people=(TECHNICIAN, CLERK),
        measure=measures.share(Fraction(2, 100)),
    ),
    Signal(
        key="I14",
        title="Day-31 bump",
        chinese="第31天突增",
        formula="repairs reported 31 to 35 days after the repair before, same appliance ÷ those after 26 to 30 days",
        look_when="above 2, from 10 cases on",
        limit="> 2, n ≥ 10",
        unit="ratio",
        why="a second report that is dated past day 30 is no repeat (K4)",
        innocent="chance: faults know no calendar, but ten cases are few",
        source="K17, K4; technician: who completed the first repair; clerk: who typed the second report",
        people=(TECHNICIAN, CLERK),
        measure=measures.ratio(Fraction(2), cases=10),
    ),
)
