"""hub, the command line before GitHub's own, within a clone."""

import os

from attempt import GITHUB, GITHUB_TOKEN, command, find

HOST = GITHUB.partition("://")[2]
os.environ |= {"GITHUB_HOST": HOST, "GITHUB_TOKEN": GITHUB_TOKEN, "GITHUB_USER": "alice", "GIT_TERMINAL_PROMPT": "0"}
os.environ |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "hub.host", "GIT_CONFIG_VALUE_0": HOST}
os.environ |= {
    f"GIT_{role}_{what}": "alice@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
}
find(".")
command("clone", "git", "clone", f"https://x:{GITHUB_TOKEN}@{HOST}/acme/widgets.git", "widgets")
command("(the remote)", "git", "-C", "widgets", "remote", "set-url", "origin", f"https://{HOST}/acme/widgets.git")


def hub(name: str, *words: str, wanted: str = "") -> str:
    """Try it."""
    return command(name, "hub", *words, wanted=wanted, cwd="widgets")


hub("api user", "api", "user", wanted="alice")
hub("api graphql", "api", "graphql", "-f", "query={viewer{login}}", wanted="alice")
hub("browse", "browse", "--url", "acme/widgets", wanted="acme/widgets")
hub("issue", "issue", wanted="It squeaks")
hub("issue show", "issue", "show", "1", wanted="Loudly.")
hub("issue create", "issue", "create", "-m", "By hub", "-l", "bug", wanted="/issues/")
hub("issue update", "issue", "update", "1", "-m", "It squeaks a lot", "-s", "closed")
hub("issue labels", "issue", "labels", wanted="bug")
hub("issue transfer (refused)", "api", "repos/acme/widgets/issues/1", wanted="closed")
hub("pr list", "pr", "list", wanted="Oil")
hub("pr show", "pr", "show", "-f", "%t", "2", wanted="Oil")
hub("pull-request", "pull-request", "-h", "acme:grease", "-b", "acme:main", "-m", "Grease", wanted="/pull/")
hub("pr merge", "api", "-X", "PUT", "repos/acme/widgets/pulls/2/merge", wanted="merged")
hub("ci-status", "ci-status", "-v", "origin/feature", wanted="success")
hub("release", "release", wanted="v1.0.0")
hub("release show", "release", "show", "v1.0.0", wanted="First.")
hub("release create", "release", "create", "-m", "Two", "v2.0.0", wanted="v2.0.0")
hub("release edit", "release", "edit", "-m", "Two and a half", "v2.0.0")
hub("release delete", "release", "delete", "v2.0.0")
hub("create", "create", "-d", "Made by hub", "alice/made")
hub("fork", "fork", "--no-remote")
hub("delete", "delete", "-y", "alice/made")
