"""The picture of the package's floors, drawn anew from its imports each time the documentation is built.

``.. floors::`` reads the layers from the import rules (``[[tool.importlinter.contracts]]`` in pyproject.toml), and
every import at run time from the code: a room is a box with its number of lines, and a line tells how many modules
import from one floor to another. An arrow that points up would be red; the linter does not let it get that far.
"""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "igitt"
WIDTH, BOX, ROW = 760, 34, 62


def layers() -> list[list[str]]:
    """The floors, the highest first; each with its rooms. Modules of one package on one floor are one room."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    floors = next(one for one in contracts if one["type"] == "layers")["layers"]
    found = []
    for floor in floors:
        rooms = [room.strip().strip("()").removeprefix("igitt.") for room in floor.replace(":", "|").split("|")]
        packages = {room.partition(".")[0] for room in rooms}
        found.append(sorted(packages) if len(rooms) > 3 and len(packages) == 1 else rooms)
    return found


def modules() -> Iterator[tuple[str, ast.Module, int]]:
    """The package's modules: dotted name without the package's, tree, and number of lines."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        text = path.read_text("utf-8")
        yield name, ast.parse(text), len(text.splitlines())


def imports(body: list[ast.stmt]) -> Iterator[str]:
    """The modules of the package that are imported when a module is loaded."""
    for statement in body:
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.dump(statement.test):
            continue
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("igitt"):
            base = (statement.module or "").removeprefix("igitt").lstrip(".")
            yield from [base] if base else [alias.name for alias in statement.names]
        for part in ("body", "orelse", "finalbody"):
            yield from imports(getattr(statement, part, []))


def room_of(module: str, rooms: list[str]) -> str | None:
    """The room that a module stands in: the one with the longest name that fits."""
    fitting = [room for room in rooms if module == room or module.startswith(f"{room}.")]
    return max(fitting, key=len, default=None)


def survey() -> tuple[list[list[str]], Counter[str], Counter[tuple[str, str]]]:
    """The floors, the lines of each room, and how many modules of one room import another."""
    floors, sizes, arrows = layers(), Counter[str](), Counter[tuple[str, str]]()
    rooms = [room for floor in floors for room in floor]
    for name, tree, lines in modules():
        room = room_of(name, rooms)
        if room is None:
            continue
        sizes[room] += lines
        targets = {room_of(target, rooms) for target in imports(tree.body)} - {room, None}
        arrows.update((room, str(target)) for target in targets)
    return floors, sizes, arrows


def draw() -> str:
    """The picture as SVG."""
    floors, sizes, arrows = survey()
    places: dict[str, tuple[float, float, int]] = {}
    boxes = []
    for level, floor in enumerate(floors):
        width = (WIDTH - 20) / len(floor)
        for number, room in enumerate(floor):
            x, y = 10 + number * width + 4, 10 + level * ROW
            places[room] = (x + (width - 8) / 2, y, level)
            boxes.append(
                f'<rect x="{x:.0f}" y="{y}" width="{width - 8:.0f}" height="{BOX}" rx="5" class="room"/>'
                f'<text x="{x + (width - 8) / 2:.0f}" y="{y + 15}" class="name">{escape(room)}</text>'
                f'<text x="{x + (width - 8) / 2:.0f}" y="{y + 28}" class="size">{sizes[room]:,} lines</text>'
            )
    lines = []
    for (one, other), count in sorted(arrows.items()):
        (x1, y1, level), (x2, y2, below) = places[one], places[other]
        wrong = below < level
        y1, y2 = (y1, y2 + BOX) if wrong else (y1 + BOX, y2)
        if below == level:
            continue
        lines.append(
            f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" class="{"up" if wrong else "down"}" '
            f'stroke-width="{min(4, 0.5 + count / 8):.1f}">'
            f"<title>{escape(one)} → {escape(other)}: {count}</title></line>"
        )
    height = 10 + len(floors) * ROW
    style = (
        ".room{fill:#eef3f8;stroke:#5b7ea4}.name{font:600 12px sans-serif;text-anchor:middle;fill:#1c2a3a}"
        ".size{font:10px sans-serif;text-anchor:middle;fill:#53677d}"
        ".down{stroke:#5b7ea4;stroke-opacity:.35}.up{stroke:#c00}"
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="The floors of the package"><style>{style}</style>{"".join(lines)}{"".join(boxes)}</svg>'
    )


class Floors(Directive):
    """``.. floors::``, without anything."""

    def run(self) -> list[nodes.Node]:
        """Give the picture, and the same in words for readers without pictures."""
        floors, sizes, _ = survey()
        words = "; ".join(", ".join(f"{room} ({sizes[room]})" for room in floor) for floor in floors)
        return [nodes.raw("", draw(), format="html"), nodes.comment("", words)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("floors", Floors)
    return {"parallel_read_safe": True}
