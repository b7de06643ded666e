"""Take the shares of an inbox into the catalogue: each whole or not at all, whatever their order."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

from servicedesk.base.errors import NotFoundError, RefusedError, ServiceDeskError, StorageError
from servicedesk.base.messages import cause, say, say_count
from servicedesk.base.table import Result, Table, columns
from servicedesk.rollup import manifest
from servicedesk.rollup.catalogue import Catalogue, holding_catalogue, list_folders_by_number, write_catalogue
from servicedesk.rollup.manifest import Share
from servicedesk.storage.new_files import sync_folder, workshop
from servicedesk.storage.paths import WORKSHOP

_FIELDS = columns(
    "outlet", "share:count=share no.", "as_of:instant", "tickets:count", "status-", "became+=status", "why", "code-",
    "path-",
)  # fmt: skip
_BECAME = {
    "taken": say("taken"),
    "earlier": say("taken, a later one counts"),
    "known": say("there already"),
    "refused": say("not taken"),
}


class _Offer(NamedTuple):
    """A folder in the inbox with its share, or with the error of reading it."""

    folder: Path
    share: Share | None
    error: ServiceDeskError | None = None


def take_inbox(inbox: Path, folder: Path, *, key: str | None = None) -> Result:
    """Take every share in the inbox into the catalogue in `folder`. Return what became of each; the inbox stays.

    `key`: the fingerprint of the brand's key, which the catalogue keeps from then on. RefusedError without it where the
    shares were made under several keys.
    """
    if not inbox.is_dir():
        raise NotFoundError(say("there is no folder {folder}", folder=inbox), hint=say("name the folder of the shares"))
    offers, others = _look_through(inbox)
    with holding_catalogue(folder) as catalogue:
        catalogue = _settle_key(catalogue, [offer.share for offer in offers if offer.share], key)
        rows = [_take_offer(catalogue, offer, offers) for offer in offers]
    notes = [say("{path}: no share, left where it is", path=path) for path in others]
    if not offers:
        notes.append(say("there is no share in {folder}", folder=inbox))
    return Result(Table(_FIELDS, rows), notes, changed=False)


def check_taken(table: Table) -> None:
    """Raise an error if the table has shares that were not taken: it sets the exit code. Show the table first."""
    codes = [code for code in table.column("code") if code]
    if codes:
        error = StorageError if StorageError.code in codes else RefusedError
        raise error(
            say_count("{n} share was not taken", "{n} shares were not taken", n=len(codes)),
            hint=say("the list says why; the others are in the catalogue"),
        )


def _look_through(inbox: Path) -> tuple[list[_Offer], list[Path]]:
    """Return the shares of the inbox in the order of outlets and numbers, and the paths of all other files."""
    offers, others = [], []
    for top, folders, files in os.walk(inbox, onerror=_refuse_folder):
        place = Path(top)
        if manifest.NAME in files or manifest.FOLDER.fullmatch(place.name):
            folders.clear()
            offers.append(_read_offer(place))
            continue
        others += [place / name for name in sorted((*files, *folders)) if name in files or (place / name).is_symlink()]
        folders[:] = sorted(name for name in folders if not (place / name).match(WORKSHOP))
    return sorted(offers, key=_order), others


def _refuse_folder(error: OSError) -> NoReturn:
    """Raise StorageError for a folder that cannot be read; else its shares would be missed without a word."""
    raise StorageError(
        say("{path} cannot be read: {why}", path=error.filename, why=cause(error)),
        hint=say("check the permissions of the folder"),
    )


def _read_offer(folder: Path) -> _Offer:
    try:
        return _Offer(folder, manifest.read_share(folder))
    except ServiceDeskError as error:
        return _Offer(folder, None, error)


def _order(offer: _Offer) -> tuple[str, str, int, str]:
    share = offer.share
    if share is None:
        return "", "", 0, str(offer.folder)
    return share.outlet, share.uuid, share.sequence, str(share.folder)


def _settle_key(catalogue: Catalogue, shares: list[Share], key: str | None) -> Catalogue:
    """Return the catalogue with the brand's key: its own, else the given `key`, else that of the shares."""
    if catalogue.key is not None:
        if key not in {None, catalogue.key}:
            raise RefusedError(
                say("this catalogue belongs to another key"), hint=say("--catalogue names another, one for each brand")
            )
        return catalogue
    keys = {share.about["key"] for share in shares} - {None}
    if key is None and len(keys) > 1:
        raise RefusedError(
            say("the shares in the inbox were made under {n} keys", n=len(keys)),
            hint=say("--key FILE says which one is the brand's"),
        )
    if key is None and not keys:
        return catalogue
    settled = catalogue._replace(key=key or keys.pop())
    write_catalogue(settled)
    return settled


def _take_offer(catalogue: Catalogue, offer: _Offer, offers: list[_Offer]) -> list[object]:
    """Take one share, and return its row: what became of it, and why."""
    share, error, status = offer.share, offer.error, "refused"
    cells: list[object] = [None] * 4
    if share is not None:
        cells = [share.outlet, share.sequence, share.about["as_of"], share.about["facts"]["tickets"]]
        try:
            status = _take_share(catalogue, share, offers)
        except ServiceDeskError as found:
            error = found
    why, code = (error.sentence, error.code) if error else ("", 0)
    if share is None:
        why = say("{path}: {why}", path=offer.folder, why=why)
    return [*cells, status, _BECAME[status], why, code, str(offer.folder)]


def _take_share(catalogue: Catalogue, share: Share, offers: list[_Offer]) -> str:
    """Copy a share into the catalogue, and return its status. RefusedError or StorageError if it cannot be taken."""
    if share.about["key"] not in {None, catalogue.key}:
        raise RefusedError(say("it was made under the key of another brand"))
    numbers = list_folders_by_number(catalogue, share.uuid)
    same = numbers.get(share.sequence)
    if same is not None and same.name == share.folder.name:
        return "known"
    rivals = {other.share.digest for other in offers if other.share and _is_rival(other.share, share)}
    if same is not None or len(rivals) > 1:
        raise RefusedError(say("another share has its number: is the file a copy of another outlet's?"))
    _copy_share(catalogue, share)
    return "taken" if share.sequence > max(numbers, default=0) else "earlier"


def _is_rival(other: Share, share: Share) -> bool:
    return (other.uuid, other.sequence) == (share.uuid, share.sequence)


def _copy_share(catalogue: Catalogue, share: Share) -> None:
    """Copy a share into the catalogue in one step, after its copy was compared with its digests."""
    home = catalogue.home(share.uuid)
    with workshop(catalogue.folder) as made:
        folder = made / share.folder.name
        folder.mkdir(mode=0o700)
        for source in _list_files(share):
            _copy_file(source, folder / source.name)
        manifest.check_files(manifest.read_share(folder))
        sync_folder(folder)
        for place in (home.parent, home):
            place.mkdir(mode=0o700, exist_ok=True)
        os.rename(folder, home / folder.name)
        sync_folder(home)


def _copy_file(source: Path, place: Path) -> None:
    """Copy a file, mode 0600, so that it is on the disk; StorageError where it cannot be read or written."""
    try:
        shutil.copyfile(source, place)
        place.chmod(0o600)
        sync_folder(place)
    except OSError as error:
        raise StorageError(say("{path} cannot be read or written: {why}", path=source.name, why=cause(error))) from None


def _list_files(share: Share) -> Iterator[Path]:
    """Yield the files of a share; StorageError where something else lies among them."""
    for path in sorted(share.folder.iterdir()):
        if path.is_symlink() or not path.is_file():
            raise StorageError(say("{name} does not belong to it", name=path.name))
        yield path
