"""Show what is longer than the screen page by page, as git does."""

import os
import shlex
import shutil
from collections.abc import Sequence
from typing import TextIO

# What git asks of pagers: quit if it fits, show colours, leave the text there.
_OPTIONS = {"LESS": "FRX", "LV": "-c", "LESSCHARSET": "utf-8"}


def command(out: TextIO) -> str | None:
    """Return the pager: PAGER, else less; None where PAGER is cat or empty, or where there is no terminal for it."""
    if not out.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return None
    wanted = os.environ.get("PAGER", "less").strip()
    try:
        words = shlex.split(wanted)
    except ValueError:
        return None
    return wanted if words and words != ["cat"] and shutil.which(words[0]) else None


def write_pages(lines: Sequence[str], pager: str) -> None:
    """Give the lines to the pager and wait until it is left."""
    import signal
    import subprocess

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C is for the pager
    try:
        text = "".join(f"{line}\n" for line in lines)
        subprocess.run(pager, shell=True, input=text.encode("utf-8", "replace"), env=_OPTIONS | os.environ, check=False)
    finally:
        signal.signal(signal.SIGINT, before)
