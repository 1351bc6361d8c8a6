"""Routes of webhooks of repositories and organizations, and of their deliveries (an App's too)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github import events
from igitt.testing.sandbox.github.context import (
    body_of,
    created,
    forge_of,
    invalid,
    organization_of,
    paged,
    repository_of,
    routes,
)
from igitt.testing.sandbox.github.shapes import accounts as account_shapes
from igitt.testing.sandbox.github.shapes import repositories as shapes
from igitt.testing.sandbox.model import Organization, Repository
from igitt.testing.sandbox.wire import Reply, Request, cut, with_query

if TYPE_CHECKING:
    from igitt.testing.sandbox.credentials import App
    from igitt.testing.sandbox.deliveries import Delivery
    from igitt.testing.sandbox.model import Hook


def _home(request: Request) -> Repository | Organization:
    if "org" in request.params:
        return organization_of(request, model.OWN)
    return repository_of(request, "repository_hooks", model.OWN)


def _hook(request: Request) -> tuple[Repository | Organization, Hook]:
    home, number = _home(request), request.number("hook_id")
    if number not in home.hooks:
        raise request.forge.not_found()
    return home, home.hooks[number]


def _config(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {key: data[key] for key in ("url", "secret", "content_type") if key in data}
    if "insecure_ssl" in data:
        found["insecure_ssl"] = str(data["insecure_ssl"])
    if found.get("content_type", "json") not in {"json", "form"}:
        raise invalid("Hook", "content_type")
    return found


def hooks(request: Request) -> object:
    """The webhooks."""
    home = _home(request)
    return paged(request, list(home.hooks.values()), lambda one: shapes.hook(request.forge, home, one))


def create_hook(request: Request) -> object:
    """Makes a webhook (content type ``form`` unless asked otherwise) and pings it."""
    home, data = _home(request), body_of(request)
    config = {"content_type": "form"} | _config(data.get("config") or {})
    url = config.pop("url", None)
    if not url:
        raise invalid("Hook", "url", "missing_field")
    wanted = data.get("events") or ["push"]
    for one in home.hooks.values():
        if one.url == url and set(one.events) == set(wanted):
            raise invalid("Hook", "base", "custom", "Hook already exists on this repository")
    secret = config.pop("secret", None)
    made = request.world.add_hook(home, url, secret, wanted, active=data.get("active", True), **config)
    _ping(request, home, made)
    return created(shapes.hook(request.forge, home, made))


def hook(request: Request) -> object:
    """One webhook."""
    return shapes.hook(request.forge, *_hook(request))


def edit_hook(request: Request) -> object:
    """Changes a webhook; ``add_events`` and ``remove_events`` work too."""
    home, one = _hook(request)
    data = body_of(request)
    for key, value in _config(data.get("config") or {}).items():
        setattr(one, key, value)
    one.events = list(data.get("events") or one.events)
    one.events += [name for name in data.get("add_events") or [] if name not in one.events]
    one.events = [name for name in one.events if name not in (data.get("remove_events") or [])]
    one.active = data.get("active", one.active)
    one.updated = request.world.now()
    return shapes.hook(request.forge, home, one)


def delete_hook(request: Request) -> None:
    """Removes a webhook."""
    home, one = _hook(request)
    del home.hooks[one.id]


def hook_config(request: Request) -> object:
    """A webhook's configuration, the secret masked."""
    return shapes.hook_config(_hook(request)[1])


def edit_hook_config(request: Request) -> object:
    """Changes a webhook's configuration."""
    _, one = _hook(request)
    for key, value in _config(body_of(request)).items():
        setattr(one, key, value)
    return shapes.hook_config(one)


def ping(request: Request) -> None:
    """Sends a ``ping``."""
    _ping(request, *_hook(request))


def _ping(request: Request, home: Repository | Organization, one: Hook) -> None:
    forge = forge_of(request)
    shape = shapes.hook(forge, home, one)
    payload = {"zen": "Keep it logically awesome.", "hook_id": one.id, "hook": shape}
    if isinstance(home, Repository):
        payload["repository"] = shapes.repository(forge, home)
    else:
        payload["organization"] = account_shapes.organization_simple(forge, home)
    payload["sender"] = account_shapes.simple(forge, request.user)
    forge.send(events.build(forge, one, home, "ping", None, forge.encode(payload)))


# ---- deliveries, for hooks and for Apps


def listed(request: Request, target: Hook | App) -> Reply:
    """A page of deliveries, newest first, by ``cursor``; ``status`` is success or failure."""
    found = [one for one in reversed(request.forge.deliveries) if one.hook is target]
    wanted = request.arg("status")
    if wanted:
        found = [one for one in found if ((one.status or 200) < 400) is (wanted == "success")]
    cursor = request.arg("cursor")
    if cursor:
        if not cursor.startswith("v1_") or not cursor[3:].isdigit():
            raise invalid("Hook", "cursor")
        found = [one for one in found if one.id < int(cursor[3:])]
    page = cut(request, found, 30)
    headers = {}
    if len(found) > len(page.items):
        url = request.forge.url + request.path
        headers["Link"] = f'<{with_query(request, url, cursor=f"v1_{page.items[-1].id}")}>; rel="next"'
    return Reply([shapes.delivery_item(one) for one in page.items], headers=headers)


def one_delivery(request: Request, target: Hook | App) -> Delivery:
    """The delivery in the path."""
    number = request.number("delivery_id")
    found = next((one for one in request.forge.deliveries if one.hook is target and one.id == number), None)
    if found is None:
        raise request.forge.not_found()
    return found


def redeliver(request: Request, target: Hook | App) -> Reply:
    """Sends a delivery again under the same guid: 202."""
    again = copy.copy(one_delivery(request, target))
    again.id, again.redelivery, again.at = request.world.next_id("delivery"), True, request.world.now()
    again.status, again.answer = 0, ""
    request.forge.send(again)
    return Reply({}, 202)


def _enter(base: str) -> None:
    routes.get(base)(hooks)
    routes.post(base)(create_hook)
    routes.get(base + "/{hook_id}")(hook)
    routes.patch(base + "/{hook_id}")(edit_hook)
    routes.delete(base + "/{hook_id}")(delete_hook)
    routes.get(base + "/{hook_id}/config")(hook_config)
    routes.patch(base + "/{hook_id}/config")(edit_hook_config)
    routes.post(base + "/{hook_id}/pings")(ping)
    routes.get(base + "/{hook_id}/deliveries")(lambda request: listed(request, _hook(request)[1]))
    routes.get(base + "/{hook_id}/deliveries/{delivery_id}")(
        lambda request: shapes.delivery(one_delivery(request, _hook(request)[1]))
    )
    routes.post(base + "/{hook_id}/deliveries/{delivery_id}/attempts")(
        lambda request: redeliver(request, _hook(request)[1])
    )


_enter("/repos/{owner}/{repo}/hooks")
_enter("/orgs/{org}/hooks")
