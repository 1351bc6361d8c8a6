"""A repository of the sandbox on disk, as git keeps one: written out for git, and read back after git has pushed.

Objects are written as they are in the model, whose names are git's own; what is on disk lives as long as the forge.
No HTTP, and nothing of a forge.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from igitt.testing.sandbox import gitdata, objects
from igitt.testing.sandbox.model import Commit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.testing.sandbox.model import Repository, User
    from igitt.testing.sandbox.world import World

__all__ = ["GitStore", "Reader", "environment", "find_git"]

#: What the API can make of a branch's name, and git cannot.
_BAD_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(/|$)|[/.]$|^[/-]")
_CONFIG = """[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[gc]
\tauto = 0
[receive]
\thideRefs = {requests}
\tautogc = false
[uploadpack]
\tallowAnySHA1InWant = true
\tallowFilter = true
"""
#: Run by git with a ref, its old and its new object: a protected branch goes neither back nor away.
_UPDATE = """#!/bin/sh
if grep -qxF "$1" closed && ! grep -qxF "$1 $3" good; then
  cat "words/$1" 2>/dev/null || echo "You are not allowed to push to this branch: $1 is protected."
  exit 1
fi >&2
grep -qxF "$1" protected || exit 0
case "$3" in *[!0]*) ;; *) echo "Cannot delete this branch: $1 is protected." >&2; exit 1;; esac
case "$2" in *[!0]*) ;; *) exit 0;; esac
git merge-base --is-ancestor "$2" "$3" && exit 0
echo "Cannot force-push to this branch: $1 is protected." >&2
exit 1
"""


def find_git() -> str | None:
    """Where the machine's git is."""
    return shutil.which("git")


def environment(home: str) -> dict[str, str]:
    """What git runs with: nothing of who started the sandbox but the path."""
    kept = {
        name: value for name, value in os.environ.items() if name in {"PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR"}
    }
    return kept | {"HOME": home, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}


class GitStore:
    """The repositories of a forge on disk, in a folder that is made when one is asked for and goes with :meth:`close`.

    ``requests`` is where git finds the heads of merge requests: ``"refs/pull/{}/head"`` on GitHub.
    """

    def __init__(self, requests: str) -> None:
        self._requests = requests
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._written: dict[int, set[str]] = {}
        self._locks: dict[int, threading.Lock] = {}

    def lock_of(self, repository: Repository) -> threading.Lock:
        """What one request of git at a time has while it works in a repository."""
        return self._locks.setdefault(repository.id, threading.Lock())

    def close(self) -> None:
        """Removes the folder."""
        if self._folder is not None:
            self._folder.cleanup()
        self._folder, self._written = None, {}

    @property
    def root(self) -> Path:
        """The folder."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="igitt-sandbox-")
        return Path(self._folder.name)

    def place_of(self, repository: Repository) -> Path:
        """The bare repository's folder."""
        return self.root / f"{repository.id}.git"

    # ---- out to the disk

    def write(
        self,
        repository: Repository,
        protected: Iterable[str],
        closed: Iterable[str],
        good: Mapping[str, Iterable[str]] = MappingProxyType({}),
    ) -> dict[str, str]:
        """Brings the disk up to date; gives the refs with their objects as git finds them there.

        ``protected`` branches go neither back nor away by a push, ``closed`` ones cannot be pushed to (a mapping gives
        the words) but for the commits that are ``good``.
        """
        place = self.place_of(repository)
        if repository.id not in self._written:
            self._written[repository.id] = set()
            for name in ("objects", "refs/heads", "refs/tags", "hooks"):
                (place / name).mkdir(parents=True)
            (place / "config").write_text(_CONFIG.format(requests=self._requests.partition("{")[0].rstrip("/")))
            (place / "hooks" / "update").write_text(_UPDATE)
            (place / "hooks" / "update").chmod(0o755)
        for one in repository.commits.values():
            self._write_commit(repository, one)
        for sha, data in repository.extra.get("objects", {}).items():
            self._put(repository, sha, "tag", data)
        refs = self._refs(repository)
        # Loose refs, which git makes of a push, would hide the packed ones.
        shutil.rmtree(place / "refs")
        (place / "refs").mkdir()
        lines = "".join(f"{sha} {name}\n" for name, sha in sorted(refs.items(), key=lambda pair: objects.raw(pair[0])))
        (place / "packed-refs").write_bytes(objects.raw(lines))
        (place / "HEAD").write_bytes(objects.raw(f"ref: refs/heads/{repository.default_branch}\n"))
        for file, names in (("protected", protected), ("closed", closed)):
            (place / file).write_bytes(objects.raw("".join(f"refs/heads/{name}\n" for name in sorted(names))))
        lines = "".join(f"refs/heads/{name} {sha}\n" for name, shas in good.items() for sha in shas)
        (place / "good").write_bytes(objects.raw(lines))
        shutil.rmtree(place / "words", ignore_errors=True)
        for name, words in closed.items() if isinstance(closed, Mapping) else ():
            file_ = place / "words" / "refs" / "heads" / name
            file_.parent.mkdir(parents=True, exist_ok=True)
            file_.write_bytes(objects.raw(f"{words}\n"))
        return refs

    def _refs(self, repository: Repository) -> dict[str, str]:
        found = {f"refs/heads/{name}": sha for name, sha in repository.branches.items()}
        tags = repository.extra.get("tags", {})
        found |= {f"refs/tags/{name}": tag.get("object") or tag["sha"] for name, tag in tags.items()}
        found |= {self._requests.format(one.number): one.head_sha for one in repository.merge_requests.values()}
        return {name: sha for name, sha in found.items() if not _BAD_REF.search(name)}

    def _write_commit(self, repository: Repository, one: Commit) -> None:
        if one.sha in self._written[repository.id]:
            return
        parent = repository.commits.get(one.parents[0]) if one.parents else None
        before = parent.files if parent is not None and parent.sha in self._written[repository.id] else {}
        for path, text in one.files.items():
            if before.get(path) is not text and one.modes.get(path) != objects.SUBMODULE:
                sha = objects.blob_sha(text)
                if sha not in self._written[repository.id]:
                    self._put(repository, sha, "blob", objects.raw(text))
        for sha, data in objects.trees(one.files, one.modes).objects.items():
            self._put(repository, sha, "tree", data)
        self._put(repository, one.sha, "commit", one.object)

    def _put(self, repository: Repository, sha: str, kind: str, data: bytes) -> None:
        if sha in self._written[repository.id]:
            return
        self._written[repository.id].add(sha)
        place = self.place_of(repository) / "objects" / sha[:2] / sha[2:]
        if not place.exists():
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(zlib.compress(b"%s %d\0" % (kind.encode(), len(data)) + data, 1))

    # ---- back from the disk

    def read(self, world: World, repository: Repository, known: Mapping[str, str], actor: User) -> bool:
        """Takes over what a push changed: branches and tags that are not as they were ``known``.

        Gives False, and takes over nothing, where one of them was changed by other means in the meantime.
        """
        place = self.place_of(repository)
        now = _listed(place)
        changed = {name: now.get(name) for name in {*known, *now} if now.get(name) != known.get(name)}
        heads = [name.removeprefix("refs/heads/") for name in sorted(changed) if name.startswith("refs/heads/")]
        with Reader(place) as reader:
            fresh: dict[str, Commit] = {}
            for name, sha in changed.items():
                if sha is not None and name.startswith("refs/heads/"):
                    reader.collect(world, repository, sha, fresh)
            with world.transaction():
                refs = self._refs(repository)
                if any(refs.get(name) != known.get(name) for name in changed):
                    return False
                repository.commits.update(fresh)
                self._take(world, repository, changed, heads, reader, actor)
        return True

    def _take(
        self,
        world: World,
        repository: Repository,
        changed: Mapping[str, str | None],
        heads: list[str],
        reader: Reader,
        actor: User,
    ) -> None:
        if not repository.branches and heads and repository.default_branch not in heads:
            repository.default_branch = heads[0]  # what is pushed first to an empty repository
        for name in heads:
            gitdata.move(world, repository, name, changed[f"refs/heads/{name}"], actor)
        for name in sorted(changed):
            if name.startswith("refs/tags/"):
                sha = changed[name]
                found = None if sha is None else reader.tag(world, repository, sha)
                if sha is None or found is not None:
                    gitdata.set_tag(world, repository, name.removeprefix("refs/tags/"), found, actor)


def _listed(place: Path) -> dict[str, str]:
    listed = subprocess.run(  # noqa: S603  git itself, with words of our own
        [find_git() or "git", "for-each-ref", "--format=%(objectname) %(refname)"],
        cwd=place, env=environment(str(place)), check=True, capture_output=True,
    ).stdout  # fmt: skip
    pairs = (objects.text_of(line).split(" ", 1) for line in listed.splitlines())
    return {name: sha for sha, name in pairs}


class Reader:
    """Reads a repository's objects off the disk, through one process of git."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._texts: dict[str, str] = {}
        self._listings: dict[str, list[tuple[str, str, str]]] = {}

    def __enter__(self) -> Self:
        self._git = subprocess.Popen(  # noqa: S603  git itself, with words of our own
            [find_git() or "git", "cat-file", "--batch"],
            cwd=self._place, env=environment(str(self._place)), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        return self

    def __exit__(self, *_exception: object) -> None:
        self._git.communicate()

    def _object(self, sha: str) -> tuple[str, bytes]:
        source, sink = self._git.stdout, self._git.stdin
        assert source is not None  # noqa: S101  both are pipes
        assert sink is not None  # noqa: S101
        sink.write(sha.encode() + b"\n")
        sink.flush()
        _, kind, size = source.readline().decode().split()
        data = source.read(int(size))
        source.read(1)
        return kind, data

    def fetch(self, world: World, repository: Repository, sha: str) -> None:
        """Brings a commit and what came before it into the model."""
        fresh: dict[str, Commit] = {}
        self.collect(world, repository, sha, fresh)
        repository.commits.update(fresh)

    def collect(self, world: World, repository: Repository, sha: str, fresh: dict[str, Commit]) -> None:
        """Adds a commit and what came before it to ``fresh``, as far as the model has it not."""
        todo = [sha]
        while todo:
            one = todo.pop()
            if one not in repository.commits and one not in fresh:
                fresh[one] = made = self._commit(world, one)
                todo += made.parents

    def _commit(self, world: World, sha: str) -> Commit:
        _, data = self._object(sha)
        headers, message = objects.headers_of(data)
        author, committer = (objects.Person.read(headers[name][0]) for name in ("author", "committer"))
        tree, parents = headers["tree"][0].decode(), [one.decode() for one in headers.get("parent", ())]
        listed = self._listing(tree)
        files = {path: name if mode == objects.SUBMODULE else self._text(name) for path, mode, name in listed}
        modes = {path: mode for path, mode, _ in listed if mode != objects.FILE}
        return Commit(
            sha, tree, message.removesuffix("\n"), world.by_email(author.email), author.name, author.email, author.when,
            parents, files, modes, None if committer == author else committer, data,
        )  # fmt: skip

    def _listing(self, tree: str) -> list[tuple[str, str, str]]:
        """The files of a tree and the folders in it: path, mode and object."""
        if tree not in self._listings:
            found = self._listings[tree] = []
            for mode, name, sha in objects.entries(self._object(tree)[1]):
                if mode == objects.FOLDER:
                    found += [(f"{name}/{path}", inner, blob) for path, inner, blob in self._listing(sha)]
                else:
                    found.append((name, mode, sha))
        return self._listings[tree]

    def _text(self, blob: str) -> str:
        if blob not in self._texts:
            self._texts[blob] = objects.text_of(self._object(blob)[1])
        return self._texts[blob]

    def tag(self, world: World, repository: Repository, sha: str) -> dict[str, Any] | None:
        """What is kept of a tag; None for one that is of no commit."""
        kind, data = self._object(sha)
        if kind == "commit":
            self.fetch(world, repository, sha)
            return gitdata.tag(sha, world.now())
        headers, message = objects.headers_of(data)
        if kind != "tag" or headers["type"] != [b"commit"]:
            return None
        target = headers["object"][0].decode()
        self.fetch(world, repository, target)
        repository.extra.setdefault("objects", {})[sha] = data
        return gitdata.tag(target, world.now(), message.removesuffix("\n"), sha)
