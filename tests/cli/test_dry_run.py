"""`--dry-run`: every command that writes shows what would come of it, by the same path, and writes nothing."""

from collections.abc import Iterator

import pytest

from servicedesk.cli.command_table import ALONE, NOUNS, command_module, noun_commands, verb_module
from servicedesk.cli.tree import leaf
from tests.conftest import Desk, filled_once

READING = {"show", "check", "explain", "sheet", "form", "verify", "message", "backlog"}
# They only read, make a file of their own, or cannot be taken back.
WITHOUT = {
    "customer export", "customer forget", "solution export", "next", "init", "info", "demo", "share", "backup",
    "restore", "help", "completion", "rollup repeats", "exercise start", "exercise answer", "exercise hint",
    "exercise submit", "exercise reveal", "exercise call", "classroom init", "classroom hand-out", "classroom decide",
    "classroom overview",
}  # fmt: skip


def commands() -> Iterator[tuple[str, set[str]]]:
    """Every command with its options."""
    for noun in NOUNS:
        for info in noun_commands(noun):
            verb = str(info.name)
            yield (
                f"{noun} {verb}",
                {name for one in leaf(verb_module(noun, verb).app, verb).params for name in one.opts},
            )
    for name in ALONE:
        yield name, {option for one in leaf(command_module(name).app, name).params for option in one.opts}


def test_every_command_that_writes_can_be_tried() -> None:
    taking = {name for name, options in commands() if "--dry-run" in options}
    lists = {name for name, options in commands() if "--fields" in options}
    read = {name for name, _ in commands() if name.partition(" ")[2] in READING or name.startswith("report ")}
    rest = {name for name, _ in commands()} - taking - lists - read
    assert rest == WITHOUT
    assert not taking & lists


@filled_once
def home(desk: Desk) -> Desk:
    """C1 with the refrigerator A1 and an open ticket T1 that 李强 has."""
    desk.do("technician", "add", "李强", now="2026-11-20 09:00")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-11-20 09:00")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2026-11-20 09:00")
    desk.do("ticket", "open", "--appliance", "A1", "不制冷", now="2026-11-20 10:00")
    desk.do("ticket", "open", "--appliance", "A1", "漏水", now="2026-11-20 11:00")
    desk.do("ticket", "assign", "T1", "李强", now="2026-11-20 10:05")
    return desk


@pytest.mark.parametrize(
    "words",
    [
        "customer add 林娜 --phone 13900139000", "customer edit C1 --area 城东",
        "appliance retire A1 --reason scrapped", "ticket open --appliance A1 异响",
        "ticket assign T1 T2 --auto", "ticket complete T1 T2 --outcome fixed",
        "ticket cancel T2 --reason works_again --by customer", "promise add T1 --what 配件 --by 2026-11-25T09:00",
        "complaint open --ticket T1 --about lateness 来晚了", "note add C1 狗", "technician leave 李强 --on 2026-12-01",
        "outlet rename 南坪", "category add 净水器", "household add C1",
    ],
)  # fmt: skip
def test_a_trial_shows_what_would_be_written_and_writes_nothing(home: Desk, words: str) -> None:
    before = home.path.read_bytes()
    tried = home.run(*words.split(), "--dry-run", "-f", "json")
    assert (tried.code, home.path.read_bytes()) == (0, before)
    assert "dry run: nothing was written\n" in tried.err
    assert home.do("history")[0]["what"] == "assigned T1 to 李强"
    assert home.do(*words.split()) == tried.json
    assert home.path.read_bytes() != before


def test_what_is_refused_is_refused_in_a_trial_too(home: Desk) -> None:
    words = ("ticket", "arrive", "T1", "--at", "2026-11-19 09:00")
    assert home.refused(4, *words, "--dry-run") == home.refused(4, *words)


def test_a_trial_of_a_quote_writes_no_page(home: Desk) -> None:
    quote = ("ticket", "quote", "T1", "--labour", "80")
    assert "--dry-run writes no page" in home.refused(2, *quote, "--sheet", "q.html", "--dry-run")
    assert home.run(*quote, "--dry-run").code == 0
