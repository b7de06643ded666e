"""Write the folder that a student gets: task.md, task.html, sheet.csv, answers.csv and the file; whole or not at all.

On paper (`paper.html`, A4): the task, the sheet, and lines for the answers. Nothing in it comes from the key.
"""

import csv
import io
import os
from contextlib import closing
from datetime import datetime
from pathlib import Path

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import Table, printable, shown
from servicedesk.base.width import wrapped
from servicedesk.classroom.answers import how_to_write, write_answers
from servicedesk.classroom.exercise import Exercise, Variant
from servicedesk.classroom.exercise_file import digest_of, make_file
from servicedesk.language.translate import translated
from servicedesk.language.words import Words
from servicedesk.records.categories import list_labels
from servicedesk.render.formats import write
from servicedesk.storage.database import Database
from servicedesk.storage.new_files import telling, workshop

ANSWERS, SHEET, TASK, PAPER = "answers.csv", "sheet.csv", "task", "paper.html"
_WIDTH = 78  # of a line of task.md


def write_package(
    folder: Path,
    exercise: Exercise,
    variant: Variant,
    words: Words,
    *,
    made: datetime,
    class_id: str | None = None,
    student: str | None = None,
    name: str = "",
    seed: str | None = None,
    paper: bool = False,
) -> tuple[str, str]:
    """Write the folder of one student; return the id of the package, and the digest of its file.

    RefusedError if the folder is there.

    `name`: the student's, for the sheets. `seed`: that of a student who works alone.
    """
    if os.path.lexists(folder):
        raise RefusedError(say("{path} exists already", path=folder), hint=say("it is left as it is"))
    with telling(folder, "made"):
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with workshop(folder.parent) as place:
            new = place / "package"
            new.mkdir(mode=0o700)
            path = new / f"{exercise.code}.db"
            made_file = make_file(
                path, exercise, variant, made=made, class_id=class_id, student=student, seed=seed,
                language=words.language,
            )  # fmt: skip
            with closing(made_file) as db:
                told = (str(db.value("SELECT package FROM exercise")), digest_of(db))
                for file, text in draw_pages(exercise, db, words, name=name, paper=paper).items():
                    _write(new / file, text)
            os.rename(new, folder)
    return told


def _write(path: Path, text: str) -> None:
    """Write a text that only its owner can read: it bears a name."""
    path.touch(0o600)
    path.write_text(text, encoding="utf-8", newline="")


def draw_pages(
    exercise: Exercise, db: Database, words: Words, *, name: str = "", paper: bool = False
) -> dict[str, str]:
    """Return the sheets of a package by the names of their files; the same values make the same text."""
    words.categories = lambda: list_labels(db)
    items, sheet = exercise.ask(db), exercise.sheet(db)
    pages = {
        f"{TASK}.md": draw_markdown(exercise, db, words),
        f"{TASK}.html": _draw_html(exercise, db, words, sheet, name=name),
        SHEET: _draw_csv(sheet, words),
        ANSWERS: write_answers(items, {}, words.translation),
    }
    if paper:
        pages[PAPER] = _draw_html(exercise, db, words, sheet, name=name, on_paper=True)
    return pages


def draw_markdown(exercise: Exercise, db: Database, words: Words) -> str:
    """Return the task as Markdown, which reads well in a terminal too."""
    out = io.StringIO()
    out.write(f"# {exercise.code} {words.translation(exercise.title)}\n\n")
    _write_text(
        out, words("{learns} About {n} minutes.", learns=words.translation(exercise.learns), n=exercise.minutes)
    )
    for block in exercise.describe(db):
        if block.heading:
            out.write(f"\n## {words.translation(block.heading)}\n")
        for paragraph in block.paragraphs:
            out.write("\n")
            _write_text(out, words.translation(paragraph))
        if block.steps:
            out.write("\n")
        for number, step in enumerate(block.steps, 1):
            _write_text(out, words.translation(step), first=f"{number}. ")
        if block.table:
            out.write("\n")
            write(translated(block.table, words), "markdown", out, terminal=False)
    out.write("\n")
    _write_text(out, words.translation(how_to_begin()))
    out.write(f"\n    {way_to_begin(exercise)}\n")
    return out.getvalue()


def how_to_begin() -> str:
    """Return the sentence above the command of `way_to_begin`."""
    return say("So that every command finds the file, type this once, in the folder of the exercise:")


def way_to_begin(exercise: Exercise) -> str:
    """Return the command that makes every later command use the file of the exercise."""
    return f"export SERVICEDESK_DB=$PWD/{exercise.code}.db"


def _draw_html(
    exercise: Exercise, db: Database, words: Words, sheet: Table, *, name: str, on_paper: bool = False
) -> str:
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["clean"] = printable
    return made.get_template("task.html").render(
        _=words,
        lang="zh-CN" if words.language == "zh" else "en",
        exercise=exercise,
        name=name,
        blocks=exercise.describe(db),
        sheet=sheet,
        items=exercise.ask(db) if on_paper else [],
        how=how_to_write,
        begin=how_to_begin(),
        way=way_to_begin(exercise),
        grid=lambda table: _grid(table, words),
        translation=words.translation,
    )


def _write_text(out: io.StringIO, text: str, first: str = "") -> None:
    """Write a paragraph in lines that fit a terminal; `first` stands before the first one."""
    for line in text.split("\n"):
        for row in wrapped(line, _WIDTH - len(first)):
            out.write(f"{first}{row}\n")
            first = " " * len(first)


def _grid(table: Table, words: Words) -> tuple[list[str], list[list[str]]]:
    """Return headings and cells as people read them. Empty columns stay: they are filled in by hand."""
    told = translated(table, words)
    kinds = [column.kind for column in told.columns]
    rows = [[shown(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in told.each()]
    return [column.heading for column in told.columns], rows


def _draw_csv(table: Table, words: Words) -> str:
    """Return a table as CSV with a byte order mark, so that spreadsheets read Chinese."""
    head, rows = _grid(table, words)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return "\ufeff" + out.getvalue()


def find_file(folder: Path) -> Path | None:
    """Return the one exercise file of a folder; None where there is none, or are several."""
    found = sorted(folder.glob("E*.db"))
    return found[0] if len(found) == 1 else None
