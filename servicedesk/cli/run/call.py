"""The dialogue of `ticket open`: who calls, about which appliance, what is wrong, and one summary before it is written.

Each question fills a field of a Call, and `b` goes back to the question before. Somebody new, and an appliance that is
new, are registered on the way.
"""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import UsageError, nearest
from servicedesk.base.messages import category_name, coded, joined, say
from servicedesk.base.phones import may_be_phone, parse_phones
from servicedesk.base.sameness import phone_digits
from servicedesk.base.table import Result, columns, record
from servicedesk.base.text import free_text, one_line
from servicedesk.cli.run import people
from servicedesk.cli.run.asking import BackError, Choice, ask, choose, confirm, end
from servicedesk.cli.run.language import speech, tell
from servicedesk.cli.run.session import Session
from servicedesk.desk.appliances.register import NewAppliance, brand_as_first_typed
from servicedesk.desk.customers import register
from servicedesk.desk.tickets import call as calls
from servicedesk.desk.tickets.open import NewTicket
from servicedesk.domain import wording
from servicedesk.domain.model import TicketType
from servicedesk.domain.wording import reference
from servicedesk.file import suggestions
from servicedesk.records import appliances, categories, customers, references, ticket_lists
from servicedesk.storage.database import Row, from_json

_MOST = 10  # lines of a list
_NEW, _NONE, _PERSON = "new", "none", "person"


class Call(NamedTuple):
    """The answers about a call so far. None: not asked yet; "": left out."""

    caller: str | None = None  # C12, or _NEW
    name: str | None = None
    phone: str | None = None
    address: str | None = None
    area: str | None = None
    household_id: int | None = None
    is_other: bool = False  # a new person who shares a phone or an address with a known one
    appliance: str | None = None  # A34, _NEW or _NONE
    category: str | None = None
    brand: str | None = None
    bought: str | None = None
    text: str | None = None
    is_agreed: bool = False

    @property
    def customer_id(self) -> int | None:
        return None if self.caller in {None, _NEW} else reference(str(self.caller), "C")

    @property
    def appliance_id(self) -> int | None:
        return None if self.appliance in {None, _NEW, _NONE} else reference(str(self.appliance), "A")


class Dialogue:
    """The dialogue about one call. `wanted` is what was typed behind `ticket open`; its text may still be missing."""

    def __init__(self, session: Session, wanted: NewTicket, *, heard: str | None = None) -> None:
        self.session = session
        self.db = session.db
        self.wanted = wanted
        if not (heard or wanted.phone or wanted.customer_id or wanted.appliance_id) and people.is_name(
            session, wanted.text
        ):
            self.wanted, heard = wanted._replace(text=""), wanted.text  # `ticket open Susan`
        self.heard = heard or wanted.phone  # the name or phone of the caller that was typed
        self.typed = wanted.phone or ""  # the text that named the caller
        self.told: list[str] = []  # notes on the appliance that the summary printed

    def run(self) -> Result:
        """Ask for what is missing, and open the ticket."""
        call = self._with_only_appliance(self._first_call())
        earlier: list[Call] = []
        while question := self._next_question(call, is_asking=bool(earlier)):
            try:
                answered = question(self, call)
            except BackError:
                if earlier:
                    call = earlier.pop()
                else:
                    tell(say("this is the first question; ^C ends"))
            else:
                earlier.append(call)
                call = answered
        return self._open(call)

    def _first_call(self) -> Call:
        """Return the call as it was typed with the command."""
        wanted = self.wanted
        appliance = f"A{wanted.appliance_id}" if wanted.appliance_id else _NONE if wanted.no_appliance else None
        caller = f"C{wanted.customer_id}" if wanted.customer_id else None
        if caller is None and wanted.phone is not None:
            reached = customers.list_customers_by_phone(self.db, wanted.phone)
            caller = f"C{reached[0]['id']}" if len(reached) == 1 else None
        return Call(caller=caller, appliance=appliance, text=wanted.text or None)

    def _with_only_appliance(self, call: Call) -> Call:
        """Return the call about the one appliance of a caller who was named with the command."""
        if call.appliance is not None or call.customer_id is None:
            return call
        owned = appliances.list_appliances_in_use(self.db, call.customer_id)
        if len(owned) > 1:
            return call
        return call._replace(appliance=f"A{owned[0]['id']}" if owned else _NONE)

    def _next_question(self, call: Call, *, is_asking: bool) -> "Question | None":
        if call.caller is None and call.appliance_id is None:
            return _ask_who
        asked: list[tuple[str | None, Question]] = []
        if call.caller == _NEW:
            asked = [(call.name, _ask_name), (call.phone, _ask_phone)]
            asked += [(call.address, _ask_address), (call.area, _ask_area)]
        if call.appliance is None and call.caller is not None:
            asked.append((None, _ask_appliance))
        if call.appliance == _NEW:
            asked += [(call.category, _ask_category), (call.brand, _ask_brand), (call.bought, _ask_bought)]
        asked.append((call.text, _ask_problem))
        if is_asking:
            asked.append((None if not call.is_agreed else "", _ask_to_open))
        return next((question for answer, question in asked if answer is None), None)

    def _open(self, call: Call) -> Result:
        caller = machine = None
        if call.caller == _NEW:
            caller = register.NewCustomer(
                str(call.name), [call.phone] if call.phone else [], call.address or None, call.area or None,
                household_id=call.household_id, force=call.is_other, no_phone=not call.phone,
            )  # fmt: skip
        if call.appliance == _NEW:
            bought = dates.purchase_date(call.bought, self.session.now) if call.bought else appliances.UNKNOWN
            machine = NewAppliance(str(call.category), call.brand or None, bought=bought)
        ticket = self.wanted._replace(
            text=str(call.text), appliance_id=call.appliance_id, customer_id=call.customer_id,
            phone=None if call.caller else self.wanted.phone, no_appliance=call.appliance == _NONE,
        )  # fmt: skip
        answer = calls.take_call(self.session.begin(), ticket, caller=caller, machine=machine)
        notes = [note for note in answer.notes if note not in self.told]
        if answer.table.column("id") == [1]:  # the first ticket: print only the next step
            return answer._replace(
                notes=notes, below=[say("next: {steps}", steps=say("'servicedesk {path}'", path="ticket assign T1"))]
            )
        return answer._replace(notes=notes)


Question = Callable[[Dialogue, Call], Call]


def _ask_who(dialogue: Dialogue, call: Call) -> Call:
    """Return the call with its caller: somebody who was found and named, or somebody new."""
    heard, dialogue.heard = dialogue.heard, None
    question = say("Who calls? (part of a phone, name or address; n: new)")
    while True:
        found, dialogue.typed = people.ask_caller(dialogue.session, question, heard=heard)
        if found is not None:
            return _caller(dialogue, call, found)
        heard = None
        with suppress(BackError):  # `b` at a phone that may be mistyped
            return _newcomer(dialogue, call, dialogue.typed)


def _caller(dialogue: Dialogue, call: Call, person: Row) -> Call:
    """Show a known customer with their open tickets, and return the call with that customer."""
    tell(joined("", ("  ", people.card(person, phone_digits(" ".join(from_json(person["phones"])))).label)))
    still_open = ticket_lists.find_tickets(dialogue.db, now=dialogue.session.now, customer_id=person["id"])
    for ticket in list(still_open)[:3]:
        words = (f"T{ticket.id}", coded(ticket.status), ticket.reported_at[:10], ticket.text, ticket.technician)
        tell(say("  still open: {ticket}", ticket=joined(" ", [word for word in words if word])))
    return call._replace(caller=f"C{person['id']}")


def _newcomer(dialogue: Dialogue, call: Call, text: str) -> Call:
    """Return the call of a new customer, with the typed text as phone or name."""
    call = call._replace(caller=_NEW)
    if may_be_phone(text):
        return _ask_phone(dialogue, call, typed=text)
    is_name = text and not any(sign.isdecimal() for sign in text)
    return call._replace(name=one_line(text, say("the name")) if is_name else None)


def _line(what: str) -> Callable[[str], str]:
    """Return the reader of an answer on one line."""
    return lambda text: one_line(text, what)


def _ask_name(_: Dialogue, call: Call) -> Call:
    def read(text: str) -> str:
        name = one_line(text, say("the name"))
        if may_be_phone(name):
            raise UsageError(say("'{text}' is a phone; the name first", text=name))
        if not any(sign.isalpha() for sign in name):
            raise UsageError(say("'{text}' is no name", text=name))
        return name

    return call._replace(name=ask(say("Name"), read, back=True))


def _ask_phone(dialogue: Dialogue, call: Call, *, typed: str | None = None) -> Call:
    def read(text: str) -> str:
        return people.read_phone(dialogue.session, text, back=True)

    def read_or_none(text: str) -> str:
        return "" if text in {"-", "无"} else read(text)

    return call._replace(phone=ask(say("Phone (-: none)"), read_or_none, back=True, typed=typed))


def _ask_address(_: Dialogue, call: Call) -> Call:
    return call._replace(address=people.ask_address(back=True))


def _ask_area(dialogue: Dialogue, call: Call) -> Call:
    """Return the call with the area; the new customer, now complete, may turn out to be known."""
    while True:
        area = people.ask_area(dialogue.session, back=True)
        with suppress(BackError):  # `b` at the question which known person it is
            return _settle_known(dialogue, call._replace(area=area))


def _settle_known(dialogue: Dialogue, call: Call) -> Call:
    """Return the call of a known person with that phone, or name and address, if that person calls."""
    numbers = parse_phones([call.phone] if call.phone else [])
    found = register.list_known(dialogue.db, str(call.name), numbers, call.address or None)
    if not found:
        return call
    picked = _NEW if call.is_other else _choose_known(found, numbers[0].digits if numbers else "")
    if picked != _NEW:
        return _caller(dialogue, call, next(row for row in found if f"C{row['id']}" == picked))
    homes = {row["household_id"]: row["name"] for row in found if row["household_id"]}
    for household_id, name in homes.items():
        if confirm(say("Is it the same home as {name}?", name=name), default=True, back=True):
            return call._replace(household_id=household_id)
    return call._replace(is_other=True)


def _choose_known(found: Sequence[Row], digits: str) -> str:
    """Return the reference of the known person who calls, or _NEW."""
    tell(say("The phone, or the name at that address, is already recorded:"))
    cards = [people.card(row, digits) for row in found[:_MOST]]
    return choose(say("Who calls? (a number; n: somebody else, b: back)"), cards, keys={"n": _NEW}, back=True)


def _ask_appliance(dialogue: Dialogue, call: Call) -> Call:
    """Return the call with one of the caller's appliances, a new one, or none; or of another person on that phone."""
    owned = appliances.list_appliances_in_use(dialogue.db, call.customer_id or 0)
    if not owned:
        return _ask_category(dialogue, call)
    lines = [Choice(f"A{row['id']}", _machine(row)) for row in owned]

    def read(text: str) -> str:
        found = references.list_owned_like(dialogue.db, call.customer_id or 0, text)
        if len(found) == 1:
            return f"A{found[0]['id']}"
        them = joined(" or ", [f"A{row['id']}" for row in found or owned])
        if found:
            raise UsageError(say("'{text}' may be {which}", text=text, which=them))
        raise UsageError(say("'{text}' is not in the list", text=text), hint=them)

    keys = {"n": _NEW, "-": _NONE, "无": _NONE, "none": _NONE, "p": _PERSON}
    question = say("Which appliance? (a number; n: another one, -: none, p: another person calls)")
    if len(lines) == 1:
        question = say("Which appliance? (Enter: 1, n: another one, -: none, p: another person calls)")
    default = lines[0].value if len(lines) == 1 else None
    picked = choose(question, lines, read=read, default=default, keys=keys, back=True)
    if picked == _PERSON:
        phone = dialogue.typed if may_be_phone(dialogue.typed) else ""
        return _newcomer(dialogue, Call(text=call.text, is_other=bool(phone)), phone)
    return call._replace(appliance=picked)


def _machine(row: Row) -> str:
    bought = appliances.partial_date(row, "bought")
    named = joined(" ", (f"A{row['id']}", appliances.appliance_label(row)))
    return say("{appliance}, bought {bought}", appliance=named, bought=bought) if bought else named


def _ask_category(dialogue: Dialogue, call: Call) -> Call:
    """Return the call with the kind of a new appliance, or with none if the call need not be about an appliance."""
    kinds = dict(suggestions.values(dialogue.db, "category"))
    lines = [Choice(code, category_name(code), (label,)) for code, label in kinds.items()]

    def read(text: str) -> str:
        if code := categories.find_code(dialogue.db, text):
            return code
        raise UsageError(say("there is no category '{code}'", code=text), hint=nearest(text, kinds))

    if call.appliance == _NEW:
        return call._replace(category=choose(say("Which kind of appliance?"), lines, read=read, back=True))
    question = say("Which kind of appliance? (Enter: it is not about one)")
    category = choose(question, lines, read=read, default=_NONE, back=True)
    if category == _NONE:
        return call._replace(appliance=_NONE)
    return call._replace(appliance=_NEW, category=category)


def _ask_brand(dialogue: Dialogue, call: Call) -> Call:
    return call._replace(brand=ask_brand(dialogue.session, call.category, back=True))


def ask_brand(session: Session, category: str | None, *, back: bool = False) -> str:
    """Ask for the brand of an appliance of that kind; return "" if it is not known."""

    def read(text: str) -> str:
        if categories.find_code(session.db, text) == category:
            raise UsageError(say("'{text}' is the kind, not the brand", text=text))
        return brand_as_first_typed(session.db, one_line(text, say("the brand")))

    return ask(say("Brand (Enter: not known)"), read, empty="", back=back)


def _ask_bought(dialogue: Dialogue, call: Call) -> Call:
    return call._replace(bought=ask_bought(dialogue.session, back=True))


def ask_bought(session: Session, *, back: bool = False) -> str:
    """Ask when an appliance was bought; return the text as typed, "" if it is not known."""

    def read(text: str) -> str:
        dates.purchase_date(text, session.now)
        return text

    return ask(say("Bought, such as 2024-03 or 2024 (Enter: not known)"), read, empty="", back=back)


def _ask_problem(_: Dialogue, call: Call) -> Call:
    question = say("The problem, in the customer's words")
    return call._replace(text=ask(question, lambda text: free_text(text, say("the problem")), back=True))


def _ask_to_open(dialogue: Dialogue, call: Call) -> Call:
    """Show the whole call, with what speaks against a new ticket, and return it as agreed; end the run on no."""
    _show_summary(dialogue, call)
    if not confirm(say("Open?"), default=True, back=True):
        end(new_line=False)
    return call._replace(is_agreed=True)


def _show_summary(dialogue: Dialogue, call: Call) -> None:
    """Print the whole call, and the history of its appliance."""
    from servicedesk.render.formats import write

    type = dialogue.wanted.type
    work = coded(type) if type != TicketType.REPAIR else None
    row = [_summary_of_caller(dialogue, call), _summary_of_appliance(dialogue, call), call.text, work]
    table = record(columns("customer", "appliance", "problem", "type"), row)
    if speech.words is not None:
        from servicedesk.language.translate import translated

        table = translated(table, speech.words)
    write(table, "table", sys.stderr, terminal=True)
    if call.appliance_id:
        at = dialogue.wanted.at or dialogue.session.now
        dialogue.told = calls.preview_history(dialogue.db, call.appliance_id, at=at, type=type)
        for note in dialogue.told:
            tell(note)


def _summary_of_caller(dialogue: Dialogue, call: Call) -> str:
    if call.caller == _NEW:
        parts = [part for part in (call.name, call.phone or wording.NO_PHONE, call.address, call.area) if part]
        return say("{customer} (new)", customer=joined(", ", parts))
    if call.customer_id:
        return f"C{call.customer_id} {customers.get_customer(dialogue.db, call.customer_id)['name']}"
    return appliances.owner_label(appliances.get_appliance(dialogue.db, call.appliance_id or 0))


def _summary_of_appliance(dialogue: Dialogue, call: Call) -> str | None:
    if call.appliance == _NEW:
        bought = _bought_text(dialogue, call.bought) if call.bought else ""
        named = [category_name(str(call.category)), call.brand or "", bought]
        return say("{appliance} (new)", appliance=joined(" ", filter(None, named)))
    return _machine(appliances.get_appliance(dialogue.db, call.appliance_id)) if call.appliance_id else None


def _bought_text(dialogue: Dialogue, text: str) -> str:
    """Return the date of purchase as it was understood: 2025 for 去年."""
    first, precision = dates.purchase_date(text, dialogue.session.now)
    return appliances.date_text(first, precision) or ""
