"""The task sheet, the questions and the file of E10: the outlet's technicians before the heat."""

from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns
from servicedesk.classroom.exercise import Block, Item, Kind, Variant
from servicedesk.classroom.exercise_file import read_exercise
from servicedesk.classroom.scene import Scene
from servicedesk.demo.simulation import names
from servicedesk.demo.work.crew import COOLING
from servicedesk.demo.work.options import CHOICES, Option, name_option, plan_option
from servicedesk.storage.database import Database

SUMMERS = range(1, 7)  # to draw from; few, so that a class shares the runs
EACH = 3
_FOUNDED = "2026-01-05 08:00"
_WORDS: dict[Option, tuple[str, ...]] = {
    Option.SEVENTH: ("seventh technician", "a seventh technician", "第七位工程师", "第七人", "加人", "招人"),
    Option.COURSE: ("certificate course", "certificate", "a certificate course", "培训", "考证", "取证培训", "证书"),
    Option.EVENING: ("evening hours", "two more hours", "longer hours", "延长营业", "延时", "加班", "晚上加两小时"),
    Option.APRIL: ("check-ups", "checks in april", "check-ups in april", "四月检查", "四月保养", "提前检查"),
}


def draw_papers(variant: Variant) -> list[dict[str, int]]:
    """Return the three summers of a variant, as the script of its file."""
    return [{"summer": summer} for summer in sorted(variant.rng("summers").sample(SUMMERS, EACH))]


def list_summers(db: Database) -> list[int]:
    """Return the summers in the script of a file."""
    return [int(paper["summer"]) for paper in read_exercise(db).script]


def fill(db: Database, variant: Variant) -> None:
    """Write the outlet's technicians, three of whom have the certificate."""
    plan, scene = plan_option(Option.NONE), Scene(db)
    for number, name in enumerate(variant.rng("crew").sample(names.TECHNICIANS, plan.technicians)):
        is_certified = number < plan.certified
        skills = tuple(kind for kind in names.MODELS if is_certified or kind not in COOLING)
        technician_id = scene.technician(_FOUNDED, name, skills=skills)
        if is_certified:
            paper = {"kind": "certificate", "category": "ac", "number": f"ZL-04{technician_id:02}"}
            db.insert("credential", scene.stamp(_FOUNDED), technician_id=technician_id, until_on="2027-12-31", **paper)


def ask(db: Database) -> list[Item]:
    """Return the items: July's figure of each option and summer, the option proposed, a forecast and an argument."""
    figures = [
        Item(
            f"{option}.{summer}",
            say("{option}, summer {summer}: July's 24-hour arrival rate (K6)", option=str(option), summer=summer),
            Kind.PERCENT,
        )
        for option in CHOICES
        for summer in list_summers(db)
    ]
    choices = {str(option): words for option, words in _WORDS.items()}
    return [
        *figures,
        Item("choice", say("Which option do you propose?"), Kind.CHOICE, choices=choices),
        Item("forecast", say("July's 24-hour arrival rate with that option"), Kind.PERCENT),
        Item("argument", say("Why? By kind of appliance, and by who may repair what"), Kind.TEXT),
    ]


def sheet(db: Database) -> Table:
    """Return a row for each run, to be filled in."""
    rows = [[str(option), str(summer), *[""] * 7] for option in CHOICES for summer in list_summers(db)]
    return Table(
        columns(
            "option:code", "summer", "k6=K6?", "ac=AC?", "fridge=fridge?", "others=others?", "certified=with cert.?",
            "without=without?", "mean=mean?",
        ),
        rows,
    )  # fmt: skip


def describe(db: Database) -> list[Block]:
    """Return the blocks of the task sheet."""
    options = [[str(option), name_option(option)] for option in CHOICES]
    first, *others = list_summers(db)
    more = " ".join(map(str, others))
    return [
        Block(
            paragraphs=[
                say(
                    "It is Friday, 27 March 2026. Last July more than half of the customers waited for longer than a"
                    " day. Six technicians work here; three of them have the certificate without which nobody may open"
                    " the cooling circuit of an air conditioner or a fridge. There is money for one of four things:"
                )
            ],
            table=Table(columns("option:code", "what"), options),
        ),
        Block(
            say("Look ahead"),
            steps=[
                say(
                    "Simulate your summers, {first} {more}: servicedesk exercise sim {first}, and so on. The same"
                    " summer gives the same figures on every machine.",
                    first=first,
                    more=more,
                ),
                say("Look at one option closely: servicedesk exercise sim {first} course", first=first),
                say("Write down July's 24-hour arrival rate (K6) of each option and summer, as 60/80 or 75 %."),
            ],
        ),
        Block(
            say("Then advise the council"),
            steps=[
                say("Propose the option with which July's 24-hour arrival rate is highest, and forecast that rate."),
                say(
                    "Argue in two or three sentences: which appliances are reached late, and which technicians have no"
                    " time? Only words are looked for in your argument; the trainer may decide otherwise."
                ),
            ],
        ),
        Block(
            say("What the simulation takes for granted"),
            paragraphs=[
                say(
                    "The course is over by June, the seventh technician stays, and a check in April finds what would"
                    " fail in the summer. Customers call about the same in each option; who comes, and when, differs."
                )
            ],
        ),
    ]
