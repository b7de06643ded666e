"""Read the answers that students type, in many spellings (full-width digits, `46.2 %`, `符合`), and answers.csv."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import coded, item_list, say
from servicedesk.classroom.exercise import Answer, Item, Kind
from servicedesk.language.words import LOCALES, Words

COLUMNS = ("part", "item", "question", "answer")
_LIST_LENGTH = 8  # items that a long list shows
_MOST_BYTES = 1_000_000  # of an answers.csv
_FRACTION = re.compile(r"(\d+)\s*(?:/|of|aus|out of|÷|:)\s*(\d+)")
_CHINESE_FRACTION = re.compile(r"(\d+)\s*分之\s*(\d+)")
_AS_A_DAY = re.compile(r"(\d+)月(\d+)日")  # what a spreadsheet makes of 7/14
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_NONE = {"none", "no", "nothing", "-", "–", "0", "无", "没有", "空"}
_UNKNOWN = {"unknown", "not known", "ask", "?", "未知", "不明", "不知道", "不清楚", "要问"}
_BETWEEN = re.compile(r"[\s,;、，；/]+")


def plain(text: str) -> str:
    """Return the text with half-width digits and signs, without spaces around it."""
    return unicodedata.normalize("NFKC", text).strip()


def read_answer(item: Item, text: str) -> Answer:
    """Return the answer with its value; the value is None where the text cannot be read, or is empty."""
    typed = plain(text)
    return Answer(text.strip(), _READERS[item.kind](item, typed) if typed else None)


def read_answers(items: Iterable[Item], texts: Mapping[str, str]) -> dict[str, Answer]:
    """Return an answer for every item, an empty one where no text is given."""
    return {item.key: read_answer(item, texts.get(item.key, "")) for item in items}


def _choice(item: Item, text: str) -> str | None:
    wanted = _folded(text)
    for code, words in item.choices.items():
        if wanted in {*_names(code), *map(_folded, words)}:
            return code
    return None


@cache
def _names(code: str) -> set[str]:
    """Return the code, and its word in each language."""
    return {_folded(code), *(_folded(words.code(code)) for words in _languages())}


@cache
def _languages() -> tuple[Words, ...]:
    return tuple(map(Words, LOCALES))


def _folded(text: str) -> str:
    return re.sub(r"[\s_\-.。]+", " ", plain(text).casefold()).strip()


def _fraction(item: Item, text: str) -> tuple[int, int] | None:
    if found := _CHINESE_FRACTION.search(text):
        return int(found[2]), int(found[1])
    if found := _AS_A_DAY.fullmatch(text):
        return int(found[1]), int(found[2])
    found = _FRACTION.search(text)
    return (int(found[1]), int(found[2])) if found else None


def _percent(item: Item, text: str) -> float | None:
    """Read 46.2 %, 46,2, 6/13, or 0.462 without a percent sign where it can only be a share."""
    if (parts := _fraction(item, text)) is not None:
        return round(parts[0] / parts[1] * 100, 3) if parts[1] else None
    found = _NUMBER.findall(text)
    if len(found) != 1:
        return None
    value = float(found[0].replace(",", "."))
    is_share = "%" not in text and 0 < value < 1 and "." in found[0].replace(",", ".")
    return value * 100 if is_share else value


def _count(item: Item, text: str) -> int | None:
    found = re.findall(r"-?\d+", text)
    return int(found[0]) if len(found) == 1 and not re.search(r"\d[.,]\d", text) else None


def _date(item: Item, text: str) -> date | str | None:
    """Read 2026-11-21 in any of its forms; `unknown` is an answer too."""
    if _folded(text) in _UNKNOWN:
        return "unknown"
    found = _DATE.search(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _refs(item: Item, text: str) -> frozenset[str] | None:
    """Read T3, T7; a letter may be left out where the first reference has one."""
    if text.casefold() in _NONE:
        return frozenset()
    found: list[str] = []
    for word in filter(None, _BETWEEN.split(text)):
        if not re.fullmatch(r"[A-Za-z]?\d+(?:[.#:]\d+)?", word):
            return None
        letter = word[0].upper() if word[0].isalpha() else found[0][0] if found else ""
        found.append(f"{letter}{word.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')}")
    return frozenset(found)


_READERS: dict[Kind, Callable[[Item, str], Any]] = {
    Kind.CHOICE: _choice,
    Kind.FRACTION: _fraction,
    Kind.PERCENT: _percent,
    Kind.COUNT: _count,
    Kind.DATE: _date,
    Kind.REFS: _refs,
    Kind.NAME: lambda item, text: " ".join(text.split()),
    Kind.TEXT: lambda item, text: text,
}


def short_list(items: Sequence[str]) -> str:
    """Return the items in words: at most eight of them, and how many more there are."""
    if len(items) <= _LIST_LENGTH:
        return item_list(items)
    return say("{items} and {n} more", items=item_list(items[:_LIST_LENGTH]), n=len(items) - _LIST_LENGTH)


def how_to_write(item: Item) -> str:
    """Return an example or a rule of how to write the answer to an item."""
    if item.kind is Kind.CHOICE:
        return say("one of {choices}", choices=item_list(map(coded, item.choices)))
    return {
        Kind.FRACTION: say("as 6/13"), Kind.PERCENT: say("as 46.2 %"), Kind.COUNT: say("a whole number"),
        Kind.DATE: say("as 2026-11-21"), Kind.REFS: say("as T3, T7, or none"), Kind.NAME: say("a name"),
        Kind.TEXT: say("a sentence"),
    }[item.kind]  # fmt: skip


def write_answers(items: Sequence[Item], texts: Mapping[str, str], translate: Callable[[str], str]) -> str:
    """Return answers.csv: a row for each item; with a byte order mark, so that spreadsheets read Chinese."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in items:
        writer.writerow((item.part.value, item.key, translate(item.question), texts.get(item.key, "")))
    return "\ufeff" + out.getvalue()


def parse_answers(data: bytes) -> dict[str, str]:
    """Return the texts in the column `answer` of an answers.csv by the names in its column `item`.

    Read commas, semicolons or tabs, and any encoding that a spreadsheet saves. UsageError if the columns are missing.
    """
    if len(data) > _MOST_BYTES:
        raise UsageError(say("answers.csv is too large"))
    text = decode_text(data)
    first = text.split("\n", 1)[0]
    between = max(",;\t", key=first.count)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=between) if any(cell.strip() for cell in row)]
    head = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if "item" not in head or "answer" not in head:
        raise UsageError(say("answers.csv has no columns item and answer"), hint=say("keep its first row"))
    at, of = head.index("item"), head.index("answer")
    cells = ([*map(str.strip, row), *[""] * len(head)] for row in rows[1:])
    return {row[at]: row[of] for row in cells}


def match_items(texts: Mapping[str, str], items: Iterable[Item]) -> tuple[dict[str, str], list[str]]:
    """Return the texts by the keys of items, compared without case; and the names that are the key of no item."""
    keys = {_folded(item.key): item.key for item in items}
    found = {keys[_folded(name)]: text for name, text in texts.items() if _folded(name) in keys}
    return found, [name for name in texts if _folded(name) not in keys]


def decode_text(data: bytes) -> str:
    """Return the text of a file that a spreadsheet may have saved: UTF-8, UTF-16 or GB18030."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")
