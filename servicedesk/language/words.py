"""Translate messages, headings and codes with the gettext catalogues in locale/; English needs none.

Texts to translate are marked in the code: with `_("…")` if the language is known there, otherwise with `say("…")` and
the other functions of base/messages.py. Codes (`no_answer`) are looked up as words. `python -m tests.catalogue` keeps
the catalogues complete.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from servicedesk.base.errors import UsageError, nearest
from servicedesk.base.messages import msgid, say, translation
from servicedesk.language.catalogue import Catalogue

FOLDER = Path(__file__).parent / "locale"
DOMAIN = "servicedesk"
CODE = "en"  # the language in which the code is written
LOCALES = {"en": None, "zh": "zh_CN"}  # None: no catalogue, the texts in the code
_MOST_REMEMBERED = 10_000
# Columns in whose headings a word has another meaning: by whom, an age, money.
HEADINGS = {
    ("by", "by"), ("age", "age"), ("age", "years"), ("amount", "amount_fen"), ("amount", "paid_fen"),
    ("until", "until_on"), ("counted from", "counted_from"), ("of", "counted"), ("of", "asked"),
    ("valid", "valid"), ("from", "party"), ("since", "day"),
}  # fmt: skip
_NAMES = r"(.*)_([TAPK]\d+)"  # repeated_by_T12, kept_late_P184, same_model_as_A7
_LATE = r"(after_(?:arrival|deadline))_(.+?)(?:_next_(T\d+))?"  # after_arrival_no_answer_next_T12
_DAYS = r"(busy|quiet)_day_with_(\d+)_calls"
_VISITS = r"(\d+)_visits"
_BRACKETS = msgid("({word})")
_PART = r"(past_the_gate|nothing_overdue)_(.+)"  # with the code of the part


def language_code(asked: str | None, environment: Mapping[str, str]) -> str:
    """Return the language code: that asked for (`zh`, `zh_CN`, `zh-Hans` …), else that of the locale, else English.

    Raise UsageError for a language without a catalogue.
    """
    if asked is not None:
        code = _code(asked)
        if code not in LOCALES:
            raise UsageError(say("unknown language '{asked}'", asked=asked), hint=nearest(asked, LOCALES))
        return code
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return code if (code := _code(locale)) in LOCALES else "en"


def _code(text: str) -> str:
    return re.split(r"[-_.@]", text.strip().lower())[0]


_DAY = {"busy": msgid("busy day with {n} calls"), "quiet": msgid("quiet day with {n} calls")}


class Words:
    """The messages and codes of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        locale = LOCALES[language]
        self._catalogue = Catalogue(FOLDER / locale / "LC_MESSAGES" / f"{DOMAIN}.mo" if locale else None)
        self.categories: Callable[[], Mapping[str, str | None]] = dict  # the file's own names of categories
        self._known: Mapping[str, str | None] | None = None
        self._codes: dict[str, str] = {}

    def __call__(self, sentence: str, **values: object) -> str:
        """Return the translated sentence with its `{names}` filled in."""
        found = self._catalogue.gettext(sentence) if sentence else ""
        return found.format(**values) if values else found

    @property
    def list_comma(self) -> str:
        """Return the separator of the items in a list: a comma and a blank, in Chinese 、."""
        return self._catalogue.pgettext("list", ", ")

    def sources(self, text: str) -> Iterator[str]:
        """Yield every message whose translation is this text."""
        return self._catalogue.sources(text)

    def translation(self, text: str) -> str:
        """Return a message (base/messages.py) in this language; return any other text unchanged."""
        return str(translation(text, self))

    def template(self, text: str, context: str) -> str:
        """Return the translation of a message's template."""
        if context == "code":
            return self.code(text)
        if context == "category":
            return self.category(text)
        return self._catalogue.pgettext(context, text) if context and text else self(text)

    def plural(self, one: str, many: str, n: int) -> str:
        """Return the translated template for the number `n`."""
        return self._catalogue.ngettext(one, many, n)

    def heading(self, text: str, key: str = "") -> str:
        """Return a translated heading of a table; a word may mean something else above a column than in a sentence."""
        if (text, key) in HEADINGS:
            return self._catalogue.pgettext(f"heading {key}", text)
        return self._catalogue.pgettext("heading", text) if text else ""

    def category(self, code: str) -> str:
        """Return the file's Chinese name of a category, otherwise its code as words."""
        if self._known is None:
            self._known = self.categories() if self.language == "zh" else {}
        return self._known.get(code) or self.code(code)

    def code(self, code: str) -> str:
        """Return a code as words: `not_repeated`, `repeated_by_T12`, `(none)`; an unknown code unchanged."""
        if code not in self._codes:
            if len(self._codes) > _MOST_REMEMBERED:
                self._codes.clear()
            self._codes[code] = self._code_text(code)
        return self._codes[code]

    def _code_text(self, code: str) -> str:
        if match := re.fullmatch(_LATE, code):
            after = [self("next {ticket}", ticket=match[3])] if match[3] else []
            return self(", ").join([self.code(match[1]), self.code(match[2]), *after])
        if match := re.fullmatch(_DAYS, code):
            is_busy = match[1] == "busy"
            return (
                self("busy day with {n} calls", n=match[2]) if is_busy else self("quiet day with {n} calls", n=match[2])
            )
        if match := re.fullmatch(_NAMES, code):
            return f"{self.code(match[1])} {match[2]}"
        if match := re.fullmatch(_PART, code):
            return f"{self.code(match[1])} {match[2]}"
        if match := re.fullmatch(_VISITS, code):
            return self("{n} visits", n=match[1])
        if code.startswith("(") and code.endswith(")"):
            return self(_BRACKETS, word=self.code(code[1:-1]))
        text = code.replace("_", " ")
        for word in filter(None, (text, text.replace("-", " "))):  # codes with hyphens too, such as on-the-way
            found = self._catalogue.pgettext("code", word)
            found = found if found != word else self(word)
            if found != word:
                return found
        return text
