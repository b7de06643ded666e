"""Sketch the sections of the ticket, its visits and its survey."""

from itertools import compress

from servicedesk.base.messages import item_list, say
from servicedesk.file.imports.sketch.codes import CANCELLED, OPEN, proposal
from servicedesk.file.imports.sketch.columns import Column, is_person, separators, values_of
from servicedesk.file.imports.sketch.draft import Line, Section, quote_some, toml, toml_key, toml_list
from servicedesk.file.imports.sketch.roles import Roles
from servicedesk.file.imports.sketch.sections.fates import (
    Fate,
    end_condition,
    find_fate,
    put_cancellation,
    put_outcome,
    put_satisfaction,
)
from servicedesk.file.imports.sketch.sections.ticket_keys import put_ticket_key
from servicedesk.file.imports.sketch.sections.times import put_dates
from servicedesk.file.imports.sketch.view import View, by_count, code_lines, field_value, template
from servicedesk.file.imports.tables.layout import SHEET

_REPORT = "ticket.reported_at"
_MOST_WAITS = 60  # different texts of a column of results


def sketch_ticket(view: View) -> list[Section]:
    """Return the sections of ticket, visit and survey; [] if no column says when something happened."""
    roles = view.roles
    report = roles.report
    if report is None:
        return []
    section, survey = Section("ticket"), Section("survey")
    visits = _find_visits(view)
    put_ticket_key(view, section, report, has_visits=visits is not None)
    if kind := roles.get("ticket.type"):
        section.put_codes("type", kind.name, code_lines(view, kind, "type", "repair"), **_blank_type(kind))
        view.find(kind, "ticket.type")
    doubt = "" if report == _REPORT else say("no column says when the customer called")
    put_dates(view, section, "reported_at", report, doubt=doubt)
    if roles.get("ticket.technician"):
        put_dates(view, section, "assigned_at", "ticket.assigned_at")
    if visits is None:
        put_dates(view, section, "arrived_at", "ticket.arrived_at", when=_visit_condition(view))
    fate = _put_end(view, section, report)
    if visits is None:
        _put_waits(view, section, waits_of=OPEN)
    _put_technician(view, section)
    _put_words(view, section)
    put_satisfaction(view, survey, fate)
    has_answers = bool(survey.lines or survey.tables)
    if has_answers:
        put_dates(view, survey, "answered_at", "survey.answered_at")
        if why := view.roles.get("survey.reason"):
            survey.put("reason", toml(why.name))
            view.find(why, "survey.reason", say("{n} filled", n=why.filled))
    return [section, *([visits] if visits else []), *([survey] if has_answers else [])]


def _visit_condition(view: View) -> str:
    """Return the condition of arrivals in a file without completions: of other tickets the visit is only planned."""
    if view.roles.get("ticket.completed_at"):
        return ""
    return end_condition(view, find_fate(view, view.roles.get("ticket.status") or view.roles.get("ticket.outcome")))


def _blank_type(kind: Column) -> dict[str, str]:
    return {"default": toml("repair")} if kind.filled < kind.rows else {}


def _find_visits(view: View) -> Section | None:
    """Return the section of visits if the file has one row a visit: numbers of tickets repeat with other arrivals."""
    own, arrived = view.roles.get("ticket.ref"), view.roles.get("ticket.arrived_at")
    if own is None or arrived is None or own.is_key:
        return None
    times: dict[str, set[str]] = {}
    for key, came in zip(own.values, arrived.values, strict=True):
        if key:
            times.setdefault(key, set()).add(came)
    repeated = [key for key, count in own.texts.items() if count > 1]
    if not repeated or sum(len(times[key]) > 1 for key in repeated) * 2 <= len(repeated):
        return None
    section = Section("visit")
    put_dates(view, section, "arrived_at", "ticket.arrived_at")
    if who := view.roles.get("ticket.technician"):
        section.put("technician", _technician_value(view, who)[0])
    _put_waits(view, section)
    view.find(own, "ticket.ref", say("with several visits: {n}", n=len(repeated)))
    return section


def _put_waits(view: View, section: Section, *, waits_of: str | None = None) -> None:
    """Write what a ticket waits for after a visit, and at which visits nobody opened.

    `waits_of`: only what open tickets wait for, in a file of one row a ticket.
    """
    result = view.roles.get("ticket.outcome") or view.roles.get("ticket.status")
    if result is None or len(result.texts) > _MOST_WAITS:
        return
    for key, kind in (("waiting_for", "waiting"), *(() if waits_of else (("no_access", "no_access"),))):
        lines = []
        for text in by_count(result.texts):
            found, fate = proposal(kind, text), proposal("fate", text)
            if found is not None and (waits_of is None or (fate is not None and fate.code == waits_of)):
                code = found.code if kind == "no_access" else toml(found.code)
                doubt = say("or {others}?", others=item_list(found.others)) if found.others else ""
                lines.append(Line(f"{toml_key(text)} = {code}", doubt or str(result.texts[text]), bool(doubt)))
        if lines:
            section.put_codes(key, result.name, lines, other=toml(""))


def _put_end(view: View, section: Section, report: str) -> Fate | None:
    """Write how tickets end: when, how, or that they were cancelled. Return the column that decides."""
    roles = view.roles
    state, result = find_fate(view, roles.get("ticket.status")), find_fate(view, roles.get("ticket.outcome"))
    decides = state or result
    for fate in filter(None, (state, result)):
        view.find(fate.column, "ticket.outcome" if fate is result else "ticket.completed_at", _pairs_of(fate))
    completed = "ticket.completed_at"
    done = end_condition(view, decides)
    last = next((role for role in (completed, "ticket.arrived_at", report) if roles.get(role)), report)
    is_over = bool(roles.get(completed) or done or (decides and decides.texts("done")) or _is_past(roles))
    if is_over:
        doubt = "" if roles.get(completed) else say("no column says when it was done: taken from this one")
        put_dates(view, section, "completed_at", last, when=done, doubt=doubt)
        put_outcome(view, section, result or state, state or result, is_asked=not doubt)
    put_cancellation(view, section, decides, _cancel_role(view, report, decides))
    for role in ("ticket.status", "ticket.outcome"):
        column = roles.get(role)
        if column is not None and column.name not in view.findings:
            view.find(column, "", say("free text"))
    return decides


def _pairs_of(fate: Fate) -> str:
    return quote_some([f"{text}→{code}" for text, code in fate.codes.items()])


def _cancel_role(view: View, report: str, fate: Fate | None) -> str:
    """Return the field whose date a cancelled ticket has: the last one that is filled in all of them."""
    cancelled = set(fate.texts(CANCELLED)) if fate else set()
    is_off = [text in cancelled for text in fate.column.values] if fate else []
    arrived = [] if _visit_condition(view) else ["ticket.arrived_at"]  # else the visits of cancelled ones were planned
    for role in ("ticket.completed_at", *arrived, report):
        column = view.roles.get(role)
        if column and (role == report or (cancelled and all(compress(column.values, is_off)))):
            return role
    raise AssertionError(report)


def _is_past(roles: Roles) -> bool:
    """Return whether a file without completions lists finished work: arrivals, findings, scores or technicians."""
    return any(roles.get(name) for name in ("ticket.found", "survey.score", "ticket.arrived_at")) or (
        roles.get("ticket.technician") is not None and roles.get("appliance.category") is not None
    )


def _technician_value(view: View, who: Column) -> tuple[str, str]:
    """Return the field of the technician, and what is doubtful about it."""
    several = [text for text in who.texts if len(values_of(text)) > 1]
    if not several or (who.people < 0.3 and len(several) * 4 > len(who.texts)):
        return toml(who.name), ""
    signs = by_count(separators(several))
    count = sum(who.texts[text] for text in several)
    doubt = say("several in {n}: the first is taken, as in {texts}", n=count, texts=quote_some(several))
    split = toml(signs[0]) if len(signs) == 1 else toml_list(signs)
    return field_value(who.name, split=split, take=toml("first")), doubt


def _put_technician(view: View, section: Section) -> None:
    who = view.roles.get("ticket.technician")
    sheets = list(dict.fromkeys(record.sheet for record in view.records))
    if who is None and len(sheets) > 1 and all(map(is_person, sheets)):
        section.put("technician", toml(SHEET), say("the sheets are called {names}", names=quote_some(sheets)))
    if who is None:
        return
    value, doubt = _technician_value(view, who)
    guess = view.guess_comment(who)
    section.put("technician", value, doubt or guess, doubt=bool(doubt or guess))
    view.find(who, "ticket.technician", quote_some(who.texts), doubt=doubt or guess)


def _put_words(view: View, section: Section) -> None:
    """Write the words of the customer, what was found, and how the customer called."""
    roles = view.roles
    words = [*roles.all("ticket.text"), *roles.all("row.remark")]
    if words:
        section.put("text", toml(template(words)))
        for column in words:
            view.find(column, "ticket.text", say("{n} filled", n=column.filled))
    has_end = any(line.text.startswith("completed_at") for line in section.lines)
    if (found := roles.all("ticket.found")) and has_end:
        section.put("found", toml(template(found)))
        for column in found:
            view.find(column, "ticket.found", say("{n} filled", n=column.filled))
    if fault := roles.get("ticket.fault"):
        section.put("fault", toml(fault.name))
        view.find(fault, "ticket.fault", quote_some(fault.texts))
    if channel := roles.get("ticket.channel"):
        section.put_codes("channel", channel.name, code_lines(view, channel, "channel"))
        view.find(channel, "ticket.channel")
