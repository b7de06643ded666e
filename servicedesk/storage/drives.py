"""Network drives: find out if a file is on one, and turn SQLite's write-ahead log off there.

The log needs memory that all writers share, and computers in a network share none. Without the log one process writes
at a time and readers wait, as far as the locks of the drive work.
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
_PROBE = 64 << 10  # bytes: more than SQLite's -shm file, which is the first file to fail on a full disk
# FUSE file systems on a disk of this computer; all others count as network drives.
OWN = {"fuse.encfs", "fuse.gocryptfs", "fuse.cryfs", "fuse.mergerfs", "fuse.unionfs", "fuse.ntfs-3g", "fuse.exfat"}


def network_kind(device: int) -> str | None:
    """Return the kind of network drive (`nfs4`, `cifs`, `fuse.sshfs`) of a device number from stat(), or None."""
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
    """Return the operating system's error when a file is written beside this one, or None if that works.

    SQLite does not tell the cause: a full disk, a quota and a read-only drive may all be an "I/O error".
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


def lock_file(connection: sqlite3.Connection) -> None:
    """Lock a file on a network drive before it is read, so that SQLite can read a log without shared memory."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")


def turn_log_off(connection: sqlite3.Connection, path: Path) -> tuple[str, ...]:
    """Turn off the write-ahead log of the file and release the lock. Return the notes about it."""
    was = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if was == "wal":
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA locking_mode = NORMAL")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # releases the lock
    return (drive_note(path),) if was == "wal" else ()


def drive_note(path: Path) -> str:
    """Return the note on a network drive, for `info` and for turning the write-ahead log off."""
    return say(
        "{path} lies on a network drive ({kind}): SQLite's write-ahead log is off, and only one process writes at a"
        " time; better keep it on a disk of one computer",
        path=path,
        kind=network_kind(path.stat().st_dev),
    )


def notes(path: Path) -> tuple[str, ...]:
    """Return the notes about a file's place that `info` shows."""
    return (drive_note(path),) if network_kind(path.stat().st_dev) else ()
