"""Git's own objects as bytes, under the names that git gives them: what the sandbox shows is what git would make.

Making and reading them is all that happens here; what holds them is in :mod:`.model`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha1
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "FILE",
    "FOLDER",
    "LINK",
    "SUBMODULE",
    "Person",
    "Trees",
    "blob_sha",
    "commit",
    "entries",
    "headers_of",
    "name_of",
    "raw",
    "tag",
    "text_of",
    "trees",
]

FILE, FOLDER, LINK, SUBMODULE = "100644", "040000", "120000", "160000"


def raw(text: str) -> bytes:
    """A file's bytes; what is no UTF-8 is kept in its text as surrogates."""
    return text.encode(errors="surrogateescape")


def text_of(data: bytes) -> str:
    """The way back."""
    return data.decode(errors="surrogateescape")


def name_of(kind: str, data: bytes) -> str:
    """The name that git gives to an object (a blob, tree, commit or tag)."""
    return sha1(b"%s %d\0" % (kind.encode(), len(data)) + data, usedforsecurity=False).hexdigest()


@lru_cache(maxsize=10_000)
def blob_sha(text: str) -> str:
    """The name that git gives to a file's content."""
    return name_of("blob", raw(text))


@dataclass(slots=True)
class Trees:
    """The trees of some files: the name of each folder's (``""`` is the outermost), and each tree by its name."""

    names: dict[str, str] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)


def trees(files: Mapping[str, str], modes: Mapping[str, str]) -> Trees:
    """The trees of files by path; ``modes`` are those that are no plain files (a submodule's text is its commit)."""
    inside: dict[str, list[tuple[bytes, str, str]]] = {"": []}
    for path, text in files.items():
        mode = modes.get(path, FILE)
        folder, _, name = path.rpartition("/")
        inside.setdefault(folder, []).append((raw(name), mode, text if mode == SUBMODULE else blob_sha(text)))
        while folder and (outer := folder.rpartition("/")[0]) not in inside:
            inside[outer] = []
            folder = outer
    found = Trees()
    for folder in sorted(inside, key=lambda each: each.count("/") + bool(each), reverse=True):
        made = _tree(inside[folder])
        sha = found.names[folder] = name_of("tree", made)
        found.objects[sha] = made
        if folder:
            outer, _, name = folder.rpartition("/")
            inside[outer].append((raw(name), FOLDER, sha))
    return found


def _tree(parts: list[tuple[bytes, str, str]]) -> bytes:
    # Git sorts a folder as if its name ended with a slash, and writes its mode without the zero.
    ordered = sorted(parts, key=lambda part: part[0] + (b"/" if part[1] == FOLDER else b""))
    return b"".join(b"%s %s\0" % (mode.lstrip("0").encode(), name) + bytes.fromhex(sha) for name, mode, sha in ordered)


def entries(tree: bytes) -> Iterable[tuple[str, str, str]]:
    """The entries of a tree: mode, name and object."""
    while tree:
        head, _, rest = tree.partition(b"\0")
        mode, _, name = head.partition(b" ")
        yield mode.decode().zfill(6), text_of(name), rest[:20].hex()
        tree = rest[20:]


@dataclass(frozen=True, slots=True)
class Person:
    """Who made something, and when."""

    name: str
    email: str
    when: datetime

    def __bytes__(self) -> bytes:
        """As it stands in an object; git allows neither brackets nor line breaks in a name."""
        name, email = (raw("".join(sign for sign in part if sign not in "<>\n\0")) for part in (self.name, self.email))
        return b"%s <%s> %d +0000" % (name.strip(), email.strip(), int(self.when.timestamp()))

    @classmethod
    def read(cls, line: bytes) -> Person:
        """The way back; the offset is left behind, as the time is the same."""
        name, _, rest = line.partition(b"<")
        email, _, when = rest.partition(b">")
        seconds = int((when.split() or [b"0"])[0])
        return cls(text_of(name).strip(), text_of(email), datetime.fromtimestamp(seconds, UTC))


def commit(tree: str, parents: Iterable[str], author: Person, committer: Person, message: str) -> bytes:
    """A commit."""
    lines = [b"tree " + tree.encode(), *(b"parent " + sha.encode() for sha in parents)]
    return b"\n".join([*lines, b"author " + bytes(author), b"committer " + bytes(committer), b"", raw(message)])


def tag(target: str, name: str, tagger: Person, message: str) -> bytes:
    """A tag with a message, of a commit."""
    lines = [b"object " + target.encode(), b"type commit", b"tag " + raw(name), b"tagger " + bytes(tagger)]
    return b"\n".join([*lines, b"", raw(message)])


def headers_of(data: bytes) -> tuple[dict[str, list[bytes]], str]:
    """The headers of a commit or tag (each may stand there more than once), and its message."""
    head, _, rest = data.partition(b"\n\n")
    found: dict[str, list[bytes]] = {}
    for line in head.split(b"\n"):
        # A line that begins with a space goes on with the one before, as signatures do.
        if not line.startswith(b" "):
            name, _, value = line.partition(b" ")
            found.setdefault(name.decode(), []).append(value)
    encoding = found.get("encoding", [b"utf-8"])[0].decode()
    try:
        return found, rest.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        return found, text_of(rest)
