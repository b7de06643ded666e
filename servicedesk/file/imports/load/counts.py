"""The counters of an import: new, known and changed records, new names, doubtful values."""

from dataclasses import dataclass, field

from servicedesk.base import phones
from servicedesk.base.sameness import Phone
from servicedesk.file.imports.maps.words import SECTIONS


@dataclass
class Counts:
    """How many records are new, known or changed; `customers` and `appliances` count new ones."""

    new: int = 0
    known: int = 0
    changed: int = 0
    customers: int = 0
    appliances: int = 0
    further: int = 0  # known rows whose record is new in the same file
    unanswered: int = 0  # rows without an answer in a file of answers
    completed: int = 0
    fuller: int = 0  # known records whose row has values that ours lack
    forgotten: int = 0
    first_changed: str = ""
    differing: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SECTIONS, 0))
    categories: list[str] = field(default_factory=list)
    # Labels of our categories that the file uses, and their codes.
    meant: dict[str, str] = field(default_factory=dict)
    technicians: list[str] = field(default_factory=list)
    # New tickets without one of these.
    without: dict[str, int] = field(default_factory=lambda: {"customer": 0, "appliance": 0, "technician": 0})
    old: int = 0  # appliances that were bought too long ago to be likely
    first_old: str = ""
    doubted_phones: int = 0
    first_doubt: str = ""

    def look_at_phone(self, phone: Phone, zone: str) -> None:
        """Count a phone that may be mistyped."""
        doubt = phones.doubt(phone, zone)
        self.doubted_phones += doubt is not None
        self.first_doubt = self.first_doubt or doubt or ""

    def lack(self, *named: object) -> None:
        """Count a new ticket without customer, appliance or technician."""
        for noun, one in zip(self.without, named, strict=True):
            self.without[noun] += not one
