"""Look up translations in a compiled gettext catalogue (.mo) without loading all of it.

`gettext.GNUTranslations` reads the whole file before the first lookup, which takes 8 ms; one run needs about ten
messages.
"""

from collections.abc import Iterator
from pathlib import Path
from struct import unpack_from

_CONTEXT = "\x04"  # between a context and its msgid, as gettext writes it


class Catalogue:
    """The translations of one file; without a file every message is returned unchanged."""

    def __init__(self, path: Path | None) -> None:
        self._bytes = path.read_bytes() if path else b""
        if self._bytes:
            magic, _, self._count, self._ids, self._texts = unpack_from("<5I", self._bytes)
            assert magic == 0x950412DE, "a catalogue of another byte order"
        else:
            self._count = self._ids = self._texts = 0

    def gettext(self, message: str) -> str:
        """Return the translation of the message, or the message itself."""
        return self._lookup(message) or message

    def pgettext(self, context: str, message: str) -> str:
        """Return the translation of the message in that context, or the message itself."""
        return self._lookup(f"{context}{_CONTEXT}{message}") or message

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the translation in the plural form for the number `n`, or `one` or `many` itself."""
        found = self._lookup(f"{one}\0{many}")
        if not found:
            return one if n == 1 else many
        forms = found.split("\0")
        return forms[0] if len(forms) == 1 else forms[self._form(n)]

    def sources(self, text: str) -> Iterator[str]:
        """Yield every message, without its context, whose translation is this text."""
        wanted = text.encode()
        for index in range(self._count):
            if self._at(self._texts, index) == wanted:
                yield self._at(self._ids, index).decode().rpartition(_CONTEXT)[2]

    def _form(self, n: int) -> int:
        from gettext import c2py

        plural: int = c2py(self._lookup("").partition("plural=")[2].partition(";")[0])(n)
        return plural

    def _lookup(self, message: str) -> str:
        wanted, low, high = message.encode(), 0, self._count
        while low < high:
            middle = (low + high) // 2
            here = self._at(self._ids, middle)
            if here == wanted:
                return self._at(self._texts, middle).decode()
            low, high = (middle + 1, high) if here < wanted else (low, middle)
        return ""

    def _at(self, table: int, index: int) -> bytes:
        length, start = unpack_from("<2I", self._bytes, table + 8 * index)
        return self._bytes[start : start + length]
