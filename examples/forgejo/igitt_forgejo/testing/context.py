"""What every route needs: the table, and finding things with the rights of whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.wire import ApiError, Reply, Request, Router, with_query

__all__ = [
    "HOME", "body_of", "created", "issue_of", "moment", "organization_of", "paged", "pull_of", "repository_of",
    "routes", "user_named",
]  # fmt: skip

routes = Router("/api/v1", alias=("/repos/{owner}/{repo}", "/repositories/{repository_id}"))
HOME = "/repos/{owner}/{repo}"


def repository_of(request: Request, need: int = model.NONE) -> model.Repository:
    """The repository in the path; `need` is the level that a user must have in it."""
    if "repository_id" in request.params:
        found = request.world.repositories.get(request.number("repository_id"))
    else:
        found, _ = request.world.repository(f"{request.params['owner']}/{request.params['repo']}")
    if found is None or not request.world.may_read(request.viewer.user, found):
        raise request.forge.not_found()
    if need:
        level = request.world.level(request.user, found)
        if level < need:
            raise ApiError(403, "user should have a permission to write to a repo")
        if found.archived and request.template != HOME:
            raise ApiError(423, "Repo is archived.")
    return found


def issue_of(request: Request, need: int = model.NONE) -> model.Issue:
    """The issue or pull request in the path."""
    home, number = repository_of(request), request.number("index")
    found = home.issues.get(number) or home.merge_requests.get(number)
    if found is None:
        raise request.forge.not_found()
    own = request.viewer.user is found.author
    if need and not own and request.world.level(request.user, home) < need:
        raise ApiError(403, "user should have a permission to write to a repo")
    return found


def pull_of(request: Request, need: int = model.NONE) -> model.MergeRequest:
    """The pull request in the path."""
    found = issue_of(request, need)
    if not isinstance(found, model.MergeRequest):
        raise request.forge.not_found()
    return found


def organization_of(request: Request, need: int = model.NONE) -> model.Organization:
    """The organization in the path."""
    found = request.world.organization(request.params["org"])
    if found is None:
        raise request.forge.not_found()
    if need and request.world.organization_level(request.user, found) < need:
        raise ApiError(403, "Must be an organization owner")
    return found


def user_named(request: Request, name: str, status: int = 404) -> model.User:
    """The user of a name."""
    found = request.world.user(name)
    if found is None:
        message = f"user does not exist [uid: 0, name: {name}]"
        raise ApiError(status, message if status == 422 else "The target couldn't be found.")
    return found


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object in the body."""
    data = request.json
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise request.forge.bad_json()
    return data


def moment(text: Any) -> datetime | None:
    """A time in a query or a body."""
    return datetime.fromisoformat(text) if text else None


def created(data: Any) -> Reply:
    """A 201."""
    return Reply(data, 201)


def paged(request: Request, items: Sequence[Any], shape: Callable[[Any], Any], *, within: str = "") -> Reply:
    """One page: ``limit`` things, 30 unless told and 50 at most; ``X-Total-Count`` tells how many there are."""
    items = items[: request.cut_at]
    asked = int(request.arg("limit") or 0) or 30
    size = min(asked, request.largest or 50, 50)
    number = int(request.arg("page") or 0) or 1
    last = max(1, -(-len(items) // size))
    data: Any = [shape(one) for one in items[(number - 1) * size : number * size]]
    headers = {"X-Total-Count": str(len(items))}
    wanted = {"next": number + 1, "last": last} if number < last else {}
    if number > 1:
        wanted |= {"first": 1, "prev": number - 1}
    if wanted and last > 1:
        url = f"{request.forge.url}{request.path}"
        links = [f'<{with_query(request, url, page=str(page))}>; rel="{name}"' for name, page in wanted.items()]
        headers["Link"] = ",".join(links)
    return Reply({within: data, "total_count": len(items)} if within else data, headers=headers)
