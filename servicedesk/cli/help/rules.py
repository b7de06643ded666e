"""Rules by code, such as K6: read from domain/rules.toml only when 'servicedesk help K6' asks."""

import re
from pathlib import Path
from typing import NamedTuple

from servicedesk.base.errors import NotFoundError, nearest
from servicedesk.base.messages import page, say
from servicedesk.base.sameness import half_width
from servicedesk.base.table import Table, columns, record

PATH = Path(__file__).parents[2] / "domain" / "rules.toml"
_CODE = re.compile(r"[CKMSW][0-9]{1,2}")
_COLUMNS = columns("code", "rule", "chinese-", "source+", "source-")


class Rule(NamedTuple):
    """A rule in one to three sentences. `source` is None if the rule is the program's own choice."""

    code: str
    rule: str
    chinese: str
    source: str | None = None


def list_rules() -> list[Rule]:
    """Return every rule, in the order of the file."""
    import tomllib

    entries = tomllib.loads(PATH.read_text(encoding="utf-8"))
    return [Rule(code, **entry) for code, entry in entries.items()]


def is_rule_code(word: str) -> bool:
    """Return whether the word looks like the code of a rule: K6 or k6."""
    return _CODE.fullmatch(half_width(word).upper()) is not None


def explain_rule(word: str) -> Table:
    """Return the rule of that code, for people in their language. NotFoundError names the nearest codes."""
    code = half_width(word).upper()
    rules = {rule.code: rule for rule in list_rules()}
    if code not in rules:
        raise NotFoundError(say("there is no rule '{code}'", code=code), hint=nearest(code, rules))
    rule = rules[code]
    text = page(lambda say_it: rule.rule if say_it is str else rule.chinese)  # `page` draws English with `str`
    return record(_COLUMNS, [code, text, rule.chinese, rule.source or say("our own choice"), rule.source])
