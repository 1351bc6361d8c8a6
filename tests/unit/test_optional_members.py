"""What only some forges have: a provider may leave it out, and igitt's own say why they do."""

import inspect
from datetime import timedelta
from typing import Any

import pytest

import igitt.interfaces
from igitt._base.forges import built_in
from igitt.errors import UnsupportedOperationError
from igitt.interfaces import Element, Hoster
from igitt.interfaces.attributes import NOTHING
from igitt.registry import client_class

INTERFACES = [
    found
    for name in igitt.interfaces.__all__
    if inspect.isclass(found := getattr(igitt.interfaces, name)) and issubclass(found, Element | Hoster)
]
OPTIONAL = [
    (interface, name)
    for interface in INTERFACES
    for name, found in vars(interface).items()
    if getattr(found, "unsupported", None) == NOTHING
]


def test_there_are_some() -> None:
    """The list is made from the interfaces, and finds what is known to be on it."""
    found = {f"{interface.__name__}.{name}" for interface, name in OPTIONAL}
    assert {"Issue.weight", "Issue.delete", "Hoster.graphql", "Milestone.start_date", "Commit.check_runs"} <= found


@pytest.mark.parametrize(("interface", "name"), OPTIONAL, ids=[f"{one.__name__}.{name}" for one, name in OPTIONAL])
def test_own_forges_say_why(interface: type, name: str) -> None:
    """GitHub and GitLab each give what is optional, or tell in their own words why they do not."""
    for forge in built_in():
        client = client_class(forge)
        cls: Any = client if interface is Hoster else getattr(client, interface.__name__)
        assert getattr(inspect.getattr_static(cls, name), "unsupported", None) != NOTHING


@pytest.fixture
def issue() -> Any:
    """An issue of a forge that has nothing of what is optional."""
    bare = {name: vars(interface)[name] for interface, name in OPTIONAL if interface is igitt.interfaces.Issue}
    cls: Any = type("Bare", (igitt.GitLab.Issue,), {"__slots__": (), **bare})
    return cls(igitt.GitLab("x"), "group/project", 1)


def test_what_was_left_out(issue: Any) -> None:
    """Reading, assigning, editing and calling it all say that there is no such thing, and send nothing."""
    for ask in (
        lambda: issue.weight,
        lambda: setattr(issue, "weight", 5),
        issue.delete,
        lambda: issue.add_to_total_time_spent(timedelta(hours=1)),
        lambda: setattr(issue, "confidential", True),
    ):
        with pytest.raises(UnsupportedOperationError, match=r"gitlab does not support issue.*nothing of the kind"):
            ask()
    assert not issue.supports("weight")
    assert not issue.supports("delete")
    assert issue.supports("title")
