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
    """Return the module duckdb; UsageError if it is not installed."""
    try:
        import duckdb
    except ImportError:
        raise UsageError(say("this needs DuckDB"), hint=say("pip install 'servicedesk[rollup]' brings it")) from None
    return duckdb


def connect_duckdb(*, threads: int = 1) -> "duckdb.DuckDBPyConnection":
    """Return a DuckDB in memory that loads nothing from the network."""
    alone = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    connection: duckdb.DuckDBPyConnection = load_duckdb().connect(config={"threads": threads, **alone})
    return connection


def exact(path: Path) -> str:
    """Return the path for a DuckDB reader with `*`, `?` and `[` escaped, so that it matches this file alone."""
    return glob.escape(str(path))


@contextmanager
def translate_error(path: Path) -> Iterator[None]:
    """Turn an error of DuckDB in the block into a StorageError about that path."""
    duckdb = load_duckdb()
    try:
        yield
    except duckdb.Error as error:
        why = str(error).splitlines()[0]
        raise StorageError(say("{path} cannot be read or written: {why}", path=path, why=why)) from None
