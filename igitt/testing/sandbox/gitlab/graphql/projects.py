"""Projects of GitLab's GraphQL, and their git."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, objects, releases
from igitt.testing.sandbox.gitlab import context, pipelines
from igitt.testing.sandbox.gitlab.graphql.things import Change, Goal, Group, Run, Tag, Thing, namespace, person
from igitt.testing.sandbox.gitlab.graphql.tickets import Ticket
from igitt.testing.sandbox.gitlab.shapes import projects, tickets
from igitt.testing.sandbox.model import Organization

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.testing.sandbox.model import Commit, Repository
    from igitt.testing.sandbox.wire import Request


class Project(Thing):
    """A project."""

    kind = "Project"

    def __init__(self, request: Request, one: Repository) -> None:
        super().__init__(request, one, lambda: projects.project(request.forge, one, request.viewer.user))

    @property
    def full_path(self) -> str:
        """Its path with the namespace's."""
        return str(self.one.full_name)

    @property
    def updated_at(self) -> Any:
        """When it changed."""
        return self.one.updated

    @property
    def http_url_to_repo(self) -> str:
        """Where git finds it."""
        return projects.clone_urls(self.request.forge, self.one)["http_url_to_repo"]

    @property
    def ssh_url_to_repo(self) -> str:
        """Likewise."""
        return projects.clone_urls(self.request.forge, self.one)["ssh_url_to_repo"]

    @property
    def group(self) -> Group | None:
        """The group that it is in."""
        return Group(self.request, self.one.owner) if isinstance(self.one.owner, Organization) else None

    @property
    def namespace(self) -> Any:
        """What it is in."""
        return namespace(self.request, self.one.owner)

    @property
    def repository(self) -> Tree:
        """Its git."""
        return Tree(self.request, self.one)

    @property
    def open_issues_count(self) -> int:
        """Open issues."""
        return sum(one.state == "open" for one in self.one.issues.values())

    @property
    def open_merge_requests_count(self) -> int:
        """Open merge requests."""
        return sum(one.state == "open" for one in self.one.merge_requests.values())

    @property
    def issues_enabled(self) -> bool:
        """Whether it has issues."""
        return bool(self.one.has_issues)

    @property
    def merge_requests_enabled(self) -> bool:
        """Whether it has merge requests."""
        return True

    def issue(self, iid: str | None = None) -> Ticket | None:
        """One issue; null for one that is not there."""
        return next(iter(self.issues(iids=[str(iid)])), None)

    def issues(
        self,
        *,
        iids: list[str] | None = None,
        state: str | None = None,
        label_name: list[str] | None = None,
        author_username: str | None = None,
        assignee_usernames: list[str] | None = None,
        search: str = "",
    ) -> list[Ticket]:
        """The issues, newest first."""
        wanted = {name.lower() for name in assignee_usernames or ()}
        return [
            Ticket(self.request, one)
            for one in self._chosen(self.one.issues.values(), iids, state, label_name, author_username)
            if context.sees_issue(self.request, one)
            and wanted <= {user.login.lower() for user in one.assignees}
            and search.lower() in f"{one.title} {one.body or ''}".lower()
        ]

    @staticmethod
    def _chosen(
        items: Iterable[Any], iids: list[str] | None, state: str | None, labels: list[str] | None, author: str | None
    ) -> list[Any]:
        found = sorted(items, key=lambda one: (one.created, one.number), reverse=True)
        if iids is not None:
            found = [one for one in found if str(one.number) in iids]
        if state not in {None, "all"}:
            found = [one for one in found if tickets.state_of(one) == state]
        wanted = {name.lower() for name in labels or ()}
        found = [one for one in found if wanted <= {label.name.lower() for label in one.labels}]
        return [one for one in found if author is None or one.author.login.lower() == author.lower()]

    def merge_request(self, iid: str) -> Ticket | None:
        """One merge request; null for one that is not there."""
        return next(iter(self.merge_requests(iids=[iid])), None)

    def merge_requests(
        self,
        *,
        iids: list[str] | None = None,
        state: str | None = None,
        label_name: list[str] | None = None,
        author_username: str | None = None,
        source_branches: list[str] | None = None,
        target_branches: list[str] | None = None,
        draft: bool | None = None,
    ) -> list[Ticket]:
        """The merge requests, newest first."""
        return [
            Ticket(self.request, one)
            for one in self._chosen(self.one.merge_requests.values(), iids, state, label_name, author_username)
            if (source_branches is None or one.head in source_branches)
            and (target_branches is None or one.base in target_branches)
            and draft in {None, one.draft}
        ]

    def label(self, title: str) -> Tag | None:
        """One label."""
        return next((one for one in self.labels() if one.title == title), None)

    def labels(self, search_term: str = "") -> list[Tag]:
        """The labels, also those of its groups."""
        homes: list[Any] = [self.one, *(self.one.owner.lineage if isinstance(self.one.owner, Organization) else ())]
        found = [(home, one) for home in homes for one in home.labels.values()]
        return [Tag(self.request, one, home) for home, one in found if search_term.lower() in one.name.lower()]

    def milestones(self, state: str | None = None, title: str | None = None) -> list[Goal]:
        """The milestones."""
        found = [Goal(self.request, one, self.one) for one in self.one.milestones.values()]
        return [one for one in found if state in {None, one.state} and title in {None, one.title}]

    def pipelines(self, ref: str | None = None, sha: str | None = None) -> list[Run]:
        """The pipelines, newest first."""
        found = [one for one in pipelines.all_of(self.one)[::-1] if ref in {None, one.ref} and sha in {None, one.sha}]
        return [Run(self.request, one) for one in found]

    def releases(self) -> list[Any]:
        """The releases, newest first."""
        return [
            {"kind": "Release", "id": f"gid://gitlab/Release/{one.id}", "tag_name": one.tag, "name": one.name,
             "tag_path": f"/{self.one.full_name}/-/tags/{one.tag}", "description": one.body, "created_at": one.created,
             "released_at": one.day or one.created, "author": person(self.request, one.author)}
            for one in releases.newest(self.one)
        ]  # fmt: skip

    def release(self, tag_name: str) -> Any:
        """The release of a tag."""
        return next((one for one in self.releases() if one["tag_name"] == tag_name), None)


class Tree:
    """A project's git."""

    kind = "Repository"

    def __init__(self, request: Request, home: Repository) -> None:
        self.request = request
        self.home = home
        self.root_ref = home.default_branch if home.branches else None
        self.empty = not home.branches
        self.exists = True

    def branch_names(self, search_pattern: str, offset: int, limit: int) -> list[str]:
        """Branches by a pattern with stars."""
        found = [one for one in sorted(self.home.branches) if fnmatchcase(one, search_pattern)]
        return found[offset : offset + limit]

    def blobs(self, paths: list[str], ref: str | None = None) -> list[Any]:
        """Which of some paths are files, with what they hold."""
        tip = gitdata.resolve(self.home, ref or "HEAD")
        return [self._file(tip, path) for path in paths if tip is not None and path in tip.files]

    def _file(self, tip: Commit, path: str) -> dict[str, Any]:
        text = tip.files[path]
        data, sha = objects.raw(text), objects.blob_sha(text)
        page = f"/{self.home.full_name}/-/blob/{tip.sha}/{path}"
        return {
            "kind": "RepositoryBlob", "id": f"gid://gitlab/Gitlab::Graphql::Representation::TreeEntry/{sha}",
            "oid": sha, "name": path.rpartition("/")[2], "path": path, "mode": tip.modes.get(path, objects.FILE),
            "size": str(len(data)), "raw_size": len(data), "raw_blob": text, "web_path": page,
            "raw_text_blob": None if b"\0" in data else data.decode(errors="replace"),
        }  # fmt: skip

    def tree(self, path: str = "", ref: str | None = None, recursive: bool = False) -> Any:
        """A folder."""
        tip = gitdata.resolve(self.home, ref or "HEAD")
        if tip is None:
            return None
        inside = f"{path.strip('/')}/" if path.strip("/") else ""
        names = objects.trees(tip.files, tip.modes).names
        below = [one for one in sorted(tip.files) if one.startswith(inside)]
        files = [one for one in below if recursive or "/" not in one[len(inside) :]]
        folders = [one for one in sorted(names) if one and one.startswith(inside) and one + "/" != inside]
        folders = [one for one in folders if recursive or "/" not in one[len(inside) :]]

        def entry(kind: str, name: str, sha: str) -> dict[str, Any]:
            word = "blob" if kind == "Blob" else "tree"
            return {
                "kind": kind, "id": f"gid://gitlab/Gitlab::Graphql::Representation::TreeEntry/{sha}", "sha": sha,
                "name": name.rpartition("/")[2], "type": word, "path": name, "flat_path": name,
                "mode": tip.modes.get(name, objects.FILE),
                "web_path": f"/{self.home.full_name}/-/{word}/{tip.sha}/{name}",
            }  # fmt: skip

        return {
            "kind": "Tree", "blobs": [entry("Blob", one, objects.blob_sha(tip.files[one])) for one in files],
            "trees": [entry("TreeEntry", one, names[one]) for one in folders],
            "last_commit": Change(self.request, self.home, tip),
        }  # fmt: skip
