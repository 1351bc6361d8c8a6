"""What people write, and what others make of it: the fields of every text, comments and reactions."""

from __future__ import annotations

import html
from typing import Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github.graphql.things import Thing
from igitt.testing.sandbox.github.shapes.accounts import association
from igitt.testing.sandbox.github.shapes.issues import page_of
from igitt.testing.sandbox.model import Comment, MergeRequest, Reaction

EMOJI = {
    "+1": "THUMBS_UP", "-1": "THUMBS_DOWN", "laugh": "LAUGH", "hooray": "HOORAY", "confused": "CONFUSED",
    "heart": "HEART", "rocket": "ROCKET", "eyes": "EYES",
}  # fmt: skip


class Said(Thing):
    """What somebody wrote: a text with an author."""

    one: Any

    @property
    def author(self) -> Any:
        """Who wrote it."""
        return self.asking.thing(self.one.author)

    @property
    def author_association(self) -> str:
        """What the author is to the repository."""
        return association(self.one.repository, self.one.author)

    @property
    def body(self) -> str:
        """The text."""
        return self.one.body or ""

    body_text = body

    @property
    def body_html(self) -> str:
        """The text as a page shows it."""
        return f'<p dir="auto">{html.escape(self.body, quote=False)}</p>' if self.body else ""

    @property
    def created_via_email(self) -> bool:
        """Never here."""
        return False

    @property
    def editor(self) -> Any:
        """Who changed the text last: nobody is remembered."""
        return None

    @property
    def last_edited_at(self) -> Any:
        """When."""
        return None

    @property
    def includes_created_edit(self) -> bool:
        """Whether the first edit is the making."""
        return False

    @property
    def published_at(self) -> Any:
        """When it was made."""
        return self.one.created

    @property
    def viewer_did_author(self) -> bool:
        """Whether the one who asks wrote it."""
        return self.one.author is self.asking.me

    @property
    def viewer_can_update(self) -> bool:
        """Whether the one who asks may change it."""
        return self.viewer_did_author or self.asking.level(self.one.repository) >= model.TRIAGE

    @property
    def viewer_can_react(self) -> bool:
        """Whether the one who asks may react."""
        return self.asking.me is not None

    @property
    def repository(self) -> Any:
        """Where it stands."""
        return self.asking.thing(self.one.repository)

    def reactions(self, content: str | None = None) -> list[Any]:
        """What people make of it."""
        found = [one for one in self.one.reactions if content in {None, EMOJI[one.content]}]
        return self.asking.things(found, self.one)

    def reaction_groups(self) -> list[Any]:
        """The same by emoji, each once."""
        return [ReactionGroup(self.asking, self, word) for word in EMOJI]


class ReactionGroup:
    """The reactions of one emoji."""

    kind = "ReactionGroup"

    def __init__(self, asking: Any, subject: Said, word: str) -> None:
        self.asking = asking
        self.subject = subject
        self.content = EMOJI[word]
        self.found = [one for one in subject.one.reactions if one.content == word]

    @property
    def created_at(self) -> Any:
        """When the first was given."""
        return self.found[0].created if self.found else None

    @property
    def viewer_has_reacted(self) -> bool:
        """Whether the one who asks is among them."""
        return any(one.user is self.asking.me for one in self.found)

    def users(self) -> list[Any]:
        """Who gave them."""
        found: list[Any] = self.asking.things(one.user for one in self.found)
        return found

    reactors = users


class Reacted(Thing, models=[Reaction]):
    """A reaction."""

    kind = "Reaction"
    prefix = "REA_lADO"

    def __init__(self, asking: Any, one: Reaction, home: Any) -> None:
        super().__init__(asking, one)
        self.home = home

    @property
    def content(self) -> str:
        """The emoji."""
        return EMOJI[self.one.content]

    @property
    def user(self) -> Any:
        """Who gave it."""
        return self.asking.thing(self.one.user)


class Remark(Said, models=[Comment]):
    """A comment: on an issue, a diff or a commit."""

    @property
    def kind(self) -> str:  # type: ignore[override]
        """The type."""
        return {"issue": "IssueComment", "review": "PullRequestReviewComment", "commit": "CommitComment"}[self.one.kind]

    @property
    def id(self) -> str:
        """The global id."""
        return f"{ {'issue': 'IC', 'review': 'PRRC', 'commit': 'CC'}[self.one.kind] }_kwDO{self.one.id}"

    @property
    def url(self) -> str:
        """Its place on the page."""
        forge, one = self.asking.forge, self.one
        if one.kind == "commit":
            return f"{forge.url}/{one.repository.full_name}/commit/{one.target.sha}#commitcomment-{one.id}"
        mark = f"#discussion_r{one.id}" if one.kind == "review" else f"#issuecomment-{one.id}"
        return page_of(forge, one.target) + mark

    @property
    def issue(self) -> Any:
        """What it is below; a pull request is one too, and has no type of an issue."""
        return None if isinstance(self.one.target, MergeRequest) else self.asking.thing(self.one.target)

    @property
    def pull_request(self) -> Any:
        """The pull request that it is below."""
        return self.asking.thing(self.one.target) if isinstance(self.one.target, MergeRequest) else None

    @property
    def is_minimized(self) -> bool:
        """Whether it is hidden."""
        return "minimized" in self.one.extra

    @property
    def minimized_reason(self) -> Any:
        """Why."""
        return self.one.extra.get("minimized")

    @property
    def viewer_can_minimize(self) -> bool:
        """Whether the one who asks may hide it."""
        return self.asking.level(self.one.repository) >= model.TRIAGE

    @property
    def viewer_can_delete(self) -> bool:
        """Whether the one who asks may remove it."""
        return self.viewer_did_author or self.asking.level(self.one.repository) >= model.WRITE

    # ---- on a diff or a commit

    @property
    def path(self) -> Any:
        """The file."""
        return self.one.path

    @property
    def line(self) -> Any:
        """The line."""
        return self.one.line

    original_line = line

    @property
    def position(self) -> Any:
        """The line in the diff."""
        return self.one.position if self.one.position is not None else self.one.line

    @property
    def original_position(self) -> int:
        """The same, when it was made."""
        return self.position or 1

    @property
    def diff_hunk(self) -> str:
        """The part of the diff."""
        return str(self.one.extra.get("diff_hunk", "@@ -1 +1 @@"))

    @property
    def outdated(self) -> bool:
        """Whether the diff no longer has the line: not followed here."""
        return False

    @property
    def state(self) -> str:
        """Whether it was sent off with its review."""
        review = self.one.review
        return "PENDING" if review is not None and review.submitted is None else "SUBMITTED"

    @property
    def commit(self) -> Any:
        """The commit that it is about."""
        found = self.one.repository.commits.get(self.one.commit_sha or getattr(self.one.target, "sha", None))
        return self.asking.thing(found, self.one.repository)

    @property
    def original_commit(self) -> Any:
        """Likewise."""
        return self.commit

    @property
    def pull_request_review(self) -> Any:
        """The review that it is part of."""
        return self.asking.thing(self.one.review, self.one.target) if self.one.review else None

    @property
    def reply_to(self) -> Any:
        """What it answers."""
        known = getattr(self.one.target, "review_comments", ())
        return self.asking.thing(next((one for one in known if one.id == self.one.in_reply_to), None))
