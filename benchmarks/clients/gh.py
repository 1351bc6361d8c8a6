"""GitHub's own command line, pointed at an instance of one's own by GH_HOST."""

import os

from attempt import GITHUB, GITHUB_TOKEN, command, find

HOST = GITHUB.partition("://")[2]
os.environ |= {"GH_HOST": HOST, "GH_ENTERPRISE_TOKEN": GITHUB_TOKEN, "GH_PROMPT_DISABLED": "1", "NO_COLOR": "1"}
os.environ |= {"GH_CONFIG_DIR": str(find("config")), "GIT_TERMINAL_PROMPT": "0"}
# Of a host with a port it wants to hear in the environment, and not before a repository's name.
REPO = ("--repo", "acme/widgets")
notes = find(".") / "asset.txt"
notes.write_text("an asset\n")


def gh(name: str, *words: str, wanted: str = "", told: str | None = None) -> str:
    """Try it."""
    return command(name, "gh", *words, wanted=wanted, told=told)


gh("auth status", "auth", "status", "--hostname", HOST)
gh("api user", "api", "user", "--jq", ".login", wanted="alice")
gh("api paginate", "api", "--paginate", "repos/acme/widgets/issues", "--jq", ".[].title", wanted="It squeaks")
gh("api graphql", "api", "graphql", "-f", "query={viewer{login}}", wanted="alice")
gh("api post", "api", "repos/acme/widgets/labels", "-f", "name=api", "-f", "color=00ff00", wanted="api")
gh("repo view", "repo", "view", "acme/widgets", wanted="Widgets")
gh("repo view --json", "repo", "view", "acme/widgets", "--json", "name,owner,defaultBranchRef", wanted="main")
gh("repo list", "repo", "list", "acme", wanted="acme/widgets")
gh("repo create", "repo", "create", "made", "--public", "--description", "Made by gh", wanted="alice/made")
gh("repo clone", "repo", "clone", "acme/widgets", "cloned")
gh("repo fork", "repo", "fork", "acme/widgets", "--clone=false")
gh("repo edit", "repo", "edit", "acme/widgets", "--description", "Things")
gh("issue list", "issue", "list", *REPO, wanted="It squeaks")
gh("issue list --label", "issue", "list", *REPO, "--label", "bug", "--state", "all", wanted="It squeaks")
gh("issue list --json", "issue", "list", *REPO, "--json", "number,title,author,labels", wanted="bob")
gh("issue view", "issue", "view", "1", *REPO, wanted="Loudly.")
gh("issue view --comments", "issue", "view", "1", "--comments", *REPO, wanted="Which one?")
gh("issue create", "issue", "create", *REPO, "--title", "By gh", "--body", "x", "--label", "bug", "--assignee", "alice",
   wanted="/issues/")  # fmt: skip
gh("issue comment", "issue", "comment", "1", *REPO, "--body", "Hello")
gh("issue edit", "issue", "edit", "1", *REPO, "--add-label", "idea", "--title", "It squeaks a lot")
gh("issue edit --milestone", "issue", "edit", "1", *REPO, "--milestone", "Soon")
gh("issue close", "issue", "close", "1", *REPO)
gh("issue reopen", "issue", "reopen", "1", *REPO)
gh("issue lock", "issue", "lock", "1", *REPO)
gh("issue status", "issue", "status", *REPO)
gh("pr list", "pr", "list", *REPO, wanted="Oil")
gh("pr list --json", "pr", "list", *REPO, "--json", "number,headRefName,isDraft", wanted="feature")
gh("pr view", "pr", "view", "2", *REPO, wanted="Now it turns.")
gh("pr view --json", "pr", "view", "2", *REPO, "--json", "state,mergeable,commits,files,reviews", wanted="OPEN")
gh("pr diff", "pr", "diff", "2", *REPO, wanted="oil.txt")
gh("pr checks", "pr", "checks", "2", *REPO, wanted="test")
gh("pr comment", "pr", "comment", "2", *REPO, "--body", "Fine")
gh("pr review --approve", "pr", "review", "2", *REPO, "--approve", "--body", "Good")
gh("pr edit", "pr", "edit", "2", *REPO, "--add-label", "bug", "--title", "Oil it")
MADE = gh("pr create", "pr", "create", *REPO, "--head", "grease", "--base", "main", "--title", "Grease", "--body", "x",
   wanted="/pull/")  # fmt: skip
NUMBER = MADE.rpartition("/")[2] or "4"
gh("pr close", "pr", "close", NUMBER, *REPO)
gh("pr reopen", "pr", "reopen", NUMBER, *REPO)
gh("pr merge --squash", "pr", "merge", "2", *REPO, "--squash")
gh("pr status", "pr", "status", *REPO)
gh("release list", "release", "list", *REPO, wanted="One")
gh("release view", "release", "view", "v1.0.0", *REPO, wanted="First.")
gh("release create", "release", "create", "v2.0.0", str(notes), *REPO, "--title", "Two", "--notes", "Second.")
gh("release create --generate-notes", "release", "create", "v2.1.0", *REPO, "--generate-notes")
gh("release upload", "release", "upload", "v1.0.0", str(notes), *REPO)
gh("release download", "release", "download", "v2.0.0", *REPO, "--dir", "assets")
gh("release delete", "release", "delete", "v2.0.0", "--yes", *REPO)
gh("label list", "label", "list", *REPO, wanted="bug")
gh("label create", "label", "create", "made", *REPO, "--color", "ff00ff", "--description", "By gh")
gh("label edit", "label", "edit", "made", *REPO, "--name", "remade")
gh("label delete", "label", "delete", "remade", "--confirm", *REPO)
gh("run list", "run", "list", *REPO)
gh("workflow list", "workflow", "list", *REPO)
gh("secret list", "secret", "list", *REPO)
gh("secret set", "secret", "set", "KEY", *REPO, "--body", "value")
gh("variable by api", "api", "repos/acme/widgets/actions/variables", "-f", "name=KIND", "-f", "value=x")
gh("search issues", "search", "issues", "squeaks", "--repo", "acme/widgets", wanted="It squeaks")
gh("search repos", "search", "repos", "widgets", wanted="acme/widgets")
gh("search prs", "search", "prs", "Oil", "--repo", "acme/widgets", wanted="Oil")
gh("gist create", "gist", "create", str(notes))
gh("ssh-key list", "ssh-key", "list")
