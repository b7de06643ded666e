"""Sketch the key of a ticket: the file's own number, else report, customer and appliance, else the row's number."""

from collections.abc import Sequence

from servicedesk.base.messages import say, say_count
from servicedesk.file.imports.sketch.columns import Column
from servicedesk.file.imports.sketch.draft import Section, quote_some, toml
from servicedesk.file.imports.sketch.sections.customers import customer_key
from servicedesk.file.imports.sketch.view import View, template
from servicedesk.file.imports.tables.arrange import Record

NUMBER = "{#}"  # the number of the record
# A key fails if more than one row in so many shares its key with a row that differs, or is a repeated row.
_MOST_ALIKE, _MOST_EQUAL = 10, 4


def put_ticket_key(view: View, section: Section, report: str, *, has_visits: bool) -> None:
    """Write the key of tickets. Equal rows are one record; any other uncertainty is a doubt.

    A wrong key would give the facts of one customer to another.
    """
    own = _own_number(view)
    if own is not None and (own.is_key or has_visits):
        section.put("ref", toml(own.name))
        view.find(own, "ticket.ref", say_count("{n} key", "{n} keys", n=len(own.texts)))
        return
    if own is not None and own.filled == own.rows:
        _put_repeated_key(view, section, own)
        return
    parts, equal, differing = _find_key(view, report)
    if not parts:
        alike = differing or equal
        where = view.rows.places(alike)
        doubt = say("no column tells tickets apart: the number of the row, so read only the same file again")
        if alike:
            doubt = say("{doubt}; alike are {where}", doubt=doubt, where=where)
        section.put("ref", toml(_number_of_row(view)), doubt, doubt=True)
        view.notes.append(doubt)
        return
    comment = say("no number of its own: what happened when, to whom")
    if equal:
        told = say("equal rows, one record for each: {where}", where=view.rows.places(equal))
        comment = say("{comment}; {more}", comment=comment, more=told)
        view.notes.append(told)
    if differing:
        where = view.rows.places(differing)
        comment = say("one ticket for rows that differ? {where}: only the first of them is taken", where=where)
        view.notes.append(comment)
    section.put("ref", toml(template(parts, "/")), comment, doubt=bool(differing))


def ticket_key(view: View) -> str:
    """Return the key of tickets; the number of the row, as "{#}" or its column, if no columns tell them apart."""
    own, report = _own_number(view), view.roles.report
    if own is not None and own.is_key:
        return own.name
    parts = _find_key(view, report)[0] if report else []
    return template(parts, "/") if parts else _number_of_row(view)


def _own_number(view: View) -> Column | None:
    """Return the column with the file's own numbers of tickets; a running number is none: it moves with its row."""
    own = view.roles.get("ticket.ref")
    return None if own in view.indexes else own


def _number_of_row(view: View) -> str:
    running = next((column for column in view.roles.all("ticket.ref") if column in view.indexes), None)
    return running.name if running else NUMBER


def _find_key(view: View, report: str) -> tuple[list[Column], list[Record], list[Record]]:
    """Return the columns of the key, the repeated rows, and the rows that share a key and differ.

    There are no columns if too many rows do.
    """
    parts = _natural_key(view, report)
    equal, differing = _alike(view, parts)
    again = len(equal) - len(set(map(view.what_is_said, equal)))
    fails = len(differing) * _MOST_ALIKE > len(view.records) or again * _MOST_EQUAL > len(view.records)
    return ([] if fails else parts), equal, differing


def _natural_key(view: View, report: str) -> list[Column]:
    """Return the columns that together may tell tickets apart: when it was reported, by whom, about what."""
    roles = view.roles
    found = [*roles.all(report)[:1], *([roles.times[report]] if report in roles.times else [])]
    own = roles.get("customer.ref")
    found += (
        [own]
        if own and customer_key(view) == own.name
        else [*roles.all("customer.name")[:1], *roles.all("customer.phone")[:1]]
    )
    if len(found) < 2:
        return []
    found += roles.all("appliance.category")[:1]
    more = roles.all("appliance.model")[:1]  # two of one kind on the same day
    return [*found, *more] if view.count_groups([*found, *more]) > view.count_groups(found) else found


def _alike(view: View, parts: Sequence[Column]) -> tuple[list[Record], list[Record]]:
    """Return the rows that share a key with others: the equal ones, and the ones that differ."""
    rows: dict[tuple[str, ...], list[Record]] = {}
    for key, record in zip(view.keys_of(parts), view.records, strict=True) if parts else ():
        rows.setdefault(key, []).append(record)
    equal: list[Record] = []
    differing: list[Record] = []
    for several in rows.values():
        if len(several) > 1:
            (equal if len(set(map(view.what_is_said, several))) == 1 else differing).extend(several)
    return equal, differing


def _put_repeated_key(view: View, section: Section, own: Column) -> None:
    """Write a number of tickets that is not unique: a doubt, unless whole rows stand in the file twice."""
    _, differing = _alike(view, [own])
    view.find(own, "ticket.ref", say_count("{n} key", "{n} keys", n=len(own.texts)))
    if not differing:
        section.put("ref", toml(own.name), say("rows that stand in the file again: {n}", n=own.rows - len(own.texts)))
        return
    twice = dict.fromkeys(record.cells[own.at].strip() for record in differing)
    where = view.rows.places(differing)
    doubt = say("numbers that stand more than once: {texts}, {where}", texts=quote_some(twice), where=where)
    section.put("ref", toml(own.name), doubt, doubt=True)
    view.find(own, "", doubt=doubt)
