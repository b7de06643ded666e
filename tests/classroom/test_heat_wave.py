"""E10, the heat wave council: its marks, what its traps cost, and the figures that version 1 simulates for ever."""

from contextlib import closing
from pathlib import Path
from statistics import mean

import pytest

from servicedesk.classroom.exercises import heat_wave
from servicedesk.classroom.exercises.heat_wave import july, task, views
from servicedesk.classroom.exercises.heat_wave.july import MEAN, July, Skill
from servicedesk.classroom.registry import get_exercise
from servicedesk.demo.work.options import CHOICES, Option
from servicedesk.storage.database import Database
from tests.classroom.students import FEW, SEEDS, Marked, digest, mark, pristine, variant
from tests.conftest import Desk

E10 = get_exercise("E10")
# Option and summer: July's arrivals in time of all, those of the strict rate; utilisation with and without a
# certificate, and the mean.
FROZEN = """
none 1 298/698 259/698 102.5 56.9 79.6
none 2 381/702 346/702 102.9 54.2 78.4
none 3 298/700 264/700 101.1 52.0 76.4
none 4 281/755 246/756 103.1 57.9 80.3
none 5 343/763 307/764 102.5 61.1 81.7
none 6 248/773 220/774 103.0 56.8 79.7
seventh 1 298/696 257/696 102.3 42.7 68.1
seventh 2 381/701 345/701 102.2 41.3 67.3
seventh 3 296/698 261/698 100.6 39.4 65.5
seventh 4 282/756 248/757 102.6 44.0 69.0
seventh 5 349/761 314/762 102.6 46.4 70.4
seventh 6 264/773 234/774 103.6 42.7 68.7
course 1 684/704 582/704 96.6 62.8 85.1
course 2 573/707 513/707 95.0 64.2 84.5
course 3 649/706 565/706 92.9 60.4 81.8
course 4 713/761 629/762 98.1 68.7 88.1
course 5 652/770 564/771 99.2 73.1 90.3
course 6 426/782 367/783 101.9 79.4 94.3
evening 1 565/700 484/700 98.3 45.6 71.8
evening 2 465/698 422/698 96.3 44.3 70.1
evening 3 537/701 466/701 95.9 42.2 68.8
evening 4 591/756 522/757 102.0 47.3 74.5
evening 5 486/762 421/763 100.7 51.0 75.7
evening 6 321/774 282/775 102.9 48.1 75.4
april 1 497/610 427/610 98.8 52.2 75.3
april 2 406/629 367/629 99.1 51.6 75.2
april 3 509/628 440/628 96.7 49.8 73.1
april 4 449/676 389/677 103.4 55.4 79.3
april 5 389/698 342/699 101.3 60.2 80.6
april 6 302/669 266/670 101.8 56.8 79.2
"""


def frozen_july(line: str) -> July:
    """July as version 1 simulates it. By category nothing is marked."""
    option, summer, arrivals, strict, *used = line.split()
    hits, total, strict_hits, strict_total = map(int, f"{arrivals}/{strict}".split("/"))
    hours = {skill: (float(percent), 100.0) for skill, percent in zip((*Skill, MEAN), used, strict=True)}
    return July(Option(option), int(summer), (hits, total), (strict_hits, strict_total), {}, hours, {})


RUNS = {(one.option, one.summer): one for one in map(frozen_july, FROZEN.strip().splitlines())}


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks come of the frozen figures: the simulation of 24 runs takes ten seconds."""
    monkeypatch.setattr(heat_wave, "simulate", lambda option, summer: RUNS[option, summer])


def summers_of(seed: str) -> list[int]:
    return [paper["summer"] for paper in task.draw_papers(variant(E10, seed))]


def hold(folder: Path, seed: str) -> None:
    with closing(pristine(folder, E10, seed)) as given:
        right, idle = mark(folder, "E10", seed, given=given), mark(folder, "E10", seed, answers={}, given=given)
        trapped = mark(folder, "E10", seed, choose_by_mean_utilisation, given=given)
    assert (right.total, right.lost, right.slips) == (100, {}, set())
    assert (idle.total, idle.slips) == (0, set())
    assert (trapped.total, trapped.lost, trapped.slips) == (70, {"choice": 30}, {"mean_utilisation"})


def choose_by_mean_utilisation(db: Database, texts: dict[str, str]) -> None:
    """Propose the option with the least, and forecast what it gives."""
    summers = task.list_summers(db)
    least = min(CHOICES, key=lambda option: mean(RUNS[option, n].utilisation(MEAN) for n in summers))
    texts["choice"] = str(least)
    texts["forecast"] = f"{mean(RUNS[least, n].rate for n in summers):.0f} %"


@pytest.mark.parametrize("seed", SEEDS[:FEW])
def test_everybody_gets_what_they_earned_and_the_trap_costs_the_choice(tmp_path: Path, seed: str) -> None:
    hold(tmp_path, seed)


@pytest.mark.seeds
@pytest.mark.parametrize("seed", SEEDS[FEW:])
def test_so_it_is_for_every_student(tmp_path: Path, seed: str) -> None:
    hold(tmp_path, seed)


def with_answers(folder: Path, **answers: str) -> Marked:
    """The marks of whoever gives the key's answers but for these."""
    return mark(folder, "E10", SEEDS[0], lambda _, texts: texts.update(answers))


def test_a_figure_of_another_run_or_the_strict_one_is_named(tmp_path: Path) -> None:
    first, second, _ = summers_of(SEEDS[0])
    other, run = RUNS[Option.COURSE, second], RUNS[Option.COURSE, first]
    item = f"course.{first}"

    mixed = with_answers(tmp_path, **{item: f"{other.rate:.1f} %"})
    strict = with_answers(tmp_path, **{item: f"{run.strict[0]}/{run.strict[1]}"})

    assert (mixed.total, mixed.slips) == (97, {"other_run"})
    assert f"this is the figure of course, summer {second}" in {one.sentence for one in mixed.marks}
    assert (strict.total, strict.slips) == (97, {"strict_rate"})


def test_figures_may_be_percentages_in_any_digits(tmp_path: Path) -> None:
    first = summers_of(SEEDS[0])[0]
    rate = f"{RUNS[Option.EVENING, first].rate:.1f}".replace(".", ",")

    assert with_answers(tmp_path, **{f"evening.{first}": f"{rate} ％"}).total == 100


def test_a_forecast_is_that_of_the_own_proposal(tmp_path: Path) -> None:
    evening = [RUNS[Option.EVENING, n].rate for n in summers_of(SEEDS[0])]

    own = with_answers(tmp_path, choice="加班", forecast=f"{mean(evening):.0f} %")
    too_good = with_answers(tmp_path, choice="evening", forecast="99 %")

    assert own.lost == {"choice": 30}
    assert too_good.lost == {"choice": 30, "forecast": 4}


def test_a_second_that_is_behind_by_noise_alone_is_as_good_as_the_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = dict(zip(summers_of(SEEDS[0]), (0.97, 1.02, 0.98), strict=True))

    def runs(option: Option, summer: int) -> July:
        found = RUNS[option, summer]
        if option is not Option.EVENING:
            return found
        hits, total = RUNS[Option.COURSE, summer].arrivals
        return found._replace(arrivals=(round(hits * behind[summer]), total))

    monkeypatch.setattr(heat_wave, "simulate", runs)
    rate = mean(runs(Option.EVENING, n).rate for n in behind)

    assert with_answers(tmp_path, choice="evening", forecast=f"{rate:.0f} %").lost == {}


@pytest.mark.parametrize(
    ("argument", "points"),
    [
        ("Air conditioners are reached late, and whoever has the certificate has no time.", 30),
        ("空调和冰箱的到位率最低；持证人员利用率超过95%，其余人闲着。", 30),
        ("The mean utilisation is lowest.", 7.5),
        ("The certificate is what is missing: they are busy and the customers wait.", 22.5),
    ],
)
def test_an_argument_is_looked_through_for_what_it_names(tmp_path: Path, argument: str, points: float) -> None:
    assert with_answers(tmp_path, argument=argument).lost.get("argument", 0) == 30 - points


def test_answers_in_unforeseen_words_are_left_to_the_trainer(tmp_path: Path) -> None:
    first = summers_of(SEEDS[0])[0]
    other = with_answers(
        tmp_path, **{f"april.{first}": "rather good", "choice": "prayer", "forecast": "sunny", "argument": "I feel so."}
    )

    assert {one.item for one in other.marks if one.is_open} == {f"april.{first}", "choice", "forecast", "argument"}


@pytest.mark.parametrize("text", ["0/0", "1e999", "9" * 400, "nan %", "\x00", "I", "-"])
def test_any_answers_are_marked(tmp_path: Path, text: str) -> None:
    with closing(pristine(tmp_path, E10, SEEDS[0])) as given:
        items = [item.key for item in E10.ask(given)]
        assert mark(tmp_path, "E10", SEEDS[0], answers=dict.fromkeys(items, text), given=given).total == 0


def test_students_have_different_summers() -> None:
    assert len({tuple(summers_of(seed)) for seed in SEEDS}) >= 10


def test_version_1_gives_the_same_file_for_ever(tmp_path: Path) -> None:
    assert digest(tmp_path, "E10") == "644bce5b39487c0f"


def test_version_1_simulates_the_same_july_for_ever() -> None:
    hold_run(RUNS[Option.COURSE, 4])


@pytest.mark.seeds
def test_so_it_does_for_every_option_and_summer() -> None:
    for run in RUNS.values():
        hold_run(run)


def hold_run(run: July) -> None:
    found = july.simulate(run.option, run.summer)
    assert (found.arrivals, found.strict) == (run.arrivals, run.strict)
    for skill in run.hours:
        assert round(found.utilisation(skill), 1) == run.utilisation(skill)


def test_the_command_shows_one_option_closely(blank: Desk) -> None:
    assert (
        blank.run("exercise", "sim", "4", "course", "--format", "table").out
        == """\
July of summer 4: a certificate course for a fourth technician

24-hour arrival rate (K6): repairs reported in July
appliance               k of n           rate
─────────────────────────────────────────────
all                    713/761         93.7 %
ac                     360/396         90.9 %
washer                   95/96         99.0 %
fridge                   75/82         91.5 %
range hood               41/44         93.2 %
flat tv                  42/42        100.0 %
gas water heater         31/31        100.0 %
electric water heater    31/31        100.0 %
crt tv                   13/13        100.0 %
small                      7/7  (100.0 %) few
microwave                  8/8  (100.0 %) few
freezer                    6/7   (85.7 %) few
computer                   4/4  (100.0 %) few

Utilisation: hours on the way and at work; above 100 % is overtime
technicians         how many  hours busy of present  utilisation
────────────────────────────────────────────────────────────────
with a certificate         4              1185/1208       98.1 %
without                    2                427/621       68.7 %
mean of all                6              1611/1828       88.1 %
"""
    )
    assert not blank.path.exists()


def test_the_command_shows_all_options_side_by_side(blank: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    by_category = {"ac": (1, 4), "freezer": (1, 2), "washer": (3, 3)}
    monkeypatch.setattr(views, "simulate", lambda *of: RUNS[of]._replace(by_category=by_category))

    assert (
        blank.run("exercise", "sim", "2", "--format", "table").out
        == """\
July of summer 2
K6: repairs reached within 24 hours; beside it by kind of appliance.
Utilisation: technicians with and without a certificate, and the mean.
option        K6    K6 %      ac  fridge   others  with cert.  without    mean
──────────────────────────────────────────────────────────────────────────────
none     381/702  54.3 %  25.0 %  50.0 %  100.0 %     102.9 %   54.2 %  78.4 %
seventh  381/701  54.4 %  25.0 %  50.0 %  100.0 %     102.2 %   41.3 %  67.3 %
course   573/707  81.0 %  25.0 %  50.0 %  100.0 %      95.0 %   64.2 %  84.5 %
evening  465/698  66.6 %  25.0 %  50.0 %  100.0 %      96.3 %   44.3 %  70.1 %
april    406/629  64.5 %  25.0 %  50.0 %  100.0 %      99.1 %   51.6 %  75.2 %
"""
    )
