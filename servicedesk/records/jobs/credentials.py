"""Credentials of technicians: certificates by category, badges, trainings (S16, S23)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from servicedesk.base.messages import category_name, say
from servicedesk.storage.database import Database, Row

SOON_DAYS = 30  # the morning page names a certificate that ends within these days

# For each technician and category the certificate that ends last. Technicians who have left or no longer have the skill
# need none.
CERTIFICATES = """
SELECT c.technician_id, k.name AS technician, c.category, c.number, max(c.until_on) AS until_on
  FROM credential c
  JOIN technician k ON k.id = c.technician_id AND k.voided_at IS NULL
 WHERE c.kind = 'certificate' AND c.voided_at IS NULL AND (:technician_id IS NULL OR c.technician_id = :technician_id)
   AND (k.left_on IS NULL OR k.left_on > :on)
   AND (NOT EXISTS (SELECT 1 FROM technician_skill s WHERE s.technician_id = k.id)
        OR EXISTS (SELECT 1 FROM technician_skill s WHERE s.technician_id = k.id AND s.category = c.category))
 GROUP BY c.technician_id, c.category
 ORDER BY until_on, c.technician_id, c.category
"""
BADGE = """
SELECT c.id, c.number, c.until_on, c.technician_id
  FROM credential c
 WHERE c.kind = 'badge' AND c.voided_at IS NULL AND c.technician_id = :technician_id
"""
OF_NUMBER = """
SELECT c.number, c.until_on, c.voided_at, k.left_on, k.voided_at AS technician_voided_at, c.technician_id, k.name
  FROM credential c JOIN technician k ON k.id = c.technician_id
 WHERE c.kind = 'badge' AND c.number = :number
 ORDER BY c.voided_by IS NOT NULL, c.id DESC
 LIMIT 1
"""
TRAININGS = """
SELECT on_date, text FROM credential
 WHERE kind = 'training' AND technician_id = :technician_id AND voided_at IS NULL
 ORDER BY on_date DESC, id DESC
"""


class Certificate(NamedTuple):
    """A technician's certificate to work on a category of appliances; `until_on` is its last day."""

    technician_id: int
    technician: str
    category: str
    number: str | None
    until_on: str

    def state(self, on: str) -> str:
        """Return the state as a text for people: `ac: certificate ends`, or `expired`."""
        what = category_name(self.category, is_code=True)
        if self.until_on < on:
            return say("{what}: certificate expired", what=what)
        return say("{what}: certificate ends", what=what)

    def text(self, on: str) -> str:
        """Return the state and the day as a text for people: `ac: certificate expired 2026-10-31`."""
        what = category_name(self.category, is_code=True)
        if self.until_on < on:
            return say("{what}: certificate expired {until}", what=what, until=self.until_on)
        return say("{what}: certificate ends {until}", what=what, until=self.until_on)


def list_certificates(db: Database, *, on: str, technician_id: int | None = None) -> list[Certificate]:
    """Return the certificates that technicians need now, sorted by their last day."""
    return [Certificate(*row) for row in db.rows(CERTIFICATES, on=on, technician_id=technician_id)]


def find_badge(db: Database, technician_id: int) -> Row | None:
    """Return the badge of a technician, or None."""
    return db.row(BADGE, technician_id=technician_id)


def list_trainings(db: Database, technician_id: int) -> list[Row]:
    """Return the trainings of a technician, the latest first."""
    return db.rows(TRAININGS, technician_id=technician_id)


def list_ending(db: Database, *, on: str, until: str, when: Callable[[str | None], str | None]) -> list[dict[str, Any]]:
    """Return the certificates that have expired or end by `until`, for the morning page (desk/today.py)."""
    return [
        {
            "ref": one.technician,
            "customer_id": None,
            "ticket_id": None,
            "technician": one.technician,
            "category": one.category,
            "due_on": one.until_on,
            "reason": "expired" if one.until_on < on else "ends",
            "when": when(one.until_on),
            "who": None,
            "machine": None,
            "what": one.state(on),
        }
        for one in list_certificates(db, on=on)
        if one.until_on <= until
    ]
