"""Any map over any file: never a traceback, never half of it written, and read twice nothing new."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.file.imports.maps.words import DATED, FIELDS, REQUIRED
from tests.conftest import Desk

COLUMNS = ("no", "name", "tel", "kind", "day", "done", "state", "who")
VALUES = st.sampled_from(
    ["", "1", "2", "王芳", "13800138000", "139/138", "冰箱", "fridge", "2026-10-01", "2026-10-02 09:00", "2025.3.9",
     "45725", "closed", "李强/赵敏", "无", "????", '"', '="007"', "\u200e", "5", "a\nb", "合计", "repair", "false"]
)  # fmt: skip
COLUMN = st.sampled_from([*COLUMNS * 4, "{name}/{no}", "{#}", "{day} {no}", "nobody"])
TEXTS = st.lists(st.sampled_from(["无", "????", "closed", "1", "", "合计", "/"]), max_size=2)
CODES = st.dictionaries(
    st.sampled_from(["closed", "冰箱", "1", "", "王"]),
    st.sampled_from(["fixed", "fridge", "", "1", "repair"]),
    max_size=3,
)
FORMS = st.lists(st.sampled_from(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y.%m.%d", "%Y", "excel", "%H", "%Q"]), max_size=3)


SECTIONS = (("customer",), ("customer", "appliance"), ("ticket",), ("customer", "ticket"), ("ticket", "visit"),
            ("customer", "appliance", "ticket", "survey"), ("survey",))  # fmt: skip
# What a field is mostly made of, so that most maps can be read.
LIKELY = {"ref": "no", "name": "name", "phone": "tel", "category": "kind", "reported_at": "day", "technician": "who"}


@st.composite
def fields(draw: st.DrawFn, key: str) -> Any:
    """A field as a map may write it, and as it may not."""
    column = LIKELY[key] if key in LIKELY and draw(st.integers(0, 4)) else draw(COLUMN)
    kind = draw(st.integers(0, 5))
    if kind < 3:
        return column
    if kind == 3:
        return {"value": draw(st.sampled_from(["fixed", "1", "repair", "customer"]))}
    made: dict[str, Any] = {"column": column}
    for word, values in (("map", CODES), ("contains", CODES), ("when", st.just({"state": ["closed"]})),
                         ("blank", TEXTS), ("default", st.just("1")), ("split", st.sampled_from(["/", " "])),
                         ("other", st.just("")), ("take", st.sampled_from(["first", "last", "all"])),
                         ("dates", FORMS)):  # fmt: skip
        if draw(st.integers(0, 3)) == 0 and (word != "dates" or key in DATED):
            made[word] = draw(values)
    if not {"map", "contains"} & set(made):
        made.pop("other", None)
    if "split" not in made or (made.get("take") == "all" and key != "phone"):
        made.pop("take", None)
    return made


@st.composite
def maps(draw: st.DrawFn) -> str:
    """A map as TOML."""
    lines = []
    for word, values in (("dates", FORMS), ("blank", TEXTS), ("fill", st.lists(st.sampled_from(COLUMNS), max_size=2)),
                         ("heading", st.sampled_from([1, [1, 2], 3])), ("skip_first", st.integers(0, 2)),
                         ("width", st.just("narrow")), ("labels", st.booleans()), ("delimiter", st.just(",")),
                         ("quote", st.sampled_from(["", "'"]))):  # fmt: skip
        if draw(st.integers(0, 5)) == 0:
            lines.append(f"{word} = {toml(draw(values))}")
    if draw(st.booleans()):
        lines += ["[[skip]]", 'column = "no"', 'contains = "合计"']
    for section in draw(st.sampled_from(SECTIONS)):
        lines.append(f"[{section}]")
        others = draw(st.sets(st.sampled_from(FIELDS[section]), max_size=4))
        keys = {*REQUIRED.get(section, ()), *others}
        keys |= {"technician"} if "assigned_at" in keys else set()
        keys |= {"appointed_from", "appointed_to"} if {"appointed_from", "appointed_to"} & keys else set()
        keys = (keys - {"satisfied"}) | {"score"} if section == "survey" else keys
        lines += [f"{key} = {toml(draw(fields(key)))}" for key in sorted(keys)]
    return "\n".join(lines) + "\n"


def toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml(key)} = {toml(part)}" for key, part in value.items()) + " }"
    return str(value)


DAYS = st.sampled_from(["2026-10-01", "2026-10-02 09:00", "2026-10-03", "2026.10.4", "46300", "", "2026-13-01"])
ROW = st.tuples(
    st.sampled_from(["1", "2", "3", "", "合计"]), st.sampled_from(["王芳", "林娜", "", "同上"]),
    st.sampled_from(["13800138000", "139/138", "", "无"]), st.sampled_from(["冰箱", "fridge", "", "others"]),
    DAYS, DAYS, st.sampled_from(["closed", "open", ""]), st.sampled_from(["李强", "李强/赵敏", ""]),
).map(list)  # fmt: skip
# Most rows have what belongs into their columns, some anything.
ROWS = st.lists(ROW | ROW | ROW | st.lists(VALUES, min_size=7, max_size=9), max_size=8)


def file_of(rows: list[list[str]]) -> str:
    quoted = [["" if cell == "" else f'"{cell}"' if "\n" in cell else cell for cell in row] for row in rows]
    return "\n".join(",".join(row) for row in [list(COLUMNS), *quoted]) + "\n"


def tried(new_file: Path, text: str, rows: list[list[str]], *options: str) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder, desk = Path(made), Desk(Path(made) / "outlet.db")
        desk.path.write_bytes(new_file.read_bytes())
        (folder / "map.toml").write_text(text, encoding="utf-8")
        (folder / "file.csv").write_text(file_of(rows), encoding="utf-8")
        words = ["import", str(folder / "file.csv"), "--map", str(folder / "map.toml")]
        answer = desk.run(*words, "--rejects", str(folder / "bad.csv"), *options, "--format", "json")
        assert answer.code in {0, 2, 4, 5}, answer.err
        if answer.code or "--dry-run" in options:
            assert answer.code == 0 or answer.err.startswith("error: ")
            assert desk.path.read_bytes() == new_file.read_bytes()
            assert not (folder / "bad.csv").exists()
            return
        counts = answer.json
        assert counts["read"] == sum(counts[key] for key in ("new", "known", "changed", "rejected"))
        assert {row["kind"] for row in desk.do("check")} <= {"missing"}
        assert desk.do(*words, "--rejects", str(folder / "bad.csv"))["new"] == 0


@settings(max_examples=40)
@given(maps(), ROWS, st.sampled_from([(), (), ("--dry-run",), ("--correct",)]))
def test_any_map_over_any_file(new_file: Path, text: str, rows: list[list[str]], options: tuple[str, ...]) -> None:
    tried(new_file, text, rows, *options)


@pytest.mark.seeds
@settings(max_examples=150)
@given(maps(), ROWS, st.sampled_from([(), (), ("--dry-run",), ("--correct",)]))
def test_any_map_over_any_file_many_times(
    new_file: Path, text: str, rows: list[list[str]], options: tuple[str, ...]
) -> None:
    tried(new_file, text, rows, *options)
