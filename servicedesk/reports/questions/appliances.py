"""Questions about appliances: which are old, which kind a home lacks, which model, brand or part fails."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from servicedesk.base import periods
from servicedesk.base.messages import category_name, item_list, msgid, say, say_count
from servicedesk.base.table import columns
from servicedesk.reports.questions.customers import period_text
from servicedesk.reports.questions.question import Answer, Asked, Question, period_days
from servicedesk.reports.questions.rates import RATE, fails_more, fails_more_text, rate_cells
from servicedesk.storage.database import Row

_OLD = columns(
    "appliance_id:A=appliance", "customer_id:C=customer", "name:name", "category:words", "brand??", "model???",
    "since_on:date=since", "age:count", "safe_life_years:count??=safe for", "is_over=beyond it", "repairs:count",
    "last_ticket_id:T???=last ticket",
)  # fmt: skip


def _list_old(asked: Asked, *, before: date) -> Answer:
    """Return the appliances in use since before that day, the oldest first."""
    rows: list[list[Any]] = []
    for row in asked.rows("old_appliances", old_on=before.isoformat()):
        age = _age(row["since_on"], asked.today)
        safe = row["safe_life_years"]
        rows.append([row["appliance_id"], row["customer_id"], row["name"], row["category"], row["brand"], row["model"],
                     row["since_on"], age, safe, None if safe is None else age >= safe, row["repairs"],
                     row["last_ticket_id"]])  # fmt: skip
    (ages,) = asked.rows("ages")
    known = ages["appliances"] - ages["undated"]
    told = say(
        "of {known} appliances in use with a known age, {n} are there since {day} or longer", n=len(rows), known=known,
        day=before.isoformat(),
    )  # fmt: skip
    missing = []
    if ages["undated"]:
        missing.append(
            say_count(
                "of {n} more appliance in use the age is unknown: 'appliance edit A1 --bought 2016'",
                "of {n} more appliances in use the age is unknown: 'appliance edit A1 --bought 2016'",
                ages["undated"],
            )
        )
    return Answer(_OLD, rows, [told], missing)


def _age(since_on: str, today: date) -> int:
    since = date.fromisoformat(since_on)
    return today.year - since.year - ((today.month, today.day) < (since.month, since.day))


OLD_APPLIANCES = Question(
    "old-appliances",
    msgid("Old appliances"),
    msgid(
        "Appliances in use, by the day on which they were bought, or else installed. Safe for: the years that the"
        " category has on record; of a category without them nobody can say."
    ),
    _list_old,
    _OLD,
)

_GAPS = columns(
    "household_id:H??=home", "customer_id:C=customer", "name:name", "has-", "lacks-", "owned+=has", "wanted+=lacks",
)  # fmt: skip


# Kinds that do the same work: a home with a gas water heater lacks no electric one.
_SAME_WORK = (
    {"electric_water_heater", "gas_water_heater"},
    {"flat_tv", "crt_tv"},
)


def _lacks(kind: str, has: set[str]) -> bool:
    """Return whether no kind in `has` does the work of `kind`."""
    return not has & next((kinds for kinds in _SAME_WORK if kind in kinds), {kind})


def _list_gaps(asked: Asked, *, share: int, category: str | None) -> Answer:
    """Return the homes that lack a kind of appliance that many others have."""
    homes: dict[str, list[Row]] = defaultdict(list)
    for row in asked.rows("belongings"):
        homes[row["home"]].append(row)
    owners = Counter(row["category"] for own in homes.values() for row in own)
    usual = [kind for kind, n in owners.most_common() if n * 100 >= share * len(homes)]
    if category is not None:
        usual = [category]
    names = {row["id"]: row["name"] for row in asked.rows("names")}
    rows = []
    for own in homes.values():
        has = [row["category"] for row in own]
        lacks = [kind for kind in usual if (kind not in has if category else _lacks(kind, set(has)))]
        if lacks:
            whose = own[0]["customer_id"]
            rows.append([own[0]["household_id"], whose, names[whose], has, lacks, _kinds(has), _kinds(lacks)])
    told = [say("{n} of {homes} homes with an appliance on record lack one", n=len(rows), homes=len(homes))]
    if usual and homes:
        told.append(say("looked for: {kinds}", kinds=_kinds(usual)))
    missing = [say("an appliance that is not on record may stand there all the same: ask before you offer one")]
    return Answer(_GAPS, rows, told, missing if rows else [])


def _kinds(codes: Iterable[str]) -> str:
    return item_list(category_name(code) for code in codes)


GAPS = Question(
    "gaps",
    msgid("What a home lacks"),
    msgid(
        "Homes that have an appliance in use on record, and none of a kind that at least so many of all such homes"
        " have; or none of the one kind that was asked for. A gas water heater does for an electric one, an old"
        " television for a flat one."
    ),
    _list_gaps,
    _GAPS,
)

_FAILURES = columns(
    "category:words", "brand", "model:name", "part:name", *RATE[:-1], "interval:count??+=95 %",
    "repairs:count???", "verdict-", "judged+=difference",
)  # fmt: skip
_FAILURE_ROWS = columns(
    "category:words", "brand", "model:name", "part:name", "appliance_id:A=appliance", "repairs:count",
    "last_ticket_id:T=ticket",
)  # fmt: skip
_GROUPS: dict[str, Callable[[Row], tuple[str | None, ...]]] = {
    "model": lambda row: (row["category"], row["brand"], row["model"], None),
    "brand": lambda row: (None, row["brand"], None, None),
}


def _count_failures(asked: Asked, *, period: periods.Period, by: str, category: str | None, rows: bool) -> Answer:
    """Return how many appliances of each model or brand failed, or on how many repairs each part was used."""
    statement = "part_failures" if by == "part" else "failures"
    found = [row for row in asked.rows(statement, **period_days(period)) if category in {None, row["category"]}]
    if by == "part":
        return _count_parts(found, period, rows=rows)
    unnamed = sum(row[by] is None for row in found)
    known = [row for row in found if row[by] is not None]
    told = [period_text(period)]
    missing = []
    if unnamed:
        missing.append(
            say_count(
                "{n} more appliance has none on record: 'appliance edit A1 --brand B --model M'",
                "{n} more appliances have none on record: 'appliance edit A1 --brand B --model M'",
                unnamed,
            )
        )
    if rows:
        listed = [
            [row["category"], row["brand"], row["model"], None, row["appliance_id"], row["repairs"],
             row["last_ticket_id"]]
            for row in known if row["repairs"]
        ]  # fmt: skip
        return Answer(_FAILURE_ROWS, listed, told, missing)
    groups: dict[tuple[str | None, ...], list[Row]] = defaultdict(list)
    for row in known:
        groups[_GROUPS[by](row)].append(row)
    counted = [
        (key, sum(row["repairs"] > 0 for row in own), len(own), sum(row["repairs"] for row in own))
        for key, own in groups.items()
    ]
    return Answer(_FAILURES, _compare_groups(counted), told, missing)


def _count_parts(found: list[Row], period: periods.Period, *, rows: bool) -> Answer:
    """Return each part with its share of the repairs of that kind of appliance."""
    told = [period_text(period)]
    used = [row for row in found if row["part"] is not None]
    missing = [] if used else [say("no part is on record as used: 'part use T1 CODE'")]
    if rows:
        listed = [
            [row["category"], row["brand"], row["model"], row["part"], row["appliance_id"], 1, row["ticket_id"]]
            for row in used
        ]
        return Answer(_FAILURE_ROWS, listed, told, missing)
    repairs = Counter(kind for kind, _ in {(row["category"], row["ticket_id"]) for row in found})
    parts = Counter((row["category"], None, None, row["part"]) for row in used)
    counted = [(key, n, repairs[key[0]], n) for key, n in parts.items()]
    ordered = sorted(counted, key=lambda of: (-of[1], str(of[0])))
    return Answer(_FAILURES, [[*key, *rate_cells(hits, total), n, None, None] for key, hits, total, n in ordered], told,
                  missing)  # fmt: skip


def _compare_groups(counted: list[tuple[tuple[str | None, ...], int, int, int]]) -> list[list[Any]]:
    """Return the groups, those with the most repairs first, each compared with the others of its category."""
    hits, totals = Counter[str | None](), Counter[str | None]()
    for (kind, *_), failed, total, _ in counted:
        hits[kind] += failed
        totals[kind] += total
    rows = []
    for key, failed, total, repairs in sorted(counted, key=lambda of: (-of[3], str(of[0]))):
        if not repairs:
            continue
        others = hits[key[0]] - failed, totals[key[0]] - total
        verdict = fails_more(failed, total, *others, compared=len(counted))
        rows.append([*key, *rate_cells(failed, total), repairs, verdict, fails_more_text(verdict)])
    return rows


FAILURES = Question(
    "failures",
    msgid("Which model, brand or part fails"),
    msgid(
        "Of the appliances in use in the period, how many had a completed repair that found a fault; not those"
        " without a fault, caused by the user, or resolved by phone. By part: of the repairs of a kind of"
        " appliance, on how many it was used. Compared with the others of the same kind; the more are compared, the"
        " more each must stand out."
    ),
    _count_failures,
    _FAILURES,
    _FAILURE_ROWS,
)
