"""K10: who complained after a service, and what became of it."""

from servicedesk.base import stats
from servicedesk.domain.model import COMPLAINT_DAYS
from servicedesk.kpis.definitions.kpi import SERVICE, Judged, Kpi, Shown, Verdicts, in_period, of_tickets, within
from servicedesk.records.ticket_facts import day, month, visible, whose_then

# A complaint of the ticket's customer, both as of then: found by whose it is, or by whose it was before a merge.
_OF_CUSTOMER = f"""(c.customer_id = fact.customer_id
             OR c.id IN (SELECT h.complaint_id FROM change h
                          WHERE h.complaint_id IS NOT NULL AND h.field = 'customer_id'
                            AND (CAST(h.old AS INTEGER) = fact.customer_id
                                 OR CAST(h.new AS INTEGER) = fact.customer_id)))
           AND {whose_then("complaint", "c.id")} = fact.customer_id"""
# One verdict a customer (of each month, where months are judged for themselves): on the ticket that the first complaint
# is about, if it names one of these, else on the last one before it; without a complaint on the last one of the period.
_SERVED = f"""(
SELECT *, max(done_day) OVER customers AS last_day,
       row_number() OVER (PARTITION BY part, coalesce(customer_id, -ticket_id)
                          ORDER BY complaint_id IS NULL, complaint_unix, complaint_id,
                                   complained_of IS ticket_id DESC, done_unix DESC, ticket_id DESC) AS place
  FROM (
SELECT served.*, c.at_unix AS complaint_unix, c.ticket_id AS complained_of
  FROM (
SELECT ticket_id, customer_id, done_day, done_month, done_unix, done_id, assigned_id,
       CASE WHEN :monthly THEN done_month ELSE 0 END AS part,
       (SELECT c.id FROM complaint c
         WHERE {_OF_CUSTOMER} AND c.is_complaint AND c.at_unix >= fact.done_unix
           AND c.at_unix < fact.done_unix + ({COMPLAINT_DAYS} + 2) * 86400
           AND {day("c.at")} <= fact.done_day + {COMPLAINT_DAYS} AND {visible("c")}
         ORDER BY c.at_unix, c.id LIMIT 1) AS complaint_id
  FROM ticket_fact fact
 WHERE {within("done")} AND {SERVICE} LIMIT -1) served
  LEFT JOIN complaint c ON c.id = served.complaint_id LIMIT -1)
WINDOW customers AS (PARTITION BY part, coalesce(customer_id, -ticket_id))) WHERE place = 1"""
_COMPLAINED = f"""CASE
         WHEN customer_id IS NULL THEN 'excluded no_customer'
         WHEN last_day + {COMPLAINT_DAYS} >= :as_of_day THEN
           CASE WHEN complaint_id IS NULL THEN 'pending not_yet_{COMPLAINT_DAYS}_days' ELSE 'pending complained' END
         WHEN complaint_id IS NOT NULL THEN 'hit complained'
         ELSE 'miss no_complaint' END"""
_WHOSE = Shown(
    "done_day", "done_month", "done_id", "done_id",
    detail="CASE WHEN judgement LIKE '%complained' THEN 'K' || complaint_id END",
)  # fmt: skip

_STEP = f"""(SELECT {{column}} FROM complaint_step s
         WHERE s.complaint_id = c.id AND {visible("s")}{{only}} ORDER BY s.at_unix, s.id LIMIT 1)"""
_FIRST = _STEP.format(column="s.at_unix", only="")
_CLOSED = _STEP.format(column="s.at_unix", only=" AND s.kind = 'closed'")
_UPHELD = _STEP.format(column="s.upheld", only=" AND s.kind = 'closed'")


def _received(judgement: str, amount: str = "NULL", condition: str = in_period("c.at_unix")) -> Judged:
    source = f"""(
    SELECT c.id, c.ticket_id, c.at, c.at_unix, f.done_id, f.assigned_id,
           {_FIRST} AS first_unix, {_CLOSED} AS closed_unix, {_UPHELD} AS upheld
      FROM complaint c
      LEFT JOIN ticket_fact f ON f.ticket_id = c.ticket_id
     WHERE {condition} AND c.is_complaint AND {visible("c")} LIMIT -1)"""
    shown = Shown(day("at"), month("at"), "done_id", "done_id", amount=amount, detail="'K' || id")
    return Judged(shown, judgement, source)


_LAST_CLOSED = f"""SELECT {month("c.at")} AS month, max(s.at_unix)
  FROM complaint c
  JOIN complaint_step s ON s.complaint_id = c.id AND s.kind = 'closed' AND {visible("s")}
 WHERE {in_period("c.at_unix")} AND c.is_complaint AND {visible("c")} GROUP BY month"""
_PER_100 = Verdicts(_received("'hit received'"), *of_tickets("done", SERVICE, "'miss completed'").parts)

_RECORDED = f"""SELECT c.id FROM complaint c
         WHERE (c.ticket_id = fact.ticket_id OR {_OF_CUSTOMER} AND c.at_unix >= fact.reported_unix)
           AND {day("c.at")} <= fact.done_day + {COMPLAINT_DAYS} AND c.is_complaint AND {visible("c")}
         ORDER BY c.at_unix, c.id LIMIT 1"""
_LATENT = of_tickets(
    "done",
    f"{SERVICE} AND (outcome IS NULL OR outcome <> 'resolved_remotely') AND (answer = 'score_1' OR answer = 'score_2')",
    f"""CASE WHEN done_day + {COMPLAINT_DAYS} >= :as_of_day THEN
           CASE WHEN complaint_id IS NULL THEN 'pending ' || answer ELSE 'pending complained' END
         WHEN complaint_id IS NULL THEN 'hit ' || answer ELSE 'miss complained' END""",
    detail="'K' || complaint_id",
    searched={"complaint_id": _RECORDED},
)
_COMPLAINTS = "complaints and disputes received in the period"

KPIS = (
    Kpi(
        key="complaint_rate",
        title="Complaint rate",
        chinese="抱怨率",
        better="lower",
        formula=f"customers with a complaint within {COMPLAINT_DAYS} days after a service ÷ customers served",
        cohort="customers with a repair, install or maintenance ticket completed in the period, one verdict each",
        hit=f"a complaint or dispute up to {COMPLAINT_DAYS} days after a completion, upheld or not; charged to the"
        " ticket that it is about, else to the last one before it",
        miss="none, or only suggestions and praise; on the customer's last ticket of the period",
        pending=f"not more than {COMPLAINT_DAYS} days since the customer's last completion of the period",
        excluded="tickets without a customer",
        source="K10: the seeds define it by customer (抱怨率是指顾客…产生抱怨的比例)",
        settles_after=COMPLAINT_DAYS,
        verdicts=Verdicts(Judged(_WHOSE, _COMPLAINED, _SERVED)),
    ),
    Kpi(
        key="complaints_per_100",
        title="Complaints per 100 tickets",
        chinese="百单投诉数",
        better="lower",
        formula="100 × complaints received ÷ tickets completed",
        cohort=f"{_COMPLAINTS}, and repair, install and maintenance tickets completed in it",
        hit="a complaint or dispute",
        miss="a completed ticket",
        pending="never",
        excluded="never",
        source="K10: a measure of load, not of quality",
        settles_after=0,
        measure=stats.per_100,
        unit="per 100 tickets",
        beside="complaint_rate",
        verdicts=_PER_100,
    ),
    Kpi(
        key="latent_complaints",
        title="Latent complaints",
        chinese="潜在抱怨",
        better="lower",
        formula=f"tickets with a counted score of 1 or 2 and no complaint within {COMPLAINT_DAYS} days",
        cohort="repair, install and maintenance tickets completed in the period with a counted score of 1 or 2",
        hit=f"no complaint about it or by its customer since its report, until {COMPLAINT_DAYS} days after completion",
        miss="such a complaint was recorded",
        pending=f"not more than {COMPLAINT_DAYS} days since the completion",
        excluded="never",
        source="K10: the healthy direction is that latent ones fall, not that recorded ones do",
        settles_after=COMPLAINT_DAYS,
        measure=stats.number,
        unit="tickets",
        beside="complaint_rate",
        verdicts=_LATENT,
    ),
    Kpi(
        key="upheld_rate",
        title="Complaints upheld",
        chinese="投诉成立率",
        better="lower",
        formula="complaints closed as upheld ÷ complaints closed",
        cohort=_COMPLAINTS,
        hit="closed as upheld",
        miss="closed as not upheld",
        pending="open",
        excluded="never",
        source="K10: all count in the complaint rate; this stands beside it",
        settles_after=0,
        settled=_LAST_CLOSED,
        beside="complaint_rate",
        verdicts=Verdicts(
            _received(
                "CASE WHEN closed_unix IS NULL THEN 'pending open'"
                " WHEN upheld THEN 'hit upheld' ELSE 'miss not_upheld' END"
            )
        ),
    ),
    Kpi(
        key="ack_within_24h_rate",
        title="Acknowledged within 24 hours",
        chinese="24小时受理率",
        better="higher",
        formula="complaints acknowledged at most 24 hours after they came in ÷ complaints",
        cohort=_COMPLAINTS,
        hit="acknowledged, acted upon or closed within 24 hours",
        miss="later, or not yet",
        pending="24 hours have not passed",
        excluded="never",
        source="K10: handling steps of ISO 10002",
        settles_after=1,
        beside="complaint_rate",
        verdicts=Verdicts(
            _received(
                "CASE WHEN at_unix + 86400 > :as_of THEN 'pending not_yet_24h'"
                " WHEN first_unix <= at_unix + 86400 THEN 'hit acknowledged'"
                " WHEN first_unix IS NOT NULL THEN 'miss acknowledged_late' ELSE 'miss not_acknowledged' END"
            )
        ),
    ),
    Kpi(
        key="complaint_days_to_resolve",
        title="Days to resolve a complaint",
        chinese="投诉处理天数",
        better="lower",
        formula="median of the days from the receipt to the closing, open ones counted as lasting longer",
        cohort=_COMPLAINTS,
        hit="closed (amount: days)",
        miss="never",
        pending="open (amount: days since the receipt)",
        excluded="never",
        source="K10, with the product-limit median of K12",
        settles_after=0,
        settled=_LAST_CLOSED,
        measure=stats.median,
        unit="days",
        beside="complaint_rate",
        verdicts=Verdicts(
            _received(
                "CASE WHEN closed_unix IS NULL THEN 'pending open' ELSE 'hit closed' END",
                "round((coalesce(closed_unix, :as_of) - at_unix) / 86400.0, 4)",
            )
        ),
    ),
    Kpi(
        key="complaints_open_7d",
        title="Complaints open for more than 7 days",
        chinese="超7天未结投诉",
        better="lower",
        formula="complaints open as of the instant that came in more than 7 days before",
        cohort="complaints and disputes that are open as of the instant, whenever they came in",
        hit="open for more than 7 days",
        miss="open for 7 days at most",
        pending="never",
        excluded="never",
        source="K10: an authority is answered within 7 working days (2024 Implementing Regulations, art. 46)",
        settles_after=0,
        measure=stats.number,
        unit="complaints",
        is_snapshot=True,
        beside="complaint_rate",
        verdicts=Verdicts(
            _received(
                f"CASE WHEN {day('at')} + 7 < :as_of_day THEN 'hit over_7_days' ELSE 'miss up_to_7_days' END",
                condition=f"NOT EXISTS {_CLOSED}",
            )
        ),
    ),
)
