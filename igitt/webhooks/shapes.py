"""What the objects of each action are: what a function can ask for, and what a text or a list among them stands for.

A shape is one line of words: a class of igitt's, or a role. The providers' tables produce what is written here, which a
test compares with every recorded payload.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from igitt import interfaces
from igitt.interfaces import actions as words
from igitt.interfaces.actions import Action
from igitt.webhooks.told import Told

__all__ = ["LISTS", "TEXTS", "Kind", "kind_of", "shapes_of"]

#: The roles of texts, and of lists.
TEXTS = frozenset({"branch", "label", "ref", "tag", "text", "type_name"})
LISTS = frozenset({"commits", "refs", "repositories"})
_OTHERS: dict[str, type] = {"Told": Told}


class Kind(NamedTuple):
    """What an object is: its class, and the role of what is not an object of a forge, such as a label's name."""

    cls: type
    role: str = ""


_ISSUES: dict[str, str] = {
    "LABELED UNLABELED": "{} label",
    "ASSIGNED UNASSIGNED": "{} User",
    "MILESTONED DEMILESTONED": "{} Milestone",
    "TYPED UNTYPED": "{0} type_name|{0}",
    "TRANSFERRED": "{0} {0}|{0} Told|{0}",
    "RELATION_CHANGED": "{0} {0}|{0}",
    "REVIEW_REQUESTED REVIEW_REQUEST_REMOVED": "{0} User|{0} Team|{0}",
    "": "{}",
}
_TICKETS = ("Issue", "MergeRequest", "Commit", "Told")
#: By kind of actions: by names of its members, and ``""`` for all others, the shapes.
_SHAPES: dict[type[Action], Mapping[str, str]] = {
    words.IssueActions: {names: shape.format("Issue") for names, shape in _ISSUES.items()},
    words.MergeRequestActions: {names: shape.format("MergeRequest") for names, shape in _ISSUES.items()},
    words.EpicActions: {"": "Told"},
    words.MergeGroupActions: {"": "MergeGroup Commit"},
    words.ReviewActions: {
        "THREAD_RESOLVED THREAD_UNRESOLVED": "MergeRequest Discussion|MergeRequest",
        "": "MergeRequest Review|MergeRequest Discussion",
    },
    words.CommentActions: {"": "|".join(f"{one} Comment" for one in _TICKETS) + "|Told Told"},
    words.ReactionActions: {
        "": "|".join(f"{one} Reaction" for one in (*_TICKETS, "Comment")) + "|Commit Told|Comment Told|Told Told"
    },
    words.DiscussionActions: {"LABELED UNLABELED": "Told label", "": "Told"},
    words.PushActions: {
        "PUSHED FORCE_PUSHED": "Repository branch commits",
        "BRANCH_CREATED BRANCH_DELETED": "Repository branch",
        "TAG_CREATED TAG_DELETED": "Repository tag",
        "": "Repository ref",
    },
    words.PipelineActions: {"UPDATED": "Commit", "DISPATCHED": "Repository ref", "": "Pipeline Commit"},
    words.JobActions: {"": "Job Commit"},
    words.CheckActions: {"": "CheckRun Commit|CheckSuite Commit"},
    words.DeploymentActions: {
        "CREATED": "Deployment Commit|Deployment|Told Commit|Told",
        "STATUS_CHANGED": "Deployment DeploymentStatus|Told DeploymentStatus|DeploymentStatus",
        "": "Deployment|Deployment Commit|Deployment DeploymentStatus|Told DeploymentStatus|Pipeline",
    },
    words.ReleaseActions: {"": "Release"},
    words.MilestoneActions: {"": "Milestone"},
    words.LabelActions: {"": "Label"},
    words.RepositoryActions: {
        "FORKED": "Repository Repository",
        "DEPLOY_KEY_ADDED DEPLOY_KEY_REMOVED": "Repository DeployKey",
        "DISPATCHED": "Repository text",
        "PAGES_BUILT": "Repository PagesBuild",
        "REFS_CHANGED": "Repository refs",
        "": "Repository",
    },
    words.ProtectionActions: {"": "Repository Told"},
    words.HookActions: {"": "Hook|Told"},
    words.MemberActions: {"": "Repository User|Organization User|Team User"},
    words.TeamActions: {"": "Team|Team Repository"},
    words.OrganizationActions: {"USER_BLOCKED USER_UNBLOCKED": "Organization User", "": "Organization"},
    words.UserActions: {"": "User"},
    words.PackageActions: {"": "Package"},
    words.WikiActions: {"": "WikiPage"},
    words.FeatureFlagActions: {"": "FeatureFlag"},
    words.InstallationActions: {"": "Installation User repositories"},
}


@cache
def _lines(action: Action) -> str:
    table = _SHAPES.get(type(action), {"": "Told"})
    return next((shape for names, shape in table.items() if action.name in names.split()), table.get("", ""))


@cache
def shapes_of(what: Action | type[Action] | None) -> tuple[tuple[Kind, ...], ...]:
    """The shapes that events of an action have; of a class of actions, of any of it; of None, of any action at all."""
    if isinstance(what, Action):
        return tuple(tuple(map(_kind, line.split())) for line in _lines(what).split("|"))
    several: Iterable[Any] = Action.__subclasses__() if what is None or what is Action else what
    return tuple(dict.fromkeys(shape for one in several for shape in shapes_of(one)))


def _kind(word: str) -> Kind:
    if word in TEXTS:
        return Kind(str, word)
    if word in LISTS:
        return Kind(list, word)
    found: type = _OTHERS[word] if word in _OTHERS else getattr(interfaces, word)
    return Kind(found)


@cache
def kind_of(action: Action, cls: type) -> Kind:
    """What an object of that class is among the objects of that action."""
    roles = TEXTS if cls is str else LISTS if cls is list else ()
    found = next((word for line in _lines(action).split("|") for word in line.split() if word in roles), "")
    return Kind(cls, found)
