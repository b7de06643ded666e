"""technician cert, badge, verify, training: who may work on what, and who is one of ours."""

import re
from typing import Any

from tests.conftest import Desk, filled_once


@filled_once
def staffed(desk: Desk) -> Desk:
    """Li may do everything, Wang air conditioners; T1 is about one of them."""
    desk.do("technician", "add", "Li")
    desk.do("technician", "add", "Wang", "--skill", "ac")
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("appliance", "add", "--customer", "C1", "--category", "ac")
    desk.do("ticket", "open", "--appliance", "A1", "noise")
    return desk


def certify(desk: Desk, who: str, until: str, *words: str) -> Any:
    return desk.run("technician", "cert", who, "ac", "--until", until, *words)


def certificates(desk: Desk, who: str, **more: str) -> list[tuple[str, str | None, str, bool]]:
    page = desk.do("technician", "show", who, **more)
    return [(one["category"], one["number"], one["until_on"], one["expired"]) for one in page["certificates"]]


def on_today(desk: Desk, **more: str) -> list[tuple[str, str, str]]:
    rows = [row for row in desk.do("today", **more) if row["section"] == "certificates"]
    return [(row["technician"], row["due_on"], row["reason"]) for row in rows]


def test_an_expired_certificate_is_no_skill_from_the_day_after_its_end(staffed: Desk) -> None:
    certify(staffed, "Li", "2026-11-21", "--no", "ZK-1")
    assert staffed.do("ticket", "assign", "T1", "--auto", "--at", "2026-11-21 18:00")["technician"] == "Li"
    staffed.do("undo")
    assert staffed.do("ticket", "assign", "T1", "--auto", now="2026-11-22 09:00")["technician"] == "Wang"
    told = staffed.run("ticket", "assign", "T1", "Li", now="2026-11-22 09:10")
    assert told.err == "warning: the certificate of Li for ac expired 2026-11-21\n"


def test_where_all_have_expired_nobody_takes_it_and_it_says_why(staffed: Desk) -> None:
    certify(staffed, "Li", "2026-11-01")
    certify(staffed, "Wang", "2026-11-02")
    told = staffed.refused(4, "ticket", "assign", "T1", "--auto")
    assert told == (
        "error: nobody can take T1 on 2026-11-21: the certificates for ac have expired: Li (2026-11-01),"
        " Wang (2026-11-02)\nhint: assign it --to NAME\n"
    )
    assert staffed.do("ticket", "show", "T1")["technician"] is None


def test_who_has_no_certificate_on_record_is_skilled_as_before(staffed: Desk) -> None:
    assert staffed.do("ticket", "assign", "T1", "--auto")["technician"] == "Li"
    assert on_today(staffed) == []


def test_a_newer_certificate_counts_and_an_older_one_is_refused(staffed: Desk) -> None:
    assert certify(staffed, "Wang", "2026-11-01", "--no", "ZK-1").err == "warning: ac: certificate expired 2026-11-01\n"
    certify(staffed, "Wang", "2027-11-01", "--no", "ZK-2")
    assert certificates(staffed, "Wang") == [("ac", "ZK-2", "2027-11-01", False)]
    assert certify(staffed, "Wang", "2027-11-01").err == "Wang: already recorded, nothing changed\n"
    told = staffed.refused(4, "technician", "cert", "Wang", "ac", "--until", "2027-01-01")
    assert "Wang is certified for ac until 2027-11-01 already" in told
    assert certificates(staffed, "Wang", now="2027-11-02 09:00") == [("ac", "ZK-2", "2027-11-01", True)]
    staffed.do("technician", "cert", "Wang", "ac", "--off")
    assert certificates(staffed, "Wang") == []
    staffed.do("undo")
    assert certificates(staffed, "Wang") == [("ac", "ZK-2", "2027-11-01", False)]


def test_the_morning_page_names_those_that_need_a_new_one(staffed: Desk) -> None:
    certify(staffed, "Li", "2026-11-01")
    certify(staffed, "Wang", "2026-12-21")
    assert on_today(staffed) == [("Li", "2026-11-01", "expired"), ("Wang", "2026-12-21", "ends")]
    page = staffed.run("today", "-f", "table").out
    assert "\nCertificates that expired or end soon (2)\n" in page
    assert re.search(r"^Li +11-01 +ac: certificate expired$", page, re.MULTILINE)
    staffed.do("technician", "edit", "Li", "--skill", "fridge")
    assert on_today(staffed) == [("Wang", "2026-12-21", "ends")]
    staffed.do("technician", "leave", "Wang", "--on", "2026-11-20")
    assert on_today(staffed) == []


def test_a_badge_is_verified_without_a_name(staffed: Desk) -> None:
    staffed.do("technician", "badge", "Li", "1032", "--until", "2026-12-31")
    staffed.do("outlet", "brand", "Haier")
    answer = staffed.run("technician", "verify", "１０３２", "-f", "json")
    assert answer.json == {
        "badge": "1032", "valid": True, "valid_until": "2026-12-31", "brands": ["Haier"], "reason": None,
    }  # fmt: skip
    assert "Li" not in answer.out + answer.err
    invalid = {"badge": "1032", "valid": False, "valid_until": None, "brands": []}
    assert staffed.do("technician", "verify", "1032", now="2027-01-01 09:00") == invalid | {"reason": "expired"}
    staffed.do("technician", "badge", "Li", "2044")
    assert staffed.do("technician", "verify", "1032") == invalid | {"reason": "taken_back"}
    staffed.do("technician", "leave", "Li", "--on", "2026-11-21")
    assert staffed.do("technician", "verify", "2044") == invalid | {"badge": "2044", "reason": "left"}


def test_a_badge_that_nobody_has_is_one_sentence(staffed: Desk) -> None:
    assert staffed.refused(3, "technician", "verify", "9999") == (
        "error: no technician of this outlet has the badge 9999\n"
        "hint: compare the number with the customer; if it is right, whoever shows it does not come from us\n"
    )


def test_two_do_not_have_one_badge(staffed: Desk) -> None:
    staffed.do("technician", "badge", "Li", "a 12")
    told = staffed.refused(4, "technician", "badge", "Wang", "A12")
    assert told == "error: the badge A12 is Li's\nhint: first: technician badge 'Li' --off\n"
    assert staffed.run("technician", "badge", "Li", "A12").err == "Li: already recorded, nothing changed\n"
    assert staffed.run("technician", "badge", "Li", "--off").err == "the badge A12 is not valid any more\n"
    assert staffed.do("technician", "badge", "Wang", "A12")["badge"] == "A12"
    assert "Li has no badge" in staffed.refused(4, "technician", "badge", "Li", "--off")
    assert "a badge needs its number, or --off" in staffed.refused(2, "technician", "badge", "Li")


def test_trainings_stand_on_the_page(staffed: Desk) -> None:
    staffed.do("technician", "training", "Li", "变频空调", "--on", "2026-10-12")
    again = staffed.run("technician", "training", "Li", "变频空调", "--on", "2026-10-12")
    assert again.err == "Li: already recorded, nothing changed\n"
    assert staffed.do("technician", "show", "Li")["trainings"] == [{"on_date": "2026-10-12", "text": "变频空调"}]
    assert "lies in the future" in staffed.refused(4, "technician", "training", "Li", "x", "--on", "2027-01-01")
    told = staffed.do("history")[0]["what"]
    assert told == "Li was trained 2026-10-12: 变频空调"


def test_what_cannot_be_is_refused(staffed: Desk) -> None:
    assert "a certificate needs the day on which it ends" in staffed.refused(2, "technician", "cert", "Li", "ac")
    assert "Li has no certificate for ac" in staffed.refused(4, "technician", "cert", "Li", "ac", "--off")
    assert "there is no technician 'Zhou'" in staffed.refused(3, "technician", "show", "Zhou")
    assert certify(staffed, "Wang", "2027-01-01").err == ""
    told = staffed.run("technician", "cert", "Wang", "fridge", "--until", "2027-01-01").err
    assert told == "Wang is not skilled in fridge: 'technician edit Wang --skill …' names all skills\n"
