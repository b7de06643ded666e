"""An example for every word of a map: a file, the map, and what an import makes of them.

The reference prints them (`python -m tests.reference`), and a test holds that every word has one.
"""

import tempfile
from pathlib import Path
from typing import NamedTuple

from tests import workbooks
from tests.conftest import Desk


class Example(NamedTuple):
    """`words`: what it shows. `text`: the file, as CSV; or a workbook, each sheet under its name in brackets."""

    words: tuple[str, ...]
    text: str
    toml: str


CUSTOMER = '[customer]\nref = "no"\nname = "name"\n'
TICKET = '[ticket]\nref = "no"\nreported_at = "day"\n'
EXAMPLES = (
    Example(("source", "column"), "no,name\n1,王芳\n", 'source = "shop"\n' + CUSTOMER),
    Example(
        ("dates", "zone"),
        "no,day\n1,2025年3月9日 下午2:30\n2,2025.3.9 9:05\n3,45725.5\n",
        'dates = ["%Y年%m月%d日 %p%I:%M", "%Y.%m.%d %H:%M", "excel"]\nzone = "Asia/Shanghai"\n' + TICKET,
    ),
    Example(
        ("blank",), "no,name,addr\n1,王芳,无\n2,林娜,-\n", 'blank = ["无", "-"]\n' + CUSTOMER + 'address = "addr"\n'
    ),
    Example(
        ("width",), "no,name,tel\n１,王芳,１３８００１３８０００\n", 'width = "narrow"\n' + CUSTOMER + 'phone = "tel"\n'
    ),
    Example(
        ("keys",),
        "day,name,tel\n2026-10-01,王芳,138-0013-8000\n2026.10.1,王芳,13800138000\n",
        'dates = ["%Y.%m.%d", "%Y-%m-%d"]\nkeys = "as read"\n\n[customer]\nref = "{name}/{tel}"\nname = "name"\n'
        'phone = "tel"\n\n[ticket]\nref = "{day}/{name}/{tel}"\nreported_at = "day"\n',
    ),
    Example(
        ("labels",),
        "no,kind,what,day\n1,冰箱,安装,2026-10-01\n",
        'labels = true\n[appliance]\nref = "no"\ncategory = "kind"\n' + TICKET + 'type = "what"\n',
    ),
    Example(
        ("delimiter", "quote", "escape", "encoding"),
        "no|name\n1|'O\\'Hara'\n",
        'delimiter = "|"\nquote = "\'"\nescape = "\\\\"\nencoding = "utf-8"\n' + CUSTOMER,
    ),
    Example(
        ("heading", "skip_first", "fill", "skip"),
        "维修登记表,,\n姓名,购买,\n,日期,品类\n王芳,2020,冰箱\n,2021,空调\n合计,,2\n",
        'skip_first = 1\nheading = [2, 3]\nfill = ["姓名"]\n\n[[skip]]\ncolumn = "姓名"\ncontains = "合计"\n\n'
        '[customer]\nref = "姓名"\nname = "姓名"\n\n'
        '[appliance]\nref = "{姓名}/{品类}"\ncategory = "品类"\nbought = "购买 日期"\n',
    ),
    Example(
        ("sheet",),
        "[1月]\nno,name\n1,王芳\n[2月]\nname,no\n林娜,2\n[说明]\nx\n",
        'sheet = ["1月", "2月"]\n' + CUSTOMER,
    ),
    Example(
        ("sheet", "column"),
        "[李强]\nno,day\n1,2026-10-01\n[赵敏]\nno,day\n2,2026-10-02\n",
        'sheet = ["李强", "赵敏"]\n' + TICKET + 'technician = "sheet"\n',
    ),
    Example(
        ("only",), "no,name,town\n1,王芳,南坪\n2,林娜,渝中\n", '[[only]]\ncolumn = "town"\nin = ["南坪"]\n\n' + CUSTOMER
    ),
    Example(
        ("value", "when"),
        "no,day,done,state\n1,2026-10-01,2026-10-02,closed\n2,2026-10-01,2026-10-03,open\n",
        TICKET + 'completed_at = { column = "done", when = { state = ["closed"] } }\noutcome = { value = "fixed" }\n',
    ),
    Example(
        ("default",),
        "no,kind\n1,冰箱\n2,\n",
        '[appliance]\nref = "no"\ncategory = { column = "kind", default = "small" }\n',
    ),
    Example(
        ("split", "take"),
        "no,name,tel,day,who\n1,王芳,13800138000/023-62345678,2026-10-01,李强/赵敏\n",
        CUSTOMER
        + 'phone = { column = "tel", split = "/", take = "all" }\n\n'
        + TICKET
        + 'technician = { column = "who", split = "/", take = "first" }\n',
    ),
    Example(
        ("map", "contains", "other"),
        "no,day,done,result\n1,2026-10-01,2026-10-02,OK\n2,2026-10-01,2026-10-02,no part left\n"
        "3,2026-10-01,2026-10-02,?\n",
        TICKET + 'completed_at = "done"\noutcome = { column = "result", map = { OK = "fixed" }, '
        'contains = { part = "not_repairable" }, other = "referred" }\n',
    ),
    Example(
        ("ticket",),
        "no,day,named,who,from,to,wish,done,found,why\n"
        "1,2026-10-01 09:00,2026-10-01 09:05,李强,"
        "2026-10-02 14:00,2026-10-02 16:00,用户,2026-10-02 15:00,leak,worn seal\n",
        TICKET + 'assigned_at = "named"\ntechnician = "who"\nappointed_from = "from"\nappointed_to = "to"\n'
        'asked_by = "wish"\ncompleted_at = "done"\noutcome = { value = "fixed" }\nfound = "found"\ncause = "why"\n',
    ),
    Example(
        ("ticket", "waiting_for"),
        "no,day,came,state\n1,2026-10-01 09:00,2026-10-01 14:00,待件\n",
        TICKET + 'arrived_at = "came"\n'
        'waiting_for = { column = "state", map = { "待件" = "manufacturer_part" }, other = "" }\n',
    ),
    Example(
        ("visit",),
        "no,day,came,who,waits,done\n"
        "1,2026-10-01 09:00,2026-10-01 14:00,李强,厂家配件,\n"
        "1,2026-10-01 09:00,2026-10-05 10:00,赵敏,,2026-10-05 11:00\n",
        TICKET + 'completed_at = "done"\noutcome = { value = "fixed" }\ntechnician = "who"\n\n'
        '[visit]\narrived_at = "came"\nwaiting_for = "waits"\n',
    ),
    Example(
        ("survey",),
        "no,day,done,score,why\n1,2026-10-01,2026-10-02,2,来晚了\n2,2026-10-01,2026-10-02,,\n",
        TICKET + 'completed_at = "done"\noutcome = { value = "fixed" }\n\n[survey]\nscore = "score"\nreason = "why"\n',
    ),
)


def run_example(example: Example, folder: Path) -> str:
    """Return what an import makes of the file, one thing a line, and what it says beside the counts."""
    desk = Desk(folder / "outlet.db")
    desk.do("init", now="2020-01-01 08:00")
    path = _write(example.text, folder)
    (folder / "map.toml").write_text(example.toml, encoding="utf-8")
    answer = desk.run("import", str(path), "--map", str(folder / "map.toml"))
    assert answer.code == 0, answer.err
    lines = [line for noun in ("customers", "appliances", "tickets") for line in _lines(desk, noun)]
    return "\n".join([*lines, *(f"({note})" for note in answer.err.splitlines())])


def _write(text: str, folder: Path) -> Path:
    """Write a CSV file; where the text begins with the name of a sheet in brackets, a workbook."""
    if not text.startswith("["):
        (folder / "file.csv").write_text(text, encoding="utf-8")
        return folder / "file.csv"
    sheets: dict[str, list[list[str]]] = {}
    for line in text.splitlines():
        if line.startswith("["):
            rows = sheets.setdefault(line.strip("[]"), [])
        else:
            rows.append(line.split(","))
    return workbooks.write(folder / "file.xlsx", {name: workbooks.table(rows) for name, rows in sheets.items()})


_SHOWN = {
    "customers": ("name", "phones", "address", "source"),
    "appliances": ("category", "bought_on", "bought_precision"),
}


def _lines(desk: Desk, noun: str) -> list[str]:
    if noun != "tickets":
        return [
            " ".join([noun[:-1], row["ref"], *(_text(row[key]) for key in _SHOWN[noun] if row[key])])
            for row in desk.do("export", noun)
        ]
    who = {row["id"]: row["name"] for row in desk.do("export", "technicians")}
    events = desk.do("export", "events")
    told = []
    for ticket in desk.do("export", "tickets"):
        of_it = [
            " ".join([event["kind"], event["at"][:16].replace("T", " "), *(_event(event, who))])
            for event in events if event["ticket_id"] == ticket["id"]
        ]  # fmt: skip
        told.append(f"ticket {ticket['ref']} {ticket['type']}: {', '.join(of_it)}")
    return told


def _event(event: dict[str, object], who: dict[object, str]) -> list[str]:
    shown = [who[event["technician_id"]]] if event["technician_id"] else []
    if event["window_from"]:
        shown.append(f"{str(event['window_from'])[11:16]}–{str(event['window_to'])[11:16]} by {event['asked_by']}")
    return shown + [str(event[key]) for key in ("outcome", "score", "cause", "reason", "note") if event[key]]


def _text(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def pages(folder: Path | None = None) -> list[tuple[Example, str]]:
    """Return every example with what became of it."""
    found = []
    for example in EXAMPLES:
        with tempfile.TemporaryDirectory(dir=folder) as made:
            found.append((example, run_example(example, Path(made))))
    return found
