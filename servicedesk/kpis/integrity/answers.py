"""Signals of customers' answers (I6, I7, I8): who was asked, who collected them, runs of praise (K1, K9, K17)."""

from fractions import Fraction

from servicedesk.kpis.integrity import measures
from servicedesk.kpis.integrity.signal import CLERK, TECHNICIAN, Signal

SIGNALS = (
    Signal(
        key="I6",
        title="Called back if on time",
        chinese="回访率按时与迟到之差",
        formula="call-back coverage of repairs reached on time less that of repairs reached late or never, in points",
        look_when="above 10 points",
        limit="> 10 points",
        unit="points",
        why="who calls back only the pleased leaves out those who waited (K1, K9)",
        innocent="who waited in vain may not pick up the phone; the mark says where the difference is within chance",
        source="K17, K9; by the day of the completion, when 7 days are over",
        people=(TECHNICIAN,),
        measure=measures.gap(Fraction(10), "on_time", "late"),
        uses=("callback_coverage",),
    ),
    Signal(
        key="I7",
        title="Answers self-collected",
        chinese="自收评价占比",
        formula="counted answers collected by the technician himself ÷ counted answers",
        look_when="above 20 %",
        limit="> 20 %",
        unit="share",
        why="who hands over the form stands beside the customer, or fills it in himself (K1)",
        innocent="a remote district where nobody answers the phone; an agreed trial with paper forms",
        source="K17, K1; by the day of the completion; by technician only: who collects an answer types it himself,"
        " and of the answers that he typed it would be all",
        people=(TECHNICIAN,),
        names_clerk=True,
        measure=measures.share(Fraction(20, 100)),
    ),
    Signal(
        key="I8",
        title="Longest run of fives",
        chinese="连续满分",
        formula="p ^ the longest run of 5s in the order of the answers, p: the outlet's share of 5s among scores",
        look_when="below 1 %",
        limit="< 1 %",
        unit="probability",
        why="answers that somebody invents are all alike (K1)",
        innocent="many answers hold a long run by themselves: the mark says where it is within chance for as many; a"
        " technician who is better than the outlet has longer ones",
        source="K17, K1; hits: the answers of the (first) longest run; by the day of the completion",
        people=(TECHNICIAN, CLERK),
        measure=measures.run(Fraction(1, 100), "score_5"),
    ),
)
