"""The recipes of the documentation's pages, for tests that run them where their libraries are installed."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def recipe(page: str, title: str) -> str:
    """Return the Python of the section with that title."""
    return "\n".join(pieces(page, title))


def pieces(page: str, title: str) -> list[str]:
    """Return the Python of the section with that title, up to the next one; what a reader does not see is left out."""
    text = (DOCS / page).read_text(encoding="utf-8")
    section = re.split(
        r"^.+\n[-~=]{3,}$", text.split(f"\n{title}\n", 1)[1].split("\n", 1)[1], maxsplit=1, flags=re.MULTILINE
    )[0]
    found = re.findall(r"^\.\. testcode::\n((?:   :.*\n)*)\n((?:(?:   .*)?\n)+)", section, re.MULTILINE)
    blocks = [code for options, code in found if ":hide:" not in options]
    assert blocks, title
    return [textwrap.dedent(block) for block in blocks]
