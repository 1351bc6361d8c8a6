"""A triage bot: it labels, thanks, checks and obeys. The same functions serve GitHub and GitLab."""

from igitt.interfaces import (
    AccessLevel,
    Comment,
    CommentActions,
    CommitStatus,
    Issue,
    IssueActions,
    MergeRequest,
    MergeRequestActions,
    Status,
)
from igitt.webhooks import Event

WORDS = {"crash": "bug", "slow": "performance", "how do i": "question"}


def label_new_issue(issue: Issue) -> str:
    """Label a new issue by the words in it, and thank its author."""
    text = f"{issue.title} {issue.description}".lower()
    labels = {label for word, label in WORDS.items() if word in text} or {"needs triage"}
    issue.add_labels(*labels)
    issue.add_comment(f"Thank you, @{issue.author}! I filed this under {', '.join(sorted(labels))}.")
    return f"labelled {', '.join(sorted(labels))}; said thank you"


def check_merge_request(mr: MergeRequest) -> str:
    """Report on a merge request's newest commit whether its description says why."""
    verdict = Status.SUCCESS if len(mr.description.split()) >= 3 else Status.FAILED
    mr.head.set_status(CommitStatus(verdict, "Does the description say why?", "triage/description"))
    return f"status triage/description: {verdict}"


def obey(issue: Issue, comment: Comment) -> str | None:
    """Do what a comment asks for, `!close` or `!label NAME`, if its author may (what a router's `sender=` asks)."""
    may = comment.author and issue.repository.get_permission_level(comment.author) >= AccessLevel.CAN_WRITE
    command, _, argument = comment.body.partition(" ")
    if may and command == "!close":
        issue.close()
        return "closed it"
    if may and command == "!label" and argument:
        issue.add_labels(argument)
        return f"labelled {argument}"
    return None


def run(event: Event) -> str | None:
    """What the bot did about an event, in a few words. It never answers a bot, least of all itself."""
    if event.sender is None or event.sender.is_bot:
        return None
    match event.action:
        case IssueActions.OPENED:
            return label_new_issue(*event.objects)
        case MergeRequestActions.OPENED:
            return check_merge_request(*event.objects)
        case CommentActions.CREATED:
            return obey(*event.objects)
    return None
