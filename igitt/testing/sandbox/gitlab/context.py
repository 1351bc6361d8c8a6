"""What every GitLab route needs: the route table, parameters, rights, pages, and finding what a path names.

GitLab's rules on who sees what are here once: a private thing looks like 404, a write needs a user (401) and a
role (403), an old path of a project is a redirect for reads only. No shape and no route may enter.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from igitt.testing.sandbox import model, names
from igitt.testing.sandbox.model import Organization
from igitt.testing.sandbox.wire import ApiError, Reply, Request, Router, cut, with_query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from igitt.testing.sandbox.gitlab.forge import GitLabForge
    from igitt.testing.sandbox.model import Comment, Commit, Issue, MergeRequest, Repository, User

routes = Router("/api/v4")

NESTED = re.compile(r"(\w+)\[(\w+)\](\[\])?")
#: The offset from which on GitLab refuses page numbers, and the length from which on it does not count.
DEEPEST, COUNTED = 50_000, 10_000


def forge_of(request: Request) -> GitLabForge:
    """The forge with its real type."""
    return cast("GitLabForge", request.forge)


# ---- errors


def missing(what: str = "") -> ApiError:
    """``404 Project Not Found`` and the like; without a name GitLab's own spelling of a lost record."""
    return ApiError(404, f"404 {what} Not Found" if what else "404 Not found")


def forbidden() -> ApiError:
    """The plain 403."""
    return ApiError(403, "403 Forbidden")


def wrong(text: str) -> ApiError:
    """A 400 of the parameter check, which has ``error`` in place of ``message``."""
    return ApiError(400, error=text)


def invalid(**fields: str) -> ApiError:
    """A 400 of the validation: each field with its list of messages."""
    return ApiError(400, {name: [text] for name, text in fields.items()})


# ---- parameters


def _put(found: dict[str, Any], key: str, value: Any) -> None:
    if key.endswith("[]") and "[" not in key[:-2]:
        found.setdefault(key[:-2], []).append(value)
    elif (nested := NESTED.fullmatch(key)) is not None:
        inner = found.setdefault(nested[1], {})
        if nested[3]:
            inner.setdefault(nested[2], []).append(value)
        else:
            inner[nested[2]] = value
    else:
        found[key] = value


def params_of(request: Request) -> dict[str, Any]:
    """Query and body together, as GitLab takes them; the body wins, ``name[]`` is a list, ``a[b]`` a dict."""
    found: dict[str, Any] = {}
    for key, value in request.args:
        _put(found, key, value)
    if request.body.strip():
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
            for key, value in form_of(request) if kind.startswith("application") else parts_of(request):
                _put(found, key, value)
        elif kind and kind != "application/json":
            raise ApiError(415, error=f"The provided content-type '{kind}' is not supported.")
        else:
            data = request.json
            if not isinstance(data, dict):
                raise request.forge.bad_json()
            found |= data
    if is_write(request) and (
        long := names.too_long(names.GITLAB_SIZES, request.path.removeprefix(routes.prefix), found)
    ):
        _, field, most = long
        raise invalid(**{field: f"is too long (maximum is {most} characters)"})
    return found


def form_of(request: Request) -> list[tuple[str, str]]:
    """A form in the body as pairs."""
    from urllib.parse import parse_qsl  # noqa: PLC0415  hardly any client sends forms

    return parse_qsl(request.body.decode(), keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a form."""

    name: str
    content: bytes


def parts_of(request: Request) -> list[tuple[str, Any]]:
    """A form of several parts as pairs: texts, and an :class:`Upload` for each file. GitLab takes one everywhere.

    Source: https://docs.gitlab.com/api/rest/ ("Request payload").
    """
    kind = request.headers.get("content-type", "")
    form = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
    if not form.is_multipart():
        raise request.forge.bad_json()
    found: list[tuple[str, Any]] = []
    for part in form.iter_parts():
        name, file = part.get_param("name", header="content-disposition"), part.get_filename()
        content = cast("bytes", part.get_payload(decode=True))
        if name is not None:
            found.append((str(name), content.decode(errors="replace") if file is None else
                          Upload(unquote(file) or "file", content)))  # fmt: skip
    return found


def need_all(params: dict[str, Any], *names: str) -> None:
    """400 ``title is missing`` for what has to be there."""
    gone = [f"{name} is missing" for name in names if params.get(name) is None]
    if gone:
        raise wrong(", ".join(gone))


def need_one(params: dict[str, Any], *names: str) -> None:
    """400 unless at least one of the names is there."""
    if not any(name in params for name in names):
        raise wrong(f"{', '.join(names)} are missing, at least one parameter must be provided")


def choice(params: dict[str, Any], name: str, *values: str) -> str:
    """A word out of a few, empty where it is missing; 400 for another."""
    value = params.get(name)
    if value in {None, ""}:
        return ""
    if value not in values:
        raise wrong(f"{name} does not have a valid value")
    return str(value)


def flag(value: Any) -> bool:
    """A boolean in any of the forms that GitLab takes."""
    return value if isinstance(value, bool) else str(value).lower() in {"true", "1", "t", "yes", "on"}


def words(value: Any) -> list[str]:
    """A list given as a list or separated by commas."""
    if value is None:
        return []
    parts: Iterable[Any] = value.split(",") if isinstance(value, str) else value
    return [str(part).strip() for part in parts if str(part).strip()]


def numbers(params: dict[str, Any], name: str) -> list[int]:
    """A list of ids; 400 for anything else."""
    value = params.get(name)
    parts = words(value if isinstance(value, str | list) or value is None else [value])
    if not all(part.isdigit() for part in parts):
        raise wrong(f"{name} is invalid")
    return [int(part) for part in parts]


# ---- who may see and do what


def is_write(request: Request) -> bool:
    """Whether the request wants to change something."""
    return request.method not in {"GET", "HEAD"}


def signed_in(request: Request) -> None:
    """401 for an anonymous caller of something that everyone with a token may read."""
    if request.viewer.user is None:
        raise request.forge.unauthorized()


def _moved(request: Request, found: Repository) -> ApiError:
    if is_write(request):
        return ApiError(405, "405 Method Not Allowed - Non GET methods are not allowed for moved projects")
    below = request.path.removeprefix(routes.prefix).split("/")[3:]
    target = "/".join([f"{request.forge.api_url}/projects/{found.id}", *below])
    target += f"?{request.query}" if request.query else ""
    text = f"This resource has been moved permanently to {target}"
    return ApiError(301, text, headers={"Location": target}, text=True)


def _demand(request: Request, level: int, need: int) -> None:
    if request.viewer.user is None and (need or is_write(request)):
        raise request.forge.unauthorized()
    if level < need:
        raise forbidden()


def project_named(request: Request, name: str) -> Repository:
    """The project of an id or a path, for whoever asks; 404 for what may not be seen."""
    world = request.world
    found, old = (world.repositories.get(int(name)), False) if name.isdigit() else world.repository(name)
    if found is None or not world.may_read(request.viewer.user, found):
        raise missing("Project")
    if old:
        raise _moved(request, found)
    return found


def project_of(request: Request, need: int = model.NONE, *, archived: bool = False) -> Repository:
    """The project in the path, for whoever asks.

    ``need`` is the level that who asks must have, ``archived`` allows a write to an archived project. Raises the
    redirect of an old path, 404 for what may not be seen, 401/403 for what may not be done.
    """
    if is_write(request) and request.viewer.user is None:
        raise request.forge.unauthorized()
    found = project_named(request, request.params["id"])
    if need or is_write(request):
        _demand(request, request.world.level(request.viewer.user, found), need)
    if is_write(request) and found.archived and not archived:
        raise forbidden()
    return found


def sees_group(request: Request, group: Organization) -> bool:
    """Whether who asks may know of a group: public, a member, or with a project inside."""
    user, world = request.viewer.user, request.world
    if not any(one.private for one in group.lineage):
        return True
    if user is None:
        return False
    if world.organization_level(user, group):
        return True
    login = user.login.lower()
    return any(login in one.members for one in world.repositories_of(group, nested=True))


def group_named(request: Request, name: str) -> Organization:
    """The group of an id or a path, for whoever asks."""
    world = request.world
    found = world.by_id(int(name)) if name.isdigit() else world.organization(name)
    if not isinstance(found, Organization) or not sees_group(request, found):
        raise missing("Group")
    return found


def group_of(request: Request, need: int = model.NONE) -> Organization:
    """The group in the path."""
    if is_write(request) and request.viewer.user is None:
        raise request.forge.unauthorized()
    found = group_named(request, request.params["id"])
    if need or is_write(request):
        _demand(request, request.world.organization_level(request.viewer.user, found), need)
    return found


def home_of(request: Request, need: int = model.NONE) -> Repository | Organization:
    """The project or the group in the path, whichever the route is about."""
    if request.path.startswith(f"{routes.prefix}/groups/"):
        return group_of(request, need)
    return project_of(request, need)


def administrator(request: Request) -> User:
    """Who asks, if that is an administrator; 403 for everyone else."""
    if not request.user.admin:
        raise forbidden()
    return request.user


def user_by_id(request: Request, number: int) -> User:
    """The user of an id."""
    found = request.world.by_id(number)
    if not isinstance(found, model.User):
        raise missing("User")
    return found


def level_of(request: Request, repository: Repository) -> int:
    """The level of who asks."""
    return request.world.level(request.viewer.user, repository)


def sees_issue(request: Request, issue: Issue) -> bool:
    """Whether who asks may know of an issue: a confidential one is for its people and for planners."""
    user = request.viewer.user
    if not issue.confidential:
        return True
    return user is not None and (
        user is issue.author or user in issue.assignees or level_of(request, issue.repository) >= model.PLAN
    )


def issue_of(request: Request, need: int = model.NONE, name: str = "iid") -> Issue:
    """The issue in the path."""
    found = project_of(request, need).issues.get(request.number(name))
    if found is None or not sees_issue(request, found):
        raise missing()
    return found


def merge_request_of(request: Request, need: int = model.NONE, name: str = "iid") -> MergeRequest:
    """The merge request in the path."""
    found = project_of(request, need).merge_requests.get(request.number(name))
    if found is None:
        raise missing()
    return found


def ticket_of(request: Request, need: int = model.NONE) -> Issue:
    """The issue or merge request in the path, whichever the route is about."""
    parts = request.path.removeprefix(routes.prefix).split("/")
    return merge_request_of(request, need) if parts[3] == "merge_requests" else issue_of(request, need)


def note_of(request: Request, target: Issue | Commit) -> Comment:
    """The note in the path."""
    number = request.number("note_id")
    found = next((one for one in target.comments if one.id == number), None)
    if found is None:
        raise missing("Note")
    return found


# ---- answers


def created(data: Any) -> Reply:
    """A 201."""
    return Reply(data, 201)


def accepted() -> Reply:
    """The 202 of a deletion that is scheduled."""
    return Reply({"message": "202 Accepted"}, 202)


def not_modified() -> Reply:
    """The 304 of a write that would change nothing."""
    return Reply(status=304)


def paged(request: Request, items: Sequence[Any], shape: Callable[[Any], Any]) -> Reply:
    """One page of a list with GitLab's headers: ``Link`` always, totals unless there are too many."""
    if request.arg("pagination") == "keyset":
        return _keyset(request, items, shape)
    page = cut(request, items, 20)
    if (page.number - 1) * page.size > DEEPEST:
        raise ApiError(
            405, error=f"Offset pagination has a maximum allowed offset of {DEEPEST} for requests that return "
            "objects of this type. Remaining records can be retrieved using keyset pagination."
        )  # fmt: skip
    more, counted = page.number < page.count, page.total <= COUNTED
    wanted = {"prev": page.number - 1} if page.number > 1 else {}
    wanted |= {"next": page.number + 1} if more else {}
    wanted |= {"first": 1} | ({"last": page.count} if counted else {})
    url = request.forge.url + request.path
    extra = {name: request.params[name] for name in ("id", "iid") if name in request.params}
    links = [
        f'<{with_query(request, url, **extra, page=str(number), per_page=str(page.size))}>; rel="{rel}"'
        for rel, number in wanted.items()
    ]
    headers = {
        "Link": ", ".join(links),
        "X-Next-Page": str(page.number + 1) if more else "",
        "X-Page": str(page.number),
        "X-Per-Page": str(page.size),
        "X-Prev-Page": str(page.number - 1) if page.number > 1 else "",
    }
    if counted:
        headers |= {"X-Total": str(page.total), "X-Total-Pages": str(page.count)}
    return Reply([shape(item) for item in page.items], headers=headers)


def _keyset(request: Request, items: Sequence[Any], shape: Callable[[Any], Any]) -> Reply:
    """A page that begins after a thing and not after so many: what comes or goes before it changes nothing.

    By ids, the link names the last one (source: https://docs.gitlab.com/api/rest/#keyset-based-pagination).
    """
    size = cut(request, items, 20).size
    if request.arg("order_by") == "id":
        shown = items[:size]  # what `id_after` or `id_before` left
        name = "id_after" if request.arg("sort") == "asc" else "id_before"
        more, place = len(items) > size, str(shape(shown[-1])["id"]) if shown else ""
    else:
        try:
            last, _, behind = urlsafe_b64decode(request.arg("cursor").encode()).decode().partition(" ")
            begin = int(last or 0)
        except ValueError:
            raise wrong("cursor is invalid") from None
        marks = [_mark(shape(item)) for item in items[: begin + size]] if behind else []
        # What it ended with may be gone: then it goes on where that was.
        begin = marks.index(behind) + 1 if behind in marks else begin
        shown = items[begin : begin + size]
        name, more = "cursor", begin + size < len(items)
        place = urlsafe_b64encode(f"{begin + size} {_mark(shape(shown[-1]))}".encode()).decode() if shown else ""
    headers = {}
    if more:
        target = with_query(request, request.forge.url + request.path, **{name: place})
        headers["Link"] = f'<{target}>; rel="next"'
    return Reply([shape(item) for item in shown], headers=headers)


def _mark(data: Any) -> str:
    """What tells a thing of a list apart from the others."""
    return str(data.get("path") or data.get("id") or data.get("name"))
