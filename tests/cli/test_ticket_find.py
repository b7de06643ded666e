"""ticket find: tickets by what was said, found, done and noted."""

import pytest

from tests.conftest import Desk, filled_once


@filled_once
def worked(desk: Desk) -> Desk:
    """T1 to T5: a fridge, a fridge, a washer, nothing known, undone; T3 has a note."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    for category in ("fridge", "fridge", "washer"):
        desk.do("appliance", "add", "--customer", "C1", "--category", category)
    for appliance, text in (
        ("A1", "冰箱不制冷，灯也不亮"),
        ("A2", "Makes NOISE, 100% sure"),
        ("A3", "漏水 型号ＸＱＧ"),
    ):
        desk.do("ticket", "open", "--appliance", appliance, text, now="2026-11-02 09:00")
    desk.do("ticket", "open", "--customer", "C1", "--no-appliance", "--fault", "not_cooling", "来看看")
    desk.do("ticket", "complete", "T2", "--outcome", "fixed", "--note", "换了压缩机底座", "--cause", "loose")
    desk.do("ticket", "complete", "T3", "--outcome", "fixed", "--found", "drain")
    desk.do("note", "add", "T3", "备用钥匙在物业")
    desk.do("ticket", "open", "--appliance", "A1", "漏水很多")
    desk.do("undo")
    return desk


def found(desk: Desk, *words: str) -> list[int]:
    return [row["id"] for row in desk.do("ticket", "find", *words)]


@pytest.mark.parametrize(
    ("words", "ids"),
    [(("冰箱不制冷",), [1]), (("不制冷",), [4, 1]), (("not cooling",), [4]), (("不冷",), [4]), (("漏水",), [3]),
     (("noise",), [2]), (("sure", "noise"), [2]), (("noise", "漏水"), []), (("xqg",), [3]), (("ＮＯＩＳＥ",), [2]),
     (("压缩机",), [2]), (("松动",), [2]), (("loose",), [2]), (("排水",), [3]), (("物业",), [3]), (("冰箱",), [2, 1]),
     (("洗衣机钥匙",), [3]), (("制冷",), [4, 1]), (("100%",), [2]), (("1_0",), []), (("%",), [2]), (("\\",), []),
     (("灯不亮",), []),
     (("灯",), [1]), (("王芳",), [])],
)  # fmt: skip
def test_words_and_codes_find_tickets_ended_ones_too(worked: Desk, words: tuple[str, ...], ids: list[int]) -> None:
    assert found(worked, *words) == ids


def test_a_whole_page_as_one_word_is_looked_for(worked: Desk) -> None:
    worked.do("note", "add", "T1", "长" * 20_000 + "尾")
    assert found(worked, "长" * 20_000 + "尾") == [1]
    assert found(worked, "长" * 20_000 + "首") == []


def test_the_newest_come_first_and_more_are_told(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    for n in range(70):
        desk.do("ticket", "open", "--customer", "C1", f"漏水 {n}")
    answer = desk.run("ticket", "find", "漏水", "-f", "json")
    assert [row["id"] for row in answer.json] == list(range(70, 20, -1))
    assert answer.err == "more than 50 are found: type more of it, or --limit 0 shows all\n"
    assert found(desk, "漏水", "--limit", "0") == list(range(70, 0, -1))


def test_what_was_said_by_somebody_who_is_forgotten_is_not_found(worked: Desk) -> None:
    worked.do("customer", "forget", "C1", "--yes")
    assert [found(worked, word) for word in ("灯", "sure", "底座", "物业")] == [[], [], [], []]
    assert found(worked, "不制冷") == [4]
