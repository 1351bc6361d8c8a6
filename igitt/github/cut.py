"""Lists that GitHub cuts: the commits and the files of a pull request, and the files of a commit.

The pull request itself says how many there are, and other endpoints have the rest: the comparison of its two ends
gives all commits, the trees of two commits all files, though without their patches. Sources:
https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request (250 commits), …#list-pull-requests-files and
https://docs.github.com/en/rest/commits/commits#get-a-commit (3,000 files),
https://docs.github.com/en/rest/commits/commits#compare-two-commits (300 files).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from igitt._base.paths import segment
from igitt._http.page import Page
from igitt._http.pagination import RemoteList
from igitt.errors import IGittError, InvalidResponseError
from igitt.interfaces.convert import integer
from igitt.interfaces.shapes import MISSHAPEN

__all__ = [
    "MOST_COMMITS",
    "MOST_COMPARED",
    "MOST_FILES",
    "CutList",
    "changed_files",
    "compared_commits",
    "other_files",
    "told",
]

T = TypeVar("T")

MOST_COMMITS, MOST_FILES, MOST_COMPARED = 250, 3000, 300


class CutList(RemoteList[T]):
    """A list that ends after a number of things, however many there are.

    Args:
        client: asks.
        path: the API path.
        make: makes a thing of an item's data.
        most: how many things GitHub gives.
        number: returns how many there are; None where that is unknown.
        others: gives the data of what is missing; it is given what came.
        items: where the items are inside the answer.
    """

    __slots__ = ("_most", "_number", "_others")

    def __init__(
        self,
        client: Any,
        path: str,
        make: Callable[[Any], T],
        *,
        most: int,
        number: Callable[[], int | None],
        others: Callable[[list[Any]], Iterator[Any]],
        items: str | None = None,
    ) -> None:
        super().__init__(client.page_source, path, make, items=items)
        self._most = most
        self._number = number
        self._others = others

    def _may_be_cut(self, first: Page) -> bool:
        return first.last is None or first.last * max(len(first.items), 1) >= self._most

    def __len__(self) -> int:
        first = self._primed
        if first is not None:
            return len(first.items)
        first = self._fetch_first()
        whole = first.next_url is None or not self._may_be_cut(first)
        return self._count(first, hint=False) if whole else sum(1 for _ in self._made(first))

    def _from(self, index: int) -> Iterator[T]:
        if index < self._most:
            yield from super()._from(index)
            return
        for place, thing in enumerate(self._made(self._fetch_first())):
            if place >= index:
                yield thing

    def _through(self, first: Page, held: Page | None = None) -> Iterator[list[Any]]:
        walk, came, cause = self._walk(held), list[Any](), None
        for items in walk.run(first):
            came += items
            yield items
        if first.number > 1:
            return
        received, expected = walk.received, None
        if received >= self._most:
            expected = self._number()
            try:
                for item in self._others(came) if expected is None or received < expected else ():
                    received += 1
                    yield [item]
            except (IGittError, *MISSHAPEN) as error:
                cause = error
        whole = cause is None and (expected is None or received >= expected)
        reason = f"as GitHub gives only {self._most} of {self._path}"
        self._ended(received, expected, reason, whole=whole, cause=cause)


def compared_commits(repository: Any, base: str, head: str, came: list[Any]) -> Iterator[Any]:
    """The commits of a comparison that did not come, oldest first."""
    known = {data.get("sha") for data in came}
    path = f"{repository.api_path}/compare/{segment(base)}...{segment(head)}"
    for data in repository.client.list_of(path, dict, items="commits"):
        if data.get("sha") not in known:
            yield data


def changed_files(repository: Any, base: str, head: str, came: list[Any]) -> Iterator[Any]:
    """The files that a head changed since it parted from a base, and that did not come: by the trees of both."""
    path = f"{repository.api_path}/compare/{segment(base)}...{segment(head)}"
    parted = (repository.client.get(path, params={"per_page": 1}).get("merge_base_commit") or {}).get("sha")
    if parted is None:
        raise InvalidResponseError(f"{path} does not say where the two diverged")
    yield from other_files(repository, parted, head, came)


def other_files(repository: Any, old: str | None, new: str, came: list[Any]) -> Iterator[dict[str, Any]]:
    """The files that differ between two commits and did not come; a renamed one whose content is the same is one."""
    known = {data.get("filename") for data in came} | {data.get("previous_filename") for data in came}
    before, after = _blobs(repository, old) if old else {}, _blobs(repository, new)
    gone = {sha: path for path, sha in before.items() if path not in after and path not in known}
    renamed = set()
    for path, sha in after.items():
        if path in known or before.get(path) == sha:
            continue
        if path in before:
            yield {"filename": path, "status": "modified", "sha": sha[1]}
        elif sha in gone:
            renamed.add(gone[sha])
            yield {"filename": path, "status": "renamed", "previous_filename": gone.pop(sha), "sha": sha[1]}
        else:
            yield {"filename": path, "status": "added", "sha": sha[1]}
    for path, sha in before.items():
        if path not in after and path not in known and path not in renamed:
            yield {"filename": path, "status": "removed", "sha": sha[1]}


def _blobs(repository: Any, commit: str) -> dict[str, tuple[str, str]]:
    """The files of a commit, submodules too, each with its mode and its content's hash."""
    entries: Iterator[Mapping[str, Any]] = repository._entries(commit, deep=True)
    return {entry["path"]: (entry["mode"], entry["sha"]) for entry in entries if entry["type"] != "tree"}


def told(thing: Any, key: str) -> int:
    """How many there are, according to the pull request."""
    data = thing._data if key in thing._data else thing.data
    return integer(data.get(key) or 0)
