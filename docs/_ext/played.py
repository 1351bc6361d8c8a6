"""What the sandbox plays of each forge, told from its routes each time the documentation is built.

``.. played:: github`` makes a table: a family of the forge's API, and how many of the operations in its description are
played. ``rows`` has nothing of Sphinx, so that a test reads the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from igitt.testing.sandbox.described import swallowed

__all__ = ["Family", "Played", "families", "operations", "setup"]

FORGES = {"github": "GitHubForge", "gitlab": "GitLabForge"}
#: Below these a family is named by what follows: everything of a repository would be one otherwise.
HOMES = ("/repos/{owner}/{repo}", "/projects/{id}", "/groups/{id}", "/orgs/{org}", "/user", "/users/{username}")


@dataclass(slots=True)
class Family:
    """Operations that begin alike: how many the forge describes, and which of them are played."""

    name: str
    described: int = 0
    played: int = 0


def operations(hoster: str) -> Iterator[tuple[str, str, bool]]:
    """Method and path of each operation in a forge's description, and whether it is played.

    Args:
        hoster: ``"github"`` or ``"gitlab"``.
    """
    forge = getattr(import_module(f"igitt.testing.sandbox.{hoster}"), FORGES[hoster])
    router = forge.router
    text = files("igitt.testing.sandbox").joinpath(hoster, "described.txt").read_text("utf-8")
    for line in text.splitlines():
        path, *methods = line.split()
        for method in methods:
            found = None if method == "*" else router.match(method, router.prefix + path)[0]
            apart = found is not None and swallowed(hoster, router, method, path, found.template)
            yield method, path, found is not None and not apart


def _family(path: str) -> str:
    for home in HOMES:
        if path == home or path.startswith(f"{home}/"):
            below = path[len(home) :].strip("/").split("/")[0]
            return f"{home}/{below}" if below else home
    return "/" + path.strip("/").split("/")[0]


def families(hoster: str) -> list[Family]:
    """The families of a forge's API, those that are played first, by name."""
    found: dict[str, Family] = {}
    for _, path, played in operations(hoster):
        one = found.setdefault(_family(path), Family(_family(path)))
        one.described += 1
        one.played += played
    return sorted(found.values(), key=lambda one: (not one.played, one.name))


def _table(rows: list[Family]) -> nodes.table:
    group = nodes.tgroup(cols=3)
    group += [nodes.colspec(colwidth=width) for width in (60, 10, 10)]
    head, body = nodes.thead(), nodes.tbody()
    for part, texts in [(head, ("below", "played", "described"))] + [
        (body, (one.name, str(one.played), str(one.described))) for one in rows
    ]:
        row = nodes.row()
        for index, text in enumerate(texts):
            inner = nodes.literal(text, text) if part is body and not index else nodes.Text(text)
            row += nodes.entry("", nodes.paragraph("", "", inner))
        part.append(row)
    group += [head, body]
    return nodes.table("", group)


class Played(Directive):
    """The table of what is played of a forge, and the families of which nothing is."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        every = families(self.arguments[0])
        known = [one for one in every if one.played]
        rest = nodes.paragraph("", "Nothing is played below: ")
        for index, one in enumerate(one for one in every if not one.played):
            rest += [nodes.Text(", " if index else ""), nodes.literal(one.name, one.name)]
        rest += nodes.Text(".")
        total = nodes.paragraph(
            "", f"{sum(one.played for one in every)} of {sum(one.described for one in every)} operations are played."
        )
        return [total, _table(known), rest]


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the directive known."""
    app.add_directive("played", Played)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
