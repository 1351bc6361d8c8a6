"""What the objects of real payloads are: of igitt's classes, wherever there is one, and read without a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from igitt import GitHub, GitLab
from igitt.cache import ResponseCache
from igitt.interfaces import PipelineActions

#: By forge and its name of an event, the kinds of its objects; None for what igitt has no class for.
KINDS: dict[tuple[str, str], list[str | None]] = {
    ("github", "check_run"): ["check run", "commit"],
    ("github", "check_suite"): [None, "commit"],
    ("github", "deploy_key"): ["repository", "deploy key"],
    ("github", "label"): ["label"],
    ("github", "milestone"): ["milestone"],
    ("github", "pull_request_review"): ["merge request", "review"],
    ("github", "pull_request_review_comment"): ["merge request", "comment"],
    ("github", "pull_request_review_thread"): ["merge request", "discussion"],
    ("github", "release"): ["release"],
    ("github", "team"): ["team"],
    ("github", "team_add"): ["team", "repository"],
    ("github", "workflow_job"): ["job", "commit"],
    ("github", "workflow_run"): ["pipeline", "commit"],
    ("gitlab", "build"): ["job", "commit"],
    ("gitlab", "pipeline"): ["pipeline", "commit"],
}
#: By kind, what every payload of either forge tells of one.
TOLD = {
    "check run": ("name", "status", "sha", "conclusion", "started", "finished"),
    "deploy key": ("title", "key", "is_read_only", "created"),
    "discussion": ("is_resolved", "path", "line", "resolved_by"),
    "job": ("name", "status", "sha", "started", "finished"),
    "label": ("name", "color"),
    "milestone": ("number", "title", "description", "state", "due_date", "created", "updated"),
    "pipeline": ("identifier", "status", "ref", "sha", "created"),
    "release": ("name", "tag_name", "description", "created", "released_at", "assets", "web_url"),
    "review": ("state", "author", "body", "submitted", "commit", "merge_request"),
    "team": ("name",),
}


class Refusing(requests.Session):
    """A session through which nothing leaves."""

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:
        """Fail the test."""
        pytest.fail(f"reading a payload sent {request.method} {request.url}")


def test_objects_are_of_igitts_classes_and_need_no_request(shared_data: Path) -> None:
    """Each object has the kind that its event tells of, and what the payload holds of it is read at once."""
    folder = shared_data / "data" / "webhooks"
    if not folder.is_dir():
        pytest.skip(f"no payloads at {folder}")
    seen: set[Any] = set()
    for entry in json.loads((folder / "index.json").read_text(encoding="utf-8")):
        client = {"github": GitHub, "gitlab": GitLab}[entry["provider"]](
            "token", session=Refusing(), cache=ResponseCache()
        )
        payload = json.loads((folder / entry["path"]).read_text(encoding="utf-8"))
        for event in client.read_payload(entry["event"], payload):
            kinds = [getattr(thing, "kind", None) for thing in event.objects]
            if event.action is PipelineActions.UPDATED and event.position:
                assert kinds == ["commit"], entry["path"]  # what is told beside a run
                continue
            place = (event.hoster, event.name)
            assert kinds == KINDS.get(place, kinds), entry["path"]
            seen.update({place, *kinds})
            for thing in event.objects:
                for name in TOLD.get(getattr(thing, "kind", ""), ()):
                    assert repr(getattr(thing, name)), (entry["path"], name)
    assert {*KINDS, *TOLD} <= seen
