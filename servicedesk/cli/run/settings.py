"""Read the user's settings from the TOML file `settings` in the data folder; options and environment come first.

A wrong setting is reported in one sentence and left out; the command goes on.
"""

import os
import stat
from functools import cache
from typing import Any

from servicedesk.base.errors import ServiceDeskError, UsageError, nearest
from servicedesk.base.messages import cause, joined, say
from servicedesk.domain.wording import actor_name
from servicedesk.storage.paths import data_folder

_MOST = 65536  # bytes that are read of the file at most


class Settings:
    """The user's settings; None for what is not set.

    `database` is the outlet's file, `actor` the person who types, `area` the area of new customers, `hooks` the folder
    of hooks that may be called. `path` is the settings file, if there is one; `trouble` its first error as a sentence.
    """

    __slots__ = ("actor", "area", "database", "hooks", "language", "path", "trouble")

    def __init__(
        self,
        database: str | None = None,
        language: str | None = None,
        actor: str | None = None,
        area: str | None = None,
        hooks: str | None = None,
        path: str | None = None,
        trouble: str | None = None,
    ) -> None:
        self.database = database
        self.language = language
        self.actor = actor
        self.area = area
        self.hooks = hooks
        self.path = path
        self.trouble = trouble


KEYS = ("database", "language", "actor", "area", "hooks")
# Environment variables, which come before the settings.
VARIABLES = {
    "database": "SERVICEDESK_DB", "language": "SERVICEDESK_LANGUAGE", "actor": "SERVICEDESK_ACTOR",
    "hooks": "SERVICEDESK_HOOKS",
}  # fmt: skip
_OPTIONS = {"database": "db", "language": "language", "actor": "actor"}


def sources(ctx: Any) -> dict[str, str]:
    """Return where each value of this run comes from: option, environment, settings or default."""
    root, found = ctx.find_root(), {}
    for key in KEYS:
        source = root.get_parameter_source(_OPTIONS[key]).name if key in _OPTIONS else ""
        if source == "COMMANDLINE":
            found[key] = "option"
        elif os.environ.get(VARIABLES.get(key, "")):
            found[key] = "environment"
        else:
            found[key] = "settings" if getattr(ctx.obj.settings, key) else "default"
    return found


def read_settings() -> Settings:
    """Return the settings; a missing file costs one look at the disk."""
    try:
        return _read(os.path.join(data_folder(), "settings"))
    except ServiceDeskError:
        return Settings()


@cache
def _read(path: str) -> Settings:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return Settings(path=path, trouble=_trouble(path, say("it is no file")))
        with open(path, "rb") as file:
            text = file.read(_MOST).decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except OSError as error:
        return Settings(path=path, trouble=_trouble(path, cause(error)))
    except UnicodeDecodeError:
        return Settings(path=path, trouble=_trouble(path, say("it is not UTF-8")))
    import tomllib

    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return Settings(path=path, trouble=_trouble(path, str(error)))
    return _valid_settings(path, found)


def _valid_settings(path: str, found: dict[str, Any]) -> Settings:
    """Return the valid settings of the file, and its first error."""
    good, wrong = {}, []
    for key, value in found.items():
        try:
            good[key] = _value(path, key, value)
        except UsageError as error:
            wrong.append(joined("; ", filter(None, (error.sentence, error.hint))))
    return Settings(**good, path=path, trouble=_trouble(path, wrong[0]) if wrong else None)


def _value(path: str, key: str, value: Any) -> str:
    """Return the value of one setting; UsageError if the key is unknown or the value is wrong."""
    if key not in KEYS:
        raise UsageError(say("unknown setting '{key}'", key=key), hint=nearest(key, KEYS))
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise UsageError(say("{key} is no text", key=key))
    if key == "language":
        from servicedesk.language.words import language_code

        return language_code(value, {})
    if key == "actor":
        return actor_name(value)
    if key in {"database", "hooks"}:
        return os.path.join(os.path.dirname(path), os.path.expanduser(value.strip()))
    return value.strip()


def _trouble(path: str, why: str) -> str:
    return say("settings in {path}: {why}; that is left out", path=path, why=why)
