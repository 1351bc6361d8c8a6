"""GitLab as a value: its hosts, the words of its pages and texts, its headers. It loads nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from igitt._base.addresses import base_of
from igitt._base.pages import Words, number_in, read_thing
from igitt._base.provider import Marks, Provider, Rates, Scheme, Verb, WebhookHeaders

__all__ = ["GITLAB", "gitlab_addresses"]


def gitlab_addresses(url: str) -> tuple[str, str]:
    """The web address and the API's base URL of the GitLab at `url`, which may be either.

    Source: https://docs.gitlab.com/api/rest/

    Raises:
        ValidationError: when `url` is no web address.

    Example:
        >>> gitlab_addresses("https://example.com/gitlab/")
        ('https://example.com/gitlab', 'https://example.com/gitlab/api/v4')
    """
    web, host = base_of(url)
    if host in {"gitlab.com", "www.gitlab.com"}:
        web = "https://gitlab.com"
    web = web.removesuffix("/api/v4").removesuffix("/api/graphql")
    return web, f"{web}/api/v4"


_WORDS = Words(
    numbered={
        "issues": "issue", "work_items": "issue", "merge_requests": "merge request",
        "milestones": "milestone", "pipelines": "pipeline",
    },
    organizations={"groups": True, "orgs": False},
    users=frozenset({"users"}),
    depth=None,
    divider="-",
    telling=frozenset({"merge_requests"}),
    tagged=frozenset({"tag", "tags"}),
    plain_tag=True,
)  # fmt: skip


def _api_page(parts: Sequence[str], query: Mapping[str, str]) -> dict[str, Any]:
    match parts:
        case ["projects", name, *rest]:
            number = number_in(name)
            found: dict[str, Any] = {"full_name": name} if number is None else {"repository_id": number}
        case ["groups" | "users" as word, name, *_]:
            return {"kind": "organization" if word == "groups" else "user", "full_name": name}
        case _:
            return {"kind": "instance"}
    match rest:
        case ["repository", "files", path, *_]:
            thing: dict[str, Any] = {"kind": "file", "path": path, "ref": query.get("ref")}
        case ["repository", "tree", *_]:
            thing = {"kind": "tree", "path": query.get("path"), "ref": query.get("ref")}
        case ["repository", *inner]:
            thing = read_thing(inner, _WORDS)
        case _:
            thing = read_thing(rest, _WORDS)
    return {**found, **thing}


#: Spaces, and the end of one line among them at most: a list ends with its paragraph.
_GAP = r"[ \t]*(?:\r?\n[ \t]*)?"
_ISSUES = rf"(?:issues?(?=\s){_GAP})?"
_CLOSING: dict[str, Verb] = {
    "close": "close", "closes": "close", "closed": "close", "closing": "close",
    "fix": "fix", "fixes": "fix", "fixed": "fix", "fixing": "fix",
    "resolve": "resolve", "resolves": "resolve", "resolved": "resolve", "resolving": "resolve",
    "implement": "implement", "implements": "implement", "implemented": "implement", "implementing": "implement",
}  # fmt: skip

GITLAB = Provider(
    name="gitlab",
    title="GitLab",
    client="igitt.gitlab:GitLab",
    public_url="https://gitlab.com",
    addresses=gitlab_addresses,
    hosts=("gitlab.com",),
    domains=("gitlab.com",),
    sites=(".gitlab.com", "gitlab.io"),
    host_words=("gitlab",),
    aliases={"www.gitlab.com": "gitlab.com", "altssh.gitlab.com": "gitlab.com"},
    api_path=("api", "v4"),
    api_collections=frozenset({"groups", "projects", "users"}),
    api_page=_api_page,
    words=_WORDS,
    # A keyword is for the list that follows, over the ends of lines too: "fixes #18, #19⏎and URL" (source: the example
    # and the pattern of https://docs.gitlab.com/user/project/issues/managing_issues/#default-closing-pattern).
    marks=Marks(
        merge_request=("!",),
        depth=None,
        closing=_CLOSING,
        after=r":?[ \t]+(?:issues?[ \t]+)?",
        between=(
            rf"[ \t]*,{_GAP}(?:and(?=\s){_GAP})?{_ISSUES}"
            rf"|(?=\s){_GAP}(?:and|&)(?=\s){_GAP}{_ISSUES}"
            r"|[ \t]+(?:issues?[ \t]+)?"
        ),
    ),
    # Source: https://docs.gitlab.com/user/project/integrations/webhooks/#delivery-headers
    webhooks=WebhookHeaders(
        event="x-gitlab-event",
        delivery=("idempotency-key", "x-gitlab-event-uuid"),
        sure=("x-gitlab-event",),
        likely=("x-gitlab-token", "webhook-signature"),
        event_ending=" Hook",
    ),
    signatures=(
        Scheme(header="webhook-signature", kind="standard"),
        Scheme(header="x-gitlab-token", kind="token"),
    ),
    total_headers=("x-total",),
    kept_headers=frozenset({"x-next-page", "x-page", "x-per-page", "x-prev-page", "x-total-pages"}),
    rates=(Rates(prefix="ratelimit-", name="name"), Rates(prefix="x-ratelimit-", name="resource")),
    token_variable="GITLAB_TOKEN",  # noqa: S106 - a variable's name
    instance_variables=("GITLAB_URL", "CI_SERVER_URL"),
)
