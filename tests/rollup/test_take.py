"""`rollup take`: each share whole or not at all; whatever happens on the way, the catalogue is the same."""

import errno
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("duckdb")

from servicedesk.base import dates
from servicedesk.base.errors import StorageError
from servicedesk.rollup import manifest
from servicedesk.rollup.catalogue import list_newest_shares, open_catalogue
from tests.conftest import Answer, Desk, KilledError
from tests.rollup.conftest import Shares, remade


@pytest.fixture
def office(tmp_path: Path) -> Desk:
    """Head office: no file of an outlet."""
    return Desk(tmp_path / "no.db")


def inbox(folder: Path, *shares: Path) -> Path:
    """An inbox with copies of those shares, each in the folder of its outlet."""
    for share in shares:
        shutil.copytree(share, folder / share.parent.name / share.name, dirs_exist_ok=True)
    return folder


def take(office: Desk, folder: Path, *words: str) -> Answer:
    return office.run("rollup", "take", str(folder), "--catalogue", str(office.path.parent / "catalogue"), *words)


def told(answer: Answer) -> list[tuple[str, int, str, str]]:
    """What became of each share."""
    rows = json.loads(answer.out)
    return [(row["outlet"], row["share"], row["status"], row["why"] or "") for row in rows]


def content(office: Desk) -> dict[str, bytes]:
    """Every file of the catalogue with its bytes."""
    top = office.path.parent / "catalogue"
    return {str(path.relative_to(top)): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def counted(office: Desk) -> list[tuple[str, int]]:
    catalogue = open_catalogue(office.path.parent / "catalogue")
    return [(share.outlet, share.sequence) for share in list_newest_shares(catalogue)]


def test_of_each_outlet_the_newest_share_counts(office: Desk, shares: Shares) -> None:
    answer = take(office, shares.first.parents[1], "--format", "table")

    assert answer.code == 0, answer.err
    assert answer.out.splitlines() == [
        "outlet   share no.  as of             tickets  status",
        "─────────────────────────────────────────────────────",
        "Harbour          1  2026-10-10 20:00        1  taken",
        "Nanping          1  2026-10-02 20:00        1  taken",
        "Nanping          2  2026-10-09 20:00        2  taken",
        "Nanping          3  2026-10-10 20:00        2  taken",
    ]
    assert counted(office) == [("Harbour", 1), ("Nanping", 3)]


def test_twice_and_in_any_order_the_catalogue_is_the_same(office: Desk, shares: Shares, tmp_path: Path) -> None:
    take(office, shares.first.parents[1])
    whole = content(office)

    first, second, third = shares.first, shares.second, shares.third
    for number, order in enumerate(((third, first, second), (second, third, first))):
        other = Desk(tmp_path / str(number) / "no.db")
        other.path.parent.mkdir()
        for step, share in enumerate((*order, shares.other, order[0])):
            answer = take(other, inbox(tmp_path / f"{number}-{step}", share))
            assert answer.code == 0, answer.err
        assert content(other) == whole


def test_a_share_that_comes_late_is_kept_and_not_counted(office: Desk, shares: Shares, tmp_path: Path) -> None:
    take(office, inbox(tmp_path / "a", shares.third))

    answer = take(office, inbox(tmp_path / "b", shares.first, shares.third), "--format", "json")

    assert told(answer) == [("Nanping", 1, "earlier", ""), ("Nanping", 3, "known", "")]
    assert counted(office) == [("Nanping", 3)]


@pytest.mark.parametrize("step", range(4))
def test_a_run_that_is_killed_leaves_nothing_half_taken(
    office: Desk, shares: Shares, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    rename, steps = os.rename, itertools.count()

    def renamed(made: Path, place: Path) -> None:
        if next(steps) == step:
            raise KilledError
        rename(made, place)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", renamed)
        with pytest.raises(KilledError):
            take(office, shares.first.parents[1])
    for share in (office.path.parent / "catalogue" / "shares").rglob(manifest.NAME):
        manifest.check_files(manifest.read_share(share.parent))

    assert take(office, shares.first.parents[1]).code == 0
    assert counted(office) == [("Harbour", 1), ("Nanping", 3)]


def cut_short(share: Path) -> None:
    whole = (share / "event.parquet").read_bytes()
    (share / "event.parquet").write_bytes(whole[: len(whole) // 2])


def cut_json(share: Path) -> None:
    whole = (share / "share.json").read_bytes()
    (share / "share.json").write_bytes(whole[:500])


def one_byte(share: Path) -> None:
    whole = bytearray((share / "event.parquet").read_bytes())
    whole[100] ^= 1
    (share / "event.parquet").write_bytes(whole)


def without_json(share: Path) -> None:
    (share / "share.json").unlink()


def without_table(share: Path) -> None:
    (share / "event.parquet").unlink()


def with_more(share: Path) -> None:
    (share / "customer.csv").write_text("name")


def with_link(share: Path) -> None:
    (share / "event.parquet").rename(share.parent / "elsewhere")
    (share / "event.parquet").symlink_to(share.parent / "elsewhere")


def edited(share: Path) -> None:
    text = (share / "share.json").read_text().replace('"sequence": 3', '"sequence": 4')
    (share / "share.json").write_text(text)


SPOILT: dict[Callable[[Path], None], str] = {
    cut_short: "event.parquet is damaged, cut short or of another share",
    cut_json: "share.json is damaged or cut short",
    one_byte: "event.parquet is damaged, cut short or of another share",
    without_json: "share.json is missing: the share is cut short",
    without_table: "event.parquet is missing: the share is cut short",
    with_more: "customer.csv does not belong to it",
    with_link: "event.parquet does not belong to it",
    edited: "share.json is another than the folder was made with",
}


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_a_share_that_is_not_whole_is_refused_and_the_others_are_taken(
    office: Desk, shares: Shares, spoil: Callable[[Path], None]
) -> None:
    spoil(shares.third)

    answer = take(office, shares.first.parents[1], "--format", "json")

    assert [why.removeprefix(f"{shares.third}: ") for *_, why in told(answer) if why] == [SPOILT[spoil]]
    assert (answer.code, answer.err.splitlines()[-2:]) == (
        5,
        [
            "error: 1 share was not taken",
            "hint: the list says why; the others are in the catalogue",
        ],
    )
    assert counted(office) == [("Harbour", 1), ("Nanping", 2)]


def test_shares_whose_files_were_swapped_are_refused(office: Desk, shares: Shares, tmp_path: Path) -> None:
    (shares.second / "event.parquet").rename(tmp_path / "event")
    (shares.third / "event.parquet").rename(shares.second / "event.parquet")
    (tmp_path / "event").rename(shares.third / "event.parquet")

    answer = take(office, shares.first.parents[1])

    assert answer.code == 5
    assert counted(office) == [("Harbour", 1), ("Nanping", 1)]


def test_a_share_of_a_newer_format_is_refused(office: Desk, shares: Shares) -> None:
    newer = remade(shares.third, format=2)

    answer = take(office, shares.first.parents[1], "--format", "json")

    assert (answer.code, [why for *_, why in told(answer) if why]) == (
        5,
        [f"{newer}: it is a share of format 2: this program reads format 1"],
    )


WILD = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "2026-10", "2026-10-10T20:00:00", "\x1b[2J"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["sha256", "name", "x"]), inner),
    max_leaves=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(data=st.data(), wild=WILD)
def test_whatever_stands_in_share_json_it_is_a_share_or_refused(
    made_shares: Shares, data: st.DataObject, wild: object
) -> None:
    about = json.loads((made_shares.other / "share.json").read_text())
    part, key = about, data.draw(st.sampled_from(sorted(about)))
    while isinstance(part[key], dict) and part[key] and data.draw(st.booleans()):
        part = part[key]
        key = data.draw(st.sampled_from(sorted(part)))
    part[key] = wild
    text = json.dumps(about).encode()
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top) / f"1-{manifest.digest_of(text)}"
        folder.mkdir()
        (folder / "share.json").write_bytes(text)
        try:
            share = manifest.read_share(folder)
        except StorageError:
            return
        assert (share.uuid, share.sequence) == (about["outlet"]["uuid"], 1)
        dates.zone(share.about["outlet"]["zone"])
        for line in chain(*(months.values() for months in share.about["receipt"].values())):
            assert len(line) == 4


def test_a_copied_file_is_told_from_a_second_share(office: Desk, shares: Shares, tmp_path: Path) -> None:
    take(office, inbox(tmp_path / "a", shares.first))
    copy = Desk(Path(shutil.copy(shares.nanping.path, tmp_path / "copy.db")))
    copy.do("ticket", "open", "--customer", "C1", "elsewhere", now="2026-10-11 09:00")
    copy.do("share", str(tmp_path / "b"), "--key", str(shares.key), now="2026-10-11 20:00")

    answer = take(office, tmp_path / "b", "--format", "json")

    why = "another share has its number: is the file a copy of another outlet's?"
    assert (answer.code, told(answer)) == (4, [("Nanping", 1, "refused", why)])
    assert counted(office) == [("Nanping", 1)]


def test_two_shares_of_one_number_in_an_inbox_are_both_refused(office: Desk, shares: Shares, tmp_path: Path) -> None:
    copy = Desk(Path(shutil.copy(shares.nanping.path, tmp_path / "copy.db")))
    copy.do("share", str(tmp_path / "b"), "--key", str(shares.key), now="2026-10-11 20:00")
    shutil.copytree(shares.first.parents[1], tmp_path / "b", dirs_exist_ok=True)

    assert take(office, tmp_path / "b").code == 4
    assert counted(office) == [("Harbour", 1), ("Nanping", 3)]


def test_a_share_under_the_key_of_another_brand_is_refused(office: Desk, shares: Shares, tmp_path: Path) -> None:
    (tmp_path / "other.key").write_text("the key of another brand")
    shares.harbour.do("share", str(tmp_path / "b"), "--key", str(tmp_path / "other.key"))
    take(office, inbox(tmp_path / "a", shares.first))

    answer = take(office, tmp_path / "b", "--format", "json")

    assert (answer.code, told(answer)) == (
        4,
        [("Harbour", 1, "refused", "it was made under the key of another brand")],
    )
    assert counted(office) == [("Nanping", 1)]


def test_of_two_keys_in_the_first_inbox_it_must_be_said_which_is_the_brand_s(
    office: Desk, shares: Shares, tmp_path: Path
) -> None:
    (tmp_path / "other.key").write_text("the key of another brand")
    shares.harbour.do("share", str(tmp_path / "b"), "--key", str(tmp_path / "other.key"))
    inbox(tmp_path / "b", shares.first)

    refused = take(office, tmp_path / "b")
    answer = take(office, tmp_path / "b", "--key", str(shares.key))

    assert (refused.code, refused.err) == (
        4,
        "error: the shares in the inbox were made under 2 keys\nhint: --key FILE says which one is the brand's\n",
    )
    assert answer.code == 4
    assert counted(office) == [("Nanping", 1)]


def test_a_catalogue_stays_with_its_key(office: Desk, shares: Shares, tmp_path: Path) -> None:
    (tmp_path / "other.key").write_text("the key of another brand")
    take(office, shares.first.parents[1])

    answer = take(office, shares.first.parents[1], "--key", str(tmp_path / "other.key"))

    assert (answer.code, answer.err.splitlines()[0]) == (4, "error: this catalogue belongs to another key")


def test_what_is_no_share_is_named_and_left(office: Desk, shares: Shares) -> None:
    top = shares.first.parents[1]
    (top / "letter.pdf").write_text("x")
    (top / shares.first.parent.name / ".DS_Store").write_text("x")

    answer = take(office, top)

    assert answer.code == 0
    assert sorted(answer.err.splitlines()) == sorted(
        f"{path}: no share, left where it is"
        for path in (top / "letter.pdf", top / shares.first.parent.name / ".DS_Store")
    )


def test_an_inbox_without_a_share_says_so(office: Desk, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    answer = take(office, tmp_path / "empty")

    assert (answer.code, answer.err) == (0, f"there is no share in {tmp_path / 'empty'}\n")


def test_a_full_disk_takes_what_fitted(office: Desk, shares: Shares, monkeypatch: pytest.MonkeyPatch) -> None:
    copy, steps = shutil.copyfile, itertools.count()

    def copied(source: Path, place: Path) -> None:
        if next(steps) >= 30:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        copy(source, place)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", copied)
        answer = take(office, shares.first.parents[1], "--format", "json")

    assert (answer.code, [status for _, _, status, _ in told(answer)]) == (5, ["taken", *["refused"] * 3])
    assert told(answer)[1][3].endswith("cannot be read or written: No space left on device")
    assert take(office, shares.first.parents[1]).code == 0
    assert counted(office) == [("Harbour", 1), ("Nanping", 3)]


def test_a_folder_of_the_inbox_that_cannot_be_read_is_said(
    office: Desk, shares: Shares, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = os.walk

    def walked(top: Path, onerror: Callable[[OSError], None]) -> object:
        onerror(PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(top)))
        return walk(top)

    monkeypatch.setattr(os, "walk", walked)

    top = shares.first.parents[1]
    assert take(office, top).err == (
        f"error: {top} cannot be read: Permission denied\nhint: check the permissions of the folder\n"
    )


def test_an_inbox_that_is_not_there_is_said(office: Desk, tmp_path: Path) -> None:
    answer = take(office, tmp_path / "nowhere")

    assert (answer.code, answer.err) == (
        3,
        f"error: there is no folder {tmp_path / 'nowhere'}\nhint: name the folder of the shares\n",
    )


def test_a_catalogue_of_a_newer_version_is_refused_and_left(office: Desk, shares: Shares) -> None:
    catalogue = office.path.parent / "catalogue"
    catalogue.mkdir()
    (catalogue / "catalogue.json").write_text('{"format": 2, "key": null}')

    answer = take(office, shares.first.parents[1])

    assert (answer.code, answer.err) == (
        5,
        f"error: the catalogue in {catalogue} is of a newer version\nhint: install a newer servicedesk\n",
    )
    assert list(content(office)) == ["catalogue.json"]


def test_a_folder_with_other_things_is_no_catalogue(office: Desk, shares: Shares) -> None:
    catalogue = office.path.parent / "catalogue"
    catalogue.mkdir()
    (catalogue / "thesis.txt").write_text("x")

    answer = take(office, shares.first.parents[1])

    assert (answer.code, answer.err.splitlines()[0]) == (
        4,
        f"error: {catalogue} holds other things than a catalogue",
    )
    assert list(content(office)) == ["thesis.txt"]


def test_a_damaged_catalogue_says_the_way_out(office: Desk, shares: Shares) -> None:
    take(office, shares.first.parents[1])
    whole = content(office)
    (office.path.parent / "catalogue" / "catalogue.json").write_text("{")

    answer = take(office, shares.first.parents[1])
    (office.path.parent / "catalogue" / "catalogue.json").unlink()
    take(office, shares.first.parents[1])

    assert (answer.code, answer.err.splitlines()[1]) == (
        5,
        "hint: the shares are whole: move it away, and 'rollup take' makes it anew",
    )
    assert content(office) == whole
