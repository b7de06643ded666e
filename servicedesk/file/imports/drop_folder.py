"""Import the files of a drop folder, for cron: each file whole or not at all, and moved away only after the commit.

A run that was killed is simply run again: records that it committed count as known then. Two runs at once never read
the same file at the same time, because each file is locked while it is read.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from servicedesk.base.errors import NotFoundError, RefusedError, ServiceDeskError, StorageError, UsageError
from servicedesk.base.messages import cause, joined, say, say_count
from servicedesk.base.table import Result, Table, columns
from servicedesk.file.imports.tables.layout import Layout
from servicedesk.file.imports.tables.open_table import open_table
from servicedesk.storage import paths
from servicedesk.storage.database import Database
from servicedesk.storage.new_files import place_new, sync_folder, workshop

COLUMNS = columns("file", "result", "read:count", "new:count", "known:count", "changed:count", "moved_to=moved to")

Read = Callable[[Path], Result]


def import_drop(
    db: Database,
    files: Sequence[Path],
    *,
    done: Path,
    bad: Path,
    read: Read,
    layout: Layout,
    dry_run: bool = False,
    translate: Callable[[str], str] = str,
) -> Result:
    """Read each file and move it to `done`, or to `bad` with the reason beside it. Return one row for each file.

    `read` imports one file; `layout`: how `read` opens the files; `translate` puts the reason into a language. An error
    of the outlet's own file ends the run and leaves the other files where they are.
    """
    _check_folders(files, done, bad)
    rows: list[tuple[object, ...]] = []
    notes: list[str] = []
    for file in dict.fromkeys(files):
        with _locking(file) as is_ours:
            if not is_ours:
                notes.append(say("{file}: another run reads it, or it is gone", file=file))
                continue
            try:
                answer = read(file)
            except (RefusedError, NotFoundError, StorageError) as error:
                if isinstance(error, StorageError) and _is_readable(file, layout):
                    raise  # the outlet's file: locked, or the disk is full
                place = None if dry_run else _move(file, bad, why=_reason(error, translate))
                notes.append(say("{file} was not read: {why}", file=file, why=error.sentence))
                rows.append((str(file), "bad", None, None, None, None, place and str(place)))
                continue
            place = None if dry_run else _move(file, done)
            notes += [joined(": ", [str(file), note]) for note in answer.notes]
            counted = answer.table.objects()[0]
            counts = (counted[key] for key in ("read", "new", "known", "changed"))
            rows.append((str(file), "done", *counts, place and str(place)))
    return Result(Table(COLUMNS, rows), notes, db.has_written)


def check_all_done(answer: Result) -> None:
    """Raise RefusedError if a file could not be read, so that cron sees the exit code."""
    bad = answer.table.column("result").count("bad")
    if bad:
        raise RefusedError(
            say_count("{n} file was not read", "{n} files were not read", n=bad),
            hint=say("correct each and put it into the drop folder again; its .why.txt says what is wrong"),
        )


def list_files(given: Sequence[Path]) -> list[Path]:
    """Return the given files without patterns such as DROP/*.csv that the shell found no file for."""
    return [file for file in given if file.exists() or not set("*?[") & set(file.name)]


def _check_folders(files: Sequence[Path], done: Path, bad: Path) -> None:
    """Make the folders `done` and `bad`. UsageError if they are one, or if a file to read lies in one or is no file."""
    for folder in (done, bad):
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise StorageError(say("{path} cannot be made: {why}", path=folder, why=cause(error))) from None
    if paths.is_same(done, bad):
        raise UsageError(say("--done and --bad are one folder"), hint=say("name two"))
    for file in files:
        if paths.is_dash(file) or paths.is_irregular(file):
            raise UsageError(say("--done moves files, and {file} is none", file=file))
        if any(paths.is_same(file.parent, folder) for folder in (done, bad)):
            raise UsageError(
                say("{file} is in the folder that files are moved to", file=file), hint=say("name another")
            )


@contextmanager
def _locking(file: Path) -> Iterator[bool]:
    """Lock a file while it is read, and say whether it is ours: False if another run has it, or has moved it."""
    try:
        import fcntl

        source = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        yield False
        return
    except OSError as error:
        raise StorageError(say("{path} cannot be read: {strerror}", path=file, strerror=cause(error))) from None
    try:
        is_ours = True
        try:
            fcntl.flock(source, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            is_ours = False
        except OSError:  # a share without locks: the keys of the records still make a second reading harmless
            pass
        if is_ours:
            with suppress(FileNotFoundError):
                is_ours = os.path.samestat(os.fstat(source), file.stat())
        yield is_ours and file.exists()
    finally:
        os.close(source)


def _is_readable(file: Path, layout: Layout) -> bool:
    """Return whether the file itself can be read to its end."""
    try:
        with open_table(file, layout) as table:
            for _ in table.records:
                pass
    except ServiceDeskError:
        return False
    return True


def _reason(error: ServiceDeskError, translate: Callable[[str], str]) -> str:
    """Return what is wrong with a file, and the way out."""
    return "".join(f"{translate(text)}\n" for text in (error.sentence, error.hint) if text)


def _move(file: Path, folder: Path, *, why: str = "") -> Path | None:
    """Move a file into a folder under a free name, never over another one; None if another run has moved it."""
    number = 1
    while True:
        name = file.name if number == 1 else f"{file.stem}-{number}{file.suffix}"
        try:
            if _put(file, folder / name):
                break
        except FileNotFoundError:
            return None
        except OSError as error:
            why_not = say("{path} cannot be moved: {why}", path=file, why=cause(error))
            raise StorageError(why_not, hint=say("it was read; a second run takes its records as known")) from None
        number += 1
    sync_folder(folder)
    if why:
        reason = os.open(folder / f"{name}.why.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(reason, "w", encoding="utf-8") as out:
            out.write(why)
    return folder / name


def _put(file: Path, place: Path) -> bool:
    """Put a file into a free place; return False if something is there. Across file systems it is copied."""
    try:
        os.link(file, place)
    except FileExistsError:
        return False
    except FileNotFoundError:
        raise
    except OSError:
        if os.path.lexists(place):
            return False
        with workshop(place.parent) as made:
            shutil.copyfile(file, made / "new")
            if not place_new(made / "new", place):
                return False
    file.unlink()
    return True
