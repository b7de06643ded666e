"""Signals of visits (I3, I5, I17): arrivals typed late, nobody at home, very short repairs (K4–K6, K17)."""

from fractions import Fraction

from servicedesk.kpis.integrity import measures
from servicedesk.kpis.integrity.signal import CLERK, TECHNICIAN, Signal

SIGNALS = (
    Signal(
        key="I3",
        title="Arrivals typed late",
        chinese="到达补录占比",
        formula="arrivals typed more than 2 hours after they happened ÷ arrivals",
        look_when="above 10 %",
        limit="> 10 %",
        unit="share",
        why="a time typed long afterwards is remembered, or chosen: an arrival can be dated back below the limit (K6)",
        innocent="no reception in a cellar, a flat battery, paper sheets typed in the evening; a corrected arrival was"
        " typed when it was corrected",
        source="K17, K6: accepted, flagged late_entry; imported arrivals have no time of typing and count as prompt",
        people=(TECHNICIAN, CLERK),
        measure=measures.share(Fraction(10, 100)),
    ),
    Signal(
        key="I5",
        title="Nobody at home",
        chinese="无人在家占比",
        formula="visits that found nobody ÷ visits",
        look_when="above twice the outlet's share",
        limit="> 2 × outlet",
        unit="share",
        why="who only drives by has 'arrived' in time, and found nobody (K6)",
        innocent="a district of commuters, a season of holidays; few visits make large shares: the mark says where the"
        " difference is within chance",
        source="K17, K6; by technician only: the outlet has nobody to be compared with",
        people=(TECHNICIAN,),
        measure=measures.beside_outlet(2),
    ),
    Signal(
        key="I17",
        title="Fixed in 10 minutes",
        chinese="10分钟内修好",
        formula="repairs completed as fixed less than 10 minutes after the last arrival ÷ visited repairs fixed",
        look_when="above 5 %",
        limit="> 5 %",
        unit="share",
        why="a job closed at once may be a part still to come, or a fault still there (K5)",
        innocent="a plug, a tap, a filter; a technician who types the arrival when he leaves",
        source="K17, K5; nobody types when a visit ends, so the completion stands for it; by the day of the completion",
        people=(TECHNICIAN, CLERK),
        measure=measures.share(Fraction(5, 100)),
    ),
)
