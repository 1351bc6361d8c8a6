"""github-backup: everything of a repository, and of a user."""

from pathlib import Path

from attempt import GITHUB, GITHUB_TOKEN, command, tried

HOST = GITHUB.partition("://")[2]
COMMON = ("--github-host", HOST, "--token", GITHUB_TOKEN)


def backup(name: str, *words: str, owner: str = "acme") -> None:
    """Try it."""
    repository = ("--repository", "widgets") if owner == "acme" else ()
    command(name, "github-backup", owner, *COMMON, "--output-directory", f"backup-{name}", *repository, *words)


backup("repositories", "--repositories", "--organization")
for part in ("issues", "issue-comments", "issue-events", "pulls", "pull-comments", "pull-commits", "pull-details",
             "labels", "milestones", "hooks", "releases", "wikis", "security-advisories", "attachments"):  # fmt: skip
    backup(part, "--issues", "--pulls", f"--{part}", "--organization") if part.startswith(
        ("issue-", "pull-")
    ) else backup(part, f"--{part}", "--organization")
backup("assets", "--releases", "--assets", "--organization")
backup("bare", "--repositories", "--bare", "--organization")
backup("starred", "--starred", owner="alice")
backup("watched", "--watched", owner="alice")
backup("followers", "--followers", "--following", owner="alice")
backup("gists", "--gists", owner="alice")
backup("incrementally", "--issues", "--incremental", "--organization")
tried(
    "what it kept",
    lambda: next(Path("backup-issues").rglob("issues/1.json")).read_text(),
    lambda text: "It squeaks" in text,
)
