"""The wild tests for longer: `python -m tests.wild [TIMES]`, TIMES the cases of a run in CI (default 20)."""

import sys
from typing import Any

import pytest

if __name__ == "__main__":
    from tests.wild import test_wild

    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    tests: tuple[tuple[str, Any], ...] = (
        ("commands", test_wild.test_any_words_end_in_an_answer_or_one_sentence),
        ("files", test_wild.test_any_file_is_read_right_or_refused_whole),
    )
    for name, test in tests:
        settings = test._hypothesis_internal_use_settings
        test._hypothesis_internal_use_settings = type(settings)(settings, max_examples=test_wild.EXAMPLES[name] * times)
    raise SystemExit(pytest.main(["-q", "-n0", "-p", "no:cacheprovider", test_wild.__file__]))
