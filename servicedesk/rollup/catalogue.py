"""The catalogue at head office: a folder with the shares of all outlets, each as it came and never changed.

    catalogue.json                         format, and the fingerprint of the brand's key
    shares/<outlet uuid>/<number>-<digest>/
    tallies/                               their counted verdicts (tallies.py), and shares.json; may be deleted

The share of the highest number of an outlet is counted; earlier ones are kept.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from servicedesk.base.errors import NotFoundError, RefusedError, StorageError
from servicedesk.base.messages import cause, say
from servicedesk.rollup import manifest
from servicedesk.rollup.manifest import Share
from servicedesk.storage.new_files import sync_folder, taking_turns, telling, workshop
from servicedesk.storage.paths import WORKSHOP

FORMAT = 1
NAME = "catalogue.json"
SHARES = "shares"
TALLIES = "tallies"
_INDEX = "shares.json"
_IN_SHORT = ("outlet", "sequence", "as_of", "key", "facts")


class Catalogue(NamedTuple):
    """An open catalogue: its folder, and the fingerprint of the brand's key (None until a share with a key comes)."""

    folder: Path
    key: str | None

    def home(self, uuid: str) -> Path:
        """Return the folder of an outlet."""
        return self.folder / SHARES / uuid


def open_catalogue(folder: Path) -> Catalogue:
    """Return the catalogue in that folder; NotFoundError without one, StorageError for one of a newer version."""
    _check_folder(folder)
    try:
        about = json.loads((folder / NAME).read_text(encoding="utf-8"))
        format_, key = about["format"], about["key"]
    except FileNotFoundError:
        raise NotFoundError(
            say("there is no catalogue in {folder}", folder=folder),
            hint=say("'rollup take INBOX' makes one; --catalogue or SERVICEDESK_CATALOGUE names its folder"),
        ) from None
    except OSError as error:
        raise StorageError(say("{path} cannot be read: {why}", path=folder / NAME, why=cause(error))) from None
    except (ValueError, RecursionError, LookupError, TypeError):
        raise StorageError(
            say("{path} is damaged", path=folder / NAME),
            hint=say("the shares are whole: move it away, and 'rollup take' makes it anew"),
        ) from None
    if not isinstance(format_, int) or format_ > FORMAT:
        raise StorageError(
            say("the catalogue in {folder} is of a newer version", folder=folder),
            hint=say("install a newer servicedesk"),
        )
    return Catalogue(folder, key if isinstance(key, str) else None)


def _check_folder(folder: Path) -> None:
    """Raise RefusedError where something else stands in the place of the catalogue."""
    if folder.exists() and not folder.is_dir():
        raise RefusedError(say("{folder} exists already and is not a folder", folder=folder))


@contextmanager
def holding_catalogue(folder: Path) -> Iterator[Catalogue]:
    """Give the catalogue in that folder; make it if there is none. A lock lets only one run at a time change it."""
    _check_folder(folder)
    ours = {NAME, SHARES, TALLIES}
    if folder.is_dir() and any(path.name not in ours and not path.match(WORKSHOP) for path in folder.iterdir()):
        raise RefusedError(
            say("{folder} holds other things than a catalogue", folder=folder),
            hint=say("--catalogue names a new or an empty folder"),
        )
    with telling(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        with taking_turns(folder):
            if not (folder / NAME).exists():
                write_catalogue(Catalogue(folder, None))
            yield open_catalogue(folder)


def write_catalogue(catalogue: Catalogue) -> None:
    """Write catalogue.json in one step."""
    about: dict[str, Any] = {"format": FORMAT, "key": catalogue.key}
    with workshop(catalogue.folder) as made:
        path = made / NAME
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
            json.dump(about, out)
        sync_folder(path)
        os.replace(path, catalogue.folder / NAME)
        sync_folder(catalogue.folder)


def list_folders_by_number(catalogue: Catalogue, uuid: str) -> dict[int, Path]:
    """Return the folder of each share of an outlet, by the number of the share."""
    with suppress(FileNotFoundError):
        named = ((manifest.FOLDER.fullmatch(path.name), path) for path in catalogue.home(uuid).iterdir())
        return {int(match[1]): path for match, path in named if match}
    return {}


def list_newest_shares(catalogue: Catalogue) -> list[Share]:
    """Return the newest share of every outlet, in the order of the outlets' names."""
    return sorted(map(_read_share, _list_newest(catalogue)), key=lambda share: (share.outlet, share.uuid))


def list_newest_summaries(catalogue: Catalogue) -> list[Share]:
    """Return the newest share of every outlet, with only those parts of share.json that a report needs.

    The parts are kept in tallies/shares.json, by the digest of share.json: for 5,000 outlets this takes 0.3 s instead
    of 6 s.
    """
    index = catalogue.folder / TALLIES / _INDEX
    known = _read_index(index)
    newest = {path.name.partition("-")[2]: path for path in _list_newest(catalogue)}
    if unknown := [path for digest, path in newest.items() if digest not in known]:
        shares = map(_read_share, unknown)
        known |= {share.digest: {part: share.about[part] for part in _IN_SHORT} for share in shares}
        _write_index(index, {digest: known[digest] for digest in newest})
    found = [Share(path, digest, known[digest]) for digest, path in newest.items()]
    return sorted(found, key=lambda share: (share.outlet, share.uuid))


def _read_share(folder: Path) -> Share:
    """Return the share in that folder of the catalogue; StorageError, with its name, where it is damaged."""
    try:
        return manifest.read_share(folder)
    except StorageError as error:
        raise StorageError(
            say("{path}: {why}", path=folder, why=error.sentence),
            hint=say("move it away; 'rollup take' takes it again from the inbox"),
        ) from None


def _list_newest(catalogue: Catalogue) -> Iterator[Path]:
    """Yield the folder of the newest share of every outlet."""
    shares = catalogue.folder / SHARES
    for home in shares.iterdir() if shares.is_dir() else ():
        if numbers := list_folders_by_number(catalogue, home.name):
            yield numbers[max(numbers)]


def _read_index(path: Path) -> dict[str, dict[str, Any]]:
    """Return the summaries in tallies/shares.json; none where the file is missing or damaged."""
    with suppress(OSError, ValueError, RecursionError):
        known = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(known, dict):
            return known
    return {}


def _write_index(path: Path, known: dict[str, dict[str, Any]]) -> None:
    """Write tallies/shares.json in one step."""
    with telling(path.parent):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with workshop(path.parent) as made:
            (made / path.name).write_text(json.dumps(known), encoding="utf-8")
            os.replace(made / path.name, path)
