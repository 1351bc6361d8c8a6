"""Every recorded payload against every annotation: a function gets what it asks for, or is not called."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from igitt import GitHub, GitLab, interfaces
from igitt._objects.resource import Field, Related, Resource
from igitt.errors import ValidationError
from igitt.interfaces import PaginatedList
from igitt.interfaces.actions import Action
from igitt.interfaces.element import Element
from igitt.webhooks import Event, Router
from igitt.webhooks.shapes import Kind, kind_of, shapes_of

CLIENTS = {"github": GitHub, "gitlab": GitLab}


class Refusing(requests.Session):
    """A session through which nothing leaves."""

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:
        """Fail the test."""
        pytest.fail(f"reading a payload sent {request.method} {request.url}")


def annotations() -> dict[str, type]:
    """Return every class of igitt's that somebody may ask for, the neutral ones and each forge's."""
    found: dict[str, type] = {name: cls for name, cls in vars(interfaces).items() if isinstance(cls, type)}
    for client in CLIENTS.values():
        found.update({cls.__name__: cls for cls in vars(client).values() if isinstance(cls, type)})
    return {name: cls for name, cls in found.items() if issubclass(cls, Element)} | {"Event": Event}


@pytest.fixture(scope="module")
def events(shared_data: Path) -> list[Event]:
    """Return all events of all recorded payloads."""
    folder = shared_data / "data" / "webhooks"
    if not folder.is_dir():
        pytest.skip(f"no payloads at {folder}")
    found: list[Event] = []
    for entry in json.loads((folder / "index.json").read_text(encoding="utf-8")):
        client = CLIENTS[entry["provider"]]("token", session=Refusing(), cache=False)
        found += client.read_payload(entry["event"], json.loads((folder / entry["path"]).read_text(encoding="utf-8")))
    assert len(found) > 204
    return found


def routers() -> Iterator[tuple[str, type, Router, list[Any]]]:
    """Yield a router of each forge for each annotation that some event fills, and what its function gets."""
    for hoster, client in CLIENTS.items():
        for name, cls in annotations().items():
            got: list[Any] = []

            def function(it: Any, got: list[Any] = got) -> None:
                got.append(it)

            router = Router(client("token", session=Refusing(), cache=False), secret="s3cret", myself=[])
            for annotation in (cls, name, f"some.where.{name}"):
                function.__annotations__ = {"it": annotation}
                try:
                    router.on(bots=True)(function)
                except ValidationError:
                    break
            else:
                yield hoster, cls, router, got


def test_a_function_gets_what_its_annotation_says_or_is_not_called(events: list[Event]) -> None:
    """For every payload and every class of igitt's, named as a class or as a text."""
    met = set()
    for hoster, cls, router, got in routers():
        for event in events:
            if event.hoster == hoster:
                got.clear()
                results = router.run(event)
                assert len(results) == len(got)
                assert len(got) in {0, 3}
                assert all(isinstance(one, cls) for one in got), (event, cls, got)
                if any(isinstance(one, cls) for one in event.objects):
                    assert got, f"{event} has a {cls.__name__}"
                met.update(type(one).__name__ for one in got)
    assert {"GitHubComment", "GitLabComment", "GitHubIssue", "GitLabMergeRequest", "Event"} <= met


def test_the_shapes_are_those_of_the_payloads(events: list[Event]) -> None:
    """What a function may ask for of an action is what the forges' payloads have."""
    wrong = []
    for event in events:
        kinds = tuple(kind_of(event.action, type(one)) for one in event.objects)
        neutral = tuple(Kind(_neutral(kind.cls), kind.role) for kind in kinds)
        if neutral not in shapes_of(event.action) and type(None) not in {kind.cls for kind in kinds}:
            wrong.append((event.action, neutral))
    assert not wrong


def _neutral(cls: type) -> type:
    return next((one for one in cls.__mro__ if one.__module__.startswith("igitt.interfaces")), cls)


def test_every_action_has_shapes() -> None:
    """Of each member of each kind of actions it is known what it is about."""
    for kind in Action.__subclasses__():
        for action in kind:
            assert all(shapes_of(action)), action


def test_what_a_payload_tells_needs_no_request(events: list[Event]) -> None:
    """Every attribute of every object whose datum the payload holds is read without asking."""
    read = 0
    for event in events:
        around = [event.sender, event.repository, event.organization, event.installation]
        things = [one for told in (*event.objects, *around) for one in (told if isinstance(told, list) else [told])]
        for thing in things:
            if not isinstance(thing, Resource):
                continue
            for name in dir(type(thing)):
                descriptor = getattr(type(thing), name, None)
                field = descriptor.field if isinstance(descriptor, Related) else descriptor
                if isinstance(field, Field) and field.key in thing._data:  # noqa: SLF001 - what the payload holds
                    value = getattr(thing, name)
                    read += not isinstance(value, PaginatedList)
    assert read > 5000
