"""Show what is longer than the screen page by page, as git does."""

import os
import re
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


def write_pages(lines: Sequence[str], pager: str, *, keys: str) -> None:
    """Give the lines to the pager and wait until it is left. `keys`: what less says of its keys at the foot.

    In ASCII: less 590 shows the bytes of any other text in its prompt.
    """
    import signal
    import subprocess

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C is for the pager
    try:
        text = "".join(f"{line}\n" for line in lines)
        options = _OPTIONS | {"LESS": f"{_OPTIONS['LESS']}-Ps{_plain(keys)}$"}
        subprocess.run(pager, shell=True, input=text.encode("utf-8", "replace"), env=options | os.environ, check=False)
    finally:
        signal.signal(signal.SIGINT, before)


def _plain(keys: str) -> str:
    """Return the text for a prompt of less, where some signs mean something else."""
    return re.sub(r"([?:.%\\])", r"\\\1", keys)
