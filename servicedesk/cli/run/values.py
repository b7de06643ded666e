"""Read the values of options and arguments: whole numbers, and codes as the screen shows them."""

import re
from collections.abc import Iterable
from copy import copy
from typing import Any

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import coded, item_list, say
from servicedesk.base.sameness import half_width
from servicedesk.domain.model import CANCEL_REASONS, EXCLUSIONS, OTHER_OUTCOMES, REPAIR_OUTCOMES, RETIRE_REASONS


def read_as_shown(params: list[Any]) -> None:
    """Change these parameters: whole numbers take only the digits 0 to 9, codes also their words on the screen."""
    for param in params:
        if "int" in getattr(param.type, "name", "").split():
            param.type = _whole_number(param.type)
        elif is_coded(param):
            param.type = _code_type(param)


def _whole_number(kind: Any) -> Any:
    """Return a type of whole numbers that takes only the digits 0 to 9; int() also takes `1_000` and other scripts."""
    plain = copy(kind)

    def convert(value: Any, param: Any, ctx: Any) -> Any:
        if isinstance(value, str):
            value = half_width(value).strip()
            if not value.lstrip("+-").isdecimal() or not value.isascii():
                plain.fail(f"{value!r} is not a valid {kind.name}.", param, ctx)
        return kind.convert(value, param, ctx)

    plain.convert = convert
    return plain


_CATEGORIES = {"category", "code"}  # the file has names of its own for them
_METAVARS = {"CODE", "A18:CODE"}  # the metavars of codes
# Parameters with codes of records/codes.py, and the kind of their codes.
_BUILT_IN = {"fault": "fault", "fault_at": "fault", "channel": "channel", "about": "complaint", "method": "method",
             "found": "fault", "cause": "cause", "way": "contact"}  # fmt: skip
_CODES = {
    ("outcome", "CODE"): (*REPAIR_OUTCOMES, *OTHER_OUTCOMES),
    ("reason", "CODE"): CANCEL_REASONS,
    ("reason", "REASON"): RETIRE_REASONS,
    ("exclusion", "EXCLUSION"): EXCLUSIONS,
}


def is_coded(param: Any) -> bool:
    """Return whether the parameter takes codes, and so their translations too."""
    return bool(_codes(param)) or param.metavar in _METAVARS


def _codes(param: Any) -> list[str]:
    """Return the codes that the parameter takes, or usually takes; [] if it takes any code."""
    codes = getattr(param.type, "choices", None) or _CODES.get((param.name, param.metavar), ())
    return [str(getattr(code, "value", code)) for code in codes]


def _code_type(param: Any) -> Any:
    """Return the parameter's type, which now also reads a code as the screen shows it: 厂家配件, full set."""
    kind, reading, codes = param.type, copy(param.type), _codes(param)

    def convert(value: Any, param: Any, ctx: Any) -> Any:
        if isinstance(value, str) and value not in codes:
            plain = half_width(value).strip().lower()
            if spelt := next((code for code in codes if plain in {code, re.sub("[-_]", " ", code)}), None):
                value = spelt
            elif param.name not in _CATEGORIES:
                before, colon, code = value.rpartition(":")
                value = f"{before}{colon}{_code_of_label(code, codes, _BUILT_IN.get(param.name))}"
            if codes and value not in codes and param.metavar == "CODE" and not value.isascii():
                raise _no_such_code(value, codes)
            if value not in codes and getattr(kind, "choices", None):
                from servicedesk.language.typed import nearest_first

                near = item_list(map(repr, nearest_first(value, codes)))
                reading.fail(f"{value!r} is not one of {near}.", param, ctx)
        return kind.convert(value, param, ctx)

    reading.convert = convert
    return reading


def _no_such_code(text: str, codes: list[str]) -> RefusedError:
    from servicedesk.language.typed import nearest_codes

    near = nearest_codes(text, codes) or say("one of {words}", words=item_list(map(coded, codes)))
    return RefusedError(say("'{text}' is not in the list", text=text), hint=near)


def _code_of_label(text: str, codes: list[str], kind: str | None) -> str:
    """Return the code whose translation was typed, otherwise the text.

    The code is one of `codes`, for which synonyms are read too; without `codes` a built-in one of that kind, else any.
    """
    if codes:
        return read_code(text, codes)
    if text.isascii():
        return text
    from servicedesk.language.typed import code_typed
    from servicedesk.records.codes import BUILT_IN

    if kind is not None and (code := code_typed(text, BUILT_IN[kind])) != text:
        return code
    return code_typed(text)


def read_code(text: str, codes: Iterable[str] | None) -> str:
    """Return the code that the text means, by its translation or a synonym (domain/synonyms.py), otherwise the text.

    UsageError if it may mean several codes. Without `codes`, any code of the translation catalogues counts.
    """
    from servicedesk.language.typed import code_typed

    known = None if codes is None else tuple(codes)
    found = code_typed(text, known)
    if found != text or known is None:
        return found
    from servicedesk.domain.synonyms import code_meant

    return code_meant(text, known)
