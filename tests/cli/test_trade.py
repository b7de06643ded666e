"""Trade customers, brands that authorise the outlet, and tiers that a rule would grant."""

import pytest

from tests.conftest import Desk, filled_once


@filled_once
def traded(desk: Desk) -> Desk:
    """C1 is a chain that sold A1, a Midea, to C2."""
    desk.do("customer", "add", "苏宁", "--phone", "023-62801234", "--trade-class", "national")
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("appliance", "add", "--customer", "C2", "--category", "ac", "--brand", "Midea", "--sold-by", "C1")
    return desk


def opened(desk: Desk, **more: str) -> str:
    return desk.run("ticket", "open", "--appliance", "A1", "noise", **more).err


def proposed(desk: Desk) -> list[tuple[int, str, str]]:
    return [(row["customer_id"], row["proposed"], row["rule"]) for row in desk.do("customer", "tier", "--propose")]


def test_a_trade_customer_has_its_class_and_what_it_sold(traded: Desk) -> None:
    page = traded.do("customer", "show", "C1")
    assert (page["kind"], page["trade_class"]) == ("trade", "national")
    assert "kind  trade, national, 1 appliance sold\n" in traded.run("customer", "show", "C1", "-f", "table").out
    assert traded.do("appliance", "show", "A1")["sold_by_id"] == 1
    assert (traded.do("customer", "show", "C2")["kind"], traded.do("customer", "show", "C2")["trade_class"]) == (
        "household", None,
    )  # fmt: skip


def test_a_trade_customer_is_no_home_that_was_lost_or_lacks_anything(traded: Desk) -> None:
    traded.do("appliance", "add", "--customer", "C1", "--category", "fridge")
    later = "2027-06-01 09:00"
    assert [row["customer_id"] for row in traded.do("report", "lost", "--no-contact", "3m", now=later)] == [2]
    assert [row["customer_id"] for row in traded.do("report", "gaps", "--category", "dishwasher", now=later)] == [2]


def test_it_is_edited_and_its_history_stays(traded: Desk) -> None:
    traded.do("customer", "edit", "C1", "--kind", "household")
    assert traded.do("customer", "show", "C1")["trade_class"] is None
    traded.do("undo")
    assert traded.do("customer", "show", "C1")["trade_class"] == "national"
    assert traded.do("appliance", "edit", "A1", "--sold-by", "unknown")["sold_by_id"] is None
    told = traded.refused(2, "customer", "edit", "C2", "--kind", "household", "--trade-class", "franchise")
    assert told == "error: a household has no --trade-class\nhint: --kind trade\n"


def test_a_seller_is_somebody_who_is_known(traded: Desk) -> None:
    for number in ("9", "C9"):
        assert "there is no customer C9" in traded.refused(3, "appliance", "edit", "A1", "--sold-by", number)
    assert traded.refused(4, "appliance", "edit", "A1", "--sold-by", "C2") == (
        "error: C2 is a household, not of the trade\nhint: if it is a shop: customer edit C2 --kind trade\n"
    )


def test_the_lists_tell_the_trade_from_households_and_what_a_shop_sold(traded: Desk) -> None:
    assert [row["name"] for row in traded.do("customer", "list", "--kind", "trade")] == ["苏宁"]
    assert [row["name"] for row in traded.do("customer", "list", "--kind", "household")] == ["王芳"]
    assert [row["id"] for row in traded.do("appliance", "list", "--sold-by", "苏宁")] == [1]
    assert traded.do("appliance", "list", "--sold-by", "C2") == []


def test_who_sold_it_follows_a_merge_and_is_in_nobody_else_s_data(traded: Desk) -> None:
    assert "Midea" not in traded.run("customer", "export", "C1").out
    traded.do("customer", "add", "苏宁二", "--phone", "1371")
    merged = traded.do("customer", "merge", "C3", "C1")
    assert (merged["appliances"], traded.do("appliance", "show", "A1")["sold_by_id"]) == (0, 3)
    assert traded.do("appliance", "show", "A1")["customer_id"] == 2


def test_another_brand_is_warned_of_and_charged_as_such(traded: Desk) -> None:
    assert "authorise" not in opened(traded)
    traded.do("outlet", "brand", "Haier", "--from", "2026-01-01")
    assert "warning: Midea does not authorise this outlet: charge it as other brand\n" in opened(traded)
    traded.do("price", "set", "ac", "80", "--from", "2026-01-01")
    traded.do("price", "set", "other_brand", "120", "--from", "2026-01-01")
    assert "labour ¥120.00 (price list: other_brand" in traded.run("ticket", "quote", "T1").err
    assert "charged as other brand: Midea\n" in traded.run("ticket", "charge", "T1", "--paid", "120").err
    told = traded.run("ticket", "charge", "T2", "--free", "guarantee").err
    assert "warning: Midea does not authorise this outlet: its guarantee is not ours to give\n" in told


def test_a_brand_is_authorised_from_one_day_to_another(traded: Desk) -> None:
    traded.do("outlet", "brand", "midea", "--from", "2026-11-01", "--until", "2026-11-20")
    (row,) = traded.do("outlet", "brand")
    assert (row["brand"], row["authorised"]) == ("midea", False)
    assert "does not authorise" in opened(traded)
    assert "does not authorise" not in opened(traded, now="2026-11-20 09:00")
    renewed = ("outlet", "brand", "Midea", "--until", "2027-12-31")
    assert [row["authorised"] for row in traded.do(*renewed)] == [True]
    assert traded.run(*renewed).err == "Midea: already recorded, nothing changed\n"
    traded.do("outlet", "brand", "Midea", "--off")
    assert [(row["until_on"], row["authorised"]) for row in traded.do("outlet", "brand")] == [("2026-11-20", False)]
    told = traded.refused(4, "outlet", "brand", "Gree", "--off")
    assert told.startswith("error: Gree does not authorise this outlet on 2026-11-20\n")


def test_tiers_are_proposed_with_their_rule_and_a_person_decides(traded: Desk) -> None:
    assert proposed(traded) == []
    for category in ("fridge", "washer", "flat_tv", "microwave"):
        traded.do("appliance", "add", "--customer", "C2", "--category", category)
    traded.do("customer", "add", "李雷", "--phone", "1372")
    traded.do("appliance", "add", "--customer", "C3", "--category", "ac", "--price", "30000")
    traded.do("contract", "add", "C1", "--kind", "project", "--from", "2026-01-01", "--to", "2026-12-31")
    assert proposed(traded) == [
        (1, "project", "project_contract"), (2, "full_set", "full_set"), (3, "vip", "invoices"),
    ]  # fmt: skip
    assert traded.do("customer", "show", "C2")["tier"] == "ordinary"
    traded.do("customer", "tier", "C2", "full_set")
    assert [row[0] for row in proposed(traded)] == [1, 3]


def test_tickets_are_listed_by_the_tier_of_their_customers(traded: Desk) -> None:
    opened(traded)
    traded.do("customer", "tier", "C2", "vip", "--from", "2026-11-21")
    for more in ((), ("--all",)):
        assert [row["id"] for row in traded.do("ticket", "list", "--tier", "vip", *more)] == [1]
        assert traded.do("ticket", "list", "--tier", "ordinary", *more) == []
    assert [row["id"] for row in traded.do("ticket", "list", "--tier", "vip", "--brand", "midea")] == [1]


@pytest.mark.parametrize("words", [("C2",), ()])
def test_a_tier_needs_its_customer_and_its_name(traded: Desk, words: tuple[str, ...]) -> None:
    assert "missing argument" in traded.refused(2, "customer", "tier", *words)
