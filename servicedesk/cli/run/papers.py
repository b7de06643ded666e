"""Printed papers of several commands: the output path, the outlet's imprint, proposed solutions for the fault."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.options import words_in
from servicedesk.cli.run.session import Session
from servicedesk.desk.technicians.day import Day
from servicedesk.records.tickets import has_solutions
from servicedesk.storage.paths import is_dash, is_same


def paper_path(session: Session, text: str | None, *, proposed: str, check: Callable[[str], object]) -> str:
    """Return the output path of a paper; at a terminal, ask for a missing path.

    An empty answer means the proposed file; a bare name gets its suffix. UsageError if there is no path and nobody to
    ask; `check` raises UsageError for a wrong path.
    """

    def read(path: str) -> str:
        check(path)
        return path

    if text is None and session.may_ask:
        from servicedesk.cli.run.asking import ask

        own = os.path.splitext(proposed)[1]
        question = say("Where to? (Enter: {path})", path=proposed)
        return ask(question, lambda path: read(with_suffix(path, own)), empty=proposed)
    if text is None:
        raise UsageError(
            say("missing option '--output'"), hint=say("--output {path}; --output - for the output", path=proposed)
        )
    if not text.strip():
        raise UsageError(say("--output is empty"), hint=say("--output {path}", path=proposed))
    return read(text)


def check_page(path: str) -> None:
    """Raise UsageError if the suffix of a new file is not that of a page: a browser would not open it."""
    suffix = os.path.splitext(path)[1]
    if suffix.lower() not in {"", ".html", ".htm"} and not os.path.exists(path):
        raise UsageError(
            say("'{suffix}' is no format of a sheet", suffix=suffix),
            hint=say("name it .html: a browser prints the page, also as PDF"),
        )


def with_suffix(path: str, suffix: str) -> str:
    """Return the path with that suffix if it has none and is the name of a new file."""
    is_name = path.strip() not in {"", "-"} and not path.endswith("/")
    return f"{path}{suffix}" if is_name and not os.path.splitext(path)[1] and not os.path.exists(path) else path


def page_beside_list(session: Session, path: str, option: str) -> str:
    """Return the path of the page beside a list. UsageError if it is no page, or `--output` names the same file."""
    check_page(path)
    path = with_suffix(path, ".html")
    named = session.listing.get("output")
    if named and not is_dash(path) and is_same(Path(named), Path(path)):
        raise UsageError(say("{option} and --output name the same file", option=option), hint=say("name another file"))
    return path


def imprint(session: Session) -> dict[str, Any]:
    """Return the values printed on every paper of a ticket: outlet with phone, time of printing, language."""
    return {
        "outlet": " ".join(filter(None, (session.db.outlet.own_name, session.db.outlet.phone))),
        "printed": session.now.isoformat(" ", "minutes")[:16],
        "words": words_in(session, None),
    }


def proposals(session: Session, ticket_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return by ticket id a line for each of the best two solutions; no line if nothing is known."""
    if not has_solutions(session.db):
        return {ticket_id: [] for ticket_id in ticket_ids}
    from servicedesk.desk.knowledge.propose import list_proposals
    from servicedesk.kpis.solutions import count_success

    success = count_success(session.db, now=session.now)
    return {ticket_id: list_proposals(session.db, ticket_id, success) for ticket_id in ticket_ids}


def with_proposals(session: Session, day: Day) -> Day:
    """Return a technician's day with the proposals for each visit."""
    known = proposals(session, [visit.ticket_id for visit in day.visits])
    return day._replace(visits=[visit._replace(solutions=known[visit.ticket_id]) for visit in day.visits])
