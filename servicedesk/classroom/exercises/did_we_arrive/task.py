"""The task sheet and the questions of E3."""

from servicedesk.base.messages import coded, joined, say
from servicedesk.base.table import Table, columns, moment
from servicedesk.classroom.exercise import Block, Item, Kind, Part
from servicedesk.classroom.facts import list_happenings
from servicedesk.storage.database import Database

ELSEWHERE = "elsewhere"  # a ticket of another month
_REPORTS = """
SELECT t.id, e.at AS reported_at
  FROM ticket t JOIN event e ON e.ticket_id = t.id AND e.kind = 'reported'
 ORDER BY t.id"""

VERDICTS: dict[str, tuple[str, ...]] = {
    "hit": ("kept", "in time", "yes", "符合", "及时", "到位", "到位了", "达标", "命中"),
    "miss": ("missed", "late", "no", "不符合", "超时", "不及时", "未按时", "未达标", "未到位", "没到位"),
    "pending": ("not yet", "open", "未到期", "待定", "还没到时间"),
    "excluded": ("left out", "not counted", "排除", "不计", "不计入", "剔除"),
    ELSEWHERE: ("other month", "october", "other", "不属本月", "十月", "其他月份"),
}
REASONS: dict[str, tuple[str, ...]] = {
    "in_time": ("及时到达", "按时到达"),
    "in_time_no_access": ("nobody home", "不在家", "及时到达但无人"),
    "late": ("迟到", "到达超时"),
    "no_arrival": ("nobody came", "无人到达", "没有到达"),
    "arrived": ("arrived, not due", "已到达未到期"),
    "not_yet_due": ("not due", "未到期"),
    "cancelled_by_customer": ("用户取消", "用户及时取消"),
    "cancelled_without_arrival": ("gave up", "取消前无人到达", "用户放弃"),
    "completed_without_arrival": ("no arrival recorded", "完工但无到达记录"),
    "remote": ("by phone", "电话解决", "远程"),
    "duplicate": ("重复", "重复报修"),
    ELSEWHERE: ("other month", "不属本月", "其他月份"),
}


def ask(db: Database) -> list[Item]:
    """Return the items: by hand each ticket's verdict; with the tool the strict verdict, the reason, both figures."""
    tickets = [f"T{row['id']}" for row in db.rows("SELECT id FROM ticket ORDER BY id")]
    items = []
    for ref in tickets:
        question = say("{ref}: hit, miss, pending, excluded or elsewhere?", ref=ref)
        items.append(Item(ref, question, Kind.CHOICE, Part.HAND, VERDICTS))
    strict = ((ref, say("{ref}: the strict verdict", ref=ref)) for ref in tickets)
    items += [Item(f"{ref}.strict", question, Kind.CHOICE, choices=VERDICTS) for ref, question in strict]
    for ref in tickets:
        question = say("{ref}: the reason of its verdict", ref=ref)
        items.append(Item(f"{ref}.reason", question, Kind.CHOICE, choices=REASONS))
    figure = say("The 24-hour arrival rate of November, as hits/total")
    strict_figure = say("The strict 24-hour arrival rate of November, as hits/total")
    return [*items, Item("headline", figure, Kind.FRACTION), Item("strict", strict_figure, Kind.FRACTION)]


def sheet(db: Database) -> Table:
    """Return the twenty tickets with what happened, and room for the verdict."""
    happened = list_happenings(db)
    rows = [[f"T{row['id']}", moment(row["reported_at"]), happened.get(row["id"], say("nothing yet")), "", ""]
            for row in db.rows(_REPORTS)]  # fmt: skip
    return Table(columns("ticket", "reported", "happened=what happened", "verdict=verdict?", "reason=why?"), rows)


def describe(db: Database) -> list[Block]:
    """Return the blocks of the task sheet."""
    return [
        Block(
            paragraphs=[
                say(
                    "The outlet promises to be at the door within 24 hours. It is Saturday, 21 November 2026, 18:00."
                    " Twenty repairs are on file, T1 to T20. Which of them count for November, and how?"
                ),
            ]
        ),
        Block(
            say("By hand first"),
            steps=[
                say(
                    "Read the sheet. For each ticket write hit, miss, pending, excluded, or elsewhere if it is not"
                    " November's."
                ),
                say("Type them into answers.csv, or: servicedesk exercise answer T1=hit T2=miss"),
                say("Hand them in: servicedesk exercise submit --part hand. Then the file opens to the tool."),
            ],
        ),
        Block(
            say("Then with the tool"),
            steps=[
                say(
                    "See how the tool counts: servicedesk kpi rows arrival_24h_rate --month 2026-11, and the same for"
                    " arrival_24h_rate_strict."
                ),
                say(
                    "For each ticket give the strict verdict (without the customers' windows), and the reason of the"
                    " headline verdict."
                ),
                say("The reasons: {reasons}", reasons=joined("; ", map(coded, REASONS))),
                say("Give both figures as hits/total, and hand everything in: servicedesk exercise submit"),
            ],
        ),
    ]
