"""The command that reads files of other programs: import."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.table import Result
from servicedesk.cli.run.language import speech, tell
from servicedesk.cli.run.session import Session
from servicedesk.cli.run.values import read_code
from servicedesk.storage.paths import is_dash

if TYPE_CHECKING:
    from servicedesk.file.imports.tables.layout import Layout

app = typer.Typer()

As = Annotated[
    str | None,
    typer.Option(
        "--as",
        help="How deep to read; default: as deep as the map goes. Or a list of technicians.",
        metavar="tickets|customers|appliances|technicians",
    ),
]
Mapped = Annotated[
    Path | None,
    typer.Option(
        "--map", readable=False, help="The map: what each column becomes, in TOML; - for the input.", metavar="MAP.toml"
    ),
]
Rejects = Annotated[
    Path | None, typer.Option(help="Take the good rows, write the bad ones there; - for the output.", metavar="FILE")
]


@app.command("import")
def import_(
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            readable=False,
            metavar="FILE|DIR",
            help="CSV, TSV, .xlsx, or - for the input; or a folder that 'export' wrote. Several with --done.",
        ),
    ],
    noun: As = None,
    map_path: Mapped = None,
    encoding: Annotated[
        str | None, typer.Option(help="The encoding of a text file without byte order mark.", metavar="NAME")
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option(help="The sheet of a workbook; default: the first visible one that is not empty.", metavar="NAME"),
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="Add facts that were missing; overwrite nothing.")] = False,
    correct: Annotated[
        bool, typer.Option("--correct", help="Take values that differ as corrections; the old ones stay readable.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only check, and show what would come of it; nothing is written.")
    ] = False,
    rejects: Rejects = None,
    changes: Annotated[
        Path | None,
        typer.Option(help="Write the values that differ there: field, old, new; - for the output.", metavar="FILE"),
    ] = None,
    sketch: Annotated[bool, typer.Option("--sketch", help="Only propose a map for the file; nothing is read.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(help="With --sketch: write the proposed map there; - for the output.", metavar="MAP.toml"),
    ] = None,
    done: Annotated[
        Path | None, typer.Option(help="Move each file there that was read, after the commit.", metavar="DIR")
    ] = None,
    bad: Annotated[
        Path | None, typer.Option(help="With --done: move each file there that was refused as a whole.", metavar="DIR")
    ] = None,
) -> None:
    """Read customers, appliances and tickets from a file, or a whole export folder; or propose a map for a file.

    Example: servicedesk import calls.csv --map calls.toml --dry-run
    """
    session: Session = ctx.obj
    path = files[0]
    if sketch:
        if noun or map_path or update or correct or dry_run or rejects or changes or done or bad or len(files) > 1:
            raise UsageError(say("--sketch takes one file, --sheet, --encoding and --output alone"))
        _sketch(session, path, output, encoding=encoding, sheet=sheet)
        return
    if output is not None:
        raise UsageError(say("--output is for --sketch"), hint=say("--rejects FILE takes the rejected rows"))
    if path.is_dir() and not is_dash(path) and done is None:
        if noun or map_path or encoding or sheet or update or correct or rejects or changes:
            raise UsageError(say("a folder is read as it is, without options but --dry-run"))
        _folder(session, path, dry_run=dry_run)
        return
    from servicedesk.file.imports.import_file import import_records, read_layout
    from servicedesk.render.progress import progress_bar

    def read(file: Path) -> Result:
        with progress_bar(sys.stderr, quiet=session.quiet) as progress:
            return import_records(
                session.begin(),
                file,
                noun=noun,
                map_path=map_path,
                encoding=encoding,
                sheet=sheet,
                update=update,
                correct=correct,
                dry_run=dry_run,
                rejects_path=rejects,
                changes_path=changes,
                meaning=read_code,
                progress=progress,
            )

    if done or bad or len(files) > 1:
        if rejects or changes or is_dash(map_path):
            raise UsageError(
                say("--done takes each file whole, without --rejects and --changes, and its map from a file")
            )
        layout = read_layout(map_path, encoding=encoding, sheet=sheet)
        _drop(session, files, done, bad, read=read, layout=layout, dry_run=dry_run)
        return
    is_list_on_stdout = (is_dash(rejects) or is_dash(changes)) and not dry_run
    _one_file(session, read(path), None if dry_run else rejects, aside=is_list_on_stdout)


def _sketch(session: Session, path: Path, output: Path | None, *, encoding: str | None, sheet: str | None) -> None:
    """Propose a map for a file and show what was found; no outlet's file is needed."""
    from servicedesk.file.imports.sketch.sketch import sketch_map

    answer = sketch_map(path, output, encoding=encoding, sheet=sheet, outlet=session.path, translate=speech.translation)
    session.show(answer, aside=is_dash(output))


def _folder(session: Session, path: Path, *, dry_run: bool) -> None:
    """Read a folder that `export` wrote."""
    from servicedesk.file.exports.read_back import import_folder

    session.show(import_folder(session.db, path, dry_run=dry_run))


def _drop(
    session: Session,
    files: list[Path],
    done: Path | None,
    bad: Path | None,
    *,
    read: Callable[[Path], Result],
    layout: Layout,
    dry_run: bool,
) -> None:
    """Read the files of a drop folder and move each away."""
    from servicedesk.file.imports.drop_folder import check_all_done, import_drop, list_files

    if done is None or bad is None:
        raise UsageError(
            say("several files are read with --done and --bad, which say where each is moved"),
            hint="servicedesk import drop/*.csv --map calls.toml --done done --bad bad",
        )
    found = list_files(files)
    answer = import_drop(
        session.db, found, done=done, bad=bad, read=read, layout=layout, dry_run=dry_run, translate=speech.translation
    )
    session.show(answer)
    check_all_done(answer)


def _one_file(session: Session, answer: Result, rejects: Path | None, *, aside: bool) -> None:
    """Show how many records were read; --quiet still says how many were rejected."""
    session.show(answer, aside=aside)
    rejected = answer.table.objects()[0]["rejected"]
    if session.quiet and rejected:
        tell(say("{count} rejected", count=rejected) if rejects is None or is_dash(rejects)
             else say("{count} rejected: see {path}", count=rejected, path=rejects))  # fmt: skip
