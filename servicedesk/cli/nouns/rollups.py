"""The commands of a brand's head office: take the shares of outlets, check them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base.messages import say
from servicedesk.cli.run.language import speech
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.session import Session

app = typer.Typer()

CatalogueFolder = Annotated[
    Path | None,
    typer.Option(
        "--catalogue",
        metavar="DIR",
        envvar="SERVICEDESK_CATALOGUE",
        help="The folder of all shares taken; default: catalogue in the data folder.",
    ),
]


def catalogue_folder(folder: Path | None) -> Path:
    """Return the folder of the catalogue: the one that was typed, else the one in the data folder."""
    from servicedesk.storage.paths import data_folder

    if folder is not None:
        return folder
    home = Path(data_folder())
    os.makedirs(home, mode=0o700, exist_ok=True)
    return home / "catalogue"


@app.command("take")
@lists
def take(
    ctx: typer.Context,
    inbox: Annotated[Path, typer.Argument(metavar="INBOX", help="The folder into which outlets put their shares.")],
    catalogue: CatalogueFolder = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The brand's key; shares under another one are refused.")
    ] = None,
) -> None:
    """Take the shares of outlets into the catalogue, each whole or not at all; the inbox stays as it is.

    Taking twice changes nothing, and the order is no matter: of each outlet the share of the highest number is counted.

    Example: servicedesk rollup take inbox --catalogue catalogue
    """
    from servicedesk.rollup.brand_key import fingerprint, read_key
    from servicedesk.rollup.take import check_taken, take_inbox

    session: Session = ctx.obj
    mark = fingerprint(read_key(key)) if key is not None else None
    answer = take_inbox(inbox, catalogue_folder(catalogue), key=mark)
    session.show(answer)
    check_taken(answer.table)


@app.command("check")
@lists
def check(
    ctx: typer.Context,
    catalogue: CatalogueFolder = None,
    outlet: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this outlet; may be repeated.")] = None,
) -> None:
    """Judge each share that counts anew, and compare it with the figures that its outlet printed.

    Exit 5 where one differs. An outlet takes some seconds.

    Example: servicedesk rollup check --catalogue catalogue
    """
    from servicedesk.render.progress import progress_bar
    from servicedesk.rollup.check import check_agreed, check_catalogue

    session: Session = ctx.obj
    with progress_bar(sys.stderr, quiet=session.quiet, doing=speech.translation(say("judging"))) as advance:
        answer = check_catalogue(catalogue_folder(catalogue), outlet or (), advance=advance)
    session.show(answer)
    check_agreed(answer.table)
