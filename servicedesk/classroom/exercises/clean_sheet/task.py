"""The task sheet and the questions of E7."""

import re
from itertools import product

from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns
from servicedesk.classroom.answers import plain
from servicedesk.classroom.exercise import Block, Item, Kind
from servicedesk.classroom.exercises.clean_sheet.evidence import SHOWN, list_panel, list_people, rank_by_repeats
from servicedesk.demo.work.plan import Story
from servicedesk.domain.groups import Person
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.kpis.integrity.registry import SIGNALS, find_signal
from servicedesk.storage.database import Database
from servicedesk.storage.search.pinyin import readings_of_name

METHODS: dict[str, tuple[str, ...]] = {
    "backdated": (
        "backdates", "backdating", "dated back", "late entry", "backdater", "倒填", "倒填时间", "倒填到达", "补录",
        "改到达时间",
    ),
    "deferred": (
        "defers", "deferring", "deferrer", "customer asked", "windows", "改约", "用户改约", "假改约",
        "冒称用户改约", "推迟",
    ),
    "recoded": (
        "recodes", "recoding", "recoder", "guidance", "logged as guidance", "改类型", "改成咨询", "记成咨询",
    ),
    "not_called": ("not called back", "cherry caller", "no call-back", "不回访", "未回访", "挑着回访", "漏回访"),
    "registered_twice": ("twins", "twin machines", "registered again", "重复建档", "重复登记"),
}  # fmt: skip
TOLD_BY = {Story.BACKDATER: "backdated", Story.DEFERRER: "deferred", Story.RECODER: "recoded"}


def ask(db: Database) -> list[Item]:
    """Return the items: who it is, how it is done, which signal proves it, and that signal's figure."""
    signals = {
        signal.key: (f"{signal.key} {signal.title}", signal.title, f"{signal.key} {signal.chinese}", signal.chinese)
        for signal in SIGNALS
    }
    return [
        Item("who", say("Who keeps the sheet clean? Each innocent whom you name costs 20 points"), Kind.NAME),
        Item("how", say("How? One of the methods on the sheet"), Kind.CHOICE, choices=METHODS),
        Item("signal", say("Which signal proves it? Such as I8"), Kind.CHOICE, choices=signals),
        Item("figure", say("The figure of that signal, of that person alone, as the tool prints it"), Kind.TEXT),
    ]


def find_named(db: Database, text: str) -> set[str]:
    """Return the people of the file that a text names, in characters or in pinyin, family name first or last."""
    typed, letters = plain(text), re.sub(r"[^a-z]+", "", plain(text).casefold())
    return {name for name in list_people(db) if name in typed or any(spelled in letters for spelled in _spell(name))}


def _spell(name: str) -> set[str]:
    spelled = set()
    for first, *rest in product(*readings_of_name(name)):
        spelled |= {first + "".join(rest), "".join(rest) + first}
    return spelled


def sheet(db: Database) -> Table:
    """Return the figures of each person's signals, and an empty column for the verdict.

    Figures above the line, but within chance, are in brackets.
    """
    looks = {
        (look.signal, look.person): f"({look.text})" if look.is_chance else look.text for look in list_panel(db, SHOWN)
    }
    repeats = {name: f"{hits}/{total}" for name, hits, total in rank_by_repeats(db)}
    rows = []
    for name, role in list_people(db).items():
        figures = [looks.get((key, name), "–") for key in SHOWN]
        who = say("{name} (clerk)", name=name) if role is Person.CLERK else name
        rows.append([who, repeats.get(name, "–"), *figures, ""])
    return Table(columns("person", "repeats=K4", *SHOWN, "verdict=verdict?"), rows)


def describe(db: Database) -> list[Block]:
    """Return the blocks of the task sheet."""
    return [_tell(), _list_methods(), _list_steps(), _list_signals()]


def _tell() -> Block:
    return Block(
        paragraphs=[
            say(
                "June and July were hot, and yet the figures of this outlet look clean. Somebody keeps them cleaner"
                " than the work was: one of the six technicians, or one of the two clerks. The others are honest."
            ),
            say(
                "Find out who it is, and how it is done, and prove it by one figure. A bad rate proves nothing: some"
                " get the hard jobs, some have bad luck. Each innocent whom you accuse costs 20 points."
            ),
        ]
    )


def _list_methods() -> Block:
    told = {
        "backdated": say("arrivals are typed hours later, and set to before the deadline"),
        "deferred": say("when a day is full, 'the customer asked for another day' is recorded"),
        "recoded": say("what comes back after a repair is logged as a question, not as a repair"),
        "not_called": say("those who had to wait are not called back, so that nobody asks how content they are"),
        "registered_twice": say("an appliance is registered again, so that its repairs are no repeats"),
    }
    return Block(
        say("Five methods, of which one is used"), table=Table(columns("method:words", "what"), list(told.items()))
    )


def _list_steps() -> Block:
    signals = "servicedesk kpi integrity --from 2026-06-01 --to 2026-07-31"
    rows = signals.replace("integrity", "rows I3")
    return Block(
        say("How to go on"),
        steps=[
            say("See which signals are above their line: {command}", command=signals),
            say("See of whom: the same with --by technician, and with --by clerk."),
            say("Read what a signal means, and what may be innocent about it: servicedesk kpi explain I3"),
            say("Look at the cases themselves: {command}", command=rows),
            say("Answer who, how, signal and figure."),
        ],
    )


def _list_signals() -> Block:
    repeats = find_kpi("repeat_repair_rate")
    signals = [[key, say(find_signal(key).title), say(find_signal(key).look_when)] for key in SHOWN]
    return Block(
        say("The figures on the sheet"),
        paragraphs=[say("In brackets: above the line, but no further than chance goes.")],
        table=Table(columns("figure:code", "what", "line=look when"), [["K4", say(repeats.name), ""], *signals]),
    )
