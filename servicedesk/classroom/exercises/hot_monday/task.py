"""The task sheet of E2: the crew, and the log that the student keeps on paper."""

from servicedesk.base.messages import category_name, item_list, say
from servicedesk.base.table import Table, columns
from servicedesk.classroom.exercise import Block, Item
from servicedesk.classroom.exercise_file import read_exercise
from servicedesk.storage.database import Database

_CREW = """
SELECT k.name,
       (SELECT group_concat(s.category) FROM technician_skill s WHERE s.technician_id = k.id) AS skills
  FROM technician k ORDER BY k.id"""


def ask(db: Database) -> list[Item]:
    """Return no items: the student's file is the answer."""
    return []


def sheet(db: Database) -> Table:
    """Return an empty log with a line for each call."""
    fields = columns("call", "came=came at", "customer", "appliance", "ticket", "technician", "window", "asked_by")
    return Table(fields, [[str(at), *[""] * 7] for at, _ in enumerate(read_exercise(db).script, 1)])


def list_crew(db: Database) -> Table:
    """Return the technicians with the categories they repair, as on the wall: without absences and expiry dates."""
    rows = [[row["name"], item_list(map(category_name, sorted(row["skills"].split(","))))] for row in db.rows(_CREW)]
    return Table(columns("technician:name", "skills=repairs"), rows)


def describe(db: Database) -> list[Block]:
    """Return the blocks of the task sheet."""
    return [
        Block(
            paragraphs=[
                say(
                    "Monday, 23 November 2026, 08:55: the first cold morning. In the next hour twenty calls come in,"
                    " and you are alone at the phone. The clock of this file stands while you type and moves only when"
                    " the next call comes."
                ),
            ]
        ),
        Block(
            say("What to do"),
            steps=[
                say("The next call: servicedesk exercise call --next"),
                say("Open a ticket while they speak: servicedesk ticket open --phone 16012345678 --appliance fridge …"),
                say("Assign it within five minutes of the call: servicedesk ticket assign T1 …"),
                say(
                    "If a time is spoken of, agree on one and record who asked for it: servicedesk ticket appoint T1"
                    " tomorrow 9-11 --asked-by customer"
                ),
                say(
                    "Who calls twice about the same gets one ticket, that of the first call: ticket cancel T9 --reason"
                    " duplicate --duplicate-of T3 --by outlet"
                ),
                say("After the twentieth call hand the file in: servicedesk exercise submit"),
            ],
        ),
        Block(
            say("Who repairs what"),
            paragraphs=[
                say(
                    "As on the wall. Who is here today, and whose certificate holds: servicedesk technician list, and"
                    " technician show NAME. Nobody can go to more than six."
                ),
            ],
            table=list_crew(db),
        ),
        Block(
            say("How it is marked"),
            paragraphs=[
                say(
                    "40 points for tickets assigned within five minutes, 30 for technicians who can and may do it and"
                    " are not overloaded, 20 for one ticket a fault, 10 for who asked for the time."
                ),
            ],
        ),
    ]
