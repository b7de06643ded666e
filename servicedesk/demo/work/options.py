"""Options of an outlet with too few certificates before a heat wave: scenario C, with one change."""

from dataclasses import replace
from enum import StrEnum

from servicedesk.base.messages import say
from servicedesk.demo.work.plan import Plan, Scenario, plan_of


class Option(StrEnum):
    """An option on which the money may be spent; `none`: everything stays as it is."""

    NONE = "none"
    SEVENTH = "seventh"
    COURSE = "course"
    EVENING = "evening"
    APRIL = "april"


CHOICES = tuple(option for option in Option if option is not Option.NONE)


def plan_option(option: Option) -> Plan:
    """Return the plan of the outlet that has chosen the option."""
    plan = plan_of(Scenario.C)
    changed = {
        Option.SEVENTH: replace(plan, technicians=plan.technicians + 1),
        Option.COURSE: replace(plan, certified=plan.certified + 1),
        Option.EVENING: replace(plan, summer_close=plan.summer_close + 2),
        Option.APRIL: replace(plan, checked_early=0.2),
    }
    return changed.get(option, plan)


def name_option(option: Option) -> str:
    """Return the name of an option for people."""
    return {
        Option.NONE: say("everything stays as it is"),
        Option.SEVENTH: say("a seventh technician, without a certificate"),
        Option.COURSE: say("a certificate course for a fourth technician"),
        Option.EVENING: say("two more evening hours, until 22:00 from June to August"),
        Option.APRIL: say("one air conditioner in five is checked in April"),
    }[option]
