"""How instants, dates and periods are typed (C1, C2)."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.base import dates, periods, said_times
from servicedesk.base.errors import RefusedError, ServiceDeskError, UsageError

# Zones that skip and repeat an hour by day, at midnight, and a whole day (Apia, 2011-12-30).
ZONES = st.sampled_from(
    ["Europe/Berlin", "Africa/Cairo", "America/Santiago", "Asia/Beirut", "America/Havana", "Atlantic/Azores",
     "Australia/Lord_Howe", "Pacific/Apia", "Asia/Shanghai"]
).map(ZoneInfo)  # fmt: skip
SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 21, 18, 0, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-02 09:00", "2026-11-02T09:00:00+08:00"),
        ("2026-11-02T09:00", "2026-11-02T09:00:00+08:00"),
        ("2026-11-02 09:00:07", "2026-11-02T09:00:07+08:00"),
        ("2026-11-02T09:00:00+08:00", "2026-11-02T09:00:00+08:00"),
        ("2026-11-02T01:00:00Z", "2026-11-02T09:00:00+08:00"),
        ("2026-11-01T20:00-05:00", "2026-11-02T09:00:00+08:00"),
        ("2026-11-02 01:00+00", "2026-11-02T09:00:00+08:00"),
        ("09:00", "2026-11-21T09:00:00+08:00"),
        ("9:00", "2026-11-21T09:00:00+08:00"),
        ("2026-11-02 9:00:07", "2026-11-02T09:00:07+08:00"),
        ("now", "2026-11-21T18:00:00+08:00"),
        ("yesterday 14:30", "2026-11-20T14:30:00+08:00"),
        ("-2h", "2026-11-21T16:00:00+08:00"),
        ("-30m", "2026-11-21T17:30:00+08:00"),
        ("+1d", "2026-11-22T18:00:00+08:00"),
    ],
)
def test_instants_are_read_in_the_outlets_zone(text: str, expected: str) -> None:
    assert dates.stamp(dates.instant(text, NOW)) == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-11-02", "today", "2026-13-02 09:00", "2001-02-29 09:00", "25:00", "9:0", "-2y",
             "2/11/2026 09:00", "2026-11-02 13:00 pm", "2026-11-02T09:00:00+99:00", "0000-01-01 00:00"],
)  # fmt: skip
def test_everything_else_is_refused_with_the_accepted_forms(text: str) -> None:
    with pytest.raises(UsageError) as error:
        dates.instant(text, NOW)
    assert error.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [("11-30 09:00", "11-30T09:00"), ("tomorrow 9:00", "11-22T09:00"), ("mon 9:00", "11-23T09:00"),
     ("Sunday 9:00", "11-22T09:00"), ("周一 9:00", "11-23T09:00"), ("星期日9:00", "11-22T09:00"),
     ("下周六 9:00", "11-28T09:00"), ("上周六 9:00", "11-14T09:00"), ("本周五 9:00", "11-20T09:00"),
     ("明天上午9点", "11-22T09:00"), ("今天 晚上9点", "11-21T21:00"), ("后天下午三点半", "11-23T15:30"),
     ("昨天下午两点一刻", "11-20T14:15"), ("前天 8:00", "11-19T08:00"), ("九点", "11-21T09:00"),
     ("二十点", "11-21T20:00"), ("十二点", "11-21T12:00"), ("下午12点", "11-21T12:00"), ("中午1点", "11-21T13:00"),
     ("11月30日 9点20分", "11-30T09:20"), ("2026年12月1日上午8时", "12-01T08:00"),
     ("１１-３０ ０９：００", "11-30T09:00"), ("刚才", "11-21T18:00"), ("just now", "11-21T18:00"),
     ("半小时前", "11-21T17:30"), ("half an hour ago", "11-21T17:30"), ("一个半小时后", "11-21T19:30"),
     ("两个小时前", "11-21T16:00"), ("2 hours ago", "11-21T16:00"), ("in 10 minutes", "11-21T18:10"),
     ("三天前", "11-18T18:00"), ("大前天 9:00", "11-18T09:00"), ("大后天上午9点", "11-24T09:00"),
     ("day after tomorrow 9:00", "11-23T09:00"), ("今晚7点", "11-21T19:00"), ("tonight 7", "11-21T19:00"),
     ("明早9点", "11-22T09:00"), ("昨晚八点", "11-20T20:00"), ("yesterday afternoon 3", "11-20T15:00"),
     ("上周五下午3点", "11-13T15:00"), ("this morning 9:00", "11-21T09:00"), ("下下周一上午9点", "11-30T09:00"),
     ("明天傍晚6点", "11-22T18:00"), ("明天下午3点左右", "11-22T15:00"), ("后天上午9点钟", "11-23T09:00"),
     ("三天后上午9点", "11-24T09:00"), ("两周后上午9点", "12-05T09:00"), ("5号上午9点", "12-05T09:00"),
     ("21号晚上7点", "11-21T19:00"), ("三十一号上午9点", "12-31T09:00"), ("十二月五号上午9点", "12-05T09:00"),
     ("12/2 下午2点", "12-02T14:00"), ("12.2下午2点", "12-02T14:00")],
)  # fmt: skip
def test_times_are_read_as_people_say_them(text: str, expected: str) -> None:
    assert dates.stamp(dates.instant(text, NOW, ahead=True)) == f"2026-{expected}:00+08:00"


def test_a_weekday_is_the_last_one_for_what_has_happened() -> None:
    assert dates.stamp(dates.instant("mon 9:00", NOW, ahead=False)) == "2026-11-16T09:00:00+08:00"
    assert dates.local_date("周五", NOW, ahead=False).isoformat() == "2026-11-20"
    assert dates.local_date("25号", NOW, ahead=False).isoformat() == "2026-10-25"
    assert dates.local_date("21日", NOW, ahead=False).isoformat() == "2026-11-21"


@pytest.mark.parametrize(
    ("text", "hint"),
    [("3点", "03:00 or 15:00"), ("明天7点", "07:00 or 19:00"), ("sat 9:00", "2026-11-14 or 2026-11-21 or 2026-11-28"),
     ("05-30 9:00", "2026-05-30 or 2027-05-30"), ("晚上12点", "write it like"), ("上午12点", "write it like"),
     ("02-29 9:00", "write it like"), ("十十点", "write it like"), ("next mon 9:00", "write it like"),
     ("2026-11-0209:00", "write it like"), ("mon", "mon 09:00"), ("明天", "明天 09:00"),
     ("明天下午", "明天下午 3:00"), ("上午", "上午 9:00"), ("tomorrow evening", "tomorrow evening 7:00"),
     ("半天前", "write it like"), ("in 2 hours ago", "write it like"), ("一二三天前", "write it like")],
)  # fmt: skip
def test_what_may_be_two_times_is_refused_with_both(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        dates.instant(text, NOW, ahead=True)
    assert hint in str(error.value.hint)


def test_a_weekday_that_may_be_past_or_to_come_is_refused_with_both() -> None:
    with pytest.raises(UsageError, match="more than one day") as error:
        dates.local_date("mon", NOW)
    assert "2026-11-16 or 2026-11-23" in str(error.value.hint)
    with pytest.raises(UsageError, match="more than one day") as error:
        dates.local_date("5号", NOW)
    assert "2026-11-05 or 2026-12-05" in str(error.value.hint)


def test_the_year_of_a_date_without_one_is_the_near_one() -> None:
    in_december = NOW.replace(month=12, day=30)
    assert dates.local_date("01-02", in_december).isoformat() == "2027-01-02"
    assert dates.local_date("12-30", NOW.replace(month=1, day=2)).isoformat() == "2025-12-30"


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [("tomorrow 9-11", "11-22T09:00", "11-22T11:00"), ("11-30 9-11", "11-30T09:00", "11-30T11:00"),
     ("11-30 14:00–16:00", "11-30T14:00", "11-30T16:00"), ("20:00-21:30", "11-21T20:00", "11-21T21:30"),
     ("2026-11-30 14:00 – 2026-12-01 10:00", "11-30T14:00", "12-01T10:00"),
     ("mon 9:00 +2h", "11-23T09:00", "11-23T11:00"), ("today 19 to 21", "11-21T19:00", "11-21T21:00"),
     ("明天下午2点到4点", "11-22T14:00", "11-22T16:00"), ("明天上午10点到12点", "11-22T10:00", "11-22T12:00"),
     ("周二晚上6点半至8点", "11-24T18:30", "11-24T20:00"), ("后天9-11点", "11-23T09:00", "11-23T11:00"),
     ("今晚7点到9点", "11-21T19:00", "11-21T21:00"), ("tonight 7-9", "11-21T19:00", "11-21T21:00"),
     ("tomorrow afternoon 2-4", "11-22T14:00", "11-22T16:00"), ("大后天下午2-4", "11-24T14:00", "11-24T16:00"),
     ("tomorrow 2pm-4pm", "11-22T14:00", "11-22T16:00"), ("mon 2-4:30 p.m.", "11-23T14:00", "11-23T16:30"),
     ("mon 10-2pm", "11-23T10:00", "11-23T14:00"), ("30 Nov 9-11", "11-30T09:00", "11-30T11:00"),
     ("nov 30th 9am to 11am", "11-30T09:00", "11-30T11:00"), ("30/11/2026 9-11", "11-30T09:00", "11-30T11:00"),
     ("5.12.2026 9-11", "12-05T09:00", "12-05T11:00"), ("2026/12/5 9-11", "12-05T09:00", "12-05T11:00"),
     ("中午12点到1点", "11-21T12:00", "11-21T13:00"), ("明天傍晚5点到6点", "11-22T17:00", "11-22T18:00"),
     ("明天上午9点——11点", "11-22T09:00", "11-22T11:00"), ("明天下午两点至四点之间", "11-22T14:00", "11-22T16:00"),
     ("明天午后2点到4点", "11-22T14:00", "11-22T16:00"), ("5号下午2点-4点", "12-05T14:00", "12-05T16:00")],
)  # fmt: skip
def test_a_window_is_a_day_and_its_hours(text: str, begin: str, end: str) -> None:
    found = [dates.stamp(at) for at in dates.window(text, NOW)]
    assert found == [f"2026-{begin}:00+08:00", f"2026-{end}:00+08:00"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [("9-11", "tomorrow 9-11"), ("09-11", "tomorrow 9-11"), ("tomorrow 2-4", "02:00 or 14:00"),
     ("tomorrow 10-4", "04:00 or 16:00"), ("tomorrow 11-9", "tomorrow 9-11"), ("tomorrow", "tomorrow 9-11"),
     ("tomorrow 9", "tomorrow 9-11"), ("2026-11-30", "2026-11-30 9-11"), ("tomorrow 9-25", "tomorrow 9-11"),
     ("晚上8点到12点", "tomorrow 9-11"), ("sat 9-11", "2026-11-21"), ("", "tomorrow 9-11"),
     ("后天下午", "后天下午 2-4"), ("tomorrow morning", "tomorrow morning 9-11"), ("中午", "中午 12-13"),
     ("05/12/2026 9-11", "2026-05-12 or 2026-12-05"), ("tomorrow 13pm-14pm", "tomorrow 9-11"),
     ("明天下午两点", "until when too: '明天下午两点-16:00'"), ("明天下午两点左右", "'明天下午两点-16:00'"),
     ("32号下午2点到4点", "tomorrow 9-11")],
)  # fmt: skip
def test_other_windows_are_refused_with_the_forms(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        dates.window(text, NOW)
    assert hint in str(error.value.hint)


def test_a_window_is_as_long_as_the_clock_of_its_zone_says() -> None:
    berlin = datetime(2026, 10, 24, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    begin, end = dates.window("tomorrow 1:00 +4h", berlin)
    assert (dates.stamp(begin), dates.stamp(end)) == ("2026-10-25T01:00:00+02:00", "2026-10-25T04:00:00+01:00")
    with pytest.raises(UsageError, match="happens twice"):
        dates.window("tomorrow 2:30-4:00", berlin)


@pytest.mark.parametrize(("text", "expected"), [("11:00", "11-25T11:00"), ("+2h", "11-25T11:00"),
                                                ("下午1点", "11-25T13:00"), ("11-26 9:00", "11-26T09:00")])  # fmt: skip
def test_an_end_counts_from_its_begin(text: str, expected: str) -> None:
    after = datetime(2026, 11, 25, 9, tzinfo=SHANGHAI)
    assert dates.stamp(dates.instant(text, NOW, ahead=True, after=after)) == f"2026-{expected}:00+08:00"


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)), st.integers(-140, 140), ZONES)
def test_a_moment_without_its_year_is_read_as_the_program_prints_it(
    naive: datetime, days: int, where: ZoneInfo
) -> None:
    now = datetime.combine(naive.date() + timedelta(days=days), naive.time(), where)
    with suppress(UsageError):  # summer time
        at = dates.local(naive.replace(second=0, microsecond=0), where)
        assert dates.instant(f"{at:%m-%d %H:%M}", now) == at


_PIECES = st.sampled_from(
    ["today", "mon", "明天", "下周一", "周日", "11-30", "11月30日", "2026-11-30", "上午", "下午", "晚上", "9",
     "2", "09:00", "9点", "三点半", "+2h", "-", "–", "到", " ", "T", "十", "next", "25", "今晚",
     "tonight", "半", "小时", "前", "afternoon", "ago", "hours"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=7).map("".join), ZONES)
def test_a_window_of_any_words_ends_after_it_begins_or_is_refused(text: str, where: ZoneInfo) -> None:
    now = datetime(2026, 11, 21, 18, tzinfo=where)
    with suppress(UsageError):
        begin, end = dates.window(text, now)
        assert dates.unix(begin) < dates.unix(end)
    with suppress(UsageError):
        assert dates.instant(text, now, ahead=True).tzinfo == where


def test_bare_date_is_the_end_of_that_day_where_asked_for() -> None:
    assert dates.stamp(dates.instant("2026-11-02", NOW, end_of_day=True)) == "2026-11-02T23:59:59+08:00"


def test_hour_that_summer_time_repeats_needs_an_offset() -> None:
    now = datetime(2026, 12, 1, tzinfo=NEW_YORK)
    with pytest.raises(UsageError, match="happens twice") as error:
        dates.instant("2026-11-01 01:30", now)
    assert "2026-11-01T01:30:00-04:00 or 2026-11-01T01:30:00-05:00" in str(error.value.hint)
    assert dates.stamp(dates.instant("2026-11-01T01:30-05:00", now)) == "2026-11-01T01:30:00-05:00"


def test_hour_that_summer_time_skips_is_refused() -> None:
    with pytest.raises(UsageError, match="does not exist"):
        dates.instant("2026-03-08 02:30", datetime(2026, 12, 1, tzinfo=NEW_YORK))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026-11-02", "2026-11-02"), ("today", "2026-11-21"), ("+30d", "2026-12-21"), ("-1w", "2026-11-14"),
     ("yesterday", "2026-11-20"), ("2000-02-29", "2000-02-29"), ("-1y", "2025-11-21"), ("+1m", "2026-12-21")],
)  # fmt: skip
def test_dates(text: str, expected: str) -> None:
    assert dates.local_date(text, NOW).isoformat() == expected


@pytest.mark.parametrize("text", ["2001-02-29", "2010-12-32", "2010-31-12", "12/07/2022", "2026-11", "", "+2h"])
def test_impossible_dates_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        dates.local_date(text, NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2024-03-09", ("2024-03-09", "day")), ("2024-03", ("2024-03-01", "month")), ("2024", ("2024-01-01", "year")),
     ("unknown", (None, "unknown")), ("2000-02-29", ("2000-02-29", "day")),
     ("去年", ("2025-01-01", "year")), ("last year", ("2025-01-01", "year")), ("2022年", ("2022-01-01", "year")),
     ("２０２２年5月", ("2022-05-01", "month")), ("去年 5月", ("2025-05-01", "month")),
     ("2022年5月3日", ("2022-05-03", "day")), ("昨天", ("2026-11-20", "day")), ("不详", (None, "unknown")),
     ("May 2024", ("2024-05-01", "month")), ("13/05/2024", ("2024-05-13", "day")),
     ("3 Sept 2024", ("2024-09-03", "day")), ("2024.3.9", ("2024-03-09", "day"))],
)  # fmt: skip
def test_purchase_dates_may_be_imprecise(text: str, expected: tuple[str | None, str]) -> None:
    assert dates.purchase_date(text, NOW) == expected


def test_purchase_in_the_future_is_refused() -> None:
    with pytest.raises(RefusedError):
        dates.purchase_date("2026-11-22", NOW)
    for text in ("2024-13", "2024-02-30", "2022年13月", "2022年3日", "spring", "24"):
        with pytest.raises(UsageError):
            dates.purchase_date(text, NOW)


def test_periods_are_half_open() -> None:
    assert periods.month("2026-10") == periods.Period(date(2026, 10, 1), date(2026, 11, 1), "2026-10")
    assert periods.quarter("2026-q4") == periods.Period(date(2026, 10, 1), date(2027, 1, 1), "2026-Q4")
    both = periods.between(date(2026, 10, 1), date(2026, 10, 31))
    assert both == periods.Period(date(2026, 10, 1), date(2026, 11, 1), "2026-10-01..2026-10-31")
    assert periods.last_full_month(date(2026, 1, 15)).label == "2025-12"


@pytest.mark.parametrize(
    ("text", "month"),
    [("this", "2026-11"), ("本月", "2026-11"), ("last month", "2026-10"), ("上月", "2026-10"), ("上个月", "2026-10"),
     ("2026年3月", "2026-03"), ("２０２６-０３", "2026-03"), ("十一月", "2026-11"), ("十月份", "2026-10"),
     ("soon", "soon"), ("november", "2026-11"), ("Dec", "2025-12"), ("11", "2026-11"),
     ("12月", "2025-12"), ("13", "13")],
)  # fmt: skip
def test_months_are_read_as_people_say_them(text: str, month: str) -> None:
    assert said_times.month(text, NOW.date()) == month


def test_months_of_a_period_are_cut_to_it() -> None:
    parts = list(periods.between(date(2026, 10, 20), date(2026, 12, 2)).months())
    assert [(p.label, str(p.first), str(p.end)) for p in parts] == [
        ("2026-10", "2026-10-20", "2026-11-01"), ("2026-11", "2026-11-01", "2026-12-01"),
        ("2026-12", "2026-12-01", "2026-12-03"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "October", "0000-01", "2026-10-01"])
def test_other_months_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        periods.month(text)


def test_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageError):
        periods.between(date(2026, 10, 2), date(2026, 10, 1))


@given(st.text(max_size=30), st.booleans())
def test_no_text_is_worse_than_one_sentence(text: str, end_of_day: bool) -> None:
    for read in (lambda: dates.instant(text, NOW, end_of_day=end_of_day), lambda: dates.local_date(text, NOW),
                 lambda: dates.window(text, NOW),
                 lambda: dates.purchase_date(text, NOW), lambda: periods.month(text), lambda: periods.quarter(text),
                 lambda: dates.span_days(text)):  # fmt: skip
        with suppress(ServiceDeskError):
            read()


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2040, 1, 1)))
def test_local_time_survives_the_way_into_text_and_back(naive: datetime) -> None:
    try:
        at = dates.local(naive.replace(microsecond=0), NEW_YORK)
    except UsageError:
        return
    assert datetime.fromisoformat(dates.stamp(at)) == at
    assert dates.stamp(at)[:19] == naive.replace(microsecond=0).isoformat()


def seen(at: datetime, seconds: int) -> datetime:
    """The clock of its zone so many seconds later."""
    return (at.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(at.tzinfo)


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)) | st.just(date(2026, 4, 24)) | st.just(date(2011, 12, 30)), ZONES)
def test_a_day_begins_where_the_day_before_ends(day: date, where: ZoneInfo) -> None:
    first, last = dates.start_of(day, where), dates.end_of(day, where)
    assert first.date() >= day > seen(first, -1).date()
    assert seen(last, 1) == dates.start_of(day + timedelta(days=1), where)


@pytest.mark.parametrize(
    ("zone", "day", "first", "hours"),
    [
        ("Africa/Cairo", "2026-04-24", "2026-04-24T01:00:00+03:00", 23),
        ("America/Santiago", "2026-04-04", "2026-04-04T00:00:00-03:00", 25),
        ("America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00", 25),
        ("Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00", 0),
    ],
)
def test_a_day_has_as_many_hours_as_its_zone_gives_it(zone: str, day: str, first: str, hours: int) -> None:
    on, where = date.fromisoformat(day), ZoneInfo(zone)
    assert dates.stamp(dates.start_of(on, where)) == first
    assert dates.unix(dates.end_of(on, where)) + 1 - dates.unix_of(first) == hours * 3600


@given(st.integers(0, 2**31), st.integers(-90_000, 90_000), ZONES)
def test_seconds_tell_which_of_two_instants_is_later(unix: int, gap: int, where: ZoneInfo) -> None:
    one, other = (datetime.fromtimestamp(at, where) for at in (unix, unix + gap))
    assert dates.unix_of(dates.stamp(other)) - dates.unix_of(dates.stamp(one)) == gap
