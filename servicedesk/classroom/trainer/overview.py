"""The overview of a class: points by item, hardest items, commonest wrong answers, misconceptions, look-alikes."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base.errors import NotFoundError, UsageError
from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns, printable, record
from servicedesk.classroom.answers import plain
from servicedesk.classroom.exercise import Exercise
from servicedesk.classroom.registry import MODULES, get_exercise
from servicedesk.classroom.trainer.marks import lost_points, read_marks
from servicedesk.classroom.trainer.room import MARKS, Room, check_student
from servicedesk.language.words import Words
from servicedesk.storage.new_files import replacing

_ALIKE = 2  # two hand-ins on different variants look alike if they share so many wrong figures
_COMMONEST = 3  # wrong answers shown for an item
_HARDEST = 12  # items shown on the page
_WORST = 6  # items shown at which a student lost points


class StudentView(NamedTuple):
    """The result of one student; `total` is None where nothing was handed in.

    `lost`: items with the points lost, the most first, and at most six; `more`: how many other items cost points.
    """

    student: str
    name: str
    total: float | None
    open: float
    lost: list[tuple[str, float]]
    more: int
    remarks: list[str]


class ItemView(NamedTuple):
    """The result of a class on one item: the mean share of its points, and the points lost.

    `wrong`: the commonest wrong answers, each with its number.
    """

    item: str
    share: float
    lost: float
    wrong: list[tuple[str, int]]


class View(NamedTuple):
    """The result of a class in one exercise. `slips`: the sentences of misconceptions with their number of students.

    `hardest`: the items that cost most; `others`: how many more items cost points, and the mean share reached in them.
    `alike`: pairs of students with the same wrong figures, and the items.
    """

    exercise: Exercise
    kept: dict[str, Any]
    students: list[StudentView]
    hardest: list[ItemView]
    others: tuple[int, float]
    slips: list[tuple[str, int]]
    alike: list[tuple[str, str, list[str]]]

    @property
    def mean(self) -> float:
        """Return the mean points of the students who handed in."""
        return round(sum(one["total"] for one in self.kept.values()) / len(self.kept), 1) if self.kept else 0.0


def list_totals(room: Room) -> Table:
    """Return a line for each student with the points of every exercise that was marked."""
    codes = [code for code in MODULES if (room.folder / MARKS / f"{code}.json").exists()]
    marked = {code: read_marks(room, get_exercise(code)) for code in codes}
    fields = columns("student", "name:name", *(f"{code}:count" for code in marked))
    rows = [
        [student, name, *(kept[student]["total"] if student in kept else None for kept in marked.values())]
        for student, name in room.students.items()
    ]
    return Table(fields, rows)


def list_items(room: Room, code: str) -> Table:
    """Return a row for each student with a column for each item, as the CSV file has it."""
    exercise = get_exercise(code)
    kept = read_marks(room, exercise)
    items = list(dict.fromkeys(mark["item"] for one in kept.values() for mark in one["marks"]))
    fields = columns("student", "name:name", "total:count", *(f"{item}:count" for item in items))
    rows = []
    for student, name in room.students.items():
        one = kept.get(student)
        points = _points(one) if one else {}
        rows.append([student, name, one["total"] if one else None, *(points.get(item) for item in items)])
    return Table(fields, rows)


def _points(one: dict[str, Any]) -> dict[str, float]:
    """Return the points of each item; deductions are in the points of their item."""
    found: dict[str, float] = {}
    for mark in one["marks"]:
        found[mark["item"]] = round(found.get(mark["item"], 0) + mark["points"], 1)
    return found


def make_view(room: Room, code: str) -> View:
    """Return the result of the class in an exercise, as the overview page shows it."""
    exercise = get_exercise(code)
    kept = read_marks(room, exercise)
    slips: dict[str, tuple[str, set[str]]] = {}
    for student, one in kept.items():
        for mark in one["marks"]:
            if mark["slip"]:
                slips.setdefault(mark["slip"], (mark["sentence"], set()))[1].add(student)
    counted = sorted((-len(who), code, text) for code, (text, who) in slips.items())
    items = [view for view in _view_items(kept) if view.share < 1]
    rest = [view.share for view in items[_HARDEST:]]
    return View(
        exercise, kept, list(_view_students(room, kept)), items[:_HARDEST],
        (len(rest), sum(rest) / len(rest) if rest else 1.0), [(text, -n) for n, _, text in counted],
        list(_find_alike(kept)),
    )  # fmt: skip


def _view_students(room: Room, kept: dict[str, Any]) -> Iterator[StudentView]:
    """Yield the students in the order of the roster."""
    for student, name in room.students.items():
        one = kept.get(student)
        if one is None:
            yield StudentView(student, name, None, 0, [], 0, [])
            continue
        lost = lost_points(one)
        more = max(len(lost) - _WORST, 0)
        yield StudentView(student, name, one["total"], one["open"], lost[:_WORST], more, one["remarks"])


def _view_items(kept: dict[str, Any]) -> Iterator[ItemView]:
    """Yield the items, the hardest first."""
    items = list(dict.fromkeys(mark["item"] for one in kept.values() for mark in one["marks"]))
    found = []
    for item in items:
        of_item = (mark for one in kept.values() for mark in one["marks"] if mark["item"] == item)
        marks = [mark for mark in of_item if not mark["is_open"]]
        out_of = sum(mark["out_of"] for mark in marks)
        wrong = Counter(
            plain(one["answers"].get(item, ""))
            for one in kept.values()
            for mark in one["marks"]
            if mark["item"] == item
            and mark["points"] < mark["out_of"]
            and one["answers"].get(item)
            and not mark["is_open"]
        )
        points = sum(mark["points"] for mark in marks)
        share = points / out_of if out_of else 1.0
        commonest = sorted(wrong.items(), key=lambda pair: (-pair[1], pair[0]))[:_COMMONEST]
        found.append(ItemView(item, max(0.0, share), out_of - points, commonest))
    yield from sorted(found, key=lambda view: (view.share, -view.lost))


def _find_alike(kept: dict[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield pairs of students with the same wrong figures although their keys differ, and the items."""
    figures = {student: dict(_wrong_figures(one)) for student, one in kept.items()}
    for first, second in combinations(kept, 2):
        same = [
            item
            for item, text in figures[first].items()
            if figures[second].get(item) == text and kept[first]["key"].get(item) != kept[second]["key"].get(item)
        ]
        if len(same) >= _ALIKE:
            yield first, second, same


def _wrong_figures(one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the answers with digits that lost points: words are alike by chance."""
    for mark in one["marks"]:
        text = plain(one["answers"].get(mark["item"], ""))
        if mark["points"] < mark["out_of"] and any(sign.isdigit() for sign in text):
            yield mark["item"], text


def write_overview(room: Room, code: str, path: Path) -> Table:
    """Write the overview of an exercise as HTML or CSV, by the ending of `path`; return where the file is."""
    words, is_table = Words(room.language), path.suffix.casefold() == ".csv"
    if not is_table and path.suffix.casefold() not in {".html", ".htm"}:
        raise UsageError(say("{path} is neither .html nor .csv", path=path))
    with replacing(path, outlet=room.folder / "classroom.toml") as made:
        if is_table:
            made.write_text(_draw_csv(list_items(room, code)), encoding="utf-8", newline="")
        else:
            made.write_text(draw_page(room, make_view(room, code), words), encoding="utf-8")
    return record(columns("exercise", "file"), [get_exercise(code).code, str(path)])


def _draw_csv(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.key for column in table.columns])
    writer.writerows(["" if cell is None else cell for cell in row] for row in table.rows)
    return "\ufeff" + out.getvalue()


def draw_page(room: Room, view: View, words: Words) -> str:
    """Return the overview as an HTML page; the same marks make the same bytes."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["clean"] = printable
    return made.get_template("overview.html").render(
        _=words,
        lang="zh-CN" if words.language == "zh" else "en",
        room=room,
        view=view,
        translation=words.translation,
        in_words=words.code,
        percent=lambda share: f"{share * 100:.0f} %",
    )


def list_key(room: Room, code: str, student: str | None) -> Table:
    """Return the key of an exercise: a row for each item, a column for each student who handed in."""
    exercise = get_exercise(code)
    kept = read_marks(room, exercise)
    chosen = None if student is None else check_student(room, student)
    if chosen is not None and chosen not in kept:
        raise NotFoundError(say("{student} handed nothing in", student=chosen))
    shown = list(kept) if chosen is None else [chosen]
    items = list(dict.fromkeys(item for one in shown for item in kept[one]["key"]))
    fields = columns("item=task item", *(f"{one}:words" for one in shown))
    return Table(fields, [[item, *(kept[one]["key"].get(item) for one in shown)] for item in items])
