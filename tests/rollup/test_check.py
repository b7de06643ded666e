"""`rollup check`: what head office judges is what the outlet printed, or the difference is named."""

import json
from pathlib import Path
from random import Random

import pytest

pytest.importorskip("duckdb")

from servicedesk import __version__
from tests import random_outlets
from tests.conftest import Answer, Desk
from tests.rollup.conftest import Shares, remade, share


def take(top: Path, inbox: Path) -> None:
    """Take all of the inbox."""
    assert Desk(top / "no.db").run("rollup", "take", str(inbox), "--catalogue", str(top / "catalogue")).code == 0


def check(top: Path, *words: str) -> Answer:
    return Desk(top / "no.db").run("rollup", "check", "--catalogue", str(top / "catalogue"), *words)


@pytest.mark.parametrize("seed", [3, *(pytest.param(seed, marks=pytest.mark.seeds) for seed in range(4, 16))])
def test_what_duckdb_judges_is_what_the_outlet_printed_in_any_zone(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    zone = ("America/New_York", "Asia/Shanghai", "Australia/Lord_Howe")[seed % 3]
    outlet = random_outlets.made(tmp_path / "outlet.db", rng, tickets=25, zone=zone)
    when = outlet.text(rng.choice(outlet.moments[len(outlet.moments) // 2 :]))
    share(Desk(outlet.path, when), tmp_path / "inbox", "--months", "1" if seed == 3 else "13")

    take(tmp_path, tmp_path / "inbox")
    answer = check(tmp_path, "--format", "json")

    assert (answer.code, answer.out) == (0, "[]\n")


def test_a_difference_names_the_outlet_the_figure_and_both_versions(shares: Shares, tmp_path: Path) -> None:
    receipt = json.loads((shares.other / "share.json").read_text())["receipt"]
    receipt["dispatch_5min_rate"] = {"2026-10": [0, 1, 0, 0]}
    receipt["time_to_arrive"] = {"2026-10": [1.5, 1, 0, 0]}
    remade(shares.other, receipt=receipt, product="0.1.9", texts="another")

    take(tmp_path, shares.first.parents[1])
    answer = check(tmp_path, "--outlet", "Harbour", "--format", "jsonl")

    assert list(map(json.loads, answer.out.splitlines())) == [
        {"outlet": "Harbour", "share": 1, "kpi": key, "month": "2026-10", "receipt": theirs, "judged": ours,
         "why": "", "product": "0.1.9", "ours": __version__, "same_texts": False}
        for key, theirs, ours in (
            ("dispatch_5min_rate", [0, 1, 0, 0], [1, 0, 0, 0]), ("time_to_arrive", [1.5, 1, 0, 0], [6.0, 1, 0, 0]),
        )
    ]  # fmt: skip
    assert (answer.code, answer.err.splitlines()) == (
        5,
        [
            "error: 2 differences",
            "hint: a figure of another version counts otherwise; else the outlet's file is damaged or was changed",
        ],
    )


def test_a_file_that_was_changed_in_the_catalogue_is_named(shares: Shares, tmp_path: Path) -> None:
    take(tmp_path, shares.first.parents[1])
    (event,) = (tmp_path / "catalogue" / "shares").glob("*/3-*/event.parquet")
    event.write_bytes(event.read_bytes()[:-1])

    answer = check(tmp_path, "--outlet", "Nanping", "--format", "json")

    assert [(row["outlet"], row["why"]) for row in json.loads(answer.out)] == [
        ("Nanping", "event.parquet is damaged, cut short or of another share")
    ]
    assert answer.code == 5


def test_a_manifest_that_was_changed_in_the_catalogue_is_named(shares: Shares, tmp_path: Path) -> None:
    take(tmp_path, shares.first.parents[1])
    (about,) = (tmp_path / "catalogue" / "shares").glob("*/3-*/share.json")
    about.write_text("{")

    answer = check(tmp_path)

    assert (answer.code, answer.err) == (
        5,
        f"error: {about.parent}: share.json is damaged or cut short\n"
        "hint: move it away; 'rollup take' takes it again from the inbox\n",
    )


def test_an_empty_catalogue_has_nothing_to_check(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    take(tmp_path, tmp_path / "inbox")

    assert check(tmp_path, "--format", "json").out == "[]\n"


def test_an_outlet_that_is_not_there_is_said(shares: Shares, tmp_path: Path) -> None:
    take(tmp_path, shares.first.parents[1])

    answer = check(tmp_path, "--outlet", "Nanpin")

    assert (answer.code, answer.err) == (
        3,
        "error: there is no outlet 'Nanpin' in the catalogue\nhint: did you mean Nanping?\n",
    )


def test_without_a_catalogue_it_says_what_makes_one(tmp_path: Path) -> None:
    answer = check(tmp_path)

    assert (answer.code, answer.err) == (
        3,
        f"error: there is no catalogue in {tmp_path / 'catalogue'}\n"
        "hint: 'rollup take INBOX' makes one; --catalogue or SERVICEDESK_CATALOGUE names its folder\n",
    )
