"""What git keeps, as GitHub's GraphQL has it: trees, blobs and tags, and who wrote something."""

from __future__ import annotations

from typing import Any

from igitt.testing.sandbox import objects
from igitt.testing.sandbox.github.graphql.things import Thing


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

    def __init__(self, asking: Any, one: Any, home: Any, path: str) -> None:
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

    def __init__(self, asking: Any, one: Any, home: Any, path: str) -> None:
        self.asking = asking
        self.path = path
        self.name = path.rpartition("/")[2]
        folder = path not in one.files
        mode = objects.FOLDER if folder else one.modes.get(path, objects.FILE)
        self.mode = int(mode, 8)
        self.type = "tree" if folder else "commit" if mode == objects.SUBMODULE else "blob"
        blob = None if folder else Blob(asking, one, home, path)
        self.object: Any = blob or Tree(asking, one, home, path)
        self.oid = self.object.oid
        self.extension = f".{self.name.rpartition('.')[2]}" if "." in self.name else ""
        self.size = blob.byte_size if blob else 0
        self.repository = asking.thing(home)


class Blob(GitThing):
    """A file of a commit."""

    kind = "Blob"
    prefix = "B_kwDO"

    def __init__(self, asking: Any, one: Any, home: Any, path: str) -> None:
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
