"""Ask at a terminal for a value that a command lacks: pick it from the list that TAB offers, or type it, checked."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from servicedesk.base import dates
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import category_name, coded, joined, say
from servicedesk.base.money import parse_amount
from servicedesk.base.sameness import half_width
from servicedesk.base.table import REFERENCES
from servicedesk.base.text import free_text
from servicedesk.cli.completion.answer import BEFOREHAND, KINDS, FilesWantedError, Place, list_values, walk_words
from servicedesk.cli.run.asking import Choice, ask, choose, code_choice
from servicedesk.cli.run.language import speech
from servicedesk.cli.run.session import Session
from servicedesk.cli.run.several import check_open_tickets, leading_tickets
from servicedesk.domain.ticket_rules import check_outcome
from servicedesk.domain.wording import free_code, letter_and_number, reference
from servicedesk.records.codes import BUILT_IN, check_code
from servicedesk.records.money.prices import check_priced
from servicedesk.storage.database import Database

if TYPE_CHECKING:
    from servicedesk.kpis.definitions.kpi import Kpi

_MOST = 10  # lines of a list that is read from the file
_OPEN = {"area", "brand", "action"}  # kinds that also take a new word
Read = Callable[[str], str]


def ask_for(ctx: Any, args: list[str], param: Any) -> list[str]:
    """Ask for the missing parameter and return the words to add to the command line."""
    session: Session = ctx.obj
    session.is_asking = True
    words = [*ctx.command_path.split()[1:], *args]
    place = walk_words(ctx.find_root().command, words)._replace(param=param)
    _check_given(ctx, place)
    answer = _answer(session, place)
    if param.param_type_name == "option":
        return [f"{param.opts[-1]}={answer}"]
    return answer.split() if param.nargs == -1 else [answer]


def _check_given(ctx: Any, place: Place) -> None:
    """Raise an error if a ticket, technician or outcome that was typed is wrong, before anything is asked."""
    for param in place.command.params:
        texts = place.given.get(param.name, [])
        if texts and _letters(param.metavar or "") == "T":
            refs = leading_tickets(texts)[0] if param.name == "words" else texts
            _check_tickets(ctx.obj, place.path, refs, is_moved=param.nargs == -1)
        elif texts and (param.name, param.metavar) == ("who", "NAME"):
            from servicedesk.records.technicians import get_technician

            get_technician(ctx.obj.db, texts[-1])
        elif texts and (param.name, param.metavar) == ("outcome", "CODE"):
            check_outcome(str(param.type.convert(texts[-1], param, ctx)).strip().lower())


def _check_tickets(session: Session, path: tuple[str, ...], refs: list[str], *, is_moved: bool) -> None:
    """Raise an error if a ticket does not exist, or if the command is too late or too early for it."""
    if is_moved and path in BEFOREHAND:
        check_open_tickets(session, refs)
    for text in refs:
        _check_reference(session, "T", reference(text, "T"))
    if path == ("survey", "record"):
        from servicedesk.desk.aftercare.surveys import check_surveyable

        check_surveyable(session.db, reference(refs[-1], "T"))


def ask_option(ctx: Any, name: str) -> str:
    """Ask for the value of an option that is optional in general but needed this time; return the answer."""
    param = next(param for param in ctx.command.params if param.name == name)
    path = tuple(ctx.command_path.split()[1:])
    values = {key: [value] if isinstance(value, str) else value for key, value in ctx.params.items()}
    given = {
        key: [str(text) for text in texts]
        for key, texts in values.items()
        if isinstance(texts, (list, tuple)) and all(isinstance(text, str) for text in texts)
    }
    return _answer(ctx.obj, Place(ctx.find_root().command, ctx.command, path, given, param, option_may_come=False))


def _answer(session: Session, place: Place) -> str:
    param, metavar = place.param, place.param.metavar or ""
    what = _question(param)
    letters = _letters(metavar)
    if letters == "C" and param.nargs == 1:
        from servicedesk.cli.run.people import ask_customer

        whose = re.split("[,:，：]", what)[0]
        question = say("{what} (C12, or part of a phone, name or address)", what=whose)
        return f"C{ask_customer(session, question)['id']}"
    if KINDS.get((param.name, metavar)) == "technician":
        from servicedesk.cli.run.people import ask_technician

        return ask_technician(session, what)
    read, lines = _reader(session, place, letters), _choices(session, place, letters)
    if not lines:
        is_word = what.endswith(("?", "？")) or metavar.isalpha()  # NAME says nothing, MM-DD does
        form = what if is_word else say("{what} ({form})", what=what, form=metavar)
        return ask(form, read or str)
    is_long = bool(letters) and len(lines) > _MOST
    more = say("  and more: a part of a name, or the number, such as {ref}", ref=f"{letters}12") if is_long else ""
    only_whole = KINDS.get((param.name, metavar)) in _OPEN
    return choose(what, lines, read=read, only_whole=only_whole, most=_MOST if is_long else None, more=more)


def _question(param: Any) -> str:
    """Return the question for a parameter: its help text, unless that only makes sense beside an option."""
    questions = {
        ("words", "T101... [NAME]"): say("Which ticket?"),
        ("words", "T101... [WINDOW]"): say("Which ticket?"),
        ("wanted", "T101... [FILE]"): say("Which ticket?"),
        ("tickets", "T101..."): say("Which ticket?"),
        ("ticket", "T101"): say("Which ticket?"),
        ("promise", "P7"): say("Which promise?"),
        ("complaint", "K5"): say("Which complaint?"),
        ("asked_by", None): say("Who asked for the window?"),
        ("cause", None): say("What does the repair wait for?"),
        ("which", "T101|A34"): say("Which repair, or which appliance?"),
        ("outcome", "CODE"): say("How did the work end?"),
        ("reason", "CODE"): say("Why is it cancelled?"),
        ("reason", "REASON"): say("Why is it no longer in use?"),
        ("reason", "R"): say("Why?"),
        ("about", "CODE"): say("What is it about?"),
        ("about", "REF"): say("What is the note about? (C12, A34, T101, H5, a phone or a name)"),
        ("action", "CODE"): say("What was done?"),
        ("what", "TEXT"): say("What was promised?"),
        ("by", "INSTANT"): say("By when? (such as tomorrow 18:00)"),
        ("kind", "KIND"): say("Which message?"),
        ("kind", "EVENT"): say("What kind of event?"),
        ("key", "KEY"): say("Which figure? 'kpi explain' lists them all"),
        ("event", "N"): say("Which event?"),
        ("by", None): say("Who wants that?"),
        ("category", "CODE"): say("Which kind of appliance?"),
        ("phone", "P"): say("Phone"),
        ("part", "PART"): say("Which part?"),
        ("score", "SCORE"): say("How satisfied, from 5 (very) to 1 (not at all)?"),
    }
    if asked := questions.get((param.name, param.metavar)):
        return asked
    return speech.translation(say(param.help or param.name)).rstrip(".。")


def _letters(metavar: str) -> str:
    """Return the letters of the references that a parameter takes."""
    return "CATH" if metavar == "REF" else "".join(dict.fromkeys(re.findall(rf"\b([{REFERENCES}])\d+\b", metavar)))


def _choices(session: Session, place: Place, letters: str) -> list[Choice]:
    """Return the lines of the list that TAB would offer; none for values that are better searched than listed."""
    param, metavar = place.param, place.param.metavar or ""
    if len(letters) > 1 or letters == "A" or metavar in {"DATE", "D", "INSTANT", "SCORE", "ZONE"}:
        return []
    try:
        offers = list(list_values(place, "", lambda: session.db))
    except FilesWantedError:
        return []
    kind = KINDS.get((param.name, metavar))
    if letters:
        is_coded = letters in {"T", "K", "V"}  # their description begins with a code: the type, or the subject
        lines = [(value, _codes_at_ends(about) if is_coded else about) for value, about in offers]
        return [Choice(value, joined("  ", (value, about)), tuple(about.split())) for value, about in lines]
    if kind == "priced":
        return [
            Choice(value, category_name(value), (about,)) if about else code_choice(value) for value, about in offers
        ]
    if kind == "category":
        return [Choice(value, category_name(value), (about,)) for value, about in offers]
    if metavar == "N":
        offers.sort(key=lambda offer: int(offer[0]))
        return [Choice(value, _code_first(about.replace("T", " "))) for value, about in offers]
    if metavar == "KEY":
        return [Choice(kpi.key, f"{kpi.key}  {kpi.title}", (kpi.title, kpi.chinese)) for kpi in _headline_figures()]
    if kind is None or kind in BUILT_IN:
        return [code_choice(value) for value, _ in offers]
    return [Choice(value, joined("  ", filter(None, (value, about)))) for value, about in offers]


def _code_first(about: str) -> str:
    """Return a text that begins with a code so that the code can be translated."""
    code, _, rest = about.partition(" ")
    return joined(" ", (coded(code), rest))


def _codes_at_ends(about: str) -> str:
    """Return a text whose first word, and whose last if it is the code of a fault, can be translated."""
    begin, _, last = about.rpartition(" ")
    return joined(" ", (_code_first(begin), coded(last))) if begin and last in BUILT_IN["fault"] else _code_first(about)


def _reader(session: Session, place: Place, letters: str) -> Read | None:
    """Return the function that checks an answer outside the list; None if only the list will do."""
    param, metavar = place.param, place.param.metavar or ""
    kind = KINDS.get((param.name, metavar))
    if param.name == "duplicate_of":
        return lambda text: _valid_survivor(session, text, place.given["tickets"])
    if letters:
        return lambda text: _valid_references(session, text, letters, is_many=param.nargs == -1)
    if getattr(param.type, "choices", None) or param.name == "outcome" or (param.name, metavar) == ("reason", "CODE"):
        return None
    if kind == "category" and place.path != ("category", "add"):
        return lambda text: _valid_category(session, text)
    if kind == "priced":
        return lambda text: check_priced(session.db, text)
    if kind == "part" and place.path != ("part", "add"):
        return lambda text: _valid_part(session, text)
    if kind in BUILT_IN:
        return lambda text: check_code(session.db, kind, text, new="new_code" in place.given)
    if kind in _OPEN:
        return lambda text: free_code(text, "") or ""
    return _FORMS.get(metavar, _plain_text)(session)


def _valid_references(session: Session, text: str, letters: str, *, is_many: bool) -> str:
    """Return the references as typed, if the file has them all; a phone or name becomes a reference such as C12."""
    if letters == "A":
        number = session.appliance(text)
        _check_reference(session, "A", number)
        return f"A{number}"
    words = text.split() if is_many else [text]
    for at, word in enumerate(words):
        if "C" in letters and not letter_and_number(word, letters):
            words[at] = f"C{session.customer(word)}"  # a phone or a name
            continue
        letter = half_width(word)[:1].upper()
        if letter not in letters:
            raise UsageError(
                say("'{text}' names nothing here", text=word),
                hint=say("write it like {forms}", forms=joined(" or ", [f"{one}12" for one in letters])),
            )
        _check_reference(session, letter, reference(word, letter))
    return " ".join(words)


def _valid_survivor(session: Session, text: str, gone: list[str]) -> str:
    """Return the ticket that stays, if it may stay for each of the cancelled duplicates in `gone`."""
    from servicedesk.domain.ticket_rules import check_survivor
    from servicedesk.records.tickets import load_ticket

    survivor = load_ticket(session.db, reference(text, "T"))
    for each in gone:
        check_survivor(survivor, load_ticket(session.db, reference(each, "T")))
    return text


def _check_reference(session: Session, letter: str, number: int) -> None:
    """Raise NotFoundError if the file has nothing of that number."""
    if letter == "P":
        from servicedesk.desk.aftercare.promises import promise_table

        promise_table(session.db, number, now=session.now)
    elif letter == "K":
        from servicedesk.desk.aftercare.complaints import complaint_table

        complaint_table(session.db, number, now=session.now)
    elif letter == "E":
        from servicedesk.desk.aftercare.answers import get_answer

        get_answer(session.db, number)
    elif letter == "L":
        from servicedesk.desk.aftercare.contacts import contact_table

        contact_table(session.db, number)
    elif letter == "G":
        from servicedesk.records.agreements.contracts import get_contract

        get_contract(session.db, number)
    elif letter == "V":
        from servicedesk.records.outreach.events import get_event

        get_event(session.db, number)
    elif letter == "S":
        from servicedesk.records.knowledge.solutions import get_solution

        get_solution(session.db, number)
    else:
        from servicedesk.records import appliances, customers, households, tickets

        check: Callable[[Database, int], object] = {
            "A": appliances.get_appliance,
            "C": customers.get_customer,
            "H": households.get_household,
            "T": tickets.load_ticket,
        }[letter]
        check(session.db, number)


def _valid_category(session: Session, text: str) -> str:
    from servicedesk.records.categories import check_category

    return check_category(session.db, text)


def _valid_part(session: Session, text: str) -> str:
    from servicedesk.records.parts.register import get_part

    return str(get_part(session.db, text)["code"])


def _phone(session: Session) -> Read:
    from servicedesk.cli.run.people import read_phone

    return lambda text: read_phone(session, text)


def _opening_hours(text: str) -> object:
    from servicedesk.base.said_times import opening_hours

    return opening_hours(text)


def _whole_number(_: Session) -> Read:
    def read(text: str) -> str:
        number = half_width(text)
        if not (number.isascii() and number.isdecimal()):
            raise UsageError(say("'{text}' is no number", text=text))
        return number

    return read


def _score(_: Session) -> Read:
    from servicedesk.desk.aftercare.surveys import valid_score

    return lambda text: str(valid_score(text))


def _headline_figures() -> "list[Kpi]":
    from servicedesk.kpis.definitions.registry import HEADLINE, find_kpi

    return [find_kpi(key) for key in HEADLINE]


def _figure(_: Session) -> Read:
    from servicedesk.kpis.definitions.registry import find_kpi
    from servicedesk.kpis.integrity.registry import find_signal, is_signal

    return lambda text: find_signal(text).key if is_signal(text) else find_kpi(text).key


def _plain_text(_: Session) -> Read:
    return lambda text: free_text(text, say("the answer"))


def _reader_with(check: Callable[[Session, str], object]) -> Callable[[Session], Read]:
    """Return a reader that keeps the text as typed if `check` raises no error."""

    def reader(session: Session) -> Read:
        def read(text: str) -> str:
            check(session, text)
            return text

        return read

    return reader


# The reader of an answer by the metavar of its parameter.
_FORMS: dict[str, Callable[[Session], Read]] = {
    "P": _phone,
    "N": _whole_number,
    "[YUAN]": _reader_with(lambda _, text: parse_amount(text)),
    "YUAN": _reader_with(lambda _, text: parse_amount(text)),
    "SCORE": _score,
    "KEY": _figure,
    "DATE": _reader_with(lambda session, text: session.on(text, ahead=True)),
    "D": _reader_with(lambda session, text: session.on(text)),
    "INSTANT": _reader_with(lambda session, text: session.instant(text)),
    "ZONE": _reader_with(lambda _, text: dates.zone(text)),
    "HOURS": _reader_with(lambda _, text: _opening_hours(text)),
}
