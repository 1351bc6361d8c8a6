"""The table of promises: each names a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def test_each_promise_has_its_test() -> None:
    """Every line of the threat model names a test that is there, and there are as many as are counted here."""
    page = (PROJECT / "docs" / "security.rst").read_text(encoding="utf-8")
    rows = page.count("   * - ") - 1
    named = re.findall(r"     - ``(test_\w+\.py)::(test_\w+)``", page)
    assert rows == len(named) == 26
    for module, test in named:
        found = [Path(__file__).parent / module, PROJECT / "tests" / "contract" / module]
        assert any(f"def {test}(" in one.read_text(encoding="utf-8") for one in found if one.exists()), test
