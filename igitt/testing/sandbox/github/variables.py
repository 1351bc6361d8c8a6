"""Routes of the secrets and variables of Actions, of a repository and of an environment.

A secret is never told again: only its name. Sources: https://docs.github.com/en/rest/actions/secrets and
https://docs.github.com/en/actions/reference/security/secrets (what names may be).
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github.context import body_of, iso, missing, paged, repository_of, routes, text_of
from igitt.testing.sandbox.github.deployments import environment_of
from igitt.testing.sandbox.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Repository

REPOSITORY = "/repos/{owner}/{repo}/actions"
ENVIRONMENT = "/repos/{owner}/{repo}/environments/{environment_name}"
Store = dict[str, dict[str, Any]]
_NAME = re.compile(r"(?!GITHUB_)[A-Z_][A-Z0-9_]*")


def _store(request: Request, kind: str) -> tuple[Repository, Store]:
    """Where the ``secrets`` or ``variables`` are kept that a path is about; whoever may write may use them."""
    inside = "environment_name" in request.params
    permission = "environments" if inside else {"secrets": "secrets", "variables": "actions_variables"}[kind]
    found = repository_of(request, permission, model.WRITE)
    place = environment_of(request, found) if inside else found.extra
    store: Store = place.setdefault(kind, {})
    return found, store


def _check_name(name: str) -> str:
    name = name.upper()
    if not _NAME.fullmatch(name):
        text = "names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are"
        text += " not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_), and not with GITHUB_."
        raise ApiError(422, f"Validation failed: {text}")
    return name


def _one(store: Store, name: str) -> dict[str, Any]:
    found = store.get(name.upper())
    if found is None:
        raise missing()
    return found


def _shape(name: str, one: dict[str, Any]) -> dict[str, Any]:
    value = {"value": one["value"]} if "value" in one else {}
    return {"name": name, **value, "created_at": iso(one["created"]), "updated_at": iso(one["updated"])}


def _listed(request: Request, kind: str) -> Reply:
    _, store = _store(request, kind)
    return paged(request, sorted(store.items()), lambda pair: _shape(*pair), envelope=kind)


# ---- secrets


def _public_key(found: Repository) -> tuple[str, str]:
    """The id and text of the key that secrets are sealed with."""
    if "secrets key" not in found.extra:
        from cryptography.hazmat.primitives.asymmetric import x25519  # noqa: PLC0415  loads only where secrets are

        raw = x25519.X25519PrivateKey.generate().public_key().public_bytes_raw()
        found.extra["secrets key"] = (str(found.id), base64.b64encode(raw).decode())
    pair: tuple[str, str] = found.extra["secrets key"]
    return pair


@routes.get(f"{REPOSITORY}/secrets/public-key")
@routes.get(f"{ENVIRONMENT}/secrets/public-key")
def public_key(request: Request) -> object:
    """The key that secrets are sealed with."""
    number, text = _public_key(_store(request, "secrets")[0])
    return {"key_id": number, "key": text}


@routes.get(f"{REPOSITORY}/secrets")
@routes.get(f"{ENVIRONMENT}/secrets")
def secrets(request: Request) -> object:
    """The names of the secrets."""
    return _listed(request, "secrets")


@routes.get(f"{REPOSITORY}/secrets/{{secret_name}}")
@routes.get(f"{ENVIRONMENT}/secrets/{{secret_name}}")
def secret(request: Request) -> object:
    """When a secret was set."""
    name = request.params["secret_name"].upper()
    return _shape(name, _one(_store(request, "secrets")[1], name))


@routes.put(f"{REPOSITORY}/secrets/{{secret_name}}")
@routes.put(f"{ENVIRONMENT}/secrets/{{secret_name}}")
def set_secret(request: Request) -> object:
    """Sets a secret that was sealed with the key: 201 for a new one, else 204."""
    found, store = _store(request, "secrets")
    name, data = _check_name(request.params["secret_name"]), body_of(request)
    if text_of(data, "key_id", "Secret") != _public_key(found)[0]:
        raise ApiError(422, "Public key's key_id is not the one that is in use.")
    try:
        sealed = base64.b64decode(text_of(data, "encrypted_value", "Secret"), validate=True)
    except ValueError:
        raise ApiError(422, "encrypted_value is not valid Base64") from None
    if len(sealed) < 48:  # what sealing adds: a key and a tag
        raise ApiError(422, "encrypted_value was not sealed with the public key")
    now, known = request.world.now(), store.get(name)
    store[name] = {"created": known["created"] if known else now, "updated": now}
    return Reply(status=204) if known else Reply({}, 201)


@routes.delete(f"{REPOSITORY}/secrets/{{secret_name}}")
@routes.delete(f"{ENVIRONMENT}/secrets/{{secret_name}}")
def delete_secret(request: Request) -> None:
    """Removes a secret."""
    _, store = _store(request, "secrets")
    _one(store, request.params["secret_name"])
    del store[request.params["secret_name"].upper()]


# ---- variables


@routes.get(f"{REPOSITORY}/variables")
@routes.get(f"{ENVIRONMENT}/variables")
def variables(request: Request) -> object:
    """The variables with their values."""
    return _listed(request, "variables")


@routes.post(f"{REPOSITORY}/variables")
@routes.post(f"{ENVIRONMENT}/variables")
def create_variable(request: Request) -> object:
    """Makes a variable; 409 for one that is there."""
    _, store = _store(request, "variables")
    data = body_of(request)
    name, value = _check_name(text_of(data, "name", "Variable")), text_of(data, "value", "Variable")
    if name in store:
        raise ApiError(409, "Already exists - Variable already exists")
    now = request.world.now()
    store[name] = {"value": value, "created": now, "updated": now}
    return Reply({}, 201)


@routes.get(f"{REPOSITORY}/variables/{{name}}")
@routes.get(f"{ENVIRONMENT}/variables/{{name}}")
def variable(request: Request) -> object:
    """One variable."""
    name = request.params["name"].upper()
    return _shape(name, _one(_store(request, "variables")[1], name))


@routes.patch(f"{REPOSITORY}/variables/{{name}}")
@routes.patch(f"{ENVIRONMENT}/variables/{{name}}")
def edit_variable(request: Request) -> None:
    """Another value or name."""
    _, store = _store(request, "variables")
    one, data, old = _one(store, request.params["name"]), body_of(request), request.params["name"].upper()
    name = _check_name(str(data.get("name") or old))
    if name != old and name in store:
        raise ApiError(409, "Already exists - Variable already exists")
    if "value" in data:
        one["value"] = text_of(data, "value", "Variable")
    one["updated"] = request.world.now()
    store[name] = store.pop(old)


@routes.delete(f"{REPOSITORY}/variables/{{name}}")
@routes.delete(f"{ENVIRONMENT}/variables/{{name}}")
def delete_variable(request: Request) -> None:
    """Removes a variable."""
    _, store = _store(request, "variables")
    _one(store, request.params["name"])
    del store[request.params["name"].upper()]
