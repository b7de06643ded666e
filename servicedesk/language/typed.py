"""Read codes typed in another language, as the screen shows them: 厂家配件 means manufacturer_part."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import coded, joined, say
from servicedesk.base.sameness import folded_name
from servicedesk.language.words import LOCALES, Words

_SHORTEST = 2  # least characters of the beginning of a translation
_ALIKE, _ALIKE_CHINESE = 0.6, 0.4  # least likeness for a hint: as in base/errors.py; 等配件 and 厂家配件


_MOST = 3  # codes in a hint


def nearest_first(text: str, codes: Iterable[str]) -> list[str]:
    """Return all codes, those most like the text in any language first."""
    languages = [Words(language) for language in LOCALES]
    return sorted(codes, key=lambda code: _likeness(text, code, languages), reverse=True)


def nearest_codes(text: str, codes: Iterable[str]) -> str | None:
    """Return a hint with the codes that are like the text in any language, the most similar first, or None."""
    languages = [Words(language) for language in LOCALES]
    likes = {code: _likeness(text, code, languages) for code in codes}
    near = sorted((code for code, like in likes.items() if like), key=lambda code: likes[code], reverse=True)
    return say("did you mean {words}?", words=joined(" or ", map(coded, near[:_MOST]))) if near else None


def _likeness(text: str, code: str, languages: Iterable[Words]) -> float:
    """Return the likeness of the text to the code or its translations; 0 if it is too low for a hint."""
    least = _ALIKE if text.isascii() else _ALIKE_CHINESE
    names = [code, *(words.code(code) for words in languages)]
    like = max(SequenceMatcher(None, text, name).ratio() for name in names)
    return like if like >= least else 0


def code_typed(text: str, codes: Iterable[str] | None = None) -> str:
    """Return the code whose translation was typed, otherwise the text; raise UsageError if several codes have it.

    For given `codes` the beginning of a translation is enough. Without `codes` any code is allowed: the text may be the
    translation of a word in the catalogues that no other word has.
    """
    wanted = folded_name(text)
    if wanted.isascii():
        return text
    found: set[str] = set()
    for language, locale in LOCALES.items():
        if locale:
            words = Words(language)
            near = codes if codes is not None else (source.replace(" ", "_") for source in words.sources(text.strip()))
            labels = {code: folded_name(words.code(code)) for code in near}
            found.update(code for code, label in labels.items() if label == wanted)
            if codes is not None and not found and len(wanted) >= _SHORTEST:
                found.update(code for code, label in labels.items() if label.startswith(wanted))
    if codes is None:
        found = {code for code in found if re.fullmatch(r"[a-z][a-z0-9_]*", code)}
    elif len(found) > 1:
        raise UsageError(
            say("'{text}' may be more than one code", text=text),
            hint=say("write {codes}", codes=joined(" or ", sorted(found))),
        )
    return found.pop() if len(found) == 1 else text
