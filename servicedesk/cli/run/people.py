"""Ask for a person at a terminal: find a customer by part of phone, name or address; choose a technician."""

import re
from contextlib import suppress

from servicedesk.base import phones
from servicedesk.base.errors import NotFoundError, ServiceDeskError, UsageError
from servicedesk.base.messages import coded, item_list, joined, say
from servicedesk.base.phones import may_be_phone
from servicedesk.base.sameness import Phone, folded_name, half_width, phone_digits, split_extension
from servicedesk.base.text import one_line
from servicedesk.base.width import cells, padded
from servicedesk.cli.run.asking import BackError, Choice, ask, choose, confirm, confirm_or_correct
from servicedesk.cli.run.language import tell
from servicedesk.cli.run.session import Session
from servicedesk.desk.customers.register import list_near
from servicedesk.domain.wording import reference
from servicedesk.file import suggestions
from servicedesk.records import customers, technicians
from servicedesk.storage.database import Row, from_json

_MOST = 10  # lines of a list
_NEW = "n"


def ask_customer(session: Session, question: str) -> Row:
    """Ask for a customer and return their row.

    A reference, or the whole phone or name of one customer, selects at once; any other text shows a list of matches.
    """
    found, _ = _ask_person(session, question, None, may_be_new=False)
    assert found is not None, "nobody new was offered"
    return found


def ask_customer_or_none(session: Session, question: str) -> Row | None:
    """Ask for a customer as `ask_customer` does; return None for an empty answer."""
    return _ask_person(session, question, None, may_be_new=False, may_leave=True)[0]


def ask_ticket_of(session: Session, customer_id: int, question: str) -> str | None:
    """Ask for a ticket of the customer, the newest listed first; return its reference, or None for none."""
    from servicedesk.records.ticket_lists import find_tickets

    found = find_tickets(session.db, now=session.now, every=True, limit=_MOST, customer_id=customer_id)
    lines = [
        Choice(f"T{row.id}", joined("  ", (f"T{row.id}", row.reported_at[:10], row.text or coded(row.type))))
        for row in found
    ]
    return choose(question, lines, read=lambda text: _ticket(session, text), default="") or None if lines else None


def _ticket(session: Session, text: str) -> str:
    from servicedesk.records.tickets import load_ticket

    return f"T{load_ticket(session.db, reference(text, 'T')).id}"


def ask_caller(session: Session, question: str, *, heard: str | None) -> tuple[Row | None, str]:
    """Ask who calls; return the customer, or None for somebody new, and the text typed for them.

    The text is "" if it says nothing of them. `heard` is searched for before anything is asked.
    """
    return _ask_person(session, question, heard, may_be_new=True)


def _ask_person(
    session: Session, question: str, heard: str | None, *, may_be_new: bool, may_leave: bool = False
) -> tuple[Row | None, str]:
    keys = {_NEW: _NEW} if may_be_new else None
    text, typed = heard, ""
    while text != _NEW:
        if text is None:
            text = ask(question, str, keys=keys, back=may_be_new, empty="" if may_leave else None)
            if not text:
                return None, ""
            continue
        found = _find_people(session, text)
        if len(found) == 1 and (_is_meant(found[0], text) or (not may_be_new and _has_name(found[0], text))):
            return found[0], text if may_be_phone(text) else typed
        if found:
            typed = text
            text = _choose_one(found, text, may_be_new=may_be_new)
        elif not may_be_new or _is_reference(text):
            tell(say("no customer found for '{text}'", text=text))
            text = None
        elif confirm(say("No customer found for '{text}'. Register?", text=text), default=True):
            return None, text
        else:
            text = None
    return None, typed if may_be_phone(typed) else ""


def _choose_one(found: list[Row], text: str, *, may_be_new: bool) -> str | None:
    """Return the reference of the line that was chosen, a further text, or None to begin anew."""
    cards = [card(row, phone_digits(text)) for row in found[:_MOST]]
    keys = {_NEW: _NEW} if may_be_new else None
    if may_be_new and len(cards) == 1:
        question = say("Which one? (Enter: 1, or more of it; n: new, b: back)")
    elif may_be_new:
        question = say("Which one? (a number, or more of it; n: new, b: back)")
    elif len(cards) == 1:
        question = say("Which one? (Enter: 1, or more of it; b: back)")
    else:
        question = say("Which one? (a number, or more of it; b: back)")
    default = cards[0].value if len(cards) == 1 else None
    left = len(found) - len(cards)
    with suppress(BackError):
        more = say("  and {n} more", n=left) if left else ""
        return choose(question, cards, read=str, default=default, keys=keys, back=True, more=more)
    return None


def _is_reference(text: str) -> bool:
    return re.fullmatch(r"[CcＣｃ]\d+", text) is not None


def _find_people(session: Session, text: str) -> list[Row]:
    """Return the customers that the text may mean, the nearest first."""
    try:
        if _is_reference(text):
            found = customers.get_customer(session.db, reference(text, "C"))
            return customers.list_customers(session.db, [found["id"]])
        return list_near(session.db, text, on=session.on(None))
    except ServiceDeskError:
        return []


def _is_meant(person: Row, text: str) -> bool:
    """Return whether the text is a reference or a whole phone of that person, not only a part of their data."""
    own = map(phone_digits, from_json(person["phones"]))
    return _is_reference(text) or (may_be_phone(text) and phone_digits(text) in own)


def read_phone(session: Session, text: str, *, back: bool = False) -> str:
    """Return the phones in the text, joined by " / "; ask about a phone that may be mistyped."""
    return " / ".join(_confirm_phone(session, phone, back=back) for phone in phones.parse_phones([text]))


def _confirm_phone(session: Session, phone: Phone, *, back: bool) -> str:
    """Return the number if it is plausible or meant so, or the right one that is typed instead."""
    doubt = phones.doubt(phone, session.db.outlet.zone.key)
    if doubt and any(sign.isalpha() for sign in split_extension(half_width(phone.number))[0]):
        raise UsageError(say("'{text}' is no phone", text=phone.number), hint=say("digits, such as 13800138000"))
    if doubt:
        question = say("{doubt}: keep it?", doubt=doubt)
        answer = confirm_or_correct(question, phone.number, is_correction=may_be_phone, back=back)
        if not answer:
            raise UsageError(say("the right one, then"))
        if answer != phone.number:
            return read_phone(session, answer, back=back)
    session.kept_phones.add(phone.digits)
    return phone.number


def ask_address(*, back: bool = False) -> str:
    """Ask for an address; return "" if it is not known."""
    return ask(say("Address (Enter: not known)"), lambda text: one_line(text, say("the address")), empty="", back=back)


def ask_area(session: Session, *, back: bool = False) -> str:
    """Ask for a part of the town; an empty answer means the usual one, a new one must be confirmed."""
    areas = [area for area, _ in suggestions.values(session.db, "area")]

    def read(text: str) -> str:
        area = one_line(text, say("the area"))
        if areas and not confirm(say("'{area}' is a new area: keep it?", area=area), default=True):
            raise UsageError(say("one of {words}", words=item_list(areas)))
        return area

    lines, usual = [Choice(area) for area in areas[:_MOST]], session.settings.area or ""
    question = say("Area (Enter: {area})", area=usual) if usual else say("Area (Enter: not known)")
    return choose(question, lines, read=read, only_whole=True, default=usual, back=back)


def ask_technician(session: Session, question: str, *, default: str | None = None) -> str:
    """Ask for a technician and return the name; an empty answer means `default`."""
    return _choose_technician(session, question, technicians.list_present(session.db, on=session.on(None)), default)


def ask_who_goes(session: Session, ticket_id: int) -> str:
    """Ask which technician goes to the ticket; return the name, or "" if the desk is to find somebody."""
    from servicedesk.desk.tickets.dispatch import list_candidates

    found = list_candidates(session.db, ticket_id, at=session.now)
    return _choose_technician(session, say("Who goes? (Enter: the desk finds somebody)"), found, "")


def _choose_technician(session: Session, question: str, present: list[tuple[str, str]], default: str | None) -> str:
    """Return the name of the technician chosen from `present`, which holds names with a remark on each."""
    if not present:
        raise NotFoundError(say("there are no technicians yet"), hint=say("'technician add NAME' registers one"))
    wide = max(cells(name) for name, _ in present)
    lines = [Choice(name, joined("  ", (padded(name, wide), about)) if about else name) for name, about in present]
    return choose(question, lines, read=lambda text: _name(session, text), only_whole=True, default=default)


def _name(session: Session, text: str) -> str:
    return str(technicians.get_technician(session.db, text)["name"])


def _has_name(person: Row, text: str) -> bool:
    return folded_name(person["name"]) == folded_name(text)


def is_name(session: Session, text: str) -> bool:
    """Return whether the text is the name of a customer."""
    return bool(text) and any(_has_name(person, text) for person in _find_people(session, text))


def card(person: Row, digits: str) -> Choice:
    """Return the list line of a customer; a phone that contains `digits` is shown whole."""
    typed = {own for own in map(phone_digits, from_json(person["phones"])) if digits and digits in own}
    return Choice(f"C{person['id']}", customers.candidate_card(person, typed), (person["name"],))
