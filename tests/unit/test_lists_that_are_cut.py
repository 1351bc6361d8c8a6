"""Lists of which a forge gives only a part: the rest comes another way, or an error says so after what came."""

from __future__ import annotations

from typing import Any

import pytest
from support.wire import API, Asked, Door, Reply
from support.world import make_world

from igitt.errors import IGittError, IncompleteListError

MR = "repos/a/b/pulls/1"


class Cut:
    """A GitHub with a large pull request; what it gives of lists ends early, as the documentation says."""

    def __init__(self, commits: int = 1, files: int = 1, *, compares: bool = True) -> None:
        self.commits = commits
        self.files = files
        self.compares = compares
        self.door = Door(script=self)

    @property
    def mr(self) -> Any:
        """The pull request, fresh."""
        return self.door.github(cache=False).get_repo("a/b").get_mr(1)

    def __call__(self, asked: Asked) -> Reply:
        """Answer."""
        path = asked.path
        if path.endswith("/pulls/1/commits"):
            return _page(asked, [{"sha": f"{number:040x}"} for number in range(min(self.commits, 250))])
        if path.endswith("/pulls/1/files"):
            return _page(asked, [{"filename": f"f{number}", "status": "added"} for number in range(self.files)][:3000])
        if "/compare/" in path and self.compares:
            page = _page(asked, [{"sha": f"{number:040x}"} for number in range(self.commits)])
            data = {"total_commits": self.commits, "commits": page.data, "merge_base_commit": {"sha": "0" * 40}}
            return Reply(200, data, page.headers)
        if "/git/trees/" in path:
            found = range(self.files) if "/trees/f" in path else range(0)
            return Reply(200, {"sha": "9", "tree": [_entry(f"f{number}", number) for number in found]})
        if path.endswith("/pulls/1"):
            ends = {"head": {"sha": "f" * 40}, "base": {"sha": "1" * 40}}
            return Reply(200, {"number": 1, "commits": self.commits, "changed_files": self.files, **ends})
        return Reply(404, {"message": "Not Found"})


def _entry(path: str, number: int) -> dict[str, Any]:
    return {"path": path, "type": "blob", "mode": "100644", "sha": f"{number:040x}"}


def _page(asked: Asked, things: list[Any]) -> Reply:
    size, page = int(asked.query["per_page"]), int(asked.query.get("page", 1))
    last = -(-len(things) // size)
    links = [f'<{API}{asked.path}?per_page={size}&page={page - 1}>; rel="prev"'] if page > 1 else []
    if page < last:
        links += [
            f'<{API}{asked.path}?per_page={size}&page={n}>; rel="{r}"' for r, n in (("next", page + 1), ("last", last))
        ]
    return Reply(200, things[(page - 1) * size : page * size], {"Link": ", ".join(links)} if links else {})


@pytest.mark.parametrize("number", [0, 1, 249, 250, 251, 312, 700])
def test_all_commits(number: int) -> None:
    """Beyond 250, the comparison has them: in order, counted, and by their places."""
    forge = Cut(commits=number)
    commits = forge.mr.commits
    assert commits.is_complete is None
    assert [commit.sha for commit in commits] == [f"{place:040x}" for place in range(number)]
    assert commits.is_complete is True
    assert len(commits) == number
    if number:
        assert commits[-1].sha == commits[number - 1].sha == f"{number - 1:040x}"


def test_commits_that_cannot_be_had() -> None:
    """Where the comparison fails, what came is given, and then an error that says how much is missing."""
    commits = Cut(commits=312, compares=False).mr.commits
    came: list[Any] = []
    with pytest.raises(IncompleteListError, match="only 250 of 312 came") as caught:
        came.extend(commits)
    assert (len(came), caught.value.received, caught.value.expected) == (250, 250, 312)
    assert commits.is_complete is False
    assert len(list(commits.partial())) == len(commits.partial()) == 250
    assert commits[3].sha == f"{3:040x}"
    with pytest.raises(IncompleteListError):
        len(commits)


@pytest.mark.parametrize("number", [1, 2999, 3000, 3001, 3400])
def test_all_files(number: int) -> None:
    """Beyond 3,000 files, the trees tell which others differ."""
    mr = Cut(files=number).mr
    assert mr.affected_files == {f"f{place}" for place in range(number)}


def test_files_that_cannot_be_had() -> None:
    """A check of paths is never built on a part of them."""
    mr = Cut(files=3400, compares=False).mr
    with pytest.raises(IncompleteListError, match="only 3000 of 3400 came"):
        _ = mr.affected_files
    assert len(list(mr.files.partial())) == 3000


def test_projects_beyond_the_last_counted_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where GitLab counts no further pages, projects go on from the last id, also while some come and go."""
    monkeypatch.setattr("igitt.gitlab.lists._DEEPEST", 20)
    monkeypatch.setattr("igitt.testing.sandbox.gitlab.context.DEEPEST", 20)
    with make_world("gitlab") as world:
        for number in range(45):
            world.forge.add_repository(f"acme/p{number}")
        expected = ["widgets", *(f"p{number}" for number in range(45))][::-1]
        client = world.as_user("alice", cache=False, page_size=5)
        found: list[str] = []
        for repository in client.repositories:
            found.append(repository.name)
            if len(found) == 21:
                world.client.get_repo("acme/p44").delete()
                world.forge.add_repository("acme/new")
        assert found == expected
        assert ["keyset" in record.query for record in world.forge.requests[-5:]] == [True] * 5
        with pytest.raises(IGittError):
            world.client.get("projects", params={"page": 6, "per_page": 5})
