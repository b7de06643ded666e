"""The test vectors of domain.md 2.0, K1, K4 and K6, typed at the command line as an outlet would have typed them."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from servicedesk.core.stats import wilson
from tests.conftest import Desk

K1, K4, K6, K6_STRICT = "satisfaction_rate", "repeat_repair_rate", "arrival_24h_rate", "arrival_24h_rate_strict"
KPIS = [K1, K4, K6, K6_STRICT]
GROUPS = ("month", "technician", "category", "type", "area")
AS_OF_REPEATS = ("--as-of", "2026-11-21")
AS_OF_ARRIVALS = ("--as-of", "2026-11-21 18:00")
LATER = "2026-11-23 09:00"

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


def opened(desk: Desk, at: str, *words: str) -> int:
    """A ticket reported and typed at that instant; its number."""
    ticket: int = desk.do("ticket", "open", *words, "the problem", now=at)["id"]
    return ticket


def figures(desk: Desk, *words: str, now: str | None = None) -> dict[str, Any]:
    """The ungrouped report by KPI."""
    return {row["kpi"]: row for row in desk.do("kpi", "report", *words, now=now)}


def counts(row: dict[str, Any]) -> tuple[int, int, int, int]:
    return row["hits"], row["total"], row["pending"], row["excluded"]


def verdicts(desk: Desk, kpi: str, *words: str, names: dict[int, str]) -> dict[str, str]:
    """What each ticket of the cohort got, by the name it has in the vector."""
    return {names[row["ticket_id"]]: row["verdict"] for row in desk.do("kpi", "rows", kpi, *words)}


def repaired(desk: Desk, reported: str, completed: str, *, score: int | None = None, technician: str = "Li") -> int:
    """A ticket of C1 without a machine, assigned, arrived at, completed, perhaps answered at once."""
    ticket = opened(desk, reported, "--customer", "C1", "--no-appliance")
    desk.do("ticket", "assign", f"T{ticket}", "--to", technician, now=reported)
    desk.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now=completed)
    if score:
        desk.do("survey", "record", f"T{ticket}", str(score), now=completed)
    return ticket


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """An outlet with a customer C1 in the north and the technicians Li and Wang."""
    for name in ("Li", "Wang"):
        desk.do("technician", "add", name, now="2020-01-02 08:00")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--area", "North", now="2020-01-02 08:00")
    return desk


def _outlet(folder: Path) -> Desk:
    desk = Desk(folder / "outlet.db", LATER)
    desk.do("init", now="2020-01-01 08:00")
    for name in ("Li", "Wang", "Zhao"):
        desk.do("technician", "add", name, now="2020-01-01 08:00")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--area", "North", now="2020-01-01 08:00")
    return desk


@pytest.fixture(scope="module")
def repeats(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, dict[int, str]]:
    """R01–R15 of K4, only read below; the tickets' names by number."""
    desk = _outlet(tmp_path_factory.mktemp("repeats"))
    for category in ("fridge", "washer", "ac", "fridge", "washer", "ac"):
        desk.do("appliance", "add", "--customer", "C1", "--category", category, now="2020-01-01 08:00")
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
def arrivals(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, dict[int, str]]:
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


class TestSatisfaction:
    """K1."""

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

    @pytest.fixture
    def surveyed(self, desk: Desk, tmp_path: Path) -> Desk:
        """200 repairs of October, 107 of them answered the day after."""
        lines = ["customer,technician,reported,arrived,completed,score,answered"]
        for n, score in enumerate((*self.SCORES, *[None] * 93)):
            day = 1 + n % 28
            answer = f"{score},2026-10-{day + 2:02} 09:00" if score else ","
            name, times = ("Li", "Wang", "Zhao")[n % 3], (f"2026-10-{day:02} {h}:00" for h in ("08", "10", "12"))
            lines.append(f"c{n % 50},{name},{','.join(times)},{answer}")
        (tmp_path / "jobs.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (tmp_path / "map.toml").write_text(self.MAP, encoding="utf-8")
        desk.do("import", str(tmp_path / "jobs.csv"), "--map", str(tmp_path / "map.toml"))
        return desk

    def test_the_vector_74_of_107(self, surveyed: Desk) -> None:
        row = figures(surveyed, "--month", "2026-10")[K1]
        assert counts(row) == (74, 107, 0, 93)
        assert row["rate"] == pytest.approx(74 / 107, abs=1e-4)
        assert (round(row["low"] * 100, 1), round(row["high"] * 100, 1)) == (59.9, 77.1)

    def test_the_200_completed_are_all_in_the_cohort_whatever_they_said(self, surveyed: Desk) -> None:
        rows = surveyed.do("kpi", "rows", K1, "--month", "2026-10")
        assert Counter(row["verdict"] for row in rows) == {"hit": 74, "miss": 33, "excluded": 93}
        assert {row["reason"] for row in rows if row["verdict"] == "excluded"} == {"no_answer"}

    def test_the_screen_shows_the_percentage_without_an_interval_from_a_hundred_on(self, surveyed: Desk) -> None:
        screen = surveyed.run("kpi", "report", "--month", "2026-10", "--only", K1, "--format", "table").out
        assert "69.2 %" in screen
        assert "59.9" not in screen

    def test_the_silent_are_pending_until_the_fourteenth_day_and_excluded_after(self, staffed: Desk) -> None:
        repaired(staffed, "2026-10-01 09:00", "2026-10-01 17:00")
        last = figures(staffed, "--month", "2026-10", "--as-of", "2026-10-15 23:59:59")[K1]
        after = figures(staffed, "--month", "2026-10", "--as-of", "2026-10-16 00:00:00")[K1]
        assert (counts(last), counts(after)) == ((0, 0, 1, 0), (0, 0, 0, 1))

    @pytest.mark.parametrize(
        ("answered", "expected"), [("10-15 23:59:59", (1, 1, 0, 0)), ("10-16 00:00", (0, 0, 0, 1))]
    )
    def test_an_answer_counts_until_the_fourteenth_day(
        self, staffed: Desk, answered: str, expected: tuple[int, int, int, int]
    ) -> None:
        ticket = repaired(staffed, "2026-10-01 09:00", "2026-10-01 17:00")
        staffed.do("survey", "record", f"T{ticket}", "5", now=f"2026-{answered}")
        assert counts(figures(staffed, "--month", "2026-10")[K1]) == expected

    def test_the_first_answer_counts_for_ever_and_the_next_one_when_it_was_voided(self, staffed: Desk) -> None:
        ticket = repaired(staffed, "2026-10-01 09:00", "2026-10-01 17:00", score=2)
        staffed.do("survey", "record", f"T{ticket}", "5", now="2026-10-03 10:00")
        before = figures(staffed, "--month", "2026-10")[K1]
        staffed.do("ticket", "void", f"T{ticket}", "--event", "4", "--reason", "wrong ticket", now="2026-11-20 10:00")
        after = figures(staffed, "--month", "2026-10")[K1]
        as_of_then = figures(staffed, "--month", "2026-10", "--as-of", "2026-11-20 09:59")[K1]
        assert [counts(row)[:2] for row in (before, after, as_of_then)] == [(0, 1), (1, 1), (0, 1)]

    def test_ratings_beside_unrated_ones(self, staffed: Desk) -> None:
        """peers.md 70: 5, 3, 1 and two silent ones are three answers."""
        for day, score in enumerate((5, 3, 1, None, None), start=1):
            repaired(staffed, f"2026-10-0{day} 09:00", f"2026-10-0{day} 17:00", score=score)
        assert counts(figures(staffed, "--month", "2026-10")[K1]) == (1, 3, 0, 2)

    def test_wider_and_wider_periods_back_from_an_anchor(self, staffed: Desk) -> None:
        """peers.md 71, anchor 2026-11-21: jobs of today, 10, 40 and 100 days ago, answered at once."""
        for day, score in (("08-13", 2), ("10-12", 3), ("11-11", 4), ("11-21", 5)):
            repaired(staffed, f"2026-{day} 09:00", f"2026-{day} 17:00", score=score)
        firsts = ("2026-11-15", "2026-10-23", "2026-08-24", "2026-01-01")
        found = [counts(figures(staffed, "--from", first, "--to", "2026-11-21")[K1])[:2] for first in firsts]
        assert found == [(1, 1), (2, 2), (2, 3), (2, 4)]

    def test_no_rating_is_no_data_and_one_of_five_is_all(self, staffed: Desk) -> None:
        """peers.md 72."""
        ticket = repaired(staffed, "2026-11-20 09:00", "2026-11-20 17:00")
        nobody = figures(staffed, "--month", "2026-11")[K1]
        screen = staffed.run("kpi", "report", "--month", "2026-11", "--only", K1, "--format", "table").out
        staffed.do("survey", "record", f"T{ticket}", "5")
        somebody = figures(staffed, "--month", "2026-11")[K1]
        assert [nobody[key] for key in ("rate", "low", "high", "total")] == [None, None, None, 0]
        assert "–" in screen
        assert "%" not in screen.replace("95 %", "")
        assert (somebody["rate"], somebody["total"]) == (1.0, 1)


class TestRepeats:
    """K4."""

    def test_the_vector_4_of_9(self, repeats: tuple[Desk, dict[int, str]]) -> None:
        row = figures(repeats[0], "--month", "2026-10", *AS_OF_REPEATS)[K4]
        assert counts(row) == (4, 9, 0, 1)
        assert row["rate"] == pytest.approx(4 / 9, abs=1e-4)

    def test_every_repair_has_its_verdict(self, repeats: tuple[Desk, dict[int, str]]) -> None:
        desk, names = repeats
        found = verdicts(desk, K4, "--month", "2026-10", *AS_OF_REPEATS, names=names)
        hits, misses = {"R01", "R02", "R04", "R11"}, {"R06", "R08", "R12", "R13", "R14"}
        assert found == {**dict.fromkeys(hits, "hit"), **dict.fromkeys(misses, "miss"), "R15": "excluded"}

    def test_a_repair_without_a_machine_is_unmatched(self, repeats: tuple[Desk, dict[int, str]]) -> None:
        desk, names = repeats
        rows = desk.do("kpi", "rows", K4, "--month", "2026-10", *AS_OF_REPEATS)
        assert {names[row["ticket_id"]]: row["reason"] for row in rows if row["verdict"] == "excluded"} == {
            "R15": "no_appliance"
        }

    def test_the_repairs_of_november_are_pending(self, repeats: tuple[Desk, dict[int, str]]) -> None:
        desk, names = repeats
        found = verdicts(desk, K4, "--month", "2026-11", *AS_OF_REPEATS, names=names)
        assert found == dict.fromkeys(("R03", "R05", "R07"), "pending")
        assert counts(figures(desk, "--month", "2026-11", *AS_OF_REPEATS)[K4]) == (0, 0, 3, 0)

    def test_the_first_repairs_technician_is_charged(self, repeats: tuple[Desk, dict[int, str]]) -> None:
        rows = repeats[0].do("kpi", "report", "--month", "2026-10", "--only", K4, "--by", "technician", *AS_OF_REPEATS)
        found = {row["group"]: counts(row) for row in rows}
        # R15 was excluded: it belongs to whoever was assigned.
        assert found == {"Li": (2, 5, 0, 0), "Wang": (2, 3, 0, 0), "Zhao": (0, 1, 0, 1)}

    def test_october_is_final_on_the_first_of_december(self, staffed: Desk) -> None:
        staffed.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2020-01-02 09:00")
        ticket = opened(staffed, "2026-10-31 09:00", "--appliance", "A1")
        staffed.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now="2026-10-31 17:00")
        now = "2026-12-02 12:00"
        last = figures(staffed, "--month", "2026-10", "--as-of", "2026-11-30 23:59:59", now=now)[K4]
        final = figures(staffed, "--month", "2026-10", "--as-of", "2026-12-01 00:00", now=now)[K4]
        assert (counts(last), counts(final)) == ((0, 0, 1, 0), (0, 1, 0, 0))

    def test_fewer_than_ten_are_shown_without_a_percentage(self, repeats: tuple[Desk, dict[int, str]]) -> None:
        words = ("--month", "2026-10", "--only", K4, *AS_OF_REPEATS, "--format", "table")
        screen = repeats[0].run("kpi", "report", *words).out
        assert "44.4" not in screen
        assert "4/9" in screen.replace(" ", "")


class TestArrivals:
    """K6."""

    PERIOD = ("--month", "2026-11", *AS_OF_ARRIVALS)

    def test_the_vector_6_of_13_and_4_of_14(self, arrivals: tuple[Desk, dict[int, str]]) -> None:
        found = figures(arrivals[0], *self.PERIOD)
        assert counts(found[K6]) == (6, 13, 3, 3)
        assert counts(found[K6_STRICT]) == (4, 14, 2, 3)
        assert found[K6]["rate"] == pytest.approx(6 / 13, abs=1e-4)
        assert found[K6_STRICT]["rate"] == pytest.approx(4 / 14, abs=1e-4)

    def test_every_ticket_has_its_verdict(self, arrivals: tuple[Desk, dict[int, str]]) -> None:
        desk, names = arrivals
        headline = verdicts(desk, K6, *self.PERIOD, names=names)
        strict = verdicts(desk, K6_STRICT, *self.PERIOD, names=names)
        assert {name: (headline[name], strict[name]) for name in headline} == ARRIVED
        assert strict.keys() == headline.keys()

    def test_the_excluded_ones_say_why(self, arrivals: tuple[Desk, dict[int, str]]) -> None:
        desk, names = arrivals
        rows = desk.do("kpi", "rows", K6, *self.PERIOD)
        found = {names[row["ticket_id"]]: row["reason"] for row in rows if row["verdict"] == "excluded"}
        assert found == {"T07": "cancelled_by_customer", "T12": "remote", "T15": "duplicate"}

    def test_a_ticket_belongs_to_the_month_of_its_report(self, arrivals: tuple[Desk, dict[int, str]]) -> None:
        desk, names = arrivals
        october = ("--month", "2026-10", *AS_OF_ARRIVALS)
        assert verdicts(desk, K6, *october, names=names) == {"T17": "hit"}
        assert verdicts(desk, K6_STRICT, *october, names=names) == {"T17": "hit"}

    def test_from_ten_on_the_screen_shows_percentage_and_interval(self, arrivals: tuple[Desk, dict[int, str]]) -> None:
        screen = arrivals[0].run("kpi", "report", *self.PERIOD, "--format", "table").out
        low, high = wilson(6, 13)
        assert "46.2 %" in screen
        assert f"{low * 100:.1f}" in screen
        assert f"{high * 100:.1f}" in screen
        assert "6/13" in screen.replace(" ", "")

    def test_the_deadline_itself_is_the_end_of_pending(self, staffed: Desk) -> None:
        opened(staffed, "2026-11-02 09:00", "--customer", "C1")
        before = figures(staffed, "--month", "2026-11", "--as-of", "2026-11-03 08:59:59")[K6]
        after = figures(staffed, "--month", "2026-11", "--as-of", "2026-11-03 09:00:00")[K6]
        assert (counts(before), counts(after)) == ((0, 0, 1, 0), (0, 1, 0, 0))

    def test_a_miss_belongs_to_who_was_assigned_at_the_deadline(self, staffed: Desk) -> None:
        first, second = (opened(staffed, "2026-11-02 09:00", "--customer", "C1") for _ in range(2))
        staffed.do("ticket", "assign", f"T{first}", "--to", "Li", now="2026-11-03 09:00")
        for ticket in (first, second):
            staffed.do("ticket", "assign", f"T{ticket}", "--to", "Wang", now="2026-11-03 09:00:01")
        rows = staffed.do("kpi", "rows", K6, "--month", "2026-11")
        assert {row["ticket_id"]: row["technician"] for row in rows} == {first: "Li", second: "(dispatch)"}

    def test_a_hit_belongs_to_who_came_first(self, staffed: Desk) -> None:
        ticket = opened(staffed, "2026-11-02 09:00", "--customer", "C1")
        staffed.do("ticket", "assign", f"T{ticket}", "--to", "Li", now="2026-11-02 09:10")
        staffed.do("ticket", "arrive", f"T{ticket}", "--technician", "Wang", "--no-access", now="2026-11-02 12:00")
        staffed.do("ticket", "arrive", f"T{ticket}", now="2026-11-02 15:00")
        (row,) = staffed.do("kpi", "rows", K6, "--month", "2026-11")
        assert (row["verdict"], row["technician"]) == ("hit", "Wang")

    @pytest.mark.parametrize(
        ("at", "words", "expected"),
        [
            ("11-03 09:00:00", "cancel --reason no_contact --by customer", ("excluded", "cancelled_by_customer")),
            ("11-03 09:00:01", "cancel --reason no_contact --by customer", ("miss", None)),
            ("11-03 09:00:00", "cancel --reason out_of_area --by outlet", ("excluded", "out_of_area")),
            ("11-03 09:00:01", "cancel --reason out_of_area --by outlet", ("miss", None)),
            ("11-02 10:00:00", "cancel --reason no_contact --by outlet", ("miss", None)),
            ("11-05 10:00:00", "cancel --reason entry_error --by outlet", ("excluded", "entry_error")),
            ("11-03 09:00:00", "complete --outcome resolved_remotely", ("excluded", "remote")),
            ("11-03 09:00:01", "complete --outcome resolved_remotely", ("miss", None)),
            ("11-02 10:00:00", "complete --outcome fixed", ("miss", None)),
        ],
    )
    def test_a_ticket_that_ends_without_an_arrival(
        self, staffed: Desk, at: str, words: str, expected: tuple[str, str | None]
    ) -> None:
        verb, *rest = words.split()
        ticket = opened(staffed, "2026-11-02 09:00", "--customer", "C1")
        staffed.do("ticket", verb, f"T{ticket}", *rest, now=f"2026-{at}")
        (row,) = staffed.do("kpi", "rows", K6, "--month", "2026-11")
        assert (row["verdict"], row["reason"] if row["verdict"] == "excluded" else None) == expected

    def test_an_earlier_duplicate_gives_the_survivor_its_report(self, staffed: Desk) -> None:
        """C7: the survivor inherits the earliest report, here of October, from when that was recorded."""
        early = opened(staffed, "2026-10-31 23:00", "--customer", "C1")
        late = opened(staffed, "2026-11-01 10:00", "--customer", "C1")
        staffed.do("ticket", "arrive", f"T{late}", now="2026-11-01 23:30")
        words = ("--reason", "duplicate", "--duplicate-of", f"T{late}", "--by", "outlet")
        staffed.do("ticket", "cancel", f"T{early}", *words, now="2026-11-04 10:00")
        november = ("--month", "2026-11", "--as-of")
        assert counts(figures(staffed, *november, "2026-11-04 09:59")[K6]) == (1, 1, 0, 0)
        assert counts(figures(staffed, *november, "2026-11-04 10:00")[K6]) == (0, 0, 0, 0)
        assert counts(figures(staffed, "--month", "2026-10")[K6]) == (0, 1, 0, 1)


class TestEveryFigure:
    """C3, C10, the periods, the groups."""

    @pytest.mark.parametrize(
        ("hits", "total", "expected"),
        [
            (9, 10, (59.6, 98.2)), (18, 20, (69.9, 97.2)), (27, 30, (74.4, 96.5)), (90, 100, (82.6, 94.5)),
            (5, 5, (56.6, 100.0)), (0, 7, (0.0, 35.4)), (450, 500, (87.1, 92.3)), (74, 107, (59.9, 77.1)),
        ],
    )  # fmt: skip
    def test_the_wilson_interval(self, hits: int, total: int, expected: tuple[float, float]) -> None:
        low, high = wilson(hits, total)
        assert (round(low * 100, 1), round(high * 100, 1)) == expected

    @pytest.mark.parametrize("by", GROUPS)
    @pytest.mark.parametrize("month", ["2026-10", "2026-11"])
    def test_the_parts_sum_to_the_whole(
        self, repeats: tuple[Desk, dict[int, str]], arrivals: tuple[Desk, dict[int, str]], by: str, month: str
    ) -> None:
        for desk in (repeats[0], arrivals[0]):
            parts = desk.do("kpi", "report", "--month", month, "--by", by)
            for kpi, whole in figures(desk, "--month", month).items():
                of_kpi = [counts(row) for row in parts if row["kpi"] == kpi]
                assert tuple(map(sum, zip(*of_kpi, strict=True))) == (counts(whole) if of_kpi else ()), (kpi, by)
                assert of_kpi or counts(whole) == (0, 0, 0, 0)

    @pytest.mark.parametrize("kpi", KPIS)
    def test_the_counted_rows_are_the_report(
        self, repeats: tuple[Desk, dict[int, str]], arrivals: tuple[Desk, dict[int, str]], kpi: str
    ) -> None:
        for desk in (repeats[0], arrivals[0]):
            tally = Counter(row["verdict"] for row in desk.do("kpi", "rows", kpi, "--quarter", "2026-Q4"))
            found = (tally["hit"], tally["hit"] + tally["miss"], tally["pending"], tally["excluded"])
            assert found == counts(figures(desk, "--quarter", "2026-Q4")[kpi])

    def test_a_closed_ticket_that_is_edited_a_month_later_leaves_the_figures_of_then(self, staffed: Desk) -> None:
        """peers.md 73 and 77 of its feature table: everything that can be edited is, a month later."""
        staffed.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2020-01-02 09:00")
        ticket = opened(staffed, "2026-09-10 09:00", "--appliance", "A1")
        staffed.do("ticket", "assign", f"T{ticket}", "--to", "Li", now="2026-09-10 09:00")
        staffed.do("ticket", "arrive", f"T{ticket}", now="2026-09-10 12:00")
        staffed.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now="2026-09-10 13:00")
        staffed.do("survey", "record", f"T{ticket}", "5", now="2026-09-11 10:00")
        then = ("--month", "2026-09", "--by", "technician", "--by", "category", "--by", "area")
        then += ("--as-of", "2026-10-15 12:00")
        before = staffed.do("kpi", "report", *then)
        correct = ("ticket", "correct", f"T{ticket}", "--reason", "typed wrong")
        staffed.do(*correct, "--event", "5", "--at", "2026-09-12 10:00", now="2026-10-20 10:00")
        staffed.do(*correct, "--event", "4", "--technician", "Wang", now="2026-10-20 10:01")
        staffed.do(*correct, "--event", "3", "--at", "2026-09-10 12:30", "--technician", "Wang", now="2026-10-20 10:02")
        staffed.do(*correct, "--event", "1", "--at", "2026-08-31 09:00", now="2026-10-20 10:03")
        staffed.do("appliance", "edit", "A1", "--category", "washer", now="2026-10-20 10:04")
        staffed.do("customer", "edit", "C1", "--area", "South", now="2026-10-20 10:05")
        assert staffed.do("kpi", "report", *then) == before
        assert [row["group"] for row in before] == [{"technician": "Li", "category": "fridge", "area": "North"}] * 4
        assert staffed.do("kpi", "report", "--month", "2026-09", *then[2:8]) != before

    def test_the_future_is_refused(self, desk: Desk) -> None:
        desk.refused(4, "kpi", "report", "--as-of", "2026-11-21 18:00:01")
        desk.refused(4, "kpi", "rows", K1, "--as-of", "2026-11-21")

    @pytest.mark.parametrize("words", [("rows", "satisfction_rate"), ("report", "--only", "satisfction_rate")])
    def test_an_unknown_kpi_is_refused_with_the_nearest(self, desk: Desk, words: tuple[str, ...]) -> None:
        answer = desk.run("kpi", *words)
        assert answer.code != 0
        assert "satisfaction_rate" in answer.err

    def test_an_empty_period_has_a_row_for_every_kpi(self, desk: Desk) -> None:
        rows = desk.do("kpi", "report", "--month", "2026-10")
        assert [list(row.values())[1:] for row in rows] == [["2026-10", None, 0, 0, None, None, None, 0, 0]] * len(rows)
        assert [row["kpi"] for row in rows][:4] == KPIS

    def test_an_empty_cohort_is_an_empty_list(self, desk: Desk) -> None:
        """peers.md 77 of section 4.5."""
        answer = desk.run("kpi", "rows", K4, "--month", "2026-10", "--format", "json")
        assert (answer.code, answer.json) == (0, [])

    @pytest.mark.parametrize(
        ("words", "label"),
        [
            (("--month", "2026-10"), "2026-10"),
            (("--quarter", "2026-Q4"), "2026-Q4"),
            (("--from", "2026-10-01", "--to", "2026-10-31"), "2026-10-01..2026-10-31"),
            ((), "2026-10"),
        ],
    )
    def test_every_row_names_its_period(self, desk: Desk, words: tuple[str, ...], label: str) -> None:
        assert {row["period"] for row in desk.do("kpi", "report", *words)} == {label}

    def test_every_month_of_a_range_has_its_row(self, repeats: tuple[Desk, dict[int, str]]) -> None:
        rows = repeats[0].do(
            "kpi", "report", "--from", "2026-08-15", "--to", "2026-11-21", "--by", "month", "--only", K4
        )
        assert {row["period"]: counts(row)[1] for row in rows} == {
            "2026-08": 0,
            "2026-09": 0,
            "2026-10": 9,
            "2026-11": 0,
        }
        assert {row["group"] for row in rows} == {None}

    def test_both_days_of_a_range_are_included(self, staffed: Desk) -> None:
        for at in ("10-01 00:00", "10-31 23:59:59", "11-01 00:00"):
            opened(staffed, f"2026-{at}", "--customer", "C1")
        assert figures(staffed, "--from", "2026-10-01", "--to", "2026-10-31")[K6]["total"] == 2

    def test_summer_time_gives_a_day_of_25_hours_but_a_deadline_of_24(self, make: Callable[..., Desk]) -> None:
        """C4: hours compare instants. In New York the clock went back on 1 November 2026."""
        desk = make("ny.db", "--zone", "America/New_York")
        desk.do("customer", "add", "Ann", "--phone", "2125550100", now="2020-01-02 09:00")
        ticket = opened(desk, "2026-10-31 12:00", "--customer", "C1")
        desk.do("ticket", "arrive", f"T{ticket}", now="2026-11-01 11:00:01")
        (row,) = desk.do("kpi", "rows", K6, "--month", "2026-10")
        assert row["verdict"] == "miss"

    def test_explain_names_every_kpi(self, desk: Desk) -> None:
        text = desk.run("kpi", "explain").out
        assert all(kpi in text for kpi in KPIS)
        assert K4 in desk.run("kpi", "explain", K4).out
