"""Fit columns into a screen: choose which are drawn, and how wide each is.

On a narrow screen spare columns (`?` in base/table.py) are left out first, then brief texts are cut with …, then other
texts continue on the next line. References, phones, dates and codes are never broken, names only if they are longer
than the screen has room for.
"""

from collections.abc import Sequence

from servicedesk.base.table import Column
from servicedesk.base.width import cells, longest
from servicedesk.render.layout import GAP, Row

_WORD = 12  # screen columns; only a longer word may be broken
_NAME = 20  # on a narrow screen a longer name continues on the next line
_CODE = 36  # and so does a longer code
_SHARE = 12  # and so does a longer share, which holds several figures
_BRIEF = 10  # a brief text in fewer columns is useless
_EASY = 16  # a text in fewer columns is hard to read, so other columns are left out first
_TEXTS = {"text", "words"}
_GIVING = {"brief", "name"}  # shrink before texts continue on a further line


def column_widths(
    fields: Sequence[Column], rows: Sequence[Row], room: int | None, *, one_line: bool = False
) -> tuple[list[int], list[int]]:
    """Return the indexes of the columns that are drawn, and their widths; empty lists if they do not fit side by side.

    `room` is None in a pipe, where all columns are as wide as their cells. With `one_line` every text is brief.
    """
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(fields)
    wide = [_natural(field, column) for field, column in zip(fields, columns, strict=True)]
    drawn = list(range(len(fields)))
    if room is None:
        return drawn, wide
    kinds = ["brief" if one_line and field.kind in _TEXTS else field.kind for field in fields]
    least = [_least(*of) for of in zip(kinds, fields, columns, wide, strict=True)]
    easy = [_easy(kind, *of) for kind, *of in zip(kinds, wide, least, strict=True)]
    spare = sorted((at for at in drawn if fields[at].spare), key=lambda at: (fields[at].spare, at))
    while spare and _total_width(easy if fields[spare[-1]].spare > 1 else least, drawn) > room:
        drawn.remove(spare.pop())
    if _total_width(least, drawn) > room:
        return [], []
    left = room - len(GAP) * (len(drawn) - 1)
    first = [least[at] if kinds[at] in _GIVING else wide[at] for at in drawn]
    found = narrower([wide[at] for at in drawn], first, left)
    return drawn, narrower(found, [least[at] for at in drawn], left)


def narrower(found: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Return the widths after the widest were reduced until all fit into the room; none gets below its minimum."""
    made = list(found)
    while sum(made) > room:
        give = [(width, at) for at, width in enumerate(made) if width > least[at]]
        if not give:
            break
        made[max(give)[1]] -= 1
    return made


def _natural(field: Column, column: Sequence[str]) -> int:
    return max([cells(field.heading), *(cells(line) for cell in column for line in cell.split("\n"))])


def _least(kind: str, field: Column, column: Sequence[str], wide: int) -> int:
    """Return the least width with which a column of that kind is drawn."""
    if kind == "brief":
        return min(wide, max(longest(field.heading), _BRIEF))
    if kind in _TEXTS:
        return min(wide, max(longest(field.heading), *(min(longest(cell), _WORD) for cell in column), 2))
    if kind == "phone":
        return max(longest(field.heading), *map(longest, column), 2)
    return min(wide, max(longest(field.heading), {"name": _NAME, "code": _CODE, "share": _SHARE}.get(kind, wide)))


def _easy(kind: str, wide: int, least: int) -> int:
    """Return the least width at which a column is easy to read."""
    if kind == "phone":
        return wide
    return max(least, min(wide, _EASY)) if kind == "brief" or kind in _TEXTS else least


def _total_width(widths: Sequence[int], drawn: Sequence[int]) -> int:
    return sum(widths[at] for at in drawn) + len(GAP) * (len(drawn) - 1)
