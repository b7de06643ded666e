"""Show the guarantee of an appliance, and judge a fault by its rules (W1 to W16)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from servicedesk.base.errors import RefusedError, nearest
from servicedesk.base.messages import category_name, coded, heading, in_words, item_list, joined, say, say_count
from servicedesk.base.money import amount_text
from servicedesk.base.table import Column, Result, Table, columns, record
from servicedesk.domain import wording
from servicedesk.domain.guarantee.facts import Facts, Period, Repair, guarantee_period
from servicedesk.domain.guarantee.rules import DENIED, Fault, Finding, judge_fault, repair_facts, start_facts
from servicedesk.domain.model import TicketType
from servicedesk.records import appliances, tickets
from servicedesk.records.guarantee import exchanges, terms
from servicedesk.records.guarantee.facts import load_facts
from servicedesk.records.guarantee.line import dated_text, period_text
from servicedesk.records.parts.register import find_part
from servicedesk.storage.database import Database, Row

NO_ADVICE = say("possible entitlements by what is on record: not legal advice")
SHOW = columns(
    "appliance_id-", "at-", "start_on-", "basis-", "whole_until-", "main_until-", "repair_days-", "state-",
    "extended_until-", "term:nested", "repairs:nested", "extensions:nested", "exchanged_for-", "missing:nested",
    "machine+=appliance", "guarantee+", "begins+", "repaired+=under repair", "contracts+", "terms+", "exchanged+",
    "ask+=ask for",
)  # fmt: skip
CHECK = columns(
    "rule-", "holds-", "entitlement-", "limit_on-", "margin_days-", "facts:nested-", "missing:nested-", "condition-",
    "amount_fen-",
)  # fmt: skip
_CASE = columns("machine=appliance", "fault", "guarantee", "begins", "repaired=under repair")
_HOLDS = columns("rule:code", "entitlement", "limit_on:date=until", "margin:count=days left", "because")
_UNKNOWN = columns("rule:code", "entitlement", "asked=what to know first")
_UNDATED = columns("rule:code", "condition", "asked=what else to know")  # the guarantee has no begin
_FAILS = columns("rule:code", "condition", "limit_on:date=until", "margin:count=days left", "because")


def get_guarantee(db: Database, appliance_id: int, *, on: str, today: date) -> Result:
    """Return the guarantee of an appliance as of that day: begin, ends, repairs, contracts, what is unknown."""
    machine = appliances.get_appliance(db, appliance_id)
    facts = load_facts(db, machine, today=today)
    period = guarantee_period(facts, date.fromisoformat(on))
    exchange = exchanges.find_exchange(db, appliance_id)
    values: dict[str, Any] = {
        "appliance_id": appliance_id,
        "at": on,
        "start_on": _iso(period.start),
        "basis": period.basis or "unknown",
        "whole_until": _iso(period.whole_until),
        "main_until": _iso(period.main_until),
        "repair_days": period.repair_days,
        "state": period.state,
        "extended_until": _iso(period.extension.to_on) if period.extension else None,
        "term": _term(period),
        "repairs": [_repair(repair) for repair in period.repairs],
        "extensions": [{"ref": e.ref, "from_on": _iso(e.from_on), "to_on": _iso(e.to_on)} for e in facts.extensions],
        "exchanged_for": exchange["successor_id"] if exchange else None,
        "missing": list(period.missing),
    } | _guarantee_texts(facts, period, machine, exchange)
    notes = _holiday_notes(facts, [period.whole_until, period.main_until], date.fromisoformat(on))
    return Result(record(SHOW, [values[column.key] for column in SHOW]), [], changed=False, below=[*notes, NO_ADVICE])


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _term(period: Period) -> dict[str, Any] | None:
    term = period.term
    if term is None:
        return None
    return {
        "whole_years": term.whole_years, "main_years": term.main_years, "is_brand": term.is_brand,
        "rate_percent": term.rate / 1000 if term.rate else None, "source": term.source,
        "is_verified": term.is_verified,
    }  # fmt: skip


def _repair(repair: Repair) -> dict[str, Any]:
    ended = {"ended_on": _iso(repair.ended_on), "outcome": repair.outcome}
    return {"ticket_id": repair.ticket_id, "reported_on": _iso(repair.reported_on)} | ended


def _guarantee_texts(facts: Facts, period: Period, machine: Row, exchange: Row | None) -> dict[str, str | None]:
    """Return the guarantee in words for people."""
    contracts = [say("{ref} until {on}", ref=e.ref, on=e.to_on) for e in facts.extensions]
    return {
        "machine": _machine(machine),
        "guarantee": say("unknown") if period.state == "unknown" else period_text(period),
        "begins": say("{on}, {basis}", on=period.start, basis=period.basis_text) if period.start else None,
        "repaired": _repair_days_text(period),
        "contracts": item_list(contracts) if contracts else None,
        "terms": _terms_text(period, machine),
        "exchanged": say("for A{id}, {on}", id=exchange["successor_id"], on=exchange["on_date"]) if exchange else None,
        "ask": joined("; ", period.missing) if period.missing else None,
    }


def _machine(machine: Row) -> str:
    name = wording.appliance_name(machine["category"], machine["brand"], machine["model"])
    return joined(", ", [part for part in (joined(" ", (f"A{machine['id']}", name)), appliances.owner_label(machine))
                         if part])  # fmt: skip


def _repair_days_text(period: Period) -> str | None:
    """Return the days under repair with their tickets."""
    if not period.repairs:
        return None
    told = item_list(repair.ending_text for repair in period.repairs)
    return say_count("{n} day: {repairs}", "{n} days: {repairs}", n=period.repair_days, repairs=told)


def _terms_text(period: Period, machine: Row) -> str | None:
    term = period.term
    if term is None:
        return None
    said = {"whole": term.whole_years, "main": term.main_years}
    what = machine["brand"] if term.is_brand else category_name(machine["category"])
    text = say("{what}: {whole} and {main} years", what=what, **said)
    source = say(term.source) if term.source else say("no source")
    sure = source if term.is_verified else say("unverified: {source}", source=source)
    return joined("; ", [part for part in (text, sure) if part])


def _holiday_notes(facts: Facts, limits: Iterable[date | None], on: date) -> list[str]:
    """Return a note if a last day passed lately that may have been a holiday, in a year without a holiday list."""
    passed = {day for day in limits if day and 0 < (on - day).days <= _LONGEST_HOLIDAY}
    doubtful = sorted(day for day in passed if facts.holidays.may_move(day))
    return [
        say("the last day {on} moves if it was a holiday, and no holidays of {year} are known: 'outlet holidays FILE'",
            on=day, year=day.year)
        for day in doubtful
    ]  # fmt: skip


_LONGEST_HOLIDAY = 10  # days


def judge_appliance(db: Database, appliance_id: int, *, on: str, today: date, part: str | None = None) -> Result:
    """Return what the rules say about a fault of the appliance, as if reported on that day."""
    machine = appliances.get_appliance(db, appliance_id)
    day = date.fromisoformat(on)
    facts = load_facts(db, machine, today=today)
    return _check_result(db, machine, facts, Fault(day, day), part, say("as if reported {on}", on=on))


def judge_ticket(db: Database, ticket_id: int, *, seen: str | None, part: str | None = None, now: datetime) -> Result:
    """Return what the rules say about a repair: its fault as of the report, its delay as of `seen` (default: today).

    RefusedError if the ticket is no repair of an appliance or was cancelled, or if `seen` is before its report.
    """
    row = tickets.get_ticket_row(db, ticket_id, now=now)
    if row.type != TicketType.REPAIR or row.appliance_id is None:
        raise RefusedError(
            say("T{id} is no repair of an appliance", id=ticket_id),
            hint=say("'ticket edit T{id} --appliance A1' names it; 'warranty check A1' judges one", id=ticket_id),
        )
    machine = appliances.get_appliance(db, row.appliance_id)
    reported, seen_on = date.fromisoformat(row.reported_at[:10]), date.fromisoformat(seen or now.date().isoformat())
    if seen_on < reported:
        raise RefusedError(
            say("T{id} was reported {on}, later than {seen}", id=ticket_id, on=reported, seen=seen_on),
            hint=say("a fault is judged as of its report; --at says when its delay is looked at"),
        )
    facts = load_facts(db, machine, today=now.date())
    repair = next((each for each in facts.repairs if each.ticket_id == ticket_id), None)
    if repair is None:
        raise RefusedError(
            say("T{id} was cancelled: there is no fault to judge", id=ticket_id),
            hint=say("'warranty check A{id} --at D' judges the appliance", id=machine["id"]),
        )
    fault = Fault(reported, seen_on, repair.as_seen_on(seen_on, today=facts.today))
    told = joined(", ", [f"T{ticket_id}", say("reported {on}", on=reported), row.text or coded(row.fault)])
    return _check_result(db, machine, facts, fault, part, told)


def _check_result(db: Database, machine: Row, facts: Facts, fault: Fault, part: str | None, told: str) -> Result:
    period = guarantee_period(facts, fault.on, before=(fault.on, fault.repair.ticket_id) if fault.repair else None)
    if part is not None:
        begin = (period.start or fault.on).isoformat()
        fault = _with_part(db, fault, machine["category"], part, on=begin)
    findings = judge_fault(facts, fault)
    case = [_machine(machine), told, dated_text(facts, period, on=fault.on, today=facts.today or fault.on),
            say("{on}, {basis}", on=period.start, basis=period.basis_text) if period.start else None,
            _repair_days_text(period)]  # fmt: skip
    table = Table(CHECK, [_cells(finding) for finding in findings], drawn=lambda: record(_CASE, case),
                  sections=tuple(_sections(findings, period)))  # fmt: skip
    notes = _holiday_notes(facts, [finding.limit_on for finding in findings], fault.on)
    if facts.is_remote_sale:
        notes.append(say("bought from afar: 7 days to return it without a reason are the seller's matter"))
    if period.term and not period.term.is_verified:
        notes.append(say("the terms of {what} are unverified: compare 'warranty terms' with the text in force",
                         what=category_name(machine["category"])))  # fmt: skip
    return Result(table, [], changed=False, below=[*notes, NO_ADVICE])


def _with_part(db: Database, fault: Fault, category: str, part: str, *, on: str) -> Fault:
    """Return the fault with its part: a main part of the category (code or Chinese name), or one of 'part list'.

    RefusedError if the part is unknown.
    """
    known = {row["code"]: row["label_zh"] for row in terms.list_main_parts(db, category, on=on)}
    code = part.strip().lower()
    found = code if code in known else next((key for key, label in known.items() if label == part.strip()), None)
    if found is not None:
        return fault._replace(part=found, is_main_part=True)
    kept = find_part(db, part)
    if kept is not None:
        row = db.row("SELECT is_main, discontinued_on FROM part WHERE id = :id", id=kept["id"])
        assert row is not None, "it was just found"
        ended = date.fromisoformat(row["discontinued_on"]) if row["discontinued_on"] else None
        return fault._replace(part=kept["code"], is_main_part=bool(row["is_main"]), part_ended_on=ended)
    way = say("'warranty parts {category}' lists the main parts, 'part list' the others", category=category)
    near = nearest(code, known) if known else None
    raise RefusedError(
        say("{part} is no part of {category} that is known", part=part, category=category_name(category)),
        hint=joined("; ", [near, way]) if near else way,
    )


def _cells(finding: Finding) -> list[Any]:
    """Return a finding in the order of CHECK."""
    return [
        finding.rule, finding.holds, finding.entitlement, _iso(finding.limit_on), finding.margin_days,
        list(finding.facts), list(finding.missing), finding.condition, finding.amount_fen,
    ]  # fmt: skip


def _sections(findings: list[Finding], period: Period) -> Iterable[tuple[str, Table]]:
    """Yield sections for people: what holds, what is unknown, what does not hold; without the facts of the case."""
    above = {*start_facts(period), *repair_facts(period)}
    asked = _UNKNOWN
    if period.start is None:
        above |= {*period.missing}
        asked = _UNDATED
    held = [f for f in findings if f.holds and f.rule != "W1"]
    yield heading("possible entitlements"), Table(_HOLDS, [_section_cells(f, _HOLDS, above) for f in held])
    unknown = [f for f in findings if f.holds is None and f.rule != "W1" and not _is_settled(f, findings)]
    yield (
        heading("depends on what is not known"),
        Table(asked, [_section_cells(f, asked, above) for f in unknown]),
    )
    silent = {"W9", "W10", "W15"}
    failed = [f for f in findings if f.holds is False and f.rule not in silent and f.facts != (DENIED,)]
    yield heading("does not hold"), Table(_FAILS, [_section_cells(f, _FAILS, above) for f in failed])


def _is_settled(finding: Finding, findings: list[Finding]) -> bool:
    """Return whether the open finding no longer matters: main parts (W5), if the whole appliance is covered (W4)."""
    return finding.rule == "W5" and any(f.rule == "W4" and f.holds for f in findings)


def _section_cells(finding: Finding, fields: Iterable[Column], above: set[str]) -> list[Any]:
    """Return a finding as one of the sections shows it."""
    told = [fact for fact in finding.facts if fact not in above]
    entitlement = in_words(finding.entitlement) if finding.entitlement else None
    if finding.amount_fen is not None and entitlement:
        entitlement = joined(" ", [entitlement, amount_text(finding.amount_fen)])
    values = {
        "rule": finding.rule, "condition": finding.condition, "entitlement": entitlement,
        "limit_on": _iso(finding.limit_on), "margin": finding.margin_days,
        "because": joined("; ", told) if told else None,
        "asked": joined("; ", [*(one for one in finding.missing if one not in above), *told]) or None,
    }  # fmt: skip
    return [values[field.key] for field in fields]
