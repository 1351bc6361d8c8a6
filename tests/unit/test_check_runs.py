"""GitHub's check runs, on the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from igitt.auth import GitHubJsonWebToken
from igitt.cache import ResponseCache
from igitt.errors import PermissionDeniedError, ValidationError
from igitt.github import GitHubCheckRun
from igitt.interfaces import Annotation, Status
from igitt.testing import Sandbox


@pytest.fixture
def forge() -> Iterator[Any]:
    """A GitHub with one repository."""
    with Sandbox(socket=False) as sandbox:
        sandbox.github.add_organization("acme", members={"alice": "owner"})
        sandbox.github.add_repository("acme/widgets", files={"a.py": "x = 1\n"})
        yield sandbox.github


@pytest.fixture
def client(forge: Any) -> Any:
    """The client of an App's installation that may write checks."""
    app = forge.add_app("lint", permissions={"checks": "write", "contents": "read", "statuses": "read"})
    own = forge.client(GitHubJsonWebToken(app.private_key, app.id), cache=ResponseCache())
    return own.as_installation(forge.install(app, "acme").id)


@pytest.fixture
def sha(forge: Any) -> str:
    """The newest commit."""
    found: str = forge.repository("acme/widgets").branches["main"]
    return found


def remarks(count: int) -> list[Annotation]:
    """So many annotations."""
    return [Annotation("a.py", number, f"Line {number}", end_line=number) for number in range(1, count + 1)]


def sent(forge: Any) -> list[str]:
    """The requests but those for tokens."""
    return [record.method for record in forge.requests if "access_tokens" not in record.path]


def test_a_life(forge: Any, client: Any, sha: str) -> None:
    """It waits, runs and ends, one request each, and its commit shows it."""
    commit = client.get_repo("acme/widgets").get_commit(sha)
    forge.reset_log()
    run = GitHubCheckRun.create(client, "acme/widgets", sha, "lint")
    assert (run.name, run.sha, run.status, run.conclusion) == ("lint", sha, Status.PENDING, None)
    run.edit(status=Status.RUNNING)
    assert (run.status, run.finished) == (Status.RUNNING, None)
    run.edit(status=Status.FAILED, title="Lint", summary="One line is long")
    assert (run.status, run.conclusion, run.title, run.summary) == (
        Status.FAILED,
        "failure",
        "Lint",
        "One line is long",
    )
    assert run.finished is not None
    assert sent(forge) == ["POST", "PATCH", "PATCH"]
    assert commit.combined_status is Status.FAILED
    run.edit(conclusion="neutral")
    assert run.status is Status.SKIPPED
    again = GitHubCheckRun(client, "acme/widgets", int(run.identifier))
    assert (again, again.summary) == (run, "One line is long")


@pytest.mark.parametrize(("count", "requests"), [(1, 1), (50, 1), (51, 2), (130, 3)])
def test_annotations_of_a_new_one(forge: Any, client: Any, sha: str, count: int, requests: int) -> None:
    """Fifty go with each request, and all arrive in their order."""
    forge.reset_log()
    run = GitHubCheckRun.create(client, "acme/widgets", sha, "lint", status=Status.FAILED, annotations=remarks(count))
    assert len(sent(forge)) == requests
    assert list(run.annotations) == remarks(count)


def test_further_annotations(forge: Any, client: Any, sha: str) -> None:
    """They are added, and neither title nor summary is lost."""
    run = GitHubCheckRun.create(client, "acme/widgets", sha, "lint", title="Lint", summary="Long lines")
    forge.reset_log()
    run.edit(annotations=remarks(120))
    assert sent(forge) == ["PATCH"] * 3
    run.edit(annotations=[Annotation("b.py", 3, "And this", "notice", 4, "More", "Details")])
    assert len(run.annotations) == 121
    assert run.annotations[-1] == Annotation("b.py", 3, "And this", "notice", 4, "More", "Details")
    assert (run.title, run.summary) == ("Lint", "Long lines")


def test_running_again(client: Any, sha: str) -> None:
    """Asked to run again, it waits."""
    run = GitHubCheckRun.create(client, "acme/widgets", sha, "lint", status=Status.SUCCESS)
    assert run.status is Status.SUCCESS
    run.rerequest()
    assert run.status is Status.PENDING


def test_only_apps_write(forge: Any, sha: str) -> None:
    """A user is told that it takes an App."""
    with pytest.raises(PermissionDeniedError, match="App"):
        GitHubCheckRun.create(forge.client("alice"), "acme/widgets", sha, "lint")


def test_what_makes_no_sense(client: Any, sha: str) -> None:
    """Unknown fields, states and levels are refused before anything is sent."""
    run = GitHubCheckRun.create(client, "acme/widgets", sha, "lint")
    with pytest.raises(ValidationError, match="colour"):
        run.edit(colour="red")  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="unknown"):
        run.edit(status=Status.UNKNOWN)
    with pytest.raises(ValidationError, match="level"):
        Annotation("a.py", 1, "x", "shout")
    with pytest.raises(ValidationError, match="name"):
        GitHubCheckRun.create(client, "acme/widgets", sha, " ")


def test_the_runs_of_a_commit(client: Any, sha: str) -> None:
    """A commit tells the newest run of each check, also when it is named by its branch, and its status counts them."""
    repository = client.get_repo("acme/widgets")
    old = GitHubCheckRun.create(client, repository, sha, "lint", status=Status.FAILED)
    new = GitHubCheckRun.create(client, repository, sha, "lint", status=Status.SUCCESS)
    other = GitHubCheckRun.create(client, repository, sha, "types", status=Status.RUNNING)
    runs = repository.get_commit("main").check_runs
    assert set(runs) == {new, other}
    assert old not in runs
    assert {run.name: run.status for run in runs} == {"lint": Status.SUCCESS, "types": Status.RUNNING}
    assert repository.get_commit(sha).combined_status is Status.PENDING


@pytest.mark.parametrize("letter", ["a", "ü", "🦊"])
def test_a_text_that_is_too_long(client: Any, sha: str, letter: str) -> None:
    """GitHub takes 65,535 bytes of a summary and of a text: more is cut between letters, with a word at the end."""
    words = letter * 70_000
    run = GitHubCheckRun.create(client, "acme/widgets", sha, "lint", title="T", summary=words, text="short")
    assert run.summary.startswith(letter * 1000)
    assert run.summary.endswith("(the rest was cut: GitHub takes 65,535 bytes)")
    assert 65_531 <= len(run.summary.encode()) <= 65_535
    assert run.data["output"]["text"] == "short"


def test_a_text_that_just_fits(client: Any, sha: str) -> None:
    """What GitHub takes is sent as it is."""
    run = GitHubCheckRun.create(client, "acme/widgets", sha, "lint", title="T", summary="a" * 65_535)
    assert run.summary == "a" * 65_535


def test_annotations_that_are_refused(forge: Any, client: Any, sha: str) -> None:
    """The check run that was made is in the error of the batch that failed."""
    forge.fail(422, method="PATCH", path="check-runs", body='{"message": "no"}')
    with pytest.raises(ValidationError, match="check run was made before") as caught:
        GitHubCheckRun.create(client, "acme/widgets", sha, "lint", title="T", summary="S", annotations=remarks(60))
    made: Any = caught.value.partial
    assert (made.name, len(made.annotations)) == ("lint", 50)


def test_annotations_whose_answer_was_lost(forge: Any, client: Any, sha: str) -> None:
    """A batch that GitHub took is not sent a second time: it would be there twice."""
    forge.fail(502, method="PATCH", path="check-runs", after_effect=True)
    run = GitHubCheckRun.create(client, "acme/widgets", sha, "lint", title="T", summary="S", annotations=remarks(60))
    assert len(run.annotations) == 60
