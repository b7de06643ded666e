"""`rollup repeats`: repairs that came back to another outlet, told by serials, beside the sum of the outlets."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb")

from tests.conftest import Desk
from tests.rollup.shares import without_receipt

FIRST = date(2026, 10, 1)
CATALOGUE = "catalogue"


class Outlet:
    """An outlet whose days are counted from 1 October; every repair is reported at 9 and completed at 16 o'clock."""

    def __init__(self, folder: Path, name: str, zone: str = "Asia/Shanghai") -> None:
        self.folder, self.desk = folder, Desk(folder / f"{name}.db")
        self.desk.do("init", "--outlet", name, "--zone", zone, now="2026-09-01 08:00")
        self.desk.do("technician", "add", "Li", now="2026-09-01 08:00")
        self.desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-09-01 08:00")

    def repair(self, day: int, appliance: str, *, withdrawn: bool = False) -> str:
        """Repair an appliance on that day, and return the ticket."""
        at = f"{FIRST + timedelta(days=day)}"
        opened = self.desk.do("ticket", "open", "--appliance", appliance, "不制冷", now=f"{at} 09:00")
        ticket = f"T{opened['id']}"
        if withdrawn:
            self.desk.do("ticket", "cancel", ticket, "--reason", "entry_error", "--by", "outlet", now=f"{at} 09:30")
            return ticket
        self.desk.do("ticket", "arrive", ticket, "--technician", "Li", now=f"{at} 15:00")
        self.desk.do("ticket", "complete", ticket, "--outcome", "fixed", now=f"{at} 16:00")
        return ticket

    def appliance(self, serial: str | None, brand: str = "Haier") -> str:
        """Register an appliance, and return its reference."""
        words = ["--serial", serial] if serial else []
        made = self.desk.do("appliance", "add", "--customer", "C1", "--category", "fridge", "--brand", brand, *words,
                            now="2026-09-02 08:00")  # fmt: skip
        return f"A{made['id']}"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_receipt(monkeypatch)


def repeats(folder: Path, *outlets: Outlet, now: str = "2026-12-20 20:00") -> dict[str, Any]:
    """Share all outlets, take the shares, and return what head office says."""
    (folder / "brand.key").write_text("a key of the brand, thirty-two bytes")
    for outlet in outlets:
        outlet.desk.do("share", str(folder / "inbox"), "--key", str(folder / "brand.key"), now=now)
    office, catalogue = Desk(folder / "no.db"), ("--catalogue", str(folder / CATALOGUE))
    assert office.run("rollup", "take", str(folder / "inbox"), *catalogue).code == 0
    return dict(office.do("rollup", "repeats", "--month", "2026-10", *catalogue))


def test_it_is_a_repeat_up_to_day_30_whatever_the_letters_of_the_serial_are(tmp_path: Path) -> None:
    here, there = Outlet(tmp_path, "Here"), Outlet(tmp_path, "There")
    here.repair(0, here.appliance("sn-1"))
    here.repair(1, here.appliance("SN 2"))
    there.repair(30, there.appliance("SN 1"))
    there.repair(32, there.appliance("sn-2"))

    found = repeats(tmp_path, here, there)

    assert found == {
        "period": "2026-10",
        "repairs": 3,  # two here, and that of day 30 there
        "without_serial": 0,
        "shared_serial": 0,
        "at_two_outlets": 3,
        "appliances": 2,
        "own": 0,
        "elsewhere": 1,
        "both": 0,
        "tickets": [
            {
                "outlet": "Here",
                "ticket_id": 1,
                "done_on": "2026-10-01",
                "again_outlet": "There",
                "again_ticket_id": 1,
                "reported_on": "2026-10-31",
                "days": 30,
                "also_own": False,
            }
        ],
    }


def test_own_elsewhere_and_both_are_told_apart_and_the_sum_stays_the_outlets_own(tmp_path: Path) -> None:
    here, there = Outlet(tmp_path, "Here"), Outlet(tmp_path, "There", "America/New_York")
    own, elsewhere, both = (here.appliance(serial) for serial in ("1", "2", "3"))
    for appliance in (own, elsewhere, both):
        here.repair(0, appliance)
    here.repair(40, own)  # the first of them is no repeat
    here.repair(62, own)
    for number, serial in enumerate(("2", "3")):
        there.repair(5 + number, there.appliance(serial))
    here.repair(8, both)
    there.repair(9, there.appliance("4"), withdrawn=True)
    here.repair(2, here.appliance("4"))

    found = repeats(tmp_path, here, there)

    report = Desk(tmp_path / "no.db").do(
        "rollup",
        "report",
        "--month",
        "2026-10",
        "--only",
        "repeat_repair_rate",
        "--catalogue",
        str(tmp_path / CATALOGUE),
    )
    assert {row["name"]: (row["hits"], row["total"]) for row in report} == {
        None: (1, 7),
        "Here": (1, 5),
        "There": (0, 2),
    }
    assert {key: found[key] for key in ("repairs", "at_two_outlets", "own", "elsewhere", "both")} == {
        "repairs": 7,
        "at_two_outlets": 5,  # of two appliances
        "own": 0,
        "elsewhere": 2,  # that of number 2; number 3 comes back from There to Here
        "both": 1,
    }
    assert [(row["outlet"], row["ticket_id"], row["again_outlet"], row["also_own"]) for row in found["tickets"]] == [
        ("Here", 2, "There", False),
        ("Here", 3, "There", True),
        ("There", 2, "Here", False),
    ]


def test_brands_with_one_serial_blanks_and_a_serial_that_many_have_are_no_repeats(tmp_path: Path) -> None:
    outlets = [Outlet(tmp_path, f"Outlet {n}") for n in range(4)]
    for n, outlet in enumerate(outlets):
        outlet.repair(n, outlet.appliance("000000"))
    first, second = outlets[:2]
    first.repair(5, first.appliance("77", "Haier"))
    second.repair(6, second.appliance("77", "Midea"))
    first.repair(7, first.appliance(None))
    second.repair(8, second.appliance(None))

    found = repeats(tmp_path, *outlets)

    assert found.pop("tickets") == []
    assert found == {
        "period": "2026-10",
        "repairs": 8,
        "without_serial": 2,
        "shared_serial": 4,
        "at_two_outlets": 0,
        "appliances": 0,
        "own": 0,
        "elsewhere": 0,
        "both": 0,
    }


def test_without_the_brands_key_nothing_can_be_pooled_and_it_is_said(tmp_path: Path) -> None:
    here = Outlet(tmp_path, "Here")
    here.repair(0, here.appliance("1"))
    here.desk.do("share", str(tmp_path / "inbox"), now="2026-12-20 20:00")
    catalogue = ("--catalogue", str(tmp_path / CATALOGUE))
    office = Desk(tmp_path / "no.db")
    assert office.run("rollup", "take", str(tmp_path / "inbox"), *catalogue).code == 0

    answer = office.run("rollup", "repeats", "--month", "2026-10", "--format", "table", *catalogue)

    assert answer.out.splitlines() == [
        "2026-10: 1 outlet, as of 2026-12-20 20:00: the oldest share counted",
        "1 outlet shared no serials: 'share --key FILE' lets them leave as digests",
        "repairs counted                          1",
        "without a serial                         1",
        "with a serial that many have             0",
        "of appliances that two outlets repaired  0",
        "appliances that two outlets repaired     0",
        "repeated at the same outlet              0",
        "repeated at another outlet               0",
        "repeated at both                         0",
    ]
