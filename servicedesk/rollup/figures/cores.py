"""Judge many shares on all cores: DuckDB works outside of Python's lock, one engine and some shares on each core."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

Progress = Callable[[int, int], None]
_T = TypeVar("_T")
_MOST = 32  # shares whose results are written together: so many at most are judged again after a run is stopped


def spread_over_cores(items: Sequence[_T], work: Callable[[Sequence[_T]], None], progress: Progress | None) -> None:
    """Call `work` with some of the items at a time, on all cores; `progress` is called with (done, total)."""
    cores, done = os.cpu_count() or 1, 0
    size = max(1, min(_MOST, -(-len(items) // cores)))
    chunks = [items[n : n + size] for n in range(0, len(items), size)]
    with ThreadPoolExecutor(cores) as pool:
        runs = {pool.submit(work, chunk): len(chunk) for chunk in chunks}
        try:
            for run in as_completed(runs):
                run.result()
                done += runs[run]
                if progress:
                    progress(done, len(items))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
