"""The language of this run, and notes printed in it. English is the default and loads nothing."""

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from servicedesk.language.words import Words

LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set, as gettext reads them


class Speech:
    """The language of this run; `words` is None for English. `is_asked`: an option, a variable or settings name it."""

    words: "Words | None" = None
    is_asked = False

    def choose(self, asked: str | None, usual: str | None = None) -> None:
        """Choose `asked`, else SERVICEDESK_LANGUAGE, else `usual`, else the locale's. UsageError if it is unknown."""
        self.words = None
        asked = asked if asked is not None else os.environ.get("SERVICEDESK_LANGUAGE") or usual
        self.is_asked = asked is not None
        locale = next((os.environ[name] for name in LOCALE if os.environ.get(name)), "")
        if asked is None and locale[:2].lower() != "zh":
            return
        from servicedesk.language.words import CODE, Words, language_code

        chosen = language_code(asked, os.environ)
        if chosen != CODE:
            self.words = Words(chosen)

    def translation(self, text: str) -> str:
        """Return a message in the language of this run; any other text as it is."""
        return self.words.translation(text) if self.words is not None else text

    def reword(self, sentence: str) -> str:
        """Return a sentence of the parser as a message that can be translated."""
        if self.words is None:
            return sentence
        from servicedesk.cli.help.translated_pages import reword

        return reword(sentence)


speech = Speech()


def tell(sentence: str) -> None:
    """Print a sentence to stderr in this run's language, without control characters; wrapped on a terminal."""
    from servicedesk.base.table import printable

    if sys.stderr is None:
        return
    text = printable(speech.translation(sentence))
    if sys.stderr.isatty():
        import shutil

        from servicedesk.base.width import wrapped

        width = shutil.get_terminal_size().columns
        text = "\n".join(row for line in text.split("\n") for row in wrapped(line, width))
    with suppress(OSError):  # stderr is closed; the exit code remains
        print(text, file=sys.stderr, flush=True)
