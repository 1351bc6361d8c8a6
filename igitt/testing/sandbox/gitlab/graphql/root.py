"""The entrances of GitLab's GraphQL, and the mutations that are played, which REST's routes do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox.executor import Refusal
from igitt.testing.sandbox.gitlab import context, meta
from igitt.testing.sandbox.gitlab.graphql.projects import Project
from igitt.testing.sandbox.gitlab.graphql.things import Goal, Group, Person, namespace, person, visible
from igitt.testing.sandbox.gitlab.graphql.tickets import Remark, Thread, Ticket, threads
from igitt.testing.sandbox.wire import ApiError, Request, dump

if TYPE_CHECKING:
    from collections.abc import Iterator

    from igitt.testing.sandbox.model import Issue

#: https://docs.gitlab.com/api/graphql/: what is said of what is not there and of what may not be done alike.
UNAVAILABLE = (
    "The resource that you are attempting to access does not exist or you don't have permission to perform this action"
)


def last_of(gid: Any) -> str:
    """The part of a global id behind the class; a mere number is taken too."""
    return str(gid).rpartition("/")[2]


class Root:
    """What a document starts from."""

    kind = "Query"

    def __init__(self, request: Request) -> None:
        self.request = request

    @property
    def current_user(self) -> Person | None:
        """Who asks; null for nobody."""
        return person(self.request, self.request.viewer.user, "CurrentUser")

    def user(self, id: str | None = None, username: str | None = None) -> Person | None:  # noqa: A002
        """A user by id or name."""
        found = self.request.world.user(username) if username else None
        if id is not None:
            found = next((one for one in self.request.world.users() if str(one.id) == last_of(id)), None)
        return person(self.request, found)

    def users(self, usernames: list[str] | None = None, search: str = "") -> list[Any]:
        """Users by names or a search."""
        wanted = None if usernames is None else {name.lower() for name in usernames}
        return [
            person(self.request, one) for one in self.request.world.users()
            if (wanted is None or one.login.lower() in wanted)
            and search.lower() in f"{one.login} {one.name or ''}".lower()
        ]  # fmt: skip

    def project(self, full_path: str) -> Project | None:
        """A project by its path: an old one is null, for GraphQL looks it up among routes and not among redirects."""
        found, old = self.request.world.repository(full_path)
        return None if found is None or old or not visible(self.request, [found]) else Project(self.request, found)

    def projects(
        self,
        search: str = "",
        membership: bool | None = None,
        ids: list[str] | None = None,
        full_paths: list[str] | None = None,
    ) -> list[Project]:
        """Projects."""
        world, me = self.request.world, self.request.viewer.user
        return [
            Project(self.request, one) for one in visible(self.request, world.repositories.values())
            if search.lower() in one.full_name.lower() and (not membership or world.level(me, one))
            and (ids is None or str(one.id) in map(last_of, ids))
            and (full_paths is None or one.full_name in full_paths)
        ]  # fmt: skip

    def group(self, full_path: str) -> Group | None:
        """A group by its path."""
        found = self.request.world.organization(full_path)
        return Group(self.request, found) if found and context.sees_group(self.request, found) else None

    def namespace(self, full_path: str) -> Any:
        """A user's or a group's."""
        found = self.request.world.account(full_path)
        return namespace(self.request, found) if found else None

    def _tickets(self) -> Iterator[Ticket]:
        for home in visible(self.request, self.request.world.repositories.values()):
            seen = [one for one in home.issues.values() if context.sees_issue(self.request, one)]
            yield from (Ticket(self.request, one) for one in [*seen, *home.merge_requests.values()])

    def _by_id(self, gid: str) -> Ticket | None:
        return next((one for one in self._tickets() if one.id == gid), None)

    def issue(self, id: str) -> Ticket | None:  # noqa: A002
        """An issue by its global id."""
        return self._by_id(id)

    def merge_request(self, id: str) -> Ticket | None:  # noqa: A002
        """A merge request by its global id."""
        return self._by_id(id)

    def note(self, id: str) -> Remark | None:  # noqa: A002
        """A note by its global id."""
        return next((note for one in self._tickets() for note in one.notes() if last_of(note.id) == last_of(id)), None)

    def milestone(self, id: str) -> Goal | None:  # noqa: A002
        """A milestone by its global id."""
        homes = visible(self.request, self.request.world.repositories.values())
        found = [(one, home) for home in homes for one in home.milestones.values() if str(one.id) == last_of(id)]
        return Goal(self.request, *found[0]) if found else None

    @property
    def metadata(self) -> Any:
        """The version; null for nobody."""
        known = {"kind": "Metadata", "version": meta.VERSION, "revision": meta.REVISION, "enterprise": True}
        return known if self.request.viewer.user else None

    def echo(self, text: str) -> str:
        """The text back, as the documentation's example has it."""
        name = self.request.viewer.user.login if self.request.viewer.user else None
        return f'"{name}" says: {text}' if name else f"nil says: {text}"

    @property
    def query_complexity(self) -> Any:
        """The limit; documents are not weighed here."""
        return {"kind": "QueryComplexity", "limit": 250, "score": 1}

    # ---- mutations

    def _send(self, method: str, path: str, data: dict[str, Any]) -> tuple[Any, list[str]]:
        """What REST does, with what it says against it."""
        body = dump({key: value for key, value in data.items() if value is not None})
        headers = {**self.request.headers, "content-type": "application/json"}
        inner = Request(self.request.forge, method, f"{context.routes.prefix}{path}", headers, body)
        inner.viewer = self.request.viewer
        try:
            return self.request.forge.answer_within(inner).data, []
        except ApiError as error:
            if error.status in {401, 403, 404}:
                raise Refusal("", UNAVAILABLE) from None
            said = error.message if error.message is not None else error.extra.get("error")
            return None, said_of(said)

    def _home(self, path: str) -> Project:
        found = self.project(path)
        if found is None or self.request.viewer.user is None:
            raise Refusal("", UNAVAILABLE)
        return found

    def _labels(self, home: Project, numbers: list[str] | None) -> str | None:
        if numbers is None:
            return None
        wanted = {last_of(one) for one in numbers}
        return ",".join(one.title for one in home.labels() if last_of(one.id) in wanted)

    def create_issue(self, project_path: str, title: str, **given: Any) -> Any:
        """Opens an issue."""
        home = self._home(project_path)
        names = given.get("labels")
        data = {
            "title": title, "description": given.get("description"), "confidential": given.get("confidential"),
            "labels": ",".join(names) if names else self._labels(home, given.get("label_ids")),
            "assignee_ids": [int(last_of(one)) for one in given.get("assignee_ids") or ()] or None,
            "milestone_id": given.get("milestone_id") and int(last_of(given["milestone_id"])),
            "due_date": given.get("due_date"),
        }  # fmt: skip
        made, errors = self._send("POST", f"/projects/{home.one.id}/issues", data)
        if made and given.get("locked"):
            self._send("PUT", f"/projects/{home.one.id}/issues/{made['iid']}", {"discussion_locked": True})
        return {"issue": home.issue(made["iid"]) if made else None, "errors": errors}

    def update_issue(self, project_path: str, iid: str, **given: Any) -> Any:
        """Changes an issue."""
        home = self._home(project_path)
        event = given.get("state_event")
        data = {key: given.get(key) for key in ("title", "description", "confidential", "due_date")}
        data |= {
            "discussion_locked": given.get("locked"), "state_event": event and event.lower(),
            "add_labels": self._labels(home, given.get("add_label_ids")),
            "remove_labels": self._labels(home, given.get("remove_label_ids")),
            "labels": self._labels(home, given.get("label_ids")),
            "milestone_id": given.get("milestone_id") and int(last_of(given["milestone_id"])),
        }  # fmt: skip
        path = f"/projects/{home.one.id}/issues/{iid}"
        _, errors = self._send("PUT", path, data) if any(one is not None for one in data.values()) else (None, [])
        if given.get("time_estimate"):
            errors += self._send("POST", f"{path}/time_estimate", {"duration": given["time_estimate"]})[1]
        return {"issue": home.issue(iid), "errors": errors}

    def create_note(
        self, noteable_id: str, body: str, internal: bool | None = None, discussion_id: str | None = None
    ) -> Any:
        """Says something below an issue or merge request."""
        found = self._by_id(noteable_id)
        if found is None:
            raise Refusal("", UNAVAILABLE)
        path = self._path(found.one)
        path += f"/discussions/{last_of(discussion_id)}/notes" if discussion_id else "/notes"
        made, errors = self._send("POST", path, {"body": body, "internal": internal})
        return {"note": self.note(made["id"]) if made and "id" in made else None, "errors": errors}

    @staticmethod
    def _path(one: Issue) -> str:
        word = "merge_requests" if one.kind == "merge_request" else "issues"
        return f"/projects/{one.repository.id}/{word}/{one.number}"

    def _note(self, gid: str) -> tuple[Remark, str]:
        found = self.note(gid)
        if found is None:
            raise Refusal("", UNAVAILABLE)
        return found, f"{self._path(found.one.target)}/notes/{found.one.id}"

    def update_note(self, id: str, body: str | None = None) -> Any:  # noqa: A002
        """Changes a note."""
        found, path = self._note(id)
        return {"errors": self._send("PUT", path, {"body": body})[1], "note": found}

    def destroy_note(self, id: str) -> Any:  # noqa: A002
        """Removes a note."""
        _, path = self._note(id)
        return {"errors": self._send("DELETE", path, {})[1], "note": None}

    def merge_request_create(self, project_path: str, labels: list[str] | None = None, **given: Any) -> Any:
        """Opens a merge request."""
        home = self._home(project_path)
        data = given | {"labels": ",".join(labels) if labels else None}
        made, errors = self._send("POST", f"/projects/{home.one.id}/merge_requests", data)
        return {"merge_request": home.merge_request(str(made["iid"])) if made else None, "errors": errors}

    def merge_request_update(self, project_path: str, iid: str, state: str | None = None, **given: Any) -> Any:
        """Changes a merge request."""
        event = {"OPEN": "reopen", "CLOSED": "close"}.get(state or "")
        return self._change(project_path, iid, given | {"state_event": event})

    def _change(self, path: str, iid: str, data: dict[str, Any]) -> Any:
        home = self._home(path)
        _, errors = self._send("PUT", f"/projects/{home.one.id}/merge_requests/{iid}", data)
        return {"merge_request": home.merge_request(iid), "errors": errors}

    def merge_request_set_draft(self, project_path: str, iid: str, draft: bool) -> Any:
        """Makes it a draft, or ends that: by its title, as GitLab does."""
        found = self._home(project_path).merge_request(iid)
        if found is None:
            raise Refusal("", UNAVAILABLE)
        title = str(found.one.title)
        bare = title.partition(": ")[2] if found.one.draft and title.lower().startswith("draft: ") else title
        return self._change(project_path, iid, {"title": f"Draft: {bare}" if draft else bare})

    def merge_request_accept(self, project_path: str, iid: str, sha: str, **given: Any) -> Any:
        """Merges it."""
        home = self._home(project_path)
        data = {
            "sha": sha, "squash": given.get("squash"), "merge_commit_message": given.get("commit_message"),
            "should_remove_source_branch": given.get("should_remove_source_branch"),
        }  # fmt: skip
        _, errors = self._send("PUT", f"/projects/{home.one.id}/merge_requests/{iid}/merge", data)
        return {"merge_request": home.merge_request(iid), "errors": errors}

    def discussion_toggle_resolve(self, id: str, resolve: bool) -> Any:  # noqa: A002
        """Settles a thread, or opens it again."""
        for one in self._tickets():
            if any(last_of(each.id) == last_of(id) for each in one.discussions()):
                path = f"{self._path(one.one)}/discussions/{last_of(id)}"
                _, errors = self._send("PUT", path, {"resolved": resolve})
                found = [each for each in threads(self.request, one.one.comments) if last_of(each.id) == last_of(id)]
                thread: Thread = found[0]
                return {"discussion": thread, "errors": errors}
        raise Refusal("", UNAVAILABLE)


def said_of(message: Any) -> list[str]:
    """REST's message as a list of sentences."""
    if isinstance(message, dict):
        return [
            f"{str(field).replace('_', ' ').capitalize()} {text}" for field, texts in message.items() for text in texts
        ]
    return [str(one) for one in message] if isinstance(message, list) else [str(message)]
