"""What runs for a project on GitLab: pipelines, variables, environments and deployments.

Sources: https://docs.gitlab.com/api/pipelines/, …/api/project_level_variables/, …/api/environments/, …/api/deployments/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from igitt._base.paths import segment
from igitt.errors import ElementDoesntExistError, ValidationError
from igitt.gitlab.base import GitLabResource
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import flag, nonempty, text
from igitt.interfaces.deployment import Deployment, Environment
from igitt.interfaces.enums import Status
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.pipeline import Pipeline
from igitt.interfaces.repository_ci import RepositoryCI, Variable, checked_variable

__all__ = ["GitLabRepositoryCI"]

_FILTERED = {
    Status.PENDING: "pending",
    Status.RUNNING: "running",
    Status.SUCCESS: "success",
    Status.FAILED: "failed",
    Status.CANCELED: "canceled",
    Status.SKIPPED: "skipped",
    Status.CREATED: "created",
    Status.MANUAL: "manual",
}


def _variable(data: Mapping[str, Any]) -> Variable:
    hidden = flag(data.get("hidden"))
    value = data.get("value")
    shown = value if isinstance(value, str) and not hidden else None
    return Variable(text(data.get("key")), shown, is_secret=hidden or flag(data.get("masked")))


class GitLabRepositoryCI(GitLabResource, RepositoryCI):
    """The part of a project that is about what runs for it."""

    __slots__ = ()
    kind = ""  # a part, no thing of its own

    @computed
    def pipelines(self) -> PaginatedList[Pipeline]:
        """Its pipelines, newest first."""
        return self.filter_pipelines()

    def filter_pipelines(
        self, ref: str | None = None, sha: str | None = None, status: Status | None = None
    ) -> PaginatedList[Pipeline]:
        """``GET /projects/:id/pipelines``."""
        if status is not None and status not in _FILTERED:
            raise ValidationError(f"GitLab's pipelines stand as {', '.join(map(str, _FILTERED))}, not {status!r}")
        params = {"ref": ref, "sha": sha, "status": None if status is None else _FILTERED[status]}
        return self.client.list(f"{self.api_path}/pipelines", self.client.Pipeline, self, params=params)

    def get_pipeline(self, number: int) -> Pipeline:
        """The pipeline of that id; sends nothing."""
        return self.client.Pipeline(self.client, self, number)

    def run_pipeline(
        self, ref: str | None = None, variables: Mapping[str, str] | None = None, workflow: str | None = None
    ) -> Pipeline:
        """``POST /projects/:id/pipeline``."""
        if workflow is not None:
            raise ValidationError("GitLab's projects have one configuration: leave the workflow out")
        home: Any = self
        body: dict[str, Any] = {"ref": home.default_branch if ref is None else nonempty(ref)}
        if variables:
            body["variables"] = [{"key": checked_variable(key), "value": value} for key, value in variables.items()]
        data = self._request("POST", f"{self.api_path}/pipeline", json=body).data
        return self.client.Pipeline.from_data(data, self.client, self)

    @computed
    def variables(self) -> PaginatedList[Variable]:
        """Its own variables, without those of the groups above."""
        return self.client.list_of(f"{self.api_path}/variables", _variable)

    def set_variable(self, name: str, value: str, *, secret: bool = False) -> None:
        """One request for a variable that is there, two for a new one."""
        end, path = segment(checked_variable(name)), f"{self.api_path}/variables"
        body: dict[str, Any] = {"value": value, "masked": secret}
        try:
            self._request("PUT", f"{path}/{end}", json=body)
        except ElementDoesntExistError:
            self._request("POST", path, json={"key": name, **body})

    def delete_variable(self, name: str) -> None:
        """Remove the variable of that name."""
        self._request("DELETE", f"{self.api_path}/variables/{segment(checked_variable(name))}")

    @computed
    def environments(self) -> PaginatedList[Environment]:
        """Where its code runs."""
        return self.client.list(f"{self.api_path}/environments", self.client.Environment, self)

    @computed
    def deployments(self) -> PaginatedList[Deployment]:
        """What was put into its environments, newest first."""
        return self.client.list(
            f"{self.api_path}/deployments", self.client.Deployment, self, params={"order_by": "id", "sort": "desc"}
        )

    def create_deployment(self, ref: str, environment: str, description: str = "") -> Deployment:
        """``POST /projects/:id/deployments``; it wants the commit and whether the ref is a tag: two more."""
        home: Any = self
        commit = home.get_commit(nonempty(ref))
        body = {
            "ref": ref,
            "sha": commit.sha,
            "tag": self._is_tag(ref),
            "environment": nonempty(environment),
            "status": "running",
        }
        data = self._request("POST", f"{self.api_path}/deployments", json=body).data
        return self.client.Deployment.from_data(data, self.client, self)

    def _is_tag(self, ref: str) -> bool:
        try:
            self.client.get(f"{self.api_path}/repository/tags/{segment(ref, 'ref')}")
        except ElementDoesntExistError:
            return False
        return True
