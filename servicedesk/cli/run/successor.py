"""Which appliance came in the place of one that was exchanged: as it is typed with --for, or asked for."""

from servicedesk.base.messages import say
from servicedesk.cli.run.session import Session

_NEW = ("new", "n", "新")  # it is not registered yet


def read_successor(session: Session, text: str) -> int | None:
    """Return the id of the appliance that the text names; None for a new one."""
    if text.strip().lower() in _NEW:
        return None
    from servicedesk.records.appliances import get_appliance_in_use

    number = session.appliance(text)
    get_appliance_in_use(session.db, number)
    return number


def ask_successor(session: Session, question: str, *, may_leave: bool = False) -> str:
    """Return the answer of a person at a terminal: a reference, `new`, or "" where it may be left."""
    from servicedesk.cli.run.asking import ask

    def read(text: str) -> str:
        number = read_successor(session, text)
        return "new" if number is None else f"A{number}"

    way = say("A12, n: a new one, Enter: not now") if may_leave else say("A12, n: a new one")
    return ask(say("{question} ({way})", question=question, way=way), read, empty="" if may_leave else None)
