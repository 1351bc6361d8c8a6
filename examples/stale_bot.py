"""A stale bot: it reminds of issues that nobody touched for long, and closes those that nobody answers for.

Run it once a day: ``python stale_bot.py https://github.com/acme/widgets``, with the token in ``FORGE_TOKEN``. It sends
one request for the issues that it reminded of, one for the oldest others, and two for each issue that it has to look
at; an issue that somebody touched lately costs nothing.
"""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import igitt
from igitt.interfaces import Issue, Repository

SILENCE = timedelta(days=60)  # how long an issue may rest before the reminder
GRACE = timedelta(days=7)  # how long the reminder waits for an answer
LABEL = "stale"
SPARED = {"pinned", "security"}  # the labels of issues that may rest for ever
MARKER = "<!-- stale bot -->"
REMINDER = f"Nothing happened here for {SILENCE.days} days. Without an answer this is closed in {GRACE.days} days."


def remind(issue: Issue) -> str:
    """Say that an issue will be closed. The label comes last: only who was told is closed later."""
    issue.add_comment(f"{REMINDER}\n\n{MARKER}")
    issue.add_labels(LABEL)
    return "reminded"


def look_again(issue: Issue, now: datetime) -> str | None:
    """Take the label off an issue that somebody answered for, close it when the time is up, or go on waiting."""
    said = issue.filter_comments(since=now - SILENCE)  # there was silence before the reminder
    if SPARED & issue.labels or any(MARKER not in comment.body for comment in said):
        issue.remove_labels(LABEL)
        return "kept"
    if now - issue.updated < GRACE:
        return None
    issue.close("not_planned" if issue.supports("close_reason") else None)
    return "closed"


def run(repository: Repository, now: datetime) -> Iterator[str]:
    """Go through a repository's issues, telling what was done."""
    reminded = list(repository.filter_issues(labels=[LABEL]))
    oldest = repository.filter_issues(sort="updated", ascending=True)
    silent = list(takewhile(lambda issue: now - issue.updated >= SILENCE, oldest))
    for issue in reminded + [issue for issue in silent if not issue.labels & (SPARED | {LABEL})]:
        try:
            done = look_again(issue, now) if LABEL in issue.labels else remind(issue)
        except (igitt.PermissionDeniedError, igitt.ElementDoesntExistError) as error:
            done = f"left alone: {error}"  # such as a locked one, or one that is gone by now
        if done:
            yield f"#{issue.number} {done}"


if __name__ == "__main__":
    for line in run(igitt.get_repo(sys.argv[1], os.environ["FORGE_TOKEN"]), datetime.now(UTC)):
        print(line)
