"""The brand's key: under it serials leave an outlet as digests that only outlets of the same brand can compare."""

import hmac
from pathlib import Path

from servicedesk.base.errors import StorageError, UsageError
from servicedesk.base.messages import cause, say
from servicedesk.storage.paths import check_regular

_LEAST_BYTES = 16
_DIGITS = 32  # hexadecimal digits of a digest that are kept: 128 bits


def read_key(path: Path) -> bytes:
    """Return the key in that file, without blanks around it. StorageError if unreadable, UsageError if too short."""
    hint = say("the brand gives all its outlets one key file: a line of random letters, 16 or more")
    check_regular(path, hint=hint)
    try:
        key = path.read_bytes().strip()
    except FileNotFoundError:
        raise StorageError(say("there is no file {path}", path=path), hint=hint) from None
    except OSError as error:
        raise StorageError(say("{path} cannot be read: {why}", path=path, why=cause(error))) from None
    if len(key) < _LEAST_BYTES:
        raise UsageError(say("the key in {path} is shorter than {n} bytes", path=path, n=_LEAST_BYTES), hint=hint)
    return key


def fingerprint(key: bytes) -> str:
    """Return the fingerprint of a key, which identifies the key and does not reveal it."""
    return hmac.digest(key, b"servicedesk share", "sha256").hex()[:_DIGITS]


def keyed_digest(key: bytes, text: str) -> str:
    """Return the digest of a text under the key."""
    return hmac.digest(key, text.encode(), "sha256").hex()[:_DIGITS]
