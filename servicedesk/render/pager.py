"""Show a text longer than the screen in a pager, as git does."""

import os
import re
import shlex
import shutil
from collections.abc import Sequence
from typing import TextIO

# The options that git gives to less: quit if the text fits, show colours, leave the text on the screen.
_OPTIONS = {"LESS": "FRX", "LV": "-c", "LESSCHARSET": "utf-8"}


def command(out: TextIO) -> str | None:
    """Return the command of the pager: PAGER, otherwise less. None if PAGER is cat or empty, or without a terminal."""
    if not out.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return None
    wanted = os.environ.get("PAGER", "less").strip()
    try:
        words = shlex.split(wanted)
    except ValueError:
        return None
    return wanted if words and words != ["cat"] and shutil.which(words[0]) else None


def write_pages(lines: Sequence[str], pager: str, *, keys: str) -> None:
    """Show the lines in the pager and wait until the user leaves it. `keys` is the help line at the foot of less.

    `keys` must be ASCII, because less 590 shows other characters in its prompt as bytes.
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
    """Return the text escaped for a prompt of less, where some characters have a meaning."""
    return re.sub(r"([?:.%\\])", r"\\\1", keys)
