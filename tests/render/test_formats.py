"""How answers look: for machines raw and whole, for people in a terminal."""

import io
import json

import pytest

from servicedesk.base.table import Table, columns, percent, printable, record, shown
from servicedesk.base.width import cells
from servicedesk.render.formats import write

TABLE = Table(
    columns("id:T=ticket", "name", "secret-", "note+", "share:rate", "many:nested"),
    [(1, "王芳\tB", "x", "n", 0.6916, [1]), (2, None, None, "", None, [])],
    heading="Two",
)


def drawn(table: Table, name: str, *, terminal: bool = False) -> str:
    out = io.StringIO()
    write(table, name, out, terminal=terminal)
    return out.getvalue()


def test_json_has_raw_values_and_machine_columns() -> None:
    assert json.loads(drawn(TABLE, "json")) == [
        {"id": 1, "name": "王芳\tB", "secret": "x", "share": 0.6916, "many": [1]},
        {"id": 2, "name": None, "secret": None, "share": None, "many": []},
    ]


def test_json_of_one_nests_its_sections() -> None:
    whole = record(columns("id:C"), [3], sections=(("phones", Table(columns("number"), [("138",)])),))
    assert json.loads(drawn(whole, "json")) == {"id": 3, "phones": [{"number": "138"}]}


def test_tsv_is_one_line_a_row_with_a_heading() -> None:
    assert drawn(TABLE, "tsv") == "id\tname\tsecret\tshare\n1\t王芳\\tB\tx\t0.6916\n2\t\t\t\n"


def test_csv_is_quoted_where_needed() -> None:
    assert drawn(Table(columns("a", "b"), [('x,"y"', True)]), "csv") == 'a,b\n"x,""y""",true\n'


def test_markdown_escapes_its_own_marks() -> None:
    assert drawn(Table(columns("a"), [("x|y\nz",)]), "markdown") == "| a |\n|---|\n| x\\|y<br>z |\n"


def test_table_shows_references_and_percents() -> None:
    text = drawn(TABLE, "table")
    assert "T1" in text
    assert "69.2 %" in text
    assert "–" in text
    assert "secret" not in text


def test_piped_table_is_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert "很长" * 200 in drawn(Table(columns("a"), [("很长" * 200,)]), "table")


def test_names_are_text_not_markup() -> None:
    assert "[/oops] :smile: [red]x" in drawn(Table(columns("a"), [("[/oops] :smile: [red]x",)]), "table")


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_tables_fit_the_terminal_line_up_and_lose_nothing(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """Chinese names at forty columns."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "dumb")
    names = ["王芳", "欧阳震华", "Müller & Söhne", "冰箱不制冷而且响声很大请尽快上门"]
    rows = [(n, name, "2026-11-02T09:00:00+08:00", name * 2) for n, name in enumerate(names, 1)]
    text = drawn(Table(columns("id:T=ticket", "name", "at:instant", "problem"), rows), "table", terminal=True)
    lines = text.splitlines()
    assert max(cells(line) for line in lines) <= width
    starts = {cells(line[: line.index(ref)]) for ref in ("T1", "T2", "T3", "T4") for line in lines if ref in line}
    assert len(starts) == 1
    for sign in set("".join(names)) - {" "}:
        assert text.count(sign) >= sum(3 * name.count(sign) for name in names)


@pytest.mark.parametrize(
    ("rate", "text"), [(0.69158, "69.2 %"), (0.0625, "6.3 %"), (0.0, "0.0 %"), (1.0, "100.0 %"), (4 / 9, "44.4 %")]
)
def test_percent_rounds_half_up(rate: float, text: str) -> None:
    assert percent(rate) == text


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert printable("a\x1b[31mb\u202ec\x00\td") == "a�[31mb�c� d"
    assert printable("全\u3000角") == "全\u3000角"
    assert shown("\x1b[2J") == "�[2J"
