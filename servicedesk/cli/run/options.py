"""Options that several nouns share, and how their values are read."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.session import Session

if TYPE_CHECKING:
    from servicedesk.language.words import Words

TicketRef = Annotated[str, typer.Argument(metavar="T101", help="The ticket.")]
TicketRefs = Annotated[list[str], typer.Argument(metavar="T101...", help="The ticket, or several.")]
At = Annotated[str | None, typer.Option("--at", help="When it happened; default: now.", metavar="INSTANT")]
NewCode = Annotated[bool, typer.Option("--new-code", help="The code is a new one.")]
FaultFound = Annotated[str | None, typer.Option("--found", help="The fault that was found: leak, …", metavar="CODE")]
CauseFound = Annotated[str | None, typer.Option("--cause", help="Its cause: worn, blocked, …", metavar="CODE")]
Helped = Annotated[str | None, typer.Option("--solution", help="What helped.", metavar="S3")]
StepsDone = Annotated[
    str | None, typer.Option("--done", help="Steps of its checklist that were done: all, or codes.", metavar="STEPS")
]
OfCustomer = Annotated[
    str | None, typer.Option("--customer", help="Of this customer: C12, a phone or a name.", metavar="C12")
]
Full = Annotated[bool, typer.Option("--full", help="Show whole phone numbers; lists hide their middle.")]
# Call lists and work lists have whole phones; scripts may still ask for them.
WholeAnyway = Annotated[bool, typer.Option("--full", hidden=True, help="Phones are whole here in any case.")]
InArea = Annotated[str | None, typer.Option("--area", help="In this part of the town.", metavar="AREA")]
OfCategory = Annotated[str | None, typer.Option("--category", help="About this kind of appliance.", metavar="CODE")]
OfBrand = Annotated[str | None, typer.Option("--brand", help="About this brand.", metavar="TEXT")]
Limit = Annotated[
    int | None,
    typer.Option(
        "--limit", metavar="N", min=0, max=10**9, help="At most so many; 0: all.", callback=lambda most: most or None
    ),
]
InLanguage = Annotated[
    str | None,
    typer.Option("--language", help="Its language: en or zh; default: that of this run.", metavar="LANGUAGE"),
]


def words_in(session: Session, language: str | None) -> "Words":
    """Return the translations of that language, by default this run's, with the file's own names of categories."""
    from servicedesk.cli.run.language import speech
    from servicedesk.language.words import CODE, Words, language_code
    from servicedesk.records import categories

    words = Words(language_code(language, {})) if language is not None else speech.words or Words(CODE)
    words.categories = lambda: categories.list_labels(session.db)
    return words


def check_alone(option: str, **others: object) -> None:
    """Raise UsageError if one of the others is given: `option` excludes them."""
    for other, value in others.items():
        if value is not None and value is not False:
            raise UsageError(say("--{other} and --{option} exclude each other", other=other, option=option))


def check_unused(command: str, **options: object) -> None:
    """Raise UsageError if one of the options is given: only `command` takes them."""
    for option, value in options.items():
        if value is not None and value is not False:
            raise UsageError(
                say("--{option} belongs to '{command}'", option=option.strip("_").replace("_", "-"), command=command)
            )


def check_phones(session: Session, texts: Iterable[str]) -> list[str]:
    """Return a warning for each phone that may be mistyped. At a terminal, ask instead; UsageError if it is wrong."""
    from servicedesk.base import phones

    typed = [phone for phone in phones.parse_phones(texts) if phone.digits not in session.kept_phones]
    doubts = [phones.doubt(phone, session.db.outlet.zone.key) for phone in typed]
    warnings = [say("warning: {doubt}", doubt=doubt) for doubt in doubts if doubt]
    if not session.may_ask:
        return warnings
    for doubt in filter(None, doubts):
        if not session.confirm(say("{doubt}: keep it?", doubt=doubt)):
            raise UsageError(say("nothing was written"), hint=say("type the command again with the right phone"))
    return []
