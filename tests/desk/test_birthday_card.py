"""The wording of cards, zh and en (M3, M23, M25)."""

import pytest

from servicedesk.desk.maintenance.birthday_card import Machine, card, ordinal

TV = Machine("crt_tv", "彩电", "海尔", 5, "2005-02-22", False, None)


def made(category: str = "fridge", **more: object) -> Machine:
    values = {"label_zh": "冰箱", "brand": "Haier", "age": 5, "due_on": "2026-12-05", "approx": False} | more
    return Machine(category=category, safe_life_years=10, **values)  # type: ignore[arg-type]


def on_its_day(names: list[str], machines: list[Machine], language: str) -> str:
    """The card printed on the birthday of the first machine."""
    return card(names, machines, language, on=machines[0].due_on)


def test_on_another_day_than_the_birthday_the_card_names_its_date() -> None:
    on = "2026-11-30"
    assert card(["王芳"], [made()], "zh", on=on).startswith("尊敬的王芳，12月5日是您的Haier冰箱5周岁生日，感谢")
    assert card(["王芳"], [made(approx=True)], "zh", on=on).startswith("尊敬的王芳，12月是您的Haier冰箱5周岁生日")
    assert card(["Ms Chen"], [made()], "en", on=on).startswith("Dear Ms Chen, 5 December is the 5th birthday of your")


def test_the_card_of_mr_ban_reads_as_in_the_book() -> None:
    assert on_its_day(["班先生"], [TV], "zh") == (
        "尊敬的班先生，今天是您的海尔彩电5周岁生日，感谢您成为海尔的用户，并请接受我们对您全家人的祝福，"
        "同时，我们的星级服务工程师会对您的家电进行通检及保养。"
    )


def test_a_card_says_this_month_where_the_day_is_unknown() -> None:
    assert on_its_day(["王芳"], [made(approx=True)], "zh").startswith("尊敬的王芳，本月是您的Haier冰箱5周岁生日，感谢")
    assert on_its_day(["王芳"], [made(approx=True)], "en").startswith("Dear 王芳, this month brings the 5th birthday")


def test_beyond_its_safe_life_a_machine_gets_advice_instead_of_praise() -> None:
    text = on_its_day(["王芳"], [made(age=10)], "zh")
    assert "已达到10年的安全使用年限" in text
    assert "感谢" not in text
    assert "Thank you" not in on_its_day(["王芳"], [made(age=10)], "en")
    assert "感谢" in on_its_day(["王芳"], [made(age=9)], "zh")


def test_several_machines_are_listed() -> None:
    text = on_its_day(["王芳", "李强"], [made(), made("flat_tv", label_zh=None, brand=None, age=3, approx=True)], "zh")
    assert text.split("\n") == [
        "尊敬的王芳、李强，您的家电过生日了：",
        "  2026年12月5日：Haier冰箱5周岁生日",
        "  2026年12月：flat_tv3周岁生日",
        "感谢您成为Haier的用户，并请接受我们对您全家人的祝福，同时，我们的星级服务工程师会对您的家电进行通检及保养。",
    ]


def test_english_card_in_full() -> None:
    assert on_its_day(["Ms Chen"], [made("flat_tv", age=1)], "en") == (
        "Dear Ms Chen, today is the 1st birthday of your Haier flat TV. Thank you for\n"
        "choosing Haier; our best wishes to your whole family. Our star service\n"
        "engineer will check and care for your appliances."
    )


def test_no_brand_is_no_gap() -> None:
    assert "您的冰箱5周岁生日，感谢您成为我们的用户" in on_its_day(["王芳"], [made(brand=None)], "zh")


@pytest.mark.parametrize(
    ("count", "text"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")]
)
def test_ordinals(count: int, text: str) -> None:
    assert ordinal(count) == text
