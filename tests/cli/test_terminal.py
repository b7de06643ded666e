"""Real terminals of every width, closed pipes, terminals without colours, locales without Chinese."""

import fcntl
import json
import os
import pty
import sqlite3
import struct
import subprocess
import sys
import termios
from contextlib import closing
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.conftest import Desk

NOW = "2026-11-21 09:00"
NAME = "阿卜杜勒·拉赫曼·本·穆罕默德·阿勒沙姆西股份有限责任公司"
ADDRESS = "重庆市南岸区南坪街道人民路88号桂花新村7栋502室（从小区东门进，右手第二个单元）"
TEXT = "热水器不加热，用户说早上还有一点温水，到了晚上完全没有；希望尽快上门，来之前请先打电话。"
LINK = "https://example.com/a/very/long/link/without/any/blanks/0123456789/0123456789"
MODEL = "LONGMODELNAMEWITHOUTANYBLANKS-123456789-ABCDEFGH"
LISTS = (
    ("ticket", "list", "--all"), ("customer", "find", "1"), ("appliance", "find", "S1"), ("technician", "list"),
    ("technician", "day", "李强"), ("category", "list"), ("callback", "due"), ("promise", "list"),
    ("complaint", "list"), ("maintenance", "due"), ("maintenance", "unknown"), ("note", "list"), ("note", "due"),
    ("kpi", "report"), ("kpi", "report", "--all"), ("kpi", "rows", "arrival_24h_rate"), ("kpi", "integrity"),
    ("kpi", "backlog"), ("kpi", "explain"), ("today",), ("export", "tickets"), ("--help",), ("ticket", "--help"),
    ("technician", "day", "李强", "--ics", "-"), ("technician", "day", "李强", "--sheet", "-"),
)  # fmt: skip


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An outlet of one customer with long names and remarks; nobody writes to it."""
    desk = Desk(tmp_path_factory.mktemp("long") / "outlet.db", NOW)
    desk.do("init", "--outlet", "南坪星级服务", now="2020-01-01 08:00")
    desk.do("technician", "add", "李强")
    desk.do("customer", "add", NAME, "--phone", "13800138000", "--address", ADDRESS, "--area", "南坪")
    for serial, model in (("S1", MODEL), ("S2", "BCD-216")):
        words = ("--category", "electric_water_heater", "--brand", "Müller & Söhne", "--model", model)
        desk.do("appliance", "add", "--customer", "C1", *words, "--serial", serial, "--bought", "2021-12-05")
    desk.do("note", "add", "C1", f"{TEXT} The customer prefers English.", "--on", "11-25", "--yearly")
    for hour in ("07:00", "08:00"):
        ticket = desk.do("ticket", "open", "--appliance", "A1", f"{TEXT}\n{LINK}", now=f"2026-11-20 {hour}")["id"]
        desk.do("ticket", "assign", f"T{ticket}", "--to", "李强", now="2026-11-20 08:30")
    window = ("--from", "2026-11-21 14:00", "--to", "2026-11-21 16:00", "--asked-by", "customer")
    desk.do("ticket", "appoint", "T1", *window, now="2026-11-20 08:40")
    desk.do("complaint", "open", "--customer", "C1", "--ticket", "T1", "--about", "service", TEXT)
    desk.do("promise", "add", "T1", "--what", TEXT, "--by", "18:00")
    return desk


def environment(**more: str) -> dict[str, str]:
    """Ours, without what would tell a program how wide its terminal is or which language it speaks."""
    mute = ("COLUMNS", "LINES", "LANG", "NO_COLOR", "TERM", "PYTHONIOENCODING", "PYTHONUTF8")
    kept = {name: value for name, value in os.environ.items() if name not in mute and not name.startswith("LC_")}
    return kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | more


def command(desk: Desk, *words: str) -> list[str]:
    return [sys.executable, "-m", "servicedesk", "--db", str(desk.path), "--now", NOW, *words]


def pane(desk: Desk, width: int, *words: str, **env: str) -> list[str]:
    """What a terminal of that many columns and forty lines shows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    with subprocess.Popen(
        command(desk, *words), stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**env)
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                shown += (part := os.read(ours, 65536))
            except OSError:  # the other end is closed
                break
            if not part:
                break
    os.close(ours)
    assert process.returncode == 0, shown.decode()
    return shown.decode().replace("\r\n", "\n").rstrip("\n").split("\n")


@pytest.mark.parametrize("width", [40, 80, *(pytest.param(width, marks=pytest.mark.slow) for width in (120, 200))])
@pytest.mark.parametrize(
    "words",
    [
        ("customer", "show", "C1"), ("ticket", "show", "T1"), ("ticket", "list"), ("technician", "day", "李强"),
        ("kpi", "report", "--month", "2026-11"), ("kpi", "integrity"), ("today",),
    ],
)  # fmt: skip
def test_nothing_is_wider_than_the_terminal_and_long_texts_are_whole(
    long: Desk, width: int, words: tuple[str, ...]
) -> None:
    lines = pane(long, width, *words, NO_COLOR="1")
    assert max(map(cell_len, lines)) <= width
    assert all(not line.lstrip().startswith(("，", "。", "、", "；", "）")) for line in lines)
    signs = "".join("".join(lines).split())
    if words[0] in {"customer", "ticket", "technician"}:
        for sign in set(NAME) | (set(TEXT) if words[1] != "list" else set()):  # a list is a line a ticket
            assert sign in signs
    if words == ("ticket", "show", "T1") and width >= 80:
        assert "".join(TEXT.split()) in signs


@pytest.mark.parametrize("width", [80, 120, 200])
def test_columns_are_in_line_under_wide_names(long: Desk, width: int) -> None:
    lines = pane(long, width, "ticket", "list", NO_COLOR="1")
    (rule,) = (at for at, line in enumerate(lines) if line.startswith("─"))
    at = cell_len(lines[rule - 1].partition("technician")[0])
    rows = [line for line in lines[rule + 1 :] if line.startswith("T")]
    assert [cell_len(row.partition("李强")[0]) for row in rows] == [at, at]


def test_rows_without_room_side_by_side_stand_one_below_the_other(long: Desk) -> None:
    lines = pane(long, 30, "ticket", "list", NO_COLOR="1")
    assert [line.split()[1] for line in lines if line.startswith("ticket ")] == ["T2", "T1"]
    assert lines.count("") == 1


def test_the_morning_page_is_one_screenful_at_every_width(long: Desk) -> None:
    for width in (40, 80, 120, 200):
        assert len(pane(long, width, "today")) < 40


@pytest.mark.parametrize("form", ["tsv", "csv", "json", "table", "markdown"])
def test_a_pipe_gets_long_texts_whole_and_plain(long: Desk, form: str) -> None:
    words = command(long, "ticket", "list", "--format", form)
    out = subprocess.run(words, capture_output=True, env=environment(COLUMNS="40"), check=True).stdout.decode()
    assert TEXT in out
    assert LINK in out.replace("\\://", "://")  # in Markdown it is no link
    assert "\x1b" not in out


@pytest.mark.parametrize(("env", "is_styled"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_styles_are_for_terminals_that_want_them(long: Desk, env: dict[str, str], is_styled: bool) -> None:
    for words in (("ticket", "list"), ("ticket", "show", "T1"), ("today",)):
        lines = pane(long, 80, *words, **env)
        assert ("\x1b[" in "\n".join(lines)) == is_styled


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_whoever_has_read_enough_ends_it_quietly(long: Desk, words: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command(long, *words), stdout=writer, stderr=subprocess.PIPE, env=environment())
    os.close(writer)
    assert (done.returncode, done.stderr.decode()) == (0, "")


@pytest.mark.parametrize("form", ["tsv", "csv", "json"])
def test_a_long_stream_ends_quietly_when_its_reader_goes(long: Desk, form: str) -> None:
    many = command(long, "kpi", "explain", "--format", form)
    with subprocess.Popen(many, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


LOCALES: list[dict[str, str]] = [
    {"LC_ALL": "C"}, {"LANG": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]  # fmt: skip


@pytest.mark.parametrize("env", LOCALES)
@pytest.mark.parametrize("form", ["table", "json", "tsv"])
def test_chinese_is_written_in_utf8_whatever_the_locale(long: Desk, env: dict[str, str], form: str) -> None:
    words = command(long, "ticket", "show", "T1", "--format", form)
    out = subprocess.run(words, capture_output=True, env=environment(**env), check=True).stdout
    assert NAME in out.decode("utf-8")


@pytest.mark.parametrize("env", LOCALES[:3])
def test_chinese_is_typed_in_a_locale_that_has_none(long: Desk, env: dict[str, str]) -> None:
    words = command(long, "technician", "day", "李强", "--format", "json")
    out = subprocess.run(words, capture_output=True, env=environment(**env), check=True).stdout
    assert NAME in out.decode("utf-8")


def test_chinese_that_python_was_told_not_to_read_is_refused_in_a_sentence(long: Desk) -> None:
    words = command(long, "technician", "day", "李强")
    done = subprocess.run(words, capture_output=True, env=environment(**LOCALES[3]))
    assert done.returncode in {2, 3}
    assert done.stderr.startswith(b"error: ")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("encoding", "shown"), [("latin-1", "\\u674e\\u5f3a"), ("gb18030", "李强"), ("utf-16", "李强")]
)
def test_an_encoding_that_somebody_chose_is_kept_and_loses_nothing(long: Desk, encoding: str, shown: str) -> None:
    words = command(long, "technician", "list", "--format", "json")
    env = environment(PYTHONIOENCODING=encoding)
    assert shown in subprocess.run(words, capture_output=True, env=env, check=True).stdout.decode(
        encoding.replace("ascii", "utf-8")
    )


def test_a_terminal_in_the_c_locale_shows_chinese(long: Desk) -> None:
    assert any(NAME in line for line in pane(long, 120, "ticket", "show", "T1", LC_ALL="C"))


def test_a_terminal_of_no_size_is_taken_for_eighty_columns(long: Desk, tmp_path: Path) -> None:
    assert max(map(cell_len, pane(long, 0, "ticket", "list", NO_COLOR="1"))) <= 80


@pytest.mark.parametrize("form", ["json", "csv", "tsv", "markdown", "table"])
def test_a_terminal_gets_no_control_signs_whatever_the_format(desk: Desk, form: str) -> None:
    name = "L\x1b[31mi\x9b\u202e"
    desk.do("technician", "add", "Li")
    with closing(sqlite3.connect(desk.path)) as file:
        file.execute("UPDATE technician SET name = ?", (name,)).connection.commit()
    shown = "\n".join(pane(desk, 200, "technician", "list", "--format", form, NO_COLOR="1"))
    assert not {"\x9b", "\u202e"} & set(shown)
    assert "\x1b[31" not in shown
    assert form != "json" or json.loads(shown)[0]["name"] == name


@pytest.mark.parametrize("form", ["json", "csv", "tsv"])
def test_a_pipe_gets_the_text_exactly_as_it_is(desk: Desk, form: str) -> None:
    name = "L\x1b[31mi\u202e"
    desk.do("technician", "add", "Li")
    with closing(sqlite3.connect(desk.path)) as file:
        file.execute("UPDATE technician SET name = ?", (name,)).connection.commit()
    assert (json.dumps(name, ensure_ascii=False)[1:-1] if form == "json" else name) in desk.run(
        "technician", "list", "--format", form
    ).out


def test_what_is_longer_than_the_screen_goes_through_the_pager(long: Desk, tmp_path: Path) -> None:
    shown = pane(long, 80, "kpi", "explain", NO_COLOR="1", PAGER=f"tee '{tmp_path / 'paged'}'")
    assert len(shown) > 40
    assert (tmp_path / "paged").read_text().rstrip("\n").split("\n") == shown
    pane(long, 80, "ticket", "list", PAGER=f"tee '{tmp_path / 'short'}'")
    assert not (tmp_path / "short").exists()


def test_what_a_command_that_wrote_says_is_not_paged(desk: Desk, tmp_path: Path) -> None:
    new = Desk(tmp_path / "demo.db", desk.now)
    shown = pane(new, 80, "demo", "--months", "1", PAGER=f"tee '{tmp_path / 'paged'}'")
    assert len(shown) >= 40
    assert not (tmp_path / "paged").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("customer", "find", "Lii"), "No customer found"),
        (("appliance", "find", "S9"), "No appliance found"),
        (("--language", "zh", "customer", "find", "Lii"), "没有找到用户"),
        (("--language", "zh", "appliance", "find", "S9"), "没有找到家电"),
    ],
)
def test_a_search_that_finds_nothing_says_so_at_a_terminal(desk: Desk, words: tuple[str, ...], told: str) -> None:
    assert pane(desk, 80, *words) == [told]
    assert desk.do(*words) == []


@pytest.mark.parametrize("pager", ["", "cat", "/no/such/pager", "'"])
def test_without_a_pager_everything_is_written(long: Desk, pager: str) -> None:
    assert len(pane(long, 80, "kpi", "explain", PAGER=pager)) > 40


def test_less_is_told_what_git_tells_it_and_names_its_keys(long: Desk, tmp_path: Path) -> None:
    pane(long, 80, "kpi", "explain", PAGER=f"env > '{tmp_path / 'told'}'; true")
    assert r"LESS=FRX-Psspace\: next page, q\: end$" in (tmp_path / "told").read_text().splitlines()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("ticket list", ["No open tickets"]), ("ticket list --all", ["No such tickets"]),
        ("--language zh ticket list", ["没有未结工单"]), ("callback due", ["No calls to make"]),
        ("promise list", ["Nothing to show"]), ("--language zh promise list", ["没有可显示的内容"]),
        ("maintenance due --within 30d", ["Birthdays until 2026-12-21, not planned yet", "No birthdays to plan"]),
    ],
)  # fmt: skip
def test_an_empty_list_is_one_sentence_at_a_terminal(desk: Desk, words: str, told: list[str]) -> None:
    assert pane(desk, 80, *words.split(), NO_COLOR="1") == told


def test_an_empty_list_is_its_headings_in_a_pipe(desk: Desk) -> None:
    assert desk.run("promise", "list", "--format", "table").out.startswith("promise  ")
