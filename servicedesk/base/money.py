"""Amounts of money: stored as whole fen, typed and shown as yuan."""

import re

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.sameness import half_width

_MOST_DIGITS = 8  # digits of yuan; a longer amount is a typing error
# 80, 80.5, 80.50, ¥80, 80元, 1,310. A comma is allowed only before three digits, so 80,50 is no amount.
# Compiled where it is needed, because every command imports this module.
_AMOUNT = r"(?ai)[¥￥]?\s*(?P<yuan>\d+|\d{1,3}(,\d{3})+)(\.(?P<fen>\d{1,2}))?\s*(元|块|yuan|rmb|cny)?"


def parse_amount(text: str) -> int:
    """Return typed yuan as fen: 8050 for `80.50`, `¥80.5` or `80.50元`; raise UsageError if it is no amount."""
    found = re.fullmatch(_AMOUNT, half_width(text).strip())
    if found is None:
        raise UsageError(say("'{text}' is no amount", text=text), hint=say("yuan, such as 80 or 80.50"))
    yuan = found["yuan"].replace(",", "").lstrip("0") or "0"
    if len(yuan) > _MOST_DIGITS:
        raise UsageError(say("'{text}' is too much for an amount", text=text), hint=say("yuan, such as 80 or 80.50"))
    return int(yuan) * 100 + int((found["fen"] or "").ljust(2, "0"))


def amount_text(fen: int) -> str:
    """Return an amount in fen as a text for people: `¥80.50` for 8050."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' * (fen < 0)}¥{yuan}.{rest:02d}"
