"""Clients that were written for the real forges, driven against the sandbox: how many of their operations work.

Each client is installed from its registry into a folder of its own (``build/clients``), where that can be reached, and
runs a small program of ours (in ``benchmarks/clients``) that does what such a client is used for. It finds the sandbox
by environment variables, as it would find an instance of one's own, and knows nothing of igitt. Prints a table of what
was tried and what worked, and what did not with its reason; without names of clients, the table is also written to
``docs/figures/clients.txt``.

Usage: python benchmarks/clients.py [CLIENT…]
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from igitt.testing import Sandbox

HERE = Path(__file__).resolve().parent
DRIVERS, BUILD = HERE / "clients", HERE.parent / "build" / "clients"
FIGURES = HERE.parent / "docs" / "figures" / "clients.txt"
#: Seconds for one client's program, and for installing it.
PATIENCE, INSTALLING = 180, 600


@dataclass(frozen=True)
class Client:
    """A client.

    Attributes:
        name: what it is called.
        kind: where it comes from: ``system``, ``debian``, ``python`` or ``node``.
        packages: what is installed.
        driver: our program; that of the client's name if not given.
        forge: whose API it speaks.
    """

    name: str
    kind: str
    packages: tuple[str, ...] = ()
    driver: str = ""
    forge: str = "github"

    @property
    def folder(self) -> Path:
        """Where it is installed."""
        return BUILD / self.kind / self.name.replace(" ", "-")


CLIENTS = (
    Client("git", "system", driver="git.py"),
    Client("gh", "debian", ("gh",), "gh.py"),
    Client("hub", "debian", ("hub",), "hub.py"),
    Client("octokit", "node", ("@octokit/rest", "@octokit/graphql"), "octokit.mjs"),
    Client("probot", "node", ("probot",), "probot.mjs"),
    Client("danger", "node", ("danger",), "danger.mjs"),
    Client("semantic-release", "node", ("semantic-release", "@semantic-release/gitlab"), "semantic_release.py"),
    Client("githubkit", "python", ("githubkit[auth-app]", "hishel<1"), "githubkit_.py"),
    Client("github3.py", "python", ("github3.py",), "github3_.py"),
    Client("ghapi", "python", ("ghapi",), "ghapi_.py"),
    Client("gidgethub", "python", ("gidgethub[aiohttp]",), "gidgethub_.py"),
    Client("aiogithubapi", "python", ("aiogithubapi",), "aiogithubapi_.py"),
    Client("PyGithub", "python", ("PyGithub",), "pygithub_.py"),
    Client("ogr", "python", ("ogr",), "ogr_.py", "gitlab"),
    Client("github-backup", "python", ("github-backup",), "github_backup.py"),
    Client("python-semantic-release", "python", ("python-semantic-release",), "python_semantic_release.py", "both"),
    Client("python-gitlab", "python", ("python-gitlab[graphql]",), "python_gitlab.py", "gitlab"),
    Client("gitbeaker", "node", ("@gitbeaker/rest",), "gitbeaker.mjs", "gitlab"),
)


@dataclass
class Outcome:
    """What became of a client's operations: names, and reasons of what did not work."""

    client: Client
    worked: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    skipped: str = ""

    @property
    def tried(self) -> int:
        """How many were tried."""
        return len(self.worked) + len(self.failed)


def run(words: list[str], seconds: int, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a program; one that is not done in time has failed."""
    try:
        return subprocess.run(  # noqa: S603 - words of this script
            words, capture_output=True, text=True, timeout=seconds, check=False, **options
        )  # type: ignore[call-overload,no-any-return]  # options of any kind
    except subprocess.TimeoutExpired as error:
        said = error.stdout.decode(errors="replace") if isinstance(error.stdout, bytes) else error.stdout or ""
        return subprocess.CompletedProcess(words, 124, said, f"not done within {seconds} s")


def install(client: Client) -> str:
    """Install a client; says why it cannot be had, and nothing if it is there."""
    done = client.folder / "installed"
    if client.kind == "system":
        return "" if shutil.which(client.name) else f"there is no {client.name} on the PATH"
    if done.exists() and done.read_text() == " ".join(client.packages):
        return ""
    shutil.rmtree(client.folder, ignore_errors=True)
    client.folder.mkdir(parents=True)
    for words in _commands(client):
        if shutil.which(words[0]) is None:
            return f"there is no {words[0]} on the PATH"
        result = run(words, INSTALLING, cwd=client.folder)
        if result.returncode:
            return f"{words[0]} could not get it: {(result.stderr.strip().splitlines() or ['?'])[-1]}"
    done.write_text(" ".join(client.packages))
    return ""


def _commands(client: Client) -> Iterator[list[str]]:
    """What installs a client into its folder."""
    if client.kind == "python":
        venv.create(client.folder, with_pip=True)
        yield [str(client.folder / "bin" / "pip"), "install", "--quiet", *client.packages]
    elif client.kind == "node":
        (client.folder / "package.json").write_text('{"private": true}\n')
        yield ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *client.packages]
    else:
        # Unpacked beside the machine's own programs, none of which it changes.
        yield ["apt-get", "download", "--quiet", *client.packages]
        for package in client.folder.glob("*.deb"):
            yield ["dpkg", "-x", str(package), str(client.folder)]


def fill(sandbox: Sandbox) -> None:
    """The same small world on both forges."""
    for forge in (sandbox.github, sandbox.gitlab):
        for login in ("alice", "bob", "carol"):
            forge.add_user(login, name=login.title(), email=f"{login}@example.com")
        forge.add_organization("acme", members={"alice": "owner"})
        forge.add_repository(
            "acme/widgets",
            description="Things that turn",
            members={"bob": "write"},
            labels={"bug": "#d73a4a", "idea": "#a2eeef"},
            files={"README.md": "# Widgets\n", "src/a.py": "x = 1\n", ".gitlab-ci.yml": "test:\n  script: [make]\n"},
        )
        issue = forge.add_issue(
            "acme/widgets", "It squeaks", "Loudly.", author="bob", labels=["bug"], assignees=["alice"]
        )
        forge.add_commit("acme/widgets", "fix: oil it", {"oil.txt": "drop\n"}, branch="feature", author="bob")
        forge.add_merge_request("acme/widgets", "Oil", head="feature", author="bob", body="Now it turns.")
        forge.add_commit("acme/widgets", "Grease", {"grease.txt": "drop\n"}, branch="grease", author="bob")
        repository = forge.client("alice").get_repo("acme/widgets")
        repository.create_release("v1.0.0", "One", "First.")
        repository.create_milestone("Soon", "Not late.")
        forge.add_comment(issue, "Which one?", author="carol")
        forge.add_pipeline("acme/widgets", "feature", {"test": "success"})


def environment(client: Client, sandbox: Sandbox) -> dict[str, str]:
    """What a client's program finds: both instances, alice's tokens, and the certificate to trust."""
    github, gitlab = sandbox.github, sandbox.gitlab
    app = github.add_app("triage", permissions={"issues": "write", "contents": "read"})
    github.install(app, "acme")
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "TMPDIR"}}
    found = kept | {
        "GITHUB": github.url, "GITHUB_API": github.api_url, "GITHUB_TOKEN_OF_ALICE": github.token_for("alice"),
        "GITLAB": gitlab.url, "GITLAB_API": gitlab.api_url, "GITLAB_TOKEN_OF_ALICE": gitlab.token_for("alice"),
        "APP_ID": str(app.id), "APP_KEY": app.private_key, "CLIENT": str(client.folder),
    }  # fmt: skip
    bins = [client.folder / "bin", client.folder / "usr" / "bin", client.folder / "node_modules" / ".bin"]
    found["PATH"] = os.pathsep.join([*(str(one) for one in bins if one.exists()), found["PATH"]])
    if sandbox.ca_file:
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO"):
            found[name] = sandbox.ca_file
    return found


def drive(client: Client, scratch: Path) -> Outcome:
    """Run a client's program against a fresh sandbox."""
    outcome = Outcome(client)
    outcome.skipped = install(client)
    if outcome.skipped:
        return outcome
    driver = DRIVERS / client.driver
    # A module of Node looks for packages beside itself.
    if driver.suffix == ".mjs":
        for one in (driver, DRIVERS / "attempt.mjs"):
            shutil.copy(one, client.folder / one.name)
        words = ["node", str(client.folder / driver.name)]
    else:
        own = client.folder / "bin" / "python"
        words = [str(own) if own.exists() else sys.executable, str(driver)]
    with Sandbox(tls=True) as sandbox:
        fill(sandbox)
        found = environment(client, sandbox) | {"HOME": str(scratch)}
        result = run(words, PATIENCE, cwd=scratch, env=found)
        for line in result.stdout.splitlines():
            mark, _, rest = line.partition("\t")
            name, _, reason = rest.partition("\t")
            if mark == "ok":
                outcome.worked.append(name)
            elif mark == "no":
                outcome.failed.append((name, reason))
        if result.returncode:
            said = (result.stderr.strip().splitlines() or ["it said nothing"])[-1]
            outcome.failed.append(("the program itself", said[:200]))
    return outcome


def report(outcomes: list[Outcome]) -> str:
    """The table."""
    lines = [f"{'client':<26}{'tried':>6}{'worked':>8}{'':>7}", "-" * 47]
    for one in outcomes:
        if one.skipped:
            lines.append(f"{one.client.name:<26}  not run: {one.skipped}")
        else:
            share = f"{100 * len(one.worked) / max(1, one.tried):.0f} %"
            lines.append(f"{one.client.name:<26}{one.tried:>6}{len(one.worked):>8}{share:>7}")
    tried, worked = sum(one.tried for one in outcomes), sum(len(one.worked) for one in outcomes)
    lines += ["-" * 47, f"{'all':<26}{tried:>6}{worked:>8}{f'{100 * worked / max(1, tried):.0f} %':>7}"]
    failed = [(one.client.name, *each) for one in outcomes for each in one.failed]
    if failed:
        lines += ["", "What did not work:", ""]
        lines += [f"{client}: {name}\n    {reason}" for client, name, reason in failed]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def main(names: list[str]) -> int:
    """Drive the named clients, or all."""
    unknown = set(names) - {client.name for client in CLIENTS}
    if unknown:
        print(f"there is no client {', '.join(sorted(unknown))}; there are {', '.join(one.name for one in CLIENTS)}")
        return 2
    chosen = [client for client in CLIENTS if not names or client.name in names]
    outcomes = []
    for client in chosen:
        print(f"{client.name} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            outcomes.append(drive(client, Path(scratch)))
    text = report(outcomes)
    print(text)
    if not names:
        today = dt.datetime.now(tz=dt.UTC).date().isoformat()
        FIGURES.write_text(f"Clients on the sandbox, {today}\n\n{text}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
