"""What belongs to something, and is identified there by a number or a name."""

from __future__ import annotations

from typing import Any, ClassVar

from igitt._base.checks import is_whole
from igitt._base.paths import segment
from igitt._objects.resource import Resource
from igitt.errors import ValidationError

__all__ = ["Part"]


class Part(Resource):
    """What belongs to something and is identified there by a number or a name: an issue, a label, a commit.

    Args:
        client: the client, or a token for the public instance.
        scope: what it belongs to: an object, or the full name, id or URL of a repository.
        key: its number or name.
    """

    __slots__ = ()
    _is_part = True
    #: Whether the key is a number or a name.
    _key_type: ClassVar[type[int | str]] = int

    def __init__(self, client: Any, scope: Any, key: int | str) -> None:
        bound = self._client_of(client)
        owner = scope if isinstance(scope, Resource) else self._scope_of(bound, scope)
        super().__init__(bound, {self._key: self._checked_key(key)}, owner)

    @classmethod
    def _checked_key(cls, key: Any) -> int | str:
        if cls._key_type is int:
            number = int(key) if isinstance(key, str) and key.isdecimal() else key
            if not is_whole(number) or number < 0:
                raise ValidationError(f"{key!r} is no number of {cls.kind_with_article()}")
            return number
        segment(key, f"{cls.kind}'s name")
        return str(key)
