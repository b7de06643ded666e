"""KPI of maintenance (K14): birthdays of appliances that were cared for in time."""

from servicedesk.domain.birthday_rules import VISIT_DAYS
from servicedesk.kpis.definitions.kpi import Kpi

KPIS = (
    Kpi(
        key="maintenance_completion_rate",
        title="Maintenance completion",
        chinese="保养完成率",
        better="higher",
        formula=f"birthdays cared for within {VISIT_DAYS} days of their due date ÷ birthdays due",
        cohort="birthdays due in the period that 'maintenance generate' has made a line of",
        hit=f"the appliance was cared for at most {VISIT_DAYS} days before or after the day",
        miss="cared for outside these days, missed, or not cared for",
        pending=f"not more than {VISIT_DAYS} days since the due date",
        excluded="appliance retired; declined, or the visit cancelled by the customer; out of area; line cancelled",
        source="K14, M19: thirty days around the birthday",
        settles_after=VISIT_DAYS,
    ),
)
