"""What a bot does on both forges, from recordings; ``support.recorded`` tells how to record them anew.

The recordings of this folder were made against the sandbox, with the one command
``IGITT_RECORD=all pytest tests/recorded``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from support.recorded import Scene, client_of

from igitt.auth import GitHubApp
from igitt.interfaces import IssueStates, Repository
from igitt.testing import RecordedTestCase, Recording

RECORDINGS = Path(__file__).parent / "recordings"


class Flows:
    """The flows, kept inside a class so that they are collected for the forges only."""

    class OnForge(RecordedTestCase):
        """One forge."""

        hoster: ClassVar[str]
        client: Any
        repository: Repository

        def setUp(self) -> None:
            """Have a client and a repository."""
            super().setUp()
            scene = Scene(self.hoster)
            self.addCleanup(scene.close)
            self.client = client_of(self.recording, scene)
            self.addCleanup(self.client.close)
            self.repository = self.client.get_repo(self.given("repository", scene.repository))

        def test_reading(self) -> None:
            """A repository and its issues are read; what is read again is answered by the cache."""
            assert self.repository.full_name == self.given("repository", "")
            assert all(issue.title for issue in self.repository.filter_issues(state="all"))
            known = self.repository.description
            self.repository.refresh()
            assert self.repository.description == known

        def test_triage(self) -> None:
            """An issue is created, labelled, commented on and closed, and then shows all of that."""
            issue = self.repository.create_issue("It rattles", "Since the last release.")
            issue.add_labels("bug")
            issue.add_comment("Thank you, we look into it.")
            issue.close()
            again = self.repository.get_issue(issue.number)
            assert again.state is IssueStates.CLOSED
            assert again.labels == {"bug"}
            assert [comment.body for comment in again.comments] == ["Thank you, we look into it."]


class GitHubFlowTests(Flows.OnForge):
    """On GitHub."""

    hoster = "github"


class GitLabFlowTests(Flows.OnForge):
    """On GitLab."""

    hoster = "gitlab"


@pytest.fixture
def scene() -> Iterator[Scene]:
    """Return GitHub with an App."""
    made = Scene("github", credential="APP_KEY")
    yield made
    made.close()


def test_app(igitt_cassette: Recording, scene: Scene) -> None:
    """An App signs with a key that the recording does not hold, gets a token, and lists what it may see."""
    app = GitHubApp(
        igitt_cassette.given("app id", scene.app_id),
        igitt_cassette.app_key(scene.app_key),
        igitt_cassette.given("github", scene.url),
        clock=igitt_cassette.clock,
    )
    name = igitt_cassette.given("repository", scene.repository)
    with app:
        installation = app.installation_for(name)
        client = app.client_for(installation)
        assert name in {repository.full_name for repository in installation.repositories}
        assert client.get_repo(name).full_name == name
        assert client.token.expires_at is not None
        assert not client.token.is_expired


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("*.json")), ids=lambda path: path.stem)
def test_no_recording_holds_a_secret(path: Path) -> None:
    """Nothing in a recording looks like a token, a JWT, a key or a port; every credential is a placeholder."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"gh[oprsuv]_|github_pat_|gl[a-z]{2,5}-\w|whsec_|eyJ|PRIVATE KEY|127\.0\.0\.1:\d|Cookie\"", text
    )
    credentials = re.findall(r'"(?:Authorization|PRIVATE-TOKEN|token)": "([^"]*)"', text, re.IGNORECASE)
    assert credentials
    assert all(re.fullmatch(r"(Bearer )?REDACTED-\d+", found) for found in credentials)
