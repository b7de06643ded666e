"""KPIs of questionnaires: net promoter score (K3) and satisfaction index (K16).

Neither enters the satisfaction rate, nor names anybody.
"""

from typing import Any

from servicedesk.kpis import stats
from servicedesk.kpis.definitions.kpi import Kpi

FLOOR = 30  # answers; with fewer no figure is printed
_COMMON: dict[str, Any] = {
    "better": "higher", "pending": "never: an answer is judged at once", "settles_after": 0, "floor": FLOOR,
    "is_optional": True,
}  # fmt: skip
_NOBODY = f"It is nobody's figure: no technician is named. Not printed below {FLOOR} answers"

KPIS = (
    Kpi(
        key="nps",
        title="Net promoter score",
        chinese="净推荐值",
        formula="share of 9 and 10 − share of 0 to 6 among the counted answers, from −100 to 100",
        cohort="answers given in the period to 'would you recommend us', 0 to 10; the first one about each ticket",
        hit="9 or 10 (amount 1)",
        miss="7 or 8 (amount 0); 0 to 6 (amount −1)",
        excluded="another answer of the customer counted in the 180 days before (asked_within_180_days); no customer",
        source=f"K3; never made of the scores 1 to 5. {_NOBODY}",
        measure=stats.net_promoters,
        unit="points",
        **_COMMON,
    ),
    Kpi(
        key="csi_equal_weights",
        title="Satisfaction index, equal weights",
        chinese="等权满意度指数",
        formula="(mean sum of three answers − 3) ÷ 27 × 100: overall, against the expected, against the ideal, 1 to 10",
        cohort="answers given in the period to the three questions; the first one about each ticket",
        hit="every answer (amount: the sum of the three)",
        miss="none",
        excluded="none",
        source=f"K16; equal weights, those of others are not public; no stars are made of it. {_NOBODY}",
        measure=stats.equal_weights,
        unit="of 100",
        **_COMMON,
    ),
)
