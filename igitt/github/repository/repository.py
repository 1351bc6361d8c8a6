"""GitHub's repositories (source: https://docs.github.com/en/rest/repos/repos)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from igitt._base.checks import is_whole
from igitt._base.paths import join, segment
from igitt._objects.identity import same_thing
from igitt._objects.resource import Editable, EditableSetField, Field, Related
from igitt._objects.shared.clones import CommonClones
from igitt._objects.steps import following
from igitt.auth.token import Token
from igitt.errors import ElementDoesntExistError, InvalidResponseError, PermissionDeniedError, ValidationError
from igitt.github.base import logins, milestone_number
from igitt.github.hook import event_names, hook_config
from igitt.github.label import bare_color
from igitt.github.repository.ci import GitHubRepositoryCI
from igitt.github.repository.contents import GitHubRepositoryContents
from igitt.github.repository.refs import GitHubRepositoryRefs
from igitt.github.repository.releases import GitHubRepositoryReleases
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import (
    as_level,
    as_names,
    described,
    flag,
    instant,
    nonempty,
    text,
    to_day,
    to_text,
    without_none,
)
from igitt.interfaces.element import Unsupported
from igitt.interfaces.enums import AccessLevel, WebhookEvents
from igitt.interfaces.hook import Hook, NewSecret, secret_for
from igitt.interfaces.issue import Issue
from igitt.interfaces.label import Label
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.milestone import Milestone
from igitt.interfaces.organization import Organization
from igitt.interfaces.repository import Repository
from igitt.interfaces.shapes import shaped
from igitt.interfaces.user import User
from igitt.urls import is_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.interfaces.organization import Team

__all__ = ["GitHubRepository"]

#: https://docs.github.com/en/organizations/managing-user-access-to-your-organizations-repositories
_ROLES = {
    "none": AccessLevel.NONE,
    "read": AccessLevel.CAN_READ,
    "triage": AccessLevel.TRIAGE,
    "write": AccessLevel.CAN_WRITE,
    "maintain": AccessLevel.MAINTAINER,
    "admin": AccessLevel.ADMIN,
}
_GRANTS = [
    (AccessLevel.ADMIN, "admin"),
    (AccessLevel.MAINTAINER, "maintain"),
    (AccessLevel.CAN_WRITE, "push"),
    (AccessLevel.TRIAGE, "triage"),
    (AccessLevel.CAN_READ, "pull"),
]
_VISIBILITIES = frozenset({"public", "private", "internal"})


def _visibility(value: str) -> str:
    if value not in _VISIBILITIES:
        raise ValidationError(f"a repository is {', '.join(sorted(_VISIBILITIES))}, not {value!r}")
    return value


class GitHubRepository(
    GitHubRepositoryRefs, GitHubRepositoryContents, GitHubRepositoryReleases, GitHubRepositoryCI, CommonClones
):
    """A repository of GitHub.

    Args:
        client: the client, or a token for github.com.
        repository: its full name (``org/repo``), its numeric id, or any URL of it.
    """

    __slots__ = ()
    kind = "repository"
    _key = "full_name"
    _is_renamed = _has_own_id = True

    def __init__(self, client: Any, repository: str | int) -> None:
        bound = self._client_of(client)
        super().__init__(bound, _address(bound, repository))

    full_name = Field("full_name", text)
    name = Editable("name", text, nonempty)
    description = Editable("description", text, to_text)
    default_branch = Editable("default_branch", text, nonempty)
    visibility = Editable("visibility", text, _visibility)
    is_private = Field("private", flag)
    is_archived = Field("archived", flag)
    is_fork = Field("fork", flag)
    parent = Related[Repository | None]("parent", "Repository")
    topics = EditableSetField[str](
        "topics",
        lambda value: [text(name) for name in value or ()],
        lambda value: sorted(as_names(value, "name", "topic")),
    )
    has_issues = Editable("has_issues", flag)
    deletes_merged_branches = Editable("delete_branch_on_merge", flag)
    requires_passing_checks = Unsupported[bool]("GitHub's rules are a branch's; see get_branch(name).protect()")
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)
    clone_url = Field("clone_url", text)
    ssh_url = Field("ssh_url", text)

    # --- who and where -----------------------------------------------------------------------------------------------

    @property
    def api_path(self) -> str:
        """``repos/{owner}/{repo}``, or ``repositories/{id}`` as long as only the id is known."""
        name = self._data.get("full_name")
        if isinstance(name, str):
            return f"repos/{join(*name.split('/', 1))}"
        if "id" not in self._data:
            raise InvalidResponseError("the forge sent a repository without a name and an id")
        return f"repositories/{segment(self._data['id'])}"

    @property
    def _key_value(self) -> Any:
        return self.full_name

    def _lookup(self, key: str) -> Any:
        # Lists and deliveries leave it out, also of what is no fork.
        if key == "parent" and self._data.get("fork") is False:
            return None
        return super()._lookup(key)

    @property
    def _by_name(self) -> bool:
        """Whether its path is made of a name, which may be another one's some day."""
        return isinstance(self._data.get("full_name"), str)

    def _found_again(self) -> bool:
        """Look by its id for what its name does not mean any more: GitHub's own redirects lead to such addresses."""
        number = self._data.get("id")
        if number is None or not self._by_name:
            return False
        self._absorb(same_thing(self, self.client.get(f"repositories/{segment(number)}")))
        return True

    def _label(self) -> str:
        return str(self._data.get("full_name") or self._data.get("id"))

    def _outdate(self) -> None:
        self._data = {key: self._data[key] for key in ("full_name", "id") if key in self._data}
        self._complete = False

    @computed
    def owner(self) -> User | Organization:
        """The account that it is in."""
        data = self._data.get("owner") or self.data.get("owner")
        if not isinstance(data, dict):
            raise InvalidResponseError("the forge sent a repository without an owner")
        cls = self.client.Organization if data.get("type") == "Organization" else self.client.User
        return cls.from_data(data, self.client)

    def _git_user(self, token: Token) -> str:
        """Any name will do; this one stands for a token (source: GitHub's "Authenticating as an installation")."""
        return "x-access-token"

    # --- writing -----------------------------------------------------------------------------------------------------

    def _write(self, body: Mapping[str, Any]) -> None:
        """Topics have an address of their own; everything else is one request."""
        rest = {key: value for key, value in body.items() if key != "topics"}
        if rest:
            super()._write(rest)
        if "topics" in body:
            with following(self if rest else None, f"{', '.join(sorted(rest))} was written before"):
                data = self._request("PUT", f"{self.api_path}/topics", json={"names": body["topics"]}).data
            names = data.get("names", [])
            self._absorb({"topics": names}, complete=False)

    def archive(self) -> None:
        """Keep it for reading only."""
        self._write({"archived": True})

    def unarchive(self) -> None:
        """Let it be written again."""
        self._write({"archived": False})

    def delete(self) -> None:
        """Remove it."""
        self._request("DELETE", self.api_path)

    def create_fork(self, organization: str | None = None, name: str | None = None) -> Repository:
        """Make a fork; GitHub answers at once and copies the contents over the next minutes."""
        body = without_none(organization=organization, name=name)
        data = self._request("POST", f"{self.api_path}/forks", json=body).data
        return self.client.Repository.from_data(data, self.client)

    def create_issue(
        self,
        title: str,
        body: str = "",
        *,
        labels: Iterable[Label | str] = (),
        assignees: Iterable[User | str] = (),
        milestone: Milestone | None = None,
        quick_actions: bool = False,
        description: str | None = None,
    ) -> Issue:
        """Open an issue; ``POST /repos/{owner}/{repo}/issues``."""
        content: dict[str, Any] = {"title": nonempty(title), "body": described(body, description)}
        if labels:
            content["labels"] = as_names(labels, "name", "label")
        if assignees:
            content["assignees"] = logins(assignees)
        if milestone is not None:
            content["milestone"] = milestone_number(milestone)
        return self._created(self.client.Issue, "issues", content)

    @computed
    def merge_methods(self) -> frozenset[str]:
        """What its settings allow, as far as the credential may see them (with the right to push)."""
        ways = {"merge": "allow_merge_commit", "squash": "allow_squash_merge", "rebase": "allow_rebase_merge"}
        return frozenset(way for way, key in ways.items() if Field(key, flag).__get__(self, type(self)))

    def create_merge_request(
        self,
        title: str,
        base: str,
        head: str,
        body: str = "",
        *,
        draft: bool = False,
        source_repository: Repository | None = None,
        labels: Iterable[Label | str] = (),
        assignees: Iterable[User | str] = (),
        reviewers: Iterable[User | Team | str] = (),
        milestone: Milestone | None = None,
        quick_actions: bool = False,
        description: str | None = None,
    ) -> MergeRequest:
        """Open a pull request.

        Labels, assignees and milestone, which its issue keeps, are a second request; reviewers are another.
        """
        content = {
            "title": nonempty(title),
            "base": base,
            "head": head,
            "body": described(body, description),
            "draft": draft,
        }
        if source_repository is not None and source_repository != self:
            source = str(source_repository.full_name)
            owner = source.partition("/")[0]
            content["head"] = f"{owner}:{head}"
            if owner.casefold() == self.full_name.partition("/")[0].casefold():
                # The owner does not distinguish the two then.
                content["head_repo"] = source
        data = self._request("POST", f"{self.api_path}/pulls", json=content).data
        found = self.client.MergeRequest.from_data(data, self.client, self)
        further = without_none(labels=labels or None, assignees=assignees or None, milestone=milestone)
        if further or reviewers:
            with following(found, f"the pull request {found.number} was made before"):
                if further:
                    found.edit(**further)
                if reviewers:
                    found.request_review(*reviewers)
        return found

    def create_label(self, name: str, color: str, description: str = "") -> Label:
        """Make a label."""
        content = {"name": nonempty(name), "color": bare_color(color), "description": description}
        return self._created(self.client.Label, "labels", content)

    def create_milestone(self, title: str, description: str = "", due_date: date | None = None) -> Milestone:
        """Make a milestone."""
        due_on = f"{to_day(due_date)}T12:00:00Z" if due_date else None
        content = without_none(title=nonempty(title), description=description, due_on=due_on)
        return self._created(self.client.Milestone, "milestones", content)

    def register_hook(
        self,
        url: str,
        secret: str | NewSecret | None = None,
        events: Iterable[WebhookEvents] = frozenset({WebhookEvents.PUSH}),
    ) -> Hook:
        """Have what happens posted to an address; an existing hook with that address is brought up to date."""
        hook: Any = self._register_hook(url, sent := secret_for(secret), events)
        hook._new_secret = sent if isinstance(secret, NewSecret) else None
        return hook

    def _register_hook(self, url: str, secret: str | None, events: Any) -> Hook:
        content: dict[str, Any] = {"config": hook_config(url, secret), "events": event_names(events), "active": True}
        hook: Any
        for hook in self.hooks:
            if hook.target_url == url:
                path = f"{self.api_path}/hooks/{hook.identifier}"
                if secret is None:
                    # A configuration without a secret would take the one that it has away.
                    settings = {key: content["config"][key] for key in ("content_type", "insecure_ssl")}
                    known = hook._data.get("config") or {}
                    if any(known.get(key) != value for key, value in settings.items()):
                        self._request("PATCH", f"{path}/config", json=settings)
                    del content["config"]
                data = self._request("PATCH", path, json=content).data
                return self.client.Hook.from_data(data, self.client, self)
        return self._created(self.client.Hook, "hooks", {"name": "web", **content})

    # --- people ------------------------------------------------------------------------------------------------------

    def get_permission_level(self, user: User | str) -> AccessLevel:
        """What a user may do in it, by role; a user that GitHub does not know may do nothing.

        GitHub says "read" of everybody where the repository is public: whether a reader was let in is asked for.
        """
        path = f"{self.api_path}/collaborators/{segment(logins([user])[0])}"
        try:
            data = self.client.get(f"{path}/permission")
        except ElementDoesntExistError:
            return AccessLevel.NONE
        with shaped("a permission"):
            level = _ROLES.get(data.get("role_name")) or _ROLES.get(data.get("permission"), AccessLevel.NONE)
        if level is AccessLevel.CAN_READ:
            try:
                self.client.request("GET", path)
            except (ElementDoesntExistError, PermissionDeniedError):
                # The second for a user who may not ask that: then nothing more is known than for everybody.
                return AccessLevel.CAN_VIEW
        return level

    def add_collaborator(self, user: User | str, level: AccessLevel = AccessLevel.CAN_WRITE) -> None:
        """Let a user do more or less in it; GitHub invites users who are not in the organization."""
        level = as_level(level)
        permission = next((name for least, name in _GRANTS if level >= least), None)
        if permission is None:
            raise ValidationError(f"GitHub has no role for {level}; the least is AccessLevel.CAN_READ")
        name = segment(logins([user])[0])
        self._request("PUT", f"{self.api_path}/collaborators/{name}", json={"permission": permission})

    def remove_collaborator(self, user: User | str) -> None:
        """Let a user do no more than everybody."""
        self._request("DELETE", f"{self.api_path}/collaborators/{segment(logins([user])[0])}")


def _address(client: Any, repository: Any) -> dict[str, Any]:
    """What a name, id or URL says about a repository; ValidationError for anything else."""
    if is_whole(repository):
        return {"id": repository}
    if not isinstance(repository, str):
        raise ValidationError(f"a repository is known by 'org/repo', its id or its URL, not by {repository!r}")
    name = repository.strip()
    if is_url(name):
        place = client.place_of(name)
        if place.repository_id is not None:
            return {"id": place.repository_id}
        if place.full_name is None:
            raise ValidationError(f"that address on {place.base} is not one of a repository")
        name = place.full_name
    parts = name.strip("/").split("/")
    if len(parts) != 2 or not all(part.strip() for part in parts):
        raise ValidationError(f"{name!r} is no repository of GitHub: those are called like 'org/repo'")
    return {"full_name": "/".join(parts)}
