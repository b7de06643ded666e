"""The columns that hold words about people, and the value that each keeps once the person is forgotten.

`customer forget` goes through all rows of a person (ownership.py). A new column of text is named here, or in
tests/cli/test_forget.py among those that say nothing about people: the test asks for every column of the schema.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from servicedesk.domain.model import FORGOTTEN
from servicedesk.storage.database import Database, Row


class Person(NamedTuple):
    """The person to forget: the ids of all their customer rows, and the function that makes a stand-in for a key."""

    ids: frozenset[int]
    stand_in: Callable[[str | None, str | None], str | None]


Rule = Callable[[Any, Row, Person], Any]  # value, its row, the person to forget: the value that stays


def nothing(value: Any, row: Row, person: Person) -> None:
    """Return None: nothing is left."""


def zero(value: Any, row: Row, person: Person) -> int:
    """Return 0: the column may not be empty, and 0 says no."""
    return 0


def mark(value: Any, row: Row, person: Person) -> str | None:
    """Return the word that stands for what a forgotten person said; None where nothing was said."""
    return None if value is None else FORGOTTEN


def unless_undone(value: Any, row: Row, person: Person) -> str | None:
    """Return 'undone' as it is, for the program wrote it; else what `mark` returns."""
    return value if value == "undone" else mark(value, row, person)


def stand_in(value: Any, row: Row, person: Person) -> str | None:
    """Return a stand-in for the key, by which a later import of the same register knows the row again."""
    return person.stand_in(row["source"], value)


def only(column: str, kinds: set[str], kept: Rule) -> Rule:
    """Return the rule that uses `kept` for rows with one of these values in `column`, and empties the others."""
    return lambda value, row, person: kept(value, row, person) if row[column] in kinds else None


def by_owner(left: Rule) -> Rule:
    """Return the rule for an appliance that is still theirs; one that was theirs before stays as it is."""
    return lambda value, row, person: left(value, row, person) if row["customer_id"] in person.ids else value


def same(value: Any, row: Row, person: Person) -> Any:
    """Return the value as it is."""
    return value


def unless_declined(value: Any, row: Row, person: Person) -> Any:
    """Return the reason why a birthday visit ended, without the words of a customer who declined it."""
    return mark(value, row, person) if row["ended_as"] == "declined" else value


WORDS: dict[str, dict[str, Rule]] = {
    "customer": {"name": mark, "household_id": nothing, "household_relation": nothing, "address": nothing,
                 "ref": stand_in, "digest": nothing},
    "household": {"name": nothing},
    "phone": {"number": mark, "digits": mark, "extension": nothing},
    "appliance": {"ref": stand_in, "retire_reason": by_owner(mark), "invoice_no": by_owner(nothing)},
    "ticket": {"text": nothing, "ref": stand_in, "digest": nothing},
    # The note of a cancellation says that it was forced (I18), its reason is a code.
    "event": {"note": only("kind", {"cancelled"}, mark), "reason": only("kind", {"cancelled"}, same),
              "evidence": nothing},
    "maintenance_line": {"ended_reason": unless_declined},
    "contact": {"text": nothing},
    "callback": {"note": nothing},
    "promise": {"what": mark},
    "complaint": {"text": nothing, "file": nothing, "file_sha256": nothing},
    # What was done to make up for it is a code.
    "complaint_step": {"text": only("kind", {"recovered"}, same), "cause": mark, "measure": mark},
    "measure_done": {"text": nothing},
    "quote_answer": {"said_by": nothing, "reason": nothing},
    "compensation": {"party": nothing},
    "part_issue": {"forced": mark},  # that it was forced stays (I20)
    "part_movement": {"reason": nothing},
    "contract": {"scope": nothing},
    "contract_end": {"reason": nothing},
    "consent": {"given_by": nothing},
    "note": {"text": mark, "on_md": nothing, "yearly": zero, "personal": zero, "under_14": zero, "consent": zero,
             "file": nothing, "file_sha256": nothing, "gift": mark},
}  # fmt: skip

TABLES_WITH_VOID_REASON = """
SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'void_reason' WHERE m.type = 'table'
"""


def list_words(db: Database) -> dict[str, dict[str, Rule]]:
    """Return a rule for each column with words, by table: those of WORDS, and every reason why a fact was voided."""
    words = {table: dict(rules) for table, rules in WORDS.items()}
    for row in db.rows(TABLES_WITH_VOID_REASON):
        words.setdefault(row["name"], {})["void_reason"] = unless_undone
    return words
