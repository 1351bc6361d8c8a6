"""GitHub as a value: its hosts, the words of its pages and texts, its headers. It loads nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from igitt._base.addresses import base_of
from igitt._base.pages import Words, number_in, read_thing
from igitt._base.provider import Marks, Provider, Rates, Scheme, WebhookHeaders

__all__ = ["GITHUB", "github_addresses"]


def github_addresses(url: str) -> tuple[str, str]:
    """The web address and the API's base URL of the GitHub at `url`, which may be either.

    Source: https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api

    Raises:
        ValidationError: when `url` is no web address.

    Example:
        >>> github_addresses("https://ghe.example.com")
        ('https://ghe.example.com', 'https://ghe.example.com/api/v3')
        >>> github_addresses("https://acme.ghe.com")
        ('https://acme.ghe.com', 'https://api.acme.ghe.com')
    """
    web, host = base_of(url)
    if host in {"github.com", "www.github.com", "api.github.com"}:
        return "https://github.com", "https://api.github.com"
    if host.endswith(".ghe.com"):
        tenant = host.removeprefix("api.")
        return f"https://{tenant}", f"https://api.{tenant}"
    web = web.removesuffix("/api/v3").removesuffix("/api/graphql")
    return web, f"{web}/api/v3"


def _run(rest: Sequence[str]) -> Mapping[str, Any] | None:
    match rest:
        case ["actions", "runs", number, *_] if number_in(number) is not None:
            return {"kind": "pipeline", "number": number_in(number)}
    return None


_WORDS = Words(
    numbered={
        "issues": "issue", "pull": "merge request", "pulls": "merge request",
        "milestone": "milestone", "milestones": "milestone",
    },
    organizations={"orgs": False, "groups": True},
    telling=frozenset({"pull"}),
    tagged=frozenset({"tag", "tags"}),
    further=_run,
)  # fmt: skip


def _api_page(parts: Sequence[str], query: Mapping[str, str]) -> dict[str, Any]:
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
        case ["contents", *path] if path:
            thing: dict[str, Any] = {"kind": "file", "path": "/".join(path), "ref": query.get("ref")}
        case ["git", "commits", sha, *_]:
            thing = {"kind": "commit", "sha": sha}
        case ["releases", number, *_] if number_in(number) is not None:
            thing = {"kind": "release", "number": number_in(number)}
        case _:
            thing = read_thing(rest, _WORDS)
    return {**found, **thing}


def _advice(status: int, headers: Mapping[str, str]) -> str:
    """What a person can do about a refusal, according to its headers.

    Source: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
    """
    if status != 403:
        return ""
    needed = headers.get("x-accepted-github-permissions")
    if needed:
        return f"it needs the permission {needed}"
    if headers.get("x-github-sso", "").startswith("required"):
        return "the organization wants this token authorized for single sign-on"
    return ""


GITHUB = Provider(
    name="github",
    title="GitHub",
    client="igitt.github:GitHub",
    public_url="https://github.com",
    addresses=github_addresses,
    hosts=("github.com", "api.github.com", ".ghe.com"),
    domains=("github.com", "ghe.com"),
    sites=(".github.com", "github.io"),
    host_words=("github",),
    aliases={"www.github.com": "github.com", "ssh.github.com": "github.com"},
    api_prefix="api.",
    api_path=("api", "v3"),
    api_collections=frozenset({"orgs", "repos", "repositories", "users"}),
    api_page=_api_page,
    words=_WORDS,
    # Each number wants its own keyword: "Resolves #10, resolves #123" (source: "Linking a pull request to an issue",
    # https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue).
    marks=Marks(issue=("#", "GH-"), bare=frozenset({"GH-"})),
    # Gitea, Forgejo and Gogs send these headers besides their own (sources: https://docs.gitea.com/usage/webhooks,
    # https://forgejo.org/docs/latest/user/webhooks/).
    webhooks=WebhookHeaders(
        event="x-github-event",
        delivery=("x-github-delivery",),
        required=("x-github-event",),
        sure=("x-github-hook-id", "x-github-enterprise-host"),
        likely=("x-github-event",),
        others=("x-gitea-event", "x-forgejo-event", "x-gogs-event"),
    ),
    # Source: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    signatures=(
        Scheme(header="x-hub-signature-256", prefix="sha256="),
        Scheme(header="x-hub-signature", digest="sha1", prefix="sha1=", weak=True),
    ),
    request_id=("x-github-request-id", "x-request-id"),
    advice=_advice,
    kept_headers=frozenset({"x-github-media-type"}),
    rates=(Rates(prefix="x-ratelimit-", name="resource"), Rates(prefix="ratelimit-", name="name")),
    permission_headers=("x-accepted-github-permissions", "x-github-sso"),
    token_variable="GITHUB_TOKEN",  # noqa: S106 - a variable's name
    instance_variables=("GITHUB_URL", "GITHUB_SERVER_URL"),
)
