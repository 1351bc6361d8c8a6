"""Branches and tags as GitHub's GraphQL has them, with their rules and how two of them differ."""

from __future__ import annotations

from typing import Any

from igitt.testing.sandbox import gitdata
from igitt.testing.sandbox.github import protection
from igitt.testing.sandbox.github.graphql.things import Thing
from igitt.testing.sandbox.github.graphql.trees import Tag


class Ref(Thing):
    """A branch or a tag."""

    kind = "Ref"

    def __init__(self, asking: Any, name: str, home: Any) -> None:
        super().__init__(asking, name)
        self.home = home
        self.prefix = "refs/tags/" if name.startswith("refs/tags/") else "refs/heads/"  # type: ignore[misc]
        self.name = name.removeprefix(self.prefix)

    @property
    def id(self) -> str:
        """The global id: the repository and the whole name, as letters that travel."""
        return f"REF_kwDO{self.home.id}:{self.one}"

    @property
    def repository(self) -> Any:
        """Where it is."""
        return self.asking.thing(self.home)

    @property
    def target(self) -> Any:
        """What it points at."""
        if self.prefix == "refs/heads/":
            return self.asking.thing(self.home.commits[self.home.branches[self.name]], self.home)
        kept = self.home.extra["tags"][self.name]
        if kept["object"]:
            return Tag(self.asking, self.name, kept, self.home)
        return self.asking.thing(self.home.commits[kept["sha"]], self.home)

    def associated_pull_requests(
        self,
        states: list[str] | None = None,
        labels: list[str] | None = None,
        head_ref_name: str | None = None,
        base_ref_name: str | None = None,
        order_by: dict[str, str] | None = None,
    ) -> list[Any]:
        """The pull requests from it."""
        from igitt.testing.sandbox.github.graphql.issues import chosen  # noqa: PLC0415  those know refs

        found = [
            one
            for home in self.asking.world.repositories.values() if self.asking.sees(home)
            for one in home.merge_requests.values()
            if one.source is self.home and one.head == self.name == (head_ref_name or self.name)
            and one.base == (base_ref_name or one.base)
        ]  # fmt: skip
        return self.asking.things(chosen(found, states, labels, order_by))

    @property
    def branch_protection_rule(self) -> Any:
        """Its rule."""
        rule = protection.rule_of(self.home, self.name) if self.prefix == "refs/heads/" else None
        if rule is None:
            return None
        return {
            "kind": "BranchProtectionRule", "id": f"BPR_kwDO{self.home.id}:{self.name}", "pattern": self.name,
            "is_admin_enforced": rule.enforce_admins, "requires_approving_reviews": rule.approvals is not None,
            "required_approving_review_count": rule.approvals, "dismisses_stale_reviews": rule.dismiss_stale,
            "requires_code_owner_reviews": rule.code_owners, "require_last_push_approval": rule.last_push,
            "requires_status_checks": rule.contexts is not None, "requires_strict_status_checks": rule.strict,
            "required_status_check_contexts": rule.contexts or [], "requires_commit_signatures": rule.signatures,
            "restricts_pushes": rule.restrictions is not None, "repository": self.asking.thing(self.home),
            "allows_force_pushes": bool(rule.flags.get("allow_force_pushes")),
            "allows_deletions": bool(rule.flags.get("allow_deletions")),
            "lock_branch": bool(rule.flags.get("lock_branch")),
            "requires_linear_history": bool(rule.flags.get("required_linear_history")),
            "requires_conversation_resolution": bool(rule.flags.get("required_conversation_resolution")),
        }  # fmt: skip

    def compare(self, head_ref: str) -> Any:
        """It and another ref, also of a fork as ``owner:branch``."""
        owner, _, name = head_ref.rpartition(":")
        homes = [self.home, *(one for one in self.asking.world.repositories.values() if one.parent is self.home)]
        home = next((one for one in homes if not owner or one.owner.login.lower() == owner.lower()), None)
        head = gitdata.resolve(home, name) if home is not None and self.asking.sees(home) else None
        if head is None or home is None:
            return None
        base = self.home.commits[self.target.oid if self.target.kind == "Commit" else self.target.target.oid]
        before, after = set(gitdata.ancestry(self.home, base.sha)), set(gitdata.ancestry(home, head.sha))
        ahead = [one for one in gitdata.history(home, head.sha) if one.sha not in before]
        behind = len(before - after)
        words = {(True, True): "DIVERGED", (True, False): "AHEAD", (False, True): "BEHIND"}
        return {
            "kind": "Comparison", "id": f"COMP_{base.sha[:8]}{head.sha[:8]}", "ahead_by": len(ahead),
            "behind_by": behind, "status": words.get((bool(ahead), bool(behind)), "IDENTICAL"),
            "base_target": self.asking.thing(base, self.home), "head_target": self.asking.thing(head, home),
            "commits": self.asking.things(reversed(ahead), home),
        }  # fmt: skip


def ref_of(asking: Any, home: Any, name: str) -> Ref | None:
    """A ref by its name in full, or as ``heads/…`` or a branch's own."""
    for full in (name, f"refs/{name}", f"refs/heads/{name}", f"refs/tags/{name}"):
        word = full.removeprefix("refs/heads/")
        if word != full and word in home.branches:
            return Ref(asking, full, home)
        word = full.removeprefix("refs/tags/")
        if word != full and word in home.extra.get("tags", {}):
            return Ref(asking, full, home)
    return None
