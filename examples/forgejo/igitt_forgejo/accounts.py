"""Forgejo's users, organizations, teams, hooks, deploy keys and notifications (source: https://codeberg.org/api/swagger)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self, Unpack
from urllib.parse import unquote

from igitt.errors import ElementDoesntExistError, InvalidResponseError, ValidationError
from igitt.interfaces import (
    AccessLevel,
    DeployKey,
    Element,
    EmailAddress,
    Hook,
    Issue,
    Label,
    Notification,
    Organization,
    PaginatedList,
    Repository,
    Team,
    User,
    WebhookEvents,
    computed,
)
from igitt.provider import (
    Editable,
    EditableSetField,
    Field,
    HookFields,
    Related,
    StaticList,
    checked_events,
    computed_set,
    flag,
    instant,
    integer,
    nonempty,
    optional_text,
    segment,
    shaped,
    text,
    without_none,
)
from igitt_forgejo.base import ForgejoPart, ForgejoResource, logins

__all__ = [
    "ForgejoDeployKey", "ForgejoHook", "ForgejoNotification", "ForgejoOrganization", "ForgejoTeam", "ForgejoUser",
    "event_names", "hook_config",
]  # fmt: skip

#: Forgejo's names of events by the neutral ones.
_EVENTS: dict[WebhookEvents, tuple[str, ...]] = {
    # That a branch went is told apart from pushes, and together with tags.
    WebhookEvents.PUSH: ("push", "delete"),
    WebhookEvents.TAG: ("create", "delete"),
    WebhookEvents.ISSUE: ("issues", "issue_assign", "issue_label", "issue_milestone"),
    WebhookEvents.ISSUE_COMMENT: ("issue_comment",),
    WebhookEvents.MERGE_REQUEST: (
        "pull_request", "pull_request_assign", "pull_request_label", "pull_request_milestone", "pull_request_sync",
        "pull_request_review_request",
    ),
    WebhookEvents.MERGE_REQUEST_COMMENT: ("pull_request_comment",),
    WebhookEvents.REVIEW: (
        "pull_request_review_approved", "pull_request_review_rejected", "pull_request_review_comment",
    ),
    WebhookEvents.RELEASE: ("release",),
    WebhookEvents.REPOSITORY: ("repository", "fork"),
    WebhookEvents.WIKI: ("wiki",),
}  # fmt: skip


def event_names(events: Iterable[WebhookEvents]) -> list[str]:
    """Forgejo's names of events, sorted; ValidationError for one that it cannot report."""
    wanted = checked_events(events)
    missing = sorted(str(event) for event in wanted if event not in _EVENTS)
    if missing:
        raise ValidationError(f"a hook of Forgejo cannot report {', '.join(missing)}")
    return sorted({name for event in wanted for name in _EVENTS[event]})


def _neutral_events(names: Any) -> set[WebhookEvents]:
    known = {text(name) for name in names or ()}
    return {event for event, theirs in _EVENTS.items() if set(theirs) <= known}


def hook_config(url: str, secret: str | None) -> dict[str, str]:
    """A hook's configuration: JSON bodies."""
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise ValidationError(f"a hook posts to a web address, not to {url!r}")
    return {"url": url, "content_type": "json", **({"secret": secret} if secret else {})}


class ForgejoHook(ForgejoPart, Hook):
    """A webhook of a repository or an organization.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the repository or organization.
        key: its number.
    """

    __slots__ = ("_new_secret",)
    _listed_whole = True
    _collection = "hooks"

    target_url = Editable("config.url", text, write="url")
    events = EditableSetField[WebhookEvents]("events", _neutral_events, event_names)
    is_active = Field("active", flag)

    @computed
    def web_url(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # a computed is an Attribute
        """The page of its settings; the API gives none."""
        return f"{self._owner.web_url}/settings/hooks/{segment(self._key_value)}"

    def edit(self, **fields: Unpack[HookFields]) -> None:
        """Write several fields in one request."""
        self._edit(fields)

    def _edit(self, fields: Mapping[str, Any]) -> None:
        unknown = fields.keys() - HookFields.__annotations__.keys()
        if unknown:
            raise ValidationError(
                f"a hook has no field {', '.join(sorted(unknown))}; there are {', '.join(HookFields.__annotations__)}"
            )
        body: dict[str, Any] = {}
        if "target_url" in fields or "secret" in fields:
            body["config"] = hook_config(fields.get("target_url", self.target_url), fields.get("secret"))
        if "events" in fields:
            body["events"] = event_names(type(self).events.settled(self, fields["events"]))
        if "is_active" in fields:
            body["active"] = bool(fields["is_active"])
        if body:
            self._write(body)


class ForgejoDeployKey(ForgejoPart, DeployKey):
    """A deploy key of a repository.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the repository.
        key: the key's number.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "keys"

    title = Field("title", text)
    key = Field("key", text)
    is_read_only = Field("read_only", flag)
    created = Field("created_at", instant)

    @computed
    def web_url(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # a computed is an Attribute
        """The page that lists it; the API gives none."""
        return f"{self._owner.web_url}/settings/keys"


def _email(data: Mapping[str, Any]) -> EmailAddress:
    return EmailAddress(text(data.get("email")), flag(data.get("verified")), flag(data.get("primary")))


class ForgejoUser(ForgejoResource, User):
    """A user of Forgejo.

    Args:
        client: the client, or a token for codeberg.org.
        username: the login; without one, it is the user that the credential belongs to.
    """

    __slots__ = ()
    _has_own_id = True
    _key = "login"

    def __init__(self, client: Any, username: str | None = None) -> None:
        if username is not None:
            segment(username, "user name")
        super().__init__(client, without_none(login=username))

    username = Field("login", text)
    name = Field("full_name", text)
    email = Field("email", lambda value: optional_text(value or None))
    avatar_url = Field("avatar_url", lambda value: optional_text(value or None))

    _lacks = {
        "get_installations": "Forgejo has no Apps that are installed",
        "installed_repositories": "Forgejo has no Apps that are installed",
    }

    @property
    def api_path(self) -> str:
        """``users/{login}``, or ``user`` for the credential's own."""
        login = self._data.get("login")
        return f"users/{segment(login)}" if login else "user"

    @property
    def _key_value(self) -> Any:
        return self.username

    @property
    def _identity(self) -> str | None:
        """The name; the credential's own user, of whom nothing is known yet, is looked up once."""
        name = self._data.get(self._key) if self._data else self._key_value
        return name.casefold() if isinstance(name, str) else None

    def _lookup(self, key: str) -> Any:
        """People are remembered: a list of a hundred comments is written by a few."""
        if not self._complete:
            path = self.api_path
            self._adopt(self.client.people.recall(("login", path), lambda: self._request("GET", path).data))
        return super()._lookup(key)

    @computed
    def emails(self) -> PaginatedList[EmailAddress]:
        """``GET /user/emails``, in one answer."""
        self._only_own()
        return self.client.list_of("user/emails", _email)

    @computed
    def is_bot(self) -> bool:
        """Never told: Forgejo's programs have users as people have."""
        return self._tells_bot(self._data)

    @staticmethod
    def _tells_bot(data: Mapping[str, Any]) -> bool:  # noqa: ARG004 - other forges' data tell it
        """Whether these data tell that it is a program, which they never do."""
        return False

    @computed
    def repositories(self) -> PaginatedList[Repository]:
        """The repositories that the user owns; private ones only if the credential may see them."""
        return self.client.list(f"users/{segment(self.username)}/repos", "Repository")

    @computed
    def organizations(self) -> PaginatedList[Organization]:
        """The organizations that the user is seen in."""
        return self.client.list(f"{self.api_path}/orgs", "Organization")


class ForgejoOrganization(ForgejoResource, Organization):
    """An organization of Forgejo.

    Args:
        client: the client, or a token for codeberg.org.
        name: its name.
    """

    __slots__ = ()
    _has_own_id = True
    _key = "name"
    _lacks = {
        "billable_users": "nobody pays for users of Forgejo",
        "milestones": "Forgejo keeps milestones with each repository",
    }

    def __init__(self, client: Any, name: str) -> None:
        segment(name, "organization")
        super().__init__(client, {"name": name})

    name = Field("name", text)
    description = Field("description", text)

    @property
    def api_path(self) -> str:
        """``orgs/{name}``."""
        return f"orgs/{segment(self._key_value)}"

    @property
    def _key_value(self) -> Any:
        """Its name; deliveries and repositories tell of it as if it were a user."""
        return next((self._data[key] for key in ("name", "login", "username") if self._data.get(key)), "")

    @computed
    def web_url(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # a computed is an Attribute
        """Its page; the API gives none."""
        return f"{self.client.web_url}/{segment(self._key_value)}"

    @computed
    def members(self) -> PaginatedList[User]:
        """Who belongs to it, as far as the credential may see."""
        return self.client.list(f"{self.api_path}/members", "User")

    @computed_set
    def owners(self) -> set[User]:
        """Who is in the team of its owners: one request for the teams, and one for their members."""
        return {user for team in self.teams if team.name == "Owners" for user in team.members}

    @computed_set
    def masters(self) -> set[User]:
        """On Forgejo, the owners."""
        return set(self.owners)

    @computed
    def repositories(self) -> PaginatedList[Repository]:
        """Its repositories."""
        return self.client.list(f"{self.api_path}/repos", "Repository")

    @computed
    def suborgs(self) -> PaginatedList[Organization]:
        """None: Forgejo has no organizations inside organizations."""
        return StaticList()

    @computed
    def teams(self) -> PaginatedList[Team]:
        """Its teams."""
        return self.client.list(f"{self.api_path}/teams", "Team", self)

    def get_team(self, name: str) -> Team:
        """The team of that name, in any case of the letters: its address is a number, so the teams are read."""
        wanted = nonempty(name).casefold()
        for team in self.teams:
            if team.name.casefold() == wanted:
                return team
        raise ElementDoesntExistError(f"there is no team {name!r} in {self.name}", 404)

    def is_member(self, user: Any) -> bool:
        """``GET /orgs/{org}/members/{username}``."""
        return self.client.exists(f"{self.api_path}/members/{segment(logins([user])[0])}")

    def get_role(self, user: Any) -> AccessLevel:
        """``GET /users/{username}/orgs/{org}/permissions``, and whether one who is no owner is a member."""
        login = segment(logins([user])[0])
        try:
            data = self.client.get(f"users/{login}/{self.api_path}/permissions")
        except ElementDoesntExistError:
            return AccessLevel.NONE
        with shaped("the permissions in an organization"):
            if data.get("is_owner"):
                return AccessLevel.ADMIN
        return AccessLevel.CAN_READ if self.is_member(user) else AccessLevel.NONE

    @computed
    def hooks(self) -> PaginatedList[Hook]:
        """The webhooks that report everything in it."""
        return self.client.list(f"{self.api_path}/hooks", "Hook", self)

    @computed
    def labels(self) -> PaginatedList[Label]:
        """The labels that all its repositories share."""
        return self.client.list(f"{self.api_path}/labels", "Label", self)

    @computed
    def issues(self) -> PaginatedList[Issue]:
        """The open issues of its repositories."""
        return self.filter_issues()

    def filter_issues(
        self, state: str = "open", label: str | None = None, assignee: str | None = None
    ) -> PaginatedList[Issue]:
        """Issues of all its repositories: ``GET /repos/issues/search``; who is assigned, igitt looks itself."""

        def belongs(data: Mapping[str, Any]) -> bool:
            assigned = {text(user.get("login")).casefold() for user in data.get("assignees") or ()}
            return assignee is None or assignee.casefold() in assigned

        params = {"owner": self._key_value, "type": "issues", "state": state, "labels": label}
        keep = None if assignee is None else belongs
        return self.client.list("repos/issues/search", "Issue", params=params, keep=keep)

    @classmethod
    def create(
        cls, client: Any, path: str, name: str | None = None, *, description: str = "", visibility: str = "private"
    ) -> Self:
        """Make one: ``POST /orgs``; what igitt calls internal, Forgejo calls limited."""
        bound: Any = cls._client_of(client)
        words = {"private": "private", "internal": "limited", "public": "public"}
        if visibility not in words:
            raise ValidationError(f"an organization is {', '.join(words)}, not {visibility!r}")
        body = {
            "username": path, "full_name": name or path, "description": description, "visibility": words[visibility],
        }  # fmt: skip
        return cls.from_data(bound.request("POST", "orgs", json=body).data, bound)


class ForgejoTeam(ForgejoPart, Team):
    """A team of an organization.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the organization, or its name.
        key: the team's number.
    """

    __slots__ = ()

    name = Field("name", text)
    description = Field("description", text)

    @classmethod
    def _scope_of(cls, client: Any, scope: Any) -> Any:
        return client.Organization(client, scope)

    def _locate(self) -> Any:
        organization = self._data.get("organization")
        if not isinstance(organization, dict):
            raise InvalidResponseError("the forge sent a team without its organization; make it with one")
        return self.client.Organization.from_data(organization, self.client)

    @property
    def api_path(self) -> str:
        """``teams/{id}``."""
        return f"teams/{segment(self._key_value)}"

    @computed
    def web_url(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # a computed is an Attribute
        """Its page; the API gives none."""
        return f"{self.client.web_url}/org/{segment(self._owner.name)}/teams/{segment(self.name)}"

    @computed
    def organization(self) -> Organization:
        """The organization that it belongs to."""
        found: Organization = self._owner
        return found

    @computed
    def members(self) -> PaginatedList[User]:
        """Who is in it."""
        return self.client.list(f"{self.api_path}/members", "User")

    def _membership(self, user: Any) -> str:
        return f"{self.api_path}/members/{segment(logins([user])[0])}"

    def is_member(self, user: Any) -> bool:
        """Whether a user is in it."""
        return self.client.exists(self._membership(user))

    def add_member(self, user: Any, level: AccessLevel = AccessLevel.CAN_WRITE) -> None:
        """Put a user into it; what its members may do is the team's own setting."""
        self._send("PUT", self._membership(user))

    def remove_member(self, user: Any) -> None:
        """Take a user out of it."""
        self._send("DELETE", self._membership(user))


_KINDS = {"Issue": "issue", "Pull": "merge request", "Commit": "commit", "Repository": "repository"}


class ForgejoNotification(ForgejoResource, Notification):
    """A notification, which Forgejo calls a thread; it does not say why it came.

    Args:
        client: the client, or a token for codeberg.org.
        identifier: its number.
    """

    __slots__ = ()
    _lacks = {"reason": "Forgejo does not say why a notification came"}

    def __init__(self, client: Any, identifier: int) -> None:
        super().__init__(client, {"id": integer(identifier)})

    subject_type = Field("subject.type", lambda value: _KINDS.get(value, text(value)))
    pending = Field("unread", flag)
    repository = Related[Repository | None]("repository", "Repository")
    updated = Field("updated_at", instant)

    @property
    def api_path(self) -> str:
        """``notifications/threads/{id}``."""
        return f"notifications/threads/{segment(self._key_value)}"

    @computed
    def subject(self) -> Element | None:
        """What it is about; sends nothing."""
        home: Any = self.repository
        place = unquote(Field("subject.url", text).__get__(self, type(self)).rstrip("/").rpartition("/")[2])
        makers = {"issue": "get_issue", "merge request": "get_mr", "commit": "get_commit"}
        if home is None or self.subject_type not in makers or not place:
            return None
        found: Element = getattr(home, makers[self.subject_type])(place)
        return found

    @computed
    def web_url(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # a computed is an Attribute
        """The page of what it is about."""
        return Field("subject.html_url", text).__get__(self, type(self)) or f"{self.client.web_url}/notifications"

    def mark_done(self) -> None:
        """Take it off the list: ``PATCH /notifications/threads/{id}``."""
        self._send("PATCH", self.api_path)
        self._absorb({"unread": False}, complete=False)

    def unsubscribe(self) -> None:
        """Get no more notifications of what it is about."""
        subject: Any = self.subject
        if subject is None or not hasattr(subject, "unsubscribe"):
            raise ElementDoesntExistError(f"nobody can unsubscribe from a {self.subject_type} of Forgejo", 404)
        subject.unsubscribe()
