"""Contracts with customers: read the contracts, and the tickets that count as visits under them."""

import json
from datetime import date
from typing import Any, NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError
from servicedesk.base.messages import say
from servicedesk.domain.agreements.contracts import Terms
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row

# Contracts with their customer, end and appliances. renewed_by is the contract of the same kind that begins the day
# after this one ends. A visit is used once a technician came or the work was done; planned while its ticket is open.
CONTRACTS = """
SELECT k.id, k.customer_id, c.name AS customer, c.household_id, c.forgotten_at, k.kind, k.from_on, k.to_on,
       e.on_date AS ended_on, e.reason AS end_reason, e.id AS end_id,
       min(k.to_on, coalesce(e.on_date, k.to_on)) AS last_on, k.visits, k.respond_minutes,
       k.warn_days, k.scope, k.recorded_at, k.voided_at, k.voided_by, k.void_reason,
       (SELECT json_group_array(a.appliance_id)
          FROM contract_appliance a
         WHERE a.contract_id = k.id AND a.voided_at IS NULL) AS appliances,
       (SELECT count(*) FROM ticket t
         WHERE t.contract_id = k.id AND t.voided_at IS NULL
           AND EXISTS (SELECT 1 FROM event v WHERE v.ticket_id = t.id AND v.voided_at IS NULL
                          AND (v.kind = 'completed' OR v.kind = 'arrived' AND v.no_access = 0))) AS used,
       (SELECT count(*) FROM ticket t
         WHERE t.contract_id = k.id AND t.voided_at IS NULL AND t.ended_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM event v WHERE v.ticket_id = t.id AND v.voided_at IS NULL
                              AND v.kind = 'arrived' AND v.no_access = 0)) AS planned,
       (SELECT min(f.id) FROM contract f
         WHERE f.customer_id = k.customer_id AND f.kind = k.kind AND f.voided_at IS NULL
           AND f.from_on = date(min(k.to_on, coalesce(e.on_date, k.to_on)), '+1 day')
           AND (EXISTS (SELECT 1 FROM contract_appliance a
                          JOIN contract_appliance b ON b.appliance_id = a.appliance_id AND b.voided_at IS NULL
                         WHERE a.contract_id = k.id AND b.contract_id = f.id AND a.voided_at IS NULL)
                OR NOT EXISTS (SELECT 1 FROM contract_appliance a
                                WHERE a.contract_id IN (k.id, f.id) AND a.voided_at IS NULL))) AS renewed_by
  FROM contract k
  JOIN customer c ON c.id = k.customer_id
  LEFT JOIN contract_end e ON e.contract_id = k.id AND e.voided_at IS NULL
 WHERE (:id IS NULL OR k.id = :id)
   AND (:customer_id IS NULL OR k.customer_id = :customer_id)
 ORDER BY last_on, k.id
"""


class Contract(NamedTuple):
    """A contract: its terms, and the row that it was read from."""

    terms: Terms
    row: Row

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def appliances(self) -> list[int]:
        """Return the ids of the appliances that the contract names. An empty list means all of the customer's."""
        return [int(one) for one in json.loads(self.row["appliances"])]

    @property
    def visits_left(self) -> int | None:
        """Return how many visits are neither used nor planned, or None if the contract includes no visits."""
        visits = self.terms.visits
        return None if visits is None else max(0, visits - self.row["used"] - self.row["planned"])

    def status(self, on: date) -> str:
        """Return the status: voided, ended (before its agreed last day), coming, running or over."""
        if self.row["voided_at"] is not None:
            return "voided"
        if self.row["ended_on"] is not None and on > self.terms.last:
            return "ended"
        return self.terms.status(on)


def list_contracts(db: Database, *, customer_id: int | None = None, voided: bool = False) -> list[Contract]:
    """Return all contracts or those of one customer, sorted by their last day; include `voided` ones if asked."""
    rows = db.rows(CONTRACTS, id=None, customer_id=customer_id)
    return [_contract(row) for row in rows if voided or row["voided_at"] is None]


def get_contract(db: Database, contract_id: int) -> Contract:
    """Return the contract; raise NotFoundError if there is none or it was undone."""
    contract_id = undone.fact_id(db, "contract", contract_id)
    row = db.row(CONTRACTS, id=contract_id, customer_id=None)
    if row is None:
        raise NotFoundError(
            say("there is no contract G{id}", id=contract_id), hint=say("'contract list --all' shows them all")
        )
    return _contract(row)


def _contract(row: Row) -> Contract:
    terms = Terms(
        date.fromisoformat(row["from_on"]), date.fromisoformat(row["last_on"]), row["visits"], row["warn_days"]
    )
    return Contract(terms, row)


# The customer's contracts that cover an appliance: they name it, or name none and so cover all. A ticket without an
# appliance is covered only by those that name none.
COVERING = """
SELECT k.id
  FROM contract k
 WHERE k.voided_at IS NULL AND k.customer_id = :customer_id
   AND (NOT EXISTS (SELECT 1 FROM contract_appliance a WHERE a.contract_id = k.id AND a.voided_at IS NULL)
        OR EXISTS (SELECT 1 FROM contract_appliance a
                    WHERE a.contract_id = k.id AND a.appliance_id = :appliance_id AND a.voided_at IS NULL))
 ORDER BY k.id
"""


def list_covering(db: Database, customer_id: int | None, appliance_id: int | None, *, on: date) -> list[Contract]:
    """Return the customer's contracts that are valid on that day and cover the appliance."""
    found = [
        get_contract(db, row["id"]) for row in db.rows(COVERING, customer_id=customer_id, appliance_id=appliance_id)
    ]
    return [contract for contract in found if contract.terms.holds_on(on)]


def contract_id_of_ticket(db: Database, ticket_id: int) -> int | None:
    """Return the id of the contract that the ticket's visit belongs to, or None."""
    found: int | None = db.value("SELECT contract_id FROM ticket WHERE id = :id", id=ticket_id)
    return found


def response_limit(db: Database, reported_at: str, minutes: int) -> str:
    """Return the instant by which a technician must arrive: that many minutes after the report."""
    limit = dates.stamp_of(dates.unix_of(reported_at) + minutes * 60, db.outlet.zone)
    assert limit is not None
    return limit


EXTENSIONS = """
SELECT k.id, k.from_on, min(k.to_on, coalesce(e.on_date, k.to_on)) AS to_on, k.scope
  FROM contract_appliance a
  JOIN contract k ON k.id = a.contract_id AND k.kind = 'extension' AND k.voided_at IS NULL
  LEFT JOIN contract_end e ON e.contract_id = k.id AND e.voided_at IS NULL
 WHERE a.appliance_id = :appliance_id AND a.voided_at IS NULL
 ORDER BY k.from_on, k.id
"""


def list_extensions(db: Database, appliance_id: int) -> list[Row]:
    """Return the extensions of an appliance's guarantee, each with its first and last day."""
    return db.rows(EXTENSIONS, appliance_id=appliance_id)


# The tickets that name a contract, with the first arrival of each.
NAMING = """
SELECT t.id AS ticket_id, t.type, v.status, v.reported_at, r.at_unix AS reported_unix,
       (SELECT a.at FROM event a WHERE a.ticket_id = t.id AND a.kind = 'arrived' AND a.voided_at IS NULL
         ORDER BY a.at_unix, a.id LIMIT 1) AS arrived_at,
       (SELECT min(a.at_unix) FROM event a
         WHERE a.ticket_id = t.id AND a.kind = 'arrived' AND a.voided_at IS NULL) AS arrived_unix,
       v.completed_at, v.cancelled_at, t.customer_id, v.customer, t.appliance_id, v.category
  FROM ticket t
  JOIN ticket_now v ON v.id = t.id
  JOIN event r ON r.ticket_id = t.id AND r.kind = 'reported' AND r.voided_at IS NULL
 WHERE t.contract_id = :id AND t.voided_at IS NULL
 ORDER BY r.at_unix, t.id
"""


def list_naming(db: Database, contract_id: int) -> list[dict[str, Any]]:
    """Return the tickets that name the contract, sorted by the time of their reports."""
    return [dict(row) for row in db.rows(NAMING, id=contract_id)]
