"""What is the same name, serial or phone: folded twice it is folded once, and every spelling folds alike."""

import sys
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.base import text
from servicedesk.base.errors import UsageError
from servicedesk.base.phones import masked
from servicedesk.base.sameness import folded_name, folded_serial, half_width, phone, phone_digits, phones, plate

DOTS = "·•‧・．･∙⋅."
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(st.text())
def test_what_is_folded_is_folded(text: str) -> None:
    assert folded_name(folded_name(text)) == folded_name(text)
    assert folded_serial(folded_serial(text)) == folded_serial(text)


@given(st.lists(st.text("王艾山沙木Aabiİdé", min_size=1, max_size=4), min_size=2, max_size=3), st.sampled_from(DOTS))
def test_capitals_dots_blanks_and_width_make_no_difference_in_a_name(parts: list[str], dot: str) -> None:
    plain = folded_name("·".join(parts))
    for spelt in (dot.join(parts), f" {dot} ".join(parts).upper(), dot.join(parts).translate(WIDE)):
        assert folded_name(spelt) == plain, spelt


@pytest.mark.parametrize("spelt", ["ISMAIL", "ismail", "İsmail", "ısmaıl", "i\u0307smail", "is\u200dmail"])
def test_every_i_is_an_i(spelt: str) -> None:
    assert folded_name(spelt) == "ismail"


@given(st.from_regex(r"[A-Z0-9]{2,6}", fullmatch=True), st.from_regex(r"[A-Z0-9]{2,6}", fullmatch=True))
def test_a_plate_has_one_serial_however_it_is_grouped(left: str, right: str) -> None:
    same = {plate("Haier", f"{left}{gap}{right}") for gap in ("", "-", " ", " - ", "–", "－")}
    assert same == {plate("ＨＡＩＥＲ", f"{left}{right}".lower().translate(WIDE))}
    assert plate("Midea", left + right) not in same
    assert plate(None, left + right) not in same


def test_a_serial_of_hyphens_is_one_too() -> None:
    assert folded_serial("- -") == "--"


LINE = "057188123456"


@pytest.mark.parametrize(
    "typed",
    ["0571-88123456", "(0571)88123456", "+86 571 8812 3456", "0086 571 88123456", "86-571-88123456",
     "+86-(0)571-88123456", "０５７１－８８１２３４５６", "0571 8812 3456"],
)  # fmt: skip
def test_a_landline_is_one_however_it_is_dialled(typed: str) -> None:
    assert phone(typed) == (typed, LINE, None)
    assert phone_digits(typed) == LINE


@pytest.mark.parametrize("typed", ["13800138000", "138-0013-8000", "+86 13800138000", "8613800138000", "013800138000"])
def test_so_is_a_mobile(typed: str) -> None:
    assert phone(typed)[1:] == ("13800138000", None)


@pytest.mark.parametrize("end", ["转801", "-801", "x801", " ext. 801", "#801", "分机801", " 转 801", "（转801）"])
def test_an_extension_stands_behind_the_line(end: str) -> None:
    assert phone(f"010-62345678{end}")[1:] == ("01062345678", "801")
    assert phone(f"86-10-62345678{end}")[1:] == ("01062345678", "801")


@pytest.mark.parametrize("typed", ["400-820-8820", "4008208-820", "023-6280-1234", "86-10-6234-5678", "138-0013-8000"])
def test_the_last_group_of_a_whole_number_is_no_extension(typed: str) -> None:
    assert phone(typed).extension is None


@pytest.mark.parametrize("typed", ["0171/141037", "030/1234567", "０１７１／１４１０３７"])
def test_an_area_code_before_a_slash_belongs_to_its_number(typed: str) -> None:
    assert [one.number for one in phones(typed)] == [typed]
    assert [one.number for one in phones(f"{typed}/13800138000")] == [typed, "13800138000"]


@pytest.mark.parametrize("gap", [",", ";", "/", "、", "，", "；", "／", " ", " / ", "  "])
@pytest.mark.parametrize("first", ["13800138000", "0571 88123456", "+86 13800138000", "010-62345678转801"])
def test_two_numbers_are_two_phones(first: str, gap: str) -> None:
    assert [one.number for one in phones(f"{first}{gap}13900139000")] == [first, "13900139000"]


@pytest.mark.parametrize("typed", ["138 0013 8000", "+86 571 8812 3456", "0086 571 88123456", "+1 415 5552671"])
def test_blanks_inside_a_number_divide_nothing(typed: str) -> None:
    assert [one.number for one in phones(typed)] == [typed]


@pytest.mark.parametrize(
    "typed",
    ["1.38E+10", "1.38e10", "13800138000.0", "138****8000", "138xxxx8000", "1380013800013900139000", "0571-88123456/57",
     "٠٥٠١٢٣٤٥٦٧", "none"],
)  # fmt: skip
def test_what_lost_its_digits_is_no_phone(typed: str) -> None:
    with pytest.raises(UsageError):
        phones(typed)


@given(st.text("0123456789+-()/、 转x#e.*１０", max_size=24))
def test_a_phone_is_compared_by_what_it_is_stored_as(typed: str) -> None:
    try:
        found = phones(typed)
    except UsageError:
        return
    for one in found:
        assert one.digits == phone_digits(one.number)
        assert one.digits.isascii()
        assert len(masked(one.number)) == len(one.number)
    assert len({one[1:] for one in found}) == len(found)


def test_a_masked_phone_keeps_its_extension_to_itself() -> None:
    assert masked("010-62345678转801") == "010-****5678转***"


@given(st.text(max_size=20))
def test_half_width_keeps_every_place(text: str) -> None:
    assert len(half_width(text)) == len(text)


def test_no_sign_that_nobody_sees_gets_into_a_name() -> None:
    unseen = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    signs = {chr(code) for code in range(sys.maxunicode + 1) if category(chr(code)) in unseen}
    allowed = {sign for sign in signs if text.invisible_sign(f"a{sign}b") is None}
    assert allowed == {"\u200c", "\u200d", "\n", "\r", "\t"}
    assert {text.invisible_sign(f"a{sign}b") for sign in "\u3164\u2800\u115f"} == {"\u3164", "\u2800", "\u115f"}
