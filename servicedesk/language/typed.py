"""Read codes that were typed in another language as the screen shows them: 厂家配件 is manufacturer_part."""

import re
from collections.abc import Iterable

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import joined, say
from servicedesk.base.sameness import folded_name
from servicedesk.language.words import LOCALES, Words


def code_typed(text: str, codes: Iterable[str] | None = None) -> str:
    """Return the code whose translation was typed, otherwise the text; UsageError if several of the codes have it.

    Without `codes`, which are free then, it may be any word of the catalogues that has this translation alone.
    """
    wanted = folded_name(text)
    if wanted.isascii():
        return text
    found: set[str] = set()
    for language, locale in LOCALES.items():
        if locale:
            words = Words(language)
            near = codes if codes is not None else (source.replace(" ", "_") for source in words.sources(text.strip()))
            found.update(code for code in near if folded_name(words.code(code)) == wanted)
    if codes is None:
        found = {code for code in found if re.fullmatch(r"[a-z][a-z0-9_]*", code)}
    elif len(found) > 1:
        raise UsageError(
            say("'{text}' may be more than one code", text=text),
            hint=say("write {codes}", codes=joined(" or ", sorted(found))),
        )
    return found.pop() if len(found) == 1 else text
