"""Signals of how tickets end (I12, I15, I16, I18; K4, K6, K17).

They show late cancellations, remote resolutions that failed, edits after the month, and doubtful duplicates.
"""

from fractions import Fraction

from servicedesk.kpis.integrity import measures
from servicedesk.kpis.integrity.signal import CLERK, TECHNICIAN, Signal

SIGNALS = (
    Signal(
        key="I12",
        title="Cancelled too late",
        chinese="超时或到达后取消",
        formula="tickets cancelled after the deadline, or after somebody had arrived ÷ tickets cancelled",
        look_when="above 5 %",
        limit="> 5 %",
        unit="share",
        why="cancelling and opening anew starts the clock again, and nobody asks the customer (K1, K6)",
        innocent="customers give up, and appliances work again at the door; reason and next ticket stand beside it",
        source="K17, K1, K6; not any: who has waited in vain does give up; by the day of the cancellation;"
        " duplicates and entry errors too: they leave every rate",
        people=(TECHNICIAN, CLERK),
        measure=measures.share(Fraction(5, 100)),
    ),
    Signal(
        key="I15",
        title="Remote, then visited",
        chinese="远程解决后又报修",
        formula="remote resolutions with a repair reported on the same appliance within 7 days ÷ remote resolutions",
        look_when="above 20 %",
        limit="> 20 %",
        unit="share",
        why="a call 'resolved' by phone leaves the arrival rate and the repeat-repair rate (K4, K6)",
        innocent="trying by phone first is good service, and sometimes fails",
        source="K17, K6; by the day of the completion, when 7 days are over; without an appliance nothing can follow:"
        " left out, and seen by I11",
        people=(TECHNICIAN, CLERK),
        measure=measures.share(Fraction(20, 100)),
    ),
    Signal(
        key="I16",
        title="Edits after the month",
        chinese="月结后更改",
        formula="facts of the period corrected or voided after the end of their month, and appliance, fault or type of"
        " its tickets edited",
        look_when="any",
        limit="any",
        unit="facts",
        why="a month that is put right after it was reported reads better than it was; --as-of shows it as it was (C3)",
        innocent="errors are found when the report is read: putting them right is what corrections are for",
        source="K17; by the day of the fact; recorded: when the edit was typed; clerk: who typed it",
        people=(TECHNICIAN, CLERK),
        measure=measures.number,
    ),
    Signal(
        key="I18",
        title="Doubtful duplicates",
        chinese="存疑的重复单",
        formula="tickets cancelled as duplicates by force (another customer, type or appliance), or reported more than"
        " a day after the other one was completed",
        look_when="any",
        limit="any",
        unit="tickets",
        why="a call that is cancelled as a duplicate leaves every figure: no repeat, no late arrival (K4, K6, C7)",
        innocent="a neighbour who calls for the same leak; two appliances in one call: the reason that was given stands"
        " in the ticket's events",
        source="K17, C7; by the day of the cancellation; technician: who completed the ticket that stays",
        people=(TECHNICIAN, CLERK),
        measure=measures.number,
    ),
)
