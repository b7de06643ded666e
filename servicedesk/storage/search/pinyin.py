"""How Chinese characters are read aloud: from a table of pypinyin's making (tests/readings.py), read where it is asked.

All readings of a character count, for a surname is often not read as the word: 单 is dan, chan and shan.
"""

from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("readings.txt")
_FIRST = "\u3400"  # no Chinese character comes before


@cache
def _table() -> str:
    return PATH.read_text(encoding="utf-8")


@cache
def of_character(character: str) -> tuple[str, ...]:
    """Its readings without tones, `lv` and `lu` for lü; () where it has none."""
    if character < _FIRST:
        return ()
    table, found, at = _table(), [], -1
    while (at := table.find(character, at + 1)) >= 0:
        line = table.rfind("\n", 0, at) + 1
        found.append(table[line : table.index(" ", line)])
    return tuple(found)


def of_name(name: str) -> tuple[tuple[str, ...], ...]:
    """The readings of each Chinese character in it, whatever stands between them."""
    return tuple(found for character in name if (found := of_character(character)))
