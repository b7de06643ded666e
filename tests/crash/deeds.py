"""The writing commands that are killed, and what each must have left: all of it, or nothing."""

import csv
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from servicedesk.desk.maintenance import generate
from servicedesk.domain.model import Stamp
from servicedesk.file.opening import APPLICATION_ID, VERSION, open_outlet
from servicedesk.storage.desk import Desk
from servicedesk.storage.info import FACT_TABLES
from servicedesk.storage.paths import WORKSHOP
from tests.crash.running import program, run

NOW = "2026-11-21 18:00"
NOW_STAMP = "2026-11-21T18:00:00+08:00"
FACTS = ("open", "assign", "arrive", "complete", "add", "edit", "import", "generate")
FILES = ("backup", "export", "init", "demo")
KINDS = FACTS + FILES
ROWS = 120  # of each imported file
MACHINES = 1_500  # whose birthdays come day by day
MAP = """
source = "crash"
dates = ["%Y-%m-%d %H:%M"]

[customer]
ref = "who"
name = "who"
phone = "phone"

[appliance]
ref = "serial"
category = "kind"
serial = "serial"
bought = "bought"

[ticket]
ref = "no"
reported_at = "called"
completed_at = "done"
outcome = { value = "fixed" }
technician = "technician"
"""


@dataclass
class Outlet:
    """One file under fire, with tickets in store: each command has one of its own."""

    folder: Path
    runs: int
    days: int = 0
    sizes: dict[str, Counter[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("outlet", "copies", "exports", "made", "inputs"):
            (self.folder / name).mkdir()
        self.file = self.folder / "outlet" / "outlet.db"
        self.copy, self.export = self.folder / "copies" / "copy.db", self.folder / "exports" / "all"
        self.map = self.folder / "inputs" / "crash.toml"
        self.map.write_text(MAP)
        self.done("init", now="2015-01-01 08:00")
        self.done("technician", "add", "Li")
        self.done("customer", "add", "王芳", "--phone", "13800138000")
        self.done("import", str(self._stock()), "--map", str(self.map), now=NOW)

    def done(self, *words: str, now: str | None = None) -> Any:
        """The answer of a command that nobody disturbs."""
        ended = run(program(self.file, *words, actor="before", now=now))
        assert ended.code == 0, ended.err
        return json.loads(ended.out)

    def _stock(self) -> Path:
        """Open tickets T1 … for the runs, and machines with birthdays on every day of the year."""
        rows = []
        for n in range(max(MACHINES, self.runs + 1)):
            bought = (date(2021, 11, 22) + timedelta(days=n % 500)).isoformat()
            rows.append([f"S{n}", f"家{n}", f"138{n:08}", "fridge", f"M{n}", bought, "2026-11-01 09:00", "", ""])
        return self._csv("stock", rows)

    def _csv(self, name: str, rows: list[list[str]]) -> Path:
        path = self.folder / "inputs" / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["no", "who", "phone", "kind", "serial", "bought", "called", "done", "technician"])
            writer.writerows(rows)
        return path

    def words(self, kind: str, n: int) -> list[str]:
        """What is typed in run `n`."""
        ticket = f"T{n + 1}"
        if kind == "import":
            rows = [
                [f"{n}-{i}", f"王{n}-{i // 2}", f"139{n:05}{i // 2:03}", f"kind{n}", f"I{n}-{i}", "2020-05-01",
                 "2026-11-01 09:00", "2026-11-02 10:00", f"T{n}"]
                for i in range(ROWS)
            ]  # fmt: skip
            return ["import", str(self._csv(f"run{n}", rows)), "--map", str(self.map)]
        if kind == "generate":
            self.days += 3
        return {
            "open": ["ticket", "open", "--customer", "C1", "--no-appliance", f"run {n}"],
            "assign": ["ticket", "assign", ticket, "--to", "Li"],
            "arrive": ["ticket", "arrive", ticket],
            "complete": ["ticket", "complete", ticket, "--outcome", "fixed", "--note", f"run {n}"],
            "add": ["customer", "add", f"run {n}", "--phone", f"137{n:08}", "--tier", "vip"],
            "edit": ["customer", "edit", f"C{n + 2}", "--address", f"run {n}"],
            "generate": ["maintenance", "generate", "--until", f"+{self.days}d"],
            "backup": ["backup", str(self.copy)],
            "export": ["export", str(self.export)],
            "init": ["init"],
            "demo": ["demo", "--months", "1"],
        }[kind]

    def command(self, kind: str, n: int) -> list[str]:
        """The command line of run `n`; its actor names the run."""
        path = self.folder / "made" / f"{kind}.db" if kind in {"init", "demo"} else self.file
        return program(path, *self.words(kind, n), actor=f"run {n}", now=NOW)

    def watched(self, kind: str) -> Path:
        """Where the first trace of that command shows."""
        return {"backup": self.copy.parent, "export": self.export, "init": self.folder / "made",
                "demo": self.folder / "made"}.get(kind, self.file.parent)  # fmt: skip

    def rehearsed(self, kind: str, n: int) -> Counter[str]:
        """The rows that run `n` must leave, or none: of `generate` it depends on the day, so a copy tells."""
        if kind != "generate":
            return self.sizes[kind]
        path = self.folder / "inputs" / "rehearsal.db"
        with self.looked_at() as ours, closing(sqlite3.connect(path)) as copy:
            ours.backup(copy)
        stamp = Stamp(NOW_STAMP, f"run {n}")
        with closing(open_outlet(path)) as db:
            until = db.value("SELECT date('2026-11-21', :days)", days=f"+{self.days} days")
            generate.generate_visits(Desk(db, stamp, datetime.fromisoformat(NOW_STAMP)), until=until)
            return rows_of(db.connection, f"run {n}")

    @contextmanager
    def looked_at(self) -> Iterator[sqlite3.Connection]:
        """Past the program, straight into the file."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
            yield connection


def rows_of(connection: sqlite3.Connection, actor: str) -> Counter[str]:
    """How many rows of each table a run has left; `address`: of customers that it edited."""
    found = Counter[str]()
    for table, *_ in connection.execute(FACT_TABLES).fetchall():
        found[table] = connection.execute(f"SELECT count(*) FROM {table} WHERE actor = ?", [actor]).fetchone()[0]
    found["address"] = connection.execute("SELECT count(*) FROM customer WHERE address = ?", [actor]).fetchone()[0]
    return +found


def whole_file(path: Path, tickets: int | None = None) -> bool | None:
    """Whether it is a sound file of ours; None where there is none. `tickets`: so many, if that is known."""
    if not path.exists():
        return None
    with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True)) as db:
        try:
            pragmas = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
            sound = db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            outlets, categories, found = (
                db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("outlet", "category", "ticket")
            )
        except sqlite3.DatabaseError:
            return False
    is_full = tickets is None or found == tickets
    return pragmas == [APPLICATION_ID, VERSION] and sound and outlets == 1 and categories > 5 and is_full


def whole_export(folder: Path) -> bool | None:
    """Whether every table has the rows that the manifest promises; None where it does not promise to be complete."""
    try:
        about = json.loads((folder / "servicedesk.json").read_text())
    except FileNotFoundError:
        return None
    if not about["complete"]:
        return None
    for table, count in about["tables"].items():
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as source:
            if sum(1 for _ in csv.reader(source)) - 1 != count:
                return False
    return True


def litter(folder: Path) -> int:
    """Folders that killed runs left and that nobody swept."""
    return sum(1 for path in folder.rglob(WORKSHOP) if path.is_dir())
