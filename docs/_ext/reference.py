"""Makes parts of the documentation from the code: attributes with their types, tables that would go stale by hand."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import igitt.interfaces
from _ext import compatibility
from igitt._base.answer import Answer
from igitt._base.forges import built_in
from igitt._limits.headers import RateLimit
from igitt.auth import Token
from igitt.interfaces import Attribute, EditableAttribute, EditableSet, Element, Hoster, actions
from igitt.webhooks import Event

_NEWS = Path(__file__).parent.parent.parent / "changelog.d"
_NEWS_TYPES = {"feature": "New", "bugfix": "Mended", "doc": "Documentation", "removal": "Removed", "misc": "Else"}
_PROVIDERS = {one.title: one.client.partition(":")[0] for one in reversed(built_in())}


# --- attributes ------------------------------------------------------------------------------------------------------


def tell_types() -> None:
    """Let autodoc see ``title: str`` where a class says ``title = EditableAttribute[str](…)``."""
    public = {name: getattr(igitt.interfaces, name) for name in igitt.interfaces.__all__}
    names = public | {"Answer": Answer, "Event": Event, "RateLimit": RateLimit, "Token": Token}
    for name, module in list(sys.modules.items()):
        if name.startswith(("igitt.interfaces.", "igitt.webhooks.event")):
            for word, meaning in names.items():
                vars(module).setdefault(word, meaning)
    for cls in public.values():
        if inspect.isclass(cls) and issubclass(cls, Element | Hoster):
            cls.__annotations__ = dict(_types(cls))


def _types(cls: type) -> Iterator[tuple[str, Any]]:
    written = vars(cls).get("__annotations__", {})
    room = vars(sys.modules[cls.__module__])
    for name, found in vars(cls).items():
        if isinstance(found, Attribute):
            hint = eval(written[name], room) if name in written else getattr(found, "__orig_class__", None)  # noqa: S307
            if hint is None:
                hint = inspect.signature(found.read, eval_str=True).return_annotation
                yield name, hint
            else:
                yield name, get_args(hint)[0]
        elif name in written:
            yield name, written[name]


def describe(_app: Sphinx, _what: str, _name: str, thing: Any, _options: Any, lines: list[str]) -> None:
    """Give an attribute's words as they are (napoleon takes what stands before a colon for its type), and its kind."""
    if isinstance(thing, Attribute):
        nature = (
            ["", "*Can be assigned, which writes at once.*"]
            if isinstance(thing, EditableAttribute | EditableSet)
            else []
        )
        lines[:] = [*inspect.cleandoc(thing.__doc__ or "").splitlines(), *nature, ""]


def leave_builtins(_app: Sphinx, doctree: nodes.document) -> None:
    """Take ``type`` in a signature for Python's own, and for none of the attributes of that name."""
    for found in list(doctree.findall(addnodes.pending_xref)):
        if found.get("reftarget") == "type" and found.get("refdomain") == "py":
            found.replace_self(found.children)


# --- tables ----------------------------------------------------------------------------------------------------------


class NeutralActions(SphinxDirective):
    """Every kind of action, with its members and what its docstring says."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        rows = []
        for name in actions.__all__:
            cls = getattr(actions, name)
            if cls is not actions.Action:
                members = ", ".join(f"``{member.name}``" for member in cls)
                rows.append((f"``{name}``", inspect.getdoc(cls) or "", members))
        return self.parse_text_to_nodes(_table(("Kind", "What it tells", "Members"), rows, "22 30 48"))


class KnownEvents(SphinxDirective):
    """The names of the events that each forge's tables know."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        rows = []
        for title, package in _PROVIDERS.items():
            rooms = [import_module(f"{package}.webhooks.{room}") for room in ("issues", "code", "accounts")]
            names = sorted({name for room in rooms for name in room.EVENTS})
            rows.append((title, ", ".join(f"``{name}``" for name in names)))
        return self.parse_text_to_nodes(_table(("Forge", "Events"), rows, "12 88"))


class Differences(SphinxDirective):
    """What only one of the forges can do, as its classes say."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        told = [
            (f"``{kind}.{name}``", forge, why)
            for cls in compatibility.interfaces()
            for forge in compatibility.FORGES
            for kind, name, why in _unsupported(cls, forge)
        ]
        return self.parse_text_to_nodes(_table(("Name", "Not on", "Because"), sorted(told), "30 12 58"))


def _unsupported(interface: type, forge: str) -> Iterator[tuple[str, str, str]]:
    cls, issue = (compatibility.provided(one, forge) for one in (interface, igitt.interfaces.Issue))
    for name in compatibility.names(interface) if cls is not None else ():
        why = compatibility.reason(cls, name)
        # What an issue cannot do, a merge request, which is one, cannot either: saying it once is enough.
        inherited = interface is igitt.interfaces.MergeRequest and why == compatibility.reason(issue, name)
        if why and not inherited:
            yield interface.__name__, name, why


class Compatibility(SphinxDirective):
    """Every name of every interface, and what it is on each forge: a section for each."""

    def run(self) -> list[nodes.Node]:
        """Make the sections."""
        heading = ("Name", *compatibility.FORGES)
        made: list[nodes.Node] = []
        for cls in compatibility.interfaces():
            name = cls.__name__
            section = nodes.section(ids=[f"compatibility-{name.lower()}"], names=[f"compatibility {name.lower()}"])
            section += nodes.title(text="Every thing" if cls is igitt.interfaces.Element else name)
            cells = [
                (f"``{row.name}{'()' if row.is_method else ''}``", *row.forges.values())
                for row in compatibility.rows(cls)
            ]
            section += self.parse_text_to_nodes(_table(heading, cells, "30 35 35"))
            made.append(section)
        return made


class Unreleased(SphinxDirective):
    """The news fragments that no release has taken in."""

    def run(self) -> list[nodes.Node]:
        """Make the lists."""
        text = ""
        for kind, title in _NEWS_TYPES.items():
            found = sorted(_NEWS.glob(f"*.{kind}.rst")) + sorted(_NEWS.glob(f"*.{kind}.*.rst"))
            items = [f"- {' '.join(path.read_text(encoding='utf-8').split())}" for path in found]
            for path in found:
                self.env.note_dependency(str(path))
            if items:
                text += f"**{title}**\n\n" + "\n".join(items) + "\n\n"
        return self.parse_text_to_nodes(text or "Nothing yet.")


def _table(heading: tuple[str, ...], rows: list[tuple[str, ...]], widths: str) -> str:
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in (heading, *rows):
        for number, cell in enumerate(row):
            lines.append(f"   {'  ' if number else '* '}- {' '.join(cell.split())}")
    return "\n".join(lines)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    tell_types()
    app.connect("autodoc-process-docstring", describe, priority=900)
    app.connect("doctree-read", leave_builtins)
    app.add_directive("neutral-actions", NeutralActions)
    app.add_directive("known-events", KnownEvents)
    app.add_directive("differences", Differences)
    app.add_directive("compatibility", Compatibility)
    app.add_directive("unreleased", Unreleased)
    return {"parallel_read_safe": True}
