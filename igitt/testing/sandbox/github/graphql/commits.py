"""Git as GitHub's GraphQL has it: refs, commits, trees, blobs and tags."""

from __future__ import annotations

import html
from datetime import datetime
from typing import Any

from igitt.testing.sandbox import gitdata, objects
from igitt.testing.sandbox.github.graphql import checks
from igitt.testing.sandbox.github.graphql.things import Thing
from igitt.testing.sandbox.github.shapes.commits import SIGNED
from igitt.testing.sandbox.model import Commit


class GitThing(Thing):
    """An object of git in a repository."""

    def __init__(self, asking: Any, one: Any, home: Any) -> None:
        super().__init__(asking, one)
        self.home = home

    @property
    def oid(self) -> str:
        """Git's name of it."""
        return str(self.one.sha)

    @property
    def id(self) -> str:
        """The global id."""
        return f"{self.prefix}{self.oid[:12]}"

    @property
    def abbreviated_oid(self) -> str:
        """The name, short."""
        return self.oid[:7]

    @property
    def repository(self) -> Any:
        """Where it is."""
        return self.asking.thing(self.home)

    @property
    def commit_url(self) -> str:
        """The page of the commit."""
        return f"{self.asking.forge.url}/{self.home.full_name}/commit/{self.oid}"


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
            mails, number = set(author.get("emails") or ()), author.get("id")
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
        if self.oid not in self.home.extra.get("signed", ()):
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


class GitActor:
    """Who wrote a commit, as git says."""

    kind = "GitActor"

    def __init__(self, asking: Any, name: str, email: str, when: Any, user: Any) -> None:
        self.asking = asking
        self.name = name
        self.email = email
        self.date = when.isoformat()
        self.user = asking.thing(user or asking.world.by_email(email))

    def avatar_url(self, size: int | None = None) -> str:
        """The picture."""
        return str(self.user.avatar_url(size)) if self.user else f"{self.asking.forge.url}/avatars/u/0?v=4"


class Tree(GitThing):
    """A folder of a commit."""

    kind = "Tree"
    prefix = "T_kwDO"

    def __init__(self, asking: Any, one: Commit, home: Any, path: str) -> None:
        super().__init__(asking, one, home)
        self.path = path

    @property
    def oid(self) -> str:
        """Git's name of it."""
        return objects.trees(self.one.files, self.one.modes).names[self.path]

    @property
    def entries(self) -> list[Any]:
        """What is in it."""
        inside = f"{self.path}/" if self.path else ""
        names = dict.fromkeys(
            path[len(inside) :].partition("/")[0] for path in sorted(self.one.files) if path.startswith(inside)
        )
        return [TreeEntry(self.asking, self.one, self.home, inside + name) for name in names]


class TreeEntry:
    """A file or folder in a tree."""

    kind = "TreeEntry"

    def __init__(self, asking: Any, one: Commit, home: Any, path: str) -> None:
        self.asking = asking
        self.path = path
        self.name = path.rpartition("/")[2]
        folder = path not in one.files
        mode = objects.FOLDER if folder else one.modes.get(path, objects.FILE)
        self.mode = int(mode, 8)
        self.type = "tree" if folder else "commit" if mode == objects.SUBMODULE else "blob"
        self.object = Tree(asking, one, home, path) if folder else Blob(asking, one, home, path)
        self.oid = self.object.oid
        self.extension = f".{self.name.rpartition('.')[2]}" if "." in self.name else ""
        self.size = 0 if folder else self.object.byte_size
        self.repository = asking.thing(home)


class Blob(GitThing):
    """A file of a commit."""

    kind = "Blob"
    prefix = "B_kwDO"

    def __init__(self, asking: Any, one: Commit, home: Any, path: str) -> None:
        super().__init__(asking, one, home)
        self.path = path

    @property
    def _bytes(self) -> bytes:
        return objects.raw(self.one.files[self.path])

    @property
    def oid(self) -> str:
        """Git's name of it."""
        return objects.blob_sha(self.one.files[self.path])

    @property
    def byte_size(self) -> int:
        """Its length."""
        return len(self._bytes)

    @property
    def is_binary(self) -> bool:
        """Whether it is no text."""
        return b"\0" in self._bytes or any("\udc80" <= one <= "\udcff" for one in self.one.files[self.path])

    @property
    def is_truncated(self) -> bool:
        """Whether the text is cut: beyond 512 KB."""
        return self.byte_size > 512_000

    @property
    def text(self) -> str | None:
        """The content; null for what is no text."""
        return None if self.is_binary else self._bytes[:512_000].decode(errors="replace")


class Tag(GitThing):
    """The object of a tag with a message."""

    kind = "Tag"
    prefix = "TA_kwDO"

    def __init__(self, asking: Any, name: str, kept: dict[str, Any], home: Any) -> None:
        super().__init__(asking, kept, home)
        self.name = name
        self.message = kept["message"] or None
        self.target = asking.thing(home.commits[kept["sha"]], home)
        headers, _ = objects.headers_of(home.extra["objects"][kept["object"]])
        who = objects.Person.read(headers["tagger"][0])
        self.tagger = GitActor(asking, who.name, who.email, who.when, None)

    @property
    def oid(self) -> str:
        """Git's name of it."""
        return str(self.one["object"])


class Ref(Thing):
    """A branch or a tag."""

    kind = "Ref"

    def __init__(self, asking: Any, name: str, home: Any) -> None:
        super().__init__(asking, name)
        self.home = home
        self.prefix = "refs/tags/" if name.startswith("refs/tags/") else "refs/heads/"  # type: ignore[misc]
        self.name = name.removeprefix(self.prefix)

    @property
    def id(self) -> str:
        """The global id: the repository and the whole name, as letters that travel."""
        return f"REF_kwDO{self.home.id}:{self.one}"

    @property
    def repository(self) -> Any:
        """Where it is."""
        return self.asking.thing(self.home)

    @property
    def target(self) -> Any:
        """What it points at."""
        if self.prefix == "refs/heads/":
            return self.asking.thing(self.home.commits[self.home.branches[self.name]], self.home)
        kept = self.home.extra["tags"][self.name]
        if kept["object"]:
            return Tag(self.asking, self.name, kept, self.home)
        return self.asking.thing(self.home.commits[kept["sha"]], self.home)

    def associated_pull_requests(
        self,
        states: list[str] | None = None,
        labels: list[str] | None = None,
        head_ref_name: str | None = None,
        base_ref_name: str | None = None,
        order_by: dict[str, str] | None = None,
    ) -> list[Any]:
        """The pull requests from it."""
        from igitt.testing.sandbox.github.graphql.issues import chosen  # noqa: PLC0415  those know refs

        found = [
            one
            for home in self.asking.world.repositories.values() if self.asking.sees(home)
            for one in home.merge_requests.values()
            if one.source is self.home and one.head == self.name == (head_ref_name or self.name)
            and one.base == (base_ref_name or one.base)
        ]  # fmt: skip
        return self.asking.things(chosen(found, states, labels, order_by))

    @property
    def branch_protection_rule(self) -> Any:
        """Its rule, for who may write."""
        if self.name not in self.home.extra.get("protected", ()):
            return None
        return {"kind": "BranchProtectionRule", "id": f"BPR_kwDO{self.home.id}:{self.name}", "pattern": self.name}


def ref_of(asking: Any, home: Any, name: str) -> Ref | None:
    """A ref by its name in full, or as ``heads/…`` or a branch's own."""
    for full in (name, f"refs/{name}", f"refs/heads/{name}", f"refs/tags/{name}"):
        word = full.removeprefix("refs/heads/")
        if word != full and word in home.branches:
            return Ref(asking, full, home)
        word = full.removeprefix("refs/tags/")
        if word != full and word in home.extra.get("tags", {}):
            return Ref(asking, full, home)
    return None


__all__ = ["Blob", "CommitThing", "GitActor", "Ref", "Tag", "Tree", "TreeEntry", "ref_of"]
