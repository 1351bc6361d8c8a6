"""A thing's address as a short text, for queues and databases, and the way back.

A text names the instance, and step by step what the thing belongs to and what tells it apart there. It holds no
credential and nothing else that is known of the thing; whoever loads it brings a client. Nothing here sends a request,
unless a thing does not know itself what it is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from igitt._base import json as _json
from igitt._base.checks import is_key
from igitt._objects.part import Part
from igitt._objects.resource import Resource
from igitt.errors import ValidationError

if TYPE_CHECKING:
    from igitt.client import Client

__all__ = ["load", "reference_to"]

#: What a reference may be long at most, in characters; real ones have some hundred.
_LONGEST = 10_000


def reference_to(thing: Resource) -> str:
    """The text that :func:`load` makes the thing of again; see :attr:`igitt.interfaces.Element.reference`."""
    steps: list[list[Any]] = []
    step: Resource | None = thing
    while step is not None:
        steps.insert(0, [step.kind, step._address()])
        step = step._owner if isinstance(step, Part) else None
    return _json.dumps([thing.hoster, thing._base_url, *steps]).decode("utf-8", "replace")


def load(client: Client, reference: str) -> Resource:
    """The thing that a reference names; see :meth:`igitt.interfaces.Hoster.load`."""
    hoster, url, steps = _read(reference)
    if (hoster, url) != (client.hoster, client.url):
        raise ValidationError(f"that reference is to {hoster} at {url}, and this client talks to {client.url}")
    scope: Resource | None = None
    for kind, address in steps:
        scope = _step(client, kind, address, scope)
    if scope is None:
        raise _refused(reference)
    return scope


def _read(reference: Any) -> tuple[str, str, list[tuple[str, dict[str, Any]]]]:
    if not isinstance(reference, str) or len(reference) > _LONGEST:
        raise _refused(reference)
    try:
        hoster, url, *steps = _json.loads(reference)
        found = [(kind, address) for kind, address in steps]
    except (ValueError, TypeError) as error:
        raise _refused(reference) from error
    texts = isinstance(hoster, str) and isinstance(url, str) and all(isinstance(kind, str) for kind, _ in found)
    if not texts or not all(isinstance(address, dict) for _, address in found):
        raise _refused(reference)
    return hoster, url, found


def _step(client: Client, kind: str, address: Mapping[str, Any], scope: Resource | None) -> Resource:
    cls = getattr(client, kind.title().replace(" ", ""), None)
    if not isinstance(cls, type) or not issubclass(cls, Resource) or cls.kind != kind:
        raise ValidationError(f"{client.hoster} has nothing that is called {kind!r}; is the reference whole?")
    if issubclass(cls, Part) == (scope is None):
        raise ValidationError(f"that reference does not say what its {kind} belongs to; is it whole?")
    if not any(key in address for key in (cls._key, "id")):
        raise ValidationError(f"that reference does not say which {kind} is meant; is it whole?")
    for key, value in address.items():
        if not is_key(value):
            raise ValidationError(f"in a reference to {cls.kind_with_article()}, {key} is not {value!r}")
    # Only what says where it is: whoever writes to the queue must not decide what it looks like.
    checked = {key: value for key, value in address.items() if key in {cls._key, "id", "_type", *cls._further}}
    named = issubclass(cls, Part) and cls._key_type is str
    if issubclass(cls, Part) and cls._key in checked:
        checked[cls._key] = cls._checked_key(checked[cls._key])
    if "id" in checked and not named and not isinstance(checked["id"], int):
        raise ValidationError(f"the id of {cls.kind_with_article()} is a number, not {checked['id']!r}")
    found = cls.from_data(checked, client, scope)
    found._seen = 0.0  # a reference does not say how old it is
    return found


def _refused(reference: Any) -> ValidationError:
    return ValidationError(f"that is no reference, which names the forge and its address: {str(reference)[:60]!r}")
