"""What every GitHub route needs: the route table, and finding things with the rights of who asks.

GitHub's rules on who sees what are here once: a private thing looks like 404, a write needs a token and a role,
an installation needs the permission. No shape and no route may enter.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from igitt.testing.sandbox import model, names, objects
from igitt.testing.sandbox.github.rights import check_read, demand, granted
from igitt.testing.sandbox.github.rights import level_for as level_for  # noqa: PLC0414  found here by routes, as ever
from igitt.testing.sandbox.github.rights import sees as sees  # noqa: PLC0414
from igitt.testing.sandbox.wire import ApiError, Reply, Request, Router, cut, with_query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from igitt.testing.sandbox.github.forge import GitHubForge
    from igitt.testing.sandbox.model import Issue, MergeRequest, Organization, Repository, Team, User

routes = Router("/api/v3", alias=("/repos/{owner}/{repo}", "/repositories/{repository_id}"))

#: What may still be done with an archived repository: take it back, delete, fork, watch and transfer it.
WITH_ARCHIVED = {"", "forks", "subscription", "transfer"}


def forge_of(request: Request) -> GitHubForge:
    """The forge with its real type."""
    return cast("GitHubForge", request.forge)


def iso(moment: datetime | None) -> str | None:
    """A time as GitHub writes it."""
    return None if moment is None else moment.isoformat()[:19] + "Z"


def missing() -> ApiError:
    """The plain 404."""
    return ApiError(404, "Not Found")


def invalid(resource: str, field: str, code: str = "invalid", message: str | None = None) -> ApiError:
    """A 422 with one entry in ``errors``."""
    detail = {"resource": resource, "field": field, "code": code}
    if message:
        detail["message"] = message
    return ApiError(422, "Validation Failed", errors=[detail])


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object in the body; anything else is a 400, and 422 for a text that is longer than GitHub allows."""
    data = request.json
    if not isinstance(data, dict):
        raise ApiError(400, "Body should be a JSON object")
    check_sizes(request, data)
    return data


def check_sizes(request: Request, data: dict[str, Any]) -> None:
    """422 for a text that is longer than GitHub allows."""
    long = names.too_long(names.GITHUB_SIZES, request.path.removeprefix(routes.prefix), data)
    if long is not None:
        resource, field, most = long
        raise invalid(resource, field, "custom", f"{field} is too long (maximum is {most} characters)")


def text_of(data: dict[str, Any], name: str, resource: str, *, required: bool = True) -> str:
    """A text field of a body; 422 where it is missing or no text."""
    value = data.get(name)
    if value is None and not required:
        return ""
    if value is None or (required and value == ""):
        raise invalid(resource, name, "missing_field")
    if not isinstance(value, str):
        raise ApiError(422, f"Invalid request.\n\nFor 'properties/{name}', {value!r} is not a string.")
    return value


# ---- finding things


def redirect(request: Request, repository: Repository) -> ApiError:
    """The answer for an old name: 301 for a read, 307 for anything else."""
    below = request.path.removeprefix(routes.prefix).split("/")[4:]
    target = "/".join([f"{request.forge.api_url}/repositories/{repository.id}", *below])
    target += f"?{request.query}" if request.query else ""
    read = request.method in {"GET", "HEAD"}
    message = "Moved Permanently" if read else "Temporary Redirect"
    return ApiError(301 if read else 307, message, headers={"Location": target}, url=target)


def find_repository(request: Request) -> Repository:
    """The repository in the path, whether or not it may be seen."""
    if "repository_id" in request.params:
        found = request.world.repositories.get(request.number("repository_id"))
        if found is None:
            raise missing()
        return found
    found, old = request.world.repository(f"{request.params['owner']}/{request.params['repo']}")
    if found is None:
        raise missing()
    if old and sees(request, found):
        raise redirect(request, found)
    return found


def repository_of(request: Request, permission: str = "metadata", need: int = model.NONE) -> Repository:
    """The repository in the path, for whoever asks.

    ``permission`` is what an App needs (read for GET, else write), ``need`` the level that a user needs for a write.
    Raises the redirect of an old name, 404 for what may not be seen, 401/403 for what may not be done.
    """
    found = find_repository(request)
    if not sees(request, found):
        raise missing()
    write = request.method not in {"GET", "HEAD"}
    if write or need:
        demand(request, found, permission, need)
    else:
        check_read(request, found, permission)
    if write and found.archived and not _with_archived(request):
        raise ApiError(403, "Repository was archived so is read-only.")
    return found


def _with_archived(request: Request) -> bool:
    """Whether something may be done although a repository is archived."""
    below = _below(request)
    if not below and request.method == "PATCH":
        data = request.json
        return isinstance(data, dict) and "archived" in data
    return below in WITH_ARCHIVED


def _below(request: Request) -> str:
    """The part of the path below the repository's own."""
    start = 4 if "owner" in request.params else 3
    return "/".join(request.path.removeprefix(routes.prefix).split("/")[start:])


def forbidden_to_app(permission: str = "metadata", level: str = "read") -> ApiError:
    """What an App gets that lacks a permission."""
    wanted = "; ".join(f"{name}={level}" for name in permission.split("|"))
    return ApiError(403, "Resource not accessible by integration", headers={"X-Accepted-GitHub-Permissions": wanted})


def person(request: Request) -> User:
    """The user who asks; 403 for an App, which is nobody's account."""
    if request.viewer.installation is not None or request.viewer.app is not None:
        raise forbidden_to_app()
    return request.user


def organization_of(request: Request, need: int = model.NONE) -> Organization:
    """The organization in the path; ``need`` is the level a user must have there."""
    found = request.world.organization(request.params["org"])
    if found is None:
        raise missing()
    if need:
        viewer = request.viewer
        if viewer.kind == "anonymous":
            raise ApiError(401, "Requires authentication")
        if viewer.installation is not None:
            level = "read" if request.method in {"GET", "HEAD"} else "write"
            if viewer.installation.account is not found or not granted(request, "members|administration", level):
                raise forbidden_to_app("members", level)
        elif request.world.organization_level(viewer.user, found) < need:
            raise ApiError(403, "Must have admin rights to Organization.") if need >= model.OWN else missing()
    return found


def team_of(request: Request, need: int = model.READ) -> Team:
    """The team in the path."""
    found = organization_of(request, need).teams.get(request.params["team_slug"])
    if found is None:
        raise missing()
    return found


def user_of(request: Request, name: str = "username") -> User:
    """The user in the path."""
    found = request.world.user(request.params[name])
    if found is None:
        raise missing()
    return found


def issue_of(request: Request, need: int = model.NONE) -> Issue:
    """The issue in the path; GitHub's issue routes also serve pull requests."""
    repository = repository_of(request, "issues|pull_requests", need)
    number = request.number("number")
    found = repository.issues.get(number) or repository.merge_requests.get(number)
    if found is None:
        if number in repository.extra.get("deleted", ()):
            raise ApiError(410, "This issue was deleted")
        raise missing()
    return found


def pull_of(request: Request, need: int = model.NONE, permission: str = "pull_requests") -> MergeRequest:
    """The pull request in the path."""
    found = repository_of(request, permission, need).merge_requests.get(request.number("number"))
    if found is None:
        raise missing()
    return found


def may_triage(request: Request, issue: Issue) -> bool:
    """Whether who asks may change more than the text of an issue of their own."""
    if request.viewer.installation is not None:
        return True
    return request.world.level(request.viewer.user, issue.repository) >= model.TRIAGE


# ---- answers


def created(data: Any, **options: Any) -> Reply:
    """A 201."""
    headers = {"Location": data["url"]} if isinstance(data, dict) and "url" in data else {}
    return Reply(data, 201, headers, **options)


def paged(
    request: Request, items: Sequence[Any], shape: Callable[[Any], Any], *, envelope: str = "", **extra: Any
) -> Reply:
    """One page of a list with GitHub's ``Link``: none on a single page, and by the repository's id."""
    page = cut(request, items, 30)
    data: Any = [shape(item) for item in page.items]
    if envelope:
        data = {"total_count": page.total, **extra, envelope: data}
    wanted: dict[str, int] = {}
    if page.number > 1:
        wanted |= {"prev": min(page.number - 1, page.count), "first": 1}
    if page.number < page.count:
        wanted |= {"next": page.number + 1, "last": page.count}
    if not wanted:
        return Reply(data)
    url = stable_url(request)
    order = [name for name in ("prev", "next", "last", "first") if name in wanted]
    links = [f'<{with_query(request, url, page=str(wanted[name]))}>; rel="{name}"' for name in order]
    return Reply(data, headers={"Link": ", ".join(links)})


def stable_url(request: Request) -> str:
    """The request's own URL, below a repository by its id, as GitHub links pages."""
    below = request.path.removeprefix(routes.prefix)
    if "owner" in request.params:
        found, _ = request.world.repository(f"{request.params['owner']}/{request.params['repo']}")
        if found is not None:
            below = "/".join([f"/repositories/{found.id}", *below.split("/")[4:]])
    return request.forge.api_url + below


def person_of(request: Request, data: dict[str, Any], name: str) -> objects.Person | None:
    """The ``author`` or ``committer`` of a body."""
    given = data.get(name)
    if given is None:
        return None
    if not isinstance(given, dict) or not given.get("name") or not given.get("email"):
        raise ApiError(422, f'Invalid request.\n\nFor \'properties/{name}\', "name" and "email" weren\'t supplied.')
    try:
        when = datetime.fromisoformat(given["date"]) if given.get("date") else request.world.now()
    except ValueError:
        raise ApiError(422, f"Invalid request.\n\n{given['date']!r} is not a valid date-time.") from None
    return objects.Person(str(given["name"]), str(given["email"]), when)
