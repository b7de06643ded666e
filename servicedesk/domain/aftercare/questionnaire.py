"""Further answers of a questionnaire besides the score (S47, S48, S49, K3, K16).

None of them counts in the satisfaction rate.
"""

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.sameness import half_width
from servicedesk.domain.wording import free_code

ATTRIBUTES = ("speed", "price", "manner", "cleanliness", "explanation")  # asked about on the printed form
_HIGHEST, _CSI_HIGHEST = 5, 10


class Expectation(StrEnum):
    """The service compared with what the customer had expected."""

    BELOW = "below"
    AS = "as"
    ABOVE = "above"


class YesNo(StrEnum):
    """An answer to a yes-or-no question."""

    YES = "yes"
    NO = "no"


class Reply(NamedTuple):
    """The further answers of a questionnaire, None for each missing one. The fields are the columns of the table."""

    expect: str | None = None
    time_score: int | None = None
    technique_score: int | None = None
    promise_score: int | None = None
    attributes: str | None = None  # as the file keeps them: [["speed", 5, 4]]
    recommend: int | None = None
    again: int | None = None
    csi_overall: int | None = None
    csi_expected: int | None = None
    csi_ideal: int | None = None

    @property
    def is_empty(self) -> bool:
        return all(value is None for value in self)

    @property
    def csi(self) -> str | None:
        """Return the three answers of the satisfaction index in the form in which they are typed: 8:7:7."""
        return None if self.csi_overall is None else f"{self.csi_overall}:{self.csi_expected}:{self.csi_ideal}"


def attributes_text(typed: Iterable[str]) -> str | None:
    """Return attributes typed as speed:5:4 (importance, rating) as JSON for the file; raise UsageError if malformed."""
    found: dict[str, tuple[int, int]] = {}
    for text in typed:
        name, *numbers = half_width(text).replace("：", ":").split(":")
        if len(numbers) != 2 or not all(_is_on_scale(number, _HIGHEST) for number in numbers):
            raise UsageError(
                say("'{text}' is no attribute with its importance and its rating", text=text),
                hint=say("--attr speed:5:4, both from 1 to 5"),
            )
        code = _attribute_code(name)
        if code in found:
            raise UsageError(say("--attr names {name} twice", name=code))
        found[code] = (int(numbers[0]), int(numbers[1]))
    return json.dumps([[name, *pair] for name, pair in found.items()], ensure_ascii=False) if found else None


def _attribute_code(name: str) -> str:
    from servicedesk.domain.synonyms import code_meant

    return free_code(code_meant(name.strip(), ATTRIBUTES), "attribute") or ""


def csi_scores(typed: str) -> tuple[int, int, int]:
    """Return the scores typed as 8:7:7: overall, against expectation, against the ideal (K16). Raise UsageError."""
    numbers = half_width(typed).replace("：", ":").split(":")
    if len(numbers) != 3 or not all(_is_on_scale(number, _CSI_HIGHEST) for number in numbers):
        raise UsageError(
            say("'{text}' is not three answers from 1 to 10", text=typed),
            hint=say("--csi 8:7:7: overall, against what was expected, against the ideal"),
        )
    overall, expected, ideal = map(int, numbers)
    return overall, expected, ideal


def _is_on_scale(text: str, highest: int) -> bool:
    number = text.strip()
    return number.isascii() and number.isdecimal() and len(number) < 3 and 1 <= int(number) <= highest
