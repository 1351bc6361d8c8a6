"""The entrances of GitHub's GraphQL: viewer, repository, search, nodes by their global ids, the rate limit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from igitt.testing.sandbox.executor import Listed, Refusal
from igitt.testing.sandbox.github.graphql.accounts import find_repository
from igitt.testing.sandbox.github.graphql.commits import CommitThing
from igitt.testing.sandbox.github.graphql.mutations import Mutations
from igitt.testing.sandbox.github.graphql.pulls import ReviewThing
from igitt.testing.sandbox.github.graphql.threads import ReviewThread, threads_of
from igitt.testing.sandbox.model import Organization, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from igitt.testing.sandbox.github.graphql.things import Asking
    from igitt.testing.sandbox.model import Repository


class Root(Mutations):
    """What a document starts from; its mutations are those of :class:`Mutations`."""

    @property
    def viewer(self) -> Any:
        """The one who asks."""
        if self.asking.me is None:
            raise self.asking.forbidden()
        return self.asking.thing(self.asking.me)

    def repository(self, owner: str, name: str, follow_renames: bool = True) -> Any:
        """A repository."""
        return find_repository(self.asking, owner, name, follow_renames=follow_renames)

    def user(self, login: str) -> Any:
        """A user."""
        found = self.asking.world.user(login)
        if found is None or found.bot:
            raise Refusal("NOT_FOUND", f"Could not resolve to a User with the login of '{login}'.")
        return self.asking.thing(found)

    def organization(self, login: str) -> Any:
        """An organization."""
        found = self.asking.world.organization(login)
        if found is None:
            raise Refusal("NOT_FOUND", f"Could not resolve to an Organization with the login of '{login}'.")
        return self.asking.thing(found)

    def repository_owner(self, login: str) -> Any:
        """Either; null for nobody."""
        found = self.asking.world.account(login)
        return self.asking.thing(found) if isinstance(found, Organization) or not getattr(found, "bot", True) else None

    def node(self, id: str) -> Any:  # noqa: A002  the argument's name
        """A thing by its global id."""
        return find_node(self.asking, id)

    def nodes(self, ids: list[str]) -> list[Any]:
        """Several; null for those that are not there, with an error for each."""
        return [_or_error(self.asking, one) for one in ids]

    def resource(self, url: str) -> Any:
        """An issue, pull request, commit, repository or account by the address of its page."""
        parts = urlsplit(url).path.strip("/").split("/")
        world = self.asking.world
        if len(parts) == 1:
            return self.asking.thing(world.account(parts[0]))
        found = world.repository("/".join(parts[:2]))[0]
        if found is None or not self.asking.sees(found):
            return None
        home = self.asking.thing(found)
        if len(parts) == 2:
            return home
        if len(parts) > 3 and parts[2] in {"issues", "pull"}:
            number = int(parts[3]) if parts[3].isdigit() else 0
            return self.asking.thing(found.issues.get(number) or found.merge_requests.get(number))
        if len(parts) > 3 and parts[2] == "commit":
            return home.object(oid=parts[3])
        return None

    def search(self, query: str, type: str) -> Listed:  # noqa: A002  the argument's name
        """Issues and pull requests, repositories, or users: REST's search, with what it refuses."""
        kinds = {"ISSUE": "issues", "ISSUE_ADVANCED": "issues", "REPOSITORY": "repositories", "USER": "users"}
        if type not in kinds:
            raise self.asking.not_played(f"search(type: {type})")
        kind = kinds[type]
        found: list[Any] = []
        answer: dict[str, Any] = {"total_count": 0}
        while query.strip():
            page = len(found) // 100 + 1
            answer = self.asking.send("GET", f"/search/{kind}?q={quote(query)}&per_page=100&page={page}")
            found += answer["items"]
            if len(answer["items"]) < 100 or len(found) >= self.asking.forge.search_limit:
                break
        total = answer["total_count"]
        counts = {f"{one}_count": total if one == kind.removesuffix("s") else 0 for one in ("issue", "user")}
        counts |= {"repository_count": total if kind == "repositories" else 0, "wiki_count": 0}
        counts |= {"code_count": 0, "discussion_count": 0}
        return Listed([find_node(self.asking, one["node_id"]) for one in found], **counts)

    def topic(self, name: str) -> Any:
        """A topic."""
        return {"kind": "Topic", "id": f"TO_{name}", "name": name}

    def rate_limit(self, dry_run: bool = False) -> Any:
        """What is left, with the cost of this document."""
        forge = self.asking.forge
        bucket = forge.bucket_for(self.asking.viewer, "graphql")
        cost = 0 if dry_run else self.asking.cost
        return {
            "kind": "RateLimit", "limit": bucket.limit, "cost": self.asking.cost, "node_count": self.asking.nodes,
            "used": min(bucket.used + cost, bucket.limit), "remaining": max(0, bucket.remaining - cost),
            "reset_at": _time(bucket.reset),
        }  # fmt: skip

    @property
    def meta(self) -> Any:
        """The instance."""
        return {"kind": "GitHubMetadata", "is_password_authentication_verifiable": False,
                "git_hub_services_sha": "0" * 40}  # fmt: skip


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19] + "Z"


def _or_error(asking: Asking, number: str) -> Any:
    try:
        return find_node(asking, number)
    except Refusal as refusal:
        return refusal


def find_node(asking: Asking, number: str) -> Any:
    """A thing by its global id, or the refusal."""
    for one in _all(asking, number.partition("_")[0]):
        if one.id == number:
            return one
    raise Refusal("NOT_FOUND", f"Could not resolve to a node with the global id of '{number}'")


def _all(asking: Asking, prefix: str) -> Iterator[Any]:
    """Everything whose ids begin like that, as far as the one who asks may know of it."""
    world, thing = asking.world, asking.thing
    if prefix in {"U", "B", "O"}:
        yield from (thing(one) for one in world.accounts.values() if isinstance(one, User) is not (prefix == "O"))
    if prefix == "T":
        yield from (thing(team) for one in world.organizations() for team in one.teams.values())
    if prefix == "A":
        yield from asking.things(world.apps.values())
    for home in world.repositories.values():
        if asking.sees(home):
            yield from _inside(asking, home, prefix)


def _inside(asking: Asking, home: Repository, prefix: str) -> Iterator[Any]:
    pulls = home.merge_requests.values()
    tickets = [*home.issues.values(), *pulls]
    said: list[Any] = [*tickets, *(each for one in tickets for each in one.comments)]
    commits = [CommitThing(asking, one, home) for one in home.commits.values()] if prefix in _COMMITS else []
    tables: dict[str, Callable[[], Iterable[Any]]] = {
        "R": lambda: [asking.thing(home)],
        "I": lambda: asking.things(home.issues.values()),
        "PR": lambda: asking.things(pulls),
        "LA": lambda: asking.things(home.labels.values(), home),
        "MI": lambda: asking.things(home.milestones.values(), home),
        "IC": lambda: asking.things(each for one in tickets for each in one.comments if not each.system),
        "PRRC": lambda: asking.things(each for one in pulls for each in one.review_comments),
        "PRR": lambda: (ReviewThing(asking, each, one) for one in pulls for each in one.reviews),
        "PRRT": lambda: (ReviewThread(asking.thing(one), each) for one in pulls for each in threads_of(one)),
        "REA": lambda: (asking.thing(each, one) for one in said for each in one.reactions),
        "RE": lambda: asking.thing(home).releases(),
        "REF": lambda: asking.thing(home).refs("refs/"),
        "C": lambda: commits,
        "CC": lambda: asking.things(each for one in commits for each in one.one.comments),
        "CR": lambda: (run for one in commits for suite in one.check_suites() for run in suite.found),
        "CS": lambda: (suite for one in commits for suite in one.check_suites()),
    }
    yield from tables.get(prefix, tuple)()


_COMMITS = {"C", "CC", "CR", "CS"}
