"""`customer merge C12 C31`: two entries that are one person (issue: everything follows, both histories stay)."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from servicedesk.desk.customers.ownership import list_referring
from servicedesk.file import opening
from tests import random_outlets
from tests.conftest import Desk, filled_once
from tests.figures import figures, instants

WORKED = "2020-02-03 09:00"


@filled_once
def twins(desk: Desk) -> Desk:
    """C1 王芳 and C2 王小芳, who is the same: a machine, an open ticket, a complaint, remarks, two phones, a tier."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--area", "North", now=WORKED)
    words = ("--phone", "139 0013 9000", "--phone", "023-62801234", "--address", "南坪路 1", "--area", "South")
    desk.do("customer", "add", "王小芳", *words, "--tier", "vip", "--note", "likes tea", now=WORKED)
    desk.do("appliance", "add", "--customer", "C2", "--category", "fridge", "--bought", "2018-11-25", now=WORKED)
    desk.do("note", "add", "A1", "stands in the cellar", now=WORKED)
    desk.do("ticket", "open", "--appliance", "A1", "no heat", now=WORKED)
    desk.do("complaint", "open", "--customer", "C2", "--about", "lateness", "nobody came", now="2020-02-05 09:00")
    return desk


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path)
    try:
        yield connection
    finally:
        connection.close()


def test_everything_follows(twins: Desk) -> None:
    done = twins.do("customer", "merge", "C1", "C2")
    assert done["phones"] == ["13800138000", "139 0013 9000", "023-62801234"]
    assert (done["id"], done["name"], done["address"], done["area"]) == (1, "王芳", "南坪路 1", "North")
    assert {key: done[key] for key in ("merged_id", "appliances", "tickets", "complaints", "notes")} == {
        "merged_id": 2, "appliances": 1, "tickets": 1, "complaints": 1, "notes": 1,
    }  # fmt: skip
    shown = twins.do("customer", "show", "C1")
    assert [ticket["id"] for ticket in shown["open_tickets"]] == [1]
    assert [complaint["id"] for complaint in shown["open_complaints"]] == [1]
    assert {note["text"] for note in shown["notes"]} == {"likes tea", "stands in the cellar"}
    assert {found["kind"] for found in twins.do("check")} <= {"missing"}


def test_no_table_that_names_a_customer_is_left_behind(twins: Desk) -> None:
    """The tables are asked of the file, so that a new one is not forgotten."""
    db = opening.open_outlet(twins.path)
    named = list_referring(db, "customer")
    db.close()
    twins.do("customer", "merge", "C1", "C2")
    assert {table for table, _ in named} >= {"phone", "tier", "appliance", "change", "ticket", "note", "complaint"}
    with opened(twins.path) as file:
        left = {
            table
            for table, column in named
            if file.execute(
                f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {column} = 2"
                + (" AND voided_at IS NULL)" if table == "phone" else ")")
            ).fetchone()[0]
        }
    assert left == {"tier", "change"}  # what C2 was


def test_what_differs_is_told(twins: Desk) -> None:
    told = twins.run("customer", "merge", "C1", "C2").err
    assert "C1 stays ordinary, C2 was vip: 'customer tier C1 vip' if that is right" in told
    assert "name: '王芳' stays, C2 had '王小芳'" in told
    assert "area: 'North' stays, C2 had 'South'" in told


def test_the_other_number_leads_to_the_person(twins: Desk) -> None:
    twins.do("customer", "merge", "C1", "C2")
    answer = twins.run("customer", "show", "C2", "--format", "json")
    assert (answer.json["id"], answer.err.count("C2 was merged into C1")) == (1, 1)
    assert [row["id"] for row in twins.do("customer", "find", "王")] == [1]
    assert twins.do("customer", "show", "--phone", "02362801234")["id"] == 1
    assert twins.do("ticket", "open", "--customer", "C2", "again")["customer_id"] == 1
    assert len(twins.do("ticket", "list", "--customer", "C2")) == 2
    assert twins.do("note", "add", "C2", "called twice")["customer_id"] == 1
    assert twins.do("customer", "tier", "C2", "vip")["id"] == 1
    assert twins.do("customer", "edit", "C2", "--area", "East")["id"] == 1
    assert twins.do("appliance", "add", "--customer", "C2", "--category", "ac")["customer_id"] == 1
    assert len(twins.do("complaint", "list", "--customer", "C2")) == 1
    assert twins.do("info")["customers"] == 1


def test_a_dry_run_says_the_same_and_writes_nothing(twins: Desk) -> None:
    before = twins.path.read_bytes()
    dry = twins.run("customer", "merge", "C1", "C2", "--dry-run", "--format", "json")
    assert twins.path.read_bytes() == before
    assert "dry run: nothing was written" in dry.err
    assert twins.do("customer", "merge", "C1", "C2") == dry.json


def test_again_is_nothing_to_do(twins: Desk) -> None:
    twins.do("customer", "merge", "C1", "C2")
    before = twins.path.read_bytes()
    again = twins.run("customer", "merge", "C1", "C2")
    assert (again.code, "nothing to do" in again.err) == (0, True)
    assert twins.path.read_bytes() == before


def test_what_cannot_be_one_is_refused(twins: Desk) -> None:
    twins.do("customer", "add", "李雷", "--phone", "13700000000")
    twins.do("customer", "add", "韩梅梅", "--phone", "13600000000")
    twins.do("undo")
    assert "C4 was undone" in twins.refused(3, "customer", "merge", "C1", "C4")
    before = twins.path.read_bytes()
    assert "itself" in twins.refused(4, "customer", "merge", "C1", "C1")
    assert "no customer C9" in twins.refused(3, "customer", "merge", "C1", "C9")
    assert "no customer C9" in twins.refused(3, "customer", "merge", "C9", "C1")
    assert twins.path.read_bytes() == before
    twins.do("customer", "merge", "C1", "C2")
    assert "the other way round" in twins.refused(4, "customer", "merge", "C2", "C1")
    assert "customer merge C3 C1" in twins.refused(4, "customer", "merge", "C3", "C2")
    assert "customer merge C1 C3" in twins.refused(4, "customer", "merge", "C2", "C3")


def test_a_chain_of_merges_leads_to_its_end(twins: Desk) -> None:
    twins.do("customer", "add", "王方", "--phone", "13700000000")
    twins.do("customer", "merge", "C1", "C2")
    twins.do("customer", "merge", "C3", "C1")
    assert {twins.do("customer", "show", ref)["id"] for ref in ("C1", "C2", "C3")} == {3}
    assert twins.do("ticket", "show", "T1")["customer_id"] == 3
    twins.do("undo")
    assert {twins.do("customer", "show", ref)["id"] for ref in ("C1", "C2")} == {1}


def test_a_person_has_one_home(twins: Desk) -> None:
    twins.do("household", "add", "--member", "C2")
    assert twins.do("customer", "merge", "C1", "C2", "--dry-run")["household_id"] == 1
    twins.do("household", "add", "--member", "C1")
    assert "household link C1 C2 --move" in twins.refused(4, "customer", "merge", "C1", "C2")
    twins.do("household", "link", "C1", "C2", "--move")
    home = twins.do("customer", "merge", "C1", "C2")["household_id"]
    assert [person["id"] for person in twins.do("household", "show", f"H{home}")["members"]] == [1]


def test_a_merge_is_taken_back_whole_and_comes_again(twins: Desk) -> None:
    def seen() -> list[object]:
        return [twins.do("customer", "show", ref) for ref in ("C1", "C2")]

    before = seen()
    twins.do("customer", "merge", "C1", "C2")
    after = seen()
    twins.do("undo")
    assert seen() == before
    assert {found["kind"] for found in twins.do("check")} <= {"missing"}
    twins.do("redo")
    assert seen() == after


def found(desk: Desk, text: str) -> list[int]:
    return [row["id"] for row in desk.do("customer", "find", text)]


OLD = ("王小芳", "小芳", "wangxiaof", "南坪路 1", "139 0013 9000", "62801234")


def test_the_person_is_found_by_the_name_the_address_and_the_phones_of_either_entry(twins: Desk) -> None:
    twins.do("customer", "edit", "C1", "--address", "滨江路 8")
    twins.do("customer", "merge", "C1", "C2")
    assert [found(twins, text) for text in (*OLD, "王芳", "滨江路", "13800138000")] == [[1]] * (len(OLD) + 3)
    assert [row["name"] for row in twins.do("customer", "find", "小芳")] == ["王芳"]
    twins.do("undo")
    assert [found(twins, text) for text in OLD] == [[2]] * len(OLD)
    assert [found(twins, text) for text in ("王芳", "王")] == [[1], [1, 2]]
    twins.do("redo")
    assert found(twins, "小芳") == [1]


def test_the_person_is_found_once_and_counts_once(twins: Desk) -> None:
    twins.do("customer", "add", "王方", "--phone", "13700000000")
    twins.do("customer", "merge", "C1", "C2")
    assert found(twins, "王") == [1, 3]
    assert [row["id"] for row in twins.do("customer", "find", "王", "--limit", "2")] == [1, 3]
    assert twins.run("customer", "find", "王", "--limit", "2").err == ""


def test_at_the_end_of_a_chain_stands_who_is_found(twins: Desk) -> None:
    twins.do("customer", "add", "王方", "--phone", "13700000000")
    twins.do("customer", "merge", "C1", "C2")
    twins.do("customer", "merge", "C3", "C1")
    assert [found(twins, text) for text in ("小芳", "王芳", "王方")] == [[3]] * 3
    twins.do("undo")
    assert [found(twins, text) for text in ("小芳", "王芳", "王方")] == [[1], [1], [3]]


def test_who_is_registered_again_as_before_the_merge_is_known(twins: Desk) -> None:
    twins.do("customer", "merge", "C1", "C2")
    told = twins.refused(4, "customer", "add", "王小芳", "--phone", "13600000000", "--address", "南坪路 1")
    assert told.count("C1  王芳") == 1


def test_who_was_forgotten_is_found_by_no_name_of_either_entry(twins: Desk) -> None:
    twins.do("customer", "merge", "C1", "C2")
    twins.do("customer", "forget", "C1", "--yes")
    assert [found(twins, text) for text in (*OLD, "王")] == [[]] * (len(OLD) + 1)
    with opened(twins.path) as file:
        sql = 'SELECT count(*) FROM customer_text WHERE customer_text MATCH \'"小" OR "王" OR "南"\''
        assert file.execute(sql).fetchone() == (0,)


def test_the_old_name_is_known_in_a_file_that_was_read_from_an_export(twins: Desk, tmp_path: Path) -> None:
    twins.do("customer", "merge", "C1", "C2")
    twins.do("export", str(tmp_path / "all"))
    other = Desk(tmp_path / "other.db")
    other.do("init", now="2020-01-01 08:00")
    other.do("import", str(tmp_path / "all"))
    assert found(other, "小芳") == [1]


def test_a_machine_keeps_its_remarks_and_its_days(twins: Desk) -> None:
    """The number of the owner changes, not the owner (M14); a transfer may still be dated before the merge."""
    twins.do("customer", "merge", "C1", "C2")
    assert [note["text"] for note in twins.do("note", "list", "A1")] == ["stands in the cellar"]
    twins.do("customer", "add", "李雷", "--phone", "13700000000")
    twins.do("appliance", "transfer", "A1", "--to", "C3", "--on", "2026-11-01")
    assert twins.do("note", "list", "A1") == []


def test_birthdays_of_before_the_merge_are_not_made_up_for(twins: Desk) -> None:
    """The tier of C1 holds from the merge on, as an upgrade does (M11)."""
    twins.do("customer", "tier", "C1", "vip", "--from", "2020-02-03", now=WORKED)
    twins.do("customer", "tier", "C2", "ordinary", "--from", "2020-02-03", now="2020-02-03 10:00")
    twins.do("customer", "merge", "C1", "C2")
    twins.do("ticket", "complete", "T1", "--outcome", "fixed")
    twins.do("complaint", "close", "K1", "--upheld")
    due = twins.do("maintenance", "due")
    assert [line["due_on"] for line in due] == ["2023-11-25", "2026-11-25"]  # ordinary at five years, vip every year


def test_two_planned_visits_to_one_home_stay_and_are_told(desk: Desk) -> None:
    for n, name in enumerate(("王芳", "王小芳"), 1):
        desk.do("customer", "add", name, "--phone", f"1380000000{n}", now=WORKED)
        words = ("--customer", f"C{n}", "--category", "fridge", "--serial", f"S{n}", "--bought", "2021-12-01")
        desk.do("appliance", "add", *words, now="2026-11-01 08:00")
    desk.do("maintenance", "generate")
    assert "T1, T2" in desk.run("customer", "merge", "C1", "C2").err
    made = desk.do("maintenance", "generate")
    assert {(line["ticket_id"], line["role"]) for line in made} == {(1, "check"), (2, "check")}
    assert {found["kind"] for found in desk.do("check")} <= {"missing"}


def test_the_key_of_a_file_means_the_person(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    heading = "ref,customer_ref,customer_name,reported_at\n"
    map_ = tmp_path / "m.toml"
    map_.write_text(
        'source = "s"\n[customer]\nref = "customer_ref"\nname = "customer_name"\n'
        '[ticket]\nref = "ref"\nreported_at = "reported_at"\n'
    )
    file.write_text(f"{heading}1,a,王芳,2026-11-01 09:00\n2,b,王小芳,2026-11-02 09:00\n")
    desk.do("import", str(file), "--map", str(map_))
    desk.do("customer", "merge", "C1", "C2")
    assert desk.do("import", str(file), "--map", str(map_))["known"] == 2
    file.write_text(f"{heading}3,b,王小芳,2026-11-03 09:00\n")
    assert desk.do("import", str(file), "--map", str(map_))["customers"] == 0
    assert desk.do("ticket", "show", "T3")["customer_id"] == 1
    file.write_text(f"{heading}3,b,王小方,2026-11-03 09:00\n")
    assert desk.do("import", str(file), "--map", str(map_), "--update")["changed"] == 1


def test_the_file_refuses_a_complaint_that_wanders(twins: Desk) -> None:
    with opened(twins.path) as file, pytest.raises(sqlite3.IntegrityError, match="never changed"):
        file.execute("UPDATE complaint SET customer_id = 1")


@pytest.mark.parametrize("tickets", [20, pytest.param(60, marks=pytest.mark.seeds)])
def test_figures_of_before_stay_and_later_ones_count_one_person(tmp_path: Path, tickets: int) -> None:
    """As of before the merge nothing moves; from then on complaints by customer (K10) and twins (I11) may."""
    outlet = random_outlets.made(tmp_path / "chance.db", Random(1), tickets=tickets)
    end = outlet.now + timedelta(hours=2)
    desk = Desk(outlet.path, outlet.text(end))
    as_ofs = instants(outlet)
    before = figures(desk, as_ofs, outlet.text(end))
    by_area = ("kpi", "report", "--by", "area", "--only", "arrival_24h_rate", "--from", as_ofs[0][:10],
               "--to", as_ofs[-1][:10])  # fmt: skip
    areas = desk.do(*by_area)
    desk.do("customer", "merge", "C1", "C2", now=outlet.text(end - timedelta(hours=1)))
    desk.do("customer", "merge", "C3", "C1")
    assert figures(desk, as_ofs, outlet.text(end)) == before
    assert desk.do(*by_area) == areas
    later = outlet.text(end + timedelta(hours=1))
    desk.do("undo", now=later)
    desk.do("undo", now=later)
    assert figures(desk, as_ofs, later) == before


def test_what_was_seen_between_a_merge_and_its_undo_is_seen_again(twins: Desk) -> None:
    twins.do("ticket", "complete", "T1", "--outcome", "fixed", now="2020-02-04 09:00")
    words = ("kpi", "rows", "complaint_rate", "--month", "2020-02")
    at = [f"2026-11-21 {hour}:00" for hour in (18, 19, 20, 21)]
    twins.do("customer", "merge", "C1", "C2", now=at[0])
    merged = twins.do(*words, now=at[1])
    assert merged[0]["verdict"] == "hit"
    twins.do("undo", now=at[2])
    assert twins.do(*words, "--as-of", at[1], now=at[3]) == merged
