"""Look up the technicians and categories that an imported file names, in any spelling; add unknown ones."""

from servicedesk.base import sameness
from servicedesk.domain.model import Stamp
from servicedesk.file.imports.load.counts import Counts
from servicedesk.file.imports.maps.rows import UNKNOWN
from servicedesk.records.categories import find_code
from servicedesk.records.technicians import enroll_technician
from servicedesk.storage import undone
from servicedesk.storage.database import Database

_UNKNOWN_LABEL = "未知品类"
_CATEGORIES = "SELECT code, code FROM category WHERE voided_at IS NULL AND merged_into IS NULL"
_TECHNICIANS = "SELECT name, id FROM technician WHERE voided_at IS NULL ORDER BY id"


class Names:
    """The ids of technicians and the codes of categories, by what the file calls them."""

    def __init__(self, db: Database, stamp: Stamp, counts: Counts, *, labels: bool) -> None:
        self._db, self._stamp, self._counts, self._labels = db, stamp, counts, labels
        self.categories: dict[str, str] = {row[0]: row[1] for row in db.rows(_CATEGORIES)}
        self.technicians: dict[str, int] = {row[0]: row[1] for row in db.rows(_TECHNICIANS)}
        self._folded = {sameness.folded_person(name): key for name, key in reversed(self.technicians.items())}

    def technician_id(self, name: str) -> int:
        """Return the id of the technician of that name in any spelling; add the technician if unknown."""
        if name not in self.technicians:
            folded = sameness.folded_person(name)
            if folded not in self._folded:
                self._folded[folded] = enroll_technician(self._db, self._stamp, name)
                self._counts.technicians.append(name)
            self.technicians[name] = self._folded[folded]
        return self.technicians[name]

    def has_technician(self, name: str) -> bool:
        """Return whether there is a technician of that name."""
        return name in self.technicians or sameness.folded_person(name) in self._folded

    def meant_category(self, text: str) -> str:
        """Return the code of a category that the file names, or the text itself if unknown; add nothing."""
        return self.categories.get(text) or find_code(self._db, text, only_codes=not self._labels) or text

    def category(self, text: str) -> str:
        """Return the code of a category that the file names; add the category if unknown."""
        if text not in self.categories:
            meant = find_code(self._db, text, only_codes=not self._labels)
            if meant is None:
                meant = text
                label = _UNKNOWN_LABEL if text == UNKNOWN else None
                if undone.revive_row(self._db, "category", "code", text, label_zh=label) is None:
                    self._db.insert("category", self._stamp, code=text, label_zh=label)
                self._counts.categories.append(text)
            elif meant != text:
                self._counts.meant[text] = meant
            self.categories[text] = meant
        return self.categories[text]
