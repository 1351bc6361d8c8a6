"""python-semantic-release: the next version out of commits, on both forges."""

import os

from attempt import GITHUB, GITHUB_API, GITHUB_TOKEN, GITLAB, GITLAB_API, GITLAB_TOKEN, command, find

os.environ |= {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Alice"), ("EMAIL", "alice@example.com"))
}
CONFIG = """\
[tool.semantic_release]
version_variables = ["src/a.py:__version__"]
build_command = ""
[tool.semantic_release.remote]
type = "{kind}"
domain = "{domain}"
api_domain = "{api}"
token = {{ env = "TOKEN" }}
insecure = false
"""
for kind, url, user, token in (("github", GITHUB, "x", GITHUB_TOKEN), ("gitlab", GITLAB, "oauth2", GITLAB_TOKEN)):
    host = url.partition("://")[2]
    home = find(kind) / "widgets"
    os.environ["TOKEN"] = token
    command(f"{kind}: clone", "git", "clone", f"https://{user}:{token}@{host}/acme/widgets.git", str(home))
    (home / "pyproject.toml").write_text(
        CONFIG.format(kind=kind, domain=host, api=f"{host}/api/v3" if kind == "github" else host)
    )
    (home / "src" / "a.py").write_text('__version__ = "1.0.0"\n')
    command(f"{kind}: commit", "git", "-C", str(home), "add", ".")
    command(f"{kind}: commit a feature", "git", "-C", str(home), "commit", "-m", "feat: turn faster")
    command(f"{kind}: push", "git", "-C", str(home), "push")
    command(f"{kind}: version --print", "semantic-release", "version", "--print", wanted="1.1.0", cwd=home)
    command(f"{kind}: changelog", "semantic-release", "changelog", cwd=home)
    command(f"{kind}: version, with a release", "semantic-release", "version", "--skip-build", cwd=home)
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
    command(f"{kind}: publish", "semantic-release", "publish", cwd=home)
