"""Facts about a guarantee as values, and its period: when it begins, when it ends, which repairs count (W1)."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from servicedesk.base.messages import coded, msgid, say
from servicedesk.domain.customer_codes import Installer, Use
from servicedesk.domain.guarantee.civil_days import Holidays, count_days, days_after, years_after
from servicedesk.domain.ticket import Cause

NEW_LAW = date(2024, 7, 1)  # from then on a period begins with the delivery or the installation
# Outcomes of repairs that make the guarantee longer by their days (an open repair still goes on), and outcomes that
# count for W6.
TAKING_TIME = ("fixed", "not_repairable", "referred", "exchanged")
COUNTED = ("fixed", "not_repairable")
BASES = {
    "exchange": msgid("exchange (W11)"),
    "installed": msgid("installation"),
    "delivered": msgid("delivery"),
    "invoice": msgid("invoice"),
}


class Term(NamedTuple):
    """How long the guarantee of a category lasts, from a day on. `rate`: hundred-thousandths of the price per day."""

    whole_years: int
    main_years: int
    rate: int | None
    repairer_days: int
    part_days: int
    source: str | None
    is_verified: bool
    from_on: date
    is_brand: bool = False


class Repair(NamedTuple):
    """A repair that was not cancelled. `ended_on` is None while it is open; `waits` are (first day, cause) pairs."""

    ticket_id: int
    reported_on: date
    ended_on: date | None = None
    outcome: str | None = None
    exclusion: str | None = None
    evidence: str | None = None
    waits: tuple[tuple[date, str], ...] = ()
    is_guess: bool = False  # open now, but seen as of a future day

    def as_seen_on(self, on: date, *, today: date | None = None) -> "Repair":
        """Return the repair as of that day: open if it ended later. On a future day an open repair is a guess."""
        waits = tuple(wait for wait in self.waits if wait[0] <= on)
        if self.ended_on is None:
            return self._replace(waits=waits, is_guess=today is not None and on > today)
        if self.ended_on <= on:
            return self._replace(waits=waits)
        return self._replace(ended_on=None, outcome=None, exclusion=None, evidence=None, waits=waits)

    @property
    def is_denied(self) -> bool:
        """Return whether the recorded result is that the guarantee does not cover the repair."""
        return self.exclusion is not None or self.outcome == "user_caused"

    @property
    def takes_time(self) -> bool:
        return not self.is_denied and (self.ended_on is None or self.outcome in TAKING_TIME)

    @property
    def cause(self) -> str | None:
        """Return the cause of the last wait (the repairer, a part from the maker, the customer), or None."""
        cause = self.waits[-1][1] if self.waits else None
        return Cause.REPAIRER.value if cause == Cause.OUTLET_PART else cause

    @property
    def ending_text(self) -> str:
        """Return the end of the repair as a text for people, or since when it is open."""
        if self.is_guess:
            return say("T{id} open since {on}, if it is still open then", id=self.ticket_id, on=self.reported_on)
        if self.ended_on is None:
            return say("T{id} open since {on}", id=self.ticket_id, on=self.reported_on)
        return say("T{id} {outcome} {on}", id=self.ticket_id, outcome=coded(self.outcome), on=self.ended_on)


class Extension(NamedTuple):
    """A contract that extends the guarantee: reference, first day and last day."""

    ref: str
    from_on: date
    to_on: date


class Facts(NamedTuple):
    """All facts about the guarantee of an appliance. `exchanges`: the day of each, and the reference of the old one."""

    appliance_id: int
    category: str
    installed_on: date | None = None
    installed_by: str | None = None
    delivered_on: date | None = None
    invoice_on: date | None = None
    price_fen: int | None = None
    use: str | None = None
    is_remote_sale: bool = False
    discontinued_on: date | None = None
    exchanges: tuple[tuple[date, str], ...] = ()
    terms: tuple[Term, ...] = ()
    repairs: tuple[Repair, ...] = ()
    holidays: Holidays = Holidays()
    extensions: tuple[Extension, ...] = ()
    today: date | None = None  # given if a future day may be asked for

    def exchange(self, on: date) -> tuple[date, str] | None:
        """Return the last exchange up to that day, or None."""
        return max((exchange for exchange in self.exchanges if exchange[0] <= on), default=None)

    def start(self, on: date) -> tuple[date | None, str | None]:
        """Return the day on which the guarantee begins and its basis, a key of BASES; None for each if unknown."""
        if exchange := self.exchange(on):
            return exchange[0], "exchange"
        if self.installed_on and self.installed_by in {Installer.BRAND, Installer.OUTLET}:
            return self.installed_on, "installed"
        if self.delivered_on:
            return self.delivered_on, "delivered"
        return self.invoice_on, "invoice" if self.invoice_on else None

    def term(self, start: date | None) -> Term | None:
        """Return the terms valid on that day: those of the brand before those of the category, then the newest."""
        held = [term for term in self.terms if start and term.from_on <= start]
        # Reversed, so that of two with the same day the one recorded last counts.
        return max(reversed(held), key=lambda term: (term.is_brand, term.from_on), default=None)

    def missing(self, on: date) -> list[str]:
        """Return the missing facts as texts for people, the most important first."""
        start, basis = self.start(on)
        found = []
        if start is None:
            found.append(say("the invoice, or the day of the delivery or of the installation"))
        elif self.term(start) is None:
            found.append(say("the terms of {category}: 'warranty terms set'", category=coded(self.category)))
        if basis != "exchange" and self.installed_on and self.installed_by is None:
            found.append(say("who installed it: the guarantee may begin on {on}", on=self.installed_on))
        elif basis != "exchange" and not self.installed_on and self.installed_by in {Installer.BRAND, Installer.OUTLET}:
            found.append(say("the day of the installation: the guarantee begins with it"))
        return found


class Period(NamedTuple):
    """The guarantee as of a day. `repairs` took `repair_days`, `counted` count for W6, `seen` are all so far."""

    on: date
    start: date | None
    basis: str | None
    term: Term | None
    repair_days: int
    whole_until: date | None
    main_until: date | None
    repairs: tuple[Repair, ...]
    counted: tuple[Repair, ...]
    seen: tuple[Repair, ...]
    extension: Extension | None
    state: str
    missing: tuple[str, ...]
    is_early: bool  # the day is before the beginning
    is_business: bool  # used in a business: the terms for homes do not apply

    @property
    def is_whole(self) -> bool:
        """Return whether the guarantee of the whole appliance is running, apart from contracts."""
        return self._runs_until(self.whole_until)

    @property
    def is_main(self) -> bool:
        """Return whether the guarantee of the main parts is running, apart from contracts."""
        return self._runs_until(self.main_until)

    def _runs_until(self, day: date | None) -> bool:
        return day is not None and self.on <= day and not (self.is_early or self.is_business)

    @property
    def basis_text(self) -> str:
        return say(BASES[self.basis]) if self.basis else say("unknown")


def guarantee_period(facts: Facts, on: date, *, before: tuple[date, int] | None = None) -> Period:
    """Return the guarantee as of that day. With `before` (day and id of a ticket) only earlier repairs count."""
    start, basis = facts.start(on)
    term = facts.term(start)
    seen = _list_seen(facts, on, before)
    inside: list[Repair] = []
    whole = main = None
    if start and term:
        for repair in seen:
            if repair.reported_on <= _end(facts, start, term.whole_years, inside, until=repair.reported_on):
                inside.append(repair)
        whole, main = (_end(facts, start, years, inside, until=on) for years in (term.whole_years, term.main_years))
    taking = tuple(repair for repair in inside if repair.takes_time)
    counted = tuple(
        repair for repair in inside if repair.ended_on and repair.outcome in COUNTED and not repair.is_denied
    )
    extension = max((e for e in facts.extensions if e.from_on <= on <= e.to_on), key=lambda e: e.to_on, default=None)
    days = count_days(_spans(taking, start, until=on)) if start else 0
    # A delivered appliance may fail before its installation, so no fault after the delivery is early.
    is_early = start is not None and on < min(start, facts.delivered_on or start)
    state = _state(facts, on, whole, main, extension)
    state = "early" if is_early and state != "business" and not extension else state
    return Period(on, start, basis, term, days, whole, main, taking, counted, seen, extension, state,
                  tuple(facts.missing(on)), is_early, facts.use == Use.BUSINESS)  # fmt: skip


def _list_seen(facts: Facts, on: date, before: tuple[date, int] | None) -> tuple[Repair, ...]:
    """Return the repairs reported since the last exchange and up to that day, as of that day."""
    exchange = facts.exchange(on)
    in_order = sorted(facts.repairs, key=lambda repair: (repair.reported_on, repair.ticket_id))
    found = (repair.as_seen_on(on, today=facts.today) for repair in in_order)
    return tuple(
        repair
        for repair in found
        if repair.reported_on <= on
        and (before is None or (repair.reported_on, repair.ticket_id) < before)
        and (exchange is None or (repair.reported_on >= exchange[0] and repair.outcome != "exchanged"))
    )


def _end(facts: Facts, start: date, years: int, repairs: list[Repair], *, until: date) -> date:
    """Return the last day of the guarantee: the years are added first, then the days under repair, then a holiday."""
    days = count_days(_spans((repair for repair in repairs if repair.takes_time), start, until=until))
    return facts.holidays.last_day(days_after(years_after(start, years), days))


def _spans(repairs: Iterable[Repair], start: date, *, until: date) -> list[tuple[date, date]]:
    return [(max(repair.reported_on, start), min(repair.ended_on or until, until)) for repair in repairs]


def _state(facts: Facts, on: date, whole: date | None, main: date | None, extension: Extension | None) -> str:
    """Return the state of the guarantee: in, out, parts_only, unknown or business."""
    if extension or (facts.use != Use.BUSINESS and whole and on <= whole):
        return "in"
    if facts.use == Use.BUSINESS:
        return "business"
    if whole is None or main is None:
        return "unknown"
    return "parts_only" if on <= main else "out"
