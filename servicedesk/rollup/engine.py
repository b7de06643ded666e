"""DuckDB, which writes and judges shares: it comes with the extra `rollup` and is imported only where it works."""

import glob
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from servicedesk.base.errors import StorageError, UsageError
from servicedesk.base.messages import say

if TYPE_CHECKING:
    import duckdb


def load_duckdb() -> Any:
    """Return the module; UsageError where it is not installed."""
    try:
        import duckdb
    except ImportError:
        raise UsageError(say("this needs DuckDB"), hint=say("pip install 'servicedesk[rollup]' brings it")) from None
    return duckdb


def connect_duckdb(*, threads: int = 1) -> "duckdb.DuckDBPyConnection":
    """Return a DuckDB in memory that reaches for nothing on the network."""
    alone = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    connection: duckdb.DuckDBPyConnection = load_duckdb().connect(config={"threads": threads, **alone})
    return connection


def exact(path: Path) -> str:
    """Return a path for a statement of DuckDB that reads it, where `*`, `?` and `[` would stand for other files."""
    return glob.escape(str(path))


@contextmanager
def translate_error(path: Path) -> Iterator[None]:
    """Raise what DuckDB cannot read or write in the block as a StorageError about that path."""
    duckdb = load_duckdb()
    try:
        yield
    except duckdb.Error as error:
        why = str(error).splitlines()[0]
        raise StorageError(say("{path} cannot be read or written: {why}", path=path, why=why)) from None
