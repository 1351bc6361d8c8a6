"""A random walk of a bot through a forge where everything goes on at once, compared with the truth at each step.

A client reads and writes through igitt. Meanwhile other people change the same things, repositories are renamed and
their old names are taken by others, tokens end, clocks jump, webhooks arrive late or never, and requests fail before or
after their effect. What the sandbox's model holds is the truth that each read is compared with; that each write
happened once, or was told as it was, is counted there too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from support.world import Clock

from igitt.auth import GitHubInstallationToken, GitHubJsonWebToken
from igitt.cache import ResponseCache
from igitt.errors import (
    ConflictError,
    ElementAlreadyExistsError,
    ElementDoesntExistError,
    IGittError,
    PermissionDeniedError,
    ValidationError,
)
from igitt.testing import Sandbox
from igitt.testing.sandbox import gitdata, releases, work

#: What is told of a write that the forge did not carry out.
REFUSALS = (
    ConflictError,
    ElementAlreadyExistsError,
    ElementDoesntExistError,
    PermissionDeniedError,
    ValidationError,
)

#: What goes wrong with a write. `after_effect`: it was carried out, and only the answer was lost.
WRITE_FAULTS: tuple[dict[str, Any], ...] = (
    {"status": 502},
    {"status": 502, "after_effect": True},
    {"status": 503, "headers": {"Retry-After": "2"}},
    {"reset": True},
    {"reset": True, "after_effect": True},
    {"truncate": True, "after_effect": True},
    {"status": 504, "after_effect": True},
)

#: What goes wrong with a read.
READ_FAULTS: tuple[dict[str, Any], ...] = (
    {"status": 502},
    {"reset": True},
    {"truncate": True},
    {"status": 503, "headers": {"Retry-After": "1"}},
    {"status": 408},
    {"status": 520},
)


@dataclass
class Report:
    """What a walk met."""

    seed: int
    operations: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {sum(self.operations.values())} operations, {self.faults} faults injected, "
            f"{sum(self.failures.values())} told as failed, {len(self.wrong)} wrong, {len(self.doubled)} doubled"
        )


class Walk:
    """One forge, one bot, and everybody else.

    Args:
        hoster: ``"github"`` or ``"gitlab"``.
        seed: what all chance comes from.
    """

    def __init__(self, hoster: str, sandbox: Sandbox, clock: Clock, seed: int) -> None:
        self.hoster, self.clock, self.random = hoster, clock, Random(seed)  # noqa: S311 - no secret is made of it
        self.forge: Any = getattr(sandbox, hoster)
        self.report = Report(seed)
        self.trail: list[str] = []
        self.marks = 0
        forge = self.forge
        #: The redirects of issues that were transferred, which stay.
        self.moves: list[Any] = []
        forge.add_organization("acme", members={"alice": "owner"})
        self.alice = forge.add_user("alice", name="Alice")
        for name in ("widgets", "gears"):
            members = {"bot": "maintain", "carol": "write", "dave": "write"}
            forge.add_repository(f"acme/{name}", members=members, files={"README.md": "# 0\n"})
        #: The repositories that were there first; what takes their old names is none of them.
        self.homes = [forge.repository("acme/widgets"), forge.repository("acme/gears")]
        for home in self.homes:
            for number in range(3):
                forge.add_issue(home.full_name, f"Issue {number}", author="alice")
        self.client: Any = forge.client(
            self._credential(),
            cache=ResponseCache(clock=clock),
            clock=clock,
            max_wait=30,
            page_size=self.random.choice((4, 10, 100)),
        )
        forge.on_delivery(self._deliver)
        self.late: list[Any] = []
        #: Objects that the bot got once and uses for ever: each with the model's thing that it was.
        self.kept: list[tuple[Any, Any]] = []
        for home in self.homes:
            forge.add_hook(home.full_name, "https://bot.example.com/", "s", self._events())

    def _events(self) -> list[str]:
        if self.hoster == "github":
            return ["issues", "issue_comment", "push", "label", "pull_request", "repository"]
        return ["issues_events", "note_events", "push_events", "merge_requests_events"]

    def _credential(self) -> Any:
        if self.hoster == "gitlab":
            return "bot"
        permissions = {"issues": "write", "contents": "write", "pull_requests": "write", "administration": "write"}
        app = self.forge.add_app("triage", permissions=permissions, owner="acme")
        installed = self.forge.install(app, "acme")
        jwt = GitHubJsonWebToken(app.private_key, app.id, clock=self.clock)
        return GitHubInstallationToken(installed.id, jwt, clock=self.clock)

    # --- the parts of a step -----------------------------------------------------------------------------------------

    def step(self) -> None:
        """Do one thing, chosen by chance."""
        doing = self.random.choice(STEPS)
        name = doing.__name__
        self.report.operations[name] += 1
        self.trail.append(name)
        doing(self)

    def run(self, steps: int) -> Report:
        """Do so many things, then look at everything once more without faults."""
        for _ in range(steps):
            self.step()
        self.clear_faults()
        self.clock.now += 10_000
        for home in self.homes:
            self.look_at_list(home)
            for issue in list(home.issues.values()):
                self.compare_issue(self.client.get_repo(home.full_name).get_issue(issue.number), issue)
        return self.report

    def mark(self) -> str:
        """A text that nothing else has."""
        self.marks += 1
        return f"mark-{self.marks}-of-{self.report.seed}"

    def home(self) -> Any:
        """One of the repositories."""
        return self.random.choice(self.homes)

    def issue_of(self, home: Any) -> Any:
        """One of a repository's issues."""
        return self.random.choice(list(home.issues.values()))

    def wrong(self, what: str) -> None:
        """Note what was read wrongly, with the way that led there."""
        self.report.wrong.append(f"{what}; the last steps: {', '.join(self.trail[-12:])}")

    def fail_sometimes(self, faults: tuple[dict[str, Any], ...], chance: float, **which: Any) -> None:
        """Let the next request go wrong, by chance."""
        self.clear_faults()
        if self.random.random() < chance:
            self.report.faults += 1
            fault = self.random.choice(faults)
            self.trail.append(f"fault {fault}")
            self.forge.fail(**fault, **which, times=self.random.choice((1, 1, 2, 5)))

    def reading(self, read: Callable[[], None]) -> None:
        """Read something, with chance in the way; that it fails is right, that it is wrong is not."""
        self.fail_sometimes(READ_FAULTS, 0.15, method="GET")
        try:
            read()
        except IGittError as error:
            if not self.report.faults:
                raise
            self.report.failures[type(error).__name__] += 1
        finally:
            self.clear_faults()

    def clear_faults(self) -> None:
        """Let everything go right again."""
        self.forge.faults.rules[:] = self.moves

    def writing(self, write: Callable[[], Any], count: Callable[[], int]) -> Any:
        """Write something that can be counted, and see that it is there once, or told as it was."""
        before = count()
        self.fail_sometimes(WRITE_FAULTS, 0.35, method=None, path=None)
        for rule in self.forge.faults.rules[len(self.moves) :]:
            rule.method = self.random.choice(("POST", "PUT", "PATCH"))
        made = None
        try:
            made = write()
            told = "done"
        except REFUSALS as error:
            told = "refused"
            self.trail.append(f"refused: {error}")
        except IGittError as error:
            told = "unknown"
            self.report.failures[type(error).__name__] += 1
        self.clear_faults()
        there = count() - before
        if there > 1:
            self.report.doubled.append(f"{there} of it; the last steps: {', '.join(self.trail[-8:])}")
        if (told == "done" and there != 1) or (told == "refused" and there):
            self.wrong(f"a write is told as {told}, and {there} of it are there")
        return made

    def _deliver(self, delivery: Any) -> None:
        """A delivery comes at once, late, or never."""
        chance = self.random.random()
        if chance < 0.4:
            self.take(delivery)
        elif chance < 0.7:
            self.late.append(delivery)

    def take(self, delivery: Any) -> None:
        """Hand a delivery to the bot."""
        if delivery.url == "https://bot.example.com/":
            self.client.parse_webhook(delivery.headers, delivery.body, "s")

    # --- comparing ---------------------------------------------------------------------------------------------------

    def same(self, what: str, read: Any, true: Any) -> None:
        """Hold what was read against the truth."""
        if read != true:
            self.wrong(f"{what} is read as {read!r}, and is {true!r}")

    def compare_issue(self, issue: Any, true: Any) -> None:
        """Hold an issue's attributes against the model's."""
        where = f"issue {true.number} of {true.repository.full_name}:"
        self.same(f"{where} title", issue.title, true.title)
        self.same(f"{where} description", issue.description or "", true.body or "")
        self.same(f"{where} state", str(issue.state), true.state)
        self.same(f"{where} labels", set(issue.labels), {label.name for label in true.labels})
        people = {person.username for person in issue.assignees}
        self.same(f"{where} assignees", people, {person.login for person in true.assignees})
        self.same(f"{where} number", issue.number, true.number)
        milestone = issue.milestone.title if issue.milestone is not None else None
        self.same(f"{where} milestone", milestone, true.milestone.title if true.milestone else None)

    def look_at_list(self, home: Any) -> None:
        """Hold the list of a repository's issues against the model's."""
        issues = self.client.get_repo(home.full_name).filter_issues(state="all")
        read = {issue.number: issue.title for issue in issues}
        self.same(f"issues of {home.full_name}", read, {n: one.title for n, one in home.issues.items()})


# --- what the bot reads ----------------------------------------------------------------------------------------------


def read_issue(walk: Walk) -> None:
    """An issue that was never asked for with this object."""
    true = walk.issue_of(walk.home())

    def read() -> None:
        issue = walk.client.get_repo(true.repository.full_name).get_issue(true.number)
        issue.refresh()
        walk.compare_issue(issue, true)
        walk.kept.append((issue, true))

    walk.reading(read)


def read_kept(walk: Walk) -> None:
    """An issue that was kept, whatever its repository is called by now."""
    if walk.kept:
        issue, true = walk.random.choice(walk.kept)
        walk.reading(lambda: walk.compare_issue(issue.refresh(), true))


def read_list(walk: Walk) -> None:
    """The list of all issues."""
    home = walk.home()
    walk.reading(lambda: walk.look_at_list(home))


def read_comments(walk: Walk) -> None:
    """The comments of an issue."""
    true = walk.issue_of(walk.home())

    def read() -> None:
        issue = walk.client.get_repo(true.repository.full_name).get_issue(true.number)
        found = [comment.body for comment in issue.comments]
        real = [comment.body for comment in true.comments if not comment.system]
        walk.same(f"comments of issue {true.number}", found, real)

    walk.reading(read)


def read_labels(walk: Walk) -> None:
    """The names of the labels of a repository."""
    home = walk.home()

    def read() -> None:
        found = {label.name for label in walk.client.get_repo(home.full_name).labels}
        walk.same(f"labels of {home.full_name}", found, {label.name for label in home.labels.values()})

    walk.reading(read)


def read_head(walk: Walk) -> None:
    """Which commit a branch points to, and what a file says there."""
    home = walk.home()

    def read() -> None:
        repository = walk.client.get_repo(home.full_name)
        sha = home.branches["main"]
        walk.same(f"head of {home.full_name}", repository.get_commit("main").sha, sha)
        walk.same(f"branch of {home.full_name}", repository.get_branch("main").commit.sha, sha)
        content = repository.get_content("README.md", ref="main").text
        walk.same(f"README of {home.full_name}", content, home.commits[sha].files["README.md"])

    walk.reading(read)


def read_repository(walk: Walk) -> None:
    """A repository by the name that it has now."""
    home = walk.home()

    def read() -> None:
        repository = walk.client.get_repo(home.full_name)
        walk.same("description", repository.description or "", home.description or "")
        walk.same("name", repository.full_name, home.full_name)
        walk.same("identifier", repository.identifier, home.id)

    walk.reading(read)


def read_mergeable(walk: Walk) -> None:
    """Whether a merge request can be merged, and its state."""
    home = walk.home()
    if not home.merge_requests:
        return
    true = walk.random.choice(list(home.merge_requests.values()))

    def read() -> None:
        mr = walk.client.get_repo(home.full_name).get_mr(true.number)
        walk.same(f"state of merge request {true.number}", str(mr.state), true.state)
        if true.state == "open":
            walk.same(f"mergeable of {true.number}", mr.mergeable, not gitdata.conflicts(true))
            walk.same(f"head of {true.number}", mr.head.sha, true.head_sha)

    walk.reading(read)


def read_milestones(walk: Walk) -> None:
    """The milestones of a repository, and the releases."""
    home = walk.home()

    def read() -> None:
        repository = walk.client.get_repo(home.full_name)
        found = {one.title: str(one.state) for one in repository.milestones}
        true = {one.title: one.state for one in home.milestones.values()}
        walk.same(f"milestones of {home.full_name}", found, true)
        names = sorted(release.tag_name for release in repository.releases)
        walk.same(f"releases of {home.full_name}", names, sorted(one.tag for one in releases.of(home).values()))

    walk.reading(read)


# --- what the bot writes ---------------------------------------------------------------------------------------------


def write_issue(walk: Walk) -> None:
    """A new issue."""
    home, title = walk.home(), walk.mark()
    count = lambda: sum(one.title == title for each in walk.homes for one in each.issues.values())  # noqa: E731
    walk.writing(lambda: walk.client.get_repo(home.full_name).create_issue(title, "x"), count)


def write_comment(walk: Walk) -> None:
    """A comment, half the time through an object that was kept."""
    body, true = walk.mark(), walk.issue_of(walk.home())
    issue = walk.client.get_repo(true.repository.full_name).get_issue(true.number)
    if walk.kept and walk.random.random() < 0.5:
        issue, true = walk.random.choice(walk.kept)

    def count() -> int:
        everywhere = [comment for home in walk.forge.world.repositories.values() for one in home.issues.values()
                      for comment in one.comments if comment.body == body]  # fmt: skip
        if any(comment.target is not true for comment in everywhere):
            walk.wrong(f"a comment for issue {true.number} of {true.repository.full_name} went to another one")
        return len(everywhere)

    walk.writing(lambda: issue.add_comment(body), count)


def write_title(walk: Walk) -> None:
    """Another title, half the time through an object that was kept."""
    title, true = walk.mark(), walk.issue_of(walk.home())
    issue = walk.client.get_repo(true.repository.full_name).get_issue(true.number)
    if walk.kept and walk.random.random() < 0.5:
        issue, true = walk.random.choice(walk.kept)
    real = [one for home in walk.forge.world.repositories.values() for one in home.issues.values()]
    walk.writing(lambda: issue.edit(title=title), lambda: sum(one.title == title for one in real))
    if any(one.title == title and one is not true for one in real):
        walk.wrong(f"the title for issue {true.number} went to another one")


def write_label(walk: Walk) -> None:
    """A label onto an issue, by the operator that people write."""
    name, true = walk.mark(), walk.issue_of(walk.home())
    issue = walk.client.get_repo(true.repository.full_name).get_issue(true.number)
    held = {label.name for label in true.labels}

    def write() -> None:
        issue.labels |= {name}

    walk.writing(write, lambda: sum(label.name == name for label in true.labels))
    lost = held - {label.name for label in true.labels}
    if lost:
        walk.wrong(f"putting a label on took {lost} off")


def write_people(walk: Walk) -> None:
    """Somebody assigned or taken off, by the operators that people write; everybody else stays what they were."""
    true = walk.issue_of(walk.home())
    issue = walk.client.get_repo(true.repository.full_name).get_issue(true.number)
    held, name = {person.login for person in true.assignees}, walk.random.choice(("carol", "dave"))
    if walk.random.random() < 0.5:
        walk.reading(lambda: len(issue.assignees))  # what is known of it is old by the time of writing
        somebody_assigns(walk, true)
        held = {person.login for person in true.assignees}
    taken = name in held

    def write() -> None:
        if taken:
            issue.assignees -= {name}
        else:
            issue.assignees |= {name}

    here = lambda: int((name in {person.login for person in true.assignees}) != taken)  # noqa: E731
    walk.writing(write, here)
    others = {person.login for person in true.assignees} - {name}
    if others != held - {name}:
        walk.wrong(f"assigning {name} made {sorted(held)} into {sorted(others)} besides")


def write_milestone(walk: Walk) -> None:
    """A milestone, made and then set."""
    true, title = walk.issue_of(walk.home()), walk.mark()
    home = true.repository
    repository = walk.client.get_repo(home.full_name)
    made = walk.writing(
        lambda: repository.create_milestone(title), lambda: sum(one.title == title for one in home.milestones.values())
    )
    if made is not None:
        issue = repository.get_issue(true.number)
        there = lambda: int(true.milestone is not None and true.milestone.title == title)  # noqa: E731
        walk.writing(lambda: issue.edit(milestone=made), there)


def write_release(walk: Walk) -> None:
    """A release of a new tag, and sometimes its removal."""
    home, tag = walk.home(), walk.mark()
    repository = walk.client.get_repo(home.full_name)
    count = lambda: sum(one.tag == tag for one in releases.of(home).values())  # noqa: E731
    made = walk.writing(lambda: repository.create_release(tag, ref="main"), count)
    if made is not None and walk.random.random() < 0.5:
        walk.writing(made.delete, lambda: 1 - count())


def delete_comment(walk: Walk) -> None:
    """A comment of its own, said and taken back."""
    body, true = walk.mark(), walk.issue_of(walk.home())
    issue = walk.client.get_repo(true.repository.full_name).get_issue(true.number)
    there = lambda: sum(comment.body == body for comment in true.comments)  # noqa: E731
    made = walk.writing(lambda: issue.add_comment(body), there)
    if made is not None:
        walk.writing(made.delete, lambda: 1 - there())


def close_all(walk: Walk) -> None:
    """All open issues closed while their list is walked: each is met once, with nothing in the way."""
    home = walk.home()
    if walk.random.random() < 0.7:
        return
    walk.clear_faults()
    open_ones = sorted(one.number for one in home.issues.values() if one.state == "open")
    met = []
    for issue in walk.client.get_repo(home.full_name).filter_issues("open"):
        met.append(issue.number)
        if walk.random.random() < 0.8:
            issue.close()
    walk.same(f"open issues of {home.full_name} met while closing them", sorted(met), open_ones)


def write_state(walk: Walk) -> None:
    """Close or open an issue."""
    true = walk.issue_of(walk.home())
    issue = walk.client.get_repo(true.repository.full_name).get_issue(true.number)
    state, act = ("closed", issue.close) if true.state == "open" else ("open", issue.reopen)
    walk.writing(act, lambda: int(true.state == state))


def write_file(walk: Walk) -> None:
    """A new text for a file."""
    home, text = walk.home(), walk.mark()
    content = walk.client.get_repo(home.full_name).get_content("README.md", ref="main")

    def count() -> int:
        return sum(home.commits[sha].message == text for sha in gitdata.ancestry(home, home.branches["main"]))

    walk.writing(lambda: content.update(f"# {text}\n", message=text, branch="main"), count)


def write_merge_request(walk: Walk) -> None:
    """A branch with a commit, a merge request of it, and sometimes its merge."""
    home, name = walk.home(), walk.mark()
    files = {f"{name}.txt": "x\n"}
    if walk.random.random() < 0.3:
        files["README.md"] = f"# {name}\n"
    gitdata.commit(walk.forge.world, home, name, files, branch=name, author=walk.alice)
    repository = walk.client.get_repo(home.full_name)
    made = walk.writing(
        lambda: repository.create_merge_request(name, base="main", head=name, body="x"),
        lambda: sum(one.title == name for one in home.merge_requests.values()),
    )
    if made is None or walk.random.random() < 0.5:
        return
    true = next(one for one in home.merge_requests.values() if one.title == name)
    if not gitdata.conflicts(true):
        walk.writing(made.merge, lambda: int(true.state == "merged"))


# --- what everybody else does ----------------------------------------------------------------------------------------


def somebody_edits(walk: Walk) -> None:
    """Somebody else changes an issue, sometimes twice within a second."""
    true, world = walk.issue_of(walk.home()), walk.forge.world
    for _ in range(walk.random.choice((1, 1, 2))):
        with world.transaction():
            change = walk.random.choice(("title", "body", "state"))
            value = walk.random.choice(("open", "closed")) if change == "state" else walk.mark()
            work.edit_issue(world, true, walk.alice, **{change: value})


def somebody_assigns(walk: Walk, true: Any = None) -> None:
    """Somebody else assigns somebody, or takes one off."""
    true, world = true or walk.issue_of(walk.home()), walk.forge.world
    person = walk.forge.add_user(walk.random.choice(("carol", "dave", "alice")))
    people = [one for one in true.assignees if one is not person]
    if len(people) == len(true.assignees):
        people.append(person)
    with world.transaction():
        work.edit_issue(world, true, walk.alice, assignees=people)


def somebody_transfers(walk: Walk) -> None:
    """Somebody else gives an issue to the other repository, where it has another number; the old address leads there.

    Source: https://docs.github.com/en/rest/issues/issues#get-an-issue. GitLab makes a new issue instead.
    """
    home = walk.home()
    true, target = walk.issue_of(home), next(one for one in walk.homes if one is not home)
    if walk.hoster != "github" or walk.random.random() < 0.6 or len(home.issues) < 4:
        return
    world, old = walk.forge.world, true.number
    with world.transaction():
        del home.issues[old]
        true.number = work.next_number(world, target, "issue")
        true.repository, true.milestone, true.labels = target, None, []
        true.updated = world.now()
        target.issues[true.number] = true
    there = f"repositories/{target.id}/issues/{true.number}"
    places = f"(repos/{home.full_name}|repositories/{home.id})/issues/{old}"
    for end in ("", "/comments", "/labels", "/assignees"):
        for method, status in (("GET", 301), ("POST", 307), ("PATCH", 307), ("DELETE", 307)):
            walk.clear_faults()
            walk.forge.fail(status, moved_to=there + end, path=f"{places}{end}$", method=method, times=10**9)
            walk.moves.append(walk.forge.faults.rules[-1])
    walk.report.faults += 1
    walk.late.clear()  # of them some would tell where it was


def somebody_labels(walk: Walk) -> None:
    """Somebody else puts a label on, or takes one off."""
    true, world = walk.issue_of(walk.home()), walk.forge.world
    with world.transaction():
        labels = list(true.labels)
        if labels and walk.random.random() < 0.5:
            labels.remove(walk.random.choice(labels))
        else:
            labels += work.labels_named(world, true.repository, [walk.random.choice(("bug", "idea", "later"))])
        work.edit_issue(world, true, walk.alice, labels=list(dict.fromkeys(labels)))


def somebody_renames_a_label(walk: Walk) -> None:
    """Somebody else renames a label, which changes the issues that have it and not their dates."""
    home, world = walk.home(), walk.forge.world
    if home.labels:
        label = walk.random.choice(list(home.labels.values()))
        with world.transaction():
            work.edit_label(world, home, label, walk.alice, name=walk.mark())


def somebody_comments(walk: Walk) -> None:
    """Somebody else comments, or takes a comment back."""
    true, world = walk.issue_of(walk.home()), walk.forge.world
    with world.transaction():
        if true.comments and walk.random.random() < 0.3:
            work.delete_comment(world, walk.random.choice(true.comments), walk.alice)
        else:
            work.add_comment(world, true, walk.alice, walk.mark(), repository=true.repository)


def somebody_pushes(walk: Walk) -> None:
    """Somebody else pushes to the main branch; or takes the last push back."""
    home, world = walk.home(), walk.forge.world
    tip = home.commits[home.branches["main"]]
    with world.transaction():
        if tip.parents and walk.random.random() < 0.3:
            gitdata.move(world, home, "main", tip.parents[0], walk.alice)
        else:
            text = {"README.md": f"# {walk.mark()}\n"}
            gitdata.commit(world, home, walk.mark(), text, branch="main", author=walk.alice)


def somebody_renames(walk: Walk) -> None:
    """Somebody else renames a repository, and sometimes another one takes its name."""
    home, world, old = walk.home(), walk.forge.world, None
    if walk.random.random() < 0.3:
        return
    old = home.full_name
    with world.transaction():
        world.edit_repository(home, walk.alice, name=walk.mark())
    if walk.random.random() < 0.5:
        # What was looked at within the last minute is written to without another look, by its name.
        walk.clock.now += 60
        walk.forge.add_repository(old, members={"bot": "maintain"}, files={"README.md": "# another\n"})
        for number in range(4):
            walk.forge.add_issue(old, f"Another {number}", author="alice")


def time_passes(walk: Walk) -> None:
    """A second, a minute, or so long that the token ends."""
    walk.clock.now += walk.random.choice((0.3, 1, 1, 61, 4000))


def late_news(walk: Walk) -> None:
    """A delivery that was kept up arrives, perhaps not the oldest first."""
    if walk.late:
        delivery = walk.late.pop(walk.random.randrange(len(walk.late)))
        walk.take(delivery)


STEPS: tuple[Callable[[Walk], None], ...] = (
    read_issue, read_issue, read_issue, read_kept, read_kept, read_list, read_list, read_comments, read_comments,
    read_labels, read_head, read_head, read_repository, read_mergeable, read_mergeable, write_issue, write_comment,
    write_comment, write_title, write_label, write_label, write_state, write_file, write_merge_request, somebody_edits,
    somebody_edits, somebody_labels, somebody_labels, somebody_renames_a_label, read_milestones, write_people,
    write_people, write_milestone, write_release, delete_comment, close_all, somebody_assigns, somebody_transfers,
    somebody_comments, somebody_pushes, somebody_renames, time_passes, time_passes, time_passes, late_news,
)  # fmt: skip


def walk(hoster: str, seed: int, steps: int) -> Report:
    """Go for a walk, and tell what was met."""
    clock = Clock()
    with Sandbox(socket=False, clock=clock.time) as sandbox:
        return Walk(hoster, sandbox, clock, seed).run(steps)
