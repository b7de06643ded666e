"""Turn a row of an imported file into a customer, an appliance and a ticket, or reject it with a reason.

Checks that need the outlet's file (is the ref known, is the serial taken) are in loader.py. A row is read in one pass
and without a dict, because there may be a million (tests/bench/imports.py).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from servicedesk.base import dates, sameness, text
from servicedesk.base.errors import ServiceDeskError, nearest
from servicedesk.base.messages import say
from servicedesk.domain import ticket_rules
from servicedesk.domain.model import CANCEL_REASONS, AskedBy, TicketType, Tier
from servicedesk.file.imports.maps.binding import Bound, Cells, RowError, Values, bind_map
from servicedesk.file.imports.maps.digests import digest_of, ticket_digest
from servicedesk.file.imports.maps.mapping import SECTIONS, Map, Scalar
from servicedesk.file.imports.maps.numbering import Facts, Numbers
from servicedesk.file.imports.maps.times import Instant, clocks

# The fields whose values tell at the next import whether a row has changed.
_CUSTOMER = ("address", "area", "name", "phone", "ref", "tier")
_APPLIANCE = ("bought", "brand", "category", "installed", "model", "owner", "ref", "serial")
_NONE: dict[int, str] = {}
_SCORES = frozenset("12345")
_TRUTHS = {"true": 1, "false": 0}
_NEVER: tuple[None, None] = (None, None)
_REPORT, _ARRIVAL, _COMPLETION = say("the report"), say("the arrival"), say("the completion")
_TYPES = {str(kind): str(kind) for kind in TicketType}


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


class CustomerRow(NamedTuple):
    """A customer of a row. `name` None: the row only refers to one. `digest` shows later if the values have changed."""

    ref: str
    name: str | None
    phones: tuple[tuple[str, str, str | None], ...]  # each the values of a sameness.Phone
    address: str | None
    area: str | None
    tier: str | None
    digest: str | None


class ApplianceRow(NamedTuple):
    """An appliance of a row. `category` None: the row only refers to one. Days come with their precision."""

    ref: str
    category: str | None
    brand: str | None
    model: str | None
    serial: str | None
    bought: tuple[str | None, str]
    installed: tuple[str | None, str]
    digest: str | None


class TicketRow(NamedTuple):
    """A ticket of a row, with at most one event of a kind. Instants are text and seconds, None if it did not happen."""

    ref: str
    type: str
    channel: str
    fault: str | None
    text: str | None
    area: str | None
    technician: str | None
    reported_at: str
    reported_unix: int
    assigned_at: str | None
    assigned_unix: int | None
    arrived_at: str | None
    arrived_unix: int | None
    completed_at: str | None
    completed_unix: int | None
    outcome: str | None
    cancelled_at: str | None
    cancelled_unix: int | None
    cancelled_by: str | None
    reason: str | None
    answered_at: str | None
    answered_unix: int | None
    score: int | None
    satisfied: int | None
    digest: str

    @property
    def is_theirs(self) -> bool:
        """Return whether the ticket is open and assigned, and the file does not say since when."""
        return bool(self.technician) and not (self.assigned_at or self.completed_at or self.cancelled_at)

    @property
    def facts(self) -> list[Fact]:
        """Return the events in the order in which they happened, the report first."""
        who = self.technician
        found = [Fact("reported", self.reported_at, self.reported_unix)]
        if self.assigned_at and self.assigned_unix is not None:
            found.append(Fact("assigned", self.assigned_at, self.assigned_unix, who))
        if self.arrived_at and self.arrived_unix is not None:
            found.append(Fact("arrived", self.arrived_at, self.arrived_unix, who, no_access=0))
        if self.completed_at and self.completed_unix is not None:
            found.append(Fact("completed", self.completed_at, self.completed_unix, who, outcome=self.outcome))
        if self.cancelled_at and self.cancelled_unix is not None:
            why, by = self.reason, self.cancelled_by
            found.append(Fact("cancelled", self.cancelled_at, self.cancelled_unix, who, reason=why, cancelled_by=by))
        if self.answered_at and self.answered_unix is not None:
            answer = (self.score, self.satisfied)
            found.append(Fact("surveyed", self.answered_at, self.answered_unix, None, None, None, None, None, *answer))
        return found


# The numbers of a record's customer and appliance, 0 if it names none, and the values of its TicketRow.
Nouns = tuple[int, int, Facts | None]


class Row(NamedTuple):
    """A row with named values."""

    customer: CustomerRow | None
    appliance: ApplianceRow | None
    ticket: TicketRow | None

    @classmethod
    def of(cls, customer: Facts | None, appliance: Facts | None, ticket: Facts | None) -> "Row":
        return cls(
            CustomerRow._make(customer) if customer else None,
            ApplianceRow._make(appliance) if appliance else None,
            TicketRow._make(ticket) if ticket else None,
        )


class Reader:
    """Reads the rows of one file through one map. `now` decides what lies in the future; its zone is the outlet's."""

    def __init__(self, mapping: Map, headings: Sequence[str], *, now: datetime, is_workbook: bool = False) -> None:
        """Bind the map to the headings. UsageError or RefusedError if they do not fit."""
        zone: tzinfo | None = now.tzinfo
        assert zone is not None
        self.bound: Bound = bind_map(mapping, headings)
        self._headings = headings
        self.now = now
        self._now_unix = dates.unix(now)
        # By the field alone, because no two sections have a time field of the same name.
        self._clocks = {key: clock for (_, key), clock in clocks(mapping, zone, also_iso=is_workbook).items()}
        self._deepest = mapping.depth - 1
        self._points = {section for section, fields in mapping.sections.items() if set(fields) == {"ref"}}
        self._is_scored = "score" in mapping.sections.get("survey", {})
        self.customers, self.appliances = Numbers(), Numbers()

    def begin(self, *, anew: bool = False) -> bool:
        """Begin a batch, and return whether numbers start at 1 again, as they do when too many are remembered."""
        anew = anew or self.customers.is_full or self.appliances.is_full
        if anew:
            self.customers, self.appliances = Numbers(), Numbers()
        self.customers.fresh, self.appliances.fresh = [], []
        return anew

    def row(self, cells: list[str], number: int) -> Row | None:
        """Return the row of a record; None if [[only]] leaves it out. RowError if it is rejected."""
        self.begin(anew=True)
        found = self.nouns(cells, number)
        if found is None:
            return None
        customer, appliance, ticket = found
        return Row.of(
            self.customers.fresh[0] if customer else None, self.appliances.fresh[0] if appliance else None, ticket
        )

    def nouns(self, cells: list[str], number: int, bad: Mapping[int, str] = _NONE) -> Nouns | None:
        """Return the record as numbers and plain values; new numbers are in `fresh`. `bad`: the cells without a value.

        None if [[only]] leaves the record out. RowError if it is rejected.
        """
        fitted, is_plain = self._fit(cells)
        if self.bound.only:
            self._check_cells(fitted, bad, {at for at, _ in self.bound.only})
            if not self.bound.kept(fitted):
                return None
        self._check_cells(fitted, bad, self.bound.used)
        whole, pick = self.bound.row(fitted, number), self.bound.pick
        customer = appliance = 0
        ticket = owner = machine = None
        if "customer" in pick:
            said = pick["customer"](whole)
            if said[0] is not None:
                owner = str(said[0])
                customer = self.customers.number(owner, said, lambda: self._customer(said, is_plain))
        if "appliance" in pick:
            told = pick["appliance"](whole)
            if told[0] is not None:
                machine = str(told[0])
                asked = (owner, told)
                appliance = self.appliances.number(machine, asked, lambda: self._appliance(told, owner, is_plain))
        if "ticket" in pick:
            survey = pick["survey"](whole) if "survey" in pick else (None,) * 4
            ticket = self._ticket(pick["ticket"](whole), survey, (owner, machine), is_plain)
        found = (customer, appliance, ticket)
        if not found[self._deepest]:
            noun = SECTIONS[self._deepest]
            raise self._row_error(noun, "ref", "", say("no key: the record could not be known again"))
        return found

    def _check_cells(self, cells: Cells, bad: Mapping[int, str], used: Collection[int]) -> None:
        """Raise RowError if a used column is in `bad`."""
        for at, why in bad.items():
            if at in used:
                raise RowError(self.bound.names[at], cells[at] or "", why)

    def _fit(self, cells: list[str]) -> tuple[Cells, bool]:
        """Return as many trimmed cells as headings, and whether all of them have one line."""
        width, joined = self.bound.width, "".join(cells)
        trimmed = [cell.strip() or None for cell in cells]
        if len(cells) != width:
            if len(cells) < width or any(trimmed[width:]):
                said = say("{n} cells under {width} headings", n=len(cells), width=width)
                raise RowError("", ",".join(cells[width:]), said)
            del trimmed[width:]
        if not joined.isprintable() or text.invisible_sign(joined):
            self._check_visible(cells, trimmed)
        return trimmed, self.bound.is_text and not ("\n" in joined or "\r" in joined or "\t" in joined)

    def _check_visible(self, cells: Sequence[str], trimmed: Cells) -> None:
        """Raise RowError for invisible signs in used cells, which typed input may not have either."""
        for at, cell in enumerate(trimmed):
            if cell and "\0" in cell:
                raise RowError("", cells[at], say("a NUL character in a cell"))
            if cell and at in self.bound.used and (sign := text.invisible_sign(cell)):
                raise RowError(self._headings[at], cell, say("an invisible sign in it (U+{ord:04X})", ord=ord(sign)))

    def _row_error(self, section: str, key: str, value: object, reason: str) -> RowError:
        return RowError(self.bound.labels.get((section, key), key), value, reason)

    def _customer(self, given: Values, is_plain: bool) -> Facts:
        ref = str(given[0])
        if "customer" in self._points:
            return ref, None, (), None, None, None, None
        _, name, phone, address, area, tier, _ = given if is_plain else _lines(given)
        if name is None or not sameness.folded_name(name):
            raise self._row_error("customer", "name", "", say("a customer has a name"))
        phones = self._phones(phone) if phone else ()
        if tier:
            tier = self._code("customer", "tier", tier.lower(), tuple(Tier))
        said = digest_of(_CUSTOMER, (given[3], given[4], given[1], given[2], given[0], given[5]))
        return ref, name, phones, address, area, tier, said

    def _phones(self, text: str) -> tuple[tuple[str, str, str | None], ...]:
        try:
            return tuple((one.number, one.digits, one.extension) for one in sameness.phones(text))
        except ServiceDeskError as error:
            raise self._row_error("customer", "phone", text, _advice(error)) from None

    def _appliance(self, given: Values, owner: str | None, is_plain: bool) -> Facts:
        ref = str(given[0])
        if "appliance" in self._points:
            return ref, None, None, None, None, (None, "unknown"), (None, "unknown"), None
        line = given if is_plain else _lines(given)
        _, category, brand, model, serial, day_bought, day_installed, _ = line
        if category is None:
            raise self._row_error("appliance", "category", "", say("an appliance has a category"))
        bought, installed = self._day("bought", day_bought), self._day("installed", day_installed)
        if bought[1] == installed[1] == "day" and str(installed[0]) < str(bought[0]):
            before = say("it is before the purchase ({bought})", bought=bought[0])
            raise self._row_error("appliance", "installed", installed[0], before)
        values = (bought[0], given[2], given[1], installed[0], given[3], owner, given[0], given[4])
        return ref, category, brand, model, serial, bought, installed, digest_of(_APPLIANCE, values)

    def _day(self, key: str, text: str | None) -> tuple[str | None, str]:
        if text is None:
            return None, "unknown"
        try:
            return self._clocks[key].day(text, self.now)
        except ValueError as error:
            raise self._row_error("appliance", key, text, _reason(error)) from None

    def _ticket(
        self, given: Values, survey: Values, pointed: tuple[str | None, str | None], is_plain: bool
    ) -> Facts | None:
        """Return the values of a TicketRow. The rules between events are those of domain/ticket_rules.py."""
        (_, kind, received, sent, came, closed, outcome, called_off, by, why, who, fault, _, channel, area,
         _) = given if is_plain else _lines(given)  # fmt: skip
        if given[0] is None:
            return None
        kind = _TYPES.get(kind or "repair") or self._code("ticket", "type", kind, tuple(TicketType))
        if received is None:
            raise self._row_error("ticket", "reported_at", "", say("a ticket has a time of its report"))
        reported = self._instant("ticket", "reported_at", given[2])
        assigned = self._instant("ticket", "assigned_at", given[3], reported, _REPORT) if sent else _NEVER
        if sent and not who:
            raise self._row_error("ticket", "assigned_at", given[3], say("an assignment names a technician"))
        arrived = self._instant("ticket", "arrived_at", given[4], reported, _REPORT) if came else _NEVER
        since, what = (arrived, _ARRIVAL) if came else (reported, _REPORT)
        completed = self._instant("ticket", "completed_at", given[5], since, what) if closed else _NEVER
        cancelled = self._instant("ticket", "cancelled_at", given[7], since, what) if called_off else _NEVER
        if closed and called_off:
            raise self._row_error("ticket", "cancelled_at", given[7], say("completed and cancelled"))
        ended = completed[1] or cancelled[1]
        if ended and (assigned[1] or 0) > ended:
            raise self._row_error("ticket", "assigned_at", given[3], say("it is after the end of the ticket"))
        outcome = self._outcome(outcome, kind) if closed else None
        by, why = self._cancellation(by, why) if called_off else _NEVER
        answer = self._answer(survey, completed) if survey[0] is not None or survey[1] is not None else (None,) * 4
        channel, fault = channel.lower() if channel else "hotline", fault.lower() if fault else None
        text = str(given[12]) if given[12] is not None else None
        said = (
            str(given[0]), kind, channel, fault, text, area, who, *reported, *assigned, *arrived, *completed, outcome,
            *cancelled, by, why, *answer,
        )  # fmt: skip
        return *said, ticket_digest(said, pointed)

    def _outcome(self, outcome: str | None, kind: str) -> str:
        if outcome is None:
            raise self._row_error("ticket", "outcome", "", say("a completed ticket has an outcome"))
        try:
            return ticket_rules.outcome_for(kind, outcome)
        except ServiceDeskError as error:
            raise self._row_error("ticket", "outcome", outcome, _advice(error)) from None

    def _cancellation(self, by: str | None, reason: str | None) -> tuple[str, str | None]:
        if by is None:
            who = say("a cancelled ticket was cancelled by customer or outlet")
            raise self._row_error("ticket", "cancelled_by", "", who)
        by = self._code("ticket", "cancelled_by", by, tuple(AskedBy))
        if reason:
            reason = self._code("ticket", "cancel_reason", reason, CANCEL_REASONS)
        return by, reason

    def _answer(self, survey: Values, completed: Any) -> tuple[str | None, int | None, int | None, int | None]:
        """Return the answer to the survey: when, in seconds, score, satisfied."""
        score, satisfied, when, _ = survey
        key, given = ("score", score) if self._is_scored else ("satisfied", satisfied)
        if given is None:
            return None, None, None, None
        if completed[0] is None:
            raise self._row_error("survey", key, given, say("an answer about a ticket that is not completed"))
        at = completed if when is None else self._instant("survey", "answered_at", when, completed, _COMPLETION)
        if key == "score":
            score = sameness.half_width(str(given))
            if isinstance(given, bool) or score not in _SCORES:
                raise self._row_error("survey", "score", given, say("a score is 1, 2, 3, 4 or 5"))
            return at[0], at[1], int(score), None
        truth = _TRUTHS.get(str(given).lower())
        if truth is None:
            raise self._row_error("survey", key, given, say("neither true nor false"))
        return at[0], at[1], None, truth

    def _instant(self, section: str, key: str, given: Scalar, earliest: Any = None, what: str = "") -> Instant:
        """Return the instant of a field. RowError if it lies in the future or before `earliest`."""
        try:
            at = self._clocks[key].instant(given if given.__class__ is str else str(given))
        except ValueError as error:
            raise self._row_error(section, key, given, _reason(error)) from None
        if at[1] > self._now_unix:
            raise self._row_error(section, key, given, say("it lies in the future"))
        if earliest and at[1] < earliest[1]:
            before = say("it is before {what} ({earliest})", what=what, earliest=earliest[0])
            raise self._row_error(section, key, given, before)
        return at

    def _code(self, section: str, key: str, given: str, known: tuple[str, ...]) -> str:
        if given in known:
            return str(given)
        near = nearest(given, known) or say("see the map")
        raise self._row_error(section, key, given, say("unknown code: {nearest}", nearest=near))


def _lines(given: Values) -> Values:
    """Return the values as texts of one line."""
    return tuple([_line(value) for value in given])


def _line(value: Scalar) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        return str(value).lower()
    return " ".join(value.split()) if "\n" in value or "\r" in value or "\t" in value else value


def _reason(error: ValueError) -> str:
    """Return the message of the error. str() would lose its values, and so its translation."""
    return error.args[0] if error.args and isinstance(error.args[0], str) else str(error)


def _advice(error: ServiceDeskError) -> str:
    return f"{error.sentence} ({error.hint})" if error.hint else error.sentence
