"""Names in Markdown stay names: a renderer that takes HTML finds no tag and no link made of one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from servicedesk.base.marks import escaped, fenced, lines
from tests.conftest import Desk, filled_once

NAMES = (
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://x.example/a.png)", "a|b|c", "`code`",
    "<http://x.example>", "http://x.example/a_b_c", "www.x.example", "me@x.example", "**bold** _it_ ~~gone~~",
    "&lt;b&gt; &amp;", "# heading", "a\\", "\\<b>", "<b\\>", "[ref]: http://x.example", "</td></table><h1>", "```",
    "$x$", "<!-- --><b>", "`` ` ``", "<a href='x'>y</a>", "=cmd|' /C calc'!A0",
)  # fmt: skip
SHAPES = ("code_inline", "em_open", "s_open")
OURS = ("<br>", '<a id="', "</a>")


def renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def tokens(text: str) -> Iterator[Token]:
    for token in renderer().parse(text):
        yield token
        yield from token.children or ()


def made(text: str, *more: str) -> list[str]:
    """Tags, links, pictures, and `more`, that the renderer makes, but for what is ours."""
    return [
        f"{token.type} {token.attrs.get('href') or token.attrs.get('src') or token.content}"
        for token in tokens(text)
        if token.type in {"html_inline", "html_block", "link_open", "image", *more}
        and not token.content.startswith(OURS)
        and not str(token.attrs.get("href", "")).startswith("#")
    ]


def words_of(text: str) -> str:
    return "".join(token.content for token in tokens(text) if token.type in {"text", "text_special"})


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read_as_it_was_typed(name: str) -> None:
    table = f"| a |\n|---|\n| {escaped(name)} | \n"
    assert (made(table, *SHAPES), words_of(table).strip()) == ([], f"a{name}")
    assert made(f"**{lines(name)}**\n", *SHAPES) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_stays_in_its_fence(name: str) -> None:
    (token,) = tokens(fenced(f"Dear {name},\n```\n{name}\n"))
    assert (token.type, token.content) == ("fence", f"Dear {name},\n```\n{name}\n")


@filled_once
def hostile(desk: Desk) -> Desk:
    """A customer, a technician and a machine of each name, a repair, a birthday and a remark."""
    for number, name in enumerate(NAMES, 1):
        assert desk.run("customer", "add", name, "--phone", f"1380013{number:04}", "--address", name).code == 0
        words = ("--customer", f"C{number}", "--category", "fridge", "--brand", name, "--bought", "2021-12-05")
        desk.do("appliance", "add", *words)
        desk.run("technician", "add", "--", name)
        desk.run("ticket", "open", "--appliance", f"A{number}", "--at", "2026-11-02 09:00", "--", name)
        desk.do("ticket", "assign", f"T{number}", "--to", f"{number}")
        desk.do("ticket", "complete", f"T{number}", "--outcome", "fixed", "--note", name)
    desk.do("maintenance", "generate")
    return desk


def test_answers_and_reports_hold_no_tag_and_no_link_of_a_name(hostile: Desk, tmp_path: Path) -> None:
    visit = hostile.do("ticket", "list", "--type", "maintenance")[0]["id"]
    asked = ("customer find 138", "customer show C1", "ticket list --all", "ticket show T2", "technician list", "today",
             f"maintenance sheet T{visit}", f"maintenance card T{visit}", "maintenance due", "appliance show A1",
             "kpi rows arrival_24h_rate --month 2026-11", "kpi report --month 2026-11 --by technician",
             "kpi integrity --month 2026-11 --by technician")  # fmt: skip
    for words in asked:
        assert made(hostile.run(*words.split(), "--format", "markdown").out, *SHAPES) == [], words
    report = tmp_path / "report.md"
    hostile.do("report", "monthly", "--month", "2026-11", "--output", str(report))
    assert made(report.read_text(encoding="utf-8")) == []
