"""What people and programs type, and what an attacker would: the values that commands and files are fed with."""

from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

Drawn = TypeVar("Drawn")

HOSTILE = (
    "", " ", "\t", "\n", "a\nb", "\x00", "a\x00b", "\x1b[2J\x1b]0;owned\x07", "\x9b31m", "\x7f", "\u200b", "\ufeff",
    "\u202egnp.exe", "\u2066x\u2069", "[red]x[/red]", "[/oops]", "[link=file:///etc/passwd]x[/link]", ":smile:",
    "=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-18 °C", "--", "--help", "-x", "'", '"', "''",
    "Robert'); DROP TABLE customer;--",
    '" OR 1=1 --', "x NEAR y", "a* ^b -c", "{x} {0} {}", "%s %d %n", "${HOME}", "`id`", "$(id)", "../../etc/passwd",
    "C:\\x",
    "<script>alert(1)</script>", "&amp;", "]]>", "𠮷野家", "👨‍👩‍👧", "ＮＯ．１", "١٢٣", "Ⅷ", "İ", "ß", "\udc80",
    "é", "1e309", "NaN", "inf", "-0", "0x10", "1_000", "9" * 30, "0", "-1", "1.5", "2026-02-30", "0000-00-00",
    "9999-12-31T23:59:60+14:00", "2026-11-21T09:00:00+99:99", "T24:00", "now", "-2h", "+99999999d", "yesterday 25:00",
    "C0", "C-1", "T99999999999999999999", "A1 OR 1", "H", "K1", "P1", "T1,T2", "*", "?", "x" * 300,
)  # fmt: skip
NAMES = ("王芳", "李雷", "Anna Müller", "Li", "Zhang San", "欧阳娜娜")
PHONES = ("13800138000", "023-62801234", "+86 138 0013 8000", "4001")
DATES = (
    "2026-11-21", "2026-11-22", "2026-10-01", "2024-02-29", "2025-02-29", "2026-11", "2024", "today", "+30d", "-1w",
    "unknown",
)  # fmt: skip
INSTANTS = (
    "2026-11-21 17:00", "09:00", "now", "yesterday 14:30", "-2h", "2026-11-21T09:00:00+08:00", "2026-11-20 09:00:01",
)  # fmt: skip
CODES = (
    "fridge", "ac", "flat_tv", "washer", "repair", "install", "maintenance", "guidance", "hotline", "leak", "no_heat",
    "fixed", "done", "referred", "resolved_remotely", "no_fault_found", "exchanged", "customer", "outlet", "duplicate",
    "entry_error", "manufacturer_part", "reached", "no_answer", "vip", "ordinary", "full_set", "brother", "lateness",
    "north", "sms", "paper", "satisfaction_rate", "repeat_repair_rate", "arrival_24h_rate", "open_tickets", "month",
    "technician", "category", "I1", "I9", "high", "en", "zh", "utf-8", "gb18030", "tickets", "customers", "appliances",
    "ticket", "csv", "json", "2026-10", "2026-Q4", "2026-10-01..2026-10-31",
)  # fmt: skip
NUMBERS = ("1", "2", "3", "4", "5", "10", "30", "30d", "14", "100")


def mostly(
    usual: st.SearchStrategy[Drawn], other: st.SearchStrategy[Drawn], times: int = 4
) -> st.SearchStrategy[Drawn]:
    """So many times the usual to one of the other. (`one_of` forgets what it is given twice.)"""
    return st.integers(0, times).flatmap(lambda n: usual if n < times else other)


@cache
def texts(*, huge: bool = True) -> st.SearchStrategy[str]:
    """Hostile texts, and any text at all; now and then a megabyte."""
    anything = [st.sampled_from(HOSTILE), st.text(max_size=40), st.text(st.characters(codec="utf-8"), max_size=8)]
    return st.one_of(*anything, *([st.just("长" * 350_000)] if huge else []))


@cache
def refs(letter: str) -> st.SearchStrategy[str]:
    """Mostly such that exist in the stories' file."""
    forms = st.sampled_from(("{0}{1}", "{1}", "{0}1"))
    return st.builds(lambda n, form: form.format(letter, n), st.integers(0, 4), forms)


@cache
def plausible() -> st.SearchStrategy[str]:
    """What would be right somewhere, though not always here."""
    return st.one_of(
        *(st.sampled_from(words) for words in (NAMES, PHONES, DATES, INSTANTS, CODES, NUMBERS)),
        *(refs(letter) for letter in "CATHPK"),
    )
