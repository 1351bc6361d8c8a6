"""A merge queue: who puts the label on a merge request has it merged once its checks and the forge's rules let it.

Run it every few minutes, or whenever a webhook tells of a check: ``python merge_queue.py https://gitlab.com/acme/widgets``,
with the token in ``FORGE_TOKEN``. The oldest comes first, one at a time. Whether a merge request has to be up to date
with its target is the repository's setting ("Require branches to be up to date" on GitHub, a merge method with
fast-forward on GitLab); the queue sees to it. It merges nothing that no check succeeded for.
"""

import os
import sys
from collections.abc import Iterator

import igitt
from igitt.interfaces import MergeRequest, MergeStatus, Repository, Status

LABEL = "merge"
METHOD = "merge"  # or "squash" or "rebase"
ASK_CHECKS = {MergeStatus.MERGEABLE, MergeStatus.CHECKS, MergeStatus.BLOCKED}  # blocked: the forge does not say by what
FAILED = {Status.FAILED, Status.ERROR, Status.CANCELED}
PASSED = {Status.SUCCESS, Status.SKIPPED}


def put_out(mr: MergeRequest, reason: object) -> str:
    """Take a merge request out of the queue, and tell why in the one comment that is the queue's."""
    mr.upsert_comment(f"I took this out of the merge queue: {reason}. Add the label {LABEL!r} to try again.", "queue")
    mr.remove_labels(LABEL)
    return f"put out: {reason}"


def catch_up(mr: MergeRequest) -> str:
    """Bring the branch up to date with its target; its checks begin anew."""
    try:
        mr.update_branch(sha=mr.head.sha) if mr.supports("update_branch") else mr.rebase()
    except (igitt.ConflictError, igitt.ValidationError) as error:
        return put_out(mr, f"its branch cannot be brought up to date ({error.message})")
    return "waits: its branch is being brought up to date"


def merge(mr: MergeRequest) -> str:
    """Merge what was checked: nothing that was pushed since then slips in."""
    try:
        mr.merge(sha=mr.head.sha, method=METHOD)
    except igitt.ConflictError as error:
        return f"waits: {error.message}"  # the next run looks again
    except igitt.PermissionDeniedError as error:
        return put_out(mr, f"I may not merge it ({error.message})")
    return "merged"


def step(mr: MergeRequest) -> str:
    """Do what is next for the first in the queue. What begins with "waits" may change by itself."""
    status = mr.merge_status
    if status is MergeStatus.BEHIND:
        return catch_up(mr)
    if status in {MergeStatus.CHECKING, MergeStatus.UNKNOWN}:
        return "waits for the forge"
    if status in ASK_CHECKS:
        checks = mr.head.combined_status
        if checks in FAILED:
            return put_out(mr, f"its checks tell: {checks}")
        if checks not in PASSED or status is MergeStatus.CHECKS:
            return "waits for its checks"
    return merge(mr) if status is MergeStatus.MERGEABLE else put_out(mr, f"what stands in the way is: {status}")


def run(repository: Repository) -> Iterator[str]:
    """Work through the queue until it is empty or its first has to wait, telling what was done."""
    done = ""
    while not done.startswith("waits"):
        mr = next(iter(repository.filter_merge_requests(labels=[LABEL], ascending=True)), None)
        if mr is None:
            return
        done = step(mr)
        yield f"{mr.number} {done}"


if __name__ == "__main__":
    for line in run(igitt.get_repo(sys.argv[1], os.environ["FORGE_TOKEN"])):
        print(line)
