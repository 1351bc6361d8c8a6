"""A repository's branches and tags on GitHub, which knows them as git's refs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from igitt._base.paths import segment
from igitt._objects.shared.refs import owner_name
from igitt.errors import ElementDoesntExistError, IGittError, IncompleteListError, ValidationError
from igitt.github.commit import file_change
from igitt.github.cut import MOST_COMPARED, changed_files
from igitt.github.refs import is_sha, ref_path
from igitt.github.repository.lists import GitHubRepositoryLists
from igitt.github.search import search
from igitt.interfaces.branch import Branch
from igitt.interfaces.comparison import Comparison
from igitt.interfaces.convert import nonempty, to_instant
from igitt.interfaces.deploy_key import DeployKey
from igitt.interfaces.issue import Issue
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.organization import Organization
from igitt.interfaces.repository import Repository
from igitt.interfaces.shapes import shaped
from igitt.interfaces.tag import Tag
from igitt.interfaces.user import User

__all__ = ["GitHubRepositoryRefs"]


#: GitHub's qualifiers for a neutral state.
_ISSUES = {"all": "", "open": "state:open", "closed": "state:closed"}
_MERGE_REQUESTS = {**_ISSUES, "closed": "is:closed is:unmerged", "merged": "is:merged"}


class GitHubRepositoryRefs(GitHubRepositoryLists):
    """The part of :class:`igitt.github.repository.repository.GitHubRepository` that is about branches and tags."""

    __slots__ = ()
    kind = ""  # a part, no thing of its own
    _keys_place = "keys"

    def _sha_of(self, ref: str | None) -> str:
        """The whole hash that a branch, a tag or the beginning of a hash means: one request, none for a whole one."""
        if ref is not None and is_sha(ref):
            return ref
        where = f"{self.api_path}/commits/{segment(ref or 'HEAD', 'ref')}"
        return self._request("GET", where, accept="application/vnd.github.sha").text.strip()

    def create_branch(self, name: str, ref: str | None = None) -> Branch:
        """Make a branch; ``POST /repos/{owner}/{repo}/git/refs``."""
        ref_path("heads", nonempty(name))
        body = {"ref": f"refs/heads/{name}", "sha": self._sha_of(ref)}
        made = self._request("POST", f"{self.api_path}/git/refs", json=body).data
        data = {"name": name, "commit": {"sha": made["object"]["sha"]}}
        return self.client.Branch.from_data(data, self.client, self)

    def create_tag(self, name: str, ref: str | None = None, message: str = "") -> Tag:
        """Make a tag; ``POST /repos/{owner}/{repo}/git/refs``, and ``…/git/tags`` before it for the message."""
        ref_path("tags", nonempty(name))
        sha = self._sha_of(ref)
        body = {"tag": name, "message": message, "object": sha, "type": "commit"}
        marked = sha if not message else self._request("POST", f"{self.api_path}/git/tags", json=body).data["sha"]
        content = {"ref": f"refs/tags/{name}", "sha": marked}
        made = self._request("POST", f"{self.api_path}/git/refs", json=content).data
        return self.client.Tag.from_data({**made, "name": name, "commit": {"sha": sha}}, self.client, self)

    def compare(self, base: str, head: str) -> Comparison:
        """``GET /repos/{owner}/{repo}/compare/{basehead}``; beyond 300 files, also the trees of both ends."""
        place = f"{self.api_path}/compare/{segment(base, 'ref')}...{segment(head, 'ref')}"
        data = self.client.get(place)
        with shaped("a comparison"):
            found, total, page = data["commits"], data["total_commits"], 0
            if len(found) < total:  # without a page, GitHub gives the newest 250
                found = []
            while len(found) < total:
                page += 1
                more = self.client.get(place, params={"per_page": 100, "page": page})["commits"]
                if not more:
                    break
                found += more
            if len(found) < total:
                raise IncompleteListError(received=len(found), expected=total, reason=f"as {place} ends too early")
            files = self._compared_files(base, head, list(data.get("files") or ()))
            make = self.client.Commit.from_data
            return Comparison(
                ahead=data["ahead_by"],
                behind=data["behind_by"],
                merge_base=make(data["merge_base_commit"], self.client, self)
                if data.get("merge_base_commit")
                else None,
                commits=tuple(make(each, self.client, self) for each in found),
                files=tuple(file_change(each) for each in files),
            )

    def _compared_files(self, base: str, head: str, came: list[Any]) -> list[Any]:
        """The files of a comparison: those that GitHub gives, and where it stops, those that differ in the trees."""
        if len(came) < MOST_COMPARED:
            return came
        try:
            return [*came, *changed_files(self, base, head, came)]
        except IGittError as error:
            reason = f"as GitHub gives only {MOST_COMPARED} files of a comparison"
            raise IncompleteListError(received=len(came), reason=reason) from error

    def transfer(self, to: User | Organization | str) -> None:
        """Give it to another owner; ``POST /repos/{owner}/{repo}/transfer``."""
        body = {"new_owner": nonempty(owner_name(to))}
        data = self._request("POST", f"{self.api_path}/transfer", json=body).data
        # The number leads to it before and after; the name in the answer is the old one or the new one.
        self._data = {"id": data["id"]}
        self._complete = False

    def get_fork(self, owner: User | Organization | str | None = None) -> Repository | None:
        """The fork of that name that somebody has: two requests; all forks are read where it was renamed."""
        login = self.client.user.username if owner is None else owner_name(owner)
        likely = self.client.Repository(self.client, f"{login}/{self.full_name.partition('/')[2]}")
        try:
            if likely.is_fork and likely.parent == self:
                return likely
        except ElementDoesntExistError:
            pass

        def belongs(data: Any) -> bool:
            return str((data.get("owner") or {}).get("login")).casefold() == login.casefold()

        return self.client.list(f"{self.api_path}/forks", self.client.Repository, keep=belongs).first()

    def add_deploy_key(self, title: str, key: str, *, read_only: bool = True) -> DeployKey:
        """Let an SSH key open it to ``git``; ``POST /repos/{owner}/{repo}/keys``."""
        body = {"title": nonempty(title), "key": nonempty(key), "read_only": read_only}
        return self._created(self.client.DeployKey, "keys", body)

    def _search(self, cls: str, state: str, words: dict[str, str], **times: Any) -> PaginatedList[Any]:
        if str(state) not in words:
            raise ValidationError(f"state is one of {', '.join(sorted(words))}, not {state!r}")
        parts = [f"repo:{self.full_name}", "is:issue" if cls == "Issue" else "is:pr", words[str(state)]]
        for name in ("created", "updated"):
            begin, end = to_instant(times[f"{name}_after"]), to_instant(times[f"{name}_before"])
            if begin or end:
                parts.append(f"{name}:{begin or '*'}..{end or '*'}")
        make, query = getattr(self.client, cls).from_data, " ".join(part for part in parts if part)
        return search(
            self.client, "issues", lambda data: make(data, self.client, self), query, sort="created", order="desc"
        )

    def search_issues(
        self,
        created_after: datetime | str | None = None,
        created_before: datetime | str | None = None,
        updated_after: datetime | str | None = None,
        updated_before: datetime | str | None = None,
        state: str = "all",
    ) -> PaginatedList[Issue]:
        """``GET /search/issues``, within this repository."""
        times = _times(created_after, created_before, updated_after, updated_before)
        return self._search("Issue", state, _ISSUES, **times)

    def search_mrs(
        self,
        created_after: datetime | str | None = None,
        created_before: datetime | str | None = None,
        updated_after: datetime | str | None = None,
        updated_before: datetime | str | None = None,
        state: str = "all",
    ) -> PaginatedList[MergeRequest]:
        """``GET /search/issues`` for pull requests, within this repository."""
        times = _times(created_after, created_before, updated_after, updated_before)
        return self._search("MergeRequest", state, _MERGE_REQUESTS, **times)


def _times(*times: Any) -> dict[str, Any]:
    return dict(zip(("created_after", "created_before", "updated_after", "updated_before"), times, strict=True))
