"""GitLab's hook payloads as the data of its REST API: the one place that knows how the two differ.

What a payload does not hold is left out, so that an object asks for it when somebody reads it. Sources:
https://docs.gitlab.com/user/project/integrations/webhook_events/ and
https://docs.gitlab.com/administration/system_hooks/; the REST API's names are those of https://docs.gitlab.com/api/.
No event and no action is known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from igitt.webhooks.delivery import number, part, parts, word

__all__ = [
    "commit", "group", "issue", "job", "member", "merge_request", "milestone", "note", "people", "pipeline", "project",
    "project_id", "project_keys", "project_path", "pusher", "release", "review", "trimmed", "user",
]  # fmt: skip

Data = dict[str, Any]

_TICKET = (
    "id", "iid", "title", "description", "state", "created_at", "updated_at", "closed_at", "discussion_locked",
)  # fmt: skip
_ISSUE = (*_TICKET, "project_id", "due_date", "confidential", "weight", "moved_to_id", "severity", "health_status")
_MERGE_REQUEST = (
    *_TICKET, "source_branch", "target_branch", "source_project_id", "target_project_id", "merge_status",
    "detailed_merge_status", "merge_commit_sha", "merge_when_pipeline_succeeds", "merge_error",
    "blocking_discussions_resolved",
)  # fmt: skip
_NOTE = (
    "id", "type", "created_at", "updated_at", "system", "noteable_id", "noteable_type", "project_id", "commit_id",
    "position", "discussion_id", "resolved_at",
)  # fmt: skip
_MILESTONE = (
    "id", "iid", "title", "description", "state", "created_at", "updated_at", "due_date", "start_date", "project_id",
    "group_id",
)  # fmt: skip
_PIPELINE = (
    "id", "iid", "name", "ref", "tag", "sha", "before_sha", "source", "status", "created_at", "finished_at", "duration",
    "queued_duration",
)  # fmt: skip
_JOB = {
    "build_id": "id", "build_name": "name", "build_stage": "stage", "build_status": "status",
    "build_created_at": "created_at", "build_started_at": "started_at", "build_finished_at": "finished_at",
    "build_duration": "duration", "build_queued_duration": "queued_duration", "build_allow_failure": "allow_failure",
    "build_failure_reason": "failure_reason", "ref": "ref", "tag": "tag", "project_id": "project_id",
}  # fmt: skip
#: What was done, as what the reviewer says since.
_VERDICTS = {"approval": "approved", "unapproval": "unapproved"}
_VISIBILITIES = {0: "private", 10: "internal", 20: "public"}


def trimmed(data: Data) -> Data:
    """An object whose keys have no spaces at their ends; some versions of GitLab's group hooks have."""
    return {key.strip(): value for key, value in data.items()} if " " in "".join(data) else data


def _iso(value: Any) -> Any:
    """``2017-09-15 16:50:55 UTC`` as the REST API writes it; everything else as it is."""
    if isinstance(value, str) and len(value) == 23 and value.endswith(" UTC"):
        return f"{value[:10]}T{value[11:19]}Z"
    return value


def _taken(data: Mapping[str, Any], keys: tuple[str, ...]) -> Data:
    return {key: _iso(data[key]) if key.endswith("_at") else data[key] for key in keys if key in data}


def user(data: Mapping[str, Any] | None) -> Data | None:
    """A user; None for nobody. GitLab hides most e-mail addresses, and older payloads have no id."""
    if data is None or (number(data, "id") is None and not word(data, "username")):
        return None
    return {
        key: data[key]
        for key in ("id", "username", "name", "avatar_url", "email", "state")
        if data.get(key) is not None and data[key] != "[REDACTED]"
    }


def pusher(payload: Mapping[str, Any]) -> Data | None:
    """The user who pushed; a push has it in fields of its own."""
    flat = {"id": "user_id", "username": "user_username", "name": "user_name", "avatar_url": "user_avatar"}
    return user({key: payload.get(name) for key, name in flat.items()})


def member(payload: Mapping[str, Any]) -> Data | None:
    """The user whom an event of a system or member hook is about, not the one who did it."""
    flat = {"id": "user_id", "username": "user_username", "name": "user_name", "email": "user_email"}
    found = {key: payload.get(name) for key, name in flat.items()}
    if found["username"] is None:
        found.update({key: payload.get(key) for key in ("username", "name", "email")})
    return user(found)


def people(payload: Mapping[str, Any]) -> dict[int, Data]:
    """The users that a payload holds, by id: where an object has only ids, these name them."""
    found = [part(payload, "user"), *parts(payload, "assignees"), *parts(payload, "reviewers")]
    known = [data for data in map(user, found) if data is not None and "id" in data]
    return {data["id"]: data for data in known}


def project(payload: Mapping[str, Any]) -> Data | None:
    """The project of a payload, in whichever form; None without one."""
    told = part(payload, "project") or {}
    old = part(payload, "repository") or {}
    data: Data = {
        "id": project_id(payload),
        "name": word(told, "name") or word(old, "name") or word(payload, "project_name") or word(payload, "name"),
        "path_with_namespace": project_path(payload),
        "web_url": word(told, "web_url") or word(old, "homepage"),
        "ssh_url_to_repo": word(told, "git_ssh_url") or word(old, "git_ssh_url"),
        "http_url_to_repo": word(told, "git_http_url") or word(old, "git_http_url"),
        "visibility": _visibility(payload, told, old),
    }
    found = {key: value for key, value in data.items() if value}
    found.update({key: told[key] for key in ("description", "avatar_url", "default_branch") if key in told})
    return found if "id" in found or "path_with_namespace" in found else None


def project_keys(payload: Mapping[str, Any]) -> list[int | str]:
    """By what the payload's project is known: its id and its path, or one of them; nothing for none."""
    told = (project_id(payload), project_path(payload))
    return [key for key in told if key]


def project_id(payload: Mapping[str, Any]) -> int | None:
    """The number of a payload's project."""
    return number(part(payload, "project"), "id") or number(payload, "project_id")


def project_path(payload: Mapping[str, Any]) -> str:
    """The full path of a payload's project; a job's is only in its web address."""
    told = word(part(payload, "project"), "path_with_namespace") or word(payload, "path_with_namespace")
    path = told or word(payload, "project_path_with_namespace")
    if not path and "build_id" in payload:
        try:
            path = urlsplit(word(part(payload, "repository"), "homepage")).path.strip("/")
        except ValueError:
            return ""
    return path


def _visibility(payload: Mapping[str, Any], *places: Mapping[str, Any]) -> str:
    for place in places:
        level = number(place, "visibility_level")
        if level in _VISIBILITIES:
            return _VISIBILITIES[level]
        if word(place, "visibility"):
            return word(place, "visibility")
    return word(payload, "project_visibility").rpartition("|")[2]


def group(payload: Mapping[str, Any]) -> Data | None:
    """The group that an event is about: under ``group``, or flat as in system and member hooks; None for none."""
    told = part(payload, "group") or payload
    data = {
        "id": number(told, "group_id") or (number(told, "id") if told is not payload else None),
        "name": word(told, "group_name") or word(told, "name"),
        "path": word(told, "group_path") or word(told, "path"),
        "full_path": word(told, "full_path"),
        "web_url": word(told, "web_url"),
    }
    found = {key: value for key, value in data.items() if value}
    return found if "id" in found else None


def _ticket(data: Mapping[str, Any], payload: Mapping[str, Any], keys: tuple[str, ...]) -> Data:
    """What an issue and a merge request have in common."""
    known = people(payload)
    found = _taken(data, keys)
    top = payload.get("object_attributes") is data or "object_kind" not in payload
    if "url" in data:
        found["web_url"] = data["url"]
    author = number(data, "author_id")
    if author is not None:
        found["author"] = known.get(author, {"id": author})
    for place in (payload, data) if top else (data,):
        if "labels" in place:
            found["labels"] = [word(label, "title") for label in parts(place, "labels")]
            break
    for key in ("assignees", "reviewers"):
        ids = data.get(f"{key[:-1]}_ids")
        if top and key in payload:
            found[key] = [data for data in map(user, parts(payload, key)) if data is not None]
        elif isinstance(ids, list) and all(isinstance(one, int) and one in known for one in ids):
            found[key] = [known[one] for one in ids]
    if "milestone_id" in data and data["milestone_id"] is None:
        found["milestone"] = None
    if "time_estimate" in data and "total_time_spent" in data:
        found["time_stats"] = {key: data[key] or 0 for key in ("time_estimate", "total_time_spent")}
    return found


def issue(data: Mapping[str, Any], payload: Mapping[str, Any]) -> Data:
    """An issue or work item, out of its attributes and the payload around them."""
    found = _ticket(data, payload, _ISSUE)
    if word(data, "type"):
        found["issue_type"] = word(data, "type").lower().replace(" ", "_")
    return found


def merge_request(data: Mapping[str, Any], payload: Mapping[str, Any]) -> Data:
    """A merge request, out of its attributes and the payload around them."""
    found = _ticket(data, payload, _MERGE_REQUEST)
    last = part(data, "last_commit")
    if word(last, "id"):
        found["sha"] = word(last, "id")
    if "target_project_id" in data:
        found["project_id"] = data["target_project_id"]
    if "draft" in data or "work_in_progress" in data:
        found["draft"] = bool(data.get("draft", data.get("work_in_progress")))
    return found


def note(data: Mapping[str, Any], payload: Mapping[str, Any]) -> Data:
    """A comment."""
    found = _taken(data, _NOTE)
    found["body"] = word(data, "note") or word(data, "description")
    author = number(data, "author_id")
    if author is not None:
        found["author"] = people(payload).get(author, {"id": author})
    about = part(payload, "issue") or part(payload, "merge_request")
    if about is not None and "iid" in about:
        found["noteable_iid"] = about["iid"]
    if "url" in data:
        found["web_url"] = data["url"]
    return found


def commit(data: Mapping[str, Any]) -> Data:
    """A commit; the hook's one time is when it was committed."""
    sha = word(data, "id")
    author = part(data, "author")
    told = {
        "title": data.get("title"),
        "message": data.get("message"),
        "committed_date": data.get("timestamp"),
        "created_at": data.get("timestamp"),
        "web_url": data.get("url"),
        "author_name": word(author, "name"),
        "author_email": word(author, "email"),
    }
    return {"id": sha, "short_id": sha[:8], **{key: value for key, value in told.items() if value}}


def milestone(data: Mapping[str, Any]) -> Data:
    """A milestone."""
    return _taken(data, _MILESTONE)


def pipeline(data: Mapping[str, Any], payload: Mapping[str, Any]) -> Data:
    """A pipeline."""
    found = {**_taken(data, _PIPELINE), "project_id": number(part(payload, "project"), "id")}
    if "url" in data:
        found["web_url"] = data["url"]
    return {**found, "user": user(part(payload, "user"))}


def job(payload: Mapping[str, Any]) -> Data:
    """A job; what looks like its commit's id is the pipeline's."""
    found = {theirs: _iso(payload[key]) for key, theirs in _JOB.items() if key in payload}
    found["commit"] = {"id": word(payload, "sha")}
    found["pipeline"] = {"id": payload.get("pipeline_id"), "sha": word(payload, "sha")}
    return {**found, "user": user(part(payload, "user"))}


def review(state: str, author: Mapping[str, Any] | None, given: Any) -> Data:
    """What a reviewer said of a merge request; an approval is the only one whose time the API has."""
    said = _VERDICTS.get(state, state)
    return {"state": said, "user": user(author), "approved_at": _iso(given) if said == "approved" else None}


def release(payload: Mapping[str, Any]) -> Data:
    """A release."""
    found = _taken(payload, ("name", "description", "created_at", "released_at", "assets"))
    url = payload.get("url")
    return {**found, "tag_name": payload.get("tag"), "_links": {"self": url}, "commit": part(payload, "commit")}


def deployed(payload: Mapping[str, Any]) -> str:
    """The hash of the commit that a deployment put somewhere: only the commit's page has the whole of it."""
    found = word(payload, "commit_url").rpartition("/commit/")[2]
    return found if found.startswith(word(payload, "short_sha")) else word(payload, "short_sha")


def deployment(payload: Mapping[str, Any]) -> Data:
    """A deployment; what is not sent, such as when it was made, is left out."""
    found = {
        "id": number(payload, "deployment_id"),
        "status": payload.get("status"),
        "ref": payload.get("ref"),
        "sha": deployed(payload),
        "environment": {"name": word(payload, "environment")},
    }
    who = user(part(payload, "user"))
    return {key: value for key, value in found.items() if value} | ({"user": who} if who else {})
