"""The play: people act on both forges, the bot gets the signed deliveries, and everything is counted at the forge."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from igitt.auth import GitHubApp
from igitt.cache import ResponseCache
from igitt.demo import bot
from igitt.demo.table import Table
from igitt.demo.world import REPOSITORY, SECRET, populate
from igitt.errors import UnknownEventError, ValidationError
from igitt.gitlab import GitLab
from igitt.interfaces import Hoster, WebhookEvents

__all__ = ["Cost", "run_demo"]

#: GitLab counts each request, also one that is answered "not modified"; what was read a moment ago and reported by no
#: webhook since is used again without asking.
_GITLAB_FRESH_FOR = 300.0
_EVENTS = ["issues", "pull_request", "issue_comment"]
_HOOK_URL = "https://bot.example.com/webhook"


@dataclass
class Cost:
    """What one step cost, as the forge counted it.

    Attributes:
        requests: sent to the forge.
        cached: answered from the cache, whether or not the forge was asked.
        units: of the rate limit.
        minted: installation tokens made.
    """

    requests: int = 0
    cached: int = 0
    units: int = 0
    minted: int = 0

    def cells(self) -> tuple[str, ...]:
        """For the table."""
        return tuple(str(number) for number in (self.requests, self.cached, self.units, self.minted))


@dataclass
class Stage:
    """One forge, with the bot on it.

    Attributes:
        forge: the sandbox's forge.
        client: gives the bot's client for a delivery.
        cache: where the bot's answers are kept.
        bob: the client of somebody who works there.
    """

    forge: Any
    client: Callable[[Any], Hoster]
    cache: ResponseCache
    bob: Hoster
    seen: int = 0
    ignored: int = 0
    costs: list[Cost] = field(default_factory=list)

    @contextmanager
    def measured(self) -> Generator[Cost]:
        """Count what happens within."""
        cost, sent, before = Cost(), len(self.forge.requests), self.cache.stats
        yield cost
        records, after = self.forge.requests[sent:], self.cache.stats
        cost.requests = len(records)
        cost.units = sum(record.units for record in records)
        cost.minted = sum(record.path.endswith("/access_tokens") and record.status == 201 for record in records)
        cost.cached = after.hits + after.revalidated - before.hits - before.revalidated
        self.costs.append(cost)


def run_demo(write: Callable[[str], object] = print) -> list[Cost]:
    """Play it, and print what happened.

    Args:
        write: takes the lines.

    Returns:
        What the last look at everything cost on each forge.

    Raises:
        ValidationError: when the extra ``sandbox`` is not installed.
    """
    try:
        from igitt.testing import Sandbox  # noqa: PLC0415 - missing without the extra, which is worth a sentence

        sandbox = Sandbox()
    except ImportError as error:
        raise ValidationError(f"the demo needs the extra 'sandbox': pip install '.[sandbox]' ({error})") from error
    with sandbox:
        write("One triage bot, two forges. Nothing leaves this machine: both forges run in this process.\n")
        last = [_play(stage(forge), write) for stage, forge in ((_github, sandbox.github), (_gitlab, sandbox.gitlab))]
        write("The bot is igitt/demo/bot.py: one set of functions for both. `igitt sandbox` keeps the forges running.")
    return last


def _github(forge: Any) -> Stage:
    """A GitHub with the bot installed as an App."""
    populate(forge)
    app = forge.add_app(
        "triage-bot",
        permissions={"issues": "write", "pull_requests": "write", "statuses": "write"},
        events=_EVENTS,
        webhook_secret=SECRET,
        webhook_url=_HOOK_URL,
    )
    cache = ResponseCache()
    ours = GitHubApp(app.id, app.private_key, forge.url, cache=cache)
    forge.install(app, "acme")
    return Stage(forge, lambda delivery: ours.client_of(delivery.body), cache, forge.client("bob", cache=False))


def _gitlab(forge: Any) -> Stage:
    """A GitLab with the bot as a user, and a webhook."""
    populate(forge)
    alice = forge.client("alice", cache=False)
    events = {WebhookEvents.ISSUE, WebhookEvents.MERGE_REQUEST, WebhookEvents.ISSUE_COMMENT}
    alice.get_repo(REPOSITORY).register_hook(_HOOK_URL, SECRET, events)
    cache = ResponseCache(fresh_for=_GITLAB_FRESH_FOR)
    client = GitLab(forge.token_for("triage-bot"), forge.url, cache=cache)
    return Stage(forge, lambda _: client, cache, forge.client("bob", cache=False))


def _play(stage: Stage, write: Callable[[str], object]) -> Cost:
    """The same scenes on every forge."""
    repository = stage.bob.get_repo(REPOSITORY)
    table = Table(
        f"{stage.forge.hoster}  {stage.forge.url}",
        ("event", "what the bot did", "requests", "cached", "units", "tokens"),
    )
    _deliver(stage, table)
    issue = repository.create_issue("Turning it crashes", "It worked yesterday.")
    _deliver(stage, table)
    issue.add_comment("!label urgent")
    _deliver(stage, table)
    mr = repository.create_merge_request("Turn faster", "main", "faster", "It was too slow.")
    _deliver(stage, table)
    issue.add_comment("!close")
    _deliver(stage, table)
    client = stage.client(stage.forge.deliveries[-1])
    for name in ("a look at all of it", "a second look"):
        with stage.measured() as cost:
            seen = _look(client, issue.number, mr.number)
        table.add(name, seen, *cost.cells())
    for line in table.lines():
        write(line)
    write(f"  besides, {stage.ignored} deliveries that the bot had nothing to do about (its own doings among them)\n")
    return stage.costs[-1]


def _deliver(stage: Stage, table: Table) -> None:
    """Hand the new deliveries to the bot until there are no more: what it does makes deliveries too."""
    while stage.seen < len(stage.forge.deliveries):
        delivery = stage.forge.deliveries[stage.seen]
        stage.seen += 1
        with stage.measured() as cost:
            client = stage.client(delivery)
            try:
                events = client.parse_webhook(delivery.headers, delivery.body, SECRET)
            except UnknownEventError:
                events = ()
            done = [(event, bot.run(event)) for event in events]
        told = [(event, what) for event, what in done if what]
        stage.ignored += not told
        for event, what in told:
            kind = re.sub(r"(?<!^)(?=[A-Z])", " ", type(event.action).__name__.removesuffix("Actions")).lower()
            table.add(f"{kind} {event.action} by {event.sender}", what, *cost.cells())


def _look(client: Hoster, issue_number: int, mr_number: int) -> str:
    """Read everything that the play was about, with fresh objects that know nothing yet."""
    repository = client.get_repo(REPOSITORY)
    issue, mr = repository.get_issue(issue_number), repository.get_mr(mr_number)
    comments = list(issue.comments)
    labels = ", ".join(sorted(issue.labels))
    return (
        f"issue {issue.state} ({labels}), {len(comments)} comments; tests {'passed' if mr.tests_passed else 'failed'}"
    )
