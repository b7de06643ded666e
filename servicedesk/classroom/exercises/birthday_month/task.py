"""The task sheet and the questions of E5, and the list of all appliances."""

from typing import Any

from servicedesk.base.messages import category_name, coded, say
from servicedesk.base.table import Table, columns
from servicedesk.classroom.exercise import Block, Item, Kind, Part
from servicedesk.classroom.exercise_file import read_exercise
from servicedesk.records.appliances import date_text
from servicedesk.storage.database import Database

_MACHINES = """
SELECT a.id, a.category, a.bought_on, a.bought_precision, a.customer_id, c.name, c.household_id, c.home,
       coalesce((SELECT t.tier FROM tier t WHERE t.customer_id = c.id ORDER BY t.from_on DESC LIMIT 1), '') AS tier
  FROM appliance a JOIN customer_home c ON c.id = a.customer_id
 ORDER BY min(c.id) OVER (PARTITION BY c.home), c.id, a.id"""
_CUSTOMER = "SELECT 'C' || id || ' ' || name FROM customer WHERE id = :id"
HAND, LEAP = "visits", "leap_day"
FIRST_CARDS = "2027-01-24"  # cards of visits planned until then are printed


def _papers(db: Database, kind: str) -> list[dict[str, Any]]:
    return [paper for paper in read_exercise(db).script if paper["news"] == kind]


def _customer(db: Database, customer_id: int) -> str:
    return str(db.value(_CUSTOMER, id=customer_id))


def ask(db: Database) -> list[Item]:
    """Return the items: by hand the visits of four homes and a day in February; with the tool unknown birthdays."""
    items = []
    for number, paper in enumerate(_papers(db, "count"), 1):
        who = _customer(db, paper["customer"])
        question = say("How many visits does the home of {who} get until 12 March?", who=who)
        items.append(Item(f"{HAND}{number}", question, Kind.COUNT, Part.HAND))
    for paper in _papers(db, "leap"):
        ref = f"A{paper['appliance']}"
        question = say("{ref} was bought on 29 February: on which day is its birthday in 2027?", ref=ref)
        items.append(Item(LEAP, question, Kind.DATE, Part.HAND))
    items.append(Item("unknown", say("Which appliances have no birthday, because nobody knows the month?"), Kind.REFS))
    return items


def sheet(db: Database) -> Table:
    """Return all appliances by home, and empty columns for their birthdays and visits."""
    rows = []
    for row in db.rows(_MACHINES):
        home = f"H{row['household_id']}" if row["household_id"] else ""
        bought = date_text(row["bought_on"], row["bought_precision"]) or say("unknown")
        rows.append([f"C{row['customer_id']} {row['name']}", home, coded(row["tier"]),
                     f"A{row['id']}", category_name(row["category"]), bought, "", ""])  # fmt: skip
    fields = columns("customer", "home", "tier", "ref=no.", "appliance", "bought", "birthday", "visit_on=visit")
    return Table(fields, rows)


def _news(db: Database) -> list[str]:
    """Return the news of this morning, a sentence each."""
    told = []
    for paper in read_exercise(db).script:
        who = _customer(db, paper["customer"]) if "customer" in paper else ""
        if paper["news"] == "vip":
            told.append(say("{who} is a VIP from today on.", who=who))
        elif paper["news"] == "moved":
            values = {"appliance": paper["appliance"], "other": _customer(db, paper["to"]), "on": paper["on"]}
            told.append(say("{who} sold A{appliance} to {other} on {on}.", who=who, **values))
        elif paper["news"] == "repair":
            told.append(say("{who} called: A{appliance} is broken.", who=who, appliance=paper["appliance"]))
    return told


def describe(db: Database) -> list[Block]:
    """Return the blocks of the task sheet."""
    return [
        Block(
            paragraphs=[
                say(
                    "It is Monday, 11 January 2027. Forty homes are in the file. Plan the birthdays of their"
                    " appliances for the next sixty days, 12 March included: crt tv and computer every three"
                    " years, flat tv every year, all else every five years, of VIPs everything every year."
                ),
            ]
        ),
        Block(
            say("By hand first"),
            steps=[
                say(
                    "A home gets one visit for all birthdays within thirty days after its first one, also for one"
                    " beyond 12 March. The next birthday after that begins another visit."
                ),
                say("Find the homes of the questions on the sheet, and write the answers into answers.csv."),
                say("Hand them in: servicedesk exercise submit --part hand. Then the file opens to the tool."),
            ],
        ),
        Block(say("News of this morning, not in the file yet"), steps=_news(db)),
        Block(
            say("Then with the tool"),
            steps=[
                say("Type the news in: customer tier, appliance transfer, ticket open."),
                say("Plan: servicedesk maintenance generate --until +60d. A second run must make nothing."),
                say(
                    "Print the sheet and the card of every visit planned until {until}: servicedesk maintenance sheet"
                    " T1, maintenance card T1",
                    until=FIRST_CARDS,
                ),
                say("Answer which appliances have no birthday: servicedesk exercise answer unknown=A3,A7"),
                say("Hand everything in: servicedesk exercise submit"),
            ],
        ),
    ]
