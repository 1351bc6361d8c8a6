"""A release drafter: it keeps the notes of the next release up to date, out of what was merged since the last one.

Run it after each merge: ``python release_drafter.py https://github.com/acme/widgets``, with the token in
``FORGE_TOKEN``. The draft is a draft release where the forge has such, and an issue elsewhere. The labels of the merge
requests say which version is next. Write into their titles and not into the draft: the bot writes it anew.
"""

import os
import re
import sys
from itertools import takewhile

import igitt
from igitt.interfaces import MergeRequest, Release, Repository

#: The headings by label. The first raises the version's first part, the second its second, and all others its last.
SECTIONS = {"breaking": "Breaking changes", "feature": "New", "bug": "Mended", "": "Other changes"}
VERSION = re.compile(r"v?\d+\.\d+\.\d+")
MARKER = "<!-- release drafter -->"
LABEL = "release draft"  # of the issue


def changes_since(repository: Repository, last: Release | None) -> dict[MergeRequest, str]:
    """What was merged into the default branch since the last release, with its section; reads no further back."""
    found = repository.filter_merge_requests("merged", base=repository.default_branch, sort="updated")
    recent = takewhile(lambda mr: last is None or mr.updated >= last.created, found)
    merged = [mr for mr in recent if mr.merged_at and (last is None or mr.merged_at > last.created)]
    return {mr: next((label for label in SECTIONS if label in mr.labels), "") for mr in merged}


def next_version(last: Release | None, kinds: set[str]) -> str:
    """The version after the last one, by the greatest of the changes."""
    parts = [int(part) for part in re.findall(r"\d+", last.tag_name)] if last else [0, 0, 0]
    raised = min(2, *(list(SECTIONS).index(kind) for kind in kinds))
    return "v" + ".".join(str(part) for part in [*parts[:raised], parts[raised] + 1, 0, 0][:3])


def notes_of(changes: dict[MergeRequest, str]) -> str:
    """The notes: a section for each kind of change, oldest first."""
    notes = ""
    for kind, heading in SECTIONS.items():
        of_kind = sorted((mr for mr in changes if changes[mr] == kind), key=lambda mr: mr.number)
        lines = "".join(f"- {mr.title} ([{mr.number}]({mr.web_url}))\n" for mr in of_kind)
        notes += f"## {heading}\n\n{lines}\n" if lines else ""
    return notes + MARKER


def keep_release(repository: Repository, draft: Release | None, version: str, notes: str) -> None:
    """Bring the draft release up to date; another version is another release, as this one's tag is not there yet."""
    if draft and draft.tag_name != version:
        draft.delete()
    if not draft or draft.tag_name != version:
        repository.create_release(version, version, notes, draft=True)
    elif draft.description != notes:
        draft.description = notes


def run(repository: Repository) -> str:
    """Bring the draft up to date, telling of which version it is."""
    releases, drafts = list(repository.releases), list[Release]()
    if has_drafts := repository.get_release("next").supports("is_draft"):  # sends nothing
        drafts = [one for one in releases if one.is_draft]
    out = (one for one in releases if VERSION.fullmatch(one.tag_name) and not (one in drafts or one.is_upcoming))
    last = next(out, None)
    if not (changes := changes_since(repository, last)):
        return "nothing was merged"
    version, notes = next_version(last, set(changes.values())), notes_of(changes)
    if has_drafts:
        keep_release(repository, next((one for one in drafts if MARKER in one.description), None), version, notes)
    elif not (issue := next(iter(repository.filter_issues(labels=[LABEL])), None)):
        repository.create_issue(version, notes, labels=[LABEL])
    elif (issue.title, issue.description) != (version, notes):
        issue.edit(title=version, description=notes)
    return version


if __name__ == "__main__":
    print(run(igitt.get_repo(sys.argv[1], os.environ["FORGE_TOKEN"])))
