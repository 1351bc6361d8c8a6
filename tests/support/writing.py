"""Every kind of write that the surface has: what it does, and how the forge's world shows that it was done.

`prepare` makes what the write needs and gives it, `act` writes, and `seen` reads what the forge has afterwards by a
fresh client without a cache. What depends on the moment (ids, times, hashes of commits) is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from support.world import World

from igitt.auth import GitHubJsonWebToken
from igitt.github import GitHubCheckRun
from igitt.gitlab import GitLabOrganization
from igitt.interfaces import AccessLevel, CommitStatus, LineComment, Status, WebhookEvents

URL = "https://bot.example.com/hook"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKiUaOiTYeOjtRFk1FZL7ZvmKKEHZbKPxN7HZ1HJjpKx bot"
BOTH = ("github", "gitlab")


@dataclass(frozen=True)
class Writing:
    """One write."""

    name: str
    act: Callable[[World, Any], object]
    seen: Callable[[World, Any], object]
    prepare: Callable[[World], Any] = lambda world: world.repository
    forges: tuple[str, ...] = BOTH


def _bodies(things: Any) -> list[str]:
    return sorted(str(thing.body) for thing in things)


def _text(world: World, path: str, ref: str = "main") -> str | None:
    repository = fresh(world)
    names = {content.path for content in repository.list_files(ref=ref, recursive=True)}
    return repository.get_content(path, ref).text if path in names else None


def fresh(world: World) -> Any:
    """The repository as nobody has read it yet."""
    return world.as_user("alice", cache=False).get_repo("acme/widgets")


def _mr(world: World) -> Any:
    return fresh(world).get_mr(world.mr_number)


def _issue(world: World) -> Any:
    return fresh(world).get_issue(world.issue_number)


def _read_file(world: World) -> Any:
    found = world.repository.get_content("README.md", "main")
    assert found.text
    return found


def _commits(world: World, ref: str) -> list[str]:
    return [commit.message.strip() for commit in fresh(world).filter_commits(ref=ref)]


def _discussion(world: World) -> Any:
    _mr(world).review("", "comment", [LineComment("oil.txt", 1, "Why?")])
    return world.mr.discussions[0]


def _threads(world: World, _: Any) -> object:
    return [(one.is_resolved, _bodies(one.comments)) for one in _mr(world).discussions]


def _comment(world: World) -> Any:
    return world.issue.add_comment("Said before")


def _waiting(world: World) -> Any:
    world.forge.repository("acme/widgets").extra["merge settings"] = {"allow_auto_merge": True}
    world.mr.head.set_status(CommitStatus(Status.PENDING, context="ci"))
    return world.mr


def _auto(world: World) -> Any:
    mr = _waiting(world)
    mr.enable_auto_merge()
    return mr


def _behind(world: World) -> Any:
    world.forge.add_commit("acme/widgets", "Go on", {"on.txt": "x\n"}, branch="main", author="bob")
    return world.mr


def _draft(world: World) -> Any:
    world.mr.convert_to_draft()
    return world.mr


def _pipeline(world: World) -> Any:
    world.forge.add_pipeline("acme/widgets", "feature", {"build": "success", "test": "failed"})
    return world.repository.pipelines[0]


def _jobs(world: World, _: Any) -> object:
    return sorted((job.name, str(job.status)) for job in fresh(world).pipelines[0].jobs)


def _released(world: World) -> Any:
    return world.repository.create_release("v1", "One", "The first", ref="main")


def _app(world: World) -> Any:
    made = world.forge.add_app("lint", permissions={"checks": "write", "contents": "read"}, events=["push"])
    world.forge.install(made, "acme")
    own = world.as_user(GitHubJsonWebToken(made.private_key, made.id, clock=world.clock))
    number = next(one.id for one in world.forge.world.installations.values() if one.account.login == "acme")
    return own.Installation(own, number)


def _check(world: World) -> Any:
    installation = _app(world)
    client = installation.client.as_installation(installation.identifier)
    return GitHubCheckRun.create(client, "acme/widgets", world.mr.head.sha, "lint", status=Status.RUNNING)


def _checks(world: World, _: Any) -> object:
    return [(run.name, str(run.status)) for run in _mr(world).head.check_runs]


def _cogs(world: World) -> Any:
    world.forge.add_organization("cogs", members={"alice": "owner"})
    return world.repository


def _hooks(world: World, _: Any) -> object:
    return sorted((hook.target_url, sorted(map(str, hook.events))) for hook in fresh(world).hooks)


def _registered(world: World) -> Any:
    return world.repository.register_hook(URL, "s3cret", {WebhookEvents.PUSH})


def _collaborators(world: World, _: Any) -> object:
    return str(fresh(world).get_permission_level("carol"))


def _labels(world: World, _: Any) -> object:
    return sorted((label.name, label.color, label.description) for label in fresh(world).labels)


def _todo(world: World) -> Any:
    world.as_user("bob").get_repo("acme/widgets").get_issue(world.issue_number).assign("alice")
    return world.client.notifications[0]


def _assigned(world: World) -> Any:
    world.issue.assign("bob")
    return world.issue


def _names(users: Any) -> list[str]:
    return sorted(user.username for user in users)


def _edits(world: World, _: Any) -> object:
    issue = _issue(world)
    locked = bool(issue.data.get("locked") or issue.data.get("discussion_locked"))
    return issue.title, str(issue.state), locked, sorted(issue.labels), _names(issue.assignees)


class _Again:
    """A hook that is registered a second time, with other events."""

    def __init__(self, world: World) -> None:
        _registered(world)
        self._repository = world.repository

    def repository_again(self) -> object:
        """Register it."""
        return self._repository.register_hook(URL, "s3cret", {WebhookEvents.ISSUE})


WORKFLOW = "on:\n  workflow_dispatch:\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{run: make test}]\n"


def runnable(world: World) -> Any:
    """The repository, with something that it can run."""
    for path, content in ((".github/workflows/test.yml", WORKFLOW), (".gitlab-ci.yml", "test: {script: make test}\n")):
        world.repository.create_file(path, content=content, message="Run the tests", branch="main")
    return world.repository


WRITINGS = [
    # issues
    Writing(
        "create_issue", lambda _, r: r.create_issue("New", "Text"), lambda w, _: [i.title for i in fresh(w).issues]
    ),
    Writing("issue.edit", lambda w, _: w.issue.edit(title="Other"), _edits),
    Writing("issue.close", lambda w, _: w.issue.close(), _edits),
    Writing("issue.reopen", lambda _, i: i.reopen(), _edits, lambda w: (w.issue.close(), w.issue)[1]),
    Writing("issue.lock", lambda w, _: w.issue.lock(), _edits),
    Writing("issue.unlock", lambda _, i: i.unlock(), _edits, lambda w: (w.issue.lock(), w.issue)[1]),
    Writing("add_labels", lambda w, _: w.issue.add_labels("idea"), _edits),
    Writing("remove_labels", lambda w, _: w.issue.remove_labels("bug"), _edits),
    Writing("assign", lambda w, _: w.issue.assign("bob"), _edits),
    Writing("unassign", lambda _, i: i.unassign("bob"), _edits, _assigned),
    Writing("issue.delete", lambda w, _: w.issue.delete(), lambda w, _: len(fresh(w).issues), forges=("gitlab",)),
    Writing("subscribe", lambda w, _: w.issue.subscribe(), lambda *_: None),
    Writing("unsubscribe", lambda w, _: w.issue.unsubscribe(), lambda *_: None),
    Writing(
        "add_to_total_time_spent",
        lambda w, _: w.issue.add_to_total_time_spent(timedelta(hours=1)),
        lambda w, _: _issue(w).total_time_spent,
        forges=("gitlab",),
    ),
    Writing(
        "time_estimate",
        lambda w, _: setattr(w.issue, "time_estimate", timedelta(hours=1)),
        lambda w, _: _issue(w).time_estimate,
        forges=("gitlab",),
    ),
    Writing(
        "total_time_spent",
        lambda w, _: setattr(w.issue, "total_time_spent", timedelta(hours=1)),
        lambda w, _: _issue(w).total_time_spent,
        forges=("gitlab",),
    ),
    # comments and reactions
    Writing("add_comment", lambda w, _: w.issue.add_comment("Hello"), lambda w, _: _bodies(_issue(w).comments)),
    Writing("mr.add_comment", lambda w, _: w.mr.add_comment("Hello"), lambda w, _: _bodies(_mr(w).comments)),
    Writing("reply", lambda _, c: c.reply("Yes"), lambda w, _: _bodies(_issue(w).comments), _comment),
    Writing("comment.edit", lambda _, c: setattr(c, "body", "B"), lambda w, _: _bodies(_issue(w).comments), _comment),
    Writing("comment.delete", lambda _, c: c.delete(), lambda w, _: _bodies(_issue(w).comments), _comment),
    Writing(
        "add_reaction", lambda w, _: w.issue.add_reaction("+1"), lambda w, _: [r.name for r in _issue(w).reactions]
    ),
    Writing(
        "reaction.delete",
        lambda _, r: r.delete(),
        lambda w, _: [r.name for r in _issue(w).reactions],
        lambda w: w.issue.add_reaction("+1"),
    ),
    Writing(
        "comment.add_reaction",
        lambda _, c: c.add_reaction("heart"),
        lambda _, c: [r.name for r in c.reactions],
        _comment,
    ),
    Writing(
        "commit.comment",
        lambda w, _: w.repository.get_commit("feature").comment("Oh"),
        lambda w, _: _bodies(fresh(w).get_commit("feature").comments),
    ),
    Writing(
        "commit.comment on a merge request",
        lambda w, _: w.mr.head.comment("Oh", "oil.txt", 1, w.mr_number),
        lambda w, _: _bodies(_mr(w).review_comments),
    ),
    Writing("discussion.reply", lambda _, d: d.reply("So"), _threads, _discussion),
    Writing("discussion.resolve", lambda _, d: d.resolve(), _threads, _discussion),
    # merge requests
    Writing(
        "create_merge_request",
        lambda _, r: r.create_merge_request("Next", "main", "next"),
        lambda w, _: sorted(mr.title for mr in fresh(w).merge_requests),
        lambda w: (
            w.forge.add_commit("acme/widgets", "Next", {"next.txt": "x\n"}, branch="next", author="bob"),
            w.repository,
        )[1],
    ),
    Writing("mr.edit", lambda w, _: w.mr.edit(title="Other"), lambda w, _: _mr(w).title),
    Writing("merge", lambda w, _: w.mr.merge(), lambda w, _: (str(_mr(w).state), _text(w, "oil.txt"))),
    Writing(
        "merge and remove the branch",
        lambda w, _: w.mr.merge(remove_source_branch=True),
        lambda w, _: (str(_mr(w).state), [b.name for b in fresh(w).branches]),
    ),
    Writing("enable_auto_merge", lambda _, m: m.enable_auto_merge(), lambda w, _: _mr(w).auto_merge_enabled, _waiting),
    Writing("disable_auto_merge", lambda _, m: m.disable_auto_merge(), lambda w, _: _mr(w).auto_merge_enabled, _auto),
    Writing("mark_ready", lambda _, m: m.mark_ready(), lambda w, _: _mr(w).is_draft, _draft),
    Writing("convert_to_draft", lambda w, _: w.mr.convert_to_draft(), lambda w, _: _mr(w).is_draft),
    Writing("request_review", lambda w, _: w.mr.request_review("alice"), lambda w, _: _names(_mr(w).reviewers)),
    Writing(
        "remove_reviewers",
        lambda _, m: m.remove_reviewers("alice"),
        lambda w, _: _names(_mr(w).reviewers),
        lambda w: (w.mr.request_review("alice"), w.mr)[1],
    ),
    Writing("approve", lambda w, _: w.mr.approve(), lambda w, _: (_names(_mr(w).approvals), len(_mr(w).reviews))),
    Writing(
        "unapprove",
        lambda _, m: m.unapprove(),
        lambda w, _: _names(_mr(w).approvals),
        lambda w: (w.mr.approve(), w.mr)[1],
    ),
    Writing(
        "review",
        lambda w, _: w.mr.review("Well", "comment", [LineComment("oil.txt", 1, "Why?")]),
        lambda w, _: _bodies([*_mr(w).comments, *_mr(w).review_comments]),
    ),
    Writing(
        "update_branch",
        lambda _, m: m.update_branch(),
        lambda w, _: _text(w, "on.txt", "feature"),
        _behind,
        ("github",),
    ),
    Writing("rebase", lambda _, m: m.rebase(), lambda w, _: _text(w, "on.txt", "feature"), _behind, ("gitlab",)),
    # files and git
    Writing(
        "create_file",
        lambda _, r: r.create_file("a.txt", content="A", message="Add a", branch="main"),
        lambda w, _: (_text(w, "a.txt"), _commits(w, "main")),
    ),
    Writing(
        "update_file",
        lambda _, c: c.update("new", "Renew it", "main"),
        lambda w, _: (_text(w, "README.md"), _commits(w, "main")),
        _read_file,
    ),
    Writing(
        "delete_file",
        lambda _, c: c.delete("Drop it", "main"),
        lambda w, _: (_text(w, "README.md"), _commits(w, "main")),
        _read_file,
    ),
    Writing(
        "commit_files",
        lambda _, r: r.commit_files({"a.txt": "A", "README.md": "B", "b.bin": b"\xff"}, "Many", "main"),
        lambda w, _: (_text(w, "a.txt"), _text(w, "README.md"), _commits(w, "main")),
    ),
    Writing(
        "create_branch", lambda _, r: r.create_branch("n", "main"), lambda w, _: [b.name for b in fresh(w).branches]
    ),
    Writing(
        "branch.delete",
        lambda _, r: r.delete_branch("n"),
        lambda w, _: [b.name for b in fresh(w).branches],
        lambda w: (w.repository.create_branch("n", "main"), w.repository)[1],
    ),
    Writing(
        "protect",
        lambda _, r: r.get_branch("main").protect(),
        lambda w, _: fresh(w).get_branch("main").is_protected,
    ),
    Writing(
        "unprotect",
        lambda _, r: r.get_branch("main").unprotect(),
        lambda w, _: fresh(w).get_branch("main").is_protected,
        lambda w: (w.repository.get_branch("main").protect(), w.repository)[1],
    ),
    Writing("create_tag", lambda _, r: r.create_tag("t", "main"), lambda w, _: [t.name for t in fresh(w).tags]),
    Writing(
        "create_tag with a message",
        lambda _, r: r.create_tag("t", "main", "Words"),
        lambda w, _: [(t.name, t.message) for t in fresh(w).tags],
    ),
    Writing(
        "tag.delete",
        lambda _, r: r.delete_tag("t"),
        lambda w, _: [t.name for t in fresh(w).tags],
        lambda w: (w.repository.create_tag("t", "main"), w.repository)[1],
    ),
    # releases
    Writing(
        "create_release", lambda w, _: _released(w), lambda w, _: [(r.name, r.description) for r in fresh(w).releases]
    ),
    Writing(
        "release.edit",
        lambda _, r: r.edit(name="Uno"),
        lambda w, _: [(r.name, r.description) for r in fresh(w).releases],
        _released,
    ),
    Writing("release.delete", lambda _, r: r.delete(), lambda w, _: len(fresh(w).releases), _released),
    Writing(
        "upload_asset",
        lambda _, r: r.upload_asset("x.txt", "content"),
        lambda w, _: [a.name for a in fresh(w).get_release("v1").assets],
        _released,
    ),
    # what runs
    Writing(
        "run_pipeline",
        lambda w, r: r.run_pipeline("main", workflow="test.yml" if w.hoster == "github" else None),
        lambda w, _: [pipeline.ref for pipeline in fresh(w).pipelines],
        runnable,
    ),
    Writing(
        "set_variable",
        lambda _, r: r.set_variable("COLOR", "red"),
        lambda w, _: [(one.name, one.value) for one in fresh(w).variables],
    ),
    Writing(
        "create_deployment",
        lambda _, r: r.create_deployment("main", "production"),
        lambda w, _: [one.environment_name for one in fresh(w).deployments],
    ),
    Writing(
        "deployment.set_status",
        lambda _, d: d.set_status(Status.SUCCESS),
        lambda w, _: [one.status for one in fresh(w).deployments],
        lambda w: w.repository.create_deployment("main", "production"),
    ),
    # labels, milestones, hooks, keys, people
    Writing("create_label", lambda _, r: r.create_label("new", "#112233", "Fresh"), _labels),
    Writing("label.rename", lambda _, r: r.get_label("bug").edit(name="insect"), _labels),
    Writing("label.color", lambda _, r: r.get_label("bug").edit(color="#112233"), _labels),
    Writing("label.delete", lambda _, r: r.delete_label("bug"), _labels),
    Writing(
        "create_milestone",
        lambda _, r: r.create_milestone("M", "text"),
        lambda w, _: [m.title for m in fresh(w).milestones],
    ),
    Writing(
        "milestone.edit",
        lambda _, m: m.edit(title="N"),
        lambda w, _: [m.title for m in fresh(w).milestones],
        lambda w: w.repository.create_milestone("M"),
    ),
    Writing(
        "milestone.delete",
        lambda _, m: m.delete(),
        lambda w, _: len(fresh(w).milestones),
        lambda w: w.repository.create_milestone("M"),
    ),
    Writing("register_hook", lambda w, _: _registered(w), _hooks),
    Writing("register_hook again", lambda _, h: h.repository_again(), _hooks, _Again),
    Writing("hook.edit", lambda _, h: h.edit(events={WebhookEvents.ISSUE}), _hooks, _registered),
    Writing("hook.delete", lambda _, h: h.delete(), _hooks, _registered),
    Writing(
        "add_deploy_key",
        lambda _, r: r.add_deploy_key("bot", KEY),
        lambda w, _: [k.title for k in fresh(w).deploy_keys],
    ),
    Writing(
        "deploy_key.delete",
        lambda _, k: k.delete(),
        lambda w, _: len(fresh(w).deploy_keys),
        lambda w: w.repository.add_deploy_key("bot", KEY),
    ),
    Writing("add_collaborator", lambda _, r: r.add_collaborator("carol", AccessLevel.CAN_WRITE), _collaborators),
    Writing(
        "remove_collaborator",
        lambda _, r: r.remove_collaborator("carol"),
        _collaborators,
        lambda w: (w.repository.add_collaborator("carol", AccessLevel.CAN_WRITE), w.repository)[1],
    ),
    # statuses and runs
    Writing(
        "set_status",
        lambda w, _: w.mr.head.set_status(CommitStatus(Status.SUCCESS, "fine", "ci")),
        lambda w, _: [(s.context, str(s.status)) for s in _mr(w).head.get_statuses()],
    ),
    Writing(
        "set_status again",
        lambda w, _: w.mr.head.set_status(CommitStatus(Status.PENDING, "slow", "ci")),
        lambda w, _: [(s.context, str(s.status)) for s in _mr(w).head.get_statuses()],
        lambda w: w.mr.head.set_status(CommitStatus(Status.PENDING, "slow", "ci")),
    ),
    Writing("pipeline.retry", lambda _, p: p.retry(), _jobs, _pipeline),
    Writing("job.retry", lambda _, p: next(j for j in p.jobs if j.name == "test").retry(), _jobs, _pipeline),
    Writing(
        "CheckRun.create",
        lambda w, i: GitHubCheckRun.create(
            i.client.as_installation(i.identifier), "acme/widgets", w.mr.head.sha, "lint", status=Status.RUNNING
        ),
        _checks,
        _app,
        ("github",),
    ),
    Writing("check_run.edit", lambda _, c: c.edit(status=Status.SUCCESS), _checks, _check, ("github",)),
    Writing("check_run.rerequest", lambda _, c: c.rerequest(), _checks, _check, ("github",)),
    Writing("suspend", lambda _, i: i.suspend(), lambda _, i: i.refresh().is_suspended, _app, ("github",)),
    # repositories, groups, to-do items
    Writing(
        "create_repository",
        lambda w, _: w.client.create_repository("gears"),
        lambda w, _: [r.full_name for r in w.as_user("alice", cache=False).owned_repositories],
    ),
    Writing(
        "create_repository in an organization",
        lambda w, _: w.client.create_repository("gears", organization="acme"),
        lambda w, _: sorted(r.full_name for r in w.as_user("alice", cache=False).get_organization("acme").repositories),
    ),
    Writing("create_fork", lambda _, r: r.create_fork(), lambda w, _: sorted(r.full_name for r in fresh(w).forks)),
    Writing("repository.edit", lambda _, r: r.edit(description="D"), lambda w, _: fresh(w).description),
    Writing("topics", lambda _, r: r.edit(topics={"a", "b"}), lambda w, _: sorted(fresh(w).topics)),
    Writing("archive", lambda _, r: r.archive(), lambda w, _: fresh(w).is_archived),
    Writing(
        "unarchive",
        lambda _, r: r.unarchive(),
        lambda w, _: fresh(w).is_archived,
        lambda w: (w.repository.archive(), w.repository)[1],
    ),
    Writing(
        "transfer",
        lambda _, r: r.transfer("cogs"),
        lambda w, _: w.as_user("alice", cache=False).get_repo("cogs/widgets").exists(),
        _cogs,
    ),
    Writing("repository.delete", lambda _, r: r.delete(), lambda w, _: fresh(w).exists()),
    Writing(
        "Organization.create",
        lambda w, _: GitLabOrganization.create(w.client, "cogs"),
        lambda w, _: sorted(o.name for o in w.as_user("alice", cache=False).organizations),
        forges=("gitlab",),
    ),
    Writing(
        "mark_done",
        lambda _, n: n.mark_done(),
        lambda w, _: len(w.as_user("alice", cache=False).notifications),
        _todo,
    ),
]
