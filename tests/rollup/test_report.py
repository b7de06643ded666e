"""`rollup report` and `rollup rows`: the brand is the sum of its outlets, and each outlet is what it says of itself."""

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb")

from servicedesk.base import periods
from servicedesk.base.width import cells
from servicedesk.file.opening import open_outlet
from servicedesk.kpis import count
from servicedesk.kpis.definitions.registry import KPIS
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.rollup.figures import judge, tallies
from servicedesk.rollup.figures.report import outside_limits
from tests.cli.test_screens import LATIN, LETTERS, answer, careful, lines_of  # noqa: F401  careful: a fixture
from tests.conftest import Desk
from tests.rollup.conftest import Brand, Shares


@pytest.fixture
def brand(made_brand: Brand, tmp_path: Path) -> Brand:
    """A copy of the brand whose catalogue a test may spoil, without what other tests had counted in it."""
    bare = shutil.ignore_patterns("tallies")
    place = shutil.copytree(made_brand.catalogue, tmp_path / "catalogue", ignore=bare)
    return made_brand._replace(catalogue=Path(place))


def test_every_figure_of_the_brand_is_the_sum_of_what_the_outlets_say_as_of_the_oldest_share(brand: Brand) -> None:
    own: dict[Any, Any] = {}
    tallies = {kpi.key: count.Tally() for kpi in KPIS}
    for desk in brand.outlets:
        with closing(open_outlet(desk.path)) as db:
            name, as_of = db.outlet.name, brand.as_of.astimezone(db.outlet.zone)
            with facts_as_of(db, as_of):
                for kpi in KPIS:
                    for tally in count.count_verdicts(db, kpi, periods.month(brand.month), []).values():
                        tallies[kpi.key].update(tally)
        told = desk.do("kpi", "report", "--month", brand.month, "--as-of", as_of.isoformat(), now="2027-12-01 08:00")
        own |= {(row["kpi"], name): row for row in told}

    rows = brand.rows("--all")

    same = ("hits", "total", "rate", "low", "high", "value", "n", "pending", "excluded")
    for row in rows:
        outlet = own.get((row["kpi"], row["name"]), {})
        assert (
            row["name"] is None
            or not outlet
            or {key: row[key] for key in same} == {key: outlet.get(key) for key in same}
        )
    of_brand = {row["kpi"]: row for row in rows if row["name"] is None}
    assert of_brand.keys() == tallies.keys()
    for kpi in KPIS:
        parts = count.parts(tallies[kpi.key])
        value = of_brand[kpi.key]["rate"] if kpi.is_rate else of_brand[kpi.key]["value"]
        assert value == pytest.approx(kpi.measure(parts) if kpi.floor <= len(parts) else value), kpi.key


def test_months_and_categories_are_the_brand_divided(brand: Brand) -> None:
    all_of_it = brand.rows("--only", "satisfaction_rate")[0]

    categories = brand.rows("--only", "satisfaction_rate", "--by", "category")[1:]
    months = brand.rows("--only", "satisfaction_rate", "--by", "month")

    assert sum(row["total"] for row in categories) == all_of_it["total"]
    assert [row["period"] for row in months][-2:] == [f"{brand.month[:5]}10", brand.month]
    assert {key: months[-1][key] for key in ("hits", "total")} == {key: all_of_it[key] for key in ("hits", "total")}


def test_what_was_judged_once_is_kept(brand: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[tuple[str, list[str]]] = []
    judge_share = judge.judge_share

    def judge_and_note(engine: Any, share: Any, kpis: Any, *rest: Any, **more: Any) -> None:
        judged.append((share.outlet, sorted(kpi.key for kpi in kpis)))
        judge_share(engine, share, kpis, *rest, **more)

    monkeypatch.setattr(tallies, "judge_share", judge_and_note)
    first = brand.rows("--only", "satisfaction_rate")
    assert sorted(judged) == [(name, ["response_rate", "satisfaction_rate"]) for name in ("Harbour", "南坪 Star")]
    judged.clear()

    assert brand.rows("--only", "satisfaction_rate") == first
    assert judged == []
    brand.rows("--only", "repeat_repair_rate")
    assert [keys for _, keys in judged] == [["repeat_repair_rate"]] * 2
    shutil.rmtree(brand.catalogue / "tallies")
    assert brand.rows("--only", "satisfaction_rate") == first


def test_rows_are_the_tickets_behind_an_outlets_figure(brand: Brand) -> None:
    words = ("repeat_repair_rate", "--month", brand.month, "--format", "json")
    as_of = brand.as_of.isoformat()

    rows = brand.rollup("rows", *words, "--outlet", "Harbour").json

    own = brand.outlets[1].do("kpi", "rows", *words[:3], "--as-of", as_of, now="2027-12-01 08:00")
    same = ("ticket_id", "period", "category", "type", "verdict", "reason", "counted_on")
    assert rows
    assert [[row[key] for key in same] for row in rows] == [[row[key] for key in same] for row in own]


def test_an_outlet_without_a_share_that_reaches_the_instant_is_named_and_not_counted(shares: Shares) -> None:
    office = Desk(shares.key.parent / "no.db")
    catalogue = ("--catalogue", str(shares.key.parent / "catalogue"))
    shutil.rmtree(shares.second)
    shutil.rmtree(shares.third)
    assert office.run("rollup", "take", str(shares.first.parents[1]), *catalogue).code == 0

    words = ("rollup", "report", "--month", "2026-10", "--only", "repeat_repair_rate", "--format", "table", *catalogue)
    of_oldest, later = office.run(*words).out.splitlines(), office.run(*words, "--as-of", "2026-10-09 12:00").out

    assert of_oldest[:2] == [
        "2026-10: 2 outlets, as of 2026-10-02 20:00 +08:00: the oldest share counted",
        "behind the newest share by more than 7 days: Nanping (2026-10-02 20:00 +08:00)",
    ]
    assert later.splitlines()[:2] == [
        "2026-10: 1 outlet, as of 2026-10-09 12:00 -04:00",
        "not counted, their shares are older: Nanping (2026-10-02 20:00 +08:00)",
    ]


def test_what_was_merged_undone_or_voided_counts_as_at_the_outlet(shares: Shares) -> None:
    desk, office = shares.nanping, Desk(shares.key.parent / "no.db")
    do = desk.do
    do("customer", "add", "王方", "--phone", "13900139000", now="2026-10-11 09:00")
    do("ticket", "open", "--customer", "C2", "漏水", "--fault", "leak", now="2026-10-11 09:00")
    do("customer", "merge", "C1", "C2", now="2026-10-11 10:00")
    do("ticket", "assign", "T3", "--to", "Li", now="2026-10-11 10:00")
    do("ticket", "arrive", "T3", now="2026-10-11 11:00")
    do("ticket", "complete", "T3", "--outcome", "fixed", now="2026-10-11 12:00")
    do("undo", now="2026-10-11 13:00")
    do("ticket", "void", "T3", "--event", "3", "--reason", "typed twice", now="2026-10-11 13:00")
    do("share", str(shares.first.parents[1]), "--key", str(shares.key), now="2026-10-11 20:00")
    catalogue = ("--catalogue", str(shares.key.parent / "catalogue"))
    assert office.run("rollup", "take", str(shares.first.parents[1]), *catalogue).code == 0

    report = ("--month", "2026-10", "--as-of", "2026-10-11T09:00:00+08:00", "--format", "json")
    rows = office.run("rollup", "report", *report, *catalogue).json

    own = {row["kpi"]: row for row in desk.do("kpi", "report", *report[:4], now="2026-10-12 08:00")}
    ours = [row for row in rows if row["name"] == "Nanping"]
    same = ("hits", "total", "pending", "excluded")
    assert [[row[key] for key in same] for row in ours] == [[own[row["kpi"]][key] for key in same] for row in ours]


def test_an_outlet_is_outside_the_limits_where_chance_puts_one_of_a_thousand() -> None:
    assert outside_limits(90, 100, 0.95) == "inside"
    assert outside_limits(86, 100, 0.95) == "below"
    assert outside_limits(0, 2, 0.9) == "inside"
    assert outside_limits(0, 4, 0.9) == "below"
    assert outside_limits(5, 10, 0.05) == "above"
    assert outside_limits(3, 3, 1.0) == "inside"


@pytest.mark.parametrize(
    ("code", "words", "why"),
    [
        (3, ("report", "--catalogue", "nowhere"), "there is no catalogue in nowhere"),
        (3, ("rows", "satisfaction_rate", "--outlet", "Rome"), "there is no outlet 'Rome' in the catalogue"),
        (4, ("rows", "satisfaction_rate", "--outlet", "ar"), "several outlets are called 'ar'"),
        (3, ("report", "--only", "nothing"), "there is no KPI 'nothing'"),
        (2, ("report", "--month", "2026-13"), "'2026-13' is not a month"),
        (4, ("report", "--month", "2030-01"), "the oldest share, of 南坪 Star, is as of"),
        (4, ("report", "--as-of", "2030-01-01 08:00"), "no share reaches 2030-01-01 08:00 -05:00: the newest, of"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_a_sentence(
    brand: Brand, code: int, words: tuple[str, ...], why: str
) -> None:
    catalogue = () if "--catalogue" in words else ("--catalogue", str(brand.catalogue))

    assert Desk(brand.catalogue).refused(code, "rollup", *words, *catalogue).startswith(f"error: {why}")


def test_where_outlets_stand_in_several_zones_the_instant_has_its_offset(made_brand: Brand) -> None:
    answer = made_brand.rollup("report", "--month", made_brand.month, "--format", "table")

    assert answer.out.splitlines()[0] == ("2026-11: 2 outlets, as of 2027-05-08 12:00 +08:00: the oldest share counted")


def test_a_list_is_written_without_any_file_of_an_outlet(made_brand: Brand, tmp_path: Path) -> None:
    answer = made_brand.rollup("report", "--month", made_brand.month, "--output", str(tmp_path / "{month}.csv"))

    written = (tmp_path / "2026-11.csv").read_text(encoding="utf-8-sig")
    assert (answer.code, answer.err) == (0, "")
    assert written.startswith("kpi,period,outlet,name,category,hits,total,")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "words",
    ["report", "report --by month", "report --by category", "rows satisfaction_rate --outlet Harbour", "repeats"],
)
@pytest.mark.usefixtures("careful")
def test_every_screen_fits_and_speaks_one_language(
    made_brand: Brand, monkeypatch: pytest.MonkeyPatch, words: str, language: str
) -> None:
    more = f"--month {made_brand.month} --catalogue {made_brand.catalogue}"
    table = answer(Desk(made_brand.catalogue.parent / "no.db"), monkeypatch, f"rollup {words} {more}", language)

    for width in (80, 100, 120):
        assert max(map(cells, lines_of(table, width))) <= width
    if language == "zh":
        told = LATIN.sub("", "\n".join(lines_of(table, None)))
        assert set(LETTERS.findall(told)) <= {"Star", "Harbour", "share"}  # the command


def test_a_file_of_a_share_that_cannot_be_read_is_named(brand: Brand) -> None:
    path = sorted(brand.catalogue.rglob("ticket_fact.parquet"))[0]
    path.write_bytes(path.read_bytes()[:100])

    assert str(path) in Desk(brand.catalogue).refused(5, "rollup", "report", "--catalogue", str(brand.catalogue))
