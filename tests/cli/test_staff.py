"""What the staff answer: anonymous in every byte, and shown only where nobody is given away (S62)."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import permutations
from pathlib import Path
from shutil import copyfile

import pytest

from servicedesk.domain.aftercare.staff import periods_to_show
from tests.conftest import Desk, filled_once

ANSWERS = ((2, "the van is old"), (5, None), (4, "开会太多"), (4, None), (1, "nobody listens"))


@filled_once
def outlet(desk: Desk) -> Desk:
    """One customer on record, typed before anybody answers."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-10-01 09:00")
    return desk


def answer(desk: Desk, score: int, text: str | None = None, *, role: str = "technician", now: str) -> None:
    more = () if text is None else ("--text", text)
    desk.do("survey", "staff", "--role", role, "--score", str(score), *more, now=now)


def five(desk: Desk, answers: tuple[tuple[int, str | None], ...] = ANSWERS, *, month: str = "2026-10") -> None:
    for day, (score, text) in enumerate(answers, 11):
        answer(desk, score, text, now=f"{month}-{day} 10:{day}")


def everything(path: Path) -> list[str]:
    """Every row of every table, in the order in which the file gives them."""
    with closing(sqlite3.connect(path)) as file:
        names = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return [f"{name} {row}" for name in names if not name.startswith("customer_text")
                for row in file.execute(f"SELECT * FROM {name}")]  # fmt: skip


def test_no_name_no_actor_and_no_time_are_kept(outlet: Desk, tmp_path: Path) -> None:
    before = everything(outlet.path)
    for day, (score, text) in enumerate(ANSWERS, 11):
        words = ("survey", "staff", "--role", "technician", "--score", str(score), *(("--text", text) if text else ()))
        outlet.do("--actor", f"secret{day}", *words, now=f"2026-10-{day} 10:{day}")
    assert [row for row in everything(outlet.path) if row not in before] == [
        *(f"staff_answer ('2026-10', 'technician', {score}, {n})" for score, n in ((1, 1), (2, 1), (4, 2), (5, 1))),
        *(f"staff_remark ('2026-10', 'technician', '{text}')"
          for text in ("nobody listens", "the van is old", "开会太多")),
    ]  # fmt: skip
    outlet.do("backup", str(tmp_path / "copy.db"))
    outlet.do("export", str(tmp_path / "dump"))
    for path in (outlet.path, tmp_path / "copy.db", *(tmp_path / "dump").iterdir()):
        content = path.read_bytes()
        assert b"secret1" not in content, path
        assert not any(f"2026-10-{day}".encode() in content for day in range(11, 16)), path


def test_history_and_undo_know_nothing_of_it(outlet: Desk) -> None:
    before = outlet.do("history")
    five(outlet)
    assert outlet.do("history") == before
    outlet.do("undo", "--yes")
    assert outlet.do("customer", "list") == []
    assert len([row for row in everything(outlet.path) if row.startswith("staff_answer")]) == 4


def test_the_file_is_the_same_byte_for_byte_whoever_came_first(outlet: Desk, tmp_path: Path) -> None:
    made = []
    for n, order in enumerate([ANSWERS, *list(permutations(ANSWERS))[57:117:20]]):
        each = Desk(tmp_path / f"{n}.db")
        copyfile(outlet.path, each.path)
        five(each, order)
        content = bytearray(each.path.read_bytes())
        content[24:28] = content[92:96] = b"\0" * 4  # how often the file was written
        made.append(bytes(content))
        assert not Path(f"{each.path}-wal").exists()
    assert len(set(made)) == 1


def test_what_is_taken_from_one_page_is_not_left_in_another(outlet: Desk) -> None:
    """Long remarks fill several pages; of the tables of before nothing is left in free ones."""
    long = "一个很长的意见" * 30
    for n in range(12):
        answer(outlet, 3, f"{n} {long}", now="2026-10-12 09:00")
    content = outlet.path.read_bytes()
    assert content.count(long.encode()) == 12


def test_the_tables_have_no_hidden_order(outlet: Desk) -> None:
    with closing(sqlite3.connect(outlet.path)) as file:
        for table in ("staff_answer", "staff_remark"):
            with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
                file.execute(f"SELECT rowid FROM {table}")
        assert file.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone() == (0,)


def test_a_dry_run_leaves_every_byte(outlet: Desk) -> None:
    before = outlet.path.read_bytes()
    outlet.do("survey", "staff", "--role", "clerk", "--score", "3", "--text", "x", "--dry-run")
    assert outlet.path.read_bytes() == before


def test_hooks_are_not_told(outlet: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(f"{outlet.path}.hooks")
    folder.mkdir(mode=0o700)
    (folder / "say").write_text("#!/bin/sh\n")
    (folder / "say").chmod(0o700)
    monkeypatch.setenv("SERVICEDESK_HOOKS", str(folder))
    called: list[object] = []
    monkeypatch.setattr("servicedesk.history.hooks._start", lambda *words: called.append(words))
    answer(outlet, 3, now="2026-10-12 09:00")
    assert called == []
    outlet.do("customer", "edit", "C1", "--area", "North")
    assert len(called) == 1


def test_five_answers_of_a_month_that_is_over_are_shown_beside_the_line(outlet: Desk) -> None:
    five(outlet)
    assert outlet.do("report", "staff", now="2026-10-31 23:00") == []
    (row,) = outlet.do("report", "staff", now="2026-11-01 09:00")
    assert {key: row[key] for key in ("role", "period", "hits", "total", "rate", "line", "reached")} == {
        "role": "technician", "period": "2026-10", "hits": 3, "total": 5, "rate": 0.6, "line": 0.85, "reached": False,
    }  # fmt: skip
    remarks = outlet.do("report", "staff", "--rows", now="2026-11-01 09:00")
    assert [row["text"] for row in remarks] == ["nobody listens", "the van is old", "开会太多"]
    shown = outlet.run("report", "staff", "--format", "table", now="2026-11-01 09:00").out
    assert "95 % of the customers are, as is told of FedEx (S62)" in shown


def test_four_answers_are_not_shown_nor_what_they_wrote(outlet: Desk) -> None:
    five(outlet, ANSWERS[:4])
    shown = outlet.run("report", "staff", "--format", "table", now="2026-11-01 09:00")
    assert "technician" not in shown.out.partition("role ")[2]
    assert "nothing can be shown yet" in shown.err
    assert outlet.do("report", "staff", "--rows", now="2027-01-01 09:00") == []


@pytest.mark.parametrize(
    ("answers", "labels"),
    [
        ((5, 0, 0), ["2026-Q4", "2026-10"]),
        ((5, 6, 7), ["2026-Q4", "2026-10", "2026-11", "2026-12"]),
        ((2, 2, 1), ["2026-Q4"]),
        ((2, 1, 1), []),
        ((5, 1, 0), ["2026-10"]),  # the quarter would give away the one of November
        ((5, 2, 2), ["2026-10"]),
        ((5, 3, 2), ["2026-Q4", "2026-10"]),
    ],
)
def test_no_period_gives_away_what_few_said_in_another(answers: tuple[int, ...], labels: list[str]) -> None:
    months = dict(zip(("2026-10", "2026-11", "2026-12"), answers, strict=True))
    shown = periods_to_show("2026-Q4", months, this_month="2027-01")
    assert [period.label for period in shown] == labels
    seen = [{month: n for month, n in months.items() if month in period.months} for period in shown]
    for one in seen:
        for other in seen:
            rest = sum(one.values()) - sum(other.values())
            assert not other.items() < one.items() or rest == 0 or rest >= 5
    before = periods_to_show("2026-Q4", months, this_month="2026-12")
    assert [period.label for period in before] == [label for label in labels if label in {"2026-10", "2026-11"}]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--role", "cook", "--score", "4"), "'cook' is not one of"),
        (("--role", "clerk"), "--score"),
        (("--role", "clerk", "--score", "4", "--text", " "), "the remark is empty"),
        (("--role", "clerk", "--score", "4", "--text", "长" * 501), "the remark has 501 characters"),
    ],
)
def test_what_is_no_answer_writes_nothing(outlet: Desk, words: tuple[str, ...], sentence: str) -> None:
    before = outlet.path.read_bytes()
    outlet.refused(4, "survey", "staff", "--role", "clerk", "--score", "6")
    assert sentence in outlet.refused(2, "survey", "staff", *words)
    assert outlet.path.read_bytes() == before


def test_an_export_read_into_a_new_file_gives_the_same_answers(
    outlet: Desk, tmp_path: Path, blank: Callable[[], Desk]
) -> None:
    five(outlet)
    outlet.do("export", str(tmp_path / "dump"))
    other = Desk(tmp_path / "other.db")
    other.do("init")
    other.do("import", str(tmp_path / "dump"))
    report = ("report", "staff", "--quarter", "2026-Q4")
    assert other.do(*report) == outlet.do(*report)
