"""Solutions that the made-up outlet knows, and the solution that helped in a repair."""

from random import Random
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5


class MadeUpSolution(NamedTuple):
    """A solution; `code` is the cause as a completion names it."""

    kind: str
    category: str | None
    fault: str | None
    code: str | None
    cause: str | None
    fix: str
    parts: str | None = None
    link: str | None = None

    @property
    def uuid(self) -> str:
        return str(uuid5(NAMESPACE_URL, f"servicedesk demo solution {self.category} {self.fault} {self.fix}"))


SOLUTIONS = (
    MadeUpSolution("fault", "fridge", "not_cooling", "iced_up", "化霜排水孔结冰",
                   "断电化冰，疏通排水孔，再查化霜加热丝"),
    MadeUpSolution("fault", "fridge", "not_cooling", "thermostat", "温控器测温偏高",
                   "测温，相差两度以上就更换", "TSTAT-3"),
    MadeUpSolution("fault", "ac", "not_cooling", "dirty", "外机散热片积灰", "清洗外机散热片和滤网，测出风温差"),
    MadeUpSolution("fault", "ac", "water_leak", "blocked", "排水管堵塞", "疏通排水管，检查坡度"),
    MadeUpSolution("fault", "washer", "drain", "blocked", "排水泵被硬币、发卡卡住", "清理过滤口和泵轮", "PUMP-7"),
    MadeUpSolution("fault", "range_hood", "weak", "dirty", "油网和叶轮积油", "清洗油网、叶轮，检查止回阀"),
    MadeUpSolution("law", None, None, None, None, "同一故障修后三十日内再坏，免费返修（K4）"),
    MadeUpSolution("lesson", None, None, None, None, "离开前请用户自己开关一次机器"),
)  # fmt: skip
_SHARE = 0.7  # share of repairs of a known fault that name a solution


def draw_finding(seed: int, key: int, category: str, fault: str | None) -> dict[str, str | int]:
    """Return the fault, cause and solution that the completion of a repair names; often empty."""
    rng = Random(f"{seed} finding {key}")
    fitting = [n for n, one in enumerate(SOLUTIONS, 1) if (one.category, one.fault) == (category, fault)]
    if not fitting or rng.random() > _SHARE:
        return {}
    number = rng.choice(fitting)
    known = SOLUTIONS[number - 1]
    return {"found": str(known.fault), "found_cause": str(known.code), "solution_id": number}
