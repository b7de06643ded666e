"""The test vectors of K1, K4 and K6, typed at the command line as an outlet would have typed them."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from servicedesk.kpis.stats import wilson
from tests.asking import K1, K4, K6, K6_STRICT, KPIS, counts, figure, figures, opened, under_map, verdicts
from tests.conftest import Desk, filled_once
from tests.oracle import board
from tests.oracle.raw import raw
from tests.oracle.then import Then

Vector = tuple[Desk, dict[int, str]]  # the outlet, the names of its tickets by number
GROUPS = ("month", "technician", "category", "type", "area")
AS_OF_REPEATS = ("--as-of", "2026-11-21")
AS_OF_ARRIVALS = ("--as-of", "2026-11-21 18:00")
NOVEMBER = ("--month", "2026-11", *AS_OF_ARRIVALS)

# Ticket, machine, type, reported, completed, technician, fault, outcome (None: cancelled as a duplicate of R08).
REPEATS = [
    ("R01", "A1", "repair", "09-30", "10-01", "Li", "leak", "fixed"),
    ("R02", "A1", "repair", "10-20", "10-21", "Wang", "leak", "fixed"),
    ("R03", "A1", "repair", "11-19", "11-19", "Li", "noise", "fixed"),
    ("R04", "A2", "repair", "10-04", "10-05", "Li", "no_power", "fixed"),
    ("R05", "A2", "repair", "11-04", "11-05", "Zhao", "noise", "fixed"),
    ("R06", "A3", "repair", "10-05", "10-06", "Wang", "drain", "fixed"),
    ("R07", "A3", "repair", "11-06", "11-06", "Wang", "drain", "fixed"),
    ("R08", "A4", "repair", "10-09", "10-10", "Zhao", "drain", "fixed"),
    ("R09", "A4", "maintenance", "10-15", "10-15", "Zhao", None, "done"),
    ("R10", "A4", "repair", "10-20", None, None, "drain", None),
    ("R11", "A5", "repair", "10-11", "10-12", "Wang", "noise", "fixed"),
    ("R12", "A5", "repair", "10-14", "10-14", "Li", "noise", "no_fault_found"),
    ("R13", "A6", "repair", "10-12", "10-15", "Li", "leak", "fixed"),
    ("R14", "A6", "repair", "10-13", "10-15", "Li", "noise", "fixed"),
    ("R15", None, "repair", "10-17", "10-18", "Zhao", "noise", "fixed"),
]

# What was typed for T01–T20, and when: (instant of typing, ticket, words). `open` makes the ticket.
ARRIVALS = [
    ("10-31 20:00", "T17", "open"),
    ("11-01 08:00", "T17", "arrive"),
    ("11-02 09:00", "T01", "open"),
    ("11-02 09:30", "T15", "open"),
    ("11-02 09:40", "T15", "cancel --reason duplicate --duplicate-of T01 --by outlet"),
    ("11-02 10:00", "T02", "open"),
    ("11-02 10:00", "T03", "open"),
    ("11-02 15:00", "T01", "arrive"),
    ("11-03 09:00", "T04", "open"),
    ("11-03 09:00", "T05", "open"),
    ("11-03 09:05", "T04", "appoint --asked-by customer 11-05 14:00 16:00"),
    ("11-03 09:05", "T05", "appoint --asked-by customer 11-05 14:00 16:00"),
    ("11-03 10:00:00", "T02", "arrive"),
    ("11-03 10:00:01", "T03", "arrive"),
    ("11-04 09:00", "T06", "open"),
    ("11-04 09:10", "T06", "appoint --asked-by outlet 11-06 09:00 11:00"),
    ("11-05 08:00", "T07", "open"),
    ("11-05 08:00", "T08", "open"),
    ("11-05 12:00", "T07", "cancel --reason works_again --by customer"),
    ("11-05 15:30", "T04", "arrive"),
    ("11-05 16:20", "T05", "arrive"),
    ("11-06 09:00", "T12", "open"),
    ("11-06 09:20", "T12", "complete --outcome resolved_remotely"),
    ("11-06 09:30", "T06", "arrive"),
    ("11-06 20:00", "T08", "cancel --reason customer_went_elsewhere --by customer"),
    ("11-07 09:00", "T13", "open"),
    ("11-07 20:00", "T13", "arrive --no-access"),
    ("11-08 09:00", "T14", "open"),
    ("11-08 09:00", "T16", "open"),
    ("11-08 16:00", "T16", "complete --outcome fixed"),
    ("11-09 10:00", "T14", "appoint --asked-by customer 11-10 09:00 11:00"),
    ("11-09 11:00", "T13", "arrive"),
    ("11-10 09:00", "T18", "open"),
    ("11-10 09:05", "T18", "appoint --asked-by customer 11-10 13:00 15:00"),
    ("11-10 10:00", "T14", "arrive"),
    ("11-10 16:00", "T18", "arrive"),
    ("11-11 09:00", "T19", "open"),
    ("11-11 12:00", "T19", "appoint --asked-by customer 11-13 09:00 11:00"),
    ("11-13 08:00", "T19", "appoint --asked-by customer 11-14 09:00 11:00"),
    ("11-14 10:00", "T19", "arrive"),
    ("11-19 09:00", "T09", "open"),
    ("11-20 09:00", "T20", "open"),
    ("11-20 09:10", "T20", "appoint --asked-by customer 11-25 09:00 11:00"),
    ("11-21 08:00", "T11", "open"),
    ("11-21 09:00", "T10", "open"),
    ("11-21 10:00", "T11", "arrive"),
]

# K6's table: headline, strict.
ARRIVED = {
    "T01": ("hit", "hit"), "T02": ("hit", "hit"), "T03": ("miss", "miss"), "T04": ("hit", "miss"),
    "T05": ("miss", "miss"), "T06": ("miss", "miss"), "T07": ("excluded", "excluded"), "T08": ("miss", "miss"),
    "T09": ("miss", "miss"), "T10": ("pending", "pending"), "T11": ("pending", "pending"),
    "T12": ("excluded", "excluded"), "T13": ("hit", "hit"), "T14": ("miss", "miss"), "T15": ("excluded", "excluded"),
    "T16": ("miss", "miss"), "T18": ("hit", "hit"), "T19": ("hit", "miss"), "T20": ("pending", "miss"),
}  # fmt: skip
SCORES = (5,) * 42 + (4,) * 32 + (3,) * 10 + (2,) * 9 + (1,) * 14
MAP = """
    source = "vector"
    dates = ["%Y-%m-%d %H:%M"]
    [customer]
    ref = "customer"
    name = "customer"
    [ticket]
    ref = "{#}"
    type = { value = "repair" }
    reported_at = "reported"
    arrived_at = "arrived"
    completed_at = "completed"
    outcome = { value = "fixed" }
    technician = "technician"
    [survey]
    score = "score"
    answered_at = "answered"
"""


def _outlet(folder: Path) -> Desk:
    desk = Desk(folder / "outlet.db", "2026-11-23 09:00")
    desk.do("init", now="2020-01-01 08:00")
    for name in ("Li", "Wang", "Zhao"):
        desk.do("technician", "add", name, now="2020-01-01 08:00")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--area", "North", now="2020-01-01 08:00")
    return desk


@pytest.fixture(scope="module")
def repeats(tmp_path_factory: pytest.TempPathFactory) -> Vector:
    """R01–R15 of K4, only read below; the tickets' names by number."""
    desk = _outlet(tmp_path_factory.mktemp("repeats"))
    for n, category in enumerate(("fridge", "washer", "ac", "fridge", "washer", "ac")):
        desk.do(
            "appliance", "add", "--customer", "C1", "--category", category, "--serial", f"S{n}", now="2020-01-01 08:00"
        )
    names: dict[str, int] = {}
    for name, machine, type_, reported, completed, technician, fault, outcome in REPEATS:
        at = f"2026-{reported} 09:00"
        about = ("--appliance", machine) if machine else ("--customer", "C1", "--no-appliance")
        number = names[name] = opened(desk, at, *about, "--type", type_, *(("--fault", fault) if fault else ()))
        if completed is None or technician is None or outcome is None:
            survivor = f"T{names['R08']}"
            words = ("--reason", "duplicate", "--duplicate-of", survivor, "--by", "outlet")
            desk.do("ticket", "cancel", f"T{number}", *words, now=at)
            continue
        desk.do("ticket", "assign", f"T{number}", "--to", technician, now=at)
        desk.do("ticket", "complete", f"T{number}", "--outcome", outcome, now=f"2026-{completed} 17:00")
    return desk, {number: name for name, number in names.items()}


@pytest.fixture(scope="module")
def arrivals(tmp_path_factory: pytest.TempPathFactory) -> Vector:
    """T01–T20 of K6, every fact typed when it happened, only read below; the tickets' names by number."""
    desk = _outlet(tmp_path_factory.mktemp("arrivals"))
    names: dict[str, int] = {}
    for at, name, words in ARRIVALS:
        now = f"2026-{at}"
        if words == "open":
            names[name] = opened(desk, now, "--customer", "C1")
            continue
        verb, *rest = words.split()
        if verb == "appoint":
            *rest, day, begin, end = rest
            rest += ["--from", f"2026-{day} {begin}", "--to", f"2026-{day} {end}"]
        rest = [f"T{names[word]}" if word in names else word for word in rest]
        desk.do("ticket", verb, f"T{names[name]}", *rest, now=now)
    return desk, {number: name for name, number in names.items()}


@filled_once
def surveyed(desk: Desk) -> Desk:
    """200 repairs of October, 107 of them answered the day after."""
    lines = ["customer,technician,reported,arrived,completed,score,answered"]
    for n, score in enumerate((*SCORES, *[None] * 93)):
        day = 1 + n % 28
        answer = f"{score},2026-10-{day + 2:02} 09:00" if score else ","
        name, times = ("Li", "Wang", "Zhao")[n % 3], (f"2026-10-{day:02} {h}:00" for h in ("08", "10", "12"))
        lines.append(f"c{n % 50},{name},{','.join(times)},{answer}")
    desk.do(*under_map(desk, MAP, *lines))
    return desk


def test_the_vector_74_of_107(surveyed: Desk) -> None:
    row = figure(surveyed, K1, "--month", "2026-10")
    assert counts(row) == (74, 107, 0, 93)
    assert row["rate"] == pytest.approx(74 / 107, abs=1e-4)
    assert (round(row["low"] * 100, 1), round(row["high"] * 100, 1)) == (59.9, 77.1)


def test_the_companions_of_74_of_107(surveyed: Desk) -> None:
    """K1, K2: mean, both ends of the scale, how many answered, and what the silent ones could make of it."""
    found = figures(surveyed, "--month", "2026-10")
    bounds = [found[K1][key] for key in ("bound_low", "bound_high")]
    shares = [found[kpi]["rate"] for kpi in ("response_rate", "top_box_rate", "dissatisfied_rate")]
    assert [round(share * 100, 1) for share in (*bounds, *shares)] == [37.0, 83.5, 53.5, 39.3, 21.5]
    assert [counts(found[kpi])[1] for kpi in ("response_rate", "top_box_rate")] == [200, 107]
    assert round(found["csat_mean"]["value"], 2) == 3.74
    assert round(found["net_satisfaction"]["value"], 1) == 47.7
    assert found["score_distribution"]["value"] == {"5": 42, "4": 32, "3": 10, "2": 9, "1": 14}
    assert counts(found["self_collected_rate"])[:2] == (0, 0)  # nobody knows who collected them


def test_the_200_completed_are_all_in_the_cohort_whatever_they_said(surveyed: Desk) -> None:
    rows = surveyed.do("kpi", "rows", K1, "--month", "2026-10")
    assert Counter(row["verdict"] for row in rows) == {"hit": 74, "miss": 33, "excluded": 93}
    assert {row["reason"] for row in rows if row["verdict"] == "excluded"} == {"no_answer"}


def test_the_screen_shows_the_percentage_without_an_interval_from_a_hundred_on(surveyed: Desk) -> None:
    screen = surveyed.run("kpi", "report", "--month", "2026-10", "--only", K1, "--format", "table").out
    assert "69.2 %" in screen
    assert "59.9" not in screen


def test_the_vector_4_of_9(repeats: Vector) -> None:
    row = figure(repeats[0], K4, "--month", "2026-10", *AS_OF_REPEATS)
    assert counts(row) == (4, 9, 0, 1)
    assert row["rate"] == pytest.approx(4 / 9, abs=1e-4)


def test_the_companions_of_4_of_9(repeats: Vector) -> None:
    """K4: the same fault, the longer windows, the excused, the early warning."""
    found = figures(repeats[0], "--month", "2026-10", *AS_OF_REPEATS)
    assert counts(found["same_fault_repeat_rate"]) == (2, 9, 0, 1)
    assert round(found["same_fault_repeat_rate"]["rate"] * 100, 1) == 22.2
    assert counts(found["repeat_repair_rate_60d"]) == (0, 0, 9, 1)
    assert counts(found["repeat_repair_rate_90d"]) == (0, 0, 9, 1)
    assert counts(found["repeat_net_of_excused_rate"]) == (4, 9, 0, 1)
    november = figure(repeats[0], "repeats_already", "--month", "2026-11", *AS_OF_REPEATS)
    assert (november["value"], november["pending"]) == (0, 3)


def test_every_repair_has_its_verdict(repeats: Vector) -> None:
    desk, names = repeats
    found = verdicts(desk, K4, "--month", "2026-10", *AS_OF_REPEATS, names=names)
    hits, misses = {"R01", "R02", "R04", "R11"}, {"R06", "R08", "R12", "R13", "R14"}
    assert found == {**dict.fromkeys(hits, "hit"), **dict.fromkeys(misses, "miss"), "R15": "excluded"}


def test_a_repair_without_a_machine_is_unmatched(repeats: Vector) -> None:
    desk, names = repeats
    rows = desk.do("kpi", "rows", K4, "--month", "2026-10", *AS_OF_REPEATS)
    assert {names[row["ticket_id"]]: row["reason"] for row in rows if row["verdict"] == "excluded"} == {
        "R15": "no_appliance"
    }


def test_the_repairs_of_november_are_pending(repeats: Vector) -> None:
    desk, names = repeats
    found = verdicts(desk, K4, "--month", "2026-11", *AS_OF_REPEATS, names=names)
    assert found == dict.fromkeys(("R03", "R05", "R07"), "pending")
    assert counts(figure(desk, K4, "--month", "2026-11", *AS_OF_REPEATS)) == (0, 0, 3, 0)


def test_the_first_repairs_technician_is_charged(repeats: Vector) -> None:
    rows = repeats[0].do("kpi", "report", "--month", "2026-10", "--only", K4, "--by", "technician", *AS_OF_REPEATS)
    found = {row["group"]: counts(row) for row in rows}
    # R15 was excluded: it belongs to whoever was assigned.
    assert found == {"Li": (2, 5, 0, 0), "Wang": (2, 3, 0, 0), "Zhao": (0, 1, 0, 1)}


def test_the_percentage_of_fewer_than_ten_says_few_and_has_no_interval(repeats: Vector) -> None:
    words = ("--month", "2026-10", "--only", K4, *AS_OF_REPEATS, "--format", "table")
    screen = repeats[0].run("kpi", "report", *words).out
    assert "4/9  (44.4 %) few  " in screen
    assert "18.9" not in screen


def test_the_vector_6_of_13_and_4_of_14(arrivals: Vector) -> None:
    found = figures(arrivals[0], *NOVEMBER)
    assert counts(found[K6]) == (6, 13, 3, 3)
    assert counts(found[K6_STRICT]) == (4, 14, 2, 3)
    assert found[K6]["rate"] == pytest.approx(6 / 13, abs=1e-4)
    assert found[K6_STRICT]["rate"] == pytest.approx(4 / 14, abs=1e-4)


def test_every_ticket_has_its_verdict(arrivals: Vector) -> None:
    desk, names = arrivals
    headline = verdicts(desk, K6, *NOVEMBER, names=names)
    strict = verdicts(desk, K6_STRICT, *NOVEMBER, names=names)
    assert {name: (headline[name], strict[name]) for name in headline} == ARRIVED
    assert strict.keys() == headline.keys()


def test_the_excluded_ones_say_why(arrivals: Vector) -> None:
    desk, names = arrivals
    rows = desk.do("kpi", "rows", K6, *NOVEMBER)
    found = {names[row["ticket_id"]]: row["reason"] for row in rows if row["verdict"] == "excluded"}
    assert found == {"T07": "cancelled_by_customer", "T12": "remote", "T15": "duplicate"}


def test_a_ticket_belongs_to_the_month_of_its_report(arrivals: Vector) -> None:
    desk, names = arrivals
    october = ("--month", "2026-10", *AS_OF_ARRIVALS)
    assert verdicts(desk, K6, *october, names=names) == {"T17": "hit"}
    assert verdicts(desk, K6_STRICT, *october, names=names) == {"T17": "hit"}


def test_from_ten_on_the_screen_shows_percentage_and_interval(arrivals: Vector) -> None:
    screen = arrivals[0].run("kpi", "report", *NOVEMBER, "--format", "table").out
    low, high = wilson(6, 13)
    assert "46.2 %" in screen
    assert f"{low * 100:.1f}" in screen
    assert f"{high * 100:.1f}" in screen
    assert "6/13" in screen.replace(" ", "")


@pytest.mark.parametrize(
    ("hits", "total", "expected"),
    [
        (9, 10, (59.6, 98.2)), (18, 20, (69.9, 97.2)), (27, 30, (74.4, 96.5)), (90, 100, (82.6, 94.5)),
        (5, 5, (56.6, 100.0)), (0, 7, (0.0, 35.4)), (450, 500, (87.1, 92.3)), (74, 107, (59.9, 77.1)),
    ],
)  # fmt: skip
def test_the_wilson_interval(hits: int, total: int, expected: tuple[float, float]) -> None:
    low, high = wilson(hits, total)
    assert (round(low * 100, 1), round(high * 100, 1)) == expected


@pytest.mark.parametrize(
    ("kpi", "month", "expected"),
    [(K4, 10, (4, 9, 0, 1)), (K4, 11, (0, 0, 3, 0)), (K6, 11, (6, 13, 3, 3)), (K6_STRICT, 11, (4, 14, 2, 3))],
)
def test_the_oracle_itself_knows_the_vectors(
    repeats: Vector, arrivals: Vector, kpi: str, month: int, expected: tuple[int, int, int, int]
) -> None:
    outlet = raw((repeats if kpi == K4 else arrivals)[0].path)
    then = Then(outlet, datetime(2026, 11, 21, 18, tzinfo=outlet.zone))
    found = board.verdicts(then, kpi, first=date(2026, month, 1), end=date(2026, month + 1, 1))
    assert counts(board.figure(kpi, found)) == expected


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("month", ["2026-10", "2026-11"])
def test_the_parts_sum_to_the_whole(repeats: Vector, arrivals: Vector, by: str, month: str) -> None:
    for desk in (repeats[0], arrivals[0]):
        words = ("--month", month, *(word for kpi in KPIS for word in ("--only", kpi)))
        parts = desk.do("kpi", "report", *words, "--by", by)
        wholes = figures(desk, *words)
        for kpi, whole in ((kpi, wholes[kpi]) for kpi in KPIS):
            of_kpi = [counts(row) for row in parts if row["kpi"] == kpi]
            assert tuple(map(sum, zip(*of_kpi, strict=True))) == (counts(whole) if of_kpi else ()), (kpi, by)
            assert of_kpi or counts(whole) == (0, 0, 0, 0)


@pytest.mark.parametrize("kpi", KPIS)
def test_the_counted_rows_are_the_report(repeats: Vector, arrivals: Vector, kpi: str) -> None:
    for desk in (repeats[0], arrivals[0]):
        tally = Counter(row["verdict"] for row in desk.do("kpi", "rows", kpi, "--quarter", "2026-Q4"))
        found = (tally["hit"], tally["hit"] + tally["miss"], tally["pending"], tally["excluded"])
        assert found == counts(figure(desk, kpi, "--quarter", "2026-Q4"))


def test_every_month_of_a_range_has_its_row(repeats: Vector) -> None:
    rows = repeats[0].do("kpi", "report", "--from", "2026-08-15", "--to", "2026-11-21", "--by", "month", "--only", K4)
    assert {row["period"]: counts(row)[1] for row in rows} == {
        "2026-08": 0,
        "2026-09": 0,
        "2026-10": 9,
        "2026-11": 0,
    }
    assert {row["group"] for row in rows} == {None}
