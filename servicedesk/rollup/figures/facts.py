"""The facts of one share in DuckDB, as of any instant up to its own, for the statements of the figures.

The texts are those that SQLite reads: the statements of the figures (kpis/definitions), the facts as of then
(records/sql/as_of.sql) and the formula of `ticket_fact`. A table or view is made when a statement first reads it, so
that a share costs no more than the figures asked for.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from servicedesk.base import dates, periods
from servicedesk.base.statements import load_statements
from servicedesk.kpis.definitions.kpi import load_texts
from servicedesk.records.ticket_facts import period_values, views_as_of
from servicedesk.rollup.engine import connect_duckdb, exact, translate_error

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A name after FROM or JOIN is read; one that a WITH defines is the statement's own, one with a dot of another database.
_READ = re.compile(r"\b(?:FROM|JOIN)\s+([\w.]+)")
_OWN = re.compile(r"\b(\w+)(?: ?\([\w, ]*\))? AS (?:NOT |MATERIALIZED )*\(")


@cache
def _texts() -> dict[str, str]:
    return {name: found.text for name, found in load_statements(Path(__file__).with_name("facts.sql")).items()}


@cache
def _views() -> dict[str, str]:
    """Return the views over the tables of a share by name: the facts as of an instant, and the families of figures."""
    families = {name: statement.text for name, statement in load_texts().items() if statement.is_view}
    return (
        views_as_of() | families | {name: _texts()[name] for name in ("touched", "ticket_fact", "appliance_category")}
    )


@cache
def _names_read(text: str) -> tuple[str, ...]:
    """Return the tables and views that a statement reads, in their order."""
    own = set(_OWN.findall(text))
    return tuple(name for name in dict.fromkeys(_READ.findall(text)) if name not in own and "." not in name)


@cache
def digest_statements() -> str:
    """Return the digest of all statements that make verdicts: two programs with the same digest judge alike."""
    texts = [*load_texts().values(), *load_statements(Path(__file__).with_name("judge.sql")).values()]
    named = {text.name: text.text for text in texts} | _views() | _texts()
    return sha256("\n".join(f"{name}: {text}" for name, text in sorted(named.items())).encode()).hexdigest()


def connect(*, threads: int = 1) -> "DuckDBPyConnection":
    """Return a DuckDB in memory in which the texts mean the same as in SQLite."""
    engine = connect_duckdb(threads=threads)
    for name in ("divide_whole_numbers", "unixepoch"):
        engine.execute(_texts()[name])
    return engine


class Facts:
    """The facts of a share as of an instant, in DuckDB's current database; made by `share_facts`."""

    def __init__(self, engine: "DuckDBPyConnection", folder: Path, texts: Mapping[str, str]) -> None:
        self._engine = engine
        self._folder = folder
        self._texts = texts
        self._made = {"asked"}

    def run(self, text: str, values: dict[str, Any] | None = None) -> "DuckDBPyConnection":
        """Run a whole statement. Make the views and tables that it reads first."""
        self._make_read(text)
        return self._engine.execute(text, values)

    def make_view(self, name: str, text: str) -> None:
        """Make or replace a view. Make the views and tables that it reads first."""
        self._make_read(text)
        self._engine.execute(f"CREATE OR REPLACE VIEW {name} AS {text}")
        self._made.add(name)

    def _make_read(self, text: str) -> None:
        for name in _names_read(text):
            if name not in self._made:
                self._made.add(name)
                self._make(name)

    def _make(self, name: str) -> None:
        """Make the view or the table of that name.

        A text that reads several tables becomes a table: it runs once, not for each figure (49 figures of 100,000
        tickets: 1.9 s instead of 3.0 s). Any other text becomes a view, which reads only the columns asked for.
        """
        text = self._texts.get(name)
        if text is None:
            self._read_file(name)
            return
        if name == "ticket_fact" and self.run("SELECT count(*) FROM touched").fetchall() != [(0,)]:
            self._make_anew()
            text = _texts()["ticket_fact_with_anew"]
        self._make_read(text)
        kind = "TABLE" if len({*_names_read(text)} - {"asked"}) > 1 else "VIEW"
        self._engine.execute(f"CREATE {kind} {name} AS {text}")

    def _read_file(self, name: str) -> None:
        """Make a table from a file; a view for the facts of tickets, because a figure reads few of their columns."""
        path = self._folder / f"{name.replace('shared_fact', 'ticket_fact')}.parquet"
        with translate_error(path):
            relation = self._engine.read_parquet(exact(path))
            if name == "shared_fact":
                relation.create_view(name)
            else:
                relation.create(name)

    def _make_anew(self) -> None:
        """Compute the rows of tickets that changed after the instant again, with the formula of `ticket_fact`.

        This is done in a second database with these tickets alone: for 100,000 tickets the formula takes 0.5 s.
        """
        self._make_read("FROM ticket JOIN event JOIN change")
        self._engine.execute("ATTACH ':memory:' AS anew")
        self._engine.execute("USE anew")
        self._engine.execute(_texts()["asked_anew"])
        own = {name: _texts()[f"anew_{name}"] for name in ("ticket", "event", "change")}
        Facts(self._engine, self._folder, _views() | own).run("SELECT 1 FROM ticket_fact_then LIMIT 0")
        self._engine.execute("USE share")


@contextmanager
def share_facts(
    engine: "DuckDBPyConnection", folder: Path, zone: str, period: periods.Period, as_of: datetime
) -> Iterator[Facts]:
    """Give the facts of the share in that folder as of an instant, for figures month by month.

    The facts lie in databases in memory, which are gone afterwards.
    """
    where = dates.zone(zone)
    seen = {"as_of": dates.unix(as_of), "as_of_day": dates.day_number(as_of.astimezone(where).date())}
    engine.execute("ATTACH ':memory:' AS share")
    try:
        engine.execute("USE share")
        engine.execute(_texts()["asked"], seen | period_values(period, where, monthly=True))
        yield Facts(engine, folder, _views())
    finally:
        engine.execute("USE memory")
        engine.execute("DETACH DATABASE IF EXISTS anew")
        engine.execute("DETACH DATABASE share")
