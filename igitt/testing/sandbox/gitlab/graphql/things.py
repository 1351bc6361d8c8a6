"""The types of GitLab's GraphQL over the sandbox's model.

A type has the fields that are its own here, in snake case; any other is that of REST's answer, where the two have
the same names (``created_at`` and ``createdAt``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from igitt.testing.sandbox.gitlab import pipelines
from igitt.testing.sandbox.gitlab.shapes import commits, people, projects
from igitt.testing.sandbox.model import Organization

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from igitt.testing.sandbox.model import Commit, Label, Milestone, Repository, User
    from igitt.testing.sandbox.wire import Request


class Thing:
    """A thing with the answer that REST has for it; ``prefix`` is the class in its global id."""

    kind = ""
    prefix = ""

    def __init__(self, request: Request, one: Any, shape: Callable[[], dict[str, Any]]) -> None:
        self.request = request
        self.one = one
        self._shape = shape
        self._known: dict[str, Any] | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if self._known is None:
            self._known = self._shape()
        if name not in self._known:
            raise AttributeError(name)
        return self._known[name]

    @property
    def id(self) -> str:
        """The global id."""
        return f"gid://gitlab/{self.prefix or self.kind}/{self.one.id}"

    @property
    def web_path(self) -> str:
        """The path of its page."""
        return urlsplit(str(self.web_url)).path


class Person(Thing):
    """A user."""

    prefix = "User"

    def __init__(self, request: Request, one: User, kind: str = "UserCore") -> None:
        super().__init__(request, one, lambda: people.user_full(request.forge, one))
        self.kind = kind

    @property
    def public_email(self) -> Any:
        """The address that everybody sees."""
        return self.one.email


def person(request: Request, one: User | None, kind: str = "UserCore") -> Person | None:
    """A user, if there is one."""
    return None if one is None else Person(request, one, kind)


class Group(Thing):
    """A group."""

    kind = "Group"

    def __init__(self, request: Request, one: Organization) -> None:
        super().__init__(request, one, lambda: people.group(request.forge, one))

    @property
    def parent(self) -> Group | None:
        """The group around it."""
        return Group(self.request, self.one.parent) if self.one.parent else None

    def projects(self, include_subgroups: bool = False, search: str = "") -> list[Any]:
        """Its projects."""
        from igitt.testing.sandbox.gitlab.graphql.projects import Project  # noqa: PLC0415  which are in groups

        found = visible(self.request, self.request.world.repositories_of(self.one, nested=include_subgroups))
        return [
            Project(self.request, one) for one in visible(self.request, found) if search.lower() in one.name.lower()
        ]


def visible(request: Request, several: Iterable[Repository]) -> list[Repository]:
    """The projects that who asks may know of."""
    return [one for one in several if request.world.may_read(request.viewer.user, one)]


def namespace(request: Request, one: Any) -> dict[str, Any]:
    """A user's or a group's."""
    shape = people.namespace(request.forge, one)
    group = isinstance(one, Organization)
    return {
        "kind": "Namespace", "id": f"gid://gitlab/{'Group' if group else 'Namespaces::UserNamespace'}/{shape['id']}",
        "name": shape["name"], "path": shape["path"], "full_path": shape["full_path"], "full_name": shape["name"],
        "visibility": people.group_visibility(one) if group else "public",
    }  # fmt: skip


class Change(Thing):
    """A commit."""

    kind = "Commit"

    def __init__(self, request: Request, home: Repository, one: Commit) -> None:
        super().__init__(request, one, lambda: commits.commit(request.forge, home, one))

    @property
    def id(self) -> str:
        """The global id."""
        return f"gid://gitlab/Commit/{self.one.sha}"

    sha = property(lambda self: self.one.sha)
    authored_date = property(lambda self: self.one.created)
    committed_date = property(lambda self: self.one.committer.when if self.one.committer else self.one.created)

    @property
    def description(self) -> str:
        """What stands below the title."""
        return str(self.one.message).partition("\n")[2].strip()

    @property
    def author(self) -> Person | None:
        """Who wrote it."""
        return person(self.request, self.one.author)


class Tag(Thing):
    """A label."""

    kind = "Label"

    def __init__(self, request: Request, one: Label, home: Any) -> None:
        super().__init__(request, one, lambda: projects.label_basic(one))
        self.prefix = "GroupLabel" if isinstance(home, Organization) else "ProjectLabel"

    title = property(lambda self: self.one.name)
    created_at = property(lambda self: self.one.created)
    updated_at = property(lambda self: self.one.updated)


class Goal(Thing):
    """A milestone."""

    kind = "Milestone"

    def __init__(self, request: Request, one: Milestone, home: Any) -> None:
        super().__init__(request, one, lambda: projects.milestone(request.forge, one, home))


class Run(Thing):
    """A pipeline."""

    kind = "Pipeline"
    prefix = "Ci::Pipeline"

    def __init__(self, request: Request, one: pipelines.Pipeline) -> None:
        super().__init__(request, one, lambda: pipelines.full(request.forge, one))

    @property
    def status(self) -> str:
        """How it stands."""
        return str(self.one.status).upper()

    @property
    def path(self) -> str:
        """The path of its page."""
        return self.web_path

    def jobs(self) -> list[Any]:
        """Its jobs."""
        return [
            {"kind": "CiJob", "id": f"gid://gitlab/Ci::Build/{one.id}", "name": one.context, "created_at": one.created,
             "status": one.state.upper(), "allow_failure": bool(one.extra.get("allow_failure"))}
            for one in self.one.statuses.values()
            if one.extra.get("job")
        ]  # fmt: skip
