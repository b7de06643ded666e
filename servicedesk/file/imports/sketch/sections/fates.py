"""Sketch what became of tickets: which states and results mean completed, cancelled or open, and the answers."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import compress

from servicedesk.base.messages import item_list, joined, say
from servicedesk.domain.model import REPAIR_OUTCOMES
from servicedesk.file.imports.sketch.codes import CANCELLED, OPEN, Proposal, proposal
from servicedesk.file.imports.sketch.columns import Column
from servicedesk.file.imports.sketch.draft import Line, Section, quote_some, short, toml, toml_key, toml_list
from servicedesk.file.imports.sketch.sections.times import column_and_forms
from servicedesk.file.imports.sketch.view import View, by_count, condition, field_value
from servicedesk.file.imports.tables.arrange import Record

_MOST_PAIRS = 40
_MOST_UNKNOWN = 4  # texts that get a line of their own
_MOST_FATES = 60  # different texts of a column of states
# Words that name who called a ticket off.
_OF_CUSTOMER = ("用户", "客户", "顾客", "customer", "client")


@dataclass
class Fate:
    """A column that says what became of tickets: the code of each text, and the unknown texts."""

    column: Column
    codes: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def texts(self, *kinds: str) -> list[str]:
        """Return the texts of these kinds; `done` are all outcomes."""
        wanted = set(kinds)
        return [text for text in by_count(self.column.texts) if self._kind(text) in wanted]

    def _kind(self, text: str) -> str:
        code = self.codes.get(text, "")
        return code if code in {OPEN, CANCELLED, ""} else "done"


def find_fate(view: View, column: Column | None) -> Fate | None:
    """Return what the texts of a column of states or results mean; None for free text.

    An unknown text counts as completed if more than 80 % of its rows have a date of completion.
    """
    if column is None or len(column.texts) > _MOST_FATES:
        return None
    fate = Fate(column)
    for text in column.texts:
        found = proposal("fate", text)
        if found is None:
            fate.unknown.append(text)
        else:
            fate.codes[text] = found.code
    if not fate.codes:
        return None
    end = view.roles.get("ticket.completed_at")
    if end is not None:
        ended = Counter(compress(column.values, end.values))
        fate.codes.update((text, "fixed") for text in fate.unknown if ended[text] * 5 > column.texts[text] * 4)
    return fate


def kinds_of(view: View) -> dict[str, str]:
    """Return the ticket type of each text in the column of types; {} without such a column."""
    column = view.roles.get("ticket.type")
    if column is None:
        return {}
    found = {text: proposal("type", text) for text in column.texts}
    return {text: one.code if one else "repair" for text, one in found.items()}


def put_outcome(view: View, section: Section, fate: Fate | None, state: Fate | None, *, is_asked: bool) -> None:
    """Write what came of completed tickets: by the words of the file, by the type, or one outcome for all.

    `state`: the column that says which tickets are completed. `is_asked`: an outcome that the file does not say is a
    doubt. False if the completion itself is doubtful: one doubt is enough.
    """
    kinds, types = kinds_of(view), view.roles.get("ticket.type")
    is_mixed = any(kind != "repair" for kind in kinds.values()) and types is not None
    if fate is not None and is_mixed and types is not None:
        _put_pairs(view, section, fate, types, kinds)
    elif fate is not None:
        _put_codes(view, section, fate, state)
    elif is_mixed and types is not None:
        lines = [Line(f"{toml_key(text)} = {toml(_outcome(kind, 'fixed'))}") for text, kind in kinds.items()]
        doubt = say("the file does not say what came of a ticket")
        section.put_codes("outcome", types.name, lines, other=toml("fixed"))
        section.tables[-len(lines) - 1] = Line(section.tables[-len(lines) - 1].text, doubt, is_asked)
    else:
        comment = say("the file does not say what came of a ticket")
        free = view.roles.get("ticket.outcome")
        if free is not None:
            _put_words(view, section, free)
            return
        section.put("outcome", '{ value = "fixed" }', comment, doubt=is_asked)


def _outcome(kind: str, code: str) -> str:
    """Return the outcome that a ticket of that type can have."""
    if kind == "repair":
        return code
    return code if code in {"referred", "resolved_remotely"} else "done"


def _put_codes(view: View, section: Section, fate: Fate, state: Fate | None = None) -> None:
    """Write the outcome of each text; many that nobody knows become one line."""
    many = set(fate.unknown) if len(fate.unknown) > _MOST_UNKNOWN else set()
    known = [text for text in by_count(fate.column.texts) if text not in many]
    lines = [_fate_line(view, fate, text, text, fate.codes.get(text, ""), fate.column.texts[text]) for text in known]
    section.put_codes("outcome", fate.column.name, lines)
    place = len(section.tables) - len(lines) - 1
    if blank := _blank_ends(view, fate.column, state):
        where = view.rows.places(blank)
        doubt = say("{n} completed without a word: fixed? {where}", n=len(blank), where=where)
        section.tables.insert(place, Line('default = "fixed"', doubt, True))
        view.find(fate.column, "", doubt=doubt)
    if many:
        doubt = say("{n} others: what came of these? {texts}", n=len(many), texts=quote_some(fate.unknown))
        codes = {fate.codes.get(text, "") for text in many}
        section.tables.insert(place, Line(f"other = {toml('fixed' if codes == {'fixed'} else '')}", doubt, True))
        view.find(fate.column, "", doubt=doubt)


def _fate_line(view: View, fate: Fate, key: str, text: str, code: str, count: int) -> Line:
    """Return the line of a text: its outcome; nothing for tickets that are open or cancelled."""
    told = "" if code in {OPEN, CANCELLED} else code
    if text in fate.unknown:
        where = view.rows.of(fate.column, [text])
        doubt = say("{n}: what came of these? {where}", n=count, where=where)
        if "outcomes" not in view.told:
            view.told.add("outcomes")
            doubt = joined("; ", [doubt, say("one of {codes}", codes=item_list(REPAIR_OUTCOMES))])
        view.find(fate.column, "", doubt=f"{short(text)}: ?")
        return Line(f"{toml_key(key)} = {toml(told)}", doubt, True)
    meant = proposal("fate", text)
    if meant and meant.others and not meant.inside:
        where = view.rows.of(fate.column, [text])
        doubt = say("{n}: or {others}? {where}", n=count, others=item_list(meant.others), where=where)
        view.find(fate.column, "", doubt=f"{short(text)}: {' / '.join((meant.code, *meant.others))}")
        return Line(f"{toml_key(key)} = {toml(told)}", doubt, True)
    comments = {OPEN: say("{n}, open", n=count), CANCELLED: say("{n}, cancelled", n=count)}
    return Line(f"{toml_key(key)} = {toml(told)}", comments.get(code, str(count)))


def _put_pairs(view: View, section: Section, fate: Fate, types: Column, kinds: dict[str, str]) -> None:
    """Write an outcome for each pair of type and result: an installation ends as done, never as fixed."""
    pairs = Counter(pair for pair in zip(types.values, fate.column.values, strict=True) if any(pair))
    lines = []
    ordered = sorted(pairs, key=lambda pair: (-pairs[pair], pair))
    for kind, text in ordered:
        code = fate.codes.get(text, "fixed" if not text else "")
        known = code if code in {OPEN, CANCELLED, ""} else _outcome(kinds.get(kind, "repair"), code)
        lines.append(_fate_line(view, fate, f"{kind}/{text}", text, known, pairs[kind, text]))
    column = f"{{{types.name}}}/{{{fate.column.name}}}"
    if len(lines) <= _MOST_PAIRS * 2:
        section.put_codes("outcome", column, lines)
    else:
        _put_codes(view, section, fate)


def _put_words(view: View, section: Section, free: Column) -> None:
    """Write the outcome of a column of free text by the words in it."""
    words: Counter[str] = Counter()
    codes: dict[str, str] = {}
    for text, count in free.texts.items():
        found = proposal("fate", text)
        if found is not None:
            word = found.inside or text
            words[word] += count
            codes[word] = found.code if found.code not in {OPEN, CANCELLED} else ""
    doubt = say("the text does not say what came of a ticket: fixed")
    section.tables += [
        Line(""), Line(f"[{section.name}.outcome]"), Line(f"column = {toml(free.name)}"),
        Line('other = "fixed"', doubt, True), Line('default = "fixed"'), Line(f"[{section.name}.outcome.contains]"),
        *(Line(f"{toml_key(word)} = {toml(codes[word])}", str(words[word]))
          for word in sorted(words, key=lambda word: (-len(word), word))[:_MOST_PAIRS]),
    ]  # fmt: skip
    view.find(free, "ticket.outcome", say("{n} different, by the words in them", n=len(free.texts)), doubt=doubt)


def end_condition(view: View, fate: Fate | None) -> str:
    """Return the condition under which a ticket is completed; '' if every date of completion counts."""
    if fate is None or not fate.texts(OPEN, CANCELLED, ""):
        return ""
    blank = ["", *fate.column.nothing] if _blank_ends(view, fate.column) else []
    return condition(fate.column, [*fate.texts("done"), *blank])


def _blank_ends(view: View, column: Column, state: Fate | None = None) -> list[Record]:
    """Return the rows of completed tickets without a word for what came of them."""
    end = view.roles.get("ticket.completed_at")
    if end is None and (state is None or state.column is column):
        return []
    is_done = [True] * column.rows if end is None else list(map(bool, end.values))
    if state is not None and state.column is not column:
        done = set(state.texts("done"))
        is_done = [done_by and text in done for done_by, text in zip(is_done, state.column.values, strict=True)]
    return view.records_where([done_by and not word for done_by, word in zip(is_done, column.values, strict=True)])


def put_cancellation(view: View, section: Section, fate: Fate | None, last: str) -> None:
    """Write which tickets were cancelled, and by whom, if the file says so.

    `last`: the field whose date stands for the cancellation if no column has that.
    """
    own = view.roles.get("ticket.cancelled_at")
    texts = fate.texts(CANCELLED) if fate else []
    if own is None and not texts:
        return
    words = {"when": condition(fate.column, texts)} if fate and texts else {}
    role = "ticket.cancelled_at" if own else last
    dated = own or view.roles.get(last)
    assert dated is not None
    column, forms = column_and_forms(view, dated, view.roles.times.get(role))
    words |= {"dates": toml_list(forms)} if forms else {}
    guess = "" if own else say("no column says when it was cancelled: taken from this one")
    is_report = dated is view.roles.get(view.roles.report or "")  # at the very instant of the report
    section.put("cancelled_at", field_value(column, **words), guess, doubt=is_report)
    if is_report:
        view.find(dated, "", doubt=guess)
    is_said = bool(texts) and all(any(word in text.lower() for word in _OF_CUSTOMER) for text in texts)
    doubt = "" if is_said else say("the file does not say who called it off: customer or outlet?")
    section.put("cancelled_by", '{ value = "customer" }', doubt, doubt=bool(doubt))
    if doubt and fate:
        view.find(fate.column, "", say("cancelled: {texts}", texts=quote_some(texts)), doubt=doubt)


def put_satisfaction(view: View, section: Section, fate: Fate | None) -> None:
    """Write the answers of a survey: scores, words for scores, or yes and no. Only completed tickets have one."""
    column = view.roles.get("survey.score")
    if column is None:
        return
    doubt = view.guess_comment(column)
    words = _answer_condition(view, column, fate)
    numbers = {text for text in column.texts if text in {"1", "2", "3", "4", "5"}}
    if len(numbers) == len(column.texts):
        view.find(column, "survey.score", quote_some(column.texts), doubt=doubt)
        section.put("score", field_value(column.name, **words), doubt, doubt=bool(doubt))
        return
    yes_no = {text: proposal("satisfied", text) for text in column.texts}
    scores = {text: proposal("score", text) for text in column.texts}
    said = sum(count for text, count in column.texts.items() if (one := yes_no[text]) and not one.inside)
    is_graded = bool(numbers) or any(text.startswith(("非常", "很")) for text in scores)
    is_yes_no = not is_graded and said * 10 > column.filled * 7
    key, found = ("satisfied", yes_no) if is_yes_no else ("score", scores)
    view.find(column, f"survey.{key}", quote_some(column.texts), doubt=doubt)
    lines = [_answer_line(view, column, key, text, found[text]) for text in by_count(column.texts)]
    if column.is_listed:
        section.put_codes(key, column.name, lines, **words)
    else:
        section.put(key, field_value(column.name, **words), say("not every text is a score"), doubt=True)


def _answer_line(view: View, column: Column, key: str, text: str, found: Proposal | None) -> Line:
    """Return the line of an answer. A word between yes and no is none of both, and shop ratings are no scores (K1)."""
    n, where = column.texts[text], view.rows.of(column, [text])
    code = text if key == "score" and text in {"1", "2", "3", "4", "5"} else found.code if found else ""
    doubt = ""
    if not code and key == "satisfied":
        code, doubt = "false", say("{n}: satisfied or not? A 3 of 5 is not; {where}", n=n, where=where)
    elif not code:
        doubt = say("{n}: which score? {where}", n=n, where=where)
    elif found and found.others and text != code:
        doubt = say("{n}: or {others}? {where}", n=n, others=item_list(found.others), where=where)
    if doubt:
        view.find(column, "", doubt=f"{short(text)}: ?")
    written = code if key == "satisfied" else toml(code)
    return Line(f"{toml_key(text)} = {written}", doubt or str(n), bool(doubt))


def _answer_condition(view: View, column: Column, fate: Fate | None) -> dict[str, str]:
    """Return the condition of answers, if tickets that are not completed have some too."""
    end = view.roles.get("ticket.completed_at")
    if end is not None:
        early = view.records_where(
            [bool(text and not when) for text, when in zip(column.values, end.values, strict=True)]
        )
        if early and (fate is None or not end_condition(view, fate)):
            where = view.rows.places(early)
            view.find(
                column, "", doubt=say("answers without a completion, their rows will be rejected: {where}", where=where)
            )
    if fate is None or not (when := end_condition(view, fate)):
        return {}
    done = {*fate.texts("done"), ""}
    early_ones = sum(
        1 for text, word in zip(column.values, fate.column.values, strict=True) if text and word not in done
    )
    if not early_ones:
        return {}
    view.find(column, "", say("{n} of tickets that are not completed: left out", n=early_ones))
    return {"when": when}
