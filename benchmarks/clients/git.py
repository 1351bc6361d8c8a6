"""Git on both forges: what people and bots do with a clone."""

import os

from attempt import GITHUB, GITHUB_TOKEN, GITLAB, GITLAB_TOKEN, command, find

os.environ |= {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Alice"), ("EMAIL", "alice@example.com"))
}
os.environ["GIT_TERMINAL_PROMPT"] = "0"

for forge, url, user, token in (
    ("github", GITHUB, "x-access-token", GITHUB_TOKEN),
    ("gitlab", GITLAB, "oauth2", GITLAB_TOKEN),
):
    scheme, _, host = url.partition("://")
    remote, anonymous = f"{scheme}://{user}:{token}@{host}/acme/widgets.git", f"{url}/acme/widgets.git"
    home = find(forge)

    def git(name: str, *words: str, wanted: str = "", where: str = "clone") -> str:
        """Try it in a clone."""
        return command(f"{forge}: {name}", "git", *words, wanted=wanted, cwd=home / where)

    git("clone", "clone", remote, "clone", where=".")
    git("clone anonymously", "clone", anonymous, "anonymous", where=".")
    git("clone with a depth", "clone", "--depth=1", remote, "shallow", where=".")
    git("clone one branch", "clone", "--single-branch", "--branch=feature", remote, "single", where=".")
    git("clone a mirror", "clone", "--mirror", remote, "mirror", where=".")
    git("clone bare", "clone", "--bare", remote, "bare", where=".")
    git("clone without blobs", "clone", "--filter=blob:none", remote, "partial", where=".")
    git("ls-remote", "ls-remote", remote, wanted="refs/heads/feature", where=".")
    git("ls-remote --symref", "ls-remote", "--symref", remote, "HEAD", wanted="ref: refs/heads/main", where=".")
    git("unshallow", "fetch", "--unshallow", where="shallow")
    git("fetch --tags --prune", "fetch", "--tags", "--prune")
    git("log a branch", "log", "--oneline", "origin/feature", wanted="fix: oil it")
    git("switch", "switch", "-c", "topic")
    (home / "clone" / "topic.txt").write_text("one\n")
    git("add", "add", ".")
    git("commit", "commit", "-m", "Topic")
    git("push a branch", "push", "-u", "origin", "topic")
    git("amend", "commit", "--amend", "-m", "Topic, again")
    git("push --force-with-lease", "push", "--force-with-lease")
    git("pull --rebase", "pull", "--rebase")
    git("tag", "tag", "-a", "v1.1.0", "-m", "One one")
    git("push a tag", "push", "origin", "v1.1.0")
    git("push --follow-tags --atomic", "push", "--follow-tags", "--atomic", "origin", "topic")
    git("push two branches", "push", "origin", "HEAD:one", "HEAD:two")
    git("delete branches", "push", "origin", "--delete", "one", "two")
    git("delete a tag", "push", "origin", ":refs/tags/v1.1.0")
    git("a rebase", "rebase", "origin/feature")
    git("push with force", "push", "--force", "origin", "topic")
    git("fetch a request's head", "fetch", "origin",
        "refs/pull/2/head" if forge == "github" else "refs/merge-requests/1/head")  # fmt: skip
    git("push to main", "push", "origin", "topic:main")
    git("remote update", "remote", "update", where="mirror")
