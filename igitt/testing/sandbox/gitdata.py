"""Git as the sandbox needs it: commits with their trees, branches, diffs, statuses, merge requests between branches.

Texts only, kept whole per commit, under the names that git gives them (:mod:`.objects`). There is no wire protocol
here, and nothing of a forge's JSON.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import merging, objects, work
from igitt.testing.sandbox.model import Commit, Event, MergeRequest, Repository, Status, User

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from igitt.testing.sandbox.objects import Person
    from igitt.testing.sandbox.world import World

ZERO = "0" * 40
raw, text_of, blob_sha = objects.raw, objects.text_of, objects.blob_sha


@dataclass(slots=True)
class FileChange:
    """One file of a diff; ``status`` is added, modified or removed, ``patch`` the hunks only."""

    path: str
    status: str
    additions: int
    deletions: int
    patch: str
    blob: str


def commit(
    world: World,
    repository: Repository,
    message: str,
    files: Mapping[str, str | None],
    *,
    branch: str,
    author: User,
    parents: list[str] | None = None,
    start: str | None = None,
    written: tuple[User | None, Person] | None = None,
    by: Person | None = None,
) -> Commit:
    """Puts a commit on a branch (made from ``start`` or the default branch when missing) and publishes the push.

    ``author`` pushes; ``written`` and ``by`` are its author and committer where these are others.
    A file of None is removed. Open merge requests from the branch move on and publish ``synchronize``.
    """
    before = repository.branches.get(branch)
    tip = before or start or repository.branches.get(repository.default_branch)
    tree = dict(repository.commits[tip].files) if tip else {}
    for path, text in files.items():
        if text is None:
            tree.pop(path, None)
        else:
            tree[path] = text
    parents = parents if parents is not None else ([tip] if tip else [])
    made = store(world, repository, message, tree, parents, author, written=written, by=by)
    move(world, repository, branch, made.sha, author)
    return made


def person(user: User, when: datetime) -> Person:
    """A user as git knows one."""
    email = user.email or f"{user.id}+{user.login}@users.noreply.sandbox"
    return objects.Person(user.name or user.login, email, when)


def store(
    world: World,
    repository: Repository,
    message: str,
    tree: dict[str, str],
    parents: list[str],
    committer: User,
    *,
    modes: Mapping[str, str] | None = None,
    written: tuple[User | None, Person] | None = None,
    by: Person | None = None,
) -> Commit:
    """Makes a commit that no branch has yet; files keep the modes that they have in its parents unless told.

    ``written`` is its author where that is another than the committer: the user, if there is one, and what git says.
    """
    if modes is None:
        modes = {path: mode for sha in reversed(parents) for path, mode in repository.commits[sha].modes.items()}
    modes = {path: mode for path, mode in modes.items() if path in tree and mode != objects.FILE}
    by = by or person(committer, world.now())
    author, who = written or (committer, by)
    tree_sha = objects.trees(tree, modes).names[""]
    data = objects.commit(tree_sha, parents, who, by, message)
    sha = objects.name_of("commit", data)
    made = Commit(
        sha, tree_sha, message, author, who.name, who.email, who.when, parents, tree, dict(modes),
        committer=None if who == by else by, object=data,
    )  # fmt: skip
    return repository.commits.setdefault(sha, made)


def move(world: World, repository: Repository, branch: str, sha: str | None, actor: User) -> None:
    """Points a branch at a commit (None removes it), publishes the push and moves open merge requests on."""
    before = repository.branches.get(branch)
    if sha is None:
        repository.branches.pop(branch, None)
    else:
        repository.branches[branch] = sha
    repository.pushed = repository.updated = world.now()
    action = "created" if before is None else "deleted" if sha is None else "updated"
    data = {"ref": f"refs/heads/{branch}", "branch": branch, "before": before or ZERO, "after": sha or ZERO}
    known = set() if sha is None else set(ancestry(repository, before or _fork_point(repository, branch)))
    fresh = [one for one in history(repository, sha) if one.sha not in known] if sha else []
    data_commits = {"commits": list(reversed(fresh))}
    world.publish(Event("push", action, actor, repository, repository, data={**data, **data_commits}))
    if sha is not None and before is not None:
        _synchronize(world, repository, branch, before, sha, actor)


def tag(sha: str, when: datetime, message: str = "", made: str | None = None) -> dict[str, Any]:
    """What is kept of a tag: its commit and, where it has a message, the name of its own object."""
    return {"sha": sha, "object": made, "message": message, "created": when}


def tag_object(repository: Repository, name: str, sha: str, tagger: Person, message: str) -> str:
    """Makes git's object of a tag with a message, which no ref has yet; gives its name."""
    data = objects.tag(sha, name, tagger, message)
    made = objects.name_of("tag", data)
    repository.extra.setdefault("objects", {})[made] = data
    return made


def set_tag(world: World, repository: Repository, name: str, found: dict[str, Any] | None, actor: User) -> None:
    """Puts a tag there (None removes it) and publishes the push."""
    tags = repository.extra.setdefault("tags", {})
    before = tags.pop(name, {"sha": ZERO})["sha"]
    after = found["sha"] if found else ZERO
    if found:
        tags[name] = found
    data = {
        "ref": f"refs/tags/{name}", "branch": name, "before": before, "after": after,
        "message": found["message"] or None if found else None,
        "commits": [repository.commits[after]] if found else [],
    }  # fmt: skip
    action = "created" if before == ZERO else "updated" if found else "deleted"
    world.publish(Event("push", action, actor, repository, repository, data=data))


def _fork_point(repository: Repository, branch: str) -> str | None:
    tip = repository.branches.get(repository.default_branch)
    return tip if branch != repository.default_branch else None


def _synchronize(world: World, repository: Repository, branch: str, before: str, after: str, actor: User) -> None:
    homes = [repository, repository.parent] if repository.parent else [repository]
    for home in homes:
        for request in home.merge_requests.values():
            if request.state == "open" and request.source is repository and request.head == branch:
                request.head_sha = after
                request.updated = world.now()
                request.mergeable_reads = 0
                home.commits.setdefault(after, repository.commits[after])
                for sha in ancestry(repository, after):
                    home.commits.setdefault(sha, repository.commits[sha])
                data = {"before": before, "after": after}
                world.publish(Event("merge_request", "synchronize", actor, request, home, data=data))


def ancestry(repository: Repository, sha: str | None) -> Iterator[str]:
    """A commit and everything before it, newest first as far as parents tell."""
    todo, seen = [sha] if sha else [], set()
    while todo:
        current = todo.pop(0)
        if current in seen or current not in repository.commits:
            continue
        seen.add(current)
        yield current
        todo.extend(repository.commits[current].parents)


def history(repository: Repository, sha: str | None) -> list[Commit]:
    """The commits that lead to one, newest first."""
    return [repository.commits[one] for one in ancestry(repository, sha)]


def resolve(repository: Repository, ref: str) -> Commit | None:
    """The commit behind a branch, a tag (also ``heads/…``, ``refs/tags/…``), a SHA or its first 7 and more digits."""
    if ref == "HEAD":
        ref = repository.default_branch
    for prefix in ("refs/heads/", "heads/"):
        if ref.startswith(prefix) and ref.removeprefix(prefix) in repository.branches:
            ref = ref.removeprefix(prefix)
    if ref in repository.branches:
        return repository.commits[repository.branches[ref]]
    tag = repository.extra.get("tags", {}).get(ref.removeprefix("refs/").removeprefix("tags/"))
    if tag is not None:
        return repository.commits[tag["sha"]]
    if ref in repository.commits:
        return repository.commits[ref]
    if len(ref) < 7:
        return None
    return next((found for sha, found in repository.commits.items() if sha.startswith(ref.lower())), None)


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[FileChange]:
    """The files in which two trees differ, by path."""
    found = []
    for path in sorted(old.keys() | new.keys()):
        before, after = old.get(path), new.get(path)
        if before == after:
            continue
        binary = any("\udc80" <= letter <= "\udcff" for letter in (before or "") + (after or ""))
        lines = (
            []
            if binary
            else list(difflib.unified_diff((before or "").splitlines(), (after or "").splitlines(), lineterm=""))[2:]
        )
        plus = sum(line.startswith("+") for line in lines)
        minus = sum(line.startswith("-") for line in lines)
        status = "added" if before is None else "removed" if after is None else "modified"
        text = after if after is not None else before or ""
        found.append(FileChange(path, status, plus, minus, "\n".join(lines), blob_sha(text)))
    return found


def shown(patch: str) -> set[tuple[str, int]]:
    """The lines that a patch shows: ``("LEFT", 3)`` is the third of the old file."""
    found: set[tuple[str, int]] = set()
    left = right = 0
    for line in patch.split("\n"):
        if line.startswith("@@"):
            left, right = (abs(int(span.partition(",")[0])) for span in line.split()[1:3])
            continue
        if not line.startswith("+"):
            found.add(("LEFT", left))
            left += 1
        if not line.startswith("-"):
            found.add(("RIGHT", right))
            right += 1
    return found


def commit_changes(repository: Repository, one: Commit) -> list[FileChange]:
    """What a commit changed against its first parent."""
    parent = repository.commits.get(one.parents[0]) if one.parents else None
    return changes(parent.files if parent else {}, one.files)


def unified(files: list[FileChange]) -> str:
    """A diff as git writes it."""
    parts = []
    for file in files:
        mode = {"added": "new file mode 100644\n", "removed": "deleted file mode 100644\n"}.get(file.status, "")
        old = "/dev/null" if file.status == "added" else f"a/{file.path}"
        new = "/dev/null" if file.status == "removed" else f"b/{file.path}"
        names = f"--- {old}\n+++ {new}\n{file.patch}\n" if file.patch else ""
        parts.append(f"diff --git a/{file.path} b/{file.path}\n{mode}{names}")
    return "".join(parts)


def mailbox(repository: Repository, commits: list[Commit]) -> str:
    """Commits as ``git format-patch`` would write them, oldest first."""
    total = len(commits)
    parts = []
    for number, one in enumerate(commits, 1):
        subject, _, rest = one.message.partition("\n")
        count = f" {number}/{total}" if total > 1 else ""
        when = one.created.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        head = f"From {one.sha} Mon Sep 17 00:00:00 2001\nFrom: {one.author_name} <{one.author_email}>\nDate: {when}\n"
        diff = unified(commit_changes(repository, one))
        parts.append(f"{head}Subject: [PATCH{count}] {subject}\n\n{rest.strip()}\n---\n{diff}--\n2.47.0\n\n")
    return "".join(parts)


def fork_point(request: MergeRequest) -> str | None:
    """Where the branches of a merge request part: the merge base with the target as it is, while it is open."""
    home = request.repository
    base = home.branches.get(request.base, request.base_sha) if request.state == "open" else request.base_sha
    return merging.merge_base(home, base, request.head_sha)


def request_commits(request: MergeRequest) -> list[Commit]:
    """The commits of a merge request, oldest first."""
    home = request.repository
    base = home.branches.get(request.base, request.base_sha) if request.state == "open" else request.base_sha
    known = set(ancestry(home, base))
    return [one for one in reversed(history(home, request.head_sha)) if one.sha not in known]


def request_changes(request: MergeRequest) -> list[FileChange]:
    """The files that a merge request changes, against the point where the branches part."""
    home = request.repository
    fork = fork_point(request)
    return changes(home.commits[fork].files if fork else {}, home.commits[request.head_sha].files)


def create_merge_request(
    world: World,
    repository: Repository,
    author: User,
    title: str,
    *,
    source: Repository,
    head: str,
    base: str,
    **fields: Any,
) -> MergeRequest:
    """Opens a merge request between two existing branches and publishes ``opened``."""
    now = world.now()
    head_sha, base_sha = source.branches[head], repository.branches[base]
    for sha in ancestry(source, head_sha):
        repository.commits.setdefault(sha, source.commits[sha])
    number = work.next_number(world, repository, "merge_request")
    request = MergeRequest(
        world.next_id("issue"), number, repository, title, fields.pop("body", None), author, now, now,
        merge_request_id=world.next_id("merge request"), source=source, head=head, base=base,
        head_sha=head_sha, base_sha=base_sha, **fields,
    )  # fmt: skip
    repository.merge_requests[number] = request
    work.opened(world, request)
    return request


def conflicts(request: MergeRequest) -> list[str]:
    """The files that both sides changed in the same lines since they parted."""
    home = request.repository
    tip = home.branches.get(request.base, request.base_sha)
    return merging.merge_commits(home, tip, request.head_sha).conflicts


def merge(world: World, request: MergeRequest, actor: User, message: str, *, way: str = "merge") -> Commit:
    """Merges into the base branch, closes the request as merged and publishes push and update.

    ``way`` is "merge" (a commit with two parents), "squash" (one commit with all changes, by the request's author),
    "squash and merge" (that commit beside the base, and a merge of it), "rebase" (each commit once more on top of the
    base) or "fast-forward" (the base moves to the head).

    Raises:
        merging.ConflictError: when it does not fit.
    """
    home = request.repository
    tip = home.branches[request.base]
    if way == "fast-forward":
        sha = request.head_sha
    elif way == "rebase":
        sha = merging.replay(world, home, request_commits(request), tip, actor)
    else:
        merged = merging.fitting(merging.merge_commits(home, tip, request.head_sha))
        head, written = request.head_sha, None
        if way == "squash":
            written = (request.author, person(request.author, world.now()))
        elif way == "squash and merge":
            head = request.extra["squash_sha"] = squashed(world, request, actor).sha
        parents = [tip] if way == "squash" else [tip, head]
        sha = store(world, home, message, merged.files, parents, actor, modes=merged.modes, written=written).sha
    request.base_sha = tip
    request.merge_sha = sha
    request.merged_at = world.now()
    request.merged_by = actor
    move(world, home, request.base, sha, actor)
    work.edit_issue(world, request, actor, state="merged")
    return home.commits[sha]


def squashed(world: World, request: MergeRequest, actor: User) -> Commit:
    """All commits of a merge request as one, beside the base; its message is the request's own or its title."""
    home, fork = request.repository, fork_point(request)
    head = home.commits[request.head_sha]
    message = request.extra.get("squash_message") or f"{request.title}\n"
    written = (request.author, person(request.author, world.now()))
    return store(world, home, message, head.files, [fork] if fork else [], actor, modes=head.modes, written=written)


def set_status(
    world: World, repository: Repository, sha: str, state: str, context: str, creator: User, **fields: Any
) -> Status:
    """Adds a commit status and publishes it; older ones of the context stay in the list, newest first."""
    now = world.now()
    status = Status(world.next_id("status"), sha, state, context, creator, now, now, **fields)
    repository.statuses.setdefault(sha, []).insert(0, status)
    world.publish(Event("status", "created", creator, status, repository))
    merge_when_ready(world, repository, sha)
    return status


def states_of(repository: Repository, sha: str) -> set[str]:
    """The states of a commit's checks, the newest of each name."""
    newest: dict[str, str] = {}
    for status in repository.statuses.get(sha, ()):
        newest.setdefault(status.context, status.state)
    return set(newest.values())


def merge_when_ready(world: World, repository: Repository, sha: str) -> None:
    """Merges what waited for the checks of a commit, if they all succeeded."""
    if states_of(repository, sha) != {"success"}:
        return
    for request in list(repository.merge_requests.values()):
        waiting = request.extra.get("auto_merge")
        ready = request.state == "open" and request.head_sha == sha
        if waiting and ready and not world.holds_back(world, request):
            del request.extra["auto_merge"]
            usual = f"Merge branch '{request.head}' into '{request.base}'\n\n{request.title}"
            merge(world, request, waiting["by"], waiting["message"] or usual, way=waiting["method"])
            if waiting.get("remove") and request.source is not None:
                move(world, request.source, request.head, None, waiting["by"])


def fork(world: World, repository: Repository, owner: Any, name: str, creator: User) -> Repository:
    """Copies a repository with its branches to another account."""
    made = world.add_repository(
        owner, name, creator, parent=repository, visibility=repository.visibility,
        description=repository.description, default_branch=repository.default_branch,
    )  # fmt: skip
    made.commits = dict(repository.commits)
    made.branches = dict(repository.branches)
    return made
