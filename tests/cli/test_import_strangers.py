"""Files as strangers publish them, made up after real ones: another clock, shifted rows, ids that stand thrice."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Desk, filled_once

INSPECTIONS = """
source = "inspections"
dates = ["%m/%d/%Y %I:%M:%S %p"]
zone = "America/New_York"

[customer]
ref = "School"
name = "School"

[appliance]
ref = "{School}/{Kind}"
category = "Kind"

[ticket]
ref = "{School}/{Kind}/{Asked}"
type = { value = "repair" }
reported_at = "Asked"
arrived_at = { column = "Seen", when = { Status = ["COMPLETED"] } }
completed_at = { column = "Seen", when = { Status = ["COMPLETED"] } }
outcome = { column = "Status", map = { COMPLETED = "fixed" }, other = "" }
cancelled_at = { column = "Asked", when = { Status = ["CANCELLED"] } }
cancelled_by = { value = "customer" }
"""
# The clock is turned on 8 March 2020: from noon to noon are 23 hours, and the fourth visit comes within 24.
ROWS = """School,Kind,Status,Asked,Seen
X1,PLUMBING,COMPLETED,03/02/2020 09:00:00 AM,03/02/2020 04:30:00 PM
X1,HVAC,COMPLETED,03/03/2020 12:15:00 PM,03/04/2020 12:16:00 PM
X2,PLUMBING,CANCELLED,03/04/2020 12:00:00 AM,
X2,HVAC,COMPLETED,03/07/2020 12:00:00 PM,03/08/2020 12:45:00 PM
X3,POWER,OPEN,03/09/2020 08:00:00 AM,
"""


def given(folder: Path, content: str | bytes, toml: str, name: str = "file.csv") -> list[str]:
    """The words of an import of that file under that map."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "map.toml").write_text(toml, encoding="utf-8")
    return ["import", str(folder / name), "--map", str(folder / "map.toml")]


@filled_once
def inspected(desk: Desk) -> Desk:
    """An outlet in New York with requested inspections."""
    desk.path.unlink()
    desk.do("init", "--zone", "America/New_York", now="2019-01-01 08:00")
    answer = desk.do(*given(desk.path.parent, ROWS, INSPECTIONS))
    assert tuple(answer.values())[:7] == (5, 5, 0, 0, 0, 3, 5)
    return desk


def test_what_was_read_is_known_when_it_is_read_again(inspected: Desk, tmp_path: Path) -> None:
    answer = inspected.do(*given(tmp_path, ROWS, INSPECTIONS))
    assert (answer["new"], answer["known"]) == (0, 5)


@pytest.mark.parametrize(
    ("as_of", "expected"), [("2020-04-30 12:00", (2, 4, 0, 1)), ("2020-03-08 12:00", (1, 2, 1, 1))]
)
def test_arrivals_within_24_hours_of_another_clock(inspected: Desk, as_of: str, expected: tuple[int, ...]) -> None:
    words = ("kpi", "report", "--month", "2020-03", "--only", "arrival_24h_rate", "--as-of", as_of)
    (row,) = inspected.do(*words)
    assert tuple(row[key] for key in ("hits", "total", "pending", "excluded")) == expected


COMPLAINTS = """
dates = ["%m/%d/%Y"]
[customer]
ref = "Shop"
name = "Shop"
[ticket]
ref = "No"
reported_at = "Start"
completed_at = "End"
outcome = { value = "fixed" }
[survey]
satisfied = { column = "Satisfied", map = { Yes = true, No = false, NA = "" } }
"""


def test_a_shifted_row_and_ends_before_their_beginnings_are_rejected(desk: Desk, tmp_path: Path) -> None:
    rows = (
        "No,Shop,Start,End,Satisfied\n1,A,01/02/2019,01/09/2019,Yes\n2,B,01/03/2019,01/10/2019,Refund,No\n"
        "3,C,01/09/2019,01/08/2019,No\n4,D,01/05/2019,01/06/2019,NA\n"
    )
    words = given(tmp_path, rows, COMPLAINTS)
    said = desk.refused(4, *words)
    assert said.startswith(
        "error: 2 of 4 records rejected, nothing was written:\n  record 2, line 3 'No': 6 cells under 5"
    )
    assert "record 3, line 4, column 'End' '01/08/2019': it is before the report" in said
    desk.do(*words, "--rejects", str(tmp_path / "bad.csv"))
    report = ("kpi", "report", "--month", "2019-01", "--only", "satisfaction_rate")
    assert [(row["hits"], row["total"]) for row in desk.do(*report)] == [(1, 1)]


def test_an_id_that_stands_three_times_is_one_ticket(desk: Desk, tmp_path: Path) -> None:
    heading = "id,group_identifier,product_category,brand,repair_status,event_date,problem\n"
    row = "r_7,Cafe,Fan,Holmes,Fixed,2018-01-14,worn\n"
    (tmp_path / "repairs.csv").write_text(heading + row * 3 + row.replace("r_7", "r_8").replace("Fixed", "End of life"))
    answer = desk.do("import", str(tmp_path / "repairs.csv"))
    assert tuple(answer.values())[:7] == (4, 2, 2, 0, 0, 1, 2)
    assert Counter(t["outcome"] for t in desk.do("export", "tickets")) == {"fixed": 1, "not_repairable": 1}


AREAS = "code,name,area\n" + "".join(f"50010{n},南岸区第{n}街道,重庆市\n" for n in range(40))
AREA_MAP = '[customer]\nref = "code"\nname = "name"\narea = "area"\n'
FACES = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "utf-16": "utf-16", "gb18030": "gb18030"}


def test_four_faces_of_one_list_give_the_same_customers(desk: Desk, tmp_path: Path) -> None:
    new = []
    for codec, name in FACES.items():
        answer = desk.do(*given(tmp_path, AREAS.replace("\n", "\r\n").encode(codec), AREA_MAP))
        assert (answer["read"], answer["changed"], answer["encoding"]) == (40, 0, name)
        new.append(answer["new"])
    assert new == [40, 0, 0, 0]


def test_latin1_is_refused_with_the_way_out(desk: Desk, tmp_path: Path) -> None:
    words = given(tmp_path, "code,name,area\n1,Müller,Köln\n".encode("latin-1"), AREA_MAP)
    assert "--encoding" in desk.refused(5, *words)
    assert desk.do(*words, "--encoding", "latin-1")["new"] == 1
    assert desk.do("export", "customers")[0]["name"] == "Müller"


def test_a_foreign_database_is_refused_untouched(tmp_path: Path, make: Callable[..., Desk]) -> None:
    foreign = tmp_path / "shop.db"
    with closing(sqlite3.connect(foreign)) as file, file:
        file.execute("CREATE TABLE album (title)")
    before = foreign.read_bytes()
    assert "is not a servicedesk file" in Desk(foreign).refused(5, *given(tmp_path, AREAS, AREA_MAP))
    assert foreign.read_bytes() == before
