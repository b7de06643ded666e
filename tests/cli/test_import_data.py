"""The answers that imports of real strangers' files must give, computed elsewhere (data/README.md)."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk

DATA = Path(__file__).resolve().parents[2] / ".." / ".." / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the folder of other people's files is absent")

Make = Callable[..., Desk]


def counted(desk: Desk, file: str, toml: str, *words: str) -> tuple[int, ...]:
    """read, new, known, changed, rejected, customers, appliances."""
    answer = desk.do("import", str(DATA / file), "--map", str(DATA / "maps" / f"{toml}.toml"), *words)
    return tuple(answer.values())[:7]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def new(path: Path, zone: str) -> Desk:
    desk = Desk(path)
    desk.do("init", "--zone", zone, now="2019-01-01 08:00")
    return desk


@pytest.fixture(scope="module")
def inspections(folder: Path) -> Desk:
    """An outlet in New York with all requested inspections."""
    desk = new(folder / "inspections.db", "America/New_York")
    assert counted(desk, "nyc/Inspections_Requested.csv", "nyc-inspections") == (1738, 1738, 0, 0, 0, 421, 825)
    return desk


@pytest.fixture(scope="module")
def complaints(folder: Path) -> Desk:
    """The same with the mediated complaints that are whole."""
    desk = new(folder / "complaints.db", "America/New_York")
    words = ("nyc/Consumer_Services_Mediated_Complaints.csv", "nyc-complaints", "--rejects", str(folder / "bad.csv"))
    assert counted(desk, *words)[:5] == (3045, 3038, 0, 0, 7)
    return desk


def test_inspections_read_again_are_known(inspections: Desk) -> None:
    assert counted(inspections, "nyc/Inspections_Requested.csv", "nyc-inspections") == (1738, 0, 1738, 0, 0, 0, 0)


def test_one_shifted_and_six_backward_complaints_refuse_the_file(make: Make) -> None:
    desk = make("c.db", "--zone", "America/New_York")
    words = ("import", str(DATA / "nyc/Consumer_Services_Mediated_Complaints.csv"), "--map")
    said = desk.refused(4, *words, str(DATA / "maps/nyc-complaints.toml"))
    assert said.startswith("error: 7 of 3045 records rejected, nothing was written:\n  record 193, line 194, column")
    lines = [line.split(",")[1] for line in said.splitlines() if line.startswith("  record")]
    assert lines == [f" line {line}" for line in (194, 255, 1618, 2029, 2108, 2891, 3003)]
    assert desk.do("info")["tickets"] == 0


def test_rejected_complaints_are_written_with_their_places(complaints: Desk, folder: Path) -> None:
    rows = (folder / "bad.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].endswith(",Latitude,_record,_line,_column,_value,_reason")
    assert ",193,194,Satisfaction,Credit Card Refund" in rows[1]
    assert len(rows) == 8


def test_repairs_of_a_network_of_repair_cafes(make: Make) -> None:
    desk = make("r.db", "--zone", "Europe/Brussels")
    counts = counted(desk, "ords/OpenRepairData_v0.3_RepairConnects_202507.csv", "ords-repairconnects")
    assert counts == (2885, 2885, 0, 0, 0, 23, 2885)
    ends = Counter(ticket["outcome"] for ticket in desk.do("export", "tickets"))
    assert ends == {"fixed": 1592, "not_repairable": 433, None: 860}


def test_an_id_that_stands_three_times_is_one_ticket(make: Make) -> None:
    desk = make("f.db", "--zone", "America/Los_Angeles")
    counts = counted(desk, "ords/OpenRepairData_v0.3_FixitClinic_202204.csv", "ords-fixitclinic")
    assert counts == (614, 612, 2, 0, 0, 1, 612)


FACES = {"areas": "utf-8", "areas_utf8bom_crlf": "utf-8", "areas_utf16le_bom_crlf": "utf-16"}


@pytest.mark.parametrize(("face", "encoding"), [*FACES.items(), ("areas_gb18030_crlf", "gb18030")])
def test_four_faces_of_one_list_give_the_same_customers(make: Make, face: str, encoding: str) -> None:
    desk, toml = make("a.db"), str(DATA / "maps/cn-areas.toml")
    words = ("--as", "customers", "--map", toml)
    named = () if face in FACES else ("--encoding", encoding)
    answer = desk.do("import", str(DATA / f"cn/{face}.csv"), *words, *named)
    assert tuple(answer.values()) == (2978, 2978, 0, 0, 0, 2978, 0, encoding)
    again = desk.do("import", str(DATA / "cn/areas.csv"), *words)
    assert (again["known"], again["changed"]) == (2978, 0)


def test_gb18030_of_a_whole_list_is_certain(desk: Desk) -> None:
    words = ("import", str(DATA / "cn/areas_gb18030_crlf.csv"), "--map", str(DATA / "maps/cn-areas.toml"))
    assert desk.do(*words)["encoding"] == "gb18030"


def test_latin1_is_refused_with_the_way_out(desk: Desk, tmp_path: Path) -> None:
    toml = tmp_path / "m.toml"
    toml.write_text('[customer]\nref = "a"\nname = "c"\n', encoding="utf-8")
    words = ("import", str(DATA / "ugly/csvkit/test_latin1.csv"), "--map", str(toml))
    assert "--encoding" in desk.refused(5, *words)
    assert desk.do(*words, "--encoding", "latin-1")["new"] == 2
    assert desk.do("export", "customers")[1]["name"] == "©"


def test_a_workbook_is_read_like_a_text(desk: Desk, tmp_path: Path) -> None:
    toml = tmp_path / "m.toml"
    toml.write_text('[customer]\nref = "integer"\nname = "text"\narea = "date"\n', encoding="utf-8")
    bad = tmp_path / "bad.csv"
    words = ("import", str(DATA / "ugly/csvkit/test.xlsx"), "--map", str(toml), "--rejects", str(bad))
    assert tuple(desk.do(*words).values()) == (5, 2, 0, 0, 3, 2, 0, "xlsx")
    assert [(c["ref"], c["area"]) for c in desk.do("export", "customers")] == [
        ("40", "1971-01-01"),
        ("164", "1920-01-01"),
    ]


def test_a_foreign_database_is_refused_untouched(tmp_path: Path) -> None:
    foreign = tmp_path / "chinook.db"
    foreign.write_bytes((DATA / "ugly/sqlite/Chinook_Sqlite.sqlite").read_bytes())
    before = foreign.read_bytes()
    words = ("import", str(DATA / "cn/areas.csv"), "--map", str(DATA / "maps/cn-areas.toml"))
    assert "is not a servicedesk file" in Desk(foreign).refused(5, *words)
    assert foreign.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chinook.db"]


# The figures of the README: hits, total, pending, excluded.

SEVEN_MONTHS = ("--from", "2019-10-01", "--to", "2020-04-30")
LATE, DURING = "2020-06-30 12:00", "2020-04-30 18:50:05"
ARRIVAL = ("--only", "arrival_24h_rate")


def figures(desk: Desk, *words: str) -> dict[Any, tuple[int, ...]]:
    """By group (by period where grouped by month): hits, total, pending, excluded."""
    rows = desk.do("kpi", "report", *words)
    keys = ("hits", "total", "pending", "excluded")
    return {row["period"] if "month" in words else row["group"]: tuple(row[key] for key in keys) for row in rows}


@pytest.mark.parametrize(("as_of", "expected"), [(LATE, (361, 820, 0, 918)), (DURING, (353, 806, 14, 918))])
def test_arrivals_within_24_hours(inspections: Desk, as_of: str, expected: tuple[int, ...]) -> None:
    assert figures(inspections, *SEVEN_MONTHS, *ARRIVAL, "--as-of", as_of) == {None: expected}


def test_arrivals_by_category(inspections: Desk) -> None:
    found = figures(inspections, *SEVEN_MONTHS, *ARRIVAL, "--as-of", LATE, "--by", "category")
    expected = {"PLUMBING": (148, 199, 0, 64), "POWERANDLIGHTING": (32, 55, 0, 118), "HVAC": (7, 55, 0, 58)}
    assert {name: found[name] for name in expected} == expected


def test_arrivals_by_month(inspections: Desk) -> None:
    found = figures(inspections, *SEVEN_MONTHS, *ARRIVAL, "--as-of", LATE, "--by", "month")
    assert (found["2020-03"], found["2020-04"]) == ((37, 95, 0, 731), (324, 720, 0, 49))


@pytest.mark.parametrize(("as_of", "expected"), [(LATE, (250, 716, 0, 0)), (DURING, (0, 0, 715, 0))])
def test_repeat_repairs(inspections: Desk, as_of: str, expected: tuple[int, ...]) -> None:
    words = ("--from", "2020-04-01", "--to", "2020-04-30", "--only", "repeat_repair_rate", "--as-of", as_of)
    assert figures(inspections, *words) == {None: expected}


def test_nobody_was_asked_about_the_inspections(inspections: Desk) -> None:
    words = ("--month", "2020-04", "--only", "satisfaction_rate", "--as-of", LATE)
    assert figures(inspections, *words) == {None: (0, 0, 0, 716)}


def test_satisfaction_with_mediated_complaints(complaints: Desk) -> None:
    words = ("--from", "2000-01-01", "--to", "2026-11-01", "--only", "satisfaction_rate")
    assert figures(complaints, *words)[None][:2] == (1433, 2394)
    found = figures(complaints, *words, "--by", "category")
    assert found["Electronic & Home Appliance Service Dealer - 115"][:2] == (20, 43)
    assert found["Appliances - 244"][:2] == (31, 43)
