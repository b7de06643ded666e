"""What was found at a ticket and what helped, as its completion records it (S24)."""

from typing import NamedTuple

from servicedesk.records import codes
from servicedesk.storage.database import Database


class Finding(NamedTuple):
    """What a technician found and did: the codes of the fault and of its cause, and the solution that helped (S3)."""

    found: str | None = None
    cause: str | None = None
    solution: str | None = None


def read_finding(db: Database, finding: Finding, *, new: bool = False) -> dict[str, str | int]:
    """Return the given parts of a finding as fields of an event.

    RefusedError if a code or the solution is unknown, or the solution is out of use.
    """
    fields: dict[str, str | int] = {}
    if finding.found is not None:
        fields["found"] = codes.check_code(db, "fault", finding.found, new=new)
    if finding.cause is not None:
        fields["found_cause"] = codes.check_code(db, "cause", finding.cause, new=new)
    if finding.solution is not None:
        from servicedesk.records.knowledge.solutions import check_in_use

        fields["solution_id"] = check_in_use(db, finding.solution)
    return fields
