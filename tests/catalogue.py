"""Every sentence, heading, help text and code that people can be shown, and the catalogues that have them in Chinese.

`python -m tests.catalogue` adds to the .po what is missing there, drops what nothing shows any more, makes the .mo anew
and lists what is not translated yet.
"""

import ast
import io
import re
import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract
from typer.main import get_command

from servicedesk.base.table import Column, For, columns
from servicedesk.classroom.exercise import MarkKind, Part
from servicedesk.cli.help.translated_pages import PLACEHOLDER, QUOTED, paragraphs
from servicedesk.cli.main import app
from servicedesk.demo.simulation.names import FAULTS
from servicedesk.domain import customer_codes, groups, job_rules, model, money_rules
from servicedesk.domain.aftercare import rules as aftercare_rules
from servicedesk.domain.aftercare.questionnaire import ATTRIBUTES
from servicedesk.domain.aftercare.rules import Source
from servicedesk.domain.guarantee.rules import ENTITLEMENTS
from servicedesk.domain.job_rules import EXAMPLES
from servicedesk.domain.model import (
    CANCEL_REASONS,
    EXCLUSIONS,
    OTHER_OUTCOMES,
    REPAIR_OUTCOMES,
    RETIRE_REASONS,
    TicketType,
)
from servicedesk.kpis.backlog_grid import AGES, STATES
from servicedesk.kpis.definitions.kpi import load_texts
from servicedesk.kpis.definitions.registry import KPIS
from servicedesk.kpis.integrity.registry import SIGNALS
from servicedesk.language.words import FOLDER, HEADINGS, LOCALES
from servicedesk.records.codes import BUILT_IN, COMPLAINT_CAUSES
from servicedesk.storage.entries import SCALES
from tests.usage import usage

MADE = datetime(2026, 11, 21, tzinfo=UTC)  # the same bytes whenever it is made
HEADER = "# What servicedesk says, in Chinese; kept whole by 'python -m tests.catalogue'."
PROGRAM = FOLDER.parents[1]
# Where people's words are marked with `_("…")`.
MARKED = [
    PROGRAM / room
    for room in ("classroom", "desk/maintenance", "desk/technicians", "desk/tickets", "language", "render", "reports")
]
Message = tuple[str | None, str | tuple[str, str]]  # its context, and its msgid, or those for one and for more
SAID = re.compile("[a-z]")  # else it is the same in every language
PUNCTUATED = re.compile(r"[:,;()]")  # signs that are wider in Chinese
WIDE = {", ": "，", "; ": "；", ": ": "：", " (": "（", "(": "（", ")": "）"}
INTERVAL = "95 %"  # a heading of signs alone that Chinese writes out
SEPARATORS = {", ", "; ", ": ", ":", " or "}
ABORT = re.compile(r"ABORT, *'((?:[^']|'')*)'")
CHECKED = re.compile(r"\b\w+ = '(\w+)'")  # in a CHECK of the file
MAIN_PARTS = re.compile(r"\('\w+', '(\w+)', '[^']+', 1, '")  # that a new file knows
KEPT_BY = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)
SECTIONS = (
    "overdue",
    "due today",
    "unassigned",
    "promises due",
    "complaints to acknowledge",
    "measures due",
    "callbacks due",
    "waiting",
    "guarantee",
    "notes due",
    "comments unread",
    "birthdays due",
    "contracts due",
    "consumables due",
)  # of `today`
SYSTEM = (
    "No such file or directory", "Permission denied", "Operation not permitted", "Is a directory", "Not a directory",
    "File exists", "No space left on device", "Read-only file system", "Disk quota exceeded", "File name too long",
    "Input/output error", "Too many open files", "File too large", "Invalid argument", "Directory not empty",
    "Device or resource busy", "Too many levels of symbolic links", "Stale file handle", "Broken pipe",
)  # fmt: skip
# Headings that no module writes as they are shown.
MADE_HEADINGS = ("deadline", "technician", "clerk", "opened", *(name for _, name in AGES),
                 "formula", "cohort", "hit", "miss", "pending", "excluded", "source", "look when", "unit",
                 "makes visible", "may be innocent", "birthdays", "contract visits", "consumables",
                 "calls a year ago", "valid", "by", "same mix", "of it",
                 "difference", "before", "change", *SECTIONS)  # fmt: skip
ASPECTS = ("formula", "cohort", "hit", "miss", "pending", "excluded", "source")
REASON = re.compile(r"(?:(?:THEN|ELSE) |, )'(\w+)'")  # of a verdict; hit and the like are words too
HIT = re.compile(r"'hit (\w+)'")
ANSWERS = ("satisfied", "not_satisfied", *(f"score_{score}" for score in range(1, 6)))
OTHERS = ("hit", "miss", "pending", "excluded", "none", "dispatch", "month", "technician", "category", "cancelled",
          "repeated_already", "unknown")  # fmt: skip


# What signals find: where the code is made of others, as the SELECT makes it.
MARKS = ("look", "within_chance", "few_cases", "by_technician")
TYPED = ("reported", "assigned", "appointed", "arrived", "waiting", "resumed", "completed", "cancelled", "surveyed",
         "announced", "callback", "promise", "promise_end", "complaint", "complaint_step", "quote", "quote_answer",
         "charge", "part_issue")  # fmt: skip
FOUND = ("on_time_reached", "late_reached", "score_5", "same_serial_as", "same_model_as", "repair_within_7_days_by",
         "days_31_to_35_after", "no_reason", "forced_duplicate_of", "after_completion_of",
         "nothing_overdue",
         *(f"{type_}_after" for type_ in TicketType if type_ != "repair"),
         *(f"{field}_edited" for field in ("appliance", "fault", "type")),
         *(f"{kind}_{how}" for kind in TYPED for how in ("corrected", "voided")))  # fmt: skip
# Codes that mean something else in a sentence or in a report.
# Free codes that help texts and the demo suggest.
FREE = ("recovery", "counter", "revisit", "apology", "refund", "appointment")
OTHER_WORDS = ("high", "low", "reported", "all", "complaints", "fault", "clerk", "owner")
# Codes that only SQL makes.
MORE = (
    "made", "written", "attribute", "category_change", "date_change", "known", "due", "done", "on_hold", "care",
    "check", "damage",
    "rule", "missing", "tier_change", "retired", "transferred", "imported", "pinned", "typed", "normal",
    "broken", "withdrawn", "kept", "brand", "model", "serial", "name", "address", "area", "hotline",
    "phone", "noted", "undone", "yearly", "personal", "forgotten", "opens", "closes",
    "second_visit", "repeat", "waiting_for_part", "waited_for_part",
    "bought_on", "installed_on", "bought_precision", "installed_precision", "delivered_on",
    "invoice_on", "invoice_no", "price", "remote_sale", "discontinued_on",
    "quoted", "free", "labour", "parts", "travel", "other_brand",
    "issued", "ordered",
    *sorted(SCALES), "is_free",
    "running", "coming", "over", "ended", "voided", "response", "end", "visit", "overdue", "outlet", "customer", "any",
    "answered_three", "oil_net", "filter", "worked", "repeated", "no_repair", "fault", "cause", "fix", "link",
    "edited_at", "place", "topic",
    "installed_by", "plate", "retired_on", "retire_reason", "sold_by", "use", "label_zh", "safe_life_years",
    "household_relation", "introduced_by", "trade_class", "is_main", "min_stock", "left_on", "asked_for", "mode",
    "is_mystery", "warn_days", "cost", "gift", "from_on", "to_on",
    "incoming_call", "more_than_one_contact", "answered_at_the_first_ring", "first_ring", "later_ring", "not_counted",
    "very_satisfied", "dissatisfied", "very_dissatisfied", "told_good", "would_come", "told_bad", "deals_won",
    "deals_lost", "moved", "old_appliance", "note", "so_far", "on_time", "reputation", "returning", "complaints",
    "asked_by_name", "selling_power",
)  # fmt: skip
ENDED = {"repair_within_7_days", "days_31_to_35"}  # are never without what comes after


def written() -> Iterator[str]:
    """What is marked where it is written: `_("…")` in the rooms that show, and in the templates."""
    for path in sorted(path for room in MARKED for path in room.rglob("*.py")):
        for call in calls(path, {"_", "msgid", "words", "self"}):
            yield from literals(call.args[:1])
    for path in sorted(path for room in MARKED for path in room.rglob("*.html")):
        with path.open("rb") as file:
            for _, _, found, _ in babel_extract(file, ("_",), (), {}):
                yield str(found[0] if isinstance(found, tuple) else found)


@cache
def parsed(path: Path) -> ast.Module:
    """A module, parsed once: everything said is asked of it in turn."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All that a module consists of."""
    return list(ast.walk(parsed(path)))


def calls(path: Path, names: set[str]) -> Iterator[ast.Call]:
    """The calls of those functions in a module."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and node.args and _called(node.func) in names:
            yield node


def literals(nodes: Iterable[ast.expr]) -> Iterator[str]:
    """Those of them that are texts, or the names of texts (`say(GO_BACK)`)."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif (isinstance(node, ast.Name) and node.id.isupper()) or (isinstance(node, ast.Name) and node.id[:1] == "_"):
            yield from constants().get(node.id, ())


@cache
def constants() -> dict[str, list[str]]:
    """The texts that modules give names to; a name may stand for others in other modules."""
    found: dict[str, list[str]] = {}
    for path in modules():
        for node in parsed(path).body:
            if isinstance(node, ast.Assign):
                parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
                for target in node.targets:
                    found.setdefault(getattr(target, "id", ""), []).extend(texts)
    return found


def modules() -> list[Path]:
    """All of the program."""
    return sorted(PROGRAM.rglob("*.py"))


def spoken() -> Iterator[str]:
    """The templates of base/messages.py's functions, and what goes between texts side by side."""
    for path in modules():
        for call in calls(path, {"say", "msgid", "joined"}):
            yield from literals(call.args[:1])


def counted() -> Iterator[tuple[str, str]]:
    """The sentences with a form for one and a form for more."""
    for path in modules():
        for call in calls(path, {"say_count"}):
            found = tuple(literals(call.args[:2]))
            assert len(found) == 2, f"{path.name}:{call.lineno}: both sentences stand in the call itself"
            yield found


def refused() -> Iterator[str]:
    """What the triggers of the file say."""
    for path in sorted(PROGRAM.rglob("*.sql")):
        yield from (text.replace("''", "'") for text in ABORT.findall(path.read_text(encoding="utf-8")))


def system() -> Iterator[str]:
    """What the system says of files (GNU libc), as it says it and in the middle of a sentence."""
    yield from (text for said in SYSTEM for text in (said, said.lower()))


def headings() -> Iterator[str]:
    """What stands above columns and sections."""
    for path in modules():
        for call in calls(path, {"columns"}):
            yield from (column.heading for text in literals(call.args) for column in columns(text) if people(column))
        for call in calls(path, {"heading", "Column"}):
            yield from (text.replace("_", " ") for text in literals(call.args[:1]))
        for node in nodes(path):
            if _is_sections(node):
                for pair in ast.walk(node):
                    if isinstance(pair, ast.Tuple) and len(pair.elts) == 2:
                        yield from (text.replace("_", " ") for text in literals(pair.elts[:1]))
    yield from MADE_HEADINGS


def _is_sections(node: ast.AST) -> bool:
    """`sections=…` of a call, or what a name like that stands for."""
    if isinstance(node, ast.keyword):
        return node.arg == "sections"
    return isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "sections" for target in node.targets)


def people(column: Column) -> bool:
    return column.who is not For.MACHINES and column.kind not in {"nested", "urgency"}


def helps() -> Iterator[str]:
    """Help texts, paragraph by paragraph: of groups, commands and their options."""
    root = get_command(app)
    yield from ("Example", "Examples")
    for command in tree(root):
        yield from (part for part in paragraphs(command.help or "") if not part.startswith(("Example: ", "Examples: ")))
        yield from (param.help for param in command.params if getattr(param, "help", None))
        yield from (command.helps().values() if hasattr(command, "helps") else ())
    for path in modules():
        for call in calls(path, {"section"}):
            yield from literals(call.args[:1])
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef) and node.name == "format_commands":
                yield from (
                    text for part in ast.walk(node) if isinstance(part, ast.Tuple) for text in literals(part.elts)
                )


def placeholders() -> set[str]:
    """The words in capitals that stand for what is typed, such as NAME."""
    found = {"OPTIONS", "COMMAND", "VERB", "ARGS"}
    for command in tree(get_command(app)):
        context = command.context_class(command, info_name=command.name)
        found.update(*(PLACEHOLDER.findall(param.make_metavar(context)) for param in command.params))
    return found


def examples() -> set[str]:
    """The quoted words in the examples of help pages."""
    texts = (part for command in tree(get_command(app)) for part in paragraphs(command.help or ""))
    return {quoted for text in texts if text.startswith("Example") for quoted in QUOTED.findall(text)}


def tree(command: Any) -> Iterator[Any]:
    """The command and all below it."""
    yield command
    if hasattr(command, "list_commands"):
        context = command.context_class(command)
        for name in command.list_commands(context):
            if (below := command.get_command(context, name)) is not None:
                yield from tree(below)


def _called(function: ast.expr) -> str:
    """The name by which something is called: `_`, `msgid`, `self.words`."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def defined() -> Iterator[str]:
    """What the definitions say."""
    for kpi in KPIS:
        yield from (sentence for aspect in ASPECTS if (sentence := getattr(kpi, aspect)) != "never")
        yield from (kpi.name, kpi.key.replace("_", " "), f"{kpi.better} is better")
        if kpi.unit:
            yield kpi.unit
    yield "never"
    for signal in SIGNALS:
        yield from (signal.formula, signal.look_when, signal.unit, signal.why, signal.innocent, signal.source)
        yield from (signal.title, signal.name, signal.limit)


def coded() -> Iterator[str]:
    """Codes as words: verdicts and their reasons, states, types, outcomes, answers."""
    codes: set[str] = {*STATES, *ANSWERS, *OTHERS, *REPAIR_OUTCOMES, *OTHER_OUTCOMES, *CANCEL_REASONS, *EXCLUSIONS,
                       *ENTITLEMENTS, *TicketType, *Source, *MarkKind, *Part, "all"}  # fmt: skip
    codes.update(MARKS, FOUND, STATES, FREE, COMPLAINT_CAUSES, MORE, RETIRE_REASONS, *BUILT_IN.values(), BUILT_IN,
                 ATTRIBUTES)  # fmt: skip
    for module in (model, job_rules, customer_codes, groups, aftercare_rules, money_rules):
        codes.update(*(kind for kind in vars(module).values() if is_code(kind)))
    for path in sorted((PROGRAM / "file").rglob("*.sql")):
        text = path.read_text(encoding="utf-8")
        codes.update(KEPT_BY.findall(text), CHECKED.findall(text), MAIN_PARTS.findall(text))
    codes.update(code for faults in FAULTS.values() for code, _, _ in faults)
    codes.update(step for steps in EXAMPLES.values() for step in steps)
    codes.update(code for kept in choices() for code in kept if code.islower())
    for signal in SIGNALS:
        codes.update(HIT.findall(signal.sql))
    for statement in load_texts().values():
        codes.update(code for code in REASON.findall(statement.text) if code != "silent" and code[-1] != "_")
    yield from (code.replace("_", " ") for code in sorted(codes - ENDED))


def choices() -> Iterator[dict[str, tuple[str, ...]]]:
    """The answers that an item of an exercise can be chosen from, with the words that also mean them."""
    for path in sorted((PROGRAM / "classroom" / "exercises").glob("*/task.py")):
        task = import_module(".".join(path.relative_to(PROGRAM.parent).with_suffix("").parts))
        for kept in vars(task).values():
            if isinstance(kept, dict) and all(isinstance(words, tuple) for words in kept.values()):
                yield kept


def is_code(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum


def sentences() -> set[str]:
    """All of them that are the same for one and for many."""
    found = {*defined(), *coded(), *spoken(), *refused(), *helps(), *system()}
    in_words = {text for text in found if SAID.search(_without_values(text)) or is_punctuated(text)}
    return in_words | set(written()) - {"{n}"} | SEPARATORS


def _without_values(text: str) -> str:
    return re.sub(r"\{\w*(:[^}]*)?\}", "", text)


def is_punctuated(text: str) -> bool:
    """Whether the text has signs between its values, and no words."""
    return text not in SEPARATORS and bool(PUNCTUATED.search(_without_values(text)))


def widened(text: str) -> str:
    """A text of signs between values with the signs of Chinese; '' for one with words."""
    if SAID.search(_without_values(text)):
        return ""
    for narrow, wide in WIDE.items():
        text = text.replace(narrow, wide)
    return text


def messages() -> set[Message]:
    """Every msgid with its context."""
    return {
        *((None, sentence) for sentence in sentences()),
        *((None, pair) for pair in counted()),
        *(("code", text) for text in OTHER_WORDS),
        ("list", ", "),
        *(("placeholder", word) for word in placeholders()),
        *(("example", text) for text in examples()),
        *((f"heading {key}", text) for text, key in HEADINGS),
        *(("heading", text) for text in headings() if SAID.search(text) or text == INTERVAL),
    }


def read(path: Path) -> Catalog:
    """A catalogue of people's."""
    with path.open("rb") as file:
        return read_po(file)


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of its .mo, sorted as msgfmt does it: with the context. Babel sorts without."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    made = out.getvalue()
    _, _, count, *tables = struct.unpack_from("<5I", made)
    texts = [[_text(made, table + 8 * at) for table in tables] for at in range(count)]
    head, blobs = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count), b""
    for column in zip(*sorted(texts), strict=True):
        for text in column:
            head += struct.pack("<2I", len(text), 28 + 16 * count + len(blobs))
            blobs += text + b"\0"
    return head + blobs


def _text(made: bytes, at: int) -> bytes:
    length, start = struct.unpack_from("<2I", made, at)
    return made[start : start + length]


def named_already() -> dict[str, str]:
    """What has its Chinese name beside it in the code."""
    return (
        {kpi.name: kpi.chinese for kpi in KPIS}
        | {kpi.key.replace("_", " "): kpi.chinese for kpi in KPIS}
        | {signal.name: f"{signal.key} {signal.chinese}" for signal in SIGNALS}
        | {signal.title: signal.chinese for signal in SIGNALS}
    )


def main() -> None:
    for locale in filter(None, LOCALES.values()):
        path = FOLDER / locale / "LC_MESSAGES" / "servicedesk.po"
        known = read(path) if path.exists() else Catalog()
        made = Catalog(locale, project="servicedesk", version="1", header_comment=HEADER, fuzzy=False,
                       creation_date=MADE, revision_date=MADE, last_translator="servicedesk", language_team="zh",
                       msgid_bugs_address="none")  # fmt: skip
        for context, text in sorted(messages(), key=lambda message: (message[0] or "", str(message[1]))):
            one = text if isinstance(text, str) else text[0]
            message = known.get(one, context)
            proposed = named_already().get(one) or (widened(one) if is_punctuated(one) else "")
            is_alike = message is not None and message.pluralizable == isinstance(text, tuple)
            made.add(text, message.string if message and is_alike else proposed, context=context)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            write_po(out, made, width=120, sort_output=True, include_lineno=False)
        path.with_suffix(".mo").write_bytes(compiled(made))
        for message in made:
            if message.id and not "".join(message.string or ""):
                print(message.context or "", message.id, sep="\t")


if __name__ == "__main__":
    usage("tests.catalogue", __doc__).parse_args()
    main()
