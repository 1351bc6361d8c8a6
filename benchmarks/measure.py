"""How the benchmarks measure: contestants in turn, several rounds, and a figure that noise hardly moves."""

from __future__ import annotations

import gc
import platform
import statistics
import time
from collections.abc import Callable, Mapping

__all__ = ["ratios", "rounds", "table"]


def rounds(contestants: Mapping[str, Callable[[], object]], times: int) -> dict[str, list[float]]:
    """The seconds that each contestant took, one figure a round.

    They take turns, so that a noisy minute hits all of them.
    """
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(times):
        for name in names if number % 2 == 0 else reversed(names):
            gc.collect()
            began = time.perf_counter()
            contestants[name]()
            taken[name].append(time.perf_counter() - began)
    return taken


def ratios(taken: Mapping[str, list[float]], base: str) -> dict[str, float]:
    """The median over the rounds of each contestant's time as a ratio to the base's time in the same round."""
    return {
        name: statistics.median(own / other for own, other in zip(seconds, taken[base], strict=True))
        for name, seconds in taken.items()
    }


def table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print a table, with what it was measured on."""
    print(f"{title} (Python {platform.python_version()})")
    widths = [max(len(row[index]) for row in [columns, *rows]) for index in range(len(columns))]
    for row in [columns, ["-" * width for width in widths], *rows]:
        print(
            "  ".join(
                cell.ljust(width) if index == 0 else cell.rjust(width)
                for index, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
        )
