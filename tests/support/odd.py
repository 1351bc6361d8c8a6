"""Answers that no forge gives, for tests of what a client makes of them: other shapes, and odd values inside."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import requests

#: Whole bodies in place of the forge's.
BODIES = [
    b"null", b"[null]", b"[]", b"{}", b"5", b'"x"', b"true", b"[[]]", b"[5]", b'["x"]', b"[{}]", b'{"id": null}',
    b'[{"id": null}]', b"<html>", b"", b'{"data": null}', b'{"data": {"repository": 5}}', b'{"data": [null]}',
]  # fmt: skip
#: Values in place of one inside.
VALUES: list[Any] = [None, 5, -1, 1.5, 10**30, "x", "", True, [], {}, [None], [5], ["x"], {"id": None}, [{}], [[]]]


class OddSession(requests.Session):
    """A session whose answers to GETs and GraphQL can be changed on their way."""

    change: Callable[[bytes], bytes] | None = None

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # noqa: D102
        response = super().send(request, **options)
        if self.change is not None and response.status_code == 200:
            setattr(response, "_content", self.change(response.content))  # noqa: B010 - there is no public way
        return response


def replaced(chance: random.Random) -> Callable[[bytes], bytes]:
    """Changes of one value somewhere inside of an answer."""

    def change(body: bytes) -> bytes:
        try:
            data = json.loads(body)
        except ValueError:
            return body
        places = list(_places(data))
        if not places:
            return body
        holder, key = chance.choice(places)
        holder[key] = copy.deepcopy(chance.choice(VALUES))
        return json.dumps(data).encode()

    return change


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Where something stands in data: its holder and the key or index there."""
    for key in list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        yield data, key
        yield from _places(data[key])


def read_all(thing: Any) -> Iterator[tuple[str, Callable[[], object]]]:
    """How to read each public attribute of a thing, the items of lists and what they hold included."""
    for name in dir(type(thing)):
        found = getattr(type(thing), name)
        if not name.startswith("_") and not isinstance(found, type) and not callable(found):
            yield name, lambda name=name: _consumed(getattr(thing, name))


def _consumed(value: Any) -> None:
    if hasattr(value, "__iter__") and not isinstance(value, str | bytes | dict):
        for _, item in zip(range(3), value, strict=False):
            repr(item)
            if hasattr(item, "identifier"):
                hash(item)
    elif hasattr(value, "identifier"):
        repr(value)
        hash(value)
