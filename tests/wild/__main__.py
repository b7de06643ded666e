"""The wild tests for longer: `python -m tests.wild [TIMES]`, TIMES the cases of a run in CI (default 20).

They are other ones each time. The number in the name of a test that fails repeats it:
`WILD_SEEDS="17 18" pytest tests/wild` for `[17]`.
"""

import os
import random
from pathlib import Path

import pytest

from tests.usage import usage
from tests.wild import SEEDS

if __name__ == "__main__":
    asked = usage("tests.wild", __doc__)
    asked.add_argument("times", nargs="?", type=int, default=20)
    times = asked.parse_args().times
    first = random.randrange(10**9)
    print(f"seeds from {first} on")
    os.environ["WILD_SEEDS"] = f"{first} {first + times * len(SEEDS)}"
    raise SystemExit(
        pytest.main(["-q", "-m", "slow or not slow", "-p", "no:cacheprovider", str(Path(__file__).parent)])
    )
