"""Every screen of the demo, at every width and in both languages: nothing is broken, everything is translated."""

import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from servicedesk.base.table import REFERENCES, Table
from servicedesk.base.width import cells
from servicedesk.render import formats, layout, tables
from tests.conftest import Desk
from tests.wild.commands import leaves

NOW = "2026-11-30 09:00"
# Of every command that shows something: the arguments of its screens.
SCREENS = {
    "today": ("", "--on 2026-12-01"), "next": ("--technician 陈建国",),
    "history": ("", "--limit 3", "C1", "T1", "A1"), "info": ("",), "check": ("",),
    "customer find": ("王",), "customer list": ("", "--tier vip"), "appliance list": ("", "--category 空调"),
     "customer show": ("C1", "C2", "C3", "C4"),
    "household show": ("H1",), "appliance find": ("星辰",), "appliance show": ("A1", "A2"),
    "category list": ("",), "technician list": ("",), "technician show": ("林志强",), "technician verify": ("1002",),
    "outlet brand": ("",), "technician day": ("", "陈建国"),
    "ticket list": ("", "--all", "--overdue", "--sort deadline"), "ticket show": ("T1", "T2", "T3", "T4"),
    "ticket explain": ("T3",), "ticket find": ("不制冷",),
    "callback due": ("", "--at-risk"), "promise list": ("", "--all"), "complaint list": ("", "--all"),
    "complaint show": ("K1", "K2", "K3"), "maintenance due": ("",), "maintenance unknown": ("",),
    "maintenance generate": ("--dry-run",), "note list": ("",), "note due": ("--within 90d",),
    "kpi report": ("", "--all", "--by technician", "--all --month 2026-10 --compare 2026-09"),
    "kpi rows": ("arrival_24h_rate",), "kpi why": ("satisfaction", "arrival_24h_rate"), "kpi integrity": ("",),
    "kpi backlog": ("",), "outlet show": ("",), "outlet target": ("",), "outlet wording": ("",), "outlet fund": ("",),
    "kpi explain": ("satisfaction_rate",), "price list": ("", "--all"), "report fund": ("",),
    "report money": ("", "--uncharged"),
    "part list": ("", "--low"), "part overdue": ("",), "part show": ("COMP-12",),
    "warranty show": ("A1",), "warranty check": ("A1", "A1 --part compressor"),
    "warranty terms": ("", "list fridge"), "warranty parts": ("fridge",), "outlet holidays": ("",),
    "survey list": ("", "--unread", "--score 1-2"), "survey show": ("E52",),
    "contact list": ("", "--missed", "T1"),
    "contract list": ("", "--all"), "contract show": ("G1",), "contract due": ("", "--within 365d"),
    "event list": ("", "--all"), "event show": ("V1",),
    "solution list": ("", "--all"), "solution search": ("不制冷",), "solution show": ("S1",),
    "checklist list": ("", "--examples"), "checklist show": ("install",), "checklist report": ("", "--mystery"),
    "consumable list": ("",), "consumable due": ("", "--month 2026-12"), "report load": ("", "--by-skill"),
    "report lost": ("", "--no-contact 1m"), "report pareto": ("", "--by visits"), "report retention": ("", "--rows"),
    "report prospects": ("",), "report old-appliances": ("",), "report gaps": ("", "--category dishwasher"),
    "report failures": ("", "--by brand", "--by part", "--rows"), "report technician": ("陈建国",),
    "report word-of-mouth": ("", "--model deals", "--rows"), "report explain": ("",),
    "report measures": ("", "--all"), "report recovery": ("", "--month 2026-10"),
    "report customer-cost": ("", "--rows"), "report csi": ("", "--rows"),
    "report staff": ("", "--rows"), "report contacts": ("", "--rows"),
}  # fmt: skip
# The others write, or print a page.
WRITING = {
    "add", "edit", "tier", "consent", "merge", "forget", "export", "link", "transfer", "retire", "exchange", "absent",
    "leave", "open", "assign", "appoint", "arrive", "wait", "resume", "complete", "cancel", "reopen", "correct",
    "void", "record", "log", "kept", "withdraw", "acknowledge", "recover", "close", "decline", "sheet", "card", "hours",
    "monthly", "undo", "redo", "init", "demo", "import", "backup", "restore", "completion", "help", "message",
    "rename", "zone", "phone", "quote", "accept", "refuse", "charge", "set", "pay", "reclaim", "discontinue", "receive",
    "issue", "use", "return", "write-off", "count", "order", "share", "take", "check",
    "end", "renew", "sent", "stop", "attend", "collect", "cert", "badge", "training", "done", "read", "form", "staff",
}  # fmt: skip
WHOLE = re.compile(r"[A-Z]?[0-9*][0-9*:.-]*[0-9*]|[A-Z][0-9]")  # references, phones, dates, hours, amounts
CUT = re.compile(r"\S+…")  # the beginning of a text that is cut
KEPT = {"name", "code", "instant", "second", "date", "due", "count", "rate", *REFERENCES}
# What is the same in Chinese: units, abbreviations of the trade, what a command is called.
NOUNS = "|".join(words[0] for words, _ in leaves())
SAME = "VIP|CSAT|Asia/Shanghai|clerk|[A-Z]+-[0-9]+"
LATIN = re.compile(rf"\b({SAME}|({NOUNS}) [a-z]+|servicedesk( [a-z]+)+)\b|--[a-z-]+( [A-Z]+)?")
LETTERS = re.compile(r"[A-Za-z_]{2,}")
# Screens that show codes as they are typed.
CODED = {"category list", "checklist list", "checklist list --examples", "checklist show install",
         "warranty parts fridge", "kpi explain satisfaction_rate", "report explain", "history", "history --limit 3",
         "history C1", "history A1", "history T1"}  # fmt: skip
CODE = re.compile(r"\b[a-z]+(_[a-z]+)*\b")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Three months of a made-up outlet; nobody writes to it but in a dry run."""
    desk = Desk(tmp_path_factory.mktemp("demo") / "outlet.db", NOW)
    desk.do("demo", "--months", "3")
    sale = ("--delivered", "2026-11-20", "--price", "4999", "--invoice", "2026-11-20", "--invoice-no", "8812")
    desk.do("appliance", "edit", "A1", "--model", "BCD-9", "--bought", "unknown", "--installed", "unknown", *sale)
    desk.do("complaint", "open", "--customer", "C2", "--about", "lateness", "--severity", "high", "没人来")
    desk.do("contact", "log", "T1", "--in", "--rings", "2", "又来催了")
    desk.do("note", "add", "C2", "下午三点以后才在家，来之前请先打电话，门铃坏了", "--on", "12-05", "--yearly")
    return desk


def answer(desk: Desk, monkeypatch: pytest.MonkeyPatch, words: str, language: str) -> Table:
    """What the command shows, as it is written."""
    found: list[Table] = []
    with monkeypatch.context() as patch:
        patch.setattr(formats, "write", lambda table, *_, **__: found.append(table.whole()))
        done = desk.run("--language", language, *words.split(), "--format", "table")
    assert done.code == 0, done.err
    return found[0]


def lines_of(table: Table, width: int | None) -> list[str]:
    """The lines of a screen of that width and of any height, or of a pipe."""
    return [line.rstrip() for line in tables.draw(table, layout.Screen(width, None, False))]


def test_every_command_that_shows_something_has_a_screen_here() -> None:
    named = {" ".join(words): words[-1] for words, _ in leaves()}
    elsewhere = {name for name in named if name.startswith(("exercise ", "classroom ", "rollup "))}  # in their folders
    shown = {name for name, verb in named.items() if verb not in WRITING or name in SCREENS}
    assert shown - elsewhere == set(SCREENS)


@pytest.fixture
def careful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a list becomes records, or a cell that must stay whole continues on the next line."""

    def stacked(fields: Any, rows: Any, here: Any) -> Any:
        raise AssertionError(f"no room for {[field.heading for field in fields]}")

    draw = tables._cell

    def cell(text: str, field: Any, width: int) -> list[str]:
        lines = draw(text, field, width)
        assert field.kind not in KEPT or lines == text.split("\n"), (field, text)
        return lines

    monkeypatch.setattr(tables, "_stack", stacked)
    monkeypatch.setattr(tables, "_cell", cell)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("words", [f"{verb} {more}".strip() for verb, each in SCREENS.items() for more in each])
@pytest.mark.usefixtures("careful")
def test_nothing_is_broken_and_nothing_is_left_in_english(
    demo: Desk, monkeypatch: pytest.MonkeyPatch, words: str, language: str
) -> None:
    table = answer(demo, monkeypatch, words, language)
    whole = lines_of(table, None)
    parts = set(WHOLE.findall("\n".join(whole)))
    for width in (80, 100, 120):
        lines = lines_of(table, width)
        assert max(map(cells, lines), default=0) <= width
        assert [part for line in lines for part in WHOLE.findall(CUT.sub("", line)) if part not in parts] == []
    if language == "zh" and words != "outlet wording":  # which has both languages
        told = CODE.sub("", "\n".join(whole)) if words in CODED else "\n".join(whole)
        names = typed(demo)
        assert [word for word in LETTERS.findall(LATIN.sub("", told)) if word not in names] == []


def typed(desk: Desk) -> set[str]:
    """The words of what people typed: names, models, remarks."""
    sql = """
SELECT name FROM outlet UNION SELECT name FROM customer UNION SELECT address FROM customer UNION
SELECT model FROM appliance UNION SELECT brand FROM appliance UNION SELECT serial FROM appliance UNION
SELECT text FROM note UNION SELECT text FROM ticket WHERE type <> 'maintenance'"""
    with closing(sqlite3.connect(desk.path)) as db:
        found = {row[0] or "" for row in db.execute(sql)}
    return set(LETTERS.findall(" ".join([*found, str(desk.path)])))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("words", ["customer show C1", "customer show C2", "ticket show T2", "ticket show T4", "today"])
def test_what_one_asks_about_is_whole_on_a_screen(
    demo: Desk, monkeypatch: pytest.MonkeyPatch, words: str, language: str
) -> None:
    table = answer(demo, monkeypatch, words, language)
    assert len(list(tables.draw(table, layout.Screen(80, 24, False)))) <= 24  # which a pager shows without a stop


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("height", [10, 24])
def test_a_short_screen_keeps_the_headings_of_every_section(
    demo: Desk, monkeypatch: pytest.MonkeyPatch, language: str, height: int
) -> None:
    table = answer(demo, monkeypatch, "customer show C2", language)
    lines = list(tables.draw(table, layout.Screen(80, height, False)))
    assert "" not in lines
    assert not any(line.startswith("─") for line in lines)
    for name, section in table.sections:
        if section.rows:
            heading = next(line for line in lines if line.startswith(name.replace("_", " ")))
            more = [
                field.heading for field in layout.people(section)[0][1:] if not field.spare and " " not in field.heading
            ]
            assert [word for word in more if word not in heading] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_birthdays_due_show_the_day_of_the_visit_that_keeps_lines_together(
    demo: Desk, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    table = answer(demo, monkeypatch, "maintenance due", language)
    lines = lines_of(table, 80)
    assert any(field.heading in lines[1] for field in table.columns if field.key == "visit_on")
    planned = [f"{day.removeprefix('2026-')}-01"[:5] for day in table.column("visit_on")]  # 12: of the month
    assert planned == sorted(planned)
