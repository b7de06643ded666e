"""Check texts that people type: one line or several, never empty, without invisible characters."""

from servicedesk.base import sameness
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say

# Joiners inside words and emoji. Other invisible characters would make equal names differ or reverse a line.
_JOINERS = "\u200c\u200d"
# Invisible characters that Unicode counts as letters: fillers, the braille blank, a joiner without a glyph.
FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"


def free_text(text: str, what: str) -> str:
    """Return the trimmed text, its tabs as spaces; raise UsageError if it is empty or has control characters."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip().split("\n")
    if rows == [""]:
        raise UsageError(say("{what} is empty", what=what))
    return "\n".join(one_line(row, what) if row.strip() else "" for row in rows)


def one_line(text: str, what: str) -> str:
    """Return the trimmed text; raise UsageError if it is empty, invisible, or holds a control character or line break.

    `what` begins the sentence, as in "the name".
    """
    kept = text.strip()
    if not kept:
        raise UsageError(say("{what} is empty", what=what))
    if kept.isascii() and kept.isprintable():  # most texts end here
        return kept
    sign = invisible_sign(kept) or next((sign for sign in kept if sign in "\n\r\t"), None)
    if sign is not None:
        raise UsageError(
            say("{what} holds a control character (U+{ord:04X})", what=what, ord=ord(sign)),
            hint=say("type it anew on one line"),
        )
    if not sameness.folded_name(kept):
        raise UsageError(say("{what} is empty", what=what))
    return kept


def invisible_sign(text: str) -> str | None:
    """Return the first character that is invisible or that moves or reverses what follows; line ends do not count."""
    if text.isprintable():
        return None if text.isascii() else next((sign for sign in FILLERS if sign in text), None)
    from unicodedata import category

    for sign in text:
        if sign in FILLERS or (
            category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and sign not in _JOINERS and sign not in "\n\r\t"
        ):
            return sign
    return None
