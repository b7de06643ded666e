"""`servicedesk help`: the overview, the page of a command, a rule, or the commands that fit the user's words."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Annotated, Any, NamedTuple

import typer

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError, RefusedError, UsageError, nearest
from servicedesk.base.messages import joined, say
from servicedesk.base.table import Table, columns
from servicedesk.base.width import wrapped
from servicedesk.cli.command_table import ALONE, DESTROYING, NOUNS, command_module, noun_commands
from servicedesk.cli.help import rules
from servicedesk.cli.run.language import speech
from servicedesk.cli.run.session import Session

app = typer.Typer()

MOST = 8
_COLUMNS = columns("command-", "what-", "example-", "page:page+")
_SMALL = {
    "a", "an", "the", "to", "of", "in", "on", "for", "is", "are", "it", "i", "my", "our", "we", "how", "do", "does",
    "what", "with", "and",
}  # fmt: skip
_WIDTH = 80
_TAKES_AWAY = {"delete", "remove", "erase", "删除", "抹去"}  # these words mean a command that takes something away


class CommandEntry(NamedTuple):
    """A command: its path, its one-line help, its example, and the words of its page and parameters."""

    path: str
    what: str
    example: str
    words: frozenset[str]


@app.command("help")
def help_(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORD", help="A command, what you want to do, or a code: K6.")
    ] = None,
) -> None:
    """Show a command's page, the commands that have to do with the words, or the rule behind a code.

    Example: servicedesk help birthday
    """
    session: Session = ctx.obj
    asked = [part for word in words or () for part in word.lower().split()]
    if len(asked) == 1 and (answer := _explain_code(asked[0])):
        session.show(answer)
        return
    page = _page(ctx.find_root(), asked) if session.format in {None, "table"} else None
    if page is not None:
        session.show(Table(_COLUMNS, [["", "", "", page]]))
        return
    found = _find_commands(asked)
    rows = [[known.path, known.what, known.example, ""] for known in found]
    rows[0][-1] = "\n\n".join(map(_entry, found))
    session.show(Table(_COLUMNS, rows))


def _entry(known: CommandEntry) -> str:
    """Return a command with its help and its example, folded at blanks; a continued example is indented further."""
    what = [f"  {row}" for row in wrapped(known.what, _WIDTH - 2)]
    first, *more = wrapped(known.example, _WIDTH - 4)
    return "\n".join([known.path, *what, f"  {first}", *(f"    {row}" for row in more)])


def _explain_code(word: str) -> Table | None:
    """Return the rule (K6) or signal (I9) that a code stands for; None if the word is no code."""
    if rules.is_rule_code(word):
        return rules.explain_rule(word)
    if word[:1] == "i" and word[1:].isdecimal():
        from servicedesk.kpis.integrity import panel

        return panel.explain(word)
    return None


def _page(ctx: Any, path: list[str]) -> str | None:
    """Return the help page of that command; None if the words name none."""
    for name in path:
        command = ctx.command.get_command(ctx, name) if hasattr(ctx.command, "get_command") else None
        if command is None:
            return None
        ctx = command.make_context(name, [], parent=ctx, resilient_parsing=True)
    return str(ctx.get_help())


def commands() -> Iterator[CommandEntry]:
    """Yield every command in the order of the overview."""
    for noun in NOUNS:
        for info in noun_commands(noun):
            yield _describe(f"{noun} {info.name}", info.callback)
    for name in ALONE:
        for info in command_module(name).app.registered_commands:
            if info.name == name:
                yield _describe(name, info.callback)


def _describe(path: str, callback: Any) -> CommandEntry:
    text = " ".join((callback.__doc__ or "").split())
    example = text.partition(" Example: ")[2]
    if speech.words is not None:
        from servicedesk.cli.help.translated_pages import translated_example

        example = translated_example(example, speech.words)
    told = " ".join(speech.translation(say(part)) for part in _paragraphs(callback))
    words = {*_words(text), *_words(told), *_words(" ".join(callback.__annotations__).replace("_", " "))}
    return CommandEntry(path, told, example, frozenset(words))


def _paragraphs(callback: Any) -> list[str]:
    """Return the paragraphs of a help page before its example, each on one line, as in the translation catalogue."""
    parts = [" ".join(part.split()) for part in (callback.__doc__ or "").split("\n\n")]
    return [part for part in parts if part and not part.startswith("Example:")]


def _words(text: str) -> list[str]:
    return re.findall(r"[\w-]+", text.lower())


def _find_commands(asked: list[str]) -> list[CommandEntry]:
    """Return the commands that fit the words, the best first; all without words. NotFoundError if none fits."""
    everything = list(commands())
    wanted = [word for word in asked if word not in _SMALL] or asked
    if not wanted:
        return everything
    fit = [[_score(word, known) for word in wanted] for known in everything]
    if not any(map(any, fit)):
        raise NotFoundError(say("no command matches '{words}'", words=" ".join(asked)), hint=_nearest(wanted))
    # A word that fits few commands says more.
    often = [sum(score > 0 for score in scores) or 1 for scores in zip(*fit, strict=True)]
    # A command that fits all of the words comes before a command whose name is one of them.
    totals = [
        sum(score / times for score, times in zip(scores, often, strict=True)) * (1 + (min(scores) >= _MEANS))
        for scores in fit
    ]
    best = sorted(zip(totals, everything, strict=True), key=lambda item: -item[0])[:MOST]
    return [known for total, known in best if total * 5 > best[0][0]]


def _nearest(wanted: list[str]) -> str:
    from servicedesk.cli.help.vocabulary import MEANT

    names = {word for known in commands() for word in known.path.split()}
    close = nearest(wanted[-1], {*names, *(word for words in MEANT.values() for word in words.split())})
    return close or say("'servicedesk help' shows every command")


_SHOWN = {"ticket": "T", "customer": "C", "appliance": "A"}  # letters of references, as in `servicedesk T12`


def advice(noun: str | None, names: Iterable[str], words: list[str]) -> str | None:
    """Return a hint for an unknown word at the place of a noun, or of a verb of `noun`.

    The hint names commands with that verb or a verb spelt like it, or commands that do what the word says. None if one
    of `names` (the nouns, or the verbs of the noun) is nearer, or if nothing is near.
    """
    if noun is None and (hint := _day_advice(words[0]) or _search_advice(words)):
        return hint
    if noun in _SHOWN and (number := re.fullmatch(rf"{_SHOWN[noun]}?(\d+)", words[0], re.ASCII | re.IGNORECASE)):
        return say("'servicedesk {ref}' shows it", ref=f"{_SHOWN[noun]}{number[1]}")
    everything = list(commands())
    verbs = {known.path.partition(" ")[2] for known in everything} - {""}
    word = words[0].lower()
    names = list(names)
    if noun and get_close_matches(word, names, n=1, cutoff=0.7):
        return None  # a verb of this noun, before a nearer one of another
    near = [word] if word in verbs else get_close_matches(word, {*names, *verbs}, n=1, cutoff=0.7)
    if near and near[0] in names:
        return None
    paths = [known.path for known in everything if near and known.path.endswith(f" {near[0]}")]
    if not paths or noun:
        with suppress(NotFoundError):
            paths += [known.path for known in _find_commands([word]) if known.path.split()[-1] not in DESTROYING]
    others = {noun, *(other.lower() for other in words[1:]), *(other.lower().rstrip("s") for other in words[1:2])}
    if noun and word in _TAKES_AWAY:
        with suppress(NotFoundError):
            paths = [path for path in (k.path for k in _find_commands([word])) if path.startswith(f"{noun} ")] or paths
    paths = list(dict.fromkeys(paths))
    paths = [path for path in paths if path.partition(" ")[0] in others] or paths[:3]
    hints = []
    if paths:
        told = joined(" or ", [say("'servicedesk {path}'", path=path) for path in paths[:3]])
        hints.append(say("did you mean {names}? 'servicedesk help {word}' shows more", names=told, word=words[0]))
    if noun is None and word.isdecimal():
        return say(
            "which one? 'servicedesk T{number}' is the ticket, C{number} the customer, A{number} the appliance",
            number=word,
        )
    if noun is None and word.isalpha() and (not word.isascii() or not paths):
        hints.append(say("'servicedesk customer find {word}' looks for a person", word=words[0]))
    return joined("\n", hints) if hints else None


def _search_advice(words: list[str]) -> str | None:
    """Return the search command for the words behind 查 (查 13800138000, 查王芳); None for other words."""
    found = re.fullmatch("(?:查找|查询|查一下|搜索|查|找|搜)(?: (.+)|([0-9 -]{4,}))", " ".join(words))
    sought = found and (found[1] or found[2])
    return say("'servicedesk customer find {word}' looks for a person", word=sought) if sought else None


def _day_advice(word: str) -> str | None:
    """Return a hint on commands that take a day, if the word is a day."""
    with suppress(UsageError, RefusedError):
        dates.local_date(word, datetime(2026, 1, 1, tzinfo=UTC), ahead=True)
        return say(
            "a day goes behind a command: 'servicedesk today --on {word}', 'servicedesk technician day --on {word}'",
            word=word,
        )
    return None


_MEANS = 40  # the least score of a word that means the command: its name or a synonym


def _score(word: str, known: CommandEntry) -> float:
    """Return how well a word fits a command: best its verb, then its noun, its synonyms, its page."""
    from servicedesk.cli.help.vocabulary import MEANT

    noun, _, verb = known.path.rpartition(" ")
    return max(
        100 * _alike(word, verb),
        60 * _alike(word, noun),
        50 * _best(word, MEANT.get(known.path, "").lower().split()),
        40 * _best(word, MEANT.get(noun, "").lower().split()),
        10 * _best(word, known.words) * (verb not in DESTROYING),
    )


def _best(word: str, words: Any) -> float:
    return max((_alike(word, other) for other in words), default=0)


def _alike(word: str, other: str) -> float:
    """Return 1 for the same word, less for another form, a beginning or a part of it, 0 for another word."""
    if word == other:
        return 1
    if not (word.isascii() and other.isascii()):
        return 0.8 if other and (word in other or other in word) else 0
    stem, root = (re.sub(r"(?<=...)(ings?|ed|es|s|e)$", "", text) for text in (word, other))
    if stem == root:
        return 0.9
    short, long = sorted((stem, root), key=len)
    return 0.3 if len(short) >= 4 and long.startswith(short) else 0
