"""The tables of `exercise sim` (E10): all options of a summer side by side, or one option in detail."""

from typing import Any

from servicedesk.base.messages import category_name, joined, say
from servicedesk.base.table import Table, columns
from servicedesk.classroom.exercises.heat_wave.july import MEAN, July, Skill, simulate
from servicedesk.demo.work.options import Option, name_option
from servicedesk.kpis.figure import rate_text

_OPTIONS = columns(
    "option:code", "summer-", "hits-", "total-", "k_of_n:count+=K6", "rate:rate+=K6 %", "rate-", "ac:rate",
    "fridge:rate", "others:rate", "certified:rate=with cert.", "without_certificate:rate=without", "mean:rate",
)  # fmt: skip
_FIGURES = columns("option-", "summer-", "figure-", "group-", "people-", "hits-", "total-", "rate-")
_ARRIVALS = columns("category=appliance", "k_of_n:count=k of n", "rate:share")
_HOURS = columns(
    "who=technicians", "people:count=how many", "k_of_n:count=hours busy of present", "rate:rate=utilisation"
)


def compare_options(summer: int) -> Table:
    """Return July of all options in one summer: K6, K6 by kind of appliance, utilisation by certificate."""
    lines = (
        say("July of summer {summer}", summer=summer),
        say("K6: repairs reached within 24 hours; beside it by kind of appliance."),
        say("Utilisation: technicians with and without a certificate, and the mean."),
    )
    heading = joined("\n", lines)
    return Table(_OPTIONS, [_option_row(simulate(option, summer)) for option in Option], heading=heading)


def _option_row(july: July) -> list[Any]:
    hits, total = july.arrivals
    rate = hits / total
    kinds = [k / n if n else None for k, n in july.by_kind.values()]
    used = [july.utilisation(skill) / 100 for skill in (*Skill, MEAN)]
    return [str(july.option), july.summer, hits, total, f"{hits}/{total}", rate, rate, *kinds, *used]


def show_option(option: Option, summer: int) -> Table:
    """Return July of one option and summer: K6 by kind of appliance, utilisation by certificate."""
    july = simulate(option, summer)
    heading = say("July of summer {summer}: {option}", summer=summer, option=name_option(option))
    sections = (
        (say("24-hour arrival rate (K6): repairs reported in July"), _list_arrivals(july)),
        (say("Utilisation: hours on the way and at work; above 100 % is overtime"), _list_hours(july)),
    )
    return Table(_FIGURES, _list_figures(july), heading=heading, sections=sections)


def _list_figures(july: July) -> list[list[Any]]:
    """Return the figures for programs."""
    found = {"all": july.arrivals} | july.by_category
    head = [str(july.option), july.summer]
    rows: list[list[Any]] = [[*head, "arrival_24h_rate", code, None, k, n, k / n] for code, (k, n) in found.items()]
    for skill, (busy, present) in july.hours.items():
        rows.append([*head, "utilisation", str(skill), july.people[skill], round(busy), round(present), busy / present])
    return rows


def _list_arrivals(july: July) -> Table:
    found = [(say("all"), july.arrivals)]
    found += [(category_name(code), share) for code, share in july.by_category.items()]
    return Table(_ARRIVALS, [[name, f"{k}/{n}", rate_text(k / n, n)] for name, (k, n) in found])


def _list_hours(july: July) -> Table:
    names = {Skill.CERTIFIED: say("with a certificate"), Skill.WITHOUT: say("without"), MEAN: say("mean of all")}
    rows: list[list[Any]] = []
    for skill, (busy, present) in july.hours.items():
        rows.append([names[skill], july.people[skill], f"{busy:.0f}/{present:.0f}", busy / present])
    return Table(_HOURS, rows)
