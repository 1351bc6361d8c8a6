"""What runs for a repository on GitHub: workflow runs, variables and secrets, environments and deployments.

Sources: https://docs.github.com/en/rest/actions, …/rest/deployments
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from igitt._base.paths import segment
from igitt._http.pagination import WholeList
from igitt._objects.steps import Patience
from igitt.errors import ElementDoesntExistError, InvalidResponseError, UnsupportedOperationError, ValidationError
from igitt.github.base import GitHubResource
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import instant, nonempty, optional_instant, text, without_none
from igitt.interfaces.deployment import Deployment, Environment
from igitt.interfaces.enums import Status
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.pipeline import Pipeline
from igitt.interfaces.repository_ci import RepositoryCI, Variable, checked_variable
from igitt.interfaces.shapes import shaped

__all__ = ["GitHubRepositoryCI"]

#: What GitHub's filter calls a status (https://docs.github.com/en/rest/actions/workflow-runs).
_FILTERED = {
    Status.PENDING: "queued",
    Status.RUNNING: "in_progress",
    Status.SUCCESS: "success",
    Status.FAILED: "failure",
    Status.CANCELED: "cancelled",
    Status.SKIPPED: "skipped",
}


def _variable(data: Mapping[str, Any]) -> Variable:
    when = optional_instant(data.get("updated_at"))
    return Variable(text(data.get("name")), text(data.get("value")), is_secret=False, updated=when)


def _secret(data: Mapping[str, Any]) -> Variable:
    return Variable(text(data.get("name")), None, is_secret=True, updated=optional_instant(data.get("updated_at")))


class GitHubRepositoryCI(GitHubResource, RepositoryCI):
    """The part of a repository of GitHub that is about what runs for it."""

    __slots__ = ()
    kind = ""  # a part, no thing of its own

    @computed
    def pipelines(self) -> PaginatedList[Pipeline]:
        """Its workflow runs, newest first."""
        return self.filter_pipelines()

    def filter_pipelines(
        self, ref: str | None = None, sha: str | None = None, status: Status | None = None
    ) -> PaginatedList[Pipeline]:
        """``GET /repos/{owner}/{repo}/actions/runs``."""
        if status is not None and status not in _FILTERED:
            raise ValidationError(f"GitHub's runs stand as one of {', '.join(map(str, _FILTERED))}, not {status!r}")
        params = {"branch": ref, "head_sha": sha, "status": None if status is None else _FILTERED[status]}
        return self.client.list(
            f"{self.api_path}/actions/runs", self.client.Pipeline, self, items="workflow_runs", params=params
        )

    def get_pipeline(self, number: int) -> Pipeline:
        """The run of that id; sends nothing."""
        return self.client.Pipeline(self.client, self, number)

    def run_pipeline(
        self, ref: str | None = None, variables: Mapping[str, str] | None = None, workflow: str | None = None
    ) -> Pipeline:
        """``POST …/actions/workflows/{workflow_id}/dispatches``.

        GitHub names the run since 2026; an instance that does not is asked for the newest run that was started so.
        """
        if workflow is None:
            raise ValidationError('GitHub runs a workflow: run_pipeline(workflow="test.yml")')
        home: Any = self
        branch = home.default_branch if ref is None else nonempty(ref)
        inputs = {checked_variable(name): value for name, value in (variables or {}).items()}
        path = f"{self.api_path}/actions/workflows/{segment(nonempty(workflow), 'workflow')}"
        began = self.client.transport.now()
        body = {"ref": branch, "inputs": inputs, "return_run_details": True}
        data = self._request("POST", f"{path}/dispatches", json=body).data
        if isinstance(data, dict) and data.get("workflow_run_id"):
            return self.client.Pipeline(self.client, self, data["workflow_run_id"])
        patience, params = Patience(self.client.transport), {"event": "workflow_dispatch", "branch": branch}
        while True:
            found = self.client.get(f"{path}/runs", params=params)
            with shaped("runs of a workflow"):
                for run in found.get("workflow_runs") or ():
                    if instant(run.get("created_at")).timestamp() >= began - 5:
                        return self.client.Pipeline.from_data(run, self.client, self)
            if not patience.wait():
                raise InvalidResponseError("GitHub started the workflow, and does not name its run yet; see pipelines")

    @computed
    def variables(self) -> PaginatedList[Variable]:
        """Its variables, then the names of its secrets."""

        def read() -> list[Variable]:
            known = self.client.list_of(f"{self.api_path}/actions/variables", _variable, items="variables")
            hidden = self.client.list_of(f"{self.api_path}/actions/secrets", _secret, items="secrets")
            return [*known, *hidden]

        return WholeList(f"{self._label()} variables", read)

    def set_variable(self, name: str, value: str, *, secret: bool = False) -> None:
        """One request for a variable that is there, two for a new one or a secret."""
        checked_variable(name)
        if secret:
            self._set_secret(name, value)
            return
        path = f"{self.api_path}/actions/variables"
        try:
            self._request("PATCH", f"{path}/{segment(name)}", json={"name": name, "value": value})
        except ElementDoesntExistError:
            self._request("POST", path, json={"name": name, "value": value})

    def _set_secret(self, name: str, value: str) -> None:
        try:
            public: Any = import_module("nacl.public")
        except ImportError:
            raise UnsupportedOperationError(
                "GitHub takes a secret encrypted, and PyNaCl, which can do that, is not installed: "
                'pip install "igitt[secrets]"'
            ) from None
        key = self.client.get(f"{self.api_path}/actions/secrets/public-key")
        with shaped("a public key"):
            box = public.SealedBox(public.PublicKey(base64.b64decode(text(key.get("key")))))
            number = text(key.get("key_id"))
        body = {"encrypted_value": base64.b64encode(box.encrypt(value.encode())).decode(), "key_id": number}
        self._request("PUT", f"{self.api_path}/actions/secrets/{segment(name)}", json=body)

    def delete_variable(self, name: str) -> None:
        """Remove the variable of that name, or the secret where there is none."""
        path, end = f"{self.api_path}/actions", segment(checked_variable(name))
        try:
            self._request("DELETE", f"{path}/variables/{end}")
        except ElementDoesntExistError:
            self._request("DELETE", f"{path}/secrets/{end}")

    @computed
    def environments(self) -> PaginatedList[Environment]:
        """Where its code runs."""
        return self.client.list(f"{self.api_path}/environments", self.client.Environment, self, items="environments")

    @computed
    def deployments(self) -> PaginatedList[Deployment]:
        """What was put into its environments, newest first."""
        return self.client.list(f"{self.api_path}/deployments", self.client.Deployment, self)

    def create_deployment(self, ref: str, environment: str, description: str = "") -> Deployment:
        """``POST /repos/{owner}/{repo}/deployments``; nothing is merged into the ref."""
        body = without_none(
            ref=nonempty(ref), environment=nonempty(environment), description=description or None, auto_merge=False
        )
        data = self._request("POST", f"{self.api_path}/deployments", json=body).data
        return self.client.Deployment.from_data(data, self.client, self)
