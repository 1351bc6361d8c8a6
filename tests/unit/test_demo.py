"""The README's first command: one bot on both forges, and what it costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from igitt.cli import main
from igitt.demo import bot, run_demo


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """What the demo prints."""
    found: list[str] = []
    assert [cost.units for cost in run_demo(found.append)] == [0, 0]
    return "\n".join(found).splitlines()


def test_the_bot_does_the_same_on_both_forges(lines: list[str]) -> None:
    """Each scene shows once a forge, with the same result."""
    for scene in (
        "issue opened by bob",
        "comment created by bob",
        "merge request opened by bob",
    ):
        done = [line.split("  ")[1:3] for line in lines if line.strip().startswith(scene)]
        assert done, scene
        assert len(done) % 2 == 0
        assert done[: len(done) // 2] == done[len(done) // 2 :]


def test_the_second_look_costs_nothing(lines: list[str]) -> None:
    """No unit of the rate limit is spent on either forge, and everything comes from the cache."""
    looks = [line.split() for line in lines if line.strip().startswith("a second look")]
    assert len(looks) == 2
    for cells in looks:
        _, cached, units, tokens = map(int, cells[-4:])
        assert cached > 0
        assert (units, tokens) == (0, 0)


def test_one_token_serves_all_of_it(lines: list[str]) -> None:
    """The App's installation token is minted once."""
    minted = [int(line.split()[-1]) for line in lines if line and line.split()[-1].isdecimal()]
    assert sum(minted) == 1


def test_the_bot_is_short_and_in_the_examples() -> None:
    """The example is the very bot of the demo, in under 60 lines."""
    shown = Path(__file__).parents[2] / "examples" / "triage_bot.py"
    played = Path(bot.__file__).read_text()
    assert shown.read_text() == played
    assert len(played.splitlines()) < 60


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """`igitt demo` prints it and succeeds."""
    assert main(["demo"]) == 0
    assert "a second look" in capsys.readouterr().out
