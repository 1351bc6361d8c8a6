"""How a commit stands, as GitHub's GraphQL tells it: check runs, suites, statuses and all of them together."""

from __future__ import annotations

from typing import Any

from igitt.testing.sandbox.executor import Listed
from igitt.testing.sandbox.github import checks, ci, protection
from igitt.testing.sandbox.github.graphql.things import Thing
from igitt.testing.sandbox.model import Status

_JOB = {
    "pending": ("QUEUED", None), "running": ("IN_PROGRESS", None), "success": ("COMPLETED", "SUCCESS"),
    "failed": ("COMPLETED", "FAILURE"), "canceled": ("COMPLETED", "CANCELLED"), "skipped": ("COMPLETED", "SKIPPED"),
}  # fmt: skip
_BAD = {"FAILURE", "ERROR", "CANCELLED", "TIMED_OUT", "ACTION_REQUIRED", "STARTUP_FAILURE", "STALE"}


class StatusContext(Thing, models=[Status]):
    """A commit status."""

    kind = "StatusContext"
    prefix = "SC_kwDO"
    home: Any = None

    def __init__(self, asking: Any, one: Status, commit: Any) -> None:
        super().__init__(asking, one)
        self.commit = commit
        self.context = one.context
        self.state = one.state.upper()
        self.description = one.description
        self.target_url = one.url
        self.creator = asking.thing(one.creator)

    def avatar_url(self, size: int | None = None) -> str:
        """The picture of who set it."""
        return str(self.creator.avatar_url(size))

    def is_required(self, pull_request_id: str | None = None, pull_request_number: int | None = None) -> bool:
        """Whether a rule demands it."""
        return self.context in required(self.commit.home, pull_request_number, pull_request_id)


def required(home: Any, number: int | None, node: str | None) -> set[str]:
    """The names that the rule of a pull request's target demands; without one, that of the default branch."""
    pulls = home.merge_requests.values()
    found = next((one for one in pulls if one.number == number or f"PR_kwDO{one.id}" == node), None)
    rule = protection.rule_of(home, found.base if found else home.default_branch)
    return set(rule.contexts or ()) if rule else set()


class Run:
    """A check run: an App's, or a job of Actions."""

    kind = "CheckRun"

    def __init__(self, suite: Suite, one: Any) -> None:
        self.asking = suite.asking
        self.check_suite = suite
        self.repository = suite.repository
        self.summary = self.text = self.title = self.external_id = None
        if isinstance(one, dict):
            self.database_id, self.name = one["id"], one["name"]
            self.status, self.conclusion = one["status"].upper(), one["conclusion"] and one["conclusion"].upper()
            self.started_at, self.completed_at = one["started"], one["completed"]
            self.summary, self.text, self.title = one["summary"], one["text"], one["title"]
        else:
            self.database_id, self.name = one.id, one.name
            self.status, self.conclusion = _JOB[one.state]
            self.started_at = None if one.state == "pending" else one.created
            self.completed_at = one.updated if self.status == "COMPLETED" else None
        page = f"{suite.asking.forge.url}/{suite.commit.home.full_name}"
        self.url = self.permalink = f"{page}/runs/{self.database_id}"
        own = one["details_url"] if isinstance(one, dict) else f"{page}/actions/runs/{one.run.id}/job/{one.id}"
        self.details_url = own or self.url
        self.resource_path = self.url.removeprefix(suite.asking.forge.url)
        self.id = f"CR_kwDO{self.database_id}"

    def is_required(self, pull_request_id: str | None = None, pull_request_number: int | None = None) -> bool:
        """Whether a rule demands it."""
        return self.name in required(self.check_suite.commit.home, pull_request_number, pull_request_id)


class Suite:
    """The check runs of an App for a commit, or a run of Actions."""

    kind = "CheckSuite"

    def __init__(self, asking: Any, commit: Any, found: list[Any], run: ci.Run | None = None) -> None:
        self.asking = asking
        self.commit = commit
        self.repository = commit.repository
        self.found = [Run(self, one) for one in found]
        self.database_id = run.id + 1 if run else found[0]["id"] + 1
        self.id = f"CS_kwDO{self.database_id}"
        self.created_at = run.created if run else found[0]["started"]
        self.updated_at = run.updated if run else found[-1]["completed"] or found[-1]["started"]
        self.app = None if run else asking.thing(found[0]["app"])
        over = all(one.status == "COMPLETED" for one in self.found)
        self.status = "COMPLETED" if over else "IN_PROGRESS"
        words = [one.conclusion for one in self.found]
        self.conclusion = None if not over else next((one for one in words if one in _BAD), "SUCCESS")
        page = f"{asking.forge.url}/{commit.home.full_name}"
        self.url = f"{page}/commit/{commit.oid}/checks?check_suite_id={self.database_id}"
        self.resource_path = self.url.removeprefix(asking.forge.url)
        self.branch = None
        self.workflow_run = run and {
            "kind": "WorkflowRun", "id": f"WFR_kwLO{run.id}", "database_id": run.id, "run_number": run.number,
            "url": f"{page}/actions/runs/{run.id}", "resource_path": f"/{commit.home.full_name}/actions/runs/{run.id}",
            "created_at": run.created, "updated_at": run.updated, "event": "push", "check_suite": self,
            "workflow": {
                "kind": "Workflow", "id": f"W_kwDO{commit.home.id}", "database_id": commit.home.id, "name": "CI",
                "state": "ACTIVE", "url": f"{page}/actions/workflows/ci.yml", "created_at": run.created,
                "updated_at": run.updated, "resource_path": f"/{commit.home.full_name}/actions/workflows/ci.yml",
            },
        }  # fmt: skip

    def check_runs(self, filter_by: dict[str, Any] | None = None) -> list[Any]:
        """The check runs."""
        by = filter_by or {}
        return [
            one for one in self.found
            if one.name == (by.get("check_name") or one.name) and one.status == (by.get("status") or one.status)
        ]  # fmt: skip


def suites(asking: Any, commit: Any) -> list[Suite]:
    """The suites of a commit."""
    newest = {(one["name"], one["app"].id): one for one in checks.runs_of(commit.home) if one["sha"] == commit.oid}
    by_app: dict[int, list[Any]] = {}
    for (_, app), one in newest.items():
        by_app.setdefault(app, []).append(one)
    runs = [one for one in ci.runs_of(commit.home) if one.sha == commit.oid and one.jobs]
    return [Suite(asking, commit, one) for one in by_app.values()] + [
        Suite(asking, commit, one.jobs, one) for one in runs
    ]


def statuses(commit: Any) -> dict[str, Status]:
    """The newest status of each context."""
    found: dict[str, Status] = {}
    for one in commit.home.statuses.get(commit.oid, ()):
        found.setdefault(one.context, one)
    return found


def together(words: list[str]) -> str:
    """One ``StatusState`` for several states and conclusions."""
    if any(one in _BAD for one in words):
        return "ERROR" if "ERROR" in words and not set(words) & (_BAD - {"ERROR"}) else "FAILURE"
    good = {"SUCCESS", "NEUTRAL", "SKIPPED"}
    return "SUCCESS" if all(one in good for one in words) else "PENDING"


class Statuses:
    """The statuses of a commit."""

    kind = "Status"

    def __init__(self, asking: Any, commit: Any) -> None:
        self.asking = asking
        self.commit = commit
        self.contexts = asking.things(statuses(commit).values(), commit)
        self.state = together([one.state for one in self.contexts])
        self.id = f"S_kwDO{commit.oid[:12]}"

    def context(self, name: str) -> Any:
        """One of them."""
        return next((one for one in self.contexts if one.context == name), None)


class Rollup:
    """The check runs and statuses of a commit."""

    kind = "StatusCheckRollup"

    def __init__(self, asking: Any, commit: Any) -> None:
        self.commit = commit
        self.checks = [one for suite in suites(asking, commit) for one in suite.found]
        self.statuses = asking.things(statuses(commit).values(), commit)
        self.every = [*self.checks, *self.statuses]
        states = [one.conclusion or "PENDING" for one in self.checks] + [one.state for one in self.statuses]
        self.state = together(states)
        self.id = f"SCR_kwDO{commit.oid[:12]}"

    def contexts(self) -> Listed:
        """All of them, counted by their states."""
        runs = [one.conclusion or one.status for one in self.checks]
        words = [one.state for one in self.statuses]
        return Listed(
            self.every,
            check_run_count=len(runs),
            status_context_count=len(words),
            check_run_counts_by_state=[{"state": one, "count": runs.count(one)} for one in sorted(set(runs))],
            status_context_counts_by_state=[{"state": one, "count": words.count(one)} for one in sorted(set(words))],
        )
