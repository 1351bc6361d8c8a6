"""Forgejo as a value: its hosts, the words of its pages, its headers. It loads nothing else of igitt.

Sources: https://forgejo.org/docs/latest/user/api-usage/ (paths, lists, tokens) and …/user/webhooks/ (deliveries).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from igitt.provider import Provider, Scheme, WebhookHeaders, Words, base_of, number_in, read_thing

__all__ = ["FORGEJO"]


def _addresses(url: str) -> tuple[str, str]:
    """The web address and the API's base URL of the instance at `url`, which may be either."""
    web, _ = base_of(url)
    web = web.removesuffix("/api/v1")
    return web, f"{web}/api/v1"


def _further(rest: Sequence[str]) -> dict[str, Any] | None:
    """Pages of files, which say whether a branch, a tag or a commit is meant."""
    match rest:
        case ["src" | "raw" | "media" | "blame" | "rss", "branch" | "tag" | "commit" as kind, ref, *path]:
            found: dict[str, Any] = {"kind": "file" if path else "tree", "ref": ref, "path": "/".join(path) or None}
            return {"kind": "commit", "sha": ref} if kind == "commit" and not path else found
        case ["commits", "branch" | "tag", ref, *_]:
            return {"kind": "commit", "ref": ref}
        case ["commits", "commit", sha, *_]:
            return {"kind": "commit", "sha": sha}
        case ["actions", "runs", number, *_] if number_in(number) is not None:
            return {"kind": "pipeline", "number": number_in(number)}
    return None


_WORDS = Words(
    numbered={"issues": "issue", "pulls": "merge request", "milestone": "milestone", "milestones": "milestone"},
    files=frozenset(),
    organizations={"orgs": False},
    further=_further,
)


def _api_page(parts: Sequence[str], query: Mapping[str, str]) -> dict[str, Any]:
    """What the path of the API below its base is about."""
    match parts:
        case ["repos", owner, name, *rest] if "/" not in owner + name:
            found: dict[str, Any] = {"full_name": f"{owner}/{name}"}
        case ["repositories", number, *rest] if number_in(number) is not None:
            found = {"repository_id": number_in(number)}
        case ["orgs" | "users" as word, name, *_]:
            return {"kind": "organization" if word == "orgs" else "user", "full_name": name}
        case _:
            return {"kind": "instance"}
    match rest:
        case ["contents" | "raw", *path] if path:
            thing: dict[str, Any] = {"kind": "file", "path": "/".join(path), "ref": query.get("ref")}
        case ["git", "commits", sha, *_]:
            thing = {"kind": "commit", "sha": sha}
        case ["releases", "tags", tag, *_]:
            thing = {"kind": "release", "ref": tag}
        case ["releases", number, *_] if number_in(number) is not None:
            thing = {"kind": "release", "number": number_in(number)}
        case _:
            thing = read_thing(rest, _WORDS)
    return {**found, **thing}


FORGEJO = Provider(
    name="forgejo",
    title="Forgejo",
    client="igitt_forgejo.client:Forgejo",
    public_url="https://codeberg.org",
    addresses=_addresses,
    hosts=("codeberg.org",),
    host_words=("forgejo", "gitea"),
    api_path=("api", "v1"),
    api_collections=frozenset({"orgs", "repos", "repositories", "teams", "users"}),
    api_page=_api_page,
    words=_WORDS,
    webhooks=WebhookHeaders(
        event="x-forgejo-event",
        delivery=("x-forgejo-delivery", "x-gitea-delivery"),
        sure=("x-forgejo-event", "x-gitea-event"),
    ),
    signatures=(
        Scheme(header="x-forgejo-signature"),
        Scheme(header="x-gitea-signature"),
        Scheme(header="x-hub-signature-256", prefix="sha256="),
    ),
    total_headers=("x-total-count",),
    page_size="limit",
    most_per_page=50,
    token_variable="FORGEJO_TOKEN",  # noqa: S106 - a variable's name
    instance_variables=("FORGEJO_URL",),
)
