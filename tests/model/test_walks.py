"""Random walks of a bot through a busy forge: no read is wrong, and no write is doubled or told as what it was not.

``IGITT_WALKS=50 IGITT_WALK_STEPS=400 pytest tests/model --log-cli-level=info`` goes for longer
ones, and tells what each met.
"""

from __future__ import annotations

import logging
import os

import pytest
from support.walk import walk
from support.world import PROVIDERS

_log = logging.getLogger(__name__)
STEPS = int(os.environ.get("IGITT_WALK_STEPS", "250"))
FIRST = int(os.environ.get("IGITT_WALK_SEED", "2026"))
WALKS = int(os.environ.get("IGITT_WALKS", "4"))


@pytest.mark.parametrize("hoster", PROVIDERS)
@pytest.mark.parametrize("seed", range(FIRST, FIRST + WALKS))
def test_nothing_is_wrong_and_nothing_is_doubled(hoster: str, seed: int) -> None:
    """Every read is the truth at that moment, every write is there once or told as it was."""
    report = walk(hoster, seed, STEPS)
    _log.info("%s %s", hoster, report)
    assert not report.wrong, f"{report}\n" + "\n".join(report.wrong[:5])
    assert not report.doubled, f"{report}\n" + "\n".join(report.doubled[:5])
