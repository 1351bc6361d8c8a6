"""Routes of webhooks of projects and groups, with their test deliveries, past events and resending."""

from __future__ import annotations

import base64
import json
from typing import Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.gitlab import events
from igitt.testing.sandbox.gitlab.context import (
    created,
    flag,
    home_of,
    missing,
    need_all,
    paged,
    params_of,
    routes,
)
from igitt.testing.sandbox.gitlab.shapes import people
from igitt.testing.sandbox.gitlab.shapes import projects as shapes
from igitt.testing.sandbox.model import Event, Hook, Organization, Repository
from igitt.testing.sandbox.wire import ApiError, Request

WORDS = {*shapes.HOOK_WORDS, *shapes.PROJECT_HOOK_WORDS, *shapes.GROUP_HOOK_WORDS}
NOTED = (
    "name", "description", "push_events_branch_filter", "branch_filter_strategy", "custom_webhook_template",
    "signing_token",
)  # fmt: skip
Home = Repository | Organization


def hook_of(request: Request, home: Home) -> Hook:
    """The hook in the path."""
    found = home.hooks.get(request.number("hook_id"))
    if found is None:
        raise missing()
    return found


def _home(request: Request) -> Home:
    group = "/groups/" in request.path[:16]
    return home_of(request, model.OWN if group else model.MAINTAIN)


def _url(params: dict[str, Any]) -> str:
    url = str(params["url"])
    if not url.startswith(("http://", "https://")):
        raise ApiError(422, "Invalid url given")
    return url


def _take(one: Hook, params: dict[str, Any], defaults: set[str]) -> None:
    wanted = set(one.events) or defaults
    for word in WORDS:
        value = params.get(f"{word}_events")
        if value is not None:
            wanted = wanted | {word} if flag(value) else wanted - {word}
    one.events = sorted(wanted)
    if "token" in params:
        one.secret = params["token"] or None
    if params.get("signing_token"):
        _check_key(params["signing_token"])
    one.extra |= {name: params[name] for name in NOTED if name in params}
    if "custom_headers" in params:
        one.extra["custom_headers"] = {each["key"]: each["value"] for each in params["custom_headers"]}
    if "enable_ssl_verification" in params:
        one.insecure_ssl = "0" if flag(params["enable_ssl_verification"]) else "1"


def _check_key(token: Any) -> None:
    try:
        good = str(token).startswith("whsec_") and len(base64.b64decode(str(token)[6:], validate=True)) == 32
    except ValueError:
        good = False
    if not good:
        raise ApiError(400, {"signing_token": ["must be whsec_ followed by 32 bytes in base64"]})


for _kind in ("projects", "groups"):

    @routes.get(f"/{_kind}/{{id}}/hooks")
    def hooks(request: Request) -> object:
        """The hooks; for maintainers only."""
        home = _home(request)
        return paged(request, list(home.hooks.values()), lambda one: shapes.hook(home, one))

    @routes.post(f"/{_kind}/{{id}}/hooks")
    def create(request: Request) -> object:
        """Makes a hook; pushes are told unless ``push_events`` says no."""
        home, params = _home(request), params_of(request)
        need_all(params, "url")
        url = _url(params)
        made = request.world.add_hook(home, url, None, [])
        try:
            _take(made, params, {"push"})
        except ApiError:
            del home.hooks[made.id]
            raise
        return created(shapes.hook(home, made))

    @routes.get(f"/{_kind}/{{id}}/hooks/{{hook_id}}")
    def hook(request: Request) -> object:
        """One hook."""
        home = _home(request)
        return shapes.hook(home, hook_of(request, home))

    @routes.put(f"/{_kind}/{{id}}/hooks/{{hook_id}}")
    def edit(request: Request) -> object:
        """Changes a hook; what is not named stays."""
        home, params = _home(request), params_of(request)
        one = hook_of(request, home)
        if "url" in params:
            one.url = _url(params)
        _take(one, params, set())
        return shapes.hook(home, one)

    @routes.delete(f"/{_kind}/{{id}}/hooks/{{hook_id}}")
    def delete(request: Request) -> None:
        """Removes a hook."""
        home = _home(request)
        del home.hooks[hook_of(request, home).id]

    @routes.post(f"/{_kind}/{{id}}/hooks/{{hook_id}}/test/{{trigger}}")
    def test(request: Request) -> object:
        """Sends a sample of an event, made from what is there; 422 where there is nothing to tell of."""
        home = _home(request)
        _sample(request, home, hook_of(request, home), request.params["trigger"].removesuffix("_events"))
        return created({"message": "201 Created"})

    @routes.get(f"/{_kind}/{{id}}/hooks/{{hook_id}}/events")
    def past(request: Request) -> object:
        """What was delivered, the newest first."""
        one = hook_of(request, _home(request))
        found = [each for each in reversed(request.forge.deliveries) if each.hook is one]
        return paged(request, found, _past)

    @routes.post(f"/{_kind}/{{id}}/hooks/{{hook_id}}/events/{{event_id}}/resend")
    def resend(request: Request) -> object:
        """Delivers once more, with the same idempotency key."""
        one, number = hook_of(request, _home(request)), request.number("event_id")
        old = next((each for each in request.forge.deliveries if each.id == number and each.hook is one), None)
        if old is None:
            raise missing()
        key, uuid = old.headers["Idempotency-Key"], old.headers["X-Gitlab-Event-UUID"]
        events.send(request.forge, one, old.event, old.action, json.loads(old.body), event_uuid=uuid, key=key)
        return created({"response_status": 200})


def _past(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "trigger": one.event.lower().replace(" ", "_") + "s",
        "request_headers": one.headers | ({"X-Gitlab-Token": "[REDACTED]"} if "X-Gitlab-Token" in one.headers else {}),
        "request_data": one.payload,
        "response_headers": {},
        "response_body": one.answer,
        "execution_duration": 0.01,
        "response_status": str(one.status) if one.status else "200",
        "created_at": people.iso(one.at),
    }


def _sample(request: Request, home: Home, hook: Hook, trigger: str) -> None:
    homes = [home] if isinstance(home, Repository) else request.world.repositories_of(home, nested=True)
    me, forge = request.user, request.forge
    for place in homes:
        things: dict[str, list[Any]] = {
            "issues": [("issue", "opened", one) for one in place.issues.values() if not one.confidential],
            "merge_requests": [("merge_request", "opened", one) for one in place.merge_requests.values()],
            "note": [("comment", "created", note) for one in [*place.issues.values(), *place.merge_requests.values()]
                     for note in one.comments if not note.system],
        }  # fmt: skip
        if trigger == "push" and place.default_branch in place.branches:
            tip = place.branches[place.default_branch]
            data = {"ref": f"refs/heads/{place.default_branch}", "branch": place.default_branch, "before": tip,
                    "after": tip, "commits": [place.commits[tip]]}  # fmt: skip
            event = Event("push", "updated", me, place, place, data=data)
        elif things.get(trigger):
            kind, action, subject = things[trigger][-1]
            event = Event(kind, action, me, subject, place)
        else:
            continue
        for _, header, action, payload in events.TELLERS[event.kind](forge, event):
            events.send(forge, hook, header, action, payload, repository=place)
        return
    raise ApiError(422, f"Ensure the project has {trigger}.")
