"""Address labels for consumables to send, 24 on a sheet of A4. jinja2 fills labels.html and escapes texts."""

from pathlib import Path
from typing import Any

from servicedesk.base.messages import item_list, say
from servicedesk.base.table import Table, printable
from servicedesk.language.words import Words

FOLDER = Path(__file__).parent


def render_labels(due: Table, *, month: str, words: Words) -> bytes:
    """Return the labels as HTML in UTF-8, one for each row of 'consumable due', with the phone for the courier."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["clean"] = printable
    rows = _rows_as_dicts(due)
    lang = "zh-CN" if words.language == "zh" else "en"
    return made.get_template("labels.html").render(rows=rows, month=month, lang=lang, code=words.code).encode()


def missing_addresses(due: Table) -> list[str]:
    """Return a note that names the customers whose labels have no address; [] if all have one."""
    homeless = {row["customer_id"]: row["customer"] for row in _rows_as_dicts(due) if not row["address"]}
    if not homeless:
        return []
    names = item_list(say("{name} (C{id})", name=name, id=number) for number, name in homeless.items())
    return [say("no address of {names}: customer edit C{id} --address TEXT", names=names, id=next(iter(homeless)))]


def _rows_as_dicts(due: Table) -> list[dict[str, Any]]:
    keys = [column.key for column in due.columns]
    return [dict(zip(keys, row, strict=True)) for row in due.rows]
