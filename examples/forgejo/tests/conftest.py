"""What the tests of the example share: the recorded data, and no way out of this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
# The package itself, where it is not installed.
sys.path.insert(0, str(HERE.parent))


@pytest.fixture(scope="session")
def recorded() -> Path:
    """The folder of what a real Forgejo answered and sent, or skip where there is none."""
    shared = Path(os.environ.get("IGITT_SHARED") or HERE.parents[2].parent / "shared")
    folder = shared / "data" / "forgejo"
    if not folder.is_dir():
        pytest.skip(f"no recorded data at {folder}: name the folder above it in IGITT_SHARED")
    return folder
