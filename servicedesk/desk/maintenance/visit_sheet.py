"""The technician's page for a maintenance visit: plain text that fits a page of 80 columns (S34, M7)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from servicedesk.base.messages import in_words, page, say
from servicedesk.base.width import cells, padded, wrapped

WIDTH = 78
_RULE = "-" * WIDTH
_BLANK = "_" * WIDTH


@dataclass(frozen=True, slots=True)
class Entry:
    """An appliance on the sheet; one with a birthday has a remark about it."""

    ref: str
    machine: str
    model: str
    serial: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on the page; `facts` are labelled lines, without unknown ones."""

    outlet: str
    title: str
    facts: Sequence[tuple[str, str]]
    care: Sequence[Entry]
    checks: Sequence[Entry]
    steps: Sequence[str] = ()  # of the checklist of a maintenance visit


Telling = Callable[[str], str]  # translates a sentence into the language of the page


def sheet_text(sheet: Sheet) -> str:
    """Return the whole sheet as text, laid out for the words of the language in use."""
    return page(lambda tell: _draw_sheet(sheet, tell))


def _draw_sheet(sheet: Sheet, tell: Telling) -> str:
    title = tell(sheet.title)
    gap = WIDTH - cells(sheet.outlet) - cells(title)
    head = [sheet.outlet + " " * gap + title] if gap > 1 else [*wrapped(sheet.outlet, WIDTH), title]
    body = [*head, "=" * WIDTH]
    for label, value in sheet.facts:
        body += _columns([(tell(label), 12), (tell(value), WIDTH - 12)])
    body += ["", *_section(tell(say("CARE: the birthday appliances")), sheet.care, tell)]
    if sheet.checks:
        body += ["", *_section(tell(say("CHECK: the other appliances of the household")), sheet.checks, tell)]
    if sheet.steps:
        boxes = "  ".join(f"[ ] {tell(in_words(step))}" for step in sheet.steps)
        body += ["", *_columns([(tell(say("Steps")), 12), (boxes, WIDTH - 12)])]
    body += ["", tell(say("OPINION: what does the customer say of the appliances, and of us?"))]
    body += ["", _BLANK, "", _BLANK, ""]
    body += [tell(say("What is missing in our file (new appliances, dates of purchase, phone)?")), "", _BLANK, "", ""]
    body += [f"{padded(tell(say('Arrived')), 9)}{'_' * 12}  {padded(tell(say('Left')), 6)}{'_' * 12}", ""]
    body += [f"{padded(tell(say('Customer')), 9)}{'_' * 27}  {padded(tell(say('Technician')), 12)}{'_' * 28}"]
    return "\n".join(row.rstrip() for row in body)


def _section(title: str, entries: Sequence[Entry], tell: Telling) -> list[str]:
    rows = [title, _RULE]
    found = f"      {tell(say('Found, done:'))} "
    for entry in entries:
        boxes, machine = tell(say("[ ] ok [ ] fault")), tell(entry.machine)
        rows += _columns([(entry.ref, 6), (machine, 20), (entry.model, 17), (entry.serial, 18), (boxes, 17)])
        if entry.remark:
            rows += _columns([("", 6), (tell(entry.remark), WIDTH - 6)])
        rows += ["", found + "_" * (WIDTH - cells(found))]
    return rows


def _columns(parts: Iterable[tuple[str, int]]) -> list[str]:
    """Return texts side by side, each wrapped in its own column, with a blank between two."""
    parts = list(parts)
    columns = [wrapped(text, width if i + 1 == len(parts) else width - 1) for i, (text, width) in enumerate(parts)]
    rows = []
    for at in range(max(len(column) for column in columns)):
        texts = [column[at] if at < len(column) else "" for column in columns]
        rows.append("".join(padded(text, width) for text, (_, width) in zip(texts, parts, strict=True)))
    return rows
