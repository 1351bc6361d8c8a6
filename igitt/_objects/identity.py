"""What an object is, decided in one place: after a redirect, after a look at it, and before a write.

A name is what somebody called a thing when it was read. It may have moved since, and its old name may be another
thing's by now. So: where a redirect leads, an object's home and number follow; a response with another id never takes
an object's place; and a write through a name that was not looked at for a while is preceded by a look.

Sources: https://docs.github.com/en/rest/issues/issues#get-an-issue (a transferred issue is answered with 301),
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects and
https://docs.gitlab.com/user/project/repository/#repository-path-changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from igitt.errors import ConflictError, IGittError

if TYPE_CHECKING:
    from igitt._base.answer import Answer
    from igitt._objects.resource import Resource

__all__ = ["RECENT", "home_of", "is_another", "same_thing", "settle", "way"]

#: Seconds for which a name is taken to mean what it meant when it was looked at last.
RECENT = 60.0
_TELLING = frozenset({"issue", "merge request", "milestone", "label"})
_HOME = re.compile(r"(?:repositories|projects)/(?P<id>\d+)(?=/|$)|repos/(?P<name>[^/]+/[^/]+)|projects/(?P<path>[^/]+)")


def home_of(thing: Any) -> Any:
    """The repository that a thing is or belongs to, as far as that is known; sends nothing."""
    return next((step for step in _chain(thing) if step.kind == "repository"), None)


def _chain(thing: Any) -> Iterator[Any]:
    """The thing, what it belongs to, what that belongs to, …, as far as the data say."""
    step = thing
    while step is not None:
        yield step
        if step._scope is None and step.kind != "repository":
            try:
                step = step._owner
            except IGittError:
                return
        else:
            step = step._scope


def is_another(thing: Resource, data: Any) -> bool:
    """Whether a response is about another thing than the one that was known: the id shows it."""
    mine, theirs = thing._data.get("id"), data.get("id") if isinstance(data, dict) else None
    return isinstance(mine, int) and isinstance(theirs, int) and mine != theirs


def same_thing(thing: Resource, data: Any) -> Any:
    """The data of a response, which is about the thing itself.

    Raises:
        ConflictError: when it is about another one, which has the name or number by now.
    """
    if is_another(thing, data):
        raise ConflictError(
            f"{thing._label()} is another {thing.kind} now: its id is {data['id']}, and the one that was read before "
            f"had {thing._data['id']}; get it by its new name or id"
        )
    return data


def settle(thing: Any, path: str, answer: Answer) -> None:
    """Take over where a redirect led: the new home of what moved, and its number there.

    A redirect of a repository's own address, or of anything below it that keeps the rest of its path, is about the
    repository; one that changes the number is about the issue. Where both could be meant, the repository is looked up.
    """
    final = answer.url.partition("?")[0].removeprefix(f"{thing._base_url}/")
    home = home_of(thing)
    if home is None or (place := _place(final)) is None:
        return
    told = {**_told(place), **_name_in(answer)}
    known = home.api_path
    if not _below(path, known):
        return
    rest, new_rest = path[len(known) :], final[place.end() :]
    number = next((step for step in _chain(thing) if step._is_transferable and _below(path, step.api_path)), None)
    if number is None:
        if rest == new_rest:
            home._moved_to(told)
        return
    end = path[len(number.api_path) :]
    kept = new_rest.removesuffix(end) if end else new_rest
    if rest == new_rest and _is_the_homes(home, told):
        return
    key = kept.rpartition("/")[2]
    if kept.startswith(f"/{number._collection}/") and key.isdecimal():
        number._transferred(told, int(key))


def _is_the_homes(home: Any, told: dict[str, Any]) -> bool:
    """Whether a redirect that kept the rest of the path is that of the repository, and not of one issue in it."""
    if home._data.get("id") is None:
        try:
            home.refresh()
        except IGittError:  # there is no telling: then at least nothing else is led astray
            return False
    if "id" in told:
        same = bool(home._data.get("id") == told["id"])
        if same:
            home._moved_to(told)
        return same
    return str(home._data.get(home._key, "")).casefold() == str(told.get(home._key, "")).casefold()


def way(thing: Any, path: str, *, writes: bool) -> str:
    """The path to send to: the same, or the one by which what is meant is known now.

    A write through a name that was not looked at for a while is preceded by a look, which an unchanged thing answers
    with 304. By an id there is nothing to look at.

    Raises:
        ConflictError: when the name or number is another thing's by now.
    """
    home = home_of(thing)
    if home is None or not _below(path, before := home.api_path):
        return path
    chain = list(_chain(thing))
    if home._data.get("id") is None:
        home._learn(next((told for step in chain if (told := step._tells_home())), None))
    witness = home if home._data.get("id") is not None else next((step for step in chain if _can_tell(step)), None)
    now = thing.client.transport.now()
    if writes and witness is not None and witness._by_name and now - max(witness._seen, home._seen) >= RECENT:
        old = witness.api_path
        witness.refresh()
        home._seen = now
        if witness is not home and _below(path, old):
            return f"{witness.api_path}{path[len(old) :]}"
    return f"{home.api_path}{path[len(before) :]}"


def _can_tell(step: Any) -> bool:
    """Whether a look at it shows that its repository's name still means the same: by an id beside its own name."""
    return isinstance(step._data.get("id"), int) and step._key != "id" and step.kind in _TELLING


def _below(path: str, parent: str) -> bool:
    return path == parent or path.startswith(f"{parent}/")


def _place(path: str) -> re.Match[str] | None:
    return _HOME.match(path)


def _name_in(answer: Answer) -> dict[str, Any]:
    """The repository's name, where the response itself has it."""
    try:
        data = answer.data
    except IGittError:  # whoever reads it will say so
        return {}
    if not isinstance(data, dict):
        return {}
    found = _HOME.search(str(data.get("repository_url") or ""))
    if found is not None and found["name"]:
        return {"full_name": unquote(found["name"])}
    references = data.get("references")
    full = str(references.get("full") or "") if isinstance(references, dict) else ""
    path = re.split("[#!]", full)[0]
    return {"path_with_namespace": path} if "/" in path else {}


def _told(place: re.Match[str]) -> dict[str, Any]:
    """What the beginning of a path says about a repository."""
    if place["id"]:
        return {"id": int(place["id"])}
    if place["name"]:
        return {"full_name": unquote(place["name"])}
    return {"path_with_namespace": unquote(place["path"])}
