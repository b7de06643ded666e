"""Define an exercise: its outlet, the items that it asks, and their marks. `exercises/` has a folder for each.

Nothing here knows a folder, a class or a student: an exercise is made from a Variant, and marked from a Work.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from random import Random
from typing import Any, NamedTuple

from servicedesk.base.table import Table
from servicedesk.storage.database import Database


class Variant(NamedTuple):
    """The variant of an exercise that one student has. `seed`: a text that no other variant has."""

    seed: str

    def rng(self, *purpose: object) -> Random:
        """Return random numbers for one purpose. Drawing more of them does not change those of other purposes."""
        return Random(" ".join(map(str, (self.seed, *purpose))))


class Kind(StrEnum):
    """How an answer is read (answers.py)."""

    CHOICE = "choice"  # one of the item's choices, a code
    FRACTION = "fraction"  # 6/13, as (6, 13)
    PERCENT = "percent"  # 46.2 %, as 46.2
    COUNT = "count"  # a whole number
    DATE = "date"  # a day, as date
    REFS = "refs"  # T3, T7: a set of references; "none" is the empty one
    NAME = "name"  # of a person, as it stands in the file
    TEXT = "text"  # a sentence; it is marked by the words in it


class Part(StrEnum):
    """The part that an item belongs to: answers by hand are handed in first, and only then the outlet's file opens."""

    HAND = "hand"
    TOOL = "tool"


class Item(NamedTuple):
    """One thing that is asked. `key` is unique in the exercise: `T3`, `headline`.

    `choices`: codes with the words that also mean them, in any language, as {"hit": ("kept", "符合", "及时")}.
    """

    key: str
    question: str
    kind: Kind
    part: Part = Part.TOOL
    choices: Mapping[str, Sequence[str]] = {}


class Answer(NamedTuple):
    """The answer to an item: the text as typed, and its value, which is None if the text cannot be read."""

    text: str
    value: Any

    @property
    def is_given(self) -> bool:
        """Return whether anything was typed."""
        return bool(self.text.strip())


class Block(NamedTuple):
    """A piece of a task sheet: a heading with paragraphs, a numbered list or a table below it."""

    heading: str = ""
    paragraphs: Sequence[str] = ()
    steps: Sequence[str] = ()
    table: Table | None = None


class MarkKind(StrEnum):
    """What a mark is given for."""

    RESULT = "result"
    PROCESS = "process"
    REASON = "reason"


class Slip(NamedTuple):
    """A misconception that a wrong answer shows: its code, and the sentence that explains it to the student."""

    code: str
    sentence: str


class Mark(NamedTuple):
    """The points for one item, and the sentence for those that were lost.

    `is_open`: the answer could not be read; a person decides, and no point is lost meanwhile.
    """

    item: str
    kind: MarkKind
    points: float
    out_of: float
    sentence: str = ""
    slip: str | None = None
    is_open: bool = False


class Command(NamedTuple):
    """A command that the student typed: `name` as `ticket open`; `tables`: the tables that got rows."""

    id: int
    name: str
    recorded_at: str
    undone: bool
    tables: tuple[str, ...]


class Work(NamedTuple):
    """The work of one student, as an exercise marks it.

    `given` is the file as it was handed out, made anew from the variant; `file` is the student's (None if only answers
    were handed in). `hand` are the answers of the part by hand, frozen before the file opened (empty without such a
    part). `answers` has an Answer for every item of the other part.
    """

    given: Database
    variant: Variant
    answers: Mapping[str, Answer]
    hand: Mapping[str, Answer]
    file: Database | None
    commands: Sequence[Command]


class Exercise(NamedTuple):
    """One exercise. Texts are messages (`say`), so that they are in the language of the class.

    `clock`: the instant at which the clock of its file stands (RFC 3339), so that every student reads the same figures.
    `fill` writes the outlet's rows into a new file; what it draws comes from the variant alone.
    `ask` gives the items and `describe` the task sheet; both see only the file, and so can give nothing away.
    `sheet`: the table that the student fills in on paper or in a spreadsheet. `mark` gives the marks: 100 points.
    `answer` gives the answers of somebody who makes no mistake, as texts by item: the key that `reveal` shows.
    `is_file_marked`: whether a hand-in carries the student's file. `calls`: those of `exercise call --next`, in order,
    each with `at` (RFC 3339; the clock moves there), `text`, and values that the exercise itself reads.
    `papers`: things on paper to type in, such as customer cards; the file keeps them as its script, and `describe` and
    `sheet` read them there.
    `since`: the local date from which on birthdays are due.
    """

    code: str
    version: int
    title: str
    learns: str
    minutes: int
    clock: str
    fill: Callable[[Database, Variant], None]
    ask: Callable[[Database], Sequence[Item]]
    describe: Callable[[Database], Sequence[Block]]
    sheet: Callable[[Database], Table]
    answer: Callable[[Database, Variant], Mapping[str, str]]
    mark: Callable[[Work], Iterable[Mark]]
    hints: Sequence[str] = ()
    is_file_marked: bool = False
    calls: Callable[[Variant], Sequence[Mapping[str, Any]]] | None = None
    papers: Callable[[Variant], Sequence[Mapping[str, Any]]] | None = None
    since: str = "2026-01-01"
    outlet: str = "Nanping Star Service"
    zone: str = "Asia/Shanghai"

    def by_hand(self, db: Database) -> list[Item]:
        """Return the items of the part by hand."""
        return [item for item in self.ask(db) if item.part is Part.HAND]
