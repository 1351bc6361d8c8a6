"""What no linter checks for us: the length of the package's modules, and the news fragments."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 500


def long_modules() -> list[str]:
    """Return a complaint for each module of the package over the limit."""
    complaints = []
    for module in sorted((ROOT / "igitt").rglob("*.py")):
        lines = len(module.read_text(encoding="utf-8").splitlines())
        if lines > MAX_LINES:
            complaints.append(f"{module.relative_to(ROOT)}: {lines} lines, at most {MAX_LINES}: split it")
    return complaints


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the project's folder and keep what it says."""
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)


def news_fragments() -> list[str]:
    """Return what towncrier says when a fragment does not render, or when a branch brings none."""
    commands = [("towncrier", "build", "--draft", "--version", "0")]
    # A source archive or a shallow clone has no main branch to compare with.
    if (ROOT / ".git").exists() and run("git", "rev-parse", "--verify", "--quiet", "origin/main").returncode == 0:
        commands.append(("towncrier", "check", "--compare-with", "origin/main"))
    results = [run(*command) for command in commands]
    return [result.stdout + result.stderr for result in results if result.returncode]


if __name__ == "__main__":
    found = long_modules() + news_fragments()
    print("\n".join(found) or "modules and news fragments are in order")
    sys.exit(bool(found))
