"""Exercise E7, the clean sheet: find which of eight people makes figures look better than the work, how, and a proof.

The proof has 30 points: 20 for the signal and 10 for its figure, so that a right signal is worth something without its
figure. A student's file is drawn again until a signal finds the story, no signal of the whole panel points at anybody
else, and an innocent person has the worst repeat-repair rate. A figure that is right for the person and the signal
that the student named keeps its points, even if that person is innocent.
"""

from collections.abc import Iterable

from servicedesk.base.messages import item_list, say
from servicedesk.classroom.exercise import Answer, Exercise, Mark, MarkKind, Slip, Variant, Work
from servicedesk.classroom.exercises.clean_sheet.cast import draw_cast, fill
from servicedesk.classroom.exercises.clean_sheet.evidence import CLOCK, CLUES, Look, list_panel, rank_by_repeats
from servicedesk.classroom.exercises.clean_sheet.task import TOLD_BY, ask, describe, find_named, sheet
from servicedesk.classroom.marking import get_answer, mark_value
from servicedesk.demo.work.plan import Story
from servicedesk.domain.groups import Person
from servicedesk.storage.database import Database

_WHO, _INNOCENT, _HOW, _SIGNAL, _FIGURE = 40, 20, 30, 20, 10  # points

_WORST_RATE = Slip(
    "worst_rate", say("the worst repeat-repair rate is no proof: that may be the jobs, or bad luck; the signals are")
)
_NO_LOOK = Slip("no_look", say("a signal proves something only where it is above its line by more than chance (K17)"))
_WHOLE_OUTLET = Slip("whole_outlet", say("this is the figure of the whole outlet; the proof is that of the one person"))


def find_proof(db: Database, variant: Variant) -> list[Look]:
    """Return the signals that find the story of that variant, with the figures of the culprit."""
    cast = draw_cast(variant)
    found = list_panel(db, CLUES[cast.story])
    return [look for look in found if look.person == cast.culprit and look.is_looked_at]


def answer(db: Database, variant: Variant) -> dict[str, str]:
    """Return the key, as texts by item. If several signals prove the story, it names the first one."""
    cast, proof = draw_cast(variant), find_proof(db, variant)[0]
    return {"who": cast.culprit, "how": TOLD_BY[cast.story], "signal": proof.signal, "figure": proof.text}


def mark(work: Work) -> Iterable[Mark]:
    """Give 40 points for the person, less 20 an innocent; 30 for the method, 20 for the signal, 10 for its figure."""
    cast, proofs = draw_cast(work.variant), find_proof(work.given, work.variant)
    who, signal = get_answer(work.answers, "who"), get_answer(work.answers, "signal")
    named = find_named(work.given, who.text)
    yield _mark_who(work.given, who, named, cast.culprit)
    yield mark_value("how", get_answer(work.answers, "how"), TOLD_BY[cast.story], _HOW)
    signals = [proof.signal for proof in proofs]
    wanted = signal.value if signal.value in signals else signals[0]
    wrong = [(_NO_LOOK, other) for other in _other_signals(cast.story)]
    yield mark_value("signal", signal, wanted, _SIGNAL, slips=wrong, shown=item_list(signals))
    yield _mark_figure(work.given, get_answer(work.answers, "figure"), signal, named, proofs)


def _other_signals(story: Story) -> list[str]:
    return [signal for other, signals in CLUES.items() if other is not story for signal in signals]


def _mark_who(db: Database, given: Answer, named: set[str], culprit: str) -> Mark:
    if not given.is_given:
        return Mark("who", MarkKind.RESULT, 0, _WHO, say("nothing was answered"))
    if not named:
        sentence = say("'{text}' names nobody of this outlet; the trainer decides", text=given.text)
        return Mark("who", MarkKind.RESULT, 0, _WHO, sentence, is_open=True)
    innocent = sorted(named - {culprit})
    points = _WHO * (culprit in named) - _INNOCENT * len(innocent)
    if not innocent:
        return Mark("who", MarkKind.RESULT, points, _WHO)
    if rank_by_repeats(db)[0][0] in innocent:
        return Mark("who", MarkKind.RESULT, points, _WHO, _WORST_RATE.sentence, _WORST_RATE.code)
    sentence = say("innocent: {names}; it was {culprit}", names=item_list(innocent), culprit=culprit)
    return Mark("who", MarkKind.RESULT, points, _WHO, sentence)


def _mark_figure(db: Database, given: Answer, signal: Answer, named: set[str], proofs: list[Look]) -> Mark:
    """Mark the figure: that of a signal of the story, or of the signal and the person that the student named."""
    if not given.is_given:
        return Mark("figure", MarkKind.RESULT, 0, _FIGURE, say("nothing was answered"))
    if not any(letter.isdigit() for letter in given.text):
        sentence = say("'{text}' cannot be read; the trainer decides", text=given.text)
        return Mark("figure", MarkKind.RESULT, 0, _FIGURE, sentence, is_open=True)
    if any(proof.is_meant_by(given.text) for proof in proofs):
        return Mark("figure", MarkKind.RESULT, _FIGURE, _FIGURE)
    right = item_list(f"{proof.signal} {proof.text}" for proof in proofs)
    own = list_panel(db, [signal.value], people=(*Person, None)) if signal.value else []
    if any(look.person in named and look.is_meant_by(given.text) for look in own):
        sentence = say("follows from your own answers; {wanted} is right", wanted=right)
        return Mark("figure", MarkKind.RESULT, _FIGURE, _FIGURE, sentence)
    if any(look.person is None and look.is_meant_by(given.text) for look in own):
        return Mark("figure", MarkKind.RESULT, 0, _FIGURE, _WHOLE_OUTLET.sentence, _WHOLE_OUTLET.code)
    sentence = say("{given} was given, {wanted} is right", given=given.text, wanted=right)
    return Mark("figure", MarkKind.RESULT, 0, _FIGURE, sentence)


EXERCISE = Exercise(
    code="E7",
    version=1,
    title=say("The clean sheet"),
    learns=say("How figures are kept clean, what makes that visible, and what is no proof."),
    minutes=45,
    clock=CLOCK,
    fill=fill,
    ask=ask,
    describe=describe,
    sheet=sheet,
    answer=answer,
    mark=mark,
    hints=(
        say("Signals marked 'look' are above their line by more than chance; whatever is within chance is no proof."),
        say("A signal of the whole outlet tells what is going on; by technician and by clerk, it tells of whom."),
        say("Late entries are seen by I3 and I4, moved deadlines by I1 and I2, re-coded repeats by I9."),
    ),
    since="2026-06-01",
)
