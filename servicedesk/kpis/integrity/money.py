"""Signal of charges (I19): repairs that were paid without an accepted quote (S31, K17)."""

from fractions import Fraction

from servicedesk.kpis.integrity import measures
from servicedesk.kpis.integrity.signal import CLERK, TECHNICIAN, Signal

SIGNALS = (
    Signal(
        key="I19",
        title="Paid without a quote",
        chinese="未经同意报价的收费",
        formula="paid repairs completed without a quote that the customer accepted before the completion ÷ paid repairs"
        " completed",
        look_when="above 5 %",
        limit="> 5 %",
        unit="share",
        why="who hears the price when the work is done cannot refuse it any more (S31)",
        innocent="the answer was given at the door and typed nowhere; a regular customer who never asks",
        source="S31; by the day of the completion; the last quote told before it decides; one told after the arrival"
        " counts, and is marked; without a charge on record a repair is in neither number",
        people=(TECHNICIAN, CLERK),
        measure=measures.share(Fraction(5, 100)),
        names_clerk=True,
    ),
)
