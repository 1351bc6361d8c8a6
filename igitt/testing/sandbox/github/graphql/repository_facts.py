"""What a repository is, may do and has switched on, as GitHub's GraphQL has it."""

from __future__ import annotations

import html
from typing import Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github.graphql.things import Thing, permission
from igitt.testing.sandbox.github.shapes.repositories import MERGE_SETTINGS
from igitt.testing.sandbox.model import Organization


class RepositoryFacts(Thing):
    """The fields of a repository that have no arguments and lead to no list."""

    @property
    def url(self) -> str:
        """Its page."""
        return f"{self.asking.forge.url}/{self.one.full_name}"

    @property
    def ssh_url(self) -> str:
        """Where git finds it."""
        return f"git@{self.asking.forge.url.partition('://')[2]}:{self.one.full_name}.git"

    @property
    def name(self) -> str:
        """The name."""
        return str(self.one.name)

    @property
    def name_with_owner(self) -> str:
        """With the owner."""
        return str(self.one.full_name)

    @property
    def owner(self) -> Any:
        """Whose it is."""
        return self.asking.thing(self.one.owner)

    @property
    def is_in_organization(self) -> bool:
        """Whether an organization has it."""
        return isinstance(self.one.owner, Organization)

    @property
    def description(self) -> Any:
        """Words about it."""
        return self.one.description

    @property
    def description_html(self) -> str:
        """The same as a page shows it."""
        return f"<div>{html.escape(self.one.description or '', quote=False)}</div>"

    @property
    def homepage_url(self) -> Any:
        """Its site."""
        return self.one.homepage

    @property
    def pushed_at(self) -> Any:
        """When git last changed."""
        return self.one.pushed

    @property
    def is_private(self) -> bool:
        """Whether not everybody sees it."""
        return bool(self.one.private)

    @property
    def visibility(self) -> str:
        """Who sees it."""
        return str(self.one.visibility).upper()

    @property
    def is_archived(self) -> bool:
        """Whether it can only be read."""
        return bool(self.one.archived)

    @property
    def is_fork(self) -> bool:
        """Whether it is a fork."""
        return self.one.parent is not None

    @property
    def is_empty(self) -> bool:
        """Whether it has no commit."""
        return not self.one.branches

    @property
    def is_template(self) -> bool:
        """Templates are not kept here."""
        return False

    is_disabled = is_locked = is_mirror = is_user_configuration_repository = is_template
    has_sponsorships_enabled = has_vulnerability_alerts_enabled = is_template

    @property
    def is_blank_issues_enabled(self) -> bool:
        """Whether issues need no template."""
        return True

    @property
    def parent(self) -> Any:
        """What it was forked from, as far as one may know."""
        parent = self.one.parent
        return self.asking.thing(parent if parent is not None and self.asking.sees(parent) else None)

    @property
    def template_repository(self) -> Any:
        """Templates are not kept here."""
        return None

    license_info = lock_reason = mirror_url = code_of_conduct = template_repository

    @property
    def disk_usage(self) -> int:
        """A size."""
        return len(self.one.commits)

    @property
    def has_issues_enabled(self) -> bool:
        """Whether it has issues."""
        return bool(self.one.has_issues)

    @property
    def has_wiki_enabled(self) -> bool:
        """Whether it has a wiki."""
        return bool(self.one.has_wiki)

    @property
    def has_projects_enabled(self) -> bool:
        """Whether it has projects."""
        return bool(self.one.has_projects)

    @property
    def has_discussions_enabled(self) -> bool:
        """Whether it has discussions."""
        return bool(self.one.has_discussions)

    def _setting(self, name: str) -> bool:
        return bool((MERGE_SETTINGS | self.one.extra.get("merge settings", {}))[name])

    @property
    def merge_commit_allowed(self) -> bool:
        """A way of merging."""
        return self._setting("allow_merge_commit")

    @property
    def squash_merge_allowed(self) -> bool:
        """A way of merging."""
        return self._setting("allow_squash_merge")

    @property
    def rebase_merge_allowed(self) -> bool:
        """A way of merging."""
        return self._setting("allow_rebase_merge")

    @property
    def auto_merge_allowed(self) -> bool:
        """Whether pull requests may wait for their checks."""
        return self._setting("allow_auto_merge")

    @property
    def delete_branch_on_merge(self) -> bool:
        """Whether branches go when they are merged."""
        return self._setting("delete_branch_on_merge")

    @property
    def allow_update_branch(self) -> bool:
        """Whether pages offer to bring branches up to date."""
        return self._setting("allow_update_branch")

    @property
    def viewer_default_merge_method(self) -> str:
        """What a page offers first."""
        ways = [("MERGE", self.merge_commit_allowed), ("SQUASH", self.squash_merge_allowed)]
        return next((word for word, good in ways if good), "REBASE")

    # ---- the one who asks

    @property
    def viewer_permission(self) -> str | None:
        """What the one who asks may do."""
        return permission(self.asking.level(self.one)) or ("READ" if self.one.visibility == "public" else None)

    @property
    def viewer_can_administer(self) -> bool:
        """Whether everything."""
        return self.asking.level(self.one) >= model.OWN

    @property
    def viewer_can_update_topics(self) -> bool:
        """Whether the topics."""
        return self.asking.level(self.one) >= model.MAINTAIN

    @property
    def viewer_can_subscribe(self) -> bool:
        """Whether one may hear of it."""
        return self.asking.me is not None

    @property
    def viewer_subscription(self) -> str:
        """Whether one hears of all of it: that is not remembered."""
        return "UNSUBSCRIBED"
