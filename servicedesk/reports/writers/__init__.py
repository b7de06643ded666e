"""Write the monthly report as .html, .md, .xlsx or a folder of .csv files."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.language.words import Words
from servicedesk.reports.report import Page

Writer = Callable[[Page, Words, Path], None]

# Each writer's module, known here so that only the one that is asked for is loaded.
WRITERS = {".html": "html", ".md": "markdown", ".xlsx": "xlsx", ".csv": "csv_folder"}
# The files that the .csv writer makes in its folder; none of them may exist before.
FILES = tuple(
    f"{name}.csv"
    for name in (
        "about", "figures", "months", "technicians", "categories", "charges", "left_out", "signals", "open", "rows",
        "earlier", "findings", "tickets", "definitions",
    )
)  # fmt: skip


def suffix(output: str, form: str | None = None) -> str:
    """Return the format of an output path: .html, .md, .xlsx, or .csv for a folder. UsageError for any other suffix.

    For standard output (`-`) the format is .html, or .md with `--format markdown`.
    """
    if output == "-":
        if form in {None, "table", "markdown"}:
            return ".md" if form == "markdown" else ".html"
        raise UsageError(
            say("--output - writes one page, not {form}", form=form),
            hint=say("--format markdown, or without --format a page in HTML"),
        )
    found = Path(output).suffix.lower()
    if output.endswith("/") or not found:
        return ".csv"
    if found not in WRITERS:
        raise UsageError(
            say("'{found}' is no format of a report", found=found),
            hint=say(
                "one of .html, .md, .xlsx, or .csv, a name without suffix or with / at its end: a folder of CSV files"
            ),
        )
    return found


def writer(suffix: str, *, short: bool = False) -> Writer:
    """Return the function that writes the format as a file or folder. UsageError if `short` is asked of non-HTML."""
    if short and suffix != ".html":
        raise UsageError(say("--short makes a page, not {suffix}", suffix=suffix), hint=say("--output october.html"))
    module = import_module(f"servicedesk.reports.writers.{WRITERS[suffix]}")
    write: Writer = module.write_short if short else module.write
    return write
