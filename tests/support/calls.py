"""How to call every operation that the interfaces promise, for tests and figures that are about all of them.

A new operation has to be entered here, otherwise the test of the table fails: ``CALLS`` has a call of each method,
``VALUES`` something to assign to each attribute that can be, and ``READS`` names those that change nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from support.world import World

from igitt import interfaces
from igitt.auth import GitHubJsonWebToken
from igitt.github import GitHubCheckRun, GitHubRepository
from igitt.interfaces import (
    AccessLevel,
    CommitStatus,
    EditableAttribute,
    EditableSet,
    Element,
    Hoster,
    LineComment,
    Status,
    WebhookEvents,
)

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} bot"
HOOK = "https://bot.example.com/hook"
ALL = "Element"


@dataclass(frozen=True)
class Operation:
    """A method to be called, or an attribute to be assigned, of one kind of thing."""

    kind: str
    name: str
    writes: bool
    act: Callable[[Any, World], object]

    def __str__(self) -> str:
        return f"{self.kind}.{self.name}"


# --- one of each kind ------------------------------------------------------------------------------------------------


def _check_run(world: World) -> Any:
    if world.hoster == "gitlab":
        return None
    app = world.forge.add_app("lint", permissions={"checks": "write"})
    own = world.forge.client(GitHubJsonWebToken(app.private_key, app.id, clock=world.clock), clock=world.clock)
    installed = own.as_installation(world.forge.install(app, "acme").id)
    return GitHubCheckRun.create(installed, "acme/widgets", world.mr.head.sha, "lint", status=Status.RUNNING)


def _installation(world: World) -> Any:
    if world.hoster == "gitlab":
        return None
    app = world.forge.add_app("triage", permissions={"issues": "write"})
    own = world.forge.client(GitHubJsonWebToken(app.private_key, app.id, clock=world.clock), clock=world.clock)
    return own.Installation(own, world.forge.install(app, "acme").id)


def _discussion(world: World) -> Any:
    world.mr.review(comments=[LineComment("oil.txt", 1, "One drop only?")])
    return world.mr.discussions[0]


def _pipeline(world: World, **jobs: str) -> Any:
    world.forge.add_pipeline("acme/widgets", "feature", jobs)
    return world.repository.pipelines[0]


def _team(world: World) -> Any:
    world.forge.add_team("acme", "core", members=["bob"])
    return world.client.get_organization("acme").teams[0]


def _notification(world: World) -> Any:
    world.as_user("bob").get_repo("acme/widgets").get_issue(world.issue_number).assign("alice")
    return world.client.notifications[0]


def _issue(world: World) -> Any:
    world.issue.assign("bob")
    return world.issue


def _merge_request(world: World) -> Any:
    """One with something to take back of everything, and another one that is a draft."""
    world.forge.add_commit("acme/widgets", "Half", {"half.txt": "x"}, branch="half", author="bob")
    world.forge.add_merge_request("acme/widgets", "Half", head="half", author="bob")
    drafted(world).convert_to_draft()
    world.mr.assign("bob")
    world.mr.request_review("alice")
    world.mr.approve()
    return world.mr


def drafted(world: World) -> Any:
    """The newest merge request, fresh."""
    return world.repository.get_mr(max(world.forge.repository("acme/widgets").merge_requests))


def _environment(world: World) -> Any:
    world.repository.create_deployment("main", "production")
    return world.repository.environments[0]


def _key(world: World) -> Any:
    return world.repository.add_deploy_key("old", KEY.format("a"))


MAKERS: dict[str, Callable[[World], Any]] = {
    "Branch": lambda world: world.repository.get_branch("feature"),
    "CheckRun": _check_run,
    "Comment": lambda world: world.issue.add_comment("Hello"),
    "Commit": lambda world: world.repository.get_commit(world.mr.head.sha),
    "Content": lambda world: world.repository.get_content("README.md"),
    "DeployKey": _key,
    "Deployment": lambda world: world.repository.create_deployment("main", "production"),
    "Discussion": _discussion,
    "Environment": _environment,
    "Hook": lambda world: world.repository.register_hook(HOOK, "secret", {WebhookEvents.ISSUE}),
    "Hoster": lambda world: world.client,
    "Installation": _installation,
    "Issue": _issue,
    "Job": lambda world: _pipeline(world, build="running").jobs[0],
    "Label": lambda world: world.repository.get_label("bug"),
    "MergeRequest": _merge_request,
    "Milestone": lambda world: world.repository.create_milestone("v1"),
    "Notification": _notification,
    "Organization": lambda world: world.client.get_organization("acme"),
    "Pipeline": lambda world: _pipeline(world, build="failed"),
    "Reaction": lambda world: world.issue.add_reaction("heart"),
    "Release": lambda world: world.repository.create_release("v1"),
    "Repository": lambda world: world.repository,
    "Review": lambda world: world.mr.review("Fine.", "approve"),
    "Tag": lambda world: world.repository.create_tag("t1", "main"),
    "Team": _team,
    "User": lambda world: world.client.get_user("bob"),
}


def _workflow(repository: Any) -> str | None:
    """GitHub runs one workflow of several."""
    return "test.yml" if isinstance(repository, GitHubRepository) else None


# --- how to call -----------------------------------------------------------------------------------------------------

Call = Callable[[Any, World], object]


def _plainly(*names: str) -> dict[str, Call]:
    """Calls without arguments."""
    return {name: _call(name) for name in names}


def _call(name: str) -> Call:
    return lambda it, _: getattr(it, name)()


_ISSUE: dict[str, Call] = {
    **_plainly("close", "reopen", "lock", "unlock", "subscribe", "unsubscribe", "delete"),
    "add_comment": lambda it, _: it.add_comment("Hello"),
    "upsert_comment": lambda it, _: it.upsert_comment("Hello", "test"),
    "filter_comments": lambda it, _: list(it.filter_comments(author="bob")),
    "add_labels": lambda it, _: it.add_labels("idea"),
    "add_reaction": lambda it, _: it.add_reaction("heart"),
    "add_to_total_time_spent": lambda it, _: it.add_to_total_time_spent(timedelta(hours=1)),
    "assign": lambda it, _: it.assign("carol"),
    "edit": lambda it, _: it.edit(title="x", description="x", labels={"idea"}, assignees={"bob"}, milestone=None),
    "get_comment": lambda it, _: it.get_comment(1),
    "filter_events": lambda it, _: it.filter_events("labeled"),
    "remove_labels": lambda it, _: it.remove_labels("bug"),
    "unassign": lambda it, _: it.unassign("bob"),
}

CALLS: dict[str, dict[str, Call]] = {
    "Element": {
        **_plainly("refresh"),
        "bind": lambda it, _: it.bind(it.client),
        "supports": lambda it, _: it.supports("title"),
        "kind_with_article": lambda it, _: it.kind_with_article(),
        "from_data": lambda it, _: type(it).from_data({"id": 1}, it.client),
    },
    "Branch": {
        **_plainly("protect", "unprotect", "delete"),
    },
    "CheckRun": {
        **_plainly("rerequest"),
        "edit": lambda it, _: it.edit(status=Status.SUCCESS),
    },
    "Comment": {
        **_plainly("delete", "hide"),
        "add_reaction": lambda it, _: it.add_reaction("heart"),
        "reply": lambda it, _: it.reply("Hello"),
    },
    "Commit": {
        **_plainly("ack", "unack", "pending"),
        "get_statuses": lambda it, _: list(it.get_statuses()),
        "comment": lambda it, _: it.comment("Hello"),
        "get_patch_for_file": lambda it, _: it.get_patch_for_file("oil.txt"),
        "set_status": lambda it, _: it.set_status(CommitStatus(Status.SUCCESS)),
    },
    "Content": {
        "get_content": lambda it, _: it.get_content("feature"),
        "update": lambda it, _: it.update("x", "X"),
        "delete": lambda it, _: it.delete("X"),
    },
    "DeployKey": _plainly("delete"),
    "Deployment": {"set_status": lambda it, _: it.set_status(Status.SUCCESS)},
    "Discussion": {**_plainly("resolve", "unresolve"), "reply": lambda it, _: it.reply("Hello")},
    "Hook": {**_plainly("delete"), "edit": lambda it, _: it.edit(events={WebhookEvents.MERGE_REQUEST}, secret="new")},
    "Hoster": {
        "create_repository": lambda it, _: it.create_repository("gears"),
        "get_organization": lambda it, _: it.get_organization("acme"),
        "get_repo": lambda it, _: it.get_repo("acme/widgets"),
        "get_repo_name": lambda it, _: it.get_repo_name({}),
        "get_user": lambda it, _: it.get_user("bob"),
        "graphql": lambda it, _: it.graphql("mutation { x }"),
        "handle_webhook": lambda it, _: it.handle_webhook("push", {}),
        "load": lambda it, world: it.load(world.issue.reference),
        "pages": lambda it, _: it.pages("user/repos"),
        "graphql_pages": lambda it, _: it.graphql_pages("query($after: String) { x }", connection="x"),
        "parse_webhook": lambda it, _: it.parse_webhook,
        "raw_search": lambda it, _: list(it.raw_search("squeaks")),
        "read_payload": lambda it, _: it.read_payload,
        "request": lambda it, _: it.request("POST", "user/repos", json={"name": "gears"}),
        "search_issues": lambda it, _: list(it.search_issues("squeaks")),
        "search_merge_requests": lambda it, _: list(it.search_merge_requests("Oil")),
        "search_repositories": lambda it, _: list(it.search_repositories("widgets")),
    },
    "Installation": _plainly("suspend", "unsuspend", "delete"),
    "Issue": {**_ISSUE, "create": lambda it, _: type(it).create(it.client, "acme/widgets", "x")},
    "Job": _plainly("cancel", "retry"),
    "Label": {**_plainly("delete"), "edit": lambda it, _: it.edit(color="#000000", description="x")},
    "MergeRequest": {
        **_ISSUE,
        **_plainly(
            "approve", "unapprove", "convert_to_draft", "diff", "patch", "merge", "rebase",
            "update_branch", "enable_auto_merge", "disable_auto_merge",
        ),
        "edit": lambda it, _: it.edit(title="x", description="x", labels={"idea"}, assignees={"bob"}, milestone=None),
        "mark_ready": lambda _, world: drafted(world).mark_ready(),
        "request_review": lambda it, _: it.request_review("carol"),
        "remove_reviewers": lambda it, _: it.remove_reviewers("alice"),
        "review": lambda it, _: it.review("Fine."),
        "create": lambda it, _: type(it).create(it.client, "acme/widgets", "x"),
    },
    "Milestone": {**_plainly("close", "reopen", "delete"), "edit": lambda it, _: it.edit(title="v2", description="x")},
    "Notification": {
        **_plainly("mark_done", "unsubscribe"),
        "fetch_all": lambda it, _: list(type(it).fetch_all(it.client)),
    },
    "Organization": {
        "create": lambda it, _: type(it).create(it.client, "acme/tools"),
        "get_team": lambda it, _: it.get_team("core"),
        "is_member": lambda it, _: it.is_member("alice"),
        "get_role": lambda it, _: it.get_role("alice"),
        "filter_issues": lambda it, _: list(it.filter_issues()),
    },
    "Pipeline": _plainly("cancel", "retry"),
    "Reaction": _plainly("delete"),
    "Release": {
        **_plainly("delete"),
        "edit": lambda it, _: it.edit(name="x", description="x"),
        "upload_asset": lambda it, _: it.upload_asset("a.txt", "a"),
    },
    "Repository": {
        **_plainly("archive", "unarchive", "authenticated_clone_url", "create_fork", "delete", "exists", "get_fork",
                   "get_labels", "archive_link"),
        "add_collaborator": lambda it, _: it.add_collaborator("carol", AccessLevel.CAN_READ),
        "add_deploy_key": lambda it, _: it.add_deploy_key("new", KEY.format("b")),
        "commit_files": lambda it, _: it.commit_files({"a.txt": "a", "b.txt": "b"}, "X", "main"),
        "compare": lambda it, _: it.compare("main", "feature"),
        "create_deployment": lambda it, _: it.create_deployment("main", "staging"),
        "create_branch": lambda it, _: it.create_branch("next", "feature"),
        "create_file": lambda it, _: it.create_file("a.txt", content="a", message="X", branch="main"),
        "create_issue": lambda it, _: it.create_issue("x", "x", labels=["idea"], assignees=["bob"]),
        "create_label": lambda it, _: it.create_label("new", "#123456"),
        "create_merge_request": lambda it, _: it.create_merge_request("x", "main", "feature"),
        "create_milestone": lambda it, _: it.create_milestone("v2"),
        "create_release": lambda it, _: it.create_release("v2", ref="main"),
        "create_tag": lambda it, _: it.create_tag("t2", "feature"),
        "delete_branch": lambda it, _: it.delete_branch("feature"),
        "delete_file": lambda it, _: it.delete_file("README.md", message="X", branch="main"),
        "delete_hook": lambda it, _: it.delete_hook(HOOK),
        "delete_label": lambda it, _: it.delete_label("bug"),
        "delete_variable": lambda it, _: it.delete_variable("COLOR"),
        "delete_tag": lambda it, _: it.delete_tag("t1"),
        "edit": lambda it, _: it.edit(description="x", has_issues=True, visibility="public"),
        "filter_commits": lambda it, _: list(it.filter_commits(ref="feature")),
        "filter_issues": lambda it, _: list(it.filter_issues(labels=["bug"])),
        "filter_merge_requests": lambda it, _: list(it.filter_merge_requests(base="main")),
        "filter_pipelines": lambda it, _: list(it.filter_pipelines(ref="main")),
        "generate_release_notes": lambda it, _: it.generate_release_notes("v1.0.0", "v0.9.0"),
        "get_branch": lambda it, _: it.get_branch("main"),
        "git_environment": lambda it, _: it.git_environment(),
        "get_clone": lambda it, _: it.get_clone,
        "get_commit": lambda it, _: it.get_commit("main"),
        "get_content": lambda it, _: it.get_content("README.md"),
        "get_issue": lambda it, _: it.get_issue(1),
        "get_label": lambda it, _: it.get_label("bug"),
        "get_milestone": lambda it, _: it.get_milestone(1),
        "get_mr": lambda it, _: it.get_mr(1),
        "get_merge_request": lambda it, _: it.get_merge_request(1),
        "get_permission_level": lambda it, _: it.get_permission_level("bob"),
        "get_pipeline": lambda it, _: it.get_pipeline(1),
        "get_release": lambda it, _: it.get_release("v1"),
        "get_tag": lambda it, _: it.get_tag("t1"),
        "list_files": lambda it, _: list(it.list_files()),
        "register_hook": lambda it, _: it.register_hook(f"{HOOK}/2", "secret", {WebhookEvents.ISSUE}),
        "remove_collaborator": lambda it, _: it.remove_collaborator("bob"),
        "run_pipeline": lambda it, _: it.run_pipeline("main", workflow=_workflow(it)),
        "search_issues": lambda it, _: list(it.search_issues()),
        "set_variable": lambda it, _: it.set_variable("COLOR", "red"),
        "search_mrs": lambda it, _: list(it.search_mrs()),
        "search_merge_requests": lambda it, _: list(it.search_merge_requests()),
        "transfer": lambda it, _: it.transfer("alice"),
        "update_file": lambda it, _: it.update_file("README.md", content="x", message="X", branch="main"),
    },
    "Review": {"dismiss": lambda it, _: it.dismiss("Outdated")},
    "Tag": _plainly("delete"),
    "Team": {
        "add_member": lambda it, _: it.add_member("carol"),
        "is_member": lambda it, _: it.is_member("bob"),
        "remove_member": lambda it, _: it.remove_member("bob"),
    },
    "User": {
        "get_installations": lambda it, _: it.get_installations(),
        "installed_repositories": lambda it, _: it.installed_repositories(1),
    },
}  # fmt: skip

#: What changes nothing at the forge.
READS: dict[str, set[str]] = {
    "Element": set(CALLS["Element"]),
    "Commit": {"get_patch_for_file", "get_statuses"},
    "Content": {"get_content"},
    "Hoster": set(CALLS["Hoster"]) - {"create_repository", "graphql", "request"},
    "Issue": {"get_comment", "filter_comments", "filter_events"},
    "MergeRequest": {"get_comment", "filter_comments", "filter_events", "diff", "patch"},
    "Notification": {"fetch_all"},
    "Organization": {"filter_issues", "get_team", "is_member", "get_role"},
    "Repository": {
        "archive_link", "authenticated_clone_url", "compare", "exists", "filter_commits", "filter_issues",
        "filter_merge_requests", "filter_pipelines", "generate_release_notes", "list_files", "search_issues",
        "search_mrs", "search_merge_requests", "git_environment",
        *(name for name in CALLS["Repository"] if name.startswith("get_")),
    },
    "Team": {"is_member"},
    "User": {"get_installations", "installed_repositories"},
}  # fmt: skip

#: Something to assign, by the attribute's name.
VALUES: dict[str, Any] = {
    "title": "x", "description": "x", "name": "x", "body": "x", "labels": {"idea"}, "assignees": {"bob"},
    "reviewers": {"carol"}, "milestone": None, "due_date": date(2027, 1, 1), "start_date": date(2026, 1, 1),
    "confidential": True, "weight": 3, "deletes_merged_branches": True, "requires_passing_checks": True,
    "time_estimate": timedelta(hours=1), "total_time_spent": timedelta(hours=2),
    "base_branch_name": "feature", "color": "#000000", "target_url": HOOK, "events": {WebhookEvents.PUSH},
    "default_branch": "feature", "has_issues": False, "topics": {"oil"}, "visibility": "private",
    "is_draft": False, "is_prerelease": False,
}  # fmt: skip


def _assign(name: str) -> Call:
    return lambda it, _: setattr(it, name, VALUES[name])


def promised(cls: type) -> Iterator[tuple[str, bool]]:
    """What an interface lets one call or assign: the name, and whether it is an attribute."""
    common = set(dir(Element)) if cls is not Element else set()
    for name in sorted(set(dir(cls)) - common - {"hoster", "kind"}):
        found = inspect.getattr_static(cls, name)
        if name.startswith("_"):
            continue
        if isinstance(found, EditableAttribute | EditableSet):
            yield name, True
        elif inspect.isfunction(found) or isinstance(found, classmethod):
            yield name, False


def kinds() -> dict[str, type]:
    """Every interface of things by its name."""
    public = {name: getattr(interfaces, name) for name in interfaces.__all__}
    return {name: cls for name, cls in public.items() if inspect.isclass(cls) and issubclass(cls, Element | Hoster)}


def operations() -> list[Operation]:
    """Every operation of every interface.

    Raises:
        LookupError: when the table lacks one.
    """
    every = [(kind, name, assigned) for kind, cls in kinds().items() for name, assigned in promised(cls)]
    unknown = [f"{kind}.{name}" for kind, name, assigned in every
               if name not in (VALUES if assigned else CALLS.get(kind, {}))]  # fmt: skip
    if unknown:
        raise LookupError(f"tests/support/calls.py does not tell how to call {', '.join(unknown)}")
    return [
        Operation(kind, name, assigned or name not in READS.get(kind, set()),
                  _assign(name) if assigned else CALLS[kind][name])
        for kind, name, assigned in every
    ]  # fmt: skip
