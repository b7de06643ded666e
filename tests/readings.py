"""Makes storage/search/readings.txt from pypinyin's dictionary: which characters are read how, one syllable a line.

    python -m tests.readings

The dictionary itself would cost every command that registers somebody 130 ms. ü is typed v or u: both are there.
"""

from collections import defaultdict
from collections.abc import Iterator

from servicedesk.storage.search.pinyin import PATH
from tests.usage import usage


def readings(character: str) -> Iterator[str]:
    """Every reading of one character, without tones, as it is typed."""
    from pypinyin import Style, pinyin

    for said in pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")[:1]:
        for one in said:
            if one.isascii() and one.isalpha():
                yield from {one, one.replace("v", "u")}


def made() -> str:
    """The whole file."""
    from pypinyin.pinyin_dict import pinyin_dict

    lines = defaultdict(set)
    for code in pinyin_dict:
        for one in readings(chr(code)):
            lines[one].add(chr(code))
    return "".join(f"{syllable} {''.join(sorted(lines[syllable]))}\n" for syllable in sorted(lines))


if __name__ == "__main__":
    usage("tests.readings", __doc__).parse_args()
    PATH.write_text(made(), encoding="utf-8")
