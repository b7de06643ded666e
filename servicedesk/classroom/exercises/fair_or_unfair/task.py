"""The task sheet and the questions of E8."""

from servicedesk.base.messages import category_name, say
from servicedesk.base.table import Table, columns
from servicedesk.classroom.exercise import Block, Item, Kind, Part
from servicedesk.classroom.exercises.fair_or_unfair.figures import list_people, list_rates
from servicedesk.storage.database import Database

NEITHER = "neither"


def ask(db: Database) -> list[Item]:
    """Return the items: by hand both totals and what may make them unfair; with the tool all others."""
    people = list_people(db)
    items = []
    for ref, (name, _) in people.items():
        question = say("{who}: the repeat-repair rate of June, as repeated/total", who=name)
        items.append(Item(f"{ref}.all", question, Kind.FRACTION, Part.HAND))
    doubt = say("By the totals one of them looks better. What may make that unfair? One sentence")
    items.append(Item("doubt", doubt, Kind.TEXT, Part.HAND))
    for ref, (name, categories) in people.items():
        for category in categories:
            question = say("{who}, {category}: the rate in per cent", who=name, category=category_name(category))
            items.append(Item(f"{ref}.{category}", question, Kind.PERCENT))
    for ref, (name, _) in people.items():
        question = say("{who}: the rate in the outlet's own mix, in per cent", who=name)
        items.append(Item(f"{ref}.same_mix", question, Kind.PERCENT))
    choices: dict[str, tuple[str, ...]] = {ref: (name,) for ref, (name, _) in people.items()}
    choices[NEITHER] = ("none", "both", "the same", "equal", "都一样", "一样", "没有差别")
    caution = say("How sure is that? One sentence with what the intervals say")
    return [
        *items,
        Item("better", say("Whose repairs last better?"), Kind.CHOICE, choices=choices),
        Item("caution", caution, Kind.TEXT),
    ]


def sheet(db: Database) -> Table:
    """Return how many repairs of each technician came back, by category, and room for the rates."""
    rows = [
        [each.ref, each.name, category, total, again, ""]
        for each in list_rates(db)
        for category, (again, total) in each.by_category.items()
    ]
    return Table(
        columns("who", "technician:name", "category", "repaired:count", "again:count=reported again", "rate=rate?"),
        rows,
    )


def describe(db: Database) -> list[Block]:
    """Return the blocks of the task sheet."""
    first, second = (name for name, _ in list_people(db).values())
    return [
        Block(
            paragraphs=[
                say(
                    "A bonus is to go to the technician whose repairs last. Two repaired all of June: {first} (P1) and"
                    " {second} (P2). A repair came back if the same appliance was reported again within 30 days. It is"
                    " Monday, 10 August 2026: June is final. Whose repairs last better?",
                    first=first,
                    second=second,
                ),
            ]
        ),
        Block(
            say("By hand first"),
            steps=[
                say("Add up the sheet: of each technician all repairs, and how many came back, as repeated/total."),
                say("Who looks better by that? Write one sentence on what may make it unfair."),
                say("Type it into answers.csv, or: servicedesk exercise answer P1.all=5/60 P2.all=4/70 'doubt=…'"),
                say("Hand them in: servicedesk exercise submit --part hand. Then the file opens to the tool."),
            ],
        ),
        Block(
            say("Then with the tool"),
            steps=[
                say(
                    "See the rates by category: servicedesk kpi report --month 2026-06 --only repeat_repair_rate"
                    " --by technician --by category"
                ),
                say(
                    "See them in the outlet's own mix of categories, as if both had done the same jobs: servicedesk kpi"
                    " report --month 2026-06 --only repeat_repair_rate --by technician --standardise category"
                ),
                say("Give all six rates in per cent. Say whose repairs last better, and how sure that is."),
                say("Hand everything in: servicedesk exercise submit"),
            ],
        ),
    ]
