"""A class: handed out, worked through, handed in, marked, shown."""

import csv
import io
import json
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest

from servicedesk.classroom.exercise import Variant
from servicedesk.classroom.exercise_file import make_file
from servicedesk.classroom.registry import get_exercise
from servicedesk.cli.main import app
from tests.classroom.students import MADE, rows_of
from tests.conftest import RUNNER, Answer, Desk

ROSTER = "student,name\nS01,王芳\nS02,李强\nS03,赵敏\n"


class Room:
    """A class in a folder of its own, with the commands of a trainer and of its students."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
        (folder / "inbox").mkdir()
        self.desk = Desk(folder / "none.db", now="2026-09-01 08:00")
        self.do("init", "autumn", "--roster", "roster.csv")
        settings = folder / "autumn" / "classroom.toml"  # the same variants in every run
        settings.write_text(re.sub(r"[0-9a-f]{64}", "5ec2e7" * 10 + "0002", settings.read_text(encoding="utf-8")))

    def do(self, *words: str) -> object:
        return self.desk.do("classroom", *words)

    def run(self, *words: str) -> Answer:
        return self.desk.run("classroom", *words)

    def mark(self, code: str = "E3") -> list[dict[str, object]]:
        return self.desk.do("classroom", "mark", code, "inbox", "--class", "autumn")  # type: ignore[no-any-return]

    def package(self, student: str, code: str = "E3") -> Path:
        return self.folder / "autumn" / "out" / code / student

    def student(self, key: str, code: str = "E3") -> Desk:
        return Desk(self.package(key, code) / f"{code}.db", now=None)

    def hand_in(self, key: str, *answers: str) -> Path:
        """What a student hands in who gave these answers, in the inbox."""
        desk = self.student(key)
        if answers:
            desk.do("exercise", "answer", *answers)
        written = Path(desk.do("exercise", "submit")["file"])
        return Path(shutil.copy(written, self.folder / "inbox"))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with chdir(tmp_path):
        yield Room(tmp_path)


@pytest.fixture
def begun(room: Room) -> Room:
    room.do("hand-out", "E3", "--class", "autumn")
    return room


def key_of(room: Room, student: str) -> dict[str, str]:
    """The right answers of a student, as only the trainer sees them."""
    rows = room.desk.do("classroom", "reveal", "E3", "--student", student, "--class", "autumn")
    return {row["item"]: row[student] for row in rows}


def test_a_lesson_from_the_roster_to_the_marks(begun: Room) -> None:
    """One who knows all, one who says nothing, one who does not hand in."""
    begun.hand_in("S02")
    begun.hand_in("S01")
    begun.mark()
    key = key_of(begun, "S01")
    hand = [f"{item}={text}" for item, text in key.items() if item[1:].isdigit()]
    desk = begun.student("S01")
    desk.do("exercise", "answer", *hand)
    desk.do("exercise", "submit", "--part", "hand")
    begun.hand_in("S01", *[f"{item}={text}" for item, text in key.items() if f"{item}={text}" not in hand])

    marks = begun.mark()

    assert [(row["student"], row["total"]) for row in marks] == [("S01", 100), ("S02", 0), ("S03", None)]
    assert marks[0]["remarks"] == "try 2"
    assert "the part by hand was not handed in before the rest" in str(marks[1]["remarks"])
    assert marks[2]["remarks"] == "nothing handed in"
    totals = begun.desk.do("classroom", "overview", "--class", "autumn")
    assert [row["E3"] for row in totals] == [100, 0, None]


def test_a_figure_that_follows_from_ones_own_verdicts_keeps_its_points(begun: Room) -> None:
    begun.hand_in("S01")
    begun.mark()
    key = key_of(begun, "S01")
    hits, total = map(int, key["headline"].split("/"))
    wrong = next(item for item, text in key.items() if text == "miss" and item[1:].isdigit())
    begun.hand_in(
        "S01", *(f"{item}={text}" for item, text in {**key, wrong: "hit", "headline": f"{hits + 1}/{total}"}.items())
    )

    begun.mark()

    rows = {row["item"]: row for row in begun.desk.do("classroom", "show", "E3", "S01", "--class", "autumn")}
    assert (rows[wrong]["points"], rows["headline"]["points"]) == (0, 10)
    assert rows["headline"]["why"] == f"follows from your own answers; {key['headline']} is right"


def test_handing_out_twice_leaves_every_package_as_it_is(begun: Room) -> None:
    before = {path: path.read_bytes() for path in begun.folder.rglob("*") if path.is_file()}
    again = begun.desk.do("classroom", "hand-out", "E3", "--class", "autumn")
    assert [row["state"] for row in again] == ["there already"] * 3
    assert {path: path.read_bytes() for path in begun.folder.rglob("*") if path.is_file()} == before
    shutil.rmtree(begun.package("S02"))
    states = [row["state"] for row in begun.desk.do("classroom", "hand-out", "E3", "--class", "autumn")]
    assert states == ["there already", "made", "there already"]


def test_everything_of_a_class_is_private(begun: Room) -> None:
    begun.hand_in("S01", "T1=hit")
    begun.mark()
    for path in (begun.folder / "autumn").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_students_have_variants_of_their_own_unless_they_are_to_be_the_same(begun: Room) -> None:
    first, second = (rows_of(begun.package(student) / "E3.db") for student in ("S01", "S02"))
    assert first != second
    begun.do("init", "spring", "--roster", "roster.csv")
    begun.do("hand-out", "E3", "--class", "spring", "--same")
    same = [rows_of(begun.folder / "spring" / "out" / "E3" / student / "E3.db") for student in ("S01", "S02")]
    assert same[0] == same[1]
    assert same[0] not in (first, second)
    refused = begun.run("hand-out", "E3", "--class", "spring")
    assert (refused.code, refused.err.splitlines()[0]) == (4, "error: E3 was handed out with --same")


def test_a_package_gives_nothing_away(begun: Room) -> None:
    """Neither the secret nor the variant stands in it, and nothing that stands in it is the variant."""
    import sqlite3
    from contextlib import closing

    package = begun.package("S01")
    secret = (begun.folder / "autumn" / "classroom.toml").read_text().split('secret = "')[1][:64]
    found = b"".join(path.read_bytes() for path in package.iterdir())
    assert secret.encode() not in found
    assert bytes.fromhex(secret) not in found
    with closing(sqlite3.connect(package / "E3.db")) as db:
        told = [str(value) for table in ("outlet", "exercise", "customer", "technician") for row in
                db.execute(f"SELECT * FROM {table} LIMIT 3") for value in row]  # fmt: skip
    exercise, wanted = get_exercise("E3"), rows_of(package / "E3.db")
    guesses = {*told, "S01", "王芳", "E3/v1/S01", "E3", "autumn", str(package)}
    for number, guess in enumerate(sorted(guesses)):
        path = begun.folder / f"guess{number}.db"
        make_file(path, exercise, Variant(guess), made=MADE).close()
        assert rows_of(path) != wanted, guess


def test_the_file_is_closed_until_the_part_by_hand_is_handed_in(begun: Room) -> None:
    """What is to be found out by hand stands on many screens: figures, deadlines, guarantees, birthdays."""
    desk = begun.student("S01")
    for words in (("kpi", "report"), ("ticket", "list"), ("ticket", "show", "T1"), ("today",), ("next",),
                  ("export", "tickets"), ("appliance", "show", "A1"), ("maintenance", "due")):  # fmt: skip
        answer = desk.run(*words)
        assert (answer.code, answer.out) == (4, "")
        assert answer.err.splitlines() == [
            "error: by hand first: this file opens when that part is handed in",
            "hint: task and sheet have all you need; servicedesk exercise submit --part hand",
        ]
    assert desk.run("kpi", "explain", "arrival_24h_rate").code == 0
    assert desk.refused(4, "exercise", "submit", "--part", "hand").startswith("error: no answer is given yet\n")
    desk.do("exercise", "answer", "T1=hit")
    desk.do("exercise", "submit", "--part", "hand")
    assert desk.do("ticket", "list", "--all")[0]["deadline_at"] == "2026-11-22T09:00:00+08:00"
    assert desk.run("kpi", "report", "--month", "2026-11").code == 0
    assert "T1: the part by hand was handed in already" in desk.refused(4, "exercise", "answer", "T1=miss")
    assert "was handed in already" in desk.refused(4, "exercise", "submit", "--part", "hand")


def test_the_clock_of_an_exercise_stands(begun: Room) -> None:
    desk = begun.student("S01")
    desk.do("exercise", "answer", "T1=hit")
    desk.do("exercise", "submit", "--part", "hand")
    refused = desk.refused(4, "ticket", "list", now="2026-12-24 08:00")
    assert refused.startswith("error: the clock of this exercise stands at 2026-11-21 18:00\n")
    desk.do("note", "add", "C1", "Hund")
    assert desk.do("note", "list")[0]["recorded_at"] == "2026-11-21T18:00:00+08:00"


def test_what_was_answered_by_hand_counts_as_it_was_handed_in(begun: Room) -> None:
    desk = begun.student("S01")
    desk.do("exercise", "answer", "T1=hit", "T2=hit")
    desk.do("exercise", "submit", "--part", "hand")
    table = desk.path.with_name("answers.csv")
    table.write_text(table.read_text(encoding="utf-8").replace(",hit\n", ",miss\n"), encoding="utf-8")
    begun.hand_in("S01")
    begun.mark()
    rows = begun.desk.do("classroom", "show", "E3", "S01", "--class", "autumn")
    assert [row["answer"] for row in rows if row["item"] in {"T1", "T2"}] == ["hit", "hit"]


def test_marking_again_gives_the_same_bytes(begun: Room) -> None:
    begun.hand_in("S01", "T1=hit", "headline=6/13")
    begun.hand_in("S02", "T1=miss")
    begun.mark()
    kept = begun.folder / "autumn" / "marks" / "E3.json"
    page = begun.folder / "page.html"
    begun.do("overview", "E3", "--output", "page.html", "--class", "autumn")
    before = (kept.read_bytes(), page.read_bytes())
    begun.desk.now = "2027-03-01 08:00"
    begun.mark()
    begun.do("overview", "E3", "--output", "page.html", "--class", "autumn")
    assert (kept.read_bytes(), page.read_bytes()) == before


def test_the_newest_hand_in_counts_and_a_plain_table_only_where_nothing_else_came(begun: Room) -> None:
    old = begun.hand_in("S01", "T1=hit")
    old.rename(old.with_name("old.handin"))
    begun.hand_in("S01", "T1=miss")
    (begun.folder / "inbox" / "answers-s01.csv").write_text("item;answer\nT1;pending\n", encoding="utf-8")
    folder = begun.folder / "inbox" / "S02"
    folder.mkdir()
    (folder / "answers.csv").write_bytes("part,item,question,answer\nhand,T1,,符合\n".encode("gb18030"))

    marks = begun.mark()

    def answer(student: str) -> str:
        rows = begun.desk.do("classroom", "show", "E3", student, "--class", "autumn")
        return str(next(row["answer"] for row in rows if row["item"] == "T1"))

    assert (answer("S01"), answer("S02")) == ("miss", "符合")
    assert "only answers.csv came" in str(marks[1]["remarks"])


def test_a_hand_in_that_cannot_be_read_spoils_nothing_else(begun: Room) -> None:
    begun.hand_in("S01", "T1=hit")
    whole = begun.hand_in("S02", "T1=hit").read_bytes()
    inbox = begun.folder / "inbox"
    (inbox / "E3-S02.handin").write_bytes(whole[: len(whole) // 2])
    (inbox / "a.handin").write_bytes(b"PK\x03\x04 no archive")
    (inbox / "b.handin").write_bytes(b"")
    (inbox / "photo.jpg").write_bytes(b"\xff\xd8")
    (inbox / "whose.csv").write_text("item,answer\nT1,hit\n")
    (inbox / "S03.csv").write_text("nothing of the kind\n")

    answer = begun.run("mark", "E3", "inbox", "--class", "autumn", "--format", "json")

    assert answer.code == 0
    assert [row["total"] is not None for row in answer.json] == [True, False, False]
    cut = "it cannot be read: it was cut short, or is no hand-in"
    assert answer.err.splitlines() == [
        f"E3-S02.handin: {cut}",
        "S03.csv: answers.csv has no columns item and answer",
        f"a.handin: {cut}",
        f"b.handin: {cut}",
        "whose.csv: its name does not say whose it is: S07.csv, or S07/answers.csv",
    ]


def change_inside(path: Path, name: str, old: str, new: str) -> None:
    """Edit a file in an archive by hand."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    parts[name] = parts[name].decode().replace(old, new).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)


def test_what_was_edited_by_hand_is_marked_and_the_trainer_told(begun: Room) -> None:
    path = begun.hand_in("S01", "T1=miss")
    change_inside(path, "hand-in.json", '"T1": "miss"', '"T1": "hit"')
    assert "it was changed after it was handed in" in str(begun.mark()[0]["remarks"])
    change_inside(path, "hand-in.json", '"answers": {', '"answers": {"T99": "hit",')
    assert "it answers what was not asked: T99" in str(begun.mark()[0]["remarks"])
    change_inside(path, "hand-in.json", '"T1": "hit"', '"T1": 5')
    answer = begun.run("mark", "E3", "inbox", "--class", "autumn")
    assert answer.code == 2
    assert "was cut short, or is no hand-in" in answer.err


def test_a_hand_in_of_another_class_or_package_is_told(begun: Room) -> None:
    begun.do("init", "spring", "--roster", "roster.csv")
    begun.do("hand-out", "E3", "--class", "spring")
    foreign = Desk(begun.folder / "spring" / "out" / "E3" / "S01" / "E3.db", now=None)
    shutil.copy(foreign.do("exercise", "submit")["file"], begun.folder / "inbox")
    answer = begun.run("mark", "E3", "inbox", "--class", "autumn")
    told = ["error: inbox holds no hand-in of E3", "E3-S01.handin: it is of another class"]
    assert (answer.code, answer.err.splitlines()[:2]) == (2, told)
    mine = begun.hand_in("S01", "T1=hit")
    change_inside(mine, "hand-in.json", '"student": "S01"', '"student": "S02"')
    marks = begun.mark()
    assert "its package is not that of S02" in str(marks[1]["remarks"])


def test_what_cannot_be_read_is_left_open_and_never_marked_0(begun: Room) -> None:
    desk = begun.student("S01")
    assert "\nT1: 'vielleicht', one of hit, miss" in desk.refused(2, "exercise", "answer", "T1=vielleicht")
    table = desk.path.with_name("answers.csv")
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    table.write_text("\n".join(line + "vielleicht" if line.startswith("hand,T1,") else line for line in lines))
    checked = {row["item"]: row["state"] for row in desk.do("exercise", "check")}
    assert checked["T1"] == "cannot be read: one of hit, miss, pending, excluded, elsewhere"
    answer = desk.run("exercise", "submit")
    assert "cannot be read, and left to the trainer: T1\n" in answer.err
    shutil.copy(desk.path.with_name("E3-S01.handin"), begun.folder / "inbox")
    mark = begun.mark()[0]
    assert mark["open"] == 2
    assert "T1" not in list(mark["lost"])  # type: ignore[call-overload]


def test_the_overview_has_a_column_an_item_and_a_page(begun: Room) -> None:
    for student in ("S01", "S02"):
        begun.hand_in(student, "headline=19/20", "strict=18/20", "T1=hit")
    begun.mark()
    begun.do("overview", "E3", "--output", "e3.csv", "--class", "autumn")
    begun.do("overview", "E3", "--output", "e3.html", "--class", "autumn")
    table = list(csv.DictReader(io.StringIO((begun.folder / "e3.csv").read_text(encoding="utf-8-sig"))))
    page = (begun.folder / "e3.html").read_text(encoding="utf-8")
    assert [row["student"] for row in table] == ["S01", "S02", "S03"]
    assert list(table[0])[:4] == ["student", "name", "total", "T1"]
    read = " ".join(re.sub("<[^>]+>", " ", page.partition("</style>")[2]).split())
    assert "2 of 3 handed in" in read
    assert "S02 李强 0 headline −10 strict −10 T1 −2 T2 −2 T3 −2 T4 −2 56 more of them" in read
    assert "headline 0 % 19/20 ×2 strict 0 % 18/20 ×2 T1 0 % hit ×2 T2 0 % T3 0 %" in read
    assert "Points were lost at 50 more items; of those the class got 0 % on average." in read
    assert "The same wrong figures on different variants" in page
    assert "src=" not in page
    assert "//" not in page


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("student,name\nS1,王芳\ns1,李强\n", "roster.csv names twice: s1"),
        ("name\n王芳\n王芳\n", "roster.csv names twice: 王芳"),
        ("student,name\n../x,王芳\n", "roster.csv: '../x' cannot be a student's key"),
        ("student,name\nS1,\n", "roster.csv: 'S1' cannot be a student's key"),
        ("student\nS1\n", "roster.csv has no column with names"),
        ("student,name\n", "roster.csv names no student"),
        ("", "roster.csv is empty"),
    ],
)
def test_a_roster_that_will_not_do_is_told_and_nothing_is_made(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    with chdir(tmp_path):
        answer = Desk(tmp_path / "none.db").run("classroom", "init", "autumn", "--roster", "roster.csv")
    assert (answer.code, answer.err.splitlines()[0]) == (2, f"error: {sentence}")
    assert not (tmp_path / "autumn").exists()


def test_a_roster_may_be_of_names_alone_in_any_encoding(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes("姓名\n王芳\n李强\n".encode("gb18030"))
    desk = Desk(tmp_path / "none.db")
    with chdir(tmp_path):
        desk.do("classroom", "init", "autumn", "--roster", "roster.csv")
        made = desk.do("classroom", "hand-out", "E3", "--class", "autumn")
    assert [(row["student"], row["name"]) for row in made] == [("S01", "王芳"), ("S02", "李强")]


def test_who_joins_a_class_is_added_and_nobody_is_ever_another(room: Room) -> None:
    secret = (room.folder / "autumn" / "classroom.toml").read_text().splitlines()[:4]
    (room.folder / "roster.csv").write_text(f"{ROSTER}S04,孙丽\n", encoding="utf-8")
    answer = room.run("init", "autumn", "--roster", "roster.csv", "--format", "json")
    assert (answer.code, answer.json["students"], answer.err) == (0, 4, "1 student joined\n")
    assert (room.folder / "autumn" / "classroom.toml").read_text().splitlines()[:4] == secret
    made = room.desk.do("classroom", "hand-out", "E3", "--class", "autumn")
    assert [row["student"] for row in made] == ["S01", "S02", "S03", "S04"]
    (room.folder / "roster.csv").write_text("student,name\nS01,李强\n", encoding="utf-8")
    refused = room.run("init", "autumn", "--roster", "roster.csv")
    assert (refused.code, refused.err.splitlines()[0]) == (4, "error: S01 is 王芳 in this class, not 李强")


def test_what_was_left_open_is_decided_by_the_trainer_and_stays_decided(begun: Room) -> None:
    (begun.folder / "inbox" / "S01.csv").write_text("item,answer\nT1,vielleicht\nT2,hit\n")
    before = begun.mark()[0]
    assert (before["open"], begun.run("decide", "E3", "S01", "T3=1", "--class", "autumn").code) == (2, 2)
    for wrong in ("T1=3", "T1=-1", "T1=x", "T1"):
        assert begun.run("decide", "E3", "S01", wrong, "--class", "autumn").code == 2
    assert begun.run("decide", "E3", "S02", "T1=1", "--class", "autumn").code == 3
    rows = begun.desk.do("classroom", "decide", "E3", "S01", "t1=1.5", "--class", "autumn")
    assert (rows[0]["points"], rows[0]["why"]) == (1.5, "decided by the trainer")
    after = begun.mark()[0]
    assert (after["open"], after["total"]) == (None, float(str(before["total"])) + 1.5)
    begun.do("decide", "E3", "S01", "T1=2", "--class", "autumn")
    assert begun.mark()[0]["total"] == float(str(before["total"])) + 2


def test_a_wrong_inbox_leaves_the_marks_as_they_are(begun: Room) -> None:
    begun.hand_in("S01", "T1=hit")
    begun.hand_in("S02", "T1=hit")
    marks = begun.mark()
    (begun.folder / "empty").mkdir()
    for wrong in ("empty", "autumn/out/E3/S03"):
        refused = begun.run("mark", "E3", wrong, "--class", "autumn")
        assert (refused.code, refused.err.splitlines()[0]) == (2, f"error: {wrong} holds no hand-in of E3")
    (begun.folder / "inbox" / "E3-S01.handin").unlink()
    answer = begun.run("mark", "E3", "inbox", "--class", "autumn", "--format", "json")
    assert (answer.json, answer.err) == (marks, "S01: the marks of before stay, nothing is in inbox\n")


def test_an_exercise_that_another_version_made_is_not_marked_by_another_key(begun: Room) -> None:
    begun.hand_in("S01", "T1=hit")
    kept = begun.folder / "autumn" / "handed-out.json"
    told = json.loads(kept.read_text())
    told["E3"]["digests"]["S01"] = "made otherwise"
    kept.write_text(json.dumps(told))
    answer = begun.run("mark", "E3", "inbox", "--class", "autumn")
    assert "it was handed out by another version of servicedesk, which must mark it too" in answer.err


def test_a_student_is_named_by_key_or_name(begun: Room) -> None:
    begun.hand_in("S02", "T1=hit")
    begun.mark()

    def told(*words: str) -> Answer:
        return begun.run(*words, "--class", "autumn", "--format", "json")

    assert told("show", "E3", "李强") == told("show", "E3", "s02")
    assert told("reveal", "E3", "--student", "李强") == told("reveal", "E3", "--student", "S02")
    assert told("decide", "E3", "李强", "T1=1").err.startswith("error: T1 is not to be decided\n")
    unknown = told("show", "E3", "李")
    assert (unknown.code, unknown.err.splitlines()) == (3, [
        "error: '李' is not in the roster", "hint: did you mean 李强?"])  # fmt: skip
    (begun.folder / "roster.csv").write_text(f"{ROSTER}S04,李强\n", encoding="utf-8")
    begun.do("init", "autumn", "--roster", "roster.csv")
    several = told("show", "E3", "李强")
    assert (several.code, several.err.splitlines()) == (2, [
        "error: '李强' is the name of several", "hint: S02, S04"])  # fmt: skip


def test_what_a_trainer_may_mistake_is_told(room: Room) -> None:
    def told(code: int, *words: str) -> str:
        answer = room.run(*words)
        assert (answer.code, answer.out) == (code, ""), answer
        return answer.err.splitlines()[0].removeprefix("error: ")

    assert told(5, "hand-out", "E3") == "there is no class in ."
    assert told(3, "hand-out", "E11", "--class", "autumn") == "there is no exercise 'E11'"
    assert told(2, "mark", "E3", "inbox", "--class", "autumn") == "E3 was never handed out in this class"
    room.do("hand-out", "E3", "--class", "autumn")
    assert told(2, "overview", "E3", "--class", "autumn") == "E3 was not marked yet"
    assert told(5, "mark", "E3", "nowhere", "--class", "autumn") == "there is no folder nowhere"
    assert told(2, "overview", "--output", "x.html", "--class", "autumn") == "a page is of one exercise"
    room.hand_in("S02")
    room.mark()
    assert told(2, "overview", "E3", "--output", "x.pdf", "--class", "autumn") == "x.pdf is neither .html nor .csv"
    assert told(3, "show", "E3", "S09", "--class", "autumn") == "'S09' is not in the roster"
    assert told(3, "show", "E3", "S01", "--class", "autumn") == "S01 handed nothing in"
    (room.folder / "autumn" / "marks" / "E3.json").write_text("{")
    assert "E3.json is damaged" in told(5, "overview", "E3", "--class", "autumn")
    (room.folder / "autumn" / "classroom.toml").write_text("id = ")
    assert "classroom.toml is damaged" in told(5, "overview", "E3", "--class", "autumn")


@pytest.mark.parametrize("code", ["E1", "E2"])
def test_an_exercise_without_answers_says_so(tmp_path: Path, code: str) -> None:
    with chdir(tmp_path):
        Desk(tmp_path / "none.db", now=None).do("exercise", "start", code, "--seed", "7")
    desk = Desk(tmp_path / code / f"{code}.db", now=None)

    assert desk.refused(4, "exercise", "answer", "X=1").splitlines() == [
        f"error: {code} asks for no answers: what you type into the file is marked",
        "hint: servicedesk exercise submit",
    ]


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_half_made(room: Room) -> None:
    (room.folder / "autumn" / "out").write_text("a file where the folder should be")
    answer = room.run("hand-out", "E3", "--class", "autumn")
    assert (answer.code, answer.out) == (5, "")
    assert answer.err.startswith("error: ")
    assert not (room.folder / "autumn" / "handed-out.json").exists()


def test_alone_the_same_number_makes_the_same_exercise(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "none.db", now=None)
    for folder, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        desk.do("exercise", "start", "E3", "--seed", seed, "--folder", str(tmp_path / folder))
    made = {path.name for path in (tmp_path / "a").iterdir()}
    assert made == {"E3.db", "task.md", "task.html", "sheet.csv", "answers.csv"}
    a, b, c = (rows_of(tmp_path / folder / "E3.db") for folder in "abc")
    assert a == b != c
    again = desk.run("exercise", "start", "E3", "--folder", str(tmp_path / "a"))
    assert (again.code, again.out) == (4, "")


def test_alone_the_key_is_shown_after_handing_in_and_in_a_class_never(begun: Room) -> None:
    begun.student("S01").do("exercise", "submit")
    assert "this exercise belongs to a class" in begun.student("S01").refused(4, "exercise", "reveal")
    outside = Desk(begun.folder / "none.db", now=None)
    outside.do("exercise", "start", "E3", "--seed", "7")
    desk = Desk(begun.folder / "E3" / "E3.db", now=None)
    assert "nothing was handed in yet" in desk.refused(4, "exercise", "reveal")
    desk.do("exercise", "submit")
    key = {row["item"]: row["key"] for row in desk.do("exercise", "reveal")}
    desk.do("exercise", "answer", *(f"{item}={text}" for item, text in key.items()))
    desk.do("exercise", "submit")
    assert sum(row["points"] for row in desk.do("exercise", "reveal")) == 100
    assert desk.run("exercise", "check").out.count("\n") == 1


def test_hints_come_one_by_one_and_are_counted(begun: Room) -> None:
    desk = begun.student("S01")
    assert [len(desk.do("exercise", "hint")) for _ in range(5)] == [1, 2, 3, 3, 3]
    begun.hand_in("S01")
    assert "3 hints" in str(begun.mark()[0]["remarks"])


def test_an_exercise_is_found_in_its_folder_and_no_other_file_is_one(begun: Room, desk: Desk) -> None:
    with chdir(begun.package("S01")):
        assert RUNNER.invoke(app, ["exercise", "start", "."]).exit_code == 0
        assert "T1 to T20" in " ".join(RUNNER.invoke(app, ["exercise", "show"]).stdout.split())
    assert "is no exercise" in desk.refused(4, "exercise", "show", now="2026-11-21 18:00")
    assert "holds no exercise" in desk.refused(3, "exercise", "start", str(begun.folder))
    assert "E3 has no calls" in begun.student("S01").refused(4, "exercise", "call", "--next")


def test_the_task_fits_a_terminal_and_every_sheet_is_in_the_language_of_the_class(tmp_path: Path) -> None:
    from servicedesk.base.width import cells

    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    desk = Desk(tmp_path / "none.db", now="2026-09-01 08:00")
    with chdir(tmp_path):
        assert desk.run("--language", "zh", "classroom", "init", "autumn", "--roster", "roster.csv").code == 0
        assert desk.run("classroom", "hand-out", "E3", "--paper", "--class", "autumn").code == 0
    package = tmp_path / "autumn" / "out" / "E3" / "S01"
    task = (package / "task.md").read_text(encoding="utf-8")
    assert max(map(cells, task.splitlines())) <= 80
    assert task.startswith("# E3 我们到位了吗？\n")
    paper = (package / "paper.html").read_text(encoding="utf-8")
    assert "S01 王芳" in paper
    assert "你的答案" in paper
    assert "符合、不符合、未到期、排除，还是不属本月？" in (package / "answers.csv").read_text(encoding="utf-8-sig")


def test_a_chinese_package_answers_in_chinese_unless_another_language_is_asked_for(tmp_path: Path) -> None:
    outside = Desk(tmp_path / "none.db", now=None)
    assert outside.run("--language", "zh", "exercise", "start", "E3", "--folder", str(tmp_path / "E3")).code == 0
    desk = Desk(tmp_path / "E3" / "E3.db", now=None)
    assert desk.run("exercise", "show").out.startswith("# E3 我们到位了吗？\n")
    assert "读不懂" in desk.run("exercise", "answer", "T1=也许").err
    assert desk.run("ticket", "list").err.startswith("错误：先手工做")
    desk.run("exercise", "answer", "T1=不属本月")
    desk.run("exercise", "submit", "--part", "hand")
    assert "用户" in desk.run("ticket", "show", "T20", "--format", "table").out
    assert desk.run("--language", "en", "exercise", "show").out.startswith("# E3 Did we arrive?\n")


def test_marks_are_in_the_language_of_the_class(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    desk = Desk(tmp_path / "none.db", now="2026-09-01 08:00")
    with chdir(tmp_path):
        desk.run("--language", "zh", "classroom", "init", "autumn", "--roster", "roster.csv")
        desk.do("classroom", "hand-out", "E3", "--class", "autumn")
        (tmp_path / "inbox").mkdir()
        (tmp_path / "inbox" / "S01.csv").write_text("item,answer\nT1,未到期\n", encoding="utf-8")
        marks = desk.do("classroom", "mark", "E3", "inbox", "--class", "autumn")
    kept = json.loads((tmp_path / "autumn" / "marks" / "E3.json").read_text(encoding="utf-8"))
    assert marks[0]["remarks"] == "只交了 answers.csv"
    assert kept["students"]["S01"]["marks"][1]["sentence"] == "没有作答"
