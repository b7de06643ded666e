"""Exercise E1, the card box: type thirty paper cards into an empty file, as customers, homes and appliances.

The hand-in is the file; there are no other questions. Each card has two of the 60 points for fields, in halves:
customer, address, appliance, and serial with date; a tier or a trade class counts for one. An invented day, which no
card says, costs five points instead of the two for a missing date: guessing costs more than leaving it open. Points
for things that are *not* in the file (no doubles, no wrong link) need the cards in question: an empty file gets 0.
"""

from servicedesk.base.messages import say
from servicedesk.classroom.exercise import Exercise, Variant
from servicedesk.classroom.exercises.card_box.cards import list_cards
from servicedesk.classroom.exercises.card_box.marks import list_items, mark
from servicedesk.classroom.exercises.card_box.task import ask, describe, sheet
from servicedesk.storage.database import Database

CLOCK = "2026-11-21T09:00:00+08:00"


def fill(db: Database, variant: Variant) -> None:
    """Write nothing: the file is empty."""


def list_papers(variant: Variant) -> list[dict[str, object]]:
    """Return the fields of the thirty cards."""
    return [case.card._asdict() for case in list_cards(variant)]


def answer(db: Database, variant: Variant) -> dict[str, str]:
    """Return the key: for each trap the number of its card, and what the file should say."""
    cards, found = list_cards(variant), {}
    for item, (kind, card, first) in list_items(cards):
        told = {
            "again": say("the same customer as on card {first}", first=first),
            "spouse": say("one home with card {first}", first=first),
            "gatehouse": say("shares a phone with a neighbour: no home"),
            "second_hand": say("the appliance of card {first}, transferred on {on}", first=first, on=card.on),
            "month": say("only the month is known: {bought}", bought=card.bought),
            "year": say("only the year is known: {bought}", bought=card.bought),
            "unknown": say("the date of the purchase is unknown"),
        }
        found[item] = say("card {number}: {told}", number=card.number, told=told[kind])
    classes = {"vip": say("a household of the tier VIP"), "trade": say("a shop: a trade class, and no tier")}
    found |= {f"card{case.card.number}": classes[case.kind] for case in cards if case.kind in classes}
    return found


EXERCISE = Exercise(
    code="E1",
    version=1,
    title=say("The card box"),
    learns=say("Registering customers and appliances: nobody twice, no home too many, no date that nobody knows."),
    minutes=60,
    clock=CLOCK,
    fill=fill,
    ask=ask,
    describe=describe,
    sheet=sheet,
    answer=answer,
    mark=mark,
    hints=(
        say("'customer find' and 'customer add' tell whether a phone is in the file already, however it is written."),
        say("A date may be a month or a year: --bought 2024-03. What nobody knows is left out."),
        say("VIP is a tier (--tier vip); a trade class is for shops (--trade-class)."),
    ),
    is_file_marked=True,
    papers=list_papers,
)
