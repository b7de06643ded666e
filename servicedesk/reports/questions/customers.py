"""Questions about customers: lost customers, best customers (20/80), returning customers, sales prospects."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from servicedesk.base import dates, periods
from servicedesk.base.messages import category_name, msgid, say, say_count
from servicedesk.base.money import amount_text
from servicedesk.base.table import Value, columns, percent
from servicedesk.reports.questions.question import Answer, Asked, Question, period_days
from servicedesk.reports.questions.rates import RATE, rate_cells
from servicedesk.storage.database import Row

_LOST = columns(
    "household_id:H??=home", "customer_id:C=customer", "name:name", "last_contact_on:date=last contact",
    "last_ticket_id:T=last ticket", "last_score:count=score", "appliances:count", "last_bought_on:date???=last bought",
    "calls:code??",
)  # fmt: skip


def _list_lost(asked: Asked, *, since: date) -> Answer:
    """Return the homes without a contact since that day, the longest silent first."""
    found = [
        [
            row["household_id"], row["customer_id"], row["name"], day_text(row["last_contact_day"]),
            row["last_ticket_id"], score_of(row["answer"]), row["appliances"], row["last_bought_on"], row["calls"],
        ]
        for row in asked.rows("lost", since_day=dates.day_number(since))
    ]  # fmt: skip
    (homes,) = asked.rows("homes")
    known = homes["homes"] - homes["silent"]
    told = say("{n} of {known} homes had no contact since {since}", n=len(found), known=known, since=since.isoformat())
    missing = []
    if homes["silent"]:
        missing.append(
            say_count(
                "{n} home came by import and has no contact on record: whether it is lost is unknown",
                "{n} homes came by import and have no contact on record: whether they are lost is unknown",
                homes["silent"],
            )
        )
    return Answer(_LOST, found, [told], missing)


LOST = Question(
    "lost",
    msgid("Lost customers"),
    msgid(
        "A home is lost if nobody in it had a contact for so long: a report, a visit, an answer, a call that"
        " reached them, a complaint, a message, or the registration. The person is who was last in touch."
    ),
    _list_lost,
    _LOST,
)

_PARETO = columns(
    "place:count=no.", "customer_id:C=customer", "name:name", "tickets:count", "visits:count", "paid_fen:fen=amount",
    "share:rate", "running_share:rate=together", "in_cut=in the cut", "last_ticket_id:T???=last ticket",
)  # fmt: skip


def _list_pareto(asked: Asked, *, period: periods.Period, by: str, cut: int) -> Answer:
    """Return the customers of the period; those who paid most, or had the most visits, come first."""
    found = asked.rows("pareto", **period_days(period))
    known = [row for row in found if by == "visits" or row["charged"]]
    key = "visits" if by == "visits" else "paid_fen"
    known.sort(key=lambda row: (-row[key], row["customer_id"]))
    whole, first = sum(row[key] for row in known), math.ceil(len(known) * cut / 100)
    rows, running = [], 0
    for place, row in enumerate(known, 1):
        running += row[key]
        shares = [row[key] / whole, running / whole] if whole else [None, None]
        paid = row["paid_fen"] if row["charged"] else None
        rows.append([place, row["customer_id"], row["name"], row["tickets"], row["visits"], paid, *shares,
                     place <= first, row["last_ticket_id"]])  # fmt: skip
    told = [period_text(period)]
    if whole:
        top = sum(row[key] for row in known[:first])
        told.append(_share_text(by, cut, first, len(known), top, whole))
    return Answer(_PARETO, rows, told, _no_charge_notes(found, by, whole))


def _share_text(by: str, cut: int, first: int, n: int, top: int, whole: int) -> str:
    """Return one sentence: the share of the money or visits that the first customers make up."""
    said: dict[str, Any] = {"cut": cut, "first": first, "n": n, "share": percent(top / whole)}
    if by == "visits":
        return say("the first {cut} % ({first} of {n}) took {share} of {whole} visits", **said, whole=whole)
    return say("the first {cut} % ({first} of {n}) paid {share} of {whole}", **said, whole=amount_text(whole))


def _no_charge_notes(found: Iterable[Row], by: str, whole: int) -> list[str]:
    """Return notes on the money that is unknown because tickets have no charge on record."""
    lacking = sum(row["tickets"] - row["charged"] for row in found)
    if by == "visits" or not lacking:
        return []
    tickets = say_count(
        "{n} completed ticket has no charge on record: what it brought is unknown ('ticket charge T1 --paid 80')",
        "{n} completed tickets have no charge on record: what they brought is unknown ('ticket charge T1 --paid 80')",
        lacking,
    )
    return [tickets] if whole else [say("nothing is on record as paid: no share can be counted"), tickets]


PARETO = Question(
    "pareto",
    msgid("20/80: which customers bring the most"),
    msgid(
        "Customers with a ticket completed in the period, by what they paid or by visits (those to a closed door"
        " too); shares of the whole. By money those count of whom a charge is on record, free work as nothing."
    ),
    _list_pareto,
    _PARETO,
)

_RETENTION = columns(
    "year", "customers:count", "new:count", *RATE, "tickets:count", "purchases:count??", "paid_fen:fen=amount",
    "per_customer_fen:fen=each", "is_running-", "state:words?+=",
)  # fmt: skip
_RETENTION_ROWS = columns(
    "year", "customer_id:C=customer", "name:name", "came_back=came back", "tickets:count", "purchases:count",
    "paid_fen:fen=amount", "last_ticket_id:T=last ticket",
)  # fmt: skip


def _count_retention(asked: Asked, *, rows: bool) -> Answer:
    """Return a row for each year; with `rows`, each year's customers and whether they came back the year after."""
    (first,) = asked.rows("first_ticket")
    told = [say("the first ticket on record is of {day}", day=day_text(first["day"]))] if first["day"] else []
    found = asked.rows("years", today=asked.today.isoformat())
    years: dict[int, dict[int, Row]] = defaultdict(dict)
    for row in found:
        years[row["year"]][row["customer_id"]] = row
    missing = _no_charge_notes_of_years(found)
    if rows:
        return Answer(_RETENTION_ROWS, _years_by_customer(years, asked.today.year), told, missing)
    made, seen = [], set[int]()
    for year, active in sorted(years.items()):
        new = active.keys() - seen
        made.append(_year_row(year, active, years.get(year - 1), len(new), is_running=year == asked.today.year))
        seen |= active.keys()
    if len(made) < 2:
        missing = [say("fewer than two years are on record: who came back is unknown"), *missing]
    return Answer(_RETENTION, made, told, missing)


def _year_row(
    year: int, active: dict[int, Row], before: dict[int, Row] | None, new: int, *, is_running: bool
) -> list[Value]:
    """Return the row of a year: active customers, those of the year before active again, and what they paid."""
    hits = len(active.keys() & before.keys()) if before else None
    is_charged = any(row["charged"] for row in active.values())
    paid = sum(row["paid_fen"] for row in active.values()) if is_charged else None
    return [
        str(year), len(active), new, *rate_cells(hits, len(before) if before else None),
        sum(row["tickets"] for row in active.values()), sum(row["purchases"] for row in active.values()), paid,
        None if paid is None else paid // len(active), is_running, "so_far" if is_running else None,
    ]  # fmt: skip


def _years_by_customer(years: dict[int, dict[int, Row]], running: int) -> list[list[Value]]:
    """Return every customer of every year. Whether the customers of the running year come back is unknown."""
    return [
        [year, of, row["name"], None if year == running else of in years.get(year + 1, {}), row["tickets"],
         row["purchases"], row["paid_fen"] if row["charged"] else None, row["last_ticket_id"]]
        for year, active in sorted(years.items()) for of, row in active.items()
    ]  # fmt: skip


def _no_charge_notes_of_years(found: Iterable[Row]) -> list[str]:
    lacking = sum(row["tickets"] - row["charged"] for row in found)
    if not lacking:
        return []
    return [
        say_count(
            "{n} ticket has no charge on record: its money is unknown",
            "{n} tickets have no charge on record: their money is unknown",
            lacking,
        )
    ]


RETENTION = Question(
    "retention",
    msgid("Customers who come back"),
    msgid(
        "A customer is active in a year in which they asked for something or bought an appliance; visits that the"
        " daily run planned do not count. k of n: of those active the year before, how many are again. Money: what"
        " was paid for tickets reported in the year."
    ),
    _count_retention,
    _RETENTION,
    _RETENTION_ROWS,
)

_PROSPECTS = columns(
    "customer_id:C=customer", "name:name", "reason:words", "appliance_id:A=appliance", "words=what",
    "since_on:date=since",
)  # fmt: skip
_MOVED_WITHIN, _OLD = "1y", "10y"


def _list_prospects(asked: Asked) -> Answer:
    """Return what customers may want next, only for customers who consented to offers."""
    found = asked.rows(
        "prospects",
        moved_on=dates.before(asked.today, _MOVED_WITHIN).isoformat(),
        old_on=dates.before(asked.today, _OLD).isoformat(),
        today=asked.today.isoformat(),
    )
    rows = [
        [row["customer_id"], row["name"], row["why"], row["appliance_id"],
         category_name(row["words"]) if row["why"] == "old_appliance" else row["words"], row["since_on"]]
        for row in found if row["marketing"] == "yes"
    ]  # fmt: skip
    others = Counter(of for of, _ in {(row["marketing"], row["customer_id"]) for row in found})
    missing = []
    if others["unknown"]:
        missing.append(
            say_count(
                "{n} more customer never said whether they may be told: 'customer consent C12 --marketing yes'",
                "{n} more customers never said whether they may be told: 'customer consent C12 --marketing yes'",
                others["unknown"],
            )
        )
    if others["no"]:
        missing.append(say_count("{n} wants no offers", "{n} want no offers", others["no"]))
    return Answer(_PROSPECTS, rows, (), missing)


PROSPECTS = Question(
    "prospects",
    msgid("Who may want something next"),
    msgid(
        "Customers who said that they want offers, and who moved within a year, have an appliance in use for 10"
        " years or more, or consented to a note about them; nobody else, and no note about a child."
    ),
    _list_prospects,
    _PROSPECTS,
)


def day_text(day: int | None) -> str | None:
    """Return a day number (days since 1970-01-01, as in the file) as an ISO date."""
    return None if day is None else (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def score_of(answer: str | None) -> int | None:
    """Return the score (1 to 5) of a counted answer; None if the answer is no score."""
    return int(answer[-1]) if answer and answer.startswith("score_") else None


def period_text(period: periods.Period) -> str:
    """Return the sentence that names the first and the last day of the period."""
    last = period.end - timedelta(days=1)
    return say("completed from {first} to {last}", first=period.first.isoformat(), last=last.isoformat())
