"""A map, and what a row of cells becomes under it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.base.errors import RefusedError, ServiceDeskError, UsageError
from servicedesk.file.imports.maps import mapping, parsing
from servicedesk.file.imports.maps.binding import RowError
from servicedesk.file.imports.maps.row_values import Row
from servicedesk.file.imports.maps.rows import Reader
from servicedesk.file.imports.maps.times import Form

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TICKET = '[ticket]\nref = "No"\nreported_at = "Reported"\n'


def reader(text: str, headings: Sequence[str]) -> Reader:
    return Reader(parsing.parse_map(text, "m.toml"), headings, now=NOW)


def read(text: str, row: dict[str, str], number: int = 1) -> Row:
    found = reader(text, list(row)).row(list(row.values()), number)
    assert found is not None
    return found


def rejected(text: str, row: dict[str, str]) -> tuple[str, str, str]:
    with pytest.raises(RowError) as error:
        read(text, row)
    return error.value.column, error.value.value, error.value.reason


def facts(text: str, row: dict[str, str]) -> list[tuple[str, str]]:
    ticket = read(text, row).ticket
    assert ticket is not None
    return [(fact.kind, fact.at) for fact in ticket.facts]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('source = "x"\n[ticket\n', "m.toml is not TOML: expected"),
        ("[tickets]\n", "unknown 'tickets' in m.toml (map)"),
        ('[ticket]\nreff = "No"\n', "unknown 'reff' in m.toml ([ticket])"),
        ('[ticket]\nref = "No"\ntype = { value = "repair" }\n', "[ticket] in m.toml lacks reported_at"),
        ('source = "x"\n', "m.toml has none of [customer], [appliance], [ticket]"),
        ('[customer]\nref = "a"\nname = 7\n', "[customer] name in m.toml is neither a column nor a table"),
        ('[customer]\nref = "a"\nname = { column = "a", value = "b" }\n', "takes either column or value"),
        ('[customer]\nref = "a"\nname = { column = "a", other = "b" }\n', "has other without map"),
        ('[customer]\nref = "a"\nname = { column = "a", dates = ["%Y"] }\n', "is no time"),
        ('[customer]\nref = "a"\nname = "a"\n[survey]\nscore = "s"\n', "a [survey] without a [ticket]"),
        (TICKET + '[survey]\nanswered_at = "s"\n', "[survey] in m.toml has neither score nor satisfied"),
        ('[ticket]\nref = "No"\n', "[ticket] in m.toml lacks reported_at"),
        ('[ticket]\nref = "No"\n[visit]\narrived_at = "a"\n[survey]\nscore = "s"\n', "[ticket] in m.toml lacks rep"),
        ('[ticket]\nref = "No"\n[survey]\nscore = "s"\n', "[survey] in m.toml lacks answered_at"),
        ('dates = "%Y"\n' + TICKET, "dates in m.toml takes a list of texts"),
    ],
)
def test_a_wrong_map_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        parsing.parse_map(text, "m.toml")
    assert sentence in error.value.sentence


def test_broken_toml_names_the_line() -> None:
    with pytest.raises(UsageError, match="at line 2"):
        parsing.parse_map('source = "x"\n[ticket\n', "m.toml")


def test_an_unknown_field_gets_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        parsing.parse_map('[ticket]\nreported = "No"\n', "m.toml")
    assert error.value.hint == "did you mean reported_at?"


def test_a_missing_column_gets_the_nearest_headings() -> None:
    with pytest.raises(RefusedError) as error:
        reader(TICKET, ["no", "Reported at"])
    assert error.value.sentence == "the file has no column No, Reported that m.toml names"
    assert error.value.hint == "'No': did you mean no?; 'Reported': did you mean Reported at?"


def test_a_column_that_stands_twice_is_refused_only_where_it_is_used() -> None:
    assert reader(TICKET, ["No", "Reported", "x", "x"])
    with pytest.raises(RefusedError, match="'No' stands 2 times"):
        reader(TICKET, ["No", "Reported", "No"])


def test_a_template_weaves_columns_and_the_record_number() -> None:
    text = '[customer]\nref = "{#}"\nname = "{A} – {B}/{#}"\n'
    customer = read(text, {"A": " x ", "B": ""}, number=7).customer
    assert customer is not None
    assert (customer.ref, customer.name) == ("7", "x – /7")


def test_a_template_without_any_value_is_no_value() -> None:
    row = read(
        '[customer]\nref = "{A}/{B}"\nname = "A"\n' + TICKET, {"A": "", "B": " ", "No": "1", "Reported": "2026-01-01"}
    )
    assert row.customer is None


def test_headings_are_compared_trimmed_and_on_one_line() -> None:
    customer = read('[customer]\nref = "The  key"\nname = "Name"\n', {"The\n key ": "1", " Name ": "王芳"}).customer
    assert customer is not None
    assert (customer.ref, customer.name) == ("1", "王芳")


def test_identifiers_stay_text() -> None:
    text = (
        '[customer]\nref = "R"\nname = "N"\nphone = "P"\n'
        '[appliance]\nref = "S"\ncategory = "C"\nserial = "S"\nmodel = "M"\n'
    )
    row = read(text, {"R": "00601", "N": "x", "P": "013800138000", "S": "000123", "C": "fridge", "M": "-18"})
    assert row.customer is not None
    assert row.appliance is not None
    assert (row.customer.ref, row.customer.phones[0][0]) == ("00601", "013800138000")
    assert (row.appliance.serial, row.appliance.model) == ("000123", "-18")


CODED = TICKET + 'completed_at = "Done"\noutcome = { column = "Result", map = { ok = "fixed" }'


def test_a_map_without_other_rejects_what_it_does_not_know() -> None:
    row = {"No": "1", "Reported": "2026-01-01", "Done": "2026-01-02", "Result": "so so"}
    assert rejected(CODED + " }\n", row) == ("Result", "so so", "the map has no such value: one of ok")
    assert rejected(CODED + ', other = "" }\n', row)[0] == "Result"
    assert facts(CODED + ', other = "referred" }\n', row)[-1] == ("completed", "2026-01-02T23:59:59+08:00")


def test_when_decides_whether_a_field_is_read() -> None:
    text = TICKET + 'arrived_at = { column = "Came", when = { Status = ["DONE", "LATE"] } }\n'
    row = {"No": "1", "Reported": "2026-01-01", "Came": "2026-01-02 09:00", "Status": " LATE "}
    assert facts(text, row)[1] == ("arrived", "2026-01-02T09:00:00+08:00")
    assert len(facts(text, row | {"Status": "OPEN"})) == 1


def test_only_leaves_other_rows_out() -> None:
    text = TICKET + '[[only]]\ncolumn = "Kind"\nin = ["repair"]\n'
    found = reader(text, ["No", "Reported", "Kind"])
    assert found.row(["1", "2026-01-01", "sale"], 1) is None
    assert found.row(["1", "2026-01-01", "repair"], 1) is not None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2026-03-08 09:05", "2026-03-08T09:05:00+08:00"),
        ("2026-03-08T09:05:06", "2026-03-08T09:05:06+08:00"),
        ("2026-03-08T09:05:06.789Z", "2026-03-08T17:05:06+08:00"),
        ("2026-03-08 09:05:06 -0500", "2026-03-08T22:05:06+08:00"),
        ("2026-03-08", "2026-03-08T00:00:00+08:00"),
        ("2000-02-29", "2000-02-29T00:00:00+08:00"),
    ],
)
def test_iso_times_are_read_without_a_form(typed: str, kept: str) -> None:
    assert facts(TICKET, {"No": "1", "Reported": typed}) == [("reported", kept)]


@pytest.mark.parametrize(
    "typed",
    ["2001-02-29", "2010-12-32", "2010-31-12", "today", "now", "-2h", "09:00", "12.07.2022", "20220712", "7/12/22"],
)
def test_nothing_else_is_guessed(typed: str) -> None:
    column, value, reason = rejected(TICKET, {"No": "1", "Reported": typed})
    assert (column, value) == ("Reported", typed)
    assert reason.startswith(("no time of the form 2026-11-02", "not a possible date"))


def test_forms_are_tried_in_order_and_exclude_the_others() -> None:
    text = 'dates = ["%d.%m.%Y", "%m/%d/%Y %I:%M:%S %p"]\n' + TICKET
    assert facts(text, {"No": "1", "Reported": "12.07.2022"}) == [("reported", "2022-07-12T00:00:00+08:00")]
    assert facts(text, {"No": "1", "Reported": "7/13/2022 12:05:00 am"}) == [("reported", "2022-07-13T00:05:00+08:00")]
    assert rejected(text, {"No": "1", "Reported": "2022-07-12"})[2] == (
        "no time of the form %d.%m.%Y or %m/%d/%Y %I:%M:%S %p"
    )


def test_a_field_may_have_forms_of_its_own() -> None:
    text = 'dates = ["%d.%m.%Y"]\n' + TICKET + 'arrived_at = { column = "Came", dates = ["%Y%m%d"] }\n'
    assert facts(text, {"No": "1", "Reported": "12.07.2022", "Came": "20220713"})[1][1] == "2022-07-13T23:59:59+08:00"


def test_an_impossible_form_is_refused() -> None:
    with pytest.raises(UsageError, match="is not a form of dates"):
        reader('dates = ["%Q"]\n' + TICKET, ["No", "Reported"])


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ("%d.%m.%Y %d", "is not a form of dates"),
        ("%m/%d/%Y %H:%M %p", "%p without %I"),
        ("%m/%d/%Y %I:%M", "%I without %p"),
        ("%Y-%m-%d %H:%M %Z", "the name of a zone"),
        ("%Y-W%W", "names a week"),
        ("%m-%d", "names no year"),
        ("%H:%M", "names no year"),
        ("%Y-%M-%d", "a day without its month"),
        ("%Y-%m-%d %M", "a time without its day or its hour"),
        ("%m.%Y", "'%m.%Y' names no day, so [ticket] reported_at would lie on the first"),
    ],
)
def test_a_form_that_says_too_little_is_refused_before_a_row_is_read(form: str, why: str) -> None:
    with pytest.raises(UsageError) as error:
        reader(f'dates = ["{form}"]\n' + TICKET, ["No", "Reported"])
    assert why in error.value.sentence


def test_a_form_of_months_is_for_purchases_and_no_time_of_a_ticket() -> None:
    text = 'dates = ["%d.%m.%Y", "%m.%Y"]\n' + TICKET
    assert rejected(text, {"No": "1", "Reported": "07.2022"})[2] == "no time of the form %d.%m.%Y"


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("上午12:05", 0), ("上午9:05", 9), ("下午3:05", 15), ("下午12:05", 12), ("凌晨5:05", 5), ("早上7:05", 7),
        ("中午11:05", 11), ("中午12:05", 12), ("中午1:05", 13), ("晚上9:05", 21), ("晚上12:05", None),
        ("早上12:05", None), ("中午5:05", None), ("pm3:05", 15), ("下午15:05", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("form", "day"), [("%Y/%m/%d %p%I:%M", "2026/11/2"), ("%d %b %y %p%I:%M", "2 Nov 26")])
def test_halves_of_a_day_are_read_in_chinese_too(form: str, day: str, typed: str, hour: int | None) -> None:
    expected = None if hour is None else datetime(2026, 11, 2, hour, 5)
    assert Form(form).read(f"{day} {typed}") == expected


@pytest.mark.parametrize("offset", ["+08", "+0800", "+08:00"])
def test_an_offset_may_be_of_whole_hours(offset: str) -> None:
    for forms, text in (("", f"2026-11-02 09:20:00{offset}"), ("%d.%m.%Y %H:%M %z", f"02.11.2026 09:20 {offset}")):
        dated = f'dates = ["{forms}"]\n' if forms else ""
        told = facts('zone = "UTC"\n' + dated + TICKET, {"No": "1", "Reported": text})
        assert told == [("reported", "2026-11-02T09:20:00+08:00")]


@given(st.datetimes(datetime(1970, 1, 1), datetime(2068, 1, 1)), st.sampled_from([
    "%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M:%S", "%d %b %Y", "%Y年%m月%d日", "%Y%m%d %H%M",
    "%y/%m/%d %p%I:%M", "%Y-W%W-%w", "%G-W%V-%u",
]))  # fmt: skip
def test_forms_read_what_strptime_reads(at: datetime, form: str) -> None:
    typed = at.strftime(form)
    assert Form(form).read(typed) == datetime.strptime(typed, form)


@given(st.text("0123456789/: APM", max_size=22))
def test_forms_refuse_what_strptime_refuses(typed: str) -> None:
    form = "%m/%d/%Y %I:%M:%S %p"
    try:
        expected = datetime.strptime(typed, form)
    except ValueError:
        expected = None
    assert Form(form).read(typed) == expected


ZONED = 'zone = "America/New_York"\ndates = ["%m/%d/%Y %I:%M:%S %p"]\n' + TICKET


def test_times_are_read_off_in_the_zone_of_the_file_and_kept_in_that_of_the_outlet() -> None:
    assert facts(ZONED, {"No": "1", "Reported": "07/01/2026 08:00:00 PM"}) == [
        ("reported", "2026-07-02T08:00:00+08:00")
    ]


@pytest.mark.parametrize(
    ("typed", "reason"), [("03/08/2026 02:30:00 AM", "does not exist"), ("11/01/2026 01:30:00 AM", "happens twice")]
)
def test_hours_that_summer_time_skips_or_repeats_are_rejected(typed: str, reason: str) -> None:
    assert reason in rejected(ZONED, {"No": "1", "Reported": typed})[2]


WHOLE = TICKET + (
    'type = "Type"\narrived_at = "Came"\ncompleted_at = "Done"\noutcome = "Result"\ncancelled_at = "Off"\n'
    'cancelled_by = "By"\ncancel_reason = "Why"\n[survey]\nscore = "Score"\nanswered_at = "Said"\n'
)
GOOD = {
    "No": "1", "Reported": "2026-01-01 08:00", "Type": "", "Came": "2026-01-01 09:00", "Done": "2026-01-01 10:00",
    "Result": "fixed", "Off": "", "By": "", "Why": "", "Score": "5", "Said": "2026-01-02 10:00",
}  # fmt: skip


def test_a_whole_ticket_becomes_its_events() -> None:
    assert [kind for kind, _ in facts(WHOLE, GOOD)] == ["reported", "arrived", "completed", "surveyed"]


def before(what: str, hour: int) -> str:
    return f"it is before {what} (2026-01-01T{hour:02}:00:00+08:00)"


@pytest.mark.parametrize(
    ("other", "rejection"),
    [
        ({"No": ""}, ("No", "", "no key: the record could not be known again")),
        ({"Reported": ""}, ("Reported", "", "a ticket has a time of its report")),
        ({"Reported": "2027-01-01"}, ("Reported", "2027-01-01", "it lies in the future")),
        ({"Came": "2026-01-01 07:59"}, ("Came", "2026-01-01 07:59", before("the report", 8))),
        ({"Done": "2026-01-01 08:59"}, ("Done", "2026-01-01 08:59", before("the arrival", 9))),
        ({"Said": "2026-01-01 09:59"}, ("Said", "2026-01-01 09:59", before("the completion", 10))),
        ({"Result": ""}, ("Result", "", "a completed ticket has an outcome")),
        ({"Type": "repiar"}, ("Type", "repiar", "unknown code: did you mean repair?")),
        ({"Score": "6"}, ("Score", "6", "a score is 1, 2, 3, 4 or 5")),
        ({"Score": "4.0"}, ("Score", "4.0", "a score is 1, 2, 3, 4 or 5")),
        ({"Done": "", "Said": ""}, ("Score", "5", "an answer about a ticket that is not completed")),
        ({"Off": "2026-01-01 12:00", "By": "customer"}, ("Off", "2026-01-01 12:00", "completed and cancelled")),
    ],
)  # fmt: skip
def test_rows_that_break_a_rule_are_rejected(other: dict[str, str], rejection: tuple[str, str, str]) -> None:
    assert rejected(WHOLE, GOOD | other) == rejection


def test_an_outcome_that_the_type_cannot_have_is_rejected() -> None:
    assert "cannot end 'fixed'" in rejected(WHOLE, GOOD | {"Type": "install"})[2]


def test_outcome_and_reason_are_ignored_without_their_times() -> None:
    row = GOOD | {"Done": "", "Score": "", "Said": "2026-01-02", "By": "nobody", "Why": "whatever"}
    assert [kind for kind, _ in facts(WHOLE, row)] == ["reported", "arrived"]


def test_a_cancellation_needs_who_but_not_why() -> None:
    row = GOOD | {"Came": "", "Done": "", "Score": "", "Off": "2026-01-01 08:00"}
    assert rejected(WHOLE, row)[0] == "By"
    assert [kind for kind, _ in facts(WHOLE, row | {"By": "customer"})] == ["reported", "cancelled"]


def test_an_answer_without_its_own_time_was_given_at_the_completion() -> None:
    assert facts(WHOLE, GOOD | {"Said": ""})[-1] == ("surveyed", "2026-01-01T10:00:00+08:00")


APPLIANCE = '[appliance]\nref = "R"\ncategory = "C"\nbought = "B"\n'


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2024-03-09", ("2024-03-09", "day")), ("2024-03", ("2024-03-01", "month")), ("2024", ("2024-01-01", "year")),
        ("unknown", (None, "unknown")), ("", (None, "unknown")), ("2024-03-09 00:00:00", ("2024-03-09", "day")),
    ],
)  # fmt: skip
def test_days_of_purchase_may_be_imprecise(typed: str, kept: tuple[str | None, str]) -> None:
    appliance = read(APPLIANCE, {"R": "1", "C": "fridge", "B": typed}).appliance
    assert appliance is not None
    assert appliance.bought == kept


def test_a_form_without_a_day_gives_no_false_precision() -> None:
    appliance = read('dates = ["%m/%Y"]\n' + APPLIANCE, {"R": "1", "C": "fridge", "B": "03/2024"}).appliance
    assert appliance is not None
    assert appliance.bought == ("2024-03-01", "month")


@pytest.mark.parametrize("typed", ["today", "2027-01-01", "09.03.2024", "2024-02-30"])
def test_other_days_of_purchase_are_rejected(typed: str) -> None:
    assert rejected(APPLIANCE, {"R": "1", "C": "fridge", "B": typed})[:2] == ("B", typed)


@pytest.mark.parametrize(
    ("cells", "reason"), [(["1"], "1 cells"), (["1", "x", "y"], "3 cells"), (["1", "a\0b"], "NUL")]
)
def test_ragged_rows_are_rejected(cells: list[str], reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        reader('[customer]\nref = "a"\nname = "b"\n', ["a", "b"]).row(cells, 1)


def test_blank_cells_too_many_are_nothing() -> None:
    assert reader('[customer]\nref = "a"\nname = "b"\n', ["a", "b"]).row(["1", "x", "", " "], 1) is not None


@pytest.mark.parametrize(
    ("headings", "depth"),
    [(["ref", "name"], 1), (["ref", "category", "customer_ref", "customer_name"], 2), (["ref", "reported_at", "x"], 3)],
)
def test_a_file_with_our_own_names_needs_no_map(headings: list[str], depth: int) -> None:
    assert mapping.identity(headings, None).depth == depth


def test_a_file_with_other_names_needs_a_map() -> None:
    with pytest.raises(ServiceDeskError) as error:
        mapping.identity(["Nr", "Kunde"], None)
    way = "--map MAP.toml says what each column becomes; import --sketch FILE --output MAP.toml proposes one"
    assert error.value.hint == way


def test_as_cuts_a_map() -> None:
    whole = parsing.parse_map(APPLIANCE + TICKET, "m.toml")
    assert (whole.depth, whole.cut_to(2).depth) == (3, 2)
    with pytest.raises(UsageError, match=r"has no \[customer\]"):
        whole.cut_to(1)
