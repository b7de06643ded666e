"""Signal of parts (I20): parts issued by force although the technician held overdue ones (S26, K17)."""

from servicedesk.kpis.integrity import measures
from servicedesk.kpis.integrity.signal import CLERK, TECHNICIAN, Signal

SIGNALS = (
    Signal(
        key="I20",
        title="Parts past the gate",
        chinese="跳闸后强制发放的备件",
        formula="issues of parts that were forced while the technician held overdue ones",
        look_when="any",
        limit="any",
        unit="issues",
        why="parts that are out and not accounted for are missed by whoever waits for one; the gate is shut for that"
        " reason (S26)",
        innocent="an urgent job, a return that nobody typed yet: the reason that was given stands in 'part show'",
        source="S26, K17; by the day of the issue; technician: who took them; the part stands in the row",
        people=(TECHNICIAN, CLERK),
        measure=measures.number,
    ),
)
