"""The command that reads files of other programs: import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.table import Result
from servicedesk.cli.run.language import speech, tell
from servicedesk.cli.run.session import Session
from servicedesk.cli.run.values import read_code
from servicedesk.file.imports.options import ImportOptions
from servicedesk.storage.paths import is_dash

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
Encoding = Annotated[
    str | None, typer.Option(help="The encoding of a text file without byte order mark.", metavar="NAME")
]
SheetName = Annotated[
    str | None,
    typer.Option(help="The sheet of a workbook; default: the first visible one that is not empty.", metavar="NAME"),
]
Update = Annotated[bool, typer.Option("--update", help="Add facts that were missing; overwrite nothing.")]
Correct = Annotated[
    bool, typer.Option("--correct", help="Take values that differ as corrections; the old ones stay readable.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only check, and show what would come of it; nothing is written.")
]
Rejects = Annotated[
    Path | None, typer.Option(help="Take the good rows, write the bad ones there; - for the output.", metavar="FILE")
]
ChangesFile = Annotated[
    Path | None,
    typer.Option(help="Write the values that differ there: field, old, new; - for the output.", metavar="FILE"),
]
Sketch = Annotated[bool, typer.Option("--sketch", help="Only propose a map for the file; nothing is read.")]
SketchFile = Annotated[
    Path | None,
    typer.Option(help="With --sketch: write the proposed map there; - for the output.", metavar="MAP.toml"),
]
DoneFolder = Annotated[
    Path | None, typer.Option(help="Move each file there that was read, after the commit.", metavar="DIR")
]
BadFolder = Annotated[
    Path | None, typer.Option(help="With --done: move each file there that was refused as a whole.", metavar="DIR")
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
    encoding: Encoding = None,
    sheet: SheetName = None,
    update: Update = False,
    correct: Correct = False,
    dry_run: DryRun = False,
    rejects: Rejects = None,
    changes: ChangesFile = None,
    sketch: Sketch = False,
    output: SketchFile = None,
    done: DoneFolder = None,
    bad: BadFolder = None,
) -> None:
    """Read customers, appliances and tickets from a file, or a whole export folder; or propose a map for a file.

    Example: servicedesk import calls.csv --map calls.toml --dry-run
    """
    session: Session = ctx.obj
    options = ImportOptions(noun, map_path, encoding, sheet, update, correct, dry_run, rejects, changes)
    if sketch:
        if done or bad or len(files) > 1 or options != ImportOptions(encoding=encoding, sheet=sheet):
            raise UsageError(say("--sketch takes one file, --sheet, --encoding and --output alone"))
        _sketch(session, files[0], output, options)
    elif output is not None:
        raise UsageError(say("--output is for --sketch"), hint=say("--rejects FILE takes the rejected rows"))
    elif files[0].is_dir() and not is_dash(files[0]) and done is None:
        if options != ImportOptions(dry_run=dry_run):
            raise UsageError(say("a folder is read as it is, without options but --dry-run"))
        _import_folder(session, files[0], options)
    elif done or bad or len(files) > 1:
        _import_drop(session, files, done, bad, options)
    else:
        _import_one(session, files[0], options)


def _sketch(session: Session, path: Path, output: Path | None, options: ImportOptions) -> None:
    """Propose a map for a file and show what was found; no outlet's file is needed."""
    from servicedesk.file.imports.sketch.sketch import sketch_map

    answer = sketch_map(path, output, encoding=options.encoding, sheet=options.sheet, outlet=session.path,
                        translate=speech.translation)  # fmt: skip
    session.show(answer, aside=is_dash(output))


def _import_folder(session: Session, path: Path, options: ImportOptions) -> None:
    """Read a folder that `export` wrote."""
    from servicedesk.file.exports.read_back import import_folder

    session.show(import_folder(session.db, path, dry_run=options.dry_run))


def _import_drop(
    session: Session, files: list[Path], done: Path | None, bad: Path | None, options: ImportOptions
) -> None:
    """Read the files of a drop folder and move each away."""
    from servicedesk.file.imports.drop_folder import check_all_done, import_drop, list_files
    from servicedesk.file.imports.import_file import read_layout

    if options.rejects_path or options.changes_path or is_dash(options.map_path):
        raise UsageError(say("--done takes each file whole, without --rejects and --changes, and its map from a file"))
    layout = read_layout(options)
    if done is None or bad is None:
        raise UsageError(
            say("several files are read with --done and --bad, which say where each is moved"),
            hint="servicedesk import drop/*.csv --map calls.toml --done done --bad bad",
        )
    answer = import_drop(
        session.db,
        list_files(files),
        done=done,
        bad=bad,
        read=lambda file: _read(session, file, options),
        layout=layout,
        dry_run=options.dry_run,
        translate=speech.translation,
    )
    session.show(answer)
    check_all_done(answer)


def _import_one(session: Session, path: Path, options: ImportOptions) -> None:
    """Read a file and show how many records were read; --quiet still says how many were rejected."""
    answer, rejects = _read(session, path, options), options.rejects_to_write
    session.show(answer, aside=is_dash(rejects) or is_dash(options.changes_to_write))
    rejected = answer.table.objects()[0]["rejected"]
    if session.quiet and rejected:
        tell(say("{count} rejected", count=rejected) if rejects is None or is_dash(rejects)
             else say("{count} rejected: see {path}", count=rejected, path=rejects))  # fmt: skip


def _read(session: Session, path: Path, options: ImportOptions) -> Result:
    """Read a file, with a bar of the progress at a terminal."""
    from servicedesk.file.imports.import_file import import_records
    from servicedesk.render.progress import progress_bar

    with progress_bar(sys.stderr, quiet=session.quiet, doing=speech.translation(say("reading the file"))) as progress:
        return import_records(session.begin(), path, options, meaning=read_code, progress=progress)
