"""GitLab's projects (source: https://docs.gitlab.com/api/projects/)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from igitt._base.checks import is_whole
from igitt._base.paths import segment
from igitt._http.error_mapping import told_as
from igitt._objects.resource import Editable, EditableSetField, Field, Related
from igitt._objects.shared.clones import CommonClones
from igitt.auth.token import GitLabJobToken, Token
from igitt.errors import ElementAlreadyExistsError, ElementDoesntExistError, InvalidResponseError, ValidationError
from igitt.gitlab.base import add_member, label_names, milestone_id, user_id, user_ids
from igitt.gitlab.hook import event_fields, hook_address
from igitt.gitlab.merge_request.merge_request import draft_title
from igitt.gitlab.repository.ci import GitLabRepositoryCI
from igitt.gitlab.repository.contents import GitLabRepositoryContents
from igitt.gitlab.repository.refs import GitLabRepositoryRefs
from igitt.gitlab.repository.releases import GitLabRepositoryReleases
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import as_names, described, flag, instant, nonempty, text, to_day, to_text, without_none
from igitt.interfaces.convert import color as checked_color
from igitt.interfaces.enums import AccessLevel, WebhookEvents
from igitt.interfaces.hook import Hook, NewSecret, secret_for
from igitt.interfaces.issue import Issue
from igitt.interfaces.label import Label
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.milestone import Milestone
from igitt.interfaces.organization import Organization
from igitt.interfaces.repository import Repository
from igitt.interfaces.user import User
from igitt.urls import is_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.interfaces.organization import Team

__all__ = ["GitLabRepository"]

_VISIBILITIES = frozenset({"public", "private", "internal"})


def _visibility(value: str) -> str:
    if value not in _VISIBILITIES:
        raise ValidationError(f"a repository is {', '.join(sorted(_VISIBILITIES))}, not {value!r}")
    return value


class GitLabRepository(
    GitLabRepositoryRefs, GitLabRepositoryContents, GitLabRepositoryReleases, GitLabRepositoryCI, CommonClones
):
    """A project of GitLab.

    Args:
        client: the client, or a token for gitlab.com.
        repository: its full name (``group/subgroup/project``), its numeric id, or any URL of it.
    """

    __slots__ = ()
    kind = "repository"
    _key = "path_with_namespace"

    def __init__(self, client: Any, repository: str | int) -> None:
        bound = self._client_of(client)
        super().__init__(bound, _address(bound, repository))

    full_name = Field("path_with_namespace", text)
    # Its address; GitLab's own "name" is a title that may hold anything.
    name = Editable("path", text, nonempty)
    description = Editable("description", text, to_text)
    default_branch = Editable("default_branch", text, nonempty)
    visibility = Editable("visibility", text, _visibility)
    is_private = Field("visibility", lambda value: value == "private")
    is_archived = Field("archived", flag)
    is_fork = Field("forked_from_project", flag)
    parent = Related[Repository | None]("forked_from_project", "Repository")
    deletes_merged_branches = Editable("remove_source_branch_after_merge", flag)
    requires_passing_checks = Editable("only_allow_merge_if_pipeline_succeeds", flag)
    topics = EditableSetField[str](
        "topics",
        lambda value: [text(name) for name in value or ()],
        lambda value: sorted(as_names(value, "name", "topic")),
    )
    has_issues = Editable(
        "issues_enabled", flag, lambda value: "enabled" if value else "disabled", write="issues_access_level"
    )
    created = Field("created_at", instant)
    updated = Field("last_activity_at", instant)
    clone_url = Field("http_url_to_repo", text)
    ssh_url = Field("ssh_url_to_repo", text)

    # --- who and where -----------------------------------------------------------------------------------------------

    @property
    def api_path(self) -> str:
        """``projects/{full name}``, or ``projects/{id}`` as long as only the id is known."""
        return f"projects/{segment(self._place)}"

    def _lookup(self, key: str) -> Any:
        # GitLab leaves this out of a project that is no fork, in lists too, where asking would be a request for each.
        if key == "forked_from_project" and "archived" in self._data:
            return None
        return super()._lookup(key)

    @computed
    def owner(self) -> User | Organization:
        """The user or group that it is in."""
        place = Field[Any]("namespace", dict).__get__(self, type(self))
        if not place:
            raise InvalidResponseError("the forge sent a project without a namespace")
        if place.get("kind") == "user":
            known = self._data.get("owner")
            # The namespace's id is not the user's.
            data = known if isinstance(known, dict) else {"username": place.get("path"), "name": place.get("name")}
            return self.client.User.from_data(data, self.client)
        shared = {key: place[key] for key in ("id", "full_path", "web_url") if key in place}
        return self.client.Organization.from_data(shared, self.client)

    def _git_user(self, token: Token) -> str:
        """A job's token has a name of its own (source: https://docs.gitlab.com/topics/git/clone/#clone-using-a-token)."""
        return "gitlab-ci-token" if isinstance(token, GitLabJobToken) else "oauth2"

    # --- writing -----------------------------------------------------------------------------------------------------

    def archive(self) -> None:
        self._absorb(self._request("POST", f"{self.api_path}/archive").data)

    def unarchive(self) -> None:
        self._absorb(self._request("POST", f"{self.api_path}/unarchive").data)

    def delete(self) -> None:
        """Remove it; some instances only mark it, and remove it after some days."""
        self._request("DELETE", self.api_path)

    def create_fork(self, organization: str | None = None, name: str | None = None) -> Repository:
        """Make a fork; GitLab answers at once and copies the contents over the next minutes."""
        body = without_none(namespace_path=organization, path=name, name=name)
        try:
            data = self._request("POST", f"{self.api_path}/fork", json=body).data
        except ElementAlreadyExistsError:
            found: Repository | None = self.get_fork(organization) if name is None else None
            if found is None:
                raise
            return found
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
        """Open an issue; ``POST /projects/:id/issues``."""
        content = without_none(
            title=nonempty(title),
            description=described(body, description),
            labels=label_names(labels) or None,
            assignee_ids=user_ids(self.client, assignees) or None,
            milestone_id=milestone_id(milestone) or None,
        )
        return self._created(self.client.Issue, "issues", content, quick_actions=quick_actions)

    @computed
    def merge_methods(self) -> frozenset[str]:
        """What its merge method and its squash option allow; both of the methods without branches rebase."""
        method = Field("merge_method", text).__get__(self, type(self))
        squash = Field("squash_option", text).__get__(self, type(self))
        found = set() if squash == "always" else {"merge" if method == "merge" else "rebase"}
        return frozenset(found | ({"squash"} if squash != "never" else set()))

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
        """Open a merge request; ``POST /projects/:id/merge_requests`` of the project that the branch is in."""
        source: Any = self if source_repository is None else source_repository
        content = without_none(
            title=draft_title(nonempty(title)) if draft else nonempty(title),
            source_branch=head,
            target_branch=base,
            description=described(body, description),
            target_project_id=None if source == self else self.identifier,
            labels=label_names(labels) or None,
            assignee_ids=user_ids(self.client, assignees) or None,
            reviewer_ids=user_ids(self.client, reviewers) or None,
            milestone_id=None if milestone is None else milestone_id(milestone),
        )
        path = f"{source.api_path}/merge_requests"
        data = self._request("POST", path, json=content, quick_actions=quick_actions).data
        return self.client.MergeRequest.from_data(data, self.client, self)

    def create_label(self, name: str, color: str, description: str = "") -> Label:
        content = {"name": nonempty(name), "color": checked_color(color), "description": description}
        return self._created(self.client.Label, "labels", content)

    def create_milestone(self, title: str, description: str = "", due_date: date | None = None) -> Milestone:
        content = without_none(title=nonempty(title), description=description, due_date=to_day(due_date))
        try:
            data = self._request("POST", f"{self.api_path}/milestones", json=content).data
        except ValidationError as error:
            if "already being used" not in error.message:
                raise
            raise told_as(ElementAlreadyExistsError, error, f"there is a milestone {title!r} already") from error
        return self.client.Milestone.from_data(data, self.client, self)

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
        content = without_none(
            url=hook_address(url), token=secret, enable_ssl_verification=True, **event_fields(events, group=False)
        )
        for hook in self.hooks:
            if hook.target_url == url:
                data = self._request("PUT", f"{self.api_path}/hooks/{hook.identifier}", json=content).data
                return self.client.Hook.from_data(data, self.client, self)
        return self._created(self.client.Hook, "hooks", content)

    # --- people ------------------------------------------------------------------------------------------------------

    def get_permission_level(self, user: User | str) -> AccessLevel:
        """What a user may do in it, also through its groups.

        Users who are not members may look at what is not private; a user that GitLab does not know may do nothing.
        """
        try:
            number = user_id(self.client, user)
        except ElementDoesntExistError:
            return AccessLevel.NONE
        try:
            data = self.client.get(f"{self.api_path}/members/all/{number}")
        except ElementDoesntExistError:
            return AccessLevel.NONE if self.visibility == "private" else AccessLevel.CAN_VIEW
        return AccessLevel(data.get("access_level"))

    def add_collaborator(self, user: User | str, level: AccessLevel = AccessLevel.CAN_WRITE) -> None:
        add_member(self.client, self.api_path, user, level)

    def remove_collaborator(self, user: User | str) -> None:
        """Let a user do no more than everybody; what comes through a group stays."""
        try:
            self._request("DELETE", f"{self.api_path}/members/{user_id(self.client, user)}")
        except ElementDoesntExistError:
            self.refresh()  # or is there no such project?


def _address(client: Any, repository: Any) -> dict[str, Any]:
    """What a name, id or URL says about a project; ValidationError for anything else."""
    if is_whole(repository):
        return {"id": repository}
    if not isinstance(repository, str):
        raise ValidationError(f"a repository is known by 'group/project', its id or its URL, not by {repository!r}")
    name = repository.strip()
    if is_url(name):
        place = client.place_of(name)
        if place.repository_id is not None:
            return {"id": place.repository_id}
        if place.full_name is None or place.kind in {"user", "organization", "owner", "instance"}:
            raise ValidationError(f"that address on {place.base} is not one of a repository")
        name = place.full_name
    parts = name.strip("/").split("/")
    if len(parts) < 2 or not all(part.strip() and part not in {".", ".."} for part in parts):
        raise ValidationError(f"{name!r} is no repository of GitLab: those are called like 'group/project'")
    return {"path_with_namespace": "/".join(parts)}
