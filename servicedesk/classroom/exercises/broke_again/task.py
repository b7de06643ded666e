"""The task sheet and the questions of E4."""

from servicedesk.base.messages import coded, say
from servicedesk.base.table import Table, columns
from servicedesk.classroom.exercise import Block, Item, Kind, Part
from servicedesk.storage.database import Database, Row

ELSEWHERE = "elsewhere"  # not one of October's completed repairs
NOBODY = "nobody"
_TICKETS = """
SELECT t.id, t.type, t.fault, t.appliance_id, a.category, substr(r.at, 1, 10) AS reported_on,
       substr(c.at, 1, 10) AS completed_on, c.outcome, w.name AS technician, x.reason, x.cancelled_by, x.duplicate_of_id
  FROM ticket t
  JOIN event r ON r.ticket_id = t.id AND r.kind = 'reported'
  LEFT JOIN event c ON c.ticket_id = t.id AND c.kind = 'completed'
  LEFT JOIN event x ON x.ticket_id = t.id AND x.kind = 'cancelled'
  LEFT JOIN technician w ON w.id = c.technician_id
  LEFT JOIN appliance a ON a.id = t.appliance_id
 ORDER BY t.id"""

VERDICTS: dict[str, tuple[str, ...]] = {
    "repeated": ("hit", "符合", "yes", "came back", "again", "重修", "又报修", "是", "又坏了", "再次报修", "多次维修"),
    "not_repeated": ("miss", "不符合", "no", "good", "fixed for good", "未重修", "否", "没有再坏", "未再报修"),
    "pending": ("not yet", "too early", "open", "未到期", "待定"),
    "excluded": ("left out", "not counted", "unmatched", "排除", "不计", "剔除", "无法匹配"),
    ELSEWHERE: ("other", "not october", "no october repair", "不属十月", "不属本月", "不在其中"),
}


def list_tickets(db: Database) -> list[Row]:
    """Return the tickets with their appliances, reports, completions and cancellations."""
    return db.rows(_TICKETS)


def ask(db: Database) -> list[Item]:
    """Return the items: by hand a verdict and a proof for each ticket; with the tool who is charged, and figures."""
    refs = [f"T{row['id']}" for row in list_tickets(db)]
    items = []
    for ref in refs:
        verdict = say("{ref}: repeated, not_repeated, pending, excluded or elsewhere?", ref=ref)
        items.append(Item(ref, verdict, Kind.CHOICE, Part.HAND, VERDICTS))
        proof = say("{ref}: the ticket with which it came back, or none", ref=ref)
        items.append(Item(f"{ref}.by", proof, Kind.REFS, Part.HAND))
    charged = ((ref, say("{ref}: who is charged with a repeat? A name, or nobody", ref=ref)) for ref in refs)
    items += [Item(f"{ref}.charged", question, Kind.NAME) for ref, question in charged]
    return [
        *items,
        Item("any_fault", say("The repeat-repair rate of October, as repeated/total"), Kind.FRACTION),
        Item("same_fault", say("The same rate for repeats of the same fault"), Kind.FRACTION),
        Item("final", say("The first day on which October is final"), Kind.DATE),
        Item("unmatched", say("The repairs of October that no appliance is known of"), Kind.REFS),
    ]


def sheet(db: Database) -> Table:
    """Return the tickets with their appliances and days, and empty columns for the answers."""
    rows = [
        [f"T{row['id']}", _appliance(row), coded(row["fault"] or row["type"]), row["reported_on"][5:], _end(row),
         row["technician"] or "", "", "", ""]
        for row in list_tickets(db)
    ]  # fmt: skip
    return Table(
        columns(
            "ticket", "appliance", "fault", "reported", "completed", "technician:name", "verdict=verdict?",
            "again=came back with?", "charged=charged?",
        ),
        rows,
    )  # fmt: skip


def _appliance(row: Row) -> str:
    return f"A{row['appliance_id']}" if row["appliance_id"] else "–"


def _end(row: Row) -> str:
    if row["duplicate_of_id"]:
        return say("a duplicate of T{other}", other=row["duplicate_of_id"])
    if row["cancelled_by"]:
        return say("cancelled by the {by}", by=coded(row["cancelled_by"]))
    if row["outcome"] == "no_fault_found":
        return say("{day}, {outcome}", day=row["completed_on"][5:], outcome=coded(row["outcome"]))
    return str(row["completed_on"][5:])


def describe(db: Database) -> list[Block]:
    """Return the blocks of the task sheet."""
    return [
        Block(
            paragraphs=[
                say(
                    "A repair should last. The repeat-repair rate counts those that came back: the same appliance, any"
                    " fault, within 30 days. It is Wednesday, 25 November 2026, 18:00; fifteen tickets are on file."
                    " Which of October's repairs came back, and who is charged with it?"
                ),
            ]
        ),
        Block(
            say("By hand first"),
            steps=[
                say(
                    "Read the sheet. For each ticket write repeated, not_repeated, pending, excluded, or elsewhere if"
                    " it is none of October's completed repairs."
                ),
                say("Prove it: write the first ticket with which it came back (T9.by=T12), or none."),
                say("Type them into answers.csv, or: servicedesk exercise answer T1=repeated T1.by=T4"),
                say("Hand them in: servicedesk exercise submit --part hand. Then the file opens to the tool."),
            ],
        ),
        Block(
            say("Then with the tool"),
            steps=[
                say("See how the tool counts: servicedesk kpi rows repeat_repair_rate --month 2026-10"),
                say("For each ticket give the name of whoever is charged with a repeat, or nobody."),
                say(
                    "Give the rate for any fault and for the same fault (same_fault_repeat_rate) as repeated/total, the"
                    " day from which October is final, and the repairs that no appliance is known of."
                ),
                say("Hand everything in: servicedesk exercise submit"),
            ],
        ),
    ]
