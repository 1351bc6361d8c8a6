"""Repositories as GitHub's GraphQL has them, and their releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model, releases
from igitt.testing.sandbox.executor import Listed, Refusal
from igitt.testing.sandbox.github.graphql.issues import chosen, filtered
from igitt.testing.sandbox.github.graphql.refs import Ref, ref_of
from igitt.testing.sandbox.github.graphql.repository_facts import RepositoryFacts
from igitt.testing.sandbox.github.graphql.things import ordered
from igitt.testing.sandbox.github.graphql.trees import Blob, Tag, Tree
from igitt.testing.sandbox.github.shapes.repositories import languages
from igitt.testing.sandbox.model import Repository

if TYPE_CHECKING:
    from igitt.testing.sandbox.releases import Release

_COLORS = {"Python": "#3572A5", "JavaScript": "#f1e05a", "TypeScript": "#3178c6", "Go": "#00ADD8", "Rust": "#dea584"}


class RepositoryThing(RepositoryFacts, models=[Repository]):
    """A repository."""

    kind = "Repository"
    prefix = "R_kgDO"

    # ---- what is in it

    def _ticket(self, table: str, number: int, permission_: str) -> Any:
        self.asking.need(self.one, permission_)
        return self.asking.thing(getattr(self.one, table).get(number))

    def issue(self, number: int) -> Any:
        """One issue."""
        found = self._ticket("issues", number, "issues")
        if found is None:
            raise Refusal("NOT_FOUND", f"Could not resolve to an Issue with the number of {number}.")
        return found

    def pull_request(self, number: int) -> Any:
        """One pull request."""
        found = self._ticket("merge_requests", number, "pull_requests")
        if found is None:
            raise Refusal("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
        return found

    def issue_or_pull_request(self, number: int) -> Any:
        """Either."""
        found = self._ticket("issues", number, "issues") or self._ticket("merge_requests", number, "pull_requests")
        if found is None:
            raise Refusal("NOT_FOUND", f"Could not resolve to an issue or pull request with the number of {number}.")
        return found

    def issues(
        self,
        states: list[str] | None = None,
        labels: list[str] | None = None,
        filter_by: dict[str, Any] | None = None,
        order_by: dict[str, str] | None = None,
    ) -> list[Any]:
        """The issues."""
        self.asking.need(self.one, "issues")
        found = filtered(self.one.issues.values(), filter_by or {}, self.asking.me)
        return self.asking.things(chosen(found, states, labels, order_by))

    def pull_requests(
        self,
        states: list[str] | None = None,
        labels: list[str] | None = None,
        head_ref_name: str | None = None,
        base_ref_name: str | None = None,
        order_by: dict[str, str] | None = None,
    ) -> list[Any]:
        """The pull requests."""
        self.asking.need(self.one, "pull_requests")
        found = [
            one for one in self.one.merge_requests.values()
            if one.head == (head_ref_name or one.head) and one.base == (base_ref_name or one.base)
        ]  # fmt: skip
        return self.asking.things(chosen(found, states, labels, order_by))

    def pinned_issues(self) -> list[Any]:
        """Those at the head of the list."""
        known = {one.id: one for one in self.one.issues.values()}
        return [
            {"kind": "PinnedIssue", "id": f"PI_kwDO{number}", "issue": self.asking.thing(known[number]),
             "repository": self, "pinned_by": self.asking.thing(self.one.owner)}
            for number in self.one.extra.get("pinned", ()) if number in known
        ]  # fmt: skip

    def label(self, name: str) -> Any:
        """One label."""
        return self.asking.thing(self.one.labels.get(name.lower()), self.one)

    def labels(self, query: str | None = None, order_by: dict[str, str] | None = None) -> list[Any]:
        """The labels."""
        text = (query or "").lower()
        found = [one for one in self.one.labels.values() if text in f"{one.name} {one.description or ''}".lower()]
        keys = {
            "NAME": lambda one: one.name.lower(), "CREATED_AT": lambda one: (one.created, one.id),
            "ISSUE_COUNT": lambda one: sum(one in each.labels for each in self.one.issues.values()),
        }  # fmt: skip
        return self.asking.things(ordered(found, order_by, keys), self.one)

    def milestone(self, number: int) -> Any:
        """One milestone."""
        return self.asking.thing(self.one.milestones.get(number), self.one)

    def milestones(
        self, states: list[str] | None = None, query: str | None = None, order_by: dict[str, str] | None = None
    ) -> list[Any]:
        """The milestones."""
        found = [
            one for one in self.one.milestones.values()
            if (not states or one.state.upper() in states) and (query or "").lower() in one.title.lower()
        ]  # fmt: skip
        keys = {
            "CREATED_AT": lambda one: one.created, "UPDATED_AT": lambda one: one.updated,
            "NUMBER": lambda one: one.number, "DUE_DATE": lambda one: str(one.due or "9999"),
        }  # fmt: skip
        return self.asking.things(ordered(found, order_by, keys), self.one)

    def _people(self, query: str | None) -> list[Any]:
        text = (query or "").lower()
        found = [one for one in self.asking.world.members(self.one) if text in f"{one.login} {one.name or ''}".lower()]
        things = self.asking.things(found)
        for one in things:
            one.level = self.asking.world.level(one.one, self.one)
        return things

    def assignable_users(self, query: str | None = None) -> list[Any]:
        """Who can be assigned."""
        return [one for one in self._people(query) if one.kind == "User"]

    mentionable_users = assignable_users

    def collaborators(
        self, affiliation: str | None = None, query: str | None = None, login: str | None = None
    ) -> list[Any] | None:
        """Everyone with a role, for who may write."""
        if self.asking.level(self.one) < model.WRITE:
            raise Refusal("FORBIDDEN", "Must have push access to view repository collaborators.")
        found = self._people(query)
        if affiliation in {"DIRECT", "OUTSIDE"}:
            found = [one for one in found if one.one.login.lower() in self.one.members]
        return [one for one in found if login in {None, one.one.login}]

    def repository_topics(self) -> list[Any]:
        """The topics."""
        return [
            {
                "kind": "RepositoryTopic",
                "id": f"RT_kwDO{self.one.id}:{one}",
                "url": f"{self.asking.forge.url}/topics/{one}",
                "resource_path": f"/topics/{one}",
                "topic": {"kind": "Topic", "id": f"TO_{one}", "name": one},
            }
            for one in self.one.topics
        ]  # fmt: skip

    def languages(self, order_by: dict[str, str] | None = None) -> Listed:
        """The languages, the largest first."""
        sizes = languages(self.one)
        found = [Language(name, size) for name, size in sizes.items()]
        return Listed(ordered(found, order_by, {"SIZE": lambda one: one.edge_size}), total_size=sum(sizes.values()))

    @property
    def primary_language(self) -> Any:
        """The largest of them."""
        return next(iter(self.languages().items), None)

    @property
    def stargazer_count(self) -> int:
        """Stars."""
        return int(self.one.stars)

    @property
    def _forks(self) -> list[Repository]:
        return [one for one in self.asking.world.repositories.values() if one.parent is self.one]

    @property
    def fork_count(self) -> int:
        """Forks."""
        return len(self._forks)

    @property
    def forking_allowed(self) -> bool:
        """Whether it may be forked."""
        return True

    def forks(self, order_by: dict[str, str] | None = None) -> list[Any]:
        """Those that one may know of."""
        keys = {"CREATED_AT": lambda one: one.created, "NAME": lambda one: one.name,
                "UPDATED_AT": lambda one: one.updated, "PUSHED_AT": lambda one: one.pushed,
                "STARGAZERS": lambda one: one.stars}  # fmt: skip
        return self.asking.things(ordered([one for one in self._forks if self.asking.sees(one)], order_by, keys))

    def projects_v2(self) -> list[Any]:
        """Its projects: there are none here."""
        return []

    def watchers(self) -> list[Any]:
        """Who hears of it: nobody is remembered."""
        return []

    # ---- git

    @property
    def default_branch_ref(self) -> Any:
        """The default branch."""
        self.asking.need(self.one, "contents")
        return ref_of(self.asking, self.one, f"refs/heads/{self.one.default_branch}")

    def ref(self, qualified_name: str) -> Any:
        """One ref."""
        self.asking.need(self.one, "contents")
        return ref_of(self.asking, self.one, qualified_name)

    def refs(
        self,
        ref_prefix: str,
        query: str | None = None,
        direction: str | None = None,
        order_by: dict[str, str] | None = None,
    ) -> list[Any]:
        """The refs below a prefix."""
        self.asking.need(self.one, "contents")
        names = [f"refs/heads/{one}" for one in self.one.branches]
        names += [f"refs/tags/{one}" for one in self.one.extra.get("tags", {})]
        found = [Ref(self.asking, one, self.one) for one in sorted(names) if one.startswith(ref_prefix)]
        found = [one for one in found if (query or "").lower() in one.name.lower()]
        keys = {"ALPHABETICAL": lambda one: one.name, "TAG_COMMIT_DATE": lambda one: str(
            getattr(one.target, "committed_date", None) or one.target.tagger.date)}  # fmt: skip
        default = {"field": "ALPHABETICAL", "direction": direction or "ASC"}
        return ordered(found, order_by or default, keys)

    def object(self, expression: str | None = None, oid: str | None = None) -> Any:
        """What git has at an expression (``main:README.md``) or under a name."""
        self.asking.need(self.one, "contents")
        name, colon, path = (expression or oid or "HEAD").partition(":")
        found = gitdata.resolve(self.one, name)
        if found is None:
            return None
        if not colon:
            kept = self.one.extra.get("tags", {}).get(name.removeprefix("refs/tags/"))
            if kept and kept["object"] and name.removeprefix("refs/tags/") not in self.one.branches:
                return Tag(self.asking, name.removeprefix("refs/tags/"), kept, self.one)
            return self.asking.thing(found, self.one)
        path = path.strip("/")
        if path in found.files:
            return Blob(self.asking, found, self.one, path)
        inside = not path or any(one.startswith(f"{path}/") for one in found.files)
        return Tree(self.asking, found, self.one, path) if inside else None

    # ---- templates

    def _templates(self, folder: str, single: str) -> dict[str, str]:
        """The files that stand where GitHub looks for templates, by their names."""
        tip = gitdata.resolve(self.one, "HEAD")
        found: dict[str, str] = {}
        for path, text in (tip.files if tip else {}).items():
            place, _, name = path.lower().rpartition("/")
            inside = place in {f".github/{folder}", f"docs/{folder}", folder} and name.endswith(".md")
            if inside or (place in {"", ".github", "docs"} and name == single):
                found[path.rpartition("/")[2]] = text
        return found

    def issue_templates(self) -> list[Any]:
        """The templates of issues: their heads tell what a page calls them."""
        found = []
        for name, text in self._templates("issue_template", "issue_template.md").items():
            _, dashes, rest = text.partition("---\n")
            head, _, body = rest.partition("---\n") if text.startswith("---\n") and dashes else ("", "", text)
            pairs = [line.partition(":") for line in head.splitlines()]
            told = {key.strip(): value.strip().strip("'\"") for key, colon, value in pairs if colon}
            found.append({
                "kind": "IssueTemplate", "name": told.get("name") or name.removesuffix(".md"), "filename": name,
                "about": told.get("about"), "title": told.get("title"), "body": body.lstrip("\n"),
            })  # fmt: skip
        return found

    def pull_request_templates(self) -> list[Any]:
        """The templates of pull requests."""
        found = self._templates("pull_request_template", "pull_request_template.md")
        return [
            {"kind": "PullRequestTemplate", "filename": name, "body": text, "repository": self}
            for name, text in found.items()
        ]

    # ---- releases

    def _releases(self) -> list[Release]:
        self.asking.need(self.one, "contents")
        writes = self.asking.level(self.one) >= model.WRITE
        return [one for one in releases.newest(self.one) if writes or not one.draft]

    @property
    def latest_release(self) -> Any:
        """The newest that is neither draft nor pre-release."""
        found = next((one for one in self._releases() if not one.draft and not one.prerelease), None)
        return self.asking.thing(found, self.one)

    def release(self, tag_name: str) -> Any:
        """The release of a tag."""
        return self.asking.thing(next((one for one in self._releases() if one.tag == tag_name), None), self.one)

    def releases(self, order_by: dict[str, str] | None = None) -> list[Any]:
        """The releases, newest first."""
        keys = {"CREATED_AT": lambda one: (one.created, one.id), "NAME": lambda one: one.name}
        return self.asking.things(ordered(self._releases(), order_by, keys), self.one)


class Language:
    """A language, with the bytes of it in the repository that lists it."""

    kind = "Language"

    def __init__(self, name: str, size: int) -> None:
        self.id = f"LA_{name}"
        self.name = name
        self.color = _COLORS.get(name)
        self.edge_size = size
