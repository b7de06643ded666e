"""Every reason code of the statements of figures has a plain sentence."""

import re
from pathlib import Path

from servicedesk.kpis import definitions
from servicedesk.kpis.reasons import REASONS, reason_sentence

_TOKEN = re.compile(r"\bCASE\b|\bEND\b(?:\s+AS\s+(\w+))?|(?:THEN|ELSE)\s+'(\w+)'(?!\s*\|\|)")
_NAMED = {"reason", "withdrawn", "left_out"}


def written_codes() -> set[str]:
    """The texts that a CASE named reason, withdrawn or left_out yields in a statement."""
    codes: set[str] = set()
    for path in Path(definitions.__file__).parent.glob("*.sql"):
        cases: list[list[str]] = []
        for token in _TOKEN.finditer(re.sub(r"--.*", "", path.read_text(encoding="utf-8"))):
            if token[0] == "CASE":
                cases.append([])
            elif not token[0].startswith("END"):
                cases[-1].append(token[2])
            elif token[1] in _NAMED:
                codes.update(cases.pop())
            else:
                case = cases.pop()
                if cases:
                    cases[-1] += case
    return codes


def test_every_code_of_the_statements_has_a_sentence() -> None:
    codes = written_codes()
    assert len(codes) > 70
    assert codes - REASONS.keys() == set()


def test_a_reason_names_the_ticket_behind_it() -> None:
    assert reason_sentence("repeated_by_T12") == "Reported again: T12"
    assert [reason_sentence(f"{n}_visits") for n in (0, 1, 3)] == [
        "It took 0 visits", "It took 1 visit", "It took 3 visits"
    ]  # fmt: skip
