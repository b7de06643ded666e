"""The pinyin of Chinese characters, from a table that tests/readings.py makes with pypinyin.

All readings of a character count, because a surname may have another reading than the word: 单 is dan, chan and shan.
"""

from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("readings.txt")
_FIRST = "\u3400"  # the first Chinese character in Unicode


@cache
def _table() -> str:
    return PATH.read_text(encoding="utf-8")


@cache
def of_character(character: str) -> tuple[str, ...]:
    """Return the readings of a character without tones, both `lv` and `lu` for lü; () if it has none."""
    if character < _FIRST:
        return ()
    table, found, at = _table(), [], -1
    while (at := table.find(character, at + 1)) >= 0:
        line = table.rfind("\n", 0, at) + 1
        found.append(table[line : table.index(" ", line)])
    return tuple(found)


def readings_of_name(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the readings of each Chinese character of a name, and skip all other signs."""
    return tuple(found for character in name if (found := of_character(character)))
