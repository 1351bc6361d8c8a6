"""What a user writes with asyncio: every awaited thing has its type, and what must be awaited says so."""

from __future__ import annotations

from datetime import datetime

from igitt import GitHub, interfaces
from igitt.aio import AsyncList, Issue, MergeRequest, Repository, User, aio


async def stale(client: GitHub) -> list[str]:
    """Attributes, methods, lists, and things inside of things."""
    repository: Repository = aio(client.get_repo("acme/widgets"))
    titles: list[str] = []
    async for issue in repository.filter_issues(labels=["stale"], author="bob"):
        updated: datetime = await issue.updated
        author: User | None = await issue.author
        if author is not None and await author.username == "bob" and updated.year < 2020:
            titles.append(await issue.title)
            await issue.close()
    everything: AsyncList[MergeRequest] = await repository.merge_requests
    count: int = await everything.length()
    first: MergeRequest | None = await everything.first()
    if first is not None and count:
        await first.edit(title="x", reviewers=["bob"])
        await first.assign(*[one async for one in await repository.collaborators])
        labels: interfaces.NamedSet[str] = await first.labels
        titles.extend(labels)
    made: Issue = await repository.create_issue("It broke", labels=["bug"])
    name: str = await (await made.repository).full_name
    return [*titles, name]


async def mistakes(issue: Issue) -> None:
    """What a type checker refuses."""
    title: str = issue.title  # type: ignore[assignment]
    await issue.nosuch  # type: ignore[attr-defined]
    issue.title = "x"  # type: ignore[misc, assignment]
    print(title)


def wrapped(issue: interfaces.MergeRequest, issues: interfaces.PaginatedList[interfaces.Issue]) -> None:
    """What is wrapped keeps its kind."""
    one: MergeRequest = aio(issue)
    several: AsyncList[Issue] = aio(issues)
    print(one, several)
