"""Files that strangers hand in: good ones with hostile cells, broken ones, any bytes at all; and maps likewise."""

import csv
import io
from functools import cache

from hypothesis import strategies as st

from tests.wild import texts

HEADINGS = {
    "customers": ("ref", "name", "phone", "address", "area", "tier"),
    "appliances": ("ref", "customer_ref", "category", "brand", "model", "serial", "bought"),
    "tickets": (
        "ref", "reported_at", "arrived_at", "completed_at", "outcome", "type", "fault", "technician", "customer_name",
        "customer_phone", "customer_ref", "appliance_ref", "appliance_category", "appliance_serial", "survey_score",
    ),
}  # fmt: skip
# What is right in a column; where none is listed, any name is.
RIGHT = {
    "phone": texts.PHONES, "customer_phone": texts.PHONES, "tier": ("vip", "ordinary", ""),
    "bought": ("2024-02-29", ""), "completed_at": ("2026-11-03 10:00", ""), "outcome": ("fixed", "referred"),
    "category": ("fridge", "ac", "flat_tv"), "appliance_category": ("fridge", "ac", "flat_tv"), "fault": ("leak", ""),
    "reported_at": ("2026-11-01 09:00", "2026-10-31 17:30"), "arrived_at": ("2026-11-02 15:00", ""),
    "type": ("repair", "install", ""),
    "customer_ref": ("r0", "r1", ""), "appliance_ref": ("r0", "r2", ""), "survey_score": ("5", "2", ""),
}  # fmt: skip
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "latin-1", "utf-32")
MAPS = (
    'source = "x"\n[customer]\nref = "ref"\nname = "name"\n',
    'source = "x"\n[ticket]\nref = "{#}"\nreported_at = "reported_at"\ntype = { value = "repair" }\n',
    'source = "x"\ndates = ["%Y-%m-%d %H:%M"]\n[ticket]\nref = "ref"\nreported_at = "reported_at"\n'
    '[appliance]\nref = "{ref}/{appliance_category}"\n'
    'category = { column = "appliance_category", map = { ac = "ac" }, other = "fridge" }\n',
)
HOSTILE_MAPS = (
    "", "=", "[[[", "[customer]", 'source = "x"', "a = " + "[" * 200 + "]" * 200,
    'source = """' + "x" * 100_000 + '"""', '[ticket]\nref = "{' + "{" * 50 + '}"',
    '[ticket]\nref = 1\nreported_at = 2', "[only]\ncolumn = 1",
    'zone = "Mars/Olympus"', 'dates = ["%%%"]', 'dates = "%Q"', '[ticket]\nref = "ref"\nreported_at = { value = 5 }',
    '[ticket]\nref = "{0.__class__}"\nreported_at = "{ref!r:>9999999999}"', "\x00", 'encoding = "unicode_escape"',
    '[customer]\nref = "ref"\nname = { column = "name", map = 3 }', '[[only]]\ncolumn = "ref"\nin = "x"',
    '[customer]\nref = "ref"\nname = { column = "nothing", when = { "ref" = [1, 2] } }', "x = 1979-05-27T07:32:00Z",
    '[survey]\nscore = "ref"\nsatisfied = "ref"', '[__proto__]\nref = "ref"', "[ticket]\nreference = 'ref'",
)  # fmt: skip


@cache
def cell(column: str | None = None) -> st.SearchStrategy[str]:
    """What is right in that column; without one, anything."""
    if column is None:
        return st.one_of(texts.plausible(), st.just(""), texts.texts(huge=False))
    return st.sampled_from(RIGHT.get(column, texts.NAMES))


@st.composite
def table(draw: st.DrawFn, noun: str) -> bytes:
    """Rows under the headings of a noun, some of them too short or too long, in some encoding and dialect."""
    names = list(HEADINGS[noun])
    if draw(st.integers(0, 9)) == 0:
        names[draw(st.integers(0, len(names) - 1))] = draw(cell())
    out = io.StringIO()
    ends = draw(st.sampled_from(("\n", "\r\n", "\r")))
    dialect = {"delimiter": draw(st.sampled_from(",,,;\t|")), "lineterminator": ends}
    quoting = draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
    writer = csv.writer(out, quoting=quoting, **dialect)  # type: ignore[arg-type]
    writer.writerow(names)
    wild = draw(st.sampled_from((0, 1, 5, 20)))  # of twenty cells
    for number in range(draw(st.integers(0, 5))):
        right = (draw(st.integers(0, 19)) >= wild for _ in names[1:])
        row = [
            f"r{number}",
            *(draw(cell(name if is_right else None)) for name, is_right in zip(names[1:], right, strict=True)),
        ]
        writer.writerow(row[: draw(st.integers(1, len(row)))] if draw(st.integers(0, 9)) == 0 else row)
    data = out.getvalue().encode(draw(st.sampled_from(ENCODINGS)), "replace")
    if draw(st.integers(0, 7)) == 0 and data:
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.binary(max_size=6)) + data[at + draw(st.integers(0, 3)) :]
    return data


def any_file() -> st.SearchStrategy[tuple[str, bytes]]:
    """A noun, and what its file holds."""
    nouns = st.sampled_from(sorted(HEADINGS))
    good = nouns.flatmap(lambda noun: st.tuples(st.just(noun), table(noun)))
    known = (b"\x00" * 100, b'"' + b"x" * 1_000_000, b"PK\x03\x04 no workbook", b"SQLite format 3\x00" + b"\x00" * 99)
    rude = st.tuples(nouns, st.one_of(st.binary(max_size=200), st.sampled_from(known)))
    return texts.mostly(good, rude)


def any_map() -> st.SearchStrategy[str | None]:
    return texts.mostly(st.sampled_from((None, *MAPS)), st.sampled_from(HOSTILE_MAPS) | st.text(max_size=60))
