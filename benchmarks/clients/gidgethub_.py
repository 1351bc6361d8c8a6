"""gidgethub, which bots speak GitHub's API through by path."""

import asyncio
import os
from typing import Any

import aiohttp
from attempt import GITHUB, GITHUB_API, GITHUB_TOKEN, tell
from gidgethub import apps
from gidgethub.aiohttp import GitHubAPI
from paths import OPERATIONS


async def main() -> None:
    """Try everything."""
    async with aiohttp.ClientSession() as session:
        client = GitHubAPI(session, "tests", oauth_token=GITHUB_TOKEN, base_url=GITHUB_API)

        async def tried(name: str, call: Any) -> Any:
            try:
                found = await call()
            except Exception as error:  # noqa: BLE001 - whatever a client raises is the outcome
                tell(name, f"{type(error).__name__}: {error}")
                return None
            tell(name)
            return found

        for name, method, path, body in OPERATIONS:
            if method == "GET":
                await tried(name, lambda path=path: client.getitem(path))
            else:
                send = {"POST": client.post, "PUT": client.put, "PATCH": client.patch, "DELETE": client.delete}[method]
                await tried(name, lambda send=send, path=path, body=body: send(path, data=body or b""))

        async def pages() -> None:
            assert len([one async for one in client.getiter("/repos/acme/widgets/issues?state=all&per_page=1")]) >= 3

        await tried("pages", pages)
        await tried("GraphQL", lambda: client.graphql("{viewer{login}}", endpoint=f"{GITHUB}/api/graphql"))
        token = apps.get_jwt(app_id=os.environ["APP_ID"], private_key=os.environ["APP_KEY"])
        found = await tried("as an App", lambda: client.getitem("/app/installations", jwt=token))
        await tried(
            "an installation's token",
            lambda: apps.get_installation_access_token(
                client, installation_id=found[0]["id"], app_id=os.environ["APP_ID"], private_key=os.environ["APP_KEY"]
            ),
        )


asyncio.run(main())
