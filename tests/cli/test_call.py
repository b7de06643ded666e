"""`ticket open` at a terminal: who calls, about which appliance, what is wrong, in one dialogue."""

from pathlib import Path

import pytest

from tests.conftest import Desk, filled_once
from tests.terminal import END, INTERRUPT, Person

WHO = "Who calls? (part of a phone, name or address; n: new): "
WHICH_ONE = "Which one? (a number, or more of it; n: new, b: back): "
APPLIANCE = "Which appliance? (a number; n: another one, -: none, p: another person calls): "
PROBLEM = "The problem, in the customer's words: "
KINDS = """\
  1) crt tv                  10) range hood
  2) bw tv                   11) gas water heater
  3) flat tv                 12) electric water heater
  4) video recorder          13) vacuum cleaner
  5) fridge                  14) fan
  6) freezer                 15) dishwasher
  7) washer                  16) small
  8) ac                      17) computer
  9) microwave
"""


@filled_once
def callers(desk: Desk) -> Desk:
    """Two people called Wang: the first has two appliances, the other one. A technician, for an area."""
    desk.do("technician", "add", "李强", "--area", "南坪")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--address", "人民路8号")
    desk.do("customer", "add", "王强", "--phone", "13900139000")
    for customer, category in (("C1", "fridge"), ("C1", "washer"), ("C2", "ac")):
        desk.do("appliance", "add", "--customer", customer, "--category", category, "--brand", "Haier")
    return desk


@pytest.fixture
def person(callers: Desk) -> Person:
    return Person(callers)


def ticket(person: Person, number: int = 1) -> tuple[int | None, int | None, str]:
    """Whose, about which appliance, and what is told of it."""
    found = person.desk.do("ticket", "show", f"T{number}")
    return found["customer_id"], found["appliance_id"], found["text"]


def asked(shown: str) -> list[str]:
    """The questions, each as often as it was asked, without what was typed."""
    questions = (WHO, WHICH_ONE, APPLIANCE, PROBLEM, "Name: ", "Phone (-: none): ", "Open? [Y/n, b: back]: ")
    return [question for line in shown.splitlines() for question in questions if line.startswith(question)]


def test_a_known_caller(person: Person) -> None:
    code, shown = person.types("ticket", "open", answers=("王", "1", "2", "漏水 -18°", ""))
    assert code == 0
    assert (
        shown
        == f"""\
{WHO}王
  1) C1  王芳  138****8000  人民路8号
  2) C2  王强  139****9000
{WHICH_ONE}1
  C1  王芳  13800138000  人民路8号
  1) A1 fridge Haier
  2) A2 washer Haier
{APPLIANCE}2
{PROBLEM}漏水 -18°
customer   C1 王芳
appliance  A2 washer Haier
problem    漏水 -18°
Open? [Y/n, b: back]:\x20
ticket     T1 repair
status     open
customer   C1 王芳
appliance  A2 washer Haier
problem    漏水 -18°
reported   2026-11-21 18:00
deadline   2026-11-22 18:00
next: 'servicedesk ticket assign T1'
"""
    )
    assert ticket(person) == (1, 2, "漏水 -18°")


def test_a_whole_phone_or_a_reference_names_one_alone(person: Person) -> None:
    _, shown = person.types("ticket", "open", answers=("139-0013-9000", "", "no cold air", ""))
    assert "  C2  王强  13900139000\n  1) A3 ac Haier\n" in shown
    assert ticket(person) == (2, 3, "no cold air")
    _, shown = person.types("ticket", "open", answers=("c2", "-", "a question", "y"))
    assert "  still open: T1 open 2026-11-21 no cold air\n" in shown
    assert ticket(person, 2) == (2, None, "a question")


def test_an_unknown_caller_is_registered_on_the_way_and_undone_as_one_command(person: Person) -> None:
    kept = person.desk.do("info")
    answers = ("13912345678", "", "赵敏", "", "城东", "", "洗衣机", "海尔", "2021", "漏水", "")
    code, shown = person.types("ticket", "open", answers=answers)
    assert code == 0
    assert shown.startswith(f"""\
{WHO}13912345678
No customer found for '13912345678'. Register? [Y/n]:\x20
Name: 赵敏
Address (Enter: not known):\x20
  1) 南坪
Area (Enter: not known): 城东
'城东' is a new area: keep it? [Y/n]:\x20
{KINDS}\
Which kind of appliance? (Enter: it is not about one): 洗衣机
Brand (Enter: not known): 海尔
Bought, such as 2024-03 or 2024 (Enter: not known): 2021
{PROBLEM}漏水
customer   赵敏, 13912345678, 城东 (new)
appliance  washer Haier 2021 (new)
problem    漏水
Open? [Y/n, b: back]:\x20
""")
    assert ticket(person) == (3, 4, "漏水")
    found = person.desk.do("customer", "show", "C3")
    assert (found["name"], found["phones"], found["area"]) == ("赵敏", ["13912345678"], "城东")
    assert person.desk.do("appliance", "show", "A4")["bought_on"] == "2021-01-01"
    assert [row["command"] for row in person.desk.do("history", "--limit", "1")] == ["ticket open"]
    person.desk.do("undo")
    assert person.desk.do("info") == kept
    person.desk.do("redo")
    assert ticket(person) == (3, 4, "漏水")


def test_the_kind_typed_again_is_not_taken_for_the_brand(person: Person) -> None:
    answers = ("王强", "1", "n", "fridge", "冰箱", "海尔", "2021", "warm", "")
    code, shown = person.types("ticket", "open", answers=answers)
    assert (code, "'冰箱' is the kind, not the brand\n" in shown) == (0, True)
    assert person.desk.do("appliance", "show", "A4")["brand"] == "Haier"


def test_what_is_missing_of_a_new_appliance_stands_below_the_ticket(person: Person) -> None:
    answers = ("王强", "1", "n", "fridge", "", "", "warm", "")
    _, shown = person.types("ticket", "open", answers=answers)
    assert shown.endswith("deadline   2026-11-22 18:00\nnext: 'servicedesk ticket assign T1'\n")
    _, shown = person.types("ticket", "open", answers=answers)
    assert shown.endswith("""\
A4 looks the same: two of a kind, or entered twice?
the yearly maintenance visit needs the month of purchase: appliance edit A5
--bought 2024-03
""")
    _, shown = Person(person.desk, SERVICEDESK_LANGUAGE="zh").types("ticket", "open", answers=answers)
    assert shown.endswith("每年的保养上门需要知道购买月份：appliance edit A6 --bought 2024-03\n")


def test_a_new_customer_at_once_without_an_appliance(person: Person) -> None:
    code, shown = person.types("ticket", "open", answers=("n", "赵敏", "023-62801234", "", "1", "", "a question", ""))
    assert (code, ticket(person)) == (0, (3, None, "a question"))
    assert "customer  赵敏, 023-62801234, 南坪 (new)\nproblem   a question\n" in shown


def test_somebody_on_a_shared_phone(person: Person) -> None:
    """The wife calls from the phone of 王芳, then somebody who is recorded already."""
    answers: tuple[str, ...] = ("n", "陈静", "13800138000", "人民路8号", "", "n", "冰箱", "", "", "不制冷", "")
    code, shown = person.types("ticket", "open", answers=answers)
    assert code == 0
    assert (
        """\
The phone, or the name at that address, is already recorded:
  1) C1  王芳  13800138000  人民路8号
Who calls? (a number; n: somebody else, b: back): n
"""
        in shown
    )
    assert ticket(person) == (3, 4, "不制冷")
    code, shown = person.types("ticket", "open", "--phone", "13800138000", answers=("2", "", "又不制冷", ""))
    assert (
        """\
  1) C1  王芳  13800138000  人民路8号
  2) C3  陈静  13800138000  人民路8号
"""
        in shown
    )
    assert "warning: T1 of this appliance is still open\nOpen? [Y/n, b: back]: " in shown
    assert ticket(person, 2) == (3, 4, "又不制冷")
    answers = ("n", "王芳", "13800138000", "", "", "1", "1", "门关不上", "")
    assert person.types("ticket", "open", answers=answers)[0] == 0
    assert ticket(person, 3) == (1, 1, "门关不上")


def test_another_person_of_a_home_joins_it(person: Person) -> None:
    person.desk.do("household", "add", "王家", "--member", "C1")
    answers = ("n", "陈静", "13800138000", "", "", "n", "", "", "不制冷", "")
    assert person.types("ticket", "open", answers=answers)[0] == 0
    assert person.desk.do("customer", "show", "C3")["household_id"] == 1


def test_a_repeat_and_a_duplicate_are_told_before_it_is_opened(person: Person) -> None:
    person.desk.do("ticket", "open", "--appliance", "A3", "no cold air", now="2026-11-10 09:00")
    person.desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-11 09:00")
    person.desk.do("ticket", "open", "--appliance", "A3", "again", now="2026-11-20 09:00")
    code, shown = person.types("ticket", "open", "--phone", "13900139000", answers=("again", "n"))
    assert code == 130
    assert shown.endswith("""\
customer   C2 王强
appliance  A3 ac Haier
problem    again
A3 ac Haier: 2 earlier tickets
  T2 repair 2026-11-20 again: open
  T1 repair 2026-11-10 no cold air: fixed 2026-11-11
warning: T2 of this appliance is still open
warning: a repeat within 30 days: T1 was completed 10 days ago (fixed)
Open? [Y/n, b: back]: n
nothing was written
""")
    assert person.desk.do("info")["tickets"] == 2


def test_three_typing_errors_cost_three_lines(person: Person) -> None:
    """A line that the list has not, an appliance that nobody knows, no problem: only that question comes again."""
    answers = ("王", "7", "1", "n", "frigde", "", "fridge", "", "2o24", "2024", "", "  ", "warm", "")
    code, shown = person.types("ticket", "open", answers=answers)
    assert (code, ticket(person)) == (0, (1, 4, "warm"))
    for line in (
        f"{WHICH_ONE}7\nthe list has no line 7; type 1 to 2, or a name\n{WHICH_ONE}1\n",
        "Which kind of appliance? frigde\nthere is no category 'frigde'; did you mean fridge?\n",
        "Which kind of appliance? \nan answer is needed here; ^C ends, and nothing is written\n",
        "(Enter: not known): 2o24\n'2o24' is not a date",
        f"{PROBLEM}\nan answer is needed here; ^C ends, and nothing is written\n{PROBLEM}",
    ):
        assert line in shown, line
    assert asked(shown).count(WHO) == 1


def test_a_word_of_several_lines_names_them(person: Person) -> None:
    answers = ("139", "", "n", "heater", "gas", "", "", "no flame", "")
    code, shown = person.types("ticket", "open", answers=answers)
    assert (code, "'heater' may be 11), 12)\n" in shown) == (0, True)
    assert person.desk.do("appliance", "show", "A4")["category"] == "gas_water_heater"


def test_a_misspelt_area_is_not_kept(person: Person) -> None:
    answers = ("n", "赵敏", "13912345678", "", "南平", "n", "南坪", "", "leaks", "")
    code, shown = person.types("ticket", "open", answers=answers)
    assert (code, "'南平' is a new area: keep it? [Y/n]: n\none of 南坪\n" in shown) == (0, True)
    assert person.desk.do("customer", "show", "C3")["area"] == "南坪"


def test_b_goes_back_one_question(person: Person) -> None:
    answers = ("b", "王", "b", "139", "", "b", "强", "1", "1", "leeks", "b", "leaks", "b", "leaks a lot", "")
    code, shown = person.types("ticket", "open", answers=answers)
    assert (code, ticket(person)) == (0, (2, 3, "leaks a lot"))
    assert shown.startswith(f"{WHO}b\nthis is the first question; ^C ends\n{WHO}")
    assert asked(shown).count(WHO) == 4
    assert asked(shown).count(PROBLEM) == 3


def test_nobody_is_registered_who_was_only_misheard(person: Person) -> None:
    code, shown = person.types("ticket", "open", answers=("王花", "no", "王芳", "", "1", "leaks", ""))
    assert (code, ticket(person)) == (0, (1, 1, "leaks"))
    assert "No customer found for '王花'. Register? [Y/n]: no\n" in shown
    assert person.desk.do("info")["customers"] == 2


def test_a_name_that_nobody_has_is_that_of_the_new_customer(person: Person) -> None:
    assert person.types("ticket", "open", answers=("赵敏", "", "13912345678", "", "", "", "leaks", ""))[0] == 0
    assert person.desk.do("customer", "show", "C3")["name"] == "赵敏"


def test_a_caller_without_a_phone_is_registered_and_whoever_is_to_call_reads_so(person: Person) -> None:
    code, shown = person.types("ticket", "open", answers=("赵敏", "", "-", "人民路8号", "", "", "leaks", ""))
    assert (code, "customer  赵敏, no phone, 人民路8号 (new)\n" in shown) == (0, True)
    assert person.desk.do("customer", "show", "C3")["phones"] == []
    assert "C3 赵敏 | ordinary | no phone\n" in person.desk.run("customer", "show", "C3", "-f", "table").out
    person.desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--technician", "Li")
    assert person.desk.do("callback", "due")[0]["phone"] is None
    assert "  no phone  " in person.desk.run("callback", "due", "-f", "table").out


def test_of_two_without_a_phone_the_name_at_that_address_is_known(person: Person) -> None:
    add = ("customer", "add", "赵敏", "--no-phone", "--address", "人民路8号")
    person.desk.do(*add)
    assert "already recorded" in person.desk.refused(4, *add)


def test_a_phone_that_may_be_mistyped_is_asked_about(person: Person) -> None:
    answers = ("1391234567", "", "", "1391234567", "n", "13912345678", "赵敏", "", "", "", "leaks", "")
    code, shown = person.types("ticket", "open", answers=answers)
    assert code == 0
    assert (
        """\
11 digits expected, 1391234567 has 10: keep it? [y/N]:\x20
the right one, then
Phone (-: none): 1391234567
11 digits expected, 1391234567 has 10: keep it? [y/N]: n
the right one, then
Phone (-: none): 13912345678
Name: 赵敏
"""
        in shown
    )
    assert person.desk.do("customer", "show", "C3")["phones"] == ["13912345678"]


def test_a_whole_phone_typed_at_keep_it_is_the_right_one(person: Person) -> None:
    answers = ("1390000222", "", "13900002222", "赵敏", "", "", "", "leaks", "")
    code, shown = person.types("ticket", "open", answers=answers)
    assert (code, "has 10: keep it? [y/N]: 13900002222\nName: 赵敏\n" in shown) == (0, True)
    assert person.desk.do("customer", "show", "C3")["phones"] == ["13900002222"]


def test_b_at_keep_it_goes_back_to_the_phone_and_from_there_to_the_caller(person: Person) -> None:
    answers = ("1390000222", "", "b", "b", "139", "", "", "leaks", "")
    code, shown = person.types("ticket", "open", answers=answers)
    assert (code, f"has 10: keep it? [y/N]: b\nPhone (-: none): b\n{WHO}139\n" in shown) == (0, True)
    assert ticket(person) == (2, 3, "leaks")


def test_a_phone_is_no_name_and_an_address_is_no_phone(person: Person) -> None:
    answers = ("n", "13900002222", "12", "赵敏", "城东 3-4-502", "13900002222", "", "", "", "leaks", "")
    code, shown = person.types("ticket", "open", answers=answers)
    assert code == 0
    assert (
        """\
Name: 13900002222
'13900002222' is a phone; the name first
Name: 12
'12' is no name
Name: 赵敏
Phone (-: none): 城东 3-4-502
'城东 3-4-502' is no phone; digits, such as 13800138000
Phone (-: none): 13900002222
"""
        in shown
    )


def test_a_mistyped_phone_in_chinese(callers: Desk) -> None:
    person = Person(callers, SERVICEDESK_LANGUAGE="zh")
    answers = ("1390000222", "", "n", "城东 3-4-502", "13900002222", "13900002222", "12", END)
    _, shown = person.types("ticket", "open", answers=answers)
    assert (
        """\
应为 11 位，1390000222 有 10 位，仍然保留吗？ [y/N]：n
请重新输入
电话（-：没有）：城东 3-4-502
“城东 3-4-502”不是电话；请输入数字，如 13800138000
电话（-：没有）：13900002222
姓名：13900002222
“13900002222”是电话；请先输入姓名
姓名：12
“12”不是姓名
"""
        in shown
    )


def test_what_was_said_is_not_asked_for(person: Person) -> None:
    code, shown = person.types("ticket", "open", "--phone", "13900139000", answers=("no cold air", ""))
    assert (code, ticket(person)) == (0, (2, 3, "no cold air"))
    assert asked(shown) == [PROBLEM, "Open? [Y/n, b: back]: "]
    code, shown = person.types("ticket", "open", "--customer", "C1", "leaks", answers=("A9", "1", ""))
    assert (code, ticket(person, 2)) == (0, (1, 1, "leaks"))
    code, shown = person.types("ticket", "open", "--appliance", "A1", answers=("-18 °C not reached", ""))
    assert (code, ticket(person, 3)) == (0, (1, 1, "-18 °C not reached"))
    for words in (("--customer", "C1", "--no-appliance"), ("--phone", "13900139000"), ("--appliance", "A2")):
        code, shown = person.types("ticket", "open", *words, "leaks")
        assert (code, asked(shown)) == (0, [])


def test_a_customer_s_name_behind_open_is_who_calls_and_no_problem(person: Person) -> None:
    code, shown = person.types("ticket", "open", "王强", answers=("1", "", "no cold air", ""))
    assert (code, ticket(person)) == (0, (2, 3, "no cold air"))
    assert "problem    no cold air\n" in shown


def test_a_name_of_several_is_a_list_at_a_terminal(person: Person) -> None:
    code, shown = person.types("ticket", "open", "--customer", "王", "leaks", answers=("2", "", ""))
    assert (code, ticket(person)) == (0, (2, 3, "leaks"))
    assert asked(shown) == [WHICH_ONE, "Open? [Y/n, b: back]: "]
    code, shown = person.types("ticket", "open", "--customer", "赵敏", "leaks", answers=("n", "王强", "1", "", ""))
    assert (code, ticket(person, 2)) == (0, (2, 3, "leaks"))
    assert "may be several customers" in person.desk.refused(4, "ticket", "open", "--customer", "王", "leaks")


def test_many_are_shown_ten_at_a_time(person: Person) -> None:
    for n in range(12):
        person.desk.do("customer", "add", f"赵{n}", "--phone", f"1370013700{n}")
    code, shown = person.types("ticket", "open", "--phone", "555", "x", answers=("n", "赵", "C99", "赵11", "1", "", ""))
    assert code == 0
    assert "  and 2 more\n" in shown
    assert person.desk.do("ticket", "show", "T1")["customer_id"] == 14


FULL = ("13912345678", "", "赵敏", "", "城东", "", "洗衣机", "海尔", "2021", "漏水", "")


@pytest.mark.parametrize("key", [INTERRUPT, END])
@pytest.mark.parametrize("after", range(len(FULL)))
def test_an_end_at_any_question_leaves_nothing_behind(person: Person, key: str, after: int) -> None:
    kept = person.desk.path.read_bytes()
    code, shown = person.types("ticket", "open", answers=(*FULL[:after], key))
    assert code == 130
    assert shown.endswith(": \nnothing was written\n") or shown.endswith(": ^C\nnothing was written\n")
    assert person.desk.path.read_bytes() == kept


def test_questions_go_beside_the_answer(person: Person, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    code, shown = person.types("ticket", "open", "--customer", "C2", answers=("leaks", ""), out=out)
    assert code == 0
    assert PROBLEM in shown
    assert out.read_text(encoding="utf-8").startswith("id\t")


def test_in_chinese(callers: Desk) -> None:
    person = Person(callers, SERVICEDESK_LANGUAGE="zh")
    code, shown = person.types("ticket", "open", answers=("王", "3", "1", "冰箱", "不制冷", "是"))
    assert code == 0
    assert (
        shown
        == """\
谁来电？（电话、姓名或地址的一部分；n：新用户）：王
  1) C1  王芳  138****8000  人民路8号
  2) C2  王强  139****9000
哪一位？（序号，或再多输入一些；n：新用户，b：返回）：3
列表中没有第 3 项；输入 1 到 2，或名称
哪一位？（序号，或再多输入一些；n：新用户，b：返回）：1
  C1  王芳  13800138000  人民路8号
  1) A1 冰箱 Haier
  2) A2 洗衣机 Haier
哪台家电？（序号；n：另一台，-：与家电无关，p：来电的是别人）：冰箱
用户所说的问题：不制冷
用户  C1 王芳
家电  A1 冰箱 Haier
问题  不制冷
开单吗？ [Y/n，b：返回]：是
工单  T1 维修
状态  未结
用户  C1 王芳
家电  A1 冰箱 Haier
问题  不制冷
报修  2026-11-21 18:00
时限  2026-11-22 18:00
下一步：“servicedesk ticket assign T1”
"""
    )


@pytest.mark.parametrize("terminal", ["dumb", "xterm-256color"])
def test_a_screen_of_any_kind_will_do(callers: Desk, terminal: str) -> None:
    """Where the terminal can, readline takes a wide character back whole."""
    person = Person(callers, TERM=terminal)
    code, _ = person.types("ticket", "open", "--customer", "C2", answers=("漏气\x7f水", ""))
    assert (code, ticket(person)) == (0, (2, 3, "漏水"))


def test_another_person_on_a_known_phone_is_registered_from_the_question_of_the_appliance(person: Person) -> None:
    """王芳's phone is typed; her brother 王伟 calls, and says so where her appliances are listed."""
    person.desk.do("household", "add", "王家", "--member", "C1")
    answers = ("13800138000", "p", "王伟", "", "", "", "ac", "", "", "no cold air", "")
    code, shown = person.types("ticket", "open", answers=answers)
    assert code == 0, shown
    assert f"{APPLIANCE}p\nName: 王伟\n" in shown
    assert "Is it the same home as 王芳? [Y/n, b: back]: \n" in shown
    assert "customer   王伟, 13800138000 (new)\n" in shown
    found = person.desk.do("customer", "show", "C3")
    assert (found["name"], found["phones"], found["household_id"]) == ("王伟", ["13800138000"], 1)
    assert ticket(person)[0] == 3


def test_whoever_said_another_person_by_mistake_goes_back(person: Person) -> None:
    code, _ = person.types("ticket", "open", answers=("13800138000", "p", "b", "1", "漏水", ""))
    assert (code, ticket(person)[:2]) == (0, (1, 1))


def test_the_summary_says_the_date_that_was_understood(person: Person) -> None:
    answers = ("王强", "1", "n", "fridge", "", "去年", "warm", END)
    _, shown = person.types("ticket", "open", answers=answers)
    assert "appliance  fridge 2025 (new)\n" in shown


def test_a_ticket_reported_later_is_warned_of_too(callers: Desk) -> None:
    callers.do("ticket", "open", "--appliance", "A3", "warm")
    told = callers.run("ticket", "open", "--appliance", "A3", "--at", "2026-11-20 15:00", "no cold air").err
    assert "warning: T1 of this appliance is still open\n" in told
