"""The command that brings an outlet's facts to the brand's head office: share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servicedesk.cli.run.session import Session

app = typer.Typer()


@app.command("share")
def share(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of shares; each goes into a folder of its own there.")
    ],
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The brand's key: serials leave as digests under it; without it they stay here."
        ),
    ] = None,
    months: Annotated[
        int, typer.Option(min=1, metavar="N", help="The months whose figures go along, for head office to compare.")
    ] = 13,  # the running month, and the year before it
    after: Annotated[
        int, typer.Option(min=0, metavar="N", help="The number of the last share, where DIR has lost it.")
    ] = 0,
) -> None:
    """Write the facts that figures are made of for the brand's head office: codes, times and numbers; no name, phone,
    address or word about anybody leaves (C14).

    Example: servicedesk share for-head-office --key brand.key
    """
    from servicedesk.rollup.brand_key import read_key
    from servicedesk.rollup.share import write_share

    session: Session = ctx.obj
    secret = read_key(key) if key is not None else None
    session.show(write_share(session.db, folder, now=session.now, key=secret, months=months, after=after))
