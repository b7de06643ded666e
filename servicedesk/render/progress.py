"""Draw a progress bar on a terminal, and nowhere else."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

Progress = Callable[[int, int], None]


@contextmanager
def progress_bar(out: TextIO | None, *, quiet: bool = False, doing: str = "reading") -> Iterator[Progress | None]:
    """Yield a function to call with (done, total), or None if stderr is no terminal or the user wants no output."""
    if quiet or out is None or not out.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    # rich takes 40 ms to import.
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    parts = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*parts, console=Console(file=out), transient=True) as bar:
        task = bar.add_task(doing, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance
