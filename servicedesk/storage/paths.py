"""Check the paths that users give before any file is opened.

Only regular or new files are written; `-` is the input or the output. The outlet's file may have only one name.
"""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from servicedesk.base.errors import RefusedError, StorageError, UsageError
from servicedesk.base.messages import cause, say

SIDES = ("-wal", "-shm", "-journal")  # the files that SQLite keeps beside a file
_KINDS = {
    stat.S_IFIFO: say("a pipe"), stat.S_IFSOCK: say("a socket"), stat.S_IFCHR: say("a device"),
    stat.S_IFBLK: say("a device"),
}  # fmt: skip


def is_dash(path: Path | str | None) -> bool:
    """Return whether the path means the input or the output. A file of that name is `./-`."""
    return str(path) == "-"


def true_path(path: Path) -> Path:
    """Return the target of a link, or the path as typed if it is no link or its target is missing.

    SQLite keeps its log beside the true file, so this path is needed to find the log or to write beside the file.
    """
    return Path(os.path.realpath(path)) if path.is_symlink() and os.path.exists(path) else path


def data_folder() -> str:
    """Return the user's data folder, with the outlet's file and the settings; raise StorageError without a home."""
    if sys.platform == "darwin":
        folder = os.path.expanduser("~/Library/Application Support")
    else:
        folder = os.environ.get("XDG_DATA_HOME", "").strip() or os.path.expanduser("~/.local/share")
    if folder.startswith("~"):
        raise StorageError(say("your home folder is not known"), hint=say("--db or SERVICEDESK_DB names the file"))
    if not os.path.isabs(folder):
        raise StorageError(
            say("your data folder, {folder}, is no absolute path", folder=folder),
            hint=say("--db or SERVICEDESK_DB names the file"),
        )
    return os.path.join(folder, "servicedesk")


def outlet_path(text: str) -> Path:
    """Return the path of the outlet's file that `--db` names; raise UsageError if the text is no path."""
    if not text.strip():
        raise UsageError(say("--db is empty"), hint=say("--db PATH, or leave it out"))
    if is_dash(text):
        raise UsageError(say("--db cannot be the output"), hint=say("--db PATH; a file of that name is ./-"))
    return true_path(Path(text))


def check_regular(path: Path, *, hint: str | None = None) -> None:
    """Raise StorageError if the path is no regular file. It is not opened, because opening a pipe would wait."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        why = say("{path} cannot be read: {strerror}", path=path, strerror=cause(error))
        raise StorageError(why, hint=hint) from None
    if stat.S_ISDIR(mode):
        raise StorageError(say("{path} is a folder", path=path), hint=hint or say("name a file"))
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), say("a device"))
        raise StorageError(say("{path} is {kind}, not a file", path=path, kind=kind), hint=hint or say("name a file"))


def is_irregular(path: Path) -> bool:
    """Return whether the path exists and is no regular file. It is checked only once, because it may disappear."""
    with suppress(OSError):
        return not stat.S_ISREG(path.stat().st_mode)
    return False


def check_output(path: Path, outlet: Path | None = None) -> None:
    """Raise StorageError if the path is no regular file, RefusedError if it is the outlet's own file.

    A file that is replaced may have further names (hard links), which keep the old content.
    """
    another = say("name another file")
    check_regular(path, hint=say("name a file; - is the output, where a command takes it"))
    if outlet is not None and is_same(path, outlet):
        raise RefusedError(say("{path} is the database file itself", path=path), hint=another)
    if outlet is not None and any(is_same(path, Path(f"{outlet}{side}")) for side in SIDES):
        raise RefusedError(say("{path} is where SQLite keeps the log of the database file", path=path), hint=another)
    if any(_is_open(path, descriptor) for descriptor in (1, 2)):
        raise StorageError(say("{path} is the output itself", path=path), hint=say("- is the output"))


def is_same(path: Path, other: Path) -> bool:
    """Return whether two paths name the same file, also through links and hard links, and before it exists."""
    with suppress(OSError):
        return os.path.samefile(path, other)
    return os.path.realpath(path) == os.path.realpath(other)


def _is_open(path: Path, descriptor: int) -> bool:
    with suppress(OSError):
        return os.path.samestat(os.fstat(descriptor), path.stat())
    return False


def check_one_name(path: Path) -> None:
    """Raise StorageError if a file has two names (hard links).

    SQLite finds its log by the file's name. With two names there are two logs, and writes through one name are lost.
    """
    if path.stat().st_nlink < 2:
        return

    settle(path)  # a new file has two names for a moment, or for longer after a kill
    if path.stat().st_nlink < 2:
        return
    other = next((beside for beside in _files(path.parent) if beside != path and is_same(beside, path)), None)
    if other is None:
        raise StorageError(
            say("{path} has two names: what is written through one is lost for the other", path=path),
            hint=say(
                "find / -xdev -samefile '{path}' lists them; keep one, the one with a -wal beside it if there is one,"
                " and remove the other name; 'backup' makes a real copy",
                path=path,
            ),
        )
    gone = path if _has_log(other) and not _has_log(path) else other
    raise StorageError(
        say("{path} has another name, {other}: what is written through one is lost for the other",
            path=path, other=other),
        hint=say("rm '{gone}' removes that name and no data; 'backup', or cp, makes a real copy", gone=gone),
    )  # fmt: skip


def _files(folder: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if not path.is_symlink())
    return []


def _has_log(path: Path) -> bool:
    return any(os.path.exists(f"{path}{side}") for side in ("-wal", "-journal"))


WORKSHOP = ".servicedesk-*.part"  # a folder for a file in the making


def settle(path: Path) -> None:
    """Wait until a new file has one name, and remove the second name if its writer was killed."""
    for left in path.parent.glob(WORKSHOP):
        if is_same(left / "new", path):
            import shutil  # rarely needed, and every command imports this module

            with suppress(OSError, ImportError), lock_folder(left, waits=True):
                shutil.rmtree(left)


@contextmanager
def lock_folder(folder: Path, *, waits: bool) -> Iterator[None]:
    """Hold the lock of a folder inside the block. Raise OSError or ImportError as `lock` does."""
    descriptor = open_folder(folder)
    try:
        lock(descriptor, waits=waits)
        yield
    finally:
        os.close(descriptor)


def open_folder(folder: Path) -> int:
    """Open a folder so that it can be locked, and return its descriptor. A pipe of that name does not block."""
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)


def lock(descriptor: int, *, waits: bool) -> None:
    """Lock an open folder.

    Raise OSError if another process has the lock and `waits` is False, ImportError on a system without flock.
    """
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
