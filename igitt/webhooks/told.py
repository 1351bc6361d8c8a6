"""A thing in a payload that igitt has no class for, with names that a bot can rely on.

It is a value: it cannot be read again from a forge, and nothing here sends a request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["Told"]


class Told(Mapping[str, Any]):
    """What a payload says about a thing without a class, such as an epic, or a comment in a forum.

    It is also a mapping, of the forge's own words, for everything that has no attribute here.

    Args:
        kind: what it is, such as ``"epic"``, ``"snippet"``, ``"wiki page"``, ``"forum discussion"``, ``"comment"``,
            ``"alert"``, ``"protection"`` or ``"token"``.
        data: what the forge sent of it.

    Example:
        >>> epic = Told("epic", {"iid": 3, "title": "Fly", "url": "https://gitlab.example.com/groups/g/-/epics/3"})
        >>> epic.kind, epic.number, epic.title, epic["iid"]
        ('epic', 3, 'Fly', 3)
    """

    __slots__ = ("data", "kind")

    def __init__(self, kind: str, data: Mapping[str, Any]) -> None:
        self.kind = kind
        self.data = data

    @property
    def identifier(self) -> Any:
        """Its id; None where that is unknown."""
        return self.data.get("id")

    @property
    def number(self) -> int | None:
        """Its number within its repository or group; None where it has none."""
        found = self.data.get("iid", self.data.get("number"))
        return found if isinstance(found, int) else None

    @property
    def title(self) -> str:
        """Its title; empty where it has none."""
        return self._text("title", "name")

    @property
    def body(self) -> str:
        """Its text; empty where it has none."""
        return self._text("body", "note", "description", "content")

    @property
    def web_url(self) -> str:
        """Its page; empty where that is unknown."""
        return self._text("web_url", "html_url", "url")

    @property
    def author(self) -> str:
        """The login name of its author; empty where only an id, or nothing, is sent."""
        found = self.data.get("author") or self.data.get("user")
        name = (found.get("login") or found.get("username")) if isinstance(found, Mapping) else None
        return name if isinstance(name, str) else ""

    def _text(self, *keys: str) -> str:
        return next((found for key in keys if isinstance(found := self.data.get(key), str)), "")

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __hash__(self) -> int:
        return hash((self.kind, self.web_url))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.kind} {self.title or self.number or self.identifier or ''!s:.80}>"
