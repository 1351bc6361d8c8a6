"""Users, bots, organizations and teams as GitHub's GraphQL has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.credentials import App
from igitt.testing.sandbox.executor import Refusal
from igitt.testing.sandbox.github.graphql.things import Thing, ordered, permission
from igitt.testing.sandbox.github.shapes import accounts as shapes
from igitt.testing.sandbox.model import Organization, Repository, Team, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_ORDER = {
    "CREATED_AT": lambda one: one.created,
    "UPDATED_AT": lambda one: one.updated,
    "PUSHED_AT": lambda one: one.pushed,
    "NAME": lambda one: one.name.lower(),
    "STARGAZERS": lambda one: one.stars,
}


class Account(Thing):
    """What users and organizations share: an actor that may own repositories."""

    @property
    def id(self) -> str:
        """The global id."""
        return str(shapes.simple(self.asking.forge, self.one)["node_id"])

    @property
    def login(self) -> str:
        """The login; a bot's without what REST puts behind it."""
        return str(self.one.login).removesuffix("[bot]")

    @property
    def url(self) -> str:
        """The profile."""
        return str(shapes.simple(self.asking.forge, self.one)["html_url"])

    def avatar_url(self, size: int | None = None) -> str:
        """The picture."""
        url = str(shapes.simple(self.asking.forge, self.one)["avatar_url"])
        return f"{url}&s={size}" if size else url

    @property
    def name(self) -> Any:
        """The name in full."""
        return self.one.name

    @property
    def email(self) -> str:
        """The public address."""
        return self.one.email or ""

    @property
    def location(self) -> Any:
        """Where it is."""
        return self.one.location

    @property
    def website_url(self) -> Any:
        """Its site."""
        return self.one.website

    def _homes(self, affiliations: list[str] | None) -> Iterable[Repository]:  # noqa: ARG002  one is its own only
        return self.asking.world.repositories_of(self.one)

    def repositories(
        self,
        *,
        affiliations: list[str] | None = None,
        owner_affiliations: list[str] | None = None,
        privacy: str | None = None,
        visibility: str | None = None,
        is_fork: bool | None = None,
        is_archived: bool | None = None,
        has_issues_enabled: bool | None = None,
        order_by: dict[str, str] | None = None,
    ) -> list[Any]:
        """The repositories that the one who asks may see."""
        found = [one for one in self._homes(owner_affiliations or affiliations) if self.asking.sees(one)]
        wanted: list[tuple[Any, Callable[[Any], Any]]] = [
            (privacy, lambda one: "PRIVATE" if one.private else "PUBLIC"),
            (visibility, lambda one: one.visibility.upper()),
            (is_fork, lambda one: one.parent is not None),
            (is_archived, lambda one: one.archived),
            (has_issues_enabled, lambda one: one.has_issues),
        ]
        for value, of in wanted:
            found = [one for one in found if value is None or of(one) == value]
        return self.asking.things(ordered(found, order_by, _ORDER))

    def projects_v2(self) -> list[Any]:
        """Its projects: there are none here."""
        return []

    def repository(self, name: str, follow_renames: bool = True) -> Any:
        """One repository."""
        return find_repository(self.asking, self.one.login, name, follow_renames=follow_renames)


def find_repository(asking: Any, owner: str, name: str, *, follow_renames: bool = True) -> Any:
    """A repository by its name, or the refusal."""
    found, old = asking.world.repository(f"{owner}/{name}")
    if found is None or (old and not follow_renames) or not asking.sees(found):
        raise Refusal("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
    return asking.thing(found)


class Person(Account, models=[User]):
    """A user, or a bot."""

    prefix = "U_kgDO"

    @property
    def kind(self) -> str:  # type: ignore[override]
        """``User``, or ``Bot``."""
        return "Bot" if self.one.bot else "User"

    @property
    def is_viewer(self) -> bool:
        """Whether it is the one who asks."""
        return self.one is self.asking.me

    @property
    def is_site_admin(self) -> bool:
        """Whether it administers the instance."""
        return bool(self.one.admin)

    @property
    def bio(self) -> Any:
        """Words about the person."""
        return self.one.description

    @property
    def company(self) -> Any:
        """Where the person works."""
        return self.one.company

    def _homes(self, affiliations: list[str] | None) -> Iterable[Repository]:
        world, wanted = self.asking.world, set(affiliations or ["OWNER", "COLLABORATOR"])
        for one in world.repositories.values():
            level = world.level(self.one, one)
            how = "OWNER" if one.owner is self.one else "COLLABORATOR"
            if how == "COLLABORATOR" and isinstance(one.owner, Organization) and (
                self.one.login.lower() in one.owner.members):  # fmt: skip
                how = "ORGANIZATION_MEMBER"
            if level and how in wanted and not (self.one.admin and how == "COLLABORATOR"):
                yield one

    def organizations(self) -> list[Any]:
        """Those that the person is a member of."""
        world = self.asking.world
        mine = [one for one in world.organizations() if self.one.login.lower() in one.members]
        return self.asking.things(one for one in mine if not one.private or world.organization_level(
            self.asking.me, one))  # fmt: skip

    def organization(self, login: str) -> Any:
        """One of them."""
        return next((one for one in self.organizations() if one.one.login.lower() == login.lower()), None)

    def _authored(self, kind: str) -> list[Any]:
        homes = [one for one in self.asking.world.repositories.values() if self.asking.sees(one)]
        return [each for one in homes for each in getattr(one, kind).values() if each.author is self.one]

    def issues(self, states: list[str] | None = None, labels: list[str] | None = None,
               order_by: dict[str, str] | None = None) -> list[Any]:  # fmt: skip
        """Those that the person wrote."""
        from igitt.testing.sandbox.github.graphql.issues import chosen  # noqa: PLC0415  issues have authors

        return self.asking.things(chosen(self._authored("issues"), states, labels, order_by))

    def pull_requests(self, states: list[str] | None = None, labels: list[str] | None = None,
                      head_ref_name: str | None = None, base_ref_name: str | None = None,
                      order_by: dict[str, str] | None = None) -> list[Any]:  # fmt: skip
        """Those that the person opened."""
        from igitt.testing.sandbox.github.graphql.issues import chosen  # noqa: PLC0415  issues have authors

        found = [
            one for one in self._authored("merge_requests")
            if one.head == (head_ref_name or one.head) and one.base == (base_ref_name or one.base)
        ]  # fmt: skip
        return self.asking.things(chosen(found, states, labels, order_by))

    # ---- as a collaborator or a member, by the edge

    @property
    def edge_permission(self) -> str | None:
        """The right in the repository that listed it."""
        return permission(self.level)

    @property
    def edge_role(self) -> str:
        """The role in the organization or team that listed it."""
        return self.role

    level: int = model.NONE
    role: str = "MEMBER"


class Organized(Account, models=[Organization]):
    """An organization."""

    kind = "Organization"

    @property
    def description(self) -> Any:
        """Words about it."""
        return self.one.description

    @property
    def viewer_can_administer(self) -> bool:
        """Whether the one who asks owns it."""
        return self.asking.world.organization_level(self.asking.me, self.one) >= model.OWN

    @property
    def viewer_is_a_member(self) -> bool:
        """Whether the one who asks is in it."""
        me = self.asking.me
        return me is not None and me.login.lower() in self.one.members

    @property
    def viewer_can_create_repositories(self) -> bool:
        """Whether the one who asks may make repositories."""
        return self.viewer_is_a_member

    def members_with_role(self) -> list[Any]:
        """Its members."""
        found = []
        for login, level in self.one.members.items():
            person = self.asking.thing(self.asking.world.user(login))
            if person is not None:
                person.role = "ADMIN" if level >= model.OWN else "MEMBER"
                found.append(person)
        return found

    def _teams(self) -> list[Team]:
        if not self.asking.world.organization_level(self.asking.me, self.one) and not self.asking.viewer.installation:
            return []
        return list(self.one.teams.values())

    def teams(self, query: str | None = None, user_logins: list[str] | None = None) -> list[Any]:
        """The teams, for members."""
        wanted = {name.lower() for name in user_logins or ()}
        found = [one for one in self._teams() if (query or "").lower() in one.slug and wanted <= set(one.members)]
        return self.asking.things(found)

    def team(self, slug: str) -> Any:
        """One team."""
        return self.asking.thing(next((one for one in self._teams() if one.slug == slug), None))


class Group(Thing, models=[Team]):
    """A team."""

    kind = "Team"
    prefix = "T_kwDO"

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.one.name)

    @property
    def slug(self) -> str:
        """The name in addresses."""
        return str(self.one.slug)

    @property
    def combined_slug(self) -> str:
        """With the organization."""
        return f"{self.one.organization.login}/{self.one.slug}"

    @property
    def description(self) -> Any:
        """Words about it."""
        return self.one.description

    @property
    def privacy(self) -> str:
        """Who sees it."""
        return "SECRET" if self.one.privacy == "secret" else "VISIBLE"

    @property
    def organization(self) -> Any:
        """Whose it is."""
        return self.asking.thing(self.one.organization)

    @property
    def url(self) -> str:
        """Its page."""
        return f"{self.asking.forge.url}/orgs/{self.one.organization.login}/teams/{self.one.slug}"

    def members(self, role: str | None = None) -> list[Any]:
        """Its members."""
        found = []
        for login, word in self.one.members.items():
            person = self.asking.thing(self.asking.world.user(login))
            if person is not None and role in {None, word.upper()}:
                person.role = word.upper()
                found.append(person)
        return found

    def repositories(self) -> list[Any]:
        """What it has a role in."""
        known = self.asking.world.repositories
        return self.asking.things(known[one] for one in self.one.repositories if one in known)


class Application(Thing, models=[App]):
    """A GitHub App."""

    kind = "App"
    prefix = "A_kwHO"

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.one.name)

    @property
    def slug(self) -> str:
        """The name in addresses."""
        return str(self.one.slug)

    @property
    def url(self) -> str:
        """Its page."""
        return f"{self.asking.forge.url}/apps/{self.one.slug}"
