"""Makes parts of the documentation from the code: attributes with their types, tables that would go stale by hand."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import igitt.interfaces
from igitt.answer import Answer
from igitt.auth import Token
from igitt.interfaces import Attribute, EditableAttribute, Element, Hoster, Unsupported, actions
from igitt.ratelimit import RateLimit
from igitt.webhooks import Event

_NEWS = Path(__file__).parent.parent.parent / "changelog.d"
_NEWS_TYPES = {"feature": "New", "bugfix": "Mended", "doc": "Documentation", "removal": "Removed", "misc": "Else"}
_PROVIDERS = {"GitHub": "igitt.github", "GitLab": "igitt.gitlab"}


# --- attributes ------------------------------------------------------------------------------------------------------


def tell_types() -> None:
    """Let autodoc see ``title: str`` where a class says ``title = EditableAttribute[str](…)``."""
    public = {name: getattr(igitt.interfaces, name) for name in igitt.interfaces.__all__}
    names = public | {"Answer": Answer, "Event": Event, "RateLimit": RateLimit, "Token": Token}
    for name, module in list(sys.modules.items()):
        if name.startswith(("igitt.interfaces.", "igitt.webhooks.events")):
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
        nature = ["", "*Can be assigned, which writes at once.*"] if isinstance(thing, EditableAttribute) else []
        lines[:] = [*inspect.cleandoc(thing.__doc__ or "").splitlines(), *nature, ""]


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
            rooms = [import_module(f"{package}.webhooks.{room}") for room in ("issues", "code", "places")]
            names = sorted({name for room in rooms for name in room.EVENTS})
            rows.append((title, ", ".join(f"``{name}``" for name in names)))
        return self.parse_text_to_nodes(_table(("Forge", "Events"), rows, "12 88"))


class Differences(SphinxDirective):
    """What only one of the forges can do, as its classes say."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        rows = [
            (f"``{kind}.{name}``", title, reason)
            for title, package in _PROVIDERS.items()
            for kind, name, reason in _unsupported(import_module(package), title)
        ]
        return self.parse_text_to_nodes(_table(("Name", "Not on", "Because"), sorted(rows), "30 12 58"))


def _unsupported(provider: Any, prefix: str) -> Iterator[tuple[str, str, str]]:
    for exported in provider.__all__:
        cls = getattr(provider, exported)
        for name in dir(cls) if inspect.isclass(cls) and issubclass(cls, Element) else ():
            reason = _reason(cls, name)
            kind = exported.removeprefix(prefix)
            # What an issue cannot do, a merge request, which is one, cannot either: saying it once is enough.
            inherited = kind == "MergeRequest" and reason == _reason(getattr(provider, f"{prefix}Issue"), name)
            if reason and not inherited:
                yield kind, name, reason


def _reason(cls: type, name: str) -> str | None:
    """Why a forge's class cannot do something, None if it can."""
    found = inspect.getattr_static(cls, name, None)
    return found.reason if isinstance(found, Unsupported) else getattr(found, "unsupported", None)


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
    app.add_directive("neutral-actions", NeutralActions)
    app.add_directive("known-events", KnownEvents)
    app.add_directive("differences", Differences)
    app.add_directive("unreleased", Unreleased)
    return {"parallel_read_safe": True}
