"""Address labels of what is to be sent, 24 on a sheet of A4. labels.html is filled by jinja2, which escapes texts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from servicedesk.base.table import printable
from servicedesk.language.words import Words

FOLDER = Path(__file__).parent


def render_labels(rows: Sequence[dict[str, Any]], *, month: str, words: Words) -> bytes:
    """Return the page in UTF-8: a label for each row of 'consumable due'; the same rows make the same bytes."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["clean"] = printable
    lang = "zh-CN" if words.language == "zh" else "en"
    return made.get_template("labels.html").render(rows=rows, month=month, lang=lang, code=words.code).encode()
