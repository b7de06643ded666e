"""Measure, pad, shorten and wrap text by the columns it takes in a terminal or on a page of plain text."""

import unicodedata
from functools import lru_cache

_OPENING = frozenset("（《〈「『【〔“‘([{")  # never the last character of a row
_CLOSING = frozenset("，。、；：？！）》〉」』】〕”’…·,.;:!?)]}%")  # never the first character of a row
_BREAKS = "/-_,.;:=&?"  # a word longer than a row is broken after one of these


def cells(text: str) -> int:
    """Return how many terminal columns the text takes: two for wide characters, none for combining ones."""
    return len(text) if text.isascii() else sum(map(_cells, text))


@lru_cache(4096)
def _cells(sign: str) -> int:
    if unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return the text filled with blanks to that many columns; with `right` the blanks come before the text."""
    blanks = " " * (width - cells(text))
    return blanks + text if right else text + blanks


def shortened(text: str, width: int) -> str:
    """Return the text on one line of at most that many columns; … replaces the rest."""
    line = " ".join(text.split())
    return line if cells(line) <= width else _head(line, width - 1).rstrip() + "…"


def wrapped(text: str, width: int) -> list[str]:
    """Return the text as rows of at most that many columns, broken at blanks and between wide characters.

    A word is broken only if it is too long. Closing marks stay with the word before, opening ones with the word after;
    line ends in the text count as blanks.
    """
    rows, row, taken = [], "", 0
    for piece in _pieces(text):
        took = cells(piece.rstrip())
        if row and taken + took > width:
            rows.append(row.rstrip())
            row, taken = "", 0
        while took > width:
            head = _first_row(piece, width)
            rows.append(head)
            piece = piece[len(head) :]
            took = cells(piece.rstrip())
        row += piece
        taken += cells(piece)
    return [*rows, row.rstrip()] if row or not rows else rows


def longest(text: str) -> int:
    """Return how many columns the widest part takes that should not be broken."""
    return max((cells(piece.rstrip()) for piece in _pieces(text)), default=0)


def _pieces(text: str) -> list[str]:
    """Return the parts between which a row may end, each with the blanks behind it."""
    found: list[str] = []
    before = ""
    for sign in text:
        if found and _belongs(before, sign):
            found[-1] += sign
        else:
            found.append(sign)
        before = sign
    return found


def _belongs(before: str, sign: str) -> bool:
    """Return whether a row must not end between `before` and `sign`."""
    if sign.isspace() or before.isspace():
        return sign.isspace()
    if sign in _CLOSING or before in _OPENING:
        return True
    return _cells(sign) == 0 or (_cells(before) < 2 and _cells(sign) < 2)


def _head(text: str, width: int) -> str:
    """Return the beginning of the text that takes at most that many columns."""
    taken = 0
    for at, sign in enumerate(text):
        taken += _cells(sign)
        if taken > width:
            return text[:at]
    return text


def _first_row(piece: str, width: int) -> str:
    """Return the first row of a part that is too long for one row; never empty."""
    head = _head(piece, width) or piece[0]
    at = max(head.rfind(sign) for sign in _BREAKS) + 1
    return head[:at] if at * 2 > len(head) else head
