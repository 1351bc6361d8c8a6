"""semantic-release of Node, with its plugins for both forges."""

import json
import os

from attempt import GITHUB, GITHUB_API, GITHUB_TOKEN, GITLAB, GITLAB_API, GITLAB_TOKEN, command, find

os.environ |= {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Alice"), ("EMAIL", "alice@example.com"))
}
MODULES = os.path.join(os.environ["CLIENT"], "node_modules")  # noqa: PTH118 - a text for Node
for kind, url, user, token in (
    ("github", GITHUB, "x-access-token", GITHUB_TOKEN),
    ("gitlab", GITLAB, "oauth2", GITLAB_TOKEN),
):
    host = url.partition("://")[2]
    home = find(kind) / "widgets"
    if kind == "github":
        os.environ |= {"GITHUB_TOKEN": token, "GITHUB_API_URL": GITHUB_API, "GITHUB_SERVER_URL": url}
    else:
        for name in ("GITHUB_TOKEN", "GITHUB_API_URL", "GITHUB_SERVER_URL"):
            os.environ.pop(name, None)
        os.environ |= {"GITLAB_TOKEN": token, "GL_URL": url}
    command(f"{kind}: clone", "git", "clone", f"https://{user}:{token}@{host}/acme/widgets.git", str(home))
    plugins = [
        f"{MODULES}/@semantic-release/commit-analyzer", f"{MODULES}/@semantic-release/release-notes-generator",
        [f"{MODULES}/@semantic-release/{kind}", {"assets": ["README.md"]}],
    ]  # fmt: skip
    settings = {"branches": ["main"], "repositoryUrl": f"{url}/acme/widgets.git", "plugins": plugins, "ci": False}
    (home / ".releaserc.json").write_text(json.dumps(settings))
    (home / "package.json").write_text('{"name": "widgets", "version": "1.0.0", "private": true}')
    command(f"{kind}: add", "git", "-C", str(home), "add", ".")
    command(f"{kind}: commit", "git", "-C", str(home), "commit", "-m", "feat: turn faster\n\nCloses #1")
    command(f"{kind}: push", "git", "-C", str(home), "push")
    command(f"{kind}: --dry-run", "semantic-release", "--dry-run", "--no-ci", wanted="1.1.0", cwd=home)
    command(f"{kind}: release", "semantic-release", "--no-ci", wanted="Published release 1.1.0", cwd=home)
    command(f"{kind}: the tag", "git", "-C", str(home), "ls-remote", "--tags", "origin", wanted="v1.1.0")
    api = GITHUB_API + "/repos/acme/widgets" if kind == "github" else GITLAB_API + "/projects/acme%2Fwidgets"
    command(
        f"{kind}: the release",
        "curl",
        "-sf",
        "--cacert",
        os.environ["SSL_CERT_FILE"],
        f"{api}/releases",
        wanted="v1.1.0",
    )
    again = "There are no relevant changes"
    command(f"{kind}: once more, with nothing new", "semantic-release", "--no-ci", wanted=again, cwd=home)
