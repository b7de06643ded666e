"""The boss's questions: each answers from the facts with its definition, and says what it cannot know."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.asking import table, under_map
from tests.conftest import Desk, filled_once

OLD = "2023-03-01 09:00"
REPAIRS = (  # appliance, reported, completed, outcome, score, paid
    ("A2", "2024-01-09 09:00", "2024-01-10 10:00", "fixed", "2", "300"),
    ("A1", "2026-09-01 09:00", "2026-09-01 15:00", "fixed", "4", None),
    ("A3", "2026-10-05 09:00", "2026-10-06 15:00", "fixed", "5", "120"),
    ("A3", "2026-10-20 09:00", "2026-10-21 15:00", "no_fault_found", None, None),
)


@filled_once
def outlet(desk: Desk) -> Desk:
    """王芳 and 李明 in H1 with a fridge and a washer, 赵敏 with an old fridge, 孙丽 who came by import."""
    desk.do("technician", "add", "Li", now=OLD)
    desk.do("household", "add", "Home", now=OLD)
    for name, phone, home in (
        ("王芳", "13800138000", "H1"),
        ("李明", "13800138001", "H1"),
        ("赵敏", "13900139000", ""),
    ):
        desk.do("customer", "add", name, "--phone", phone, *(("--household", home) if home else ()), now=OLD)
    for owner, *about in (
        ("C1", "--category", "fridge", "--brand", "Haier", "--model", "BCD-1", "--bought", "2014-05"),
        ("C3", "--category", "fridge", "--brand", "Haier", "--model", "BCD-2", "--bought", "2012-02-02"),
        ("C2", "--category", "washer", "--brand", "Midea", "--model", "W-1"),
    ):
        desk.do("appliance", "add", "--customer", owner, *about, now=OLD)
    for number, (machine, reported, done, outcome, score, paid) in enumerate(REPAIRS, 1):
        ticket = f"T{number}"
        desk.do("ticket", "open", "--appliance", machine, "it fails", now=reported)
        desk.do("ticket", "assign", ticket, "--to", "Li", now=reported)
        desk.do("ticket", "arrive", ticket, now=done)
        desk.do("ticket", "complete", ticket, "--outcome", outcome, now=done)
        if score:
            desk.do("survey", "record", ticket, score, now=done)
        if paid:
            desk.do("ticket", "charge", ticket, "--paid", paid, now=done)
    for said in "54342":
        desk.do("survey", "staff", "--role", "technician", "--score", said, "--text", f"said {said}", now=OLD)
    desk.do(*under_map(desk, 'source = "old"\n[customer]\nref = "name"\nname = "name"', "name", "孙丽"))
    return desk


def test_a_home_is_lost_when_nobody_in_it_was_in_touch(outlet: Desk) -> None:
    answer = outlet.run("report", "lost", "--no-contact", "24m", "--format", "table")
    assert answer.out.splitlines()[2:] == [
        "1 of 2 homes had no contact since 2024-11-21",
        "customer  name  last contact  last ticket  score  appliances  last bought",
        "─────────────────────────────────────────────────────────────────────────",
        "C3        赵敏  2024-01-10    T1               2           1  2012-02-02",
    ]
    assert answer.err == "1 home came by import and has no contact on record: whether it is lost is unknown\n"
    assert outlet.do("report", "lost", "--as-of", "2024-06-01") == []
    assert [row["customer_id"] for row in outlet.do("report", "lost", "--no-contact", "60d")] == [3]


def test_a_wish_for_no_calls_stands_beside_the_lost(outlet: Desk) -> None:
    outlet.do("customer", "consent", "C3", "--calls", "no")
    (row,) = outlet.do("report", "lost")
    assert row == {
        "household_id": None, "customer_id": 3, "name": "赵敏", "last_contact_on": "2024-01-10", "last_ticket_id": 1,
        "last_score": 2, "appliances": 1, "last_bought_on": "2012-02-02", "calls": "no",
    }  # fmt: skip


def test_what_the_first_customers_bring_is_counted_of_what_is_on_record(outlet: Desk) -> None:
    answer = outlet.run("report", "pareto", "--from", "2024-01-01", "--to", "2026-11-21", "--format", "table")
    assert answer.out.splitlines()[2:] == [
        "completed from 2024-01-01 to 2026-11-21",
        "the first 20 % (1 of 2) paid 71.4 % of ¥420.00",
        "no.  customer  name  tickets  visits   amount   share  together  in the cut  last ticket",
        "────────────────────────────────────────────────────────────────────────────────────────",
        "  1  C3        赵敏        1       1  ¥300.00  71.4 %    71.4 %  yes         T1",
        "  2  C2        李明        2       2  ¥120.00  28.6 %   100.0 %  no          T4",
    ]
    assert answer.err == (
        "2 completed tickets have no charge on record: what they brought is unknown ('ticket charge T1 --paid 80')\n"
    )
    rows = outlet.do("report", "pareto", "--by", "visits")
    assert [(row["customer_id"], row["visits"], row["in_cut"]) for row in rows] == [(2, 2, True), (1, 1, False)]


def test_nobody_says_what_share_where_nothing_was_paid(outlet: Desk) -> None:
    answer = outlet.run("report", "pareto", "--month", "2026-09")
    assert "nothing is on record as paid: no share can be counted\n" in answer.err
    assert "2026-08" not in outlet.refused(3, "report", "explain", "paretto")


def test_who_comes_back_is_counted_year_by_year(outlet: Desk) -> None:
    rows = outlet.do("report", "retention")
    keys = ("year", "customers", "new", "hits", "total", "tickets", "paid_fen", "is_running")
    assert [tuple(row[key] for key in keys) for row in rows] == [
        ("2024", 1, 1, None, None, 1, 30000, False), ("2026", 2, 2, None, None, 3, 12000, True),
    ]  # fmt: skip
    listed = outlet.do("report", "retention", "--rows")
    assert [(row["year"], row["customer_id"], row["came_back"]) for row in listed] == [
        (2024, 3, False), (2026, 1, None), (2026, 2, None),
    ]  # fmt: skip
    assert "who came back is unknown" in outlet.run("report", "retention", "--as-of", "2024-06-01").err


def test_offers_go_to_those_alone_who_want_them(outlet: Desk) -> None:
    outlet.do("note", "add", "C2", "wants a dishwasher", "--personal", "--consent")
    told = outlet.run("report", "prospects")
    assert "3 more customers never said whether they may be told" in told.err
    outlet.do("customer", "consent", "C2", "--marketing", "yes")
    outlet.do("customer", "consent", "C3", "--marketing", "no")
    outlet.do("customer", "edit", "C2", "--address", "人民路1号")
    outlet.do("customer", "edit", "C2", "--address", "人民路2号")
    rows = outlet.do("report", "prospects")
    assert [(row["customer_id"], row["reason"], row["words"]) for row in rows] == [
        (2, "moved", "人民路2号"), (2, "note", "wants a dishwasher"),
    ]  # fmt: skip
    assert outlet.run("report", "prospects").err == (
        "1 more customer never said whether they may be told: 'customer consent C12 --marketing yes'\n"
        "1 wants no offers\n"
    )
    assert outlet.do("report", "prospects", "--as-of", "2026-11-20") == []


def test_old_appliances_stand_with_the_years_that_they_are_safe(outlet: Desk) -> None:
    answer = outlet.run("report", "old-appliances", "--older-than", "12y", "--format", "table")
    assert answer.out.splitlines()[2:] == [
        "of 2 appliances in use with a known age, 2 are there since 2014-11-21 or longer",
        "appliance  customer  name  category  brand  model  since       age  safe for  beyond it  repairs  last ticket",
        "─────────────────────────────────────────────────────────────────────────────────────────────────────────────",
        "A2         C3        赵敏  fridge    Haier  BCD-2  2012-02-02   14        10  yes              1  T1",
        "A1         C1        王芳  fridge    Haier  BCD-1  2014-05-01   12        10  yes              1  T2",
    ]
    assert answer.err == "of 1 more appliance in use the age is unknown: 'appliance edit A1 --bought 2016'\n"
    outlet.do("appliance", "retire", "A2", "--reason", "scrapped", "--on", "2026-11-01")
    assert [row["appliance_id"] for row in outlet.do("report", "old-appliances")] == [1]
    assert len(outlet.do("report", "old-appliances", "--as-of", "2026-10-31")) == 2


def test_a_date_that_is_put_right_later_changes_no_earlier_answer(outlet: Desk) -> None:
    asked = ("report", "old-appliances", "--older-than", "12y", "--as-of", "2026-11-20")
    before = outlet.do(*asked)
    outlet.do("appliance", "edit", "A1", "--bought", "2024-05-09")
    outlet.do("appliance", "edit", "A2", "--installed", "2012-06-01", "--bought", "2012")
    assert outlet.do(*asked) == before
    assert [row["since_on"] for row in outlet.do("report", "old-appliances")] == ["2012-06-01"]


def test_what_is_edited_later_changes_no_earlier_answer(outlet: Desk) -> None:
    def ask() -> list[object]:
        asked = (("csi",), ("lost", "--no-contact", "24m"), ("gaps", "--share", "30"))
        return [outlet.do("report", *words, "--as-of", "2026-11-20") for words in asked]

    outlet.do("ticket", "edit", "T2", "--asked-for", "Li", now="2026-11-10 09:00")
    before = ask()
    for ticket in ("T3", "T4"):
        outlet.do("ticket", "edit", ticket, "--asked-for", "Li")
    for customer in ("C1", "C2", "C3"):
        outlet.do("customer", "edit", customer, "--kind", "trade")
    outlet.do("customer", "edit", "C4", "--introduced-by", "C1")
    assert ask() == before
    assert outlet.do("report", "lost", "--no-contact", "24m") == []


def test_what_a_home_lacks_is_what_others_have(outlet: Desk) -> None:
    rows = outlet.do("report", "gaps", "--share", "50")
    assert rows == [{"household_id": None, "customer_id": 3, "name": "赵敏", "has": ["fridge"], "lacks": ["washer"]}]
    assert [row["lacks"] for row in outlet.do("report", "gaps", "--category", "dishwasher")] == [["dishwasher"]] * 2
    assert "there is no category" in outlet.refused(4, "report", "gaps", "--category", "dishwaser")


def test_a_gas_heater_does_for_an_electric_one_unless_that_is_asked_for(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("customer", "add", "赵敏", "--phone", "13900139000")
    desk.do("appliance", "add", "--customer", "C1", "--category", "electric_water_heater")
    desk.do("appliance", "add", "--customer", "C2", "--category", "gas_water_heater")
    assert desk.do("report", "gaps", "--share", "50") == []
    asked = desk.do("report", "gaps", "--category", "electric_water_heater")
    assert [row["customer_id"] for row in asked] == [2]


def test_failures_count_appliances_and_only_faults_of_their_own(outlet: Desk) -> None:
    rows = outlet.do("report", "failures", "--by", "model")
    keys = ("category", "brand", "model", "hits", "total", "repairs", "verdict")
    assert [tuple(row[key] for key in keys) for row in rows] == [
        ("fridge", "Haier", "BCD-1", 1, 1, 1, "few"), ("washer", "Midea", "W-1", 1, 1, 1, "few"),
    ]  # fmt: skip
    assert [row["last_ticket_id"] for row in outlet.do("report", "failures", "--rows")] == [2, 3]
    assert outlet.do("report", "failures", "--by", "brand", "--category", "washer")[0]["brand"] == "Midea"
    told = outlet.run("report", "failures", "--by", "part")
    assert "no part is on record as used: 'part use T1 CODE'\n" in told.err
    outlet.do("part", "add", "PUMP-7", "--name", "pump", "--category", "washer")
    outlet.do("part", "receive", "PUMP-7", "2")
    outlet.do("part", "use", "T3", "PUMP-7")
    (part,) = outlet.do("report", "failures", "--by", "part")
    assert (part["part"], part["hits"], part["total"]) == ("PUMP-7", 1, 2)


def test_the_two_models_of_what_people_tell_are_never_added(outlet: Desk) -> None:
    words = ("--from", "2024-01-01", "--to", "2026-11-21")
    told = outlet.do("report", "word-of-mouth", *words)
    assert [(row["group"], row["customers"], row["times"], row["people"]) for row in told] == [
        ("very_satisfied", 1, 12, 12), ("very_satisfied", 1, 10, 10), ("very_dissatisfied", 0, 20, 0),
    ]  # fmt: skip
    deals = outlet.do("report", "word-of-mouth", *words, "--model", "deals")
    assert [(row["group"], row["customers"], row["people"]) for row in deals] == [
        ("satisfied", 2, 16), ("dissatisfied", 1, 25),
    ]  # fmt: skip
    page = table(outlet, "report", "word-of-mouth", "--model", "deals")
    assert "assumed: each satisfied customer brings 8 possible deals; each dissatisfied one" in page
    rows = outlet.do("report", "word-of-mouth", *words, "--model", "deals", "--rows")
    assert [(row["group"], row["ticket_id"]) for row in rows] == [
        ("dissatisfied", 1), ("satisfied", 2), ("satisfied", 3),
    ]  # fmt: skip
    assert "nobody was asked" in outlet.run("report", "word-of-mouth", "--month", "2025-01").err


def test_one_technician_has_a_page_with_volume_last_and_no_rank(outlet: Desk) -> None:
    rows = outlet.do("report", "technician", "Li")
    assert [(row["figure"], row["hits"], row["total"]) for row in rows[:2]] == [
        ("satisfaction_rate", 2, 2), ("top_box_rate", 1, 2),
    ]  # fmt: skip
    assert (rows[-1]["figure"], rows[-1]["tickets"], rows[-1]["rate"]) == ("tickets", 3, None)
    assert not {"place", "rank"} & set(rows[0])
    page = table(outlet, "report", "technician", "Li")
    assert "Li: a reason to talk, not a rank; few tickets say little" in page
    assert "few: of fewer than 10, where chance weighs more than the work" in page
    assert page[-1] == "completed tickets         3"
    assert outlet.do("report", "technician", "Li", "--month", "2025-01") == []
    assert "nothing is known" in outlet.run("report", "technician", "Li", "--month", "2025-01").err


def test_a_name_in_brackets_is_one_of_all_other_technicians(outlet: Desk) -> None:
    outlet.do("technician", "add", "Wang")
    outlet.do("technician", "edit", "Li", "--name", "(ext) Li")
    number = outlet.do("ticket", "open", "--customer", "C1", "--no-appliance", "no heat")["id"]
    outlet.do("ticket", "complete", f"T{number}", "--outcome", "fixed", "--technician", "Wang")
    (row, *_) = outlet.do("report", "technician", "Wang", "--from", "2026-09-01", "--to", "2026-11-30")
    assert (row["total"], row["other_hits"], row["other_total"]) == (0, 2, 2)


def test_what_somebody_completed_counts_although_another_had_it(outlet: Desk) -> None:
    outlet.do("technician", "add", "Wang")
    number = outlet.do("ticket", "open", "--customer", "C1", "--no-appliance", "no heat")["id"]
    outlet.do("ticket", "assign", f"T{number}", "--to", "Li")
    outlet.do("ticket", "complete", f"T{number}", "--outcome", "fixed", "--technician", "Wang")
    pages = [outlet.do("report", "technician", name, "--month", "2026-11") for name in ("Li", "Wang")]
    assert [[row["tickets"] for row in page[-1:]] for page in pages] == [[], [1]]


def test_five_indices_say_what_they_are_counted_from_and_what_is_unknown(outlet: Desk) -> None:
    rows = {row["figure"]: row for row in outlet.do("report", "csi")}
    assert (rows["top_box_rate"]["hits"], rows["top_box_rate"]["total"]) == (1, 2)
    assert rows["asked_by_name_rate"]["total"] == 0
    told = outlet.run("report", "csi").err
    assert "unknown: repairs with a technician asked for by name: 'ticket open --asked-for Li'\n" in told
    assert "unknown: answers of 9 or 10 for recommending us: 0 answers are fewer than 30\n" in told
    outlet.do("complaint", "open", "--customer", "C1", "--kind", "praise", "--about", "kindness", "--new-code")
    (praise,) = outlet.do("report", "csi", "--rows")
    assert (praise["index"], praise["complaint_id"], praise["customer_id"]) == ("reputation", 1, 1)


@pytest.mark.parametrize(
    ("code", "words", "told"),
    [
        (2, ("lost", "--no-contact", "soon"), "'soon' is not a span of time"),
        (2, ("lost", "--no-contact", "9999y"), "'9999y' is too long a span"),
        (2, ("pareto", "--by", "love"), "'love' is not one of"),
        (2, ("pareto", "--cut", "0"), "0"),
        (2, ("failures", "--by", "colour"), "'colour' is not one of"),
        (3, ("technician", "Zhao"), "there is no technician 'Zhao'"),
        (3, ("explain", "retentoin"), "there is no report 'retentoin'"),
        (4, ("retention", "--as-of", "2027-01-01"), "is still to come"),
        (2, ("gaps", "--share", "0"), "0"),
    ],
)
def test_bad_input_is_one_sentence(outlet: Desk, code: int, words: tuple[str, ...], told: str) -> None:
    assert told in outlet.refused(code, "report", *words)


def test_every_report_is_explained_with_the_keys_that_it_answers_with(outlet: Desk) -> None:
    told = {row["report"]: row for row in outlet.do("report", "explain")}
    for name, row in told.items():
        words = ("report", name, *(["Li"] if name == "technician" else []))
        found = outlet.do(*words)
        assert not found or list(found[0]) == row["keys"], name
        if row["row_keys"]:
            listed = outlet.do(*words, "--rows")
            assert not listed or list(listed[0]) == row["row_keys"], name


def test_a_new_file_knows_nothing_and_says_so(desk: Desk) -> None:
    for name in ("lost", "pareto", "retention", "prospects", "old-appliances", "gaps", "failures", "word-of-mouth"):
        answer = desk.run("report", name, "--format", "json")
        assert (answer.code, json.loads(answer.out)) == (0, [])


def test_the_demo_shows_something_in_every_report(made_up: Callable[[int, Path], Desk], tmp_path: Path) -> None:
    demo = made_up(12, tmp_path / "demo.db")
    name = demo.do("technician", "list")[0]["name"]
    for row in demo.do("report", "explain"):
        words = ("report", row["report"], *([name] if row["report"] == "technician" else []))
        assert demo.do(*words), words
