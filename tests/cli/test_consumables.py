"""consumable: what is sent for an appliance so many times a year, for ever, and never twice."""

from pathlib import Path

import pytest

from tests.conftest import Desk, filled_once

ADD = ("consumable", "add", "A1", "--item", "oil_net", "--per-year", "6", "--free")


@filled_once
def hood(desk: Desk) -> Desk:
    """A range hood bought on 15 January 2026, and its owner."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--address", "人民路8号")
    desk.do("appliance", "add", "--customer", "C1", "--category", "range_hood", "--bought", "2026-01-15")
    return desk


def days(desk: Desk, *words: str, now: str = "2026-11-21 18:00") -> list[tuple[str, int, str]]:
    found = desk.do("consumable", "due", *words, now=now)
    return [(row["due_on"], row["number"], row["status"]) for row in found]


def test_the_dates_count_from_the_appliance_s_own(hood: Desk) -> None:
    made = hood.do(*ADD, "--from", "2026-01-15")
    assert made == {
        "id": 1, "appliance_id": 1, "item": "oil_net", "per_year": 6, "is_free": True, "sent": 0, "last_sent_on": None,
        "next_due_on": "2027-01-15", "overdue": 5, "customer": "王芳", "customer_id": 1, "base_on": "2026-01-15",
        "from_on": "2026-01-15", "stopped_on": None,
    }  # fmt: skip
    assert days(hood, "--month", "2026-03")[0] == ("2026-03-15", 1, "overdue")
    assert days(hood, "--month", "2027-01")[-1] == ("2027-01-15", 6, "due")


def test_nothing_falls_due_before_the_plan_began(hood: Desk) -> None:
    hood.do(*ADD, now="2026-06-01 09:00")
    assert days(hood, now="2026-09-16 09:00") == [("2026-07-15", 3, "overdue"), ("2026-09-15", 4, "overdue")]


def test_sent_records_the_oldest_one_due_and_once_a_day(hood: Desk) -> None:
    hood.do(*ADD, "--from", "2026-06-01")
    sent = ("consumable", "sent", "A1")
    assert hood.run(*sent, now="2026-10-01 09:00").err == "1 more is due: --all records it too\n"
    again = hood.run(*sent, now="2026-10-01 09:10")
    assert again.err == "A1: oil net of 2026-10-01 is recorded already, nothing to do; --all for more\n"
    assert hood.do(*sent, "--all", now="2026-10-01 09:20")["sent"] == 2
    assert hood.run(*sent, "--all", now="2026-10-01 09:30").err == "A1: already recorded, nothing changed\n"
    assert hood.refused(4, *sent, now="2026-10-02 09:00") == (
        "error: no oil net is due for A1\nhint: the next one is due 2026-11-15\n"
    )
    assert hood.do(*sent, now="2026-11-02 09:00")["sent"] == 3  # in its month, before its day


def test_whatever_days_cron_runs_each_is_sent_once(hood: Desk) -> None:
    hood.do(*ADD, now="2026-01-15 09:00")
    for day in ("01-31", "03-02", "03-15", "05-30", "06-01", "09-30", "11-15", "12-24"):
        for _ in range(2):
            hood.run("consumable", "sent", "A1", "--all", now=f"2026-{day} 07:00")
    assert hood.do("consumable", "list", now="2026-12-31 09:00")[0]["sent"] == 5
    assert days(hood, "--month", "2026-12", now="2026-12-31 09:00") == []


def test_a_plan_is_there_once(hood: Desk) -> None:
    hood.do(*ADD)
    assert hood.run(*ADD).err == "A1: already recorded, nothing changed\n"
    for other in ((*ADD[:5], "--per-year", "4", "--free"), ADD[:-1], (*ADD, "--from", "2027-01-01")):
        assert hood.refused(4, *other) == (
            "error: A1 has 6 oil net a year from 2026-11-21 on already, paid by the outlet\n"
            "hint: first: consumable stop A1 --item oil_net\n"
        )
    hood.do("consumable", "add", "A1", "--item", "Lamp Bulb", "--per-year", "1")
    assert [row["item"] for row in hood.do("consumable", "list", "--appliance", "A1")] == ["oil_net", "lamp_bulb"]
    assert "A1 gets several: oil_net, lamp_bulb" in hood.refused(4, "consumable", "sent", "A1")


def test_what_was_stopped_falls_due_no_more_and_goes_on_with_all_of_it(hood: Desk) -> None:
    hood.do(*ADD, "--from", "2026-01-15")
    hood.do("consumable", "stop", "A1", "--on", "2026-05-15")
    assert days(hood) == [("2026-03-15", 1, "overdue")]
    assert hood.run("consumable", "stop", "A1", "--on", "2026-05-15").err == "A1: already recorded, nothing changed\n"
    assert "it is stopped since 2026-05-15 already" in hood.refused(4, "consumable", "stop", "A1")
    hood.do("consumable", "sent", "A1", "--on", "2026-06-01")
    assert "A1 gets no oil net any more" in hood.refused(4, "consumable", "sent", "A1")
    hood.do("consumable", "stop", "A1", "--undo")
    assert len(days(hood)) == 4
    assert hood.run("consumable", "stop", "A1", "--undo").err == "A1: already recorded, nothing changed\n"


def test_what_goes_on_has_no_day_on_which_it_stops(hood: Desk) -> None:
    hood.do(*ADD)
    told = hood.refused(2, "consumable", "stop", "A1", "--undo", "--on", "2026-12-01")
    assert told == "error: --on and --undo exclude each other\n"


def test_it_is_gone_with_the_appliance_and_with_a_forgotten_owner(hood: Desk) -> None:
    hood.do(*ADD, "--from", "2026-01-15")
    hood.do("appliance", "retire", "A1", "--reason", "scrapped", "--on", "2026-05-15")
    assert days(hood)[-1] == ("2026-05-15", 2, "overdue")
    assert "A1 was retired" in hood.refused(4, *ADD)
    hood.do("customer", "forget", "C1", "--yes")
    assert days(hood) == []


def test_a_mistake_is_voided_and_sent_again(hood: Desk) -> None:
    hood.do(*ADD, "--from", "2026-09-01")
    hood.do("consumable", "sent", "A1", "--all")
    void = ("consumable", "void", "A1", "--reason", "came back")
    assert hood.run(*void, "--number", "5").err == "no 5 is to be sent again\n"
    assert days(hood) == [("2026-11-15", 5, "overdue")]
    assert "no 5 of A1 was not sent" in hood.refused(3, *void, "--number", "5")
    assert hood.run(*void).err == "A1: oil net voided\n"
    assert hood.do("consumable", "list") == []
    assert "A1 gets no such consumable" in hood.refused(3, *void)
    hood.do("undo")
    assert days(hood) == [("2026-11-15", 5, "overdue")]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [(("--item", "oil net", "--per-year", "0"), 2, "0 a year cannot be planned"),
     (("--item", "oil net", "--per-year", "13"), 2, "from 1 to 12"),
     (("--item", "§", "--per-year", "6"), 2, "'§' is no consumable code"),
     (("--item", "net", "--per-year", "6", "--from", "soon"), 2, "'soon' is not a date")],
)  # fmt: skip
def test_a_plan_that_is_none_is_refused(hood: Desk, words: tuple[str, ...], code: int, told: str) -> None:
    assert told in hood.refused(code, "consumable", "add", "A1", *words)
    assert hood.do("consumable", "list") == []


def test_nobody_sends_tomorrow_s_today(hood: Desk) -> None:
    hood.do(*ADD)
    assert "lies in the future" in hood.refused(4, "consumable", "sent", "A1", "--on", "2026-11-22")
    assert "there is no appliance A9" in hood.refused(3, "consumable", "sent", "A9")


@pytest.mark.parametrize("words", [("consumable", "due", "--labels"), ("maintenance", "due", "--sheet")])
def test_a_page_and_the_list_of_it_are_two_files(hood: Desk, tmp_path: Path, words: tuple[str, ...]) -> None:
    page = tmp_path / "page.html"
    told = hood.refused(2, *words, str(tmp_path / "page"), "--output", str(page))
    assert told == f"error: {words[-1]} and --output name the same file\nhint: name another file\n"
    assert not page.exists()


def test_labels_are_a_page_for_the_post(hood: Desk, tmp_path: Path) -> None:
    hood.do(*ADD, "--from", "2026-11-01")
    page = tmp_path / "labels.html"
    assert hood.do("consumable", "due", "--labels", str(page)) == [{"path": str(page), "labels": 1}]
    text = page.read_text("utf-8")
    assert page.stat().st_mode & 0o777 == 0o600
    assert '<p class="name">王芳</p>\n<p>人民路8号</p>\n<p>13800138000</p>\n' in text
    assert '<p class="item">oil net 5 · A1 · 2026-11-15</p>' in text
    assert "油网 5" in hood.run("--language", "zh", "consumable", "due", "--labels", "-").out


def test_a_label_without_an_address_names_whose_it_is(hood: Desk, tmp_path: Path) -> None:
    hood.do(*ADD, "--from", "2026-11-01")
    hood.do("customer", "add", "刘洋", "--phone", "13900139000")
    hood.do("appliance", "add", "--customer", "C2", "--category", "range_hood", "--bought", "2026-01-15")
    hood.do("consumable", "add", "A2", "--item", "oil net", "--per-year", "6", "--from", "2026-11-01")
    answer = hood.run("consumable", "due", "--labels", str(tmp_path / "labels.html"), "--format", "tsv")
    assert answer.err == "no address of 刘洋 (C2): customer edit C2 --address TEXT\n"
    assert answer.out.endswith("labels.html\t2\n")


def test_it_stands_on_the_customer_s_page_and_on_today_s(hood: Desk) -> None:
    assert hood.do("customer", "show", "C1")["consumables"] == []
    hood.do(*ADD, "--from", "2026-11-01")
    assert hood.do("customer", "show", "C1")["consumables"] == [
        {"appliance_id": 1, "item": "oil_net", "per_year": 6, "next_due_on": "2027-01-15", "overdue": 1,
         "last_sent_on": None, "is_free": True}
    ]  # fmt: skip
    assert [row["ref"] for row in hood.do("today") if row["section"] == "consumables_due"] == ["A1"]
