"""A technician's day to take along: the sheet and the calendar that `technician day` writes."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from icalendar import Calendar

from tests.asking import opened, staffed
from tests.conftest import Desk, filled_once

DAY = ("technician", "day", "欧阳震华", "--on", "2026-11-22")
ADDRESS = "重庆市南岸区人民路8号; 3栋, 502室"
PROBLEM = "热水器不加热，用户说早上还有一点温水，到了晚上完全没有，家里有老人和小孩，希望尽快上门，来之前请先打电话"


@filled_once
def busy(desk: Desk) -> Desk:
    """欧阳震华 with a window on the 22nd, one that passed, and an undated repair that waits."""
    desk.do("technician", "add", "欧阳震华")
    desk.do("customer", "add", "王<b>芳</b> & Co", "--phone", "013800138000", "--address", ADDRESS, "--area", "城东")
    words = ("--category", "electric_water_heater", "--brand", "海尔", "--model", "ES60H", "--serial", "00240800")
    desk.do("appliance", "add", "--customer", "C1", *words)
    for at in ("2026-11-20 08:00", "2026-11-20 09:00", "2026-11-20 10:00"):
        desk.do("ticket", "open", "--customer", "C1", "--fault", "no_heat", PROBLEM, now=at)
    for ticket in ("T1", "T2", "T3"):
        desk.do("ticket", "assign", ticket, "--to", "欧阳震华", now="2026-11-20 10:00")
    appointed(desk, "T1", "2026-11-22 14:00", "2026-11-22 16:00")
    appointed(desk, "T2", "2026-11-20 14:00", "2026-11-20 16:00")
    desk.do("ticket", "wait", "T3", "--cause", "outlet_part", now="2026-11-20 11:00")
    return desk


def appointed(desk: Desk, ticket: str, begin: str, end: str, now: str = "2026-11-20 11:00") -> None:
    desk.do("ticket", "appoint", ticket, "--from", begin, "--to", end, "--asked-by", "customer", now=now)


def written(desk: Desk, option: str, path: Path, *words: str) -> str:
    """The file that the option makes, with its line ends as they are."""
    answer = desk.run(*DAY, option, str(path), *words)
    assert (answer.code, answer.err) == (0, f"written: {path}\n")
    return path.read_bytes().decode()


def events(text: str) -> list[Any]:
    return list(Calendar.from_ical(text).walk("VEVENT"))


def test_both_files_are_the_owners_alone_and_the_list_is_the_answer(busy: Desk, tmp_path: Path) -> None:
    paths = [tmp_path / "day.html", tmp_path / "day.ics"]
    paths[0].write_text("an older one")
    answer = busy.run(*DAY, "--sheet", str(paths[0]), "--ics", str(paths[1]), "--format", "json")
    assert answer.json == busy.do(*DAY)
    assert [path.stat().st_mode & 0o777 for path in paths] == [0o600, 0o600]
    assert sorted(tmp_path.iterdir()) == sorted([*paths, busy.path])


def test_the_sheet_has_what_the_technician_needs_and_room_to_write(busy: Desk, tmp_path: Path) -> None:
    sheet = written(busy, "--sheet", tmp_path / "day.html")
    for part in ("欧阳震华", "2026-11-22 Sunday", "14:00–16:00", "013800138000", ADDRESS, "城东", "00240800", PROBLEM,
                 "Test outlet", "no heat", "waits: outlet part", "window of 2026-11-20 missed", "be there by 16:00",
                 "be there by 11-21 10:00"):  # fmt: skip
        assert part in sheet, part
    assert sheet.count("signature") == 3 + 1
    assert sheet.index("14:00–16:00") < sheet.index("Without an appointment") < sheet.index("T2 ") < sheet.index("T3 ")
    assert sheet.count("Without an appointment") == 1
    assert "王&lt;b&gt;芳&lt;/b&gt; &amp; Co" in sheet
    assert "<b>芳" not in sheet
    assert not re.search(r'(?:src|href)="(?!data:,)', sheet)  # nothing is loaded


def test_an_empty_day_has_a_sheet_too(busy: Desk) -> None:
    busy.do("technician", "add", "Bob")
    busy.do("technician", "absent", "Bob", "--from", "2026-11-21", "--to", "2026-11-25")
    sheet = busy.run("technician", "day", "Bob", "--sheet", "-").out
    assert "Nothing is planned." in sheet
    assert "absent to 2026-11-25" in sheet


def test_a_window_of_several_days_shows_them(busy: Desk) -> None:
    appointed(busy, "T1", "2026-11-21 20:00", "2026-11-22 16:00", now="2026-11-20 12:00")
    assert "2026-11-21 20:00 – 2026-11-22 16:00" in busy.run(*DAY, "--sheet", "-").out


def test_the_calendar_is_read_back_whole(busy: Desk, tmp_path: Path) -> None:
    first, passed, waiting = events(written(busy, "--ics", tmp_path / "day.ics"))
    assert first.decoded("dtstart") == datetime(2026, 11, 22, 6, tzinfo=UTC)
    assert first.decoded("dtend") == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert first.decoded("dtstamp") == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert str(first["summary"]) == "T1 王<b>芳</b> & Co: electric water heater 海尔 ES60H"
    assert str(first["location"]) == ADDRESS
    said = str(first["description"]).split("\n")
    assert said == ["013800138000", "repair", "electric water heater 海尔 ES60H", "00240800", PROBLEM, "no heat"]
    assert [event.decoded("dtstart") for event in (passed, waiting)] == [date(2026, 11, 22)] * 2
    assert [event.decoded("dtend") for event in (passed, waiting)] == [date(2026, 11, 23)] * 2
    assert {str(event["transp"]) for event in (passed, waiting)} == {"TRANSPARENT"}
    assert "waits: outlet part" in waiting["description"]


def test_the_calendar_keeps_to_its_lines(busy: Desk, tmp_path: Path) -> None:
    text = written(busy, "--ics", tmp_path / "day.ics")
    lines = text.encode().split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert text.encode() == written(busy, "--ics", tmp_path / "again.ics").encode()


def test_a_moved_window_is_the_same_event_of_a_later_revision(busy: Desk, tmp_path: Path) -> None:
    before = events(written(busy, "--ics", tmp_path / "day.ics"))[0]
    appointed(busy, "T1", "2026-11-22 17:00", "2026-11-22 18:00", now="2026-11-21 12:00")
    after = events(written(busy, "--ics", tmp_path / "day.ics"))[0]
    assert before["uid"] == after["uid"] == f"T1@{str(after['uid']).partition('@')[2]}"
    assert (int(before["sequence"]), int(after["sequence"])) == (1, 2)
    assert after.decoded("dtstart") == datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_two_outlets_never_share_an_event(make: Any) -> None:
    uids = []
    for name in ("one.db", "two.db"):
        desk = make(name)
        desk.do("technician", "add", "Bob")
        desk.do("customer", "add", "Ann", "--phone", "1")
        desk.do("ticket", "open", "--customer", "C1", "x", now="2026-11-20 08:00")
        desk.do("ticket", "assign", "T1", "--to", "Bob", now="2026-11-20 09:00")
        uids.append(str(events(desk.run("technician", "day", "Bob", "--ics", "-").out)[0]["uid"]))
    assert len(set(uids)) == 2


def test_summer_time_does_not_move_an_event(make: Any) -> None:
    desk = make("berlin.db", "--zone", "Europe/Berlin")
    desk.do("technician", "add", "Bob")
    desk.do("customer", "add", "Ann", "--phone", "1")
    desk.do("ticket", "open", "--customer", "C1", "x", now="2026-03-28 08:00")
    desk.do("ticket", "assign", "T1", "--to", "Bob", now="2026-03-28 08:00")
    appointed(desk, "T1", "2026-03-29 01:30", "2026-03-29 03:30", now="2026-03-28 09:00")
    answer = desk.run("technician", "day", "Bob", "--on", "2026-03-29", "--ics", "-", now="2026-03-28 10:00")
    (event,) = events(answer.out)
    assert event.decoded("dtstart") == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert event.decoded("dtend") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_both_speak_chinese(busy: Desk, tmp_path: Path) -> None:
    answers = [busy.run("--language", "zh", *DAY, option, "-").out for option in ("--sheet", "--ics")]
    assert 'lang="zh-CN"' in answers[0]
    for answer in answers:
        assert "维修" in answer


def test_a_birthday_visit_is_named_in_the_language_of_the_paper(desk: Desk) -> None:
    desk.do("technician", "add", "欧阳震华")
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--bought", "2021-11-25")
    desk.do("maintenance", "generate")
    desk.do("ticket", "assign", "T1", "欧阳震华")
    for option in ("--sheet", "--ics"):
        page = desk.run("--language", "zh", *DAY[:3], "--on", "2026-11-25", option, "-").out
        assert "家电生日上门：冰箱 5" in page.replace("\\,", ",")


def test_an_output_that_cannot_be_is_refused(busy: Desk, tmp_path: Path) -> None:
    assert "only one" in busy.refused(2, *DAY, "--sheet", "-", "--ics", "-")
    assert "--ics is empty" in busy.refused(2, *DAY, "--ics", "")
    assert "mkdir" in busy.refused(5, *DAY, "--ics", str(tmp_path / "none" / "day.ics"))
    busy.refused(3, "technician", "day", "Nobody", "--ics", str(tmp_path / "day.ics"))
    assert list(tmp_path.iterdir()) == [busy.path]
    assert busy.run("--quiet", *DAY, "--ics", "-").out == busy.run(*DAY, "--ics", "-").out != ""


def test_a_pipe_gets_the_very_bytes(busy: Desk, tmp_path: Path) -> None:
    path = tmp_path / "day.ics"
    written(busy, "--ics", path)
    words = [sys.executable, "-m", "servicedesk", "--db", str(busy.path), "--now", str(busy.now), *DAY, "--ics", "-"]
    assert subprocess.run(words, capture_output=True, check=True).stdout == path.read_bytes()


def test_the_sheet_calls_no_window_missed_in_which_somebody_came(desk: Desk) -> None:
    staffed(desk)
    for minute in (0, 1):
        opened(desk, f"2026-02-02 08:0{minute}", "--customer", "C1")
    for ticket in ("T1", "T2"):
        window = ("--from", "2026-02-02 09:00", "--to", "11:00", "--asked-by", "customer")
        desk.do("ticket", "assign", ticket, "--to", "Li", now="2026-02-02 08:05")
        desk.do("ticket", "appoint", ticket, *window, now="2026-02-02 08:10")
    desk.do("ticket", "arrive", "T1", now="2026-02-02 09:30")
    desk.do("ticket", "wait", "T1", "--cause", "outlet_part", now="2026-02-02 09:40")
    sheet = desk.run("technician", "day", "Li", "--on", "2026-02-03", "--sheet", "-", now="2026-02-02 18:00").out
    assert sheet.count("window of 2026-02-02 missed") == 1
    early = desk.run("technician", "day", "Li", "--on", "2026-02-03", "--sheet", "-", now="2026-02-02 08:30").out
    assert "missed" not in early
