"""Help that is found, and true: every example works, words lead to commands, slips to what was meant."""

import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest

from servicedesk.base.width import cells
from servicedesk.cli.command_table import DESTROYING
from servicedesk.cli.help.help import CommandEntry, commands
from servicedesk.cli.help.rules import list_rules
from servicedesk.cli.help.vocabulary import MEANT
from tests.conftest import Desk

EVERY = list(commands())
MORNING = "2026-11-21 08:00"
DONE = "ticket complete T101 --outcome fixed"
# What has to happen before an example makes sense, beside the outlet below.
BEFORE = {
    "customer add": ["customer edit C12 --phone 555 --drop-phone 13800138000"],
    "technician add": ["technician edit 李强 --name 李小强"],
    "ticket message": ["ticket appoint T101 tomorrow 9-11 --asked-by customer"],
    "rollup take": ["share inbox"],
    "ticket resume": ["ticket wait T101 --cause customer"],
    "ticket reopen": [DONE],
    "ticket correct": ["ticket assign T101 --to 李强", "ticket arrive T101 --at 10:20"],
    "ticket void": ["ticket assign T101 --to 李强", "ticket arrive T101 --at 10:20", DONE],
    "ticket accept": ["ticket quote T101 --labour 80"],
    "ticket refuse": ["ticket quote T101 --labour 80"],
    "complaint done": ["complaint close K5 --upheld --measure 'ring before'"],
    "complaint reclaim": ["complaint pay K5 --amount 300 --from outlet"],
    "consumable sent": ["consumable add A34 --item oil_net --per-year 12 --from 2026-01-01"],
    "consumable stop": ["consumable add A34 --item oil_net --per-year 12 --from 2026-01-01"],
    "consumable void": [
        "consumable add A34 --item oil_net --per-year 12 --from 2026-01-01",
        "consumable sent A34 --all",
    ],
    "solution import": ["solution export solutions.json"],
    "ticket return": ["ticket collect T101"],
    "technician verify": ["technician badge 李强 1032"],
    "checklist show": ["checklist set install dust_free"],
    "survey record": [DONE],
    "callback log": [DONE],
    "callback void": [f"{DONE} --at 09:00", *(f"callback log T101 --no-answer --at 1{n}:00" for n in range(3))],
    "contact void": [f"contact log T101 --in --at 1{n}:00" for n in range(3)],
    "part list": ["part edit COMP-12 --min 9"],
    "part return": ["part issue COMP-12 --to 李强"],
    "part transfer": ["part issue COMP-12 --to 李强", "technician add 赵敏"],
    "part write-off": ["part issue COMP-12 --to 李强"],
    "part void": [f"part receive COMP-12 {n}" for n in (1, 2)],
    "redo": [DONE, "undo"],
    "restore": ["backup backups/servicedesk-2026-11-25T0310.db"],
}
TAKEN = ["outlet rename Harbour", "share inbox", "rollup take inbox --catalogue catalogue"]
BEFORE |= {f"rollup {verb}": TAKEN for verb in ("check", "report", "rows", "repeats")}
NEW_FILES = {"init", "demo"}
CLASS = ["classroom init autumn --roster roster.csv", "classroom hand-out E3 --class autumn"]
BEFORE |= {
    "classroom hand-out": CLASS[:1],
    "classroom mark": CLASS,
    **{
        f"classroom {verb}": [*CLASS, "classroom mark E3 inbox --class autumn"]
        for verb in ("show", "decide", "overview", "reveal")
    },
}
# What has to be done in an exercise before: E3, but for the calls.
EXERCISES = {
    "show": [], "hint": [], "answer": [], "check": [], "submit": ["answer T1=hit"], "reveal": ["submit"], "call": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def outlet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What examples name: up to C44, A34, T102, the birthday visit T103, H5, P7, K5, G7, S3, V3, E31, 李强, COMP-12."""
    desk = Desk(tmp_path_factory.mktemp("outlet") / "outlet.db", now=MORNING)
    desk.do("init", now="2020-01-01 08:00")
    desk.do("technician", "add", "李强")
    for n in range(1, 45):
        desk.do("customer", "add", f"赵{n}", "--phone", "13800138000" if n == 12 else f"6280{n:04}", "--area", "north")
    for n in range(1, 35):
        bought = ("--bought", "2021-12-05") if n == 34 else ()
        desk.do("appliance", "add", "--customer", f"C{n}", "--category", "fridge", "--brand", "Haier", *bought)
    for n in range(1, 6):
        desk.do("household", "add", f"家{n}", "--member", f"C{n}")
    for n in range(1, 103):
        desk.do("ticket", "open", "--customer", f"C{12 if n > 100 else n % 20 + 1}", "冰箱不制冷")
        if n == 29:
            desk.do("ticket", "complete", "T29", "--outcome", "fixed")
            assert desk.do("survey", "record", "T29", "2", "--reason", "等太久")["id"] == 31
    for n in range(1, 8):
        desk.do("promise", "add", f"T{n}", "--what", "part fitted", "--by", "tomorrow 18:00")
    for n in range(1, 6):
        desk.do("complaint", "open", "--ticket", f"T{n}", "--about", "lateness")
    for n in range(21, 28):
        desk.do("contract", "add", f"C{n}", "--kind", "service", "--from", "2026-01-01", "--to", "2027-12-31")
    for day in (16, 17, 18):
        desk.do("event", "add", "free_repair", "--on", f"2026-11-{day}", "--place", "南坪广场")
    for fix in ("seal it", "thaw it", "换风扇"):
        desk.do("solution", "add", "--category", "fridge", "--fault", "not_cooling", "--fix", fix)
    assert desk.do("maintenance", "generate")[0]["ticket_id"] == 103
    desk.do("part", "add", "COMP-12", "--name", "compressor", "--category", "fridge", "--main", "--min", "2")
    desk.do("part", "receive", "COMP-12", "5")
    return desk.path


@pytest.fixture
def there(outlet: Path, tmp_path: Path) -> Iterator[Desk]:
    """A copy of the outlet in the evening, in a folder of its own with the files that the examples name."""
    shutil.copy(outlet, tmp_path / "outlet.db")
    (tmp_path / "backups").mkdir()
    (tmp_path / "calls.csv").write_text("Job,Who,Called\n1,赵小姐,2026-11-20 09:00\n", encoding="utf-8")
    (tmp_path / "holidays.txt").write_text("2026-10-01..2026-10-07 国庆节\n", encoding="utf-8")
    (tmp_path / "roster.csv").write_text("student,name\nS07,王芳\n", encoding="utf-8")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "S07.csv").write_text("item,answer\nT1,hit\nT2,vielleicht\n", encoding="utf-8")
    (tmp_path / "calls.toml").write_text(
        'source = "calls"\ndates = ["%Y-%m-%d %H:%M"]\n[customer]\nref = "Who"\nname = "Who"\n'
        '[ticket]\nref = "Job"\nreported_at = "Called"\n'
    )
    (tmp_path / "brand.key").write_text("the key of the brand")
    with chdir(tmp_path):
        yield Desk(tmp_path / "outlet.db")


def begun(there: Desk, verb: str) -> Desk:
    """The file of an exercise, its clock its own, with what comes before that verb."""
    code = "E2" if verb == "call" else "E3"
    there.do("exercise", "start", code, "--seed", "7")
    desk = Desk(there.path.parent / code / f"{code}.db", now=None)
    for line in EXERCISES[verb]:
        desk.do("exercise", *shlex.split(line))
    return desk


@pytest.mark.parametrize("known", EVERY, ids=lambda known: str(known.path))
def test_the_example_of_every_command_works(there: Desk, known: CommandEntry) -> None:
    path, what, example, _ = known
    assert what, path
    assert f"{example} ".startswith(f"servicedesk {path} "), f"{path} has no example of itself"
    for line in BEFORE.get(path, []):
        there.do(*shlex.split(line))
    desk = Desk(there.path.with_name("new.db")) if path in NEW_FILES else there
    if path.startswith("exercise ") and path.partition(" ")[2] in EXERCISES:
        desk = begun(there, path.partition(" ")[2])
    words = shlex.split(example.partition(" > ")[0])[1:]
    answer = desk.run(*words)
    assert (answer.code, answer.err.count("error: ")) == (0, 0), answer.err
    assert answer.out


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("birthday", "maintenance due"),
        ("birthdays", "maintenance due"),
        ("reopen", "ticket reopen"),
        ("OPEN", "ticket open"),
        ("回访", "callback log"),
        ("电话回访", "callback log"),
        ("派工", "ticket assign"),
        ("投诉", "complaint open"),
        ("生日贺卡", "maintenance card"),
        ("customer moved", "customer edit"),
        ("how do I fix a typo", "ticket correct"),
        ("technician ill", "technician absent"),
        ("satisfaction", "survey record"),
        ("how satisfied are our customers", "kpi report"),
        ("spare part", "ticket wait"),
        ("who is cheating", "kpi integrity"),
        ("late tickets", "ticket list"),
        ("overdue", "part overdue"),
        ("备件", "part add"),
        ("read a csv", "import"),
        ("undo", "undo"),
        ("合并", "customer merge"),
        ("delete customer", "customer forget"),
        ("who changed it", "history"),
        ("三包", "warranty show"),
        ("is it still covered", "warranty show"),
        ("退货", "warranty check"),
        ("backup lost", "restore"),
    ],
)
def test_a_word_finds_the_command_by_what_one_wants_to_do(blank: Desk, words: str, first: str) -> None:
    found = blank.do("help", *words.split())
    assert found[0]["command"] == first
    assert len(found) <= 8


def test_phone_finds_who_calls_and_whom_to_call(blank: Desk) -> None:
    found = {row["command"] for row in blank.do("help", "phone")}
    assert {"customer show", "customer find", "callback log", "ticket open"} <= found


def test_what_is_found_is_shown_with_its_line_and_its_example(blank: Desk) -> None:
    assert blank.run("help", "reopen").out == (
        "ticket reopen\n  Open a linked new ticket after an ended one.\n  servicedesk ticket reopen T101 'warm again'\n"
    )
    assert blank.do("help", "reopen") == [
        {
            "command": "ticket reopen",
            "what": "Open a linked new ticket after an ended one.",
            "example": "servicedesk ticket reopen T101 'warm again'",
        }
    ]


def test_a_command_s_own_page_comes_first(blank: Desk) -> None:
    for words in (["ticket", "open"], ["ticket"], ["check"], []):
        assert blank.run("help", *words).out == blank.run(*words, "--help").out
    assert len(blank.do("help")) == len(EVERY)
    assert blank.do("help", "ticket", "open")[0]["command"] == "ticket open"
    assert blank.run("help", "ticket", "open", "door").code == 0


def test_a_word_that_finds_nothing_is_3_with_the_nearest(blank: Desk) -> None:
    assert "did you mean birthday" in blank.refused(3, "help", "birthdya")
    assert "'servicedesk help' shows every command" in blank.refused(3, "help", "qqqqqq")


def test_a_code_is_explained_by_its_rule_and_its_source(blank: Desk) -> None:
    rule = blank.do("help", "w8")
    assert rule == {
        "code": "W8",
        "rule": "A repair within the guarantee that waits for the maker's part for more than 90 days from its report:"
        " exchange by the seller. The backlog and 'today' mark it.",
        "chinese": "有效期内，因生产者未供应配件自送修之日起超过90日未修好的：由销售者负责换货。积压和“今日”页会标出。",
        "source": "部分商品修理更换退货责任规定 (1995), art. 12",
    }
    assert blank.do("help", "Ｗ８") == rule
    assert blank.run("help", "K14", "--format", "markdown").out.endswith("birthdays due. | our own choice |\n")
    answer = blank.run("--language", "zh", "help", "w8", "--format", "markdown")
    assert f"| {rule['chinese']} |" in answer.out
    assert blank.do("help", "I9") == blank.do("kpi", "explain", "I9")


def test_a_code_without_a_rule_is_3_with_the_nearest(blank: Desk) -> None:
    assert "there is no rule 'K99'\nhint: did you mean K9?" in blank.refused(3, "help", "K99")


def test_every_rule_is_one_to_three_sentences_in_both_languages() -> None:
    for rule in list_rules():
        assert rule.rule.endswith("."), rule.code
        assert len(re.findall(r"\.(?= |$)", rule.rule)) <= 3, rule.code
        assert rule.chinese.endswith("。"), rule.code


def test_figures_and_answers_come_before_customers_who_are_satisfied(blank: Desk) -> None:
    found = [row["command"] for row in blank.do("help", "how satisfied are our customers")]
    assert found[:3] == ["kpi report", "kpi why", "survey record"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("word", ["customer find", "open", "import", "birthday", "satisfied"])
def test_what_is_found_fits_eighty_columns_and_is_folded_at_blanks(blank: Desk, language: str, word: str) -> None:
    page = blank.run("--language", language, "help", f"{word} 用户").out.splitlines()
    assert max(map(cells, page)) <= 80
    known = {name for row in EVERY for name in row.path.split()}
    assert all(line.startswith("  ") or not line or set(line.split()) <= known for line in page)


def test_what_is_found_is_told_in_chinese_too(blank: Desk) -> None:
    answer = blank.run("--language", "zh", "help", "reopen")
    assert answer.out.startswith("ticket reopen\n")
    assert not answer.out.isascii()
    assert answer.out.endswith("servicedesk ticket reopen T101 '又不制冷了'\n")


def test_the_vocabulary_names_commands() -> None:
    paths = {known.path for known in EVERY} | {known.path.partition(" ")[0] for known in EVERY}
    assert set(MEANT) - paths == set()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("open", "'servicedesk ticket open' or 'servicedesk complaint open'"),
        ("open ticket T1", "'servicedesk ticket open'?"),
        ("reopne T1", "'servicedesk ticket reopen'"),
        ("record T1 5", "'servicedesk survey record'"),
        ("回访", "'servicedesk callback log'"),
        ("ticket close T1", "'servicedesk ticket complete'"),
        ("ticket birthday", "'servicedesk maintenance due'"),
        ("tikcet list", "Did you mean 'ticket'?"),
        ("notes list", "Did you mean 'note'?"),
        ("ticket asign T1", "Did you mean 'assign'?"),
        ("ticket opne", "Did you mean 'open'"),
        ("ticket list --technican 李强", "--technician"),
        ("--dv x ticket list", "--db"),
        ("ticket list --type repiar", "'repair'"),
        ("ticket list --format jsn", "did you mean json or jsonl?"),
        ("ticket complete T101 --outcome fixd", "fixed"),
        ("ticket cancel T101 --reason duplikate --by outlet", "did you mean duplicate?"),
        ("appliance add --customer C1 --category frige", "did you mean fridge"),
        ("technician add 王 --skill frige", "did you mean fridge"),
        ("kpi rows arival_24h_rate", "did you mean arrival_24h_rate"),
        ("kpi report --only satisfactoin", "satisfaction_rate"),
        ("export tikcets", "did you mean tickets"),
        ("completion bahs", "'bash'"),
        ("ticket zzzz", "hint: servicedesk ticket --help"),
        ("zzzz9", "hint: servicedesk --help"),
        ("-z", "no such option: -z"),
    ],
)
def test_a_wrong_word_suggests_the_nearest(there: Desk, typed: str, meant: str) -> None:
    answer = there.run(*typed.split())
    assert answer.code in {2, 3, 4}
    assert meant in answer.err


GUESSED = [
    "word-of-mouth", "words", "everything", "file", "person", "people", "customers", "tickets", "list", "show", "open",
    "close", "close T1", "add", "add customer", "figures", "phone", "number", "entry", "copy", "mistake", "name",
    "ticket", "delete", "remove",
    "customer zzz", "ticket words", "appliance broken", "complaint money", "ticket listing", "complaint recovery",
]  # fmt: skip


@pytest.mark.parametrize("typed", GUESSED)
def test_guesses_are_distinct_and_take_nothing_away(there: Desk, typed: str) -> None:
    told = there.run(*typed.split()).err
    guesses = re.findall(r"'servicedesk ([a-z]+(?: [a-z]+)?)'", told.partition("'servicedesk help")[0])
    assert len(guesses) == len(set(guesses)), told
    assert not {guess.split()[-1] for guess in guesses} & DESTROYING, told


@pytest.mark.parametrize(
    ("typed", "meant"), [("forgett", "customer forget"), ("ticket vod", "void"), ("merge", "merge")]
)
def test_a_command_that_takes_something_away_is_found_by_its_name(there: Desk, typed: str, meant: str) -> None:
    assert meant in there.run(*typed.split()).err


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("list tickets", "did you mean 'servicedesk ticket list'?"), ("Susan", "'servicedesk customer find Susan'"),
     ("customer delete", "'servicedesk customer forget'"), ("3", "'servicedesk T3' is the ticket")],
)  # fmt: skip
def test_what_a_beginner_types_leads_to_the_command(there: Desk, typed: str, hint: str) -> None:
    assert hint in there.refused(2, *typed.split())


@pytest.mark.parametrize("typed", ["zhang wie", "ZHANG WIE", "Zhang Weii"])
def test_a_wrong_name_of_a_technician_suggests_the_nearest(desk: Desk, typed: str) -> None:
    desk.do("technician", "add", "Zhang Wei")
    assert "did you mean Zhang Wei?" in desk.refused(3, "ticket", "list", "--technician", typed)


@pytest.mark.parametrize(
    ("word", "command"),
    [
        ("派工单", "ticket sheet"), ("打印派工单", "ticket sheet"), ("改期", "ticket appoint"),
        ("转派", "ticket assign"), ("收据", "ticket charge"), ("退机", "appliance exchange"),
        ("短信", "ticket message"), ("换号", "customer edit"), ("开单", "ticket open"), ("排班", "technician day"),
        ("查用户", "customer find"), ("换师傅", "ticket assign"), ("用户催了", "contact log"),
        ("搬家", "customer edit"), ("删除工单", "ticket void"), ("导入Excel", "import"), ("未结工单", "ticket list"),
        ("receipt", "ticket charge"), ("reschedule", "ticket appoint"), ("sms", "ticket message"),
    ],
)  # fmt: skip
def test_help_finds_by_the_word_of_the_desk(desk: Desk, word: str, command: str) -> None:
    assert desk.do("help", word)[0]["command"] == command


def test_in_chinese_every_paragraph_of_a_found_command_is_chinese(desk: Desk) -> None:
    told = desk.run("--language", "zh", "help", "日程", "-f", "table").out
    assert told.startswith("technician day\n  服务工程师当天的单子")
    assert "Without a name" not in told


@pytest.mark.parametrize(("words", "ref"), [(("ticket", "1119"), "T1119"), (("customer", "c12"), "C12")])
def test_a_number_behind_a_noun_is_told_how_it_is_shown(desk: Desk, words: tuple[str, str], ref: str) -> None:
    told = desk.refused(2, *words)
    assert told == f"error: no such command '{words[1]}'\nhint: 'servicedesk {ref}' shows it\n"
