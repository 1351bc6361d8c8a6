"""The world that every test of the suite finds, the same on every provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from igitt.cache import ResponseCache
from igitt.interfaces import Hoster, Issue, MergeRequest, Repository

__all__ = ["Clock", "World", "people_world"]


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0
        self.slept: list[float] = []

    def time(self) -> float:
        """Seconds since the epoch."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on, and remember by how much."""
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class World:
    """One provider with something in it.

    On the forge: the users ``alice`` (who owns the organization ``acme``), ``bob`` (who may write) and ``carol`` (a
    stranger); the public repository ``acme/widgets`` with the labels ``bug`` and ``idea``, the issue 1, the branch
    ``feature`` and a merge request of it. The client is alice's.

    Attributes:
        hoster: the forge's name.
        forge: the double: ``add_user``, ``add_organization``, ``add_team``, ``add_repository``, ``add_commit``,
            ``add_issue`` and ``add_merge_request`` set the scene, ``client(login, **options)`` gives a client,
            ``requests`` (with ``method`` and ``path``) is what was asked, ``deliveries`` (with ``headers`` and
            ``body``) what it sent, ``url`` and ``api_url`` are its addresses. Those of igitt's sandbox are such, and
            so is whatever is made of :class:`igitt.testing.sandbox.forge.Forge`.
        client: a client of alice's.
        clock: the clients' clock.
        issue_number: of the issue.
        mr_number: of the merge request.
        costs: by what is done, how many requests the provider sends for it where that is not what most forges want.
        differs: where the forge is otherwise than most, in the words of the tests: ``"no maintainers"`` (between those
            who write and those who administer), ``"owners are no collaborators"`` (of what is their organization's),
            ``"comparisons count no lines"``.
        words: by the regular expression of what most forges say of a refusal, that of what this one says.
    """

    hoster: str
    forge: Any
    client: Hoster
    clock: Clock
    issue_number: int
    mr_number: int
    costs: Mapping[str, int] = field(default_factory=dict)
    differs: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def repository(self) -> Repository:
        """The repository as alice sees it, fresh."""
        return self.client.get_repo("acme/widgets")

    @property
    def issue(self) -> Issue:
        """Issue 1, fresh: nothing of it is known yet."""
        return self.repository.get_issue(self.issue_number)

    @property
    def mr(self) -> MergeRequest:
        """The merge request, fresh."""
        return self.repository.get_mr(self.mr_number)

    def as_user(self, name: str | None, **options: Any) -> Any:
        """A client of another user."""
        return self.forge.client(name, **{"cache": ResponseCache(), "clock": self.clock, **options})

    def sent(self, action: Callable[[], object]) -> list[str]:
        """The requests that `action` sends, as ``"METHOD path"``."""
        before = len(self.forge.requests)
        action()
        return [f"{record.method} {record.path}" for record in self.forge.requests[before:]]

    def said(self, usual: str) -> str:
        """The regular expression of what this forge says of a refusal.

        Args:
            usual: that of what most forges say.
        """
        return self.words.get(usual, usual)

    def cost(self, what: str, usual: int = 1) -> int:
        """How many requests something is to cost on this provider.

        Args:
            what: what is done, as the test calls it.
            usual: how many it costs where the provider does not say otherwise.
        """
        return self.costs.get(what, usual)


def people_world(
    hoster: str,
    forge: Any,
    clock: Clock,
    *,
    costs: Mapping[str, int] | None = None,
    differs: frozenset[str] = frozenset(),
    words: Mapping[str, str] | None = None,
) -> World:
    """Set the scene on an empty forge.

    Args:
        hoster: the forge's name.
        forge: the double; see :class:`World`.
        clock: the clients' clock.
        costs: see :class:`World`.
        differs: see :class:`World`.
        words: see :class:`World`.
    """
    for name in ("alice", "bob", "carol"):
        forge.add_user(name, name=name.title(), email=f"{name}@example.com")
    forge.add_organization("acme", members={"alice": "owner"})
    forge.add_repository(
        "acme/widgets", description="Things that turn", members={"bob": "write"}, files={"README.md": "# Widgets\n"}
    )
    client = forge.client("alice", cache=ResponseCache(), clock=clock)
    repository = client.get_repo("acme/widgets")
    repository.create_label("bug", "#d73a4a", "It does not work")
    repository.create_label("idea", "#a2eeef")
    issue = forge.add_issue("acme/widgets", "It squeaks", "Loudly.", author="bob", labels=["bug"])
    forge.add_commit("acme/widgets", "Oil it\n\nNow it turns.", {"oil.txt": "drop\n"}, branch="feature", author="bob")
    mr = forge.add_merge_request("acme/widgets", "Oil", head="feature", base="main", author="bob", body="Turns now.")
    forge.reset_log()
    return World(hoster, forge, client, clock, issue.number, mr.number, costs or {}, differs, words or {})
