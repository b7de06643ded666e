"""Renew a contract: another one with the same terms, from the day after its end (S30)."""

from datetime import date, timedelta

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import joined, say
from servicedesk.base.table import Result
from servicedesk.desk.agreements.contracts import NewContract, add_contract, check_not_voided
from servicedesk.domain.agreements.contracts import ContractKind, renewed_until
from servicedesk.records.agreements.contracts import Contract, get_contract
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk


def renew_contract(desk: Desk, contract_id: int, *, to_on: str | None, visits: int | None) -> Result:
    """Record the next contract, with the length and the terms of the old one. The same again changes nothing.

    RefusedError if the old one is voided, ended early, or already followed by one with other terms.
    """
    with desk.db.atomic():
        known = get_contract(desk.db, contract_id)
        _check_renewable(known)
        row, covered = known.row, _still_covered(desk.db, known)
        first = known.terms.last + timedelta(days=1)
        last = to_on or renewed_until(date.fromisoformat(row["from_on"]), known.terms.last).isoformat()
        wanted = NewContract(
            row["customer_id"],
            ContractKind(row["kind"]),
            first.isoformat(),
            last,
            covered,
            visits or row["visits"],
            row["respond_minutes"],
            row["warn_days"],
            row["scope"],
        )
        made = add_contract(desk, wanted)
        if row["renewed_by"] is not None and made.changed:
            raise RefusedError(
                say("G{next} follows G{id} already, with other terms", next=row["renewed_by"], id=known.id),
                hint=say("first: contract void G{next} --reason R", next=row["renewed_by"]),
            )
        gone = [f"A{one}" for one in known.appliances if one not in covered]
        lost = [say("not covered any more: {appliances}", appliances=joined(", ", gone))] if gone else []
        return made._replace(notes=[*made.notes, *lost])


def _check_renewable(known: Contract) -> None:
    check_not_voided(known)
    if known.row["ended_on"] is not None:
        raise RefusedError(
            say("G{id} ended {ended} already", id=known.id, ended=known.row["ended_on"]),
            hint=say("'contract add C{customer}' agrees on another one", customer=known.row["customer_id"]),
        )


IN_USE = "SELECT 1 FROM appliance_now WHERE id = :id AND customer_id = :customer_id AND retired_on IS NULL"


def _still_covered(db: Database, known: Contract) -> list[int]:
    """Return those of its appliances that the customer still has. RefusedError if none is left."""
    customer_id = known.row["customer_id"]
    covered = [one for one in known.appliances if db.value(IN_USE, id=one, customer_id=customer_id)]
    if known.appliances and not covered:
        raise RefusedError(
            say("C{customer} has none of the appliances of G{id} any more", customer=customer_id, id=known.id),
            hint=say("'contract add C{customer} --appliance A1' agrees on another one", customer=customer_id),
        )
    return covered
