"""The state of one forge and who may see it: accounts, repositories, tokens, the lock, the clock, the numbers.

Every change goes through here or through ``work``/``gitdata``, which publish an :class:`Event` for each. What an
event looks like to a webhook is the forge's affair and must not be known here.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.credentials import App, Installation, Token
from igitt.testing.sandbox.model import (
    LEVELS,
    Account,
    Event,
    Hook,
    Label,
    Milestone,
    Organization,
    Repository,
    Team,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from igitt.testing.sandbox.model import MergeRequest


def level_of(role: str | int) -> int:
    """The level behind a role's name on either forge; raises ValueError for an unknown one."""
    if isinstance(role, int):
        return role
    try:
        return LEVELS[role.lower()]
    except KeyError:
        known = ", ".join(LEVELS)
        raise ValueError(f"unknown role {role!r}; use one of {known}") from None


class World:
    """All that one forge knows. ``clock`` gives seconds since the epoch."""

    def __init__(self, clock: Callable[[], float], *, shared_numbers: bool) -> None:
        self.clock = clock
        self.shared_numbers = shared_numbers
        self.accounts: dict[str, User | Organization] = {}
        self.repositories: dict[int, Repository] = {}
        self.paths: dict[str, int] = {}
        self.tokens: dict[str, Token] = {}
        self.apps: dict[int, App] = {}
        self.installations: dict[int, Installation] = {}
        self.listeners: list[Callable[[Event], None]] = []
        self.after: list[Callable[[], None]] = []
        #: Whether the forge's rules keep a merge request from being merged by itself.
        self.holds_back: Callable[[World, MergeRequest], bool] = lambda _world, _request: False
        self._lock = threading.RLock()
        self._depth = 0
        self._moment: datetime | None = None
        self._ids: dict[str, int] = {}

    @contextmanager
    def transaction(self) -> Generator[None]:
        """One change at a time; what was put into ``after`` runs once the outermost one has ended."""
        with self._lock:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                todo = []
                if not self._depth:
                    todo, self.after = self.after, []
        for action in todo:
            action()

    @contextmanager
    def as_of(self, moment: datetime | None) -> Generator[None]:
        """A change that is dated to an earlier moment; None for now."""
        if moment is not None and moment.tzinfo is None:
            raise ValueError(f"created={moment!r} does not say its time zone; give it tzinfo=UTC")
        with self.transaction():
            before, self._moment = self._moment, moment or self._moment
            try:
                yield
            finally:
                self._moment = before

    def now(self) -> datetime:
        """The forge's time, whole seconds, UTC."""
        if self._moment is not None:
            return self._moment.astimezone(UTC).replace(microsecond=0)
        return datetime.fromtimestamp(int(self.clock()), UTC)

    def next_id(self, kind: str) -> int:
        """A number that no other object of that kind has; kinds start far apart, so that a mixed-up id is found."""
        if kind not in self._ids:
            self._ids[kind] = 1000 * (int(sha256(kind.encode()).hexdigest()[:4], 16) % 9000 + 1000)
        self._ids[kind] += 1
        return self._ids[kind]

    def publish(self, event: Event) -> None:
        """Tells the forge that something happened."""
        for listener in self.listeners:
            listener(event)

    # ---- accounts

    def account(self, login: str) -> User | Organization | None:
        """The account of that login (case does not matter), or None."""
        return self.accounts.get(login.lower())

    def user(self, login: str) -> User | None:
        """The user of that login, or None."""
        found = self.accounts.get(login.lower())
        return found if isinstance(found, User) else None

    def organization(self, login: str) -> Organization | None:
        """The organization of that login or path, or None."""
        found = self.accounts.get(login.lower())
        return found if isinstance(found, Organization) else None

    def by_email(self, email: str) -> User | None:
        """The user of a mail address, also of the one that is made up for who has none, or None."""
        made_up = email.partition("@")[0].partition("+")[2]
        return next((user for user in self.users() if user.email == email), self.user(made_up))

    def users(self) -> list[User]:
        """All users, oldest first."""
        return [account for account in self.accounts.values() if isinstance(account, User)]

    def organizations(self) -> list[Organization]:
        """All organizations, oldest first."""
        return [account for account in self.accounts.values() if isinstance(account, Organization)]

    def by_id(self, number: int) -> User | Organization | None:
        """The account of that id, or None."""
        return next((account for account in self.accounts.values() if account.id == number), None)

    def add_user(self, login: str, name: str | None, email: str | None, **options: Any) -> User:
        """Enters a user; the one that is there already is given back."""
        known = self.user(login)
        if known is not None:
            return known
        now = self.now()
        user = User(self.next_id("account"), login, name, now, now, email, **options)
        self.accounts[login.lower()] = user
        return user

    def add_organization(self, path: str, **options: Any) -> Organization:
        """Enters an organization and its missing parents; the one that is there already is given back."""
        known = self.organization(path)
        if known is not None:
            return known
        outer, _, last = path.rpartition("/")
        parent = self.add_organization(outer) if outer else None
        now = self.now()
        name = options.pop("name", None) or last
        organization = Organization(self.next_id("account"), path, name, now, now, parent=parent, **options)
        self.accounts[path.lower()] = organization
        return organization

    def add_team(self, organization: Organization, name: str, **options: Any) -> Team:
        """Enters a team."""
        slug = "-".join(name.lower().split())
        now = self.now()
        team = Team(self.next_id("team"), organization, name, slug, now, now, **options)
        organization.teams[slug] = team
        return team

    def issue_token(self, value: str, user: User, kind: str, **options: Any) -> Token:
        """Remembers a credential."""
        token = Token(value, user, kind, self.now(), **options)
        self.tokens[value] = token
        return token

    # ---- repositories

    def repository(self, path: str) -> tuple[Repository | None, bool]:
        """The repository of that full name or old full name, and whether the name is an old one."""
        number = self.paths.get(path.lower())
        if number is None or number not in self.repositories:
            return None, False
        found = self.repositories[number]
        return found, found.full_name.lower() != path.lower()

    def holder(self, path: str) -> Repository | None:
        """The repository that has a full name now: an old name is free for others, who end its redirect.

        Sources: https://docs.github.com/en/repositories/creating-and-managing-repositories/renaming-a-repository and
        https://docs.gitlab.com/user/project/repository/#repository-path-changes.
        """
        found, is_old = self.repository(path)
        return None if is_old else found

    def add_repository(self, owner: User | Organization, name: str, creator: User, **options: Any) -> Repository:
        """Enters an empty repository and publishes ``repository`` created."""
        now = self.now()
        private = bool(options.get("private"))
        options.setdefault("visibility", "private" if private else "public")
        options["private"] = options["visibility"] != "public"
        made = Repository(self.next_id("repository"), owner, name, now, now, now, creator=creator, **options)
        self.repositories[made.id] = made
        self.paths[made.full_name.lower()] = made.id
        self.publish(Event("repository", "created", creator, made, made))
        return made

    def edit_repository(self, repository: Repository, actor: User, **changes: Any) -> None:
        """Changes fields; a new ``name`` or ``owner`` keeps the old path as a redirect."""
        old = {key: getattr(repository, key) for key in changes}
        real = {key: (old[key], value) for key, value in changes.items() if old[key] != value}
        if not real:
            return
        for key, (_, value) in real.items():
            setattr(repository, key, value)
        if "visibility" in real:
            repository.private = repository.visibility != "public"
        repository.updated = self.now()
        self.paths[repository.full_name.lower()] = repository.id
        action = "renamed" if "name" in real else "transferred" if "owner" in real else "edited"
        if set(real) == {"archived"}:
            action = "archived" if repository.archived else "unarchived"
        self.publish(Event("repository", action, actor, repository, repository, real))

    def delete_repository(self, repository: Repository, actor: User) -> None:
        """Removes a repository and publishes ``repository`` deleted; merge requests from it have no source any more."""
        self.publish(Event("repository", "deleted", actor, repository, repository))
        del self.repositories[repository.id]
        for path in [path for path, number in self.paths.items() if number == repository.id]:
            del self.paths[path]
        for home in self.repositories.values():
            for one in home.merge_requests.values():
                one.source = None if one.source is repository else one.source

    def repositories_of(self, owner: Account, *, nested: bool = False) -> list[Repository]:
        """The repositories of an account, with ``nested`` also those of its subgroups."""
        return [
            repository
            for repository in self.repositories.values()
            if repository.owner is owner
            or (nested and isinstance(repository.owner, Organization) and owner in repository.owner.lineage)
        ]

    def add_label(
        self, home: Repository | Organization, name: str, color: str = "ededed", text: str | None = None
    ) -> Label:
        """Enters a label without an event (``work.create_label`` publishes one)."""
        now = self.now()
        label = Label(self.next_id("label"), name, color.lstrip("#"), now, now, text)
        home.labels[name.lower()] = label
        return label

    def add_milestone(self, home: Repository | Organization, title: str, creator: User, **options: Any) -> Milestone:
        """Enters a milestone without an event (``work.create_milestone`` publishes one)."""
        now = self.now()
        number = max(home.milestones, default=0) + 1
        milestone = Milestone(self.next_id("milestone"), number, title, creator, now, now, **options)
        milestone.organization = home if isinstance(home, Organization) else None
        home.milestones[number] = milestone
        return milestone

    def add_hook(
        self, home: Repository | Organization, url: str, secret: str | None, events: Iterable[str], **options: Any
    ) -> Hook:
        """Enters a webhook."""
        now = self.now()
        hook = Hook(self.next_id("hook"), url, secret, list(events), now, now, **options)
        home.hooks[hook.id] = hook
        return hook

    # ---- who may what

    def organization_level(self, user: User | None, organization: Organization) -> int:
        """A user's level in an organization, inherited levels included."""
        if user is None:
            return model.NONE
        if user.admin:
            return model.ADMIN
        login = user.login.lower()
        return max((one.members.get(login, model.NONE) for one in organization.lineage), default=model.NONE)

    def level(self, user: User | None, repository: Repository) -> int:
        """A user's level in a repository from every source: own, member, organization, team. 0 without any."""
        if user is None:
            return model.NONE
        if user.admin:
            return model.ADMIN
        owner = repository.owner
        if owner is user:
            return model.OWN
        login = user.login.lower()
        best = repository.members.get(login, model.NONE)
        if isinstance(owner, Organization):
            best = max(best, self.organization_level(user, owner))
            for team in owner.teams.values():
                if login in team.members:
                    best = max(best, team.repositories.get(repository.id, model.NONE))
        return best

    def may_read(self, user: User | None, repository: Repository) -> bool:
        """Whether a user sees that the repository exists."""
        if repository.visibility == "public" or (repository.visibility == "internal" and user is not None):
            return True
        return self.level(user, repository) >= model.READ

    def members(self, repository: Repository) -> list[User]:
        """Everyone with a level of their own in a repository, the owner first."""
        everyone = sorted(self.users(), key=lambda user: (repository.owner is not user, user.id))
        return [user for user in everyone if not user.admin and self.level(user, repository)] + [
            user for user in everyone if user.admin and user.login.lower() in repository.members
        ]
