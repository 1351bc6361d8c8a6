"""What GitLab's description says of parameters: which words each may be, and which are numbers, flags or times.

``parameters.txt`` is made from the description (``openapi_v3.yaml`` of June 2026): a method, a path, and its
parameters, those of the query and of the body alike, as ``name=one|of|these``, ``name:i`` (a whole number),
``name:b`` (a flag) or ``name:t`` (a time). GitLab refuses these before it looks at
anything else, with 400 and ``error`` in place of ``message``; sources: https://docs.gitlab.com/api/rest/troubleshooting/
and ``lib/api/helpers/pagination_params.rb`` (``except_values: [0]``).
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.described import template_of
from igitt.testing.sandbox.gitlab.context import params_of, routes, wrong

if TYPE_CHECKING:
    from igitt.testing.sandbox.wire import Request

__all__ = ["check"]

FLAGS = {"true", "false", "1", "0", "t", "f", "yes", "no", "y", "n", "on", "off"}
#: Words that the code takes and the description leaves out: the old spelling of a scope.
OLD = {"created-by-me", "assigned-to-me"}


@cache
def _known() -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for line in files("igitt.testing.sandbox.gitlab").joinpath("parameters.txt").read_text("utf-8").splitlines():
        method, path, *parameters = line.split()
        cut = [next(place for place, sign in enumerate(one) if sign in "=:") for one in parameters]
        found[method, path] = {one[:place]: one[place:] for one, place in zip(parameters, cut, strict=True)}
    return found


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return False
    return True


def _problem(name: str, rule: str, value: Any) -> str:
    text = str(value)
    if rule[0] == "=":
        allowed = text in rule[1:].split("|") or text in OLD
        return "" if allowed else f"{name} does not have a valid value"
    if rule == ":i":
        good = text.lstrip("-").isdigit() and text.isascii()
    elif rule == ":b":
        good = isinstance(value, bool) or text.lower() in FLAGS
    else:
        good = _is_time(text)
    if good and name == "per_page" and int(text) == 0:
        return "per_page has a value not allowed"
    return "" if good else f"{name} is invalid"


def check(request: Request) -> None:
    """400 for a parameter that is not what the description allows; all of them are named."""
    if not request.query and not request.body:
        return
    template = template_of("gitlab", request.method, request.path.removeprefix(routes.prefix))
    rules = _known().get((request.method, template or ""))
    if not rules:
        return
    given = params_of(request)
    found = [
        _problem(name, rules[name], value)
        for name, value in given.items()
        if name in rules and value is not None and isinstance(value, str | int | float) and value != ""
    ]
    if any(found):
        raise wrong(", ".join(text for text in found if text))
