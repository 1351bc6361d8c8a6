"""A project's branches and tags on GitLab."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from igitt._http.error_mapping import told_as
from igitt._objects.shared.refs import owner_name
from igitt.errors import ElementDoesntExistError, IncompleteListError, ValidationError
from igitt.gitlab.base import from_states
from igitt.gitlab.diffs import file_change
from igitt.gitlab.repository.lists import GitLabRepositoryLists
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

__all__ = ["GitLabRepositoryRefs"]


#: https://docs.gitlab.com/administration/diff_limits/
_MOST_FILES = 1_000
_NO_REF = re.compile(r"^(invalid reference name|target .* is invalid)", re.IGNORECASE)
_ISSUES = {"all": "all", "open": "opened", "closed": "closed"}


class GitLabRepositoryRefs(GitLabRepositoryLists):
    """The part of :class:`igitt.gitlab.repository.repository.GitLabRepository` that is about branches and tags."""

    __slots__ = ()
    kind = ""  # a part, no thing of its own
    _refs_place = "repository/"

    def _start(self, ref: str | None) -> str:
        """Where something new starts; GitLab requires it, and the default branch is one request if not known."""
        home: Any = self
        return ref or str(home.default_branch)

    def create_branch(self, name: str, ref: str | None = None) -> Branch:
        """Make a branch; ``POST /projects/:id/repository/branches``."""
        body = {"branch": nonempty(name), "ref": self._start(ref)}
        data = self._made(f"{self.api_path}/repository/branches", body)
        return self.client.Branch.from_data(data, self.client, self)

    def create_tag(self, name: str, ref: str | None = None, message: str = "") -> Tag:
        """Make a tag; ``POST /projects/:id/repository/tags``."""
        body = {"tag_name": nonempty(name), "ref": self._start(ref), **({"message": message} if message else {})}
        data = self._made(f"{self.api_path}/repository/tags", body)
        return self.client.Tag.from_data(data, self.client, self)

    def _made(self, path: str, body: Mapping[str, Any]) -> Any:
        """What GitLab made at a ref; it reports a missing ref as something invalid."""
        try:
            return self._request("POST", path, json=body).data
        except ValidationError as error:
            if not _NO_REF.search(error.message):
                raise
            raise told_as(ElementDoesntExistError, error, f"there is no {body['ref']!r} to make it at") from error

    def compare(self, base: str, head: str) -> Comparison:
        """``GET /projects/:id/repository/compare`` both ways, and ``GET …/repository/merge_base``."""
        place, make = f"{self.api_path}/repository/compare", self.client.Commit.from_data
        data = self.client.get(place, params={"from": nonempty(base), "to": nonempty(head)})
        with shaped("a comparison"):
            if data.get("compare_timeout"):
                reason = "as GitLab's time for comparing was over"
                raise IncompleteListError(received=len(data.get("diffs") or ()), reason=reason)
            if len(data["diffs"]) >= _MOST_FILES:
                reason = "as GitLab compares no more files unless it is set otherwise; git has all of them"
                raise IncompleteListError(received=len(data["diffs"]), reason=reason)
        back = self.client.get(place, params={"from": head, "to": base})
        try:
            fork = self.client.get(f"{self.api_path}/repository/merge_base", params={"refs[]": [base, head]})
        except ElementDoesntExistError:  # nothing in common: both refs were found before
            fork = None
        with shaped("a comparison"):
            return Comparison(
                ahead=len(data["commits"]),
                behind=len(back["commits"]),
                merge_base=make(fork, self.client, self) if fork else None,
                commits=tuple(make(each, self.client, self) for each in data["commits"]),
                files=tuple(file_change(each) for each in data["diffs"]),
            )

    def transfer(self, to: User | Organization | str) -> None:
        """Give it to another owner; ``PUT /projects/:id/transfer``."""
        body = {"namespace": nonempty(owner_name(to))}
        self._absorb(self._request("PUT", f"{self.api_path}/transfer", json=body).data)

    def get_fork(self, owner: User | Organization | str | None = None) -> Repository | None:
        """``GET /projects/:id/forks``: those of the credential's own user alone are a short list."""
        name = None if owner is None else owner_name(owner).casefold()

        def belongs(data: Any) -> bool:
            place = data.get("namespace") or {}
            return place.get("kind") == "user" if name is None else str(place.get("full_path")).casefold() == name

        params = {"owned": True} if name is None else {}
        return self.client.list(f"{self.api_path}/forks", self.client.Repository, params=params, keep=belongs).first()

    def add_deploy_key(self, title: str, key: str, *, read_only: bool = True) -> DeployKey:
        """Let an SSH key open it to ``git``; ``POST /projects/:id/deploy_keys``."""
        body = {"title": nonempty(title), "key": nonempty(key), "can_push": not read_only}
        return self._created(self.client.DeployKey, "deploy_keys", body)

    def _search(self, cls: str, place: str, state: str, *times: Any) -> PaginatedList[Any]:
        names = ("created_after", "created_before", "updated_after", "updated_before")
        params = {name: to_instant(time) for name, time in zip(names, times, strict=True)}
        return self.client.list(
            f"{self.api_path}/{place}", cls, self, params={"scope": "all", "state": state, **params}
        )

    def search_issues(
        self,
        created_after: datetime | str | None = None,
        created_before: datetime | str | None = None,
        updated_after: datetime | str | None = None,
        updated_before: datetime | str | None = None,
        state: str = "all",
    ) -> PaginatedList[Issue]:
        """``GET /projects/:id/issues``."""
        word, times = from_states(_ISSUES, str(state)), (created_after, created_before, updated_after, updated_before)
        return self._search("Issue", "issues", word, *times)

    def search_mrs(
        self,
        created_after: datetime | str | None = None,
        created_before: datetime | str | None = None,
        updated_after: datetime | str | None = None,
        updated_before: datetime | str | None = None,
        state: str = "all",
    ) -> PaginatedList[MergeRequest]:
        """``GET /projects/:id/merge_requests``."""
        word = from_states({**_ISSUES, "merged": "merged"}, str(state))
        times = (created_after, created_before, updated_after, updated_before)
        return self._search("MergeRequest", "merge_requests", word, *times)
