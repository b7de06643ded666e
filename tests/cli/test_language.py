"""The whole program in Chinese: by option, variable or locale; what machines read, and what people typed, stays."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from servicedesk.cli.main import app
from servicedesk.language.words import Words
from tests.conftest import Desk, filled_once

CHINESE = re.compile("[\u4e00-\u9fff]")
PROSE = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b")  # two English words side by side
# What is typed, and so the same in every language: in quotes, options, codes, paths, examples.
TYPED = re.compile(
    r"“[^”]*”|'[^']*'|--?[\w-]+|\[[A-Z.\]\[]+|<[^>]*>|\{[^}]*\}|[\w-]+\|[\w|]+|servicedesk( [\w-]+)*|\w*_\w+"
    r"|(customer|appliance|ticket|technician|callback|promise|complaint|maintenance|kpi|note) [a-z]+"
)


def test_every_choice_is_read_as_a_chinese_screen_shows_it() -> None:
    words, seen = Words("zh"), 0
    for path in commands():
        command: Any = get_command(app)
        for word in path:
            command = command.get_command(None, word)
        for param in command.params:
            for choice in getattr(param.type, "choices", None) or ():
                code = str(getattr(choice, "value", choice))
                assert str(param.type.convert(words.code(code), param, None)) == code, (path, param.name)
                seen += 1
    assert seen > 40


@pytest.mark.parametrize(
    ("words", "key", "code"),
    [
        (("wait", "T1", "--cause", "厂家配件"), "status", "waiting"),
        (("complete", "T1", "--outcome", "修复"), "outcome", "fixed"),
        (("complete", "T1", "--outcome", "No fault found"), "outcome", "no_fault_found"),
        (("appoint", "T1", "明天9-11", "--asked-by", "网点"), "status", "appointed"),
        (("cancel", "T1", "--reason", "联系不上", "--by", "网点"), "status", "cancelled"),
        (("open", "--customer", "C1", "--type", "安装", "x"), "type", "install"),
        (("open", "--customer", "C1", "--fault", "异响", "--new-code", "x"), "fault", "异响"),
    ],
)
def test_what_a_chinese_screen_shows_can_be_typed(desk: Desk, words: tuple[str, ...], key: str, code: str) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "漏水")
    shown = desk.do("ticket", *words)
    assert desk.do("ticket", "show", f"T{shown['id']}")[key] == code


def test_a_word_that_is_no_choice_is_refused_in_any_language(desk: Desk) -> None:
    assert "manufacturer_part" in desk.refused(2, "ticket", "wait", "T1", "--cause", "天气")


def test_free_codes_are_kept_as_typed_unless_one_word_has_that_translation(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    for about, code in (("收费", "price"), ("噪音", "noise"), ("门把手", "门把手"), ("区域", "区域")):
        desk.do("complaint", "open", "--customer", "C1", "--about", about, "--new-code")
        assert desk.do("complaint", "list")[-1]["about"] == code


def chinese(desk: Desk, *words: str) -> Any:
    return desk.run("--language", "zh", *words, now="2026-11-02 15:00")


def commands() -> Iterator[tuple[str, ...]]:
    """Every command and group, by its words."""

    def below(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield words
        if hasattr(command, "list_commands"):
            context = command.context_class(command)
            for name in command.list_commands(context):
                yield from below(command.get_command(context, name), (*words, name))

    return below(get_command(app), ())


def english(text: str) -> list[str]:
    """The lines that still have English in them; examples are commands."""
    told = [line for line in text.splitlines() if not re.match(r"\s*(例：|servicedesk |用法：)", line)]
    return [line for line in told if PROSE.search(TYPED.sub("", line))]


def test_every_help_page_is_in_chinese(desk: Desk) -> None:
    for words in commands():
        page = chinese(desk, *words, "--help").out
        pages = re.sub(r"例：.*?(\n\n|\Z)", "\n", page, flags=re.DOTALL)
        assert page.startswith("用法：servicedesk"), words
        assert english(pages) == [], words
        assert "显示本说明并退出。" in page


def test_the_words_in_an_example_are_in_chinese_too(desk: Desk) -> None:
    example = "servicedesk ticket complete T101 --outcome fixed --note '换了温控器'"
    page = chinese(desk, "ticket", "complete", "--help").out
    assert f"  例：{example}\n" in page
    assert "  --note 文字  " in page
    assert example in chinese(desk, "help", "完工").out


def test_a_help_page_is_no_wider_than_the_terminal(desk: Desk) -> None:
    from servicedesk.base.width import cells

    page = chinese(desk, "ticket", "cancel", "--help").out
    assert [line for line in page.splitlines() if cells(line) > 80] == []
    assert not any(line.strip()[:1] in set("，。；：、）”") for line in page.splitlines() if line.strip())


@filled_once
def day(desk: Desk) -> Desk:
    """A Monday at the desk, with names that look like codes."""
    at = {"now": "2026-11-02 09:00"}
    desk.do("technician", "add", "cancelled", **at)
    desk.do("customer", "add", "no answer", "--phone", "13800138000", "--area", "fixed", **at)
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--brand", "open", "--serial", "S1",
            "--bought", "2020-11-05", **at)  # fmt: skip
    desk.do("ticket", "open", "--appliance", "A1", "--fault", "not_cooling", "completed", **at)
    desk.do("ticket", "assign", "T1", "--to", "cancelled", **at)
    desk.do("ticket", "appoint", "T1", "--from", "14:00", "--to", "16:00", "--asked-by", "customer", **at)
    desk.do("ticket", "arrive", "T1", now="2026-11-02 14:10")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--note", "yes", now="2026-11-02 14:40")
    desk.do("callback", "log", "T1", "--reached", "--score", "5", now="2026-11-02 14:50")
    desk.do("maintenance", "generate", "--until", "2031-01-01", now="2026-11-02 14:52")
    desk.do("complaint", "open", "--ticket", "T1", "--about", "price", "no", now="2026-11-02 14:55")
    desk.do("promise", "add", "T1", "--what", "closed", "--by", "2026-11-03 12:00", now="2026-11-02 14:56")
    return desk


SHOWN = (
    ("ticket", "list", "--all"), ("ticket", "show", "T1"), ("customer", "show", "C1"), ("appliance", "show", "A1"),
    ("technician", "list"), ("technician", "day", "cancelled"), ("callback", "due"), ("complaint", "show", "K1"),
    ("promise", "list"), ("category", "list"), ("maintenance", "due", "--within", "3000d"), ("kpi", "backlog"),
    ("kpi", "report", "--month", "2026-11"), ("kpi", "report", "--month", "2026-11", "--by", "technician"),
    ("kpi", "rows", "arrival_24h_rate", "--month", "2026-11"), ("kpi", "integrity", "--month", "2026-11"),
    ("kpi", "explain", "satisfaction_rate"), ("kpi", "explain", "I9"), ("info",), ("check",), ("today",),
    ("history", "T1"),
)  # fmt: skip


@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
def test_people_read_chinese_and_machines_what_they_read_before(day: Desk, words: tuple[str, ...]) -> None:
    told = chinese(day, *words, "--format", "table")
    assert told.code == 0, told.err
    assert CHINESE.search(told.out)
    assert english(re.sub("no answer", "", told.out)) == []
    for format in ("json", "csv", "tsv"):
        asked = ("--language", "en", *words, "--format", format)
        assert chinese(day, *words, "--format", format).out == day.run(*asked, now="2026-11-02 15:00").out


def test_what_people_typed_is_never_translated(day: Desk) -> None:
    told = chinese(day, "ticket", "show", "T1", "--format", "markdown").out
    assert "C1 no answer" in told
    assert "A1 冰箱 open" in told
    assert "| cancelled |" in told
    assert "completed（不制冷）" in told
    assert "修复，yes" in told
    assert "已完工" in told


def test_a_category_is_called_as_in_the_file(day: Desk) -> None:
    day.do("category", "edit", "fridge", "--label", "雪柜")
    assert "雪柜 open" in chinese(day, "ticket", "list", "--all", "--format", "table").out


def test_a_visit_is_not_reported_as_a_fault_is(day: Desk) -> None:
    assert "1  开单  2026-11-02" in chinese(day, "ticket", "show", "T2", "--format", "table").out
    assert "1  报修" in chinese(day, "ticket", "show", "T1", "--format", "table").out
    assert next(event["kind"] for event in day.do("ticket", "show", "T2")["events"]) == "reported"
    assert "事件：开单，" in chinese(day, "history", "T2", "--format", "table").out


def test_a_work_order_has_chinese_signs_between_phones(day: Desk) -> None:
    day.do("customer", "edit", "C1", "--phone", "023-62801234")
    assert "、023-62801234</dd>" in chinese(day, "ticket", "sheet", "T1", "--output", "-").out


def test_the_sheet_for_paper_is_laid_out_in_chinese(day: Desk) -> None:
    from servicedesk.base.width import cells
    from servicedesk.desk.maintenance.visit_sheet import WIDTH

    sheet = chinese(day, "maintenance", "sheet", "T2").out
    assert "保养上门 T2" in sheet
    assert "保养：过生日的家电" in sheet
    assert english(re.sub("no answer", "", sheet)) == []
    assert max(cells(line) for line in sheet.splitlines()) <= WIDTH
    assert json.loads(chinese(day, "maintenance", "sheet", "T2", "--format", "json").out) == day.do(
        "maintenance", "sheet", "T2", now="2026-11-02 15:00"
    )


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("ticket", "show", "T9"), 3, "错误：没有工单 T9\n提示：“ticket list --all”列出全部\n"),
        (("ticket", "cancel", "T1", "--reason", "works_again", "--by", "customer"), 4,
         "错误：T1 已于 2026-11-02 14:40 完工（修复）\n提示：可用：survey、reopen、edit、correct 或 void\n"),
        (("appliance", "add", "--customer", "C1", "--category", "fridg"), 4,
         "错误：没有品类“fridg”\n提示：是不是 fridge？\n"),
        (("ticket", "lst"), 2, "错误：没有“lst”这条命令。是不是 list？\n提示：servicedesk ticket --help\n"),
        (("ticket", "list", "--limit", "x"), 2,
         "错误：“--limit”的值无效：“x”不是有效的整数\n提示：servicedesk ticket list --help\n"),
        (("ticket", "list", "--type", "x"), 2,
         "错误：“--type”的值无效：“x”不在可用值之列：维修、安装、保养、使用指导、设计、升级、送货\n"
         "提示：servicedesk ticket list --help\n"),
        (("ticket", "show"), 2, "错误：缺少参数“T101”\n提示：servicedesk ticket show --help\n"),
        (("customer", "tier", "C1", "vip", "--frm", "x"), 2, None),
    ],
)  # fmt: skip
def test_errors_and_hints_are_in_chinese(day: Desk, words: tuple[str, ...], code: int, told: str | None) -> None:
    answer = chinese(day, *words)
    assert (answer.code, answer.out) == (code, "")
    assert told is None or answer.err == told
    assert english(answer.err) == []


def test_appliances_among_which_to_choose_are_named_in_chinese(day: Desk) -> None:
    day.do("appliance", "add", "--customer", "C1", "--category", "washer", "--brand", "海尔")
    told = chinese(day, "ticket", "open", "--customer", "C1", "不转").err.splitlines()[0]
    assert told == "错误：C1 有 2 台家电：A1 冰箱 open；A2 洗衣机 海尔"


@pytest.mark.parametrize(("key", "heading"), [("from_on", "起始日期"), ("party", "来源")])
def test_a_heading_says_from_when_or_from_whom(key: str, heading: str) -> None:
    assert Words("zh").heading("from", key) == heading


def test_codes_out_of_the_list_are_named_as_they_are_shown_the_likeliest_first(day: Desk) -> None:
    told = "错误：“--cause”的值无效：“缺配件”不在可用值之列：厂家配件、网点配件、维修人员、用户"
    assert chinese(day, "ticket", "wait", "T1", "--cause", "缺配件").err.splitlines()[0] == told
    assert day.refused(2, "ticket", "wait", "T1", "--cause", "costumer").splitlines()[0] == (
        "error: invalid value for '--cause': 'costumer' is not one of"
        " 'customer', 'manufacturer_part', 'outlet_part', 'repairer'"
    )
    told = "提示：可用：重复、误录、用户改变主意、用户另找他人、自己好了、不在服务区域、联系不上"
    assert chinese(day, "ticket", "cancel", "T1", "--reason", "算了", "--by", "customer").err.splitlines()[1] == told


def test_this_month_and_today_are_typed_in_chinese(day: Desk) -> None:
    assert day.run("kpi", "report", "--month", "本月").out == day.run("kpi", "report", "--month", "2026-11").out
    assert day.run("kpi", "report", "--month", "last").out == day.run("kpi", "report", "--month", "2026-10").out
    assert chinese(day, "今天").out == chinese(day, "today").out


def test_an_undone_event_says_so_in_chinese(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "不制冷", "--customer", "C1")
    desk.do("ticket", "cancel", "T1", "--reason", "works_again", "--by", "customer")
    desk.do("undo")
    assert "已作废：已撤销" in chinese(desk, "ticket", "show", "T1", "--format", "markdown").out


@pytest.mark.parametrize("kind", ["上门途中", "上门", "on-the-way", "On the way"])
def test_a_message_is_chosen_by_its_chinese_name_or_the_beginning_of_it(desk: Desk, kind: str) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "不制冷", "--customer", "C1")
    assert chinese(desk, "ticket", "message", "T1", kind).err.splitlines()[0] == "错误：T1 还没有派工"


def test_what_a_trigger_of_the_file_refuses_is_said_in_chinese() -> None:
    from pathlib import Path
    from sqlite3 import IntegrityError, connect

    from servicedesk.language.words import Words
    from servicedesk.storage.database import translate_error

    file = connect(":memory:")
    file.executescript(
        "CREATE TABLE t (x);"
        "CREATE TRIGGER r BEFORE INSERT ON t BEGIN SELECT raise(ABORT, 'no event before the report'); END"
    )
    with pytest.raises(IntegrityError) as refused:
        file.execute("INSERT INTO t VALUES (1)")
    error = translate_error(refused.value, Path("x.db"))
    assert error is not None
    assert (error.sentence, Words("zh").translation(error.sentence)) == (
        "no event before the report",
        "事件不能早于报修",
    )


@pytest.mark.parametrize(
    ("option", "variables", "told"),
    [
        ("zh", {}, "错误："), (None, {"SERVICEDESK_LANGUAGE": "zh"}, "错误："),
        (None, {"LC_ALL": "zh_CN.UTF-8"}, "错误："),
        (None, {"LC_ALL": "", "LANG": "zh_TW"}, "错误："), ("en", {"SERVICEDESK_LANGUAGE": "zh"}, "error: "),
        (None, {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "error: "), (None, {"LC_ALL": "de_DE.UTF-8"}, "error: "),
        (None, {"SERVICEDESK_LANGUAGE": ""}, "error: "), (None, {}, "error: "),
        (None, {"SERVICEDESK_LANGUAGE": "en", "LC_ALL": "zh_CN.UTF-8"}, "error: "),
    ],
)  # fmt: skip
def test_the_language_is_the_option_the_variable_the_locale(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, option: str | None, variables: dict[str, str], told: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert desk.run(*(["--language", option] if option else []), "ticket", "show", "T9").err.startswith(told)


def test_an_unknown_language_is_refused_whoever_asks_for_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "error: unknown language 'de'\nhint: one of en, zh\n"
    assert desk.refused(2, "--language", "de", "ticket", "list") == told
    monkeypatch.setenv("SERVICEDESK_LANGUAGE", "de")
    assert desk.refused(2, "ticket", "list") == told
    assert desk.run("--language", "zh", "ticket", "list").code == 2  # the variable is wrong all the same


def test_what_the_tab_key_offers_is_told_in_chinese(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICEDESK_LANGUAGE", "zh")
    monkeypatch.setenv("_SERVICEDESK_COMPLETE", "fish")
    monkeypatch.setenv("COMP_LINE", "servicedesk ticket open --f")
    assert desk.run().out.splitlines()[:1] == ["--fault\t代码，如 not_cooling。"]
