"""Labels and milestones of a repository as GitHub's GraphQL has them."""

from __future__ import annotations

from typing import Any

from igitt.testing.sandbox import model
from igitt.testing.sandbox.github.graphql.issues import chosen
from igitt.testing.sandbox.github.graphql.things import Thing
from igitt.testing.sandbox.model import Label, Milestone


class Labelled(Thing, models=[Label]):
    """A label of a repository."""

    kind = "Label"
    prefix = "LA_kwDO"

    def __init__(self, asking: Any, one: Label, home: Any) -> None:
        super().__init__(asking, one)
        self.home = home

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.one.name)

    @property
    def color(self) -> str:
        """Six hex digits."""
        return str(self.one.color)

    @property
    def description(self) -> Any:
        """Words about it."""
        return self.one.description

    @property
    def is_default(self) -> bool:
        """Whether every new repository has it."""
        return bool(self.one.default)

    @property
    def repository(self) -> Any:
        """Where it is."""
        return self.asking.thing(self.home)

    @property
    def url(self) -> str:
        """What carries it."""
        return f"{self.asking.forge.url}/{self.home.full_name}/labels/{self.one.name.replace(' ', '%20')}"

    def issues(self, states: list[str] | None = None, labels: list[str] | None = None,
               order_by: dict[str, str] | None = None) -> list[Any]:  # fmt: skip
        """The issues that carry it."""
        mine = [one for one in self.home.issues.values() if self.one in one.labels]
        return self.asking.things(chosen(mine, states, labels, order_by))

    def pull_requests(self, states: list[str] | None = None, labels: list[str] | None = None,
                      order_by: dict[str, str] | None = None) -> list[Any]:  # fmt: skip
        """The pull requests that carry it."""
        mine = [one for one in self.home.merge_requests.values() if self.one in one.labels]
        return self.asking.things(chosen(mine, states, labels, order_by))


class Goal(Thing, models=[Milestone]):
    """A milestone of a repository."""

    kind = "Milestone"
    prefix = "MI_kwDO"

    def __init__(self, asking: Any, one: Milestone, home: Any) -> None:
        super().__init__(asking, one)
        self.home = home

    @property
    def number(self) -> int:
        """Its number."""
        return int(self.one.number)

    @property
    def title(self) -> str:
        """Its name."""
        return str(self.one.title)

    @property
    def description(self) -> Any:
        """Words about it."""
        return self.one.description

    @property
    def state(self) -> str:
        """OPEN or CLOSED."""
        return str(self.one.state).upper()

    @property
    def closed(self) -> Any:
        """Whether it is closed."""
        return self.one.state != "open"

    @property
    def closed_at(self) -> Any:
        """When."""
        return self.one.closed_at

    @property
    def due_on(self) -> Any:
        """The day."""
        return self.one.due

    @property
    def creator(self) -> Any:
        """Who made it."""
        return self.asking.thing(self.one.creator)

    @property
    def repository(self) -> Any:
        """Where it is."""
        return self.asking.thing(self.home)

    @property
    def url(self) -> str:
        """Its page."""
        return f"{self.asking.forge.url}/{self.home.full_name}/milestone/{self.one.number}"

    @property
    def viewer_can_close(self) -> bool:
        """Whether the one who asks may close it."""
        return self.one.state == "open" and self.asking.level(self.home) >= model.WRITE

    @property
    def viewer_can_reopen(self) -> bool:
        """Whether the one who asks may open it again."""
        return self.one.state != "open" and self.asking.level(self.home) >= model.WRITE

    @property
    def progress_percentage(self) -> float:
        """How much of it is closed."""
        inside = [*self.home.issues.values(), *self.home.merge_requests.values()]
        states = [one.state for one in inside if one.milestone is self.one]
        return 100.0 * sum(state != "open" for state in states) / len(states) if states else 0.0

    def issues(self, states: list[str] | None = None, labels: list[str] | None = None,
               order_by: dict[str, str] | None = None) -> list[Any]:  # fmt: skip
        """Its issues."""
        mine = [one for one in self.home.issues.values() if one.milestone is self.one]
        return self.asking.things(chosen(mine, states, labels, order_by))

    def pull_requests(self, states: list[str] | None = None, labels: list[str] | None = None,
                      order_by: dict[str, str] | None = None) -> list[Any]:  # fmt: skip
        """Its pull requests."""
        mine = [one for one in self.home.merge_requests.values() if one.milestone is self.one]
        return self.asking.things(chosen(mine, states, labels, order_by))
