"""Ask for missing values at a terminal, if stdin and stderr are one and no format for scripts is asked for.

Nothing is written before the last answer. An empty answer, or the end of the input, is wrong usage (2); ^C is 130.
"""

import sys
from contextlib import suppress
from typing import Any, NamedTuple

from servicedesk.base.errors import ServiceDeskError, UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.session import Session, reference, tell
from servicedesk.domain import wording

MOST = 10
NONE = 0  # no appliance has this id


def ask(question: str) -> str:
    """Return the typed answer without blanks around it; raise UsageError if it is empty."""
    from servicedesk.cli.run.language import speech

    print(f"{speech.translation(question)}: ", end="", file=sys.stderr, flush=True)
    try:
        answer = input().strip()
    except EOFError:
        print(file=sys.stderr)
        answer = ""
    if not answer:
        raise UsageError(say("nothing was typed, and nothing was done"))
    return answer


def parameter(param: Any) -> list[str]:
    """Return the words that give the parameter which the parser misses."""
    choices = [str(getattr(choice, "value", choice)) for choice in getattr(param.type, "choices", ())]
    form = ", ".join(choices) or str(param.metavar or param.name)
    what = say((param.help or "").rstrip("."))
    answer = ask(say("{what} ({form})", what=what, form=form) if what else form)
    if param.param_type_name == "option":
        return [f"{param.opts[-1]}={answer}"]
    return answer.split() if param.nargs == -1 else [answer]


class Call(NamedTuple):
    """The words of `ticket open`; None or False for what was not given."""

    appliance_id: int | None
    customer_id: int | None
    phone: str | None
    no_appliance: bool
    text: str | None


def complete_call(session: Session, call: Call) -> Call:
    """Return the call with what is missing asked for: the caller, the appliance, the problem."""
    if call.appliance_id is None:
        customer_id = call.customer_id or _caller(session, call.phone)
        appliance_id = None if call.no_appliance else _machine(session, customer_id)
        no_appliance = call.no_appliance or appliance_id == NONE
        call = Call(appliance_id or None, customer_id, None, no_appliance, call.text)
    return call if call.text is not None else call._replace(text=ask(say("The problem, in the customer's words")))


def _caller(session: Session, text: str | None) -> int:
    """Return the one customer who matches the text; while none or several match, show them and ask again."""
    while True:
        text = text or ask(say("Who calls? A phone, C12, or a part of the name or address"))
        people = _people(session, text)
        if not people:
            tell(say("no customer matches '{text}'; ^C ends, 'customer add' registers a new one", text=text))
        for person in people[:MOST]:
            tell(f"  C{person['id']}  {' '.join(str(person[key]) for key in ('name', 'address') if person[key])}")
        if len(people) > MOST:
            tell(say("  and {n} more", n=len(people) - MOST))
        if len(people) == 1:
            return int(people[0]["id"])
        text = None


def _people(session: Session, text: str) -> list[dict[str, Any]]:
    """Return the customer of that reference, otherwise those with the text in their name, phone or address."""
    from servicedesk.desk.customers.register import list_near
    from servicedesk.records import customers

    with suppress(ServiceDeskError):
        return [dict(customers.get_customer(session.db, reference(text, "C")))]
    return [dict(row) for row in list_near(session.db, text, on=session.on(None))]


def _machine(session: Session, customer_id: int) -> int | None:
    """Return which appliance of the customer is meant: NONE if none of them, None if there is no choice."""
    from servicedesk.records import appliances

    machines = {row["id"]: row for row in appliances.list_appliances_in_use(session.db, customer_id)}
    if len(machines) < 2:
        return None
    from servicedesk.language.typed import code_typed

    for row in machines.values():
        tell(f"  A{row['id']}  {wording.appliance_name(row['category'], row['brand'], row['model'])}")
    while True:
        text = ask(say("Which appliance? A34, or none"))
        if code_typed(text, ("none", "no")).lower() in {"none", "no", "-"}:
            return NONE
        with suppress(UsageError):
            if (appliance_id := reference(text, "A")) in machines:
                return appliance_id
