"""GitLab's writes, and how each is looked up after its answer was lost (source: https://docs.gitlab.com/api/rest/).

Where a second one is refused, the documentation of the endpoint or igitt's own reading of its words says so; what has a
name of its own is found by it, everything else among the newest of its list.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from igitt._base.paths import segment
from igitt._http.writes import DONE, NOT_DONE, Again, Sent, Write, Writes
from igitt._text.quoting import defused
from igitt.errors import IGittError

__all__ = ["WRITES"]

_HOME = r"projects/[^/]+"
_SAME, _LOOK, _NEVER = Again.SAME, Again.LOOK, Again.NEVER
_NEWEST = {"order_by": "created_at", "sort": "desc", "per_page": 30}


def _first(found: Any) -> Any:
    return next(iter(found), NOT_DONE)


# --- merge requests --------------------------------------------------------------------------------------------------


def _merge_request(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/merge_requests/{sent.names['number']}", include_rebase_in_progress=True)
    if data is NOT_DONE:
        raise IGittError("there is no such merge request any more")
    return data


def _merged(sent: Sent) -> Any:
    data = _merge_request(sent)
    later = sent.body.get("auto_merge") or sent.body.get("merge_when_pipeline_succeeds")
    waits = later and data.get("merge_when_pipeline_succeeds")
    return data if data.get("state") in {"merged", "locked"} or waits else NOT_DONE


def _not_waiting(sent: Sent) -> Any:
    data = _merge_request(sent)
    return NOT_DONE if data.get("merge_when_pipeline_succeeds") else data


def _rebasing(sent: Sent) -> Any:
    data = _merge_request(sent)
    return {"rebase_in_progress": True} if data.get("rebase_in_progress") else NOT_DONE


def _new_merge_request(sent: Sent) -> Any:
    asked = sent.body
    home = sent.home if asked.get("target_project_id") is None else f"projects/{asked['target_project_id']}"
    where = {"source_branch": asked.get("source_branch"), "target_branch": asked.get("target_branch")}
    return _first(
        data
        for data in sent.get(f"{home}/merge_requests", state="all", **where, **_NEWEST)
        if data.get("title") == asked.get("title") and sent.fresh(data)
    )


def _approved(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/merge_requests/{sent.names['number']}/approvals")
    return data if data is not NOT_DONE and data.get("user_has_approved") else NOT_DONE


def _not_approved(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/merge_requests/{sent.names['number']}/approvals")
    return data if data is not NOT_DONE and not data.get("user_has_approved") else NOT_DONE


def _draft_note(sent: Sent) -> Any:
    return _first(
        data
        for data in sent.get(f"{sent.home}/merge_requests/{sent.names['number']}/draft_notes")
        if sent.says(data, "note", "note") and data.get("id") not in sent.earlier
    )


# --- what people say -------------------------------------------------------------------------------------------------


def _notes(sent: Sent) -> str:
    return f"{sent.home}/{sent.names['kind']}/{sent.names['number']}"


def _said(sent: Sent) -> Any:
    """The own newest note with exactly the text that was sent."""
    _check_actions(sent, "body")
    return _first(
        data
        for data in sent.each(f"{_notes(sent)}/notes", order_by="created_at", sort="desc")
        if _is_said(sent, data, "body")
    )


def _said_in_thread(sent: Sent) -> Any:
    _check_actions(sent, "body")
    data = sent.get(f"{_notes(sent)}/discussions/{segment(sent.names['discussion'])}")
    notes = [] if data is NOT_DONE else data.get("notes") or []
    return _first(note for note in reversed(notes) if _is_said(sent, note, "body"))


def _thread(sent: Sent) -> Any:
    _check_actions(sent, "body")
    return _first(
        data
        for data in sent.each(f"{_notes(sent)}/discussions")
        if data.get("notes") and _is_said(sent, data["notes"][0], "body")
    )


def _said_of_commit(sent: Sent) -> Any:
    _check_actions(sent, "note")
    # A commit's comments have no number in this list.
    return _first(
        data
        for data in sent.each(f"{sent.home}/repository/commits/{segment(sent.names['sha'])}/comments")
        if sent.says(data, "note", "note") and sent.fresh(data) and sent.own(data.get("author"))
    )


def _is_said(sent: Sent, note: Mapping[str, Any], key: str) -> bool:
    return sent.says(note, "body", key) and sent.fresh(note) and sent.own(note.get("author"))


def _check_actions(sent: Sent, key: str) -> None:
    """GitLab takes the lines of quick actions out of a text, which cannot be found by it then."""
    said = str(sent.body.get(key))
    if defused(said) != said:
        raise IGittError("its text has quick actions, which GitLab carries out and does not keep")


def _issue(sent: Sent) -> Any:
    _check_actions(sent, "description")
    return _first(
        data
        for data in sent.get(f"{sent.home}/issues", scope="all", state="all", **_NEWEST)
        if sent.says(data, "title", "title")
        and sent.says(data, "description", "description")
        and sent.fresh(data)
        and sent.own(data.get("author"))
    )


def _started(sent: Sent) -> Any:
    """The pipeline that was started: the list has no user, a pipeline alone does."""
    for data in sent.each(f"{sent.home}/pipelines", ref=sent.body.get("ref"), source="api"):
        if not sent.fresh(data):
            break
        whole = sent.get(f"{sent.home}/pipelines/{data['id']}")
        if whole is not NOT_DONE and sent.own(whole.get("user")):
            return whole
    return NOT_DONE


def _variable_made(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/variables/{segment(str(sent.body.get('key')))}")
    return DONE if data is not NOT_DONE and data.get("value") == sent.body.get("value") else NOT_DONE


def _deployed(sent: Sent) -> Any:
    body = sent.body
    newest = {"order_by": "id", "sort": "desc", "environment": body.get("environment"), "per_page": 20}
    found = sent.get(f"{sent.home}/deployments", **newest)
    return next((data for data in found if data.get("sha") == body.get("sha") and sent.fresh(data)), NOT_DONE)


def _time_booked(sent: Sent) -> Any:
    notes = sent.each(f"{_notes(sent)}/notes", order_by="created_at", sort="desc")
    booked = (
        note
        for note in notes
        if note.get("system")
        and "time spent" in str(note.get("body"))
        and sent.fresh(note)
        and sent.own(note["author"])
    )
    return NOT_DONE if _first(booked) is NOT_DONE else sent.get(f"{_notes(sent)}/time_stats")


# --- what has a name -------------------------------------------------------------------------------------------------


def _label(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/labels/{segment(sent.body.get('name'))}")
    return data if data is not NOT_DONE and _same_label(sent, data) else NOT_DONE


def _label_changed(sent: Sent) -> Any:
    old, new = sent.names["name"], sent.body.get("new_name") or sent.names["name"]
    data = sent.get(f"{sent.home}/labels/{segment(new)}")
    if data is NOT_DONE or not _same_label(sent, data):
        return NOT_DONE
    return data if new == old or sent.get(f"{sent.home}/labels/{segment(old)}") is NOT_DONE else NOT_DONE


def _same_label(sent: Sent, data: Mapping[str, Any]) -> bool:
    asked = sent.body
    color = "color" not in asked or str(data.get("color")).casefold() == str(asked["color"]).casefold()
    return color and ("description" not in asked or sent.says(data, "description", "description"))


def _milestone(sent: Sent) -> Any:
    return _first(
        data
        for data in sent.each(f"{sent.home}/milestones", title=sent.body.get("title"))
        if data.get("title") == sent.body.get("title") and sent.fresh(data)
    )


def _hook(sent: Sent) -> Any:
    events = {key: value for key, value in sent.body.items() if key.endswith("_events")}
    return _first(
        data
        for data in sent.each(f"{sent.home}/hooks")
        if data.get("url") == sent.body.get("url")
        and all(data.get(key, value) == value for key, value in events.items())
        and sent.fresh(data)
    )


def _deploy_key(sent: Sent) -> Any:
    def words(key: Any) -> list[str]:
        return str(key).split()[:2]

    return _first(
        data
        for data in sent.each(f"{sent.home}/deploy_keys")
        if words(data.get("key")) == words(sent.body.get("key")) and data.get("title") == sent.body.get("title")
    )


def _project(sent: Sent) -> Any:
    above = sent.body.get("namespace_id")
    if above is None:
        place = sent.client.transport.request("GET", "user").data["username"]
    else:
        place = sent.client.transport.request("GET", f"namespaces/{above}").data["full_path"]
    path = segment(f"{place}/{sent.body.get('path')}")
    data = sent.get(f"projects/{path}")
    return data if data is not NOT_DONE and sent.fresh(data) else NOT_DONE


def _group(sent: Sent) -> Any:
    above, path = sent.body.get("parent_id"), str(sent.body.get("path"))
    if above is not None:
        path = f"{sent.client.transport.request('GET', f'groups/{above}').data['full_path']}/{path}"
    data = sent.get(f"groups/{segment(path)}")
    return data if data is not NOT_DONE and sent.fresh(data) else NOT_DONE


def _fork(sent: Sent) -> Any:
    space, path = sent.body.get("namespace_path"), sent.body.get("path")

    def is_it(data: Mapping[str, Any]) -> bool:
        place = data.get("namespace") or {}
        here = space is None or str(place.get("full_path")).casefold() == str(space).casefold()
        return here and (path is None or data.get("path") == path) and sent.fresh(data)

    params: dict[str, Any] = {"owned": True} if space is None else {}
    return _first(data for data in sent.each(f"{sent.home}/forks", **params) if is_it(data))


def _transferred(sent: Sent) -> Any:
    data, wanted = sent.get(sent.home), str(sent.body.get("namespace")).casefold()
    place = {} if data is NOT_DONE else data.get("namespace") or {}
    return data if wanted in {str(place.get(key)).casefold() for key in ("full_path", "id", "path")} else NOT_DONE


def _release(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/releases/{segment(sent.body.get('tag_name'))}")
    same = data is not NOT_DONE and sent.says(data, "name", "name") and sent.says(data, "description", "description")
    return data if same and sent.fresh(data) else NOT_DONE


def _link(sent: Sent) -> Any:
    path = f"{sent.home}/releases/{segment(sent.names['tag'])}/assets/links"
    keys = ("name", "url")
    return _first(data for data in sent.each(path) if all(data.get(key) == sent.body.get(key) for key in keys))


# --- git -------------------------------------------------------------------------------------------------------------


def _branch(sent: Sent) -> Any:
    return _at_ref(sent, sent.get(f"{sent.home}/repository/branches/{segment(sent.body.get('branch'))}"))


def _tag(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/repository/tags/{segment(sent.body.get('tag_name'))}")
    same = data is not NOT_DONE and sent.says(data, "message", "message")
    return _at_ref(sent, data) if same else NOT_DONE


def _at_ref(sent: Sent, data: Any) -> Any:
    start = sent.get(f"{sent.home}/repository/commits/{segment(sent.body.get('ref'))}")
    same = NOT_DONE not in (data, start) and data["commit"]["id"] == start["id"]
    return data if same else NOT_DONE


def _commits(sent: Sent, **where: Any) -> Any:
    """The commits of a branch with the message that was sent, made since."""
    asked = {"ref_name": sent.body.get("branch"), "per_page": 10, **where}
    for data in sent.each(f"{sent.home}/repository/commits", **asked):
        if not sent.fresh({**data, "id": None}, "committed_date"):
            return
        if str(data.get("message")).strip() == str(sent.body.get("commit_message")).strip():
            yield data


def _file(sent: Sent) -> Any:
    asked, path = sent.body, sent.names["path"]
    answer = {"file_path": path, "branch": asked.get("branch")}
    for commit in _commits(sent, path=path):
        data = sent.get(f"{sent.home}/repository/files/{segment(path)}", ref=commit["id"])
        if sent.method == "DELETE":
            return DONE if data is NOT_DONE else NOT_DONE
        same = data is not NOT_DONE and base64.b64decode(data["content"]) == base64.b64decode(str(asked["content"]))
        return answer if same else NOT_DONE
    if sent.method != "PUT" or not asked.get("last_commit_id"):
        return NOT_DONE
    # The list of commits may lag behind the file.
    data = sent.get(f"{sent.home}/repository/files/{segment(path)}", ref=asked.get("branch"))
    there = data is not NOT_DONE and base64.b64decode(data["content"]) == base64.b64decode(str(asked["content"]))
    return answer if there and data.get("last_commit_id") != asked["last_commit_id"] else NOT_DONE


def _commit(sent: Sent) -> Any:
    paths = {action["file_path"] for action in sent.body.get("actions") or ()}
    for data in _commits(sent):
        changed = sent.each(f"{sent.home}/repository/commits/{data['id']}/diff")
        if {one.get("new_path") for one in changed} <= paths:
            return data
    return NOT_DONE


# --- checks and runs -------------------------------------------------------------------------------------------------


def _status(sent: Sent) -> Any:
    asked = sent.body
    path = f"{sent.home}/repository/commits/{segment(sent.names['sha'])}/statuses"
    wanted = {"status": asked.get("state"), "name": asked.get("name"), "description": asked.get("description")}
    return _first(
        data
        for data in sent.each(path, name=asked.get("name"))
        if all((data.get(key) or "") == (value or "") for key, value in wanted.items()) and _touched(sent, data)
    )


def _touched(sent: Sent, data: Mapping[str, Any]) -> bool:
    """Whether a status was set since: GitLab changes one that is there."""
    times = [key for key in ("created_at", "started_at", "finished_at") if data.get(key)]
    return not times or any(sent.fresh({**data, "id": None}, key) for key in times)


def _pipeline_runs(sent: Sent) -> Any:
    data = sent.get(f"{sent.home}/pipelines/{sent.names['pipeline']}")
    under_way = {"created", "waiting_for_resource", "preparing", "pending", "running"}
    return data if data is not NOT_DONE and data.get("status") in under_way else NOT_DONE


def _job_again(sent: Sent) -> Any:
    old = sent.get(f"{sent.home}/jobs/{sent.names['job']}")
    if old is NOT_DONE:
        raise IGittError("the job is not there any more")
    jobs = sent.each(f"{sent.home}/pipelines/{old['pipeline']['id']}/jobs")
    return _first(job for job in jobs if job.get("name") == old.get("name") and job["id"] > old["id"])


WRITES = Writes(
    _HOME,
    [
        # issues and merge requests
        Write("POST", "{home}/issues", _NEVER, _issue),
        Write("POST", "{home}/merge_requests", _LOOK, _new_merge_request),
        Write("PUT", "{home}/merge_requests/{number}/merge", _LOOK, _merged),
        Write("PUT", "{home}/merge_requests/{number}/rebase", _SAME, _rebasing),
        Write("POST", "{home}/merge_requests/{number}/cancel_merge_when_pipeline_succeeds", _SAME, _not_waiting),
        Write("POST", "{home}/merge_requests/{number}/approve", _SAME, _approved),
        Write("POST", "{home}/merge_requests/{number}/unapprove", _SAME, _not_approved),
        Write("POST", "{home}/merge_requests/{number}/draft_notes", _NEVER, _draft_note),
        Write("POST", "{home}/merge_requests/{number}/draft_notes/bulk_publish", _SAME),
        Write("DELETE", "{home}/merge_requests/{number}/draft_notes/{note}", _SAME),
        Write("PUT", "{home}/merge_requests/{number}/discussions/{discussion}", _SAME),
        *(
            write
            for kind in ("issues", "merge_requests")
            for write in (
                Write("PUT", f"{{home}}/{kind}/{{number}}", _SAME),
                Write("DELETE", f"{{home}}/{kind}/{{number}}", _SAME),
                Write("POST", f"{{home}}/{kind}/{{number}}/subscribe", _SAME),
                Write("POST", f"{{home}}/{kind}/{{number}}/unsubscribe", _SAME),
            )
        ),
        Write("POST", "{home}/{kind}/{number}/add_spent_time", _NEVER, _time_booked),
        Write("POST", "{home}/{kind}/{number}/time_estimate", _SAME),
        # what runs: a second pipeline or deployment is another one
        Write("POST", "{home}/pipeline", _NEVER, _started),
        Write("PUT", "{home}/variables/{name}", _SAME),
        Write("POST", "{home}/variables", _LOOK, _variable_made),
        Write("DELETE", "{home}/variables/{name}", _SAME),
        Write("POST", "{home}/deployments", _NEVER, _deployed),
        Write("PUT", "{home}/deployments/{number}", _SAME),
        Write("DELETE", "{home}/releases/{tag}/assets/links/{number}", _SAME),
        Write("POST", "{home}/{kind}/{number}/reset_time_estimate", _SAME),
        Write("POST", "{home}/{kind}/{number}/reset_spent_time", _SAME),
        # comments and emoji; one that is there is refused and looked up by add_reaction()
        Write("POST", "{home}/repository/commits/{sha}/comments", _NEVER, _said_of_commit),
        Write("PUT", "{home}/repository/commits/{sha}/discussions/{discussion}/notes/{note}", _SAME),
        Write("DELETE", "{home}/repository/commits/{sha}/discussions/{discussion}/notes/{note}", _SAME),
        Write("POST", "{home}/{kind}/{number}/discussions", _NEVER, _thread),
        Write("POST", "{home}/{kind}/{number}/discussions/{discussion}/notes", _NEVER, _said_in_thread),
        Write("POST", "{home}/{kind}/{number}/notes", _NEVER, _said),
        Write("PUT", "{home}/{kind}/{number}/notes/{note}", _SAME),
        Write("DELETE", "{home}/{kind}/{number}/notes/{note}", _SAME),
        Write("POST", "{home}/{kind}/{number}/award_emoji", _SAME),
        Write("DELETE", "{home}/{kind}/{number}/award_emoji/{emoji}", _SAME),
        Write("POST", "{home}/{kind}/{number}/notes/{note}/award_emoji", _SAME),
        Write("DELETE", "{home}/{kind}/{number}/notes/{note}/award_emoji/{emoji}", _SAME),
        # labels, milestones, hooks, keys, people; a member that is there is refused and changed by add_member()
        Write("POST", "{home}/labels", _LOOK, _label),
        Write("PUT", "{home}/labels/{name}", _LOOK, _label_changed),
        Write("DELETE", "{home}/labels/{name}", _SAME),
        Write("POST", "{home}/milestones", _LOOK, _milestone),
        Write("PUT", "{home}/milestones/{number}", _SAME),
        Write("DELETE", "{home}/milestones/{number}", _SAME),
        Write("POST", "{home}/hooks", _NEVER, _hook),
        Write("PUT", "{home}/hooks/{hook}", _SAME),
        Write("DELETE", "{home}/hooks/{hook}", _SAME),
        Write("PUT", "groups/{group}/hooks/{hook}", _SAME),
        Write("DELETE", "groups/{group}/hooks/{hook}", _SAME),
        Write("POST", "{home}/deploy_keys", _LOOK, _deploy_key),
        Write("DELETE", "{home}/deploy_keys/{key}", _SAME),
        *(
            write
            for place in ("{home}", "groups/{group}")
            for write in (
                Write("POST", f"{place}/members", _SAME),
                Write("PUT", f"{place}/members/{{user}}", _SAME),
                Write("DELETE", f"{place}/members/{{user}}", _SAME),
            )
        ),
        # projects and groups
        Write("POST", "projects", _LOOK, _project),
        Write("POST", "groups", _LOOK, _group),
        Write("POST", "{home}/fork", _LOOK, _fork),
        Write("PUT", "{home}/transfer", _LOOK, _transferred),
        Write("POST", "{home}/archive", _SAME),
        Write("POST", "{home}/unarchive", _SAME),
        Write("PUT", "{home}", _SAME),
        Write("DELETE", "{home}", _SAME),
        Write("PUT", "groups/{group}", _SAME),
        # files and git
        Write("POST", "{home}/repository/files/{path}", _LOOK, _file),
        Write("PUT", "{home}/repository/files/{path}", _LOOK, _file),
        Write("DELETE", "{home}/repository/files/{path}", _LOOK, _file),
        Write("POST", "{home}/repository/commits", _LOOK, _commit),
        Write("POST", "{home}/repository/branches", _LOOK, _branch),
        Write("DELETE", "{home}/repository/branches/{branch}", _SAME),
        Write("POST", "{home}/repository/tags", _LOOK, _tag),
        Write("DELETE", "{home}/repository/tags/{tag}", _SAME),
        Write("POST", "{home}/protected_branches", _SAME),
        Write("DELETE", "{home}/protected_branches/{branch}", _SAME),
        # releases; an uploaded file that nothing links to may exist twice
        Write("POST", "{home}/releases", _LOOK, _release),
        Write("PUT", "{home}/releases/{tag}", _SAME),
        Write("DELETE", "{home}/releases/{tag}", _SAME),
        Write("POST", "{home}/releases/{tag}/assets/links", _LOOK, _link),
        Write("POST", "{home}/uploads", _SAME),
        # statuses and runs
        Write("POST", "{home}/statuses/{sha}", _LOOK, _status),
        Write("POST", "{home}/pipelines/{pipeline}/retry", _LOOK, _pipeline_runs),
        Write("POST", "{home}/pipelines/{pipeline}/cancel", _SAME),
        Write("POST", "{home}/jobs/{job}/retry", _NEVER, _job_again),
        Write("POST", "{home}/jobs/{job}/cancel", _SAME),
        # to-do items
        Write("POST", "todos/{todo}/mark_as_done", _SAME),
    ],
)
