"""Forgejo's repositories (source: https://codeberg.org/api/swagger, "repository")."""

from __future__ import annotations

import base64
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from igitt.errors import ConflictError, ElementAlreadyExistsError, ElementDoesntExistError, ValidationError
from igitt.interfaces import (
    AccessLevel,
    Branch,
    Commit,
    Comparison,
    Content,
    DeployKey,
    Hook,
    Issue,
    Label,
    MergeRequest,
    Milestone,
    Organization,
    PaginatedList,
    Release,
    Repository,
    Tag,
    User,
    WebhookEvents,
    computed,
)
from igitt.provider import (
    CommonClones,
    CommonRepository,
    Editable,
    EditableSetField,
    Field,
    NewSecret,
    Related,
    Token,
    WholeList,
    as_bytes,
    as_level,
    as_names,
    checked_format,
    checked_person,
    color,
    described,
    flag,
    following,
    instant,
    integer,
    is_url,
    join,
    names,
    nonempty,
    optional_instant,
    owner_name,
    secret_for,
    segment,
    shaped,
    state_word,
    text,
    to_day,
    to_instant,
    to_text,
    told_as,
    without_none,
)
from igitt_forgejo.accounts import event_names, hook_config
from igitt_forgejo.base import JSON, logins
from igitt_forgejo.code import encoded_path, file_change
from igitt_forgejo.issue import label_numbers, milestone_number
from igitt_forgejo.merge_request import DRAFT
from igitt_forgejo.variables import ForgejoVariables

__all__ = ["ForgejoRepository"]

_STATES = frozenset({"open", "closed", "all"})
_ISSUE_ORDERS = {
    "created": ("latest", "oldest"),
    "updated": ("recentupdate", "leastupdate"),
    "comments": ("mostcomment", "leastcomment"),
}
_PULL_ORDERS = {"created": (None, "oldest"), "updated": ("recentupdate", "leastupdate")}
_LEVELS = {
    "none": AccessLevel.NONE,
    "read": AccessLevel.CAN_READ,
    "write": AccessLevel.CAN_WRITE,
    "admin": AccessLevel.ADMIN,
    "owner": AccessLevel.ADMIN,
}
_GRANTS = [(AccessLevel.ADMIN, "admin"), (AccessLevel.CAN_WRITE, "write"), (AccessLevel.CAN_READ, "read")]
_EMPTY = frozenset({409})


def _is_private(value: str) -> bool:
    if value not in {"public", "private"}:
        raise ValidationError(f"a repository of Forgejo is private or public, not {value!r}")
    return value == "private"


class ForgejoRepository(ForgejoVariables, CommonRepository, CommonClones):
    """A repository of Forgejo.

    Args:
        client: the client, or a token for codeberg.org.
        repository: its full name (``org/repo``), its numeric id, or any URL of it.
    """

    __slots__ = ()
    kind = "repository"
    _key = "full_name"
    _is_renamed = _has_own_id = True
    _keys_place = "keys"
    _lacks = {
        "contributors": "Forgejo's API does not tell who wrote commits",
        "create_deployment": "Forgejo has no deployments",
        "deployments": "Forgejo has no deployments",
        "environments": "Forgejo has no environments",
        "filter_pipelines": "only some versions of Forgejo tell of the runs of workflows",
        "generate_release_notes": "Forgejo does not write release notes",
        "get_pipeline": "only some versions of Forgejo tell of the runs of workflows",
        "pipelines": "only some versions of Forgejo tell of the runs of workflows",
        "readme": "Forgejo's API does not tell which file is the readme; see get_content()",
        "requires_passing_checks": "Forgejo's rules are a branch's",
        "run_pipeline": "only some versions of Forgejo tell of the runs of workflows",
    }

    def __init__(self, client: Any, repository: str | int) -> None:
        bound = self._client_of(client)
        super().__init__(bound, _address(bound, repository))

    full_name = Field("full_name", text)
    name = Editable("name", text, nonempty)
    description = Editable("description", text, to_text)
    default_branch = Editable("default_branch", text, nonempty)
    visibility = Editable("private", lambda value: "private" if value else "public", _is_private)
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
    deletes_merged_branches = Editable("default_delete_branch_after_merge", flag)
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)
    clone_url = Field("clone_url", text)
    ssh_url = Field("ssh_url", text)

    @property
    def api_path(self) -> str:
        """``repos/{owner}/{repo}``, or ``repositories/{id}`` as long as only the id is known."""
        name = self._data.get("full_name")
        if isinstance(name, str):
            return f"repos/{join(*name.split('/', 1))}"
        self._absorb(self.client.get(f"repositories/{segment(self._data.get('id'))}"))
        return self.api_path

    @property
    def _key_value(self) -> Any:
        return self.full_name

    @computed
    def owner(self) -> User | Organization:
        """The account that it is in; whether that is an organization is asked for."""
        login = text((self._data.get("owner") or self.data.get("owner") or {}).get("login"))
        is_organization = self.client.exists(f"orgs/{segment(login, 'owner')}")
        return self.client.Organization(self.client, login) if is_organization else self.client.User(self.client, login)

    def _git_user(self, token: Token) -> str:
        """Any name will do beside a token."""
        return "token"

    @computed
    def merge_methods(self) -> frozenset[str]:
        """What its settings allow."""
        ways = {"merge": "allow_merge_commits", "squash": "allow_squash_merge", "rebase": "allow_rebase"}
        return frozenset(way for way, key in ways.items() if Field(key, flag).__get__(self, type(self)))

    # --- lists -------------------------------------------------------------------------------------------------------

    @computed
    def languages(self) -> dict[str, float]:
        """Its programming languages in percent; Forgejo counts bytes."""
        sizes = self.client.get(f"{self.api_path}/languages")
        whole = sum(sizes.values()) or 1
        return {name: round(100 * size / whole, 2) for name, size in sizes.items()}

    @computed
    def milestones(self) -> PaginatedList[Milestone]:
        """Its milestones, in every state."""
        return self.client.list(f"{self.api_path}/milestones", "Milestone", self, params={"state": "all"})

    @computed
    def collaborators(self) -> PaginatedList[User]:
        """Who may do more in it than everybody."""
        return self.client.list(f"{self.api_path}/collaborators", "User")

    @computed
    def available_assignees(self) -> PaginatedList[User]:
        """Who can be assigned to its issues."""
        return self.client.list(f"{self.api_path}/assignees", "User")

    @computed
    def releases(self) -> PaginatedList[Release]:
        """Its releases; drafts only for those who may write."""
        return self.client.list(f"{self.api_path}/releases", "Release", self)

    @computed
    def latest_release(self) -> Release | None:
        """``GET …/releases/latest``."""
        try:
            data = self.client.get(f"{self.api_path}/releases/latest")
        except ElementDoesntExistError:
            self.refresh()  # or is there no such repository?
            return None
        return self.client.Release.from_data(data, self.client, self)

    def get_milestone(self, number: int) -> Milestone:
        """The milestone of that number; sends nothing."""
        return self.client.Milestone(self.client, self, number)

    def get_release(self, tag_name: str) -> Release:
        """The release of a tag; sends nothing."""
        return self.client.Release(self.client, self, tag_name)

    def get_content(self, path: str, ref: str | None = None) -> Content:
        """The file at a path; sends nothing."""
        return self.client.Content(self.client, self, path, ref)

    def filter_issues(
        self,
        state: str = "open",
        *,
        labels: Any = (),
        assignee: Any = None,
        author: Any = None,
        milestone: Any = None,
        since: datetime | str | None = None,
        sort: str = "created",
        ascending: bool = False,
    ) -> PaginatedList[Issue]:
        """``GET …/issues``; Forgejo says 404 of people whom it does not know."""
        params = {
            "type": "issues",
            "state": state_word(state, _STATES),
            "labels": ",".join(wanted := as_names(labels, "name", "label")) or None,
            "assigned_by": None if assignee is None else logins([assignee])[0],
            "created_by": None if author is None else logins([author])[0],
            "milestones": milestone.title if isinstance(milestone, Milestone) else milestone,
            "since": to_instant(since),
            "sort": _order(sort, _ISSUE_ORDERS, ascending=ascending),
        }
        # Forgejo takes a label that it does not know for none at all.
        keep = (lambda data: set(wanted) <= names(data.get("labels"))) if wanted else None
        return self.client.list(f"{self.api_path}/issues", "Issue", self, params=params, keep=keep)

    def filter_merge_requests(
        self,
        state: str = "open",
        *,
        base: str | None = None,
        head: str | None = None,
        author: Any = None,
        assignee: Any = None,
        reviewer: Any = None,
        milestone: Milestone | str | None = None,
        labels: Any = (),
        updated_after: datetime | str | None = None,
        sort: str = "created",
        ascending: bool = False,
    ) -> PaginatedList[MergeRequest]:
        """``GET …/pulls``, of which Forgejo chooses by state and author; the rest igitt looks at itself."""
        state = state_word(state, _STATES | {"merged"})
        login = None if author is None else logins([author])[0]
        wanted = set(as_names(labels, "name", "label"))
        title = milestone.title if isinstance(milestone, Milestone) else milestone
        looked_after, asked = (None if one is None else logins([one])[0].casefold() for one in (assignee, reviewer))
        since = optional_instant(to_instant(updated_after))
        place, _, branch = (head or "").rpartition(":")

        def belongs(data: JSON) -> bool:
            source = data.get("head") or {}
            home = text((source.get("repo") or {}).get("full_name")).partition("/")[0]
            return (
                (state not in {"merged", "closed"} or bool(data.get("merged_at")) is (state == "merged"))
                and (base is None or (data.get("base") or {}).get("ref") == base)
                and (head is None or (source.get("ref") == branch and place.casefold() in {"", home.casefold()}))
                and (login is None or text((data.get("user") or {}).get("login")).casefold() == login.casefold())
                and (looked_after is None or looked_after in _people(data.get("assignees")))
                and (asked is None or asked in _people(data.get("requested_reviewers")))
                and (title is None or (data.get("milestone") or {}).get("title") == title)
                and (since is None or instant(data.get("updated_at")) >= since)
                and wanted <= names(data.get("labels"))
            )

        params = {
            "state": "closed" if state == "merged" else state,
            "poster": login,
            "sort": _order(sort, _PULL_ORDERS, ascending=ascending),
        }
        narrow = (
            state in {"merged", "closed"}
            or wanted
            or any(one is not None for one in (base, head, login, looked_after, asked, title, since))
        )
        keep = belongs if narrow else None
        return self.client.list(f"{self.api_path}/pulls", "MergeRequest", self, params=params, keep=keep)

    def search_issues(
        self,
        created_after: datetime | str | None = None,
        created_before: datetime | str | None = None,
        updated_after: datetime | str | None = None,
        updated_before: datetime | str | None = None,
        state: str = "all",
    ) -> PaginatedList[Issue]:
        """``GET …/issues`` by the time of the last change; when they were opened, igitt looks at itself."""
        times = (created_after, created_before, updated_after, updated_before)
        return self._search("Issue", "issues", times, state_word(state, _STATES))

    def search_mrs(
        self,
        created_after: datetime | str | None = None,
        created_before: datetime | str | None = None,
        updated_after: datetime | str | None = None,
        updated_before: datetime | str | None = None,
        state: str = "all",
    ) -> PaginatedList[MergeRequest]:
        """The same of pull requests."""
        times = (created_after, created_before, updated_after, updated_before)
        return self._search("MergeRequest", "pulls", times, state_word(state, _STATES | {"merged"}))

    def _search(self, cls: str, kind: str, times: tuple[Any, ...], state: str) -> PaginatedList[Any]:
        first, last = (optional_instant(to_instant(time)) for time in times[:2])

        def belongs(data: JSON) -> bool:
            made, merged = instant(data.get("created_at")), bool((data.get("pull_request") or {}).get("merged"))
            fits = kind == "issues" or state not in {"merged", "closed"} or merged is (state == "merged")
            return fits and (first is None or made >= first) and (last is None or made <= last)

        params = {
            "type": kind,
            "state": "closed" if state == "merged" else state,
            "since": to_instant(times[2]),
            "before": to_instant(times[3]),
        }
        return self.client.list(f"{self.api_path}/issues", cls, self, params=params, keep=belongs)

    def filter_commits(
        self,
        author: str | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        path: str | None = None,
        ref: str | None = None,
    ) -> PaginatedList[Commit]:
        """``GET …/commits``; by author and time igitt chooses, as Forgejo cannot."""
        first, last = optional_instant(to_instant(since)), optional_instant(to_instant(until))

        def belongs(data: JSON) -> bool:
            signed = (data.get("commit") or {}).get("committer") or {}
            people = [(data.get("commit") or {}).get("author") or {}, data.get("author") or {}]
            called = {text(one.get(key)).casefold() for one in people for key in ("name", "email", "login")}
            moment = instant(signed.get("date") or data.get("created"))
            return (
                (author is None or author.casefold() in called)
                and (first is None or moment >= first)
                and (last is None or moment <= last)
            )

        keep = None if author is None and first is None and last is None else belongs
        params = {"path": path, "sha": ref}
        where = f"{self.api_path}/commits"
        return self.client.list(where, "Commit", self, params=params, empty_on=_EMPTY, keep=keep)

    @contextmanager
    def _naming(self, what: str) -> Generator[None]:
        """Tell a 404 to a write as what was named in its body, if it is not the repository that is missing."""
        try:
            yield
        except ElementDoesntExistError as error:
            self.refresh()
            raise told_as(ValidationError, error, what) from error

    # --- making things -----------------------------------------------------------------------------------------------

    def _made(self, cls: type[Any], path: str, body: object, **options: Any) -> Any:
        data = self._request("POST", f"{self.api_path}/{path}", json=body, **options).data
        return cls.from_data(data, self.client, self)

    def create_issue(
        self,
        title: str,
        body: str = "",
        *,
        labels: Any = (),
        assignees: Any = (),
        milestone: Any = None,
        quick_actions: bool = False,
        description: str | None = None,
    ) -> Issue:
        """Open an issue: ``POST …/issues``, and before it the labels' numbers, if there are any."""
        content = _ticket(title, described(body, description))
        content |= _details(self, labels, assignees)
        if milestone is not None:
            content["milestone"] = milestone_number(milestone)
        found: Issue = self._made(self.client.Issue, "issues", content)
        return found

    def create_merge_request(
        self,
        title: str,
        base: str,
        head: str,
        body: str = "",
        *,
        draft: bool = False,
        source_repository: Any = None,
        labels: Any = (),
        assignees: Any = (),
        reviewers: Any = (),
        milestone: Any = None,
        quick_actions: bool = False,
        description: str | None = None,
    ) -> MergeRequest:
        """Open a pull request: ``POST …/pulls``, before it the labels' numbers, and after it the reviewers."""
        content: dict[str, Any] = {**_ticket(title, described(body, description)), "base": base, "head": head}
        if draft:
            content["title"] = f"{DRAFT}{title}"
        if source_repository is not None and source_repository != self:
            content["head"] = f"{source_repository.full_name}:{head}"
        content |= _details(self, labels, assignees)
        if milestone is not None:
            content["milestone"] = milestone_number(milestone)
        with self._naming(f"the branch {base!r} or {head!r} does not exist"):
            found: MergeRequest = self._made(self.client.MergeRequest, "pulls", content)
        if reviewers:
            with following(found, f"the pull request {found.number} was made before"):
                found.request_review(*reviewers)
        return found

    def create_label(self, name: str, color: str, description: str = "") -> Label:
        """Make a label; Forgejo itself would take a second one of the same name, so all are read before."""
        _color(color)
        if any(known.name.casefold() == nonempty(name).casefold() for known in self.labels):
            raise ElementAlreadyExistsError(f"there is a label {name!r} already", 409)
        return self._make_label(name, color, description)

    def _make_label(self, name: str, color: str, description: str = "") -> Label:
        """Make a label that is known not to be there: ``POST …/labels``."""
        body = {"name": nonempty(name), "color": _color(color), "description": description}
        found: Label = self._made(self.client.Label, "labels", body)
        return found

    def create_milestone(self, title: str, description: str = "", due_date: date | None = None) -> Milestone:
        """Make a milestone; Forgejo itself would take a second one of the same title, so all are read before."""
        if any(known.title == nonempty(title) for known in self.milestones):
            raise ElementAlreadyExistsError(f"there is a milestone {title!r} already", 409)
        due_on = f"{to_day(due_date)}T23:59:59Z" if due_date else None
        content = without_none(title=nonempty(title), description=description, due_on=due_on)
        found: Milestone = self._made(self.client.Milestone, "milestones", content)
        return found

    def register_hook(
        self, url: str, secret: str | NewSecret | None = None, events: Any = frozenset({WebhookEvents.PUSH})
    ) -> Hook:
        """Have what happens posted to an address; an existing hook with that address is brought up to date."""
        sent = secret_for(secret)
        content = {"config": hook_config(url, sent), "events": event_names(events), "active": True}
        known: Any = next((hook for hook in self.hooks if hook.target_url == url), None)
        if known is None:
            known = self._made(self.client.Hook, "hooks", {"type": "forgejo", **content})
        else:
            known._write(content)
        known._new_secret = sent if isinstance(secret, NewSecret) else None
        found: Hook = known
        return found

    def add_deploy_key(self, title: str, key: str, *, read_only: bool = True) -> DeployKey:
        """Let an SSH key open it to ``git``: ``POST …/keys``."""
        body = {"title": nonempty(title), "key": nonempty(key), "read_only": read_only}
        found: DeployKey = self._made(self.client.DeployKey, "keys", body)
        return found

    def create_branch(self, name: str, ref: str | None = None) -> Branch:
        """Make a branch: ``POST …/branches``."""
        body = without_none(new_branch_name=nonempty(name), old_ref_name=ref)
        found: Branch = self._made(self.client.Branch, "branches", body)
        return found

    def create_tag(self, name: str, ref: str | None = None, message: str = "") -> Tag:
        """Make a tag: ``POST …/tags``."""
        body = without_none(tag_name=nonempty(name), target=ref, message=message or None)
        found: Tag = self._made(self.client.Tag, "tags", body)
        return found

    def create_release(
        self,
        tag_name: str,
        name: str = "",
        description: str = "",
        *,
        ref: str | None = None,
        draft: bool = False,
        prerelease: bool = False,
        released_at: datetime | None = None,
    ) -> Release:
        """``POST …/releases``; not for another day than now."""
        if released_at is not None:
            raise self._cannot("create_release", "a release is for the day on which it is published; make a draft")
        body = without_none(
            tag_name=nonempty(tag_name), name=name or tag_name, body=description, target_commitish=ref,
            draft=draft, prerelease=prerelease,
        )  # fmt: skip
        with self._naming(f"Target {ref} is invalid: there is no such branch, tag or commit"):
            found: Release = self._made(self.client.Release, "releases", body)
        return found

    def create_fork(self, organization: str | None = None, name: str | None = None) -> Repository:
        """Make a fork: ``POST …/forks``."""
        body = without_none(organization=organization, name=name)
        try:
            data = self._request("POST", f"{self.api_path}/forks", json=body).data
        except (ConflictError, ElementAlreadyExistsError):
            known = self.get_fork(organization)
            if known is None:
                raise
            return known  # as on other forges, there is one already
        return self.client.Repository.from_data(data, self.client)

    def get_fork(self, owner: User | Organization | str | None = None) -> Repository | None:
        """The fork that somebody has: all forks are read."""
        login = self.client.user.username if owner is None else owner_name(owner)

        def belongs(data: JSON) -> bool:
            return text((data.get("owner") or {}).get("login")).casefold() == login.casefold()

        found: Repository | None = self.client.list(f"{self.api_path}/forks", "Repository", keep=belongs).first()
        return found

    # --- the repository itself ---------------------------------------------------------------------------------------

    def _write(self, body: Mapping[str, Any]) -> None:
        """Topics have an address of their own; everything else is one request."""
        rest = {key: value for key, value in body.items() if key != "topics"}
        if rest:
            super()._write(rest)
        if "topics" in body:
            self._send("PUT", f"{self.api_path}/topics", {"topics": body["topics"]})
            self._absorb({"topics": body["topics"]}, complete=False)

    def archive(self) -> None:
        """Keep it for reading only."""
        self._write({"archived": True})

    def unarchive(self) -> None:
        """Let it be written again."""
        self._write({"archived": False})

    def delete(self) -> None:
        """Remove it."""
        self._send("DELETE", self.api_path)

    def transfer(self, to: User | Organization | str) -> None:
        """Give it to another owner: ``POST …/transfer``."""
        data = self._send("POST", f"{self.api_path}/transfer", {"new_owner": nonempty(owner_name(to))})
        self._data, self._complete = {"id": data["id"]}, False

    # --- people ------------------------------------------------------------------------------------------------------

    def get_permission_level(self, user: Any) -> AccessLevel:
        """What a user may do in it; a user that Forgejo does not know may do nothing."""
        path = f"{self.api_path}/collaborators/{segment(logins([user])[0])}"
        try:
            data = self.client.get(f"{path}/permission")
        except ElementDoesntExistError:
            return AccessLevel.NONE
        with shaped("a permission"):
            level = _LEVELS.get(data.get("permission"), AccessLevel.NONE)
        if level is AccessLevel.CAN_READ and not self.client.exists(path):
            return AccessLevel.CAN_VIEW  # as everybody may
        return level

    def add_collaborator(self, user: Any, level: AccessLevel = AccessLevel.CAN_WRITE) -> None:
        """Let a user do more or less in it."""
        permission = next((name for least, name in _GRANTS if as_level(level) >= least), None)
        if permission is None:
            raise ValidationError(f"Forgejo has no right for {level}; the least is AccessLevel.CAN_READ")
        name = segment(logins([user])[0])
        self._send("PUT", f"{self.api_path}/collaborators/{name}", {"permission": permission})

    def remove_collaborator(self, user: Any) -> None:
        """Let a user do no more than everybody."""
        self._send("DELETE", f"{self.api_path}/collaborators/{segment(logins([user])[0])}")

    # --- files -------------------------------------------------------------------------------------------------------

    def list_files(self, path: str = "", ref: str | None = None, *, recursive: bool = False) -> PaginatedList[Content]:
        """``GET …/contents/{path}``, or all of ``GET …/git/trees/{sha}``."""
        folder, known = path.strip("/"), without_none(ref=ref)
        if folder:
            encoded_path(folder)

        def read() -> list[Content]:
            found = self._tree(folder, ref) if recursive else self._folder(folder, ref)
            return [self.client.Content.from_data({**data, **known}, self.client, self) for data in found]

        return WholeList(f"{self._label()}/{folder}", read)

    def _folder(self, path: str, ref: str | None) -> list[JSON]:
        where = f"{self.api_path}/contents{'/' if path else ''}{encoded_path(path) if path else ''}"
        listed = self.client.get(where, params={"ref": ref})
        if not isinstance(listed, list):
            raise ElementDoesntExistError(f"{path!r} is no folder", 404)
        return [data for data in listed if data.get("type") in {"file", "symlink"}]

    def _tree(self, path: str, ref: str | None) -> list[JSON]:
        where = f"{self.api_path}/git/trees/{segment(ref or 'HEAD', 'branch, tag or commit')}"
        inside = f"{path}/" if path else ""
        try:
            entries: list[JSON] = list(self.client.list_of(where, dict, params={"recursive": True}, items="tree"))
        except ElementDoesntExistError:
            if path or not self.refresh().data.get("empty"):
                raise
            entries = []
        below = [data for data in entries if data["path"].startswith(inside)]
        if path and not below:
            raise ElementDoesntExistError(f"there is no folder {path!r}", 404)
        return [data for data in below if data["type"] == "blob"]

    def create_file(self, path: str, *, content: str | bytes, message: str, branch: str | None = None) -> Content:
        """``POST …/contents/{path}``, which Forgejo refuses if there is one."""
        found: Any = self.get_content(path, branch)
        try:
            found._put("POST", as_bytes(content), message, branch)
        except ValidationError as error:
            if "already exists" not in error.message:
                raise
            raise told_as(ElementAlreadyExistsError, error, f"there is a file {path!r} already") from error
        made: Content = found
        return made

    def commit_files(
        self,
        changes: Mapping[str, str | bytes | None],
        message: str,
        branch: str | None = None,
        *,
        author: tuple[str, str] | None = None,
        committer: tuple[str, str] | None = None,
    ) -> Commit:
        """``POST …/contents``, and before it the tree, which tells what is there."""
        people = {
            key: {"name": found[0], "email": found[1]}
            for key, one in (("author", author), ("committer", committer or author))
            if (found := checked_person(one, f"the {key}")) is not None
        }
        if not changes:
            raise ValidationError("there is nothing to commit")
        there = {data["path"]: data["sha"] for data in self._tree("", branch)}
        files = [self._change(path, content, there.get(path)) for path, content in changes.items()]
        body = without_none(message=nonempty(message), branch=branch, files=files, **people)
        data = self._send("POST", f"{self.api_path}/contents", body)
        with shaped("a commit of files"):
            sha = data["commit"]["sha"]
        return self.client.Commit(self.client, self, sha)

    @staticmethod
    def _change(path: str, content: str | bytes | None, sha: str | None) -> dict[str, Any]:
        encoded_path(path)
        if content is None:
            if sha is None:
                raise ElementDoesntExistError(f"there is no file {path!r} to remove", 404)
            return {"operation": "delete", "path": path, "sha": sha}
        written = base64.b64encode(as_bytes(content)).decode()
        known = {"operation": "create"} if sha is None else {"operation": "update", "sha": sha}
        return {**known, "path": path, "content": written}

    def archive_link(self, ref: str | None = None, archive_format: str = "tar.gz") -> str:
        """The address of ``GET …/archive/{archive}``; what is private there wants the credential."""
        name = f"{encoded_path(ref or self.default_branch)}.{checked_format(archive_format)}"
        return f"{self.url}/archive/{name}"

    def compare(self, base: str, head: str) -> Comparison:
        """``GET …/compare/{basehead}``, both ways round; where the two parted follows from the commits' parents."""
        ahead, behind = self._compared(base, head), self._compared(head, base)
        with shaped("a comparison"):
            parted = _parted(ahead) or _parted(behind)
            if not ahead["total_commits"] and not behind["total_commits"]:
                parted = self.get_commit(head).sha
            return Comparison(
                ahead=integer(ahead["total_commits"]),
                behind=integer(behind["total_commits"]),
                merge_base=self.get_commit(parted) if parted else None,
                commits=tuple(
                    self.client.Commit.from_data(each, self.client, self) for each in reversed(ahead["commits"] or ())
                ),
                files=tuple(file_change(each) for each in ahead.get("files") or ()),
            )

    def _compared(self, base: str, head: str) -> JSON:
        found: JSON = self.client.get(f"{self.api_path}/compare/{segment(base, 'ref')}...{segment(head, 'ref')}")
        return found


def _parted(side: JSON) -> str | None:
    """The one commit that a side's own commits stand on; None where there are several, or none."""
    own = {one["sha"] for one in side["commits"] or ()}
    below = {parent["sha"] for one in side["commits"] or () for parent in one["parents"]} - own
    return next(iter(below)) if len(below) == 1 else None


_color: Callable[[Any], str] = color


def _ticket(title: str, body: str) -> dict[str, Any]:
    return {"title": nonempty(title), "body": body}


def _people(users: Any) -> set[str]:
    """The login names in a list of an answer, in small letters."""
    return {text(user.get("login")).casefold() for user in users or ()}


def _details(repository: Any, labels: Any, assignees: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if labels:
        found["labels"] = label_numbers(repository, labels)
    if assignees:
        found["assignees"] = logins(assignees)
    return found


def _order(sort: str, known: Mapping[str, tuple[str | None, str]], *, ascending: bool) -> str | None:
    if sort not in known:
        raise ValidationError(f"Forgejo sorts these by {', '.join(sorted(known))}, not by {sort!r}")
    return known[sort][ascending]


def _address(client: Any, repository: Any) -> dict[str, Any]:
    """What a name, id or URL tells of a repository; ValidationError for what is none of them."""
    if isinstance(repository, int) and not isinstance(repository, bool):
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
        raise ValidationError(f"{name!r} is no repository of Forgejo: those are called like 'org/repo'")
    return {"full_name": "/".join(parts)}
