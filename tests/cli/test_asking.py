"""What is missing is asked for at a terminal until the answer does, and of nobody else."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from servicedesk.cli.command_table import ALONE, NOUNS, command_module, noun_commands, verb_module
from servicedesk.cli.tree import leaf
from servicedesk.language.words import Words
from tests.conftest import Desk, filled_once
from tests.terminal import END, INTERRUPT, Person

ENDED = "nothing was written\n"
FORGET = "陈静 (C2) is forgotten for good: neither this nor any command before it can be undone; go on? [y/N]: "


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that an answer names are made in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)


@filled_once
def outlet(desk: Desk) -> Desk:
    """One of everything that a command can be about."""
    for name in ("李强", "赵敏"):
        desk.do("technician", "add", name)
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--address", "人民路8号")
    desk.do("customer", "add", "陈静", "--phone", "13900139000")
    desk.do("household", "add", "王家", "--member", "C1")
    words = ("--category", "fridge", "--brand", "Haier", "--bought", "2016-03-09")
    desk.do("appliance", "add", "--customer", "C1", *words, now="2021-01-05 09:00")
    for text in ("冰箱不制冷", "漏水", "异响"):
        desk.do("ticket", "open", "--appliance", "A1", text, now="2026-11-20 09:00")
    desk.do("ticket", "complete", "T2", "--outcome", "fixed", now="2026-11-20 12:00")
    desk.do("maintenance", "generate", "--until", "2026-12-21")
    desk.do("promise", "add", "T1", "--what", "call", "--by", "18:30")
    desk.do("part", "add", "COMP-12", "--name", "压缩机")
    desk.do("part", "receive", "COMP-12", "5")
    desk.do("part", "issue", "COMP-12", "--to", "李强")
    desk.do("complaint", "open", "--customer", "C1", "--about", "lateness", "late")
    desk.do("contract", "add", "C1", "--kind", "service", "--from", "2026-01-01", "--to", "2026-12-31")
    desk.do("consumable", "add", "A1", "--item", "filter", "--per-year", "4")
    desk.do("contact", "log", "T1", "--in", "--rings", "2")
    desk.do("event", "add", "lecture", "--on", "2026-11-20", "--place", "广场")
    desk.do("solution", "add", "--category", "fridge", "--fault", "leak", "--fix", "换密封条")
    desk.do("ticket", "open", "--customer", "C2", "装水管", now="2026-11-20 09:00")
    desk.do("ticket", "complete", "T4", "--outcome", "fixed", now="2026-11-20 12:00")
    assert desk.do("survey", "record", "T4", "2", "--reason", "late")["id"] == 7
    return desk


def test_a_word_too_many_is_told_before_anything_is_asked(outlet: Desk) -> None:
    code, shown = Person(outlet).types("appliance", "add", "王芳", "washer")
    assert (code, shown) == (
        2,
        "error: got unexpected extra argument(s) (王芳 washer)\nhint: servicedesk appliance add --help\n",
    )


class Prompt(NamedTuple):
    """A parameter that a command cannot do without: the words before it, what is asked for after it."""

    words: tuple[str, ...]
    param: Any
    later: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        return " ".join((*self.words[:2], self.param.name))


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    for noun in NOUNS:
        for verb in (str(info.name) for info in noun_commands(noun)):
            yield (noun, verb), leaf(verb_module(noun, verb).app, verb)
    yield from (((name,), leaf(command_module(name).app, name)) for name in ALONE)


# They ask for exercises, folders and points as others ask for names; one of each noun is enough.
ALIKE = {"exercise": "answer", "classroom": "mark", "rollup": "rows"}


def prompts() -> Iterator[Prompt]:
    """Every required parameter of every command, with good values of the others."""
    for path, command in commands():
        if path[0] in ALIKE and path[1] != ALIKE[path[0]]:
            continue
        needed = [param for param in command.params if param.required]
        for param in needed:
            later, words = [], list(path)
            for other in needed:
                if other is param:
                    continue
                if other.param_type_name == "option":
                    words.append(f"{other.opts[-1]}={good(path, other)}")
                elif needed.index(other) < needed.index(param) or param.param_type_name == "option":
                    words += good(path, other).split()
                else:
                    later.append(other)
            yield Prompt(tuple(words), param, tuple(later))


GOOD = {
    "C12": "王芳", "C44": "陈静", "C31": "C2", "C12|H5 C31...": "C1 C2", "H5": "王家", "A34": "A1", "T101": "T1",
    "T101|A34": "A1", "T101|C12": "T1", "L3": "L1", "S3": "S1", "V3": "V1", "E31": "E7",
    "P7": "P1", "K5": "K1", "G7": "G1", "D": "明天", "ITEM": "油网", "REF": "C1", "P": "13700137000", "N": "1",
    "DATE": "明天", "INSTANT": "明天 9:00",
    "SCORE": "５", "HOURS": "08:00-18:00", "KEY": "满意率", "FROM": "冰箱", "INTO": "洗衣机", "DIR|NOUN": "customers",
    "PART": "comp-12",
    "ZONE": "Asia/Chongqing", "YUAN": "80.50", "PATH": "副本.db", "BACKUP": "副本.db", "FILE|DIR": "表.csv",
    "EXERCISE": "E3", "EXERCISE|FOLDER": "E3", "STUDENT": "S07", "ITEM=ANSWER": "T1=hit", "ITEM=POINTS": "T1=1",
}  # fmt: skip
SPECIAL = {
    ("survey", "record", "ticket"): "T2", ("callback", "log", "ticket"): "T2",
    ("ticket", "complete", "outcome"): "修复",
    ("ticket", "cancel", "reason"): "重复", ("category", "add", "code"): "robot", ("category", "edit", "code"): "冰箱",
    ("appliance", "add", "category"): "冰箱", ("complaint", "open", "about"): "conduct",
    ("complaint", "recover", "action"): "apology", ("technician", "add", "name"): "孙丽",
    ("customer", "add", "name"): "孙丽", ("maintenance", "decline", "age"): "10",
    ("price", "set", "priced"): "冰箱", ("part", "add", "part"): "VALVE-3",
    ("warranty", "parts", "category"): "冰箱",
}  # fmt: skip


def good(path: tuple[str, ...], param: Any) -> str:
    """An answer that does: in Chinese, where it is a word."""
    if found := SPECIAL.get((*path, param.name)):
        return found
    if choices := getattr(param.type, "choices", None):
        return Words("zh").code(str(getattr(choices[-1], "value", choices[-1])))
    if param.metavar == "NAME":
        return "李"
    return GOOD.get(param.metavar) or GOOD.get(re.split(r"[. …]", param.metavar)[0], "中文")


PROMPTS = list(prompts())


# Coverage looks at one in five: the others ask by the same way, and each measured fork costs a third of a second.
_MEASURED = 5
MARKED = [
    pytest.param(prompt, id=prompt.name, marks=[pytest.mark.no_cover] if number % _MEASURED else [])
    for number, prompt in enumerate(PROMPTS)
]


@pytest.mark.parametrize("prompt", MARKED)
def test_every_prompt_of_every_command(outlet: Desk, prompt: Prompt) -> None:
    """A wrong answer, a number outside the list and an empty line are told why they do not do, and the question comes
    again; ^C and ^D end on a new line with nothing written; a Chinese word, or a name, does.
    """
    person, kept = Person(outlet), outlet.path.read_bytes()
    ended, shown = person.types(*prompt.words, answers=(INTERRUPT,))
    assert (ended, shown.endswith(f"^C\n{ENDED}")) == (130, True), shown
    question = shown.removesuffix(f"^C\n{ENDED}").rpartition("\n")[2]
    wrong = ["\u202exyzzy", "", *["97"] * ("  1) " in shown)]
    ended, shown = person.types(*prompt.words, answers=(*wrong, END))
    assert (ended, shown.endswith(f"{question}\n{ENDED}")) == (130, True), shown
    assert shown.count(question) == len(wrong) + 1
    assert f"{question}\nan answer is needed here; ^C ends, and nothing is written\n" in shown
    assert "97" not in wrong or f"{question}97\nthe list has no line 97" in shown
    assert outlet.path.read_bytes() == kept
    answers = [good(prompt.words[:2], param) for param in (prompt.param, *prompt.later)]
    _, shown = person.types(*prompt.words, answers=tuple(answers))
    assert shown.count(question) == 1, shown


# What is asked for only where nothing else says it: the words, the question, a good answer.
FURTHER = [
    (("ticket", "assign", "T1"), "Who goes? (Enter: the desk finds somebody): ", "李"),
    (("ticket", "appoint", "T1", "--asked-by", "customer"), "The window, such as tomorrow 9-11: ", "明天 9-11"),
    (("ticket", "complete", "T1", "--outcome", "fixed"), "Who did the work? (Enter: nobody is named): ", "李强"),
    (("callback", "log", "T2"), "How did the call end? ", "拒绝回答"),
    (("complaint", "close", "K1"), "Was the customer right? [y/n]: ", "是"),
    (("customer", "show"), "Which customer? (part of a phone, name or address): ", "王芳"),
    (("complaint", "open", "--about", "price", "dear"), "Who complains? (part of a phone, name or address): ", "王芳"),
    (("ticket", "cancel", "T3", "--reason", "duplicate", "--by", "outlet"), "The ticket that stays: ", "冰箱不制冷"),
    (("ticket", "void", "T2", "--reason", "x"), "Which event? ", "2"),
    (("ticket", "charge", "T2"), "How much was paid? (Enter: it was free): ", "310"),
    (("part", "discontinue", "COMP-12"), "From which day it is made no more: ", "2026-06-30"),
    (("backup",), "Where to? (Enter: outlet-2026-11-21.db): ", "副本.db"),
    (("technician", "leave", "赵敏"), "The first day on which they no longer work here: ", "明天"),
    (("appliance", "retire", "A1"), "Why is it no longer in use? ", "报废"),
    (("customer", "forget", "C2"), FORGET, "是"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "question", "good"), FURTHER, ids=[" ".join(words[:2]) for words, *_ in FURTHER])
def test_every_further_prompt(outlet: Desk, words: tuple[str, ...], question: str, good: str) -> None:
    person, kept = Person(outlet), outlet.path.read_bytes()
    for key in (INTERRUPT, END):
        ended, shown = person.types(*words, answers=(key,))
        assert (ended, shown.endswith(f"\n{ENDED}")) == (130, True), shown
    wrong = ["\u202exyzzy", *["97"] * ("  1) " in shown), *[""] * ("Enter" not in question and "[y/N]" not in question)]
    ended, shown = person.types(*words, answers=(*wrong, END))
    assert (ended, shown.count(question)) == (130, len(wrong) + 1), shown
    assert "97" not in wrong or f"{question}97\nthe list has no line 97" in shown
    assert outlet.path.read_bytes() == kept
    ended, shown = person.types(*words, answers=(good,))
    assert (ended, shown.count(question)) == (0, 1), shown


WRONG_AT_ONCE = [
    (("ticket", "assign", "T9"), 3, "there is no ticket T9"),
    (("ticket", "assign", "T2"), 4, "T2 was completed 2026-11-20 12:00 (fixed)"),
    (("ticket", "appoint", "T9"), 3, "there is no ticket T9"),
    (("ticket", "appoint", "T1", "T2", "tomorrow", "9-11"), 4, "T2 was completed 2026-11-20 12:00 (fixed)"),
    (("ticket", "appoint", "T2", "--asked-by", "outlet"), 4, "T2 was completed 2026-11-20 12:00 (fixed)"),
    (("ticket", "complete", "T9"), 3, "there is no ticket T9"),
    (("ticket", "complete", "T2"), 4, "T2 was completed 2026-11-20 12:00 (fixed)"),
    (("ticket", "complete", "T1", "--outcome", "fixd"), 4, "a ticket of type repair cannot end 'fixd'"),
    (("ticket", "complete", "--outcome", "fixd"), 4, "no ticket ends 'fixd'"),
    (("ticket", "cancel", "T2", "--by", "outlet"), 4, "T2 was completed 2026-11-20 12:00 (fixed)"),
    (("survey", "record", "T99"), 3, "there is no ticket T99"),
    (("survey", "record", "T1"), 4, "T1 is not completed yet"),
]


@pytest.mark.parametrize(
    ("words", "code", "sentence"), WRONG_AT_ONCE, ids=[" ".join(case[0]) for case in WRONG_AT_ONCE]
)
def test_what_no_answer_can_mend_is_told_before_anything_is_asked(
    outlet: Desk, words: tuple[str, ...], code: int, sentence: str
) -> None:
    ended, shown = Person(outlet).types(*words)
    assert (ended, shown.partition("\n")[0]) == (code, f"error: {sentence}")
    assert "fixd" not in words or "hint: did you mean fixed?\n" in shown


def test_what_no_answer_can_mend_is_told_in_chinese(outlet: Desk) -> None:
    person = Person(outlet, SERVICEDESK_LANGUAGE="zh")
    assert person.types("ticket", "complete", "--outcome", "fixd") == (
        4,
        "错误：没有工单能以“fixd”结束\n提示：是不是 修复？\n",
    )


def test_an_empty_answer_stands_for_what_the_question_says(outlet: Desk) -> None:
    person = Person(outlet)
    _, shown = person.types("ticket", "assign", "T1", answers=("",))
    assert "technician  李强\n" in shown
    _, shown = person.types("ticket", "complete", "T3", "--outcome", "fixed", answers=("",))
    assert shown.startswith("""\
  1) 李强
  2) 赵敏
Who did the work? (Enter: nobody is named):\x20
warning: nobody is named for the work of T3: ticket correct T3 --event 2
--technician NAME --reason R
warning: nobody arrived at T3; a forgotten arrival: ticket arrive T3 --at TIME
ticket     T3 repair
""")
    ended, shown = person.types("customer", "forget", "C2", answers=("",))
    assert (ended, shown.splitlines()[-2]) == (4, "error: C2 is not forgotten, nothing was written")


def test_a_complaint_begins_with_who_complains_and_about_which_ticket(outlet: Desk) -> None:
    _, shown = Person(outlet).types("complaint", "open", answers=("王芳", "漏", "T2", "late", "来晚了"))
    assert shown.startswith("""\
Who complains? (part of a phone, name or address): 王芳
  1) T3  2026-11-20  异响
  2) T2  2026-11-20  漏水
  3) T1  2026-11-20  冰箱不制冷
About which ticket? (Enter: none): 漏
  1) lateness    3) quality     5) conduct     7) damage      9) other
""")
    assert "What the customer says (Enter: nothing): " in shown


def test_what_is_voided_is_asked_for_before_why(outlet: Desk) -> None:
    _, shown = Person(outlet).types("ticket", "void", "T2", answers=("2", "wrong ticket"))
    assert shown.startswith("""\
  1) reported 2026-11-20 09:00
  2) completed 2026-11-20 12:00
Which event? 2
Why? wrong ticket
""")
    told = outlet.refused(2, "ticket", "void", "T2", "--event", "2")
    assert told == "error: missing option '--reason'\nhint: servicedesk ticket void --help\n"


def test_beside_a_technician_stands_what_is_to_be_known(outlet: Desk) -> None:
    outlet.do("technician", "add", "Wang Wei", "--skill", "washer")
    outlet.do("ticket", "assign", "T1", "李强")
    outlet.do("technician", "absent", "赵敏", "--from", "today")
    _, shown = Person(outlet).types("ticket", "assign", "T3", answers=("3",))
    assert shown.startswith("""\
  1) 李强      1 open
  2) 赵敏      absent to 2026-11-21, 0 open
  3) Wang Wei  not skilled in fridge, 0 open
Who goes? (Enter: the desk finds somebody): 3
""")


def test_somebody_new_and_their_appliance_are_asked_for_what_a_call_asks_for(outlet: Desk) -> None:
    ended, shown = Person(outlet).types("customer", "add", answers=("林美华", "138 0599 1234", "八一路12号", "城东"))
    assert (ended, shown.partition("customer ")[0]) == (
        0,
        """\
The customer's name: 林美华
Phone: 138 0599 1234
Address (Enter: not known): 八一路12号
Area (Enter: not known): 城东
""",
    )
    ended, shown = Person(outlet).types(
        "appliance", "add", "--customer", "林美华", answers=("washer", "海尔", "2023-05")
    )
    assert ended == 0
    assert shown.partition("Which kind")[2].startswith("""\
 of appliance? washer
Brand (Enter: not known): 海尔
Bought, such as 2024-03 or 2024 (Enter: not known): 2023-05
appliance    A2
""")


def test_a_ticket_that_waits_says_for_what(outlet: Desk) -> None:
    for words in (("ticket", "wait", "T1", "--cause", "manufacturer_part"), ("ticket", "show", "T1")):
        shown = outlet.run(*words, "-f", "table").out
        assert "status     waiting\nwaits for  manufacturer part\n" in shown
    shown = outlet.run("ticket", "resume", "T1", "-f", "table").out
    assert "waits for" not in shown


def test_a_mere_name_for_the_monthly_report_is_a_page(outlet: Desk) -> None:
    ended, shown = Person(outlet).types("report", "monthly", answers=("十月",))
    assert (ended, Path("十月.html").read_text().startswith("<!DOCTYPE html>")) == (0, True), shown


def test_an_absence_is_of_one_day_unless_another_is_said(outlet: Desk) -> None:
    ended, shown = Person(outlet).types("technician", "absent", "李强", answers=("friday", ""))
    assert (ended, shown.splitlines()[:3]) == (
        0,
        [
            "The first day away: friday",
            "The last day away (Enter: 2026-11-27 alone): ",
            "李强, 2026-11-27: absent",
        ],
    )
    ended, shown = Person(outlet).types("technician", "absent", "王五")
    assert (ended, shown.partition("\n")[0]) == (3, "error: there is no technician '王五'")


def test_the_other_answers_are_kept(outlet: Desk) -> None:
    answers = ("异响", "tomorow 9-11", "tomorrow morning", "11-9", "9-11", "客", "9", "customer")
    ended, shown = Person(outlet).types("ticket", "appoint", answers=answers)
    assert ended == 0
    assert (
        """\
Which ticket? 异响
The window, such as tomorrow 9-11: tomorow 9-11
'tomorow 9-11' is not a window; did you mean tomorrow?
The window, such as tomorrow 9-11: tomorrow morning
tomorrow morning: from when to when, such as 9-11: 11-9
the window 'tomorrow morning 11-9' ends before it begins; write it like tomorrow
9-11, 11-30 14:00-16:00, mon 2-4pm, mon 9:00 +2h, 明天下午2点到4点
tomorrow morning: from when to when, such as 9-11: 9-11
  1) customer
  2) outlet
Who asked for the window? 客
'客' is not in the list; type 1 or 2
Who asked for the window? 9
the list has no line 9; type 1 or 2
Who asked for the window? customer
"""
        in shown
    )
    assert outlet.do("ticket", "show", "T3")["status"] == "appointed"


def test_a_window_is_asked_for_as_people_say_it(outlet: Desk) -> None:
    person = Person(outlet, SERVICEDESK_LANGUAGE="zh")
    _, shown = person.types("ticket", "appoint", "T3", answers=("后天下午", "2点到4点", "客户"))
    assert shown.startswith("""\
预约时间段，如 明天下午2点到4点：后天下午
后天下午：几点到几点？如 2-4：2点到4点
  1) 用户
  2) 网点
时段是谁要求的？ 客户
""")
    found = outlet.do("ticket", "show", "T3")["events"][-1]
    assert (found["window_from"][:16], found["window_to"][:16]) == ("2026-11-23T14:00", "2026-11-23T16:00")


def test_without_a_terminal_the_side_that_asked_is_needed(outlet: Desk) -> None:
    told = outlet.refused(2, "ticket", "appoint", "T3", "tomorrow", "9-11")
    assert told == "error: missing option '--asked-by'\nhint: servicedesk ticket appoint --help\n"


def test_of_many_tickets_ten_are_shown_and_all_can_be_named(outlet: Desk) -> None:
    for n in range(5, 16):
        outlet.do("ticket", "open", "--customer", "C2", "--no-appliance", f"夹纸{n}")
    person = Person(outlet)
    ended, shown = person.types("ticket", "wait", "--cause", "customer", answers=("11", "陈静", "T1"))
    assert "  and more: a part of a name, or the number, such as T12\n" in shown
    assert "the list has no line 11; type 1 to 10, or a name\n" in shown
    assert "'陈静' may be 1), 2), 3), 4), 5), 6), 7), 8), 9), 10), T5\n" in shown
    assert (ended, outlet.do("ticket", "show", "T1")["status"]) == (0, "waiting")
    assert person.types("ticket", "wait", "--cause", "customer", answers=("夹纸5",))[0] == 0
    assert outlet.do("ticket", "show", "T5")["status"] == "waiting"


def test_a_technician_is_named_only_where_there_is_one(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "leaks")
    ended, shown = Person(desk).types("ticket", "assign", "T1")
    assert (ended, shown) == (3, "error: there are no technicians yet\nhint: 'technician add NAME' registers one\n")
    ended, shown = Person(desk).types("ticket", "complete", "T1", "--outcome", "fixed")
    assert (ended, shown.startswith("warning: nobody is named for the work of T1")) == (0, True)


def test_an_argument_may_begin_with_a_minus_sign(outlet: Desk) -> None:
    assert Person(outlet).types("customer", "add", answers=("-李强", "138 0013 8111", "", ""))[0] == 0
    assert outlet.do("customer", "show", "C3")["name"] == "-李强"


def test_the_candidates_of_an_answer_stand_one_below_the_other(outlet: Desk) -> None:
    outlet.do("appliance", "add", "--customer", "C1", "--category", "washer")
    ended, shown = Person(outlet).types("appliance", "show", answers=("王芳", "2"))
    assert ended == 0
    assert (
        """\
  1) A1  fridge Haier  王芳 C1
  2) A2  washer  王芳 C1
Which one? (a number): 2
appliance   A2
category    washer
"""
        in shown
    )


def test_of_several_that_were_typed_one_is_chosen(outlet: Desk) -> None:
    outlet.do("appliance", "add", "--customer", "C1", "--category", "washer")
    outlet.do("customer", "add", "王强", "--phone", "13700137000")
    ended, shown = Person(outlet).types("appliance", "edit", "王芳", "--model", "X1", answers=("3", "washer"))
    assert (ended, "the list has no line 3; type 1 or 2\n" in shown) == (0, True)
    assert outlet.do("appliance", "show", "A2")["model"] == "X1"
    ended, shown = Person(outlet).types("customer", "tier", "王", "vip", answers=("2",))
    assert (ended, outlet.do("customer", "show", "C3")["tier"]) == (0, "vip")
    assert "'王' may be several customers:\n" in outlet.refused(4, "customer", "tier", "王", "vip")


def test_a_known_phone_is_asked_about_and_no_answer_is_lost(outlet: Desk) -> None:
    person = Person(outlet)
    ended, shown = person.types("customer", "add", "王强", answers=("13800138000", "", "", ""))
    assert (ended, shown.count("C1  王芳  13800138000  人民路8号\n")) == (4, 1)
    ended, shown = person.types("customer", "add", "王强", answers=("13800138000", "", "", "y"))
    assert (ended, "Is it somebody else? [y/N]: y\nC1 has the same phone or address\n" in shown) == (0, True)
    assert outlet.do("customer", "show", "C3")["name"] == "王强"


def test_a_window_before_the_report_is_asked_for_again(outlet: Desk) -> None:
    words = ("ticket", "appoint", "T1", "--asked-by", "customer")
    ended, shown = Person(outlet).types(*words, answers=("11-19 9-11", "tomorrow 9-11"))
    assert (ended, shown.count("The window, such as")) == (0, 2)
    assert "the window ends 2026-11-19 11:00, before T1 was reported 2026-11-20" in shown


def test_several_references_are_one_answer(outlet: Desk) -> None:
    ended, shown = Person(outlet).types("household", "link", answers=("H1 C9", "H1 陈静"))
    assert (ended, "there is no customer C9" in shown) == (0, True)
    assert [row["name"] for row in outlet.do("household", "show", "H1")["members"]] == ["王芳", "陈静"]


@pytest.mark.parametrize("words", [("--format", "json"), ("--format", "tsv")])
def test_no_script_is_asked(outlet: Desk, words: tuple[str, ...]) -> None:
    person = Person(outlet)
    ended, shown = person.types("ticket", "open", *words)
    assert ended == 2
    assert shown.startswith("error: missing argument 'TEXT'\nhint: servicedesk ticket open --help")
    assert person.types("--quiet", "ticket", "assign", "T1")[0] == 2
    ended, shown = person.types("customer", "add", *words)
    assert (ended, shown.partition("\n")[0]) == (2, "error: missing argument 'NAME'")


@pytest.mark.parametrize("stdin", [subprocess.DEVNULL, subprocess.PIPE])
def test_nobody_is_asked_where_the_input_is_no_terminal(outlet: Desk, stdin: int) -> None:
    ours, theirs = pty.openpty()
    for words in (["ticket", "open"], ["ticket", "open", "leaks"], ["customer", "add"], ["ticket", "wait", "T1"]):
        command = [sys.executable, "-m", "servicedesk", "--db", str(outlet.path), *words]
        done = subprocess.run(command, stdin=stdin, stdout=theirs, stderr=theirs, timeout=300)
        assert done.returncode == 2
    os.close(theirs)
    os.close(ours)


def test_a_pipe_gets_the_option_that_is_missing(outlet: Desk) -> None:
    for words, missing in (
        (("ticket", "open"), "missing argument 'TEXT'"),
        (("ticket", "open", "leaks"), "one of --appliance, --customer, --phone"),
        (("ticket", "assign", "T1"), "one of NAME, --to NAME and --auto"),
        (("ticket", "appoint", "T1", "--asked-by", "customer"), "missing argument 'WINDOW'"),
        (("ticket", "wait", "T1"), "missing option '--cause'"),
        (("callback", "log", "T2"), "one of --reached, --no-answer, --wrong-number, --refused"),
        (("complaint", "close", "K1"), "either --upheld or --not-upheld"),
        (("customer", "show"), "--phone"),
    ):
        assert missing in outlet.refused(2, *words)
    assert "missing argument" in outlet.refused(2, "customer", "add", "--phone", "13700137000")


def test_wrong_values_of_the_command_itself_are_told_as_ever(outlet: Desk) -> None:
    person = Person(outlet)
    ended, shown = person.types("ticket", "wait", "T1", "--cause", "weather")
    assert (ended, "'weather' is not one of 'manufacturer_part'" in shown) == (2, True)
    ended, shown = person.types("ticket", "wait", "--cuase", "x")
    assert (ended, shown.partition("\n")[0]) == (2, "error: no such option: --cuase (Possible options: --cause)")


def test_the_fault_of_a_ticket_is_read_in_chinese(outlet: Desk) -> None:
    outlet.do("ticket", "edit", "T3", "--fault", "noise")
    _, shown = Person(outlet, SERVICEDESK_LANGUAGE="zh").types("ticket", "wait", "--cause", "customer", answers=(END,))
    assert "T3  维修 王芳 噪音\n" in shown


def test_what_ends_or_moves_a_ticket_offers_open_ones_alone(outlet: Desk) -> None:
    _, shown = Person(outlet).types("ticket", "cancel", "--reason", "works_again", "--by", "customer")
    assert [line.split()[1] for line in shown.splitlines() if line.startswith("  ") and ")" in line][-2:] == [
        "T3",
        "T1",
    ]
    assert "T2 " not in shown


def test_a_complaint_asks_for_the_customers_words(outlet: Desk) -> None:
    code, _ = Person(outlet).types("complaint", "open", "--ticket", "T2", answers=("态度差", "态度差，说话难听"))
    assert code == 0
    found = outlet.do("complaint", "show", "K2")
    assert (found["about"], found["text"]) == ("conduct", "态度差，说话难听")


def test_the_ticket_that_stays_is_another_one_of_the_home(outlet: Desk) -> None:
    outlet.do("ticket", "open", "--customer", "C2", "滴水", now="2026-11-21 09:00")
    words = ("ticket", "cancel", "T3", "--reason", "duplicate", "--by", "outlet")
    ended, shown = Person(outlet).types(*words, answers=("T3", "1"))
    assert [line for line in shown.splitlines() if re.match(" +[0-9]+\\) ", line)] == [
        "  1) T1  repair 王芳 冰箱不制冷", "  2) T2  repair 王芳 漏水",
    ]  # fmt: skip
    assert "stays: T3\nT3 cannot be a duplicate of itself\nThe ticket that stays: 1\n" in shown
    assert (ended, outlet.do("ticket", "show", "T3")["events"][-1]["duplicate_of_id"]) == (0, 1)
