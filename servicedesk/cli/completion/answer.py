"""Answer a shell's TAB key: nouns, verbs, options, and values from the outlet's file.

The shell's script (`servicedesk completion bash`) starts the program with the line up to the cursor in COMP_LINE and
the shell's name in _SERVICEDESK_COMPLETE, and reads one offer per line: the value, a tab, a description. No shell ever
evaluates text from the file. Exit code 9: the shell should complete file names.
"""

import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from typer.core import TyperGroup

from servicedesk.base.errors import ServiceDeskError
from servicedesk.base.messages import say
from servicedesk.base.sameness import folded_name
from servicedesk.base.table import REFERENCES
from servicedesk.cli.run.language import speech
from servicedesk.cli.run.session import Session
from servicedesk.cli.run.settings import read_settings
from servicedesk.cli.run.values import is_coded
from servicedesk.domain import wording
from servicedesk.domain.wording import reference

if TYPE_CHECKING:
    from servicedesk.storage.database import Database

FILES = 9
_CURSOR = "\x01"
Offers = Iterator[tuple[str, str]]


class Place(NamedTuple):
    """The place of the cursor on the line.

    `command` is the deepest command, `path` the words that led to it, `given` the values by parameter. `param` is the
    parameter whose value is being typed; `option_may_come`: an option may be typed instead.
    """

    root: Any
    command: Any
    path: tuple[str, ...]
    given: dict[str, list[str]]
    param: Any
    option_may_come: bool


class FilesWantedError(Exception):
    """Raised where the shell should complete a file name."""


def answer(root: TyperGroup, shell: str) -> int:
    """Print the offers for the cursor's place; return the exit code. After any failure nothing is offered."""
    try:
        speech.choose(None, read_settings().language)
        words, part, quote = words_at_cursor(os.environ.get("COMP_LINE", ""))
        place = walk_words(root, words)
        offers = list(_offer_matches(place, part))
        # Bash would insert the description of a single offer, and lists commands in columns.
        is_told = shell != "bash" or (len(offers) > 1 and place.param is not None)
        for value, about in offers:
            text = _for_bash(value, part, quote) if shell == "bash" else value
            sys.stdout.buffer.write(f"{text}\t{about if is_told else ''}\n".encode())
        sys.stdout.buffer.flush()
    except FilesWantedError:
        return FILES
    except Exception:
        # The user pressed TAB in the middle of a line: no place for an error message.
        return 0
    return 0


def words_at_cursor(line: str) -> tuple[list[str], str, str]:
    """Return the whole words after the program's name, the word at the cursor, and the quote that is open there."""
    lexer = shlex.shlex(f"{line}{_CURSOR}", posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    words = []
    try:
        for word in lexer:
            words.append(word)  # noqa: PERF402 - those before an open quote stay
        quote = ""
    except ValueError:
        words.append(lexer.token)
        quote = str(lexer.state)  # type: ignore[attr-defined]
    return words[1:-1], words[-1].removesuffix(_CURSOR), quote


def _for_bash(value: str, part: str, quote: str) -> str:
    """Return the value as bash inserts it: only the part after the last `=` or `:`, where bash begins a new word;
    quoted.
    """
    if quote:
        return re.sub(r'(["\\$`])', r"\\\1", value) if quote == '"' else value.replace("'", r"'\''")
    behind = max(part.rfind("="), part.rfind(":")) + 1
    return re.sub(r"([^\w@%+=:,./-])", r"\\\1", value[behind:])


def _options(command: Any) -> dict[str, Any]:
    return {name: param for param in command.params for name in param.opts if name.startswith("-")}


def _next_argument(command: Any, given: dict[str, list[str]]) -> Any:
    for param in command.params:
        if param.param_type_name == "argument" and (param.nargs == -1 or param.name not in given):
            return param
    return None


def walk_words(root: TyperGroup, words: list[str]) -> Place:
    """Return the place of the cursor after these words. Nothing is run. LookupError for an unknown command."""
    command: Any = root
    path: tuple[str, ...] = ()
    given: dict[str, list[str]] = {}
    waiting, options_over = None, False
    for word in words:
        if waiting is not None:
            given.setdefault(waiting.name, []).append(word)
            waiting = None
        elif word == "--" and not options_over:
            options_over = True
        elif word[:1] == "-" and len(word) > 1 and not options_over:
            name, equals, value = word.partition("=")
            option = _options(command).get(name)
            if option is not None and (equals or option.is_flag):
                given.setdefault(option.name, []).append(value)
            else:
                waiting = option
        elif isinstance(command, TyperGroup):
            command = command.get_command(None, word)  # type: ignore[arg-type]
            if command is None:
                raise LookupError(word)
            path += (command.name or word,)
        elif (argument := _next_argument(command, given)) is not None:
            given.setdefault(argument.name, []).append(word)
    param = waiting or _next_argument(command, given)
    return Place(root, command, path, given, param, waiting is None and not options_over)


def _offer_matches(place: Place, part: str) -> Offers:
    """Yield the offers that begin like `part`, in any spelling of a name; none with control characters."""
    ahead = ""
    if place.option_may_come and part[:1] == "-":
        option, equals, value = part.partition("=")
        if not equals:
            yield from ((name, about) for name, about in _option_names(place) if name.startswith(part))
            return
        place, ahead, part = place._replace(param=_options(place.command).get(option)), f"{option}=", value
    found = list_values(place, part) if place.param is not None else _commands(place.command)
    if place.param is not None and speech.words is not None and is_coded(place.param):
        found = _with_labels(found, part)
    wanted = folded_name(part)
    for value, about in found:
        if (value.startswith(part) or (wanted and folded_name(value).startswith(wanted))) and value.isprintable():
            yield f"{ahead}{value}", "".join(sign for sign in about if sign.isprintable())[:60]


def _with_labels(found: Offers, part: str) -> Offers:
    """Yield codes as the screen shows them, such as 修复; once a letter of a code is typed, the codes themselves."""
    assert speech.words is not None, "the caller has looked"
    for code, about in found:
        label = speech.words.code(code) if about.isascii() else about
        yield (code, label) if label.isascii() or (part and part.isascii()) else (label, code)


def _commands(command: Any) -> Offers:
    if isinstance(command, TyperGroup):
        helps: dict[str, str] = command.helps()  # type: ignore[attr-defined]
        yield from ((name, speech.translation(say(text))) for name, text in helps.items())


def _option_names(place: Place) -> Offers:
    """Yield the options that may still come."""
    for name, option in _options(place.command).items():
        if name.startswith("--") and (option.multiple or option.name not in place.given):
            yield name, speech.translation(say(option.help)) if option.help else ""
    yield "--help", speech.translation(say("Every option, and an example."))


_DATES = ("today", "tomorrow", "yesterday", "+7d", "+30d", "-1w")
_INSTANTS = ("now", "today", "yesterday", "tomorrow", "-1h", "-2h")
_DAYS = ("today", "tomorrow")
_SPANS = ("7d", "14d", "30d", "60d", "90d")
_SCORES = ("5", "4", "3", "2", "1")
_FIXED = {"DATE": _DATES, "D": _DATES, "INSTANT": _INSTANTS, "SPAN": _SPANS, "30d": _SPANS, "1-5": _SCORES,
          "SCORE": _SCORES}  # fmt: skip
_PATHS = {"PATH", "FILE", "DIR", "MAP.toml", "FILE|DIR", "BACKUP", "NEW"}
# (name, metavar) of a parameter to the kind of values in file/suggestions.py.
KINDS = {
    ("to", "NAME"): "technician", ("technician", "NAME"): "technician", ("who", "NAME"): "technician",
    ("asked_for", "NAME"): "technician",
    ("category", "CODE"): "category", ("code", "CODE"): "category", ("gone", "FROM"): "category",
    ("kept", "INTO"): "category", ("skills", "CATEGORY"): "category",
    ("area", "X"): "area", ("areas", "X"): "area", ("area", "AREA"): "area", ("fault", "CODE"): "fault",
    ("found", "CODE"): "fault", ("cause", "CODE"): "cause",
    ("channel", "CODE"): "channel", ("brand", "TEXT"): "brand", ("about", "CODE"): "complaint",
    ("action", "CODE"): "action", ("way", "CODE"): "contact", ("method", "CODE"): "method",
    ("priced", "CODE"): "priced", ("part", "PART"): "part", ("item", "ITEM"): "item",
}  # fmt: skip
# BEFOREHAND: commands that refuse an ended ticket. _STATES: the states of the tickets that TAB offers to a command, in
# that order; a command without an entry gets open and ended ones.
BEFOREHAND = {("ticket", verb) for verb in ("assign", "appoint", "wait", "resume", "complete", "cancel")}
_STATES: dict[tuple[str, ...], tuple[str, ...]] = dict.fromkeys(BEFOREHAND, ("open",)) | {
    ("ticket", "reopen"): ("ended",), ("ticket", "charge"): ("ended", "open"), ("survey", "form"): ("ended", "open"),
    ("survey", "record"): ("completed",), ("callback", "log"): ("completed",),
}  # fmt: skip


def list_values(place: Place, part: str, get_db: "Callable[[], Database] | None" = None) -> Offers:
    """Yield values for the parameter at the cursor: its choices, or the values that its name and metavar stand for.

    `get_db` returns a file that is open already; without it the file is opened if needed. FilesWantedError for a path.
    """
    param, metavar = place.param, place.param.metavar or ""
    if choices := getattr(param.type, "choices", None):
        yield from ((str(getattr(choice, "value", choice)), "") for choice in choices)
    elif re.fullmatch(r"[a-z]+(\|[a-z]+)+", metavar):
        yield from ((word, "") for word in metavar.split("|"))
    elif metavar in _FIXED:
        yield from ((word, "") for word in _FIXED[metavar])
    elif metavar == "CAUSE":
        from servicedesk.records.codes import COMPLAINT_CAUSES

        yield from ((code, "") for code in COMPLAINT_CAUSES)
    elif metavar == "ZONE":
        from servicedesk.base.dates import zone_names

        yield from ((name, "") for name in zone_names())
    elif metavar in _PATHS:
        raise FilesWantedError
    elif metavar == "DIR|NOUN":
        from servicedesk.file.exports import nouns

        yield from ((noun, "") for noun in (*nouns.NOUNS, *nouns.PLAIN))
    elif metavar in {"KEY", "[KEY]", "I4"}:
        yield from _figures(metavar, place.path)
    elif metavar == "WORD" and place.path == ("help",):
        yield from _help_words(place)
    elif param.name == "sheet":
        from servicedesk.file.imports.sketch.parts import sheet_names

        yield from ((name, "") for name in sheet_names(Path(place.given["files"][0])))
    elif get_db is not None:
        yield from _from_file(get_db(), place, part, metavar)
    else:
        from servicedesk.file import suggestions

        with suggestions.reading(_path(place)) as db:
            yield from _from_file(db, place, part, metavar)


def _figures(metavar: str, path: tuple[str, ...]) -> Offers:
    if metavar != "I4":
        from servicedesk.kpis.definitions.registry import KPIS

        yield from ((kpi.key, kpi.title) for kpi in KPIS)
    if metavar == "I4" or path in {("kpi", "rows"), ("kpi", "explain")}:
        from servicedesk.kpis.integrity.registry import SIGNALS

        yield from ((signal.key, signal.title) for signal in SIGNALS)


def _help_words(place: Place) -> Offers:
    """Yield the next words of a command's name."""
    command = place.root
    for word in place.given.get("words", []):
        command = command.get_command(None, word)
    yield from _commands(command)


def _path(place: Place) -> Path:
    """Return the file's path: --db as the shell would expand it, otherwise as for every command."""
    asked = place.given.get("db", [os.environ.get("SERVICEDESK_DB")])[-1]
    if asked is not None:
        asked = os.path.expanduser(os.path.expandvars(asked))
    return Session(
        lambda: datetime.min, asked, None, "", True, read_settings()
    ).path  # the path does not depend on the clock


def _from_file(db: "Database", place: Place, part: str, metavar: str) -> Offers:
    from servicedesk.domain.model import CANCEL_REASONS, EXCLUSIONS, RETIRE_REASONS, TicketType
    from servicedesk.file import suggestions

    name = place.param.name
    letters = "CATH" if metavar == "REF" else "".join(dict.fromkeys(re.findall(rf"\b([{REFERENCES}])\d+\b", metavar)))
    if name == "duplicate_of":
        gone = [wording.reference_number(text, "T") or 0 for text in place.given.get("tickets", [])]
        yield from suggestions.survivors(db, part, gone)
    elif letters:
        yield from _references(db, place, part, metavar, letters)
    elif (name, metavar) == ("outcome", "CODE"):
        yield from ((code, "") for code in _outcomes(db, place))
    elif metavar == "EXCLUSION":
        yield from ((code, "") for code in EXCLUSIONS)
    elif (name, metavar) == ("reason", "CODE"):
        yield from ((code, "") for code in CANCEL_REASONS)
    elif metavar == "TYPE":
        yield from ((kind.value, "") for kind in TicketType)
    elif metavar == "N" and name == "event" and (ticket_id := _reference(place, "ticket", "T")):
        yield from suggestions.events(db, ticket_id)
    elif metavar == "N" and name == "money" and (ticket_id := _reference(place, "ticket", "T")):
        yield from suggestions.money(db, ticket_id)
    elif metavar == "N" and name == "payment" and (complaint_id := _reference(place, "complaint", "K")):
        yield from suggestions.payments(db, complaint_id)
    elif re.fullmatch(r"20\d\d-\d\d", metavar):
        yield from suggestions.values(db, "month")
    elif re.fullmatch(r"20\d\d-Q\d", metavar):
        months = [value for value, _ in suggestions.values(db, "month")]
        yield from ((quarter, "") for quarter in dict.fromkeys(f"{m[:4]}-Q{(int(m[5:]) + 2) // 3}" for m in months))
    elif place.path == ("appliance", "retire") and name == "reason":
        used = suggestions.values(db, "retire_reason")
        yield from dict.fromkeys([*used, *((reason, "") for reason in RETIRE_REASONS)])
    elif kind := KINDS.get((name, metavar)):
        found = suggestions.values(db, kind)
        yield from found
        if kind == "category" and not part.isascii() and speech.words is None:
            yield from ((label, code) for code, label in found)


def _references(db: "Database", place: Place, part: str, metavar: str, letters: str) -> Offers:
    """Yield the references with these letters that begin with `part`, and names of customers."""
    from servicedesk.file import suggestions

    if place.given.get("words"):  # the tickets of `ticket assign` and `ticket appoint`: what may follow them
        yield from suggestions.values(db, "technician") if "NAME" in metavar else [(day, "") for day in _DAYS]
    if place.path == ("ticket", "return") and letters == "T":
        yield from suggestions.collected(db, part)
        return
    owner_id = _owner(db, place) if letters == "A" else None
    for letter in letters if len(letters) == 1 or not part else part[:1].upper():
        if letter in letters:
            states = _STATES.get(place.path, ("open", "ended"))
            yield from suggestions.references(db, letter, part, customer_id=owner_id, states=states)
    if part.strip() and set(letters) & {"C", "A"} and not any(sign.isdecimal() for sign in part):
        yield from suggestions.names(db, part)


def _outcomes(db: "Database", place: Place) -> tuple[str, ...]:
    from servicedesk.domain.model import OTHER_OUTCOMES, REPAIR_OUTCOMES
    from servicedesk.file import suggestions

    ticket_id = _reference(place, "tickets", "T")
    kind = suggestions.ticket_type(db, ticket_id) if ticket_id else None
    if kind is None:
        return tuple(dict.fromkeys((*REPAIR_OUTCOMES, *OTHER_OUTCOMES)))
    return REPAIR_OUTCOMES if kind == "repair" else OTHER_OUTCOMES


def _owner(db: "Database", place: Place) -> int | None:
    """Return the id of the customer that was named before, or None."""
    from servicedesk.records.references import get_customer_id

    with suppress(KeyError, ServiceDeskError):
        return get_customer_id(db, place.given["customer"][-1])
    return None


def _reference(place: Place, name: str, letter: str) -> int | None:
    """Return the id given to that parameter, or None."""
    try:
        return reference(place.given[name][-1], letter)
    except (KeyError, ServiceDeskError):
        return None
