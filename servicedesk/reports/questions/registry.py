"""List the boss's questions, find one by its verb, and explain them (`report explain`)."""

from servicedesk.base.errors import NotFoundError, nearest
from servicedesk.base.messages import say
from servicedesk.base.table import Column, For, Table, Value, columns, record
from servicedesk.reports.questions import appliances, complaints, contacts, customers, indices, staff, voices, work
from servicedesk.reports.questions.question import Question

QUESTIONS: tuple[Question, ...] = (
    customers.LOST, customers.PARETO, customers.RETENTION, customers.PROSPECTS, appliances.OLD_APPLIANCES,
    appliances.GAPS, appliances.FAILURES, voices.WORD_OF_MOUTH, indices.CSI, work.CUSTOMER_COST,
    work.TECHNICIAN,
    complaints.MEASURES, complaints.RECOVERY, staff.STAFF, contacts.CONTACTS,
)  # fmt: skip
_EXPLAIN = columns("report-", "title-", "definition-", "keys-", "row_keys-")
_BLOCK = columns("report", "definition", "keys", "row_keys=keys of --rows")


def find_question(key: str) -> Question:
    """Return the question with that verb. NotFoundError names the nearest."""
    known = {question.key: question for question in QUESTIONS}
    if key not in known:
        raise NotFoundError(say("there is no report '{key}'", key=key), hint=nearest(key, known))
    return known[key]


def explain(key: str | None = None) -> Table:
    """Return the definition and the keys for programs of one question, or of all."""
    chosen = [find_question(key)] if key is not None else QUESTIONS
    blocks = tuple(
        (say(of.title), record(_BLOCK, [of.key, say(of.definition), *_question_cells(of)[3:]])) for of in chosen
    )
    return Table(_EXPLAIN, [_question_cells(of) for of in chosen], sections=blocks)


def _question_cells(of: Question) -> list[Value]:
    return [of.key, of.title, of.definition, _keys(of.columns), _keys(of.row_columns) or None]


def _keys(fields: tuple[Column, ...]) -> list[str]:
    return [field.key for field in fields if field.who is not For.PEOPLE]
