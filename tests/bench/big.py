"""A big outlet, written through SQL: the same rows for the same size and seed.

    python -m tests.bench.big PATH [TICKETS] [SEED]

One appliance for five tickets, 50 technicians, 5 years up to 2026-10-31. What happens to a ticket is drawn in fates.py:
windows agreed and moved, several visits, nobody home, waits, re-assignments, cancellations of all reasons, answers of
all sources, late entries, corrections, call-backs, promises, complaints with their steps, maintenance lines.
"""

import json
from pathlib import Path

from servicedesk.domain.model import Stamp
from servicedesk.file.guard import Guard
from servicedesk.file.opening import create_outlet
from servicedesk.storage.database import Database
from tests.bench.fates import COLUMNS, END, TECHNICIANS, fates
from tests.usage import usage

STAMP = Stamp("2021-11-01T00:00:00+08:00", "bench")
STAMPED = "'2021-11-01T00:00:00+08:00', 'bench', 'typed'"
CATEGORIES = ("ac", "fridge", "washer", "electric_water_heater", "flat_tv", "range_hood", "small", "freezer")


def instant(unix: str) -> str:
    return f"strftime('%Y-%m-%dT%H:%M:%S+08:00', {unix} + 28800, 'unixepoch')"


def typed(at: str) -> str:
    """When a fact of that instant was typed."""
    return f"min({END}, max({at} + late, recorded))"


def events(kind: str, at: str, more: str = "", *, recorded: str | None = None, mends: bool = False) -> str:
    """One event of each ticket that has that instant; `more` are further columns, `name = SQL` on lines.

    `mends`: it is the one that is voided where the ticket's fate says so.
    """
    recorded = recorded or typed(at)
    found = dict(line.strip().split(" = ", 1) for line in more.strip().splitlines())
    if mends:
        mended = f"CASE WHEN mended = '{kind}' AND mended_at IS NOT NULL THEN"
        found["voided_at"] = f"{mended} {instant(f'max(mended_at, {recorded})')} END"
        found["voided_by"] = f"{mended} 'bench' END"
        found["void_reason"] = f"{mended} 'mistyped' END"
    names, values = "".join(f", {name}" for name in found), "".join(f", {value}" for value in found.values())
    return (
        f"INSERT INTO event (ticket_id, kind, at, recorded_at, actor, origin{names}) SELECT id, '{kind}',"
        f" {instant(at)}, {instant(recorded)}, 'bench', 'typed'{values} FROM plan WHERE {at} IS NOT NULL ORDER BY id"
    )


def series(most: str) -> str:
    return f"WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {most})"


CUSTOMERS = "max(:appliances / 2, 1)"
OUTLET = (
    f"INSERT INTO customer (id, name, address, area, recorded_at, actor, origin) {series(CUSTOMERS)}"
    f" SELECT id, '客户' || id, id || ' Harbour Road', 'area ' || (id % 12), {STAMPED} FROM n",
    f"INSERT INTO phone (customer_id, number, digits, recorded_at, actor, origin) {series(CUSTOMERS)}"
    f" SELECT id, '13' || (800000000 + id), '13' || (800000000 + id), {STAMPED} FROM n",
    f"INSERT INTO appliance (id, customer_id, category, brand, serial, plate, bought_on, bought_precision,"
    f" recorded_at, actor, origin) {series(':appliances')} SELECT id, 1 + id % {CUSTOMERS}, (SELECT value"
    f" FROM json_each(:categories) WHERE key = n.id % 8), 'Haier', 'S' || id, 's' || id || ' haier',"
    f" date('2010-01-01', (id % 4300) || ' days'), 'day', {STAMPED} FROM n",
    f"INSERT INTO technician (id, name, recorded_at, actor, origin) {series(str(TECHNICIANS))}"
    f" SELECT id, 'Technician ' || printf('%02d', id), {STAMPED} FROM n",
)
CUSTOMER = f"1 + coalesce(appliance_id, id) % {CUSTOMERS}"
SENT = "technician_id = CASE WHEN reassigned <= {at} THEN other_id ELSE technician_id END"
HOURS = 3600
TICKETS = (
    f"INSERT INTO ticket (id, type, customer_id, appliance_id, fault, on_site, ended_at, recorded_at, actor, origin)"
    f" SELECT id, type, {CUSTOMER}, appliance_id, fault, on_site, {instant('coalesce(done, cancelled)')},"
    f" {instant('recorded')}, 'bench', 'typed' FROM plan ORDER BY id",
    events("reported", "reported", recorded="recorded"),
    events("assigned", "assigned", "technician_id = technician_id", mends=True),
    events("assigned", "reassigned", "technician_id = other_id"),
    events("appointed", "booked", f"""
        window_from = {instant("opens_at")}
        window_to = {instant(f"opens_at + 2 * {HOURS}")}
        asked_by = asked_by""", mends=True),
    events("appointed", "rebooked", f"""
        window_from = {instant("reopens_at")}
        window_to = {instant(f"reopens_at + 2 * {HOURS}")}
        asked_by = reasked_by"""),
    events("arrived", "arrived", f"no_access = no_access\n{SENT.format(at='arrived')}", mends=True),
    events("arrived", "arrived_again", f"no_access = 0\n{SENT.format(at='arrived_again')}"),
    events("waiting", "waiting", "cause = cause"),
    events("resumed", "resumed"),
    events("completed", "done", f"outcome = outcome\n{SENT.format(at='done')}", mends=True),
    events("cancelled", "cancelled", """
        reason = reason
        cancelled_by = CASE WHEN reason LIKE 'customer%' OR reason = 'works_again' THEN 'customer' ELSE 'outlet' END
        duplicate_of_id = CASE WHEN reason = 'duplicate' AND id > 1 THEN id - 1 END"""),
    events("surveyed", "answered", """
        score = score
        satisfied = satisfied
        source = source""", mends=True),
    events("surveyed", "followed_up", "score = 4\nsource = 'callback'"),
    # What was mistyped stands corrected: earlier, otherwise ended, otherwise answered, an hour later. No assignment is.
    f"""INSERT INTO event (ticket_id, kind, at, technician_id, window_from, window_to, asked_by, no_access, outcome,
                           score, satisfied, source, corrects_id, recorded_at, actor, origin)
 SELECT e.ticket_id, e.kind,
        CASE e.kind WHEN 'arrived' THEN {instant("max(plan.reported, e.at_unix - 900)")} ELSE e.at END,
        e.technician_id, e.window_from,
        CASE WHEN e.kind = 'appointed' THEN {instant(f"e.window_to_unix + {HOURS}")} END, e.asked_by, e.no_access,
        CASE WHEN e.outcome = 'fixed' THEN 'user_caused' ELSE e.outcome END, 6 - e.score, 1 - e.satisfied, e.source,
        e.id, e.voided_at, 'bench', 'typed'
   FROM event e JOIN plan ON plan.id = e.ticket_id
  WHERE e.voided_at IS NOT NULL AND e.kind <> 'assigned' ORDER BY e.id""",
)  # fmt: skip
TALK = (
    f"INSERT INTO callback (ticket_id, at, outcome, recorded_at, actor, origin) SELECT id, {instant('called')},"
    " CASE WHEN called_again THEN 'no_answer' WHEN id % 40 = 0 THEN 'refused' WHEN id % 41 = 0 THEN 'wrong_number'"
    f" ELSE 'reached' END, {instant('called')}, 'bench', 'typed' FROM plan WHERE called IS NOT NULL ORDER BY id",
    f"INSERT INTO callback (ticket_id, at, outcome, recorded_at, actor, origin) SELECT id, {instant('called_again')},"
    f" 'reached', {instant('called_again')}, 'bench', 'typed' FROM plan WHERE called_again IS NOT NULL ORDER BY id",
    f"INSERT INTO promise (id, ticket_id, what, due_at, at, recorded_at, actor, origin) SELECT id, id, 'call again',"
    f" {instant('due')}, {instant('promised')}, {instant('promised')}, 'bench', 'typed' FROM plan"
    " WHERE promised IS NOT NULL ORDER BY id",
    f"INSERT INTO promise_end (promise_id, kind, at, withdrawn_by, recorded_at, actor, origin) SELECT id,"
    f" CASE WHEN id % 20 = 0 THEN 'withdrawn' ELSE 'kept' END, {instant('kept')}, CASE WHEN id % 20 = 0 THEN 'customer'"
    f" END, {instant('kept')}, 'bench', 'typed' FROM plan WHERE promised IS NOT NULL AND kept IS NOT NULL ORDER BY id",
    "INSERT INTO complaint (id, customer_id, ticket_id, at, about, severity, external_body, recorded_at, actor, origin)"
    f" SELECT id, {CUSTOMER}, id, {instant('complained')}, 'service', CASE id % 5 WHEN 0 THEN 'high' WHEN 1 THEN 'low'"
    f" ELSE 'normal' END, CASE WHEN id % 30 = 0 THEN '12315' END, {instant('complained')}, 'bench', 'typed' FROM plan"
    " WHERE complained IS NOT NULL ORDER BY id",
    *(
        f"INSERT INTO complaint_step (complaint_id, kind, at, upheld, recorded_at, actor, origin) SELECT id, '{kind}',"
        f" {instant(at)}, {upheld}, {instant(at)}, 'bench', 'typed' FROM plan"
        f" WHERE complained IS NOT NULL AND {at} <= {END} AND {where} ORDER BY id"
        for kind, at, upheld, where in (
            ("acknowledged", f"complained + id % 50 * {HOURS}", "NULL", "id % 10 > 0"),
            ("recovered", f"complained + 72 * {HOURS}", "NULL", "id % 3 = 0"),
            ("closed", f"complained + (120 + id % 300) * {HOURS}", "id % 2", "id % 20 > 0"),
        )
    ),
)  # fmt: skip
# A birthday for each maintenance ticket, one age a machine; of those still open one a machine.
CARE = f"""
INSERT INTO maintenance_line (appliance_id, age, due_on, role, ticket_id, ended_as, ended_reason, ended_at, ended_by,
                              recorded_at, actor, origin)
SELECT appliance_id, age, date(reported + 7 * 86400, 'unixepoch'), 'care', id, ended_as, reason, ended_at,
       CASE WHEN ended_at IS NOT NULL THEN 'bench' END, {instant("recorded")}, 'bench', 'typed'
  FROM (SELECT *, row_number() OVER (PARTITION BY appliance_id ORDER BY id) AS age,
               row_number() OVER (PARTITION BY appliance_id, coalesce(done, cancelled) IS NULL ORDER BY id) AS open_one,
               CASE WHEN cancelled IS NOT NULL THEN 'cancelled' END AS ended_as, {instant("cancelled")} AS ended_at
          FROM plan WHERE type = 'maintenance' AND appliance_id IS NOT NULL)
 WHERE open_one = 1 OR coalesce(done, cancelled) IS NOT NULL"""


def written(path: Path, *, tickets: int, seed: int = 7) -> Database:
    """A new file of that many tickets."""
    db = create_outlet(path, STAMP, outlet="Big outlet", zone="Asia/Shanghai", classroom=True)
    db.connection.execute("PRAGMA cache_size = -256000")
    db.connection.execute("PRAGMA temp_store = memory")
    values = {"appliances": max(tickets // 5, 1), "categories": json.dumps(CATEGORIES)}
    with db.atomic():
        guard = Guard(db)
        guard.step_aside()
        db.run(f"CREATE TEMP TABLE plan ({', '.join(COLUMNS).replace('id', 'id INTEGER PRIMARY KEY', 1)})")
        db.run_many(f"INSERT INTO plan VALUES ({', '.join('?' * len(COLUMNS))})", fates(tickets, seed))
        for step in (*OUTLET, *TICKETS, *TALK, CARE, "DROP TABLE plan"):
            db.run(step, **{name: value for name, value in values.items() if f":{name}" in step})
        guard.stand(path)
    return db


if __name__ == "__main__":
    asked = usage("tests.bench.big", __doc__)
    asked.add_argument("path", type=Path)
    asked.add_argument("tickets", nargs="?", type=int, default=100_000)
    asked.add_argument("seed", nargs="?", type=int, default=7)
    given = asked.parse_args()
    written(given.path, tickets=given.tickets, seed=given.seed).close()
