"""Commits as GitHub's GraphQL has them."""

from __future__ import annotations

import html
from datetime import datetime
from typing import Any

from igitt.testing.sandbox import gitdata
from igitt.testing.sandbox.github.graphql import checks
from igitt.testing.sandbox.github.graphql.trees import GitActor, GitThing, Tree
from igitt.testing.sandbox.github.shapes.commits import SIGNED
from igitt.testing.sandbox.model import Commit


class CommitThing(GitThing, models=[Commit]):
    """A commit."""

    kind = "Commit"
    prefix = "C_kwDO"
    _lines: Any = None

    @property
    def url(self) -> str:
        """Its page."""
        return self.commit_url

    @property
    def message(self) -> str:
        """The whole message."""
        return str(self.one.message)

    @property
    def message_headline(self) -> str:
        """Its first line."""
        return self.message.partition("\n")[0]

    @property
    def message_headline_html(self) -> str:
        """The same as a page shows it."""
        return html.escape(self.message_headline, quote=False)

    @property
    def message_body(self) -> str:
        """The rest."""
        return self.message.partition("\n")[2].strip("\n")

    @property
    def author(self) -> GitActor:
        """Who wrote it."""
        one = self.one
        return GitActor(self.asking, one.author_name, one.author_email, one.created, one.author)

    @property
    def committer(self) -> GitActor:
        """Who put it there."""
        by = self.one.committer
        return GitActor(self.asking, by.name, by.email, by.when, None) if by else self.author

    def authors(self) -> list[Any]:
        """Who wrote it."""
        return [self.author]

    @property
    def authored_date(self) -> Any:
        """When it was written."""
        return self.one.created

    @property
    def committed_date(self) -> Any:
        """When it was put there."""
        return self.one.committer.when if self.one.committer else self.one.created

    @property
    def authored_by_committer(self) -> bool:
        """Whether both are the same."""
        return self.one.committer is None

    def parents(self) -> list[Any]:
        """The commits before."""
        return self.asking.things((self.home.commits[one] for one in self.one.parents), self.home)

    @property
    def _changes(self) -> list[gitdata.FileChange]:
        if self._lines is None:
            self._lines = gitdata.commit_changes(self.home, self.one)
        return list(self._lines)

    @property
    def additions(self) -> int:
        """Lines that came."""
        return sum(one.additions for one in self._changes)

    @property
    def deletions(self) -> int:
        """Lines that went."""
        return sum(one.deletions for one in self._changes)

    @property
    def changed_files(self) -> int:
        """Files that changed."""
        return len(self._changes)

    changed_files_if_available = changed_files

    @property
    def tree(self) -> Tree:
        """The files."""
        return Tree(self.asking, self.one, self.home, "")

    def file(self, path: str) -> Any:
        """One entry of the tree."""
        folder, _, name = path.rpartition("/")
        entries = Tree(self.asking, self.one, self.home, folder).entries
        return next((one for one in entries if one.name == name), None)

    def history(
        self,
        path: str | None = None,
        author: dict[str, Any] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> list[Any]:
        """It and what came before, newest first."""
        found = gitdata.history(self.home, self.one.sha)
        if path:
            found = [one for one in found if self._touches(one, path)]
        if author:
            mails, number = set[str](author.get("emails") or ()), author.get("id")
            found = [one for one in found if one.author_email in mails or (
                number and one.author and self.asking.thing(one.author).id == number)]  # fmt: skip
        if since:
            found = [one for one in found if one.created >= datetime.fromisoformat(since)]
        if until:
            found = [one for one in found if one.created <= datetime.fromisoformat(until)]
        return self.asking.things(found, self.home)

    def _touches(self, one: Commit, path: str) -> bool:
        inside = path.rstrip("/") + "/"
        return any(f"{each.path}/".startswith(inside) for each in gitdata.commit_changes(self.home, one))

    def associated_pull_requests(self, order_by: dict[str, str] | None = None) -> list[Any]:
        """The pull requests that brought it, or hold it while they are open."""
        from igitt.testing.sandbox.github.graphql.issues import chosen  # noqa: PLC0415  those know commits

        found = [
            one for one in self.home.merge_requests.values()
            if self.oid in {one.merge_sha, one.head_sha} or self.oid in {
                each.sha for each in gitdata.request_commits(one)}
        ]  # fmt: skip
        return self.asking.things(chosen(found, None, None, order_by))

    def comments(self) -> list[Any]:
        """What was said of it."""
        return self.asking.things(self.one.comments)

    @property
    def signature(self) -> Any:
        """Its signature, where one was entered."""
        signed: set[str] = self.home.extra.get("signed") or set()
        if self.oid not in signed:
            return None
        return {"kind": "GpgSignature", "is_valid": True, "state": "VALID", "signature": SIGNED["signature"],
                "payload": SIGNED["payload"], "email": self.one.author_email, "was_signed_by_git_hub": False,
                "signer": self.asking.thing(self.one.author)}  # fmt: skip

    @property
    def status_check_rollup(self) -> Any:
        """Its checks and statuses together; null without any."""
        found = checks.Rollup(self.asking, self)
        return found if found.every else None

    @property
    def status(self) -> Any:
        """Its statuses together; null without any."""
        found = checks.Statuses(self.asking, self)
        return found if found.contexts else None

    def check_suites(self, filter_by: dict[str, Any] | None = None) -> list[Any]:
        """Its checks by who runs them."""
        found = checks.suites(self.asking, self)
        by = filter_by or {}
        if by.get("app_id") is not None:
            found = [one for one in found if one.app is not None and one.app.database_id == by["app_id"]]
        if by.get("check_name") is not None:
            found = [one for one in found if any(each.name == by["check_name"] for each in one.check_runs())]
        return found

    @property
    def tarball_url(self) -> str:
        """Its files in an archive."""
        return f"{self.asking.forge.api_url}/repos/{self.home.full_name}/tarball/{self.oid}"

    @property
    def zipball_url(self) -> str:
        """Likewise."""
        return f"{self.asking.forge.api_url}/repos/{self.home.full_name}/zipball/{self.oid}"


class PullCommit:
    """A commit in its pull request."""

    kind = "PullRequestCommit"

    def __init__(self, pull: Any, one: Any) -> None:
        self.pull_request = pull
        self.commit = pull.asking.thing(one, pull.one.repository)
        self.id = f"PURC_kwDO{pull.one.id}:{one.sha[:12]}"
        self.url = f"{pull.url}/commits/{one.sha}"
        self.resource_path = self.url.removeprefix(pull.asking.forge.url)
