"""Every sentence and code that a report can show, and the catalogues that have them in Chinese.

`python -m tests.catalogue` adds to the .po what is missing there, drops what nothing shows any more, makes the .mo anew
and lists what is not translated yet.
"""

import ast
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from servicedesk.core.model import CANCEL_REASONS, OTHER_OUTCOMES, REPAIR_OUTCOMES, Cause, Source, TicketType
from servicedesk.desk.integrity import SIGNALS
from servicedesk.desk.kpis import KPIS
from servicedesk.output.language import FOLDER, LOCALES

MADE = datetime(2026, 11, 21, tzinfo=UTC)  # the same bytes whenever it is made
HEADER = "# What the monthly report says, in Chinese; kept whole by 'python -m tests.catalogue'."
OUTPUT = FOLDER.parent / "output"
ASPECTS = ("formula", "cohort", "hit", "miss", "pending", "excluded", "source")
JUDGEMENT = re.compile(r"'(?:hit|miss|pending|excluded|silent) (\w+)'")
HIT = re.compile(r"'hit (\w+)'")
STATES = ("unassigned", "assigned", "appointed", "arrived", *(f"waiting_{cause}" for cause in Cause))
ANSWERS = ("satisfied", "not_satisfied", *(f"score_{score}" for score in range(1, 6)))
OTHERS = ("hit", "miss", "pending", "excluded", "none", "dispatch", "month", "technician", "category", "cancelled",
          "repeated_already", "unknown")  # fmt: skip


# What signals find: where the code is made of others, as the SELECT makes it.
MARKS = ("look", "within_chance", "few_cases", "by_technician")
TYPED = ("reported", "assigned", "appointed", "arrived", "waiting", "resumed", "completed", "cancelled", "surveyed",
         "announced", "callback", "promise", "promise_end", "complaint", "complaint_step")  # fmt: skip
FOUND = ("on_time_reached", "late_reached", "score_5", "same_serial_as", "same_model_as", "repair_within_7_days_by",
         "days_31_to_35_after", "no_reason", *(f"{type_}_after" for type_ in TicketType if type_ != "repair"),
         *(f"{kind}_{how}" for kind in TYPED for how in ("corrected", "voided")))  # fmt: skip
ENDED = {"repair_within_7_days", "days_31_to_35"}  # are never without what comes after


def written() -> Iterator[str]:
    """What is marked where it is written: in the modules of output/ and in the template."""
    for path in sorted(OUTPUT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _called(node.func) in {"_", "marked", "words", "self"}:
                said = node.args[0]
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield said.value
    for path in sorted(OUTPUT.rglob("*.html")):
        with path.open("rb") as file:
            for _, _, found, _ in babel_extract(file, ("_",), (), {}):
                yield str(found[0] if isinstance(found, tuple) else found)


def _called(function: ast.expr) -> str:
    """The name by which something is called: `_`, `marked`, `self.words`."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def defined() -> Iterator[str]:
    """What the definitions say."""
    for kpi in KPIS:
        yield from (sentence for aspect in ASPECTS if (sentence := getattr(kpi, aspect)) != "never")
        if kpi.unit:
            yield kpi.unit
    yield "never"
    for signal in SIGNALS:
        yield from (signal.formula, signal.look_when, signal.unit)


def coded() -> Iterator[str]:
    """Codes as words: verdicts and their reasons, states, types, outcomes, answers."""
    codes: set[str] = {*STATES, *ANSWERS, *OTHERS, *REPAIR_OUTCOMES, *OTHER_OUTCOMES, *CANCEL_REASONS, *TicketType,
                       *Source}  # fmt: skip
    codes.update(MARKS, FOUND)
    for signal in SIGNALS:
        codes.update(HIT.findall(signal.select))
    for kpi in KPIS:
        codes.update(JUDGEMENT.findall(kpi.verdicts.select))
    yield from (code.replace("_", " ") for code in sorted(codes - ENDED))


def sentences() -> set[str]:
    """All of them."""
    return {*written(), *defined(), *coded()} - {"{n}"}


def read(path: Path) -> Catalog:
    """A catalogue of people's."""
    with path.open("rb") as file:
        return read_po(file)


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of its .mo."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def main() -> None:
    for locale in filter(None, LOCALES.values()):
        path = FOLDER / locale / "LC_MESSAGES" / "servicedesk.po"
        known = read(path) if path.exists() else Catalog()
        made = Catalog(locale, project="servicedesk", version="1", header_comment=HEADER, fuzzy=False,
                       creation_date=MADE, revision_date=MADE, last_translator="servicedesk", language_team="zh",
                       msgid_bugs_address="none")  # fmt: skip
        for sentence in sorted(sentences()):
            message = known.get(sentence)
            made.add(sentence, message.string if message else "")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            write_po(out, made, width=120, sort_output=True, include_lineno=False)
        path.with_suffix(".mo").write_bytes(compiled(made))
        for message in made:
            if message.id and not message.string:
                print(message.id)


if __name__ == "__main__":
    main()
