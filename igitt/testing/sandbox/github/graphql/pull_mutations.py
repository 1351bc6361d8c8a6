"""The mutations of pull requests, their reviews and threads, and what all mutations need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model, work
from igitt.testing.sandbox.executor import Edge, Refusal, cursor
from igitt.testing.sandbox.github.graphql.remarks import EMOJI

if TYPE_CHECKING:
    from igitt.testing.sandbox.github.graphql.things import Asking
    from igitt.testing.sandbox.model import Issue, MergeRequest, Repository, User


class PullMutations:
    """Mutations of pull requests."""

    kind = "Query"

    def __init__(self, asking: Asking) -> None:
        self.asking = asking

    @property
    def id(self) -> str:
        """The global id of the whole, which is a node too."""
        return "MTpRdWVyeQ=="

    # ---- what all mutations need

    @property
    def me(self) -> User:
        """Who asks."""
        if self.asking.me is None:
            raise self.asking.forbidden()
        return self.asking.me

    @property
    def actor(self) -> Any:
        """Who does it."""
        return self.asking.thing(self.me)

    def find(self, number: str, *kinds: str) -> Any:
        """A thing of one of some types by its global id."""
        from igitt.testing.sandbox.github.graphql.root import find_node  # noqa: PLC0415  which inherits this

        found = find_node(self.asking, number)
        if found.kind not in kinds:
            text = f"Could not resolve to {kinds[0] if len(kinds) == 1 else 'a'} node with the global id of '{number}'."
            raise Refusal("NOT_FOUND", text)
        return found

    def home(self, number: str) -> Repository:
        """A repository by its global id."""
        found: Repository = self.find(number, "Repository").one
        return found

    @staticmethod
    def path(one: Issue) -> str:
        """REST's path of an issue or pull request."""
        return f"/repositories/{one.repository.id}/issues/{one.number}"

    @staticmethod
    def pull_path(one: MergeRequest) -> str:
        """REST's path of a pull request."""
        return f"/repositories/{one.repository.id}/pulls/{one.number}"

    def patch(self, one: Issue, data: dict[str, Any], action: str) -> None:
        """Changes an issue or pull request, with REST's rights."""
        triage = {"assignees", "labels", "milestone"} & data.keys()
        if triage and self.asking.level(one.repository) < model.TRIAGE:
            raise self.asking.forbidden(action)
        self.asking.send("PATCH", self.path(one), data, action)

    def logins(self, numbers: list[str]) -> list[str]:
        """The logins of some people."""
        return [self.find(one, "User", "Bot").one.login for one in numbers]

    def names(self, numbers: list[str]) -> list[str]:
        """The names of some labels."""
        return [self.find(one, "Label").name for one in numbers]

    def fields(self, assignees: list[str] | None, labels: list[str] | None, milestone: str | None) -> dict[str, Any]:
        """What REST wants for the people, labels and milestone of an input; an empty milestone is none given."""
        data: dict[str, Any] = {}
        if assignees is not None:
            data["assignees"] = self.logins(assignees)
        if labels is not None:
            data["labels"] = self.names(labels)
        if milestone != "":
            data["milestone"] = self.find(milestone, "Milestone").number if milestone else None
        return data

    def _reactions(self, number: str, content: str) -> tuple[Any, str, str]:
        found = self.find(number, "Issue", "PullRequest", "IssueComment", "PullRequestReviewComment")
        base = f"/repositories/{found.one.repository.id}"
        where = {"IssueComment": "issues/comments", "PullRequestReviewComment": "pulls/comments"}.get(found.kind)
        path = f"{base}/{where}/{found.one.id}" if where else self.path(found.one)
        word = next(key for key, value in EMOJI.items() if value == content)
        return found, f"{path}/reactions", word

    # ---- pull requests

    def _pull(self, number: str) -> MergeRequest:
        found: MergeRequest = self.find(number, "PullRequest").one
        return found

    def _writer(self, one: MergeRequest, action: str, *, or_author: bool) -> None:
        own = or_author and self.asking.me is one.author
        self.asking.demand(one.repository, "pull_requests", model.WRITE, action, own=own)

    def create_pull_request(
        self,
        *,
        repository_id: str,
        base_ref_name: str,
        head_ref_name: str,
        title: str,
        body: str | None = None,
        draft: bool = False,
        maintainer_can_modify: bool = True,
        head_repository_id: str | None = None,
    ) -> Any:
        """Opens a pull request."""
        home = self.home(repository_id)
        head = head_ref_name
        if head_repository_id is not None and ":" not in head:
            head = f"{self.home(head_repository_id).owner.login}:{head}"
        data = {
            "title": title, "body": body, "head": head, "base": base_ref_name.removeprefix("refs/heads/"),
            "draft": draft, "maintainer_can_modify": maintainer_can_modify,
        }  # fmt: skip
        if ":" not in head and head not in home.branches:
            text = f"Head sha can't be blank, Base sha can't be blank, No commits between {data['base']} and {head}"
            raise Refusal("UNPROCESSABLE", f"{text}, Head ref must be a branch")
        made = self.asking.send("POST", f"/repositories/{home.id}/pulls", data, "CreatePullRequest")
        return {"pull_request": self.asking.thing(home.merge_requests[made["number"]])}

    def update_pull_request(
        self,
        *,
        pull_request_id: str,
        title: str | None = None,
        body: str | None = None,
        state: str | None = None,
        base_ref_name: str | None = None,
        assignee_ids: list[str] | None = None,
        label_ids: list[str] | None = None,
        milestone_id: str | None = "",
    ) -> Any:
        """Changes a pull request."""
        one = self._pull(pull_request_id)
        data = {"title": title, "body": body, "state": state and state.lower(), "base": base_ref_name}
        data = {key: value for key, value in data.items() if value is not None}
        if data:
            self.asking.send("PATCH", self.pull_path(one), data, "UpdatePullRequest")
        more = self.fields(assignee_ids, label_ids, milestone_id)
        if more:
            self.patch(one, more, "UpdatePullRequest")
        return {"pull_request": self.asking.thing(one), "actor": self.actor}

    def close_pull_request(self, pull_request_id: str) -> Any:
        """Closes a pull request."""
        one = self._pull(pull_request_id)
        self.asking.send("PATCH", self.pull_path(one), {"state": "closed"}, "ClosePullRequest")
        return {"pull_request": self.asking.thing(one)}

    def reopen_pull_request(self, pull_request_id: str) -> Any:
        """Opens it again; one that is merged cannot be."""
        one = self._pull(pull_request_id)
        if one.merged_at:
            raise Refusal("UNPROCESSABLE", "Could not open the pull request.")
        self.asking.send("PATCH", self.pull_path(one), {"state": "open"}, "ReopenPullRequest")
        return {"pull_request": self.asking.thing(one)}

    def merge_pull_request(
        self,
        pull_request_id: str,
        merge_method: str = "MERGE",
        commit_headline: str | None = None,
        commit_body: str | None = None,
        expected_head_oid: str | None = None,
    ) -> Any:
        """Merges a pull request."""
        one = self._pull(pull_request_id)
        data = {
            "merge_method": merge_method.lower(), "commit_title": commit_headline, "commit_message": commit_body,
            "sha": expected_head_oid,
        }  # fmt: skip
        data = {key: value for key, value in data.items() if value is not None}
        self.asking.send("PUT", f"{self.pull_path(one)}/merge", data, "MergePullRequest")
        return {"pull_request": self.asking.thing(one), "actor": self.actor}

    def mark_pull_request_ready_for_review(self, pull_request_id: str) -> Any:
        """Ends the draft."""
        return self._draft(pull_request_id, "MarkPullRequestReadyForReview", draft=False)

    def convert_pull_request_to_draft(self, pull_request_id: str) -> Any:
        """Makes it a draft."""
        return self._draft(pull_request_id, "ConvertPullRequestToDraft", draft=True)

    def _draft(self, number: str, action: str, *, draft: bool) -> Any:
        one = self._pull(number)
        self._writer(one, action, or_author=True)
        work.edit_issue(self.asking.world, one, self.me, draft=draft)
        return {"pull_request": self.asking.thing(one)}

    def enable_pull_request_auto_merge(
        self,
        pull_request_id: str,
        merge_method: str = "MERGE",
        commit_headline: str | None = None,
        commit_body: str | None = None,
        expected_head_oid: str | None = None,
    ) -> Any:
        """Lets it wait for its checks, and be merged then."""
        one = self._pull(pull_request_id)
        self._writer(one, "EnablePullRequestAutoMerge", or_author=False)
        if not one.repository.extra.get("merge settings", {}).get("allow_auto_merge"):
            raise Refusal("UNPROCESSABLE", "Pull request Auto merge is not allowed for this repository")
        if expected_head_oid not in {None, one.head_sha}:
            text = "Pull request Head branch was modified. Review and try the merge again."
            raise Refusal("UNPROCESSABLE", text)
        if gitdata.states_of(one.repository, one.head_sha) <= {"success"}:
            raise Refusal("UNPROCESSABLE", "Pull request Pull request is in clean status")
        parts = (commit_headline, commit_body) if commit_headline else ()
        message = "\n\n".join(part for part in parts if part) or None
        one.extra["auto_merge"] = {"by": self.me, "method": merge_method.lower(), "message": message}
        return {"pull_request": self.asking.thing(one), "actor": self.actor}

    def disable_pull_request_auto_merge(self, pull_request_id: str) -> Any:
        """Ends that."""
        one = self._pull(pull_request_id)
        self._writer(one, "DisablePullRequestAutoMerge", or_author=False)
        if one.extra.pop("auto_merge", None) is None:
            raise Refusal("UNPROCESSABLE", "Can't disable auto-merge for this pull request.")
        return {"pull_request": self.asking.thing(one), "actor": self.actor}

    def update_pull_request_branch(
        self, pull_request_id: str, expected_head_oid: str | None = None, update_method: str = "MERGE"
    ) -> Any:
        """Brings the branch up to date by a merge."""
        one = self._pull(pull_request_id)
        if update_method != "MERGE":
            raise self.asking.not_played(f"updatePullRequestBranch(updateMethod: {update_method})")
        data = {"expected_head_sha": expected_head_oid} if expected_head_oid else {}
        self.asking.send("PUT", f"{self.pull_path(one)}/update-branch", data, "UpdatePullRequestBranch")
        return {"pull_request": self.asking.thing(one)}

    # ---- reviews

    def request_reviews(
        self,
        pull_request_id: str,
        user_ids: list[str] | None = None,
        team_ids: list[str] | None = None,
        union: bool = False,
    ) -> Any:
        """Asks these people and teams for a review; without ``union`` nobody else."""
        teams = [self.find(one, "Team").slug for one in team_ids or ()]
        return self._ask(self._pull(pull_request_id), self.logins(user_ids or []), teams, union=union)

    def _ask(self, one: MergeRequest, people: list[str], teams: list[str], *, union: bool) -> Any:
        path = f"{self.pull_path(one)}/requested_reviewers"
        if people or teams:
            data = {"reviewers": people, "team_reviewers": teams}
            self.asking.send("POST", path, data, "RequestReviews")
        wanted = {name.lower() for name in people}
        rest = [user.login for user in one.reviewers if user.login.lower() not in wanted]
        groups = [team.slug for team in one.team_reviewers if team.slug not in teams]
        if (rest or groups) and not union:
            self.asking.send("DELETE", path, {"reviewers": rest, "team_reviewers": groups}, "RequestReviews")
        edges = [Edge(self.asking.thing(user), cursor(place)) for place, user in enumerate(one.reviewers, 1)]
        found = self.asking.thing(one)
        return {"pull_request": found, "actor": self.actor, "requested_reviewers_edge": edges[-1] if edges else None}

    def add_pull_request_review(
        self,
        pull_request_id: str,
        body: str | None = None,
        event: str | None = None,
        commit_oid: str | None = None,
        threads: list[dict[str, Any]] | None = None,
    ) -> Any:
        """Reviews, with threads on lines of the diff; without an event it stays pending."""
        one = self._pull(pull_request_id)
        comments = [
            {
                "path": each["path"],
                "line": each.get("line"),
                "side": each.get("side") or "RIGHT",
                "body": each["body"],
                "start_line": each.get("start_line"),
                "start_side": each.get("start_side"),
            }
            for each in threads or ()
        ]
        data = {"body": body, "event": event, "commit_id": commit_oid, "comments": comments}
        data = {key: value for key, value in data.items() if value is not None}
        made = self.asking.send("POST", f"{self.pull_path(one)}/reviews", data, "AddPullRequestReview")
        found = self.asking.thing(next(each for each in one.reviews if each.id == made["id"]), one)
        return {"pull_request_review": found, "review_edge": Edge(found, cursor(len(one.reviews)))}

    def submit_pull_request_review(
        self,
        event: str,
        pull_request_id: str | None = None,
        pull_request_review_id: str | None = None,
        body: str | None = None,
    ) -> Any:
        """Sends a pending review off."""
        if pull_request_review_id is not None:
            found = self.find(pull_request_review_id, "PullRequestReview")
        else:
            one = self._pull(pull_request_id or "")
            mine = [each for each in one.reviews if each.author is self.asking.me and each.submitted is None]
            if not mine:
                raise Refusal("NOT_FOUND", "Could not find a pending review for this pull request.")
            found = self.asking.thing(mine[-1], one)
        path = f"{self.pull_path(found.home)}/reviews/{found.one.id}/events"
        self.asking.send("POST", path, {"event": event, "body": body}, "SubmitPullRequestReview")
        return {"pull_request_review": found}

    def dismiss_pull_request_review(self, pull_request_review_id: str, message: str) -> Any:
        """Dismisses a review."""
        found = self.find(pull_request_review_id, "PullRequestReview")
        path = f"{self.pull_path(found.home)}/reviews/{found.one.id}/dismissals"
        self.asking.send("PUT", path, {"message": message}, "DismissPullRequestReview")
        return {"pull_request_review": found}

    def add_pull_request_review_thread_reply(self, pull_request_review_thread_id: str, body: str) -> Any:
        """Answers in a thread."""
        found = self.find(pull_request_review_thread_id, "PullRequestReviewThread")
        one = found.pull_request.one
        path = f"{self.pull_path(one)}/comments/{found.found[0].id}/replies"
        self.asking.send("POST", path, {"body": body}, "AddPullRequestReviewThreadReply")
        return {"comment": self.asking.thing(one.review_comments[-1])}

    def resolve_review_thread(self, thread_id: str) -> Any:
        """Settles a thread."""
        return self._settle(thread_id, "ResolveReviewThread", done=True)

    def unresolve_review_thread(self, thread_id: str) -> Any:
        """Opens it again."""
        return self._settle(thread_id, "UnresolveReviewThread", done=False)

    def _settle(self, number: str, action: str, *, done: bool) -> Any:
        found = self.find(number, "PullRequestReviewThread")
        one = found.pull_request.one
        own = self.asking.me is one.author
        self.asking.demand(one.repository, "pull_requests", model.WRITE, action, own=own)
        found.settle(done=done)
        return {"thread": found}
