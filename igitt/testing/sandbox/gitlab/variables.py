"""Routes of CI variables: of projects, of groups and of the instance.

Sources: https://docs.gitlab.com/api/project_level_variables/, https://docs.gitlab.com/api/group_level_variables/ and
https://docs.gitlab.com/ci/variables/ (keys, masking: one line, 8 characters at least).
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.gitlab.context import (
    administrator,
    created,
    flag,
    forge_of,
    group_of,
    invalid,
    missing,
    need_all,
    paged,
    params_of,
    project_of,
    routes,
)
from igitt.testing.sandbox.wire import ApiError

if TYPE_CHECKING:
    from igitt.testing.sandbox.gitlab.records import Record
    from igitt.testing.sandbox.wire import Request

KEY = re.compile(r"[a-zA-Z0-9_]{1,255}")
FLAGS = ("protected", "masked", "raw")
#: What a masked value may be made of; it has no spaces.
MASKABLE = re.compile(r"\S{8,}")


def _rows(request: Request) -> list[Record]:
    """The variables of what the path names: a maintainer's of a project, an owner's of a group, an administrator's."""
    path = request.path
    if "/projects/" in path:
        home: dict[str, Any] = project_of(request, model.MAINTAIN).extra
    elif "/groups/" in path:
        home = group_of(request, model.OWN).extra
    else:
        administrator(request)
        home = forge_of(request).shelf
    found: list[Record] = home.setdefault("variables", [])
    return found


def _wanted_scope(params: Record) -> str | None:
    given = params.get("filter")
    return given.get("environment_scope") if isinstance(given, dict) else None


def _one(request: Request, rows: list[Record]) -> Record:
    """The variable in the path; 409 where only its scope could tell which one is meant."""
    key, scope = request.params["key"], _wanted_scope(params_of(request))
    found = [one for one in rows if one["key"] == key and scope in {None, one["environment_scope"]}]
    if not found:
        raise missing("Variable")
    if len(found) > 1:
        raise ApiError(409, "There are multiple variables with provided parameters. Please use "
                       "'filter[environment_scope]'")  # fmt: skip
    return found[0]


def _take(one: Record, params: Record) -> None:
    one |= {name: flag(params[name]) for name in FLAGS if name in params}
    one |= {name: params[name] for name in ("value", "variable_type", "environment_scope", "description")
            if name in params}  # fmt: skip
    if (one["masked"] or one["hidden"]) and not MASKABLE.fullmatch(str(one["value"])):
        raise invalid(value="is invalid")


def _free(rows: list[Record], one: Record) -> None:
    names = one["key"], one["environment_scope"]
    if any(each is not one and (each["key"], each["environment_scope"]) == names for each in rows):
        raise invalid(key=f"({one['key']}) has already been taken")


def _shape(request: Request, one: Record) -> Record:
    shaped = one | ({"value": None} if one["hidden"] else {})
    if "/admin/" in request.path:
        shaped.pop("environment_scope")
    return shaped


def _listed(request: Request) -> object:
    return paged(request, _rows(request), partial(_shape, request))


def _create(request: Request) -> object:
    rows, params = _rows(request), params_of(request)
    need_all(params, "key", "value")
    key = str(params["key"])
    if not KEY.fullmatch(key):
        raise invalid(key="can contain only letters, digits and '_'.")
    made: Record = {
        "variable_type": "env_var", "key": key, "value": "", "hidden": flag(params.get("masked_and_hidden", False)),
        "protected": False, "masked": flag(params.get("masked_and_hidden", False)), "raw": False,
        "environment_scope": "*", "description": None,
    }  # fmt: skip
    _take(made, params)
    _free(rows, made)
    rows.append(made)
    return created(_shape(request, made))


def _get(request: Request) -> object:
    return _shape(request, _one(request, _rows(request)))


def _edit(request: Request) -> object:
    rows = _rows(request)
    one = _one(request, rows)
    changed = dict(one)
    _take(changed, params_of(request))
    _free([each for each in rows if each is not one], changed)
    one |= changed
    return _shape(request, one)


def _delete(request: Request) -> None:
    rows = _rows(request)
    rows.remove(_one(request, rows))


for _path in ("/projects/{id}/variables", "/groups/{id}/variables", "/admin/ci/variables"):
    routes.get(_path)(_listed)
    routes.post(_path)(_create)
    routes.get(f"{_path}/{{key}}")(_get)
    routes.put(f"{_path}/{{key}}")(_edit)
    routes.delete(f"{_path}/{{key}}")(_delete)
