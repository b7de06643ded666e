"""Give marks: compare an answer with the key, name the misconception behind a wrong one, carry errors forward.

An answer that cannot be read is never marked wrong: it is left open for the trainer.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from servicedesk.base.messages import coded, say
from servicedesk.classroom.exercise import Answer, Mark, MarkKind, Slip

NOTHING = Answer("", None)
TOLERANCE = 0.1  # of a percentage, in points


def is_same(given: Any, wanted: Any) -> bool:
    """Return whether an answer has that value: percentages within a tenth of a point, all else exactly."""
    if isinstance(given, float) or isinstance(wanted, float):
        return given is not None and wanted is not None and abs(float(given) - float(wanted)) <= TOLERANCE + 1e-9
    return bool(given == wanted)


def mark_value(
    item: str,
    answer: Answer,
    wanted: Any,
    out_of: float,
    *,
    kind: MarkKind = MarkKind.RESULT,
    slips: Iterable[tuple[Slip, Any]] = (),
    shown: str = "",
) -> Mark:
    """Return the mark of one answer: all points or none. `slips`: each misconception with the answer that it leads to.

    `shown`: the right answer as the sentence for a lost point shows it; by default a code in words.
    """
    if (open_mark := _unread(item, answer, out_of, kind)) is not None:
        return open_mark
    if is_same(answer.value, wanted):
        return Mark(item, kind, out_of, out_of)
    for slip, value in slips:
        if is_same(answer.value, value):
            return Mark(item, kind, 0, out_of, slip.sentence, slip.code)
    given = _in_words(answer.text) if answer.text == answer.value else answer.text  # a code that was typed as it is
    sentence = say("{given} was given, {wanted} is right", given=given, wanted=shown or _in_words(wanted))
    return Mark(item, kind, 0, out_of, sentence)


def mark_following(
    item: str,
    answer: Answer,
    wanted: Any,
    out_of: float,
    *,
    own: Any,
    kind: MarkKind = MarkKind.RESULT,
    slips: Iterable[tuple[Slip, Any]] = (),
    shown: str = "",
) -> Mark:
    """Return the mark of a figure; one that follows from the student's `own` earlier answers keeps its points."""
    mark = mark_value(item, answer, wanted, out_of, kind=kind, slips=slips, shown=shown)
    if mark.points < out_of and not mark.is_open and answer.is_given and is_same(answer.value, own):
        right = shown or _in_words(wanted)
        return Mark(item, kind, out_of, out_of, say("follows from your own answers; {wanted} is right", wanted=right))
    return mark


def mark_set(
    item: str,
    answer: Answer,
    wanted: frozenset[Any],
    out_of: float,
    *,
    kind: MarkKind = MarkKind.RESULT,
    slips: Iterable[tuple[Slip, frozenset[Any]]] = (),
) -> Mark:
    """Return the mark of a set: the points times the F1 score of the answer against the right set."""
    if (open_mark := _unread(item, answer, out_of, kind)) is not None:
        return open_mark
    score = f1(answer.value, wanted)
    points = round(out_of * score, 1)
    if points == out_of:
        return Mark(item, kind, out_of, out_of)
    for slip, value in slips:
        if answer.value == value:
            return Mark(item, kind, points, out_of, slip.sentence, slip.code)
    missing, surplus = sorted(map(str, wanted - answer.value)), sorted(map(str, answer.value - wanted))
    if missing and surplus:
        sentence = say("missing: {missing}; too many: {surplus}", missing=" ".join(missing), surplus=" ".join(surplus))
    elif missing:
        sentence = say("missing: {missing}", missing=" ".join(missing))
    else:
        sentence = say("too many: {surplus}", surplus=" ".join(surplus))
    return Mark(item, kind, points, out_of, sentence)


def f1(given: frozenset[Any] | set[Any], wanted: frozenset[Any] | set[Any]) -> float:
    """Return the F1 score of a set: 1 where both are the same, 0 where they have nothing in common."""
    if not given and not wanted:
        return 1.0
    return 2 * len(given & wanted) / (len(given) + len(wanted))


def mark_words(item: str, answer: Answer, groups: Sequence[Sequence[str]], out_of: float, sentence: str) -> Mark:
    """Return the mark of a sentence: each group gives an equal share of the points if one of its words is named.

    `sentence` says what is missing. Words are found anywhere in the text, without case. An answer without any of the
    words may say the same in others: it is left open for the trainer.
    """
    if not answer.is_given:
        return Mark(item, MarkKind.REASON, 0, out_of, say("nothing was answered"))
    text = answer.text.casefold()
    found = sum(any(word.casefold() in text for word in group) for group in groups)
    if not found:
        return Mark(item, MarkKind.REASON, 0, out_of, say("in words of its own; the trainer decides"), is_open=True)
    points = round(out_of * found / len(groups), 1)
    return Mark(item, MarkKind.REASON, points, out_of, "" if points == out_of else sentence)


def get_answer(answers: Mapping[str, Answer], item: str) -> Answer:
    """Return the answer to an item, an empty one if there is none."""
    return answers.get(item, NOTHING)


def _unread(item: str, answer: Answer, out_of: float, kind: MarkKind) -> Mark | None:
    if not answer.is_given:
        return Mark(item, kind, 0, out_of, say("nothing was answered"))
    if answer.value is None:
        sentence = say("'{text}' cannot be read; the trainer decides", text=answer.text)
        return Mark(item, kind, 0, out_of, sentence, is_open=True)
    return None


def _in_words(value: Any) -> str:
    """Return a right answer as people read it: a code in the words of their language."""
    return coded(value) if isinstance(value, str) else str(value)
