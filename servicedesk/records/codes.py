"""Codes of faults, channels, complaints and ways to pay: built-in ones and those in use. Unknown codes are refused."""

from itertools import chain

from servicedesk.base.errors import RefusedError, nearest
from servicedesk.base.messages import coded, item_list, joined, say
from servicedesk.base.sameness import half_width
from servicedesk.base.text import one_line
from servicedesk.domain import wording
from servicedesk.storage.database import Database

FAULTS = (
    "not_cooling", "weak_cooling", "no_heat", "leak", "water_leak", "refrigerant_leak", "no_power", "noise", "smell",
    "vibration", "drain", "no_water", "motor", "control", "door", "button", "remote_control", "light", "weak", "frost",
    "no_ignition", "no_picture", "sound", "network", "error_code", "other",
)  # fmt: skip
CHANNELS = (
    "hotline", "wechat", "shop", "online", "sms", "email", "letter", "manufacturer", "visit", "callback", "maintenance",
    "public_event",
)  # fmt: skip
COMPLAINTS = ("lateness", "no_show", "quality", "price", "conduct", "service", "damage", "parts", "other")
CONTACTS = ("phone", "wechat", "sms", "email", "shop", "online", "letter")
METHODS = ("cash", "wechat", "alipay", "card", "transfer")
CAUSES = (
    "worn", "blocked", "dirty", "iced_up", "loose", "burnt", "cracked", "leaking", "wiring", "fuse", "board", "sensor",
    "thermostat", "compressor", "fan", "pump", "valve", "seal", "heater", "refrigerant", "capacitor", "setting",
    "badly_installed", "voltage", "misuse", "other",
)  # fmt: skip
BUILT_IN = {"fault": FAULTS, "channel": CHANNELS, "complaint": COMPLAINTS, "method": METHODS, "contact": CONTACTS,
            "cause": CAUSES}  # fmt: skip
# The usual causes of complaints. A cause may also be free text.
COMPLAINT_CAUSES = (
    "came_late", "not_told", "wrong_diagnosis", "part_missing", "poor_work", "rudeness", "price_unclear",
    "defective_goods", "misunderstanding", "other",
)  # fmt: skip

_LATEST = 5000  # newest rows in which codes in use are looked for
_IS_USED = {
    "fault": """
SELECT 1 FROM ticket WHERE fault = :code AND voided_at IS NULL
 UNION ALL
SELECT 1 FROM event WHERE found = :code AND voided_at IS NULL LIMIT 1
""",
    "cause": "SELECT 1 FROM event WHERE found_cause = :code AND voided_at IS NULL LIMIT 1",
    "channel": "SELECT 1 FROM ticket WHERE channel = :code AND voided_at IS NULL LIMIT 1",
    "complaint": "SELECT 1 FROM complaint WHERE about = :code AND voided_at IS NULL LIMIT 1",
    "method": "SELECT 1 FROM charge WHERE method = :code AND voided_at IS NULL LIMIT 1",
    "contact": "SELECT 1 FROM contact WHERE channel = :code AND voided_at IS NULL LIMIT 1",
}
_USED = {
    "cause": """
SELECT found_cause AS code FROM event INDEXED BY event_found_cause
 WHERE found_cause IS NOT NULL AND voided_at IS NULL AND :latest
 GROUP BY 1 ORDER BY count(*) DESC, 1
""",
    "fault": """
SELECT fault AS code
  FROM (SELECT fault FROM ticket WHERE fault IS NOT NULL AND voided_at IS NULL ORDER BY id DESC LIMIT :latest)
 GROUP BY 1 ORDER BY count(*) DESC, 1
""",
    "channel": """
SELECT channel AS code FROM (SELECT channel FROM ticket WHERE voided_at IS NULL ORDER BY id DESC LIMIT :latest)
 GROUP BY 1 ORDER BY count(*) DESC, 1
""",
    "complaint": """
SELECT about AS code FROM (SELECT about FROM complaint WHERE voided_at IS NULL ORDER BY id DESC LIMIT :latest)
 GROUP BY 1 ORDER BY count(*) DESC, 1
""",
    "contact": """
SELECT channel AS code FROM (SELECT channel FROM contact WHERE voided_at IS NULL ORDER BY id DESC LIMIT :latest)
 GROUP BY 1 ORDER BY count(*) DESC, 1
""",
    "method": """
SELECT method AS code
  FROM (SELECT method FROM charge WHERE method IS NOT NULL AND voided_at IS NULL ORDER BY id DESC LIMIT :latest)
 GROUP BY 1 ORDER BY count(*) DESC, 1
""",
}


def check_code(db: Database, kind: str, text: str, *, new: bool = False) -> str:
    """Return the code of a fault, channel, complaint or way to pay; `text` may be the code or a word for it.

    Raise RefusedError if the code is neither built in nor in use, unless it is `new`. Raise UsageError if the text
    cannot be a code.
    """
    word = half_width(text).strip().lower()
    if not new and word not in BUILT_IN[kind] and not db.value(_IS_USED[kind], code=word):
        from servicedesk.domain.synonyms import code_meant

        word = code_meant(text, BUILT_IN[kind])
    code = wording.free_code(word, kind)
    assert code is not None, "a text was given"
    if new or code in BUILT_IN[kind] or db.value(_IS_USED[kind], code=code):
        return code
    known = list_codes(db, kind)
    near = nearest(code, known, shown=coded) or say("such as {words}", words=item_list(map(coded, known[:8])))
    raise RefusedError(
        say("there is no {what} code '{text}'", what=coded(kind), text=text.strip()),
        hint=joined(" ", [near, say("(--new-code adds a new one)")]),
    )


def read_cause(text: str) -> str:
    """Return the cause of a complaint: a code of COMPLAINT_CAUSES, otherwise the text as it was typed."""
    code = half_width(text).strip().lower().replace(" ", "_")
    return code if code in COMPLAINT_CAUSES else one_line(text, say("the cause"))


def list_codes(db: Database, kind: str) -> list[str]:
    """Return the codes of that kind: those used lately, most frequent first, then the other built-in codes."""
    used = (row["code"] for row in db.rows(_USED[kind], latest=_LATEST))
    return list(dict.fromkeys(chain(used, BUILT_IN[kind])))
