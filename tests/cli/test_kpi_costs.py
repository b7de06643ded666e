"""K15 and K11 by hand: what a repair cost its customer, who came back, and which appliance went back."""

import pytest

from tests.asking import figure, judged
from tests.conftest import Desk, filled_once

JUNE = ("--month", "2026-06")


@filled_once
def busy(desk: Desk) -> Desk:
    """T1 of 王芳: called twice, complained, waited for nobody in one window and an hour and a half in another."""
    desk.do("technician", "add", "Li", now="2020-01-02 08:00")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2020-01-02 08:00")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2020-01-02 08:00")
    desk.do("ticket", "open", "--appliance", "A1", "warm", now="2026-06-01 08:00")
    desk.do("contact", "log", "T1", "--in", now="2026-06-01 08:05")
    desk.do("contact", "log", "T1", "--in", now="2026-06-02 08:00")
    desk.do("ticket", "assign", "T1", "--to", "Li", now="2026-06-02 08:30")
    for at, begin, end in (("2026-06-02 08:30", "2026-06-02 14:00", "2026-06-02 16:00"),
                           ("2026-06-02 17:00", "2026-06-03 09:00", "2026-06-03 11:00"),
                           ("2026-06-03 12:00", "2026-06-05 09:00", "2026-06-05 10:00"),
                           ("2026-06-04 12:00", "2026-06-05 14:00", "2026-06-05 16:00")):  # fmt: skip
        desk.do("ticket", "appoint", "T1", "--from", begin, "--to", end, "--asked-by", "outlet", now=at)
    desk.do("complaint", "open", "--ticket", "T1", "--about", "lateness", now="2026-06-03 11:30")
    desk.do("ticket", "arrive", "T1", now="2026-06-05 15:30")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-06-05 20:00")
    desk.do("ticket", "charge", "T1", "--paid", "310", now="2026-06-05 20:00")
    return desk


def test_what_a_repair_costs_is_contacts_visits_hours_days_and_money(busy: Desk) -> None:
    found = {row["figure"]: row for row in busy.do("report", "customer-cost", *JUNE)}
    assert (found["customer_cost"]["hits"], found["customer_cost"]["total"]) == (1, 1)
    values = {name.removeprefix("customer_cost_"): row["value"] for name, row in found.items() if row["n"]}
    assert values == {"contacts": 3, "visits": 1, "hours": 5.5, "days": 4.5, "money": 310}
    (row,) = busy.do("report", "customer-cost", "--rows", *JUNE)
    assert row == {
        "ticket_id": 1, "customer_id": 1, "name": "王芳", "contacts": 3, "visits": 1, "window_hours": 5.5,
        "days": 4.5, "paid_fen": 31000,
    }  # fmt: skip
    assert judged(busy, "customer_cost", *JUNE) == {"T1": "hit"}


def test_a_repair_of_one_call_without_window_or_charge(busy: Desk) -> None:
    busy.do("ticket", "open", "--appliance", "A1", "again", now="2026-07-01 08:00")
    busy.do("ticket", "complete", "T2", "--outcome", "fixed", now="2026-07-01 20:00")
    july = ("--month", "2026-07")
    assert judged(busy, "customer_cost", *july) == {"T2": "miss"}
    assert judged(busy, "customer_cost_hours", *july) == {"T2": "excluded"}
    assert judged(busy, "customer_cost_money", *july) == {"T2": "excluded"}
    assert "1 repair has no charge on record" in busy.run("report", "customer-cost", *july).err
    assert "nothing is known" in busy.run("report", "customer-cost", "--month", "2026-08").err


@pytest.mark.parametrize(
    ("words", "at", "verdict", "reason"),
    [
        ((), "", "miss", "not_again"),
        (("appliance", "add", "--customer", "C1", "--category", "washer", "--bought", "2024-06-05"), "2024-06-06 09:00",
         "hit", "bought_again_A2"),
        (("contract", "add", "C1", "--kind", "service", "--from", "2024-01-01", "--to", "2024-12-31"),
         "2024-01-01 09:00", "hit", "agreed_again_G1"),
        (("appliance", "add", "--customer", "C1", "--category", "washer", "--bought", "2026-01-05"), "2026-01-06 09:00",
         "miss", "not_again"),
    ],
)  # fmt: skip
def test_who_comes_back_buys_or_agrees_within_24_months(
    desk: Desk, words: tuple[str, ...], at: str, verdict: str, reason: str
) -> None:
    desk.do("technician", "add", "Li", now="2020-01-02 08:00")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2020-01-02 08:00")
    desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2020-01-02 08:00")
    desk.do("ticket", "open", "--appliance", "A1", "warm", now="2023-06-01 08:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--technician", "Li", now="2023-06-01 12:00")
    if words:
        desk.do(*words, now=at)
    (row,) = desk.do("kpi", "rows", "returning_customer_rate")
    assert (row["verdict"], row["reason"]) == (verdict, reason)
    (early,) = desk.do("kpi", "rows", "returning_customer_rate", "--as-of", "2025-05-31")
    assert (early["verdict"], early["reason"]) == ("pending", "not_yet_24_months")


def test_what_customers_would_do_is_a_figure_of_its_own(busy: Desk) -> None:
    busy.do("ticket", "open", "--appliance", "A1", "again", now="2026-06-10 08:00")
    busy.do("ticket", "complete", "T2", "--outcome", "fixed", now="2026-06-10 20:00")
    busy.do("survey", "record", "T2", "4", "--again", "yes", now="2026-06-11 09:00")
    assert figure(busy, "returning_intention_rate", *JUNE)["hits"] == 1
    assert figure(busy, "returning_customer_rate", *JUNE)["hits"] == 0


def test_an_appliance_went_back_within_fifteen_days(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-06-01 08:00")
    for day in ("01", "02", "03"):
        about = ("--customer", "C1", "--category", "fridge", "--bought", f"2026-06-{day}")
        desk.do("appliance", "add", *about, now="2026-06-03 09:00")
    desk.do("appliance", "retire", "A1", "--reason", "returned", "--on", "2026-06-16", now="2026-06-20 09:00")
    desk.do("appliance", "retire", "A2", "--reason", "returned", "--on", "2026-06-18", now="2026-06-20 09:00")
    rows = desk.do("kpi", "rows", "product_return_rate", *JUNE)
    assert [(row["verdict"], row["reason"]) for row in rows] == [
        ("hit", "returned_A1"), ("miss", "not_given_back_A2"), ("miss", "not_given_back_A3"),
    ]  # fmt: skip
    assert figure(desk, "product_return_rate", *JUNE, "--as-of", "2026-06-18")["pending"] == 1
