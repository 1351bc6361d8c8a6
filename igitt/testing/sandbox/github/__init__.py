"""GitHub's half of the sandbox. Importing it loads every module with routes, so that the table is whole."""

from igitt.testing.sandbox.github import (  # noqa: F401  imported for the routes they enter
    accounts,
    actions,
    administration,
    apps,
    archives,
    checks,
    comments,
    commits,
    contents,
    deployments,
    gitobjects,
    graphql,
    history,
    hooks,
    issues,
    labels,
    manifests,
    meta,
    notifications,
    oauth,
    protecting,
    pulls,
    refs,
    relations,
    releases,
    repositories,
    reviews,
    search,
    stars,
    variables,
    web,
    workflows,
)
from igitt.testing.sandbox.github.forge import GitHubForge

__all__ = ["GitHubForge"]
