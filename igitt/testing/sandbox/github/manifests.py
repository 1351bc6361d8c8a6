"""GitHub's way from a manifest to an App: the page that takes the form, and the trade of its code."""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import urlencode

from igitt.testing.sandbox.github.context import body_of, forge_of, routes
from igitt.testing.sandbox.github.shapes import accounts as shapes
from igitt.testing.sandbox.wire import ApiError, Reply, Request

_LIFETIME = 3600


@routes.post("/settings/apps/new", web=True)
@routes.post("/organizations/{org}/settings/apps/new", web=True)
def new_app(request: Request) -> object:
    """Takes a manifest; the page that asks the user is taken for answered with yes."""
    forge = forge_of(request)
    manifest: Any = None
    try:
        manifest = json.loads(str(body_of(request).get("manifest", "")))
        wanting = [name for name in ("url", "redirect_url") if not isinstance(manifest.get(name), str)]
    except (ValueError, AttributeError):
        wanting = ["manifest"]
    if wanting:
        raise ApiError(422, f"Invalid GitHub App configuration: {', '.join(wanting)} missing")
    code = secrets.token_hex(20)
    owner = request.params.get("org") or request.world.add_user("alice", None, None).login
    forge.manifests[code] = manifest, owner, request.world.clock() + _LIFETIME
    told = {"code": code, "state": request.arg("state")}
    target = f"{manifest['redirect_url']}?{urlencode({name: value for name, value in told.items() if value})}"
    return Reply(text="", status=302, headers={"Location": target}, content_type="text/html")


@routes.post("/app-manifests/{code}/conversions")
def convert(request: Request) -> object:
    """Makes the App, once for a code; the webhook's secret is GitHub's own."""
    forge = forge_of(request)
    manifest, owner, ends = forge.manifests.pop(request.params["code"], ({}, "", 0.0))
    if ends <= request.world.clock():
        raise request.forge.not_found()
    hook = manifest.get("hook_attributes") or {}
    name = manifest.get("name") or f"app-{secrets.token_hex(3)}"
    app = forge.add_app(
        "-".join(name.lower().split()),
        permissions=manifest.get("default_permissions"),
        events=manifest.get("default_events") or (),
        webhook_secret=secrets.token_hex(20) if hook else None,
        webhook_url=hook.get("url"),
        owner=owner,
        callback_urls=manifest.get("callback_urls") or (),
    )
    app.name = name
    told = {
        "client_secret": app.client_secret,
        "webhook_secret": app.webhook_secret,
        "pem": app.private_key,
    }
    return Reply(shapes.app(forge, app) | told, 201)
