"""`kpi integrity`: the panel, its rows, and what is explained about a signal (K17)."""

import pytest

from tests.asking import table
from tests.conftest import Desk, filled_once
from tests.stories import (
    HOUR,
    OCTOBER,
    at,
    backdater,
    honest,
    sight,
    sights,
    told,
)  # fmt: skip

KEYS = [
    "signal", "period", "group", "title", "look_when", "hits", "total", "value", "unit", "line", "look",
    "within_chance", "before", "rows",
]  # fmt: skip


@filled_once
def backdated(desk: Desk) -> Desk:
    """An outlet in which Chen types his arrivals late and too early."""
    with told(desk) as story:
        honest(story, backdater)
    return desk


def test_duplicates_and_entry_errors_are_in_no_share(desk: Desk) -> None:
    with told(desk) as story:
        ticket = story.ticket(at("10-05 09:00"), done=None, late=5 * HOUR)
        story.cancelled(ticket, at("10-05 15:00"), reason="entry_error")
    assert {row["signal"]: row["rows"] for row in sights(desk) if row["rows"]} == {"I12": 1}


def test_an_empty_period_is_not_available_and_never_nought_percent(desk: Desk) -> None:
    found = {row["signal"]: (row["hits"], row["total"], row["value"], row["look"]) for row in sights(desk)}
    for signal in ("I16", "I18", "I20"):
        assert found.pop(signal) == (0, None, 0, False)
    assert set(found.values()) == {(0, 0, None, None)}
    assert len(found) == 17


@pytest.mark.parametrize("by", [(), ("--by", "technician"), ("--by", "clerk")])
def test_the_rows_sum_to_the_figures(backdated: Desk, by: tuple[str, ...]) -> None:
    for row in sights(backdated, *by):
        rows = backdated.do("kpi", "rows", row["signal"], *OCTOBER, *by)
        own = [one for one in rows if not by or one[by[1]] == row["group"]]
        assert (len(own), sum(one["verdict"] == "hit" for one in own)) == (row["rows"], row["hits"]), row


def test_the_panel_of_then_stays_what_it_was(backdated: Desk) -> None:
    then = ("--as-of", "2026-10-20 12:00")
    before, rows = sights(backdated, *then), backdated.do("kpi", "rows", "I3", *OCTOBER, *then)
    backdated.do("ticket", "void", "T1", "--event", "3", "--reason", "wrong ticket")
    backdated.do("technician", "edit", "Chen", "--name", "Chen Wei")
    assert sights(backdated, *then) == before
    assert backdated.do("kpi", "rows", "I3", *OCTOBER, *then) == rows
    assert before != sights(backdated)


def test_the_json_of_the_panel_and_of_its_rows(desk: Desk) -> None:
    with told(desk) as story:
        story.ticket(at("10-05 09:00"), late=3 * HOUR)
    assert [list(row) for row in sights(desk)] == [KEYS] * 20
    assert sight(desk, "i3", "--by", "technician") == {
        "signal": "I3", "period": "2026-10", "group": "Li", "title": "Arrivals typed late", "look_when": "above 10 %",
        "hits": 1, "total": 1, "value": 1, "unit": "share", "line": 0.1, "look": False, "within_chance": True,
        "before": None, "rows": 1,
    }  # fmt: skip
    assert desk.do("kpi", "rows", "I3", *OCTOBER) == [
        {
            "signal": "I3", "ticket_id": 1, "appliance_id": 1, "customer_id": 1, "technician": "Li", "clerk": "ada",
            "at": "2026-10-05T12:00:00+08:00", "recorded_at": "2026-10-05T15:00:00+08:00", "verdict": "hit",
            "what": "typed_late",
        }
    ]  # fmt: skip


def test_names_are_in_their_order_and_nobody_is_ranked(backdated: Desk) -> None:
    found = [(int(row["signal"][1:]), row["group"]) for row in sights(backdated, "--by", "technician")]
    assert found == sorted(found)
    assert {name for _, name in found} == {"Chen", "Li", "Wang"}


def test_an_unknown_signal_is_named_with_the_nearest(desk: Desk) -> None:
    assert desk.refused(3, "kpi", "integrity", "--only", "I71") == (
        "error: there is no signal 'I71'\nhint: did you mean I7 or I1 or I19?\n"
    )
    assert desk.refused(3, "kpi", "rows", "I99").startswith("error: there is no signal 'I99'\nhint: did you mean ")
    assert desk.refused(3, "kpi", "explain", "i0").startswith("error: there is no signal 'i0'\n")
    assert desk.refused(2, "kpi", "rows", "csat", "--by", "clerk") == (
        "error: --by is for signals\nhint: kpi rows I8 --by technician\n"
    )


def test_a_signal_is_explained_with_what_is_innocent_about_it(desk: Desk) -> None:
    assert desk.do("kpi", "explain", "I3") == [
        {
            "signal": "I3",
            "title": "Arrivals typed late",
            "chinese": "到达补录占比",
            "formula": "arrivals typed more than 2 hours after they happened ÷ arrivals",
            "look_when": "above 10 %",
            "unit": "share",
            "why": "a time typed long afterwards is remembered, or chosen: an arrival can be dated back below the limit"
            " (K6)",
            "innocent": "no reception in a cellar, a flat battery, paper sheets typed in the evening; a corrected"
            " arrival was typed when it was corrected",
            "source": "K17, K6: accepted, flagged late_entry; imported arrivals have no time of typing and count as"
            " prompt",
            "line": 0.1,
            "by": ["technician", "clerk"],
            "false_months": 0,
            "false_years": 0,
            "false_months_by_person": 0,
            "false_years_by_person": 0,
            "honest_months": 240,
            "honest_years": 20,
        }
    ]


@pytest.mark.parametrize(
    ("language", "alarms"),
    [("en", "raised in 0 of 240 honest months and 0 of 20 honest years"), ("zh_CN", "240 个正常月份中提示 0 个")],
)
def test_a_signal_says_how_often_it_is_raised_where_nothing_is_wrong(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, language: str, alarms: str
) -> None:
    monkeypatch.setenv("SERVICEDESK_LANGUAGE", language)
    assert alarms in desk.run("kpi", "explain", "I7", "--format", "table").out


PANEL = """\
Test outlet, 2026-10 (2026-10-01..2026-10-31), as of 2026-11-21 18:00
A signal is a reason to look, not a verdict: it accuses nobody.
no.  what it is                   k of n  figure  look when     look
─────────────────────────────────────────────────────────────────────────────
I1   Headline less strict          7/200    +3.5  > 15, grown
I2   Deferred on busy days    4/100−0/40    +4.0  > 10 points
I3   Arrivals typed late          70/200  35.0 %  > 10 %        look
I4   Just before the limit         31/40  31 : 9  > 5, n ≥ 10
I5   Nobody at home                0/200   0.0 %  > 2 × outlet  by technician
I6   Called back if on time  146/191−8/9   −12.4  > 10 points
I7   Answers self-collected        0/160   0.0 %  > 20 %
I8   Longest run of fives          3/160   2.9 %  < 1 %
I9   Re-coded repeats                  –     n/a  > 5 %         n/a
I10  Twin machines                     –     n/a  > 0.5 %       n/a
I11  Machine left blank            0/200   0.0 %  > 2 %
I12  Cancelled too late                –     n/a  > 5 %         n/a
I13  Reached in 15 minutes         0/200   0.0 %  > 5 %
I14  Day-31 bump                       –     n/a  > 2, n ≥ 10   n/a
I15  Remote, then visited              –     n/a  > 20 %        n/a
I16  Edits after the month             0          any
I17  Fixed in 10 minutes           0/200   0.0 %  > 5 %
I18  Doubtful duplicates               0          any
I19  Paid without a quote              –     n/a  > 5 %         n/a
I20  Parts past the gate               0          any"""
BY_TECHNICIAN = """\
Test outlet, 2026-10 (2026-10-01..2026-10-31), as of 2026-11-21 18:00
A signal is a reason to look, not a verdict: it accuses nobody.

I3 Arrivals typed late: look when above 10 %
technician  k of n   figure  look
─────────────────────────────────
Chen         70/70  100.0 %  look
Li            0/60    0.0 %
Wang          0/70    0.0 %

I4 Just before the limit: look when above 5, from 10 cases on
technician  k of n  figure  look
────────────────────────────────
Chen         19/19  19 : 0  look
Li             6/9   6 : 3
Wang          6/12   6 : 6"""
ROWS = """\
I3 Arrivals typed late (到达补录占比): 5 of 12 rows are hits
A signal is a reason to look, not a verdict: it accuses nobody.
Test outlet, 2026-10-01..2026-10-02, as of 2026-11-21 18:00
ticket  technician  clerk  at                typed after  verdict  what
─────────────────────────────────────────────────────────────────────────────
T3      Chen        chen   2026-10-01 12:45        7.0 h  hit      typed late
T4      Li          ben    2026-10-01 14:11        1 min  miss     typed soon
T6      Chen        chen   2026-10-01 18:43        7.1 h  hit      typed late
T5      Wang        ada    2026-10-02 07:45        1 min  miss     typed soon
T1      Li          ada    2026-10-02 07:51        1 min  miss     typed soon
T2      Wang        ada    2026-10-02 08:36        1 min  miss     typed soon
T7      Wang        ada    2026-10-02 13:45        1 min  miss     typed soon
T10     Wang        ben    2026-10-02 13:56        1 min  miss     typed soon
T8      Chen        chen   2026-10-02 14:46        5.4 h  hit      typed late
T14     Chen        chen   2026-10-02 18:03        3.0 h  hit      typed late
T15     Li          ada    2026-10-02 19:23        1 min  miss     typed soon
T11     Chen        chen   2026-10-02 23:39        4.3 h  hit      typed late"""


def test_the_panel_and_its_rows_fit_a_terminal(backdated: Desk) -> None:
    named = ("--by", "technician", "--only", "I3", "--only", "I4")
    days = ("--from", "2026-10-01", "--to", "2026-10-02")
    assert table(backdated, "kpi", "integrity", *OCTOBER) == PANEL.split("\n")
    assert table(backdated, "kpi", "integrity", *OCTOBER, *named) == BY_TECHNICIAN.split("\n")
    assert table(backdated, "kpi", "rows", "I3", *days) == ROWS.split("\n")
