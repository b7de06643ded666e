"""Hooks: after a command has written, start the programs in a folder beside the file, and wait for none of them.

The folder of outlet.db is outlet.db.hooks. The program uses it only if the settings name it, because a file from
somebody else may bring such a folder along.
"""

import os
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from servicedesk.base.messages import cause, say
from servicedesk.storage.paths import is_same

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def call_hooks(outlet: Path, allowed: str, *, command: Sequence[str], answer: str) -> list[str]:
    """Start each hook of the file if the settings allow its folder; return a warning for each that was left out."""
    folder = Path(f"{outlet}.hooks")
    if not is_same(folder, Path(allowed)):
        return []
    warnings = []
    for hook, doubt in _list_hooks(folder):
        if doubt is None:
            try:
                _start(hook, outlet.absolute(), command, answer)
            except OSError as error:
                doubt = cause(error)
        if doubt is not None:
            warnings.append(say("warning: the hook {path} was not called: {why}", path=str(hook), why=doubt))
    return warnings


def _list_hooks(folder: Path) -> Iterator[tuple[Path, str | None]]:
    """Yield the executables of the folder by name, each with the reason not to call it, if there is one."""
    try:
        doubt, found = _doubt(folder.stat()), sorted(folder.iterdir())
    except OSError as error:
        doubt, found = cause(error), []
    if doubt is not None:
        yield folder, doubt
        return
    for hook in found:
        try:
            status = hook.stat()
        except OSError:
            continue  # a link that leads nowhere
        if stat.S_ISREG(status.st_mode) and os.access(hook, os.X_OK) and not hook.name.startswith("."):
            yield hook, _doubt(status)


def _doubt(status: os.stat_result) -> str | None:
    """Return why a file or folder must not be used, else None: others who may change it could act as the user."""
    if status.st_uid != os.geteuid():
        return say("it belongs to somebody else")
    return say("others may write it; chmod go-w") if status.st_mode & _OTHERS_WRITE else None


def _start(hook: Path, outlet: Path, command: Sequence[str], answer: str) -> None:
    """Start a hook with the words of the command as arguments and its answer as input. OSError if it cannot be.

    The hook's output is dropped, because it would hold customers' data. Only the user can read the files that it
    writes.
    """
    # In its environment hooks are off: a hook that writes with servicedesk would call itself for ever.
    environment = os.environ | {"SERVICEDESK_DB": str(outlet), "SERVICEDESK_HOOKS": "off"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as given:  # a pipe fills up if the hook does not read
        given.write(answer)
        given.seek(0)
        started = subprocess.Popen(
            [str(hook), *command],
            stdin=given,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=outlet.parent,
            env=environment,
            start_new_session=True,  # ^C and the end of the terminal are not for it
            umask=0o077,
        )
    started.returncode = 0  # else Python warns that it still runs
