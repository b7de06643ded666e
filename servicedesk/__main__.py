"""Start the program, for `servicedesk` and `python -m servicedesk`."""

import gc
import os
import sys
from contextlib import suppress
from io import TextIOWrapper

# What is imported lives until the end: collecting it meanwhile, and once more at the exit, costs a short command
# a fifth of its time (tests/bench/startup.py: 1.28 to 1.03).
gc.disable()
# Where time zones lie on every system; else zoneinfo reads all of Python's build settings to learn it. What is in none
# of these folders comes from the package tzdata.
os.environ.setdefault("PYTHONTZPATH", "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo")

from servicedesk.cli.main import app  # noqa: E402


def _speaks(stream: object) -> None:
    """Make the stream accept any text: UTF-8; with another encoding, what it lacks is written as \\u738b."""
    if isinstance(stream, TextIOWrapper) and stream.encoding.lower() != "utf-8":
        is_chosen = stream.isatty() or "PYTHONIOENCODING" in os.environ
        keeps = is_chosen and stream.encoding.lower() != "ascii"
        stream.reconfigure(encoding=None if keeps else "utf-8", errors="backslashreplace")


def run() -> None:
    """Run the program; ends the process."""
    _speaks(sys.stdout)
    _speaks(sys.stderr)
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # an import of many rows takes 4 % less than with 700
    gc.enable()
    try:
        app(prog_name="servicedesk")
    except SystemExit as end:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, AttributeError):  # closed, or the error is printed already
                stream.flush()
        # The file is closed: taking every module apart again would be a twentieth of a short command.
        os._exit(end.code if isinstance(end.code, int) else 0)


if __name__ == "__main__":
    run()
