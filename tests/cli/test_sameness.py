"""One sameness through every door: what is one name, phone, serial or technician to one command is one to all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Desk, filled_once

ADD = ("customer", "add")


def csv(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "file.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def ids(desk: Desk, *words: str) -> list[int]:
    return [row["id"] for row in desk.do(*words)]


@pytest.mark.parametrize(
    "caller", ["+86 571 8812 3456", "0086-571-88123456", "０５７１－８８１２３４５６", "0571-88123456-12"]
)
def test_a_landline_is_known_however_it_calls(desk: Desk, caller: str) -> None:
    desk.do(*ADD, "林娜", "--phone", "0571-88123456")
    assert desk.do("customer", "show", "--phone", caller)["id"] == 1
    assert ids(desk, "customer", "find", caller) == [1]
    assert "C1  林娜" in desk.refused(4, *ADD, "赵敏", "--phone", caller)


@pytest.mark.parametrize(
    "caller", ["0044 20 7946 0958", "+44 (0)20 7946 0958", "00442079460958", "＋44-20-79460958", "(+44) 20 7946 0958"]
)
def test_a_number_abroad_is_known_however_it_calls_and_kept_as_typed(desk: Desk, caller: str) -> None:
    assert desk.do(*ADD, "Smith", "--phone", "+44 20 7946 0958")["phones"] == ["+44 20 7946 0958"]
    assert desk.do("customer", "show", "--phone", caller)["id"] == 1
    assert ids(desk, "customer", "find", caller) == ids(desk, "customer", "find", "7946 0958") == [1]
    assert "C1  Smith" in desk.refused(4, *ADD, "Jones", "--phone", caller)


def test_a_number_abroad_is_no_number_here_with_the_same_digits(desk: Desk) -> None:
    desk.do(*ADD, "王芳", "--phone", "13105550100")
    assert desk.do(*ADD, "Smith", "--phone", "+1 310 555 0100")["id"] == 2
    assert desk.do("customer", "show", "--phone", "001-310-555-0100")["id"] == 2
    assert ids(desk, "customer", "find", "+1 310 555") == [2]
    assert desk.do("customer", "show", "--phone", "13105550100")["id"] == 1


@pytest.mark.parametrize(("known", "typed"), [("張偉", "张伟"), ("张伟", "張偉"), ("刘发强", "劉發強")])
def test_traditional_and_simplified_characters_are_one_name(desk: Desk, known: str, typed: str) -> None:
    desk.do(*ADD, known, "--phone", "13800138000", "--address", "a")
    desk.do("technician", "add", known)
    assert ids(desk, "customer", "find", typed) == ids(desk, "customer", "find", typed[:2]) == [1]
    assert desk.do("ticket", "open", "--customer", typed, "--no-appliance", "冰箱不制冷")["customer_id"] == 1
    assert desk.do("ticket", "assign", "T1", "--to", typed)["technician"] == known
    assert f"C1  {known}" in desk.refused(4, *ADD, typed, "--phone", "13900139000", "--address", "a")
    assert "C1 has the same name" in desk.run(*ADD, typed, "--phone", "13900139000", "--address", "b").err


def test_a_name_that_is_known_as_typed_is_not_looked_for_in_other_characters(desk: Desk) -> None:
    desk.do(*ADD, "张伟", "--phone", "13800138000")
    desk.do(*ADD, "張偉", "--phone", "13900139000")
    assert (ids(desk, "customer", "find", "张伟"), ids(desk, "customer", "find", "張偉")) == ([1], [2])


def test_extensions_are_desks_behind_one_line(desk: Desk) -> None:
    desk.do(*ADD, "青木", "--phone", "010-62345678转801")
    assert "C1  青木" in desk.refused(4, *ADD, "白石", "--phone", "010-62345678-802")
    desk.do(*ADD, "白石", "--phone", "010-62345678-802", "--force")
    assert desk.do("customer", "show", "--phone", "010-62345678 ext. 802")["id"] == 2
    told = desk.refused(4, "customer", "show", "--phone", "010-62345678")
    assert ("C1  青木" in told, "C2  白石" in told) == (True, True)


def test_a_customer_may_have_two_extensions_and_drop_one(desk: Desk) -> None:
    desk.do(*ADD, "青木", "--phone", "010-62345678转801/010-62345678转802")
    assert "name the extension" in desk.refused(4, "customer", "edit", "C1", "--drop-phone", "010-62345678")
    left = desk.do("customer", "edit", "C1", "--drop-phone", "010-62345678#801")
    assert left["phones"] == ["010-62345678转802"]
    assert desk.do("customer", "edit", "C1", "--drop-phone", "010-62345678")["phones"] == []


def test_two_numbers_in_one_field_are_two_phones(desk: Desk, tmp_path: Path) -> None:
    made = desk.do(*ADD, "林娜", "--phone", "13800138000、0571 88123456 13900139000")
    assert made["phones"] == ["13800138000", "0571 88123456", "13900139000"]
    desk.do("import", csv(tmp_path, "ref,name,phone", "K1,赵敏,13700137000／13600136000"))
    assert desk.do("customer", "show", "--phone", "13600136000")["phones"] == ["13700137000", "13600136000"]


@pytest.mark.parametrize("phone", ["1.38E+10", "138****8000", "1380013800013900139000", "٠٥٠١٢٣٤٥٦٧"])
def test_what_lost_its_digits_is_no_phone_at_any_door(desk: Desk, tmp_path: Path, phone: str) -> None:
    assert f"'{phone}'" in desk.refused(2, *ADD, "林娜", "--phone", phone)
    assert f"'{phone}'" in desk.refused(4, "import", csv(tmp_path, "ref,name,phone", f"K1,林娜,{phone}"))


def test_one_caller_is_one_phone(desk: Desk) -> None:
    assert "is 2 phones" in desk.refused(2, "customer", "show", "--phone", "13800138000/13900139000")


@pytest.mark.parametrize("name", ["艾山•木沙", "艾山・木沙", "艾山 ． 木沙", "艾山‧木沙"])
def test_every_dot_in_a_name_is_one(desk: Desk, name: str) -> None:
    desk.do(*ADD, "艾山·木沙", "--phone", "1", "--address", "人民路8号")
    assert ids(desk, "customer", "find", name) == [1]
    assert "C1" in desk.refused(4, *ADD, name, "--phone", "2", "--address", "人民路８号")


@pytest.mark.parametrize("text", ["ismail", "İSMAİL aydın", "ISMAIL AYDIN"])
def test_every_i_of_a_name_is_one(desk: Desk, text: str) -> None:
    desk.do(*ADD, "İsmail Aydın", "--phone", "1")
    assert ids(desk, "customer", "find", text) == [1]


def test_the_old_name_of_a_merged_customer_leads_on_in_any_spelling(desk: Desk) -> None:
    desk.do(*ADD, "王芳", "--phone", "1")
    desk.do(*ADD, "İdil·Ay", "--phone", "2")
    desk.do("customer", "merge", "C1", "C2")
    assert ids(desk, "customer", "find", "idil ・ ay") == [1]


SERIAL = ("--customer", "C1", "--category", "fridge", "--brand")


@filled_once
def fridge(desk: Desk) -> Desk:
    desk.do(*ADD, "林娜", "--phone", "13800138000")
    desk.do("appliance", "add", *SERIAL, "Haier", "--serial", "AB-001")
    return desk


@pytest.mark.parametrize("serial", ["ab-001", "AB001", "ab 001", "ＡＢ－００１"])
def test_a_plate_is_one_however_it_is_read_off(fridge: Desk, tmp_path: Path, serial: str) -> None:
    assert "A1" in fridge.refused(4, "appliance", "add", *SERIAL, "ＨＡＩＥＲ", "--serial", serial)
    assert ids(fridge, "appliance", "find", serial) == [1]
    assert ids(fridge, "customer", "find", serial) == [1]
    file = csv(tmp_path, "ref,category,brand,serial", f"G1,fridge,haier,{serial}")
    assert "serial of A1" in fridge.refused(4, "import", file, "--as", "appliances")


def test_a_corrected_serial_is_the_one_that_counts(fridge: Desk) -> None:
    fridge.do("appliance", "edit", "A1", "--serial", "cd-2")
    fridge.do("appliance", "add", *SERIAL, "Haier", "--serial", "AB001")
    assert "A1" in fridge.refused(4, "appliance", "edit", "A2", "--serial", "CD2")
    fridge.do("undo")
    fridge.do("undo")
    assert "A1" in fridge.refused(4, "appliance", "add", *SERIAL, "Haier", "--serial", "ab001")
    assert fridge.run("check").code == 0


def test_another_program_cannot_leave_out_what_a_serial_is_compared_by(fridge: Desk) -> None:
    more = "customer_id, category, serial, recorded_at, actor, origin"
    with closing(sqlite3.connect(fridge.path)) as file, pytest.raises(sqlite3.IntegrityError, match="plate"):
        file.execute(f"INSERT INTO appliance ({more}) VALUES (1, 'fridge', 'x', '2026-10-03', 'x', 'typed')")


JOBS = """source = "x"
[ticket]
ref = "no"
reported_at = "on"
technician = "who"
"""


def test_a_technician_in_capitals_is_the_same_in_a_file(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(JOBS, encoding="utf-8")
    names = ("Dan Brook", "DAN  BROOK", "Ｄａｎ Brook")
    file = csv(tmp_path, "no,on,who", *(f"{n},2026-10-0{n} 08:00,{name}" for n, name in enumerate(names, 1)))
    desk.do("import", file, "--map", str(tmp_path / "map.toml"))
    assert [row["name"] for row in desk.do("technician", "list")] == ["Dan Brook"]
    assert "is already recorded" in desk.run("technician", "add", "dan brook").err


def test_a_technician_who_was_undone_comes_back_in_any_spelling(desk: Desk) -> None:
    desk.do("technician", "add", "Dan Brook")
    desk.do("undo")
    assert desk.do("technician", "add", "DAN BROOK")["id"] == 1


@pytest.mark.parametrize("sign", ["\u200b", "\u202e", "\u00ad", "\x1b", "\x9b", "\u3164"])
@pytest.mark.parametrize("column", ["name", "address"])
def test_what_nobody_sees_is_refused_at_every_door(desk: Desk, tmp_path: Path, sign: str, column: str) -> None:
    row = {"name": "林娜", "address": "人民路8号"} | {column: f"林{sign}娜"}
    desk.refused(2, *ADD, row["name"], "--phone", "1", "--address", row["address"])
    file = csv(tmp_path, "ref,name,address", f"K1,{row['name']},{row['address']}")
    assert f"an invisible sign in it (U+{ord(sign):04X})" in desk.refused(4, "import", file)


def test_what_is_not_read_may_hold_anything(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('source = "x"\n[customer]\nref = "ref"\nname = "name"\n', encoding="utf-8")
    file = csv(tmp_path, "ref,name,else", "K1,林娜,a\u200bb")
    assert desk.do("import", file, "--map", str(tmp_path / "map.toml"))["customers"] == 1


def test_one_person_twice_in_a_file_is_said(desk: Desk, tmp_path: Path) -> None:
    rows = ("K1,林娜,13800138000,人民路8号", "K2,王芳,+86 13800138000,人民路8号", "K3,林娜,13900139000,人民路８号")
    told = desk.run("import", csv(tmp_path, "ref,name,phone,address", *rows)).err
    assert "1 new customer looks like another one (same name, same phone or address): C3 = C1;" in told
    assert "'customer merge C1 C3'" in told
    (found,) = desk.do("check")
    assert (found["kind"], found["noun"], found["id"], found["count"]) == ("missing", "customer", 3, 1)


def test_many_are_looked_through_as_few_are(desk: Desk, tmp_path: Path) -> None:
    people = [f"K{n},客户{n},13{n:09},{n}号" for n in range(1, 400)]
    told = desk.run("import", csv(tmp_path, "ref,name,phone,address", *people, "X,客户７,0000,７号")).err
    assert "1 new customer looks like another one (same name, same phone or address): C400 = C7;" in told


def test_the_actor_is_a_name(desk: Desk) -> None:
    for actor in ("a\x1b[31mb", "x" * 101):
        assert "the actor" in desk.refused(2, "--actor", actor, *ADD, "王芳", "--phone", "1")


def test_a_bad_login_name_blocks_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "\x1b ada\u202e" + "x" * 200)
    desk.do("--actor", "", *ADD, "王芳", "--phone", "1")
    (actor,) = {row["actor"] for row in desk.do("export", "customers")}
    assert (actor[:3], len(actor), actor.isprintable()) == ("ada", 100, True)


@filled_once
def caller(desk: Desk) -> Desk:
    desk.do(*ADD, "林娜", "--phone", "1")
    desk.do("ticket", "open", "--customer", "C1", "no cold", now="2026-10-02 08:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-10-02 09:00")
    return desk


WIDE = ("２０２６-10", "２０２６－１０")


@pytest.mark.parametrize("month", WIDE)
def test_a_period_is_told_in_plain_digits(caller: Desk, month: str) -> None:
    rows = caller.do("kpi", "report", "--month", month, "--only", "repeat_repair_rate")
    assert [row["period"] for row in rows] == ["2026-10"]


@pytest.mark.parametrize(
    "words",
    [
        ("ticket", "show", "Ｔ１"), ("ticket", "list", "--limit", "１"), ("history", "Ｔ１"),
        ("survey", "record", "Ｔ１", "５"), ("note", "add", "Ｃ１", "x", "--on", "０３－０９"),
        ("ticket", "list", "--all", "--since", "２０２６－１０－０１"), ("ticket", "reopen", "T1", "--at", "－１ｈ"),
        ("kpi", "rows", "Ｉ９"), ("maintenance", "due", "--within", "３０ｄ"),
        ("customer", "tier", "C1", "vip", "--from", "２０２６－１０－０１"),
    ],
)  # fmt: skip
def test_full_width_digits_are_taken_everywhere(caller: Desk, words: tuple[str, ...]) -> None:
    caller.do(*words)


@pytest.mark.parametrize(
    "words",
    [
        ("kpi", "report", "--month", "٢٠٢٦-10"), ("ticket", "show", "T١"), ("ticket", "list", "--limit", "١"),
        ("ticket", "list", "--limit", "1_0"), ("ticket", "list", "--all", "--since", "٢٠٢٦-10-01"),
        ("ticket", "reopen", "T1", "--at", "-١h"), ("maintenance", "due", "--within", "٣٠d"),
        ("note", "add", "C1", "x", "--on", "٠٣-٠٩"),
    ],
)  # fmt: skip
def test_digits_of_other_scripts_are_refused_everywhere(caller: Desk, words: tuple[str, ...]) -> None:
    caller.refused(2, *words)


TIMES = 'source = "x"\n[ticket]\nref = "no"\nreported_at = "on"\n'


@pytest.mark.parametrize("forms", ["", 'dates = ["%Y-%m-%d %H:%M"]\n', 'dates = ["%Y-%m-%d %H:%M %z"]\n'])
def test_so_are_those_of_a_file(desk: Desk, tmp_path: Path, forms: str) -> None:
    (tmp_path / "map.toml").write_text(forms + TIMES, encoding="utf-8")
    words, zone = ("--map", str(tmp_path / "map.toml")), " +0800" if "%z" in forms else ""
    desk.do("import", csv(tmp_path, "no,on", f"1,２０２６－１０－０２ ０８：００{zone}"), *words)
    assert desk.do("ticket", "show", "T1")["reported_at"] == "2026-10-02T08:00:00+08:00"
    assert "no time of the form" in desk.refused(
        4, "import", csv(tmp_path, "no,on", f"2,٢٠٢٦-10-02 08:00{zone}"), *words
    )
