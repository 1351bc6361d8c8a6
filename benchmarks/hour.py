"""What a bot's typical hour costs: units of the rate limit, requests, bytes, and answers that were out of date.

An App polls 50 repositories every minute: each repository itself, and its open issues. Each minute one repository in a
hundred changes. Half-way through, the installation's token runs out, as every token does once in an hour. A sandbox on
a loopback port is the GitHub. The hour is played: all that tells the time is moved on with ``time-machine``::

    pip install time-machine PyGithub githubkit
    python benchmarks/hour.py [REPOSITORIES MINUTES]

Contestants that are not installed are left out, and said to be.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import time_machine
from measure import table

from igitt.auth import GitHubApp
from igitt.cache import ResponseCache
from igitt.testing import Sandbox

SECRET = "a webhook's secret"
#: Reads a repository's description and its newest issue's title.
Poll = Callable[[str], tuple[str, str]]


class World:
    """The sandbox with an App's installation, and what went over the wire."""

    def __init__(self, sandbox: Sandbox, repositories: int) -> None:
        self.forge = sandbox.github
        self.forge.limit(1_000_000, reset_in=1_000_000)
        self.forge.add_user("alice")
        self.forge.add_organization("acme", members={"alice": "owner"})
        self.names = [f"acme/repo-{number:02}" for number in range(repositories)]
        for name in self.names:
            self.forge.add_repository(name, private=True)
            for number in range(10):
                self.forge.add_issue(name, f"Issue {number}", "It rattles when it is cold. " * 20)
        self.app = self.forge.add_app(
            "poller", permissions={"issues": "write"}, events=["issues"], webhook_secret=SECRET, owner="acme"
        )
        self.installation = self.forge.install(self.app, "acme").id
        self.newest = dict.fromkeys(self.names, "Issue 9")
        self.bytes = 0
        handle = self.forge.handle

        def counted(*arguments: Any) -> Any:
            response = handle(*arguments)
            self.bytes += len(response.body) + sum(
                len(name) + len(value) + 4 for name, value in response.headers.items()
            )
            return response

        self.forge.handle = counted  # type: ignore[method-assign]

    def change(self, name: str, minute: int) -> None:
        """Somebody opens an issue."""
        self.newest[name] = f"Opened in minute {minute}"
        self.forge.add_issue(name, self.newest[name])


@dataclass
class Outcome:
    """What the hour cost, and how often a poll told what was no longer so."""

    requests: int
    units: int
    bytes: int
    outdated: int


def play(make: Callable[[World], Poll], repositories: int, minutes: int) -> Outcome:
    """Let an hour pass."""
    with time_machine.travel(time.time(), tick=True) as traveller, Sandbox() as sandbox:
        world = World(sandbox, repositories)
        poll = make(world)
        poll(world.names[0])  # the first token
        traveller.shift(1800)
        for name in world.names:
            poll(name)  # the bot has been running for a while
        world.forge.reset_log()
        world.bytes = outdated = 0
        due = 0.0
        for minute in range(minutes):
            traveller.shift(60)
            due += repositories / 100
            while due >= 1:
                due -= 1
                world.change(world.names[minute * 7 % repositories], minute)
            for name in world.names:
                outdated += poll(name)[1] != world.newest[name]
        return Outcome(len(world.forge.requests), world.forge.units, world.bytes, outdated)


def igitt_with(*, cache: ResponseCache | bool, webhooks: bool = False) -> Callable[[World], Poll]:
    """igitt, with a cache or without, and perhaps hearing of changes by webhook."""

    def make(world: World) -> Poll:
        app = GitHubApp(world.app.id, world.app.private_key, url=world.forge.url, cache=cache)
        client = app.client_for(world.installation)
        if webhooks:
            world.forge.on_delivery(lambda delivery: client.parse_webhook(delivery.headers, delivery.body, SECRET))

        def poll(name: str) -> tuple[str, str]:
            repository = client.get_repo(name)
            return repository.description or "", next(iter(repository.issues)).title

        return poll

    return make


def pygithub(world: World) -> Poll:
    """PyGithub: a kept repository's ``update()`` asks with its ETag, a list is fetched anew."""
    import github  # noqa: PLC0415 - a contestant that need not be there

    auth = github.Auth.AppAuth(world.app.id, world.app.private_key).get_installation_auth(world.installation)
    client = github.Github(auth=auth, base_url=world.forge.api_url, retry=None, seconds_between_requests=None)
    kept: dict[str, Any] = {}

    def poll(name: str) -> tuple[str, str]:
        if name in kept:
            kept[name].update()
        else:
            kept[name] = client.get_repo(name)
        return kept[name].description or "", next(iter(kept[name].get_issues(state="open"))).title

    return poll


def githubkit(world: World) -> Poll:
    """The client githubkit with its HTTP cache, which obeys GitHub's ``max-age`` of a minute."""
    import githubkit  # noqa: PLC0415 - a contestant that need not be there

    auth = githubkit.AppInstallationAuthStrategy(world.app.id, world.app.private_key, world.installation)
    client = githubkit.GitHub(auth, base_url=world.forge.api_url, auto_retry=False)

    def poll(name: str) -> tuple[str, str]:
        owner, repository = name.split("/")
        described = client.request("GET", f"/repos/{owner}/{repository}").json()["description"]
        listed = client.request("GET", f"/repos/{owner}/{repository}/issues", params={"state": "open"})
        return described or "", listed.json()[0]["title"]

    return poll


def main(arguments: list[str]) -> None:
    """Print the table."""
    repositories, minutes = map(int, arguments) if arguments else (50, 60)
    contestants: dict[str, Callable[[World], Poll]] = {
        "igitt, cache=False": igitt_with(cache=False),
        "igitt": igitt_with(cache=ResponseCache()),
        "igitt, fresh_for and webhooks": igitt_with(cache=ResponseCache(fresh_for=3600), webhooks=True),
    }
    for name, made in (("github", pygithub), ("githubkit", githubkit)):
        if importlib.util.find_spec(name) is None:
            print(f"{name} is not installed, so it is not in the table")
        else:
            contestants[made.__name__] = made
    rows = []
    for name, make in contestants.items():
        outcome = play(make, repositories, minutes)
        kilobytes = f"{outcome.bytes / 1024:,.0f}"
        rows.append([name, f"{outcome.requests:,}", f"{outcome.units:,}", kilobytes, f"{outcome.outdated:,}"])
    title = f"An hour of polling {repositories} repositories and their issues, {minutes} times, one token change"
    table(title, ["", "requests", "units", "KB received", "outdated answers"], rows)


if __name__ == "__main__":
    main(sys.argv[1:])
