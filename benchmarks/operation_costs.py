"""How many requests an operation sends, beside the fewest that the forge's API allows.

Draws operations of the contract at random, of those that send anything, and runs each on both halves of the sandbox, in
a small world of its own, on a thing that is known by its address alone, as after ``repository.get_issue(5)``. The seed
is printed; give it to draw the same ones again::

    python benchmarks/operation_costs.py            # ten operations
    python benchmarks/operation_costs.py 25 1234    # twenty-five, with that seed
    python benchmarks/operation_costs.py all

Target: nothing sends more than it must. Exit status 1 otherwise.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from measure import table
from support.calls import MAKERS, Operation, operations
from support.world import PROVIDERS, World, make_world
from support.writing import runnable as _runnable

from igitt.errors import IGittError
from igitt.interfaces import CommitStatus, Status

#: No operation of the API: they send what one tells them to, or run another program.
ESCAPES = frozenset({"Hoster.graphql", "Hoster.request", "Repository.get_clone", "Repository.git_environment"})
#: What is told by the address alone, or looked up when it is read.
NOTHING = frozenset({
    "Comment.get_comment", "Content.get_content", "Hoster.get_organization", "Hoster.get_repo", "Hoster.get_repo_name",
    "Hoster.get_user", "Hoster.handle_webhook", "Hoster.load", "Hoster.parse_webhook", "Hoster.read_payload",
    "Issue.get_comment", "MergeRequest.get_comment", "Repository.get_branch",
    "Repository.get_commit", "Repository.get_content", "Repository.get_issue", "Repository.get_label",
    "Repository.get_mr", "Repository.get_release", "Repository.get_tag", "User.get_installations",
    "User.installed_repositories",
})  # fmt: skip

_NUMBER = "GitLab wants a user's number, which is another request for a name"
_WHOLE = "GitLab takes only the whole set, which has to be read"
_NODE = "GitHub has it in GraphQL alone, which wants an id that the address does not tell"
_OWN = "who one is, the comments, the writing, and whether another worker wrote meanwhile"
_HASH = "GitHub wants the hash of what is there"
#: The fewest requests where that is not one: on GitHub, on GitLab, and why.
FEWEST: dict[str, tuple[int, int, str]] = {
    "Commit.pending": (2, 2, "what was reported has to be read, so that no verdict is taken back"),
    "Content.delete": (2, 2, f"{_HASH}, GitLab the default branch's name"),
    "Content.update": (2, 2, f"{_HASH}, GitLab the default branch's name"),
    "Hoster.raw_search": (1, 2, "GitLab searches issues and merge requests apart"),
    "Issue.assign": (1, 3, f"{_WHOLE}; {_NUMBER}"),
    "Issue.assignees": (1, 2, _NUMBER),
    "Issue.edit": (1, 2, _NUMBER),
    "Issue.subscribe": (2, 1, _NODE),
    "Issue.total_time_spent": (1, 2, "GitLab sets it back and adds to it"),
    "Issue.unassign": (1, 2, _WHOLE),
    "Issue.unsubscribe": (2, 1, _NODE),
    "Issue.upsert_comment": (4, 4, _OWN),
    "MergeRequest.assign": (1, 3, f"{_WHOLE}; {_NUMBER}"),
    "MergeRequest.assignees": (1, 2, _NUMBER),
    "MergeRequest.convert_to_draft": (2, 2, f"{_NODE}; GitLab keeps it in the title, which has to be read"),
    "MergeRequest.disable_auto_merge": (2, 1, _NODE),
    "MergeRequest.edit": (1, 2, _NUMBER),
    "MergeRequest.enable_auto_merge": (2, 1, _NODE),
    "MergeRequest.mark_ready": (2, 2, f"{_NODE}; GitLab keeps it in the title, which has to be read"),
    "MergeRequest.patch": (1, 3, "GitLab has no patch: the commits, and of each its parents and its diff"),
    "MergeRequest.rebase": (1, 2, "GitLab does it later, so one has to ask whether it is done"),
    "MergeRequest.remove_reviewers": (1, 2, _WHOLE),
    "MergeRequest.request_review": (1, 3, f"{_WHOLE}; {_NUMBER}"),
    "MergeRequest.reviewers": (2, 2, f"{_NUMBER}; GitHub whom to ask and whom no more, which has to be read"),
    "MergeRequest.review": (1, 3, "GitLab has a draft, its publication, and who the reviewer is"),
    "MergeRequest.subscribe": (2, 1, _NODE),
    "MergeRequest.total_time_spent": (1, 2, "GitLab sets it back and adds to it"),
    "MergeRequest.unapprove": (2, 1, "GitHub wants the review's id, which has to be found"),
    "MergeRequest.unassign": (1, 2, _WHOLE),
    "MergeRequest.unsubscribe": (2, 1, _NODE),
    "MergeRequest.upsert_comment": (4, 4, _OWN),
    "Organization.create": (0, 2, "GitLab wants the number of the group around it"),
    "Organization.get_role": (1, 2, _NUMBER),
    "Organization.is_member": (1, 2, _NUMBER),
    "Release.upload_asset": (1, 2, "GitLab keeps the file, and the release links to it"),
    "Repository.add_collaborator": (1, 2, _NUMBER),
    "Repository.commit_files": (
        5,
        2,
        "git's objects: tip, modes, tree, commit, branch; on GitLab what is there first",
    ),
    "Repository.compare": (1, 3, "GitLab tells one way at once, and what both have in common apart"),
    "Repository.create_branch": (2, 1, "GitHub wants the hash of the commit"),
    "Repository.create_deployment": (1, 3, "GitLab wants the commit's hash, and whether the ref is a tag"),
    "Repository.create_issue": (1, 2, _NUMBER),
    "Repository.create_tag": (2, 1, "GitHub wants the hash of the commit"),
    "Repository.delete_file": (2, 1, _HASH),
    "Repository.delete_hook": (2, 2, "a hook is known by its number, which has to be found"),
    "Repository.generate_release_notes": (1, 2, "GitLab wants to know up to where, which the tag is if there is one"),
    "Repository.get_fork": (2, 1, "GitHub wants to be told whose; GitLab finds one's own"),
    "Repository.get_milestone": (0, 1, "GitLab's paths want its id"),
    "Repository.get_permission_level": (1, 2, _NUMBER),
    "Repository.register_hook": (2, 2, "one of that address has to be looked for"),
    "Repository.remove_collaborator": (1, 2, _NUMBER),
    "Repository.set_variable": (
        2,
        2,
        "a new one is made once it shows that none is there",
    ),
    "Repository.update_file": (2, 1, _HASH),
    "Team.add_member": (1, 2, _NUMBER),
    "Team.is_member": (1, 2, _NUMBER),
    "Team.remove_member": (1, 2, _NUMBER),
}


def fewest(operation: Operation, hoster: str) -> tuple[int, str]:
    """The fewest requests, and why not one."""
    name = str(operation)
    if name in NOTHING:
        return 0, "sends nothing"
    github, gitlab, why = FEWEST.get(name, (1, 1, ""))
    return (github, why) if hoster == "github" else (gitlab, why)


def sent(operation: Operation, hoster: str) -> int | str:
    """The requests that an operation sends on a forge; a word where it has none."""
    with make_world(hoster) as world:
        thing: Any = MAKERS[operation.kind](world)
        if thing is None or (operation.kind != "Hoster" and not thing.supports(operation.name)):
            return "unsupported"
        _prepare(operation, world)
        world.forge.reset_log()
        try:
            operation.act(thing, world)
        except IGittError as error:
            return f"{type(error).__name__}: {error.message:.60}"
        return len(world.forge.requests)


def _prepare(operation: Operation, world: World) -> None:
    """What has to be there so that the operation finds something to do."""
    for action in PREPARED.get(str(operation), ()):
        action(world)


def _allow_waiting(world: World) -> None:
    world.forge.repository("acme/widgets").extra["merge settings"] = {"allow_auto_merge": True}
    world.mr.head.set_status(CommitStatus(Status.PENDING, context="ci"))


def _join(world: World) -> None:
    world.repository.add_collaborator("carol")


#: What comes before, besides the thing itself.
PREPARED: dict[str, tuple[Callable[[World], object], ...]] = {
    "Branch.unprotect": (lambda world: world.repository.get_branch("feature").protect(),),
    "Issue.assign": (_join,),
    "Issue.reopen": (lambda world: world.issue.close(),),
    "Issue.unlock": (lambda world: world.issue.lock(),),
    "MergeRequest.approve": (lambda world: world.mr.unapprove(),),
    "MergeRequest.assign": (_join,),
    "MergeRequest.disable_auto_merge": (_allow_waiting, lambda world: world.mr.enable_auto_merge()),
    "MergeRequest.enable_auto_merge": (_allow_waiting,),
    "MergeRequest.reopen": (lambda world: world.mr.close(),),
    "MergeRequest.request_review": (_join,),
    "MergeRequest.remove_labels": (lambda world: world.mr.add_labels("bug"),),
    "MergeRequest.reviewers": (_join,),
    "MergeRequest.update_branch": (
        lambda world: world.repository.create_file("more.txt", content="x", message="More", branch="main"),
    ),
    "MergeRequest.unlock": (lambda world: world.mr.lock(),),
    "Repository.create_merge_request": (lambda world: world.mr.close(),),
    "Repository.delete_hook": (MAKERS["Hook"],),
    "Repository.delete_tag": (MAKERS["Tag"],),
    "Repository.delete_variable": (lambda world: world.repository.set_variable("COLOR", "red"),),
    "Repository.generate_release_notes": (lambda world: world.repository.create_tag("v0.9.0", "main"),),
    "Repository.run_pipeline": (_runnable,),
    "Repository.get_fork": (lambda world: world.repository.create_fork(),),
    "Repository.get_milestone": (MAKERS["Milestone"],),
    "Repository.unarchive": (lambda world: world.repository.archive(),),
}


def main(arguments: list[str]) -> int:
    """Draw, run and print; give the exit status."""
    known = [one for one in operations() if one.kind != "Element" and str(one) not in ESCAPES]
    seed = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(10_000)
    drawn = known
    if arguments[:1] != ["all"]:
        count = int(arguments[0]) if arguments else 10
        drawn = random.Random(seed).sample([one for one in known if str(one) not in NOTHING], count)  # noqa: S311 - a draw, no secret
    rows, bad = [], 0
    for operation in drawn:
        for hoster in PROVIDERS:
            found, (least, why) = sent(operation, hoster), fewest(operation, hoster)
            over = isinstance(found, int) and found > least
            wrong = isinstance(found, str) and found != "unsupported"
            bad += over or wrong
            rows.append([str(operation), hoster, str(found), str(least), ("! " if over or wrong else "") + why])
    columns = ["operation", "forge", "sent", "fewest", "why not one"]
    table(f"{len(drawn)} of {len(known)} operations, seed {seed}", columns, rows)
    print(f"\n{bad} of {sum(row[2] != 'unsupported' for row in rows)} send more than they must, or fail")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
