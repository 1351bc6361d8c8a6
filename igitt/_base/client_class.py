"""What a class of clients has to have, and how it comes to the classes of its objects, which load late."""

from __future__ import annotations

from typing import Any

from igitt._base.lazy import Late

__all__ = ["check_complete", "claim", "late"]

#: The classes of objects that every forge has.
_CLASSES = frozenset({
    "Branch", "Comment", "Commit", "Content", "DeployKey", "Hook", "Issue", "Label", "MergeRequest", "Milestone",
    "Notification", "Organization", "Reaction", "Release", "Repository", "Review", "Tag", "Team", "User",
})  # fmt: skip


def late(home: str) -> Any:
    """A client's attribute, such as the class of one of its objects, that loads when it is first used.

    Args:
        home: where it stands: ``"package.module:Class"``.
    """
    return _Late(home)


class _Late(Late):
    """As every late attribute; a class of objects also learns which client it belongs to."""

    __slots__ = ()

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        found = super().__get__(instance, owner)
        claim(self._owner, found)
        return found


def check_complete(cls: type[Any]) -> None:
    """Raise TypeError for a client without a class or an operation that every forge has; loads none of them."""
    known = {name for base in cls.__mro__ for name in vars(base)}
    missing = sorted(_CLASSES - known)
    promised = {name for base in cls.__mro__ for name in getattr(base, "__abstractmethods__", ())}
    missing += sorted(name for name in promised if getattr(getattr(cls, name, None), "__isabstractmethod__", False))
    if missing:
        raise TypeError(f"{cls.__name__} does not supply what a client promises: {', '.join(missing)}")


def claim(client: Any, found: Any) -> None:
    """Let the objects of a class be made with this client, where only a token is given.

    A class that belongs to another client already stays with that one: a token must not go to this one's host.
    """
    if isinstance(found, type) and hasattr(found, "_client_class") and "_client_class" not in vars(found):
        found._client_class = client
