"""A table for a terminal, with columns as wide as they need to be."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["Table"]


class Table:
    """Rows under a heading; columns after the second are numbers, to the right.

    Args:
        title: the line above.
        heading: the names of the columns.
    """

    def __init__(self, title: str, heading: tuple[str, ...]) -> None:
        self.title = title
        self.rows = [heading]

    def add(self, *cells: str) -> None:
        """Add a row."""
        self.rows.append(cells)

    def lines(self) -> Iterator[str]:
        """The finished lines."""
        widths = [max(len(row[column]) for row in self.rows) for column in range(len(self.rows[0]))]
        yield self.title
        yield "  " + "─" * (sum(widths) + 2 * (len(widths) - 1))
        for number, row in enumerate(self.rows):
            cells = (
                cell.ljust(width) if column < 2 else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            yield ("  " + "  ".join(cells)).rstrip()
            if number == 0:
                yield "  " + "─" * (sum(widths) + 2 * (len(widths) - 1))
