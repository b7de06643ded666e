"""What becomes of a visit's lines: done, skipped, declined, planned anew (M8 to M14, M21, M22, M24)."""

import pytest

from tests.conftest import NOW, Answer, Desk, filled_once
from tests.homes import REGISTERED, care, customer, household, machine

LATER = "2026-12-06 18:00"


@filled_once
def visit(desk: Desk) -> Desk:
    """T1 on 2026-12-05: A1 fridge 5, A2 crt_tv 3 to care for, A3 fan to check; all of C1."""
    who = customer(desk)
    machine(desk, who, "fridge", "2021-12-05")
    machine(desk, who, "crt_tv", "2023-12-20")
    machine(desk, who, "fan", "2024-07-01")
    assert care(desk.do("maintenance", "generate")) == {(1, 5): 1, (2, 3): 1}
    return desk


def complete(desk: Desk, *words: str, now: str = LATER) -> Answer:
    answer = desk.run("ticket", "complete", "T1", "--outcome", "done", *words, "--format", "json", now=now)
    assert answer.code == 0, answer.err
    return answer


def statuses(desk: Desk, ticket: str = "T1") -> dict[int, str]:
    """What the lines of care ended as, None while they stand."""
    return {x["appliance_id"]: x["ended_as"] for x in desk.do("ticket", "show", ticket)["lines"] if x["role"] == "care"}


def test_a_done_visit_fulfils_its_birthdays(visit: Desk) -> None:
    complete(visit)
    assert visit.do("maintenance", "generate", now=LATER) == []
    assert visit.do("maintenance", "due", "--within", "300d", now=LATER) == []


def test_a_late_visit_does_not_move_the_next_birthday(visit: Desk) -> None:
    """M8, 4.4 no. 6."""
    complete(visit, now="2027-04-01 18:00")
    found = visit.do("maintenance", "due", "--within", "2000d", now="2027-04-02 08:00")
    assert [(x["age"], x["due_on"]) for x in found if x["appliance_id"] == 1] == [(10, "2031-12-05")]


def test_an_early_visit_fulfils_too(visit: Desk) -> None:
    complete(visit, now="2026-11-25 18:00")
    assert visit.do("maintenance", "generate", now="2026-12-06 08:00") == []


def test_a_skipped_machine_stays_due(visit: Desk) -> None:
    answer = complete(visit, "--skip", "A2:locked away")
    assert "A2: skipped (locked away), birthday 3 stays due" in answer.err
    assert statuses(visit) == {1: None, 2: "cancelled"}
    assert care(visit.do("maintenance", "generate", now=LATER)) == {(2, 3): 2}


@pytest.mark.parametrize("words", [("--skip", "A3:x"), ("--skip", "A9:x"), ("--fault-at", "A4:leak")])
def test_a_machine_without_a_line_is_refused_and_nothing_is_written(visit: Desk, words: tuple[str, str]) -> None:
    machine(visit, customer(visit, "李强"), "fan", "2024-07-01")
    visit.refused(4, "ticket", "complete", "T1", "--outcome", "done", *words, now=LATER)
    assert visit.do("ticket", "show", "T1")["status"] == "open"


def test_a_fault_found_opens_a_repair_on_site(visit: Desk) -> None:
    """M24."""
    visit.do("technician", "add", "Li")
    visit.do("ticket", "assign", "T1", "--to", "Li", now=LATER)
    assert "T2 opened: A3, noise, found at the visit" in complete(visit, "--fault-at", "A3:Noise").err
    repair = visit.do("ticket", "show", "T2", now=LATER)
    expected = {"type": "repair", "customer_id": 1, "appliance_id": 3, "technician": "Li", "follows_ticket_id": 1,
                "status": "arrived", "channel": "maintenance", "fault": "noise"}  # fmt: skip
    assert repair == repair | expected
    assert repair["reported_at"] == repair["arrived_at"] == "2026-12-06T18:00:00+08:00"


def test_an_instant_fault_is_not_counted_as_an_arrival(visit: Desk) -> None:
    complete(visit, "--fault-at", "A1:leak")
    rows = visit.do("kpi", "rows", "arrival_24h_rate", "--month", "2026-12", now=LATER)
    assert [(row["ticket_id"], row["verdict"]) for row in rows] in ([], [(2, "excluded")])


def test_a_visit_that_came_to_nothing_closes_its_birthdays(visit: Desk) -> None:
    visit.do("ticket", "cancel", "T1", "--reason", "no_contact", "--by", "outlet", now=LATER)
    assert visit.do("maintenance", "generate", now=LATER) == []


def test_a_referred_visit_closes_its_birthdays(visit: Desk) -> None:
    visit.do("ticket", "complete", "T1", "--outcome", "referred", now=LATER)
    assert visit.do("maintenance", "generate", now=LATER) == []


def test_care_beside_a_repair_fulfils_the_coming_birthday(desk: Desk) -> None:
    """M9."""
    machine(desk, customer(desk), "fridge", "2021-12-20")
    desk.do("ticket", "open", "--appliance", "A1", "warm")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", "--care", "A1")
    assert desk.do("maintenance", "generate", now="2026-12-21 08:00") == []
    assert [(x["age"], x["due_on"]) for x in desk.do("ticket", "show", "T1")["lines"]] == [(5, "2026-12-20")]


def test_a_plain_repair_fulfils_nothing(desk: Desk) -> None:
    machine(desk, customer(desk), "fridge", "2021-12-20")
    desk.do("ticket", "open", "--appliance", "A1", "warm")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed")
    assert care(desk.do("maintenance", "generate")) == {(1, 5): 2}


def test_care_takes_the_line_from_its_visit(visit: Desk) -> None:
    visit.do("ticket", "open", "--appliance", "A1", "warm")
    visit.do("ticket", "complete", "T2", "--outcome", "fixed", "--care", "A1", "--care", "A2")
    assert statuses(visit) == {1: "cancelled", 2: "cancelled"}
    assert visit.do("ticket", "show", "T1")["status"] == "cancelled"
    assert visit.do("maintenance", "generate") == []


@pytest.mark.parametrize("bought", ["2021-12-23", "2024-12-01", "unknown"])
def test_care_too_early_is_no_birthday(desk: Desk, bought: str) -> None:
    """M9: 2026-11-21 + 30 days is 2026-12-21."""
    machine(desk, customer(desk), "fridge", bought)
    desk.do("ticket", "open", "--appliance", "A1", "warm")
    desk.refused(4, "ticket", "complete", "T1", "--outcome", "fixed", "--care", "A1")
    assert desk.do("ticket", "show", "T1")["status"] == "open"


def test_care_is_for_the_household_of_the_ticket(visit: Desk) -> None:
    visit.do("ticket", "open", "--customer", customer(visit, "李强"), "asks")
    visit.refused(4, "ticket", "complete", "T2", "--outcome", "fixed", "--care", "A1")


def test_declining_closes_one_birthday(visit: Desk) -> None:
    row = visit.do("maintenance", "decline", "A1", "--age", "5", "--reason", "no visits")
    expected = {"appliance_id": 1, "age": 5, "ticket_id": 1, "status": "declined", "reason": "no visits"}
    assert row == row | expected
    assert isinstance(row["id"], int)
    assert visit.do("maintenance", "generate") == []
    assert visit.do("ticket", "show", "T1")["status"] == "open"


def test_a_visit_that_is_declined_whole_is_cancelled_by_the_customer(visit: Desk) -> None:
    for who, age in (("A1", "5"), ("A2", "3")):
        visit.do("maintenance", "decline", who, "--age", age, "--reason", "no visits")
    ticket = visit.do("ticket", "show", "T1")
    assert (ticket["status"], ticket["cancel_reason"]) == ("cancelled", "declined")
    assert ticket["events"][-1]["cancelled_by"] == "customer"


def test_a_birthday_can_be_declined_before_it_is_generated(visit: Desk) -> None:
    assert visit.do("maintenance", "decline", "A1", "--age", "10", "--reason", "moving")["due_on"] == "2031-12-05"
    found = visit.do("maintenance", "due", "--within", "4000d")
    assert [x["age"] for x in found if x["appliance_id"] == 1] == [15]


def test_declining_twice_is_once(visit: Desk) -> None:
    words = ("maintenance", "decline", "A1", "--age", "5", "--reason", "no visits")
    assert visit.do(*words) == visit.do(*words)
    visit.refused(4, *words[:-1], "other words")


@pytest.mark.parametrize("age", ["0", "4", "9999"])
def test_only_a_birthday_is_declined(visit: Desk, age: str) -> None:
    visit.refused(4, "maintenance", "decline", "A1", "--age", age, "--reason", "no visits")


def test_what_is_done_cannot_be_declined(visit: Desk) -> None:
    complete(visit)
    assert "done" in visit.refused(4, "maintenance", "decline", "A1", "--age", "5", "--reason", "no visits", now=LATER)


def test_declining_names_a_machine_that_exists(visit: Desk) -> None:
    visit.refused(3, "maintenance", "decline", "A99", "--age", "5", "--reason", "no visits")
    visit.refused(2, "maintenance", "decline", "A1", "--age", "5", "--reason", " ")


@filled_once
def vip(desk: Desk) -> Desk:
    """T1 on 2026-12-05 for A1, a fridge whose third birthday only a VIP gets."""
    machine(desk, customer(desk, tier="vip"), "fridge", "2023-12-05")
    assert care(desk.do("maintenance", "generate")) == {(1, 3): 1}
    return desk


def test_the_end_of_vip_cancels_what_is_not_announced(vip: Desk) -> None:
    """M12."""
    vip.do("customer", "tier", "C1", "ordinary", "--from", "today")
    ticket = vip.do("ticket", "show", "T1")
    assert (ticket["status"], ticket["cancel_reason"]) == ("cancelled", "tier_change")
    assert vip.do("maintenance", "generate") == []


def test_the_end_of_vip_keeps_what_a_card_has_promised(vip: Desk) -> None:
    vip.do("maintenance", "card", "T1")
    vip.do("customer", "tier", "C1", "ordinary", "--from", "today")
    assert vip.do("ticket", "show", "T1")["status"] == "open"


def test_a_tier_that_changes_nothing_for_the_line_leaves_it(visit: Desk) -> None:
    visit.do("customer", "tier", "C1", "vip", "--from", "today")
    assert statuses(visit) == {1: None, 2: None}


def test_a_retired_machine_loses_its_lines(visit: Desk) -> None:
    """M13."""
    visit.do("appliance", "retire", "A1", "--reason", "scrapped", "--on", "today")
    visit.do("appliance", "retire", "A3", "--reason", "scrapped", "--on", "today")
    assert statuses(visit) == {1: "cancelled", 2: None}
    assert [x["appliance_id"] for x in visit.do("maintenance", "sheet", "T1")["lines"]] == [2]


def test_a_line_that_ended_still_holds_the_day_of_the_visit(visit: Desk) -> None:
    visit.do("appliance", "retire", "A1", "--reason", "scrapped", "--on", "today")
    assert visit.do("maintenance", "sheet", "T1")["planned_on"] == "2026-12-05"
    machine(visit, "C1", "ac", "2022-01-03", now=NOW)
    machine(visit, "C1", "ac", "2022-01-05", now=NOW)
    made = visit.do("maintenance", "generate", "--until", "2027-01-05")
    assert care(made) == {(4, 5): 1, (5, 5): 2}


def test_a_new_owner_gets_the_birthday_in_their_own_name(visit: Desk) -> None:
    """M14: the line of the former owner ends, announced or not."""
    visit.do("maintenance", "card", "T1")
    visit.do("appliance", "transfer", "A1", "--to", customer(visit, "李强"), "--on", "today")
    assert statuses(visit) == {1: "cancelled", 2: None}
    made = [x for x in visit.do("maintenance", "generate") if x["role"] == "care"]
    assert [(x["appliance_id"], x["age"], x["ticket_id"], x["customer_id"]) for x in made] == [(1, 5, 2, 2)]


def test_a_corrected_category_plans_anew(visit: Desk) -> None:
    """M21: a flat_tv has its third birthday too, a microwave has none."""
    visit.do("appliance", "edit", "A2", "--category", "microwave")
    assert statuses(visit) == {1: None, 2: "cancelled"}
    visit.do("appliance", "edit", "A2", "--category", "flat_tv")
    assert care(visit.do("maintenance", "generate")) == {(2, 3): 1}


def test_a_corrected_date_plans_anew(visit: Desk) -> None:
    visit.do("appliance", "edit", "A1", "--bought", "2021-12-15")
    made = [x for x in visit.do("maintenance", "generate") if x["role"] == "care"]
    assert [(x["age"], x["due_on"], x["planned_on"]) for x in made] == [(5, "2026-12-15", "2026-12-05")]


def test_a_repair_of_one_holds_the_birthdays_of_the_household(desk: Desk) -> None:
    """M18."""
    home = household(desk)
    one, other = customer(desk, household=home), customer(desk, "李强", household=home)
    machine(desk, one, "fridge", "2021-12-05", now=REGISTERED)
    machine(desk, other, "washer", "2024-12-05", now=REGISTERED)
    desk.do("ticket", "open", "--appliance", "A2", "leaks")
    assert [x["status"] for x in desk.do("maintenance", "generate")] == ["on_hold"]


def test_what_is_on_hold_can_be_declined(visit: Desk) -> None:
    machine(visit, "C1", "ac", "2021-12-10", now=NOW)
    visit.do("ticket", "open", "--appliance", "A3", "stands still")
    assert [x["status"] for x in visit.do("maintenance", "generate") if x["role"] == "care"] == ["on_hold"]
    assert visit.do("maintenance", "decline", "A4", "--age", "5", "--reason", "no")["status"] == "declined"
    visit.do("ticket", "complete", "T2", "--outcome", "fixed")
    assert care(visit.do("maintenance", "generate")) == {}


def named(desk: Desk, ticket: str = "T1") -> tuple[int, str]:
    """What people are told that a visit is about."""
    shown = desk.do("ticket", "show", ticket, now=LATER)
    return shown["appliance_id"], shown["text"]


def test_a_visit_is_about_the_machines_that_are_left(visit: Desk) -> None:
    assert named(visit) == (1, "birthday visit: fridge 5, crt tv 3")
    visit.do("appliance", "retire", "A1", "--reason", "scrapped", "--on", "2026-11-21")
    assert named(visit) == (2, "birthday visit: crt tv 3")
    (listed,) = visit.do("ticket", "list")
    assert (listed["appliance_id"], listed["category"], listed["text"]) == (2, "crt_tv", "birthday visit: crt tv 3")
    visit.do("undo")
    assert named(visit) == (1, "birthday visit: fridge 5, crt tv 3")


@pytest.mark.parametrize(
    "words",
    [
        ("maintenance", "decline", "A1", "--age", "5", "--reason", "no"),
        ("appliance", "transfer", "A1", "--to", "C2", "--on", "2026-11-21"),
        ("appliance", "edit", "A1", "--bought", "2021-06-01"),
        ("ticket", "complete", "T1", "--outcome", "done", "--skip", "A1:away"),
    ],
)
def test_however_the_first_machine_leaves_the_visit(visit: Desk, words: tuple[str, ...]) -> None:
    customer(visit)
    visit.do(*words)
    assert named(visit) == (2, "birthday visit: crt tv 3")


def test_a_machine_that_joins_a_visit_is_named_by_it(visit: Desk) -> None:
    machine(visit, "C1", "flat_tv", "2024-12-10")
    visit.do("maintenance", "generate")
    assert named(visit) == (1, "birthday visit: fridge 5, flat tv 2, crt tv 3")


def test_words_that_somebody_typed_stay_on_a_visit(visit: Desk) -> None:
    visit.do("ticket", "edit", "T1", "--text", "ring twice")
    visit.do("appliance", "retire", "A1", "--reason", "scrapped", "--on", "2026-11-21")
    assert named(visit) == (2, "ring twice")


def test_a_visit_belongs_to_whoever_owns_what_is_left_of_the_home(desk: Desk) -> None:
    home = household(desk)
    first, second = customer(desk, household=home), customer(desk, household=home)
    machine(desk, first, "fridge", "2021-12-05")
    machine(desk, second, "crt_tv", "2023-12-20")
    desk.do("maintenance", "generate")
    desk.do("appliance", "retire", "A1", "--reason", "scrapped", "--on", "2026-11-21")
    assert f"C{desk.do('ticket', 'show', 'T1')['customer_id']}" == second


def test_figures_of_then_name_the_machine_of_then(visit: Desk) -> None:
    visit.do("ticket", "complete", "T1", "--outcome", "done", "--skip", "A1:away", now="2026-12-05 10:00")
    asked = ("kpi", "rows", "satisfaction_rate", "--month", "2026-12", "--as-of", "2026-12-05 10:00")
    assert [row["category"] for row in visit.do(*asked, now=LATER)] == ["crt_tv"]
    backlog = ("kpi", "rows", "backlog", "--month", "2026-11", "--as-of", "2026-12-05 09:59")
    assert [row["category"] for row in visit.do(*backlog, now=LATER)] == ["fridge"]
