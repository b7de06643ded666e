"""Shares of two outlets, made once: three of one, whose facts change between them, one of the other; and a brand."""

import json
import shutil
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from servicedesk.file.opening import open_outlet
from servicedesk.rollup import manifest
from tests import random_outlets
from tests.conftest import Answer, Desk
from tests.rollup.shares import share_of, without_receipt

KEY = "a key of the brand, thirty-two bytes"


class Shares(NamedTuple):
    """The folders of the shares, and the files of the outlets."""

    first: Path
    second: Path
    third: Path
    other: Path
    key: Path
    nanping: Desk
    harbour: Desk


def share(desk: Desk, folder: Path, *words: str, now: str | None = None) -> Path:
    """Share, and return the folder of the share."""
    return Path(desk.do("share", str(folder), *words, now=now)["path"])


@pytest.fixture(scope="session")
def made_shares(tmp_path_factory: pytest.TempPathFactory) -> Shares:
    """Nanping in Shanghai shares three times, each time with more; Harbour in New York once.

    Only that of Harbour has a receipt.
    """
    top = tmp_path_factory.mktemp("shares")
    (key := top / "brand.key").write_text(KEY)
    nanping, harbour = Desk(top / "nanping.db"), Desk(top / "harbour.db")
    nanping.do("init", "--outlet", "Nanping", now="2026-09-01 08:00")
    harbour.do("init", "--outlet", "Harbour", "--zone", "America/New_York", now="2026-09-01 08:00")
    for desk, serial in ((nanping, "sn-77"), (harbour, "SN 77")):
        do = desk.do
        do("customer", "add", "王芳", "--phone", "13800138000", now="2026-10-01 09:00")
        bought = ("--brand", "Haier", "--serial", serial, "--bought", "2026-09-20")
        do("appliance", "add", "--customer", "C1", "--category", "fridge", *bought, now="2026-10-01 09:00")
        do("technician", "add", "Li", now="2026-10-01 09:00")
        do("ticket", "open", "--appliance", "A1", "不制冷", "--fault", "not_cooling", now="2026-10-01 09:00")
        do("ticket", "assign", "T1", "--to", "Li", now="2026-10-01 09:01")
        do("ticket", "arrive", "T1", now="2026-10-01 15:00")
        do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-10-01 16:00")
    inbox = top / "inbox"
    with pytest.MonkeyPatch.context() as patch:
        without_receipt(patch)
        first = share(nanping, inbox, "--key", str(key), now="2026-10-02 20:00")
        nanping.do(
            "ticket", "open", "--appliance", "A1", "又不制冷了", "--fault", "not_cooling", now="2026-10-09 09:00"
        )
        second = share(nanping, inbox, "--key", str(key), now="2026-10-09 20:00")
        nanping.do("ticket", "void", "T1", "--event", "4", "--reason", "typed twice", now="2026-10-10 09:00")
        third = share(nanping, inbox, "--key", str(key), now="2026-10-10 20:00")
    other = share(harbour, inbox, "--key", str(key), now="2026-10-10 20:00")
    return Shares(first, second, third, other, key, nanping, harbour)


@pytest.fixture
def shares(made_shares: Shares, tmp_path: Path) -> Shares:
    """A copy of those shares that a test may spoil."""
    top = made_shares.key.parent
    shutil.copytree(top, tmp_path / "shares")

    def copied(path: Path) -> Path:
        return tmp_path / "shares" / path.relative_to(top)

    first, second, third, other, key = map(copied, made_shares[:5])
    return Shares(first, second, third, other, key, *(Desk(copied(desk.path)) for desk in made_shares[5:]))


def remade(share: Path, **about: object) -> Path:
    """The same share with another share.json, named after it."""
    found = json.loads((share / "share.json").read_text()) | about
    text = manifest.manifest_text(found).encode()
    (share / "share.json").write_bytes(text)
    return share.rename(share.with_name(f"{found['sequence']}-{manifest.digest_of(text)}"))


NAMES = {"Asia/Shanghai": "南坪 Star", "America/New_York": "Harbour"}


class Brand(NamedTuple):
    """Two outlets, in Shanghai and New York, and the catalogue of their shares: the other one was made a day later."""

    outlets: list[Desk]
    catalogue: Path
    month: str
    as_of: datetime

    def rollup(self, *words: str) -> Answer:
        return Desk(self.catalogue.parent / "no.db").run("rollup", *words, "--catalogue", str(self.catalogue))

    def rows(self, *words: str) -> list[dict[str, Any]]:
        answer = self.rollup("report", *words, "--month", self.month, "--format", "json")
        assert answer.code == 0, answer.err
        return list(answer.json)


@pytest.fixture(scope="session")
def made_brand(tmp_path_factory: pytest.TempPathFactory) -> Brand:
    top = tmp_path_factory.mktemp("brand")
    made = [
        random_outlets.made(top / f"{zone[:4]}.db", Random(seed), tickets=40, zone=zone)
        for seed, zone in ((3, "Asia/Shanghai"), (4, "America/New_York"))
    ]
    as_of = made[0].now
    for outlet, now in zip(made, (as_of, as_of + timedelta(days=1)), strict=True):
        with closing(open_outlet(outlet.path)) as db, db.atomic():
            db.run("UPDATE outlet SET name = :name", name=NAMES[db.outlet.zone.key])
        with closing(open_outlet(outlet.path)) as db:
            share_of(db, top / "inbox", now)
    brand = Brand([Desk(outlet.path) for outlet in made], top / "catalogue", f"{made[0].first:%Y}-11", as_of)
    assert brand.rollup("take", str(top / "inbox")).code == 0
    return brand
