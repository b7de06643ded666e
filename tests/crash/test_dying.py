"""Commands that are killed at each step of their work: the file is as before or as after, and can be used at once."""

import json

import pytest

from tests.crash import states
from tests.crash.deeds import NOW
from tests.crash.dying import count_steps, run_and_die
from tests.crash.running import program, run
from tests.crash.states import Place
from tests.wild.running import content

KINDS = ("complete",)  # the slow tests try all, at more steps
MORE_WORDS: dict[str, tuple[str, ...]] = {
    "open": ("ticket", "open", "--customer", "C1", "--no-appliance", "no heat"),
    "complete": ("ticket", "complete", "T{newest}", "--outcome", "referred"),
    "add": ("customer", "add", "赵敏", "--phone", "13900139011", "--tier", "vip"),
    "generate": ("maintenance", "generate", "--until", "+300d"),
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Place]:
    folder = tmp_path_factory.mktemp("dying")
    before = states.stock(folder, tickets=300)
    newest = json.loads(run(program(before["undo"] / "outlet.db", "ticket", "list", "--limit", "1", now=NOW)).out)[0][
        "id"
    ]
    found = {}
    for kind, words in (states.WORDS | MORE_WORDS).items():
        laid = before.get(kind, before["undo"])
        found[kind] = Place(kind, folder / f"{kind}-dying", laid, tuple(word.format(newest=newest) for word in words))
        (folder / f"{kind}-dying").mkdir()
    return found


def chosen(steps: int, count: int) -> list[int]:
    """The first step, the last one, and others evenly between them."""
    return sorted({1 + round(n * (steps - 1) / (count - 1)) for n in range(count)})


def killed_at_steps(place: Place, count: int) -> None:
    place.laid_out()
    before = content(place.file)
    steps = count_steps(place.command())
    place.states = before, content(place.file)
    for step in chosen(steps, count):
        place.laid_out()
        died = run_and_die(place.command(), step)
        assert died.returncode == -9, (step, died.stderr)
        found = content(place.file)
        assert found in place.states, f"half done after {step} steps"
        assert not died.stdout or found == place.states[1], f"answered, and lost after {step} steps"
        assert place.left_over() == [], step
        if place.kind not in {"undo", "redo", "open"} or found == place.states[0]:
            again = run(place.command())
            assert (again.code, content(place.file)) == (0, place.states[1]), again.err


@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_a_step_it_did_all_or_nothing(places: dict[str, Place], kind: str) -> None:
    killed_at_steps(places[kind], 2)


@pytest.mark.slow
@pytest.mark.parametrize("kind", states.WORDS | MORE_WORDS)
def test_killed_at_many_steps_it_did_all_or_nothing(places: dict[str, Place], kind: str) -> None:
    killed_at_steps(places[kind], 4)


def test_after_the_kills_check_finds_nothing(places: dict[str, Place]) -> None:
    place = places["complete"]
    place.laid_out()
    run_and_die(place.command(), 3)
    assert run(program(place.file, "check", now=NOW)).code == 0
