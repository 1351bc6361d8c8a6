"""The JSON of git: commits, diffs, branches, tags, statuses, comments on commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.gitlab import pipelines, rules
from igitt.testing.sandbox.gitlab.shapes.people import iso, user_basic
from igitt.testing.sandbox.gitlab.shapes.projects import page_of

if TYPE_CHECKING:
    from datetime import datetime

    from igitt.testing.sandbox.forge import Forge
    from igitt.testing.sandbox.gitdata import FileChange
    from igitt.testing.sandbox.model import Comment, Commit, Repository, Status, User

FINISHED = {"success", "failed", "canceled", "skipped"}


def offset_iso(moment: datetime) -> str:
    """A time as GitLab writes it for commits, with the offset of who made it."""
    return f"{moment.isoformat()[:19]}.000+00:00"


def title_of(one: Commit) -> str:
    """The first line of a message."""
    return one.message.partition("\n")[0]


def commit(forge: Forge, repository: Repository, one: Commit) -> dict[str, Any]:
    """A commit in a list."""
    when, by = offset_iso(one.created), one.committer
    return {
        "id": one.sha,
        "short_id": one.sha[:8],
        "created_at": when,
        "parent_ids": one.parents,
        "title": title_of(one),
        "message": one.message,
        "author_name": one.author_name,
        "author_email": one.author_email,
        "authored_date": when,
        "committer_name": by.name if by else one.author_name,
        "committer_email": by.email if by else one.author_email,
        "committed_date": offset_iso(by.when) if by else when,
        "trailers": {},
        "extended_trailers": {},
        "web_url": f"{page_of(forge, repository)}/-/commit/{one.sha}",
    }


def stats(repository: Repository, one: Commit) -> dict[str, int]:
    """How many lines a commit changed."""
    files = gitdata.commit_changes(repository, one)
    plus, minus = sum(file.additions for file in files), sum(file.deletions for file in files)
    return {"additions": plus, "deletions": minus, "total": plus + minus}


def commit_full(forge: Forge, repository: Repository, one: Commit) -> dict[str, Any]:
    """A single commit."""
    last = pipelines.last_of(repository, one.sha)
    return commit(forge, repository, one) | {
        "stats": stats(repository, one),
        "status": last.status if last else None,
        "project_id": repository.id,
        "last_pipeline": pipelines.basic(forge, last) if last else None,
    }


def diff(file: FileChange) -> dict[str, Any]:
    """One file of a diff."""
    return {
        "diff": f"{file.patch}\n" if file.patch else "",
        "collapsed": False,
        "too_large": False,
        "new_path": file.path,
        "old_path": file.path,
        "a_mode": "0" if file.status == "added" else "100644",
        "b_mode": "0" if file.status == "removed" else "100644",
        "new_file": file.status == "added",
        "renamed_file": False,
        "deleted_file": file.status == "removed",
        "generated_file": False,
    }


def is_protected(repository: Repository, name: str) -> bool:
    """Whether a branch is protected; the default one is from the beginning, until somebody changes that."""
    return bool(rules.fitting(repository, name))


def branch(forge: Forge, repository: Repository, name: str, viewer: User | None) -> dict[str, Any]:
    """A branch."""
    default = name == repository.default_branch
    level = forge.world.level(viewer, repository)
    sha = repository.branches[name]
    tip = repository.branches.get(repository.default_branch)
    protected = is_protected(repository, name)
    return {
        "name": name,
        "commit": commit(forge, repository, repository.commits[sha]),
        "merged": not default and sha in set(gitdata.ancestry(repository, tip)),
        "protected": protected,
        "developers_can_push": protected and rules.needed(repository, name, "push") <= model.WRITE,
        "developers_can_merge": protected and rules.needed(repository, name, "merge") <= model.WRITE,
        "can_push": level >= rules.needed(repository, name, "push"),
        "default": default,
        "web_url": f"{page_of(forge, repository)}/-/tree/{name}",
    }


def tag(forge: Forge, repository: Repository, name: str, found: dict[str, Any]) -> dict[str, Any]:
    """A tag."""
    return {
        "name": name,
        "message": found["message"],
        "target": found["sha"],
        "commit": commit(forge, repository, repository.commits[found["sha"]]),
        "release": None,
        "protected": rules.tag_level(repository, name) != model.WRITE,
        "created_at": iso(found["created"]) if found["message"] else None,
    }


def status(forge: Forge, one: Status) -> dict[str, Any]:
    """A commit status."""
    begun = one.extra.get("started")
    return {
        "id": one.id,
        "sha": one.sha,
        "ref": one.ref,
        "status": one.state,
        "name": one.context,
        "target_url": one.url,
        "description": one.description,
        "created_at": iso(one.created),
        "started_at": iso(begun),
        "finished_at": iso(one.updated) if one.state in FINISHED else None,
        "allow_failure": False,
        "coverage": one.extra.get("coverage"),
        "pipeline_id": one.extra.get("pipeline"),
        "author": user_basic(forge, one.creator),
    }


def comment(forge: Forge, one: Comment) -> dict[str, Any]:
    """A comment on a commit, which GitLab gives without an id."""
    return {
        "note": one.body,
        "path": one.path,
        "line": one.line,
        "line_type": ("new" if one.side == "RIGHT" else "old") if one.path else None,
        "author": user_basic(forge, one.author),
        "created_at": iso(one.created),
    }
