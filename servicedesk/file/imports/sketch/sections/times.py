"""Sketch the fields with dates: their column or columns, their forms, and what does not fit."""

import re
from collections import Counter

from servicedesk.base.messages import item_list, joined, say, say_count
from servicedesk.base.sameness import half_width
from servicedesk.file.imports.maps.words import DAYS
from servicedesk.file.imports.sketch.columns import Column
from servicedesk.file.imports.sketch.date_forms import read_dates, two_column_forms
from servicedesk.file.imports.sketch.draft import Line, Section, quote_some, toml, toml_list
from servicedesk.file.imports.sketch.view import View, by_count, field_value

_MOST_BLANKED = 12
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_MIDNIGHT = re.compile(r"(?<![\d:])0?0:00(?::00)?$")
_HOURS = re.compile(r"%H:%M(?::%S)?$")
_FEWEST_MIDNIGHTS = 2  # one alone may be somebody who came at midnight
_EXAMPLE = '{ column = "2026年{%s}", dates = ["%%Y年%%m月%%d日"] }'


def put_dates(view: View, section: Section, key: str, role: str, *, when: str = "", doubt: str = "") -> None:
    """Add a field with dates to a section. `when`: its condition. `doubt`: a doubt beside those about its dates."""
    column, time = view.roles.get(role), view.roles.times.get(role)
    if column is None:
        return
    name, forms = column_and_forms(view, column, time)
    words: dict[str, str] = {}
    comments = [text for text in (doubt, view.guess_comment(column)) if text]
    if bad := _no_dates(column, has_year=forms is not None):
        where = view.rows.of(column, bad)
        if key in DAYS and len(bad) <= _MOST_BLANKED:
            words["blank"] = toml_list(bad)
            comments.append(say("no dates, taken for nothing: {texts}, {where}", texts=quote_some(bad), where=where))
        else:
            _note_rejected(view, column, where, bad)
    if key in DAYS and column.dates.of_1905:
        texts = column.dates.of_1905
        words["blank"] = toml_list([*(bad if "blank" in words else []), *texts])
        where = view.rows.of(column, texts)
        comments.append(say("{n} of 1905: a year in a date cell, {where}", n=texts.total(), where=where))
    if when:
        words["when"] = when
    if forms is not None:
        words["dates"] = toml_list(forms)
    untimed, told_once = _comments_without_time(view, key, role)
    if untimed:
        comments.append(untimed)
    if column.dates.yearless and forms is None and key not in DAYS:
        told_once = say("days without a year: write it as in {example}", example=_EXAMPLE % column.name)
    if forms is not None:
        told_once = say("the year {year} stands only in a title or a name", year=view.year)
    if told_once and told_once not in view.told:
        comments.append(told_once)
        view.told.add(told_once)
    told = say_count("{n} date", "{n} dates", n=column.dates.count)
    view.find(column, f"{section.name}.{key}", told, _forms_seen(column))
    if time is not None:
        view.find(time, f"{section.name}.{key}", say("the time of day"))
    comment = joined("; ", comments) if comments else ""
    for text in comments:
        view.find(column, "", doubt=text)
    section.put(key, field_value(name, **words), comment or told_once, doubt=bool(comments))


def _no_dates(column: Column, *, has_year: bool) -> list[str]:
    """Return the texts that no form reads; a day without its year is none, unless the year is written elsewhere."""
    return by_count(column.dates.unread if has_year else column.dates.unread + column.dates.yearless)


def _note_rejected(view: View, column: Column, where: str, bad: list[str]) -> None:
    told = say("no dates, their rows will be rejected: {texts}, {where}", texts=quote_some(bad), where=where)
    view.find(column, "", doubt=told)


def _forms_seen(column: Column) -> str:
    dates = column.dates
    seen = [f"{count} {form}" for form, count in dates.forms.most_common(4)]
    return item_list(seen) if len(dates.forms) > 1 else ""


def column_and_forms(view: View, column: Column, time: Column | None) -> tuple[str, list[str] | None]:
    """Return the column or template of a dated field, and its own forms if the file's forms do not fit."""
    if column.dates.yearless and not column.dates.count and view.year:
        return _with_year(column, time, view.year)
    if time is not None:
        return f"{{{column.name}}} {{{time.name}}}", None
    return column.name, None


def _with_year(column: Column, time: Column | None, year: str) -> tuple[str, list[str]]:
    """Return the template of dates that lack their year, and their forms: 11月3日 is read as 2026年11月3日."""
    sample = by_count(column.dates.yearless)[0]
    begin = f"{year}年" if "月" in sample else f"{year}{re.sub(r'[0-9]', '', sample)[:1] or '-'}"
    name = f"{begin}{{{column.name}}}"
    if time is None:
        return name, by_count(read_dates(Counter({begin + text: n for text, n in column.dates.yearless.items()})).forms)
    whole = Counter(
        f"{begin}{day} {hour}" for day, hour in zip(column.values, time.values, strict=True) if day and hour
    )
    return f"{name} {{{time.name}}}", by_count(read_dates(whole).forms)


def _count_without_time(view: View, role: str) -> int:
    """Return how many dates of a field have no time of day; where all are at midnight none has one."""
    column = view.roles.get(role)
    if column is None or role in view.roles.times:
        return 0
    return sum(n for form, n in _day_forms(column).items() if "%H" not in form and "%I" not in form)


def _day_forms(column: Column) -> Counter[str]:
    """Return the forms of a column; where every time is 00:00 they have the zeros themselves, and so no hour."""
    forms = column.dates.forms
    timed = [text for text in map(half_width, column.texts) if ":" in text]
    zeros = {found[0] if (found := _MIDNIGHT.search(text)) else None for text in timed}
    if len(timed) < _FEWEST_MIDNIGHTS or len(zeros) != 1 or None in zeros:
        return forms
    return Counter({_HOURS.sub(zeros.pop() or "", form) if "%H" in form else form: n for form, n in forms.items()})


def _comments_without_time(view: View, key: str, role: str) -> tuple[str, str]:
    """Return a doubt if days alone decide the 24 hours, else a remark how such days are read; each once."""
    report = view.roles.report or ""
    if key == "arrived_at" and (n := max(_count_without_time(view, role), _count_without_time(view, report))):
        view.told.add("untimed")
        return say("{n} without a time of day: who came the next day counts as later than 24 hours", n=n), ""
    is_alone = not _count_without_time(view, report) and key not in DAYS and not key.startswith("appointed")
    if "untimed" in view.told or not is_alone or not _count_without_time(view, role):
        return "", ""
    view.told.add("untimed")
    return "", say("the day alone: taken as its end")


def date_lines(view: View) -> list[Line]:
    """Return the lines of `dates`: the forms of all dated fields, each with its count and its doubts."""
    counts: Counter[str] = Counter()
    doubts: dict[str, str] = {}
    serials = 0
    for role, columns in view.roles.fields.items():
        section, _, key = role.partition(".")
        if not columns or section == "row" or not (columns[0].is_dated or columns[0].dates.serials):
            continue
        if key not in {"bought", "installed"} and not key.endswith(("_at", "_from")):
            continue
        column, time = columns[0], view.roles.times.get(role)
        counts.update(_forms_of(column, time))
        serials += column.dates.serials.total()
        if column.dates.is_either:
            form = column.dates.forms.most_common(1)[0][0]
            doubts[form] = say("which is the day, which the month? {texts}", texts=quote_some(column.sample))
    if not counts and not serials:
        return []
    forms = sorted(by_count(counts), key=lambda form: not _MIDNIGHT.search(form))  # before those that read 00:00 too
    lines = [Line(f"  {toml(form)},", doubts.get(form) or str(counts[form]), form in doubts) for form in forms]
    if serials:
        lines.append(Line(f"  {toml('excel')},", say("{n} numbers of days", n=serials)))
    return [Line("dates = ["), *lines, Line("]")]


def _forms_of(column: Column, time: Column | None) -> Counter[str]:
    """Return the forms of a field with how often each is there."""
    forms = column.dates.forms
    if time is not None:
        joined = two_column_forms(by_count(forms), by_count(time.dates.times))
        return Counter({form: max(1, forms.get(form, 0)) for form in joined} | {joined[0]: time.dates.times.total()})
    return _day_forms(column)


def find_year(texts: list[str]) -> str | None:
    """Return the year that these texts name, None if they name none or several."""
    found = {match for text in texts for match in _YEAR.findall(text)}
    return found.pop() if len(found) == 1 else None
