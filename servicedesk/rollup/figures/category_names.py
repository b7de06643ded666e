"""What a new file calls its categories in Chinese: head office has no file of an outlet to ask."""

import re

from servicedesk.file.opening import STEPS

_SEED = re.compile(r"^ +\('([a-z_]+)', '([^']+)', ", re.MULTILINE)  # a row of the table `category`: its code, its name


def list_built_in() -> dict[str, str | None]:
    """Return the Chinese name of every category that a new file knows, by code."""
    return dict(_SEED.findall((STEPS / "version_6" / "23_seeds.sql").read_text(encoding="utf-8")))
