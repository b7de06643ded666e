"""What a completion means for the machine: said with the command that does it, or asked at a terminal and done."""

import pytest

from servicedesk.cli.run import completing
from servicedesk.cli.run.session import Session
from tests.conftest import Desk, at_a_terminal, filled_once

EXCHANGE = ("ticket", "complete", "T1", "--outcome", "exchanged", "--at", "2026-11-20 12:00")
INSTALLED = ("ticket", "complete", "T1", "--outcome", "done", "--at", "2026-11-20 12:00")


@filled_once
def owner(desk: Desk) -> Desk:
    desk.do("customer", "add", "王芳", "--phone", "138")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--bought", "2021-12-05")
    desk.do("technician", "add", "李强")
    return desk


def arrived(desk: Desk) -> Desk:
    """The open ticket, T1, with 李强 at the door."""
    desk.do("ticket", "arrive", "T1", "--technician", "李强", "--at", "2026-11-20 10:00")
    return desk


@filled_once
def repair(owner: Desk) -> Desk:
    owner.do("ticket", "open", "--appliance", "A1", "--at", "2026-11-20 09:00", "warm")
    return arrived(owner)


def used(desk: Desk) -> tuple[str | None, str | None, str | None]:
    shown = desk.do("appliance", "show", "A1")
    return shown["retired_on"], shown["retire_reason"], shown["installed_on"]


def test_an_exchange_says_the_command_that_records_it(repair: Desk) -> None:
    told = repair.run(*EXCHANGE).err
    assert told == (
        "A1 was exchanged but is still in use, with its birthdays: appliance exchange A1 --for new --on 2026-11-20\n"
    )
    assert used(repair) == (None, None, None)
    repair.do(*told.partition(": ")[2].split())
    assert used(repair)[:2] == ("2026-11-20", "exchanged")


def test_an_installation_says_the_command_that_dates_it(owner: Desk) -> None:
    owner.do("ticket", "open", "--appliance", "A1", "--type", "install", "--at", "2026-11-20 09:00", "new")
    arrived(owner)
    told = owner.run(*INSTALLED).err
    assert told.endswith(
        "no day of installation is known: appliance edit A1 --installed 2026-11-20 --installed-by outlet\n"
    )
    owner.do(*told.partition(": ")[2].split())
    assert used(owner)[2] == "2026-11-20"
    assert owner.run(*INSTALLED).err == "T1: already recorded, nothing changed\n"


def answers(monkeypatch: pytest.MonkeyPatch, answer: str) -> list[str]:
    """Somebody at a terminal who answers so what came in the place of a machine; return what they are asked."""
    asked: list[str] = []

    def ask_successor(session: Session, question: str, *, may_leave: bool = False) -> str:
        asked.append(question)
        return answer

    at_a_terminal(monkeypatch, says=True)
    monkeypatch.setattr(completing, "ask_successor", ask_successor)
    return asked


def test_at_a_terminal_the_successor_is_asked_for_and_one_undo_takes_both_back(
    repair: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answers(monkeypatch, "new")
    assert "A2 came in the place of A1: its guarantee begins 2026-11-20 (W11)" in repair.run(*EXCHANGE).err
    assert asked == ["A1 was exchanged but is still in use, with its birthdays: which appliance came in its place?"]
    assert used(repair)[:2] == ("2026-11-20", "exchanged")
    repair.do("undo")
    assert used(repair) == (None, None, None)
    assert repair.do("ticket", "show", "T1")["status"] == "arrived"


def test_at_a_terminal_an_installation_is_dated_or_left(owner: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    owner.do("ticket", "open", "--appliance", "A1", "--type", "install", "--at", "2026-11-20 09:00", "new")
    arrived(owner)
    at_a_terminal(monkeypatch, says=True)
    assert owner.run(*INSTALLED).code == 0
    assert used(owner)[2] == "2026-11-20"


def test_who_leaves_it_is_told_the_command_and_nothing_is_changed(
    repair: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answers(monkeypatch, "")
    assert "appliance exchange A1 --for new --on 2026-11-20" in repair.run(*EXCHANGE).err
    assert (len(asked), used(repair)) == (1, (None, None, None))


@pytest.mark.parametrize("outcome", ["fixed", "not_repairable"])
def test_nothing_is_asked_where_the_machine_stays(repair: Desk, monkeypatch: pytest.MonkeyPatch, outcome: str) -> None:
    asked = at_a_terminal(monkeypatch, says=True)
    assert repair.run("ticket", "complete", "T1", "--outcome", outcome).err == ""
    assert asked == []


def test_a_correction_to_an_exchange_says_it_too(repair: Desk) -> None:
    repair.do("ticket", "complete", "T1", "--outcome", "fixed", "--at", "2026-11-20 12:00")
    told = repair.run(
        "ticket", "correct", "T1", "--event", "3", "--outcome", "exchanged", "--reason", "typed wrong"
    ).err
    assert "appliance exchange A1 --for new --on 2026-11-20" in told


def test_where_there_are_no_technicians_nobody_is_asked_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "warm")
    at_a_terminal(monkeypatch, says=True)
    assert desk.run("ticket", "complete", "T1", "--outcome", "fixed").code == 0
