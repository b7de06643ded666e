"""Forms of address for customers (老王, 王芳家, 王女士, 尾号8000) and appliances (老王家的冰箱), as people say them.

They are tried only if nothing has the name as it was typed.
"""

import re

_TITLE = r"(?:家里的?|家的?|的|先生|女士|小姐|太太|阿姨|大姐|大哥|大爷|大妈|老师|师傅|经理|老板)"
_CALLED = re.compile(rf"(?P<near>[老小])?(?P<name>\S{{1,4}}?){_TITLE}{{1,2}}|[老小](?P<surname>\S)")
_ENDING = re.compile(r"(?:手机|电话)?(?:尾号|后四位)(?:是|为)?\s*(?P<digits>[0-9]{3,8})")
_OWNED = re.compile(r"(?P<owner>\S{1,8}?)(?:(?:家里的|家的|的|家)\s*|\s+)(?P<kind>\S{1,8})")


def bare_name(text: str) -> str | None:
    """Return the name or digits in a form of address: 王芳 for 王芳家的, 王 for 老王, 8000 for 尾号8000; else None."""
    if text.isascii():
        return None
    said = text.strip()
    if ending := _ENDING.fullmatch(said):
        return ending["digits"]
    called = _CALLED.fullmatch(said)
    return (called["name"] or called["surname"]) if called else None


def owner_and_kind(text: str) -> tuple[str, str] | None:
    """Return the owner and the appliance in a text: 老王 and 冰箱 for 老王家的冰箱; None for other texts."""
    found = None if text.isascii() else _OWNED.fullmatch(text.strip())
    return (found["owner"], found["kind"]) if found else None
