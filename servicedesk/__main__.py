"""The program's start, for `servicedesk` and `python -m servicedesk`."""

import gc

# What is imported lives until the end: collecting it meanwhile, and once more at the exit, costs a short command
# a fifth of its time (tests/bench/startup.py: 1.28 to 1.03).
gc.disable()

from servicedesk.cli.main import app  # noqa: E402


def run() -> None:
    """The program; the exit code is the process's."""
    gc.freeze()
    gc.enable()
    app(prog_name="servicedesk")


if __name__ == "__main__":
    run()
