"""Routes of GitHub Apps: the App itself (with its JWT), its installations and their tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.github import events, tokens
from igitt.testing.sandbox.github.context import (
    body_of,
    find_repository,
    forbidden_to_app,
    forge_of,
    iso,
    organization_of,
    paged,
    person,
    routes,
    user_of,
)
from igitt.testing.sandbox.github.hooks import listed, one_delivery, redeliver
from igitt.testing.sandbox.github.rights import RANK
from igitt.testing.sandbox.github.shapes import accounts as shapes
from igitt.testing.sandbox.github.shapes import repositories as repository_shapes
from igitt.testing.sandbox.model import Event, Organization, User
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.credentials import App, Installation
    from igitt.testing.sandbox.model import Account, Repository


def app_of(request: Request) -> App:
    """The App behind the JWT; 401 for any other credential."""
    if request.viewer.app is None:
        raise ApiError(401, tokens.NOT_DECODED)
    return request.viewer.app


def _mine(request: Request) -> list[Installation]:
    app = app_of(request)
    return [one for one in request.world.installations.values() if one.app is app]


def _installation(request: Request) -> Installation:
    number = request.number("installation_id")
    found = next((one for one in _mine(request) if one.id == number), None)
    if found is None:
        raise request.forge.not_found()
    return found


def _actor(request: Request, one: Installation) -> User:
    if isinstance(one.account, User):
        return one.account
    owners = [request.world.user(login) for login, level in one.account.members.items() if level >= 50]
    return next((user for user in owners if user), one.app.bot)


@routes.get("/app")
def app(request: Request) -> object:
    """The App itself."""
    return shapes.app(request.forge, app_of(request)) | {"installations_count": len(_mine(request))}


@routes.get("/apps/{app_slug}")
def public_app(request: Request) -> object:
    """Any App by its slug."""
    for one in request.world.apps.values():
        if one.slug == request.params["app_slug"]:
            return shapes.app(request.forge, one)
    raise request.forge.not_found()


@routes.get("/app/installations")
def installations(request: Request) -> object:
    """The App's installations; ``since`` is a time."""
    since = request.arg("since")
    found = [one for one in _mine(request) if (iso(one.updated) or "") >= since]
    return paged(request, found, lambda one: shapes.installation(request.forge, one))


@routes.get("/app/installation-requests")
def installation_requests(request: Request) -> object:
    """Requests that wait for an owner; there are none, since installing needs no approval here."""
    app_of(request)
    return []


@routes.get("/app/installations/{installation_id}")
def installation(request: Request) -> object:
    """One installation."""
    return shapes.installation(request.forge, _installation(request))


@routes.delete("/app/installations/{installation_id}")
def uninstall(request: Request) -> None:
    """Uninstalls; the tokens die at once."""
    one = _installation(request)
    world = request.world
    world.publish(Event("installation", "deleted", _actor(request, one), one))
    del world.installations[one.id]
    for value in [value for value, token in world.tokens.items() if token.installation is one]:
        del world.tokens[value]


@routes.put("/app/installations/{installation_id}/suspended")
def suspend(request: Request) -> None:
    """Suspends: its tokens answer 403."""
    one = _installation(request)
    one.suspended, one.suspended_by = request.world.now(), _actor(request, one)
    one.updated = one.suspended
    request.world.publish(Event("installation", "suspend", one.suspended_by, one))


@routes.delete("/app/installations/{installation_id}/suspended")
def unsuspend(request: Request) -> None:
    """Ends the suspension."""
    one = _installation(request)
    one.suspended = one.suspended_by = None
    one.updated = request.world.now()
    request.world.publish(Event("installation", "unsuspend", _actor(request, one), one))


@routes.post("/app/installations/{installation_id}/access_tokens")
def access_token(request: Request) -> object:
    """Mints a token; 422 for a repository or permission that the installation does not have."""
    one, data = _installation(request), body_of(request)
    if one.suspended is not None:
        raise ApiError(403, "This installation has been suspended")
    permissions = dict(one.permissions)
    if data.get("permissions"):
        permissions = dict(data["permissions"])
        for name, level in permissions.items():
            if RANK.get(level, 9) > RANK.get(one.permissions.get(name, ""), 0):
                raise ApiError(422, "The permissions requested are not granted to this installation.")
        permissions.setdefault("metadata", "read")
    chosen = _chosen(request, one, data)
    token = tokens.mint(forge_of(request), one, permissions, None if chosen is None else {each.id for each in chosen})
    answer: dict[str, Any] = {
        "token": token.value,
        "expires_at": iso(token.expires),
        "permissions": permissions,
        "repository_selection": "all" if chosen is None and one.repositories is None else "selected",
    }
    if chosen is not None:
        answer["repositories"] = [repository_shapes.repository(request.forge, each, request) for each in chosen]
    return Reply(answer, 201)


def _chosen(request: Request, one: Installation, data: dict[str, Any]) -> list[Repository] | None:
    names, numbers = data.get("repositories") or [], data.get("repository_ids") or []
    if not names and not numbers:
        return None
    if len(names) + len(numbers) > 500:
        raise ApiError(422, "At most 500 repositories can be chosen.")
    reached = events.reached(forge_of(request), one)
    chosen = []
    for wanted in [*names, *numbers]:
        found = next((each for each in reached if wanted in {each.name, each.id}), None)
        if found is None:
            raise ApiError(
                422,
                "There is at least one repository that does not exist or is not accessible to the parent installation.",
            )
        chosen.append(found)
    return chosen


@routes.delete("/installation/token")
def revoke(request: Request) -> None:
    """Revokes the very token that asks."""
    token = request.viewer.token
    if request.viewer.installation is None or token is None:
        raise forbidden_to_app() if request.viewer.app else request.forge.unauthorized()
    del request.world.tokens[token.value]


@routes.get("/installation/repositories")
def installation_repositories(request: Request) -> object:
    """What the token reaches, in an envelope."""
    one, token = request.viewer.installation, request.viewer.token
    if one is None or token is None:
        raise ApiError(403, "You must authenticate with an installation access token in order to list repositories.")
    found = events.reached(forge_of(request), one)
    found = [each for each in found if token.repositories is None or each.id in token.repositories]
    selection = "all" if one.repositories is None else "selected"
    shape = repository_shapes.repository
    return paged(
        request, found, lambda each: shape(request.forge, each, request),
        envelope="repositories", repository_selection=selection,
    )  # fmt: skip


def _of_account(request: Request, account: Account) -> object:
    for one in _mine(request):
        if one.account is account:
            return shapes.installation(request.forge, one)
    raise request.forge.not_found()


@routes.get("/orgs/{org}/installation")
def org_installation(request: Request) -> object:
    """The App's installation on an organization."""
    app_of(request)
    return _of_account(request, organization_of(request))


@routes.get("/users/{username}/installation")
def user_installation(request: Request) -> object:
    """The App's installation on a user."""
    app_of(request)
    found = request.world.account(request.params["username"])
    return _of_account(request, found if isinstance(found, Organization) else user_of(request))


@routes.get("/repos/{owner}/{repo}/installation")
def repository_installation(request: Request) -> object:
    """The App's installation that reaches a repository, private ones included."""
    mine = _mine(request)
    found = find_repository(request)
    for one in mine:
        if one.account is found.owner and (one.repositories is None or found.id in one.repositories):
            return shapes.installation(request.forge, one)
    raise request.forge.not_found()


@routes.get("/orgs/{org}/installations")
def org_installations(request: Request) -> object:
    """Every App on an organization, for its owners."""
    found = organization_of(request, 50)
    here = [one for one in request.world.installations.values() if one.account is found]
    return paged(request, here, lambda one: shapes.installation(request.forge, one), envelope="installations")


# ---- for users


def _visible(request: Request, one: Installation) -> list[Repository]:
    user = person(request)
    return [each for each in events.reached(forge_of(request), one) if request.world.level(user, each)]


@routes.get("/user/installations")
def my_installations(request: Request) -> object:
    """The installations with something that the user works on."""
    user = person(request)
    found = [one for one in request.world.installations.values() if one.account is user or _visible(request, one)]
    return paged(request, found, lambda one: shapes.installation(request.forge, one), envelope="installations")


@routes.get("/user/installations/{installation_id}/repositories")
def my_installation_repositories(request: Request) -> object:
    """What of an installation the user works on."""
    one = request.world.installations.get(request.number("installation_id"))
    if one is None:
        raise request.forge.not_found()
    shape = repository_shapes.repository
    return paged(
        request, _visible(request, one), lambda each: shape(request.forge, each, request), envelope="repositories"
    )


def _select(request: Request, *, add: bool) -> None:
    user = person(request)
    one = request.world.installations.get(request.number("installation_id"))
    found = request.world.repositories.get(request.number("repository_id"))
    if one is None or found is None or one.repositories is None or request.world.level(user, found) < 50:
        raise request.forge.not_found()
    (one.repositories.add if add else one.repositories.discard)(found.id)
    data = {"added": [found] if add else [], "removed": [] if add else [found]}
    request.world.publish(Event("installation_repositories", "added" if add else "removed", user, one, data=data))


@routes.put("/user/installations/{installation_id}/repositories/{repository_id}")
def add_repository(request: Request) -> None:
    """Adds a repository to an installation."""
    _select(request, add=True)


@routes.delete("/user/installations/{installation_id}/repositories/{repository_id}")
def remove_repository(request: Request) -> None:
    """Takes a repository out of an installation."""
    _select(request, add=False)


# ---- the App's webhook


def _hook_config(app_: App) -> dict[str, Any]:
    config = {"content_type": "json", "insecure_ssl": "0", "url": app_.webhook_url}
    return config | ({"secret": "********"} if app_.webhook_secret else {})


@routes.get("/app/hook/config")
def hook_config(request: Request) -> object:
    """The App's webhook, the secret masked."""
    return _hook_config(app_of(request))


@routes.patch("/app/hook/config")
def edit_hook_config(request: Request) -> object:
    """Changes the App's webhook."""
    app_, data = app_of(request), body_of(request)
    app_.webhook_url = data.get("url", app_.webhook_url)
    app_.webhook_secret = data.get("secret", app_.webhook_secret)
    return _hook_config(app_)


@routes.get("/app/hook/deliveries")
def deliveries(request: Request) -> object:
    """What was sent to the App."""
    return listed(request, app_of(request))


@routes.get("/app/hook/deliveries/{delivery_id}")
def delivery(request: Request) -> object:
    """One delivery with request and response."""
    return repository_shapes.delivery(one_delivery(request, app_of(request)))


@routes.post("/app/hook/deliveries/{delivery_id}/attempts")
def attempt(request: Request) -> object:
    """Sends a delivery again."""
    return redeliver(request, app_of(request))
