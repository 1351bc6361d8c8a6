"""aiogithubapi, Home Assistant's client."""

import asyncio
from typing import Any

from aiogithubapi import GitHubAPI
from attempt import GITHUB_API, GITHUB_TOKEN, tell
from paths import OPERATIONS


async def main() -> None:
    """Try everything."""
    async with GitHubAPI(token=GITHUB_TOKEN, base_url=GITHUB_API) as client:

        async def tried(name: str, call: Any) -> None:
            try:
                await call
            except Exception as error:  # noqa: BLE001 - whatever a client raises is the outcome
                tell(name, f"{type(error).__name__}: {error}")
                return
            tell(name)

        at = "acme/widgets"
        await tried("repos.get", client.repos.get(at))
        await tried("repos.list_commits", client.repos.list_commits(at))
        await tried("repos.list_tags", client.repos.list_tags(at))
        await tried("repos.readme", client.repos.readme(at))
        await tried("repos.tarball", client.repos.tarball(at))
        await tried("repos.contents.get", client.repos.contents.get(at, "README.md"))
        await tried("repos.git.get_tree", client.repos.git.get_tree(at, "main"))
        await tried("repos.issues.list", client.repos.issues.list(at))
        await tried("repos.issues.get", client.repos.issues.get(at, 1))
        await tried("repos.issues.create", client.repos.issues.create(at, {"title": "Made"}))
        await tried("repos.issues.create_comment", client.repos.issues.create_comment(at, 1, {"body": "Hello"}))
        await tried("repos.pulls.list", client.repos.pulls.list(at))
        await tried("repos.releases.list", client.repos.releases.list(at))
        await tried("repos.releases.latest", client.repos.releases.latest(at))
        await tried("orgs.get", client.orgs.get("acme"))
        await tried("users.get", client.users.get("bob"))
        await tried("user.get", client.user.get())
        await tried("rate_limit", client.rate_limit())
        await tried("versions", client.versions())
        await tried("zen", client.zen())
        await tried("graphql", client.graphql(query="{viewer{login}}"))
        for name, method, path, body in OPERATIONS:
            await tried(f"by path: {name}", client.generic(path, method=method, data=body))


asyncio.run(main())
