"""The walk of one command: how many files `ticket assign` enters, and how often it goes from one to another.

Counted as calls of our functions by our functions, with the parser's frames between them left out; what runs while a
module is imported, and comprehensions, do not count. A reader who follows the command makes the same steps.
"""

import json
import subprocess
import sys

from tests.conftest import Desk

MOST_FILES = 27
MOST_STEPS = 60
COUNT = """
import json, sys
from servicedesk.cli.main import app

def is_ours(frame):
    file = frame.f_code.co_filename  # drives.py looks at what is no disk, as where the tests may lie
    return "/servicedesk/" in file and not file.endswith("drives.py")

def is_step(frame):
    return is_ours(frame) and frame.f_code.co_flags & 2 and not frame.f_code.co_name.startswith("<")

def caller_of(frame):
    while (frame := frame.f_back) is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib") or frame.f_code.co_name == "<module>":
            return None
        if is_ours(frame):
            return frame.f_code.co_filename
    return None

files, steps = set(), []

def note(frame, event, _):
    if event == "call" and is_step(frame):
        caller, file = caller_of(frame), frame.f_code.co_filename
        if caller is not None:
            files.update((caller, file))
            steps.extend([(caller, file)] * (caller != file))

sys.setprofile(note)
app(sys.argv[1:], standalone_mode=False)
sys.setprofile(None)
print(json.dumps([len(files), len(steps)]), file=sys.stderr)
"""


def test_a_reader_of_ticket_assign_goes_through_few_files(desk: Desk) -> None:
    desk.do("technician", "add", "Li")
    desk.do("customer", "add", "Wang", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "no heat")
    words = [sys.executable, "-c", COUNT, "--db", str(desk.path), "ticket", "assign", "T1", "--to", "Li"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    files, steps = json.loads(done.stderr.splitlines()[-1])
    assert files <= MOST_FILES
    assert steps <= MOST_STEPS
