"""The mutations of GitHub's GraphQL that are played.

What REST does too is done by its routes, so that rights and rules stand in one place; the rest is here.
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from igitt.testing.sandbox import gitdata, model, work
from igitt.testing.sandbox.executor import Edge, Refusal, cursor
from igitt.testing.sandbox.github import protection
from igitt.testing.sandbox.github.graphql.accounts import find_repository
from igitt.testing.sandbox.github.graphql.pull_mutations import PullMutations

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Repository


class Mutations(PullMutations):
    """Mutations of issues, comments, labels, refs and repositories; those of pull requests are inherited."""

    # ---- issues

    def create_issue(
        self,
        *,
        repository_id: str,
        title: str,
        body: str | None = None,
        assignee_ids: list[str] | None = None,
        label_ids: list[str] | None = None,
        milestone_id: str | None = None,
    ) -> Any:
        """Opens an issue."""
        home = self.home(repository_id)
        data = {"title": title, "body": body, **self.fields(assignee_ids, label_ids, milestone_id)}
        made = self.asking.send("POST", f"/repositories/{home.id}/issues", data, "CreateIssue")
        return {"issue": self.asking.thing(home.issues[made["number"]])}

    def update_issue(
        self,
        *,
        id: str,  # noqa: A002  the field's name
        title: str | None = None,
        body: str | None = None,
        state: str | None = None,
        assignee_ids: list[str] | None = None,
        label_ids: list[str] | None = None,
        milestone_id: str | None = "",
    ) -> Any:
        """Changes an issue."""
        one = self.find(id, "Issue").one
        data = {"title": title, "body": body, "state": state and state.lower()}
        data = {key: value for key, value in data.items() if value is not None}
        data |= self.fields(assignee_ids, label_ids, milestone_id)
        self.patch(one, data, "UpdateIssue")
        return {"issue": self.asking.thing(one), "actor": self.actor}

    def close_issue(self, issue_id: str, state_reason: str | None = None, duplicate_issue_id: str | None = None) -> Any:
        """Closes an issue."""
        one = self.find(issue_id, "Issue").one
        if duplicate_issue_id is not None:
            self.find(duplicate_issue_id, "Issue")
        reason = (state_reason or "completed").lower()
        self.patch(one, {"state": "closed", "state_reason": reason}, "CloseIssue")
        return {"issue": self.asking.thing(one)}

    def reopen_issue(self, issue_id: str) -> Any:
        """Opens an issue again."""
        one = self.find(issue_id, "Issue").one
        self.patch(one, {"state": "open"}, "ReopenIssue")
        return {"issue": self.asking.thing(one)}

    def delete_issue(self, issue_id: str) -> Any:
        """Removes an issue: for who administers the repository."""
        one = self.find(issue_id, "Issue").one
        self.asking.demand(one.repository, "issues", model.OWN, "DeleteIssue")
        work.delete_issue(self.asking.world, one, self.me)
        one.repository.extra.setdefault("deleted", set()).add(one.number)
        return {"repository": self.asking.thing(one.repository)}

    def pin_issue(self, issue_id: str) -> Any:
        """Puts an issue at the head of the list: three at most."""
        one = self.find(issue_id, "Issue").one
        pinned = self._pinned(one.repository, "PinIssue")
        if len(pinned) >= 3 and one.id not in pinned:
            raise Refusal("UNPROCESSABLE", "Maximum 3 pinned issues per repository")
        pinned[one.id] = None
        return {"issue": self.asking.thing(one)}

    def unpin_issue(self, issue_id: str) -> Any:
        """Takes it from there."""
        one = self.find(issue_id, "Issue").one
        self._pinned(one.repository, "UnpinIssue").pop(one.id, None)
        return {"issue": self.asking.thing(one)}

    def _pinned(self, home: Repository, action: str) -> dict[int, None]:
        self.asking.demand(home, "issues", model.WRITE, action)
        found: dict[int, None] = home.extra.setdefault("pinned", {})
        return found

    def lock_lockable(self, lockable_id: str, lock_reason: str | None = None) -> Any:
        """Locks a conversation."""
        found = self.find(lockable_id, "Issue", "PullRequest")
        words = {"OFF_TOPIC": "off-topic", "TOO_HEATED": "too heated"}
        data = {"lock_reason": words.get(lock_reason, lock_reason.lower())} if lock_reason else {}
        self.asking.send("PUT", f"{self.path(found.one)}/lock", data, "LockLockable")
        return {"locked_record": found, "actor": self.actor}

    def unlock_lockable(self, lockable_id: str) -> Any:
        """Opens a conversation again."""
        found = self.find(lockable_id, "Issue", "PullRequest")
        self.asking.send("DELETE", f"{self.path(found.one)}/lock", None, "UnlockLockable")
        return {"unlocked_record": found, "actor": self.actor}

    def update_subscription(self, subscribable_id: str, state: str) -> Any:
        """Hears of an issue from now on, or no longer."""
        found = self.find(subscribable_id, "Issue", "PullRequest")
        (found.one.subscribers.add if state == "SUBSCRIBED" else found.one.subscribers.discard)(self.me.id)
        return {"subscribable": found}

    # ---- labels and people of issues and pull requests

    def add_labels_to_labelable(self, labelable_id: str, label_ids: list[str]) -> Any:
        """Adds labels."""
        found = self.find(labelable_id, "Issue", "PullRequest")
        data = {"labels": self.names(label_ids)}
        self.asking.send("POST", f"{self.path(found.one)}/labels", data, "AddLabelsToLabelable")
        return {"labelable": found}

    def remove_labels_from_labelable(self, labelable_id: str, label_ids: list[str]) -> Any:
        """Takes labels away; those that are not there do not matter."""
        found = self.find(labelable_id, "Issue", "PullRequest")
        gone = self.names(label_ids)
        data = {"labels": [one.name for one in found.one.labels if one.name not in gone]}
        self.asking.send("PUT", f"{self.path(found.one)}/labels", data, "RemoveLabelsFromLabelable")
        return {"labelable": found}

    def clear_labels_from_labelable(self, labelable_id: str) -> Any:
        """Takes all away."""
        found = self.find(labelable_id, "Issue", "PullRequest")
        self.asking.send("DELETE", f"{self.path(found.one)}/labels", None, "ClearLabelsFromLabelable")
        return {"labelable": found}

    def add_assignees_to_assignable(self, assignable_id: str, assignee_ids: list[str]) -> Any:
        """Assigns people."""
        found = self.find(assignable_id, "Issue", "PullRequest")
        data = {"assignees": self.logins(assignee_ids)}
        self.asking.send("POST", f"{self.path(found.one)}/assignees", data, "AddAssigneesToAssignable")
        return {"assignable": found}

    def remove_assignees_from_assignable(self, assignable_id: str, assignee_ids: list[str]) -> Any:
        """Takes people off."""
        found = self.find(assignable_id, "Issue", "PullRequest")
        data = {"assignees": self.logins(assignee_ids)}
        self.asking.send("DELETE", f"{self.path(found.one)}/assignees", data, "RemoveAssigneesFromAssignable")
        return {"assignable": found}

    # ---- comments and reactions

    def add_comment(self, subject_id: str, body: str) -> Any:
        """Says something below an issue or pull request."""
        found = self.find(subject_id, "Issue", "PullRequest")
        self.asking.send("POST", f"{self.path(found.one)}/comments", {"body": body}, "AddComment")
        made = self.asking.thing(found.one.comments[-1])
        edge = Edge(made, cursor(len(found.one.comments)))
        return {"subject": found, "comment_edge": edge, "timeline_edge": edge}

    def _comment(self, number: str, kind: str) -> tuple[Any, str]:
        found = self.find(number, kind)
        where = "issues" if kind == "IssueComment" else "pulls"
        return found, f"/repositories/{found.one.repository.id}/{where}/comments/{found.one.id}"

    def update_issue_comment(self, id: str, body: str) -> Any:  # noqa: A002  the field's name
        """Changes a comment."""
        found, path = self._comment(id, "IssueComment")
        self.asking.send("PATCH", path, {"body": body}, "UpdateIssueComment")
        return {"issue_comment": found}

    def delete_issue_comment(self, id: str) -> Any:  # noqa: A002  the field's name
        """Removes a comment."""
        _, path = self._comment(id, "IssueComment")
        self.asking.send("DELETE", path, None, "DeleteIssueComment")
        return {}

    def update_pull_request_review_comment(self, pull_request_review_comment_id: str, body: str) -> Any:
        """Changes a comment on the diff."""
        found, path = self._comment(pull_request_review_comment_id, "PullRequestReviewComment")
        self.asking.send("PATCH", path, {"body": body}, "UpdatePullRequestReviewComment")
        return {"pull_request_review_comment": found}

    def delete_pull_request_review_comment(self, id: str) -> Any:  # noqa: A002  the field's name
        """Removes a comment on the diff."""
        found, path = self._comment(id, "PullRequestReviewComment")
        review = found.pull_request_review
        self.asking.send("DELETE", path, None, "DeletePullRequestReviewComment")
        return {"pull_request_review_comment": found, "pull_request_review": review}

    def minimize_comment(self, subject_id: str, classifier: str) -> Any:
        """Hides a comment."""
        return {"minimized_comment": self._minimize(subject_id, classifier.lower(), "MinimizeComment")}

    def unminimize_comment(self, subject_id: str) -> Any:
        """Shows it again."""
        return {"unminimized_comment": self._minimize(subject_id, None, "UnminimizeComment")}

    def _minimize(self, number: str, reason: str | None, action: str) -> Any:
        found = self.find(number, "IssueComment", "PullRequestReviewComment", "CommitComment")
        own, home = found.viewer_did_author, found.one.repository
        self.asking.demand(home, "issues|pull_requests", model.TRIAGE, action, own=own)
        if reason is None:
            found.one.extra.pop("minimized", None)
        else:
            found.one.extra["minimized"] = reason
        return found

    def add_reaction(self, subject_id: str, content: str) -> Any:
        """Reacts."""
        found, path, word = self._reactions(subject_id, content)
        made = self.asking.send("POST", path, {"content": word}, "AddReaction")
        one = next(each for each in found.one.reactions if each.id == made["id"])
        return {"subject": found, "reaction": self.asking.thing(one, found.one),
                "reaction_groups": found.reaction_groups()}  # fmt: skip

    def remove_reaction(self, subject_id: str, content: str) -> Any:
        """Takes one's own reaction back."""
        found, path, word = self._reactions(subject_id, content)
        one = next((each for each in found.one.reactions if each.user is self.me and each.content == word), None)
        if one is not None:
            self.asking.send("DELETE", f"{path}/{one.id}", None, "RemoveReaction")
        return {"subject": found, "reaction": self.asking.thing(one, found.one) if one else None,
                "reaction_groups": found.reaction_groups()}  # fmt: skip

    # ---- labels of a repository

    def create_label(self, repository_id: str, name: str, color: str, description: str | None = None) -> Any:
        """Makes a label."""
        home = self.home(repository_id)
        data = {"name": name, "color": color, "description": description}
        self.asking.send("POST", f"/repositories/{home.id}/labels", data, "CreateLabel")
        return {"label": self.asking.thing(home.labels[name.lower()], home)}

    def update_label(
        self,
        id: str,  # noqa: A002  the field's name
        name: str | None = None,
        color: str | None = None,
        description: str | None = None,
    ) -> Any:
        """Changes a label."""
        found = self.find(id, "Label")
        data = {"new_name": name, "color": color, "description": description}
        data = {key: value for key, value in data.items() if value is not None}
        path = f"/repositories/{found.home.id}/labels/{quote(found.name, safe='')}"
        self.asking.send("PATCH", path, data, "UpdateLabel")
        return {"label": found}

    def delete_label(self, id: str) -> Any:  # noqa: A002  the field's name
        """Removes a label."""
        found = self.find(id, "Label")
        path = f"/repositories/{found.home.id}/labels/{quote(found.name, safe='')}"
        self.asking.send("DELETE", path, None, "DeleteLabel")
        return {}

    # ---- git

    def create_ref(self, repository_id: str, name: str, oid: str) -> Any:
        """Makes a branch or a tag."""
        home = self.home(repository_id)
        self.asking.send("POST", f"/repositories/{home.id}/git/refs", {"ref": name, "sha": oid}, "CreateRef")
        return {"ref": self.asking.thing(home).ref(name)}

    def update_ref(self, ref_id: str, oid: str, force: bool = False) -> Any:
        """Moves a branch or a tag."""
        found = self.find(ref_id, "Ref")
        path = f"/repositories/{found.home.id}/git/{found.one}"
        self.asking.send("PATCH", path, {"sha": oid, "force": force}, "UpdateRef")
        return {"ref": self.asking.thing(found.home).ref(found.one)}

    def delete_ref(self, ref_id: str) -> Any:
        """Removes a branch or a tag."""
        found = self.find(ref_id, "Ref")
        self.asking.send("DELETE", f"/repositories/{found.home.id}/git/{found.one}", None, "DeleteRef")
        return {}

    def create_commit_on_branch(
        self,
        branch: dict[str, Any],
        message: dict[str, str],
        expected_head_oid: str,
        file_changes: dict[str, Any] | None = None,
    ) -> Any:
        """Puts a commit on a branch that is where it is expected; GitHub signs it."""
        if branch.get("id"):
            ref = self.find(branch["id"], "Ref")
            home, name = ref.home, ref.name
        else:
            owner, _, word = str(branch.get("repository_name_with_owner")).partition("/")
            home, name = (
                find_repository(self.asking, owner, word).one,
                str(branch.get("branch_name")).removeprefix("refs/heads/"),
            )
        self.asking.demand(home, "contents", model.WRITE, "CreateCommitOnBranch")
        if name not in home.branches:
            raise Refusal("NOT_FOUND", f"Branch not found: {name}")
        if home.branches[name] != expected_head_oid:
            text = f'Expected branch to point to "{expected_head_oid}" but it did not. Pull and try again.'
            raise Refusal("STALE_DATA", text)
        reasons = protection.refusals(self.asking.request, home, name)
        if reasons:
            raise Refusal("UNPROCESSABLE", " ".join(reasons))
        changes: dict[str, str | None] = {}
        for one in (file_changes or {}).get("additions") or ():
            changes[one["path"]] = gitdata.text_of(b64decode(one.get("contents") or ""))
        known = home.commits[home.branches[name]].files
        for one in (file_changes or {}).get("deletions") or ():
            if one["path"] not in known:
                raise Refusal("UNPROCESSABLE", f"A path was requested for deletion which does not exist: {one['path']}")
            changes[one["path"]] = None
        text = "\n\n".join(part for part in (message["headline"], message.get("body")) if part)
        made = gitdata.commit(self.asking.world, home, text, changes, branch=name, author=self.me)
        home.extra.setdefault("signed", set()).add(made.sha)
        found = self.asking.thing(home).ref(f"refs/heads/{name}")
        return {"commit": self.asking.thing(made, home), "ref": found}

    # ---- repositories

    def create_repository(
        self,
        *,
        name: str,
        visibility: str,
        owner_id: str | None = None,
        description: str | None = None,
        homepage_url: str | None = None,
        has_issues_enabled: bool = True,
        has_wiki_enabled: bool = False,
    ) -> Any:
        """Makes a repository, empty."""
        owner = self.find(owner_id, "User", "Organization").one if owner_id else self.me
        data = {
            "name": name, "private": visibility != "PUBLIC", "visibility": visibility.lower(),
            "description": description, "homepage": homepage_url, "has_issues": has_issues_enabled,
            "has_wiki": has_wiki_enabled,
        }  # fmt: skip
        path = f"/orgs/{owner.login}/repos" if isinstance(owner, model.Organization) else "/user/repos"
        made = self.asking.send("POST", path, data, "CreateRepository")
        return {"repository": self.asking.thing(self.asking.world.repositories[made["id"]])}

    def archive_repository(self, repository_id: str) -> Any:
        """Lets a repository only be read."""
        return self._archive(repository_id, "ArchiveRepository", archived=True)

    def unarchive_repository(self, repository_id: str) -> Any:
        """Takes that back."""
        return self._archive(repository_id, "UnarchiveRepository", archived=False)

    def _archive(self, number: str, action: str, *, archived: bool) -> Any:
        home = self.home(number)
        self.asking.send("PATCH", f"/repositories/{home.id}", {"archived": archived}, action)
        return {"repository": self.asking.thing(home)}

    def update_repository(
        self,
        *,
        repository_id: str,
        name: str | None = None,
        description: str | None = None,
        homepage_url: str | None = None,
        has_issues_enabled: bool | None = None,
        has_wiki_enabled: bool | None = None,
    ) -> Any:
        """Changes a repository."""
        home = self.home(repository_id)
        data = {
            "name": name, "description": description, "homepage": homepage_url, "has_issues": has_issues_enabled,
            "has_wiki": has_wiki_enabled,
        }  # fmt: skip
        data = {key: value for key, value in data.items() if value is not None}
        self.asking.send("PATCH", f"/repositories/{home.id}", data, "UpdateRepository")
        return {"repository": self.asking.thing(home)}
