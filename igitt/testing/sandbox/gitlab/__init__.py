"""GitLab's half of the sandbox. Importing it loads every module with routes, so that the table is whole."""

from igitt.testing.sandbox.gitlab import (  # noqa: F401  imported for the routes they enter
    administration,
    archives,
    commits,
    extras,
    groups,
    hooks,
    issues,
    jobs,
    labels,
    members,
    merge_requests,
    merging,
    meta,
    notes,
    oauth,
    projects,
    protected,
    releases,
    repository,
    reviews,
    users,
)
from igitt.testing.sandbox.gitlab.forge import GitLabForge

__all__ = ["GitLabForge"]
