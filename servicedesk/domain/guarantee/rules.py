"""Guarantee rules (W1 to W16): judge one fault of an appliance. Each rule holds, does not hold, or is unknown.

A finding is a possible entitlement with its reasons, never legal advice. Nothing is guessed: if a fact is missing, the
rule is unknown and the finding says what to ask for.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from servicedesk.base.messages import coded, item_list, msgid, say, say_count
from servicedesk.base.money import amount_text
from servicedesk.domain.customer_codes import Use
from servicedesk.domain.guarantee.civil_days import days_after, months_after, years_after
from servicedesk.domain.guarantee.facts import NEW_LAW, Facts, Period, Repair, guarantee_period
from servicedesk.domain.ticket import Cause

# W13: categories of durable goods for which the seller must prove that a fault is not the product's.
PROOF_BY_BUSINESS = ("crt_tv", "bw_tv", "flat_tv", "fridge", "ac", "washer", "computer")
PROOF_MONTHS, RETURN_DAYS, EXCHANGE_DAYS, REPAIRED_DAYS, PART_YEARS = 6, 7, 15, 30, 5
REPAIRER_DAYS, PART_DAYS = 30, 90  # limits of W7 and W8, unless the terms of a category differ
REPAIRED = ("fixed", "user_caused")  # after these outcomes the appliance must work for REPAIRED_DAYS (W12)
RATE_UNIT = 100_000  # a rate is in hundred-thousandths of the price

ENTITLEMENTS = (
    "return_exchange_or_repair", "exchange_or_repair", "exchange", "exchange_by_repairer", "exchange_by_seller",
    "full_refund", "refund_less_depreciation", "free_repair", "free_repair_of_part", "proof_by_business", "paid_repair",
    "check_contract", "begins_anew", "parts_supplied",
)  # fmt: skip
DENIED = say("the guarantee does not cover this fault (W14)")
CONTRACT = "contract"  # the finding about a contract that extends the guarantee; no rule of law

CONDITIONS = {
    "W14": msgid("excluded, or beyond all periods"),
    "W15": msgid("used in a business"),
    "W2": msgid("reported within 7 days"),
    "W3": msgid("reported within 15 days"),
    "W7": msgid("the repairer delays it for more than 30 days"),
    "W8": msgid("it waits for the maker's part for more than 90 days"),
    "W6": msgid("repaired twice, and fails again"),
    "W9": msgid("exchange is due, and the same model is not there"),
    "W10": msgid("exchange is due, and the customer prefers to return it"),
    "W4": msgid("reported within the guarantee of the whole appliance"),
    "W5": msgid("a main part, reported within the guarantee of main parts"),
    CONTRACT: msgid("reported within a contract that extends the guarantee"),
    "W12": msgid("reported within 30 days after a repair"),
    "W13": msgid("reported within 6 months: the business has to prove"),
    "W11": msgid("it came in the place of another one"),
    "W16": msgid("the model is made no more: parts for 5 years"),
    "W1": msgid("the beginning of the guarantee"),
}


class Fault(NamedTuple):
    """The fault that is judged. `on` is the day of its report, `seen_on` the day as of which its repair is judged.

    `repair` is its ticket as of `seen_on`. `is_main_part`: whether the failed part is a main part, None if the part is
    unknown. `part_ended_on`: the day on which production of that part or the model ended.
    """

    on: date
    seen_on: date
    repair: Repair | None = None
    part: str | None = None
    is_main_part: bool | None = None
    part_ended_on: date | None = None


class Finding(NamedTuple):
    """The result of one rule; `holds` is None if unknown.

    `margin_days` are the days from the fault, or from `seen_on` for W7 and W8, to the limit.
    """

    rule: str
    holds: bool | None
    entitlement: str | None = None
    limit_on: date | None = None
    margin_days: int | None = None
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    amount_fen: int | None = None

    @property
    def condition(self) -> str:
        return say(CONDITIONS[self.rule])


class Case(NamedTuple):
    """The case that the rules judge: the facts, the fault, and the guarantee as of the day of its report."""

    facts: Facts
    fault: Fault
    period: Period

    @property
    def is_covered_use(self) -> bool:
        return self.facts.use != Use.BUSINESS

    def from_guarantee_start(self, rule: str, limit: date | None, entitlement: str, **more: object) -> Finding:
        """Return `until_limit` for a rule whose time begins with the guarantee: it does not hold for earlier faults."""
        if limit is None or not self.period.is_early:
            return self.until_limit(rule, limit, entitlement, **more)
        return Finding(rule, False, limit_on=limit, facts=(*start_facts(self.period), _EARLY))

    def until_limit(self, rule: str, limit: date | None, entitlement: str, **more: object) -> Finding:
        """Return the finding of a rule that holds until a day; unknown if the day is unknown, never in a business."""
        if limit is None:
            return Finding(rule, None if self.is_covered_use else False, missing=self.period.missing)
        margin = (limit - self.fault.on).days
        is_kept = margin >= 0 and self.is_covered_use
        if not is_kept:
            more.pop("amount_fen", None)
        return Finding(rule, is_kept, entitlement if is_kept else None, limit, margin, **more)  # type: ignore[arg-type]


_EARLY = say("reported before the guarantee began")


def judge_fault(facts: Facts, fault: Fault) -> list[Finding]:
    """Return the finding of each rule about the fault, the strongest entitlement first."""
    key = (fault.on, fault.repair.ticket_id) if fault.repair else None
    case = Case(facts, fault, guarantee_period(facts, fault.on, before=key))
    found = {finding.rule: finding for finding in _list_findings(case)}
    covered = _is_covered(case, found)
    if covered.holds and fault.repair and fault.repair.is_denied:
        for rule in ("W2", "W3", "W7", "W8", "W6", "W4", "W5", "W12"):
            found[rule] = found[rule]._replace(holds=False, entitlement=None, facts=(DENIED,), missing=())
    found |= {finding.rule: finding for finding in _returns(case, found)}
    found["W14"] = covered
    return [found[rule] for rule in CONDITIONS if rule in found]


def _list_findings(case: Case) -> Iterator[Finding]:
    """Yield the findings that follow from the facts alone."""
    facts, fault, period = case
    holidays, start = facts.holidays, period.start
    week, fortnight = (holidays.last_day(days_after(start, n)) if start else None for n in (RETURN_DAYS, EXCHANGE_DAYS))
    began = start_facts(period)
    yield _use(case)
    yield case.from_guarantee_start("W2", week, "return_exchange_or_repair", facts=began, amount_fen=facts.price_fen)
    later = case.from_guarantee_start("W3", fortnight, "exchange_or_repair", facts=began)
    is_earlier = week is not None and fault.on <= week and not period.is_early
    yield later._replace(holds=False, entitlement=None, facts=(say("W2 gives more"),)) if is_earlier else later
    yield from _delays(case)
    yield _two_repairs(case)
    yield case.from_guarantee_start("W4", period.whole_until, "free_repair", facts=(*began, *repair_facts(period)))
    yield _main_part(case)
    if facts.extensions:
        yield _contract(case)
    yield _after_repair(case)
    yield _proof(case)
    if exchange := facts.exchange(fault.on):
        yield Finding("W11", True, "begins_anew", exchange[0], (exchange[0] - fault.on).days, (exchange[1],))
    if fault.part_ended_on or facts.discontinued_on:
        yield _supply(case)
    yield Finding("W1", True if start else None, facts=(*began, *_by_the_invoice(case)), missing=period.missing)


def _use(case: Case) -> Finding:
    """Return whether other terms apply because the appliance is used in a business (W15)."""
    if not case.is_covered_use:
        return Finding("W15", True, "check_contract", facts=(say("used in a business"),))
    at_home = say("used at home") if case.facts.use else say("no use is recorded: taken as a home")
    return Finding("W15", False, facts=(at_home,))


def _supply(case: Case) -> Finding:
    """Return until when the maker must supply parts, also to a business (W16)."""
    ended = case.fault.part_ended_on or case.facts.discontinued_on
    assert ended is not None, "the caller has looked"
    limit = years_after(ended, PART_YEARS)
    margin = (limit - case.fault.on).days
    entitlement = "parts_supplied" if margin >= 0 else None
    return Finding("W16", margin >= 0, entitlement, limit, margin, (say("made until {on}", on=ended),))


def start_facts(period: Period) -> tuple[str, ...]:
    """Return the fact when the guarantee begins and on what basis; () if unknown."""
    if period.start is None:
        return ()
    return (say("begins {on}: {basis}", on=period.start, basis=period.basis_text),)


def repair_facts(period: Period) -> tuple[str, ...]:
    """Return the fact which repairs made the guarantee longer and by how many days; () if none did."""
    if not period.repair_days:
        return ()
    told = item_list(repair.ending_text for repair in period.repairs)
    return (
        say_count("longer by {n} day under repair: {repairs}", "longer by {n} days under repair: {repairs}",
                  n=period.repair_days, repairs=told),
    )  # fmt: skip


def _by_the_invoice(case: Case) -> tuple[str, ...]:
    """Return the period of an old purchase, counted from its invoice by the rules of 1995 (W1)."""
    invoice, term = case.facts.invoice_on, case.period.term
    if invoice is None or invoice >= NEW_LAW or term is None or case.period.basis in {"invoice", "exchange"}:
        return ()
    by_invoice = case.facts._replace(installed_on=None, delivered_on=None)
    old = guarantee_period(by_invoice, case.fault.on)
    said = {"on": invoice, "whole": old.whole_until, "main": old.main_until}
    return (say("by the rules of 1995 from the invoice {on}: until {whole}, main parts until {main}", **said),)


def _delays(case: Case) -> Iterator[Finding]:
    """Yield W7 and W8: whether an unfinished repair is over its limit, and who causes the delay."""
    fault, period = case.fault, case.period
    going_on = _open_repair(case)
    for rule, cause, entitlement in (
        ("W7", Cause.REPAIRER.value, "exchange_by_repairer"),
        ("W8", Cause.MANUFACTURER_PART.value, "exchange_by_seller"),
    ):
        if going_on is None:
            yield Finding(rule, False, facts=(say("no repair is open"),))
            continue
        days = {"W7": REPAIRER_DAYS, "W8": PART_DAYS}[rule]
        if period.term:
            days = period.term.repairer_days if rule == "W7" else period.term.part_days
        limit = days_after(going_on.reported_on, days)
        margin = (limit - fault.seen_on).days
        told = (
            going_on.ending_text,
            say("waits: {cause}", cause=coded(going_on.cause) if going_on.cause else say("unknown")),
        )
        is_inside = period.whole_until and going_on.reported_on <= period.whole_until and not period.is_early
        holds: bool | None = False
        missing: tuple[str, ...] = ()
        if margin < 0 and case.is_covered_use and going_on.cause in {None, cause}:
            if period.whole_until is None:
                holds, missing = None, period.missing
            elif is_inside and going_on.cause is None:
                holds, missing = None, (say("why it waits: 'ticket wait T{id} --cause'", id=going_on.ticket_id),)
            else:
                holds = bool(is_inside)
        yield Finding(rule, holds, entitlement if holds else None, limit, margin, told, missing)


def _open_repair(case: Case) -> Repair | None:
    """Return the repair that is open on `seen_on`: that of the fault, otherwise the oldest of the appliance."""
    if case.fault.repair:
        return case.fault.repair if case.fault.repair.ended_on is None else None
    return next((repair for repair in case.period.seen if repair.ended_on is None), None)


def _two_repairs(case: Case) -> Finding:
    """Return whether the appliance was repaired twice within the guarantee before this fault (W6)."""
    period = case.period
    told = tuple(repair.ending_text for repair in period.counted) or (say("no repair that counts"),)
    inside = case.from_guarantee_start("W6", period.whole_until, "exchange", facts=told)
    if len(period.counted) < 2 and inside.holds:
        return inside._replace(holds=False, entitlement=None)
    return inside


def _main_part(case: Case) -> Finding:
    """Return whether a main part failed within its guarantee (W5)."""
    fault = case.fault
    inside = case.from_guarantee_start(
        "W5", case.period.main_until, "free_repair_of_part", facts=start_facts(case.period)
    )
    if fault.is_main_part is None:
        if inside.holds:
            asked = say("which part failed: --part, one of 'warranty parts'")
            return inside._replace(holds=None, entitlement=None, missing=(asked,))
        return inside
    if fault.is_main_part:
        return inside._replace(facts=(*inside.facts, say("{part} is a main part", part=coded(fault.part))))
    told = say("{part} is no main part", part=coded(fault.part))
    return inside._replace(holds=False, entitlement=None, facts=(told,), missing=())


def _contract(case: Case) -> Finding:
    """Return the finding about a contract that extends the guarantee, also in a business."""
    running = case.period.extension
    if running is None:
        told = tuple(say("{ref} until {on}", ref=each.ref, on=each.to_on) for each in case.facts.extensions)
        return Finding(CONTRACT, False, facts=told)
    margin = (running.to_on - case.fault.on).days
    return Finding(CONTRACT, True, "free_repair", running.to_on, margin, (running.ref,))


def _after_repair(case: Case) -> Finding:
    """Return whether the last repair before the fault, whoever paid for it, is still guaranteed (W12)."""
    done = [r for r in case.period.seen if r.ended_on and r.ended_on <= case.fault.on and r.outcome in REPAIRED]
    if not done:
        return Finding("W12", False, facts=(say("no repair before this fault"),))
    last = max(done, key=lambda repair: (repair.ended_on or date.min, repair.ticket_id))
    assert last.ended_on is not None, "it is done"
    limit = case.facts.holidays.last_day(days_after(last.ended_on, REPAIRED_DAYS))
    return case.until_limit("W12", limit, "free_repair", facts=(last.ending_text,))


def _proof(case: Case) -> Finding:
    """Return until when the business must prove that the fault is not the product's (W13)."""
    repair = case.fault.repair
    if case.facts.category not in PROOF_BY_BUSINESS:
        return Finding("W13", False, facts=(say("not for this category"),))
    limit = proof_limit(case.facts, case.fault.on)
    found = case.from_guarantee_start("W13", limit, "proof_by_business", facts=start_facts(case.period))
    if found.holds and repair and repair.is_denied:
        if repair.evidence:
            return found._replace(facts=(*found.facts, say("evidence: {evidence}", evidence=repair.evidence)))
        return found._replace(missing=(_evidence(repair),))
    return found


def proof_limit(facts: Facts, on: date) -> date | None:
    """Return the last day of W13 as of that day; None if it is unknown, or W13 excludes the category or the use."""
    start = facts.start(on)[0]
    if start is None or facts.category not in PROOF_BY_BUSINESS or facts.use == Use.BUSINESS:
        return None
    return facts.holidays.last_day(months_after(start, PROOF_MONTHS))


def _evidence(repair: Repair) -> str:
    return say("the evidence: 'ticket correct T{id} --evidence'", id=repair.ticket_id)


def _is_covered(case: Case, found: dict[str, Finding]) -> Finding:
    """Return whether the guarantee does not cover the fault: it was denied, or all periods are over (W14)."""
    repair, period, fault = case.fault.repair, case.period, case.fault
    if repair and repair.is_denied:
        told: tuple[str, ...] = (
            say("T{id}: {reason}", id=repair.ticket_id, reason=coded(repair.exclusion or repair.outcome)),
        )
        told += (say("evidence: {evidence}", evidence=repair.evidence),) if repair.evidence else ()
        if found["W13"].missing:
            return Finding("W14", None, facts=told, missing=found["W13"].missing)
        return Finding("W14", True, "paid_repair", facts=told)
    assumed = (say("nothing is recorded against it"),)
    contract = found.get(CONTRACT)
    if not case.is_covered_use or found["W12"].holds or (contract and contract.holds):
        return Finding("W14", False, facts=assumed)
    if period.is_early:
        asked = say("the right day: reported {on}, and the guarantee begins {start}", on=fault.on, start=period.start)
        return Finding("W14", None, facts=(_EARLY,), missing=(asked,))
    if period.whole_until is None or period.main_until is None:
        return Finding("W14", None, facts=assumed, missing=period.missing)
    if fault.on <= period.whole_until or found["W5"].holds:
        return Finding("W14", False, facts=assumed)
    if found["W5"].holds is None:
        return Finding("W14", None, facts=assumed, missing=found["W5"].missing)
    over = period.main_until if fault.is_main_part is not False else period.whole_until
    return Finding("W14", True, "paid_repair", over, (over - fault.on).days, (say("the guarantee is over"),))


def _returns(case: Case, found: dict[str, Finding]) -> Iterator[Finding]:
    """Yield W9 and W10: the refunds that replace an exchange that is due."""
    due = [found[rule] for rule in ("W3", "W7", "W8", "W6")]
    if not any(finding.holds for finding in due):
        unknown = any(finding.holds is None for finding in due)
        missing = next((finding.missing for finding in due if finding.holds is None), ())
        yield Finding("W9", None if unknown else False, missing=missing)
        yield Finding("W10", None if unknown else False, missing=missing)
        return
    asked = say("whether the seller has the same model")
    price = case.facts.price_fen
    told = (say("price {amount}", amount=amount_text(price)),) if price is not None else ()
    yield Finding("W9", None, "full_refund", facts=told, missing=(asked,), amount_fen=price)
    yield _refund_less_depreciation(case, asked)


def _refund_less_depreciation(case: Case, asked: str) -> Finding:
    """Return the price less depreciation; no amount without the price, the invoice and a verified rate (W10)."""
    facts, term = case.facts, case.period.term
    exchange = facts.exchange(case.fault.on)
    begin, price = exchange[0] if exchange else facts.invoice_on, facts.price_fen
    if price is None or begin is None or term is None or term.rate is None or not term.is_verified:
        missing = [asked]
        missing += [say("the price on the invoice")] if price is None else []
        missing += [say("the day on the invoice")] if begin is None else []
        if term is None or term.rate is None or not term.is_verified:
            missing.append(say("a verified daily rate of the category: 'warranty terms'"))
        formula = say("price - price x daily rate x (days from the invoice - days under repair)")
        return Finding("W10", None, "refund_less_depreciation", facts=(formula,), missing=tuple(missing))
    passed = (case.fault.seen_on - begin).days
    repair = guarantee_period(facts, case.fault.seen_on).repair_days
    used = max(0, passed - repair)
    worn = depreciation(price, term.rate, used)
    told = say(
        "{price} less {worn}: {passed} days - {repair} under repair = {used}, at {rate:g} % a day",
        price=amount_text(price), worn=amount_text(worn), passed=passed, repair=repair, used=used,
        rate=term.rate / 1000,
    )  # fmt: skip
    return Finding("W10", None, "refund_less_depreciation", facts=(told,), missing=(asked,), amount_fen=price - worn)


def depreciation(price_fen: int, rate: int, days: int) -> int:
    """Return the loss of value in `days` days, in fen, rounded half up and at most the price."""
    return min(price_fen, (price_fen * rate * days * 2 + RATE_UNIT) // (2 * RATE_UNIT))
