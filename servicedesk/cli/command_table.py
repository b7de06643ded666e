"""List every command by name, with its one-line help and its module, without importing any of them."""

from importlib import import_module
from types import ModuleType
from typing import Any

# Every noun with its module and one-line help. They are listed here so that a noun is imported only when it is called.
NOUNS = {
    "customer": ("customers", "Register, find and show customers: the file that pops up by phone."),
    "household": ("households", "Put the people of one home together."),
    "appliance": ("appliances", "Register, find, transfer and retire appliances."),
    "category": ("categories", "The kinds of appliances and the years between their birthdays."),
    "warranty": ("warranties", "The guarantee of an appliance: what holds for a fault, until when, and why."),
    "technician": ("technicians", "Technicians, what they can do, when they are away, their day."),
    "ticket": ("tickets", "Open, assign, arrive, complete: a repair from the call to its end."),
    "survey": ("surveys", "What customers say after the job."),
    "callback": ("callbacks", "Calls after the job: attempts, answers, and whom to call next."),
    "contact": ("contacts", "Calls and messages: how often a customer had to call, how soon somebody answered."),
    "promise": ("promises", "What was promised, by when, and whether it was kept."),
    "complaint": ("complaints", "Complaints from their receipt to their closing."),
    "part": ("parts", "Spare parts: what is in stock, who holds what, which tickets wait for what."),
    "solution": ("solutions", "Known problems: what helps, and how often it worked."),
    "contract": ("contracts", "Agreements: service visits, longer guarantees, projects, and what of them is due."),
    "consumable": ("consumables", "What is sent for an appliance again and again, as six oil nets a year."),
    "event": ("events", "User schools, days of free repairs, lectures, and who came."),
    "maintenance": ("maintenance", "Appliance birthdays: what falls due, visits, sheets, cards."),
    "note": ("notes", "Notes on customers, appliances, tickets, households."),
    "price": ("prices", "What work costs from a day on; quotes are filled in with it."),
    "checklist": ("checklists", "The steps of a visit for each type of ticket, and how many of them are done."),
    "kpi": ("kpis", "Figures anyone can check, and the tickets behind them."),
    "exercise": ("exercises", "Exercises that mark themselves: start, answer, hand in; alone or in a class."),
    "classroom": ("classrooms", "A trainer's class: hand out exercises, mark them, see what a class got wrong."),
    "outlet": ("outlets", "The outlet itself: name, phone, zone, hours, its targets, its words for messages."),
    "rollup": ("rollups", "The head office of a brand: the figures of all outlets from what they share."),
    "report": ("reports", "The month as a page; the boss's questions: who is lost, who comes back, what fails."),
}
DAY_COMMANDS = {
    "today": "The morning page: what is late, due, unassigned, waiting and promised, whom to call.",
    "next": "What a technician does next, with all that the visit needs.",
}
HISTORY_COMMANDS = {
    "history": "List the commands that wrote: who, when, and the old and new values.",
    "undo": "Undo the last command as a whole; repeated, the one before it.",
    "redo": "Redo the last undone command.",
}
FILE_COMMANDS = {
    "init": "Make a new file.",
    "info": "Show what is in the file.",
    "demo": "Make a file filled with a made-up outlet, and look around in it.",
    "import": "Read customers, appliances and tickets from a file, or a whole export folder.",
    "export": "Write every table to a folder, or one noun to stdout.",
    "share": "Write the facts of the figures for the brand's head office, without a word about anybody.",
    "backup": "Write a verified copy of the file, also while others use it.",
    "restore": "Replace the file with a backup; the replaced file is kept.",
    "check": "Look for damage, broken rules and missing data.",
}
HELP_COMMANDS = {
    "help": "Find the command by what you want to do.",
    "completion": "The script that completes words, ids and names at the TAB key.",
}
# The boss's questions: verbs of `report`, and `explain`, which explains them.
QUESTIONS = (
    "lost", "pareto", "retention", "prospects", "old-appliances", "gaps", "failures", "word-of-mouth", "csi",
    "customer-cost", "technician", "measures", "recovery", "staff", "contacts", "explain",
)  # fmt: skip
# Verbs outside their noun's module, with the module that has them, so that `ticket list` loads no other module.
VERBS_ELSEWHERE = {
    "customer": dict.fromkeys(("find", "show"), "customer_lookup"),
    "technician": dict.fromkeys(("show", "cert", "badge", "verify", "training"), "technician_papers"),
    "ticket": dict.fromkeys(
        ("assign", "appoint", "arrive", "wait", "resume", "complete", "cancel", "reopen"), "ticket_steps"
    )
    | dict.fromkeys(("quote", "accept", "refuse", "charge"), "ticket_money")
    | dict.fromkeys(("collect", "return"), "ticket_pickup")
    | dict.fromkeys(("edit", "correct", "void"), "ticket_corrections")
    | dict.fromkeys(("sheet", "message"), "ticket_papers")
    | dict.fromkeys(("list", "find", "show", "explain"), "ticket_lists"),
    "report": dict.fromkeys(QUESTIONS, "report_questions"),
    "exercise": {"sim": "exercise_sim"},
}
ALONE = DAY_COMMANDS | HISTORY_COMMANDS | FILE_COMMANDS | HELP_COMMANDS  # commands without a noun
# Commands that take something away are never guessed: they must be typed in full.
DESTROYING = {"forget", "void", "retire", "merge", "restore", "undo"}
# The modules of commands without a noun; those not named here are in commands/files.py.
COMMAND_MODULES = dict.fromkeys(HISTORY_COMMANDS, "commands.history") | {
    "today": "commands.today",
    "next": "commands.today",
    "demo": "commands.demo",
    "import": "commands.imports",
    "share": "commands.share",
    "help": "help.help",
    "completion": "completion.scripts",
}


def verb_module(noun: str, verb: str) -> ModuleType:
    """Import and return the module that has the verb; for an unknown verb, the module of the noun."""
    return import_module(f"servicedesk.cli.nouns.{VERBS_ELSEWHERE.get(noun, {}).get(verb, NOUNS[noun][0])}")


def noun_commands(noun: str) -> list[Any]:
    """Return the verbs of a noun as typer registered them, from all of its modules."""
    modules = dict.fromkeys(verb_module(noun, verb) for verb in ("", *VERBS_ELSEWHERE.get(noun, {})))
    return [info for module in modules for info in module.app.registered_commands]


def command_module(name: str) -> ModuleType:
    """Import and return the module of a command without a noun."""
    return import_module(f"servicedesk.cli.{COMMAND_MODULES.get(name, 'commands.files')}")
