"""The task sheet and the questions of E6."""

from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns
from servicedesk.classroom.exercise import Block, Item, Kind, Part
from servicedesk.classroom.exercises.is_july_worse.figures import get_months
from servicedesk.storage.database import Database

MONTHS = {"june": say("June"), "july": say("July")}
CONCLUSIONS: dict[str, tuple[str, ...]] = {
    "not_distinguishable": (
        "chance", "within chance", "no difference", "cannot tell", "看不出差别", "偶然", "偶然范围内", "分不出",
    ),
    "policy_effect": ("policy", "call-backs", "who was called", "回访方式", "回访方式造成", "回访口径", "回访造成"),
    "really_worse": ("worse", "real", "yes", "确实变差", "真的变差", "变差"),
}  # fmt: skip
FLATTERED: dict[str, tuple[str, ...]] = {
    "june": ("6", "six", "2026-06", "六月", "6月"),
    "july": ("7", "seven", "2026-07", "七月", "7月"),
    "neither": ("none", "no", "both alike", "都没有", "没有", "无"),
}
SPLITS: dict[str, tuple[str, ...]] = {
    "lateness": ("late", "on time", "late or on time", "late/on time", "是否及时", "及时与超时", "迟到", "是否迟到"),
    "technician": ("engineer", "服务工程师", "师傅", "工程师"),
    "category": ("appliance", "品类", "家电品类"),
    "source": ("来源", "回答来源"),
    "area": ("district", "区域", "片区"),
}


def ask(db: Database) -> list[Item]:
    """Return the items: by hand the rates of both months and their bounds; with the tool what the difference is."""
    hand, tool = [], []
    for key, month in MONTHS.items():
        hand += [
            (key, say("{month}: the satisfaction rate, as satisfied/answers", month=month), Kind.FRACTION),
            (f"{key}.rate", say("{month}: the same in per cent", month=month), Kind.PERCENT),
            (f"{key}.bound_low", say("{month}: of all completed, if nobody silent is satisfied", month=month),
             Kind.PERCENT),
            (f"{key}.bound_high", say("{month}: of all completed, if all silent ones are satisfied", month=month),
             Kind.PERCENT),
        ]  # fmt: skip
        tool += [
            (f"{key}.low", say("{month}: the lower end of the 95 % interval", month=month), Kind.PERCENT),
            (f"{key}.high", say("{month}: its upper end", month=month), Kind.PERCENT),
            (f"{key}.on_time", say("{month}: of the jobs in time, as answers/completed", month=month), Kind.FRACTION),
            (f"{key}.late", say("{month}: of the late jobs, as answers/completed", month=month), Kind.FRACTION),
        ]
    doubt = say("What do you want to know before you say that July is worse? One sentence")
    conclusion = say("Is July worse: not_distinguishable, policy_effect or really_worse?")
    return [
        *(Item(*item, Part.HAND) for item in hand),
        Item("doubt", doubt, Kind.TEXT, Part.HAND),
        *(Item(*item) for item in tool),
        Item("conclusion", conclusion, Kind.CHOICE, choices=CONCLUSIONS),
        Item("flatters", say("Whose call-backs flatter their month: june, july or neither?"), Kind.CHOICE,
             choices=FLATTERED),
        Item("split", say("Which split of the response rate shows whether only the pleased were called?"), Kind.CHOICE,
             choices=SPLITS),
        Item("sentence", say("What do you tell the boss? One sentence with the reason"), Kind.TEXT),
    ]  # fmt: skip


def sheet(db: Database) -> Table:
    """Return the answers of both months by score, and room for the rates."""
    rows = [
        [MONTHS[key], month.completed, *month.scores, month.completed - sum(month.scores), "", ""]
        for key, month in get_months(db).items()
    ]
    return Table(
        columns(
            "month", "completed:count", *(f"score_{score}:count={score}" for score in "54321"),
            "silent:count=no answer", "satisfied=satisfied/answers?", "bounds=bounds?",
        ),
        rows,
    )  # fmt: skip


def describe(db: Database) -> list[Block]:
    """Return the blocks of the task sheet."""
    return [
        Block(
            paragraphs=[
                say(
                    "The satisfaction rate has fallen from June to July, and the boss asks why the work got worse. Did"
                    " it? Whoever is called back after a job, and whoever answers, decides what the figure says. It is"
                    " Thursday, 20 August 2026: both months are final."
                ),
            ]
        ),
        Block(
            say("By hand first"),
            steps=[
                say("From the sheet: of each month the satisfied (4 and 5) of all answers, also in per cent."),
                say(
                    "The bounds in per cent of all completed jobs: if no silent customer is satisfied, and if all are."
                ),
                say("Write one sentence on what you want to know before you say that July is worse."),
                say("Type it into answers.csv, or: servicedesk exercise answer june=40/50 june.rate=80 'doubt=…'"),
                say("Hand them in: servicedesk exercise submit --part hand. Then the file opens to the tool."),
            ],
        ),
        Block(
            say("Then with the tool"),
            steps=[
                say(
                    "Compare the months: servicedesk kpi report --month 2026-07 --compare 2026-06 --only"
                    " satisfaction_rate. It says what is within chance; --month 2026-06 alone shows the interval."
                ),
                say(
                    "See who answered: servicedesk kpi report --month 2026-06 --only response_rate --by lateness; then"
                    " July; then the satisfaction rate by the same split."
                ),
                say("Decide: is the difference chance, an effect of the call-backs, or real? Which split shows it?"),
                say("Hand everything in: servicedesk exercise submit"),
            ],
        ),
    ]
