"""The guarantee of an appliance in one line of text, for tickets, appliances and lists."""

from datetime import date, timedelta

from servicedesk.base.messages import joined, say
from servicedesk.domain.guarantee.facts import Extension, Facts, Period, guarantee_period
from servicedesk.domain.guarantee.rules import Fault, judge_fault, proof_limit
from servicedesk.records.guarantee.facts import load_facts
from servicedesk.storage.database import Database, Row


def guarantee_line(db: Database, machine: Row, *, on: str, today: str | None = None) -> str:
    """Return an appliance's guarantee as of `on` in one line; `machine` is its row of table `appliance`.

    Call guarantee_text (records/appliances.py) instead: it loads this module only if something is known.
    """
    facts, day = load_facts(db, machine), date.fromisoformat(on)
    return dated_text(facts, guarantee_period(facts, day), on=day, today=date.fromisoformat(today or on))


def dated_text(facts: Facts, period: Period, *, on: date, today: date) -> str:
    """Return until when the guarantee lasts as of `on`. The text names that day if the answer differs on `today`."""
    text = period_text(period)
    if period.state == "early" or on == today or text == period_text(guarantee_period(facts, today)):
        return text
    return say("{guarantee}, as of {on}", guarantee=text, on=on)


def short_guarantee(db: Database, machine: Row, *, on: str) -> tuple[str, str]:
    """Return the state of the guarantee as of that day, and a few words on how long it lasts."""
    period = guarantee_period(load_facts(db, machine), date.fromisoformat(on))
    return period.state, _short_text(period)


def _short_text(period: Period) -> str:
    if period.state == "early":
        return say("from {on}", on=period.start)
    longer = period.whole_until if period.is_whole else None
    if period.extension and (longer is None or longer <= period.extension.to_on):
        return f"{period.extension.to_on} ({period.extension.ref})"
    if period.state == "business":
        return say("see the contract")
    if period.whole_until is None:
        return say("unknown")
    if period.state == "in":
        return say("until {on}", on=period.whole_until)
    return say("parts until {main}", main=period.main_until) if period.state == "parts_only" else say("out")


def proof_until(db: Database, machine: Row, *, on: str) -> str | None:
    """Return the last day on which the business must prove the cause of a fault (W13); None if `on` is after it."""
    until = proof_limit(load_facts(db, machine), day := date.fromisoformat(on))
    return until.isoformat() if until and day <= until else None


def passed_limit(db: Database, appliance_id: int, ticket_id: int, *, on: str) -> date | None:
    """Return the day limit (30 or 90 days) of a repair if it has passed and an exchange may be asked for (W7, W8)."""
    machine = db.row("SELECT * FROM appliance WHERE id = :id", id=appliance_id)
    assert machine is not None, "the ticket names it"
    facts, day = load_facts(db, machine), date.fromisoformat(on)
    repair = next((each for each in facts.repairs if each.ticket_id == ticket_id), None)
    if repair is None or repair.reported_on > day:
        return None
    findings = judge_fault(facts, Fault(repair.reported_on, day, repair.as_seen_on(day)))
    return next((found.limit_on for found in findings if found.rule in {"W7", "W8"} and found.holds), None)


def period_text(period: Period) -> str:
    """Return until when the guarantee lasts, in one line."""
    if period.state == "early":
        return say("the guarantee begins {on}", on=period.start)
    if period.extension:
        return _extended_text(period, period.extension)
    if period.state == "business":
        return say("used in a business: check the contract")
    if period.whole_until is None or period.main_until is None:
        return say("guarantee unknown: ask for {what}", what=joined("; ", period.missing))
    if period.state == "in":
        return say("in guarantee until {on}, main parts until {main}", on=period.whole_until, main=period.main_until)
    day = timedelta(days=1)
    if period.state == "parts_only":
        said = {"on": period.whole_until + day, "main": period.main_until}
        return say("out of guarantee since {on}, main parts until {main}", **said)
    return say("out of guarantee since {on}, main parts too", on=period.main_until + day)


def _extended_text(period: Period, extension: Extension) -> str:
    """Return until when the contract and the guarantee itself last; whichever is over is left out."""
    said = {"ref": extension.ref, "on": extension.to_on, "whole": period.whole_until, "main": period.main_until}
    if period.is_whole:
        return say("in guarantee until {whole}, main parts until {main}, by contract {ref} until {on}", **said)
    if period.is_main:
        return say("in guarantee by contract {ref} until {on}, main parts until {main}", **said)
    return say("in guarantee by contract {ref} until {on}", **said)
