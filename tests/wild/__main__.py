"""The wild tests for longer: `python -m tests.wild [TIMES]`, TIMES the cases of a run in CI (default 20).

They are other ones each time. The number in the name of a test that fails repeats it:
`WILD_SEEDS="17 18" pytest tests/wild` for `[17]`.
"""

import os
import random
import sys
from pathlib import Path

import pytest

from tests.wild import SEEDS

if __name__ == "__main__":
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    first = random.randrange(10**9)
    print(f"seeds from {first} on")
    os.environ["WILD_SEEDS"] = f"{first} {first + times * len(SEEDS)}"
    raise SystemExit(
        pytest.main(["-q", "-m", "slow or not slow", "-p", "no:cacheprovider", str(Path(__file__).parent)])
    )
