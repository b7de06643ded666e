"""`customer forget C12`: the person goes, from every byte; the figures stay."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from servicedesk.cli.run import session
from servicedesk.desk.customers.words import list_words
from servicedesk.file import opening
from servicedesk.storage import erase as cleaning
from tests import random_outlets
from tests.conftest import Desk, filled_once
from tests.figures import figures, instants

THEN = "2026-11-02 09:00"
WORDS = (
    "王芳芳", "王小芳", "13800138000", "0138001380", "南坪东路", "北城西街", "lives_alone", "leaking_since_sunday",
    "rang_at_the_neighbour", "slow_and_rude", "flowers_on_monday", "call_after_six", "works_nights", "was_not_home",
    "not_needed_any_more", "typed_twice", "shouted_at_us", "daughter_of_the_baker", "her_brother_has_it", "家里的王",
    "who_called", "told_the_driver", "wrong_flowers", "a_new_shelf",
    "needs_it_at_once", "took_it_home", "of_another_shelf", "ordered_in_vain", "FP_OF_HER_SHOP",
    "photo_of_her_kitchen", "she_kept_the_old", "her_sister_said", "too_dear_for_her", "heard_it_wrong", "paid_by_her",
    "given_back_by_him", "counted_wrong", "both_her_flats", "she_moves_away", "her_other_flat",
    "came_back_to_us", "has_no_hood", "it_was_her_aunt", "her_own_is_better", "letter_of_hers", "nobody_rang_her",
    "ring_her_sister", "sister_was_rung", "sister_is_away",
    "cake_for_her_day", "fell_down_her_stairs",
)  # fmt: skip


@filled_once
def full(desk: Desk) -> Desk:
    """C1 of whom everything is known that can be; C2 lives elsewhere; T1 is done, T2 is open."""
    do = desk.do
    do("technician", "add", "Li", now=THEN)
    do("household", "add", "家里的王", now=THEN)
    words = ("--phone", "13800138000", "--address", "南坪东路 1", "--area", "North", "--household", "H1")
    do("customer", "add", "王芳芳", *words, "--tier", "vip", "--note", "lives_alone", now=THEN)
    do("customer", "add", "李雷", "--phone", "13700000000", "--address", "滨江路 5", now=THEN)
    do("customer", "edit", "C1", "--name", "王小芳", "--address", "北城西街 2", "--phone", "0138001380转12", now=THEN)
    do("appliance", "add", "--customer", "C1", "--category", "fridge", "--serial", "S1", "--bought", "2021-11-25")
    do("appliance", "add", "--customer", "C1", "--category", "ac", "--serial", "S2")
    do("appliance", "add", "--customer", "C1", "--category", "washer", "--serial", "S3")
    do("note", "add", "A2", "daughter_of_the_baker")
    (letter := desk.path.parent / "letter_of_hers").write_text("x")
    do("note", "add", "C1", "--gift", "cake_for_her_day", "--cost", "80", "--on", "12-24", "--file", str(letter))
    do("note", "add", "H1", "call_after_six")
    do("appliance", "transfer", "A2", "--to", "C2", "--on", "2026-11-20")
    do("appliance", "exchange", "A3", "--for", "A1", "--on", "2026-11-20")
    do("appliance", "exchange", "A3", "--void", "she_kept_the_old")
    do("appliance", "retire", "A3", "--reason", "her_brother_has_it", "--on", "2026-11-21")
    do("ticket", "open", "--appliance", "A1", "leaking_since_sunday", now=THEN)
    do("ticket", "assign", "T1", "--to", "Li", now=THEN)
    do("ticket", "arrive", "T1", "--no-access", now="2026-11-02 11:00")
    do("ticket", "void", "T1", "--event", "3", "--reason", "typed_twice", now="2026-11-02 11:30")
    done = ("--outcome", "fixed", "--exclusion", "misuse", "--evidence", "photo_of_her_kitchen")
    do("part", "add", "COMP-12", "--name", "compressor", now="2026-10-30 09:00")
    do("part", "receive", "COMP-12", "5", now="2026-10-30 09:00")
    do("part", "issue", "COMP-12", "--to", "Li", "--due", "2026-10-31", now="2026-10-30 09:00")
    forced = ("--ticket", "T1", "--force", "needs_it_at_once")
    do("part", "issue", "COMP-12", "--to", "Li", *forced, now="2026-11-02 11:40")
    do("part", "use", "T1", "COMP-12", "--by", "Li", now="2026-11-02 11:40")
    do("part", "order", "COMP-12", "--for", "T1", now="2026-11-02 11:40")
    for number, reason in ((4, "of_another_shelf"), (3, "took_it_home"), (5, "ordered_in_vain")):
        do("part", "void", "COMP-12", "--movement", str(number), "--reason", reason, now="2026-11-02 11:50")
    do("part", "return", "COMP-12", "--from", "Li", now="2026-11-02 11:50")
    do("part", "issue", "COMP-12", "--to", "Li", "--ticket", "T1", now="2026-11-02 11:50")
    do("part", "write-off", "COMP-12", "--from", "Li", "--reason", "fell_down_her_stairs", now="2026-11-02 11:50")
    do("ticket", "quote", "T1", "--labour", "80", now="2026-11-02 11:51")
    do("ticket", "refuse", "T1", "--by", "her_sister_said", "--reason", "too_dear_for_her", now="2026-11-02 11:52")
    do("ticket", "void", "T1", "--money", "2", "--reason", "heard_it_wrong", now="2026-11-02 11:53")
    do("ticket", "charge", "T1", "--paid", "80", now="2026-11-02 11:54")
    do("ticket", "void", "T1", "--money", "3", "--reason", "paid_by_her", now="2026-11-02 11:55")
    do("ticket", "collect", "T1", "--loan", "A2", now="2026-11-02 11:56")
    do("ticket", "collect", "T1", "--void-loan", "her_own_is_better", now="2026-11-02 11:57")
    do("ticket", "complete", "T1", *done, "--note", "rang_at_the_neighbour", now="2026-11-02 12:00")
    do("appliance", "edit", "A1", "--invoice-no", "FP_OF_HER_SHOP")
    do("promise", "add", "T1", "--what", "flowers_on_monday", "--by", "2026-11-09 09:00", now="2026-11-03 09:00")
    do("promise", "void", "P1", "--reason", "wrong_flowers", now="2026-11-03 10:00")
    do("promise", "add", "T1", "--what", "a_new_shelf", "--by", "2026-11-10 09:00", now="2026-11-03 10:30")
    do("promise", "kept", "P2", now="2026-11-03 10:45")
    do("callback", "log", "T1", "--reached", "--score", "2", "--reason", "slow_and_rude", "--note", "works_nights",
       now="2026-11-03 11:00")  # fmt: skip
    do("survey", "record", "T1", "2", "--expect", "below", "--recommend", "1", now="2026-11-03 11:05")
    do("contact", "log", "T1", "--in", "asks_where_he_is", now="2026-11-03 11:06")
    do("survey", "read", f"E{do('survey', 'list')[0]['id']}", now="2026-11-03 11:07")
    evidence = ("--evidence", str(letter))
    do("complaint", "open", "--ticket", "T1", "--about", "lateness", "shouted_at_us", *evidence, now="2026-11-04 09:00")
    measure = ("--cause", "nobody_rang_her", "--measure", "ring_her_sister")
    do("complaint", "close", "K1", "--upheld", "--remedy", "who_called", *measure, now="2026-11-05 09:00")
    do("complaint", "done", "K1", "sister_was_rung", now="2026-11-05 09:10")
    do("complaint", "void", "K1", "--done", "--reason", "sister_is_away", now="2026-11-05 09:20")
    do("complaint", "pay", "K1", "--amount", "300", "--from", "outlet", now="2026-11-05 10:00")
    do("complaint", "reclaim", "K1", "--amount", "90", "--by", "given_back_by_him", now="2026-11-05 10:10")
    do("complaint", "void", "K1", "--payment", "2", "--reason", "counted_wrong", now="2026-11-05 10:20")
    _agree(desk)
    do("event", "add", "lecture", "--on", "2026-11-02", "--place", "square", now=THEN)
    do("event", "attend", "V1", "--customer", "C1", now=THEN)
    do("event", "void", "V1", "--customer", "C1", "--reason", "it_was_her_aunt", now=THEN)
    do("customer", "consent", "C1", "--marketing", "no", "--by", "told_the_driver", now=THEN)
    do("note", "add", "T1", "was_not_home")
    do("maintenance", "decline", "A1", "--age", "5", "--reason", "not_needed_any_more")
    do("ticket", "open", "--customer", "C2", "no heat")
    return desk


def _agree(desk: Desk) -> None:
    """C1 has two contracts, and nets that are sent; each fact with words of hers, or voided with some."""
    do = desk.do
    contract = ("contract", "add", "C1", "--kind", "service", "--from", "2026-01-01", "--to", "2026-12-31")
    do(*contract, "--scope", "both_her_flats", "--appliance", "A1", now=THEN)
    do("contract", "end", "G1", "--on", "2026-11-02", "--reason", "she_moves_away", now=THEN)
    do(*contract, "--visits", "2", now=THEN)
    do("contract", "void", "G2", "--reason", "her_other_flat", now=THEN)
    nets = ("consumable", "add", "A1", "--per-year", "6", "--from", "2026-01-01", "--item")
    for item in ("net", "bulb"):
        do(*nets, item, now=THEN)
    do("consumable", "sent", "A1", "--item", "net", now=THEN)
    void = ("consumable", "void", "A1", "--item")
    do("consumable", "void", "A1", "--item", "bulb", "--reason", "has_no_hood", now=THEN)
    do(*void, "net", "--number", "25", "--reason", "came_back_to_us", now=THEN)
    do("consumable", "sent", "A1", "--item", "net", now="2026-11-02 09:30")
    do("consumable", "stop", "A1", "--item", "net", now="2026-11-02 09:30")


def words_in(path: Path, words: tuple[str, ...] = WORDS) -> set[str]:
    """Which of them stand in the bytes of the file and of what SQLite keeps beside it."""
    data = b"".join(
        Path(f"{path}{side}").read_bytes() for side in ("", "-wal", "-journal") if Path(f"{path}{side}").exists()
    )
    return {word for word in words if word.encode() in data}


def test_every_word_is_there_before_and_none_after(full: Desk) -> None:
    assert words_in(full.path) == set(WORDS)
    full.do("customer", "forget", "C1", "--yes")
    assert words_in(full.path) == set()
    assert {found["kind"] for found in full.do("check")} <= {"missing"}


@pytest.mark.seeds
def test_also_where_pages_were_freed_and_moved_long_ago(full: Desk) -> None:
    """Old bytes lie in free pages and in what is left of pages that were split."""
    full.do("customer", "add", "韩梅梅", "--phone", "13600000000")
    for n in range(60):
        full.do("customer", "edit", "C3", "--address", f"{n} 北城西街 {'x' * 400}")
    full.do("customer", "edit", "C3", "--address", "elsewhere")
    full.do("customer", "forget", "C1", "--yes")
    assert "王小芳" not in words_in(full.path)
    full.do("customer", "forget", "C3", "--yes")
    assert words_in(full.path, ("北城西街", "韩梅梅", "13600000000", "elsewhere")) == set()


def test_nobody_asked_nothing_done(full: Desk) -> None:
    before = full.path.read_bytes()
    assert "--yes if it is meant" in full.refused(4, "customer", "forget", "C1")
    assert full.path.read_bytes() == before
    full.refused(3, "customer", "forget", "C9", "--yes")


def test_who_is_asked_at_a_terminal_may_say_no(full: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def disagreed(self: session.Session, question: str) -> bool:
        asked.append(question)
        return False

    monkeypatch.setattr(session.Session, "confirm", disagreed)
    full.refused(4, "customer", "forget", "C1")
    assert asked == ["王小芳 (C1) is forgotten for good: neither this nor any command before it can be undone; go on?"]


def test_the_number_stays_without_a_name(full: Desk) -> None:
    done = full.do("customer", "forget", "C1", "--yes")
    assert done == {"id": 1, "forgotten_at": "2026-11-21T18:00:00+08:00"}
    shown = full.do("customer", "show", "C1")
    assert (shown["name"], shown["phones"], shown["address"], shown["area"]) == ("(forgotten)", [], None, "North")
    assert shown["household_id"] is None
    assert [machine["id"] for machine in shown["appliances"]] == [1, 3]
    assert full.do("customer", "find", "王") == []
    assert full.do("customer", "find", "S1") == []
    full.refused(3, "customer", "show", "--phone", "13800138000")


def test_others_keep_what_is_theirs(full: Desk) -> None:
    before = full.do("customer", "show", "C2")
    full.do("customer", "forget", "C1", "--yes")
    assert full.do("customer", "show", "C2") == before
    assert full.do("ticket", "show", "T2")["text"] == "no heat"


def test_a_home_with_others_keeps_its_name(full: Desk) -> None:
    full.do("household", "link", "C1", "C2")
    full.do("customer", "forget", "C1", "--yes")
    home = full.do("household", "show", "H1")
    assert (home["name"], [person["id"] for person in home["members"]]) == ("家里的王", [2])
    assert [note["text"] for note in home["notes"]] == ["call_after_six"]


def test_nothing_more_is_written_of_a_forgotten_person(full: Desk) -> None:
    full.do("customer", "forget", "C1", "--yes")
    full.refused(4, "ticket", "open", "--customer", "C1", "x")
    assert "appliance transfer A1" in full.refused(4, "ticket", "open", "--appliance", "A1", "x")
    for words in (
        ("customer", "edit", "C1", "--name", "x"), ("customer", "tier", "C1", "vip"), ("note", "add", "C1", "x"),
        ("household", "link", "C1", "C2"), ("complaint", "open", "--customer", "C1", "--about", "other"),
        ("appliance", "add", "--customer", "C1", "--category", "ac"), ("customer", "merge", "C1", "C2"),
        ("customer", "merge", "C2", "C1"), ("appliance", "transfer", "A2", "--to", "C1", "--on", "2026-11-21"),
    ):  # fmt: skip
        assert "was forgotten 2026-11-21" in full.refused(4, *words)


def test_nobody_visits_or_calls_a_forgotten_person(full: Desk) -> None:
    full.do("appliance", "edit", "A1", "--bought", "2020-12-01")
    full.do("appliance", "transfer", "A2", "--to", "C1", "--on", "2026-11-21")
    full.do("ticket", "open", "--appliance", "A1", "again")
    full.do("ticket", "complete", "T3", "--outcome", "fixed")
    assert full.do("callback", "due")
    full.do("customer", "forget", "C1", "--yes")
    assert full.do("callback", "due") == []
    assert full.do("maintenance", "unknown") == []
    assert full.do("maintenance", "generate", "--until", "+400d") == []


def test_what_is_open_and_which_copies_know_more_is_told(full: Desk) -> None:
    full.do("ticket", "open", "--appliance", "A1", "again")
    Path(f"{full.path}.schema-2").write_bytes(b"")
    told = full.run("customer", "forget", "C1", "--yes").err
    assert "nobody is left to call: T3" in told
    assert "older backups and exports still contain this person" in told
    assert "outlet.db.schema-2" in told


def test_there_is_no_way_back(full: Desk) -> None:
    full.do("customer", "forget", "C1", "--yes")
    assert "'customer forget' of clerk" in full.refused(4, "undo")
    full.do("customer", "edit", "C2", "--area", "East")
    full.do("undo")
    assert full.do("customer", "show", "C2")["area"] is None
    assert "'customer forget' of clerk" in full.refused(4, "undo")
    told = full.run("history", "--format", "json").out
    assert not [word for word in WORDS if word in told]
    assert "customer forget" in full.run("history", "C1").out + full.run("history").out


def test_again_cleans_again(full: Desk) -> None:
    first = full.do("customer", "forget", "C1", "--yes")
    assert full.do("customer", "forget", "C1", now="2026-11-22 09:00") == first


def test_who_was_merged_is_forgotten_with_the_person(full: Desk) -> None:
    full.do("customer", "merge", "C2", "C1")
    full.do("customer", "forget", "C1", "--yes")
    assert words_in(full.path, (*WORDS, "李雷", "13700000000", "滨江路")) == set()


def test_a_remark_that_was_taken_back_is_forgotten_too(full: Desk) -> None:
    full.do("note", "add", "C1", "never_to_be_said")
    full.do("undo")
    assert words_in(full.path, ("never_to_be_said",))
    full.do("customer", "forget", "C1", "--yes")
    assert not words_in(full.path, ("never_to_be_said",))


def test_who_reads_meanwhile_is_waited_for_and_told(full: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_MS", 100)
    with closing(sqlite3.connect(full.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM customer").fetchone()
        told = full.refused(5, "customer", "forget", "C1", "--yes")
        assert "another program reads the file" in told
        assert "when it has finished, run: servicedesk customer forget C1" in told
        reader.execute("ROLLBACK")
    full.do("customer", "forget", "C1")
    assert words_in(full.path) == set()


def test_a_full_disk_is_told(full: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def execute(self, sql: str) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    def overwritten(db: object, customer_id: int) -> None:
        plain = opening.open_outlet(full.path)
        real, plain.connection = plain.connection, Full()  # type: ignore[assignment]
        try:
            original(plain, customer_id)
        finally:
            real.close()

    original = cleaning.erase_deleted_rows
    monkeypatch.setattr(cleaning, "erase_deleted_rows", overwritten)
    assert "old bytes are still in the file: database or disk is full" in full.refused(
        5, "customer", "forget", "C1", "--yes"
    )


MAP = """source = "calls"
[customer]
ref = "who"
name = "who"
phone = "phone"
[appliance]
ref = "{who}/{what}"
category = "what"
[ticket]
ref = "{who}/{day}"
reported_at = "day"
text = "said"
"""
CALLS = "who,phone,what,day,said\n王芳,13800138000,fridge,2026-11-01 09:00,too warm\n李雷,1370,ac,2026-11-02 09:00,\n"


def test_a_file_read_again_does_not_bring_the_person_back(desk: Desk, tmp_path: Path) -> None:
    file, map_ = tmp_path / "calls.csv", tmp_path / "calls.toml"
    file.write_text(CALLS)
    map_.write_text(MAP)
    words = ("import", str(file), "--map", str(map_))
    desk.do(*words)
    desk.do("customer", "forget", "C1", "--yes")
    assert words_in(desk.path, ("王芳", "13800138000", "too warm")) == set()
    for more in ((), ("--update",)):
        again = desk.run(*words, *more, "--format", "json")
        assert (again.json["known"], again.json["new"], again.json["changed"]) == (2, 0, 0)
        assert "1 record carries the key of a forgotten person: left out" in again.err
    assert words_in(desk.path, ("王芳", "13800138000", "too warm")) == set()
    file.write_text(f"{CALLS}王芳,13800138000,fridge,2026-11-05 09:00,again\n")
    assert "this customer was forgotten" in desk.refused(4, *words)
    assert desk.do(*words, "--rejects", str(tmp_path / "no.csv"))["rejected"] == 1


def test_an_exported_folder_does_not_know_the_person_either(full: Desk, tmp_path: Path, blank: Desk) -> None:
    full.do("customer", "forget", "C1", "--yes")
    full.do("export", str(tmp_path / "all"))
    other = Desk(tmp_path / "other.db")
    other.do("init")
    other.do("import", str(tmp_path / "all"))
    assert words_in(other.path) == set()
    assert "'customer forget' of clerk" in other.refused(4, "undo")


@pytest.mark.parametrize("tickets", [8, pytest.param(60, marks=pytest.mark.seeds)])
def test_every_figure_of_every_instant_stays(tmp_path: Path, tickets: int) -> None:
    outlet = random_outlets.made(tmp_path / "chance.db", Random(3), tickets=tickets)
    end = outlet.text(outlet.now + timedelta(hours=1))
    desk = Desk(outlet.path, end)
    as_ofs = [*instants(outlet), end]
    before = figures(desk, as_ofs, end)
    for customer in ("C1", "C2", "C3"):
        desk.do("customer", "forget", customer, "--yes")
    assert figures(desk, as_ofs, end) == before


# Columns of text that say nothing of a person: codes, instants, days, names of staff, of files, of machines.
CODES = {
    "actor", "origin", "recorded_at", "voided_at", "voided_by", "forgotten_at", "source", "area", "tier", "from_on",
    "category", "brand", "model", "serial", "bought_on", "bought_precision", "installed_on", "installed_precision",
    "retired_on", "type", "channel", "fault", "ended_at", "kind", "at", "window_from", "window_to", "asked_by", "cause",
    "outcome", "cancelled_by", "due_on", "role", "ended_as", "ended_by", "due_at", "withdrawn_by", "about", "severity",
    "external_body", "purpose", "wanted", "field", "old", "new", "on_date", "base_on", "base_precision",
    "delivered_on", "invoice_on", "installed_by", "use", "discontinued_on", "exclusion", "method", "free_as", "purse",
    "item", "to_on", "direction", "unanswered", "expect", "attributes", "found", "found_cause",
    "mode", "steps_done", "trade_class", "measure_by",
}  # fmt: skip


def columns_with_words(path: Path) -> set[tuple[str, str]]:
    """Every column of which words are erased, with its table."""
    with closing(opening.open_outlet(path)) as db:
        return {(noun, column) for noun, rules in list_words(db).items() for column in rules}


# Numbers, and what only an import writes (test_a_file_read_again_does_not_bring_the_person_back).
NOT_PLANTED = {
    *(("note", column) for column in ("yearly", "personal", "under_14", "consent")), ("customer", "household_id"),
    *((noun, column) for noun in ("customer", "ticket", "appliance") for column in ("ref", "digest")),
}  # fmt: skip


def plant(path: Path) -> set[str]:
    """Put a text of its own into every column with words where something is said; return the texts."""
    texts, columns = set(), columns_with_words(path) - NOT_PLANTED
    with closing(sqlite3.connect(path)) as file, file:
        triggers = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        file.execute("PRAGMA ignore_check_constraints = ON")
        for name, _ in triggers:
            file.execute(f"DROP TRIGGER {name}")
        file.execute("UPDATE customer SET household_relation = 'x' WHERE household_id IS NOT NULL")
        for noun in {noun for noun, column in columns if column == "void_reason"}:
            voided = "voided_at = recorded_at, voided_by = actor, void_reason = 'x'"
            file.execute(f"UPDATE {noun} SET {voided} WHERE voided_at IS NULL")
        for noun, column in sorted(columns):
            said = f"{column} IS NOT NULL AND {column} <> 'undone'"
            for (row_id,) in file.execute(f"SELECT id FROM {noun} WHERE {said}").fetchall():
                texts.add(text := f"<{noun} {row_id} {column}>")
                file.execute(f"UPDATE {noun} SET {column} = ? WHERE id = ?", (text, row_id))
        for _, sql in triggers:
            file.execute(sql)
    return texts


def test_whatever_stands_in_any_column_with_words_goes_and_nobody_else_s(full: Desk) -> None:
    planted = plant(full.path)
    found = {tuple(text[1:-1].split()) for text in planted}
    assert {(noun, column) for noun, _, column in found} == columns_with_words(full.path) - NOT_PLANTED
    full.do("customer", "forget", "C1", "--yes")
    left = words_in(full.path, tuple(planted))
    others = {
        f"<{noun} {row_id} void_reason>" for noun, row_id in (("event", 7), ("part_issue", 1), ("public_event", 1))
    }
    shelf = {f"<part_movement {row_id} void_reason>" for row_id in (1, 3)}
    hers = {"<customer 2 name>", "<customer 2 address>", "<phone 2 number>", "<phone 2 digits>", "<ticket 2 text>"}
    assert left == others | shelf | hers


def test_every_column_of_text_about_people_is_asked(desk: Desk) -> None:
    """A new table or column with words about people has to say what becomes of them."""
    about, erased = {"customer", "household"}, columns_with_words(desk.path)
    with closing(sqlite3.connect(desk.path)) as file:
        tables = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        keys = {t: {row[2] for row in file.execute(f"PRAGMA foreign_key_list({t})")} for t in tables}
        while more := {t for t in tables if keys[t] & about} - about:
            about |= more
        for table in sorted(about):
            texts = {row[1] for row in file.execute(f"PRAGMA table_info({table})") if row[2] == "TEXT"}
            machine = {"digest", "plate"} if table == "appliance" else set()  # of a machine
            assert texts - {column for noun, column in erased if noun == table} - CODES - machine == set(), table
