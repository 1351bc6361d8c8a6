"""What a loop over a list costs: the requests of reading one attribute of each of a hundred things, on both forges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from support.calls import KEY
from support.world import World

from igitt import interfaces
from igitt.auth import GitHubInstallationToken, GitHubJsonWebToken
from igitt.errors import IGittError, UnsupportedOperationError
from igitt.github import GitHubCheckRun
from igitt.interfaces import LineComment, Status, WebhookEvents
from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Unsupported

#: How many things a list holds.
MANY = 100


def furnish(world: World) -> None:
    """A hundred of each kind of thing, by two people."""
    forge, repository, issue = world.forge, world.repository, world.issue
    people = [world.as_user(name).get_repo("acme/widgets") for name in ("alice", "bob")]
    for number in range(MANY):
        name, author = f"x{number:03}", ("alice", "bob")[number % 2]
        forge.add_user(name)
        forge.add_issue("acme/widgets", name, "text", author=author, labels=["bug"])
        forge.add_commit("acme/widgets", name, {f"{name}.txt": name}, branch=name, author=author)
        forge.add_merge_request("acme/widgets", name, head=name, author=author)
        forge.add_repository(f"acme/{name}")
        people[number % 2].get_issue(issue.number).add_comment(name)
        repository.create_label(name, "#123456")
        repository.create_milestone(name)
        repository.create_tag(name, "main")
        repository.create_release(name, "text")
        repository.create_file(f"files/{name}.txt", content=name, message=name)
        world.as_user(name).get_repo("acme/widgets").get_issue(issue.number).add_reaction("heart")
        world.as_user(author).get_repo("acme/widgets").get_mr(world.mr_number).review(
            name, comments=[LineComment("oil.txt", 1, name)]
        )
    for number in range(20):  # as many as GitHub lets a repository have
        repository.register_hook(f"https://bot.example.com/{number}", "secret", {WebhookEvents.ISSUE})
        repository.add_deploy_key(f"k{number}", KEY.format(f"{number:03}"))
    people[0].get_mr(world.mr_number).approve()
    for _ in range(20):
        forge.add_pipeline("acme/widgets", "main", {"test": "success"})
    forge.add_pipeline("acme/widgets", "feature", {f"job{number}": "success" for number in range(20)})
    for number in range(20):
        repository.create_deployment("main", f"stage{number}")
        forge.add_organization(f"group{number}", members={"alice": "owner"})
        forge.add_team("acme", f"t{number}", members=["bob"])
        people[1].create_issue(f"n{number}", assignees=["alice"])
    if world.hoster == "github":
        _check(world)


def _check(world: World) -> None:
    """An App's check runs; GitLab has none."""
    app = world.forge.add_app("checker", permissions={"checks": "write", "contents": "read"}, owner="acme")
    installed = world.forge.install(app, "acme")
    for number in range(20):
        world.forge.install(app, f"group{number}")
    jwt = GitHubJsonWebToken(app.private_key, app.id, clock=world.clock)
    own = world.as_user(GitHubInstallationToken(installed.id, jwt, clock=world.clock))
    for number in range(20):
        GitHubCheckRun.create(own, "acme/widgets", "main", f"check {number}", status=Status.SUCCESS, title="Fine")


def _check_runs(world: World) -> Any:
    return world.repository.get_commit("main").check_runs if world.hoster == "github" else ()


def _installations(world: World) -> Any:
    if world.hoster != "github":
        return ()
    app = next(iter(world.forge.world.apps.values()))
    jwt = GitHubJsonWebToken(app.private_key, app.id, clock=world.clock)
    own: Any = world.as_user(jwt, cache=False)
    return own.list("app/installations", "Installation")


LISTS: dict[str, Callable[[World], Any]] = {
    "Branch": lambda world: world.repository.branches,
    "CheckRun": _check_runs,
    "Comment": lambda world: world.issue.comments,
    "Commit": lambda world: world.repository.commits,
    "Content": lambda world: world.repository.list_files("files"),
    "DeployKey": lambda world: world.repository.deploy_keys,
    "Deployment": lambda world: world.repository.deployments,
    "Discussion": lambda world: world.mr.discussions,
    "Environment": lambda world: world.repository.environments,
    "Hook": lambda world: world.repository.hooks,
    "Installation": _installations,
    "Issue": lambda world: world.repository.issues,
    "Job": lambda world: world.repository.pipelines[0].jobs,
    "Label": lambda world: world.repository.labels,
    "MergeRequest": lambda world: world.repository.merge_requests,
    "Milestone": lambda world: world.repository.milestones,
    "Notification": lambda world: world.client.notifications,
    "Organization": lambda world: world.client.organizations,
    "Pipeline": lambda world: world.repository.pipelines,
    "Reaction": lambda world: world.issue.reactions,
    "Release": lambda world: world.repository.releases,
    "Repository": lambda world: world.client.get_organization("acme").repositories,
    "Review": lambda world: world.mr.reviews,
    "Tag": lambda world: world.repository.tags,
    "Team": lambda world: world.client.get_organization("acme").teams,
    "User": lambda world: world.repository.available_assignees,
}


def attributes(kind: str) -> list[str]:
    """The attributes that the interface promises."""
    cls = getattr(interfaces, kind)
    return sorted(
        name for name in dir(cls) if not name.startswith("_") and isinstance(getattr(cls, name, None), Attribute)
    )


def costs(world: World, kind: str) -> Iterator[tuple[str, int, int]]:
    """Each attribute of a kind: the requests of reading it of all things of a list, and how many these are."""
    world.client.transport.cache = None  # type: ignore[attr-defined]
    for name in [*attributes(kind), "data"]:
        world.clock.sleep(120)  # the forge counts by the minute
        things = list(LISTS[kind](world))[:MANY]
        if not things or isinstance(getattr(type(things[0]), name, None), Unsupported):
            continue
        world.client.people = type(world.client.people)(world.clock.time)  # type: ignore[attr-defined]

        def read(things: list[Any] = things, name: str = name) -> None:
            for thing in things:
                try:
                    getattr(thing, name)
                except UnsupportedOperationError:
                    return
                except IGittError:
                    continue

        yield name, len(world.sent(read)), len(things)


_CONTENT = "a list of files holds no contents"
_CHANGES = "the changes have an address of their own"
_SETTING = "GitHub's list does not hold how it merges"
_STATES = "what was reported on a commit has an address of its own"
_CLOSING = "what it closes or names stands in its commits, or at an address of its own"
_PERSON = "one request for each person: others' things hold only the name; remembered for five minutes"
_MEMBERS = "who belongs to it has an address of its own"
#: Why an attribute costs a request for each thing: the forge has no other way.
REASONS = {
    "Commit.combined_status": _STATES,
    "Commit.unified_diff": _CHANGES,
    "Commit.verified": "GitLab tells the signature at an address of its own",
    "Content.bytes": _CONTENT,
    "Content.text": _CONTENT,
    "Content.size": "GitLab's list of files holds no sizes",
    "Issue.merge_requests_closed_by": _CLOSING,
    "Issue.mrs_closed_by": _CLOSING,
    "Issue.parent_issue": "the parent has an address of its own",
    "Issue.type": "GitHub tells it of the issue that is asked for",
    "MergeRequest.affected_files": _CHANGES,
    "MergeRequest.approvals": "reviews have an address of their own",
    "MergeRequest.approvals_required": "the rules have an address of their own",
    "MergeRequest.base": "GitLab's list holds no hashes of the base",
    "MergeRequest.closes_issues": _CLOSING,
    "MergeRequest.diffstat": _CHANGES,
    "MergeRequest.mentioned_issues": _CLOSING,
    "MergeRequest.is_first_contribution": "GitLab tells it of the one that is asked for",
    "MergeRequest.merge_status": "the forge computes it for the one that is asked for",
    "MergeRequest.mergeable": "the forge computes it for the one that is asked for",
    "MergeRequest.tests_passed": _STATES,
    **{f"MergeRequest.will_{verb}_issues": _CLOSING for verb in ("close", "fix", "resolve")},
    **{f"Organization.{who}": _MEMBERS for who in ("billable_users", "masters", "owners")},
    "Deployment.status": "GitHub tells it at an address of its own",
    "Repository.deletes_merged_branches": _SETTING,
    "Repository.merge_methods": _SETTING,
    "Repository.readme": "a file has an address of its own",
    "User.emails": "a user's addresses are told to the user alone, at an address of its own",
    "Repository.languages": "the languages have an address of their own",
    "Repository.latest_release": "the releases have an address of their own",
    "Tag.message": "GitHub's list of tags holds no messages",
    "User.email": _PERSON,
    "User.is_bot": _PERSON,
    "User.name": _PERSON,
    "User.organizations": "what a user belongs to has an address of its own",
}


def table(found: dict[str, dict[str, tuple[int, int]]]) -> str:
    """What costs something, as a table: ``found`` has requests and things by forge and attribute."""
    rows = [("attribute", "things", *found, "why")]
    for name in sorted({name for costs in found.values() for name, (cost, _) in costs.items() if cost}):
        things = max(costs[name][1] for costs in found.values() if name in costs)
        cells = [str(costs[name][0]) if name in costs else "-" for costs in found.values()]
        each = any(is_each(*costs[name]) for costs in found.values() if name in costs)
        why = "the whole JSON, of which a list holds a part" if name.endswith(".data") else REASONS.get(name, "")
        rows.append((name, str(things), *cells, why if each else "once for all"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip() + "\n"
        for row in rows
    )


def is_each(cost: int, things: int) -> bool:
    """Whether that is a request for each thing, and not one for all."""
    return cost > 1 and cost >= things // 2


__all__ = ["LISTS", "MANY", "REASONS", "attributes", "costs", "furnish", "is_each", "table"]
