"""A row of a stranger's file as facts of ours, or the reason why not (cli.md, Importing other people's files).

What needs the outlet's file (is the ref known, is the serial taken) is asked in desk/loading.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from hashlib import blake2b
from typing import Any, NamedTuple

from servicedesk.core import dates, rules, texts
from servicedesk.core.errors import ServiceDeskError, nearest
from servicedesk.core.maps.binding import Bound, Cells, Clock, Instant, RowError, bound, clocks
from servicedesk.core.maps.mapping import SECTIONS, Map, Scalar
from servicedesk.core.model import CANCEL_REASONS, AskedBy, TicketType, Tier
from servicedesk.core.said import say

Values = Mapping[str, Scalar]

_MOST_REMEMBERED = 20_000


class Fact(NamedTuple):
    """One event of an imported ticket."""

    kind: str
    at: str
    at_unix: int
    technician: str | None = None
    no_access: int | None = None
    outcome: str | None = None
    reason: str | None = None
    cancelled_by: str | None = None
    score: int | None = None
    satisfied: int | None = None


@dataclass(slots=True)
class CustomerRow:
    """`name` None: the row only points at a customer. `digest` tells later whether another row says the same."""

    ref: str
    name: str | None
    phone: str | None
    digits: str | None
    address: str | None
    area: str | None
    tier: str | None
    digest: str | None


@dataclass(slots=True)
class ApplianceRow:
    """`category` None: the row only points at an appliance."""

    ref: str
    category: str | None
    brand: str | None
    model: str | None
    serial: str | None
    bought: tuple[str | None, str]
    installed: tuple[str | None, str]
    digest: str | None


@dataclass(slots=True)
class TicketRow:
    """`facts` in the order in which they happened, the report first; `ended_at` None while it is open."""

    ref: str
    type: str
    channel: str
    fault: str | None
    text: str | None
    area: str | None
    facts: list[Fact]
    ended_at: str | None
    digest: str


class Row(NamedTuple):
    """What one record says; a noun that it does not name is None."""

    customer: CustomerRow | None
    appliance: ApplianceRow | None
    ticket: TicketRow | None


class Reader:
    """The rows of one file under one map. `now` decides what lies in the future, its zone is the outlet's."""

    def __init__(self, mapping: Map, headings: Cells, *, now: datetime, is_workbook: bool = False) -> None:
        """UsageError or RefusedError where map and headings do not fit."""
        zone: tzinfo | None = now.tzinfo
        assert zone is not None
        self.bound: Bound = bound(mapping, headings)
        self.now = now
        self._now_unix = dates.unix(now)
        self._clocks: dict[tuple[str, str], Clock] = clocks(mapping, zone, also_iso=is_workbook)
        self._deepest = SECTIONS[mapping.depth - 1]
        self._keys = {section: [key for key, _ in fields] for section, fields in self.bound.fields.items()}
        self._memory: dict[str, dict[Any, Any]] = {"customer": {}, "appliance": {}}

    def row(self, cells: Cells, number: int) -> Row | None:
        """The facts of a record; None where [[only]] leaves it out. Raises RowError."""
        cells = self._fitted(cells)
        if self.bound.only and not self.bound.kept(cells):
            return None
        said = {
            section: tuple([get(cells, number) for _, get in fields]) for section, fields in self.bound.fields.items()
        }
        customer = self._remembered("customer", said, None)
        appliance = self._remembered("appliance", said, customer.ref if customer else None)
        ticket = None
        if "ticket" in said:
            values = dict(zip(self._keys["ticket"], said["ticket"], strict=True))
            survey = dict(zip(self._keys["survey"], said["survey"], strict=True)) if "survey" in said else {}
            ticket = self._ticket(values, survey, customer, appliance)
        if {"customer": customer, "appliance": appliance, "ticket": ticket}[self._deepest] is None:
            raise self._rejected(self._deepest, "ref", "", say("no key: the record could not be known again"))
        return Row(customer, appliance, ticket)

    def _remembered(self, section: str, said: Mapping[str, tuple[Scalar, ...]], owner: str | None) -> Any:
        """The customer or the appliance of these values: most files name each many times."""
        if section not in said:
            return None
        memory, asked = self._memory[section], (said[section], owner)
        if asked not in memory:
            values = dict(zip(self._keys[section], said[section], strict=True))
            found = self._customer(values) if section == "customer" else self._appliance(values, owner)
            if len(memory) >= _MOST_REMEMBERED:
                memory.clear()
            memory[asked] = found
        return memory[asked]

    def _fitted(self, cells: Cells) -> Cells:
        """As many cells as headings, trimmed."""
        width = self.bound.width
        trimmed = [cell.strip() for cell in cells]
        if len(cells) < width or (len(cells) > width and any(trimmed[width:])):
            raise RowError(
                "", ",".join(cells[width:]), say("{n} cells under {width} headings", n=len(cells), width=width)
            )
        if "\0" in "".join(cells):
            raise RowError("", next(cell for cell in cells if "\0" in cell), say("a NUL character in a cell"))
        return trimmed

    def _rejected(self, section: str, key: str, value: object, reason: str) -> RowError:
        return RowError(self.bound.labels.get((section, key), key), value, reason)

    def _customer(self, values: Values) -> CustomerRow | None:
        if values["ref"] is None:
            return None
        ref = str(values["ref"])
        if len(values) == 1:
            return CustomerRow(ref, None, None, None, None, None, None, None)
        name, phone, tier = _text(values, "name"), _text(values, "phone"), _text(values, "tier")
        if name is None:
            raise self._rejected("customer", "name", "", say("a customer has a name"))
        digits = texts.digits(phone) if phone else None
        if phone and not digits:
            raise self._rejected("customer", "phone", phone, say("a phone has digits"))
        if tier:
            tier = self._code("customer", "tier", tier.lower(), tuple(Tier))
        return CustomerRow(
            ref, name, phone, digits, _text(values, "address"), _text(values, "area"), tier, _digest(values)
        )

    def _appliance(self, values: Values, owner: str | None) -> ApplianceRow | None:
        if values["ref"] is None:
            return None
        ref = str(values["ref"])
        if len(values) == 1:
            return ApplianceRow(ref, None, None, None, None, (None, "unknown"), (None, "unknown"), None)
        category = _text(values, "category")
        if category is None:
            raise self._rejected("appliance", "category", "", say("an appliance has a category"))
        bought, installed = self._day(values, "bought"), self._day(values, "installed")
        if bought[1] == installed[1] == "day" and str(installed[0]) < str(bought[0]):
            raise self._rejected(
                "appliance", "installed", installed[0], say("it is before the purchase ({bought})", bought=bought[0])
            )
        whole = {**values, "bought": bought[0], "installed": installed[0], "owner": owner}
        brand, model, serial = _text(values, "brand"), _text(values, "model"), _text(values, "serial")
        return ApplianceRow(ref, category, brand, model, serial, bought, installed, _digest(whole))

    def _day(self, values: Values, key: str) -> tuple[str | None, str]:
        text = _text(values, key)
        if text is None:
            return None, "unknown"
        try:
            return self._clocks["appliance", key].day(text, self.now)
        except ValueError as error:
            raise self._rejected("appliance", key, text, str(error)) from None

    def _ticket(
        self, values: Values, survey: Values, owner: CustomerRow | None, machine: ApplianceRow | None
    ) -> TicketRow | None:
        if values["ref"] is None:
            return None
        kind = self._code("ticket", "type", _text(values, "type") or "repair", tuple(TicketType))
        facts = self._facts(values, survey, kind)
        ended = next((fact.at for fact in facts if fact.kind == "completed" or fact.kind == "cancelled"), None)
        channel, fault = _text(values, "channel"), _text(values, "fault")
        row = TicketRow(
            ref=str(values["ref"]),
            type=kind,
            channel=channel.lower() if channel else "hotline",
            fault=fault.lower() if fault else None,
            text=str(values["text"]) if values.get("text") is not None else None,
            area=_text(values, "area"),
            facts=facts,
            ended_at=ended,
            digest="",
        )
        pointed = (owner.ref if owner else None, machine.ref if machine else None)
        row.digest = _blake((kind, row.channel, row.fault, row.text, row.area, pointed, [fact[:] for fact in facts]))
        return row

    def _facts(self, values: Values, survey: Values, kind: str) -> list[Fact]:
        """The events in order; the rules across them are those of core/rules.py."""
        who = _text(values, "technician")
        reported = self._instant("ticket", values, "reported_at")
        if reported is None:
            raise self._rejected("ticket", "reported_at", "", say("a ticket has a time of its report"))
        facts = [Fact("reported", *reported)]
        if who:
            facts.append(Fact("assigned", *reported, technician=who))
        arrived = self._instant("ticket", values, "arrived_at", reported, say("the report"))
        if arrived:
            facts.append(Fact("arrived", *arrived, technician=who, no_access=0))
        completed = self._instant(
            "ticket", values, "completed_at", arrived or reported, say("the arrival") if arrived else say("the report")
        )
        cancelled = self._instant(
            "ticket", values, "cancelled_at", arrived or reported, say("the arrival") if arrived else say("the report")
        )
        if completed and cancelled:
            raise self._rejected("ticket", "cancelled_at", values["cancelled_at"], say("completed and cancelled"))
        if completed:
            facts.append(Fact("completed", *completed, technician=who, outcome=self._outcome(values, kind)))
        if cancelled:
            facts.append(self._cancellation(values, cancelled))
        answer = self._answer(survey, completed)
        if answer:
            facts.append(answer)
        return facts

    def _outcome(self, values: Values, kind: str) -> str:
        outcome = _text(values, "outcome")
        if outcome is None:
            raise self._rejected("ticket", "outcome", "", say("a completed ticket has an outcome"))
        try:
            return rules.outcome_for(kind, outcome)
        except ServiceDeskError as error:
            raise self._rejected("ticket", "outcome", outcome, _reason(error)) from None

    def _cancellation(self, values: Values, cancelled: Instant) -> Fact:
        by, reason = _text(values, "cancelled_by"), _text(values, "cancel_reason")
        if by is None:
            raise self._rejected(
                "ticket", "cancelled_by", "", say("a cancelled ticket was cancelled by customer or outlet")
            )
        by = self._code("ticket", "cancelled_by", by, tuple(AskedBy))
        if reason:
            reason = self._code("ticket", "cancel_reason", reason, CANCEL_REASONS)
        return Fact("cancelled", *cancelled, reason=reason, cancelled_by=by)

    def _answer(self, survey: Values, completed: Instant | None) -> Fact | None:
        given = survey.get("score", survey.get("satisfied"))
        if given is None:
            return None
        key = "score" if survey.get("score") is not None else "satisfied"
        if completed is None:
            raise self._rejected("survey", key, given, say("an answer about a ticket that is not completed"))
        at = self._instant("survey", survey, "answered_at", completed, say("the completion")) or completed
        if key == "score":
            return Fact("surveyed", *at, score=self._score(given))
        truth = {"true": 1, "false": 0}.get(str(given).lower())
        if truth is None:
            raise self._rejected("survey", key, given, say("neither true nor false"))
        return Fact("surveyed", *at, satisfied=truth)

    def _score(self, given: Scalar) -> int:
        if isinstance(given, bool) or str(given) not in {"1", "2", "3", "4", "5"}:
            raise self._rejected("survey", "score", given, say("a score is 1, 2, 3, 4 or 5"))
        return int(str(given))

    def _instant(
        self, section: str, values: Values, key: str, earliest: Instant | None = None, what: str = ""
    ) -> Instant | None:
        """The instant of that field; never in the future, never before `earliest`."""
        given = values.get(key)
        if given is None:
            return None
        try:
            at = self._clocks[section, key].instant(str(given))
        except ValueError as error:
            raise self._rejected(section, key, given, str(error)) from None
        if at[1] > self._now_unix:
            raise self._rejected(section, key, given, say("it lies in the future"))
        if earliest and at[1] < earliest[1]:
            raise self._rejected(
                section, key, given, say("it is before {what} ({earliest})", what=what, earliest=earliest[0])
            )
        return at

    def _code(self, section: str, key: str, given: str, known: tuple[str, ...]) -> str:
        if given in known:
            return str(given)
        raise self._rejected(
            section, key, given, say("unknown code: {nearest}", nearest=nearest(given, known) or say("see the map"))
        )


def _text(values: Values, key: str) -> str | None:
    """The value as a text of one line."""
    value = values.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        return str(value).lower()
    return " ".join(value.split()) if "\n" in value or "\r" in value or "\t" in value else value


def _reason(error: ServiceDeskError) -> str:
    return f"{error.sentence} ({error.hint})" if error.hint else error.sentence


def _digest(values: Values) -> str:
    """The same for the same values, whatever other fields of ours a map leaves out."""
    return _blake(tuple(sorted((key, value) for key, value in values.items() if value is not None)))


def _blake(values: object) -> str:
    return blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
