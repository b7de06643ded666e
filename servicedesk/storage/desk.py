"""What a command that writes works with: the open file, the stamp of what it writes, its clock."""

from datetime import datetime
from typing import NamedTuple

from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database


class Desk(NamedTuple):
    """One run at the desk. `stamp` is written beside every row, `now` is in the outlet's time zone."""

    db: Database
    stamp: Stamp
    now: datetime

    @property
    def today(self) -> str:
        """The day on which it is typed, as ISO text."""
        return self.stamp.recorded_at[:10]
