"""K6 and K7: who stood at the door within a day, and how soon somebody was sent."""

from servicedesk.kpis.definitions.kpi import WITHDRAWN, Kpi, Verdicts, last_of, of_tickets, within

_REPAIR = "type = 'repair'"
_STRICT = "(reported_unix + 86400)"
# What is no call that somebody had to reach in time, at or before {deadline} (C7, K6).
_OUTSIDE = f"""
         WHEN {WITHDRAWN} THEN 'excluded ' || cancel_reason
         WHEN on_site THEN 'excluded on_site'"""
_LEFT_IN_TIME = """
         WHEN arrived_unix IS NULL AND cancelled_unix <= {deadline} AND cancelled_by = 'customer'
           THEN 'excluded cancelled_by_customer'
         WHEN arrived_unix IS NULL AND cancelled_unix <= {deadline} AND cancel_reason = 'out_of_area'
           THEN 'excluded out_of_area'
         WHEN arrived_unix IS NULL AND done_unix <= {deadline} AND outcome = 'resolved_remotely'
           THEN 'excluded remote'"""
_ARRIVED = f"""CASE {_OUTSIDE}
         WHEN arrived_unix IS NOT NULL AND {{deadline}} > :as_of THEN 'pending arrived'
         WHEN arrived_unix <= {{deadline}} AND arrived_no_access THEN 'hit in_time_no_access'
         WHEN arrived_unix <= {{deadline}} THEN 'hit in_time'
         WHEN arrived_unix IS NOT NULL THEN 'miss late'
         {_LEFT_IN_TIME}
         WHEN {{deadline}} > :as_of THEN 'pending not_yet_due'
         WHEN cancelled_unix IS NOT NULL THEN 'miss cancelled_without_arrival'
         WHEN done_unix IS NOT NULL THEN 'miss completed_without_arrival'
         ELSE 'miss no_arrival' END"""
_COMPLETED = f"""CASE {_OUTSIDE} {_LEFT_IN_TIME}
         WHEN {{deadline}} > :as_of THEN 'pending not_yet_due'
         WHEN done_unix <= {_STRICT} THEN 'hit completed'
         ELSE 'miss not_completed' END"""
_DEFERRED = f"""CASE {_OUTSIDE}
         WHEN deadline_unix > {_STRICT} THEN 'hit deferred' ELSE 'miss not_deferred' END"""
# Nobody knows when it was assigned, or how often: its file does not say so.
_UNKNOWN = "WHEN assignment_unknown THEN 'excluded assignment_unknown'"
_DISPATCHED = f"""CASE {_OUTSIDE}
         {_UNKNOWN}
         WHEN reported_unix + 300 > :as_of THEN 'pending not_yet_due'
         WHEN first_assigned_unix <= reported_unix + 300 THEN 'hit assigned'
         WHEN first_assigned_unix IS NOT NULL THEN 'miss assigned_late'
         ELSE 'miss not_assigned' END"""
_REASSIGNED = f"""CASE {_OUTSIDE}
         {_UNKNOWN}
         WHEN done_unix IS NULL AND cancelled_unix IS NULL THEN 'pending open'
         WHEN assignments = 0 THEN 'excluded not_assigned'
         WHEN assignments > 1 THEN 'hit reassigned' ELSE 'miss assigned_once' END"""

_COHORT = "repair tickets reported in the period"
_EXCLUDED = (
    "cancelled as duplicate or entry error; found on site during our own visit; not reached and, at or before the"
    " deadline, cancelled by the customer, found out of area, or resolved remotely"
)
_UNTOLD = "imported from a file that does not say when it was assigned"
_WITHDRAWN = "cancelled as duplicate or entry error; found on site during our own visit"


# Until it has passed a customer may still move a window.
_LAST_DEADLINE = (
    f"SELECT reported_month, max(deadline_unix) FROM ticket_fact WHERE {within('reported')} AND {_REPAIR}"
    " GROUP BY reported_month"
)


def _arrival(judgement: str, deadline: str, due_to: str, *, hit_to: str = "arrived_id") -> Verdicts:
    judged = judgement.format(deadline=deadline)
    return of_tickets("reported", _REPAIR, judged, hit_to=hit_to, miss_to=due_to)


def _dispatch(judgement: str) -> Verdicts:
    return of_tickets("reported", _REPAIR, judgement, hit_to="assigned_id", miss_to="assigned_id")


KPIS = (
    Kpi(
        key="arrival_24h_rate",
        title="24-hour arrival rate",
        chinese="24小时服务到位率",
        better="higher",
        formula="repairs with the first arrival not later than the deadline ÷ repairs whose deadline has passed",
        cohort=_COHORT,
        hit="first arrival at or before the deadline: 24 hours after the report, or the end of a later window that the"
        " customer asked for and that was recorded before the deadline valid then",
        miss="arrived later, or nobody arrived and the deadline has passed",
        pending="the deadline has not passed",
        excluded=_EXCLUDED,
        source="K6: 24 hours around the clock, as promised; only the customer's own wish moves the deadline",
        settles_after=1,
        verdicts=_arrival(_ARRIVED, "deadline_unix", "assigned_due_id"),
        nobody="(dispatch)",
        settled=_LAST_DEADLINE,
    ),
    Kpi(
        key="arrival_24h_rate_strict",
        title="24-hour arrival rate, strict",
        chinese="24小时到位率（严格）",
        better="higher",
        formula="the same, the deadline always 24 hours after the report",
        cohort=_COHORT,
        hit="first arrival at most 24 hours after the report",
        miss="arrived later, or nobody arrived within 24 hours",
        pending="24 hours have not passed",
        excluded=_EXCLUDED,
        source="K6 strict: printed beside K6, so that deferrals show",
        settles_after=1,
        verdicts=_arrival(_ARRIVED, _STRICT, "assigned_strict_id"),
        nobody="(dispatch)",
    ),
    Kpi(
        key="deferral_rate",
        title="Deferral share",
        chinese="改约占比",
        better="lower",
        formula="repairs whose deadline the customer's own window moved ÷ repairs reported",
        cohort=_COHORT,
        hit="the deadline is later than 24 hours after the report",
        miss="it is not",
        pending="never: counted as the windows stand",
        excluded=_WITHDRAWN,
        source="K6: the share of deferred tickets stands beside both rates",
        settles_after=1,
        verdicts=of_tickets("reported", _REPAIR, _DEFERRED, hit_to="assigned_id", miss_to="assigned_id"),
        nobody="(dispatch)",
        beside="arrival_24h_rate",
        settled=_LAST_DEADLINE,
    ),
    Kpi(
        key="completed_within_24h_rate",
        title="Completed within 24 hours",
        chinese="24小时完成率",
        better="higher",
        formula="repairs completed at most 24 hours after the report ÷ repairs of the 24-hour arrival rate",
        cohort=_COHORT,
        hit="completed at most 24 hours after the report",
        miss="completed later, or not, and the deadline of the arrival rate has passed",
        pending="that deadline has not passed",
        excluded=_EXCLUDED,
        source="K6, side figure: 到位 may also mean that the service was delivered",
        settles_after=1,
        verdicts=_arrival(_COMPLETED, "deadline_unix", "assigned_due_id", hit_to="done_id"),
        nobody="(dispatch)",
        beside="arrival_24h_rate",
        settled=_LAST_DEADLINE,
    ),
    Kpi(
        key="dispatch_5min_rate",
        title="Dispatch in five minutes",
        chinese="5分钟派工率",
        better="higher",
        formula="repairs assigned at most five minutes after the report ÷ repairs reported",
        cohort=_COHORT,
        hit="first assigned at most 5 minutes after the report",
        miss="assigned later, or nobody was",
        pending="5 minutes have not passed",
        excluded=f"{_WITHDRAWN}; {_UNTOLD}",
        source="K7: five minutes from the call to the technician",
        settles_after=1,
        verdicts=_dispatch(_DISPATCHED),
        nobody="(dispatch)",
    ),
    Kpi(
        key="reassigned_rate",
        title="Re-assigned share",
        chinese="改派率",
        better="lower",
        formula="repairs assigned more than once ÷ repairs assigned that have ended",
        cohort=_COHORT,
        hit="assigned more than once",
        miss="assigned once",
        pending="open: it may be assigned again",
        excluded=f"{_WITHDRAWN}; {_UNTOLD}; nobody was assigned",
        source="K7, companion: an automatic assignment that is always corrected is worth nothing",
        settles_after=0,
        verdicts=_dispatch(_REASSIGNED),
        nobody="(dispatch)",
        settled=last_of("done_unix", "cancelled_unix"),
        beside="dispatch_5min_rate",
    ),
)
