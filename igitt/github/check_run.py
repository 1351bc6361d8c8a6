"""GitHub's check runs (source: https://docs.github.com/en/rest/checks/runs)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, Unpack

from igitt._objects.resource import Field
from igitt._objects.steps import following
from igitt.errors import ValidationError
from igitt.github.base import GitHubPart
from igitt.github.commit import check_status
from igitt.interfaces.attributes import computed
from igitt.interfaces.check_run import Annotation, CheckRun, CheckRunFields
from igitt.interfaces.convert import integer, nonempty, optional_instant, optional_text, text, without_none
from igitt.interfaces.enums import Status
from igitt.interfaces.lists import PaginatedList

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.hoster import Hoster
    from igitt.interfaces.repository import Repository

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.hoster import Hoster
    from igitt.interfaces.repository import Repository

__all__ = ["GitHubCheckRun"]

_BATCH = 50
_WAITING = {Status.PENDING: "queued", Status.CREATED: "queued", Status.RUNNING: "in_progress"}
_CONCLUSIONS = {
    Status.SUCCESS: "success",
    Status.FAILED: "failure",
    Status.ERROR: "failure",
    Status.CANCELED: "cancelled",
    Status.SKIPPED: "skipped",
    Status.MANUAL: "action_required",
}
_OUTPUT = ("title", "summary", "text")
_LONG = frozenset({"summary", "text"})
#: So many bytes of a summary or a text GitHub takes.
_MOST = 65_535
_CUT = "\n\n… (the rest was cut: GitHub takes 65,535 bytes)"


class GitHubCheckRun(GitHubPart, CheckRun):
    """A check run. Only an App's installation can write one.

    Args:
        client: the client, or a token for github.com.
        scope: the repository.
        key: its id.
    """

    __slots__ = ()
    _collection = "check-runs"

    name = Field("name", text)
    sha = Field("head_sha", text)
    conclusion = Field("conclusion", optional_text)
    title = Field("output.title", text)
    summary = Field("output.summary", text)
    started = Field("started_at", optional_instant)
    finished = Field("completed_at", optional_instant)

    @classmethod
    def create(
        cls,
        client: Hoster | Token | str,
        scope: Repository | str | int,
        sha: str,
        name: str,
        **fields: Unpack[CheckRunFields],
    ) -> Self:
        """Report a check on a commit: one request for every fifty annotations, at least one.

        Args:
            client: the client of an App's installation.
            scope: the repository.
            sha: the full hash of the commit.
            name: what the check is called.
            fields: see :meth:`igitt.interfaces.CheckRun.edit`.
        """
        bound = cls._client_of(client)
        home: Any = scope if hasattr(scope, "api_path") else cls._scope_of(bound, scope)
        body, batches = _body(fields, nonempty(name), "")
        body |= {"name": name, "head_sha": sha}
        data = bound.request("POST", f"{home.api_path}/check-runs", json=body).data
        self = cls.from_data(data, bound, home)
        with following(self, "the check run was made before, without all of its annotations"):
            self._add(body, batches)
        return self

    @computed
    def status(self) -> Status:
        """How it stands."""
        if "status" not in self._data or "conclusion" not in self._data:
            self.refresh()
        return check_status(self._data)

    @computed
    def annotations(self) -> PaginatedList[Annotation]:
        """Its remarks on lines."""
        return self.client.list_of(f"{self.api_path}/annotations", _annotation)

    def _edit(self, fields: Mapping[str, Any]) -> None:
        needs_output = bool({*_OUTPUT, "annotations"} & fields.keys())
        known = (self.title or self.name, self.summary) if needs_output else ("", "")
        body, batches = _body(fields, *known)
        if body:
            self._write(body)
            with following(self, "the rest was written before, without all of its annotations"):
                self._add(body, batches)

    def _add(self, body: Mapping[str, Any], batches: list[list[Mapping[str, Any]]]) -> None:
        """The annotations that did not fit into the first request; GitHub wants title and summary with each."""
        for batch in batches:
            output = {key: body["output"][key] for key in ("title", "summary")}
            self._write({"output": {**output, "annotations": batch}})

    def rerequest(self) -> None:
        """Ask the App to run it again; ``POST …/rerequest``."""
        self._request("POST", f"{self.api_path}/rerequest")
        self._outdate()


def _body(fields: Mapping[str, Any], title: str, summary: str) -> tuple[dict[str, Any], list[list[Mapping[str, Any]]]]:
    """A request's body, and the annotations that are left for further ones.

    Args:
        fields: what is to be written.
        title: the heading, where the fields have none and there is output.
        summary: the summary, likewise.
    """
    unknown = fields.keys() - CheckRunFields.__annotations__.keys()
    if unknown:
        known = ", ".join(CheckRunFields.__annotations__)
        raise ValidationError(f"a check run has no field {', '.join(sorted(unknown))}; there are {known}")
    body: dict[str, Any] = {"details_url": fields["details_url"]} if "details_url" in fields else {}
    status = fields.get("status")
    if status is not None and status in _WAITING:
        body["status"] = _WAITING[status]
    elif status is not None and status not in _CONCLUSIONS:
        raise ValidationError(f"a check run cannot be {status}")
    conclusion = fields.get("conclusion") or (None if status is None else _CONCLUSIONS.get(status))
    if conclusion is not None:
        body |= {"status": "completed", "conclusion": conclusion}
    told = [_written(one) for one in fields.get("annotations") or ()]
    batches = [told[start : start + _BATCH] for start in range(0, len(told), _BATCH)]
    if batches or any(key in fields for key in _OUTPUT):
        given = {key: fields[key] for key in _OUTPUT if key in fields}
        given = {key: _fitting(value) if key in _LONG else value for key, value in given.items()}
        body["output"] = {"title": title, "summary": summary, **given}
        if batches:
            body["output"]["annotations"] = batches[0]
    return body, batches[1:]


def _fitting(words: Any) -> Any:
    """A text as GitHub takes it: a longer one is cut between two letters, and says so at its end."""
    raw = words.encode() if isinstance(words, str) else b""
    if len(raw) <= _MOST:
        return words
    return raw[: _MOST - len(_CUT.encode())].decode(errors="ignore") + _CUT


def _written(one: Annotation) -> Mapping[str, Any]:
    return without_none(
        path=one.path,
        start_line=one.start_line,
        end_line=one.end_line or one.start_line,
        annotation_level=one.level,
        message=one.message,
        title=one.title,
        raw_details=one.details,
    )


def _annotation(data: Any) -> Annotation:
    level = text(data.get("annotation_level"))
    return Annotation(
        text(data.get("path")),
        integer(data.get("start_line")),
        text(data.get("message")),
        level if level in {"notice", "warning", "failure"} else "notice",
        integer(data.get("end_line")),
        optional_text(data.get("title")) or None,
        optional_text(data.get("raw_details")) or None,
    )
