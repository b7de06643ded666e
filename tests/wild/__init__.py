"""Wild input: any text in any place of any command, any bytes in any file; `python -m tests.wild` takes longer."""

import os

# Each seed is a test of its own, so that all workers share them: `first behind`, the same ones in every run of CI.
SEEDS = range(*map(int, os.environ.get("WILD_SEEDS", "0 3").split()))
