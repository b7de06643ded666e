"""Escape text for Markdown and spreadsheets, so that a name does not become a tag, a link or a formula."""

import re

# An underscore inside a word, as in no_power, is no mark.
_MARKS = re.compile(r"([\\`*\[\]<>|#~&@!$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
# GitHub makes links of bare addresses too.
_ADDRESSES = re.compile(r"(?i)(?<=\bwww)\.|:(?=//)|(?<=mailto):|(?<=xmpp):")


def escaped(text: str) -> str:
    """Return the text on one line, with every mark of Markdown and HTML escaped."""
    return _ADDRESSES.sub(lambda found: f"\\{found[0]}", _MARKS.sub(r"\\\1", " ".join(text.splitlines())))


def lines(text: str) -> str:
    """Return the text for a Markdown cell, with its line breaks kept."""
    return "<br>".join(map(escaped, text.splitlines()))


def fenced(page: str) -> str:
    """Return a page of text unchanged in a Markdown fence that is longer than any fence inside it."""
    most = max((len(run) for run in re.findall(r"`+", page)), default=0)
    fence = "`" * max(3, most + 1)
    return f"{fence}text\n{page.rstrip(chr(10))}\n{fence}\n"


# The beginnings of a cell that a spreadsheet takes for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """Return the text for a spreadsheet cell, with an apostrophe in front if it would be read as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
