"""The task sheet of E1, and the cards as they lie in the box."""

from typing import Any

from servicedesk.base.messages import category_name, joined, say
from servicedesk.base.table import Table, columns
from servicedesk.classroom.exercise import Block, Item
from servicedesk.classroom.exercise_file import read_exercise
from servicedesk.classroom.exercises.card_box.cards import Card
from servicedesk.storage.database import Database

_COLUMNS = columns("card", "name", "phone", "address", "machine=appliance", "serial:code", "bought", "remark")


def read_cards(db: Database) -> list[Card]:
    """Return the cards, which the file keeps as its script."""
    return [Card(**values) for values in read_exercise(db).script]


def remark(card: Card) -> str:
    """Return what somebody wrote at the bottom of the card."""
    values: dict[str, Any] = {"other": card.other, "on": card.on}
    return {
        "": "",
        "spouse": say("lives with {other}, same flat", **values),
        "gatehouse": say("phone of the gatehouse, lives alone"),
        "second_hand": say("second-hand from {other} since {on}", **values),
        "no_receipt": say("no receipt, date not known"),
        "vip": say("VIP"),
        "franchise": say("sells our brands; franchise shop"),
        "specialist": say("sells our brands; specialist shop"),
        "department_store": say("sells our brands; department store"),
    }[card.remark]


def ask(db: Database) -> list[Item]:
    """Return no items: the student's file is the answer."""
    return []


def sheet(db: Database) -> Table:
    """Return the thirty cards."""
    rows = [
        [str(card.number), card.name, card.phone, card.address,
         joined(" ", [card.brand, category_name(card.category)]) if card.category else "",
         card.serial, card.bought, remark(card)]
        for card in read_cards(db)
    ]  # fmt: skip
    return Table(_COLUMNS, rows)


def describe(db: Database) -> list[Block]:
    """Return the blocks of the task sheet."""
    return [
        Block(
            paragraphs=[
                say(
                    "The outlet kept its customers on paper; the file is empty. It is Saturday, 21 November 2026."
                    " Thirty cards are in sheet.csv, and in task.html for printing. Type them all in, so that nobody"
                    " is in the file twice and nothing is in it that no card says."
                ),
            ]
        ),
        Block(
            say("What to do"),
            steps=[
                say("Read all cards first: some belong together. They lie in no order."),
                say(
                    "A customer with name, phone and address: servicedesk customer add 王芳 --phone 16012345678"
                    " --address …"
                ),
                say(
                    "An appliance with its serial: servicedesk appliance add --customer C1 --category fridge --brand"
                    " … --serial … --bought 2024-03-09. 'category list' shows the codes."
                ),
                say("Write as much of a date as the card says, and not more: 2024-03, 2024, or unknown."),
                say("People of one home: household link C1 C2. A shared phone alone makes no home."),
                say("A new owner of the same appliance: appliance transfer A1 --to C2 --on 2026-09-14"),
                say("Hand the file in: servicedesk exercise submit"),
            ],
        ),
        Block(
            say("How it is marked"),
            paragraphs=[
                say(
                    "60 points for what is on the cards, two a card; 20 for homes, dates and the new owner; 20 if"
                    " nobody and nothing is in the file twice. A day that no card says costs five points."
                ),
            ],
        ),
    ]
