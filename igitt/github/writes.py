"""GitHub's writes, and how each is looked up after its answer was lost (source: https://docs.github.com/en/rest).

Where a second one is refused, the documentation of the endpoint (its 409 and 422) or igitt's own reading of its words
says so; what has a name of its own is found by it, everything else among the newest of its list.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from igitt._base.paths import join, segment
from igitt._http.writes import DONE, NOT_DONE, Again, Sent, Write, Writes
from igitt.errors import ElementDoesntExistError
from igitt.interfaces.convert import instant

__all__ = ["WRITES"]

_HOME = r"repos/[^/]+/[^/]+|repositories/\d+"
_SAME, _LOOK, _NEVER = Again.SAME, Again.LOOK, Again.NEVER
_VERDICTS = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}


def _first(found: Any) -> Any:
    return next(iter(found), NOT_DONE)


# --- what runs -------------------------------------------------------------------------------------------------------


def _dispatched(sent: Sent) -> Any:
    """The run that was started, in the form that the answer would have had."""
    asked = {"event": "workflow_dispatch", "branch": sent.body.get("ref")}
    return _first(
        {"workflow_run_id": data["id"]}
        for data in sent.each(
            f"{sent.home}/actions/workflows/{sent.names['workflow']}/runs", items="workflow_runs", **asked
        )
        if sent.fresh(data) and sent.own(data.get("actor"))
    )


def _variable_made(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/actions/variables/{segment(str(sent.body.get('name')))}")
    return DONE if data is not NOT_DONE and data.get("value") == sent.body.get("value") else NOT_DONE


def _deployed(sent: Sent) -> Any:
    asked = {key: sent.body.get(key) for key in ("ref", "environment")}
    return _first(
        data
        for data in sent.get(f"{sent.home}/deployments", **asked, per_page=30)
        if sent.fresh(data) and sent.own(data.get("creator"))
    )


def _deployment_status(sent: Sent) -> Any:
    return _first(
        data
        for data in sent.get(f"{sent.home}/deployments/{sent.names['number']}/statuses", per_page=30)
        if data.get("state") == sent.body.get("state") and sent.fresh(data) and sent.own(data.get("creator"))
    )


# --- pull requests ---------------------------------------------------------------------------------------------------


def _merged(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/pulls/{sent.names['number']}")
    if data is NOT_DONE or not (data.get("merged") or data.get("merged_at")):
        return NOT_DONE
    return {"sha": data.get("merge_commit_sha"), "merged": True, "message": ""}


def _pull(sent: Sent) -> Any:
    asked = sent.body
    owner, _, branch = str(asked.get("head")).rpartition(":")

    def is_it(data: Mapping[str, Any]) -> bool:
        head = data.get("head") or {}
        label = str(head.get("label")).casefold()
        place = str((head.get("repo") or {}).get("name")).casefold()
        same = head.get("ref") == branch and (not owner or label == f"{owner}:{branch}".casefold())
        home = "head_repo" not in asked or place == str(asked["head_repo"]).rpartition("/")[2].casefold()
        return same and home and sent.says(data, "title", "title") and sent.fresh(data)

    newest = {"state": "all", "base": asked.get("base"), "sort": "created", "direction": "desc", "per_page": 30}
    return _first(data for data in sent.get(f"{sent.home}/pulls", **newest) if is_it(data))


def _reviewed(sent: Sent) -> Any:
    state = _VERDICTS.get(str(sent.body.get("event")), "PENDING")
    return _first(
        data
        for data in sent.each(f"{sent.home}/pulls/{sent.names['number']}/reviews")
        if data.get("state") == state
        and sent.says(data, "body", "body")
        and sent.fresh(data, "submitted_at")
        and sent.own(data.get("user"))
    )


def _dismissed(sent: Sent) -> Any:
    names = sent.names
    data = sent.get(f"{sent.home}/pulls/{names['number']}/reviews/{names['review']}")
    return data if data is not NOT_DONE and data.get("state") == "DISMISSED" else NOT_DONE


def _brought_up_to_date(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/pulls/{sent.names['number']}")
    if data is NOT_DONE:
        return NOT_DONE
    expected = sent.body.get("expected_head_sha")
    if expected and data["head"]["sha"] == expected:
        return NOT_DONE
    ends = f"{segment(data['base']['ref'], 'ref')}...{segment(data['head']['label'], 'ref')}"
    between = sent.get(f"{sent.home}/compare/{ends}", per_page=1)
    return {"message": ""} if between is not NOT_DONE and between.get("behind_by") == 0 else NOT_DONE


# --- what people say -------------------------------------------------------------------------------------------------


def _said(sent: Sent, path: str, **params: Any) -> Any:
    """The own newest comment with exactly the text that was sent."""
    return _first(
        data
        for data in sent.each(path, **params)
        if sent.says(data, "body", "body") and sent.fresh(data) and sent.own(data.get("user"))
    )


def _commented(sent: Sent) -> Any:
    # GitHub lists these oldest first; its clock is known by what it answers, so a day more is asked for.
    since = f"{sent.since - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    return _said(sent, f"{sent.home}/issues/{sent.names['number']}/comments", since=since)


def _commented_on_diff(sent: Sent) -> Any:
    path = f"{sent.home}/pulls/{sent.names['number']}/comments"
    return _said(sent, path, sort="created", direction="desc")


def _commented_on_commit(sent: Sent) -> Any:
    return _said(sent, f"{sent.home}/commits/{segment(sent.names['sha'])}/comments")


def _issue(sent: Sent) -> Any:
    newest = {"state": "all", "sort": "created", "direction": "desc", "per_page": 30}
    return _first(
        data
        for data in sent.get(f"{sent.home}/issues", **newest)
        if "pull_request" not in data
        and sent.says(data, "title", "title")
        and sent.says(data, "body", "body")
        and sent.fresh(data)
        and sent.own(data.get("user"))
    )


# --- what has a name -------------------------------------------------------------------------------------------------


def _label(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/labels/{segment(sent.body.get('name'))}")
    return data if data is not NOT_DONE and _same_label(sent, data) else NOT_DONE


def _label_changed(sent: Sent) -> Any:
    old, new = sent.names["name"], sent.body.get("new_name") or sent.names["name"]
    data = sent.get(f"{sent.home}/labels/{segment(new)}")
    if data is NOT_DONE or (data.get("name") != new and "new_name" in sent.body) or not _same_label(sent, data):
        return NOT_DONE
    gone = new.casefold() == old.casefold() or sent.get(f"{sent.home}/labels/{segment(old)}") is NOT_DONE
    return data if gone else NOT_DONE


def _same_label(sent: Sent, data: Mapping[str, Any]) -> bool:
    asked = sent.body
    color = "color" not in asked or str(data.get("color")).casefold() == str(asked["color"]).casefold()
    return color and ("description" not in asked or sent.says(data, "description", "description"))


def _milestone(sent: Sent) -> Any:
    return _first(
        data
        for data in sent.each(f"{sent.home}/milestones", state="all")
        if data.get("title") == sent.body.get("title") and sent.fresh(data)
    )


def _hook(sent: Sent) -> Any:
    asked = sent.body
    address, events = (asked.get("config") or {}).get("url"), set(asked.get("events") or ())
    return _first(
        data
        for data in sent.each(f"{sent.home}/hooks")
        if (data.get("config") or {}).get("url") == address
        and set(data.get("events") or ()) == events
        and sent.fresh(data)
    )


def _deploy_key(sent: Sent) -> Any:
    def words(key: Any) -> list[str]:
        return str(key).split()[:2]

    return _first(
        data
        for data in sent.each(f"{sent.home}/keys")
        if words(data.get("key")) == words(sent.body.get("key")) and data.get("title") == sent.body.get("title")
    )


def _repository(sent: Sent) -> Any:
    owner = sent.names.get("organization")
    if owner is None:
        owner = sent.client.transport.request("GET", "user").data["login"]
    data = sent.get(f"repos/{join(owner, str(sent.body.get('name')))}")
    return data if data is not NOT_DONE and sent.fresh(data) else NOT_DONE


def _transferred(sent: Sent) -> Any:
    data = sent.get(sent.home)
    wanted = str(sent.body.get("new_owner")).casefold()
    owner = NOT_DONE if data is NOT_DONE else str((data.get("owner") or {}).get("login")).casefold()
    return data if owner == wanted else NOT_DONE


def _release(sent: Sent) -> Any:
    asked = sent.body
    for data in sent.each(f"{sent.home}/releases"):
        if data.get("tag_name") != asked.get("tag_name") or bool(data.get("draft")) is not bool(asked.get("draft")):
            continue
        if sent.says(data, "name", "name") and sent.says(data, "body", "body") and data.get("id") not in sent.earlier:
            return data
    return NOT_DONE


def _asset(sent: Sent) -> Any:
    path = f"{sent.home}/releases/{sent.names['release']}/assets"
    for data in sent.each(path):
        if data.get("name") == sent.body.get("name"):
            if data.get("state", "uploaded") == "uploaded":
                return data
            # What a broken upload leaves behind keeps its name from being used (source: the endpoint's documentation).
            sent.client.transport.request("DELETE", f"{sent.home}/releases/assets/{data['id']}", again=True)
    return NOT_DONE


# --- git -------------------------------------------------------------------------------------------------------------


def _ref(sent: Sent) -> Any:
    name = str(sent.body.get("ref")).removeprefix("refs/")
    data = sent.get(f"{sent.home}/git/ref/{join(*name.split('/'))}")
    return data if data is not NOT_DONE and data["object"]["sha"] == sent.body.get("sha") else NOT_DONE


def _ref_moved(sent: Sent) -> Any:
    name, sha = sent.names["ref"], str(sent.body.get("sha"))
    data = sent.get(f"{sent.home}/git/ref/{join(*name.split('/'))}")
    if data is NOT_DONE or data["object"]["sha"] == sha:
        return data
    # Somebody may have gone on from it.
    between = sent.get(f"{sent.home}/compare/{segment(sha)}...{data['object']['sha']}", per_page=1)
    return data if between is not NOT_DONE and between.get("status") in {"ahead", "identical"} else NOT_DONE


def _ref_removed(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/git/ref/{join(*sent.names['ref'].split('/'))}")
    return DONE if data is NOT_DONE else NOT_DONE


def _committed(sent: Sent) -> Any:
    """The commit of a file that was written, by its message, and the file as it made it."""
    asked, path = sent.body, sent.names["path"]
    where = {"path": path, "sha": asked.get("branch")}
    for commit in sent.each(f"{sent.home}/commits", per_page=10, **where):
        inner = commit.get("commit") or {}
        if instant(inner["committer"]["date"]) < sent.since:
            return NOT_DONE
        if str(inner.get("message")).strip() != str(asked.get("message")).strip():
            continue
        content = sent.get(f"{sent.home}/contents/{join(*path.split('/'))}", ref=commit["sha"])
        if sent.method == "DELETE":
            return {"content": None, "commit": {**inner, "sha": commit["sha"]}} if content is NOT_DONE else NOT_DONE
        if content is not NOT_DONE and content.get("sha") == _blob(base64.b64decode(str(asked.get("content")))):
            return {"content": content, "commit": {**inner, "sha": commit["sha"], "parents": commit.get("parents")}}
    return NOT_DONE


def _blob(content: bytes) -> str:
    """What git calls a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


# --- checks and runs -------------------------------------------------------------------------------------------------


def _status(sent: Sent) -> Any:
    keys = ("state", "context", "description", "target_url")
    return _first(
        data
        for data in sent.each(f"{sent.home}/commits/{segment(sent.names['sha'])}/statuses")
        if all((data.get(key) or "") == (sent.body.get(key) or "") for key in keys) and sent.fresh(data)
    )


def _check_run(sent: Sent) -> Any:
    asked = sent.body
    path = f"{sent.home}/commits/{segment(asked.get('head_sha'))}/check-runs"
    for data in sent.each(path, items="check_runs", check_name=asked.get("name"), filter="all"):
        begun = data.get("started_at")
        if data.get("id") in sent.earlier or (begun and instant(begun) < sent.since):
            continue
        if data.get("name") == asked.get("name") and _has_annotations(sent, data):
            return data
    return NOT_DONE


def _check_run_changed(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/check-runs/{sent.names['run']}")
    if data is NOT_DONE or not (sent.body.get("output") or {}).get("annotations"):
        return NOT_DONE  # doing the rest twice is the same
    return data if _has_annotations(sent, data) else NOT_DONE


def _has_annotations(sent: Sent, data: Mapping[str, Any]) -> bool:
    """Whether the remarks that were sent are the last ones of a run: GitHub adds them to those that are there."""
    asked = (sent.body.get("output") or {}).get("annotations") or []
    if not asked:
        return True
    keys = ("path", "start_line", "message")
    there = list(sent.each(f"{sent.home}/check-runs/{data['id']}/annotations"))[-len(asked) :]
    return [[one.get(key) for key in keys] for one in there] == [[one.get(key) for key in keys] for one in asked]


def _check_requested(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/check-runs/{sent.names['run']}")
    return {} if data is not NOT_DONE and data.get("status") == "queued" else NOT_DONE


def _rerun(sent: Sent) -> Any:
    number: Any = sent.names.get("run")
    if number is None:
        job = sent.get(f"{sent.home}/actions/jobs/{sent.names['job']}")
        number = NOT_DONE if job is NOT_DONE else job.get("run_id")
    data: Any = NOT_DONE if number is NOT_DONE else sent.get(f"{sent.home}/actions/runs/{number}")
    if data is NOT_DONE:
        return NOT_DONE
    again = (data.get("run_attempt") or 1) > 1 and sent.fresh({**data, "id": None}, "run_started_at")
    return {} if data.get("status") != "completed" or again else NOT_DONE


def _labels_left(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/issues/{sent.names['number']}/labels")
    if data is NOT_DONE:
        raise ElementDoesntExistError("there is no such issue", 404)
    gone = sent.names["name"].casefold()
    return NOT_DONE if any(str(one.get("name")).casefold() == gone for one in data) else data


WRITES = Writes(
    _HOME,
    [
        # issues and pull requests
        Write("POST", "{home}/issues", _NEVER, _issue),
        Write("PATCH", "{home}/issues/{number}", _SAME),
        Write("PATCH", "{home}/pulls/{number}", _SAME),
        Write("POST", "{home}/pulls", _LOOK, _pull),
        Write("PUT", "{home}/pulls/{number}/merge", _LOOK, _merged),
        Write("PUT", "{home}/pulls/{number}/update-branch", _LOOK, _brought_up_to_date),
        Write("POST", "{home}/pulls/{number}/requested_reviewers", _SAME),
        Write("DELETE", "{home}/pulls/{number}/requested_reviewers", _SAME),
        Write("POST", "{home}/pulls/{number}/reviews", _NEVER, _reviewed),
        Write("PUT", "{home}/pulls/{number}/reviews/{review}/dismissals", _LOOK, _dismissed),
        Write("POST", "{home}/issues/{number}/labels", _SAME),
        Write("DELETE", "{home}/issues/{number}/labels/{name}", _SAME, _labels_left),
        Write("POST", "{home}/issues/{number}/assignees", _SAME),
        Write("DELETE", "{home}/issues/{number}/assignees", _SAME),
        Write("PUT", "{home}/issues/{number}/lock", _SAME),
        Write("DELETE", "{home}/issues/{number}/lock", _SAME),
        # comments and reactions; GitHub gives back a reaction that is there
        Write("POST", "{home}/issues/{number}/comments", _NEVER, _commented),
        Write("POST", "{home}/pulls/{number}/comments", _NEVER, _commented_on_diff),
        Write("POST", "{home}/pulls/{number}/comments/{comment}/replies", _NEVER, _commented_on_diff),
        Write("POST", "{home}/commits/{sha}/comments", _NEVER, _commented_on_commit),
        *(
            write
            for kind in ("issues/comments", "pulls/comments", "comments")
            for write in (
                Write("PATCH", f"{{home}}/{kind}/{{comment}}", _SAME),
                Write("DELETE", f"{{home}}/{kind}/{{comment}}", _SAME),
                Write("POST", f"{{home}}/{kind}/{{comment}}/reactions", _SAME),
                Write("DELETE", f"{{home}}/{kind}/{{comment}}/reactions/{{reaction}}", _SAME),
            )
        ),
        Write("POST", "{home}/issues/{number}/reactions", _SAME),
        Write("DELETE", "{home}/issues/{number}/reactions/{reaction}", _SAME),
        # labels, milestones, hooks, keys, people
        Write("POST", "{home}/labels", _LOOK, _label),
        Write("PATCH", "{home}/labels/{name}", _LOOK, _label_changed),
        Write("DELETE", "{home}/labels/{name}", _SAME),
        Write("POST", "{home}/milestones", _LOOK, _milestone),
        Write("PATCH", "{home}/milestones/{number}", _SAME),
        Write("DELETE", "{home}/milestones/{number}", _SAME),
        Write("POST", "{home}/hooks", _LOOK, _hook),
        Write("PATCH", "{home}/hooks/{hook}", _SAME),
        Write("PATCH", "{home}/hooks/{hook}/config", _SAME),
        Write("DELETE", "{home}/hooks/{hook}", _SAME),
        Write("PATCH", "orgs/{organization}/hooks/{hook}", _SAME),
        Write("PATCH", "orgs/{organization}/hooks/{hook}/config", _SAME),
        Write("DELETE", "orgs/{organization}/hooks/{hook}", _SAME),
        Write("POST", "{home}/keys", _LOOK, _deploy_key),
        Write("DELETE", "{home}/keys/{key}", _SAME),
        Write("PUT", "{home}/collaborators/{user}", _SAME),
        Write("DELETE", "{home}/collaborators/{user}", _SAME),
        Write("PUT", "orgs/{organization}/teams/{team}/memberships/{user}", _SAME),
        Write("DELETE", "orgs/{organization}/teams/{team}/memberships/{user}", _SAME),
        # repositories; a fork that is there is given back
        Write("POST", "user/repos", _LOOK, _repository),
        Write("POST", "orgs/{organization}/repos", _LOOK, _repository),
        Write("POST", "{home}/forks", _SAME),
        Write("POST", "{home}/transfer", _NEVER, _transferred),
        Write("PUT", "{home}/topics", _SAME),
        Write("PATCH", "{home}", _SAME),
        Write("DELETE", "{home}", _SAME),
        # files and git; what no ref names yet may exist twice
        Write("PUT", "{home}/contents/{path*}", _LOOK, _committed),
        Write("DELETE", "{home}/contents/{path*}", _LOOK, _committed),
        Write("POST", "{home}/git/blobs", _SAME),
        Write("POST", "{home}/git/trees", _SAME),
        Write("POST", "{home}/git/commits", _SAME),
        Write("POST", "{home}/git/tags", _SAME),
        Write("POST", "{home}/git/refs", _LOOK, _ref),
        Write("PATCH", "{home}/git/refs/{ref*}", _LOOK, _ref_moved),
        Write("DELETE", "{home}/git/refs/{ref*}", _LOOK, _ref_removed),
        Write("PUT", "{home}/branches/{branch}/protection", _SAME),
        Write("DELETE", "{home}/branches/{branch}/protection", _SAME),
        # releases
        Write("POST", "{home}/releases", _LOOK, _release),
        Write("PATCH", "{home}/releases/{release}", _SAME),
        Write("DELETE", "{home}/releases/{release}", _SAME),
        Write("POST", "{home}/releases/{release}/assets", _LOOK, _asset),
        Write("DELETE", "{home}/releases/assets/{asset}", _SAME),
        # checks and runs
        Write("POST", "{home}/statuses/{sha}", _LOOK, _status),
        Write("POST", "{home}/check-runs", _LOOK, _check_run),
        Write("PATCH", "{home}/check-runs/{run}", _LOOK, _check_run_changed),
        Write("POST", "{home}/check-runs/{run}/rerequest", _NEVER, _check_requested),
        Write("POST", "{home}/actions/runs/{run}/rerun", _LOOK, _rerun),
        Write("POST", "{home}/actions/runs/{run}/rerun-failed-jobs", _LOOK, _rerun),
        Write("POST", "{home}/actions/runs/{run}/cancel", _SAME),
        Write("POST", "{home}/actions/jobs/{job}/rerun", _LOOK, _rerun),
        # Apps and notifications
        Write("PUT", "app/installations/{installation}/suspended", _SAME),
        Write("DELETE", "app/installations/{installation}/suspended", _SAME),
        Write("DELETE", "app/installations/{installation}", _SAME),
        Write("PATCH", "app/hook/config", _SAME),
        Write("POST", "app/hook/deliveries/{delivery}/attempts", _NEVER),
        Write("PATCH", "notifications/threads/{thread}", _SAME),
        Write("DELETE", "notifications/threads/{thread}", _SAME),
        Write("PUT", "notifications/threads/{thread}/subscription", _SAME),
        # what runs: a second run, deployment or status is another one
        Write("POST", "{home}/actions/workflows/{workflow}/dispatches", _NEVER, _dispatched),
        Write("PATCH", "{home}/actions/variables/{name}", _SAME),
        Write("POST", "{home}/actions/variables", _LOOK, _variable_made),
        Write("DELETE", "{home}/actions/variables/{name}", _SAME),
        Write("PUT", "{home}/actions/secrets/{name}", _SAME),
        Write("DELETE", "{home}/actions/secrets/{name}", _SAME),
        Write("POST", "{home}/deployments", _NEVER, _deployed),
        Write("POST", "{home}/deployments/{number}/statuses", _NEVER, _deployment_status),
    ],
    # Each sets a state.
    mutations=(
        "enablePullRequestAutoMerge", "disablePullRequestAutoMerge", "markPullRequestReadyForReview",
        "convertPullRequestToDraft", "minimizeComment", "updateSubscription", "resolveReviewThread",
        "unresolveReviewThread",
    ),
)  # fmt: skip
