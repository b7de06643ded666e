"""KPIs of the customer's cost of a repair beside its price (K15), and of returning customers and products (K11)."""

from servicedesk.kpis import stats
from servicedesk.kpis.definitions.kpi import Kpi

_REPAIRS = "repair tickets completed in the period"
_COST = "K15: what the customer spends in time and trouble (顾客成本); no target"


def _median(key: str, title: str, chinese: str, formula: str, unit: str, *, excluded: str = "never") -> Kpi:
    return Kpi(
        key=f"customer_cost_{key}",
        title=title,
        chinese=chinese,
        better="lower",
        formula=f"median of {formula}",
        cohort=_REPAIRS,
        hit=f"completed (amount: {unit})",
        miss="never",
        pending="never",
        excluded=excluded,
        source=_COST,
        settles_after=0,
        measure=stats.median,
        unit=unit,
        beside="customer_cost",
    )


COSTS = (
    Kpi(
        key="customer_cost",
        title="More than one contact for a repair",
        chinese="用户多次联系率",
        better="lower",
        formula="repairs for which the customer had to get in touch more than once ÷ completed repairs",
        cohort=_REPAIRS,
        hit="more than one contact by the customer until the completion: the report, a call that became a duplicate,"
        " a contact that came in more than ten minutes after the report, a complaint about the ticket",
        miss="the report alone, or none for a fault found during a visit",
        pending="never",
        excluded="never",
        source=_COST,
        settles_after=0,
    ),
    _median("contacts", "Contacts by the customer", "用户联系次数", "the contacts that the customer had to make",
            "contacts"),
    _median("visits", "Visits to be home for", "在家等候的上门次数",
            "the visits that the customer had to be home for, those to a closed door too", "visits"),
    _median("hours", "Hours waited in windows", "预约时段内等候的小时",
            "the hours from the begin of each agreed window until somebody came, at most until its end", "hours",
            excluded="no window was agreed, or each was moved before it began"),
    _median("days", "Days without the appliance", "无法使用的天数", "the days from the report to the completion",
            "days"),
    _median("money", "Money paid for a repair", "用户所付金额", "what the customer paid; free work counts as 0", "yuan",
            excluded="no charge is on record"),
)  # fmt: skip

RETURNS = (
    Kpi(
        key="returning_customer_rate",
        title="Returning customers",
        chinese="回头率",
        better="higher",
        formula="customers who bought, paid or sent somebody within 24 months after their first service"
        " ÷ customers first served at least 24 months ago",
        cohort="customers with a completed repair, install or maintenance ticket, one verdict each, on the first one;"
        " as of the instant, whatever the period",
        hit="within 730 days after the day of the first service: another appliance bought, a contract, or a ticket"
        " reported later for which the customer paid, or a new customer whom they sent",
        miss="none of it, as far as is on record",
        pending="first served less than 24 months ago",
        excluded="never",
        source="K11: by the service handbook whoever buys again (回头率); never mixed with what customers say or with"
        " products that come back",
        settles_after=0,
        is_snapshot=True,
    ),
    Kpi(
        key="returning_intention_rate",
        title="Would come again",
        chinese="再次选择意愿",
        better="higher",
        formula="answers that say yes to 'would you choose us again' ÷ answers to that question",
        cohort="answers of the period that have that question; of each ticket the first",
        hit="yes",
        miss="no",
        pending="never; whoever was not asked is in no figure",
        excluded="never",
        source="K11: an intention, beside what customers do; 'survey record --again'",
        settles_after=0,
        beside="returning_customer_rate",
        is_optional=True,
    ),
    Kpi(
        key="product_return_rate",
        title="Product returns",
        chinese="退货率",
        better="lower",
        formula="appliances given back or exchanged within 15 days ÷ appliances bought or installed in the period",
        cohort="appliances on record whose day of purchase, or else of installation, lies in the period",
        hit="exchanged, or retired as returned or exchanged, at most 15 days after that day",
        miss="neither, as far as is on record",
        pending="not more than 15 days since that day",
        excluded="never; appliances of which only the month or the year is known are in no figure",
        source="K11, W2 and W3: the rules of 7 and 15 days",
        settles_after=15,
    ),
)

KPIS = (*COSTS, *RETURNS)
