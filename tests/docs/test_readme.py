"""What the README shows is what happens."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from igitt.demo import run_demo
from igitt.github import GitHubIssue
from igitt.gitlab import GitLabIssue

PROJECT = Path(__file__).resolve().parent.parent.parent


def part(readme: str, name: str) -> str:
    """What stands between the two comments that mark a part."""
    return readme.partition(f".. begin of {name}\n")[2].partition(f".. end of {name}\n")[0]


def test_the_example(forges: Any, readme: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The example runs as it stands, and does on both forges what it says."""
    code = textwrap.dedent(part(readme, "the example").partition(".. code-block:: python\n")[2])
    assert len([line for line in code.splitlines() if line.strip()]) <= 15
    exec(compile(code, "README.rst", "exec"), {})  # noqa: S102 - this is what the example is for
    assert capsys.readouterr().out.splitlines() == [
        "labelled https://github.com/acme/widgets/issues/1",
        "labelled https://gitlab.com/acme/tools/gears/-/issues/1",
    ]
    for forge, name in ((forges.sandbox.github, "acme/widgets"), (forges.sandbox.gitlab, "acme/tools/gears")):
        issue = forge.client("alice", cache=False).get_repo(name).get_issue(1)
        assert issue.labels == {"needs triage"}
        assert [comment.body for comment in issue.comments] == ["Thank you, @bob! Somebody will have a look soon."]


def test_the_two_commands(readme: str) -> None:
    """The commands are there, word for word."""
    assert '\n    pip install ".[sandbox]" && igitt demo\n' in readme
    assert "\n    pip install tox && tox\n" in readme


def test_the_demo(readme: str) -> None:
    """The demo prints every line that the README shows of it, in that order."""
    printed: list[str] = []
    run_demo(lambda text: printed.extend(plain(line) for line in text.splitlines()))
    shown = [plain(line) for line in part(readme, "the demo").splitlines() if line.strip() not in {"", "::", "…"}]
    assert len(shown) > 5
    left = iter(printed)
    assert [line for line in shown if line not in left] == []


def plain(line: str) -> str:
    """A line without its indentation, its port, and the spaces that only align it."""
    return re.sub(r"\s+", " ", re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", line)).strip()


def test_what_only_one_forge_has(readme: str) -> None:
    """What the README says that GitLab alone has, GitHub has not."""
    assert "GitLab alone has weights, due dates and time tracking of issues" in " ".join(readme.split())
    ours, theirs = GitLabIssue("glpat-x", "group/project", 1), GitHubIssue("ghp_x", "org/repo", 1)
    for name in ("weight", "due_date", "time_estimate", "total_time_spent", "add_to_total_time_spent"):
        assert ours.supports(name)
        assert not theirs.supports(name)


def test_its_links_lead_somewhere(readme: str) -> None:
    """Each file that the README links to is there."""
    links = re.findall(r"<([^>\s]+)>`_", readme)
    assert links
    assert [link for link in links if not link.startswith("http") and not (PROJECT / link).exists()] == []
