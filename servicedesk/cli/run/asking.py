"""Ask questions at a terminal, one at a time, until each has a valid answer.

After a wrong answer the reason is printed, and only that question is asked again. A list has numbered lines; a word or
its beginning selects a line too. Nothing is written before the last answer: ^C and ^D end the run on a new line with
exit code 130.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import NamedTuple, NoReturn, TypeVar

from servicedesk.base.errors import ServiceDeskError, SeveralError, StorageError, UsageError
from servicedesk.base.messages import coded, item_list, joined, say
from servicedesk.base.sameness import folded_name, half_width
from servicedesk.base.width import cells, padded
from servicedesk.cli.run.language import speech, tell
from servicedesk.language.words import LOCALES, Words

T = TypeVar("T")
_YES, _NO = {"y", "yes", "是", "好", "对"}, {"n", "no", "否", "不", "不是"}
_LINE_DIGITS = 2  # a longer number may be a part of a phone
_MOST_COLUMNS = 80
_PATIENCE = 3  # after so many wrong answers to a question, the way out is printed
_MOST_CANDIDATES = 10


class BackError(Exception):
    """Raised if `b` was typed: the question before this one is asked again."""


class Choice(NamedTuple):
    """A line of a list: its value, the text shown, and more words that select it."""

    value: str
    label: str = ""
    words: tuple[str, ...] = ()

    def spellings(self) -> set[str]:
        """Return every way to write the choice, in English and in the language of this run."""
        shown = {self.label, speech.translation(self.label), self.value, self.value.replace("_", " "), *self.words}
        return {folded_name(text) for text in shown if text}


def code_choice(code: str) -> Choice:
    """Return the list line of a code; the code may be typed in any language: fixed, 修复."""
    return Choice(code, coded(code), tuple(words.code(code) for words in _languages()))


@cache
def _languages() -> list[Words]:
    return [Words(language) for language, locale in LOCALES.items() if locale]


def ask(
    question: str,
    read: Callable[[str], T],
    *,
    empty: T | None = None,
    keys: Mapping[str, T] | None = None,
    back: bool = False,
    typed: str | None = None,
) -> T:
    """Ask until `read` accepts the answer; return what `read` makes of it. An error of `read` is printed first.

    `empty` is the value of an empty answer, which is refused otherwise. `keys` maps answers of one letter to values.
    `back`: `b` raises BackError; a BackError of `read` repeats this question. `typed` is an answer that was given
    before the question. StorageError passes through.
    """
    wrong = 0
    while True:
        text, typed = _answer_line(question) if typed is None else typed, None
        key = half_width(text).lower()
        if keys and key in keys:
            return keys[key]
        if back and key == "b":
            raise BackError
        try:
            if text:
                return read(text)
            if empty is not None:
                return empty
            raise UsageError(say("an answer is needed here"), hint=say("^C ends, and nothing is written"))
        except BackError:
            continue
        except StorageError:
            raise
        except ServiceDeskError as error:
            between = "\n" if "\n" in error.sentence else "; "  # below a list of candidates
            tell(joined(between, [error.sentence, error.hint] if error.hint else [error.sentence]))
            wrong += 1
            if wrong == _PATIENCE:
                tell(say("^C ends, and nothing is written"))


def confirm(question: str, *, default: bool | None, back: bool = False) -> bool:
    """Return whether the answer is yes. An empty answer means `default`; if that is None, it is refused."""
    marks = {True: "Y/n", False: "y/N", None: "y/n"}[default]
    marks = say("[{marks}, b: back]", marks=marks) if back else f"[{marks}]"
    return ask(say("{question} {marks}", question=question, marks=marks), _yes_or_no, empty=default, back=back)


def confirm_or_correct(question: str, given: str, *, is_correction: Callable[[str], bool], back: bool = False) -> str:
    """Return `given` for yes, "" for no or an empty answer, or the right text if that was typed instead."""

    def read(text: str) -> str:
        if is_correction(text):
            return text
        return given if _yes_or_no(text) else ""

    return ask(say("{question} {marks}", question=question, marks="[y/N]"), read, empty="", back=back)


def _yes_or_no(text: str) -> bool:
    word = half_width(text).strip().lower()
    if word in _YES | _NO:
        return word in _YES
    raise UsageError(say("'{text}' is neither yes nor no", text=text), hint=say("y or n"))


def choose(
    question: str,
    choices: Sequence[Choice],
    *,
    read: Callable[[str], str] | None = None,
    only_whole: bool = False,
    default: str | None = None,
    keys: Mapping[str, str] | None = None,
    back: bool = False,
    most: int | None = None,
    more: str = "",
) -> str:
    """Return the value of the list line that is chosen by its number, by a word, or by the beginning of a word.

    `read` makes a value of an answer outside the list; without it such an answer is refused. `only_whole`: the
    beginning of a word selects no line. Only the first `most` lines are shown, with the text `more` below them.
    """
    shown = choices[:most]
    _show_list(shown, more)
    lines = _lines(shown, are_names=read is not None)

    def pick(text: str) -> str:
        number = half_width(text)
        if number.isascii() and number.isdecimal() and shown and (read is None or len(number) <= _LINE_DIGITS):
            if 1 <= (line := int(number[:9])) <= len(shown):  # no list has more lines; a longer number is cut
                return shown[line - 1].value
            raise UsageError(say("the list has no line {n}", n=number), hint=lines)
        # A reference is never taken as a beginning: T19 does not mean T198.
        found = _matching(text, choices, loose=not (only_whole or re.fullmatch(r"[A-Za-z]?\d+", number)))
        if len(found) == 1:
            return found[0].value
        if found:
            which = [f"{shown.index(choice) + 1})" if choice in shown else choice.value for choice in found]
            raise UsageError(say("'{text}' may be {which}", text=text, which=item_list(which)))
        if read is not None:
            return read(text)
        raise UsageError(say("'{text}' is not in the list", text=text), hint=lines)

    return ask(question, pick, empty=default, keys=keys, back=back)


def choose_candidate(several: SeveralError) -> str:
    """Return the reference of the candidate that somebody at the terminal chooses."""
    lines = [Choice(ref, line) for ref, line in several.candidates]
    left = len(lines) - _MOST_CANDIDATES
    more = say("  and {n} more", n=left) if left > 0 else ""
    return choose(say("Which one? (a number)"), lines, most=_MOST_CANDIDATES, more=more)


def _lines(choices: Sequence[Choice], *, are_names: bool) -> str:
    if len(choices) == 1:
        return say("type 1, or its name")
    if are_names:
        return say("type 1 to {last}, or a name", last=len(choices))
    return say("type 1 or 2") if len(choices) == 2 else say("type 1 to {last}", last=len(choices))


def _matching(text: str, choices: Sequence[Choice], *, loose: bool) -> list[Choice]:
    """Return the lines spelt like the text.

    If there are none and `loose`: the lines whose code the text means, else those that begin with it, else those that
    contain it.
    """
    wanted = folded_name(text)
    found = [choice for choice in choices if wanted in choice.spellings()]
    if found or not loose:
        return found
    from servicedesk.domain.synonyms import codes_meant

    if meant := codes_meant(text, [choice.value for choice in choices]):
        return [choice for choice in choices if choice.value in meant]
    begins = [choice for choice in choices if any(word.startswith(wanted) for word in choice.spellings())]
    return begins or [choice for choice in choices if any(wanted in word for word in choice.spellings())]


def _show_list(choices: Sequence[Choice], more: str) -> None:
    """Print the lines with their numbers; short ones side by side."""
    lines = [f"{n:>3}) {speech.translation(choice.label or choice.value)}" for n, choice in enumerate(choices, 1)]
    width = max(map(cells, lines), default=0) + 2
    beside = 1 if len(lines) < 6 else max(1, _MOST_COLUMNS // width)
    for row in _lines_in_columns(lines, beside):
        tell("".join(padded(line, width) for line in row).rstrip())
    if more:
        tell(more)


def _lines_in_columns(lines: Sequence[str], beside: int) -> Iterable[Sequence[str]]:
    """Yield the lines of a list in rows of several, to be read down each column."""
    height = -(-len(lines) // beside)
    return (lines[at::height] for at in range(height))


def _answer_line(question: str) -> str:
    """Return the typed answer without blanks around it; end the run at ^C, and at ^D."""
    asked = speech.translation(question)
    behind = " " if asked.endswith(("?", "？")) else speech.translation(say(": "))
    try:
        return _prompt_line(f"{asked}{behind}").strip()
    except (EOFError, KeyboardInterrupt):
        end()
    except UnicodeDecodeError:
        return "\0"  # bytes that are no text: no question takes them


def _prompt_line(prompt: str) -> str:
    """Return a typed line. Where the terminal can, readline erases wide characters whole and moves in the line."""
    if sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        with suppress(ImportError):
            import readline

            readline.parse_and_bind("tab: self-insert")  # it would complete the names of files
            return input(prompt)
    print(prompt, end="", file=sys.stderr, flush=True)
    if line := sys.stdin.readline():
        return line
    raise EOFError


def end(*, new_line: bool = True) -> NoReturn:
    """End the run with nothing written; on a new line if the cursor stands behind a question."""
    if new_line and sys.stderr is not None:
        print(file=sys.stderr)
    tell(say("nothing was written"))
    raise KeyboardInterrupt
