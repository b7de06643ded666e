"""The notes of an import: new names, differing values, and values that were read and are not kept."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from servicedesk.base.messages import Message, coded, item_list, joined, say, say_count
from servicedesk.desk.appliances.register import OLD_YEARS
from servicedesk.file.imports.load.changes import Changes
from servicedesk.file.imports.load.counts import Counts
from servicedesk.file.imports.tables.layout import Tally

_MOST_SHOWN = 8


def _several(names: Sequence[str]) -> str:
    more = [say(" and {n} more", n=len(names) - _MOST_SHOWN)] if len(names) > _MOST_SHOWN else []
    return joined("", [item_list(names[:_MOST_SHOWN]), *more])


def new_names(counts: Counts) -> Iterator[str]:
    """Yield the categories and technicians that the import adds."""
    for what, names in ((say("categories"), counts.categories), (say("technicians"), counts.technicians)):
        if names:
            yield say("new {what}: {names}{more}", what=what, names=_several(names), more="")
    if counts.meant:
        told = [say("{text} as {code}", text=text, code=code) for text, code in counts.meant.items()]
        yield say("categories recognised by name: {names}{more}", names=_several(told), more="")


def differences(counts: Counts, changes: Changes, *, update: bool, correct: bool) -> Iterator[str]:
    """Yield notes about values that differ from the outlet's file, and whether they were taken."""
    if counts.changed:
        first = say("(first: {first_changed}); the existing ones are kept", first_changed=counts.first_changed)
        if correct:
            first = say("(first: {first_changed})", first_changed=counts.first_changed)
        yield say("warning: {carry} other values for a known key {first}", carry=_carry(counts.changed), first=first)
    for noun in ("customer", "appliance"):
        if counts.differing[noun] and not counts.changed:
            yield say(
                "warning: {carry} other values for an existing {noun}; the existing ones are kept",
                carry=_carry(counts.differing[noun]),
                noun=coded(noun),
            )
    if changes.count:
        yield joined(
            "\n", [say("changed values: {n}", n=changes.count), *(joined("", ["  ", c]) for c in changes.first)]
        )
    if correct:
        yield say("corrected values: {n}", n=changes.corrected)
        yield from (say("not corrected: {change}", change=change) for change in changes.refused)
    if update:
        yield say("records that added what was missing: {completed}", completed=counts.completed)
    elif counts.changed and not correct:
        yield say("--changes FILE lists each value, --correct takes the new ones")
    if counts.fuller:
        yield say_count(
            "{n} row knows what the outlet's file lacks: --update adds it, and never overwrites",
            "{n} rows know what the outlet's file lacks: --update adds it, and never overwrites",
            n=counts.fuller,
        )


def further_rows(counts: Counts, noun: str) -> Iterator[str]:
    """Yield how many rows are about a record that is new in the same file: visits of one ticket, rows copied."""
    if counts.further:
        yield say_count(
            "{n} further row of the same {noun}, counted as known",
            "{n} further rows of the same {noun}, counted as known",
            n=counts.further,
            noun=coded(noun),
        )


def rows_without_answer(counts: Counts) -> Iterator[str]:
    """Yield how many rows of a file of answers have no answer."""
    if counts.unanswered:
        yield say_count("{n} row without an answer", "{n} rows without an answer", n=counts.unanswered)


def oddities(counts: Counts) -> Iterator[str]:
    """Yield warnings about old purchases, doubtful phones and keys of forgotten customers."""
    if counts.old:
        yield say(
            "warning: bought more than {old_years} years ago: {n} (first: {first}); is the date right?",
            old_years=OLD_YEARS,
            n=counts.old,
            first=counts.first_old,
        )
    if counts.doubted_phones:
        yield say_count(
            "warning: {n} phone may be mistyped: {first}",
            "warning: {n} phones may be mistyped (first: {first})",
            n=counts.doubted_phones,
            first=counts.first_doubt,
        )
    if counts.forgotten:
        yield say("{carry} the key of a forgotten person: left out", carry=_carry(counts.forgotten))


def losses(tally: Tally, counts: Counts, sections: Sequence[str], *, has_technicians: bool) -> Iterator[str]:
    """Yield which values were read and are not kept, and what new tickets lack although the map has it."""
    for kind, told in (
        ("skipped", say("rows left out by [[skip]]: {names}")),
        ("only", say("rows left out by [[only]]: {names}")),
        ("split", say("cells with several values, of which one was taken: {names}")),
        ("blanked", say("cells that the map takes for nothing: {names}")),
        ("untimed", say("no time of day, so the report counts from the day's beginning, all else as its end: {names}")),
        ("midnight", say('at exactly 00:00; if these are days alone, the form is "%Y-%m-%d 00:00:00": {names}')),
        ("unscored", say("answers about tickets that are not completed, left out: {names}")),
        ("undated", say("rows that are completed by their state, but have no date and stay open: {names}")),
        ("unused", say("columns that nothing reads, with their filled cells: {names}")),
    ):
        found = [f"{n} {column}" for (what, column), n in tally.items() if what == kind]
        if found:
            yield Message(str(told).format(names=item_list(found)), str(told), {"names": item_list(found)})
    lacking = [(noun, counts.without[noun]) for noun in ("customer", "appliance") if noun in sections]
    lacking += [("technician", counts.without["technician"])] if has_technicians else []
    found = [joined(" ", [str(n), coded(noun)]) for noun, n in lacking if n]
    if found:
        yield say("new tickets without: {names}", names=item_list(found))


def unknown_times(sections: Mapping[str, Collection[str]], counts: Counts) -> Iterator[str]:
    """Yield which figures the file cannot give, because none of its columns says when something happened."""
    fields = sections.get("ticket", ())
    if not counts.new or "reported_at" not in fields:
        return
    if "arrived_at" not in fields and "visit" not in sections:
        yield say("no column says when somebody came: the 24-hour arrival rate counts every repair as a miss")
    elif "technician" in fields and "assigned_at" not in fields:
        yield say("no column says when a job was given out: late arrivals are charged to (dispatch), to no technician")


def causes(rejected: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """Yield the reasons of rejected rows with their counts, the most frequent first."""
    if rejected:
        yield say("rejected, by cause:")
    for (column, reason), n in Counter(rejected).most_common(20):
        where = [say("column '{name}'", name=column)] if column else []
        yield joined("", [f"  {n} × ", joined(": ", [*where, reason])])


def _carry(count: int) -> str:
    return say_count("{n} record carries", "{n} records carry", n=count)
