"""Write new files safely: beside their place, mode 0600, and moved there in one step when they are complete."""

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from servicedesk.base.errors import RefusedError, StorageError
from servicedesk.base.messages import cause, say
from servicedesk.base.table import printable
from servicedesk.storage import paths
from servicedesk.storage.database import WRITING, translate_error
from servicedesk.storage.paths import WORKSHOP, lock, lock_folder, open_folder


@contextmanager
def replacing(path: Path, *, outlet: Path, is_page: bool = False) -> Iterator[Path]:
    """Yield an empty file that replaces `path` if the block succeeds, and is deleted otherwise; `-` is the output.

    Raise StorageError if it cannot be written, RefusedError if `path` is the outlet's own file (paths.check_output).
    With `is_page` the reader of the output may close it early (`| head`).
    """
    if paths.is_dash(path):
        with workshop(Path(tempfile.gettempdir())) as folder:
            made = _empty(folder / "new", 0o600)
            yield made
            _pour(made, is_page=is_page)
        return
    paths.check_output(path, outlet)
    place = Path(os.path.realpath(path)) if path.is_symlink() else path
    with telling(place), workshop(place.parent) as folder:
        made = _empty(folder / "new", 0o600)
        yield made
        sync_folder(made)
        os.replace(made, place)
        sync_folder(place.parent)


def receive_input(path: Path) -> Path:
    """Copy the standard input to a new file of mode 0600, which can be read more than once. Return its path."""
    with reading_input() as source, open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as made:
        shutil.copyfileobj(source, made)
    return path


@contextmanager
def reading_input() -> Iterator[BinaryIO]:
    """Yield the standard input as bytes and leave it open at the end; raise StorageError if there is none."""
    if sys.stdin is None:
        raise StorageError(say("the input is closed"), hint=say("- reads what comes through a pipe"))
    try:
        yield sys.stdin.buffer
    except OSError as error:
        if error.filename is not None:
            raise
        raise StorageError(say("the input cannot be read: {why}", why=cause(error))) from None


def _pour(made: Path, *, is_page: bool) -> None:
    """Write the file to the output; raise StorageError if not all of it can be written."""
    if sys.stdout is None:
        raise StorageError(say("the output is closed"))
    try:
        if sys.stdout.isatty():
            sys.stdout.write(printable(made.read_text(encoding="utf-8", errors="replace")))
        else:
            with made.open("rb") as source:
                shutil.copyfileobj(source, sys.stdout.buffer)
        sys.stdout.flush()
    except OSError as error:
        if is_page and isinstance(error, BrokenPipeError):
            raise
        sys.stdout = None  # write nothing more: the rest of the buffer would fail again
        raise StorageError(say("the output could not be written: {why}", why=cause(error))) from None


@contextmanager
def placing(path: Path, *, mode: int = 0o600, outlet: Path | None = None) -> Iterator[Path]:
    """Yield an empty file that is moved to `path` if the block succeeds; raise RefusedError if `path` exists."""
    _sweep(path.parent)  # also if `path` exists: a run may have been killed right after it had moved its file there
    _free(path)
    paths.check_output(path, outlet)
    with telling(path, "made"), workshop(path.parent) as folder, blaming(path):
        made = _empty(folder / "new", mode)
        yield made
        if not place_new(made, path):
            _free(path)


@contextmanager
def drafting(path: Path) -> Iterator[Path]:
    """Yield an empty file in a workshop beside `path`; the block moves it to a place with `place_new`."""
    with telling(path), workshop(path.parent) as folder, blaming(path):
        yield _empty(folder / "new", 0o600)


def place_new(made: Path, path: Path) -> bool:
    """Move a complete file to `path` in one step without replacing anything. Return False if `path` exists."""
    sync_folder(made)
    try:
        os.link(made, path)
    except FileExistsError:
        return False
    except OSError:  # a USB stick whose file system has no hard links
        if os.path.lexists(path):
            return False
        os.rename(made, path)
    sync_folder(path.parent)
    return True


def _free(path: Path) -> None:
    if os.path.lexists(path):
        raise RefusedError(say("{path} exists already", path=path), hint=say("it is left as it is; --db names another"))
    check_unclaimed(path)


def check_unclaimed(path: Path) -> None:
    """Raise RefusedError if a log is beside `path`, because SQLite would read it into a new file of that name."""
    for left in (Path(f"{path}{suffix}") for suffix in ("-wal", "-journal")):
        if left.exists():
            raise RefusedError(
                say("{left} is in use, or was left by a program that was stopped", left=left),
                hint=say("move it away or name another"),
            )


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder of mode 0700 inside `folder`, and delete it at the end of the block.

    Folders that killed runs left are deleted too. A lock marks the folders in use; it ends with its process.
    """
    _sweep(folder)
    made, descriptor = _claim_folder(folder)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(descriptor)


def _claim_folder(folder: Path) -> tuple[Path, int]:
    """Make a new folder, lock it, and try again if another run deleted it before it was locked.

    The path is absolute, because some builds of SQLite do not take a path that begins with `file:` for a path.
    """
    while True:
        prefix, suffix = WORKSHOP.split("*")
        made = Path(tempfile.mkdtemp(dir=folder, prefix=prefix, suffix=suffix)).absolute()
        with suppress(FileNotFoundError):
            descriptor = open_folder(made)
            with suppress(OSError, ImportError):  # a drive without locks; there no folder is deleted either
                lock(descriptor, waits=True)
            if made.exists():
                return made, descriptor
            os.close(descriptor)


def _sweep(folder: Path) -> None:
    for left in folder.glob(WORKSHOP):
        with suppress(OSError, ImportError), lock_folder(left, waits=False):
            shutil.rmtree(left)


def list_abandoned(folder: Path) -> list[Path]:
    """Return the temporary folders that killed runs left in a folder: no process holds their lock."""
    found = []
    for left in sorted(folder.glob(WORKSHOP)):
        with suppress(OSError, ImportError), lock_folder(left, waits=False):
            found.append(left)
    return found


@contextmanager
def taking_turns(folder: Path) -> Iterator[None]:
    """Let only one run at a time into the block for that folder, if its drive has locks."""
    with ExitStack() as held:
        with suppress(OSError, ImportError):
            held.enter_context(lock_folder(folder, waits=True))
        yield


@contextmanager
def own_folder(folder: Path) -> Iterator[Path]:
    """Make `folder` (mode 0700) if it is missing, and yield a workshop in it; one run at a time.

    A new folder is deleted again if the block fails. If two runs make the folder at once, only the first counts as its
    maker, so a failure of the second deletes nothing of the first.
    """
    is_new = False
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            is_new = True
        with taking_turns(folder), workshop(folder) as made:
            yield made
    except BaseException:
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _empty(path: Path, mode: int) -> Path:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode))
    path.chmod(mode)  # the umask may have reduced it
    return path


_WAYS_OUT: dict[type[OSError], str] = {
    PermissionError: say("check the permissions of the folder"),
    NotADirectoryError: say("what stands before the last / must be a folder"),
}


@contextmanager
def blaming(path: Path) -> Iterator[None]:
    """Make SQLite's write errors in the block name the new file `path` instead of the file that is read."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", None) or ""
        told = translate_error(error, path) if name.startswith(WRITING) and "READ" not in name.split("_")[2:] else None
        if told is None:
            raise
        raise told from None


@contextmanager
def telling(path: Path, done: str = "written") -> Iterator[None]:
    """Raise the system's errors in the block as StorageError, in the user's words."""
    try:
        yield
    except FileNotFoundError as error:
        if path.parent.is_dir():
            if Path(error.filename or "").parent != path.parent:
                raise
            raise StorageError(
                say("nothing can be made in {parent}", parent=path.parent), hint=say("name another folder")
            ) from None
        raise StorageError(
            say("there is no folder {parent}", parent=path.parent), hint=say("mkdir -p '{parent}'", parent=path.parent)
        ) from None
    except OSError as error:
        raise StorageError(
            say("{path} cannot be {done}: {strerror}", path=path, done=say(done), strerror=cause(error)),
            hint=_WAYS_OUT.get(type(error)),
        ) from None


def sync_folder(path: Path) -> None:
    """Make sure that the written file or folder survives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def filling(folder: Path, names: Sequence[str], what: str) -> Iterator[Path]:
    """Yield a workshop whose files are moved to `folder` (made with mode 0700) one by one if the block succeeds.

    Only files with these `names` are replaced; raise RefusedError if `folder` holds anything else. `what` says in the
    error what it may hold. The first file is deleted before the others are replaced and moved last, so that if it is
    there, the others belong to it.
    """
    if folder.exists() and not folder.is_dir():
        raise RefusedError(
            say("{folder} exists already and is not a folder", folder=folder), hint=say("name a new or an empty folder")
        )
    if folder.is_dir() and not all(left.name in names or left.match(WORKSHOP) for left in folder.iterdir()):
        raise RefusedError(
            say("{folder} holds other things than {what}", folder=folder, what=what),
            hint=say("name a new or an empty folder"),
        )
    with telling(folder), own_folder(folder) as made:
        yield made
        files = sorted(made.iterdir())
        for file in files:
            sync_folder(file)
        (folder / names[0]).unlink(missing_ok=True)
        for is_first in (False, True):
            sync_folder(folder)
            for file in files:
                if (file.name == names[0]) == is_first:
                    os.replace(file, folder / file.name)
        sync_folder(folder)
