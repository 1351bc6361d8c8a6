"""What names and texts may be: git's rule for refs, and the sizes and words that each forge allows.

Each forge's limits stand here once, with where they come from; a route asks by name, and says what its forge says.
Nothing here knows a request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: What git refuses within a ref (git-check-ref-format(1)): two dots, controls, spaces, ``~^:?*[\\``, ``@{``, ``//``.
_UNFIT = re.compile(r"\.\.|[\0-\x20\x7f~^:?*\[\\]|@\{|//")


@dataclass(frozen=True, slots=True)
class Sizes:
    """The most characters of the texts in a body.

    Attributes:
        path: the paths that it is for, below the API's prefix.
        resource: what the forge calls the thing.
        most: the most characters, by the body's fields; of a field that is a list, of each in it.
    """

    path: re.Pattern[str]
    resource: str
    most: Mapping[str, int]


def _sizes(path: str, resource: str, /, **most: int) -> Sizes:
    return Sizes(re.compile(path), resource, most)


#: Sources: GitHub's answers ("is too long (maximum is … characters)") as reported in semantic-release/github 518
#: (label), Financial-Times/github-label-sync 42 (label's description), github/docs 32156 (title), danger/danger 424
#: (comment); its forms for repositories and releases.
GITHUB_SIZES = (
    _sizes(r"/issues/\d+/labels$", "Label", labels=50),
    _sizes(r"/labels(/[^/]+)?$", "Label", name=50, new_name=50, description=100),
    _sizes(r"/issues(/\d+)?$", "Issue", title=256, body=65_536, labels=50),
    _sizes(r"/pulls(/\d+)?$", "PullRequest", title=256, body=65_536),
    _sizes(r"/(issues|commits)/\w+/comments$|/issues/comments/\d+$", "IssueComment", body=65_536),
    _sizes(r"/pulls/(\d+/)?comments(/\d+(/replies)?)?$", "PullRequestReviewComment", body=65_536),
    _sizes(r"/comments/\d+$", "CommitComment", body=65_536),
    _sizes(r"/reviews(/\d+(/events)?)?$", "PullRequestReview", body=65_536),
    _sizes(r"/milestones(/\d+)?$", "Milestone", title=255),
    _sizes(r"/releases(/\d+)?$", "Release", name=255, body=125_000),
    _sizes(r"^/repos/[^/]+/[^/]+$|^/(user|orgs/[^/]+)/repos$", "Repository", name=100, description=350),
)
#: The most bytes of a check run's summary and text (docker/scout-action 66, dorny/test-reporter 57).
GITHUB_CHECK_TEXT = 65_535

#: Sources: the validations of GitLab's models (``app/models``), which its answers quote.
GITLAB_SIZES = (
    _sizes(r"/(issues|merge_requests)(/\d+)?$", "Issuable", title=255, description=1_048_576),
    _sizes(r"/(notes|discussions)(/\w+)*$", "Note", body=1_000_000),
    _sizes(r"/labels(/[^/]+)?$", "Label", name=255, new_name=255),
    _sizes(r"/milestones(/\d+)?$", "Milestone", title=255),
    _sizes(r"^/projects(/[^/]+)?$", "Project", name=255, path=255, description=2_000),
)


def too_long(sizes: Iterable[Sizes], path: str, data: Mapping[str, Any]) -> tuple[str, str, int] | None:
    """The first text of a body that its forge does not take: resource, field and the most characters; else None."""
    found = next((one for one in sizes if one.path.search(path)), None)
    for field, most in found.most.items() if found else ():
        value = data.get(field)
        texts = value if isinstance(value, list) else [value]
        if found and any(isinstance(text, str) and len(text) > most for text in texts):
            return found.resource, field, most
    return None


#: What a project on GitLab cannot be called: words that stand in its addresses (``lib/gitlab/path_regex.rb``,
#: PROJECT_WILDCARD_ROUTES).
GITLAB_RESERVED = frozenset({
    "-", "badges", "blame", "blob", "builds", "commits", "create", "create_dir", "edit", "environments/folders",
    "files", "find_file", "gitlab-lfs/objects", "info/lfs/objects", "new", "preview", "raw", "refs", "tree", "update",
    "wikis",
})  # fmt: skip


def is_ref(name: str) -> bool:
    """Whether git can have a branch or tag of that name, by git-check-ref-format(1)."""
    parts = name.split("/")
    return (
        bool(name)
        and name != "@"
        and _UNFIT.search(name) is None
        and not name.startswith("-")
        and not name.endswith(".")
        and all(part and not part.startswith(".") and not part.endswith(".lock") for part in parts)
    )


def in_the_way(name: str, others: Iterable[str]) -> str | None:
    """The ref that keeps git from having another one: ``dir`` stands where ``dir/sub`` would be a file below it."""
    return next((one for one in others if name.startswith(f"{one}/") or one.startswith(f"{name}/")), None)
