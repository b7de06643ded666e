"""Errors for users: each has a sentence, a hint how to solve the problem, and an exit code."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches

from servicedesk.base.messages import item_list, joined, say


class ServiceDeskError(Exception):
    """An error that the user can solve. `hint` says how; `code` is the exit code of the process."""

    code = 1
    meaning = "unexpected: a bug"

    def __init__(self, sentence: str, *, hint: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class UsageError(ServiceDeskError):
    """The command was typed wrongly."""

    code = 2
    meaning = "wrong usage"


class NotFoundError(ServiceDeskError):
    """The named thing does not exist."""

    code = 3
    meaning = "the named thing does not exist"


class RefusedError(ServiceDeskError):
    """A rule of the outlet forbids it."""

    code = 4
    meaning = "a rule forbids it"


class SeveralError(RefusedError):
    """The typed text names several things; `candidates` has for each the reference and a line that describes it."""

    def __init__(self, sentence: str, *, hint: str, candidates: Iterable[tuple[str, str]]) -> None:
        super().__init__(sentence, hint=hint)
        self.candidates = list(candidates)


class StorageError(ServiceDeskError):
    """The file is missing, locked, damaged, of a newer version or another program, or cannot be written."""

    code = 5
    meaning = "the file: missing, locked, damaged, newer, disk full"


def nearest(word: str, words: Iterable[str], *, likeness: float = 0.6, shown: Callable[[str], str] = str) -> str | None:
    """Return a hint with the words most like `word`, or all words of a short list, or None. `shown` formats each."""
    known = list(words)
    spelt = {name.lower(): name for name in known}  # `lii` finds Li too
    close = [spelt[name] for name in get_close_matches(word.lower(), spelt, n=3, cutoff=likeness)]
    if close:
        return say("did you mean {words}?", words=joined(" or ", map(shown, close)))
    return say("one of {words}", words=item_list(map(shown, known))) if 0 < len(known) <= 12 else None
