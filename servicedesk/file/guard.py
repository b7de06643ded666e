"""Drop the triggers of the file while many rows are written at once, then check the same rules for all of them."""

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import joined, say
from servicedesk.file import rules
from servicedesk.records import ticket_facts
from servicedesk.storage.database import Database

# The triggers that mark rows for the search stay: they refuse nothing.
_TRIGGERS = """
SELECT name, sql FROM sqlite_master
 WHERE type = 'trigger' AND name NOT GLOB 'customer_text_*'
"""


class Guard:
    """A bulk write inside a transaction: call `step_aside` before it and `stand` after it.

    The triggers cost three times as much as the rows themselves. They would also refuse a valid history, in which a
    correction may name a fact that was voided later.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self._aside: list[tuple[str, str]] = []

    def step_aside(self) -> None:
        """Drop the triggers. From then on nothing is refused, and the writer must set `ticket.ended_at` itself."""
        if not self._aside:
            self._aside = [(row["name"], row["sql"]) for row in self.db.rows(_TRIGGERS)]
            for name, _ in self._aside:
                self.db.run(f"DROP TRIGGER {name}")

    def stand(self, what: object, *, since_ticket_id: int = 0) -> None:
        """Create the triggers again. RefusedError, naming `what`, if tickets from that id on break a rule."""
        if not self._aside:
            return
        for _, sql in self._aside:
            self.db.run(sql)
        ticket_facts.fill(self.db, since_ticket_id=since_ticket_id)
        of_tickets = tuple(rule for rule in rules.IN_FILE if rule.letter == "T")
        found = (
            rules.broken_rules(self.db, of_tickets, since_id=since_ticket_id)
            if since_ticket_id
            else rules.broken_file(self.db)
        )
        if found:
            told = joined("\n", [say("  {ref}: {finding}", ref=f.ref, finding=f.finding) for f in found[:10]])
            raise RefusedError(
                say(
                    "{what} breaks {sum} rules, nothing was written:\n{told}",
                    what=what,
                    sum=sum(f.many for f in found),
                    told=told,
                )
            )
