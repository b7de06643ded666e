"""Short messages to a customer about a ticket, to copy into SMS or WeChat; the outlet may word them itself.

A text has `{names}` for facts of the ticket. If it names a fact that nobody knows, the message is refused.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from string import Formatter
from typing import NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import coded, item_list, joined, msgid, say
from servicedesk.base.said_times import weekday
from servicedesk.base.table import Result, Table, columns, moment, nothing_changed, record
from servicedesk.base.text import free_text
from servicedesk.language.words import Words
from servicedesk.records import consents, tickets
from servicedesk.records.tickets import TicketRow
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk


class Kind(StrEnum):
    """What a message is about."""

    APPOINTMENT = "appointment"
    ON_THE_WAY = "on_the_way"
    SURVEY = "survey"
    READY = "ready"


DEFAULTS = {
    Kind.APPOINTMENT: msgid(
        "{outlet}: {customer}, {technician} comes to you on {day} between {from} and {to} for your {appliance}"
        " ({ticket}). If the time does not suit you, please call {phone}."
    ),
    Kind.ON_THE_WAY: msgid(
        "{outlet}: {customer}, {technician} is on the way to you for your {appliance} ({ticket})."
    ),
    Kind.SURVEY: msgid(
        "{outlet}: {customer}, we finished the work on your {appliance} on {completed} ({ticket}). Were you satisfied?"
        " Please answer with a number from 5 (very) to 1 (not at all)."
    ),
    Kind.READY: msgid(
        "{outlet}: {customer}, your {appliance} is ready ({ticket}). You can fetch it from {opens} to {closes}."
    ),
}  # fmt: skip
# Phrases of the default texts, and what stands for each if nobody knows the name in it.
_INSTEAD = {
    "technician": (msgid("{technician} comes to you"), msgid("we come to you")),
    "phone": (msgid("please call {phone}"), msgid("please call us")),
}


class _Facts(NamedTuple):
    """What a message may name: the ticket, its outlet, and the words of its language."""

    db: Database
    row: TicketRow
    words: Words

    def day(self, text: str) -> str:
        """Return a date as people write it: Thursday 3 December, 12月3日周四."""
        day = date.fromisoformat(text[:10])
        if self.words.language == "zh":
            return f"{day.month}月{day.day}日{self.words.translation(weekday(text[:10]))}"
        return f"{day:%A} {day.day} {day:%B}"

    def window_end(self) -> str:
        """Return the hour at which the window ends, with its day if that is another."""
        first, last = str(self.row.window_from), str(self.row.window_to)
        return last[11:16] if first[:10] == last[:10] else f"{self.day(last)} {last[11:16]}"


# Every name that a text may have, and its value; None if nobody knows it.
_VALUES: Mapping[str, Callable[[_Facts], str | None]] = {
    "outlet": lambda facts: facts.db.outlet.name,
    "phone": lambda facts: facts.db.outlet.phone,
    "customer": lambda facts: facts.row.customer,
    "ticket": lambda facts: f"T{facts.row.id}",
    "appliance": lambda facts: _appliance(facts),
    "problem": lambda facts: facts.row.text or facts.words.code(facts.row.fault or ""),
    "technician": lambda facts: facts.row.technician,
    "day": lambda facts: facts.day(facts.row.window_from) if facts.row.window_from else None,
    "from": lambda facts: facts.row.window_from[11:16] if facts.row.window_from else None,
    "to": lambda facts: facts.window_end() if facts.row.window_to else None,
    "completed": lambda facts: facts.day(facts.row.completed_at) if facts.row.completed_at else None,
    "opens": lambda facts: facts.db.outlet.opens,
    "closes": lambda facts: facts.db.outlet.closes,
}


def _appliance(facts: _Facts) -> str:
    if not facts.row.category:
        return facts.words("appliance")
    kind = facts.words.category(facts.row.category)
    return f"{facts.row.brand or ''}{'' if facts.words.language == 'zh' else ' '}{kind}".strip()


_NOT_READY = {"not_repairable", "referred", "resolved_remotely"}  # nothing was repaired that could be fetched
_MESSAGE = columns("ticket_id:T=ticket", "kind", "language", "text:page")


def get_message(db: Database, ticket_id: int, kind: Kind, *, words: Words, now: datetime) -> Result:
    """Return the text for the customer of that ticket. NotFoundError; RefusedError if a fact is missing."""
    row = tickets.get_ticket_row(db, ticket_id, now=now)
    _check_moment(db, row, kind, now)
    facts = _Facts(db, row, words)
    text = _own_text(db, kind, words.language) or _default_text(facts, kind)
    if db.outlet.own_name is None:  # "Service outlet" says nothing to a customer
        text = re.sub(r"^(?:【\{outlet\}】|\{outlet\}: )", "", text)
    names = _names_in(text)
    values = {name: _VALUES[name](facts) for name in names}
    for name, value in values.items():
        if not value:
            raise _missing(row, name)
    told = text.format_map(values).replace("师傅师傅", "师傅")  # of a technician who is called 王师傅
    table = record(_MESSAGE, [row.id, kind.value, words.language, told])
    return Result(table, _doubts(db, row, kind), changed=False)


def _default_text(facts: _Facts, kind: Kind) -> str:
    """Return the default text, with other phrases for names that nobody knows, where _INSTEAD has one."""
    text = facts.words(DEFAULTS[kind])
    for name, (known, unknown) in _INSTEAD.items():
        if not _VALUES[name](facts):
            text = text.replace(facts.words(known), facts.words(unknown))
    return text


def _doubts(db: Database, row: TicketRow, kind: Kind) -> list[str]:
    """Return a warning if the appliance is probably not at the outlet: the work was done in one visit."""
    if kind is not Kind.READY or not row.completed_at:
        return []
    ticket = tickets.load_ticket(db, row.id)
    visit, done = ticket.last("arrived"), ticket.last("completed")
    has_waited = ticket.last("waiting") is not None
    if visit is None or visit.no_access or has_waited or done is None or visit.at[:10] != done.at[:10]:
        return []
    return [say("warning: {ref} was done at the customer's on {day}: is there anything to fetch?", ref=f"T{row.id}",
                day=done.at[:10])]  # fmt: skip


def _check_moment(db: Database, row: TicketRow, kind: Kind, now: datetime) -> None:
    """Raise RefusedError if the state of the ticket, or the customer's wish, does not fit this kind of message."""
    ref = f"T{row.id}"
    if row.cancelled_at:
        raise RefusedError(say("{ref} was cancelled {at}", ref=ref, at=moment(row.cancelled_at)))
    if kind in {Kind.APPOINTMENT, Kind.ON_THE_WAY} and row.completed_at:
        raise RefusedError(say("{ref} was completed {at}", ref=ref, at=moment(row.completed_at)))
    if kind is Kind.APPOINTMENT and row.window_to and dates.unix_of(row.window_to) <= dates.unix(now):
        raise RefusedError(
            say("the window of {ref} has passed: {at}", ref=ref, at=moment(row.window_to)), hint=_appoint(ref)
        )
    if kind is Kind.READY and row.outcome in _NOT_READY:
        raise RefusedError(
            say("{ref} ended '{outcome}': nothing was repaired that could be fetched", ref=ref,
                outcome=coded(row.outcome)),
            hint=say("ticket correct {ref}, if it ended in another way", ref=ref),
        )  # fmt: skip
    if kind is Kind.READY and row.status == "waiting":
        raise RefusedError(
            say("{ref} is still waiting", ref=ref), hint=say("ticket resume {ref}, when the wait is over", ref=ref)
        )
    if kind is Kind.SURVEY and consents.is_refused(db, row.customer_id, "calls"):
        raise RefusedError(
            say("C{id} wants no calls after the work", id=row.customer_id),
            hint=say("'customer consent C{id}' shows it", id=row.customer_id),
        )


def _appoint(ref: str) -> str:
    return say("ticket appoint {ref} tomorrow 9-11 --asked-by customer", ref=ref)


def _missing(row: TicketRow, name: str) -> RefusedError:
    """Return the error for a fact that the text names and nobody knows, with the command that records it."""
    ref = f"T{row.id}"
    if name in {"day", "from", "to"}:
        return RefusedError(say("{ref} has no appointment", ref=ref), hint=_appoint(ref))
    if name == "technician":
        return RefusedError(
            say("{ref} has no technician", ref=ref), hint=say("ticket assign {ref} --auto, or with a name", ref=ref)
        )
    if name == "phone":
        return RefusedError(say("the outlet has no phone"), hint=say("'outlet phone 023-62801234' sets it"))
    if name == "completed":
        return RefusedError(
            say("{ref} is not completed", ref=ref), hint=say("ticket complete {ref} --outcome fixed", ref=ref)
        )
    if name == "customer":
        return RefusedError(say("{ref} has no customer", ref=ref), hint=say("'ticket show {ref}' shows more", ref=ref))
    return RefusedError(say("{ref} has no {name}", ref=ref, name=name), hint=say("ticket edit {ref}", ref=ref))


def _names_in(text: str) -> list[str]:
    """Return the {names} of a text. UsageError for an unknown name, with all known ones, and for a single brace."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise UsageError(say("a brace is open or closed alone"), hint=say("a brace itself is typed twice")) from None
    names = []
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if name not in _VALUES or form or conversion:
            known = item_list(f"{{{known}}}" for known in _VALUES)
            raise UsageError(
                say("'{name}' is no name for a message", name=f"{{{name}}}"), hint=say("one of {words}", words=known)
            )
        names.append(name)
    return names


# The outlet's own words.

TEXT = "SELECT text FROM wording WHERE kind = :kind AND language = :language"


def _own_text(db: Database, kind: Kind, language: str) -> str | None:
    found: str | None = db.value(TEXT, kind=kind, language=language)
    return found


_WORDINGS = columns("kind", "language", "own", "text")


def list_wordings(db: Database, *, languages: Mapping[str, Words]) -> Table:
    """Return the text of every kind in every language, and whether it is the outlet's own."""
    rows = []
    for kind in Kind:
        for code, words in languages.items():
            own = _own_text(db, kind, code)
            rows.append([kind.value, code, own is not None, own or words(DEFAULTS[kind])])
    return Table(_WORDINGS, rows)


def set_wording(desk: Desk, kind: Kind, text: str | None, *, words: Words) -> Result:
    """Set the outlet's own text of a message in one language; None restores the default text."""
    if text is not None:
        text = free_text(text, say("the text"))
        _names_in(text)
    with desk.db.atomic():
        changed = _own_text(desk.db, kind, words.language) != text
        if changed:
            sql = "DELETE FROM wording WHERE kind = :kind AND language = :language"
            desk.db.run(sql, kind=kind, language=words.language)
        if changed and text is not None:
            desk.db.insert("wording", desk.stamp, kind=kind, language=words.language, text=text)
    shown = text or words(DEFAULTS[kind])
    row = [kind.value, words.language, text is not None, shown]
    name = joined(" ", [coded(kind.value), words.language])
    return Result(record(_WORDINGS, row), [] if changed else [nothing_changed(name)], changed)
