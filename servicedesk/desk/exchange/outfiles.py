"""Files that the desk hands out: written beside their place, mode 0600, and put there in one step."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servicedesk.core.errors import StorageError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """An empty file beside `path` that takes its place when the block ends well, else goes. StorageError."""
    try:
        if path.is_dir():
            raise StorageError(f"{path} is a folder", hint="name a file")
        # Into a pipe or a device nothing can be moved: it is written through.
        is_device = path.exists() and not path.is_file()
        descriptor, name = tempfile.mkstemp(dir=None if is_device else path.parent, prefix=f".{path.name}.")
    except FileNotFoundError:
        raise StorageError(f"there is no folder {path.parent}", hint=f"mkdir -p '{path.parent}'") from None
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None
    os.close(descriptor)
    made = Path(name)
    try:
        yield made
        _synced(made)
        if is_device:
            path.write_bytes(made.read_bytes())
        else:
            os.replace(made, path.resolve())
            _synced(path.resolve().parent)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        made.unlink(missing_ok=True)


def _synced(path: Path) -> None:
    """What was written there survives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
