"""Fill the demo with reactions: measures done, technicians asked for, gifts, introductions, answers of the staff.

All of it has random numbers of its own and is written last, so that the rest of the outlet does not change.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from servicedesk.base import dates
from servicedesk.desk.aftercare.staff import write_sums
from servicedesk.domain.aftercare.staff import Role
from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database

_DONE, _LATE = 0.7, 0.2  # share of the newest measures that are done; of done ones that are late
_NEW = timedelta(days=90)  # older ones are done

_ASKED_FOR = 0.05  # share of repairs for which the customer asks for a technician they know
_SENT = 0.12  # share of newcomers whom another customer sent
_GIFTS = (("蛋糕", 8800, "生日保养时送的"), ("水果", 4500, None), ("清洁套装", 2600, "投诉后上门致歉"))
# By role: the number of people, and the percentages of the scores 1 to 5.
_STAFF = {
    Role.TECHNICIAN: (6, (3, 7, 20, 45, 25)), Role.CLERK: (3, (2, 8, 25, 45, 20)),
    Role.MANAGER: (1, (0, 5, 25, 50, 20)),
}  # fmt: skip
_REMARKS = ("夏天单子太多，想早点知道排班", "配件到得慢", "新来的师傅带得好", "希望多些培训", "晨会可以短一些")

MEASURES = """
SELECT id, at, measure_by FROM complaint_step WHERE measure IS NOT NULL AND voided_at IS NULL ORDER BY id
"""

# Repairs of customers whom the same technician had served before.
SERVED_AGAIN = """
SELECT t.id, d.technician_id
  FROM ticket t
  JOIN event d ON d.ticket_id = t.id AND d.kind = 'completed' AND d.voided_at IS NULL
 WHERE t.type = 'repair' AND d.technician_id IS NOT NULL
   AND EXISTS (SELECT 1 FROM ticket o
                 JOIN event e ON e.ticket_id = o.id AND e.kind = 'completed' AND e.technician_id = d.technician_id
                WHERE o.customer_id = t.customer_id AND e.at_unix < (SELECT r.at_unix FROM event r
                                                                      WHERE r.ticket_id = t.id AND r.kind = 'reported'))
 ORDER BY t.id
"""
CARED_FOR = """
SELECT t.customer_id, d.at
  FROM ticket t
  JOIN event d ON d.ticket_id = t.id AND d.kind = 'completed' AND d.voided_at IS NULL
 WHERE t.type = 'maintenance' AND t.customer_id IS NOT NULL
 ORDER BY d.at_unix, d.id
"""
JOINED = "SELECT id, recorded_at FROM customer WHERE voided_at IS NULL AND merged_into_id IS NULL ORDER BY id"


def fill_reactions(
    db: Database, seed: int, *, start: datetime, now: datetime, clerk: Callable[[datetime], str]
) -> None:
    """Write the reactions to the work; the file must hold the tickets already."""
    with db.atomic():
        _do_measures(db, Random(f"{seed} measures"), now, clerk)
        _ask_for(db, Random(f"{seed} asked for"))
        _give(db, Random(f"{seed} gifts"), clerk)
        _send(db, Random(f"{seed} sent"), start)
        _ask_staff(db, Random(f"{seed} staff"), start, now)


def _do_measures(db: Database, rng: Random, now: datetime, clerk: Callable[[datetime], str]) -> None:
    """Do the measures, some of them late; a few of the newest are open."""
    done = []
    for row in db.rows(MEASURES)[:-1]:  # the newest one is open
        named = datetime.fromisoformat(row["at"]).astimezone(now.tzinfo)
        days = (datetime.fromisoformat(row["measure_by"]).date() - named.date()).days
        at = named + timedelta(days=days * rng.uniform(0.2, 0.95))
        if rng.random() < _LATE:
            at = named + timedelta(days=days * rng.uniform(1.2, 2))
        at = at.replace(hour=17, minute=rng.randrange(60), second=0, microsecond=0)
        if (rng.random() < _DONE or named < now - _NEW) and named < at < now:
            done.append((at, row["id"]))
    for at, step_id in sorted(done):
        stamp = Stamp(dates.stamp(at), clerk(at))
        db.insert("measure_done", stamp, complaint_step_id=step_id, at=dates.stamp(at))


def _ask_for(db: Database, rng: Random) -> None:
    """Let some customers ask for the technician whom they know."""
    for row in db.rows(SERVED_AGAIN):
        if rng.random() < _ASKED_FOR:
            sql = "UPDATE ticket SET asked_for_id = :technician_id WHERE id = :id"
            db.run(sql, id=row["id"], technician_id=row["technician_id"])


def _give(db: Database, rng: Random, clerk: Callable[[datetime], str]) -> None:
    """Give something at every fortieth birthday visit."""
    for row in db.rows(CARED_FOR):
        if rng.random() < 0.025:
            gift, fen, text = rng.choice(_GIFTS)
            stamp = Stamp(row["at"], clerk(datetime.fromisoformat(row["at"])))
            db.insert("note", stamp, customer_id=row["customer_id"], text=text or gift, gift=gift, cost_fen=fen)


def _send(db: Database, rng: Random, start: datetime) -> None:
    """Let some newcomers come because somebody who was there before sent them."""
    known: list[int] = []
    for row in db.rows(JOINED):
        is_new = datetime.fromisoformat(row["recorded_at"]) >= start
        if is_new and known and rng.random() < _SENT:
            sql = "UPDATE customer SET introduced_by_id = :by WHERE id = :id"
            db.run(sql, id=row["id"], by=rng.choice(known))
        known.append(row["id"])


def _ask_staff(db: Database, rng: Random, start: datetime, now: datetime) -> None:
    """Ask the staff every month; one in ten does not answer."""
    answers: Counter[tuple[str, str, int]] = Counter()
    remarks = set()
    month = start.date().replace(day=1)
    while month < now.date().replace(day=1):
        for role, (people, chances) in _STAFF.items():
            for _ in range(people):
                if rng.random() < 0.9:
                    answers[f"{month:%Y-%m}", role.value, rng.choices(range(1, 6), chances)[0]] += 1
        if rng.random() < 0.5:
            remarks.add((f"{month:%Y-%m}", Role.TECHNICIAN.value, rng.choice(_REMARKS)))
        month = (month + timedelta(days=31)).replace(day=1)
    write_sums(db, answers, remarks)
