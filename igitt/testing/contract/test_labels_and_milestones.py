"""Labels and milestones, the same on every provider."""

from __future__ import annotations

from datetime import date

import pytest

from igitt.errors import ElementAlreadyExistsError, ElementDoesntExistError, ValidationError
from igitt.interfaces import MilestoneStates
from igitt.testing.contract import World


def test_labels(world: World) -> None:
    """A repository's labels, by name and as objects."""
    assert {"bug", "idea"} <= world.repository.get_labels()
    found = {label.name: label for label in world.repository.labels}
    assert (found["bug"].color, found["bug"].description) == ("#d73a4a", "It does not work")


def test_creating_a_label(world: World) -> None:
    """A label is made once."""
    label = world.repository.create_label("slow", "#FBCA04", "Takes long")
    assert (label.name, label.color, label.description) == ("slow", "#fbca04", "Takes long")
    with pytest.raises(ElementAlreadyExistsError):
        world.repository.create_label("slow", "#fbca04")


@pytest.mark.parametrize("color", ["red", "#12345", "", "#gggggg"])
def test_a_wrong_color(world: World, color: str) -> None:
    """A colour that is none is refused before anything is sent, and named."""

    def create() -> None:
        with pytest.raises(ValidationError, match="colour"):
            world.repository.create_label("x", color)

    assert world.sent(create) == []


def test_editing_a_label(world: World) -> None:
    """Renaming, recolouring and describing; several at once are one request."""
    label = world.repository.get_label("bug")
    label.name = "defect"
    label.color = "#000000"
    assert len(world.sent(lambda: label.edit(description="Broken", color="#ffffff"))) == 1
    again = world.repository.get_label("defect")
    assert (again.color, again.description) == ("#ffffff", "Broken")
    assert world.issue.labels == {"defect"}


def test_deleting_a_label(world: World) -> None:
    """A label goes from the issues that have it too."""
    world.repository.delete_label("bug")
    assert "bug" not in world.repository.get_labels()
    assert world.issue.labels == set()
    with pytest.raises(ElementDoesntExistError):
        world.repository.get_label("bug").refresh()


def test_milestones(world: World) -> None:
    """A milestone is made, read, changed, closed, opened again and deleted."""
    repository = world.repository
    milestone = repository.create_milestone("1.0", "The first", date(2027, 3, 4))
    assert (milestone.title, milestone.description, milestone.due_date) == ("1.0", "The first", date(2027, 3, 4))
    assert milestone.state is MilestoneStates.OPEN
    assert milestone.project == repository
    assert milestone.created <= milestone.updated
    assert list(repository.milestones) == [milestone]
    assert repository.get_milestone(milestone.number) == milestone
    milestone.edit(title="1.1", due_date=None)
    again = repository.get_milestone(milestone.number)
    assert (again.title, again.due_date) == ("1.1", None)
    milestone.close()
    assert repository.get_milestone(milestone.number).state is MilestoneStates.CLOSED
    assert list(repository.milestones) == [milestone]
    milestone.reopen()
    assert milestone.state is MilestoneStates.OPEN
    milestone.delete()
    assert list(repository.milestones) == []


def test_what_is_planned_for_a_milestone(world: World) -> None:
    """A milestone lists its issues and its merge requests, each apart."""
    milestone = world.repository.create_milestone("1.0")
    world.issue.milestone = milestone
    world.mr.milestone = milestone
    assert [issue.title for issue in milestone.issues] == ["It squeaks"]
    assert [mr.title for mr in milestone.merge_requests] == ["Oil"]
