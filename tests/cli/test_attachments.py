"""Files that belong to notes: kept as a place and a digest, missed by `check`, forgotten with the person."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.asking import opened, staffed
from tests.conftest import Desk


@pytest.fixture
def photo(desk: Desk) -> Path:
    """A photo beside the file of an outlet with T1."""
    staffed(desk)
    opened(desk, "2026-02-02 09:00", "--customer", "C1")
    (desk.path.parent / "photos").mkdir()
    photo = desk.path.parent / "photos" / "leak.jpg"
    photo.write_bytes(b"a leak")
    return photo


def missed(desk: Desk) -> list[tuple[str, int, str, int]]:
    """What `check` says of files."""
    rows = desk.do("check")
    return [(row["noun"], row["id"], row["finding"], row["count"]) for row in rows if "file" in row["finding"]]


def test_a_note_keeps_where_its_file_lies_and_what_it_is_like(desk: Desk, photo: Path) -> None:
    note = desk.do("note", "add", "T1", "--file", str(photo))
    assert (note["text"], note["file"]) == ("leak.jpg", "photos/leak.jpg")
    assert note["file_sha256"] == hashlib.sha256(b"a leak").hexdigest()
    desk.do("note", "add", "T1", "under the sink", "--file", str(photo))
    assert "under the sink [photos/leak.jpg]" in desk.run("note", "list", "T1", "--format", "table").out
    assert "nothing changed" in desk.run("note", "add", "T1", "--file", str(photo)).err
    assert missed(desk) == []


def test_the_place_is_kept_from_the_folder_of_the_outlet_wherever_one_stands(
    desk: Desk, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photo.parent)
    assert desk.do("note", "add", "T1", "--file", "leak.jpg")["file"] == "photos/leak.jpg"
    elsewhere = desk.path.parent.parent / "elsewhere.pdf"
    elsewhere.write_bytes(b"x")
    assert desk.do("note", "add", "T1", "--file", str(elsewhere))["file"] == "../elsewhere.pdf"


def test_check_misses_a_file_that_is_gone_or_changed_and_lists_them(desk: Desk, photo: Path) -> None:
    desk.do("note", "add", "T1", "--file", str(photo))
    photo.write_bytes(b"another leak")
    assert missed(desk) == [("ticket", 1, "has a note whose file was changed", 1)]
    photo.unlink()
    assert missed(desk) == [("ticket", 1, "has a note whose file is gone", 1)]
    (listed,) = desk.do("check", "--list", "file is gone")
    assert (listed["id"], listed["remedy"]) == (1, "'note list T1' names the file: put it back at its place")
    assert desk.do("check", "--list", "file was changed") == []


def test_no_file_and_no_regular_file_are_refused(desk: Desk, photo: Path) -> None:
    assert desk.refused(3, "note", "add", "T1", "--file", "nowhere.jpg").startswith(
        "error: there is no file nowhere.jpg\nhint: check the path: the file is not copied\n"
    )
    assert "is a folder" in desk.refused(5, "note", "add", "T1", "--file", str(photo.parent))
    assert desk.refused(2, "note", "add", "T1").startswith("error: a note needs its words, or --file\n")


def test_an_undo_and_an_export_know_the_file(desk: Desk, photo: Path, make: Callable[..., Desk]) -> None:
    desk.do("note", "add", "T1", "--file", str(photo), now="2026-02-02 10:00")
    desk.do("undo", now="2026-02-02 10:10")
    assert desk.do("note", "list", "T1") == []
    desk.do("redo", now="2026-02-02 10:20")
    (note,) = desk.do("note", "list", "T1")
    assert note["file"] == "photos/leak.jpg"
    desk.do("export", str(desk.path.parent / "all"))
    other = make()
    other.do("import", str(desk.path.parent / "all"))
    (same,) = other.do("note", "list", "T1")
    assert (same["file"], same["file_sha256"]) == (note["file"], note["file_sha256"])


def test_who_is_forgotten_leaves_no_path_and_the_clerk_hears_of_the_files(desk: Desk, photo: Path) -> None:
    desk.do("note", "add", "T1", "under the sink", "--file", str(photo))
    answer = desk.run("customer", "forget", "C1", "--yes")
    assert "files of the person are still there: delete photos/leak.jpg" in answer.err
    assert b"leak.jpg" not in desk.path.read_bytes()
    assert missed(desk) == []
