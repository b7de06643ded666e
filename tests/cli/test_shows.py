"""Every section of every `show` is there in every format: what JSON nests is drawn, written and named elsewhere."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import Desk
from tests.wild.commands import leaves

SHOWS = {
    "customer show C1": {"open_tickets", "appliances", "notes", "contracts", "consumables", "events", "contacts"},
    "household show H1": {"members", "appliances", "notes"},
    "appliance show A1": {"owners", "tickets", "notes", "changes"},
    "ticket show T1": {"events", "notes", "promises", "callbacks", "complaints", "contacts", "followed_by"},
    "ticket show T3": {"events", "lines", "parts"},
    "complaint show K1": {"steps"},
    "part show X-1": {"waiting_tickets", "held_by", "movements"},
    "contract show G1": {"tickets"},
    "solution show S1": {"tickets"},
    "event show V1": {"attendances"},
}
STORY = (
    "technician add Li", "household add Home", "customer add Wang --phone 138 --household H1",
    "appliance add --customer C1 --category fridge --bought 2021-12-05", "appliance edit A1 --brand Haier",
    "ticket open --appliance A1 --at 09:00 warm", "ticket arrive T1 --at 10:00", "promise add T1 --what call --by +1d",
    "event add lecture --on 2026-11-21 --place Square", "event attend V1 --customer C1",
    "solution add --category fridge --fault leak --fix seal",
    "ticket complete T1 --outcome fixed --at 11:00 --solution S1", "callback log T1 --no-answer",
    "complaint open --ticket T1 --about price dear", "complaint acknowledge K1",
    "note add C1 one", "note add H1 two", "note add A1 three", "note add T1 four", "ticket reopen T1",
    "ticket cancel T2 --reason works_again --by customer", "complaint close K1 --not-upheld", "maintenance generate",
    "part add X-1 --name valve", "part receive X-1 3", "part issue X-1 --to Li", "part order X-1 --for T3",
    "contract add C1 --kind service --from 2026-01-01 --to 2026-12-31 --visits 2", "ticket edit T1 --contract G1",
    "consumable add A1 --item filter --per-year 4 --free", "contact log T1 --in --rings 2",
)  # fmt: skip


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, new_file: Path) -> Desk:
    """An outlet in which every `show` has something in every section."""
    desk = Desk(tmp_path_factory.mktemp("shows") / "outlet.db")
    shutil.copy(new_file, desk.path)
    for words in STORY:
        desk.do(*words.split())
    return desk


def test_every_show_is_looked_at() -> None:
    shows = {words for words, _ in leaves() if words[-1] == "show"} - {
        ("checklist", "show"),
        ("classroom", "show"),
        ("exercise", "show"),
        ("outlet", "show"),
        ("survey", "show"),
        ("technician", "show"),
        ("warranty", "show"),
    }  # no sections, or filled in test_warranties
    assert shows == {tuple(words.split()[:2]) for words in SHOWS}


@pytest.mark.parametrize("words", SHOWS)
def test_json_has_the_sections(full: Desk, words: str) -> None:
    found = full.do(*words.split())
    assert {key for key, value in found.items() if isinstance(value, list) and value and key != "phones"} >= SHOWS[
        words
    ]


@pytest.mark.parametrize("words", SHOWS)
@pytest.mark.parametrize(("form", "heading"), [("table", "{}"), ("markdown", "### {}"), ("tsv", "{}")])
def test_the_sections_stand_below_each_with_its_rows(full: Desk, words: str, form: str, heading: str) -> None:
    lines = full.run(*words.split(), "--format", form).out.splitlines()
    for name in SHOWS[words]:
        at = lines.index(heading.format(name if form == "tsv" else name.replace("_", " ")))
        assert lines[at - 1] == ""
        rows = [line for line in lines[at + 1 : at + 6] if line and not line.startswith(("─", "|---"))]
        assert len(rows) >= 2, (name, rows)  # a heading and a row


@pytest.mark.parametrize("words", SHOWS)
def test_csv_is_one_table_and_names_the_others(full: Desk, words: str) -> None:
    answer = full.run(*words.split(), "--format", "csv")
    assert len(answer.out.splitlines()) == 2
    assert all(name.replace("_", " ") in answer.err for name in SHOWS[words])
