"""The task sheet and the questions of E9."""

from servicedesk.base.messages import category_name, coded, in_words, joined, say
from servicedesk.base.table import Table, columns
from servicedesk.classroom.exercise import Block, Item, Kind, Part
from servicedesk.classroom.exercises.guarantee_desk.verdicts import ORDER, UNKNOWN, find_part
from servicedesk.domain.guarantee.rules import CONDITIONS
from servicedesk.storage.database import Database, Row

_OPEN = """
SELECT t.id, t.appliance_id, t.fault, substr(r.at, 1, 10) AS reported_on, c.name AS customer, a.category, a.brand,
       a.delivered_on, a.installed_on, a.installed_by, x.on_date AS exchanged_on, w.cause,
       (SELECT o.delivered_on FROM appliance o WHERE o.id = x.appliance_id) AS old_delivered_on
  FROM ticket t
  JOIN event r ON r.ticket_id = t.id AND r.kind = 'reported'
  JOIN customer c ON c.id = t.customer_id
  JOIN appliance a ON a.id = t.appliance_id
  LEFT JOIN exchange x ON x.successor_id = a.id
  LEFT JOIN event w ON w.ticket_id = t.id AND w.kind = 'waiting'
 WHERE t.ended_at IS NULL
 ORDER BY t.id"""
_REPAIRS = """
SELECT t.id, t.appliance_id, substr(r.at, 1, 10) AS reported_on, substr(d.at, 1, 10) AS done_on
  FROM ticket t
  JOIN event r ON r.ticket_id = t.id AND r.kind = 'reported'
  JOIN event d ON d.ticket_id = t.id AND d.kind = 'completed'
 ORDER BY t.id"""
_TERMS = """
SELECT DISTINCT w.category, w.whole_years, w.main_years
  FROM warranty_term w JOIN appliance a ON a.category = w.category
 WHERE w.brand IS NULL ORDER BY w.category"""

_UNSURE = ("ask", "not known", "cannot say", "unclear", "?", "未知", "不明", "不清楚", "要先问", "说不准")
RULES: dict[str, tuple[str, ...]] = {rule: (f"{rule[0]} {rule[1:]}", rule[1:]) for rule in ORDER} | {UNKNOWN: _UNSURE}
ENTITLEMENTS: dict[str, tuple[str, ...]] = {
    "return_exchange_or_repair": ("return, exchange or repair", "退货、换货或修理", "退换修"),
    "exchange_or_repair": ("exchange or repair", "换货或修理", "换或修"),
    "exchange": ("exchange it", "换货"),
    "exchange_by_repairer": ("repairer exchanges", "修理者调换", "修理者换货"),
    "exchange_by_seller": ("seller exchanges", "销售者换货", "销售者调换"),
    "free_repair": ("free", "repair for free", "免费修理", "免费", "保修"),
    "free_repair_of_part": ("free part", "main part free", "免费修理该部件", "部件免费"),
    "paid_repair": ("paid", "pay", "收费修理", "收费", "自费"),
    "check_contract": ("contract", "看合同"),
    UNKNOWN: _UNSURE,
}
ASKS: dict[str, tuple[str, ...]] = {
    "nothing": ("none", "no", "-", "无", "不用问", "没有", "不缺"),
    "date": (
        "invoice", "the invoice", "delivery date", "purchase date", "发票", "日期", "购买日期", "送货日期", "安装日期",
    ),
    "part": ("which part", "the part", "main part", "哪个部件", "部件", "坏的部件", "是不是主要部件"),
    "cause": ("why it waits", "reason", "为什么等", "等待原因"),
    "use": ("home or business", "用途", "家用还是商用"),
}  # fmt: skip
_ENTITLED = {
    "W2": "return_exchange_or_repair", "W3": "exchange_or_repair", "W7": "exchange_by_repairer",
    "W8": "exchange_by_seller", "W6": "exchange", "W4": "free_repair", "W5": "free_repair_of_part",
    "W12": "free_repair", "W14": "paid_repair", "W15": "check_contract",
}  # fmt: skip


def find_entitlement(rule: str | None) -> str | None:
    """Return the entitlement that a rule gives, UNKNOWN if it gives none; None if no rule was given."""
    return _ENTITLED.get(rule, UNKNOWN) if rule else None


def list_open(db: Database) -> list[Row]:
    """Return the open tickets with the known facts of their appliances."""
    return db.rows(_OPEN)


def ask(db: Database) -> list[Item]:
    """Return the items: by hand the day and what must be asked; with the tool the rule and the entitlement."""
    people = [(f"T{row['id']}", row["customer"]) for row in list_open(db)]
    items = []
    for ref, name in people:
        until = say("{ref} {name}: the last day (after a delay the first), or unknown", ref=ref, name=name)
        items.append(Item(f"{ref}.day", until, Kind.DATE, Part.HAND))
        missing = say("{ref} {name}: what must be asked: nothing, date, part, cause or use?", ref=ref, name=name)
        items.append(Item(f"{ref}.ask", missing, Kind.CHOICE, Part.HAND, ASKS))
    for ref, name in people:
        rule = say("{ref} {name}: the strongest rule that holds, such as W4; or unknown", ref=ref, name=name)
        items.append(Item(f"{ref}.rule", rule, Kind.CHOICE, choices=RULES))
        right = say("{ref} {name}: the possible entitlement, or unknown", ref=ref, name=name)
        items.append(Item(f"{ref}.right", right, Kind.CHOICE, choices=ENTITLEMENTS))
    return items


def sheet(db: Database) -> Table:
    """Return the customers, and empty columns for the answers."""
    rows = [[f"T{row['id']}", row["customer"], row["category"], row["reported_on"], "", "", "", ""]
            for row in list_open(db)]  # fmt: skip
    return Table(
        columns("ticket", "customer:name", "category", "reported", "day=day?", "ask=ask?", "rule=rule?",
                "entitlement=entitlement?"),
        rows,
    )  # fmt: skip


def describe(db: Database) -> list[Block]:
    """Return the blocks of the task sheet."""
    return [
        Block(
            paragraphs=[
                say(
                    "Eight customers stand at the guarantee desk. For each: which rule holds, until when, what may they"
                    " be entitled to, and what must be asked first? It is Saturday, 10 October 2026. 1 to 7 October"
                    " were holidays. What is not known is never guessed."
                ),
            ]
        ),
        Block(say("The customers"), paragraphs=_list_facts(db)),
        Block(say("The rules, the strongest first"), paragraphs=_list_rules()),
        Block(say("Years of guarantee, after which the days under repair are added"), table=_terms(db)),
        Block(
            say("By hand first"),
            steps=[
                say(
                    "For each ticket write the last day of the strongest right that holds. A right that begins when a"
                    " delay is over (W7, W8) has no last day here: write its first. For a repair that must be paid"
                    " write the day on which the guarantee ended; for one that nobody can judge yet: unknown."
                ),
                say("Only repairs that are done make the guarantee longer, as of the day of the report."),
                say("Write what must be asked before anybody can say more: nothing, date, part, cause or use."),
                say("Type them into answers.csv, or: servicedesk exercise answer T9.day=2027-03-01 T9.ask=nothing"),
                say("Hand them in: servicedesk exercise submit --part hand. Then the file opens to the tool."),
            ],
        ),
        Block(
            say("Then with the tool"),
            steps=[
                say(
                    "See what the tool says: servicedesk warranty check T9; where the part is named: --part compressor"
                ),
                say("For each ticket give the strongest rule that holds and the possible entitlement, or unknown."),
                say("Hand everything in: servicedesk exercise submit"),
            ],
        ),
    ]


def _list_facts(db: Database) -> list[str]:
    """Return what is known of each ticket, as a clerk would write it on a card."""
    repairs: dict[int, list[str]] = {}
    for row in db.rows(_REPAIRS):
        span = {"first": row["reported_on"], "last": row["done_on"]}
        repairs.setdefault(row["appliance_id"], []).append(say("repaired from {first} to {last}", **span))
    return [_card(db, row, repairs.get(row["appliance_id"], [])) for row in list_open(db)]


def _card(db: Database, row: Row, repairs: list[str]) -> str:
    ref, told = f"T{row['id']}", []
    who = say("{ref} {name}, {category} {brand}", ref=ref, name=row["customer"], brand=row["brand"],
              category=category_name(row["category"]))  # fmt: skip
    if row["delivered_on"]:
        told.append(say("delivered {on}", on=row["delivered_on"]))
    if row["installed_on"]:
        told.append(say("installed by the {who} {on}", who=coded(row["installed_by"]), on=row["installed_on"]))
    if row["exchanged_on"]:
        dates = {"on": row["exchanged_on"], "before": row["old_delivered_on"]}
        told.append(say("came {on} in exchange for one delivered {before}", **dates))
    if not told:
        told.append(say("no invoice, no date is known"))
    told += repairs
    told.append(say("fault reported {on}", on=row["reported_on"]))
    if part := find_part(db, ref):
        told.append(say("the {part} has failed", part=coded(part)))
    if row["cause"]:
        told.append(say("not repaired since; it waits: {cause}", cause=in_words(row["cause"])))
    return say("{who}: {facts}", who=who, facts=joined(", ", told))


def _list_rules() -> list[str]:
    """Return each rule in a line: a table of them is wider than a terminal."""
    told = ((rule, say(CONDITIONS[rule]), in_words(_ENTITLED[rule])) for rule in ORDER)
    return [say("{rule} {condition} → {right}", rule=rule, condition=when, right=right) for rule, when, right in told]


def _terms(db: Database) -> Table:
    rows = [[row["category"], row["whole_years"], row["main_years"]] for row in db.rows(_TERMS)]
    return Table(columns("category", "whole:count=whole appliance", "main:count=main parts"), rows)
