"""Where a file lies: on a network drive SQLite's write-ahead log is not safe, and the file goes without one.

The log needs memory that all writers share, which the machines of a network do not. Without it one writes at a time
and readers wait, as far as the drive's own locks reach.
"""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from servicedesk.base.messages import say

MOUNTS = Path("/proc/self/mountinfo")
SHARED = {
    "9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "glusterfs", "gpfs", "lustre", "ncpfs",
    "nfs", "nfs4", "ocfs2", "orangefs", "prl_fs", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
}  # fmt: skip
_PROBE = 64 << 10  # bytes: more than the memory file of a log, the first thing that finds no room
# Of what a program of the user serves, only these lie on a disk of this machine.
OWN = {"fuse.encfs", "fuse.gocryptfs", "fuse.cryfs", "fuse.mergerfs", "fuse.unionfs", "fuse.ntfs-3g", "fuse.exfat"}


def network(device: int) -> str | None:
    """The kind of network drive (`nfs4`, `cifs`, `fuse.sshfs`) behind a device number of stat(); else None."""
    wanted = f"{os.major(device)}:{os.minor(device)}"
    found = None
    with suppress(OSError):
        for line in MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines():
            before, _, after = line.partition(" - ")
            if before.split()[2:3] == [wanted] and after:
                found = after.split()[0]
    is_shared = found in SHARED or ((found or "").startswith("fuse.") and found not in OWN)
    return found if is_shared else None


def obstacle(path: Path) -> OSError | None:
    """Return what the system says when something is written beside a file; None where that works.

    SQLite keeps the cause to itself: a full disk, a quota or a read-only drive may all be an "I/O error".
    """
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            probe.write(bytes(_PROBE))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return error
    return None


def alone(connection: sqlite3.Connection) -> None:
    """Before the first look into a file there: alone in it, SQLite reads a log without shared memory."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")


def without_log(connection: sqlite3.Connection, path: Path) -> tuple[str, ...]:
    """A file that has its log yet gives it up; then others may come in again. What is to be said of that."""
    was = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if was == "wal":
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA locking_mode = NORMAL")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # gives the lock back
    return (drive_note(path),) if was == "wal" else ()


def drive_note(path: Path) -> str:
    """Return the note on a network drive, for `info` and for turning the write-ahead log off."""
    return say(
        "{path} lies on a network drive ({kind}): SQLite's write-ahead log is off, and only one process writes at a"
        " time; better keep it on a disk of one computer",
        path=path,
        kind=network(path.stat().st_dev),
    )


def notes(path: Path) -> tuple[str, ...]:
    """What is to be said of a file's place, whenever somebody asks."""
    return (drive_note(path),) if network(path.stat().st_dev) else ()
