"""GitLab's half of the sandbox. Importing it loads every module with routes, so that the table is whole."""

from igitt.testing.sandbox.gitlab import (  # noqa: F401  imported for the routes they enter
    accounts,
    administration,
    approvals,
    archives,
    ci,
    commits,
    environments,
    extras,
    graphql,
    groups,
    hooks,
    issues,
    jobs,
    keys,
    labels,
    links,
    members,
    merge_requests,
    merging,
    meta,
    notes,
    oauth,
    picks,
    projects,
    protected,
    releases,
    repository,
    reviews,
    tokens,
    users,
    variables,
)
from igitt.testing.sandbox.gitlab.forge import GitLabForge

__all__ = ["GitLabForge"]
