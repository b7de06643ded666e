"""List the guarantee terms and the main parts of each category."""

from typing import Any

from servicedesk.base.messages import msgid, say
from servicedesk.base.sameness import folded_name
from servicedesk.base.table import Table, columns
from servicedesk.storage.database import Database, Row

TERM_COLUMNS = columns(
    "id-", "category:words", "brand:name", "whole_years:count=whole", "main_years:count=main parts",
    "rate_percent:code=% a day", "repairer_days-", "part_days-", "from_on:date??=from", "is_verified-",
    "checked:code+=verified", "source:brief",
)  # fmt: skip
PART_COLUMNS = columns(
    "id-", "category-", "code:code=part", "label_zh=名称", "from_on:date=from", "is_verified-",
    "checked:code+=verified",
    "source:brief",
)  # fmt: skip

_TERMS = "SELECT * FROM warranty_term WHERE voided_at IS NULL ORDER BY category, brand, from_on, id"
# For each part the newest row that is valid on that day.
_PARTS = """
SELECT * FROM main_part p
 WHERE category = :category AND voided_at IS NULL AND from_on <= :on
   AND NOT EXISTS (SELECT 1 FROM main_part n
                    WHERE n.category = p.category AND n.code = p.code AND n.voided_at IS NULL AND n.from_on <= :on
                      AND (n.from_on, n.id) > (p.from_on, p.id))
 ORDER BY id
"""
_NOTHING_BEFORE = "0001-01-01"
# The source texts of the terms in a new file (sql/version_6/24_guarantee_seeds.sql), marked for translation.
SOURCES = (
    msgid("the national catalogue of 1995, its row read"),
    msgid("summaries of the rules of 1995; the catalogue's row was not read"),
    msgid("summaries of the rules of 1995; the rate is assumed as for colour TVs"),
    msgid("summaries of the rules of 1995; many brands give six years and more"),
    msgid("summaries of the rules of 1995"),
    msgid("in the national catalogue; its years were not seen"),
    msgid("not in the first national catalogue as far as seen; ask the brand"),
    msgid("the terms of one brand"),
    msgid("the list of one brand"),
    msgid("the rules for computers of 2002, as commonly quoted"),
)


def list_terms(db: Database, *, on: str, category: str | None = None, every: bool = False) -> Table:
    """Return the terms that are valid on that day or later, or `every` one; of one category or of all."""
    rows = [row for row in db.rows(_TERMS) if category in {None, row["category"]}]
    held: dict[tuple[str, str], int] = {}
    for row in rows:
        if row["from_on"] <= on:
            held[_key(row)] = row["id"]
    shown = [row for row in rows if every or row["from_on"] > on or held[_key(row)] == row["id"]]
    empty = say("No terms: 'warranty terms set' records them")
    return Table(TERM_COLUMNS, [term_cells(row) for row in shown], empty=empty)


def _key(row: Row) -> tuple[str, str]:
    return row["category"], folded_name(row["brand"]) if row["brand"] else ""


def find_term(db: Database, category: str, brand: str | None, *, on: str) -> Row | None:
    """Return the terms valid on that day for exactly this brand, or for any brand if it is None. None if not set."""
    key = (category, folded_name(brand) if brand else "")
    held = [row for row in db.rows(_TERMS) if _key(row) == key and row["from_on"] <= on]
    return held[-1] if held else None


def term_cells(row: Row) -> list[Any]:
    """Return a row of warranty_term in the order of TERM_COLUMNS."""
    values = dict(row) | {
        "rate_percent": row["rate"] / 1000 if row["rate"] else None,
        "from_on": None if row["from_on"] == _NOTHING_BEFORE else row["from_on"],
        **_sureness(row),
    }
    return [values[column.key] for column in TERM_COLUMNS]


def _sureness(row: Row) -> dict[str, Any]:
    is_verified = bool(row["is_verified"])
    source = say(row["source"]) if row["source"] else None
    return {"is_verified": is_verified, "checked": say("yes") if is_verified else say("unverified"), "source": source}


def list_main_parts(db: Database, category: str, *, on: str) -> list[Row]:
    """Return the rows of main_part that are valid for a category on that day."""
    return [row for row in db.rows(_PARTS, category=category, on=on) if row["is_main"]]


def parts_table(db: Database, category: str, *, on: str) -> Table:
    """Return a table of the main parts that are valid for a category on that day."""
    rows = []
    for row in list_main_parts(db, category, on=on):
        begin = None if row["from_on"] == _NOTHING_BEFORE else row["from_on"]
        values = dict(row) | {"from_on": begin, **_sureness(row)}
        rows.append([values[column.key] for column in PART_COLUMNS])
    empty = say("No main parts: 'warranty parts {category} --add CODE' records one", category=category)
    return Table(PART_COLUMNS, rows, empty=empty)
