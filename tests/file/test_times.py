"""The shortcut by the day says what the calendar says, and no row is told apart otherwise than before."""

from datetime import date, datetime, time
from hashlib import blake2b
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.file.imports.maps import parsing
from servicedesk.file.imports.maps.row_values import PLAIN
from servicedesk.file.imports.maps.rows import Reader
from servicedesk.file.imports.maps.times import Clock

NEVER = "never %Y/%m/%d"  # a second form that takes nothing: the calendar is asked for every text
ZONES = st.sampled_from(
    ["Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia",
     "America/St_Johns", "Europe/Berlin", "Africa/Cairo", "America/Santiago", "Asia/Beirut"]
).map(ZoneInfo)  # fmt: skip
# Days on which clocks were moved, or a whole day was left out, beside any other.
DAYS = st.one_of(
    st.dates(date(1969, 12, 30), date(2201, 1, 2)),
    st.sampled_from(
        [
            date(2026, 3, 8),
            date(2026, 11, 1),
            date(2026, 4, 5),
            date(2026, 10, 4),
            date(2011, 12, 30),
            date(2026, 4, 24),
            date(2026, 9, 6),
            date(2026, 3, 29),
        ]
    ),
)
FORMS = st.sampled_from(
    ["%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%H:%M %d.%m.%Y", "%Y%m%d",
     "%d %b %Y %H:%M"]
)  # fmt: skip
ISO = st.sampled_from(
    ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M+05:30", "%Y-%m-%d %H:%M:%S -0330",
     "%Y-%m-%d", "%Y-%m-%d %H:%M:%S.5"]
)  # fmt: skip


def read(clock: Clock, text: str) -> tuple[str, int] | str:
    try:
        return clock.instant(text)
    except ValueError as error:
        return str(error.args[0]).partition(" of the form ")[0]


@given(DAYS, st.lists(st.times(), min_size=2, max_size=5), FORMS, ZONES, ZONES)
def test_a_day_asked_once_gives_the_instants_of_a_day_asked_each_time(
    day: date, times: list[time], form: str, where: ZoneInfo, outlet: ZoneInfo
) -> None:
    quick, slow = Clock([form], where, outlet), Clock([form, NEVER], where, outlet)
    for at in times:
        text = datetime.combine(day, at).strftime(form)
        assert read(quick, text) == read(slow, text)


@given(DAYS, st.lists(st.times(), min_size=2, max_size=5), ISO, ZONES, ZONES)
def test_the_same_of_iso_times_with_and_without_an_offset(
    day: date, times: list[time], form: str, where: ZoneInfo, outlet: ZoneInfo
) -> None:
    quick, slow = Clock([], where, outlet), Clock([NEVER], where, outlet, also_iso=True)
    for at in times:
        text = datetime.combine(day, at).strftime(form)
        assert read(quick, text) == read(slow, text)


@given(st.lists(st.text("0123456789.: +-APMZ", max_size=20), max_size=4))
def test_whatever_is_typed_is_taken_or_refused_alike(typed: list[str]) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    quick, slow = Clock(["%d.%m.%Y %H:%M"], zone, zone), Clock(["%d.%m.%Y %H:%M", NEVER], zone, zone)
    for text in ("02.11.2026 10:00", *typed, "02.11.2026 09:0", "02.11.2026 24:00", "02.11.2026 09:05:07"):
        assert read(quick, text) == read(slow, text)


MAP = parsing.parse_map(
    'dates = ["%Y-%m-%d %H:%M"]\n[customer]\nref = "K"\nname = "N"\nphone = "P"\n[appliance]\nref = "G"\n'
    'category = "C"\nbought = "B"\n[ticket]\nref = "No"\nreported_at = "R"\narrived_at = "A"\n'
    'completed_at = "D"\noutcome = "O"\ncancelled_at = "X"\ncancelled_by = "Y"\ntechnician = "W"\n'
    'text = "T"\n[survey]\nscore = "S"\n',
    "m.toml",
)
ROW = {
    "K": "1", "N": "王芳", "P": "", "G": "7", "C": "fridge", "B": "2020-03", "No": "R1", "R": "2026-01-01 08:00",
    "A": "", "D": "", "O": "", "X": "", "Y": "", "W": "O'Hara", "T": "it's \"wet\"\\", "S": "",
}  # fmt: skip


def digest(said: object) -> str:
    """As files that were read before hold it."""
    return blake2b(repr(said).encode(), digest_size=8).hexdigest()


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"W": "", "T": ""},
        {"A": "2026-01-01 09:00", "D": "2026-01-01 10:00", "O": "fixed", "S": "4"},
        {"X": "2026-01-02 09:00", "Y": "outlet"},
        {"Z": "2026-01-01 08:30"},
    ],
)
def test_what_tells_rows_apart_stays_what_it_was(more: dict[str, str]) -> None:
    row = {**ROW, **more}
    found = Reader(MAP, list(row), now=datetime(2026, 11, 2, tzinfo=ZoneInfo("Asia/Shanghai"))).row(
        list(row.values()), 1
    )
    assert found is not None
    customer, appliance, ticket = found[:3]
    assert customer is not None
    assert appliance is not None
    assert ticket is not None
    assert customer.digest == digest((("name", "王芳"), ("ref", "1")))
    assert appliance.digest == digest((("bought", "2020-03-01"), ("category", "fridge"), ("owner", "1"), ("ref", "7")))
    words = (ticket.type, ticket.channel, ticket.fault, ticket.text, ticket.area, ("1", "7"), ticket.technician)
    assert ticket.digest == digest((*words, [tuple(fact)[:PLAIN] for fact in ticket.facts]))
